/* Permutation importance against tables whose columns are put in another order by hand. */
#include "cauce/sys/run.h"
#include "reference/folds_sklearn.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

/* A copy of the table, value by value, with the cells of column `moved` in another order. */
static cauce_table *reordered(const cauce_table *table, const char *moved, const int64_t *order,
                              double *numbers, const char **texts) {
    int64_t n = cauce_table_rows(table);
    cauce_table *copy = cauce_table_new(n);
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        const char *name = cauce_table_name(table, j);
        bool here = strcmp(name, moved) == 0;
        for (int64_t r = 0; r < n; r++) {
            int64_t from = here ? order[r] : r;
            if (cauce_table_kind(table, j) == CAUCE_NUMBER)
                numbers[j * n + r] = cauce_table_number(table, from, j);
            else
                texts[r] = cauce_table_text(table, from, j);
        }
        cauce_status status = cauce_table_kind(table, j) == CAUCE_NUMBER
                                  ? cauce_table_add_f64(copy, name, numbers + j * n, 1)
                                  : cauce_table_add_text(copy, name, texts);
        ck_assert_int_eq(status, CAUCE_OK);
        cauce_table_set_role(copy, name, cauce_table_role(table, j));
    }
    return copy;
}

static void shuffle(int64_t *order, int64_t n, uint64_t seed, uint64_t index) {
    cauce_rng rng;
    cauce_rng_init(&rng, seed, "permutation", index);
    for (int64_t i = 0; i < n; i++) order[i] = i;
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)cauce_rng_below(&rng, (uint64_t)i + 1), row = order[i];
        order[i] = order[j];
        order[j] = row;
    }
}

/* Every repeat of every column, to the bit. `counted`: the rows that weigh something. */
static void agrees(const cauce_model *model, const cauce_table *table, const cauce_table *counted,
                   const char *metric, double direction) {
    cauce_table *made = cauce_permutation_importance(model, table, metric, "n_repeats=3 random_state=11");
    ck_assert_msg(made != NULL, "%s", cauce_error().message);
    int64_t n = cauce_table_rows(counted), inputs = cauce_model_inputs(model);
    int64_t *order = malloc((size_t)n * sizeof *order);
    double *numbers = malloc((size_t)(n * cauce_table_columns(counted)) * sizeof *numbers), base, score;
    const char **texts = malloc((size_t)n * sizeof *texts);
    ck_assert_int_eq(cauce_table_rows(made), inputs);
    ck_assert_int_eq(cauce_table_columns(made), 6);
    ck_assert_int_eq(cauce_score(model, counted, metric, &base), CAUCE_OK);
    for (int64_t i = 0; i < inputs; i++) {
        double sum = 0, squares = 0;
        ck_assert_str_eq(cauce_table_text(made, i, 0), cauce_model_input_name(model, i));
        for (int64_t k = 0; k < 3; k++) {
            shuffle(order, n, 11, (uint64_t)(k * inputs + i));
            cauce_table *other = reordered(counted, cauce_model_input_name(model, i), order, numbers, texts);
            ck_assert_int_eq(cauce_score(model, other, metric, &score), CAUCE_OK);
            ck_assert_double_eq(cauce_table_number(made, i, 3 + k), direction * (base - score));
            sum += direction * (base - score);
            squares += (base - score) * (base - score);
            cauce_table_free(other);
        }
        ck_near(cell(made, i, "importance"), sum / 3, 1e-14);
        ck_near(cell(made, i, "std"), sqrt(fmax(0, squares / 3 - sum / 3 * sum / 3)), 1e-7);
    }
    free(texts);
    free(numbers);
    free(order);
    cauce_table_free(made);
}

/* Categories, booleans and numbers with missing cells through imputing and one-hot coding, weights with
 * zeros, rows in another order than the columns. */
