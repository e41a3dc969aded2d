/* iterative_imputer: scikit-learn's numbers, categories, what its parameters do, and broken model files. */
#include "cauce/sys/run.h"
#include "reference/impute.h"
#include "reference/linear.h"
#include "support/archives.h"
#include "support/check_main.h"

static const char columns[] = "abcdefghij";

static cauce_table *table_by_columns(const double *x, int64_t n, int width) {
    cauce_table *table = cauce_table_new(n);
    for (int j = 0; j < width; j++)
        ck_assert_int_eq(cauce_table_add_f64(table, (const char[]){ columns[j], 0 }, x + j * n, 1), CAUCE_OK);
    return table;
}

static double number_at(const cauce_model *model, const char *path, int64_t i) {
    int64_t n_rows, n_cols;
    const double *array = cauce_get_array(model, path, &n_rows, &n_cols);
    ck_assert_msg(array != NULL && i < n_rows * n_cols, "%s", path);
    return array[i];
}

static void cells_are(const cauce_model *model, const cauce_table *rows, const double *expected,
                      double tolerance) {
    cauce_table *output = output_of(model, rows);
    int64_t n = cauce_table_rows(output);
    for (int64_t j = 0; j < cauce_table_columns(output); j++)
        for (int64_t r = 0; r < n; r++)
            ck_near(cauce_table_number(output, r, j), expected[j * n + r], tolerance);
    cauce_table_free(output);
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

START_TEST(reference) {
    cauce_table *train = table_by_columns(ref_train, REF_TRAIN, REF_WIDTH),
                *test = table_by_columns(ref_test, REF_TEST, REF_WIDTH);
    for (size_t i = 0; i < sizeof ref_rounds / sizeof *ref_rounds; i++) {
        char recipe[400];
        snprintf(recipe, sizeof recipe, "{\"use\": \"iterative_imputer %s\", \"estimator\": \"%s\"}",
                 ref_rounds[i].params, ref_rounds[i].estimator);
        cauce_model *model = model_of(recipe, train);
        ck_assert_int_eq((int)number_at(model, "n_iter", 0), ref_rounds[i].n_iter);
        cells_are(model, train, ref_rounds[i].train, 1e-7);
        cells_are(model, test, ref_rounds[i].test, 1e-7);
        cauce_model_free(model);
    }
    cauce_table_free(train);
    cauce_table_free(test);
}
END_TEST

START_TEST(diabetes) {
    double *x = malloc(4420 * sizeof *x), sum = 0;
    for (int i = 0; i < 4420; i++)
        x[i % 10 * 442 + i / 10] = 7919 * i % 13 == 0 ? (double)NAN : ref_diabetes_x[i];
    cauce_table *table = table_by_columns(x, 442, 10);
    cauce_model *model = model_of("iterative_imputer", table);
    cauce_table *output = output_of(model, table);
    ck_assert_int_eq((int)number_at(model, "n_iter", 0), REF_DIABETES_ROUNDS);
    ck_assert_int_eq(REF_DIABETES_ROUNDS, 5); /* published */
    for (int64_t j = 0; j < 10; j++)
        for (int64_t r = 0; r < 442; r++) {
            double value = cauce_table_number(output, r, j);
            sum += value;
            if (r < 20) ck_near(value, ref_diabetes_first[j * 20 + r], 1e-5);
        }
    ck_close(sum, ref_diabetes_sum, 1e-5);
    ck_near(ref_diabetes_sum, 0.30040247609, 1e-10);
    cauce_table_free(output);
    cauce_model_free(model);
    cauce_table_free(table);
    free(x);
}
END_TEST

static const char line_csv[] = "x,y,z\n1,2,5\n2,4,5\n3,,5\n4,8,5\n,10,5\n6,12,5\n";

START_TEST(skip_complete) {
    cauce_table *table = table_of(line_csv, NULL), *rows = table_of("x,y,z\n10,20,\n", NULL);
    cauce_model *all = model_of("iterative_imputer", table);
    cauce_model *some = model_of("iterative_imputer skip_complete=true initial_strategy=constant", table);
    int64_t n_models, one;
    cauce_get_array(some, "target", &n_models, &one);
    ck_assert_int_eq(n_models, 2 * (int)number_at(some, "n_iter", 0));
    cauce_get_array(all, "target", &n_models, &one);
    ck_assert_int_eq(n_models, 3 * (int)number_at(all, "n_iter", 0));
    cauce_table *a = output_of(all, rows), *b = output_of(some, rows), *filled = output_of(all, table);
    ck_near(cell(a, 0, "z"), 5, 1e-9);
    ck_assert(cell(b, 0, "z") == 0); /* no model: the first fill */
    ck_near(cell(filled, 2, "y"), 6, 1e-2);
    ck_near(cell(filled, 4, "x"), 5, 1e-2);
    cauce_table_free(a), cauce_table_free(b), cauce_table_free(filled);
    cauce_table_free(table), cauce_table_free(rows);
    cauce_model_free(all), cauce_model_free(some);
}
END_TEST

START_TEST(empty_columns) {
    double nothing[] = { NAN, NAN, NAN, NAN };
    cauce_table *numbers = cauce_table_new(4);
    cauce_table_add_f64(numbers, "x", (const double[]){ 1, 2, 3, 4 }, 1);
    cauce_table_add_f64(numbers, "none", nothing, 1);
    double y[] = { 2, 4, NAN, 8 };
    cauce_table_add_f64(numbers, "y", y, 1);
    cauce_model *left = model_of("iterative_imputer add_indicator=true", numbers);
    cauce_model *kept = model_of("iterative_imputer keep_empty_features=true", numbers);
    cauce_table *a = output_of(left, numbers), *b = output_of(kept, numbers);
    char *names = names_of(a);
    ck_assert_str_eq(names, "x, y, missingindicator_none, missingindicator_y");
    free(names);
    names = names_of(b);
    ck_assert_str_eq(names, "x, none, y");
    free(names);
    /* The other columns go on as if it were not there. */
    ck_near(cell(a, 2, "y"), 6, 1e-2);
    ck_near(cell(b, 2, "y"), cell(a, 2, "y"), 1e-9);
    ck_assert(cell(b, 2, "none") == 0);
    cauce_table_free(a), cauce_table_free(b), cauce_table_free(numbers);
    cauce_model_free(left), cauce_model_free(kept);
}
END_TEST

START_TEST(one_column) {
    cauce_table *table = cauce_table_new(3);
    double x[] = { 1, NAN, 3 };
    cauce_table_add_f64(table, "x", x, 1);
    cauce_model *model = model_of("iterative_imputer", table);
    cauce_table *output = output_of(model, table);
    ck_assert(cell(output, 1, "x") == 2 && number_at(model, "n_iter", 0) == 0);
    cauce_table_free(output), cauce_table_free(table);
    cauce_model_free(model);
}
END_TEST

START_TEST(nearest_features) {
    cauce_table *train = table_by_columns(ref_train, REF_TRAIN, REF_WIDTH);
    const char *const with = "{\"use\": \"iterative_imputer max_iter=3 imputation_order=random "
                             "n_nearest_features=2 random_state=%d\", \"estimator\": \"ridge\"}";
    cauce_table *outputs[3];
    for (int i = 0; i < 3; i++) {
        char recipe[300];
        snprintf(recipe, sizeof recipe, with, i / 2);
        cauce_model *model = model_of(recipe, train);
        int64_t n_models, width;
        const double *chosen = cauce_get_array(model, "chosen", &n_models, &width);
        ck_assert(n_models == 3 * REF_WIDTH && width == REF_WIDTH);
        for (int64_t m = 0; m < n_models; m++) {
            double sum = 0;
            for (int64_t j = 0; j < width; j++) sum += chosen[m * width + j];
            ck_assert(sum == 2 && chosen[m * width + (int64_t)number_at(model, "target", m)] == 0);
        }
        outputs[i] = output_of(model, train);
        cauce_model_free(model);
    }
    ck_assert(tables_same(outputs[0], outputs[1]));
    ck_assert(tables_apart(outputs[0], outputs[2]) > 1e-3);
    for (int i = 0; i < 3; i++) cauce_table_free(outputs[i]);
    /* As many as there are: all. */
    cauce_model *model = model_of("iterative_imputer max_iter=2 n_nearest_features=5", train);
    ck_assert_ptr_null(cauce_get_array(model, "chosen", NULL, NULL));
    failed_with(CAUCE_E_PARAM, "fitted without");
    cauce_model_free(model);
    cauce_table_free(train);
}
END_TEST

START_TEST(weights) {
    double weight[REF_TRAIN], *repeated = malloc(3 * REF_TRAIN * REF_WIDTH * sizeof *repeated);
    int64_t n = 0;
    for (int r = 0; r < REF_TRAIN; r++) n += (int)(weight[r] = r % 3);
    for (int64_t r = 0, at = 0; r < REF_TRAIN; r++)
        for (int i = 0; i < (int)weight[r]; i++, at++)
            for (int j = 0; j < REF_WIDTH; j++) repeated[j * n + at] = ref_train[j * REF_TRAIN + r];
    cauce_table *weighted = table_by_columns(ref_train, REF_TRAIN, REF_WIDTH);
    cauce_table_add_f64(weighted, "w", weight, 1);
    cauce_table_set_role(weighted, "w", CAUCE_WEIGHT);
    cauce_table *plain = table_by_columns(repeated, n, REF_WIDTH),
                *test = table_by_columns(ref_test, REF_TEST, REF_WIDTH);
    static const char *const recipes[] = {
        "{\"use\": \"iterative_imputer max_iter=3 initial_strategy=median\", \"estimator\": \"ridge\"}",
        "{\"use\": \"iterative_imputer max_iter=2 n_nearest_features=2\", \"estimator\": \"ridge alpha=0.1\"}"
    };
    for (int i = 0; i < 2; i++) {
        cauce_model *a = model_of(recipes[i], weighted), *b = model_of(recipes[i], plain);
        cauce_table *one = output_of(a, test), *two = output_of(b, test);
        ck_assert(tables_apart(one, two) < 1e-9);
        cauce_table_free(one), cauce_table_free(two);
        cauce_model_free(a), cauce_model_free(b);
    }
    cauce_table_free(weighted), cauce_table_free(plain), cauce_table_free(test);
    free(repeated);
}
END_TEST

/* ---- Categories ---------------------------------------------------------------------------------------- */

/* Cities lie apart in x; the flag says whether x is above 10, and y is 100 in Oslo, 200 in Rome. */
static cauce_table *mixed_table(void) {
    char csv[4000] = "x,city,flag,y\n";
    for (int r = 0; r < 60; r++) {
        int rome = r % 2, hide = r % 15;
        snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "%s,%s,%s,%s\n",
                 hide == 3 ? ""
                 : rome    ? (r % 4 == 1 ? "20" : "21")
                           : (r % 4 == 0 ? "1" : "2"),
                 hide == 6 ? ""
                 : rome    ? "Rome"
                           : "Oslo",
                 hide == 9 ? ""
                 : rome    ? "true"
                           : "false",
                 hide == 12 ? ""
                 : rome     ? "200"
                            : "100");
    }
    return table_of(csv, NULL);
}

