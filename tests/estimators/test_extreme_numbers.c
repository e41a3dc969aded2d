/* Every linear estimator on numbers at the ends of their range: what comes out is finite, or an error that
 * says what, where and what to do. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/tables.h"

enum { ROWS = 20, MOST_COLUMNS = 24 };

static double unit[ROWS * MOST_COLUMNS], level[ROWS];

static void draw(void) {
    uint64_t seed = 3;
    for (int i = 0; i < ROWS * MOST_COLUMNS; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unit[i] = (double)(seed >> 11) * 0x1p-53;
    }
    for (int i = 0; i < ROWS; i++)
        level[i] = 3 * unit[i] - 2 * unit[i + ROWS] + unit[i + 2 * ROWS] + 0.4 * (unit[i + 3 * ROWS] - 0.5);
}

/* Column j is scale[j] times a number in (0, 1), and shift. */
static const struct shape {
    const char *name;
    int rows, columns;
    double scale[3], shift;
} shapes[] = {
    { "plain", ROWS, 3, { 1, 1, 1 }, 0 },
    { "largest", ROWS, 3, { 1e308, 1e308, 1e308 }, 0 },
    { "huge", ROWS, 3, { 1e200, 1e200, 1e200 }, 0 },
    { "of large squares", ROWS, 3, { 1e150, 1e150, 1e150 }, 0 },
    { "large", ROWS, 3, { 1e100, 1e100, 1e100 }, 0 },
    { "small", ROWS, 3, { 1e-100, 1e-100, 1e-100 }, 0 },
    { "tiny", ROWS, 3, { 1e-300, 1e-300, 1e-300 }, 0 },
    { "mixed", ROWS, 3, { 1e150, 1, 1e-150 }, 0 },
    { "one huge", ROWS, 3, { 1e308, 1, 1 }, 0 },
    { "one tiny", ROWS, 3, { 1, 1e-300, 1 }, 0 },
    { "one constant", ROWS, 3, { 1, 0, 1 }, 1 },
    { "constant", ROWS, 3, { 0, 0, 0 }, 1 },
    { "zeros", ROWS, 3, { 0, 0, 0 }, 0 },
    { "far", ROWS, 3, { 1, 1, 1 }, 1e15 },
    { "far and huge", ROWS, 3, { 1e284, 1e284, 1e284 }, 1e300 },
    { "one row", 1, 3, { 1, 1, 1 }, 0 },
    { "two rows", 2, 3, { 1, 1, 1 }, 0 },
    { "wide", ROWS, MOST_COLUMNS, { 1, 1, 1 }, 0 },
    { "wide and large", ROWS, MOST_COLUMNS, { 1e150, 1e150, 1e150 }, 0 },
};
static const struct {
    const char *name;
    double even, odd;
} weights[] = { { "none", 1, 1 },           { "huge", 1e300, 1e300 },          { "tiny", 1e-300, 1e-300 },
                { "mixed", 1e300, 1e-300 }, { "least", 0x1p-1074, 0x1p-1074 }, { "half", 0, 1 },
                { "largest", 1e308, 1e308 } };

/* %s: alpha or C; steps and tolerance. */
static const char *const numbers[] = { "linear_regression",
                                       "linear_regression positive=true",
                                       "linear_regression statistics=true",
                                       "ridge alpha=%a",
                                       "ridge alpha=%a solver=svd",
                                       "ridge_cv",
                                       "ridge_cv cv=2",
                                       "lasso alpha=%p %s",
                                       "elastic_net alpha=%p %s",
                                       "lasso_cv n_alphas=3 cv=2",
                                       "elastic_net_cv n_alphas=3 cv=2",
                                       "lasso_path n_alphas=3",
                                       "huber_regressor alpha=%a %s",
                                       "quantile_regressor alpha=%a",
                                       "bayesian_ridge",
                                       "linear_svr C=%p %s",
                                       "linear_svr loss=squared_epsilon_insensitive C=%p %s",
                                       "sgd_regressor alpha=%a",
                                       "sgd_regressor penalty=l1 loss=huber",
                                       "sgd_regressor loss=epsilon_insensitive learning_rate=constant",
                                       "tweedie_regressor power=0 alpha=%a",
                                       NULL };
static const char *const counts[] = { "poisson_regressor alpha=%a %s",
                                      "poisson_regressor alpha=%a solver=lbfgs %s",
                                      "poisson_regressor alpha=0 statistics=true",
                                      "gamma_regressor alpha=%a %s",
                                      "tweedie_regressor power=1.5 alpha=%a",
                                      "tweedie_regressor power=0 link=log alpha=%a",
                                      NULL };
