/* From tables to what is learned: classes, positive label, weights, text columns; and a table in
 * scikit-learn's numbers. */
#include "support/check_main.h"
#include "support/tables.h"

#include "reference/select.h"

static void fit_fails(const char *text, const cauce_table *table, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

static void has_classes(const cauce_table *table, const char *expected, int64_t positive) {
    cauce_model *model = model_of("dummy_classifier", table);
    char all[200] = "";
    for (int64_t k = 0; k < cauce_model_classes(model); k++) {
        strcat(all, k ? " " : "");
        strcat(all, cauce_model_class(model, k));
    }
    ck_assert_str_eq(all, expected);
    ck_assert_ptr_null(cauce_model_class(model, cauce_model_classes(model)));
    ck_assert_int_eq(cauce_model_positive(model), positive);
    ck_assert_str_eq(cauce_model_target(model), "y");
    cauce_model_free(model);
}

START_TEST(classes) {
    cauce_table *table = table_of("a,y\n1,10\n2,9\n3,-1\n4,9\n5,10\n", "y:target");
    has_classes(table, "-1 9 10", -1); /* by value, not by text */
    cauce_model *model = model_of("dummy_classifier strategy=most_frequent", table);
    cauce_table *got = cauce_predict(model, table);
    ck_assert_int_eq(cauce_table_kind(got, 0), CAUCE_NUMBER); /* numbers come back as numbers */
    ck_assert(cauce_table_number(got, 0, 0) == 9);
    cauce_table_free(got);
    cauce_model_free(model);
    cauce_table_free(table);

    table = table_of("a,y\n1,b\n2,a\n3,b\n", "y:target");
    has_classes(table, "a b", 1);
    ck_assert_int_eq(cauce_table_set_positive(table, "a"), CAUCE_OK);
    has_classes(table, "a b", 0);
    cauce_table_set_positive(table, "c");
    fit_fails("dummy_classifier", table, CAUCE_E_DATA, "no class 'c' (it has: a, b)");
    cauce_table_free(table);

    table = table_of("a,y\n1,yes\n2,no\n3,yes\n", "y:target"); /* a boolean target is numbers too */
    has_classes(table, "no yes", 1);
    model = model_of("dummy_regressor", table);
    got = cauce_predict(model, table);
    ck_near(cell(got, 0, "prediction"), 2 / 3.0, 1e-15);
    cauce_table_free(got);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(bad_targets) {
    cauce_table *rows = table_of("a,y\n1,b\n2,a\n3,b\n", "y:target"), *holes;
    cauce_model *known = model_of("dummy_classifier", rows);
    double score;
    holes = table_of("a,y\n1,b\n2,\n3,a\n4,\n", NULL);
    ck_assert_int_eq(cauce_score(known, holes, "accuracy", &score), CAUCE_E_DATA);
    failed_with(CAUCE_E_DATA, "missing in 2 rows (first: row 2)");
    cauce_table_free(holes);
    cauce_model_free(known);
    cauce_table_free(rows);
    cauce_table *table = table_of("a,y,k\n1,1.5,x\n2,,y\n3,2,x\n4,,\n", "y:target");
    fit_fails("dummy_regressor", table, CAUCE_E_DATA, "missing in 2 rows (first: row 2)");
    cauce_table_set_role(table, "k", CAUCE_TARGET);
    fit_fails("dummy_classifier", table, CAUCE_E_DATA, "missing in 1 row (first: row 4)");
    fit_fails("dummy_regressor", table, CAUCE_E_KIND, "a regressor needs a number");
    cauce_table_free(table);
    table = table_of("a,y\n1,1.5\n2,1\n", "y:target");
    fit_fails("dummy_classifier", table, CAUCE_E_KIND, "fractions (1.5)");
    cauce_table_free(table);
    table = table_of("a,y\n1,1.5\n2,inf\n", "y:target");
    fit_fails("dummy_regressor", table, CAUCE_E_DATA, "row 2: an infinite value");
    cauce_table_free(table);
    table = table_of("a,y\n1,1.5\n2,2\n", NULL);
    fit_fails("ridge", table, CAUCE_E_SCHEMA, "target=COLUMN");
    cauce_table_free(table);
}
END_TEST

/* Few values and many, of more rows than are read at a time; 0 and -0 are one. */
START_TEST(numbers_as_classes) {
    enum { ROWS = 2500 };
    static float y[ROWS];
    static double x[ROWS];
    for (int many = 253; many <= 258; many++) {
        for (int i = 0; i < ROWS; i++) x[i] = (i * 7 % many) - 20;
        for (int i = 0; i < ROWS; i++) y[i] = (float)x[i] == 0 ? (i % 2 ? -0.0f : 0.0f) : (float)x[i];
        cauce_table *table = cauce_table_new(ROWS);
        cauce_table_add_f64(table, "x", x, 1);
        cauce_table_add_f32(table, "y", y, 1);
        cauce_table_set_role(table, "y", CAUCE_TARGET);
        cauce_model *model = model_of("decision_tree_classifier", table);
        ck_assert_int_eq(cauce_model_classes(model), many);
        for (int k = 0; k < many; k++) {
            char name[16];
            snprintf(name, sizeof name, "%d", k - 20);
            ck_assert_str_eq(cauce_model_class(model, k), name);
        }
        cauce_table *got = cauce_predict(model, table);
        for (int i = 0; i < ROWS; i++) ck_assert(cauce_table_number(got, i, 0) == x[i]);
        cauce_table_free(got);
        cauce_model_free(model);
        y[1100] = 3.5f, y[1700] = 1.25f;
        fit_fails("dummy_classifier", table, CAUCE_E_KIND, "fractions (1.25)");
        y[2000] = INFINITY;
        fit_fails("dummy_classifier", table, CAUCE_E_DATA, "row 2001: an infinite value");
        y[2300] = y[2200] = NAN;
        fit_fails("dummy_classifier", table, CAUCE_E_DATA, "missing in 2 rows (first: row 2201)");
        cauce_table_free(table);
    }
}
END_TEST

START_TEST(weights) {
    static const struct {
        const char *csv, *piece;
    } bad[] = { { "y,w\n1,1\n2,-1\n", "row 2: -1" },
                { "y,w\n1,\n2,1\n", "row 1" },
                { "y,w\n1,inf\n2,1\n", "row 1: inf" },
                { "y,w\n1,0\n2,0\n", "all weights are 0" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cauce_table *table = table_of(bad[i].csv, "y:target w:weight");
        fit_fails("dummy_regressor", table, CAUCE_E_DATA, bad[i].piece);
        cauce_table_free(table);
    }
    /* A row of weight 0 is not there: its class, its level and its missing target do not count. */
    cauce_table *table = table_of("k,y,w\np,b,1\nq,a,2\nr,,0\nr,c,0\n", "y:target w:weight");
    has_classes(table, "a b", 1);
    cauce_model *model = model_of("one_hot_encoder handle_unknown=ignore", table);
    cauce_table *got = cauce_transform(model, table);
    char *names = names_of(got);
    ck_assert_str_eq(names, "k_p, k_q");
    ck_assert(cell(got, 2, "k_p") == 0 && cell(got, 2, "k_q") == 0);
    free(names);
    cauce_table_free(got);
    cauce_model_free(model);
    cauce_table_free(table);
    table = table_of("k,y\np,b\nq,a\n", NULL);
    ck_assert_int_eq(cauce_table_set_role(table, "k", CAUCE_WEIGHT), CAUCE_E_KIND);
    ck_assert_int_eq(cauce_table_set_role(table, "z", CAUCE_TARGET), CAUCE_E_SCHEMA);
    cauce_error_clear();
    cauce_table_free(table);
}
END_TEST

static char warned[1000];

static void on_warning(const cauce_warning *warning, void *payload) {
    snprintf(warned + strlen(warned), sizeof warned - strlen(warned), "%s: %s\n", warning->name,
             warning->text);
}

START_TEST(text_columns) {
    char csv[4000] = "note,a,y\n";
    for (int r = 0; r < 40; r++)
        snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "remark number %d,%d,%d\n", r, r % 7, r);
    cauce_table *table = table_of(csv, "y:target");
    ck_assert_int_eq(cauce_table_kind(table, 0), CAUCE_TEXT);
    cauce_context *context = cauce_context_new();
    cauce_context_on_warning(context, on_warning, NULL);
    cauce_context_use(context);
    cauce_model *model = model_of("ridge", table);
    ck_assert_msg(strstr(warned, "text_column") && strstr(warned, "'note'"), "%s", warned);
    ck_assert_int_eq(cauce_model_inputs(model), 1);
    cauce_context_use(NULL);
    cauce_context_free(context);
    cauce_model_free(model);
    /* Asked for by name it is used. */
    model = model_of("{\"branches\": [{\"on\": \"note\", \"use\": \"ordinal_encoder\"}]}", table);
    cauce_table *got = cauce_transform(model, table);
    ck_assert(got && cauce_table_columns(got) == 1);
    cauce_table_free(got);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(titanic) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_model *model = model_of("{\"branches\": [{\"name\": \"num\", \"on\": \"age\", \"steps\": "
                                  "[\"simple_imputer strategy=median\", "
                                  "\"standard_scaler\"]}, {\"name\": \"cat\", \"on\": \"sex, "
                                  "passengerClass\", \"steps\": [\"simple_imputer "
                                  "strategy=most_frequent\", \"one_hot_encoder\"]}]}",
                                  table);
    cauce_table *z = cauce_transform(model, table);
    ck_assert_int_eq(cauce_table_rows(z), 1309);
    ck_assert_int_eq(cauce_table_columns(z), 6);
    for (int64_t j = 0; j < 6; j++) {
        double sum = 0;
        for (int64_t r = 0; r < 1309; r++) sum += fabs(cauce_table_number(z, r, j));
        ck_near(sum, titanic_sums[j], 1e-12);
        for (int64_t r = 0; r < 20; r++)
            ck_near(cauce_table_number(z, r, j), titanic_first[r * 6 + j], 1e-12);
    }
    cauce_table_free(z);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("target", TEST(classes), TEST(numbers_as_classes), TEST(bad_targets), TEST(weights),
          TEST(text_columns), TEST(titanic))
