#include "math/tails.h"

#include <math.h>

#include "math/powers.h"
#include "math/root.h"
#include "math/special.h"

#define HALF_LOG_2PI 0.91893853320467274178
#define LOG_PI       1.14472988584940017414

/* The series around 0 (NIST Digital Library of Mathematical Functions 7.6.2); beyond, where the difference to
 * 1 would lose digits, Laplace's continued fraction (7.9.3) from its end. */
double ca_normal_two_sided(double z) {
    double x = fabs(z);
    if (isnan(z)) return z;
    double density = ca_exp(-0.5 * x * x - HALF_LOG_2PI);
    if (x < 2.5) {
        double term = x, sum = x;
        for (int k = 1; k < 100 && term > 1e-18 * sum; k++) {
            term *= x * x / (2 * k + 1);
            sum += term;
        }
        return 1 - 2 * density * sum;
    }
    double fraction = x;
    for (int k = 160; k >= 1; k--) fraction = x + k / fraction;
    return 2 * density / fraction;
}

/* Stirling's series (5.11.1), after steps up to where it holds. */
double ca_log_gamma(double x) {
    static const double c[] = { 1 / 12.0,   -1 / 360.0,      1 / 1260.0, -1 / 1680.0,
                                1 / 1188.0, -691 / 360360.0, 1 / 156.0 };
    double product = 1;
    for (; x < 12; x++) product *= x;
    double square = 1 / (x * x), sum = 0;
    for (int k = 6; k >= 0; k--) sum = sum * square + c[k];
    return (x - 0.5) * ca_log(x) - x + HALF_LOG_2PI + sum / x - ca_log(product);
}

/* log(gamma(a + 1/2) / gamma(a)): the two logarithms are nearly equal where a is large (5.11.13). */
static double log_half_step(double a) {
    if (a < 60) return ca_log_gamma(a + 0.5) - ca_log_gamma(a);
    double s = 1 / (a * a);
    return 0.5 * ca_log(a) - (1 / 8.0 - s * (1 / 192.0 - s * (1 / 640.0 - s * 17 / 14336.0))) / a;
}

/* The continued fraction of the incomplete beta function (8.17.22) by Lentz's method. rest: 1 - x, which
 * keeps the digits of the first term where x is nearly 1. */
static double beta_fraction(double a, double b, double x, double rest) {
    const double tiny = 1e-300;
    double c = 1, d = x < 0.5 ? 1 - (a + b) * x / (a + 1) : (1 - b + (a + b) * rest) / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double result = d;
    for (int m = 1; m <= 100000; m++) {
        double change = 1;
        for (int odd = 0; odd < 2; odd++) {
            double number = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                                : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + number * d;
            c = 1 + number / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            change = c * d;
            result *= change;
        }
        if (fabs(change - 1) < 1e-16) break;
    }
    return result;
}

/* The incomplete beta function at df / (df + t^2) with a = df / 2, b = 1/2 (8.17.22, and 8.17.4 for the other
 * side). */
double ca_student_two_sided(double t, double df) {
    double square = t * t, a = df / 2;
    if (isnan(t) || isnan(df)) return NAN;
    if (square == 0) return 1;
    if (isinf(square)) return 0;
    if (df > 1e8) return ca_normal_two_sided(t);
    double x = df / (df + square), rest = square / (df + square);
    double log_x = -ca_log1p(square / df), log_rest = -ca_log1p(df / square);
    double front = ca_exp(a * log_x + 0.5 * log_rest + log_half_step(a) - 0.5 * LOG_PI);
    if (x < (a + 1) / (a + 2.5)) return front * beta_fraction(a, 0.5, x, rest) / a;
    return 1 - front * beta_fraction(0.5, a, rest, x) / 0.5;
}

/* log(gamma(a + b) / gamma(a)) for b a multiple of 1/2: a difference of logarithms would lose digits. */
static double log_steps(double a, double b) {
    double sum = 0;
    for (; b >= 1; b--) sum += ca_log(a++);
    return b > 0 ? sum + log_half_step(a) : sum;
}

/* The incomplete beta function at d2 / (d2 + d1 f) with a = d2 / 2, b = d1 / 2. */
double ca_fisher_upper(double f, double d1, double d2) {
    double a = d2 / 2, b = d1 / 2, ratio = d1 * f / d2;
    if (isnan(f) || !(d1 > 0) || !(d2 > 0)) return NAN;
    if (f <= 0) return 1;
    if (isinf(ratio)) return 0;
    double x = 1 / (1 + ratio), rest = ratio / (1 + ratio);
    double front = ca_exp(log_steps(a, b) - ca_log_gamma(b) - a * ca_log1p(ratio) - b * ca_log1p(1 / ratio));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x, rest) / a;
    return 1 - front * beta_fraction(b, a, rest, x) / b;
}

/* The incomplete gamma function: its series (8.7.1) below, Legendre's continued fraction (8.9.2) above. */
double ca_chi_squared_upper(double chi2, double df) {
    const double tiny = 1e-300;
    double a = df / 2, x = chi2 / 2;
    if (isnan(chi2) || !(df > 0)) return NAN;
    if (x <= 0) return 1;
    if (isinf(x)) return 0;
    double front = ca_exp(a * ca_log(x) - x - ca_log_gamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (double k = a + 1; term > 1e-17 * sum; k++) sum += term *= x / k;
        return 1 - front * sum;
    }
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, result = d;
    for (int k = 1; k <= 100000; k++) {
        double number = -k * (k - a);
        b += 2;
        d = number * d + b;
        c = b + number / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        result *= c * d;
        if (fabs(c * d - 1) < 1e-16) break;
    }
    return front * result;
}

/* The asymptotic series (5.11.2), after steps up to where it holds. */
double ca_digamma(double x) {
    double sum = 0;
    for (; x < 12; x++) sum -= 1 / x;
    double s = 1 / (x * x);
    double series =
        s * (1 / 12.0 -
             s * (1 / 120.0 - s * (1 / 252.0 - s * (1 / 240.0 - s * (1 / 132.0 - s * 691 / 32760.0)))));
    return sum + ca_log(x) - 0.5 / x - series;
}

struct wanted {
    double p, df;
};

static double missing_tail(double t, void *payload) {
    const struct wanted *w = payload;
    return w->p - ca_student_two_sided(t, w->df);
}

double ca_student_two_sided_quantile(double p, double df) {
    struct wanted w = { p, df };
    double high = 1;
    while (high < 1e300 && missing_tail(high, &w) < 0) high *= 2;
    return ca_root(missing_tail, &w, 0, high);
}
