/* Offsets and exposures of generalised linear models against R's glm, through tables and models. */
#include <math.h>
#include <string.h>

#include "reference/offset.h"
#include "support/check_main.h"
#include "support/tables.h"

enum { ROWS = 60, SHOWN = 8 };

static const char *const levels[] = { "a", "b", "c" };

/* The rows; y is the target. */
static cauce_table *rows(const double *y, bool weighted, cauce_role role) {
    const char *texts[ROWS];
    cauce_table *table = cauce_table_new(ROWS);
    for (int i = 0; i < ROWS; i++) texts[i] = levels[ref_rows_level[i] > 1.5 ? 2 : ref_rows_level[i] > 0.5];
    cauce_table_add_f64(table, "x1", ref_rows_x1, 0);
    cauce_table_add_f64(table, "beside", role == CAUCE_EXPOSURE ? ref_rows_exposure : ref_rows_offset, 0);
    cauce_table_add_f64(table, "x2", ref_rows_x2, 0);
    cauce_table_add_text(table, "level", texts);
    cauce_table_add_f64(table, "w", ref_rows_w, 0);
    cauce_table_add_f64(table, "y", y, 0);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_table_set_role(table, "beside", role);
    ck_assert_int_eq(cauce_table_set_role(table, "w", weighted ? CAUCE_WEIGHT : CAUCE_IGNORE), CAUCE_OK);
    return table;
}

/* The first rows with other exposures or offsets. */
static cauce_table *others(cauce_role role, double *beside) {
    const char *texts[SHOWN];
    cauce_table *table = cauce_table_new(SHOWN);
    for (int i = 0; i < SHOWN; i++) {
        texts[i] = levels[ref_rows_level[i] > 1.5 ? 2 : ref_rows_level[i] > 0.5];
        beside[i] = role == CAUCE_EXPOSURE ? 2 * ref_rows_exposure[i] : ref_rows_offset[i] + 0.25;
    }
    cauce_table_add_text(table, "level", texts);
    cauce_table_add_f64(table, "x2", ref_rows_x2, 0);
    cauce_table_add_f64(table, "x1", ref_rows_x1, 0);
    cauce_table_add_f64(table, "beside", beside, 0);
    return table;
}

static void same(const char *what, const char *part, int64_t i, double got, double expected) {
    ck_assert_msg(fabs(got - expected) <= 1e-6 * fabs(expected) + 1e-300, "%s: %s %d is %.12g, R has %.12g",
                  what, part, (int)i, got, expected);
}

static double value(const cauce_model *model, const char *name, int64_t i) {
    int64_t n, m;
    const double *values = cauce_get_array(model, name, &n, &m);
    ck_assert_msg(values && i < n * m, "%s", name);
    return values[i];
}

static const char recipe[] =
    "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"passthrough\"}, {\"on\": \"@category\", "
    "\"use\": \"one_hot_encoder drop=first\"}]}, \"%s statistics=true alpha=0 solver=%s\"]}";
static const char plain[] = "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"passthrough\"}]}, "
                            "\"%s statistics=true alpha=0 solver=%s\"]}";

