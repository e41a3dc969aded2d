/* Offsets on their way: through the steps of a recipe, rows and folds, scorer and stream, file and refusals.
 */
#include "core/offset.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cauce/inspect.h"
#include "support/archives.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

enum { ROWS = 48 };

static double x[ROWS], years[ROWS], claims[ROWS], weight[ROWS];
static const char *town[ROWS];

START_TEST(allocator) {
    failing_install();
}
END_TEST

static cauce_table *policies(void) {
    static const char *const towns[] = { "Roma", "Lima", "Pune" };
    cauce_table *table = cauce_table_new(ROWS);
    for (int i = 0; i < ROWS; i++) {
        x[i] = (i * 7 % 12) - 5;
        years[i] = 0.25 * (1 + i * 5 % 11);
        town[i] = towns[i * 11 % 3];
        claims[i] = floor(years[i] * (2 + (i * 13 % 5)) * (1 + (i % 3 == 0)));
        weight[i] = 1 + i % 2;
    }
    cauce_table_add_f64(table, "years", years, 0);
    cauce_table_add_text(table, "town", town);
    cauce_table_add_f64(table, "x", x, 0);
    cauce_table_add_f64(table, "claims", claims, 0);
    cauce_table_add_f64(table, "weight", weight, 0);
    cauce_table_set_role(table, "claims", CAUCE_TARGET);
    cauce_table_set_role(table, "weight", CAUCE_WEIGHT);
    ck_assert_int_eq(cauce_table_set_role(table, "years", CAUCE_EXPOSURE), CAUCE_OK);
    return table;
}

static const char prepared[] =
    "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"steps\": [\"simple_imputer\", "
    "\"standard_scaler\"]}, "
    "{\"on\": \"@category\", \"use\": \"one_hot_encoder\"}]}, \"poisson_regressor alpha=0.01\"]}";

/* Predictions of a log link grow with the exposure, and with nothing else of it. */
START_TEST(through_a_recipe) {
    static const char *const recipes[] = {
        prepared,

        "{\"use\": \"voting_regressor\", \"estimators\": [{\"steps\": [\"one_hot_encoder\", "
        "\"poisson_regressor\"]}, {\"steps\": [\"one_hot_encoder\", \"gamma_regressor\"]}]}",
        "{\"use\": \"pipeline\", \"steps\": [\"one_hot_encoder\", {\"use\": \"rfe n_features_to_select=2\", "
        "\"estimator\": \"poisson_regressor\"}, \"poisson_regressor\"]}",
    };
    cauce_table *table = policies();
    for (int i = 0; i < ROWS; i++) claims[i] += 0.5; /* gamma */
    double longer[ROWS];
    for (int i = 0; i < ROWS; i++) longer[i] = 3 * years[i];
    cauce_table *later = cauce_table_new(ROWS);
    cauce_table_add_f64(later, "x", x, 0);
    cauce_table_add_f64(later, "years", longer, 0);
    cauce_table_add_text(later, "town", town);
    for (int k = 0; k < 3; k++) {
        cauce_model *model = model_of(recipes[k], table);
        cauce_table *now = cauce_predict(model, table), *then = cauce_predict(model, later);
        ck_assert_msg(now && then, "%s", cauce_error().message);
        for (int i = 0; i < ROWS; i++)
            ck_assert_msg(fabs(cauce_table_number(then, i, 0) / cauce_table_number(now, i, 0) - 3) < 1e-12,
                          "%d", k);
        ck_assert_int_eq((int)cauce_model_inputs(model), 3);
        ck_assert_str_eq(cauce_model_input_name(model, 2), "years");
        ck_assert_int_eq(cauce_model_input_role(model, 2), CAUCE_EXPOSURE);
        ck_assert_int_eq(cauce_model_input_used(model, 2), 1);
        ck_assert_int_eq(cauce_model_input_role(model, 1), CAUCE_FEATURE);
        ck_assert_int_eq(cauce_model_input_role(model, 3), CAUCE_IGNORE);
        cauce_table_free(now);
        cauce_table_free(then);
        cauce_model_free(model);
    }
    cauce_table_free(later);
    cauce_table_free(table);
}
END_TEST