START_TEST(categories) {
    static const char *const recipes[] = {
        "iterative_imputer",
        "{\"use\": \"iterative_imputer\", \"estimator\": \"k_neighbors_regressor n_neighbors=3\", "
        "\"classifier\": \"ridge_classifier\"}",
        "{\"use\": \"iterative_imputer imputation_order=arabic\", \"classifier\": {\"steps\": "
        "[\"standard_scaler\", "
        "\"random_forest_classifier n_estimators=5\"]}}"
    };
    cauce_table *table = mixed_table(),
                *rows = table_of("x,city,flag,y\n20,,,\n,Oslo,,\n,Bern,true,200\n,,,\n", NULL);
    for (int i = 0; i < 3; i++) {
        cauce_model *model = model_of(recipes[i], table);
        cauce_table *filled = output_of(model, table), *new = output_of(model, rows);
        int64_t city = cauce_table_find(filled, "city"), flag = cauce_table_find(filled, "flag");
        ck_assert_int_eq(cauce_table_kind(filled, flag), CAUCE_BOOLEAN);
        for (int64_t r = 0; r < 60; r++) {
            ck_assert_str_eq(cauce_table_text(filled, r, city), r % 2 ? "Rome" : "Oslo");
            ck_assert_str_eq(cauce_table_text(filled, r, flag), r % 2 ? "true" : "false");
            double y = cell(filled, r, "y"), expected = r % 2 ? 200 : 100;
            ck_near(y, expected, 0.05);
        }
        ck_assert_str_eq(cauce_table_text(new, 0, city), "Rome");
        ck_assert_str_eq(cauce_table_text(new, 1, flag), "false");
        ck_assert_ptr_null(cauce_table_text(new, 2, city)); /* not a level of the model: left alone */
        ck_assert_ptr_nonnull(cauce_table_text(new, 3, city));
        cauce_table_free(filled), cauce_table_free(new);
        cauce_model_free(model);
    }
    cauce_table_free(table), cauce_table_free(rows);
}
END_TEST

