/* Recipes through the public calls: names, paths, setting, JSON, ownership, the first failure. */
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

static cauce_recipe *nested(void) {
    return recipe_of(
        "{\"steps\": [{\"name\": \"prep\", \"branches\": ["
        "{\"name\": \"num\", \"on\": \"@number\", \"steps\": [\"simple_imputer\", \"standard_scaler\"]},"
        "{\"name\": \"cat\", \"on\": \"@category\", \"steps\": [\"simple_imputer "
        "strategy=most_frequent\", \"one_hot_encoder\"]}]},"
        "{\"name\": \"forest\", \"use\": \"random_forest_classifier\"}]}");
}

static void refused(cauce_recipe *recipe, const char *assignments, const char *piece) {
    char *before = cauce_recipe_to_json(recipe);
    ck_assert_msg(cauce_set(recipe, assignments) == CAUCE_E_PARAM, "%s", assignments);
    failed_with(CAUCE_E_PARAM, piece);
    char *after = cauce_recipe_to_json(recipe);
    ck_assert_str_eq(before, after);
    cauce_text_free(before);
    cauce_text_free(after);
}

START_TEST(allocator) {
    failing_install();
}
END_TEST

START_TEST(names) {
    cauce_recipe *recipe =
        recipe_of("{\"steps\": [\"standard_scaler\", \"standard_scaler\", {\"name\": "
                  "\"standard_scaler-3\", \"use\": \"standard_scaler\"}, \"standard_scaler\"]}");
    ck_assert_str_eq(cauce_get(recipe, "standard_scaler__with_std"), "true");
    ck_assert_str_eq(cauce_get(recipe, "standard_scaler-2__with_std"), "true");
    ck_assert_str_eq(cauce_get(recipe, "standard_scaler-4__with_std"), "true");
    cauce_recipe_free(recipe);

    static const char *const bad[] = { "", "a__b", "a b", "a=b", "a/b", "\xc3\xa9", "__" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_ptr_null(cauce_named(bad[i], cauce_new("ridge")));
        failed_with(CAUCE_E_PARAM, "bad name");
    }
    recipe = cauce_named("A.b-c_1", cauce_new("ridge"));
    ck_assert_ptr_nonnull(recipe);
    cauce_recipe_free(recipe);

    ck_assert_ptr_null(
        cauce_pipeline(cauce_named("a", cauce_new("standard_scaler")), cauce_named("a", cauce_new("ridge"))));
    failed_with(CAUCE_E_PARAM, "'a'");
    ck_assert_ptr_null(cauce_columns(cauce_new("standard_scaler")));
    failed_with(CAUCE_E_PARAM, "which columns");
}
END_TEST

START_TEST(paths) {
    cauce_recipe *recipe = nested();
    int64_t count;
    double real;
    ck_assert_str_eq(cauce_get(recipe, "prep__num__simple_imputer__strategy"), "mean");
    ck_assert_str_eq(cauce_get(recipe, "cat__simple_imputer__strategy"),
                     "most_frequent"); /* the end of one path */
    ck_assert_int_eq(cauce_get_int(recipe, "n_estimators", &count), CAUCE_OK);
    ck_assert_int_eq(count, 100);
    ck_assert_int_eq(cauce_get_real(recipe, "min_impurity_decrease", &real), CAUCE_OK);
    ck_assert(real == 0);
    ck_assert_int_eq(cauce_set(recipe, "n_estimators=7, prep__num__simple_imputer__strategy=median"),
                     CAUCE_OK);
    ck_assert_str_eq(cauce_get(recipe, "forest__n_estimators"), "7");
    ck_assert_str_eq(cauce_get(recipe, "num__simple_imputer__strategy"), "median");
    refused(recipe, "strategy=median",
            "prep__num__simple_imputer__strategy, prep__cat__simple_imputer__strategy");
    refused(recipe, "simple_imputer__strategy=mean", "several places");
    refused(recipe, "n_estimator=3", "did you mean 'n_estimators'");
    refused(recipe, "prep__num__simple_imputer__strtegy=mean",
            "did you mean 'prep__num__simple_imputer__strategy'");
    refused(recipe, "orest__n_estimators=3", "forest__n_estimators"); /* not at a boundary */
    refused(recipe, "__n_estimators=3", NULL);
    refused(recipe, "forest=3", NULL);
    /* All or none. */
    refused(recipe, "n_estimators=9 forest__bootstrap=false nothing_like_it=1", "nothing_like_it");
    refused(recipe, "n_estimators=9 forest__max_features=cube", "max_features=cube");
    refused(recipe, "n_estimators=9 bootstrap", "expected '='");
    ck_assert_str_eq(cauce_get(recipe, "n_estimators"), "7");
    ck_assert_int_eq(cauce_get_int(recipe, "num__simple_imputer__strategy", &count), CAUCE_E_PARAM);
    ck_assert_int_eq(cauce_get_real(recipe, "num__simple_imputer__strategy", &real), CAUCE_E_PARAM);
    ck_assert_ptr_null(cauce_get(recipe, "no"));
    cauce_recipe_free(recipe);
}
END_TEST