/* What the rows say does not depend on how they are asked: all at once, a few at a time, one by one, from a
 * file, from a loaded model. */
START_TEST(one_answer) {
    cauce_table *table = policies();
    for (int k = 0; k < 2; k++) {
        cauce_table_set_role(table, "years", k ? CAUCE_OFFSET : CAUCE_EXPOSURE);
        cauce_model *first = model_of(prepared, table);
        bytes_of bytes = saved(first);
        cauce_model *model = cauce_load_bytes(bytes.data, bytes.size);
        ck_assert_msg(model != NULL, "%s", cauce_error().message);
        bytes_of again = saved(model);
        ck_assert(bytes.size == again.size && memcmp(bytes.data, again.data, bytes.size) == 0);
        cauce_table *expected = cauce_predict(first, table), *loaded = cauce_predict(model, table);
        ck_assert(tables_same(expected, loaded));
        cauce_scorer *scorer = cauce_scorer_new(model);
        for (int i = 0; i < ROWS; i++) {
            cauce_table *one = table_rows(table, i, 1, 1), *alone = cauce_predict(model, one);
            double value = cauce_table_number(expected, i, 0), lone = cauce_table_number(alone, 0, 0);
            ck_assert_mem_eq(&value, &lone, sizeof value);
            cauce_scorer_set_text(scorer, 0, town[i]);
            cauce_scorer_set_number(scorer, 1, x[i]);
            cauce_scorer_set_number(scorer, 2, years[i]);
            const double *scored = cauce_scorer_run(scorer);
            ck_assert_ptr_nonnull(scored);
            ck_assert_mem_eq(&value, scored, sizeof value);
            cauce_table_free(alone);
            cauce_table_free(one);
        }
        cauce_scorer_clear(scorer);
        ck_assert_ptr_null(cauce_scorer_run(scorer));
        failed_with(CAUCE_E_DATA, "");
        cauce_scorer_free(scorer);
        cauce_table_free(expected);
        cauce_table_free(loaded);
        bytes_done(&again);
        bytes_done(&bytes);
        cauce_model_free(model);
        cauce_model_free(first);
    }
    cauce_table_free(table);
}
END_TEST

