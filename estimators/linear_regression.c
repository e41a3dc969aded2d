/* Ordinary least squares: minimises sum_i w_i (y_i - x_i . coef - intercept)^2, where many coefficients do it
 * by those of least norm, or over coefficients >= 0. */
#include "base/run.h"
#include "linear/inference.h"
#include "linear/least_squares.h"
#include "linear/linear.h"
#include "linear/nonnegative.h"

struct linear_regression_params {
    bool fit_intercept, positive, statistics;
    double confidence;
};

static const cauce_param param_rows[] = {
    CAUCE_BOOL(struct linear_regression_params, fit_intercept, true, "Whether a constant is added."),
    CAUCE_BOOL(struct linear_regression_params, positive, false,
               "Whether the coefficients (not the constant) must be 0 or more."),
    CA_INFERENCE_PARAMS(struct linear_regression_params), CAUCE_END
};

struct linear_regression_state {
    ca_linear linear; /* first: what reads the state takes it for this */
    ca_inference inference;
};

static const cauce_state state_rows[] = { CA_LINEAR_ROWS, CA_LINEAR_TARGET_ROWS,
                                          CA_INFERENCE_ROWS(struct linear_regression_state),
                                          CAUCE_STATE_END };

static cauce_status linear_regression_check(cauce_run *run, const void *params) {
    const struct linear_regression_params *p = params;
    if (p->statistics && p->positive)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "statistics=true: there are no standard errors with positive=true");
    return CAUCE_OK;
}

static cauce_status fit_positive(cauce_run *run, const cauce_train *train, bool fit_intercept, double *coef,
                                 double *intercept) {
    ca_centred centred;
    CA_TRY(ca_centred_open(run, train, fit_intercept, true, &centred));
    double *x = cauce_scratch(run, centred.p, sizeof *x);
    if (!x) return CA_NOMEM(run);
    bool converged;
    CA_TRY(ca_nonnegative(run, &centred, x, &converged));
    if (!converged)
        cauce_warn(run, "no_convergence",
                   "the best non-negative coefficients were not found within %lld steps; nearly collinear "
                   "columns cause this: leave some out, or use ridge or elastic_net",
                   (long long)(100 + 10 * centred.p));
    ca_centred_finish(&centred, x, coef, intercept);
    return CAUCE_OK;
}

static cauce_status linear_regression_fit(cauce_run *run, const void *params, const cauce_train *train,
                                          void *state) {
    const struct linear_regression_params *p = params;
    struct linear_regression_state *all = state;
    ca_linear *s = &all->linear;
    if (p->statistics && train->targets)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "statistics=true is of one target, and there are %lld",
                          (long long)cauce_n_targets(train->targets));
    CA_TRY(ca_linear_open(run, train, s));
    double *coef = ca_linear_coef(s), *intercept = ca_linear_intercept(s);
    for (int64_t t = 0; p->positive && t < cauce_n_targets(train->targets); t++) {
        const cauce_train one = cauce_train_target(train, t);
        ca_arena_mark here = ca_arena_here(&run->scratch);
        CA_TRY(fit_positive(run, &one, p->fit_intercept, coef + t * s->n_features, &intercept[t]));
        ca_arena_back(&run->scratch, here);
    }
    if (!p->positive) CA_TRY(ca_least_squares(run, train, 0, p->fit_intercept, false, coef, intercept));
    CA_TRY(ca_linear_finite(run, s));
    if (!p->statistics) return CAUCE_OK;
    ca_family normal = { false, 0, false };
    return ca_inference_of(run, &normal, train, train->weight, p->fit_intercept, s->coef, s->intercept,
                           p->confidence, &all->inference);
}

static cauce_status linear_regression_verify(cauce_run *run, const cauce_fitted *self) {
    const struct linear_regression_state *s = self->state;
    CA_TRY(ca_linear_verify(run, self));
    return ca_inference_verify(run, &s->inference, s->linear.n_features);
}

const cauce_component cauce_linear_regression = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "linear_regression",
    .summary = "Ordinary least squares, on request with coefficients that are not negative.",
    .reference = "Lawson and Hanson, Solving Least Squares Problems, 1974, doi:10.1137/1.9781611971217",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(struct linear_regression_params),
    .params = param_rows,
    .state_size = sizeof(struct linear_regression_state),
    .state = state_rows,
    .state_version = 1,
    .check = linear_regression_check,
    .fit = linear_regression_fit,
    .apply = ca_linear_apply,
    .verify = linear_regression_verify,
};
