/* Objectives of loss.h with penalties on the sizes of the coefficients. */
#ifndef CA_LINEAR_PROX_NEWTON_H
#define CA_LINEAR_PROX_NEWTON_H

#include "linear/newton.h"

/* Whose loss: of classes (point NULL), or of a point loss (y NULL, n_classes 2). */
typedef struct ca_prox_loss {
    const int32_t *y;
    int32_t n_classes;
    const ca_point *point;
} ca_prox_loss;

/* Minimises loss + sum_j l1_j |v_j| over all vectors (l1: q numbers >= 0, in design order) by Newton steps
 * whose quadratic model keeps the sizes and is minimised by coordinate descent (Yuan, Ho and Lin 2012,
 * http://jmlr.org/papers/v13/yuan12a.html). `gradient` becomes the least element of the subdifferential: 0 at
 * the optimum. Many unknowns are taken in as they violate the conditions of the optimum. */
cauce_status ca_prox_newton(cauce_run *run, const ca_design *design, const ca_prox_loss *of,
                            const double *penalty, const double *l1, ca_descent *descent, double *v,
                            double *gradient);

#endif
