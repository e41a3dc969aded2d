/* The numbers of a table are fitted where they lie, column by column or row by row, doubles or floats: the
 * models are the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

START_TEST(allocator) {
    failing_install();
}
END_TEST

enum { ROWS = 601, COLUMNS = 6, FEW = 40, MANY = 56, CELLS = ROWS * COLUMNS, LAYOUTS = 5 };

/* Floats by columns and rows, doubles by columns and rows; then by rows, every second column of floats. */
struct tables {
    float singles[2][CELLS];
    double doubles[2][CELLS], y[ROWS];
    int32_t level[ROWS], rows, columns;
    cauce_table *table[LAYOUTS];
};

static void add_column(struct tables *t, int layout, int j) {
    char name[16];
    const int by_rows = layout == 4 ? 1 : layout % 2, step = by_rows ? t->columns : 1;
    const int at = by_rows ? j : j * t->rows;
    const bool single = layout == 4 ? j % 2 : layout < 2;
    snprintf(name, sizeof name, "x%d", j);
    ck_assert_int_eq(single ? cauce_table_add_f32(t->table[layout], name, t->singles[by_rows] + at, step)
                            : cauce_table_add_f64(t->table[layout], name, t->doubles[by_rows] + at, step),
                     CAUCE_OK);
}

/* levels: of the target, 0 for numbers above 0. The first column has two values, the last three are far away.
 */
static struct tables *tables_of(int rows, int columns, int levels) {
    struct tables *t = calloc(1, sizeof *t);
    t->rows = rows;
    t->columns = columns;
    for (int i = 0; i < rows; i++) {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
            const float x =
                j == 0 ? (float)(i % 3 == 0) : (float)(sin(i * (j + 1.0) + j) + (j % 4 > 2 ? 90 : 0));
            t->singles[1][i * columns + j] = t->singles[0][j * rows + i] = x;
            t->doubles[1][i * columns + j] = t->doubles[0][j * rows + i] = (double)x;
            sum += (j % 2 ? 0.5 : -0.25) * ((double)x - (j % 4 > 2 ? 90 : 0));
        }
        t->y[i] = exp(0.3 * sum + 0.4 * sin(7.0 * i));
        t->level[i] = levels == 0 ? 0 : t->y[i] < 0.8 ? 0 : t->y[i] < 1.3 || levels == 2 ? 1 : 2;
    }
    for (int k = 0; k < LAYOUTS; k++) {
        t->table[k] = cauce_table_new(rows);
        for (int j = 0; j < columns; j++) add_column(t, k, j);
        ck_assert_int_eq(levels ? cauce_table_add_i32(t->table[k], "y", t->level, 1)
                                : cauce_table_add_f64(t->table[k], "y", t->y, 1),
                         CAUCE_OK);
        ck_assert_int_eq(cauce_table_set_role(t->table[k], "y", CAUCE_TARGET), CAUCE_OK);
    }
    return t;
}

static void tables_free(struct tables *t) {
    for (int k = 0; k < LAYOUTS; k++) cauce_table_free(t->table[k]);
    free(t);
}

static void same_models(const struct tables *t, const char *recipe) {
    bytes_of first = { 0 };
    for (int k = 0; k < LAYOUTS; k++) {
        cauce_model *model = model_of(recipe, t->table[k]);
        bytes_of bytes = saved(model);
        if (k == 0)
            first = bytes;
        else {
            ck_assert_msg(bytes.size == first.size && memcmp(bytes.data, first.data, first.size) == 0,
                          "%s, layout %d", recipe, k);
            bytes_done(&bytes);
        }
        cauce_model_free(model);
    }
    bytes_done(&first);
}

static const char *const numbers[] = { "linear_regression",
                                       "linear_regression positive=true",
                                       "linear_regression statistics=true",
                                       "ridge",
                                       "ridge solver=svd",
                                       "ridge_cv",
                                       "ridge_cv cv=3",
                                       "lasso alpha=0.01",
                                       "elastic_net alpha=0.01",
                                       "lasso_cv n_alphas=5",
                                       "elastic_net_cv n_alphas=5 cv=\"shuffle_split n_splits=2\"",
                                       "huber_regressor",
                                       "quantile_regressor alpha=0.01",
                                       "bayesian_ridge",
                                       "linear_svr",
                                       "linear_svr loss=squared_epsilon_insensitive",
                                       "poisson_regressor",
                                       "gamma_regressor",
                                       "tweedie_regressor power=1.5",
                                       NULL };
