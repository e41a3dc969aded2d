/* feature_union: names, order, cells, and what it refuses. */
#include "support/check_main.h"
#include "support/tables.h"

static const char train_csv[] = "a,b,city\n1,10,Rome\n2,20,Oslo\n3,,Rome\n5,40,\n";

static cauce_table *train;

START_TEST(start) {
    train = table_of(train_csv, NULL);
}
END_TEST

static void has_names(const char *recipe, const char *expected) {
    cauce_model *model = model_of(recipe, train);
    cauce_table *output = cauce_transform(model, train);
    ck_assert_msg(output != NULL, "%s", cauce_error().message);
    char *names = names_of(output);
    ck_assert_msg(strcmp(names, expected) == 0, "%s: %s", recipe, names);
    free(names);
    cauce_table_free(output);
    cauce_model_free(model);
}

START_TEST(names_and_order) {
    has_names(
        "{\"use\": \"feature_union\", \"transformers\": [\"passthrough\", {\"name\": \"n\", \"branches\": "
        "[{\"name\": \"s\", \"on\": \"b\", \"use\": \"standard_scaler\"}]}]}",
        "passthrough__a, passthrough__b, passthrough__city, n__s__b");
    has_names(
        "{\"use\": \"feature_union verbose_feature_names_out=false\", \"transformers\": [{\"name\": \"n\", "
        "\"branches\": [{\"name\": \"s\", \"on\": \"b\", \"use\": \"standard_scaler\"}]}, \"passthrough\", "
        "\"drop\"]}",
        "s__b, a, b, city");
    has_names("{\"use\": \"feature_union\", \"transformers\": [\"drop\"]}", "");
}
END_TEST

START_TEST(cells) {
    cauce_model *model = model_of("{\"steps\": [{\"branches\": [{\"name\": \"x\", \"on\": \"a\", \"use\": "
                                  "\"passthrough\"}]}, {\"use\": \"feature_union\", \"transformers\": ["
                                  "\"standard_scaler with_std=false\", \"min_max_scaler\"]}]}",
                                  train);
    cauce_table *output = cauce_transform(model, train);
    static const double a[] = { 1, 2, 3, 5 };
    for (int64_t r = 0; r < 4; r++) {
        ck_near(cell(output, r, "standard_scaler__x__a"), a[r] - 2.75, 1e-15);
        ck_near(cell(output, r, "min_max_scaler__x__a"), (a[r] - 1) / 4, 1e-15);
    }
    cauce_table_free(output);
    cauce_model_free(model);
}
END_TEST

static void fails(const char *text, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    cauce_model *model = cauce_fit(recipe, train);
    ck_assert_msg(model == NULL, "%s", text);
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(refusals) {
    fails("{\"use\": \"feature_union\"}", CAUCE_E_PARAM, "needs its \"transformers\": transformers");
    fails("{\"use\": \"feature_union\", \"transformers\": []}", CAUCE_E_PARAM, "needs its \"transformers\"");
    fails("{\"use\": \"feature_union\", \"transformers\": [\"passthrough\", \"ridge\"]}", CAUCE_E_PARAM,
          "'ridge' is a regressor; the transformers of feature_union are transformers");
    fails("{\"use\": \"feature_union\", \"transformers\": [\"standard_scaler\"]}", CAUCE_E_KIND, "'city'");
    fails("{\"use\": \"feature_union verbose_feature_names_out=false\", \"transformers\": [\"passthrough\", "
          "{\"name\": "
          "\"again\", \"use\": \"passthrough\"}]}",
          CAUCE_E_SCHEMA, "'a'");
}
END_TEST

START_TEST(end) {
    cauce_table_free(train);
}
END_TEST

TEST_MAIN("feature_union", TEST(start), TEST(names_and_order), TEST(cells), TEST(refusals), TEST(end))