static const char *const classes[] = { "logistic_regression C=%p %s",
                                       "logistic_regression solver=lbfgs C=%p %s",
                                       "logistic_regression penalty=l1 C=%p %s",
                                       "logistic_regression penalty=elasticnet l1_ratio=0.5 C=%p",
                                       "logistic_regression penalty=none",
                                       "logistic_regression_cv Cs=2 cv=2",
                                       "ridge_classifier alpha=%a",
                                       "linear_svc C=%p %s",
                                       "linear_svc loss=hinge C=%p %s",
                                       "linear_svc penalty=l1 C=%p %s",
                                       "sgd_classifier alpha=%p",
                                       "sgd_classifier loss=modified_huber penalty=l1",
                                       NULL };
static const struct {
    const char *any, *above, *steps;
} settings[] = { { "1", "1", "" },
                 { "0", "1e300", "" },
                 { "1e300", "1e-300", "" },
                 { "1", "1", "max_iter=1" },
                 { "1e-300", "1", "tol=1e-300" } };

/* The spec with a setting put in; false: there is nothing to set. */
static bool spec_of(const char *from, int setting, char *to) {
    bool set = false;
    for (; *from; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        const char *text = *++from == 'a' ? settings[setting].any
                           : *from == 'p' ? settings[setting].above
                                          : settings[setting].steps;
        set = true;
        while (*text) *to++ = *text++;
    }
    *to = 0;
    return set;
}

struct rows {
    double x[ROWS * MOST_COLUMNS], y[ROWS], w[ROWS];
    int32_t y_class[ROWS];
    const char *what;
};

static cauce_table *table_of_rows(struct rows *r, const struct shape *shape, int weight,
                                  bool classes_wanted) {
    cauce_table *t = cauce_table_new(shape->rows);
    for (int j = 0; j < shape->columns; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", j);
        for (int i = 0; i < shape->rows; i++)
            r->x[i + j * ROWS] = shape->shift + shape->scale[j % 3] * unit[i + j * ROWS];
        ck_assert_int_eq(cauce_table_add_f64(t, name, r->x + j * ROWS, 1), CAUCE_OK);
    }
    for (int i = 0; i < shape->rows; i++) r->w[i] = i % 2 ? weights[weight].odd : weights[weight].even;
    ck_assert_int_eq(classes_wanted ? cauce_table_add_i32(t, "y", r->y_class, 1)
                                    : cauce_table_add_f64(t, "y", r->y, 1),
                     CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(t, "y", CAUCE_TARGET), CAUCE_OK);
    if (weight == 0) return t;
    ck_assert_int_eq(cauce_table_add_f64(t, "w", r->w, 1), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(t, "w", CAUCE_WEIGHT), CAUCE_OK);
    return t;
}

/* What may be said: each text has a hint of what to do, a place, or a value that is not accepted. */
static void good_failure(const char *spec, const char *what) {
    static const char *const hints[] = { "scale",       "row",    "column",
                                         "weight",      "class",  "mean of the targets",
                                         "n_alphas",    "priors", "noise_variance",
                                         "targets > 0", "eta0",   "alpha" };
    cauce_failure f = cauce_error();
    bool good = f.status == CAUCE_E_DATA || f.status == CAUCE_E_NUMERIC || f.status == CAUCE_E_PARAM;
    bool hint = false;
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) hint = hint || strstr(f.message, hints[i]);
    ck_assert_msg(good && hint, "%s, %s: %s %s", spec, what, f.code, f.message);
    cauce_error_clear();
}

static bool finite_table(const cauce_table *t) {
    for (int64_t j = 0; j < cauce_table_columns(t); j++)
        for (int64_t i = 0; i < cauce_table_rows(t); i++)
            if (cauce_table_kind(t, j) == CAUCE_NUMBER && !isfinite(cauce_table_number(t, i, j)))
                return false;
    return true;
}

static void check_model(const cauce_model *model, const cauce_table *table, const char *spec,
                        const char *what) {
    static const char *const arrays[] = { "coef", "intercept" };
    for (int a = 0; a < 2; a++) {
        int64_t n_rows, n_cols;
        const double *values = cauce_get_array(model, arrays[a], &n_rows, &n_cols);
        for (int64_t i = 0; values && i < n_rows * n_cols; i++)
            ck_assert_msg(isfinite(values[i]), "%s, %s: %s", spec, what, arrays[a]);
    }
    cauce_error_clear();
    const bool decides = strncmp(spec, "linear_svc", 10) == 0 || strncmp(spec, "sgd_c", 5) == 0 ||
                         strncmp(spec, "ridge_cl", 8) == 0;
    cauce_table *said = cauce_model_classes(model) == 0 ? cauce_predict(model, table)
                        : decides                       ? cauce_decision(model, table)
                                                        : cauce_predict_proba(model, table);
    if (said)
        ck_assert_msg(finite_table(said), "%s, %s: predictions", spec, what);
    else
        good_failure(spec, what);
    cauce_table_free(said);
}

