/* pipeline and column_transformer: order and names of the output, remainder, what must be there at predict.
 */
#include "support/check_main.h"
#include "support/tables.h"
#include "support/titanic.h"

static const char train_csv[] = "a,b,city,flag,c\n"
                                "1,10,Rome,yes,0.5\n2,20,Oslo,no,1.5\n3,,Rome,yes,\n4,40,,no,3.5\n";

static cauce_table *train;

static cauce_table *transformed(const char *recipe, const cauce_table *table) {
    cauce_model *model = model_of(recipe, train);
    cauce_table *output = cauce_transform(model, table);
    ck_assert_msg(output != NULL, "%s", cauce_error().message);
    cauce_model_free(model);
    return output;
}

static void has_names(const char *recipe, const char *expected) {
    cauce_table *output = transformed(recipe, train);
    char *names = names_of(output);
    ck_assert_msg(strcmp(names, expected) == 0, "%s: %s", recipe, names);
    free(names);
    cauce_table_free(output);
}

static void fit_fails(const char *text, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_msg(cauce_fit(recipe, train) == NULL, "%s", text);
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(start) {
    train = table_of(train_csv, NULL);
}
END_TEST

START_TEST(names_and_order) {
    has_names("{\"branches\": [{\"name\": \"n\", \"on\": \"c, a\", \"use\": \"standard_scaler\"}, {\"name\": "
              "\"k\", "
              "\"on\": \"city\", \"use\": \"one_hot_encoder\"}]}",
              "n__c, n__a, k__city_Oslo, k__city_Rome, k__city_nan");
    has_names(
        "{\"with\": {\"verbose_feature_names_out\": false, \"remainder\": \"passthrough\"}, \"branches\": "
        "[{\"name\": \"n\", \"on\": \"c, a\", \"use\": \"standard_scaler\"}]}",
        "c, a, b, city, flag");
    has_names("{\"with\": {\"remainder\": \"passthrough\"}, \"branches\": [{\"name\": \"n\", \"on\": \"b\", "
              "\"use\": "
              "\"drop\"}, {\"name\": \"m\", \"on\": \"@number, !b\", \"use\": \"passthrough\"}]}",
              "m__a, m__c, remainder__city, remainder__flag");
    /* Columns used twice, a branch without columns, one inside of another. */
    has_names(
        "{\"branches\": [{\"name\": \"x\", \"on\": \"a\", \"use\": \"passthrough\"}, {\"name\": \"none\", "
        "\"on\": \"zz*\", \"use\": \"standard_scaler\"}, {\"name\": \"y\", \"on\": \"a, b\", \"branches\": "
        "[{\"name\": \"in\", \"on\": \"@number\", \"steps\": [\"simple_imputer\", \"standard_scaler\"]}]}]}",
        "x__a, y__in__a, y__in__b");
    /* Selectors see what the step before made. */
    has_names("{\"steps\": [{\"with\": {\"verbose_feature_names_out\": false}, \"branches\": [{\"on\": "
              "\"@number\", "
              "\"use\": \"passthrough\"}]}, {\"with\": {\"verbose_feature_names_out\": false}, \"branches\": "
              "[{\"on\": \"c\", \"use\": \"passthrough\"}]}]}",
              "c");
}
END_TEST

START_TEST(cells) {
    cauce_table *output = transformed(
        "{\"branches\": [{\"name\": \"n\", \"on\": \"b\", \"steps\": [\"simple_imputer\", "
        "\"standard_scaler with_std=false\"]}, {\"name\": \"k\", \"on\": \"flag, city\", \"use\": "
        "\"passthrough\"}]}",
        train);
    double mean = 70 / 3.0;
    ck_near(cell(output, 0, "n__b"), 10 - mean, 1e-13);
    ck_near(cell(output, 2, "n__b"), 0, 1e-13);
    int64_t city = cauce_table_find(output, "k__city");
    ck_assert_str_eq(cauce_table_text(output, 1, city), "Oslo");
    ck_assert_ptr_null(cauce_table_text(output, 3, city));
    ck_assert_int_eq(cauce_table_kind(output, cauce_table_find(output, "k__flag")), CAUCE_BOOLEAN);
    ck_assert(cell(output, 0, "k__flag") == 1 && cell(output, 1, "k__flag") == 0);
    cauce_table_free(output);
}
END_TEST

/* [A, [B, C], D] is [A, B, C, D]. Steps that hand blocks on as they are leave them in the memory of the inner
 * pipeline (or of cells that were adapted), which the step behind it uses again. */
START_TEST(brackets_change_nothing) {
    static const char *const handing_on[] = {
        "simple_imputer",     "passthrough",
        "variance_threshold", "select_k_best k=2 score_func=f_regression",
        "iterative_imputer",  "one_hot_encoder"
    };
    static const char *const behind[] = { "polynomial_features", "min_max_scaler", "pca" };
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    for (size_t i = 0; i < sizeof handing_on / sizeof *handing_on; i++)
        for (size_t k = 0; k < sizeof behind / sizeof *behind; k++) {
            char flat[400], nested[400];
            snprintf(flat, sizeof flat,
                     "{\"steps\": [\"simple_imputer\", \"k_bins_discretizer encode=ordinal\", \"%s\", "
                     "\"%s\", \"ridge\"]}",
                     handing_on[i], behind[k]);
            snprintf(nested, sizeof nested,
                     "{\"steps\": [{\"steps\": [\"simple_imputer\", {\"steps\": [\"k_bins_discretizer "
                     "encode=ordinal\", \"%s\"]}]}, \"%s\", \"ridge\"]}",
                     handing_on[i], behind[k]);
            cauce_model *one = model_of(flat, table), *other = model_of(nested, table);
            cauce_table *expected = output_of(one, table), *output = output_of(other, table);
            ck_assert_msg(tables_same(expected, output), "%s, then %s", handing_on[i], behind[k]);
            cauce_table_free(expected), cauce_table_free(output);
            cauce_model_free(one), cauce_model_free(other);
        }
    cauce_table_free(table);
}
END_TEST

START_TEST(errors_at_fit) {
    fit_fails(
        "{\"with\": {\"verbose_feature_names_out\": false}, \"branches\": [{\"name\": \"x\", \"on\": \"a\", "
        "\"use\": \"passthrough\"}, {\"name\": \"y\", \"on\": \"a\", \"use\": \"standard_scaler\"}]}",
        CAUCE_E_SCHEMA, "'a'");
    fit_fails("{\"branches\": [{\"name\": \"x\", \"on\": \"cty\", \"use\": \"passthrough\"}]}",
              CAUCE_E_SCHEMA, "did you mean 'city'");
    fit_fails("{\"steps\": [\"standard_scaler\"]}", CAUCE_E_KIND, "'city'");
    fit_fails("{\"branches\": [{\"name\": \"x\", \"on\": \"@all\", \"use\": \"standard_scaler\"}]}",
              CAUCE_E_KIND, "one_hot_encoder");
    /* The place tells the way there. */
    cauce_recipe *recipe =
        recipe_of("{\"steps\": [{\"name\": \"prep\", \"branches\": [{\"name\": \"x\", \"on\": "
                  "\"city\", \"steps\": [\"standard_scaler\"]}]}]}");
    ck_assert_ptr_null(cauce_fit(recipe, train));
    ck_assert_msg(strstr(cauce_error().place, "fit > pipeline > 'prep' > 'x' > standard_scaler"), "%s",
                  cauce_error().place);
    cauce_error_clear();
    cauce_recipe_free(recipe);
}
END_TEST

/* Names that only meet as widened columns: stem and label of one, the name of another. */
START_TEST(widened_names_meet) {
    cauce_table *table = table_of("k,k_x\nx,1\ny,2\n", NULL);
    cauce_recipe *recipe = recipe_of(
        "{\"with\": {\"verbose_feature_names_out\": false}, \"branches\": [{\"name\": \"a\", \"on\": \"k\", "
        "\"use\": \"one_hot_encoder\"}, {\"name\": \"b\", \"on\": \"k_x\", \"use\": \"passthrough\"}]}");
    cauce_model *model = cauce_fit(recipe, table);
    ck_assert_msg(model == NULL, "two columns are called 'k_x'");
    failed_with(CAUCE_E_SCHEMA, "'k_x'");
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* ---- Predict ------------------------------------------------------------------------------------------- */

static char warned[2000];

static void on_warning(const cauce_warning *warning, void *payload) {
    snprintf(warned + strlen(warned), sizeof warned - strlen(warned), "%s: %s\n", warning->name,
             warning->text);
}

START_TEST(columns_at_predict) {
    cauce_model *model =
        model_of("{\"branches\": [{\"name\": \"n\", \"on\": \"a, b\", \"use\": \"standard_scaler\"}, "
                 "{\"name\": \"k\", \"on\": \"city\", \"use\": \"one_hot_encoder "
                 "handle_unknown=ignore\"}, {\"name\": \"no\", \"on\": \"c\", \"use\": \"drop\"}]}",
                 train);
    ck_assert_int_eq(cauce_model_inputs(model), 5);
    ck_assert_int_eq(cauce_model_input_used(model, 0), 1);
    ck_assert_int_eq(cauce_model_input_used(model, 3), 0); /* flag */
    ck_assert_int_eq(cauce_model_input_used(model, 4), 0); /* dropped */
    cauce_context *context = cauce_context_new();
    cauce_context_on_warning(context, on_warning, NULL);
    cauce_context_use(context);
    cauce_table *expected = cauce_transform(model, train);
    ck_assert_str_eq(warned, "");

    cauce_table *other = table_of("zeta,city,b,a\n1,Rome,10,1\n2,Oslo,20,2\n3,Rome,,3\n4,,40,4\n", NULL);
    cauce_table *got = cauce_transform(model, other);
    ck_assert_msg(got && tables_same(got, expected), "%s", cauce_error().message);
    ck_assert_msg(strstr(warned, "extra_column") && strstr(warned, "zeta"), "%s", warned);
    cauce_table_free(got);
    cauce_table_free(other);

    other = table_of("flag,c\nyes,1\nno,2\n", NULL);
    ck_assert_ptr_null(cauce_transform(model, other));
    failed_with(CAUCE_E_SCHEMA, "'a', 'b', 'city'");
    cauce_table_free(other);
    other = table_of("A,b,city\n1,10,Rome\n2,3,Oslo\n", NULL);
    ck_assert_ptr_null(cauce_transform(model, other));
    failed_with(CAUCE_E_SCHEMA, "'A'");
    cauce_table_free(other);
    other = table_of("a,b,city\nx,10,Rome\ny,3,Oslo\n", NULL);
    ck_assert_ptr_null(cauce_transform(model, other));
    failed_with(CAUCE_E_KIND, "'a' is a category");
    cauce_table_free(other);
    other = table_of("a,b,city\n1,10,5\n2,3,6\n", NULL);
    ck_assert_ptr_null(cauce_transform(model, other));
    failed_with(CAUCE_E_KIND, "'city' is a number");
    cauce_table_free(other);

    /* Levels that were not there: known ones keep their place whatever the codes of the new table. */
    other = table_of("a,b,city\n1,10,Aarhus\n2,20,Rome\n3,,Zagreb\n", NULL);
    got = cauce_transform(model, other);
    ck_assert_msg(got != NULL, "%s", cauce_error().message);
    ck_assert(cell(got, 0, "k__city_Rome") == 0 && cell(got, 0, "k__city_Oslo") == 0);
    ck_assert(cell(got, 1, "k__city_Rome") == 1 && cell(got, 2, "k__city_nan") == 0);
    cauce_table_free(got);
    cauce_table_free(other);
    cauce_table_free(expected);
    cauce_context_use(NULL);
    cauce_context_free(context);
    cauce_model_free(model);
}
END_TEST

START_TEST(estimator_at_the_end) {
    cauce_table *table = table_of("a,b,y\n1,10,3\n2,20,5\n3,15,4\n4,40,9\n", "y:target");
    cauce_model *model =
        model_of("{\"steps\": [\"standard_scaler\", {\"name\": \"fit\", \"use\": \"ridge\"}]}", table);
    cauce_table *scaled = cauce_transform(model, table), *bare = NULL;
    cauce_model *scaler = model_of("standard_scaler", table), *alone = model_of("ridge", table);
    bare = cauce_transform(scaler, table);
    ck_assert(tables_same(scaled, bare));
    char name[8];
    ck_assert_int_eq(cauce_model_feature_name(model, 1, name, sizeof name), 1);
    ck_assert_str_eq(name, "b");
    ck_assert_int_eq(cauce_model_feature_name(model, 2, name, sizeof name), -1);
    int64_t rows, cols;
    ck_assert_ptr_nonnull(cauce_get_array(model, "fit__coef", &rows, &cols));
    ck_assert_ptr_nonnull(cauce_get_array(model, "standard_scaler__mean", &rows, &cols));
    ck_assert_int_eq(rows * cols, 2);
    ck_assert_ptr_null(cauce_get_array(model, "fit__coeff", NULL, NULL));
    failed_with(CAUCE_E_PARAM, "fit__coef");
    ck_assert_ptr_null(cauce_transform(alone, table));
    failed_with(CAUCE_E_UNSUPPORTED, "no transformers");
    ck_assert_ptr_null(cauce_predict(scaler, table));
    failed_with(CAUCE_E_UNSUPPORTED, "transforms only");
    ck_assert_ptr_null(cauce_predict_proba(model, table));
    failed_with(CAUCE_E_UNSUPPORTED, "no classifier");
    cauce_table_free(scaled);
    cauce_table_free(bare);
    cauce_table_free(table);
    cauce_model_free(model);
    cauce_model_free(scaler);
    cauce_model_free(alone);
}
END_TEST

START_TEST(stop) {
    cauce_table_free(train);
}
END_TEST

/* Case 23: numbers by median and scale, categories by mode and one-hot. The sums are those of scikit-learn.
 */
START_TEST(passengers) {
    cauce_table *table = cauce_table_new(PASSENGERS);
    double numbers[4][PASSENGERS], total = 0;
    const char *texts[PASSENGERS];
    PASSENGERS_OF(numbers, numbers[0], age);
    PASSENGERS_OF(numbers, numbers[1], fare);
    PASSENGERS_OF(numbers, numbers[2], sibsp);
    PASSENGERS_OF(numbers, numbers[3], parch);
    static const char *const columns[] = { "age", "fare", "sibsp", "parch" };
    for (int j = 0; j < 4; j++)
        ck_assert_int_eq(cauce_table_add_f64(table, columns[j], numbers[j], 1), CAUCE_OK);
    PASSENGERS_OF(texts, texts, sex);
    ck_assert_int_eq(cauce_table_add_text(table, "sex", texts), CAUCE_OK);
    PASSENGERS_OF(texts, texts, embarked);
    ck_assert_int_eq(cauce_table_add_text(table, "embarked", texts), CAUCE_OK);
    PASSENGERS_OF(texts, texts, class);
    ck_assert_int_eq(cauce_table_add_text(table, "class", texts), CAUCE_OK);
    cauce_model *model =
        model_of("{\"branches\": [{\"name\": \"num\", \"on\": \"age, fare, sibsp, parch\", \"steps\": "
                 "[\"simple_imputer strategy=median\", \"standard_scaler\"]}, {\"name\": \"cat\", \"on\": "
                 "\"sex, embarked, class\", \"steps\": [\"simple_imputer strategy=most_frequent\", "
                 "\"one_hot_encoder\"]}]}",
                 table);
    cauce_table *output = cauce_transform(model, table);
    ck_assert_msg(output != NULL, "%s", cauce_error().message);
    char *names = names_of(output);
    ck_assert_str_eq(names, case_23_names);
    free(names);
    ck_assert_int_eq(cauce_table_rows(output), PASSENGERS);
    for (int64_t j = 0; j < 12; j++) {
        double sum = 0;
        for (int64_t r = 0; r < PASSENGERS; r++) sum += fabs(cauce_table_number(output, r, j));
        ck_close(sum, case_23_sums[j], 1e-11);
        total += sum;
    }
    ck_close(total, case_23_sum[0], 1e-11);
    cauce_table_free(output);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("pipeline", TEST(start), TEST(names_and_order), TEST(cells), TEST(brackets_change_nothing),
          TEST(errors_at_fit), TEST(widened_names_meet), TEST(columns_at_predict), TEST(estimator_at_the_end),
          TEST(stop), TEST(passengers))
