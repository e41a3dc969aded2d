/* Scores relative to something: closed forms, constants, the edges of the domains. */
#include "cauce/metrics.h"
#include "metrics/metric.h"
#include "support/check_main.h"

static cauce_run run;

static cauce_status compute(const char *name, int64_t n, const double *y, const double *p, const double *w,
                            double *value) {
    ca_metric_input input = { .n = n, .weight = w, .positive = -1, .y = y, .prediction = p };
    return ca_metric_compute(&run, ca_metric_find(&run, name), &input, value);
}

static double score(const char *name, int64_t n, const double *y, const double *p, const double *w) {
    double value = NAN;
    ca_run_begin(&run);
    ck_assert_msg(compute(name, n, y, p, w, &value) == CAUCE_OK, "%s: %s", name, run.error.message);
    ca_run_end(&run);
    return value;
}

START_TEST(known_values) {
    const double y[] = { 1, 2 }, p[] = { 2, 1 };
    ck_near(score("mean_poisson_deviance", 2, y, p, NULL), log(2), 1e-15);
    ck_near(score("mean_gamma_deviance", 2, y, p, NULL), .5, 1e-15);
    double between;
    ck_assert_int_eq(cauce_metric_values("mean_tweedie_deviance power=1.5", 2, y, p, NULL, &between),
                     CAUCE_OK);
    ck_close(between, .585786437626905, 1e-12); /* 4 (1 - sqrt(2) / 2) / 2 */
    ck_near(score("msle", 2, y, p, NULL), log(1.5) * log(1.5), 1e-15);
    ck_near(score("rmsle", 2, y, p, NULL), log(1.5), 1e-15);
    const double zero[] = { 0, 3 }, some[] = { .5, 3 };
    ck_near(score("mean_poisson_deviance", 2, zero, some, NULL), .5, 1e-16);
}
END_TEST

START_TEST(constant_errors_and_targets) {
    const double y[] = { 1, 2, 4 }, p[] = { 2, 3, 5 }, same[] = { 3, 3, 3 };
    ck_near(score("explained_variance", 3, y, p, NULL), 1, 0);
    ck_near(score("explained_variance", 3, same, y, NULL), 0, 0);
    const char *names[] = { "explained_variance", "d2_absolute_error", "d2_poisson_deviance",
                            "d2_gamma_deviance" };
    for (int i = 0; i < 4; i++) {
        ck_near(score(names[i], 3, same, same, NULL), 1, 0);
        ck_near(score(names[i], 3, y, y, NULL), 1, 0);
        const double two[] = { 2 };
        ck_near(score(names[i], 1, y, y, two), 1, 0); /* one row of weight 2 is two rows */
        double value;
        ca_run_begin(&run);
        ck_assert_int_eq(compute(names[i], 1, y, y, NULL, &value), CAUCE_E_DATA);
        ck_assert_ptr_nonnull(strstr(run.error.message, "single row"));
        ca_run_end(&run);
    }
    const double mean[] = { 7. / 3, 7. / 3, 7. / 3 }, median[] = { 2, 2, 2 };
    ck_near(score("d2_poisson_deviance", 3, y, mean, NULL), 0, 1e-15);
    ck_near(score("d2_gamma_deviance", 3, y, mean, NULL), 0, 1e-15);
    ck_near(score("d2_absolute_error", 3, y, median, NULL), 0, 0);
    const double w[] = { 0, 1, 1 };
    ck_near(score("d2_absolute_error", 3, y, mean, w), 1 - (1. / 3 + 5. / 3) / 2, 1e-15);
}
END_TEST

/* Good predictions keep their digits: the deviance is about (y - p)^2 / y, here 1e-16. */
START_TEST(small_deviances) {
    const double y[] = { 1 }, p[] = { 1 + 0x1p-27 };
    ck_near(score("mean_poisson_deviance", 1, y, p, NULL), 0x1p-54, 0x1p-54 * 1e-7);
    ck_near(score("mean_gamma_deviance", 1, y, p, NULL), 0x1p-54, 0x1p-54 * 1e-7);
    const double tiny[] = { 1e-300 }, large[] = { 1e10 };
    ck_near(score("mean_poisson_deviance", 1, tiny, large, NULL), 2e10, 1e-5);
    ck_near(score("mean_gamma_deviance", 1, tiny, large, NULL), 2 * (310 * log(10) - 1), 1e-11);
}
END_TEST

START_TEST(domains) {
    const double good[] = { 1, 2 }, zero[] = { 1, 0 }, less[] = { 1, -1 }, w[] = { 1, 0 };
    static const struct {
        const char *name;
        bool zero_target, zero_prediction;
    } cases[] = { { "msle", true, true },
                  { "rmsle", true, true },
                  { "mean_poisson_deviance", true, false },
                  { "d2_poisson_deviance", true, false },
                  { "mean_gamma_deviance", false, false },
                  { "d2_gamma_deviance", false, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double *targets[] = { good, zero, less, good, good };
        const double *predictions[] = { good, good, good, zero, less };
        const bool fine[] = { true, cases[i].zero_target, false, cases[i].zero_prediction, false };
        for (int k = 0; k < 5; k++) {
            double value;
            ca_run_begin(&run);
            cauce_status status = compute(cases[i].name, 2, targets[k], predictions[k], NULL, &value);
            ck_assert_int_eq(status, fine[k] ? CAUCE_OK : CAUCE_E_DATA);
            if (!fine[k]) ck_assert_ptr_nonnull(strstr(run.error.message, "row 2 is"));
            ca_run_end(&run);
            if (i != 3 && i != 5) score(cases[i].name, 2, targets[k], predictions[k], w); /* not looked at */
        }
    }
}
END_TEST

TEST_MAIN("deviance", TEST(known_values), TEST(constant_errors_and_targets), TEST(small_deviances),
          TEST(domains))
