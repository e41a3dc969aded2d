/* Linear regressions of several targets against scikit-learn: a row of coefficients for each, then the
 * constants. */
#include <stdlib.h>

#include "support/targets.h"

typedef struct shape {
    int64_t n;
    int width;
    bool weighted;
} shape;

static const shape all = { 442, 8, false }, weighted = { 442, 8, true }, few = { 6, 8, false },
                   seven = { 7, 8, false }, collinear = { 442, 9, false };

static cauce_model *fit(const char *recipe, shape of) {
    double *cells;
    cauce_table *table = table_of_targets(of.n, of.width, of.weighted, &cells);
    cauce_model *model = model_of(recipe, table);
    cauce_table_free(table);
    free(cells);
    return model;
}

static void coefficients(const char *recipe, shape of, const double *expected, double tol) {
    cauce_model *model = fit(recipe, of);
    int64_t rows, columns;
    const double *coef = cauce_get_array(model, "coef", &rows, &columns);
    ck_assert_int_eq(rows, 3);
    ck_assert_int_eq(columns, of.width);
    for (int i = 0; i < 3 * of.width; i++) ck_near(coef[i], expected[i], tol);
    const double *intercept = cauce_get_array(model, "intercept", &rows, &columns);
    ck_assert_int_eq(rows, 3);
    for (int t = 0; t < 3; t++) ck_near(intercept[t], expected[3 * of.width + t], tol);
    cauce_model_free(model);
}

START_TEST(linear_regression) {
    coefficients("linear_regression", all, ref_targets_ols, 1e-10);
    coefficients("linear_regression fit_intercept=false", all, ref_targets_ols_plain, 1e-10);
    coefficients("linear_regression", weighted, ref_targets_ols_weighted, 1e-10);
    coefficients("linear_regression positive=true", all, ref_targets_ols_positive, 1e-10);
    coefficients("linear_regression", few, ref_targets_ols_wide, 1e-9); /* least norm */
    coefficients("linear_regression", collinear, ref_targets_ols_collinear, 1e-9);
}
END_TEST

START_TEST(ridge) {
    static const char *const solvers[] = { "auto", "cholesky", "svd" };
    for (int i = 0; i < 3; i++) {
        char text[5][100];
        const char *const given[] = { "0.5", "[0.01, 1.0, 0.3]", "[0.01, 1.0, 0.3] fit_intercept=false" };
        for (int k = 0; k < 3; k++)
            snprintf(text[k], sizeof text[k], "ridge solver=%s alpha=%s", solvers[i], given[k]);
        coefficients(text[0], all, ref_targets_ridge, 1e-11);
        coefficients(text[1], all, ref_targets_ridge_each, 1e-11);
        coefficients(text[2], all, ref_targets_ridge_plain, 1e-11);
        coefficients(text[1], weighted, ref_targets_ridge_weighted, 1e-11);
        coefficients(text[1], few, ref_targets_ridge_wide, 1e-11);
        coefficients(text[1], collinear, ref_targets_ridge_collinear, 1e-10);
    }
    coefficients("ridge alpha=0", collinear, ref_targets_ols_collinear, 1e-9);
    coefficients("ridge alpha=[0, 0, 0]", few, ref_targets_ols_wide, 1e-9);
}
END_TEST

static void chosen(const char *recipe, shape of, const double *expected, int64_t n, double tol) {
    cauce_model *model = fit(recipe, of);
    int64_t rows, columns;
    const double *alpha = cauce_get_array(model, "alpha", &rows, &columns);
    ck_assert_int_eq(rows, n);
    for (int64_t t = 0; t < n; t++) ck_assert(alpha[t] == expected[t]);
    const double *score = cauce_get_array(model, "best_score", &rows, &columns);
    ck_assert_int_eq(rows, n);
    for (int64_t t = 0; t < n; t++) ck_close(score[t], expected[n + t], tol);
    cauce_get_array(model, "scores", &rows, &columns);
    ck_assert_int_eq(rows, n == 1 ? 4 : n);
    ck_assert_int_eq(columns, n == 1 ? 1 : 4);
    cauce_model_free(model);
}

#define FOUR "alphas=[0.001, 0.01, 0.1, 1.0]"
START_TEST(ridge_cv) {
    coefficients("ridge_cv " FOUR, all, ref_targets_cv, 1e-10);
    chosen("ridge_cv " FOUR, all, ref_targets_cv_choice, 1, 1e-10);
    coefficients("ridge_cv alpha_per_target=true " FOUR, all, ref_targets_cv_each, 1e-10);
    chosen("ridge_cv alpha_per_target=true " FOUR, all, ref_targets_cv_each_choice, 3, 1e-10);
    coefficients("ridge_cv alpha_per_target=true fit_intercept=false " FOUR, seven, ref_targets_cv_wide,
                 1e-9);
    chosen("ridge_cv alpha_per_target=true fit_intercept=false " FOUR, seven, ref_targets_cv_wide_choice, 3,
           1e-9);
    coefficients("ridge_cv cv=5 " FOUR, all, ref_targets_cv_folds, 1e-10);
    chosen("ridge_cv cv=5 " FOUR, all, ref_targets_cv_folds_choice, 1, 1e-10);
}
END_TEST