/* One level has no classifier; none at all is left out. One-hot columns are seen, and handed on. */
START_TEST(odd_categories) {
    cauce_table *table = cauce_table_new(4);
    double x[] = { 1, 2, NAN, 4 };
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_text(table, "one", (const char *const[]){ "a", NULL, "a", "a" });
    cauce_table_add_text(table, "none", (const char *const[]){ NULL, NULL, NULL, NULL });
    cauce_table_add_text(table, "city", (const char *const[]){ "Rome", "Oslo", "Rome", "Oslo" });
    cauce_model *model =
        model_of("{\"steps\": [{\"use\": \"column_transformer remainder=passthrough "
                 "verbose_feature_names_out=false\", \"branches\": [{\"on\": \"city\", \"use\": "
                 "\"one_hot_encoder\"}]}, \"iterative_imputer\"]}",
                 table);
    cauce_table *output = output_of(model, table);
    char *names = names_of(output);
    ck_assert_str_eq(names, "city_Oslo, city_Rome, x, one");
    free(names);
    ck_assert_str_eq(cauce_table_text(output, 1, cauce_table_find(output, "one")), "a");
    ck_assert(cell(output, 1, "city_Oslo") == 1 && cell(output, 2, "x") > 0);
    cauce_table_free(output), cauce_table_free(table);
    cauce_model_free(model);
}
END_TEST

