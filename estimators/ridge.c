/* Ridge regression: minimises sum_i w_i (y_i - x_i . coef - intercept)^2 + alpha |coef|^2, the intercept
 * unpenalised (Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634). */
#include <math.h>
#include <string.h>

#include "cauce/sys/component.h"
#include "linear/least_squares.h"
#include "linear/margin.h"

struct ridge_params {
    double alpha;
    bool fit_intercept;
    int solver;
};

enum { SOLVER_AUTO, SOLVER_CHOLESKY, SOLVER_SVD };

static const cauce_param param_rows[] = {
    CAUCE_REAL(struct ridge_params, alpha, 1.0, 0.0, 1e300,
               "Strength of the penalty on the squares of the coefficients; 0 is ordinary least squares."),
    CAUCE_BOOL(struct ridge_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CAUCE_CHOICE(
        struct ridge_params, solver, "auto", "auto|cholesky|svd",
        "How the optimum is found; auto and cholesky solve the normal equations and, where these are "
        "nearly singular, turn to svd, which gives the coefficients of least norm."),
    CAUCE_END
};

struct ridge_state {
    double *coef;
    int64_t n_features;
    double intercept;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct ridge_state, coef, CAUCE_F64, n_features, "Coefficient of each column."),
    CAUCE_NUMBER_REAL(struct ridge_state, intercept, "Constant."), CAUCE_STATE_END
};

static cauce_status ridge_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct ridge_params *p = params;
    struct ridge_state *s = state;
    s->n_features = train->schema->width;
    s->coef = cauce_keep(run, s->n_features, sizeof *s->coef);
    if (!s->coef) return CA_NOMEM(run);
    CA_TRY(ca_least_squares(run, train, p->alpha, p->fit_intercept, p->solver == SOLVER_SVD, s->coef,
                            &s->intercept));
    for (int64_t j = 0; j < s->n_features; j++)
        if (!isfinite(s->coef[j]) || !isfinite(s->intercept))
            return cauce_fail(
                run, CAUCE_E_NUMERIC,
                "the numbers are so large that the coefficients overflow; scale the columns and "
                "the target first");
    return CAUCE_OK;
}

static cauce_status ridge_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                cauce_batch *out, void *scratch) {
    (void)run;
    (void)scratch;
    const struct ridge_state *s = self->state;
    ca_margin(self->in, in, s->coef, s->intercept, cauce_block_values(&out->blocks[0]));
    return CAUCE_OK;
}

static cauce_status ridge_verify(cauce_run *run, const cauce_fitted *self) {
    const struct ridge_state *s = self->state;
    if (s->n_features != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "coef has %lld numbers; the input has %lld columns",
                          (long long)s->n_features, (long long)self->in->width);
    CA_TRY(ca_verify_finite(run, "coef", s->coef, s->n_features));
    return ca_verify_finite(run, "intercept", &s->intercept, 1);
}

const cauce_component cauce_ridge = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "ridge",
    .summary = "Linear least squares with a penalty on the squares of the coefficients.",
    .reference = "Hoerl and Kennard, 1970, doi:10.1080/00401706.1970.10488634",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT,
    .params_size = sizeof(struct ridge_params),
    .params = param_rows,
    .state_size = sizeof(struct ridge_state),
    .state = state_rows,
    .state_version = 1,
    .fit = ridge_fit,
    .apply = ridge_apply,
    .verify = ridge_verify,
};
