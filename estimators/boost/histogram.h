/* Histograms of gradients: for each bin the sum of the gradients, of the second derivatives, and the number
 * of rows.
 *
 * All three are whole numbers: gradients are cut to multiples of a power of two that is chosen for each tree,
 * so fine that all sums fit into 64 bits together with the count (for a million rows 24 bits are left for the
 * average gradient: single precision). Whole numbers add up to the same whatever the order: histograms may be
 * made in any number of parts and subtracted from each other, and nothing depends on threads. Where the
 * second derivative is 1 a bin is one word, gradient above, count below; otherwise two. */
#ifndef CA_BOOST_HISTOGRAM_H
#define CA_BOOST_HISTOGRAM_H

#include "boost/table.h"

typedef struct ca_sums {
    int64_t g, h,
        n; /* of gradients and second derivatives (in units), and of rows (as often as they count) */
} ca_sums;

typedef struct ca_wide_bin {
    int64_t g, hn; /* hn: second derivative above, count below */
} ca_wide_bin;

typedef struct ca_units {
    bool narrow;             /* second derivatives are 1: bins are int64_t, otherwise ca_wide_bin */
    int count_bits;          /* of a word, for the number of rows */
    double g_scale, h_scale; /* units in 1, */
    double g_unit, h_unit;   /* and 1 / scale: powers of two */
} ca_units;

/* sum_g: of absolute values, sum_h: both over all rows as often as they count; n: how often they count. */
ca_units ca_units_of(bool narrow, double sum_g, double sum_h, int64_t n);

/* What rows are counted with. */
typedef struct ca_gradients {
    ca_units units;
    const float *pairs;   /* by row: gradient, second derivative (not read when narrow) */
    const int32_t *times; /* by row: how often it counts; NULL: 1 */
} ca_gradients;

static inline size_t ca_histogram_bytes(const ca_table *table, const ca_units *units) {
    return (size_t)table->n_bins * (units->narrow ? sizeof(int64_t) : sizeof(ca_wide_bin));
}

/* Adds the rows to a histogram of zeros. */
cauce_status ca_histogram_add(cauce_run *run, const ca_table *table, const ca_gradients *gradients,
                              const uint32_t *rows, int64_t n, void *histogram);
/* whole -= part */
void ca_histogram_subtract(const ca_table *table, const ca_units *units, void *whole, const void *part);
/* Sums of rows. */
ca_sums ca_sums_of(const ca_gradients *gradients, const uint32_t *rows, int64_t n);

static inline ca_sums ca_sums_read(const ca_units *units, const void *histogram, int64_t bin) {
    int64_t mask = (INT64_C(1) << units->count_bits) - 1;
    if (units->narrow) {
        int64_t word = ((const int64_t *)histogram)[bin], n = word & mask;
        return (ca_sums){ (word - n) >> units->count_bits, n, n };
    }
    const ca_wide_bin *wide = (const ca_wide_bin *)histogram + bin;
    int64_t n = wide->hn & mask;
    return (ca_sums){ wide->g, (wide->hn - n) >> units->count_bits, n };
}
static inline ca_sums ca_sums_minus(ca_sums a, ca_sums b) {
    return (ca_sums){ a.g - b.g, a.h - b.h, a.n - b.n };
}
static inline ca_sums ca_sums_plus(ca_sums a, ca_sums b) {
    return (ca_sums){ a.g + b.g, a.h + b.h, a.n + b.n };
}

#endif
