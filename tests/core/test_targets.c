/* Several targets from the table to the predictions: roles and their order, who takes them, every way of
 * predicting, scores, model files. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "cauce/scorer.h"
#include "support/archives.h"
#include "support/failing.h"
#include "support/targets.h"

static const char csv[] = "a,b,\"y,1\",y2,k,t\n"
                          "1,2,3,1,yes,a\n2,1,4,2,no,b\n3,5,9,1,yes,a\n"
                          "4,4,9,5,no,a\n5,8,14,2,no,b\n6,1,8,7,yes,a\n";

static cauce_table *small(const char *first, const char *second) {
    cauce_table *table = table_of(csv, "t:ignore");
    ck_assert_int_eq(cauce_table_set_targets(table, (const char *const[]){ first, second }, 2), CAUCE_OK);
    return table;
}

static void names_are(const cauce_table *table, const char *expected) {
    char *names = names_of(table);
    ck_assert_str_eq(names, expected);
    free(names);
}

START_TEST(roles) {
    cauce_table *table = small("y2", "y,1");
    ck_assert_int_eq(cauce_table_role(table, 2), CAUCE_TARGET);
    ck_assert_int_eq(cauce_table_role(table, 3), CAUCE_TARGET);
    const char *const twice[] = { "a", "y2", "a" }, *const unknown[] = { "a", "y3" };
    ck_assert_int_eq(cauce_table_set_targets(table, twice, 3), CAUCE_E_PARAM);
    failed_with(CAUCE_E_PARAM, "target 'a' is named twice");
    ck_assert_int_eq(cauce_table_set_targets(table, unknown, 2), CAUCE_E_SCHEMA);
    failed_with(CAUCE_E_SCHEMA, "no column 'y3'; did you mean 'y2'?");
    ck_assert_int_eq(cauce_table_set_targets(table, twice, 0), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "0 targets");
    ck_assert_int_eq(cauce_table_set_targets(table, twice, -1), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "-1 targets");
    ck_assert_int_eq(cauce_table_set_targets(table, NULL, 1), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "columns");
    ck_assert_int_eq(cauce_table_role(table, 0), CAUCE_FEATURE); /* none of them did anything */
    ck_assert_int_eq(cauce_table_role(table, 3), CAUCE_TARGET);
    ck_assert_int_eq(cauce_table_set_role(table, "a", CAUCE_TARGET), CAUCE_OK); /* takes the place of both */
    ck_assert_int_eq(cauce_table_role(table, 0), CAUCE_TARGET);
    ck_assert_int_eq(cauce_table_role(table, 2), CAUCE_FEATURE);
    ck_assert_int_eq(cauce_table_role(table, 3), CAUCE_FEATURE);
    cauce_table_free(table);

    table = table_of(csv, NULL);
    const int64_t rows[] = { 5, 0, 1, 2, 3 };
    cauce_table_set_role(table, "t", CAUCE_IGNORE);
    cauce_table_set_targets(table, (const char *const[]){ "y2", "y,1" }, 2);
    cauce_table *some = cauce_table_rows_of(table, rows, 5);
    cauce_model *model = model_of("dummy_regressor", some); /* the order goes with the rows */
    ck_assert_int_eq(cauce_model_targets(model), 2);
    ck_assert_str_eq(cauce_model_target(model), "y2");
    ck_assert_str_eq(cauce_model_target_at(model, 1), "y,1");
    ck_assert_ptr_null(cauce_model_target_at(model, 2));
    cauce_model_free(model);
    cauce_table_free(some);
    cauce_table_free(table);
}
END_TEST

