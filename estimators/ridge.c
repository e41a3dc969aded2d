/* Ridge regression: minimises sum_i w_i (y_i - x_i . coef - intercept)^2 + alpha |coef|^2, the intercept
 * unpenalised (Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634). Of several targets each for
 * itself, with the same penalty or one of its own. */
#include "base/run.h"
#include "linear/least_squares.h"
#include "linear/linear.h"
#include "linear/numbers.h"

#define MOST_ALPHA 1e300

struct ridge_params {
    cauce_value alpha;
    bool fit_intercept;
    int solver;
};

enum { SOLVER_AUTO, SOLVER_CHOLESKY, SOLVER_SVD };

static const cauce_param param_rows[] = {
    CAUCE_REAL_OR_LIST(struct ridge_params, alpha, 1.0, 0.0, MOST_ALPHA,
                       "Strength of the penalty on the squares of the coefficients; 0 is ordinary least "
                       "squares. Of several targets also a list of one for each."),
    CAUCE_BOOL(struct ridge_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CAUCE_CHOICE(
        struct ridge_params, solver, "auto", "auto|cholesky|svd",
        "How the optimum is found; auto and cholesky solve the normal equations and, where these are "
        "nearly singular, turn to svd, which gives the coefficients of least norm."),
    CAUCE_END
};

static const cauce_state state_rows[] = { CA_LINEAR_ROWS, CA_LINEAR_TARGET_ROWS, CAUCE_STATE_END };

static cauce_status ridge_check(cauce_run *run, const void *params) {
    const struct ridge_params *p = params;
    return ca_numbers_check(run, "alpha", &p->alpha, 0, false, MOST_ALPHA);
}

/* One penalty for each target. */
static cauce_status spread_alpha(cauce_run *run, const cauce_value *alpha, int64_t n, double **each) {
    const int64_t given = ca_numbers_count(alpha);
    if (given != 1 && given != n)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "alpha has %lld numbers, and there %s %lld target%s; it is one number, or one for "
                          "each target",
                          (long long)given, n == 1 ? "is" : "are", (long long)n, n == 1 ? "" : "s");
    *each = cauce_scratch(run, n, sizeof **each);
    if (!*each) return CA_NOMEM(run);
    for (int64_t t = 0; t < n; t++) (*each)[t] = ca_number_at(alpha, given == 1 ? 0 : t);
    return CAUCE_OK;
}

static cauce_status ridge_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct ridge_params *p = params;
    ca_linear *s = state;
    double *alpha;
    CA_TRY(spread_alpha(run, &p->alpha, cauce_n_targets(train->targets), &alpha));
    CA_TRY(ca_linear_open(run, train, s));
    CA_TRY(ca_least_squares_each(run, train, alpha, p->fit_intercept, p->solver == SOLVER_SVD,
                                 ca_linear_coef(s), ca_linear_intercept(s)));
    return ca_linear_finite(run, s);
}

const cauce_component cauce_ridge = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "ridge",
    .summary = "Linear least squares with a penalty on the squares of the coefficients.",
    .reference = "Hoerl and Kennard, 1970, doi:10.1080/00401706.1970.10488634",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(struct ridge_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear),
    .state = state_rows,
    .state_version = 1,
    .check = ridge_check,
    .fit = ridge_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
