/* Elastic net with strength and mixture of the penalty chosen by cross-validation along paths. */
#include "linear/net_cv.h"

static const cauce_param param_rows[] = {
    CAUCE_MIXED(
        ca_net_cv_params, l1_ratio, "0.5", CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_LIST, 0, 1, 0.0, 1.0, NULL,
        "Share of the penalty on sizes, which makes coefficients exactly 0; of a list the best one is "
        "chosen."),
    CA_NET_CV_PATH_ROWS, CA_NET_CV_OTHER_ROWS, CAUCE_END
};

static const cauce_state state_rows[] = {
    CA_NET_CV_STATE_ROWS,
    CAUCE_NUMBER_REAL(ca_linear_choice, l1_ratio, "Share of the penalty on sizes that was chosen."),
    CAUCE_MATRIX(ca_linear_choice, alphas, CAUCE_F64, n_ratios, n_alphas,
                 "Penalties that were tried with each share, the largest first."),
    CAUCE_MATRIX(ca_linear_choice, mse_path, CAUCE_F64, n_candidates, n_folds,
                 "Mean squared error on the test rows of each fold, share after share."),
    CAUCE_STATE_END
};

const cauce_component cauce_elastic_net_cv = {
    CA_NET_CV_COMPONENT(param_rows, state_rows),
    .name = "elastic_net_cv",
    .summary = "elastic_net with strength and mixture of the penalties chosen by cross-validation.",
};
