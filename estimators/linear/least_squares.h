/* Weighted linear least squares with an L2 penalty. */
#ifndef CA_LINEAR_LEAST_SQUARES_H
#define CA_LINEAR_LEAST_SQUARES_H

#include "linear/design.h"

/* Minimises sum w (y - x . coef - intercept)^2 + alpha |coef|^2 over train's rows, for each of its targets.
 * Normal equations (p x p,
 * or n x n when there are more columns than rows); where they are nearly singular, or svd is asked for, an
 * orthogonal reduction and the solution of least norm. coef: one number for each column, in schema order, one
 * target below the other; intercept: one number for each target. */
cauce_status ca_least_squares(cauce_run *run, const cauce_train *train, double alpha, bool fit_intercept,
                              bool svd, double *coef, double *intercept);
/* The same with a penalty for each target. Of equal ones the matrix is factorised once. */
cauce_status ca_least_squares_each(cauce_run *run, const cauce_train *train, const double *alpha,
                                   bool fit_intercept, bool svd, double *coef, double *intercept);
/* The same of targets that are 1 for the class `mine` of train and -1 for the others. */
cauce_status ca_least_squares_class(cauce_run *run, const cauce_train *train, int32_t mine, double alpha,
                                    bool fit_intercept, bool svd, double *coef, double *intercept);

#endif