/* ---- What is refused ----------------------------------------------------------------------------------- */

static void fails(const char *text, const cauce_table *table, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_msg(cauce_fit(recipe, table) == NULL, "%s", text);
    if (strstr(text, "k_neighbors")) ck_assert_ptr_nonnull(strstr(cauce_error().place, "> column 'x' > "));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

/* ---- Draws --------------------------------------------------------------------------------------------- */

/* y = 2 x and noise, with every third y missing. */
static cauce_table *noisy_line(double *x, double *y, int64_t n) {
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "test", 0);
    for (int64_t r = 0; r < n; r++) {
        double noise = -3;
        for (int i = 0; i < 6; i++) noise += cauce_rng_uniform(&rng);
        x[r] = 10 * cauce_rng_uniform(&rng);
        y[r] = r % 3 ? 2 * x[r] + noise * 1.5 : (double)NAN;
    }
    cauce_table *table = cauce_table_new(n);
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "y", y, 1);
    return table;
}

/* The drawn cells, as how far they are from what they would be without a draw: in standard deviations. */
START_TEST(draws_from_the_posterior) {
    enum { N = 30000 };
    static double x[N], y[N];
    cauce_table *table = noisy_line(x, y, N);
    cauce_model *plain = model_of("iterative_imputer", table),
                *drawn = model_of("iterative_imputer sample_posterior=true max_iter=2", table),
                *other = model_of("iterative_imputer sample_posterior=true max_iter=2 random_state=1", table);
    cauce_table *mean = output_of(plain, table), *a = output_of(drawn, table), *b = output_of(other, table);
    double alpha = number_at(drawn, "estimator-4__alpha", 0), sum = 0, squares = 0, together = 0;
    int64_t beyond[5] = { 0 };
    static const double limits[5] = { -2, -1, 0, 1, 2 }, shares[5] = { 0.0228, 0.1587, 0.5, 0.8413, 0.9772 };
    ck_assert_int_eq((int)number_at(drawn, "n_iter", 0), 2);
    for (int64_t r = 0; r < N; r += 3) {
        double z = (cauce_table_number(a, r, 1) - cauce_table_number(mean, r, 1)) * sqrt(alpha);
        together += z * (cauce_table_number(b, r, 1) - cauce_table_number(mean, r, 1)) * sqrt(alpha);
        sum += z;
        squares += z * z;
        for (int i = 0; i < 5; i++) beyond[i] += z < limits[i];
    }
    ck_assert(fabs(sum / (N / 3)) < 0.06 && fabs(squares / (N / 3) - 1) < 0.06);
    ck_assert(fabs(together / (N / 3)) < 0.06); /* another seed, other draws */
    for (int i = 0; i < 5; i++) ck_near((double)beyond[i] / (N / 3), shares[i], 0.02);
    for (int64_t r = 1; r < 100; r += 3)
        ck_assert(cauce_table_number(a, r, 1) == cauce_table_number(table, r, 1));
    /* The same model, loaded, draws the same. */
    bytes_of bytes = saved(drawn);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
    cauce_table *again = output_of(loaded, table);
    ck_assert(tables_same(a, again));
    cauce_table_free(again);
    cauce_table_free(mean);
    cauce_table_free(a);
    cauce_table_free(b);
    cauce_model_free(loaded);
    cauce_model_free(plain);
    cauce_model_free(drawn);
    cauce_model_free(other);
    bytes_done(&bytes);
    cauce_table_free(table);
}
END_TEST

