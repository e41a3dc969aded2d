/* Components that take numbers where they lie: the same model of rows and of columns, and the same refusal.
 */
#include "core/finite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cauce/sys/component.h"
#include "core/registry.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

enum { DUMMIES = 12, MOST = 400 * DUMMIES }; /* so many columns: most of them are levels of one */

static double by_rows[MOST], by_columns[MOST], y[400], weight[400];
static int32_t whole[400];
static const char *side[400];

START_TEST(allocator) {
    failing_install();
}
END_TEST

static void fill(int64_t n, int64_t p) {
    uint64_t x = 7;
    for (int64_t r = 0; r < n; r++) {
        double sum = 0;
        for (int64_t j = 0; j < p; j++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            double z = (double)(x >> 40) / 1e5 - 80 + (double)(j == 1 ? 30000 : 0);
            if (p == DUMMIES && j >= 4) z = r % (DUMMIES - 4) == j - 4 ? 1 : 0;
            by_rows[r * p + j] = by_columns[j * n + r] = z;
            sum += (double)(j % 3) * z / 100;
        }
        x = x * 6364136223846793005u + 1442695040888963407u;
        y[r] = exp(sum / (double)(200 * p)) + (double)(x >> 60) / 10;
        side[r] = x >> 63 ? "up" : "down";
        whole[r] = (int32_t)(x >> 58 & 7);
        weight[r] = 1 + (double)(x >> 61);
    }
}

/* rows: 0: column by column; 1: row by row; 2: every other column so, and there is more in a row. */
static cauce_table *table_as(int64_t n, int64_t p, int rows, bool classes) {
    cauce_table *table = cauce_table_new(n);
    for (int64_t j = 0; j < p; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", (int)j);
        const bool row = rows == 1 || (rows == 2 && j % 2 == 0);
        cauce_table_add_f64(table, name, row ? by_rows + j : by_columns + j * n, row ? p : 1);
    }
    cauce_table_add_i32(table, "whole", whole, 1);
    cauce_table_add_f64(table, "w", weight, 1);
    cauce_table_set_role(table, "w", CAUCE_WEIGHT);
    if (classes)
        cauce_table_add_text(table, "y", side);
    else
        cauce_table_add_f64(table, "y", y, 1);
    ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    return table;
}

static bytes_of fit(const char *name, int64_t n, int64_t p, int rows, bool classes, int threads) {
    cauce_context *context = cauce_context_new();
    cauce_context_set_threads(context, threads);
    cauce_context *before = cauce_context_use(context);
    cauce_table *table = table_as(n, p, rows, classes);
    cauce_model *model = model_of(name, table);
    bytes_of bytes = saved(model);
    cauce_model_free(model);
    cauce_table_free(table);
    cauce_context_use(before);
    cauce_context_free(context);
    return bytes;
}

static const cauce_component *taker(int64_t i) {
    const cauce_component *component = ca_registry_at(i);
    return component && component->tags & CAUCE_TAG_AS_IT_LIES ? component : NULL;
}

/* Steps of the usual size are too large for the columns, and some tables too wide for a criterion. */
static const char *recipe_for(const cauce_component *component) {
    static const char *const recipes[] = { "sgd_regressor eta0=1e-12", "lasso_path criterion=last",
                                           "elastic_net_path criterion=last" };
    const size_t length = strlen(component->name);
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        if (strncmp(recipes[i], component->name, length) == 0 && recipes[i][length] == ' ') return recipes[i];
    return component->name;
}

/* Tall tables, one with columns of 0 and 1, one of fewer rows than a sample, and one with more columns than
 * rows. */
START_TEST(rows_and_columns) {
    static const int64_t shapes[][2] = { { 400, 5 }, { 400, DUMMIES }, { 40, 3 }, { 12, 30 } };
    int takers = 0;
    for (int64_t i = 0; ca_registry_at(i); i++) {
        const cauce_component *component = taker(i);
        if (!component) continue;
        takers++;
        const bool classes = component->role == CAUCE_CLASSIFIER;
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
            const int64_t n = shapes[k][0], p = shapes[k][1];
            fill(n, p);
            bytes_of columns = fit(recipe_for(component), n, p, 0, classes, 1);
            for (int rows = 1; rows <= 2; rows++) {
                bytes_of other = fit(recipe_for(component), n, p, rows, classes, rows == 1 ? 2 : 7);
                ck_assert_msg(columns.size == other.size && !memcmp(columns.data, other.data, other.size),
                              "%s of %d x %d is another model of rows (%d)", component->name, (int)n, (int)p,
                              rows);
                bytes_done(&other);
            }
            bytes_done(&columns);
        }
    }
    ck_assert_int_ge(takers, 15);
}
END_TEST

static void refused(const char *name, int64_t n, int64_t p, int rows, bool classes, const char *expected) {
    cauce_table *table = table_as(n, p, rows, classes);
    cauce_recipe *recipe = recipe_of(name);
    ck_assert_ptr_null(cauce_fit(recipe, table));
    ck_assert_msg(strstr(cauce_error().message, expected), "%s: %s", name, cauce_error().message);
    failed_with(CAUCE_E_DATA, expected);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

static void not_finite_in(const cauce_component *component, int64_t n, int64_t p, int rows) {
    const bool classes = component->role == CAUCE_CLASSIFIER;
    const int64_t last = n - 1;
    char expected[200];
    fill(n, p);
    by_rows[last * p + 2] = by_columns[2 * n + last] = NAN;
    by_rows[7 * p + 3] = by_columns[3 * n + 7] = INFINITY;
    snprintf(expected, sizeof expected,
             "column 'x2', row %d: a missing value, which %s does not take; put simple_imputer", (int)n,
             component->name);
    refused(component->name, n, p, rows, classes, expected);
    by_rows[last * p + 2] = by_columns[2 * n + last] = 0;
    snprintf(expected, sizeof expected, "column 'x3', row 8: an infinite value, which %s does not take",
             component->name);
    refused(component->name, n, p, rows, classes, expected);
}

START_TEST(not_finite) {
    for (int64_t i = 0; ca_registry_at(i); i++) {
        const cauce_component *component = taker(i);
        for (int rows = 0; component && rows <= 2; rows++) {
            not_finite_in(component, 400, 5, rows);
            not_finite_in(component, 12, 30, rows);
        }
    }
}
END_TEST

/* Of numbers whose squares overflow it is not said that they are not finite. */
START_TEST(large_is_finite) {
    fill(400, 3);
    for (int64_t r = 0; r < 400; r++) by_rows[3 * r] *= 1e200;
    cauce_table *table = table_as(400, 3, 1, false);
    cauce_recipe *recipe = recipe_of("ridge");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_NUMERIC, "squares overflow");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* Every allocation of a fit to rows fails once. */
START_TEST(without_memory) {
    static const char *const names[] = { "ridge", "linear_regression statistics=true", "lasso" };
    fill(100, 4);
    cauce_table *table = table_as(100, 4, 1, false);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cauce_recipe *recipe = recipe_of(names[i]);
        FAILING_EACH(pass) {
            cauce_model *model = cauce_fit(recipe, table);
            ck_assert(model || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
            cauce_model_free(model);
            cauce_error_clear();
        }
        cauce_recipe_free(recipe);
    }
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("finite", TEST(allocator), TEST(rows_and_columns), TEST(not_finite), TEST(large_is_finite),
          TEST(without_memory))
