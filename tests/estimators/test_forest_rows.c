/* A row has the same bits alone, among seven, among all and in a scorer, whatever the forest looks at: rows
 * of one register of codes to rows of many, missing values that were known at fit and others, categories, one
 * output and several, leaves with outputs of their own and such that share them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cauce/scorer.h"
#include "support/check_main.h"
#include "support/noise.h"
#include "support/tables.h"

enum { ROWS = 300, MOST_COLUMNS = 80, FIT = 0, LATER = 1 };

static double share(void) {
    return noise(1 << 20) / (double)(1 << 20);
}

/* Every third column has gaps at fit; later all have. */
static double cell_of(int j, int when) {
    double x = j % 4 == 1 ? noise(5) : j % 4 == 2 ? (float)share() : share();
    return (when == LATER || j % 3 == 0) && noise(12) == 0 ? (double)NAN : x;
}

/* A level in eight is missing; later some are new. */
static const char *level_of(int when) {
    static const char *const levels[] = { "a", "b", "c", "d", "e", "f", NULL, "new" };
    return levels[noise(when == LATER ? 8 : 7)];
}

static cauce_table *table_of_rows(int columns, int when) {
    static double x[MOST_COLUMNS][ROWS], y[ROWS], w[ROWS];
    const char *text[2][ROWS], *class[ROWS], *two[ROWS];
    for (int r = 0; r < ROWS; r++) {
        for (int j = 0; j < columns; j++) x[j][r] = cell_of(j, when);
        for (int j = 0; j < 2; j++) text[j][r] = level_of(when);
        double from = (isnan(x[1][r]) ? 2 : x[1][r]) + (text[0][r] ? text[0][r][0] % 3 : 1) + share();
        y[r] = from + share();
        w[r] = 0.5 + share();
        class[r] = from < 2 ? "low" : from < 4 ? "middle" : "high";
        two[r] = from < 3 ? "no" : "yes";
    }
    cauce_table *table = cauce_table_new(ROWS);
    for (int j = 0; j < columns; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", j);
        cauce_table_add_f64(table, name, x[j], 1);
    }
    cauce_table_add_text(table, "first", text[0]);
    cauce_table_add_text(table, "second", text[1]);
    cauce_table_add_f64(table, "y", y, 1);
    cauce_table_add_f64(table, "w", w, 1);
    cauce_table_add_text(table, "class", class);
    cauce_table_add_text(table, "two", two);
    return table;
}

static void check_scorer(const cauce_model *model, const cauce_table *table, const cauce_table *whole) {
    cauce_scorer *scorer = cauce_scorer_new(model);
    ck_assert_ptr_nonnull(scorer);
    for (int64_t r = 0; r < ROWS; r++) {
        scorer_row(scorer, model, table, r);
        const double *got = cauce_scorer_run(scorer);
        ck_assert_ptr_nonnull(got);
        for (int64_t c = 0; c < cauce_table_columns(whole); c++) {
            const double expected = cauce_table_number(whole, r, c);
            ck_assert_mem_eq(&got[c], &expected, sizeof expected);
        }
    }
    cauce_scorer_free(scorer);
}

static void check_pieces(const cauce_model *model, const cauce_table *table, const cauce_table *whole,
                         int64_t n) {
    for (int64_t first = 0; first + n <= ROWS; first += n) {
        cauce_table *rows = table_rows(table, first, 1, n), *out = output_of(model, rows);
        cauce_table *expected = table_rows(whole, first, 1, n);
        ck_assert(tables_same(out, expected));
        cauce_table_free(expected);
        cauce_table_free(out);
        cauce_table_free(rows);
    }
}

/* target: which of the columns; the others are no features. */
static void check(const char *recipe, const char *target, bool weights, int columns) {
    static const char *const others[] = { "y", "class", "two", "w" };
    cauce_table *fit = table_of_rows(columns, FIT), *later = table_of_rows(columns, LATER);
    for (int i = 0; i < 4; i++)
        cauce_table_set_role(fit, others[i],
                             strcmp(others[i], target) == 0 ? CAUCE_TARGET
                             : i == 3 && weights            ? CAUCE_WEIGHT
                                                            : CAUCE_IGNORE);
    cauce_model *model = model_of(recipe, fit);
    cauce_table *whole = output_of(model, later);
    check_pieces(model, later, whole, 1);
    check_pieces(model, later, whole, 7);
    check_pieces(model, later, whole, 8);
    check_scorer(model, later, whole);
    cauce_table_free(whole);
    cauce_model_free(model);
    cauce_table_free(later);
    cauce_table_free(fit);
}

START_TEST(rows_have_their_bits_in_any_company) {
    static const int columns[] = { 3, 9, 20, 40, MOST_COLUMNS };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const int n = columns[i];
        check("random_forest_classifier n_estimators=12 random_state=1", "two", false, n);
        check("random_forest_classifier n_estimators=12 random_state=1", "class", false, n);
        check("random_forest_classifier n_estimators=9 min_samples_leaf=4 random_state=1", "class", true, n);
        check("random_forest_classifier n_estimators=9 min_samples_leaf=4 random_state=1", "two", true, n);
        check("random_forest_regressor n_estimators=12 random_state=1", "y", false, n);
        check("extra_trees_regressor n_estimators=12 random_state=1 min_samples_leaf=2", "y", true, n);
        check("decision_tree_regressor max_depth=2", "y", false, n);
        check("random_forest_regressor n_estimators=5 random_state=1 max_leaf_nodes=9", "y", false, n);
        check("random_forest_regressor n_estimators=9 random_state=1 quantile=[0.1,0.5]", "y", false, n);
    }
}
END_TEST

TEST_MAIN("forest_rows", TEST(rows_have_their_bits_in_any_company))
