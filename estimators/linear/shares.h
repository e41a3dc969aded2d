/* Rows of a piecewise linear loss inside an interior point method, see pinball.h. */
#ifndef CA_LINEAR_SHARES_H
#define CA_LINEAR_SHARES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"
#include "linear/target.h"

/* A row costs c quantile u where its residual u = y - z . v is above 0 and c (quantile - 1) u below. Its dual
 * unknown is c (share - 1 + quantile), share in [0, 1]; low and high belong to these two bounds: high - low
 * is the residual. On the central path share * low = (1 - share) * high = mu, for rows of every weight. */
typedef struct ca_shares {
    int64_t n;
    const ca_target *target; /* y is this and `add`; NULL: zeros */
    const double *c;         /* NULL: ones */
    double add;
    double quantile, scale; /* scale: of c */
    bool by_sign;           /* the quantile is 1 where the target is above 0, and 0 elsewhere */
    /* share where it is the smaller one, -rest where that is: 1 - share would lose its digits, and to keep
     * both would be as much as the numbers of a column */
    double *near;
    /* What rounding slacks and steps to floats does, the residuals of the next step see and take back. */
    float *low, *high;
    float *residual; /* y - z . v - (high - low) */
    float *dshare, *dlow, *dhigh;
} ca_shares;

static inline double ca_shares_share(const ca_shares *s, int64_t i) {
    return s->near[i] > 0 ? s->near[i] : 1 + s->near[i];
}
static inline double ca_shares_rest(const ca_shares *s, int64_t i) {
    return s->near[i] > 0 ? 1 - s->near[i] : -s->near[i];
}
static inline double ca_shares_weight(const ca_shares *s, int64_t i) {
    return s->c ? s->c[i] * s->scale : s->scale;
}
static inline double ca_shares_y(const ca_shares *s, int64_t i) {
    return s->target ? ca_target_at(s->target, i) + s->add : 0;
}
static inline double ca_shares_quantile(const ca_shares *s, int64_t i) {
    return s->by_sign ? (ca_target_at(s->target, i) > 0 ? 1 : 0) : s->quantile;
}
static inline double ca_shares_cost(const ca_shares *s, int64_t i, double residual) {
    double quantile = ca_shares_quantile(s, i);
    return ca_shares_weight(s, i) * (residual > 0 ? quantile * residual : (quantile - 1) * residual);
}
/* The dual unknown of a row as the nearer bound and what is missing to it. Where many v are optimal it is the
 * small parts that tell them apart. */
static inline double ca_shares_at_bound(const ca_shares *s, int64_t i) {
    double quantile = ca_shares_quantile(s, i);
    return ca_shares_weight(s, i) * (s->near[i] < 0 ? quantile : quantile - 1);
}
static inline double ca_shares_off_bound(const ca_shares *s, int64_t i) {
    return ca_shares_weight(s, i) * s->near[i];
}
/* A residual that is smaller than its share is from the bounds is 0 at the optimum. */
static inline bool ca_shares_met(const ca_shares *s, int64_t i) {
    return (double)s->low[i] < fabs(s->near[i]) && (double)s->high[i] < fabs(s->near[i]);
}

/* Room for n rows (scratch). What is not an unknown is set before the start, which is at v = 0 with slacks
 * that differ by the residual and are at least `room`. */
cauce_status ca_shares_open(cauce_run *run, int64_t n, ca_shares *shares);
void ca_shares_start(ca_shares *shares, double room);
/* Weighted sum of share * low + rest * high: how far the duals are from the costs. */
double ca_shares_gap(const ca_shares *shares);
/* A step towards mu; corrected: with the second order terms of the step before. */
typedef struct ca_shares_aim {
    double mu;
    bool corrected;
} ca_shares_aim;
/* Adds weights (but for those of the rows) and targets of the step's least squares problem, of rows row ..
 * row + rows - 1, to theta (NULL: not these) and target. */
void ca_shares_system(const ca_shares *shares, ca_shares_aim aim, int64_t row, int64_t rows, float *theta,
                      double *target);
/* Their part of the step, given z . dv. */
void ca_shares_step(ca_shares *shares, ca_shares_aim aim, int64_t row, int64_t rows, const double *along);
/* Lowers *dual and *primal to how far the step keeps the unknowns above 0. */
void ca_shares_room(const ca_shares *shares, double *dual, double *primal);
double ca_shares_gap_after(const ca_shares *shares, double dual, double primal);
void ca_shares_move(ca_shares *shares, double dual, double primal);

#endif