START_TEST(exact_path_wins) {
    /* The pipeline's own parameter "remainder" beside one deeper down: a full path is never ambiguous. */
    cauce_recipe *recipe =
        recipe_of("{\"branches\": [{\"name\": \"in\", \"on\": \"@all\", \"branches\": [{\"on\": "
                  "\"@all\", \"use\": \"passthrough\"}]}]}");
    ck_assert_int_eq(cauce_set(recipe, "remainder=passthrough"), CAUCE_OK);
    ck_assert_str_eq(cauce_get(recipe, "remainder"), "passthrough");
    ck_assert_str_eq(cauce_get(recipe, "in__remainder"), "drop");
    cauce_recipe_free(recipe);
}
END_TEST

START_TEST(unknown_components) {
    static const struct {
        const char *text, *piece;
    } rows[] = {
        { "random_forest", "random_forest_" }, { "standardscaler", "did you mean 'standard_scaler'" },
        { "zzz", "no component 'zzz'" },       { "", "missing name" },
        { "ridge alfa=1", "alpha" },           { "ridge alpha=-1", "alpha=-1" }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_ptr_null(cauce_new(rows[i].text));
        failed_with(CAUCE_E_PARAM, rows[i].piece);
    }
}
END_TEST

START_TEST(json_forms) {
    /* A text, the whole document, "steps" without "use", "on" as a list, "with" as a text of the step. */
    static const char *const same[] = {
        "{\"use\": \"pipeline\", \"steps\": [{\"use\": \"column_transformer\", \"branches\": [{\"name\": "
        "\"n\", "
        "\"on\": \"a, b\", \"use\": \"standard_scaler\", \"with\": {\"with_mean\": false}}]}, {\"use\": "
        "\"ridge\", "
        "\"with\": {\"alpha\": 2}}]}",
        "{\"cauce\": 1, \"target\": \"y\", \"model\": {\"steps\": [{\"branches\": [{\"name\": \"n\", \"on\": "
        "\"a, "
        "b\", \"use\": \"standard_scaler with_mean=false\"}]}, \"ridge alpha=2\"]}}",
        "{\"steps\": [{\"branches\": [{\"name\": \"n\", \"on\": [\"a\", \"b\"], \"use\": "
        "\"standard_scaler\", "
        "\"with\": {\"with_mean\": false}}]}, {\"use\": \"ridge alpha=7\", \"with\": {\"alpha\": 2.0}}]}"
    };
    char *first = NULL;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        cauce_recipe *recipe = recipe_of(same[i]);
        char *json = cauce_recipe_to_json(recipe);
        if (!first)
            first = json;
        else {
            ck_assert_str_eq(json, first);
            cauce_text_free(json);
        }
        cauce_recipe_free(recipe);
    }
    ck_assert_ptr_nonnull(strstr(first, "\"solver\"")); /* the long form: every parameter */
    cauce_text_free(first);
}
END_TEST

