#include "math/quantile.h"

#include <math.h>

#include "math/stats.h"

/* Running sums of the weights, which `weights` then holds; scaled to average 1 unless all are whole. */
static void accumulate(double *weights, ca_sorted *sorted) {
    int64_t n = sorted->n;
    double total = 0;
    bool whole = true;
    for (int64_t i = 0; i < n; i++) {
        whole = whole && weights[i] == floor(weights[i]);
        total += weights[i];
        weights[i] = total;
    }
    sorted->total = total;
    sorted->slack = 0;
    if (whole) return;
    for (int64_t i = 0; i < n; i++) weights[i] *= (double)n / total;
    sorted->total = (double)n;
    sorted->slack = (double)n * 0x1p-40;
}

cauce_status ca_sorted_of(cauce_run *run, const double *column, const double *weight, int64_t n_rows,
                          ca_sorted *sorted) {
    double *values = cauce_scratch(run, n_rows, sizeof *values);
    double *weights = weight ? cauce_scratch(run, n_rows, sizeof *weights) : NULL;
    if (!values || (weight && !weights)) return run->error.status;
    int64_t n;
    CA_TRY(ca_sort_present(run, column, weight, n_rows, values, weights, &n));
    *sorted = (ca_sorted){ values, weights, n, (double)n, 0 };
    if (weight) accumulate(weights, sorted);
    return CAUCE_OK;
}

/* Value k (from 0) of the list in which every value stands as often as it weighs. */
static double value_at(const ca_sorted *sorted, double k) {
    int64_t low = 0, high = sorted->n - 1;
    if (!sorted->cumulative) return sorted->values[(int64_t)k < high ? (int64_t)k : high];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (sorted->cumulative[middle] > k + sorted->slack)
            high = middle;
        else
            low = middle + 1;
    }
    return sorted->values[low];
}

double ca_sorted_quantile(const ca_sorted *sorted, double q) {
    double place = (sorted->total - 1) * q, k = floor(place), t = place - k;
    double a = value_at(sorted, k), b = value_at(sorted, k + 1), difference = b - a;
    if (a == b || t == 0) return a;
    if (!isfinite(difference)) return a * (1 - t) + b * t;
    return t < 0.5 ? a + difference * t : b - difference * (1 - t);
}