START_TEST(as_permuted_by_hand) {
    cauce_table *all = table_from_data("titanic.csv", "target=survived"), *table = table_rows(all, 3, 7, 600);
    double weight[600];
    int64_t rows[600], n = 0;
    for (int64_t i = 0; i < 600; i++) {
        weight[i] = (double)(i % 4);
        if (weight[i] > 0) rows[n++] = i;
    }
    cauce_model *models[] = { model_of("random_forest_classifier n_estimators=7 max_depth=5", table), NULL };
    cauce_recipe *automatic = cauce_auto_recipe(table, "logistic_regression");
    models[1] = model_fit(automatic, table);
    agrees(models[0], table, table, "log_loss", -1);
    agrees(models[1], table, table, NULL, 1);
    cauce_table_free(table);
    /* A weight column can only be added to a table of its own. */
    double numbers[600 * 4];
    const char *texts[600];
    table = table_rows(all, 3, 7, 600);
    cauce_table *own = reordered(table, "", NULL, numbers, texts);
    ck_assert_int_eq(cauce_table_add_f64(own, "w", weight, 1), CAUCE_OK);
    cauce_table_set_role(own, "w", CAUCE_WEIGHT);
    cauce_table *counted = cauce_table_rows_of(own, rows, n);
    agrees(models[1], own, counted, "roc_auc", 1);
    agrees(models[0], own, counted, "brier", -1);
    cauce_table_free(counted);
    cauce_table_free(own);
    cauce_table_free(table);
    cauce_recipe_free(automatic);
    cauce_model_free(models[0]);
    cauce_model_free(models[1]);
    cauce_table_free(all);
}
END_TEST

/* y = 3a - b in closed form: the mean squared error of a column in another order is the mean of the squared
 * differences; what is not used, or has no coefficient, has exactly 0. */
