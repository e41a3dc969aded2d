#include "math/lanes.h"

#include <string.h>

#include "math/wide.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { LANES = 8 };

static double lanes_sum(const double lane[LANES]) {
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

CA_WIDE static double dot(int64_t n, const double *x, const double *y) {
    double lane[LANES] = { 0 };
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int l = 0; l < LANES; l++) lane[l] += x[i + l] * y[i + l];
    for (int64_t i = whole; i < n; i++) lane[i - whole] += x[i] * y[i];
    return lanes_sum(lane);
}

CA_WIDE static double dot_shifted(int64_t n, const double *x, double shift, const double *y) {
    double lane[LANES] = { 0 };
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int l = 0; l < LANES; l++) lane[l] += (x[i + l] - shift) * y[i + l];
    for (int64_t i = whole; i < n; i++) lane[i - whole] += (x[i] - shift) * y[i];
    return lanes_sum(lane);
}

CA_WIDE static void axpy(int64_t n, double a, const double *x, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

CA_WIDE static void axpy_shifted(int64_t n, double a, const double *x, double shift, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] += a * (x[i] - shift);
}

typedef double four __attribute__((vector_size(32)));

/* Pieces of columns are too short for processors to foresee that others follow: those are asked for here. */
CA_WIDE static void shift_scale(int64_t n, const double *x, double shift, double scale, double *out) {
    const int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        four low, high;
        __builtin_prefetch(x + i + n, 0, 2);
        memcpy(&low, x + i, sizeof low);
        memcpy(&high, x + i + 4, sizeof high);
        low = (low - shift) * scale;
        high = (high - shift) * scale;
        memcpy(out + i, &low, sizeof low);
        memcpy(out + i + 4, &high, sizeof high);
    }
    for (int64_t i = whole; i < n; i++) out[i] = (x[i] - shift) * scale;
}

CA_WIDE static void times(int64_t n, const double *x, const double *y, double *out) {
    for (int64_t i = 0; i < n; i++) out[i] = x[i] * y[i];
}

CA_WIDE static void moments_add(int64_t n, const double *x, const double *weight, double shift,
                                ca_moments *sums) {
    ca_moments sum = *sums;
    const int64_t whole = n / 4 * 4;
    for (int64_t r = 0; r < whole; r += 4)
        for (int l = 0; l < 4; l++) {
            double delta = x[r + l] - shift, w = weight ? weight[r + l] : 1;
            sum.a[l] += w * delta;
            sum.b[l] += w * (delta * delta);
        }
    for (int64_t r = whole; r < n; r++) {
        double delta = x[r] - shift, w = weight ? weight[r] : 1;
        sum.a[0] += w * delta;
        sum.b[0] += w * (delta * delta);
    }
    *sums = sum;
}

/* By the bits, so that the compiler can use vectors. */
CA_WIDE static bool all_finite(const double *x, int64_t n) {
    const uint64_t exponent = 0x7ff0000000000000u;
    uint64_t bad = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bad |= (uint64_t)((bits & exponent) == exponent);
    }
    return bad == 0;
}

/* Two rows of an even number of columns, two by two; how many there were is returned. */
static int64_t turn_pair(int64_t columns, const double *upper, const double *lower, double *out, int64_t ld) {
    int64_t j = 0;
#ifdef __SSE2__
    for (; j + 2 <= columns; j += 2) {
        const __m128d a = _mm_loadu_pd(upper + j), b = _mm_loadu_pd(lower + j);
        _mm_storeu_pd(out + j * ld, _mm_unpacklo_pd(a, b));
        _mm_storeu_pd(out + (j + 1) * ld, _mm_unpackhi_pd(a, b));
    }
#else
    (void)columns, (void)upper, (void)lower, (void)out, (void)ld;
#endif
    return j;
}

/* Functions that are compiled several times would be exported: these stand before them. */
double ca_dot(int64_t n, const double *x, const double *y) {
    return dot(n, x, y);
}

double ca_dot_shifted(int64_t n, const double *x, double shift, const double *y) {
    return dot_shifted(n, x, shift, y);
}

void ca_axpy(int64_t n, double a, const double *x, double *y) {
    axpy(n, a, x, y);
}

void ca_axpy_shifted(int64_t n, double a, const double *x, double shift, double *y) {
    axpy_shifted(n, a, x, shift, y);
}

void ca_moments_add(int64_t n, const double *x, const double *weight, double shift, ca_moments *sums) {
    moments_add(n, x, weight, shift, sums);
}

void ca_shift_scale(int64_t n, const double *x, double shift, double scale, double *out) {
    shift_scale(n, x, shift, scale, out);
}

void ca_turn(int64_t rows, int64_t columns, const double *x, int64_t step, double *out, int64_t ld) {
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        const double *upper = x + r * step, *lower = upper + step;
        int64_t j = turn_pair(columns, upper, lower, out + r, ld);
        for (; j < columns; j++) {
            out[r + j * ld] = upper[j];
            out[r + 1 + j * ld] = lower[j];
        }
    }
    for (int64_t j = 0; j < columns && r < rows; j++) out[r + j * ld] = x[r * step + j];
}

void ca_times(int64_t n, const double *x, const double *y, double *out) {
    times(n, x, y, out);
}

bool ca_all_finite(const double *x, int64_t n) {
    return all_finite(x, n);
}
