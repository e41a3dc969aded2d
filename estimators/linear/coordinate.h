/* Least squares with penalties on the sizes and on the squares of the coefficients (elastic net, Zou and
 * Hastie 2005, doi:10.1111/j.1467-9868.2005.00503.x). */
#ifndef CA_LINEAR_COORDINATE_H
#define CA_LINEAR_COORDINATE_H

#include "linear/linear.h"

typedef struct ca_net {
    double alpha, l1_ratio;
    bool fit_intercept, positive;
    int64_t max_iter;
    double tol;
} ca_net;

/* Minimises 1 / (2 W) sum w (y - x . coef - intercept)^2 + alpha l1_ratio |coef|_1 + alpha (1 - l1_ratio) / 2
 * |coef|^2, W the sum of the weights, by cyclic coordinate descent (Friedman, Hastie and Tibshirani 2010,
 * doi:10.18637/jss.v033.i01) down to a duality gap of tol y'y; then, where the columns that are left in allow
 * it, by the linear system that the optimum solves. Fills `linear` in; warns when max_iter passes do not do.
 */
cauce_status ca_coordinate_fit(cauce_run *run, const ca_net *net, const cauce_train *train,
                               ca_linear *linear);

#endif