START_TEST(json_errors) {
    static const struct {
        const char *json, *piece;
    } rows[] = { { "{\"steps\": [", "line 1" },
                 { "{\n\"steps\": [}\n", "line 2" },
                 { "{\"use\": \"ridge\", \"use\": \"ridge\"}", "duplicate" },
                 { "3", NULL },
                 { "{}", "\"use\"" },
                 { "{\"use\": 3}", "\"use\"" },
                 { "{\"use\": \"ridge\", \"wiht\": {}}", "with" },
                 { "{\"use\": \"ridge\", \"with\": []}", "\"with\"" },
                 { "{\"use\": \"ridge\", \"with\": {\"alfa\": 1}}", "alpha" },
                 { "{\"use\": \"ridge\", \"with\": {\"alpha\": \"big\"}}", "alpha=big" },
                 { "{\"use\": \"ridge\", \"name\": 3}", "\"name\"" },
                 { "{\"use\": \"ridge\", \"steps\": []}", "steps" },
                 { "{\"steps\": 3}", "list" },
                 { "{\"steps\": [3]}", NULL },
                 { "{\"steps\": [{\"use\": \"ridge\"}, {\"use\": \"nothing\"}]}", "nothing" },
                 { "{\"branches\": [\"standard_scaler\"]}", "columns" },
                 { "{\"use\": \"pipeline\", \"branches\": []}", "branches" },
                 { "{\"branches\": [{\"on\": 3, \"use\": \"drop\"}]}", NULL } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(cauce_recipe_from_json(rows[i].json) == NULL, "%s", rows[i].json);
        failed_with(CAUCE_E_PARAM, rows[i].piece);
    }
}
END_TEST

/* What may be made may be fitted, saved and loaded; what is too deep is refused before. */
START_TEST(depth) {
    cauce_table *table = table_of("a,y\n1,2\n2,3\n4,5\n", "y:target");
    int deepest = 0;
    for (int depth = 1; depth < 45; depth++) {
        cauce_recipe *recipe = cauce_named("r", cauce_new("ridge"));
        for (int i = 1; recipe && i < depth; i++) recipe = cauce_named("p", cauce_pipeline(recipe));
        cauce_model *model = recipe ? cauce_fit(recipe, table) : NULL;
        if (model) {
            bytes_of bytes = saved(model);
            cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
            ck_assert_msg(loaded != NULL, "depth %d: %s", depth, cauce_error().message);
            cauce_model_free(loaded);
            bytes_done(&bytes);
            deepest = depth;
        } else
            failed_with(CAUCE_E_PARAM, "deep");
        char *json = model ? cauce_recipe_to_json(recipe) : NULL;
        if (json) {
            cauce_recipe *again = recipe_of(json);
            cauce_recipe_free(again);
        }
        cauce_text_free(json);
        cauce_model_free(model);
        cauce_recipe_free(recipe);
    }
    ck_assert_int_ge(deepest, 8);
    ck_assert_int_lt(deepest, 44);
    cauce_table_free(table);
}
END_TEST

