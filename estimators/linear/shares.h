/* Rows of a piecewise linear loss inside an interior point method, see pinball.h. */
#ifndef CA_LINEAR_SHARES_H
#define CA_LINEAR_SHARES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"
#include "linear/target.h"

/* A row costs c quantile u where its residual u = y - z . v is above 0 and c (quantile - 1) u below. Its dual
 * unknown is c (share - 1 + quantile), share in [0, 1] and rest = 1 - share; the slacks low and high belong
 * to these two bounds: high - low is the residual. On the central path share * low = rest * high = mu, for
 * rows of every weight.
 *
 * There are many rows: of both pairs the smaller one is kept, the other follows from it and from the margin,
 * and steps are computed from the margins where they are needed. */
typedef struct ca_shares {
    int64_t n;
    const ca_target *target; /* y is this and `add`; NULL: zeros */
    const double *c;         /* NULL: ones */
    double add;
    double quantile, scale; /* scale: of c */
    bool by_sign;           /* the quantile is 1 where the target is above 0, and 0 elsewhere */
    /* share where it is the smaller one, -rest where that is: 1 - share would lose its digits */
    double *near;
    float *near_single; /* instead */
    float *slack;       /* low or high */
} ca_shares;

static inline double ca_shares_near(const ca_shares *s, int64_t i) {
    return s->near ? s->near[i] : (double)s->near_single[i];
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
    return ca_shares_weight(s, i) * (ca_shares_near(s, i) < 0 ? quantile : quantile - 1);
}
static inline double ca_shares_off_bound(const ca_shares *s, int64_t i) {
    return ca_shares_weight(s, i) * ca_shares_near(s, i);
}

/* Room for n rows (scratch), single: with shares of single precision. What is not an unknown is set before
 * the start, which is at v = 0 with slacks that differ by the residual and are at least `room`. */
cauce_status ca_shares_open(cauce_run *run, int64_t n, bool single, ca_shares *shares);
void ca_shares_start(ca_shares *shares, double room);

/* Rows row .. row + rows - 1: margins of four vectors, `ld` from one to the next: of the point at which the
 * shares are, of the step that aims at mu = 0 from there, of the one with its second order terms, and of the
 * point to which that one leads. Those of a point must be the same bits whenever they are given: next to the
 * optimum the smallest difference would lead the duals off their constraint. */
enum { CA_SHARES_POINT, CA_SHARES_PLAIN, CA_SHARES_CORRECTED, CA_SHARES_NEXT, CA_SHARES_VECTORS };
typedef struct ca_shares_rows {
    int64_t row, rows, ld;
    const double *margin;
} ca_shares_rows;

/* Goes on by the corrected step, which aims at mu: shares and slacks each by their part of it. */
typedef struct ca_shares_move {
    double mu, dual, primal;
} ca_shares_move;
void ca_shares_go(ca_shares *shares, ca_shares_rows rows, ca_shares_move move);

/* What the point is worth: costs; weighted sum of share * low + rest * high, how far the duals are from the
 * costs; the dual objective without the squares. margin: of the first row here, at the point. Adds to
 * worth. */
typedef struct ca_shares_worth {
    double cost, gap, dual;
} ca_shares_worth;
void ca_shares_look(const ca_shares *shares, int64_t row, int64_t rows, const double *margin,
                    ca_shares_worth *worth);
/* The least squares problem of the plain step: adds its weights (but for those of the rows) to theta, its
 * targets to `target`, and the duals in their two parts to at_bound and off_bound. */
void ca_shares_system(const ca_shares *shares, int64_t row, int64_t rows, const double *margin, float *theta,
                      double *target, double *at_bound, double *off_bound);

/* How far steps may go and keep the unknowns above 0: 1 / these, which are raised; and the gap after a plain
 * step of lengths a (duals) and b (slacks): gap + a of_dual + b of_primal + a b of_both. */
typedef struct ca_shares_reach {
    double of_dual, of_primal, of_both;
    double dual, primal;
} ca_shares_reach;
/* Of the plain step; adds the targets of the corrected one, which are fixed + mu by_mu. */
void ca_shares_plain(const ca_shares *shares, ca_shares_rows rows, double *fixed, double *by_mu,
                     ca_shares_reach *reach);
/* Of the corrected one: dual and primal alone. */
void ca_shares_corrected(const ca_shares *shares, ca_shares_rows rows, double mu, ca_shares_reach *reach);

/* A residual that is smaller than its share is from the bounds is 0 at the optimum. */
bool ca_shares_met(const ca_shares *shares, int64_t i, double margin);

#endif
