#include "math/special.h"

#include "support/check_main.h"

/* Distance from the exact value in units of the last place of a double. */
static double ulps(double got, long double exact) {
    if (got == (double)exact) return 0;
    double place = nextafter(fabs((double)exact), INFINITY) - fabs((double)exact);
    return (double)(fabsl((long double)got - exact) / (long double)place);
}

static double next(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-53;
}

START_TEST(accuracy) {
    uint64_t seed = 1;
    double worst[4] = { 0 };
    for (int i = 0; i < 400000; i++) {
        double x = (next(&seed) - 0.5) * (i % 3 == 0 ? 1400 : i % 3 == 1 ? 40 : 2);
        double y = exp((next(&seed) - 0.5) * (i % 2 ? 1400 : 1));
        worst[0] = fmax(worst[0], ulps(ca_exp(x), expl(x)));
        worst[1] = fmax(worst[1], ulps(ca_log(y), logl(y)));
        worst[2] = fmax(worst[2], ulps(ca_expit(x), x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x))));
        worst[3] = fmax(worst[3], ulps(ca_log1pexp(x), (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)))));
    }
    for (int k = 0; k < 4; k++)
        ck_assert_msg(worst[k] < (k == 2 ? 2.5 : 2), "function %d: %g ulp", k, worst[k]);
    if (getenv("VERBOSE")) printf("ulp: %g %g %g %g\n", worst[0], worst[1], worst[2], worst[3]);
}
END_TEST

START_TEST(ends) {
    ck_assert(ca_exp(0) == 1 && ca_exp(-0.0) == 1);
    ck_assert(isinf(ca_exp(709.79)) && isinf(ca_exp(INFINITY)) && isinf(ca_exp(1e300)));
    ck_assert(isfinite(ca_exp(709.78)));
    ck_assert(ca_exp(-746) == 0 && ca_exp(-INFINITY) == 0 && ca_exp(-1e300) == 0);
    ck_near(ca_exp(-740) * 0x1p1000, exp(-740) * 0x1p1000, 1e-12);
    ck_assert(isnan(ca_exp(NAN)) && isnan(ca_log(NAN)) && isnan(ca_expit(NAN)) && isnan(ca_log1pexp(NAN)));
    ck_assert(ca_log(1) == 0 && ca_log(0) == -INFINITY && isnan(ca_log(-1)) && isinf(ca_log(INFINITY)));
    ck_near(ca_log(5e-324), log(5e-324), 1e-15);
    ck_near(ca_log(1.7976931348623157e308), log(1.7976931348623157e308), 1e-15);
    ck_assert(ca_expit(0) == 0.5 && ca_expit(1000) == 1 && ca_expit(-1000) == 0);
    ck_assert(ca_expit(INFINITY) == 1 && ca_expit(-INFINITY) == 0);
    ck_assert(ca_log1pexp(1000) == 1000 && ca_log1pexp(-1000) == 0);
}
END_TEST

START_TEST(many_is_one) {
    enum { N = 1003 };
    double x[N], e[N], s[N], p[N], l[N];
    uint64_t seed = 3;
    for (int i = 0; i < N; i++) x[i] = (next(&seed) - 0.5) * (i % 2 ? 1500 : 10);
    x[0] = NAN, x[1] = INFINITY, x[2] = -INFINITY;
    for (int n = 0; n <= N; n += n < 20 ? 1 : 983) {
        ca_exp_many(n, x, e);
        ca_expit_many(n, x, s);
        ca_logistic_many(n, x, p, l);
        for (int i = 0; i < n; i++) {
            double one[4] = { ca_exp(x[i]), ca_expit(x[i]), ca_expit(x[i]), ca_log1pexp(x[i]) };
            double many[4] = { e[i], s[i], p[i], l[i] };
            for (int k = 0; k < 4; k++) ck_assert(one[k] == many[k] || (isnan(one[k]) && isnan(many[k])));
        }
    }
}
END_TEST

/* Against the sum of single logarithms; small terms are not lost beside the 1 of their products. */
START_TEST(sums_of_logarithms) {
    enum { N = 1003 };
    double x[N], p[N], sum = 0;
    uint64_t seed = 5;
    for (int scale = 1; scale <= 1000; scale *= 10)
        for (int n = 0; n <= N; n += n < 40 ? 1 : 321) {
            sum = 0;
            for (int i = 0; i < n; i++) {
                x[i] = (next(&seed) - 0.5) * scale;
                sum += ca_log1pexp(-fabs(x[i]));
            }
            ck_near(ca_expit_sum(n, x, p), sum, 1e-14);
            for (int i = 0; i < n; i++) ck_assert(p[i] == ca_expit(x[i]));
        }
    for (int i = 0; i < N; i++) x[i] = -40;
    double one = ca_log1pexp(-40);
    ck_assert_double_lt(fabs(ca_expit_sum(N, x, p) / (N * one) - 1), 1e-14);
    for (int i = 0; i < N; i++) x[i] = 0;
    ck_near(ca_expit_sum(N, x, p), N * log(2), 1e-15);
    x[0] = INFINITY, x[1] = -INFINITY;
    ck_assert(ca_expit_sum(2, x, p) == 0);
    x[500] = NAN;
    ck_assert(isnan(ca_expit_sum(N, x, p)));
}
END_TEST

/* The bits are part of the interface: model files are scored on other machines. */
START_TEST(bits) {
    uint64_t sum = 0;
    for (int i = -4000; i < 4000; i++) {
        double values[4] = { ca_exp(i * 0.173), ca_expit(i * 0.013), ca_log1pexp(i * 0.017),
                             ca_log(4001 + i * 0.999) };
        for (int k = 0; k < 4; k++) {
            uint64_t bits;
            memcpy(&bits, &values[k], sizeof bits);
            sum = (sum ^ bits) * 0x9e3779b97f4a7c15u;
            sum ^= sum >> 29;
        }
    }
    ck_assert_uint_eq(sum, 3510209504338099469u);
}
END_TEST

TEST_MAIN("special", TEST(accuracy), TEST(ends), TEST(many_is_one), TEST(sums_of_logarithms), TEST(bits))
