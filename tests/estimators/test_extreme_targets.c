/* Forests of targets near the ends of what a number holds: what they say is what they say of targets of
 * ordinary size, times a power of two. */
#include <math.h>
#include <stdio.h>

#include "cauce/scorer.h"
#include "support/check_main.h"
#include "support/noise.h"
#include "support/tables.h"

enum { ROWS = 120, GAPS = 10 };

static double x[2][ROWS], y[ROWS];

static void draw(void) {
    for (int r = 0; r < ROWS; r++) {
        for (int j = 0; j < 2; j++) x[j][r] = noise(1000);
        y[r] = (noise(2) ? 1 : -1) * (1 + (x[0][r] + noise(300)) / 1400);
    }
}

static cauce_table *table_times(int exponent) {
    static double scaled[ROWS];
    for (int r = 0; r < ROWS; r++) scaled[r] = ldexp(y[r], exponent);
    cauce_table *table = cauce_table_new(ROWS);
    cauce_table_add_f64(table, "a", x[0], 1);
    cauce_table_add_f64(table, "b", x[1], 1);
    cauce_table_add_f64(table, "y", scaled, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    return table;
}

/* Rows to predict: every tenth has gaps, where there were none at fit. */
static cauce_table *later_rows(void) {
    static double later[2][ROWS];
    cauce_table *table = cauce_table_new(ROWS);
    for (int j = 0; j < 2; j++) {
        for (int r = 0; r < ROWS; r++) later[j][r] = r % GAPS == j ? (double)NAN : x[j][r] + 0.5;
        cauce_table_add_f64(table, j ? "b" : "a", later[j], 1);
    }
    return table;
}

static void check_same(const cauce_table *out, const cauce_table *plain, int exponent, const char *spec) {
    for (int64_t r = 0; r < cauce_table_rows(out); r++) {
        double said = ldexp(cauce_table_number(out, r, 0), -exponent);
        double expected = cauce_table_number(plain, r, 0);
        ck_assert_msg(fabs(said - expected) < 1e-14, "%s, exponent %d, row %d: %g, not %g", spec, exponent,
                      (int)r, said, expected);
    }
}

/* Many rows, few, and one, which go through the trees in other ways. */
static void check_rows(const cauce_model *model, const cauce_model *plain, int exponent, const char *spec) {
    cauce_table *rows = later_rows();
    cauce_scorer *scorer = cauce_scorer_new(model);
    for (int64_t n = ROWS; n > 2; n = n == ROWS ? 3 : 0) {
        cauce_table *some = table_rows(rows, 0, 1, n);
        cauce_table *out = output_of(model, some), *expected = output_of(plain, some);
        check_same(out, expected, exponent, spec);
        for (int64_t r = 0; r < n; r++) {
            scorer_row(scorer, model, some, r);
            double one = cauce_scorer_run(scorer)[0], among = cauce_table_number(out, r, 0);
            ck_assert_msg(one == among, "%s, row %d: %g alone, %g among others", spec, (int)r, one, among);
        }
        cauce_table_free(expected);
        cauce_table_free(out);
        cauce_table_free(some);
    }
    cauce_scorer_free(scorer);
    cauce_table_free(rows);
}

static double array_apart(const cauce_model *model, const cauce_model *plain, const char *name,
                          int exponent) {
    int64_t n, k, n_plain, k_plain;
    const double *a = cauce_get_array(model, name, &n, &k),
                 *b = cauce_get_array(plain, name, &n_plain, &k_plain);
    double apart = 0;
    ck_assert_msg(a && b && n * k == n_plain * k_plain, "%s", name);
    for (int64_t i = 0; i < n * k; i++)
        if (!isnan(a[i]) || !isnan(b[i])) apart = fmax(apart, fabs(ldexp(a[i], -exponent) - b[i]));
    return apart;
}

static const char *const specs[] = {
    "random_forest_regressor n_estimators=9 oob_score=true",
    "random_forest_regressor n_estimators=9 oob_score=true criterion=absolute_error",
    "extra_trees_regressor n_estimators=9 bootstrap=true oob_score=true",
    "random_forest_regressor n_estimators=300 oob_score=true max_depth=4",
};
static const int exponents[] = { 1022, 900, 600, -600, -900 };

START_TEST(means_and_scores) {
    draw();
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        cauce_table *table = table_times(0);
        cauce_model *plain = model_of(specs[i], table);
        for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
            cauce_table *scaled = table_times(exponents[e]);
            cauce_model *model = model_of(specs[i], scaled);
            check_rows(model, plain, exponents[e], specs[i]);
            ck_assert_double_lt(array_apart(model, plain, "oob_prediction", exponents[e]), 1e-14);
            ck_assert_double_lt(array_apart(model, plain, "oob_score", 0), 1e-13);
            cauce_model_free(model);
            cauce_table_free(scaled);
        }
        cauce_model_free(plain);
        cauce_table_free(table);
    }
}
END_TEST

/* Shares of the largest numbers are rounded: their sum is no more than the largest. */
START_TEST(the_largest_number) {
    enum { N = 4 };
    static const double a[N] = { 1, 2, 3, 4 }, most[N] = { 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023,
                                                           0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023 };
    for (int trees = 2; trees < 40; trees++) {
        char spec[80];
        snprintf(spec, sizeof spec, "extra_trees_regressor n_estimators=%d", trees);
        cauce_table *table = cauce_table_new(N);
        cauce_table_add_f64(table, "a", a, 1);
        cauce_table_add_f64(table, "y", most, 1);
        cauce_table_set_role(table, "y", CAUCE_TARGET);
        cauce_model *model = model_of(spec, table);
        cauce_table *out = output_of(model, table);
        for (int64_t r = 0; r < N; r++) {
            double said = cauce_table_number(out, r, 0);
            ck_assert_msg(fabs(said / most[r] - 1) < 1e-14, "%d trees: %a", trees, said);
        }
        cauce_table_free(out);
        cauce_model_free(model);
        cauce_table_free(table);
    }
}
END_TEST

/* What a decrease of impurity is cannot be said of such targets. */
START_TEST(corrected_importances) {
    draw();
    cauce_table *table = table_times(1000);
    cauce_model *model = model_of("random_forest_regressor n_estimators=5 corrected_importances=true", table);
    int64_t n, k;
    const double *worth = cauce_get_array(model, "corrected_importances", &n, &k);
    for (int64_t j = 0; j < n * k; j++) ck_assert_msg(isfinite(worth[j]), "column %d", (int)j);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("extreme_targets", TEST(means_and_scores), TEST(the_largest_number), TEST(corrected_importances))
