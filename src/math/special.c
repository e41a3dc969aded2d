#include "math/special.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"

/* The functions are written without branches that depend on the data, so that the loops at the end are
 * vectorised; nothing but + - * / and integer arithmetic is used, all of which are exactly defined: the same
 * bits in every width, on every CPU (the library is built with -ffp-contract=off). */

static inline uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ln 2 in two parts; the first has 32 zero bits at its end, so that k * LN2_HIGH is exact. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW  1.90821492927058770002e-10
#define LOG2_E   1.44269504088896338700
/* Adding 1.5 * 2^52 rounds to an integer, which then stands in the low bits. */
#define ROUNDER 6755399441055744.0

/* exp(x) = 2^k exp(r), |r| <= ln(2) / 2, with the Taylor sum to r^13 (what is left out: below 5e-18). The
 * power of two is applied in two halves, so that results next to overflow and denormal ones come out right.
 */
static inline double exp_of(double x) {
    double clipped = x > 710 ? 710 : x;
    clipped = clipped < -746 ? -746 : clipped; /* NaN passes both */
    double rounded = clipped * LOG2_E + ROUNDER;
    double k = rounded - ROUNDER;
    double r = clipped - k * LN2_HIGH;
    double low = k * LN2_LOW;
    double reduced = r - low;
    double error = (r - reduced) - low; /* what the subtraction lost */
    double q = 1.0 / 6227020800;
    q = q * reduced + 1.0 / 479001600;
    q = q * reduced + 1.0 / 39916800;
    q = q * reduced + 1.0 / 3628800;
    q = q * reduced + 1.0 / 362880;
    q = q * reduced + 1.0 / 40320;
    q = q * reduced + 1.0 / 5040;
    q = q * reduced + 1.0 / 720;
    q = q * reduced + 1.0 / 120;
    q = q * reduced + 1.0 / 24;
    q = q * reduced + 1.0 / 6;
    q = q * reduced + 1.0 / 2;
    double sum = 1 + (reduced + (reduced * reduced * q + error));
    /* k + 2048 is positive and even-splittable: unsigned arithmetic only */
    uint64_t shifted = bits_of(rounded) - bits_of(ROUNDER) + 2048;
    uint64_t half = shifted >> 1;
    double first = from_bits((half - 1) << 52); /* 2^(half - 1024) */
    double second = from_bits((shifted - half - 1) << 52);
    return sum * first * second;
}

/* log(x) for normal x > 0: x = 2^k m, m in [sqrt(1/2), sqrt(2)), s = (m - 1) / (m + 1), and
 * log(m) = 2 atanh(s), arranged so that the large part f - f^2/2 is added last. */
static inline double log_of_normal(double x, double more) {
    uint64_t bits = bits_of(x);
    /* counted from sqrt(1/2), plus 1024 to stay unsigned */
    uint64_t exponent = (bits - 0x3fe6a09e667f3bcdu + ((uint64_t)1024 << 52)) >> 52;
    double k = from_bits(0x4330000000000000u | exponent) - (4503599627370496.0 + 1024) + more;
    double m = from_bits(bits - ((exponent - 1024) << 52));
    double f = m - 1;
    double s = f / (2 + f), z = s * s;
    double r = 2.0 / 23;
    r = r * z + 2.0 / 21;
    r = r * z + 2.0 / 19;
    r = r * z + 2.0 / 17;
    r = r * z + 2.0 / 15;
    r = r * z + 2.0 / 13;
    r = r * z + 2.0 / 11;
    r = r * z + 2.0 / 9;
    r = r * z + 2.0 / 7;
    r = r * z + 2.0 / 5;
    r = r * z + 2.0 / 3;
    r = r * z;
    double half_square = 0.5 * f * f;
    return k * LN2_HIGH - ((half_square - (s * (half_square + r) + k * LN2_LOW)) - f);
}

/* log(1 + z) for z >= 0: the logarithm of the rounded sum, and what the rounding lost. */
static inline double log1p_of(double z) {
    double sum = 1 + z;
    return log_of_normal(sum, 0) + (z - (sum - 1)) / sum;
}

static inline double expit_of(double x) {
    double z = exp_of(x < 0 ? x : -x);
    return (x < 0 ? z : 1) / (1 + z);
}

static inline double log1pexp_of(double x) {
    double large = x > 0 ? x : (x <= 0 ? 0 : x); /* NaN stays */
    return large + log1p_of(exp_of(x < 0 ? x : -x));
}

double ca_exp(double x) {
    return exp_of(x);
}

double ca_log(double x) {
    if (!(x > 0)) return x == 0 ? -INFINITY : NAN;
    if (x > 1.7976931348623157e308) return x;
    if (x < 2.2250738585072014e-308) return log_of_normal(x * 18014398509481984.0, -54); /* denormal */
    return log_of_normal(x, 0);
}

double ca_expit(double x) {
    return expit_of(x);
}

double ca_log1pexp(double x) {
    return log1pexp_of(x);
}

/* Static: clones of an exported function would be exported. */
CA_WIDE static void exp_all(int64_t n, const double *x, double *out) {
    for (int64_t i = 0; i < n; i++) out[i] = exp_of(x[i]);
}

CA_WIDE static void expit_all(int64_t n, const double *x, double *out) {
    for (int64_t i = 0; i < n; i++) out[i] = expit_of(x[i]);
}

CA_WIDE static void logistic_all(int64_t n, const double *x, double *p, double *loss) {
    for (int64_t i = 0; i < n; i++) {
        double at = x[i], z = exp_of(at < 0 ? at : -at);
        double large = at > 0 ? at : (at <= 0 ? 0 : at);
        p[i] = (at < 0 ? z : 1) / (1 + z);
        loss[i] = large + log1p_of(z);
    }
}

/* p = expit(x), z = exp(-|x|) */
CA_WIDEST static void unit_all(int64_t n, const double *x, double *p, double *z) {
    for (int64_t i = 0; i < n; i++) {
        double at = x[i], e = exp_of(at < 0 ? at : -at);
        p[i] = (at < 0 ? e : 1) / (1 + e);
        z[i] = e;
    }
}

enum { BLOCK = 256, LANES = 16 };

/* The sum of log(1 + z) of at most a block, by the logarithms of 16 products. Products less 1 are kept, so
 * that small z are not lost: (1 + a)(1 + z) - 1 = a + z + a z. They stay below 2^16. */
CA_WIDE static double sum_of_logs(int64_t n, const double *z) {
    double all[LANES] = { 0 }, sum = 0;
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) all[l] += z[i + l] + all[l] * z[i + l];
    for (int l = 0; i < n; i++, l++) all[l] += z[i] + all[l] * z[i];
    for (int l = 0; l < LANES; l++) sum += log1p_of(all[l]);
    return sum;
}

void ca_exp_many(int64_t n, const double *x, double *out) {
    exp_all(n, x, out);
}

void ca_expit_many(int64_t n, const double *x, double *out) {
    expit_all(n, x, out);
}

void ca_logistic_many(int64_t n, const double *x, double *p, double *loss) {
    logistic_all(n, x, p, loss);
}

double ca_expit_sum(int64_t n, const double *x, double *p) {
    double z[BLOCK], sum = 0;
    for (int64_t first = 0; first < n; first += BLOCK) {
        int64_t many = n - first < BLOCK ? n - first : BLOCK;
        unit_all(many, x + first, p + first, z);
        sum += sum_of_logs(many, z);
    }
    return sum;
}
