#include "math/distance.h"

#include <math.h>

#include "math/special.h"

static double sum_of_squares(const double *x, const double *y, int64_t n) {
    double s[4] = { 0 };
    int64_t j = 0;
    for (; j + 4 <= n; j += 4)
        for (int i = 0; i < 4; i++) s[i] += (x[j + i] - y[j + i]) * (x[j + i] - y[j + i]);
    for (int i = 0; j < n; j++, i++) s[i] += (x[j] - y[j]) * (x[j] - y[j]);
    return (s[0] + s[1]) + (s[2] + s[3]);
}

static double sum_of_sizes(const double *x, const double *y, int64_t n) {
    double s[4] = { 0 };
    int64_t j = 0;
    for (; j + 4 <= n; j += 4)
        for (int i = 0; i < 4; i++) s[i] += fabs(x[j + i] - y[j + i]);
    for (int i = 0; j < n; j++, i++) s[i] += fabs(x[j] - y[j]);
    return (s[0] + s[1]) + (s[2] + s[3]);
}

static double largest_size(const double *x, const double *y, int64_t n) {
    double most = 0;
    for (int64_t j = 0; j < n; j++) {
        double size = fabs(x[j] - y[j]);
        if (size > most) most = size;
    }
    return most;
}

double ca_distance_power(double x, double p) {
    if (p == 3) return x * x * x;
    return x > 0 ? ca_exp(p * ca_log(x)) : 0;
}

/* In units of the largest difference, whose power may be too large for a number. */
static double minkowski(const double *x, const double *y, int64_t n, double p) {
    double most = largest_size(x, y, n), sum = 0;
    if (most == 0 || isinf(most)) return most;
    for (int64_t j = 0; j < n; j++) sum += ca_distance_power(fabs(x[j] - y[j]) / most, p);
    return most * ca_distance_power(sum, 1 / p);
}

/* The square, so that zeros and order are those of the distance; NaN without a coordinate in common. */
static double squares_in_common(const double *x, const double *y, int64_t n) {
    double sum = 0;
    int64_t common = 0;
    for (int64_t j = 0; j < n; j++) {
        double d = x[j] - y[j];
        if (isnan(d)) continue;
        sum += d * d;
        common++;
    }
    return common > 0 ? sum / (double)common * (double)n : (double)NAN;
}

double ca_distance(ca_metric metric, double p, bool holes, const double *x, const double *y, int64_t n) {
    if (holes) return squares_in_common(x, y, n);
    switch (metric) {
    case CA_EUCLIDEAN: return sum_of_squares(x, y, n);
    case CA_MANHATTAN: return sum_of_sizes(x, y, n);
    case CA_CHEBYSHEV: return largest_size(x, y, n);
    case CA_MINKOWSKI: break;
    }
    return minkowski(x, y, n, p);
}
