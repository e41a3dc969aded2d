/* How much a column says about a target: the scores by which columns are selected. No missing values. */
#ifndef CA_MATH_ASSOCIATION_H
#define CA_MATH_ASSOCIATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"

/* A score and the chance of one as large where column and target are independent (NaN where the score has no
 * known distribution). A constant column scores NaN, where not said otherwise. */
typedef struct ca_association {
    double score, pvalue;
} ca_association;

/* The target: classes, or numbers. */
typedef struct ca_associated {
    int64_t n;
    const int32_t *y_class; /* 0 .. n_classes-1; NULL: numbers */
    int32_t n_classes;
    const double *y;
    const double *weight; /* whole numbers count rows; NULL: all 1 */
} ca_associated;

/* F of the one-way analysis of variance: the variance between the classes over that within. inf where the
 * column is constant in each class. */
cauce_status ca_anova(cauce_run *run, const ca_associated *target, const double *x, ca_association *out);
/* F of the linear regression on the column alone: r^2 / (1 - r^2) (n - 2); 0 for a constant column, the
 * largest number for a perfect one. */
cauce_status ca_f_regression(cauce_run *run, const ca_associated *target, const double *x,
                             ca_association *out);
/* Chi-squared of the sums of a column of numbers >= 0 in each class against what the sizes of the classes let
 * expect. */
cauce_status ca_chi2(cauce_run *run, const ca_associated *target, const double *x, ca_association *out);
/* Mutual information in nats, from the distances to the k-th nearest row: of the same class (Ross, PLoS ONE 9
 * (2014), doi:10.1371/journal.pone.0087357), or in the plane of x and y (Kraskov, Stoegbauer, Grassberger,
 * Phys. Rev. E 69 (2004), doi:10.1103/PhysRevE.69.066138). Where rows are equal, these are counted instead
 * (Gao, Kannan, Oh, Viswanath, NIPS 2017): no noise has to part them. At least 0. Weights are not looked at.
 */
cauce_status ca_mutual_information(cauce_run *run, const ca_associated *target, const double *x, int64_t k,
                                   ca_association *out);

/* ---- For the files that score -------------------------------------------------------------------------- */

/* The power of two that brings numbers near 1: their squares neither overflow nor vanish. */
double ca_power_scale(const double *x, int64_t n);
/* Multiplies by it; the standard deviation after that. */
double ca_power_scaled(double *x, int64_t n);
/* Of ascending values: how many lie at most `radius` (below it, unless closed) from value i, itself
 * included. */
int64_t ca_count_near(const double *sorted, int64_t n, int64_t i, double radius, bool closed);
/* Distance from value i to its k-th nearest neighbour among ascending values. */
double ca_kth_distance(const double *sorted, int64_t n, int64_t i, int64_t k);

#endif