/* Between the limits, and spread over what there is between them. */
START_TEST(draws_between_limits) {
    static double x[3000], y[3000];
    cauce_table *table = noisy_line(x, y, 3000);
    cauce_model *model =
        model_of("iterative_imputer sample_posterior=true min_value=9.5 max_value=10.5", table);
    cauce_table *output = output_of(model, table);
    int64_t low = 0, high = 0, within = 0;
    for (int64_t r = 0; r < 3000; r += 3) {
        double z = cauce_table_number(output, r, 1);
        ck_assert(z >= 9.5 && z <= 10.5);
        low += z == 9.5;
        high += z == 10.5;
        within += z > 9.5 && z < 10.5;
    }
    ck_assert(low > 300 && high > 300 && within > 20); /* expected beyond them: there, as in scikit-learn */
    cauce_table_free(output);
    cauce_model_free(model);
    /* Far from the mean, the tail of the normal distribution is all there is. */
    model = model_of("iterative_imputer sample_posterior=true min_value=[-1e9, 40]", table);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* A category that nothing tells: as often as it is there. */
START_TEST(draws_of_categories) {
    char *csv = malloc(60000);
    size_t at = (size_t)sprintf(csv, "a,c\n");
    for (int r = 0; r < 3000; r++)
        at += (size_t)sprintf(csv + at, "%d,%s\n", r * 7 % 11,
                              r % 3 == 0  ? ""
                              : r / 3 % 4 ? "often"
                                          : "rare");
    cauce_table *table = table_of(csv, NULL);
    cauce_model *model = model_of("iterative_imputer sample_posterior=true max_iter=1", table);
    cauce_table *output = output_of(model, table);
    int rare = 0;
    for (int64_t r = 0; r < 3000; r += 3) rare += strcmp(cauce_table_text(output, r, 1), "rare") == 0;
    ck_assert_msg(rare > 200 && rare < 300, "%d", rare);
    cauce_table_free(output);
    cauce_model_free(model);
    cauce_table_free(table);
    free(csv);
}
END_TEST

START_TEST(bad_input) {
    cauce_table *table = table_of(line_csv, NULL);
    fails("iterative_imputer min_value=3 max_value=3", table, CAUCE_E_PARAM,
          "min_value=3 is not below max_value=3");
    fails("iterative_imputer min_value=[1, 2]", table, CAUCE_E_PARAM,
          "min_value has 2 numbers, but there are 3 input columns");
    fails("iterative_imputer max_value=[1, x, 3]", table, CAUCE_E_PARAM, "max_value: item 2 is no number");
    fails("iterative_imputer min_value=[1, 2, 3] max_value=2.5", table, CAUCE_E_PARAM,
          "column 'z': min_value=3 is not below max_value=2.5");
    fails("{\"use\": \"iterative_imputer sample_posterior=true\", \"estimator\": \"ridge\"}", table,
          CAUCE_E_PARAM, "needs standard deviations, which ridge does not give; bayesian_ridge does");
    fails("{\"use\": \"iterative_imputer sample_posterior=true\", \"classifier\": \"linear_svc\"}", table,
          CAUCE_E_PARAM, "sample_posterior needs probabilities; linear_svc gives decision values");
    fails("{\"use\": \"iterative_imputer\", \"estimator\": \"logistic_regression\"}", table, CAUCE_E_PARAM,
          "estimator");
    fails("{\"use\": \"iterative_imputer\", \"estimator\": \"k_neighbors_regressor n_neighbors=6\"}", table,
          CAUCE_E_PARAM, "n_neighbors=6 is more than the 5 rows");
    cauce_table_free(table);
    table = cauce_table_new(3);
    double x[] = { 1, NAN, INFINITY }, y[] = { 1, 2, 3 };
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "y", y, 1);
    fails("iterative_imputer", table, CAUCE_E_DATA, "column 'x'");
    fails("iterative_imputer initial_strategy=constant", table, CAUCE_E_DATA,
          "column 'x', row 3: an infinite value");
    cauce_table_free(table);
}
END_TEST

