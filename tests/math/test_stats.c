#include "math/stats.h"

#include "support/check_main.h"

START_TEST(moments) {
    const double x[] = { 1, NAN, 2, 4 }, w[] = { 1, 5, 1, 2 };
    ca_moments m = ca_moments_of(x, w, 4);
    ck_assert(m.weight == 4 && m.mean == 2.75 && m.var == 1.6875);
    m = ca_moments_of(x, NULL, 4);
    ck_assert(m.weight == 3);
    ck_near(m.mean, 7 / 3.0, 1e-15);
    ck_near(m.var, 14 / 9.0, 1e-15);
    m = ca_moments_of(x + 1, NULL, 1);
    ck_assert(m.weight == 0 && isnan(m.mean) && isnan(m.var));
}
END_TEST

/* A small spread on a large offset: one pass over squares would lose every digit. */
START_TEST(moments_are_exact) {
    enum { N = 10001 };
    static double x[N];
    for (int i = 0; i < N; i++) x[i] = 1e9 + (i - N / 2);
    ca_moments m = ca_moments_of(x, NULL, N);
    ck_assert(m.mean == 1e9);
    ck_near(m.var, ((double)N * N - 1) / 12, 1e-14);
    for (int i = 0; i < N; i++) x[i] = 0.1;
    m = ca_moments_of(x, NULL, N);
    ck_assert(m.mean == 0.1 && m.var < 1e-30);
}
END_TEST

START_TEST(weights) {
    double w[21];
    for (int i = 0; i < 21; i++) w[i] = i;
    for (int n = 0; n <= 21; n++) ck_assert(ca_weight_sum(w, n) == n * (n - 1) / 2);
    ck_assert(ca_weight_sum(NULL, 7) == 7);
}
END_TEST

static double median_of(const double *x, const double *w, int64_t n, double *mode) {
    cauce_run run;
    double values[32], weights[32];
    int64_t present = 0;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_sort_present(&run, x, w, n, values, weights, &present), CAUCE_OK);
    for (int64_t i = 1; i < present; i++) ck_assert(values[i - 1] <= values[i]);
    *mode = ca_sorted_mode(values, w ? weights : NULL, present);
    double median = ca_sorted_median(values, w ? weights : NULL, present);
    ca_run_end(&run);
    return median;
}

/* Integer weights against the sample with every row repeated. */
START_TEST(weighted_is_repeated) {
    unsigned seed = 1;
    for (int round = 0; round < 500; round++) {
        double x[8], w[8], repeated[32], a, b;
        int64_t n = 1 + round % 8, m = 0;
        for (int64_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            x[i] = (double)((seed >> 16) % 5);
            w[i] = (double)(1 + (seed >> 24) % 4);
            for (int k = 0; k < (int)w[i]; k++) repeated[m++] = x[i];
            if ((seed >> 8) % 7 == 0 && i > 0) {
                m -= (int64_t)w[i];
                x[i] = NAN;
            }
        }
        ck_assert(median_of(x, w, n, &a) == median_of(repeated, NULL, m, &b));
        ck_assert(a == b);
    }
}
END_TEST

START_TEST(middles) {
    double mode;
    ck_assert(median_of((const double[]){ 4, 1, 3, 2 }, NULL, 4, &mode) == 2.5);
    ck_assert(mode == 1);
    ck_near(median_of((const double[]){ 1.7e308, 1.6e308 }, NULL, 2, &mode), 1.65e308, 1e-15);
    ck_assert(median_of((const double[]){ -INFINITY, INFINITY, 3 }, NULL, 3, &mode) == 3);
    ck_assert(!signbit(median_of((const double[]){ -0.0 }, NULL, 1, &mode)));
    ck_assert(!signbit(median_of((const double[]){ -0.0 }, (const double[]){ 2 }, 1, &mode)));
}
END_TEST

TEST_MAIN("stats", TEST(moments), TEST(moments_are_exact), TEST(weights), TEST(weighted_is_repeated),
          TEST(middles))
