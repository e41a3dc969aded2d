/* Least squares with a penalty on the sizes of the coefficients, which makes many exactly 0. */
#include "linear/coordinate.h"

static const cauce_param param_rows[] = { CA_NET_ALPHA_ROW, CA_NET_OTHER_ROWS, CAUCE_END };

static const cauce_state state_rows[] = { CA_NET_STATE_ROWS, CAUCE_STATE_END };

static cauce_status lasso_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_net_params p = *(const ca_net_params *)params;
    p.l1_ratio = 1;
    return ca_coordinate_fit(run, &p, train, state);
}

const cauce_component cauce_lasso = {
    CA_NET_COMPONENT(param_rows, state_rows, lasso_fit),
    .name = "lasso",
    .summary =
        "Linear least squares with a penalty on the sizes of the coefficients, which leaves columns out.",
    .reference = "Tibshirani, 1996, doi:10.1111/j.2517-6161.1996.tb02080.x",
};
