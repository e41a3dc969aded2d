/* Piecewise linear losses of the margin: quantile regression, and support vector machines with the hinge and
 * the epsilon-insensitive loss. */
#ifndef CA_LINEAR_PINBALL_H
#define CA_LINEAR_PINBALL_H

#include "linear/design.h"
#include "linear/target.h"

/* Costs of a row: quantile u for a residual u = y - z . v above 0, (quantile - 1) u below. */
typedef struct ca_pinball_side {
    ca_target target; /* y is this and `add` */
    double add;
    double quantile; /* in [0, 1] */
    bool by_sign;    /* the quantile is 1 where the target is above 0, and 0 elsewhere */
} ca_pinball_side;

/* Minimises scale * sum_i w_i (costs of row i, on each side) + sum_j weight_j |v_j| + 1/2 sum_j ridge_j v_j^2
 * over v, w the weights of the design. */
typedef struct ca_pinball {
    const ca_design *design;
    ca_pinball_side side[2];
    int n_sides;
    double scale;
    const double *weight; /* q; NULL: zeros */
    const double *ridge;  /* q; NULL: zeros */
    int64_t max_iter;
    /* results */
    double *v;         /* q, given as zeros */
    double value, gap; /* objective, and how far from the optimum it may be */
    int64_t n_iter;
} ca_pinball;

/* By the interior point method of Portnoy and Koenker (1997, doi:10.1214/ss/1030037960), for support vector
 * machines of Ferris and Munson (2002, doi:10.1137/S1052623400374379), with Mehrotra's corrections, each step
 * a weighted least squares problem; then by the rows that the optimum goes through. Where many v are optimal:
 * the one in the middle (the analytic centre, a row of weight 2 as two rows). */
cauce_status ca_pinball_fit(cauce_run *run, ca_pinball *problem);
/* Whether the gap is small enough to be called the optimum. */
bool ca_pinball_converged(const ca_pinball *problem);

#endif