static void compare(const char *estimator, const char *solver, const double *y, bool weighted,
                    cauce_role role, const double *expected) {
    static const char *const tests[] = { "std_error", "statistic", "p_value", "conf_low", "conf_high" };
    static const char *const facts[] = { "log_likelihood", "aic",        "bic",        "deviance",
                                         "null_deviance",  "dispersion", "df_residual" };
    bool constant = !strstr(estimator, "fit_intercept=false");
    char text[500];
    snprintf(text, sizeof text, constant ? recipe : plain, estimator, solver);
    cauce_table *table = rows(y, weighted, role);
    cauce_model *model = model_of(text, table);
    int columns = constant ? 4 : 2, n = columns + (constant ? 1 : 0);
    for (int j = 0; j < n; j++) {
        double own = j < columns ? value(model, "coef", j) : value(model, "intercept", 0);
        same(estimator, "coefficient", j, own, expected[6 * j]);
        for (int k = 0; k < 5; k++)
            same(estimator, tests[k], j, value(model, tests[k], j), expected[6 * j + 1 + k]);
    }
    for (int k = 0; k < 7; k++) same(estimator, facts[k], 0, value(model, facts[k], 0), expected[6 * n + k]);
    double beside[SHOWN];
    cauce_table *other = others(role, beside), *predicted = cauce_predict(model, other);
    ck_assert_msg(predicted != NULL, "%s", cauce_error().message);
    for (int i = 0; i < SHOWN; i++)
        same(estimator, "prediction", i, cauce_table_number(predicted, i, 0), expected[6 * n + 7 + i]);
    cauce_table_free(predicted);
    cauce_table_free(other);
    cauce_model_free(model);
    cauce_table_free(table);
}

START_TEST(as_R_has_it) {
    static const char *const solvers[] = { "newton-cholesky tol=1e-8", "lbfgs tol=1e-6 max_iter=1000" };
    for (int k = 0; k < 2; k++) {
        const char *s = solvers[k];
        const double *count = ref_rows_count, *size = ref_rows_size, *level = ref_rows_level_size;
        compare("poisson_regressor", s, count, false, CAUCE_EXPOSURE, ref_off_poisson);
        compare("poisson_regressor", s, count, true, CAUCE_EXPOSURE, ref_off_poisson_weighted);
        compare("poisson_regressor fit_intercept=false", s, count, false, CAUCE_EXPOSURE,
                ref_off_poisson_plain);
        compare("tweedie_regressor power=1", s, count, true, CAUCE_EXPOSURE, ref_off_poisson_weighted);
        compare("gamma_regressor", s, size, false, CAUCE_EXPOSURE, ref_off_gamma);
        compare("gamma_regressor", s, size, true, CAUCE_EXPOSURE, ref_off_gamma_weighted);
        compare("tweedie_regressor power=3", s, size, false, CAUCE_EXPOSURE, ref_off_inverse);
        compare("tweedie_regressor", s, level, false, CAUCE_OFFSET, ref_off_normal);
        compare("tweedie_regressor", s, level, true, CAUCE_OFFSET, ref_off_normal_weighted);
        compare("tweedie_regressor power=1 link=identity", s, ref_rows_few, false, CAUCE_OFFSET,
                ref_off_poisson_identity);
        compare("tweedie_regressor power=2 link=identity", s, level, false, CAUCE_OFFSET,
                ref_off_gamma_identity);
    }
}
END_TEST

/* An exposure is the offset of its logarithm, and of a count the same as its rate with the exposure as the
 * weight: also with a penalty, in whatever units the exposure is counted. */
START_TEST(the_same_in_other_words) {
    double log_exposure[ROWS], rate[ROWS], thousands[ROWS];
    for (int i = 0; i < ROWS; i++) {
        log_exposure[i] = log(ref_rows_exposure[i]);
        rate[i] = ref_rows_count[i] / ref_rows_exposure[i];
        thousands[i] = 1e9 * ref_rows_exposure[i];
    }
    double total = 0;
    for (int i = 0; i < ROWS; i++) total += ref_rows_exposure[i];
    const double *beside[] = { ref_rows_exposure, log_exposure, ref_rows_exposure, thousands };
    const cauce_role role[] = { CAUCE_EXPOSURE, CAUCE_OFFSET, CAUCE_WEIGHT, CAUCE_EXPOSURE };
    double first[3];
    for (int k = 0; k < 4; k++) {
        char text[100];
        /* the penalty stands beside the mean deviance by the weights */
        snprintf(text, sizeof text, "poisson_regressor tol=1e-9 alpha=%.17g",
                 k == 2 ? 0.5 * ROWS / total : 0.5);
        cauce_table *table = cauce_table_new(ROWS);
        cauce_table_add_f64(table, "x1", ref_rows_x1, 0);
        cauce_table_add_f64(table, "x2", ref_rows_x2, 0);
        cauce_table_add_f64(table, "beside", beside[k], 0);
        cauce_table_add_f64(table, "y", k == 2 ? rate : ref_rows_count, 0);
        cauce_table_set_role(table, "y", CAUCE_TARGET);
        cauce_table_set_role(table, "beside", role[k]);
        cauce_model *model = model_of(text, table);
        double got[] = { value(model, "coef", 0), value(model, "coef", 1), value(model, "intercept", 0) };
        if (k == 0) memcpy(first, got, sizeof first);
        if (k == 3) got[2] += log(1e9);
        for (int j = 0; j < 3; j++)
            ck_assert_msg(fabs(got[j] - first[j]) <= 1e-9, "%d: %.15g, %.15g", k, got[j], first[j]);
        cauce_model_free(model);
        cauce_table_free(table);
    }
}
END_TEST