START_TEST(of_a_linear_model) {
    enum { N = 40 };
    double a[N], b[N], c[N], y[N];
    for (int i = 0; i < N; i++) {
        a[i] = i % 7;
        b[i] = (i * 5) % 11;
        c[i] = 2;
        y[i] = 3 * a[i] - b[i];
    }
    cauce_table *table = cauce_table_new(N);
    cauce_table_add_f64(table, "a", a, 1);
    cauce_table_add_f64(table, "c", c, 1);
    cauce_table_add_f64(table, "y", y, 1);
    cauce_table_add_f64(table, "b", b, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_model *model = model_of("linear_regression", table);
    cauce_table *made = cauce_permutation_importance(model, table, "mse", "n_repeats=4");
    for (int k = 0; k < 4; k++) {
        int64_t order[N];
        double sum[2] = { 0, 0 };
        for (int i = 0; i < 2; i++) {
            const double *x = i ? b : a;
            shuffle(order, N, 0, (uint64_t)(k * 3 + 2 * i));
            for (int r = 0; r < N; r++) sum[i] += (x[r] - x[order[r]]) * (x[r] - x[order[r]]);
        }
        ck_near(cauce_table_number(made, 0, 3 + k), 9 * sum[0] / N, 1e-10);
        ck_near(cauce_table_number(made, 2, 3 + k), sum[1] / N, 1e-10);
        ck_assert_double_eq(cauce_table_number(made, 1, 3 + k), 0);
    }
    ck_assert_double_eq(cell(made, 1, "importance"), 0);
    ck_assert_double_eq(cell(made, 1, "std"), 0);
    cauce_table_free(made);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Free text that an encoder looks at counts; a column that no step selects is there with exactly 0. */
START_TEST(texts_and_columns_nobody_uses) {
    cauce_table *table = table_from_data("titanic.csv", "target=age missing_target=drop kinds=[sex:text]");
    cauce_recipe *recipe = recipe_of(
        "{\"steps\": [{\"use\": \"column_transformer\", \"branches\": [{\"name\": \"words\", \"use\": "
        "\"count_encoder\", \"on\": [\"sex\"]}, {\"name\": \"class\", \"use\": \"one_hot_encoder\", "
        "\"on\": [\"passengerClass\"]}]}, \"ridge\"]}");
    cauce_model *model = model_fit(recipe, table);
    cauce_table *made = cauce_permutation_importance(model, table, NULL, NULL);
    ck_assert_msg(made != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_table_columns(made), 8);
    for (int64_t i = 0; i < cauce_table_rows(made); i++) {
        bool unused = strcmp(cauce_table_text(made, i, 0), "survived") == 0;
        ck_assert_int_eq(unused, !cauce_model_input_used(model, i));
        for (int64_t j = 1; j < 8; j++) {
            if (unused) ck_assert_double_eq(cauce_table_number(made, i, j), 0);
            if (!unused) ck_assert_double_ne(cauce_table_number(made, i, j), 0);
        }
    }
    cauce_table_free(made);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* rng=sklearn: every repeat is scikit-learn's, also those behind the orders that are kept at a time. */
START_TEST(as_scikit_learn_permutes) {
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    cauce_model *model = model_of("ridge", table);
    cauce_table *made = cauce_permutation_importance(model, table, "r2", "rng=sklearn");
    ck_assert_msg(made != NULL, "%s", cauce_error().message);
    for (int64_t i = 0; i < 10; i++) {
        double sum = 0;
        for (int64_t k = 0; k < 5; k++) {
            ck_near(cauce_table_number(made, i, 3 + k), permuted_r2[i * 5 + k], 1e-12);
            sum += permuted_r2[i * 5 + k];
        }
        ck_near(cell(made, i, "importance"), sum / 5, 1e-12);
    }
    cauce_table_free(made);
    made =
        cauce_permutation_importance(model, table, "mae", "rng=sklearn n_repeats=35 random_state=4294967295");
    const int64_t columns[] = { 1, 2, 8 };
    ck_assert_int_eq(cauce_table_columns(made), 38);
    for (int64_t i = 0; i < 3; i++)
        for (int64_t k = 0; k < 35; k++)
            ck_near(cauce_table_number(made, columns[i], 3 + k), permuted_mae[i * 35 + k], 1e-10);
    cauce_table_free(made);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* The tree and the orders, both of one seed of scikit-learn's. */
START_TEST(tree_of_the_cancer_data) {
    cauce_table *table = table_from_data("breast_cancer.csv", "target=diagnosis");
    cauce_model *model = model_of("decision_tree_classifier max_depth=3 rng=sklearn", table);
    cauce_table *made = cauce_permutation_importance(model, table, "accuracy", "rng=sklearn");
    ck_assert_msg(made != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_table_rows(made), 30);
    for (int64_t i = 0; i < 30; i++)
        for (int64_t k = 0; k < 5; k++)
            ck_near(cauce_table_number(made, i, 3 + k), permuted_tree[i * 5 + k], 1e-15);
    cauce_table_free(made);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(same_bits_for_any_threads) {
    cauce_table *table = table_from_data("credit.csv", "target=Status"), *first = NULL;
    cauce_model *model = model_of("hist_gradient_boosting_classifier max_iter=5", table);
    for (int threads = 1; threads <= 7; threads = threads == 1 ? 2 : threads + 5) {
        cauce_context *context = cauce_context_new();
        cauce_context_set_threads(context, threads);
        cauce_context_use(context);
        cauce_table *made = cauce_permutation_importance(model, table, "roc_auc", "n_repeats=2");
        ck_assert_msg(made != NULL, "%s", cauce_error().message);
        if (first) ck_assert(tables_same(made, first));
        cauce_context_use(NULL);
        cauce_context_free(context);
        if (first) cauce_table_free(made);
        if (!first) first = made;
    }
    cauce_table *other = cauce_permutation_importance(model, table, "roc_auc", "n_repeats=2 random_state=1");
    ck_assert(!tables_same(other, first));
    cauce_table_free(other);
    cauce_table_free(first);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused(const cauce_model *model, const cauce_table *table, const char *metric,
                    const char *options, cauce_status status, const char *piece) {
    ck_assert_ptr_null(cauce_permutation_importance(model, table, metric, options));
    failed_with(status, piece);
}

START_TEST(refusals) {
    cauce_table *table = table_of("x,c,y\n1,u,a\n2,v,b\n3,u,a\n4,v,b\n", "y:target");
    cauce_table *blind = table_of("x,c\n1,u\n2,v\n", NULL), *narrow = table_of("x,y\n1,a\n2,b\n", "y:target");
    cauce_table *none = cauce_table_rows_of(table, NULL, 0), *more = table_of("x,c,y\n1,u,z\n", "y:target");
    cauce_model *model = model_of("decision_tree_classifier", table);
    refused(model, blind, NULL, NULL, CAUCE_E_SCHEMA, "the table has no target column 'y'");
    refused(model, narrow, NULL, NULL, CAUCE_E_SCHEMA, "'c'");
    refused(model, none, NULL, NULL, CAUCE_E_SHAPE, "the table has no rows");
    refused(model, more, NULL, NULL, CAUCE_E_DATA,
            "target 'y', row 1: 'z' is a class that the model does not know (a, b)");
    refused(model, table, "acuracy", NULL, CAUCE_E_PARAM, "accuracy");
    refused(model, table, "r2", NULL, CAUCE_E_PARAM, "is for regression");
    refused(model, table, "f1, accuracy", NULL, CAUCE_E_PARAM, "one metric at a time");
    refused(model, table, NULL, "n_repeats=0", CAUCE_E_PARAM, "n_repeats=0");
    refused(model, table, NULL, "repeats=2", CAUCE_E_PARAM, "n_repeats");
    refused(model, table, NULL, "rng=sklearn random_state=4294967296", CAUCE_E_PARAM, "4294967295 at most");
    cauce_error_clear();
    refused(NULL, table, NULL, NULL, CAUCE_E_ARGUMENT, "model is NULL");
    refused(model, NULL, NULL, NULL, CAUCE_E_ARGUMENT, "table is NULL");
    cauce_table_set_role(blind, "c", CAUCE_IGNORE);
    cauce_model *scaler = model_of("standard_scaler", blind);
    refused(scaler, blind, NULL, NULL, CAUCE_E_UNSUPPORTED, "no estimator");
    cauce_model_free(scaler);
    cauce_model_free(model);
    cauce_table_free(more);
    cauce_table_free(none);
    cauce_table_free(narrow);
    cauce_table_free(blind);
    cauce_table_free(table);
}
END_TEST

START_TEST(allocations) {
    failing_install();
    cauce_table *table = table_of("x,c,y\n1,u,a\n2,v,b\n3,u,a\n4,v,b\n", "y:target");
    cauce_model *model = model_of("decision_tree_classifier", table);
    FAILING_EACH(pass) {
        cauce_table *made = cauce_permutation_importance(model, table, NULL, "n_repeats=2");
        if (!made) {
            ck_assert(pass.armed);
            failed_with(CAUCE_E_NOMEM, NULL);
        }
        cauce_table_free(made);
    }
    FAILING_EACH(pass) {
        cauce_table *made = cauce_permutation_importance(model, table, NULL, "n_repeats=17 rng=sklearn");
        if (!made) {
            ck_assert(pass.armed);
            failed_with(CAUCE_E_NOMEM, NULL);
        }
        cauce_table_free(made);
    }
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("permutation", TEST(as_permuted_by_hand), TEST(of_a_linear_model),
          TEST(texts_and_columns_nobody_uses), TEST(as_scikit_learn_permutes), TEST(tree_of_the_cancer_data),
          TEST(same_bits_for_any_threads), TEST(refusals), TEST(allocations))
