/* Partial dependence against scikit-learn, and against tables whose column has the same value in all rows. */
#include "reference/dependence.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

static cauce_table *curve(const cauce_model *model, const cauce_table *table, const char *column,
                          const char *options) {
    cauce_table *made = cauce_partial_dependence(model, table, column, options);
    ck_assert_msg(made != NULL, "%s", cauce_error().message);
    return made;
}

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))

/* One block of averages for each output, as scikit-learn has them. */
static void agrees(const cauce_table *made, const double *values, const double *average, int64_t n,
                   int64_t outputs, double tolerance) {
    ck_assert_int_eq(cauce_table_rows(made), n);
    ck_assert_int_eq(cauce_table_columns(made), 1 + outputs);
    for (int64_t i = 0; i < n; i++) {
        ck_near(cell(made, i, "value"), values[i], 1e-14);
        for (int64_t k = 0; k < outputs; k++)
            ck_near(cauce_table_number(made, i, 1 + k), average[k * n + i], tolerance);
    }
}

START_TEST(as_scikit_learn) {
    cauce_table *table = table_from_data("diabetes.csv", "target=progression kinds=[sex:number]");
    cauce_model *model = model_of("linear_regression", table);
    cauce_table *bmi = curve(model, table, "bmi", "grid_resolution=10 percentiles=[0, 1]");
    cauce_table *sex = curve(model, table, "sex", NULL);
    agrees(bmi, ref_bmi_values, ref_bmi_average, COUNT(ref_bmi_values), 1, 1e-10);
    agrees(sex, ref_sex_values, ref_sex_average, COUNT(ref_sex_values), 1, 1e-10);
    ck_assert_str_eq(cauce_table_name(bmi, 1), "prediction");
    cauce_table_free(sex);
    cauce_table_free(bmi);
    cauce_model_free(model);
    cauce_table_free(table);
    table = table_from_data("iris.csv", "target=species");
    model = model_of("logistic_regression tol=1e-10 max_iter=10000", table);
    cauce_table *petal = curve(model, table, "petal_length_cm", "percentiles=[0, 1] grid_resolution=12");
    cauce_table *width = curve(model, table, "petal_width_cm", NULL);
    agrees(petal, ref_petal_values, ref_petal_average, COUNT(ref_petal_values), 3, 1e-8);
    agrees(width, ref_width_values, ref_width_average, COUNT(ref_width_values), 3, 1e-8);
    ck_assert_str_eq(cauce_table_name(width, 2), "proba_versicolor");
    cauce_table_free(width);
    cauce_table_free(petal);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Sets every cell of column j by writing the table anew. */
static double mean_with(const cauce_model *model, const cauce_table *table, const char *column,
                        const cauce_table *made, int64_t point, const double *weight, const char *output) {
    int64_t n = cauce_table_rows(table);
    double *numbers = malloc((size_t)(n * cauce_table_columns(table)) * sizeof *numbers), sum = 0, total = 0;
    const char **texts = malloc((size_t)n * sizeof *texts);
    cauce_table *copy = cauce_table_new(n);
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        const char *name = cauce_table_name(table, j);
        bool here = strcmp(name, column) == 0, number = cauce_table_kind(table, j) == CAUCE_NUMBER;
        for (int64_t r = 0; r < n; r++) {
            const cauce_table *from = here ? made : table;
            int64_t row = here ? point : r, of = here ? 0 : j;
            if (number)
                numbers[j * n + r] = cauce_table_number(from, row, of);
            else
                texts[r] = cauce_table_text(from, row, of);
        }
        ck_assert_int_eq(number ? cauce_table_add_f64(copy, name, numbers + j * n, 1)
                                : cauce_table_add_text(copy, name, texts),
                         CAUCE_OK);
        cauce_table_set_role(copy, name, cauce_table_role(table, j));
    }
    cauce_table *answers = output_of(model, copy);
    for (int64_t r = 0; r < n; r++) {
        sum += (weight ? weight[r] : 1) * cell(answers, r, output);
        total += weight ? weight[r] : 1;
    }
    cauce_table_free(answers);
    cauce_table_free(copy);
    free(texts);
    free(numbers);
    return sum / total;
}

/* Categories and numbers with missing cells through a whole pipeline; a row of weight 2 is the row twice and
 * one of weight 0 is not there, also for the grid. */
