/* Least squares with penalties on the sizes and on the squares of the coefficients. */
#include "linear/coordinate.h"

static const cauce_param param_rows[] = {
    CA_NET_ALPHA_ROW,
    CAUCE_REAL(ca_net_params, l1_ratio, 0.5, 0.0, 1.0,
               "Share of the penalty on sizes, which makes coefficients exactly 0; the rest is on squares."),
    CA_NET_OTHER_ROWS, CAUCE_END
};

static const cauce_state state_rows[] = { CA_NET_STATE_ROWS, CAUCE_STATE_END };

const cauce_component cauce_elastic_net = {
    CA_NET_COMPONENT(param_rows, state_rows, ca_coordinate_fit),
    .name = "elastic_net",
    .summary = "Linear least squares with penalties on the sizes and on the squares of the coefficients.",
    .reference = "Zou and Hastie, 2005, doi:10.1111/j.1467-9868.2005.00503.x",
};
