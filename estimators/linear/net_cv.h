/* Lasso and elastic net with the penalty chosen by cross-validation along paths of penalties. */
#ifndef CA_LINEAR_NET_CV_H
#define CA_LINEAR_NET_CV_H

#include "linear/folds.h"
#include "linear/penalties.h"

typedef struct ca_net_cv_params {
    double eps;
    int64_t n_alphas;
    cauce_value alphas;   /* null, or numbers: instead of the two above */
    cauce_value l1_ratio; /* a number or a list of them; type 0: 1 */
    bool fit_intercept, positive;
    cauce_value cv;
    int64_t max_iter;
    double tol;
} ca_net_cv_params;

/* The parameter and state rows that both have. */
#define CA_NET_CV_PATH_ROWS CA_NET_ALPHAS_ROWS(ca_net_cv_params)
#define CA_NET_CV_OTHER_ROWS                                                                                 \
    CA_NET_SHAPE_ROWS(ca_net_cv_params), CA_CV_ROW(ca_net_cv_params, "5", 0, ""),                            \
        CAUCE_INT(ca_net_cv_params, max_iter, 1000, 1, 1000000000,                                           \
                  "Passes over the columns at most, for each penalty."),                                     \
        CAUCE_REAL_ABOVE(ca_net_cv_params, tol, 1e-4, 0.0, 1.0,                                              \
                         "Accuracy that is called convergence: the largest duality gap, relative to the "    \
                         "sum of squares of the centred target; the last fit goes on to the optimum.")
#define CA_NET_CV_STATE_ROWS                                                                                 \
    CA_LINEAR_ROWS, CAUCE_NUMBER_REAL(ca_linear_choice, alpha, "Penalty that was chosen."),                  \
        CAUCE_NUMBER_INT(ca_linear, n_iter, "Passes over the columns of the last fit."),                     \
        CAUCE_NUMBER_REAL(ca_linear, dual_gap,                                                               \
                          "Bound of how far the objective of the last fit lies above its optimum.")

/* Functions of the descriptors; params: ca_net_cv_params, state: ca_linear_choice. check: PARAM for alphas or
 * ratios that are no penalties. */
cauce_status ca_net_cv_check(cauce_run *run, const void *params);
cauce_status ca_net_cv_fit(cauce_run *run, const void *params, const cauce_train *train, void *state);

/* What the descriptors share. */
#define CA_NET_CV_COMPONENT(param_rows, state_rows)                                                          \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI,                                             \
    .reference = "Friedman, Hastie and Tibshirani, 2010, doi:10.18637/jss.v033.i01",                         \
    .role = CAUCE_REGRESSOR, .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES,                                \
    .params_size = sizeof(ca_net_cv_params), .params = param_rows, .state_size = sizeof(ca_linear_choice),   \
    .state = state_rows, .state_version = 1, .check = ca_net_cv_check, .fit = ca_net_cv_fit,                 \
    .apply = ca_linear_apply, .verify = ca_linear_verify

#endif
