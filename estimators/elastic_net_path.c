/* All of a path of elastic nets; the one that predicts by an information criterion. */
#include "linear/net_path.h"

static const cauce_param param_rows[] = {
    CAUCE_REAL(ca_net_path_params, l1_ratio, 0.5, 0.0, 1.0,
               "Share of the penalty on sizes, which makes coefficients exactly 0; the rest is on squares."),
    CA_NET_PATH_FIRST_ROWS, CA_NET_PATH_OTHER_ROWS, CAUCE_END
};

static const cauce_state state_rows[] = { CA_NET_PATH_STATE_ROWS, CAUCE_STATE_END };

const cauce_component cauce_elastic_net_path = {
    CA_NET_PATH_COMPONENT(param_rows, state_rows, ca_net_path_check, ca_net_path_fit),
    .name = "elastic_net_path",
    .summary =
        "The elastic nets of all penalties of a path; one that an information criterion chooses predicts.",
};