START_TEST(taken_recipes) {
    int64_t live = failing_live();
    cauce_recipe *scaler = cauce_new("standard_scaler");
    ck_assert_ptr_null(cauce_pipeline(scaler, scaler));
    failed_with(CAUCE_E_ARGUMENT, "cauce_recipe_clone");
    ck_assert_int_eq(failing_live(), live);
    scaler = cauce_new("standard_scaler");
    cauce_recipe *clone = cauce_recipe_clone(scaler),
                 *pipeline = cauce_pipeline(scaler, clone, cauce_new("ridge"));
    ck_assert_msg(pipeline != NULL, "%s", cauce_error().message);
    cauce_recipe_free(pipeline);
    ck_assert_int_eq(failing_live(), live);
    ck_assert_ptr_null(cauce_columns_n(NULL, 2));
    failed_with(CAUCE_E_ARGUMENT, NULL);
    /* Estimators only at the end: seen when it is fitted. */
    cauce_table *table = table_of("a,y\n1,2\n2,3\n", "y:target");
    cauce_recipe *wrong = cauce_pipeline(cauce_new("ridge"), cauce_new("standard_scaler"));
    ck_assert_ptr_null(cauce_fit(wrong, table));
    failed_with(CAUCE_E_PARAM, "only the last step");
    cauce_recipe_free(wrong);
    wrong = cauce_columns(cauce_on("a", "a", cauce_new("ridge")));
    ck_assert_ptr_null(cauce_fit(wrong, table));
    failed_with(CAUCE_E_PARAM, "branches only transform");
    cauce_recipe_free(wrong);
    wrong = cauce_pipeline_n(NULL, 0);
    if (wrong) ck_assert_ptr_null(cauce_fit(wrong, table));
    failed_with(CAUCE_E_PARAM, "at least one step");
    cauce_recipe_free(wrong);
    cauce_table_free(table);
    ck_assert_int_eq(failing_live(), live);
}
END_TEST

/* A chain of NULLs: the first failure is the one that is told, and nothing leaks. */
START_TEST(first_failure) {
    int64_t live = failing_live();
    cauce_recipe *recipe = cauce_pipeline(
        cauce_named("prep", cauce_columns(cauce_on("n", "@number", cauce_new("standard_scalr")))),
        cauce_new("ridge"));
    ck_assert_ptr_null(recipe);
    cauce_model *model = cauce_fit(recipe, NULL);
    ck_assert_ptr_null(model);
    ck_assert_int_eq(cauce_save(model, "/nowhere"), CAUCE_E_PARAM);
    ck_assert_ptr_null(cauce_predict(model, NULL));
    ck_assert_int_eq(cauce_set(recipe, "alpha=1"), CAUCE_E_PARAM);
    ck_assert_int_eq(cauce_failed(), CAUCE_E_PARAM);
    ck_assert_int_eq(cauce_report(NULL), 2);
    failed_with(CAUCE_E_PARAM, "standard_scaler");
    ck_assert_int_eq(cauce_failed(), CAUCE_OK);
    ck_assert_ptr_null(cauce_fit(NULL, NULL));
    failed_with(CAUCE_E_ARGUMENT, "NULL");
    ck_assert_int_eq(failing_live(), live);
}
END_TEST

/* Any change of any value goes through JSON and back. */
START_TEST(json_of_changed_values) {
    static const char *const changes[] = { "max_features=0.5",
                                           "max_features=1.0",
                                           "max_features=1",
                                           "max_features=null",
                                           "max_features=log2",
                                           "max_depth=3",
                                           "random_state=9007199254740993",
                                           "class_weight=balanced",
                                           "min_impurity_decrease=1e-300",
                                           "min_samples_leaf=0.1" };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        cauce_recipe *recipe = recipe_of("random_forest_classifier");
        ck_assert_msg(cauce_set(recipe, changes[i]) == CAUCE_OK, "%s", cauce_error().message);
        char *json = cauce_recipe_to_json(recipe);
        cauce_recipe *again = recipe_of(json);
        const char *equals = strchr(changes[i], '=');
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(equals - changes[i]), changes[i]);
        ck_assert_str_eq(cauce_get(again, name), equals + 1);
        char *text = cauce_recipe_to_text(again);
        ck_assert_msg(strstr(text, changes[i]) != NULL, "%s", text);
        cauce_text_free(text);
        cauce_text_free(json);
        cauce_recipe_free(recipe);
        cauce_recipe_free(again);
    }
}
END_TEST

TEST_MAIN("recipe", TEST(allocator), TEST(names), TEST(paths), TEST(exact_path_wins),
          TEST(unknown_components), TEST(json_forms), TEST(json_errors), TEST(depth), TEST(taken_recipes),
          TEST(first_failure), TEST(json_of_changed_values))
