#include "math/stats.h"

#include <math.h>

#include "math/sort.h"

enum { LANES = 8 };

typedef struct sums {
    double weight, first, second;
} sums;

static double add_lanes(const double lane[LANES]) {
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

double ca_weight_sum(const double *weight, int64_t n) {
    if (!weight) return (double)n;
    double lane[LANES] = { 0 };
    int64_t whole = n - n % LANES;
    for (int64_t r = 0; r < whole; r += LANES)
        for (int64_t i = 0; i < LANES; i++) lane[i] += weight[r + i];
    for (int64_t r = whole; r < n; r++) lane[r - whole] += weight[r];
    return add_lanes(lane);
}

/* Sums over the present cells: weights, deviations from `centre`, their squares. */
static sums add_column(const double *x, const double *weight, int64_t n, double centre) {
    double count[LANES] = { 0 }, first[LANES] = { 0 }, second[LANES] = { 0 };
    for (int64_t r = 0; r < n; r += LANES) {
        int64_t lanes = n - r < LANES ? n - r : LANES;
        for (int64_t i = 0; i < lanes; i++) {
            bool here = !isnan(x[r + i]);
            double w = !here ? 0 : weight ? weight[r + i] : 1;
            double d = here ? x[r + i] - centre : 0;
            count[i] += w;
            first[i] += w * d;
            second[i] += w * d * d;
        }
    }
    return (sums){ add_lanes(count), add_lanes(first), add_lanes(second) };
}

ca_moments ca_moments_of(const double *x, const double *weight, int64_t n) {
    sums rough = add_column(x, weight, n, 0);
    double total = rough.weight, centre = rough.first / total;
    if (!(total > 0)) return (ca_moments){ 0, (double)NAN, (double)NAN };
    sums exact = add_column(x, weight, n, centre);
    double var = (exact.second - exact.first * exact.first / total) / total;
    return (ca_moments){ total, centre + exact.first / total, var < 0 ? 0 : var };
}

static cauce_status sort_weighted(cauce_run *run, const double *column, const double *weight, int64_t n,
                                  double *values, double *weights, int64_t *n_present) {
    int64_t *order = cauce_scratch(run, n, sizeof *order), m = 0;
    if (!order) return run->error.status;
    CA_TRY(ca_argsort(run, column, n, order));
    for (; m < n && !isnan(column[order[m]]); m++) { /* NaN is last */
        values[m] = column[order[m]] + 0.0;          /* -0.0 + 0.0 is 0.0 */
        weights[m] = weight[order[m]];
    }
    *n_present = m;
    return CAUCE_OK;
}

cauce_status ca_sort_present(cauce_run *run, const double *column, const double *weight, int64_t n,
                             double *values, double *weights, int64_t *n_present) {
    /* Given back at once: a table may have many columns. */
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    cauce_status status;
    if (weight) {
        status = sort_weighted(run, column, weight, n, values, weights, n_present);
    } else {
        int64_t m = 0;
        for (int64_t r = 0; r < n; r++)
            if (!isnan(column[r])) values[m++] = column[r] + 0.0;
        *n_present = m;
        status = ca_sort(run, values, m);
    }
    ca_arena_back(&run->scratch, mark);
    return status;
}

/* (a + b) / 2 without overflow. */
static double middle(double a, double b) {
    double sum = a + b;
    return isfinite(sum) ? sum / 2 : a / 2 + b / 2;
}

double ca_sorted_median(const double *values, const double *weights, int64_t n) {
    if (!weights) return n % 2 ? values[n / 2] : middle(values[n / 2 - 1], values[n / 2]);
    double half = 0, below = 0;
    for (int64_t i = 0; i < n; i++) half += weights[i];
    half /= 2;
    for (int64_t i = 0; i + 1 < n; i++) {
        below += weights[i];
        if (below > half) return values[i];
        if (below == half) return middle(values[i], values[i + 1]);
    }
    return values[n - 1];
}

double ca_sorted_mode(const double *values, const double *weights, int64_t n) {
    double best = values[0], most = 0;
    for (int64_t i = 0; i < n;) {
        double value = values[i], count = 0;
        for (; i < n && values[i] == value; i++) count += weights ? weights[i] : 1;
        if (count > most) {
            most = count;
            best = value;
        }
    }
    return best;
}