START_TEST(from_a_file) {
    char in[64], made[64];
    snprintf(in, sizeof in, "offset-%d.csv", (int)getpid());
    snprintf(made, sizeof made, "offset-%d-out.csv", (int)getpid());
    cauce_table *table = policies();
    ck_assert_int_eq(cauce_write_csv(table, in), CAUCE_OK);
    cauce_table *read = cauce_read_csv(in, "target=claims weight=weight exposure=years");
    ck_assert_msg(read != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_table_role(read, 0), CAUCE_EXPOSURE);
    cauce_model *model = model_of(prepared, read);
    cauce_table *expected = cauce_predict(model, read), *rows = cauce_model_read_csv(model, in, NULL);
    cauce_table *direct = cauce_predict(model, rows);
    ck_assert(tables_same(expected, direct));
    ck_assert_msg(cauce_predict_csv(model, in, made, NULL, NULL) == CAUCE_OK, "%s", cauce_error().message);
    cauce_table *streamed = cauce_read_csv(made, NULL);
    ck_assert(tables_same(expected, streamed));
    cauce_table_free(streamed);
    cauce_table_free(direct);
    cauce_table_free(rows);
    cauce_table_free(expected);
    cauce_table_free(read);
    FILE *file = fopen(in, "w");
    fputs("x,town,years\n1,Roma,2\n1,Roma,0\n", file);
    fclose(file);
    ck_assert_int_eq(cauce_predict_csv(model, in, made, NULL, NULL), CAUCE_E_DATA);
    failed_with(CAUCE_E_DATA, "column 'years', row 2: 0 is no exposure; it takes finite numbers above 0");
    file = fopen(in, "w");
    fputs("x,town,year\n1,Roma,2\n", file);
    fclose(file);
    ck_assert_int_eq(cauce_predict_csv(model, in, made, NULL, NULL), CAUCE_E_SCHEMA);
    failed_with(CAUCE_E_SCHEMA, "'years', which the file does not have; is it 'year'?");
    remove(in);
    remove(made);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Folds have the offsets of their rows; weight 2 is the row given twice, 0 its absence. */
START_TEST(rows_and_folds) {
    cauce_table *table = policies();
    int64_t doubled[2 * ROWS], n = 0;
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < weight[i]; k++) doubled[n++] = i;
    cauce_model *weighted = model_of(prepared, table);
    cauce_table *twice = cauce_table_rows_of(table, doubled, n);
    cauce_table_set_role(twice, "weight", CAUCE_IGNORE);
    cauce_model *repeated = model_of(prepared, twice);
    cauce_table *a = cauce_predict(weighted, table), *b = cauce_predict(repeated, table);
    for (int i = 0; i < ROWS; i++)
        ck_assert(fabs(cauce_table_number(a, i, 0) / cauce_table_number(b, i, 0) - 1) < 1e-9);
    cauce_recipe *recipe = recipe_of(prepared);
    cauce_cv *cv = cauce_cross_validate(recipe, table, "k_fold n_splits=4", "mean_poisson_deviance", NULL);
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    for (int f = 0; f < 4; f++) {
        int64_t train[ROWS], test[ROWS], n_train = 0, n_test = 0;
        for (int i = 0; i < ROWS; i++) *(i / (ROWS / 4) == f ? &test[n_test++] : &train[n_train++]) = i;
        cauce_table *of_train = cauce_table_rows_of(table, train, n_train);
        cauce_table *of_test = cauce_table_rows_of(table, test, n_test);
        cauce_model *model = model_fit(recipe, of_train);
        double score;
        ck_assert_int_eq(cauce_score(model, of_test, "mean_poisson_deviance", &score), CAUCE_OK);
        ck_near(cauce_cv_score(cv, 0, f), score, 0);
        cauce_model_free(model);
        cauce_table_free(of_train);
        cauce_table_free(of_test);
    }
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(a);
    cauce_table_free(b);
    cauce_model_free(weighted);
    cauce_model_free(repeated);
    cauce_table_free(twice);
    cauce_table_free(table);
}
END_TEST

