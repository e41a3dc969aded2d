/* Components in the places of others: JSON, text, C, paths, replacement. */
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

START_TEST(allocator) {
    failing_install();
}
END_TEST

static void same(cauce_recipe *a, cauce_recipe *b) {
    char *x = cauce_recipe_to_json(a), *y = cauce_recipe_to_json(b);
    ck_assert_msg(x && y, "%s", cauce_error().message);
    ck_assert_str_eq(x, y);
    cauce_text_free(x);
    cauce_text_free(y);
    cauce_recipe_free(a);
    cauce_recipe_free(b);
}

static const char union_json[] =
    "{\"use\": \"feature_union\", \"transformers\": [\"standard_scaler\", {\"name\": \"again\", \"use\": "
    "\"standard_scaler with_mean=false\"}, \"standard_scaler\"]}";

/* The same recipe in its three forms. */
START_TEST(lists) {
    same(recipe_of(union_json), cauce_with(cauce_new("feature_union"), cauce_new("standard_scaler"),
                                           cauce_named("again", cauce_new("standard_scaler with_mean=false")),
                                           cauce_new("standard_scaler")));
    cauce_recipe *text =
        cauce_new("feature_union transformers=[standard_scaler, \"min_max_scaler clip=true\"]");
    ck_assert_msg(text != NULL, "%s", cauce_error().message);
    ck_assert_str_eq(cauce_get(text, "min_max_scaler__clip"), "true");
    /* What is given again replaces what stood there; parameters of the new ones are set after that. */
    ck_assert_int_eq(cauce_set(text, "clip__lower_quantile=0.1 transformers=[clip, max_abs_scaler]"),
                     CAUCE_OK);
    same(text, cauce_with(cauce_with(cauce_new("feature_union"), cauce_new("binarizer")),
                          cauce_new("clip lower_quantile=0.1"), cauce_new("max_abs_scaler")));
    cauce_recipe *recipe = recipe_of(union_json);
    ck_assert_str_eq(cauce_get(recipe, "standard_scaler-2__with_mean"), "true");
    ck_assert_str_eq(cauce_get(recipe, "again__with_mean"), "false");
    ck_assert_str_eq(cauce_recipe_role(recipe), "transformer");
    cauce_recipe_free(recipe);
}
END_TEST

static void refused(const cauce_recipe *like, const char *assignments, const char *piece) {
    cauce_recipe *recipe = cauce_recipe_clone(like);
    ck_assert_msg(cauce_set(recipe, assignments) == CAUCE_E_PARAM, "%s", assignments);
    failed_with(CAUCE_E_PARAM, piece);
    same(recipe, cauce_recipe_clone(like));
}

START_TEST(replacement) {
    cauce_recipe *recipe = recipe_of(
        "{\"steps\": [{\"name\": \"prep\", \"branches\": [{\"name\": \"num\", \"on\": \"a, b\", \"steps\": "
        "[\"simple_imputer\", {\"name\": \"scaler\", \"use\": \"standard_scaler\"}]}]}, {\"name\": \"last\", "
        "\"use\": \"ridge\"}]}");
    int64_t live = failing_live();
    cauce_recipe *changed = cauce_recipe_clone(recipe);
    ck_assert_int_eq(cauce_set(changed, "scaler=passthrough last=\"lasso alpha=2\""), CAUCE_OK);
    ck_assert_str_eq(cauce_get(changed, "last__alpha"), "2.0");
    ck_assert_int_eq(cauce_set(changed,
                               "last__C=3 last=logistic_regression prep__num__scaler=min_max_scaler, "
                               "scaler__clip=true"),
                     CAUCE_OK);
    ck_assert_str_eq(cauce_recipe_role(changed), "classifier");
    ck_assert_str_eq(cauce_get(changed, "prep__num__scaler__clip"), "true");
    /* A branch keeps its columns; a component may be JSON too. */
    ck_assert_int_eq(cauce_set(changed, "num=\"{\\\"steps\\\": [\\\"simple_imputer\\\", \\\"clip\\\"]}\" "
                                        "last=ridge"),
                     CAUCE_OK);
    same(changed, recipe_of("{\"steps\": [{\"name\": \"prep\", \"branches\": [{\"name\": \"num\", \"on\": "
                            "\"a, b\", \"steps\": [\"simple_imputer\", \"clip\"]}]}, {\"name\": \"last\", "
                            "\"use\": \"ridge\"}]}"));
    ck_assert_int_eq(failing_live(), live);

    refused(recipe, "scaler=3", "'scaler' is a component: another one may take its place, not 3");
    refused(recipe, "scaler=standard_scalr", "did you mean 'standard_scaler'");
    refused(recipe, "scalr=passthrough", "did you mean 'scaler'");
    refused(recipe, "scaler=passthrough scaler__with_mean=false", "scaler__with_mean");
    refused(recipe, "scaler=passthrough last__alpha=-1", "alpha=-1");
    refused(recipe, "last=\"{\\\"use\\\": \\\"ridge\\\"\"", "line 1");
    refused(recipe, "last=[ridge]", "is a component");
    ck_assert_int_eq(failing_live(), live);
    cauce_recipe_free(recipe);
}
END_TEST

