/* Least squares with penalties on the sizes and on the squares of the coefficients. */
#include "linear/coordinate.h"

static const cauce_param param_rows[] = {
    CAUCE_REAL_ABOVE(ca_net_params, alpha, 1.0, 0.0, 1e300,
                     "Strength of the penalty; linear_regression is the model without one."),
    CAUCE_REAL(ca_net_params, l1_ratio, 0.5, 0.0, 1.0,
               "Share of the penalty on sizes, which makes coefficients exactly 0; the rest is on squares."),
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

static cauce_status elastic_net_fit(cauce_run *run, const void *params, const cauce_train *train,
                                    void *state) {
    return ca_coordinate_fit(run, params, train, state);
}

const cauce_component cauce_elastic_net = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "elastic_net",
    .summary = "Linear least squares with penalties on the sizes and on the squares of the coefficients.",
    .reference = "Zou and Hastie, 2005, doi:10.1111/j.1467-9868.2005.00503.x",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT,
    .params_size = sizeof(ca_net_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear),
    .state = state_rows,
    .state_version = 1,
    .fit = elastic_net_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
