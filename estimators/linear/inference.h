/* Standard errors, tests and intervals of an unpenalised fit, as R's lm and glm have them: expected
 * information at the optimum; degrees of freedom count rows, whatever their weights. */
#ifndef CA_LINEAR_INFERENCE_H
#define CA_LINEAR_INFERENCE_H

#include <stdbool.h>

#include "cauce/sys/component.h"

/* Part of a state; every length is 0 where it was not asked for. Coefficients in the order of the columns,
 * then the constant if there is one; nan for a coefficient that the rows do not determine. */
typedef struct ca_inference {
    double *std_error, *statistic, *p_value, *conf_low, *conf_high;
    int64_t n_tests;
    double *log_likelihood, *aic, *bic, *deviance, *null_deviance, *dispersion, *df_residual;
    int64_t n_facts;
} ca_inference;

#define CA_INFERENCE_ROW_(T, f, n, help)                                                                     \
    { #f, CAUCE_F64, offsetof(T, inference.f), offsetof(T, inference.n), (size_t)-1, help }

/* State rows of a struct with a member `inference`. */
#define CA_INFERENCE_ROWS(T)                                                                                 \
    CA_INFERENCE_ROW_(T, std_error, n_tests,                                                                 \
                      "With statistics: standard error of each coefficient, then of the constant; nan: not " \
                      "determined."),                                                                        \
        CA_INFERENCE_ROW_(T, statistic, n_tests, "The coefficient over its standard error."),                \
        CA_INFERENCE_ROW_(T, p_value, n_tests,                                                               \
                          "Chance of a statistic at least as far from 0 if the coefficient were 0."),        \
        CA_INFERENCE_ROW_(T, conf_low, n_tests, "Lower end of the confidence interval."),                    \
        CA_INFERENCE_ROW_(T, conf_high, n_tests, "Upper end of the confidence interval."),                   \
        CA_INFERENCE_ROW_(T, log_likelihood, n_facts,                                                        \
                          "Logarithm of the likelihood; nan where the family has none in closed form."),     \
        CA_INFERENCE_ROW_(T, aic, n_facts, "Akaike's criterion."),                                           \
        CA_INFERENCE_ROW_(T, bic, n_facts, "Schwarz's criterion, by the number of rows."),                   \
        CA_INFERENCE_ROW_(T, deviance, n_facts, "Deviance of the model."),                                   \
        CA_INFERENCE_ROW_(T, null_deviance, n_facts, "Deviance of a model without columns."),                \
        CA_INFERENCE_ROW_(T, dispersion, n_facts,                                                            \
                          "Variance of the target over what the family says, estimated or 1."),              \
        CA_INFERENCE_ROW_(T, df_residual, n_facts, "Rows less coefficients that they determine.")

/* Parameter rows of a struct with members `statistics` and `confidence`. */
#define CA_INFERENCE_PARAMS(T)                                                                               \
    CAUCE_BOOL(T, statistics, false,                                                                         \
               "Whether standard errors, tests and intervals of the coefficients, likelihood and deviance "  \
               "are computed too, for a fit without a penalty."),                                            \
        CAUCE_REAL_ABOVE(T, confidence, 0.95, 0.0, 0.9999999999,                                             \
                         "How sure the confidence intervals of statistics are to hold the coefficient.")

/* The distribution of the target. */
typedef struct ca_family {
    bool logistic; /* two classes */
    double power;  /* otherwise: of the variance, see linear/glm.h */
    bool log_link;
} ca_family;

/* train: with y or y_class. weight: of the rows, or NULL. coef, intercept: the optimum. Warns of
 * coefficients that the rows do not determine. */
cauce_status ca_inference_of(cauce_run *run, const ca_family *family, const cauce_train *train,
                             const double *weight, bool fit_intercept, const double *coef, double intercept,
                             double confidence, ca_inference *inference);
/* FORMAT unless the lengths are 0 or those of a model with n_features columns. */
cauce_status ca_inference_verify(cauce_run *run, const ca_inference *inference, int64_t n_features);

#endif