/* Replacing is all or none whatever allocation fails. */
START_TEST(replacement_without_memory) {
    cauce_recipe *recipe = recipe_of(union_json);
    char *before = cauce_recipe_to_json(recipe);
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        int64_t live = failing_live();
        failing_arm(n, false);
        done = cauce_set(recipe, "again=\"clip lower_quantile=0.2\" upper_quantile=0.75") == CAUCE_OK;
        failing_disarm();
        if (done) break;
        failed_with(CAUCE_E_NOMEM, NULL);
        ck_assert_int_eq(failing_live(), live);
        char *after = cauce_recipe_to_json(recipe);
        ck_assert_str_eq(before, after);
        cauce_text_free(after);
    }
    ck_assert_str_eq(cauce_get(recipe, "again__upper_quantile"), "0.75");
    cauce_error_clear();
    cauce_text_free(before);
    cauce_recipe_free(recipe);
}
END_TEST

START_TEST(refusals) {
    int64_t live = failing_live();
    ck_assert_ptr_null(cauce_with(cauce_new("ridge"), cauce_new("clip")));
    failed_with(CAUCE_E_PARAM, "ridge takes no components");
    cauce_recipe *one = cauce_new("clip");
    ck_assert_ptr_null(cauce_with(cauce_new("feature_union"), one, one));
    failed_with(CAUCE_E_ARGUMENT, "cauce_recipe_clone");
    one = cauce_new("feature_union");
    ck_assert_ptr_null(cauce_with(one, one));
    failed_with(CAUCE_E_ARGUMENT, "itself");
    ck_assert_ptr_null(cauce_with(NULL, cauce_new("clip")));
    failed_with(CAUCE_E_ARGUMENT, "recipe is NULL");
    ck_assert_ptr_null(cauce_with(cauce_new("feature_union"), cauce_new("clip"), NULL));
    failed_with(CAUCE_E_ARGUMENT, "a step is NULL");
    ck_assert_ptr_null(cauce_with(cauce_new("feature_union"), cauce_named("a", cauce_new("clip")),
                                  cauce_named("a", cauce_new("clip"))));
    failed_with(CAUCE_E_PARAM, "'a'");
    ck_assert_int_eq(failing_live(), live);

    static const struct {
        const char *json, *piece;
    } rows[] = {
        { "{\"use\": \"feature_union\", \"steps\": [\"clip\"]}", "feature_union takes no \"steps\"" },
        { "{\"use\": \"ridge\", \"transformers\": [\"clip\"]}", "ridge takes no \"transformers\"" },
        { "{\"use\": \"feature_union\", \"transformers\": \"clip\"}", "\"transformers\" takes a list" },
        { "{\"use\": \"feature_union\", \"transformer\": []}", "did you mean \"transformers\"" },
        { "{\"setps\": [\"clip\"]}", "did you mean \"steps\"" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(cauce_recipe_from_json(rows[i].json) == NULL, "%s", rows[i].json);
        failed_with(CAUCE_E_PARAM, rows[i].piece);
    }
    ck_assert_ptr_null(cauce_new("feature_union transformers=clip"));
    failed_with(CAUCE_E_PARAM, "is a list of components");
    ck_assert_ptr_null(cauce_new("feature_union transformers=[clip, 3]"));
    failed_with(CAUCE_E_PARAM, "not 3");
    ck_assert_int_eq(failing_live(), live);
}
END_TEST

TEST_MAIN("children", TEST(allocator), TEST(lists), TEST(replacement), TEST(replacement_without_memory),
          TEST(refusals))
