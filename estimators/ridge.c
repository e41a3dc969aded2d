/* Ridge regression: minimises sum_i w_i (y_i - x_i . coef - intercept)^2 + alpha |coef|^2, the intercept
 * unpenalised (Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634). */
#include "linear/least_squares.h"
#include "linear/linear.h"

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

static const cauce_state state_rows[] = { CA_LINEAR_ROWS, CAUCE_STATE_END };

static cauce_status ridge_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct ridge_params *p = params;
    ca_linear *s = state;
    CA_TRY(ca_linear_open(run, train, s));
    CA_TRY(ca_least_squares(run, train, p->alpha, p->fit_intercept, p->solver == SOLVER_SVD, s->coef,
                            &s->intercept));
    return ca_linear_finite(run, s);
}

const cauce_component cauce_ridge = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "ridge",
    .summary = "Linear least squares with a penalty on the squares of the coefficients.",
    .reference = "Hoerl and Kennard, 1970, doi:10.1080/00401706.1970.10488634",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES,
    .params_size = sizeof(struct ridge_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear),
    .state = state_rows,
    .state_version = 1,
    .fit = ridge_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