START_TEST(as_set_by_hand) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived"),
                *some = table_rows(table, 0, 7, 300);
    cauce_recipe *recipe = cauce_auto_recipe(table, "logistic_regression");
    cauce_model *model = model_fit(recipe, table);
    const char *columns[] = { "sex", "age", "passengerClass" };
    double weight[300], age[300];
    const char *sex[300], *class[300];
    int64_t twice[600], n = 0;
    for (int64_t i = 0; i < 300; i++) {
        weight[i] = (double)(i % 3);
        for (int k = 0; k < i % 3; k++) twice[n++] = i;
        age[i] = cauce_table_number(some, i, cauce_table_find(some, "age"));
        sex[i] = cauce_table_text(some, i, cauce_table_find(some, "sex"));
        class[i] = cauce_table_text(some, i, cauce_table_find(some, "passengerClass"));
    }
    cauce_table *weighted = cauce_table_new(300), *repeated = cauce_table_rows_of(some, twice, n);
    cauce_table_add_f64(weighted, "w", weight, 1);
    cauce_table_add_text(weighted, "sex", sex); /* without a target */
    cauce_table_add_f64(weighted, "age", age, 1);
    cauce_table_add_text(weighted, "passengerClass", class);
    cauce_table_set_role(weighted, "w", CAUCE_WEIGHT);
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        cauce_table *made = curve(model, some, columns[c], "grid_resolution=5");
        cauce_table *a = curve(model, weighted, columns[c], "grid_resolution=7");
        cauce_table *b = curve(model, repeated, columns[c], "grid_resolution=7");
        ck_assert_int_eq(cauce_table_rows(made), c == 0 ? 2 : c == 1 ? 5 : 3);
        for (int64_t p = 0; p < cauce_table_rows(made); p++)
            ck_near(cell(made, p, "proba_yes"),
                    mean_with(model, some, columns[c], made, p, NULL, "proba_yes"), 1e-13);
        ck_assert_msg(tables_apart(a, b) < 1e-12, "%s: %g", columns[c], tables_apart(a, b));
        cauce_table_free(b);
        cauce_table_free(a);
        cauce_table_free(made);
    }
    cauce_table_free(repeated);
    cauce_table_free(weighted);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(some);
    cauce_table_free(table);
}
END_TEST

