#include "math/lanes.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"

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

/* So many products of 22 bits fit 31 bits. */
enum { COARSE_RUN = 256 };

CA_WIDE static int64_t dot_coarse(int64_t n, const int16_t *x, const int16_t *y) {
    int64_t sum = 0, i = 0;
    for (; i + COARSE_RUN <= n; i += COARSE_RUN) {
        int32_t part = 0;
        for (int64_t k = 0; k < COARSE_RUN; k++) part += (int32_t)x[i + k] * (int32_t)y[i + k];
        sum += part;
    }
    int32_t rest = 0;
    for (; i < n; i++) rest += (int32_t)x[i] * (int32_t)y[i];
    return sum + rest;
}

CA_WIDE static double largest(int64_t n, const double *x, double shift) {
    double lane[LANES] = { 0 }, most = 0;
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int l = 0; l < LANES; l++) {
            double size = fabs(x[i + l] - shift);
            lane[l] = size > lane[l] ? size : lane[l];
        }
    for (int64_t i = whole; i < n; i++) most = fabs(x[i] - shift) > most ? fabs(x[i] - shift) : most;
    for (int l = 0; l < LANES; l++) most = lane[l] > most ? lane[l] : most;
    return most;
}

/* Numbers are rounded by adding what leaves no bits behind the point. */
CA_WIDE static double coarsen(int64_t n, const double *x, double shift, double each, int16_t *out) {
    const double to_whole = 6755399441055744.0; /* 1.5 * 2^52 */
    double lane[LANES] = { 0 };
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < n; i++)
        out[i] = (int16_t)(int32_t)(((x[i] - shift) * each + to_whole) - to_whole);
    for (int64_t i = 0; i < whole; i += LANES)
        for (int l = 0; l < LANES; l++) {
            double off = (x[i + l] - shift) * each - (double)out[i + l];
            lane[l] += off * off;
        }
    for (int64_t i = whole; i < n; i++) {
        double off = (x[i] - shift) * each - (double)out[i];
        lane[i - whole] += off * off;
    }
    return lanes_sum(lane);
}

CA_WIDE static void axpy(int64_t n, double a, const double *x, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

CA_WIDE static void axpy_shifted(int64_t n, double a, const double *x, double shift, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] += a * (x[i] - shift);
}

CA_WIDE static void minus_four(int64_t n, const double a[4], const double *restrict x, int64_t ld,
                               double *restrict y) {
    const double *restrict b = x + ld, *restrict c = x + 2 * ld, *restrict d = x + 3 * ld;
    const double at = a[0], bt = a[1], ct = a[2], dt = a[3];
    for (int64_t i = 0; i < n; i++) y[i] -= (at * x[i] + bt * b[i]) + (ct * c[i] + dt * d[i]);
}

CA_WIDE static void rotate(int64_t n, double c, double s, double *restrict x, double *restrict y) {
    for (int64_t i = 0; i < n; i++) {
        double a = x[i], b = y[i];
        x[i] = c * a + s * b;
        y[i] = c * b - s * a;
    }
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

typedef float four_singles __attribute__((vector_size(16)));

CA_WIDE static void shift_scale_single(int64_t n, const float *x, double shift, double scale, double *out) {
    const int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        four_singles a, b;
        four low, high;
        __builtin_prefetch(x + i + n, 0, 2);
        memcpy(&a, x + i, sizeof a);
        memcpy(&b, x + i + 4, sizeof b);
        low = (__builtin_convertvector(a, four) - shift) * scale;
        high = (__builtin_convertvector(b, four) - shift) * scale;
        memcpy(out + i, &low, sizeof low);
        memcpy(out + i + 4, &high, sizeof high);
    }
    for (int64_t i = whole; i < n; i++) out[i] = ((double)x[i] - shift) * scale;
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

CA_WIDE static bool all_finite_single(const float *x, int64_t n) {
    const uint32_t exponent = 0x7f800000u;
    uint32_t bad = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bad |= (uint32_t)((bits & exponent) == exponent);
    }
    return bad == 0;
}

#ifdef __clang__
#define CA_PICK(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
typedef int64_t four_whole __attribute__((vector_size(32)));
#define CA_PICK(a, b, i, j, k, l) __builtin_shuffle(a, b, (four_whole){ i, j, k, l })
#endif

#define CA_ALWAYS __attribute__((always_inline)) static inline

/* Vectors are handed over where they lie: their place as arguments hangs on the processor. */
CA_ALWAYS void put_column(const four *x, double shift, double scale, double *out) {
    const four scaled = (*x - shift) * scale;
    memcpy(out, &scaled, sizeof scaled);
}

/* Numbers of either kind; the other one is NULL, which is known where this is compiled. */
CA_ALWAYS double one_at(const double *x, const float *single, int64_t at) {
    return single ? (double)single[at] : x[at];
}

CA_ALWAYS void take_four(const double *x, const float *single, int64_t at, four *values) {
    if (!single) {
        memcpy(values, x + at, sizeof *values);
        return;
    }
    four_singles narrow;
    memcpy(&narrow, single + at, sizeof narrow);
    *values = __builtin_convertvector(narrow, four);
}

CA_ALWAYS void ask_for(const double *x, const float *single, int64_t at) {
    if (single)
        __builtin_prefetch(single + at, 0, 2);
    else
        __builtin_prefetch(x + at, 0, 2);
}

