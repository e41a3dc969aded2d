/* Lasso with the penalty chosen by cross-validation along a path. */
#include "linear/net_cv.h"

static const cauce_param param_rows[] = { CA_NET_CV_PATH_ROWS, CA_NET_CV_OTHER_ROWS, CAUCE_END };

static const cauce_state state_rows[] = { CA_NET_CV_STATE_ROWS,
                                          CAUCE_ARRAY(ca_linear_choice, alphas, CAUCE_F64, n_candidates,
                                                      "Penalties that were tried, the largest first."),
                                          CAUCE_MATRIX(ca_linear_choice, mse_path, CAUCE_F64, n_candidates,
                                                       n_folds,
                                                       "Mean squared error on the test rows of each fold."),
                                          CAUCE_STATE_END };

const cauce_component cauce_lasso_cv = {
    CA_NET_CV_COMPONENT(param_rows, state_rows),
    .name = "lasso_cv",
    .summary = "lasso with the strength of the penalty chosen by cross-validation.",
};
