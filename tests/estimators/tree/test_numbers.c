/* A model does not know how the numbers of its table lie: row after row or column after column, in which
 * storage, some of the rows or all. */
#include <math.h>

#include "support/check_main.h"
#include "support/noise.h"
#include "cauce/cauce.h"

enum { ROWS = 17000, NUMBERS = 19, PARTS = 3 };

typedef enum lie { COLUMNS, ROWS_OF_DOUBLES, ROWS_OF_SINGLES, ROWS_OF_LONGS, SOME_ROWS, LIES } lie;

static float x[ROWS][NUMBERS];
static double columns[NUMBERS][ROWS], doubles[ROWS][NUMBERS], wide[2 * ROWS][NUMBERS], y[ROWS],
    wide_y[2 * ROWS];
static int64_t longs[ROWS][NUMBERS];
static const char *names[NUMBERS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                      "k", "l", "m", "n", "o", "p", "q", "r", "s" };

/* Values that are all new, that come again, both zeros, and missing ones unless all are to be whole. */
static void fill(bool whole) {
    static const uint32_t distinct[PARTS] = { 1u << 24, 3000, 7 };
    for (int64_t r = 0; r < ROWS; r++) {
        for (int j = 0; j < NUMBERS; j++) {
            float v = (float)noise(distinct[j % PARTS]) - (float)(distinct[j % PARTS] / 2);
            if (v == 0 && r % 2) v = -0.0f;
            if (!whole && j == 4 && noise(5) == 0) v = NAN;
            x[r][j] = whole ? v : v / 8;
            doubles[r][j] = columns[j][r] = wide[2 * r + 1][j] = (double)x[r][j];
            wide[2 * r][j] = -1;
            if (whole) longs[r][j] = (int64_t)v;
        }
        wide_y[2 * r + 1] = y[r] = (double)x[r][0] / (1 << 20) + columns[1][r] / 300 + noise(9);
    }
}

static cauce_table *table_of(lie how) {
    cauce_table *table = cauce_table_new(how == SOME_ROWS ? 2 * ROWS : ROWS);
    for (int j = 0; j < NUMBERS; j++) {
        if (how == COLUMNS) cauce_table_add_f64(table, names[j], columns[j], 1);
        if (how == ROWS_OF_DOUBLES) cauce_table_add_f64(table, names[j], &doubles[0][j], NUMBERS);
        if (how == ROWS_OF_SINGLES) cauce_table_add_f32(table, names[j], &x[0][j], NUMBERS);
        if (how == ROWS_OF_LONGS) cauce_table_add_i64(table, names[j], &longs[0][j], NUMBERS);
        if (how == SOME_ROWS) cauce_table_add_f64(table, names[j], &wide[0][j], NUMBERS);
    }
    cauce_table_add_f64(table, "y", how == SOME_ROWS ? wide_y : y, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    if (how != SOME_ROWS) return table;
    static int64_t rows[ROWS];
    for (int64_t r = 0; r < ROWS; r++) rows[r] = 2 * r + 1;
    cauce_table *some = cauce_table_rows_of(table, rows, ROWS);
    cauce_table_free(table);
    return some;
}

static cauce_model *fit(const char *text, lie how) {
    cauce_table *table = table_of(how);
    cauce_recipe *recipe = cauce_new(text);
    cauce_model *model = cauce_fit(recipe, table);
    if (!model) cauce_report(stderr);
    ck_assert_ptr_nonnull(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    return model;
}

static void same_array(const cauce_model *a, const cauce_model *b, const char *name) {
    int64_t rows[2], n[2];
    const double *of_a = cauce_get_array(a, name, &rows[0], &n[0]);
    const double *of_b = cauce_get_array(b, name, &rows[1], &n[1]);
    ck_assert_ptr_nonnull(of_a);
    ck_assert_ptr_nonnull(of_b);
    ck_assert_int_eq(rows[0], rows[1]);
    ck_assert_int_eq(n[0], n[1]);
    ck_assert_int_gt(rows[0] * n[0], 0);
    ck_assert_mem_eq(of_a, of_b, (size_t)(rows[0] * n[0]) * sizeof *of_a);
}

static void same_models(const char *text, lie how, bool corrected) {
    static const char *const arrays[] = { "split_feature", "split_threshold",     "split_missing",
                                          "leaf_value",    "feature_importances", "corrected_importances" };
    cauce_model *plain = fit(text, COLUMNS), *other = fit(text, how);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays - !corrected; i++)
        same_array(plain, other, arrays[i]);
    cauce_model_free(plain);
    cauce_model_free(other);
}

START_TEST(numbers_lie_anywhere) {
    for (int whole = 0; whole < 2; whole++) {
        fill(whole);
        for (lie how = COLUMNS + 1; how < LIES; how++)
            if (whole || how != ROWS_OF_LONGS)
                same_models("random_forest_regressor n_estimators=2 max_features=5 max_depth=7", how, false);
    }
}
END_TEST

START_TEST(others_read_them_too) {
    fill(false);
    same_models("random_forest_regressor n_estimators=2 max_depth=3 corrected_importances=true",
                ROWS_OF_SINGLES, true);
    same_models("extra_trees_regressor n_estimators=2 max_depth=5", ROWS_OF_SINGLES, false);
    same_models("decision_tree_regressor max_depth=5 rng=native", SOME_ROWS, false);
}
END_TEST

TEST_MAIN("numbers", TEST(numbers_lie_anywhere), TEST(others_read_them_too))
