/* What a cut is worth. All row statistics are whole numbers held in doubles (see grow.h), so sums are exact
 * and do not depend on the order of the rows; equal partitions therefore have gains of equal bits, and ties
 * are broken by rule instead of by rounding.
 *
 * Two shapes of statistics are enough: a *pair* (sum, weight) for regression and for two classes (sum =
 * weight of class 1; Gini's gain is then twice that of the squared error), and class weights for more
 * classes. */
#ifndef CA_TREE_CRITERION_H
#define CA_TREE_CRITERION_H

#include "cauce/sys/component.h"

typedef enum ca_criterion {
    CA_GINI,
    CA_ENTROPY,
    CA_SQUARED_ERROR,
    CA_ABSOLUTE_ERROR,
    CA_POISSON
} ca_criterion;

/* How gains are computed: by shape of the statistics and criterion. */
typedef enum ca_scoring {
    CA_SCORE_SQUARES, /* pairs: squared error, and Gini of two classes */
    CA_SCORE_PAIR_ENTROPY,
    CA_SCORE_POISSON,
    CA_SCORE_ABSOLUTE, /* pairs: absolute.c */
    CA_SCORE_GINI,     /* class weights */
    CA_SCORE_ENTROPY
} ca_scoring;

typedef struct ca_pair {
    double s, w;
} ca_pair;

/* x log x of the whole numbers below n, which is all that most nodes ask for. */
typedef struct ca_xlogx {
    const double *table;
    int64_t n;
} ca_xlogx;
cauce_status ca_xlogx_make(cauce_run *run, int64_t n, ca_xlogx *logs);
double ca_xlogx_large(double x);
static inline double ca_xlogx_of(const ca_xlogx *logs, double x) {
    return x < (double)logs->n ? logs->table[(int64_t)x] : ca_xlogx_large(x);
}

/* Gains: what a cut makes of both sides; larger is better; the node's own value (ca_pair_base) is the gain of
 * no cut. Swapping the sides gives the same bits. */
static inline double ca_squares(ca_pair l, ca_pair r) {
    return (l.s * l.s * r.w + r.s * r.s * l.w) / (l.w * r.w);
}
double ca_pair_gain(ca_scoring scoring, const ca_xlogx *logs, ca_pair l, ca_pair r);
double ca_pair_base(ca_scoring scoring, const ca_xlogx *logs, ca_pair node);

/* The same for class weights: one side's part (the gain is the sum of both). w = sum of the k weights. */
double ca_class_side(ca_scoring scoring, const ca_xlogx *logs, const double *weights, int32_t k, double w);

#endif
