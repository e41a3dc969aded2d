/* All of a path of lassos or elastic nets in one model: a penalty after the other, each from the solution
 * before it, and the one that predicts chosen by an information criterion or named. */
#ifndef CA_LINEAR_NET_PATH_H
#define CA_LINEAR_NET_PATH_H

#include "linear/penalties.h"

enum { CA_PATH_AIC, CA_PATH_BIC, CA_PATH_LAST };

typedef struct ca_net_path_params {
    double eps;
    int64_t n_alphas;
    cauce_value alphas; /* null, or numbers: instead of the two above */
    double l1_ratio;
    int criterion;
    cauce_value noise_variance; /* null: estimated */
    cauce_value alpha;          /* null: as the criterion says */
    bool fit_intercept, positive;
    int64_t max_iter;
    double tol;
} ca_net_path_params;

/* Coefficients that are not 0 stand in path_coef, those of penalty k from path_end[k - 1] to path_end[k]. */
typedef struct ca_net_path {
    ca_linear linear; /* first: what reads the state takes it for this; those that predict */
    double alpha, noise_variance;
    int64_t chosen, n_alphas, n_nonzero;
    double *alphas, *explained, *criteria, *objectives, *gaps, *path_intercept;
    int64_t *df, *passes, *path_end, *path_column;
    double *path_coef;
} ca_net_path;

/* The parameter and state rows that both have. */
#define CA_NET_PATH_FIRST_ROWS CA_NET_ALPHAS_ROWS(ca_net_path_params)
#define CA_NET_PATH_OTHER_ROWS                                                                               \
    CAUCE_CHOICE(ca_net_path_params, criterion, "aic", "aic|bic|last",                                       \
                 "Which penalty of the path predicts: that of the least Akaike or Bayes criterion, with as " \
                 "many degrees of freedom as coefficients that are not 0, or the last and least one."),      \
        CAUCE_MIXED(ca_net_path_params, noise_variance, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL,   \
                    1, 1000000000000000, 0.0, 1e300, NULL,                                                   \
                    "Variance of the target about its expectation, for the criterion; null: that of the "    \
                    "residuals of least squares without a penalty."),                                        \
        CAUCE_MIXED(ca_net_path_params, alpha, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1,         \
                    1000000000000000, 0.0, 1e300, NULL,                                                      \
                    "Penalty that predicts, whatever the criterion says; it need not be one of the path."),  \
        CA_NET_SHAPE_ROWS(ca_net_path_params),                                                               \
        CAUCE_INT(ca_net_path_params, max_iter, 1000, 1, 1000000000,                                         \
                  "Passes over the columns at most, for each penalty."),                                     \
        CAUCE_REAL_ABOVE(ca_net_path_params, tol, 1e-4, 0.0, 1.0,                                            \
                         "Accuracy that is called convergence: the largest duality gap, relative to the "    \
                         "sum of squares of the centred target; the fit that predicts goes on to the "       \
                         "optimum.")
#define CA_NET_PATH_STATE_ROWS                                                                               \
    CA_LINEAR_ROWS, CAUCE_NUMBER_REAL(ca_net_path, alpha, "Penalty that predicts."),                         \
        CAUCE_NUMBER_INT(ca_net_path, chosen, "Its place in the path, or that of the nearest one, from 0."), \
        CAUCE_NUMBER_INT(ca_linear, n_iter, "Passes over the columns for the fit that predicts."),           \
        CAUCE_NUMBER_REAL(ca_linear, dual_gap,                                                               \
                          "Bound of how far the objective of that fit lies above its optimum."),             \
        CAUCE_NUMBER_REAL(ca_net_path, noise_variance,                                                       \
                          "Variance of the target about its expectation; nan where it is not known."),       \
        CAUCE_ARRAY(ca_net_path, alphas, CAUCE_F64, n_alphas, "Penalties of the path, the largest first."),  \
        CAUCE_ARRAY(ca_net_path, df, CAUCE_I64, n_alphas, "How many coefficients are not 0."),               \
        CAUCE_ARRAY(ca_net_path, explained, CAUCE_F64, n_alphas,                                             \
                    "Share of the target's sum of squares that is explained (R^2)."),                        \
        CAUCE_ARRAY(ca_net_path, criteria, CAUCE_F64, n_alphas,                                              \
                    "Akaike's or Bayes' criterion; nan without a noise variance."),                          \
        CAUCE_ARRAY(ca_net_path, objectives, CAUCE_F64, n_alphas,                                            \
                    "Half the mean squared error and the penalties."),                                       \
        CAUCE_ARRAY(ca_net_path, gaps, CAUCE_F64, n_alphas,                                                  \
                    "Bound of how far the objective lies above its optimum."),                               \
        CAUCE_ARRAY(ca_net_path, passes, CAUCE_I64, n_alphas,                                                \
                    "Passes over the columns, and systems solved for them."),                                \
        CAUCE_ARRAY(ca_net_path, path_intercept, CAUCE_F64, n_alphas, "Constant."),                          \
        CAUCE_ARRAY(ca_net_path, path_end, CAUCE_I64, n_alphas,                                              \
                    "Where the coefficients of a penalty end in path_coef; they start where those before "   \
                    "end."),                                                                                 \
        CAUCE_ARRAY(ca_net_path, path_column, CAUCE_I64, n_nonzero,                                          \
                    "Columns of the coefficients that are not 0, counted from 0 and ascending for each "     \
                    "penalty."),                                                                             \
        CAUCE_ARRAY(ca_net_path, path_coef, CAUCE_F64, n_nonzero, "The coefficients of these columns.")

/* Functions of the descriptors; params: ca_net_path_params, state: ca_net_path. check: PARAM for alphas that
 * are no penalties. fit: DATA where the criterion asks for a noise variance that cannot be estimated. */
cauce_status ca_net_path_check(cauce_run *run, const void *params);
cauce_status ca_net_path_fit(cauce_run *run, const void *params, const cauce_train *train, void *state);
cauce_status ca_net_path_verify(cauce_run *run, const cauce_fitted *self);

/* What the descriptors share. */
#define CA_NET_PATH_COMPONENT(param_rows, state_rows, check_function, fit_function)                          \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI, .role = CAUCE_REGRESSOR,                    \
    .reference = "Friedman, Hastie and Tibshirani, 2010, doi:10.18637/jss.v033.i01; degrees of freedom: "    \
                 "Zou, Hastie and Tibshirani, 2007, doi:10.1214/009053607000000127",                         \
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES, .params_size = sizeof(ca_net_path_params),              \
    .params = param_rows, .state_size = sizeof(ca_net_path), .state = state_rows, .state_version = 1,        \
    .check = check_function, .fit = fit_function, .apply = ca_linear_apply, .verify = ca_net_path_verify

#endif
