#include "math/isotonic.h"

#include "reference/calibration.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { MOST = 60, PLACES = 41 };

static int64_t fit(const double *x, const double *y, const double *weight, int64_t n, double *at,
                   double *value) {
    cauce_run run;
    int64_t n_points = 0;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_isotonic_fit(&run, x, y, weight, n, at, value, &n_points), CAUCE_OK);
    ca_run_end(&run);
    return n_points;
}

static void compare(const double *weight, const double *place, const double *value, int64_t n,
                    const double *expected) {
    double at[MOST], found[MOST];
    ck_assert_int_eq(fit(curve_x, curve_y, weight, MOST, at, found), n);
    for (int64_t i = 0; i < n; i++) {
        ck_near(at[i], place[i], 0);
        ck_near(found[i], value[i], 1e-15);
    }
    for (int64_t i = 0; i < PLACES; i++)
        ck_near(ca_isotonic_at(at, found, n, -3 + 6 * (double)i / (PLACES - 1)), expected[i], 1e-14);
}

START_TEST(reference) {
    compare(NULL, isotonic_place, isotonic_value, sizeof isotonic_place / sizeof *isotonic_place,
            isotonic_at);
    compare(curve_weight, isotonic_place_weighted, isotonic_value_weighted,
            sizeof isotonic_place_weighted / sizeof *isotonic_place_weighted, isotonic_at_weighted);
}
END_TEST

/* Case 46. */
START_TEST(five_points) {
    static const double x[] = { 1, 2, 3, 4, 5 }, y[] = { 1, 3, 2, 4, 3.5 }, weight[] = { 1, 1, 2, 1, 1 },
                        places[] = { 0, 1, 2, 3, 4, 9 },
                        expected[] = { 1, 1, 2.3333333333333335, 2.3333333333333335, 3.75, 3.75 };
    double at[5], value[5];
    int64_t n = fit(x, y, weight, 5, at, value);
    for (int i = 0; i < 6; i++) ck_near(ca_isotonic_at(at, value, n, places[i]), expected[i], 1e-15);
}
END_TEST

/* At each of distinct x: the largest, over the first points, of the least mean up to a last point. */
static double min_max(const double *y, const double *w, int64_t n, int64_t i) {
    double most = -HUGE_VAL;
    for (int64_t j = 0; j <= i; j++) {
        double least = HUGE_VAL, sum = 0, weight = 0;
        for (int64_t k = j; k < n; k++) {
            sum += w[k] * y[k];
            weight += w[k];
            if (k >= i && sum / weight < least) least = sum / weight;
        }
        if (least > most) most = least;
    }
    return most;
}

START_TEST(definition) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        double x[MOST], y[MOST], w[MOST], at[MOST], value[MOST];
        cauce_rng rng;
        cauce_rng_init(&rng, seed, "isotonic", 0);
        int64_t n = 1 + (int64_t)cauce_rng_below(&rng, MOST);
        for (int64_t i = 0; i < n; i++) {
            x[i] = (double)i + cauce_rng_uniform(&rng) / 2;
            y[i] = seed % 2 ? (double)cauce_rng_below(&rng, 2) : cauce_rng_uniform(&rng);
            w[i] = 1 + (double)cauce_rng_below(&rng, 3);
        }
        int64_t points = fit(x, y, w, n, at, value);
        for (int64_t i = 0; i < points; i++)
            ck_assert(i == 0 || (at[i] > at[i - 1] && value[i] >= value[i - 1]));
        for (int64_t i = 0; i < n; i++)
            ck_near(ca_isotonic_at(at, value, points, x[i]), min_max(y, w, n, i), 1e-13);
    }
}
END_TEST

START_TEST(ends) {
    double at[4], value[4];
    ck_assert_int_eq(fit((const double[]){ 3, 3, 3 }, (const double[]){ 0, 1, 0.5 }, NULL, 3, at, value), 1);
    ck_near(ca_isotonic_at(at, value, 1, -1e308), 0.5, 1e-16);
    ck_near(ca_isotonic_at(at, value, 1, 3), 0.5, 1e-16);
    /* Farther apart than the largest number. */
    ck_assert_int_eq(fit((const double[]){ 1.7e308, -1.7e308 }, (const double[]){ 1, 0 }, NULL, 2, at, value),
                     2);
    ck_near(ca_isotonic_at(at, value, 2, 0), 0.5, 1e-16);
    ck_near(ca_isotonic_at(at, value, 2, 0.85e308), 0.75, 1e-15);
    ck_near(ca_isotonic_at(at, value, 2, INFINITY), 1, 0);
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    FAILING_EACH(pass) {
        cauce_run run;
        double at[MOST], value[MOST];
        int64_t n_points;
        ca_run_begin(&run);
        cauce_status status =
            ca_isotonic_fit(&run, curve_x, curve_y, curve_weight, MOST, at, value, &n_points);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("isotonic", TEST(reference), TEST(five_points), TEST(definition), TEST(ends), TEST(without_memory))
