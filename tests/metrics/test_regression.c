/* Scores of numbers: constants, zeros, weights as repeated rows, long tables. */
#include "metrics/metric.h"
#include "support/check_main.h"

static double score(const char *name, int64_t n, const double *y, const double *p, const double *w) {
    cauce_run run;
    ca_metric_input input = { .n = n, .weight = w, .positive = -1, .y = y, .prediction = p };
    double value = NAN;
    ca_run_begin(&run);
    cauce_status status = ca_metric_compute(&run, ca_metric_find(&run, name), &input, &value);
    ck_assert_msg(status == CAUCE_OK, "%s: %s", name, run.error.message);
    ca_run_end(&run);
    return value;
}

START_TEST(constants) {
    double y[50], p[50];
    for (int i = 0; i < 50; i++) y[i] = p[i] = .1;
    for (int n = 2; n <= 50; n++) { /* the mean of n times .1 is not always .1 */
        p[0] = .1;
        ck_near(score("r2", n, y, p, NULL), 1, 0);
        p[0] = .2;
        ck_near(score("r2", n, y, p, NULL), 0, 0);
    }
    const double two[] = { 2 };
    ck_near(score("r2", 1, y + 1, p + 1, two), 1, 0); /* one row of weight 2 is two rows */
    const double tiny[] = { 1e-200, 2e-200 }, other[] = { 2e-200, 1e-200 };
    ck_near(score("r2", 2, tiny, tiny, NULL), 1, 0);
    ck_assert(!isnan(score("r2", 2, tiny, other, NULL)));
}
END_TEST

START_TEST(targets_of_zero) {
    const double y[] = { 0, 1 }, p[] = { 1, 1 };
    ck_near(score("mape", 2, y, p, NULL), 2251799813685248., 0);
    ck_near(score("mape", 1, y + 1, y, NULL), 1, 0);
}
END_TEST

/* The median of the sample with its rows repeated, for all small weights. */
START_TEST(weighted_median) {
    cauce_rng rng;
    cauce_rng_init(&rng, 3, "test", 0);
    for (int trial = 0; trial < 2000; trial++) {
        double y[8] = { 0 }, p[8], w[8], tenths[8], again[32];
        int n = 1 + trial % 8, m = 0;
        for (int i = 0; i < n; i++) {
            p[i] = (double)cauce_rng_below(&rng, 7);
            w[i] = i == 0 ? 1 : (double)cauce_rng_below(&rng, 4);
            tenths[i] = w[i] * .1; /* the same sample */
            for (int k = 0; k < (int)w[i]; k++) again[m++] = p[i];
        }
        for (int i = 1; i < m; i++) /* insertion sort */
            for (int j = i; j > 0 && again[j] < again[j - 1]; j--) {
                double swap = again[j];
                again[j] = again[j - 1];
                again[j - 1] = swap;
            }
        double median = (again[(m - 1) / 2] + again[m / 2]) / 2;
        ck_near(score("median_ae", n, y, p, w), median, 0);
        ck_near(score("median_ae", n, y, p, tenths), median, 0);
    }
}
END_TEST

START_TEST(known_values) {
    const double y[] = { 3, -.5, 2, 7 }, p[] = { 2.5, 0, 2, 8 };
    ck_near(score("mse", 4, y, p, NULL), .375, 0);
    ck_near(score("rmse", 4, y, p, NULL), sqrt(.375), 1e-16);
    ck_near(score("mae", 4, y, p, NULL), .5, 0);
    ck_near(score("max_error", 4, y, p, NULL), 1, 0);
    ck_near(score("median_ae", 4, y, p, NULL), .5, 0);
    ck_near(score("r2", 4, y, p, NULL), .948608137044967880, 1e-15);
    const double w[] = { 1, 1, 1, 0 };
    ck_near(score("max_error", 4, y, p, w), .5, 0);
}
END_TEST

/* A plain running sum would be off in the tenth digit here. */
START_TEST(long_sums_keep_their_digits) {
    int64_t n = 1000000;
    double *y = calloc((size_t)n, sizeof *y), *p = calloc((size_t)n, sizeof *p);
    for (int64_t i = 0; i < n; i++) p[i] = .1;
    p[0] = 1e9;
    ck_near(score("mae", n, y, p, NULL), (1e9 + .1 * (double)(n - 1)) / (double)n, 1e-15);
    free(y);
    free(p);
}
END_TEST

START_TEST(overflow_is_infinite_not_nan) {
    const double y[] = { 1e200, 2e200 }, p[] = { -1e200, 0 };
    ck_assert(isinf(score("mse", 2, y, p, NULL)));
    ck_assert(isinf(score("rmse", 2, y, p, NULL)));
}
END_TEST

TEST_MAIN("regression", TEST(constants), TEST(targets_of_zero), TEST(weighted_median), TEST(known_values),
          TEST(long_sums_keep_their_digits), TEST(overflow_is_infinite_not_nan))
