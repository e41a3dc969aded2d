#include "math/platt.h"

#include "reference/calibration.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { ROWS = 60 };

static void fit(const double *x, const double *y, const double *weight, int64_t n, double found[2]) {
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_platt_fit(&run, x, y, weight, n, &found[0], &found[1]), CAUCE_OK);
    ca_run_end(&run);
}

static double probability(const double found[2], double x) {
    return 1 / (1 + exp(found[0] * x + found[1]));
}

START_TEST(reference) {
    double found[2];
    fit(curve_x, curve_y, NULL, ROWS, found);
    for (int i = 0; i < 2; i++) ck_near(found[i], platt[i], 1e-12);
    fit(curve_x, curve_y, curve_weight, ROWS, found);
    for (int i = 0; i < 2; i++) ck_near(found[i], platt_weighted[i], 1e-12);
}
END_TEST

/* Both derivatives are 0, wherever and however large the numbers are. */
START_TEST(it_is_the_minimum) {
    for (int kind = 0; kind < 40; kind++) {
        double x[ROWS], y[ROWS], found[2], n1 = 0, dz = 0, d = 0;
        cauce_rng rng;
        cauce_rng_init(&rng, (uint64_t)kind, "platt", 0);
        double size = exp((kind % 5 - 2) * 20.0), far = kind % 3 ? 0 : 30 * size;
        for (int i = 0; i < ROWS; i++) {
            double z = cauce_rng_uniform(&rng) - 0.5;
            y[i] = kind % 4 == 0   ? z > 0.1 /* apart */
                   : kind % 4 == 1 ? z > cauce_rng_uniform(&rng) - 0.5
                   : kind % 4 == 2 ? z < 0.3 /* the other way */
                                   : i == 7;
            x[i] = far + size * z;
            n1 += y[i];
        }
        fit(x, y, NULL, ROWS, found);
        for (int i = 0; i < ROWS; i++) {
            double target = y[i] > 0 ? (n1 + 1) / (n1 + 2) : 1 / (ROWS - n1 + 2);
            double rest = probability(found, x[i]) - target;
            d += rest;
            dz += rest * (x[i] - far) / size;
        }
        ck_assert_msg(fabs(d) < 1e-8 && fabs(dz) < 1e-8, "%d: %g %g", kind, d, dz);
    }
}
END_TEST

/* Equal numbers, or a single outcome: what the counts say. */
START_TEST(nothing_to_learn) {
    static const double same[] = { 2.5, 2.5, 2.5, 2.5 }, apart[] = { 1, 2, 3, 4 }, y[] = { 0, 1, 1, 1 },
                        all[] = { 1, 1, 1, 1 };
    double found[2];
    fit(same, y, NULL, 4, found);
    ck_near(found[0], 0, 0);
    ck_near(probability(found, 2.5), (3 * (4 / 5.0) + 1 / 3.0) / 4, 1e-14);
    fit(apart, all, NULL, 4, found);
    for (int i = 0; i < 4; i++) ck_near(probability(found, apart[i]), 5 / 6.0, 1e-12);
    fit((const double[]){ -1.7e308, 1.7e308, 0 }, (const double[]){ 0, 1, 1 }, NULL, 3, found);
    ck_assert(isfinite(found[0]) && isfinite(found[1]));
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    FAILING_EACH(pass) {
        cauce_run run;
        double found[2];
        ca_run_begin(&run);
        cauce_status status = ca_platt_fit(&run, curve_x, curve_y, NULL, ROWS, &found[0], &found[1]);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("platt", TEST(reference), TEST(it_is_the_minimum), TEST(nothing_to_learn), TEST(without_memory))