/* y = 2x: the curve is the line itself, at even steps between quantiles, whatever is said about the end. */
START_TEST(grids) {
    enum { N = 201 };
    double x[N], y[N], flat[N];
    for (int i = 0; i < N; i++) {
        x[i] = i;
        y[i] = 2 * i;
        flat[i] = i < N - 5 ? 3 : i;
    }
    cauce_table *table = cauce_table_new(N);
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "flat", flat, 1);
    cauce_table_add_f64(table, "y", y, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_model *model = model_of("linear_regression", table);
    cauce_table *made = curve(model, table, "x", NULL);
    ck_assert_int_eq(cauce_table_rows(made), 100);
    for (int64_t i = 0; i < 100; i++) {
        ck_near(cell(made, i, "value"), 10 + 180.0 * (double)i / 99, 1e-13);
        ck_near(cell(made, i, "prediction"), 2 * cell(made, i, "value"), 1e-10);
    }
    cauce_table_free(made);
    /* Six values: each of them, unless five points are asked for; then the whole range, as both quantiles
     * are 3. */
    made = curve(model, table, "flat", "grid_resolution=7");
    ck_assert_int_eq(cauce_table_rows(made), 6);
    ck_assert_double_eq(cell(made, 0, "value"), 3);
    ck_assert_double_eq(cell(made, 5, "value"), 200);
    cauce_table_free(made);
    made = curve(model, table, "flat", "grid_resolution=5");
    ck_assert_int_eq(cauce_table_rows(made), 5);
    ck_near(cell(made, 2, "value"), 101.5, 1e-13);
    cauce_table_free(made);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Two parts of the rows or more, of each point. */
START_TEST(same_bits_for_any_threads) {
    cauce_table *few = table_from_data("credit.csv", "target=Status"), *first = NULL;
    cauce_table *table = table_rows(few, 1, 3, 40000);
    cauce_model *model = model_of("hist_gradient_boosting_classifier max_iter=3", few);
    for (int threads = 1; threads <= 7; threads = threads == 1 ? 2 : threads + 5) {
        cauce_context *context = cauce_context_new();
        cauce_context_set_threads(context, threads);
        cauce_context_use(context);
        cauce_table *made = curve(model, table, "Age", "grid_resolution=6");
        if (first) ck_assert(tables_same(made, first));
        cauce_context_use(NULL);
        cauce_context_free(context);
        if (first) cauce_table_free(made);
        if (!first) first = made;
    }
    ck_near(cell(first, 3, "proba_bad"), mean_with(model, table, "Age", first, 3, NULL, "proba_bad"), 1e-13);
    cauce_table_free(first);
    cauce_model_free(model);
    cauce_table_free(table);
    cauce_table_free(few);
}
END_TEST

/* y = x + z: the average at x is x and the weighted mean of z, over more rows than are summed at once. */
START_TEST(weights_of_many_rows) {
    enum { N = 40000 };
    static double x[N], z[N], y[N], w[N];
    double sum = 0, total = 0;
    cauce_table *table = cauce_table_new(N);
    for (int i = 0; i < N; i++) {
        x[i] = i % 3;
        z[i] = i / 1000;
        y[i] = x[i] + z[i];
        w[i] = 1 + i / 7000;
        sum += w[i] * z[i];
        total += w[i];
    }
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "z", z, 1);
    cauce_table_add_f64(table, "y", y, 1);
    cauce_table_add_f64(table, "w", w, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_table_set_role(table, "w", CAUCE_WEIGHT);
    cauce_model *model = model_of("linear_regression", table);
    cauce_table *made = curve(model, table, "x", NULL);
    ck_assert_int_eq(cauce_table_rows(made), 3);
    for (int64_t i = 0; i < 3; i++) ck_near(cell(made, i, "prediction"), (double)i + sum / total, 1e-11);
    cauce_table_free(made);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused(const cauce_model *model, const cauce_table *table, const char *column,
                    const char *options, cauce_status status, const char *piece) {
    ck_assert_ptr_null(cauce_partial_dependence(model, table, column, options));
    failed_with(status, piece);
}

START_TEST(refusals) {
    cauce_table *table = table_of("size,c,y\n1,u,1\n2,v,2\n3,u,5\n4,v,6\n", "y:target");
    cauce_table *empty = table_of("size,c\n,u\n,v\n", NULL), *other = table_of("size,c\n1,z\n2,z\n", NULL);
    cauce_table *endless = table_of("size,c\n-inf,u\n1,u\n2,v\n3,u\n", NULL);
    cauce_table *none = cauce_table_rows_of(table, NULL, 0), *narrow = table_of("size\n1\n2\n", NULL);
    cauce_model *model = model_of("decision_tree_regressor", table);
    refused(model, table, "sise", NULL, CAUCE_E_SCHEMA,
            "the model has no input 'sise'; did you mean 'size'?");
    refused(model, table, "y", NULL, CAUCE_E_SCHEMA, "the model has no input 'y'");
    refused(model, narrow, "size", NULL, CAUCE_E_SCHEMA, "'c'");
    refused(model, none, "size", NULL, CAUCE_E_SHAPE, "the table has no rows");
    refused(model, other, "c", NULL, CAUCE_E_DATA, "column 'c' has no value that the model knows");
    refused(model, table, "size", "grid_resolution=1", CAUCE_E_PARAM, "grid_resolution=1");
    refused(model, table, "size", "percentiles=[0.9, 0.1]", CAUCE_E_PARAM, "the smaller one first");
    refused(model, table, "size", "percentiles=[0, 0.5, 1]", CAUCE_E_PARAM, "two numbers");
    refused(model, table, "size", "percentiles=[0, 2]", CAUCE_E_PARAM, "from 0 to 1");
    refused(model, table, "size", "percentiles=[a, b]", CAUCE_E_PARAM, "two numbers");
    refused(model, endless, "size", "grid_resolution=3 percentiles=[0, 1]", CAUCE_E_DATA, "infinite");
    refused(model, empty, "size", NULL, CAUCE_E_DATA, "column 'size' has no value");
    cauce_error_clear();
    refused(NULL, table, "size", NULL, CAUCE_E_ARGUMENT, "model is NULL");
    refused(model, table, NULL, NULL, CAUCE_E_ARGUMENT, "column is NULL");
    cauce_recipe *recipe =
        recipe_of("{\"steps\": [{\"use\": \"column_transformer\", \"branches\": [{\"name\": \"s\", \"use\": "
                  "\"standard_scaler\", \"on\": [\"size\"]}]}, \"ridge\"]}");
    cauce_model *selecting = model_fit(recipe, table);
    refused(selecting, table, "c", NULL, CAUCE_E_SCHEMA, "nothing in the model uses column 'c'");
    cauce_model_free(selecting);
    cauce_recipe_free(recipe);
    cauce_model_free(model);
    cauce_table_free(narrow);
    cauce_table_free(none);
    cauce_table_free(endless);
    cauce_table_free(other);
    cauce_table_free(empty);
    cauce_table_free(table);
}
END_TEST

START_TEST(allocations) {
    failing_install();
    cauce_table *table = table_of("x,c,y\n1,u,a\n2,v,b\n3,u,a\n4,v,b\n", "y:target");
    cauce_model *model = model_of("decision_tree_classifier", table);
    for (int k = 0; k < 2; k++) FAILING_EACH(pass) {
            cauce_table *made = cauce_partial_dependence(model, table, k ? "c" : "x", "grid_resolution=3");
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

TEST_MAIN("partial_dependence", TEST(as_scikit_learn), TEST(as_set_by_hand), TEST(grids),
          TEST(same_bits_for_any_threads), TEST(weights_of_many_rows), TEST(refusals), TEST(allocations))
