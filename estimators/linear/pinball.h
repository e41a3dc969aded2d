/* Linear programs of quantile regression. */
#ifndef CA_LINEAR_PINBALL_H
#define CA_LINEAR_PINBALL_H

#include "linear/design.h"

/* Minimises sum_i w_i rho(y_i - z_i . v) + sum_j weight_j |v_j| over v, rho(u) = quantile u above 0 and
 * (quantile - 1) u below. */
typedef struct ca_pinball {
    const ca_design *design;
    const double *y;
    double quantile;
    const double *weight; /* q: of the sizes of the coefficients; 0: free */
    int64_t max_iter;
    /* results */
    double *v;         /* q, given as zeros */
    double value, gap; /* objective, and how far from the optimum it may be at most */
    int64_t n_iter;
} ca_pinball;

/* By the interior point method of Portnoy and Koenker (1997, doi:10.1214/ss/1030037960) with Mehrotra's
 * corrections, each step a weighted least squares problem, then by the rows that the optimum goes through.
 * Where many v are optimal: the one in the middle (the analytic centre, a row of weight 2 as two rows). */
cauce_status ca_pinball_fit(cauce_run *run, ca_pinball *problem);

#endif
