/* Quantile regression: minimises sum_i w_i rho(y_i - x_i . coef - intercept) / W + alpha |coef|_1, W the sum
 * of the weights, rho(u) = quantile u above 0 and (quantile - 1) u below (Koenker and Bassett 1978,
 * doi:10.2307/1913643). */
#include "base/run.h"
#include "linear/linear.h"
#include "linear/pinball.h"
#include "linear/scaled.h"
#include "math/lanes.h"

struct quantile_params {
    double quantile, alpha;
    bool fit_intercept;
    int64_t max_iter;
};

static const cauce_param param_rows[] = {
    CAUCE_REAL_ABOVE(struct quantile_params, quantile, 0.5, 0.0, 0.9999999999,
                     "The quantile that is predicted, between 0 and 1."),
    CAUCE_REAL(struct quantile_params, alpha, 1.0, 0.0, 1e300,
               "Strength of the penalty on the sizes of the coefficients."),
    CAUCE_BOOL(struct quantile_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CAUCE_INT(struct quantile_params, max_iter, 200, 1, 1000000,
              "Steps of the interior point method at most; 20 are usual."),
    CAUCE_END
};

static const cauce_state state_rows[] = {
    CA_LINEAR_ROWS, CAUCE_NUMBER_INT(ca_linear, n_iter, "Steps taken."),
    CAUCE_NUMBER_REAL(ca_linear, dual_gap, "How much lower the objective could be at most."), CAUCE_STATE_END
};

static cauce_status quantile_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct quantile_params *p = params;
    ca_linear *s = state;
    ca_design d;
    ca_targets targets;
    CA_TRY(ca_linear_open(run, train, s));
    CA_TRY(ca_design_open(run, train, NULL, train->weight, p->fit_intercept, &d));
    CA_TRY(ca_design_standardise(run, &d, p->fit_intercept, true));
    ca_targets_units(train, d.weight_sum, p->fit_intercept, &targets);
    ca_pinball problem = {
        .design = &d,
        .side = { { .target = { .y = train->y, .from = targets.shift, .unit = targets.unit },
                    .quantile = p->quantile } },
        .n_sides = 1,
        .scale = 1,
        .max_iter = p->max_iter
    };
    problem.weight = ca_scaled_sizes(run, &d, p->alpha * d.weight_sum);
    problem.v = cauce_scratch(run, d.q, sizeof *problem.v);
    if (!problem.weight || !problem.v) return CA_NOMEM(run);
    if (!ca_all_finite(problem.weight, d.q))
        return cauce_fail(run, CAUCE_E_NUMERIC, "alpha=%g is too large for the scale of the columns",
                          p->alpha);
    CA_TRY(ca_pinball_fit(run, &problem));
    ca_scaled_back(&d, problem.v, NULL, p->fit_intercept, s->coef, &s->intercept, NULL);
    ca_targets_back(&targets, s->n_features, s->coef, &s->intercept);
    s->n_iter = problem.n_iter;
    s->dual_gap = problem.gap * targets.unit / d.weight_sum;
    if (!ca_pinball_converged(&problem))
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within %lld steps; raise max_iter, or leave out columns that "
                   "are nearly made of others",
                   (long long)problem.n_iter);
    return ca_linear_finite(run, s);
}

const cauce_component cauce_quantile_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "quantile_regressor",
    .summary = "Linear model of a quantile of the target, such as its median.",
    .reference = "Koenker and Bassett, Regression quantiles, 1978, doi:10.2307/1913643",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES,
    .params_size = sizeof(struct quantile_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear),
    .state = state_rows,
    .state_version = 1,
    .fit = quantile_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