/* A file of its own of this text. */
static void write_file(char *path, const char *text) {
    FILE *file = fdopen(mkstemp(path), "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(options) {
    char path[] = "/tmp/cauce-targets-XXXXXX";
    write_file(path, csv);
    cauce_table *table = cauce_read_csv(path, "target=[y2, \"y,1\"] id=[t]");
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    cauce_model *model = model_of("ridge", table);
    ck_assert_str_eq(cauce_model_target_at(model, 0), "y2");
    ck_assert_str_eq(cauce_model_target_at(model, 1), "y,1");
    cauce_model_free(model);
    cauce_table_free(table);
    table = cauce_read_csv(path, "target=\"y,1\" id=[t]"); /* a text is one name */
    model = model_of("ridge", table);
    ck_assert_int_eq(cauce_model_targets(model), 1);
    cauce_model_free(model);
    cauce_table_free(table);

    static const struct {
        const char *options;
        cauce_status status;
        const char *named;
    } wrong[] = { { "target=[a, y2] weight=y2", CAUCE_E_PARAM,
                    "column 'y2' is named by target and by weight" },
                  { "target=[a, y2] drop=[a]", CAUCE_E_PARAM, "column 'a' is named by target and by drop" },
                  { "target=[a, a]", CAUCE_E_PARAM, "target 'a' is named twice" },
                  { "target=[a, y3]", CAUCE_E_SCHEMA, "no column 'y3'" },
                  { "target=[]", CAUCE_E_PARAM, "target=[] names no column" } };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_ptr_null(cauce_read_csv(path, wrong[i].options));
        failed_with(wrong[i].status, wrong[i].named);
    }
    unlink(path);

    char holes[] = "/tmp/cauce-targets-XXXXXX";
    write_file(holes, "a,p,q\n1,1,2\n2,,3\n3,4,\n4,5,6\n");
    table = cauce_read_csv(holes, "target=[p, q] missing_target=drop");
    ck_assert_int_eq(cauce_table_rows(table), 2);
    cauce_error_clear();
    cauce_table_free(table);
    table = cauce_read_csv(holes, "target=[p, q]");
    cauce_recipe *recipe = recipe_of("ridge");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_DATA, "target 'p' is missing in 1 row (first: row 2)");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    unlink(holes);
}
END_TEST

