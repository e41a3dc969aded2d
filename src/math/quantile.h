/* Quantiles of one column by linear interpolation between the sorted values: type 7 of Hyndman and Fan,
 * Sample quantiles in statistical packages, The American Statistician 50 (1996),
 * doi:10.1080/00031305.1996.10473566; the same rounding as numpy.quantile.
 *
 * Whole weights count rows: weight 2 is the row given twice. With other weights only their ratios matter:
 * they are scaled so that they average 1. */
#ifndef CA_MATH_QUANTILE_H
#define CA_MATH_QUANTILE_H

#include <stdint.h>

#include "base/run.h"

/* The present cells of a column, sorted. */
typedef struct ca_sorted {
    const double *values;     /* n, ascending, no NaN */
    const double *cumulative; /* weights of this value and those before it; NULL: all 1 */
    int64_t n;
    double total, slack; /* sum of the weights; what rounding may have added to one of the sums */
} ca_sorted;
/* In scratch memory; n may be 0 when every cell is missing. */
cauce_status ca_sorted_of(cauce_run *run, const double *column, const double *weight, int64_t n_rows,
                          ca_sorted *sorted);
/* 0 <= q <= 1, n >= 1. */
double ca_sorted_quantile(const ca_sorted *sorted, double q);

#endif
