/* Statistics of one column: NaN is missing and skipped, a row of weight 2 counts as two rows. `weight` NULL:
 * all 1. Sums are added in one fixed order, in lanes that compilers vectorise. */
#ifndef CA_MATH_STATS_H
#define CA_MATH_STATS_H

#include <stdint.h>

#include "base/run.h"

/* Sum of the weights of n rows. */
double ca_weight_sum(const double *weight, int64_t n);

/* Mean and population variance by two passes, both corrected by the rounding left over from the first (Chan,
 * Golub, LeVeque: Algorithms for computing the sample variance, The American Statistician 37 (1983),
 * doi:10.1080/00031305.1983.10483115). weight: of the present cells; without any, mean and var are NaN. */
typedef struct ca_moments {
    double weight, mean, var;
} ca_moments;
ca_moments ca_moments_of(const double *x, const double *weight, int64_t n);

/* Copies the present cells (not NaN) of a column of n rows to `values`, ascending, and their weights to
 * `weights` (not used when `weight` is NULL); -0.0 becomes 0.0, so that equal numbers are the same bits. Both
 * have room for n; *n_present is how many there are. */
cauce_status ca_sort_present(cauce_run *run, const double *column, const double *weight, int64_t n,
                             double *values, double *weights, int64_t *n_present);

/* Of n >= 1 ascending values: the middle one (the mean of the two middle ones where the halves weigh the
 * same), and the heaviest (the smallest of several). */
double ca_sorted_median(const double *values, const double *weights, int64_t n);
double ca_sorted_mode(const double *values, const double *weights, int64_t n);

#endif