static void refuses(const char *text, cauce_table *table, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(who_takes_several) {
    cauce_table *table = small("y2", "y,1");
    refuses("lasso", table, CAUCE_E_UNSUPPORTED,
            "lasso takes one target, and there are 2, 'y2' the first; several are taken by: dummy_regressor, "
            "linear_regression, ridge, ridge_cv, multi_output_regressor");
    refuses("random_forest_regressor", table, CAUCE_E_UNSUPPORTED,
            "random_forest_regressor takes one target");
    refuses("logistic_regression", table, CAUCE_E_UNSUPPORTED, "logistic_regression takes one target");
    refuses("{\"steps\": [\"standard_scaler\", \"lasso\"]}", table, CAUCE_E_UNSUPPORTED, "lasso takes one");
    refuses("{\"steps\": [\"select_k_best k=1\", \"ridge\"]}", table, CAUCE_E_UNSUPPORTED,
            "select_k_best takes one target");
    refuses("{\"use\": \"voting_regressor\", \"estimators\": [\"ridge\", \"ridge alpha=2\"]}", table,
            CAUCE_E_UNSUPPORTED, "voting_regressor takes one target");
    refuses("{\"steps\": [{\"branches\": [{\"on\": \"a\", \"use\": \"target_encoder\"}]}, \"ridge\"]}", table,
            CAUCE_E_UNSUPPORTED, "target_encoder takes one target");
    refuses("linear_regression statistics=true", table, CAUCE_E_UNSUPPORTED,
            "statistics=true is of one target, and there are 2");
    refuses("ridge alpha=[1, 2, 3]", table, CAUCE_E_PARAM, "alpha has 3 numbers, and there are 2 targets");
    refuses("ridge alpha=[]", table, CAUCE_E_PARAM, "alpha is empty");
    refuses("ridge alpha=[1, -1]", table, CAUCE_E_PARAM, "alpha: item 2 is -1, not a number from 0");
    refuses("ridge alpha=[1, x]", table, CAUCE_E_PARAM, "alpha: item 2");
    cauce_table_free(table);
    table = small("y2", "t");
    refuses("ridge", table, CAUCE_E_KIND, "target 't' is a category; a regressor needs a number");
    cauce_table_free(table);
    table = table_of(csv, "y2:target t:ignore");
    refuses("ridge alpha=[1, 2]", table, CAUCE_E_PARAM, "alpha has 2 numbers, and there is 1 target;");
    cauce_model *model = model_of("ridge alpha=[2]", table), *same = model_of("ridge alpha=2", table);
    cauce_table *a = cauce_predict(model, table), *b = cauce_predict(same, table);
    ck_assert(tables_same(a, b));
    cauce_table_free(a), cauce_table_free(b);
    cauce_model_free(model), cauce_model_free(same);
    cauce_table_free(table);
}
END_TEST

/* Table, file, one row at a time, saved and loaded: the same names and the same bits. */
static void same_everywhere(const char *recipe, cauce_table *table, const char *text, const char *names) {
    char in[] = "/tmp/cauce-targets-XXXXXX", out[] = "/tmp/cauce-targets-XXXXXX";
    cauce_model *model = model_of(recipe, table);
    cauce_table *expected = cauce_predict(model, table);
    names_are(expected, names);
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
    bytes_of again = saved(loaded);
    ck_assert(again.size == bytes.size && memcmp(again.data, bytes.data, bytes.size) == 0);
    cauce_table *got = cauce_predict(loaded, table);
    ck_assert(tables_same(got, expected));
    cauce_table_free(got);

    write_file(in, text);
    close(mkstemp(out));
    ck_assert_msg(cauce_predict_csv(loaded, in, out, NULL, NULL) == CAUCE_OK, "%s", cauce_error().message);
    got = cauce_read_csv(out, NULL);
    ck_assert(tables_same(got, expected));
    cauce_table_free(got);

    cauce_scorer *scorer = cauce_scorer_new(loaded);
    for (int64_t r = 0; r < cauce_table_rows(table); r++) {
        scorer_row(scorer, loaded, table, r);
        const double *row = cauce_scorer_run(scorer);
        for (int64_t t = 0; t < cauce_model_targets(loaded); t++)
            ck_assert(row[t] == cauce_table_number(expected, r, t));
    }
    cauce_scorer_free(scorer);
    cauce_model_free(loaded);
    bytes_done(&again);
    bytes_done(&bytes);
    cauce_table_free(expected);
    cauce_model_free(model);
    unlink(in), unlink(out);
}

START_TEST(every_way_of_predicting) {
    const char *const recipes[] = {
        "{\"steps\": [{\"branches\": [{\"on\": \"k\", \"use\": \"one_hot_encoder\"}, "
        "{\"on\": \"@number\", \"use\": \"standard_scaler\"}]}, \"ridge alpha=[0.5, 3]\"]}",
        "linear_regression", "dummy_regressor strategy=median", "ridge_cv alpha_per_target=true",
        "{\"use\": \"multi_output_regressor\", \"estimator\": \"hist_gradient_boosting_regressor "
        "min_samples_leaf=1\"}"
    };
    cauce_table *table = small("y2", "y,1");
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        same_everywhere(recipes[i], table, csv, "prediction_y2, prediction_y,1");
    cauce_table_free(table);
}
END_TEST

/* What is learned of a target is what is learned of it alone. */
START_TEST(each_as_if_alone) {
    cauce_table *both = small("y2", "y,1");
    const char *const recipes[] = { "ridge alpha=[0.5, 3]", "linear_regression positive=true",
                                    "dummy_regressor strategy=quantile quantile=0.3" };
    const char *const alone[3][2] = { { "ridge alpha=0.5", "ridge alpha=3" },
                                      { "linear_regression positive=true",
                                        "linear_regression positive=true" },
                                      { "dummy_regressor strategy=quantile quantile=0.3",
                                        "dummy_regressor strategy=quantile quantile=0.3" } };
    for (int i = 0; i < 3; i++) {
        cauce_model *model = model_of(recipes[i], both);
        cauce_table *got = cauce_predict(model, both);
        for (int t = 0; t < 2; t++) {
            cauce_table *one = table_of(csv, t ? "y,1:target y2:ignore t:ignore" : "y2:target t:ignore");
            if (!t) cauce_table_set_role(one, "y,1", CAUCE_IGNORE);
            cauce_model *single = model_of(alone[i][t], one);
            cauce_table *expected = cauce_predict(single, one);
            for (int64_t r = 0; r < 6; r++)
                ck_near(cauce_table_number(got, r, t), cell(expected, r, "prediction"), 1e-12);
            cauce_table_free(expected);
            cauce_model_free(single);
            cauce_table_free(one);
        }
        cauce_table_free(got);
        cauce_model_free(model);
    }
    cauce_table_free(both);
}
END_TEST

START_TEST(scores_are_means) {
    static const char *const metrics[] = { "r2",   "rmse",         "mse",
                                           "mae",  "median_ae",    "explained_variance",
                                           "mape", "mean_pinball", "d2_absolute_error" };
    for (int weighted = 0; weighted < 2; weighted++) {
        double *cells, score;
        cauce_table *table = table_of_targets(442, 8, false, &cells);
        cauce_model *model = model_of("ridge alpha=[0.01, 1, 0.3]", table);
        if (weighted) {
            cauce_table_free(table);
            free(cells);
            table = table_of_targets(442, 8, true, &cells);
        }
        for (size_t i = 0; i < sizeof metrics / sizeof *metrics && !weighted; i++) {
            ck_assert_msg(cauce_score(model, table, metrics[i], &score) == CAUCE_OK, "%s: %s", metrics[i],
                          cauce_error().message);
            ck_close(score, ref_targets_scores[i], 1e-10);
        }
        for (int i = 0; weighted && i < 3; i++) {
            ck_assert_int_eq(cauce_score(model, table,
                                         i == 0   ? "r2"
                                         : i == 1 ? "mse"
                                                  : "mae",
                                         &score),
                             CAUCE_OK);
            ck_close(score, ref_targets_weighted_scores[i], 1e-10);
        }
        cauce_model_free(model);
        cauce_table_free(table);
        free(cells);
    }
}
END_TEST

START_TEST(cross_validation) {
    double *cells;
    cauce_table *table = table_of_targets(442, 8, false, &cells);
    cauce_recipe *recipe = recipe_of("ridge alpha=[0.01, 1, 0.3]");
    cauce_cv *cv = cauce_cross_validate(recipe, table, "k_fold n_splits=5", "r2", "predictions=true");
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    for (int64_t f = 0; f < 5; f++) ck_close(cauce_cv_score(cv, 0, f), ref_targets_cv_r2[f], 1e-10);
    cauce_table *oof = cauce_cv_predictions(cv);
    names_are(oof, "fold, prediction_y, prediction_s5, prediction_s6");
    for (int i = 0; i < 12; i++)
        for (int t = 0; t < 3; t++)
            ck_near(cauce_table_number(oof, 40 * i, 1 + t), ref_targets_out_of_fold[3 * i + t], 1e-10);
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    recipe = recipe_of("lasso");
    ck_assert_ptr_null(cauce_cross_validate(recipe, table, NULL, NULL, NULL)); /* before any fold */
    failed_with(CAUCE_E_UNSUPPORTED, "lasso takes one target");
    cauce_recipe_free(recipe);
    recipe = recipe_of("ridge"); /* a list of candidates, and candidates that are lists */
    cauce_search *search =
        cauce_grid_search(recipe, table, "alpha=[0.3, [0.01, 1, 0.3]]", "k_fold n_splits=5", "r2");
    ck_assert_msg(search != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_search_candidates(search), 2);
    ck_assert_str_eq(cauce_search_params(search, 1), "alpha=[0.01, 1, 0.3]");
    ck_assert_int_eq(cauce_model_targets(cauce_search_best(search)), 3);
    cauce_search_free(search);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    free(cells);
}
END_TEST

START_TEST(looking_inside) {
    double *cells;
    cauce_table *table = table_of_targets(442, 8, false, &cells);
    cauce_model *model = model_of("ridge alpha=[0.01, 1, 0.3]", table);
    cauce_table *made = cauce_permutation_importance(model, table, "r2", "n_repeats=2");
    ck_assert_int_eq(cauce_table_rows(made), 8);
    cauce_table_free(made);
    made = cauce_partial_dependence(model, table, "x2", NULL);
    names_are(made, "value, prediction_y, prediction_s5, prediction_s6");
    int64_t rows, columns;
    const double *coef = cauce_get_array(model, "coef", &rows, &columns);
    ck_assert_int_eq(rows, 3);
    ck_assert_int_eq(columns, 8);
    const int64_t last = cauce_table_rows(made) - 1;
    for (int t = 0; t < 3; t++) /* a line */
        ck_near(cauce_table_number(made, last, 1 + t) - cauce_table_number(made, 0, 1 + t),
                coef[t * 8 + 2] * (cauce_table_number(made, last, 0) - cauce_table_number(made, 0, 0)), 1e-9);
    cauce_table_free(made);
    cauce_get_array(model, "intercept", &rows, &columns);
    ck_assert_int_eq(rows, 3);
    ck_assert_int_eq(columns, 1);
    cauce_model_free(model);
    cauce_recipe *recipe = cauce_auto_recipe(table, NULL); /* a forest for each */
    ck_assert_ptr_nonnull(recipe);
    model = model_fit(recipe, table);
    ck_assert_int_eq(cauce_model_targets(model), 3);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    free(cells);
}
END_TEST

/* ---- Model files --------------------------------------------------------------------------------------- */

static json_t *targets_in(archive *a) {
    return json_object_get(a->header, "targets");
}
static void no_list(archive *a) {
    json_object_del(a->header, "targets");
}
static void one_more(archive *a) {
    json_array_append_new(targets_in(a), json_pack("{s:s, s:s}", "name", "z", "kind", "number"));
}
static void named_twice(archive *a) {
    json_object_set_new(json_array_get(targets_in(a), 1), "name", json_string("y2"));
}
static void a_category(archive *a) {
    json_object_set_new(json_array_get(targets_in(a), 1), "kind", json_string("category"));
}
static void another_kind(archive *a) {
    json_object_set_new(json_array_get(targets_in(a), 1), "kind", json_string("boolean"));
}
static void other_order(archive *a) {
    json_array_append(targets_in(a), json_array_get(targets_in(a), 0));
    json_array_remove(targets_in(a), 0);
}
static void classes(archive *a) {
    json_object_set_new(json_object_get(a->header, "target"), "classes", json_pack("[s, s]", "0", "1"));
}
static void takes_one(archive *a) {
    json_object_set_new(a->header, "recipe", json_pack("{s:s, s:{}}", "use", "bayesian_ridge", "with"));
    json_object_set_new(json_object_get(a->header, "states"), "bayesian_ridge", json_integer(1));
}

START_TEST(files) {
    static const struct {
        void (*change)(archive *a);
        const char *named;
    } changes[] = { { no_list, "the kinds of the targets are broken" },
                    { one_more, "the kinds of the targets are broken" },
                    { named_twice, "two targets are called 'y2'" },
                    { a_category, "target 'y,1' of several is a category" },
                    { another_kind, "the kinds of the targets are broken" },
                    { other_order, "the target is not the first" },
                    { classes, "there are 2 targets, and 2 classes" },
                    { takes_one, "bayesian_ridge takes one target" } };
    cauce_table *table = small("y2", "y,1");
    cauce_model *model = model_of("ridge", table);
    bytes_of bytes = saved(model);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        archive a = archive_of(&bytes);
        changes[i].change(&a);
        bytes_of sealed = archive_seal(&a);
        ck_assert_msg(!cauce_load_bytes(sealed.data, sealed.size), "change %zu was not noticed", i);
        failed_with(CAUCE_E_FORMAT, changes[i].named);
        free(sealed.data);
        archive_free(&a);
    }
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* First of all tests. */
START_TEST(no_memory) {
    failing_install();
    cauce_table *table = small("y2", "y,1");
    cauce_recipe *recipe = recipe_of("ridge alpha=[1, 2]");
    FAILING_EACH(pass) {
        cauce_model *model = cauce_fit(recipe, table);
        cauce_table *got = model ? cauce_predict(model, table) : NULL;
        ck_assert(got || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
        cauce_error_clear();
        cauce_table_free(got);
        cauce_model_free(model);
    }
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("targets", TEST(no_memory), TEST(roles), TEST(options), TEST(who_takes_several),
          TEST(every_way_of_predicting), TEST(each_as_if_alone), TEST(scores_are_means),
          TEST(cross_validation), TEST(looking_inside), TEST(files))
