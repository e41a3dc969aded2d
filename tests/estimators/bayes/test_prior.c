#include "bayes/prior.h"
#include "support/check_main.h"

/* Rows of three classes through ca_prior_finish. */
static void finish(const double *constant, int64_t n, const double *logs, double *out) {
    double shares[] = { 0.5, 0.25, 0.25 }, counts[] = { 2, 1, 1 }, cells[3 * 8];
    ca_prior prior = { 3, counts, shares };
    for (int64_t r = 0; r < n; r++)
        for (int64_t k = 0; k < 3; k++) cells[r + k * 8] = logs[3 * r + k];
    ca_prior_finish(&prior, constant, n, cells, 8);
    for (int64_t r = 0; r < n; r++)
        for (int64_t k = 0; k < 3; k++) out[3 * r + k] = cells[r + k * 8];
}

START_TEST(shares_of_exponentials) {
    const double constant[] = { log(0.5), log(0.25), -INFINITY };
    const double logs[] = { 0, 0, 0, log(2), log(8), 700, -1e9, -1e9 + 1, 5, -1e300, 0, -INFINITY };
    double p[12];
    finish(constant, 4, logs, p);
    const double expected[] = { 2 / 3.0, 1 / 3.0, 0, 1 / 3.0, 2 / 3.0, 0, 2 / (2 + exp(1)), 0, 0, 0, 1, 0 };
    for (int i = 0; i < 12; i++)
        if (i != 7) ck_near(p[i], expected[i], 1e-14);
    ck_near(p[7], exp(1) / (2 + exp(1)), 1e-14);
}
END_TEST

/* The constants are not lost beside large logarithms. */
START_TEST(far_from_everything) {
    const double constant[] = { log(0.5), log(0.25), log(0.25) };
    const double logs[] = { -1e200,    -1e200,    -1e200,    1e15,     1e15,     1e15,
                            -INFINITY, -INFINITY, -INFINITY, INFINITY, INFINITY, 3 };
    double p[12];
    finish(constant, 4, logs, p);
    const double expected[] = { 0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 2 / 3.0, 1 / 3.0, 0 };
    for (int i = 0; i < 12; i++) ck_near(p[i], expected[i], 1e-15);
    const double impossible[] = { -INFINITY, 0, 0 }; /* the only class that is near cannot be */
    finish(impossible, 1, (const double[]){ 0, -INFINITY, -INFINITY }, p);
    for (int i = 0; i < 3; i++) ck_near(p[i], expected[i], 1e-15);
}
END_TEST

TEST_MAIN("prior", TEST(shares_of_exponentials), TEST(far_from_everything))