START_TEST(dummy_regressor) {
    const struct {
        const char *recipe;
        shape of;
        const double *expected;
    } cases[] = { { "dummy_regressor", all, ref_targets_mean },
                  { "dummy_regressor strategy=median", all, ref_targets_median },
                  { "dummy_regressor", weighted, ref_targets_weighted_mean } };
    for (int i = 0; i < 3; i++) {
        cauce_model *model = fit(cases[i].recipe, cases[i].of);
        int64_t rows, columns;
        const double *constant = cauce_get_array(model, "constant", &rows, &columns);
        ck_assert_int_eq(rows, 3);
        for (int t = 0; t < 3; t++) ck_near(constant[t], cases[i].expected[t], 1e-12);
        cauce_model_free(model);
    }
}
END_TEST

START_TEST(threads) {
    const char *const recipes[] = { "ridge alpha=[0.01, 1, 0.3]", "ridge solver=svd", "linear_regression",
                                    "linear_regression positive=true", "ridge_cv alpha_per_target=true" };
    const shape shapes[] = { weighted, few, collinear };
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 3; k++) {
            bytes_of first = { NULL, 0 };
            for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
                cauce_context *context = cauce_context_new();
                ck_assert_int_eq(cauce_context_set_threads(context, threads), CAUCE_OK);
                cauce_context_use(context);
                cauce_model *model = fit(recipes[i], shapes[k]);
                bytes_of bytes = saved(model);
                cauce_context_use(NULL);
                cauce_context_free(context);
                cauce_model_free(model);
                if (!first.data) {
                    first = bytes;
                    continue;
                }
                ck_assert(bytes.size == first.size && memcmp(bytes.data, first.data, first.size) == 0);
                bytes_done(&bytes);
            }
            bytes_done(&first);
        }
}
END_TEST

/* Thousands of one-hot columns are solved without their matrix, target by target. */
START_TEST(many_levels) {
    enum { N = 6000, LEVELS = 2500 };
    double *x = malloc(4 * N * sizeof *x);
    const char **texts = malloc(N * sizeof *texts);
    char(*names)[8] = malloc(N * sizeof *names);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], 8, "l%d", i * 7 % LEVELS);
        texts[i] = names[i];
        x[i] = i % 13;
        x[i + N] = 3 * x[i] + i * 7 % LEVELS % 5;
        x[i + 2 * N] = i % 11 - x[i];
    }
    cauce_table *table = cauce_table_new(N);
    cauce_table_add_text(table, "level", texts);
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "p", x + N, 1);
    cauce_table_add_f64(table, "q", x + 2 * N, 1);
    cauce_table_set_targets(table, (const char *const[]){ "p", "q" }, 2);
    const char *steps = "{\"steps\": [{\"branches\": [{\"on\": \"level\", \"use\": \"one_hot_encoder\"}, "
                        "{\"on\": \"x\", \"use\": \"passthrough\"}]}, \"%s\"]}";
    char both[400], one[400];
    snprintf(both, sizeof both, steps, "ridge alpha=[1, 2]");
    cauce_model *model = model_of(both, table);
    cauce_table *got = cauce_predict(model, table);
    for (int t = 0; t < 2; t++) {
        snprintf(one, sizeof one, steps, t ? "ridge alpha=2" : "ridge alpha=1");
        cauce_table_set_role(table, t ? "q" : "p", CAUCE_TARGET);
        cauce_table_set_role(table, t ? "p" : "q", CAUCE_IGNORE);
        cauce_model *alone = model_of(one, table);
        cauce_table *expected = cauce_predict(alone, table);
        for (int64_t r = 0; r < N; r++)
            ck_near(cauce_table_number(got, r, t), cauce_table_number(expected, r, 0), 1e-9);
        cauce_table_free(expected);
        cauce_model_free(alone);
    }
    cauce_table_free(got);
    cauce_model_free(model);
    cauce_table_free(table);
    free(x), free(texts), free(names);
}
END_TEST

TEST_MAIN("several_targets", TEST(linear_regression), TEST(ridge), TEST(ridge_cv), TEST(dummy_regressor),
          TEST(threads), TEST(many_levels))
