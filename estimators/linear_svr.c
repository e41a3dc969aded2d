/* Linear support vector regression: minimises 1/2 |coef|^2 + 1/2 (intercept / intercept_scaling)^2 + C sum_i
 * w_i max(0, |y_i - x_i . coef - intercept| - epsilon), or the squares of that (Ho and Lin 2012, Journal of
 * Machine Learning Research 13), solved to the optimum. */
#include "base/run.h"
#include "linear/linear.h"
#include "linear/scaled.h"
#include "linear/support_vector.h"
#include "linear/turned.h"

struct svr_params {
    double epsilon, tol, C;
    int loss;
    bool fit_intercept;
    double intercept_scaling;
    int64_t max_iter;
};

enum { LOSS_SIZE, LOSS_SQUARES };

static const cauce_param param_rows[] = {
    CAUCE_REAL(struct svr_params, epsilon, 0.0, 0.0, 1e300, "Residuals up to this size cost nothing."),
    CAUCE_REAL_ABOVE(struct svr_params, tol, 1e-4, 0.0, 1.0,
                     "Accuracy with squares: the last step must be below tol / 1000, relative; the other "
                     "loss is always solved to a relative gap of 1e-8 or less."),
    CAUCE_REAL_ABOVE(struct svr_params, C, 1.0, 0.0, 1e300,
                     "Inverse strength of the penalty: smaller values pull the coefficients more towards 0."),
    CAUCE_CHOICE(struct svr_params, loss, "epsilon_insensitive",
                 "epsilon_insensitive|squared_epsilon_insensitive",
                 "What a row costs: how far its residual is beyond epsilon, or the square of that."),
    CAUCE_BOOL(struct svr_params, fit_intercept, true, "Whether a constant is added."),
    CAUCE_REAL_ABOVE(struct svr_params, intercept_scaling, 1.0, 0.0, 1e100,
                     "The constant is penalised like the coefficient of a column of this value: the larger "
                     "it is, the less."),
    CAUCE_INT(struct svr_params, max_iter, 1000, 1, 1000000,
              "Steps at most; with squares and thousands of columns those of L-BFGS, which are much "
              "cheaper, may be fifty times as many."),
    CAUCE_END
};

static const cauce_state state_rows[] = { CA_LINEAR_ROWS, CAUCE_NUMBER_INT(ca_linear, n_iter, "Steps taken."),
                                          CAUCE_STATE_END };

static cauce_status svr_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct svr_params *p = params;
    ca_linear *s = state;
    ca_design d;
    ca_targets targets;
    CA_TRY(ca_linear_open(run, train, s));
    CA_TRY(ca_design_open(run, train, NULL, train->weight, p->fit_intercept, &d));
    ca_turned turned;
    double *mean = cauce_scratch(run, d.n_packed, sizeof *mean);
    if (!mean) return CA_NOMEM(run);
    CA_TRY(ca_design_scale(run, &d, mean));
    CA_TRY(ca_turned_open(run, &d, mean, p->fit_intercept ? p->intercept_scaling : 0, &turned));
    /* The constant is penalised: the targets keep their mean. */
    ca_targets_units(train, d.weight_sum, false, &targets);
    ca_machine machine = { .design = &turned.design,
                           .target = { .y = train->y, .from = targets.shift, .unit = targets.unit },
                           .regression = true,
                           .squared = p->loss == LOSS_SQUARES,
                           .epsilon = p->epsilon / targets.unit,
                           .max_iter = p->max_iter,
                           .tol = p->tol };
    double strength = machine.squared ? 1 / p->C : targets.unit / p->C;
    machine.penalty = ca_turned_penalty(run, &turned, strength);
    machine.v = cauce_scratch(run, d.q, sizeof *machine.v);
    if (!machine.penalty || !machine.v) return CA_NOMEM(run);
    CA_TRY(ca_machine_fit(run, &machine));
    CA_TRY(ca_turned_back(run, &turned, machine.v, s->coef, &s->intercept));
    ca_targets_back(&targets, s->n_features, s->coef, &s->intercept);
    s->n_iter = machine.n_iter;
    if (!machine.converged)
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within %lld steps; raise max_iter, lower C, or scale the "
                   "features",
                   (long long)s->n_iter);
    return ca_linear_finite(run, s);
}

const cauce_component cauce_linear_svr = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "linear_svr",
    .summary = "Linear regression in which residuals up to epsilon cost nothing, and larger ones their size.",
    .reference = "Ferris and Munson, Interior-point methods for massive support vector machines, 2002, "
                 "doi:10.1137/S1052623400374379",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES,
    .params_size = sizeof(struct svr_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear),
    .state = state_rows,
    .state_version = 1,
    .fit = svr_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