/* It is an input like the others to those who ask what a model makes of its inputs. */
START_TEST(looked_at) {
    cauce_table *table = policies();
    cauce_model *model = model_of(prepared, table);
    cauce_table *importance = cauce_permutation_importance(model, table, "r2", NULL);
    ck_assert_msg(importance != NULL, "%s", cauce_error().message);
    bool seen = false;
    for (int64_t r = 0; r < cauce_table_rows(importance); r++)
        if (strcmp(cauce_table_text(importance, r, 0), "years") == 0)
            seen = cell(importance, r, "importance") > 0.1;
    ck_assert(seen);
    cauce_table *dependence = cauce_partial_dependence(model, table, "years", NULL);
    ck_assert_msg(dependence != NULL, "%s", cauce_error().message);
    int64_t last = cauce_table_rows(dependence) - 1;
    ck_near(cell(dependence, last, "prediction") / cell(dependence, 0, "prediction"),
            cell(dependence, last, "value") / cell(dependence, 0, "value"), 1e-12);
    cauce_table_free(dependence);
    cauce_table_free(importance);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused(const cauce_table *table, const char *text, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(refusals) {
    cauce_table *table = policies();
    cauce_table_set_role(table, "town", CAUCE_IGNORE);
    refused(table, "ridge", CAUCE_E_UNSUPPORTED, "ridge takes no exposure; poisson_regressor");
    refused(table, "{\"use\": \"voting_regressor\", \"estimators\": [\"poisson_regressor\", \"ridge\"]}",
            CAUCE_E_UNSUPPORTED, "ridge takes no exposure");
    cauce_table_set_role(table, "years", CAUCE_OFFSET);
    refused(table, "random_forest_regressor", CAUCE_E_UNSUPPORTED, "random_forest_regressor takes no offset");
    cauce_model_free(model_of("dummy_regressor", table));
    cauce_table_set_role(table, "x", CAUCE_EXPOSURE);
    refused(table, "poisson_regressor", CAUCE_E_SCHEMA,
            "column 'years' is an offset and column 'x' an exposure; a model takes one of them");
    cauce_table_set_role(table, "years", CAUCE_FEATURE);
    refused(table, "poisson_regressor", CAUCE_E_DATA, "column 'x', row 1: -5 is no exposure; it takes");
    cauce_table_set_role(table, "x", CAUCE_OFFSET);
    x[6] = INFINITY;
    refused(table, "poisson_regressor", CAUCE_E_DATA, "column 'x', row 7: inf is no offset; it takes finite");
    x[6] = NAN;
    refused(table, "poisson_regressor", CAUCE_E_DATA,
            "column 'x', row 7: a missing value; every row needs its offset");
    cauce_table_set_role(table, "x", CAUCE_FEATURE);
    ck_assert_int_eq(cauce_table_set_role(table, "town", CAUCE_EXPOSURE), CAUCE_E_KIND);
    failed_with(CAUCE_E_KIND, "of the role exposure must be a number");
    cauce_table_free(table);

    table = policies();
    cauce_model *model = model_of(prepared, table);
    cauce_table *without = cauce_table_new(ROWS);
    cauce_table_add_f64(without, "x", x, 0);
    cauce_table_add_text(without, "town", town);
    ck_assert_ptr_null(cauce_predict(model, without));
    failed_with(CAUCE_E_SCHEMA, "'years'");
    cauce_table_free(without);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Files whose role of an input is not one. */
START_TEST(broken_files) {
    cauce_table *table = policies();
    cauce_model *model = model_of(prepared, table);
    bytes_of bytes = saved(model);
    for (int k = 0; k < 4; k++) {
        archive a = archive_of(&bytes);
        json_t *arrays = json_object_get(a.header, "arrays"), *inputs = json_object_get(a.header, "inputs");
        json_t *last = json_array_get(inputs, 2), *array;
        size_t i;
        json_array_foreach(arrays, i, array) if (strcmp(json_string_value(json_object_get(array, "path")),
                                                        "@inputs/2/role") == 0) {
            if (k == 0) a.data[json_integer_value(json_object_get(array, "offset"))] = 3;
            if (k == 1) json_object_set_new(array, "path", json_string("@inputs/1/role"));
            if (k == 2) json_object_set_new(last, "used", json_false());
            if (k == 3) json_object_set_new(array, "dtype", json_string("i8"));
        }
        bytes_of sealed = archive_seal(&a);
        ck_assert_ptr_null(cauce_load_bytes(sealed.data, sealed.size));
        failed_with(k == 1 || k == 3 ? CAUCE_E_VERSION : CAUCE_E_FORMAT, "role");
        free(sealed.data);
        archive_free(&a);
    }
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(no_memory) {
    cauce_table *table = policies();
    cauce_recipe *recipe = recipe_of(prepared);
    FAILING_EACH(pass) {
        cauce_model *model = cauce_fit(recipe, table);
        cauce_table *predicted = model ? cauce_predict(model, table) : NULL;
        ck_assert(predicted || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
        cauce_error_clear();
        cauce_table_free(predicted);
        cauce_model_free(model);
    }
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("offset", TEST(allocator), TEST(through_a_recipe), TEST(one_answer), TEST(from_a_file),
          TEST(rows_and_folds), TEST(looked_at), TEST(refusals), TEST(broken_files), TEST(no_memory))