static const char *const classes[] = { "logistic_regression",
                                       "logistic_regression penalty=l1",
                                       "logistic_regression penalty=none",
                                       "logistic_regression_cv Cs=2 cv=3",
                                       "ridge_classifier",
                                       "linear_svc",
                                       "linear_svc loss=hinge",
                                       "linear_svc penalty=l1",
                                       NULL };

START_TEST(tall) {
    struct tables *t = tables_of(ROWS, COLUMNS, 0);
    for (int i = 0; numbers[i]; i++) same_models(t, numbers[i]);
    tables_free(t);
    for (int levels = 2; levels <= 3; levels++) {
        t = tables_of(ROWS, COLUMNS, levels);
        for (int i = 0; classes[i]; i++) same_models(t, classes[i]);
        tables_free(t);
    }
}
END_TEST

START_TEST(wide) {
    struct tables *t = tables_of(FEW, MANY, 0);
    for (int i = 0; numbers[i]; i++)
        if (!strstr(numbers[i], "statistics") && !strstr(numbers[i], "quantile")) same_models(t, numbers[i]);
    tables_free(t);
    t = tables_of(FEW, MANY, 2);
    for (int i = 0; classes[i]; i++) same_models(t, classes[i]);
    tables_free(t);
}
END_TEST

/* Weights, and what a model says of floats. */
START_TEST(weights_and_predictions) {
    struct tables *t = tables_of(ROWS, COLUMNS, 0);
    cauce_table *said[LAYOUTS];
    for (int k = 0; k < LAYOUTS; k++) {
        ck_assert_int_eq(cauce_table_add_f64(t->table[k], "w", t->y, 1), CAUCE_OK);
        ck_assert_int_eq(cauce_table_set_role(t->table[k], "w", CAUCE_WEIGHT), CAUCE_OK);
        cauce_model *model = model_of("ridge", t->table[k]);
        said[k] = cauce_predict(model, t->table[k]);
        ck_assert_msg(said[k] != NULL, "%s", cauce_error().message);
        ck_assert(tables_same(said[k], said[0]));
        cauce_model_free(model);
    }
    same_models(t, "lasso alpha=0.01");
    same_models(t, "ridge_cv");
    for (int k = 0; k < LAYOUTS; k++) cauce_table_free(said[k]);
    tables_free(t);
}
END_TEST

START_TEST(not_finite) {
    static const float bad[] = { NAN, INFINITY, -INFINITY };
    struct tables *t = tables_of(ROWS, COLUMNS, 0);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++) {
            float *at = &t->singles[k][k ? 500 * COLUMNS + 3 : 3 * ROWS + 500], kept = *at;
            *at = bad[i];
            static const char *const recipes[] = { "ridge", "huber_regressor", "quantile_regressor" };
            for (int r = 0; r < 3; r++) {
                cauce_recipe *recipe = recipe_of(recipes[r]);
                ck_assert_ptr_null(cauce_fit(recipe, t->table[k]));
                failed_with(CAUCE_E_DATA, i ? "column 'x3', row 501: an infinite value"
                                            : "column 'x3', row 501: a missing value");
                cauce_recipe_free(recipe);
            }
            *at = kept;
        }
    tables_free(t);
}
END_TEST

START_TEST(no_memory) {
    struct tables *t = tables_of(FEW, COLUMNS, 0);
    cauce_recipe *recipe = recipe_of("huber_regressor");
    FAILING_EACH(pass) {
        cauce_model *model = cauce_fit(recipe, t->table[4]);
        ck_assert(model || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
        cauce_error_clear();
        cauce_model_free(model);
    }
    cauce_recipe_free(recipe);
    tables_free(t);
}
END_TEST

TEST_MAIN("as it lies", TEST(allocator), TEST(tall), TEST(wide), TEST(weights_and_predictions),
          TEST(not_finite), TEST(no_memory))
