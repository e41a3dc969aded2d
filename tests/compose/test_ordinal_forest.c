/* A whole programme: ordinal codes beside numbers with their mean for missing ones, plain names, a forest.
 * Written in C and in JSON; the encoded matrix is scikit-learn's, value for value. */
#include "support/check_main.h"
#include "support/tables.h"

#include "reference/ordinal_forest.h"

static const char json[] =
    "{\"cauce\": 1, \"target\": \"Status\", \"model\": {\"steps\": ["
    "  {\"name\": \"prep\", \"use\": \"column_transformer\", \"with\": {\"verbose_feature_names_out\": "
    "false},"
    "   \"branches\": ["
    "    {\"name\": \"cat\", \"on\": [\"Home\", \"Marital\", \"Records\", \"Job\"], \"use\": "
    "\"ordinal_encoder\","
    "     \"with\": {\"handle_unknown\": \"use_encoded_value\", \"unknown_value\": -1,"
    "                \"encoded_missing_value\": -1}},"
    "    {\"name\": \"num\", \"on\": \"@number\", \"use\": \"simple_imputer strategy=mean\"}]},"
    "  {\"name\": \"forest\", \"use\": \"random_forest_classifier\", \"with\": {\"random_state\": 42}}]}}";

static cauce_recipe *recipe_in_c(void) {
    cauce_recipe *prep =
        cauce_columns(cauce_on("cat", "Home, Marital, Records, Job",
                               cauce_new("ordinal_encoder handle_unknown=use_encoded_value unknown_value=-1 "
                                         "encoded_missing_value=-1")),
                      cauce_on("num", "@number", cauce_new("simple_imputer strategy=mean")));
    cauce_set(prep, "verbose_feature_names_out=false");
    return cauce_pipeline(cauce_named("prep", prep),
                          cauce_named("forest", cauce_new("random_forest_classifier random_state=42")));
}

static cauce_table *credit, *train, *fresh;

START_TEST(load_data) {
    int64_t rows[4454], n = 0, job;
    credit = table_from_data("credit.csv", "target=Status positive=bad");
    job = cauce_table_find(credit, "Job");
    for (int64_t r = 0; r < cauce_table_rows(credit); r += 20) {
        const char *text = cauce_table_text(credit, r, job);
        if (!text || strcmp(text, "others") != 0) rows[n++] = r;
    }
    ck_assert_int_eq(n, ORDINAL_TRAIN);
    train = cauce_table_rows_of(credit, rows, n);
    for (n = 0; 40 * n + 7 < cauce_table_rows(credit); n++) rows[n] = 40 * n + 7;
    ck_assert_int_eq(n, ORDINAL_NEW);
    fresh = cauce_table_rows_of(credit, rows, n);
}
END_TEST

static void check_encoded(const cauce_model *model, const cauce_table *table, const double *expected) {
    cauce_table *encoded = cauce_transform(model, table);
    ck_assert_msg(encoded != NULL, "%s", cauce_error().message);
    char *names = names_of(encoded);
    ck_assert_str_eq(names, ordinal_names);
    free(names);
    for (int64_t r = 0; r < cauce_table_rows(table); r++)
        for (int64_t j = 0; j < ORDINAL_COLUMNS; j++) {
            double value = cauce_table_number(encoded, r, j), wanted = expected[r * ORDINAL_COLUMNS + j];
            /* Codes and numbers that were there are equal, means to the last place. */
            ck_assert_msg(value == wanted || (j >= 4 && fabs(value - wanted) <= 4e-16 * fabs(wanted)),
                          "row %lld, %s: %.17g, not %.17g", (long long)r, cauce_table_name(encoded, j), value,
                          wanted);
        }
    cauce_table_free(encoded);
}

static void check_recipe(cauce_recipe *recipe) {
    ck_assert_msg(recipe != NULL, "%s", cauce_error().message);
    cauce_model *model = model_fit(recipe, train);
    check_encoded(model, train, ordinal_train);
    check_encoded(model, fresh, ordinal_new);
    /* Another generator draws other trees: as good as scikit-learn's, not the same. */
    double accuracy;
    ck_assert_int_eq(cauce_score(model, fresh, NULL, &accuracy), CAUCE_OK);
    ck_assert_msg(fabs(accuracy - ordinal_accuracy) < 0.06, "accuracy %g beside %g", accuracy,
                  ordinal_accuracy);
    ck_assert_int_eq(cauce_model_positive(model), 0);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
}

START_TEST(in_c) {
    check_recipe(recipe_in_c());
    ck_assert_int_eq(cauce_failed(), CAUCE_OK);
}
END_TEST

START_TEST(in_json) {
    check_recipe(cauce_recipe_from_json(json));
}
END_TEST

START_TEST(both_give_the_same_file) {
    cauce_recipe *a = recipe_in_c(), *b = cauce_recipe_from_json(json);
    /* "on" is a list in one and a text in the other: the same columns. */
    cauce_model *x = model_fit(a, train), *y = model_fit(b, train);
    cauce_table *p = cauce_predict_proba(x, fresh), *q = cauce_predict_proba(y, fresh);
    ck_assert(tables_same(p, q));
    bytes_of bytes = saved(x);
    cauce_model *z = cauce_load_bytes(bytes.data, bytes.size);
    check_encoded(z, fresh, ordinal_new);
    bytes_done(&bytes);
    cauce_table_free(p);
    cauce_table_free(q);
    cauce_model_free(x);
    cauce_model_free(y);
    cauce_model_free(z);
    cauce_recipe_free(a);
    cauce_recipe_free(b);
}
END_TEST

START_TEST(free_data) {
    cauce_table_free(credit);
    cauce_table_free(train);
    cauce_table_free(fresh);
}
END_TEST

TEST_MAIN("ordinal forest", TEST(load_data), TEST(in_c), TEST(in_json), TEST(both_give_the_same_file),
          TEST(free_data))