static void fit_and_check(const char *spec, const cauce_table *table, const char *what) {
    cauce_error_clear();
    cauce_recipe *recipe = cauce_new(spec);
    if (!recipe) { /* alpha=0 is not for all of them, nor max_iter */
        ck_assert_int_eq(cauce_error().status, CAUCE_E_PARAM);
        cauce_error_clear();
        return;
    }
    cauce_model *model = cauce_fit(recipe, table);
    if (model)
        check_model(model, table, spec, what);
    else
        good_failure(spec, what);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
}

static void each_spec(const char *const *specs, const cauce_table *table, const char *what) {
    for (int s = 0; specs[s]; s++)
        for (int k = 0; k < (int)(sizeof settings / sizeof *settings); k++) {
            char spec[200];
            if (!spec_of(specs[s], k, spec) && k > 0) break;
            fit_and_check(spec, table, what);
        }
}

static void each_table(const char *const *specs, struct rows *r, bool classes_wanted, const char *target) {
    const int n_weights = sizeof weights / sizeof *weights;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int w = 0; w < (s == 0 ? n_weights : 1); w++) {
            char what[100];
            cauce_table *t = table_of_rows(r, &shapes[s], w, classes_wanted);
            snprintf(what, sizeof what, "columns %s, weights %s, target %s", shapes[s].name, weights[w].name,
                     target);
            each_spec(specs, t, what);
            cauce_table_free(t);
        }
}

static const struct {
    const char *name;
    double scale, shift;
} targets[] = { { "plain", 1, 0 },     { "largest", 4e307, 0 }, { "of large squares", 1e154, 0 },
                { "tiny", 1e-300, 0 }, { "constant", 0, 3 },    { "zeros", 0, 0 } };

static void each_target(const char *const *specs, bool positive) {
    struct rows r;
    draw();
    for (size_t k = 0; k < sizeof targets / sizeof *targets; k++) {
        for (int i = 0; i < ROWS; i++)
            r.y[i] = targets[k].shift + targets[k].scale * (positive ? exp(0.4 * level[i]) : level[i]);
        each_table(specs, &r, false, targets[k].name);
    }
}

START_TEST(regressors) {
    each_target(numbers, false);
}
END_TEST

START_TEST(glms) {
    each_target(counts, true);
}
END_TEST

START_TEST(classifiers) {
    static const char *const names[] = { "two", "three", "one", "rare" };
    struct rows r;
    draw();
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < ROWS; i++)
            r.y_class[i] = k == 0   ? level[i] > 1
                           : k == 1 ? (level[i] > 0.5) + (level[i] > 1.5)
                           : k == 2 ? 0
                                    : i == 4;
        each_table(classes, &r, true, names[k]);
    }
}
END_TEST

/* Rows far beyond those of the training: the column, the row and the number. */
START_TEST(predictions_that_overflow) {
    static const char *const specs[] = { "ridge",
                                         "lasso alpha=0.01",
                                         "linear_svr C=100",
                                         "linear_svc C=100",
                                         "logistic_regression C=1000",
                                         "poisson_regressor alpha=0.01",
                                         "sgd_regressor eta0=0.1",
                                         "logistic_regression_cv Cs=[1000] cv=2" };
    struct rows r;
    draw();
    for (int s = 0; s < 8; s++) {
        const bool classified = strstr(specs[s], "svc") || strstr(specs[s], "logistic");
        for (int i = 0; i < ROWS; i++) {
            r.y[i] = exp(level[i]);
            r.y_class[i] = (level[i] > 0.5) + (level[i] > 1.5);
        }
        cauce_table *t = table_of_rows(&r, &shapes[0], 0, classified);
        cauce_recipe *recipe = cauce_new(specs[s]);
        cauce_model *model = cauce_fit(recipe, t);
        ck_assert_msg(model != NULL, "%s", cauce_error().message);
        cauce_table_free(t);
        t = table_of_rows(&r, &shapes[0], 0, classified);
        for (int j = 0; j < 3; j++) r.x[7 + j * ROWS] = (j == 1 ? -1.7e308 : 1.6e308);
        const bool decides = strstr(specs[s], "svc") != NULL;
        cauce_table *said = decides      ? cauce_decision(model, t)
                            : classified ? cauce_predict_proba(model, t)
                                         : cauce_predict(model, t);
        ck_assert_msg(!said, "%s", specs[s]);
        failed_with(CAUCE_E_NUMERIC,
                    "column 'x1', row 8: -1.7e+308 is so large that the prediction overflows");
        cauce_table_free(t);
        cauce_model_free(model);
        cauce_recipe_free(recipe);
    }
}
END_TEST

TEST_MAIN("extreme numbers", TEST(regressors), TEST(glms), TEST(classifiers), TEST(predictions_that_overflow))
