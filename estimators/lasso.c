/* Least squares with a penalty on the sizes of the coefficients, which makes many exactly 0. */
#include "linear/coordinate.h"

static const cauce_param param_rows[] = {
    CAUCE_REAL_ABOVE(ca_net_params, alpha, 1.0, 0.0, 1e300,
                     "Strength of the penalty; linear_regression is the model without one."),
    CAUCE_BOOL(ca_net_params, fit_intercept, true, "Whether a constant, which is never penalised, is added."),
    CAUCE_BOOL(ca_net_params, positive, false,
               "Whether the coefficients (not the constant) must be 0 or more."),
    CAUCE_INT(ca_net_params, max_iter, 1000, 1, 1000000000, "Passes over the columns at most."),
    CAUCE_REAL_ABOVE(ca_net_params, tol, 1e-4, 0.0, 1.0,
                     "Accuracy that is called convergence: the largest duality gap, relative to the sum of "
                     "squares of the centred target; where it can be had, the exact optimum follows."),
    CAUCE_END
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(ca_linear, coef, CAUCE_F64, n_features, "Coefficient of each column."),
    CAUCE_NUMBER_REAL(ca_linear, intercept, "Constant."),
    CAUCE_NUMBER_INT(ca_linear, n_iter, "Passes over the columns."),
    CAUCE_NUMBER_REAL(ca_linear, dual_gap, "Bound of how far the objective lies above its optimum."),
    CAUCE_STATE_END
};

static cauce_status lasso_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_net_params p = *(const ca_net_params *)params;
    p.l1_ratio = 1;
    return ca_coordinate_fit(run, &p, train, state);
}

const cauce_component cauce_lasso = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "lasso",
    .summary =
        "Linear least squares with a penalty on the sizes of the coefficients, which leaves columns out.",
    .reference = "Tibshirani, 1996, doi:10.1111/j.2517-6161.1996.tb02080.x",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT,
    .params_size = sizeof(ca_net_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear),
    .state = state_rows,
    .state_version = 1,
    .fit = lasso_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