/* Four rows of four columns from number `at` on: arguments as those of ca_turn. */
CA_ALWAYS void turn_four(const double *x, const float *single, int64_t at, int64_t step,
                         const double shift[4], const double scale[4], double *out, int64_t ld) {
    four a, b, c, d;
    take_four(x, single, at, &a);
    take_four(x, single, at + step, &b);
    take_four(x, single, at + 2 * step, &c);
    take_four(x, single, at + 3 * step, &d);
    const four even = CA_PICK(a, b, 0, 4, 2, 6), odd = CA_PICK(a, b, 1, 5, 3, 7);
    const four even_too = CA_PICK(c, d, 0, 4, 2, 6), odd_too = CA_PICK(c, d, 1, 5, 3, 7);
    const four columns[4] = { CA_PICK(even, even_too, 0, 1, 4, 5), CA_PICK(odd, odd_too, 0, 1, 4, 5),
                              CA_PICK(even, even_too, 2, 3, 6, 7), CA_PICK(odd, odd_too, 2, 3, 6, 7) };
    for (int64_t j = 0; j < 4; j++) put_column(&columns[j], shift[j], scale[j], out + j * ld);
}

/* Rows that come later are asked for into the second-level cache: the first one is full of columns. */
CA_ALWAYS void turn_rows(int64_t rows, int64_t columns, const double *x, const float *single, int64_t step,
                         const double *shift, const double *scale, double *out, int64_t ld) {
    enum { AHEAD = 16 };
    static const double zeros[4] = { 0 }, ones[4] = { 1, 1, 1, 1 };
    const int64_t full = columns / 4 * 4;
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        for (int64_t j = 0; j < full; j += 4) {
            for (int64_t i = 0; i < 4; i++) ask_for(x, single, (r + AHEAD + i) * step + j);
            turn_four(x, single, r * step + j, step, shift ? shift + j : zeros, scale ? scale + j : ones,
                      out + r + j * ld, ld);
        }
        for (int64_t j = full; j < columns; j++)
            for (int64_t i = 0; i < 4; i++)
                out[r + i + j * ld] =
                    (one_at(x, single, (r + i) * step + j) - (shift ? shift[j] : 0)) * (scale ? scale[j] : 1);
    }
    for (; r < rows; r++)
        for (int64_t j = 0; j < columns; j++)
            out[r + j * ld] =
                (one_at(x, single, r * step + j) - (shift ? shift[j] : 0)) * (scale ? scale[j] : 1);
}

CA_WIDE static void turn(int64_t rows, int64_t columns, const double *x, int64_t step, const double *shift,
                         const double *scale, double *out, int64_t ld) {
    turn_rows(rows, columns, x, NULL, step, shift, scale, out, ld);
}

CA_WIDE static void turn_single(int64_t rows, int64_t columns, const float *x, int64_t step,
                                const double *shift, const double *scale, double *out, int64_t ld) {
    turn_rows(rows, columns, NULL, x, step, shift, scale, out, ld);
}

/* Functions that are compiled several times would be exported: these stand before them. */
double ca_dot(int64_t n, const double *x, const double *y) {
    return dot(n, x, y);
}

double ca_dot_shifted(int64_t n, const double *x, double shift, const double *y) {
    return dot_shifted(n, x, shift, y);
}

int64_t ca_dot_coarse(int64_t n, const int16_t *x, const int16_t *y) {
    return dot_coarse(n, x, y);
}

double ca_coarsen(int64_t n, const double *x, double shift, int16_t *out, double *error, double *size) {
    const double unit = largest(n, x, shift) / CA_COARSEST;
    *error = coarsen(n, x, shift, unit > 0 ? 1 / unit : 0, out) * unit * unit;
    *size = (double)dot_coarse(n, out, out) * unit * unit;
    return unit;
}

void ca_axpy(int64_t n, double a, const double *x, double *y) {
    axpy(n, a, x, y);
}

void ca_axpy_shifted(int64_t n, double a, const double *x, double shift, double *y) {
    axpy_shifted(n, a, x, shift, y);
}

void ca_minus_four(int64_t n, const double a[4], const double *x, int64_t ld, double *y) {
    minus_four(n, a, x, ld, y);
}

void ca_rotate(int64_t n, double c, double s, double *x, double *y) {
    rotate(n, c, s, x, y);
}

void ca_moments_add(int64_t n, const double *x, const double *weight, double shift, ca_moments *sums) {
    moments_add(n, x, weight, shift, sums);
}

void ca_shift_scale(int64_t n, const double *x, double shift, double scale, double *out) {
    shift_scale(n, x, shift, scale, out);
}

void ca_turn(int64_t rows, int64_t columns, const double *x, int64_t step, const double *shift,
             const double *scale, double *out, int64_t ld) {
    turn(rows, columns, x, step, shift, scale, out, ld);
}

void ca_turn_single(int64_t rows, int64_t columns, const float *x, int64_t step, const double *shift,
                    const double *scale, double *out, int64_t ld) {
    turn_single(rows, columns, x, step, shift, scale, out, ld);
}

void ca_shift_scale_single(int64_t n, const float *x, double shift, double scale, double *out) {
    shift_scale_single(n, x, shift, scale, out);
}

bool ca_all_finite_single(const float *x, int64_t n) {
    return all_finite_single(x, n);
}

void ca_times(int64_t n, const double *x, const double *y, double *out) {
    times(n, x, y, out);
}

bool ca_all_finite(const double *x, int64_t n) {
    return all_finite(x, n);
}