static void warn(const cauce_warning *warning, void *payload) {
    if (strcmp(warning->name, "no_convergence") == 0) ++*(int *)payload;
}

START_TEST(no_convergence) {
    cauce_table *train = table_by_columns(ref_train, REF_TRAIN, REF_WIDTH);
    cauce_context *context = cauce_context_new();
    int warned = 0;
    cauce_context_on_warning(context, warn, &warned);
    cauce_context_use(context);
    static const char *const recipes[] = { "iterative_imputer max_iter=1 tol=0",
                                           "iterative_imputer max_iter=0", "iterative_imputer tol=10" };
    for (int i = 0; i < 3; i++) {
        cauce_model_free(model_of(recipes[i], train));
        ck_assert_int_eq(warned, 1);
    }
    cauce_context_use(NULL);
    cauce_context_free(context);
    cauce_table_free(train);
}
END_TEST

/* ---- Broken files -------------------------------------------------------------------------------------- */

/* The bytes of an array of the file. */
static char *array_in(const archive *a, const char *path) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(a->header, "arrays"), i, entry) {
        if (strcmp(json_string_value(json_object_get(entry, "path")), path) != 0) continue;
        return a->data + json_integer_value(json_object_get(entry, "offset"));
    }
    ck_abort_msg("no array %s", path);
}

static void broken(const bytes_of *bytes, const char *path, size_t at, const void *value, size_t size) {
    archive a = archive_of(bytes);
    memcpy(array_in(&a, path) + at * size, value, size);
    bytes_of changed = archive_seal(&a);
    cauce_model *model = cauce_load_bytes(changed.data, changed.size);
    ck_assert_msg(model == NULL, "%s[%zu]", path, at);
    failed_with(CAUCE_E_FORMAT, NULL);
    free(changed.data);
    archive_free(&a);
}

START_TEST(hostile_files) {
    cauce_table *table = mixed_table();
    cauce_model *model =
        model_of("{\"use\": \"iterative_imputer max_iter=1 n_nearest_features=1\", \"estimator\": "
                 "\"ridge\", \"classifier\": \"k_neighbors_classifier n_neighbors=3\"}",
                 table);
    bytes_of bytes = saved(model);
    static const double fills[] = { INFINITY, -1, 2, 0.5 };
    for (int i = 0; i < 4; i++) broken(&bytes, "fill", i == 0 ? 0 : 1, &fills[i], sizeof(double));
    static const uint8_t two = 2;
    broken(&bytes, "missing", 1, &two, 1);
    broken(&bytes, "chosen", 1, &two, 1);
    static const int64_t places[] = { -1, 4, INT64_MAX };
    for (int i = 0; i < 3; i++) broken(&bytes, "target", 1, &places[i], sizeof(int64_t));
    static const int64_t starts[] = { -1, 9, 1 };
    for (int i = 0; i < 3; i++) broken(&bytes, "first_class", 1, &starts[i], sizeof(int64_t));
    static const int32_t codes[] = { -1, 2, 1 };
    for (int i = 0; i < 3; i++) broken(&bytes, "class_code", 0, &codes[i], sizeof(int32_t));
    static const int64_t less = -1;
    broken(&bytes, "n_iter", 0, &less, sizeof less);
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("iterative_imputer", TEST(reference), TEST(diabetes), TEST(skip_complete), TEST(empty_columns),
          TEST(one_column), TEST(nearest_features), TEST(weights), TEST(categories), TEST(odd_categories),
          TEST(draws_from_the_posterior), TEST(draws_between_limits), TEST(draws_of_categories),
          TEST(bad_input), TEST(no_convergence), TEST(hostile_files))