static void count_warning(const cauce_warning *warning, void *payload) {
    (void)warning;
    ++*(int *)payload;
}

/* Exposures of very different sizes: rows that hardly count are not taken for a separation. */
START_TEST(faint_rows) {
    double exposure[ROWS], count[ROWS];
    for (int i = 0; i < ROWS; i++) {
        exposure[i] = i % 2 ? 1e-24 : 1e3;
        count[i] = i % 2 ? 0 : 100 + i;
    }
    cauce_table *table = cauce_table_new(ROWS);
    cauce_table_add_f64(table, "x1", ref_rows_x1, 0);
    cauce_table_add_f64(table, "again", ref_rows_x1, 0);
    cauce_table_add_f64(table, "e", exposure, 0);
    cauce_table_add_f64(table, "y", count, 0);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_table_set_role(table, "e", CAUCE_EXPOSURE);
    int warnings = 0;
    cauce_context *context = cauce_context_new();
    cauce_context_on_warning(context, count_warning, &warnings);
    cauce_context *before = cauce_context_use(context);
    cauce_model *model = model_of("poisson_regressor alpha=0", table);
    cauce_context_use(before);
    cauce_context_free(context);
    ck_assert_int_eq(warnings, 0);
    ck_assert(fabs(value(model, "coef", 0)) < 1);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(exposure_needs_the_log_link) {
    cauce_table *table = rows(ref_rows_count, false, CAUCE_EXPOSURE);
    cauce_table_set_role(table, "level", CAUCE_IGNORE);
    cauce_recipe *identity = recipe_of("tweedie_regressor power=1 link=identity");
    ck_assert_ptr_null(cauce_fit(identity, table));
    failed_with(CAUCE_E_UNSUPPORTED, "an exposure needs the log link");
    cauce_recipe_free(identity);
    cauce_table_free(table);
}
END_TEST

/* Exposures as offsets, which should have been logarithms. */
START_TEST(offsets_that_overflow) {
    static const double sizes[] = { 800, 1e5, 1e308 };
    double offset[ROWS];
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < ROWS; i++) offset[i] = i % 2 && k < 2 ? -sizes[k] : sizes[k];
        cauce_table *table = cauce_table_new(ROWS);
        cauce_table_add_f64(table, "x1", ref_rows_x1, 0);
        cauce_table_add_f64(table, "o", offset, 0);
        cauce_table_add_f64(table, "y", ref_rows_count, 0);
        cauce_table_set_role(table, "y", CAUCE_TARGET);
        cauce_table_set_role(table, "o", CAUCE_OFFSET);
        cauce_recipe *recipe = recipe_of("poisson_regressor");
        ck_assert_ptr_null(cauce_fit(recipe, table));
        failed_with(CAUCE_E_NUMERIC, "the offsets are so far apart");
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
}
END_TEST

TEST_MAIN("glm_offset", TEST(as_R_has_it), TEST(the_same_in_other_words), TEST(faint_rows),
          TEST(exposure_needs_the_log_link), TEST(offsets_that_overflow))
