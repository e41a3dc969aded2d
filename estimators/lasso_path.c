/* All of a path of lassos; the one that predicts by an information criterion. */
#include "linear/net_path.h"

static const cauce_param param_rows[] = { CA_NET_PATH_FIRST_ROWS, CA_NET_PATH_OTHER_ROWS, CAUCE_END };

static const cauce_state state_rows[] = { CA_NET_PATH_STATE_ROWS, CAUCE_STATE_END };

static cauce_status lasso_path_fit(cauce_run *run, const void *params, const cauce_train *train,
                                   void *state) {
    ca_net_path_params p = *(const ca_net_path_params *)params;
    p.l1_ratio = 1;
    return ca_net_path_fit(run, &p, train, state);
}

static cauce_status lasso_path_check(cauce_run *run, const void *params) {
    ca_net_path_params p = *(const ca_net_path_params *)params;
    p.l1_ratio = 1;
    return ca_net_path_check(run, &p);
}

const cauce_component cauce_lasso_path = {
    CA_NET_PATH_COMPONENT(param_rows, state_rows, lasso_path_check, lasso_path_fit),
    .name = "lasso_path",
    .summary = "The lassos of all penalties of a path; one that an information criterion chooses predicts.",
};
