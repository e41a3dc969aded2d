/* What the fitted linear classifiers have in common: their state, what they ask of the target, the weights of
 * its classes, and the functions that read the state. */
#ifndef CA_LINEAR_CLASSES_H
#define CA_LINEAR_CLASSES_H

#include "cauce/sys/component.h"

/* One row of coefficients for two classes (of the second class), else one for each class. n_iter and
 * gradient_norm: only of components whose state rows name them. */
typedef struct ca_linear_classes {
    double *coef, *intercept;
    int64_t n_rows, n_features, n_iter;
    double gradient_norm;
} ca_linear_classes;

/* State rows that every one of them has. */
#define CA_LINEAR_CLASSES_ROWS                                                                               \
    CAUCE_MATRIX(ca_linear_classes, coef, CAUCE_F64, n_rows, n_features,                                     \
                 "Coefficients: one row for two classes (of the second class), else one for each class."),   \
        CAUCE_ARRAY(ca_linear_classes, intercept, CAUCE_F64, n_rows,                                         \
                    "Constant of each row of coefficients.")

/* The class_weight row of a parameter struct. */
#define CA_CLASS_WEIGHT_ROW(T)                                                                               \
    CAUCE_MIXED(T, class_weight, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0.0, 0.0,         \
                "balanced",                                                                                  \
                "Weights of the classes: null (all 1), balanced (inverse to their frequency), or a list of " \
                "\"label:weight\" texts.")

/* DATA unless there are two classes or more; then room for their coefficients. */
cauce_status ca_linear_classes_open(cauce_run *run, const cauce_train *train, ca_linear_classes *s);
/* Weights of the rows times those of their classes; NULL when all are 1. */
cauce_status ca_class_row_weights(cauce_run *run, const cauce_value *class_weight, const cauce_train *train,
                                  const double **weight);
/* NUMERIC unless all coefficients and constants are finite. */
cauce_status ca_linear_classes_finite(cauce_run *run, const ca_linear_classes *s);
/* apply of a classifier with decision values (CAUCE_TAG_MARGIN): of two classes -d and d. */
cauce_status ca_linear_classes_decide(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                      cauce_batch *out, void *scratch);
cauce_status ca_linear_classes_verify(cauce_run *run, const cauce_fitted *self);

#endif
