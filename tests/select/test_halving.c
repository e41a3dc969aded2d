/* Successive halving: rounds as scikit-learn has them, rows that grow, parameters as resources, and grids
 * over steps. */
#include "reference/compose.h"
#include "support/check_main.h"
#include "support/tables.h"

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

static cauce_table *diabetes;

START_TEST(start) {
    diabetes = table_from_data("diabetes.csv", "target=progression");
}
END_TEST

static cauce_search *halve(const char *grid, const char *options) {
    cauce_recipe *recipe = recipe_of("{\"steps\": [\"standard_scaler\", \"ridge\"]}");
    cauce_search *search = cauce_grid_search_with(recipe, diabetes, grid, "k_fold n_splits=5", NULL, options);
    cauce_recipe_free(recipe);
    return search;
}

static void rounds_are(const cauce_search *search, const int *resources, const int *candidates, int n) {
    int64_t at = 0;
    for (int r = 0; r < n; r++)
        for (int c = 0; c < candidates[r]; c++, at++) {
            ck_assert_int_eq(cauce_search_round(search, at), r);
            ck_assert_int_eq(cauce_search_resources(search, at), resources[r]);
        }
    ck_assert_int_eq(cauce_search_candidates(search), at);
}

START_TEST(rounds) {
    static const int resources[] = { 49, 147, 441 }, candidates[] = { 9, 3, 1 }; /* case 75, as published */
    ck_assert_int_eq(COUNT(rounds_a_resources), 3);
    ck_assert_int_eq(memcmp(rounds_a_resources, resources, sizeof resources), 0);
    ck_assert_int_eq(memcmp(rounds_a_candidates, candidates, sizeof candidates), 0);
    ck_assert_int_eq(memcmp(halving_resources, resources, sizeof resources), 0);
    static const struct {
        int n;
        const char *options;
        const int *resources, *candidates;
        int n_rounds;
    } rows[] = {
        { 9, "", rounds_a_resources, rounds_a_candidates, COUNT(rounds_a_resources) },
        { 20, "factor=2", rounds_b_resources, rounds_b_candidates, COUNT(rounds_b_resources) },
        { 100, "min_resources=60", rounds_c_resources, rounds_c_candidates, COUNT(rounds_c_resources) },
        { 100, "min_resources=60 aggressive_elimination=true", rounds_d_resources, rounds_d_candidates,
          COUNT(rounds_d_resources) },
        { 7, "min_resources=smallest", rounds_e_resources, rounds_e_candidates, COUNT(rounds_e_resources) },
        { 30, "max_resources=200 factor=3.5", rounds_f_resources, rounds_f_candidates,
          COUNT(rounds_f_resources) }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char grid[2000] = "alpha=[", options[200];
        for (int k = 0; k < rows[i].n; k++) {
            char value[32];
            snprintf(value, sizeof value, "%s%.9g", k ? ", " : "", pow(10, -4 + 8.0 * k / (rows[i].n - 1)));
            strcat(grid, value);
        }
        strcat(grid, "]");
        snprintf(options, sizeof options, "halving=true refit=false %s", rows[i].options);
        cauce_search *search = halve(grid, options);
        ck_assert_msg(search != NULL, "%s", cauce_error().message);
        rounds_are(search, rows[i].resources, rows[i].candidates, rows[i].n_rounds);
        cauce_search_free(search);
    }
}
END_TEST

/* With all rows in the last round, its candidates have the scores of a plain search; those that go on are the
 * best of their round; the best is of the last round. */
START_TEST(who_goes_on) {
    static const char grid[] = "alpha=[0.01, 0.1, 1, 10, 100, 1000, 1e4, 1e5, 1e6]";
    cauce_search *search = halve(grid, "halving=true max_resources=442 min_resources=442 factor=3"),
                 *plain = halve(grid, NULL);
    ck_assert_msg(search && plain, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_search_candidates(search), 9);
    for (int c = 0; c < 9; c++)
        ck_assert(cauce_cv_mean(cauce_search_cv(search, c), 0) ==
                  cauce_cv_mean(cauce_search_cv(plain, c), 0));
    ck_assert_int_eq(cauce_search_round(plain, 0), -1);
    cauce_search_free(search);
    cauce_search_free(plain);

    search = halve(grid, "halving=true random_state=3");
    for (int64_t c = 0; c < 9; c++) {
        bool goes_on = false;
        for (int64_t d = 9; d < 12; d++)
            goes_on = goes_on || strcmp(cauce_search_params(search, c), cauce_search_params(search, d)) == 0;
        int better = 0;
        for (int64_t d = 0; d < 9; d++)
            better +=
                cauce_cv_mean(cauce_search_cv(search, d), 0) > cauce_cv_mean(cauce_search_cv(search, c), 0);
        ck_assert_int_eq(goes_on, better < 3);
        ck_assert_int_eq(cauce_search_rank(search, 0, c), better + 5);
    }
    ck_assert_int_eq(cauce_search_best_index(search), 12);
    ck_assert_int_eq(cauce_search_rank(search, 0, 12), 1);
    ck_assert_ptr_nonnull(cauce_search_best(search));
    cauce_table *table = cauce_search_table(search);
    ck_assert_int_eq(cauce_table_rows(table), 13);
    ck_assert(cell(table, 12, "round") == 2 && cell(table, 12, "resources") == 441);
    cauce_table_free(table);
    cauce_search *again = halve(grid, "halving=true random_state=3"),
                 *other = halve(grid, "halving=true random_state=4");
    for (int64_t c = 0; c < 13; c++)
        ck_assert(cauce_cv_mean(cauce_search_cv(search, c), 0) ==
                  cauce_cv_mean(cauce_search_cv(again, c), 0));
    ck_assert(cauce_cv_mean(cauce_search_cv(search, 0), 0) != cauce_cv_mean(cauce_search_cv(other, 0), 0));
    cauce_search_free(search);
    cauce_search_free(again);
    cauce_search_free(other);
}
END_TEST

START_TEST(parameter_as_resource) {
    cauce_recipe *recipe = recipe_of("{\"name\": \"f\", \"use\": \"random_forest_regressor\"}");
    cauce_search *search = cauce_random_search_with(
        recipe, diabetes, "max_depth=[1, 2, 3, 4, 5, 6, 7, 8, 9]", 9, NULL, NULL,
        "halving=true resource=n_estimators max_resources=9 min_resources=1 refit=false");
    ck_assert_msg(search != NULL, "%s", cauce_error().message);
    rounds_are(search, (const int[]){ 1, 3, 9 }, (const int[]){ 9, 3, 1 }, 3);
    ck_assert_ptr_nonnull(strstr(cauce_search_params(search, 12), "n_estimators=9"));
    ck_assert_ptr_nonnull(strstr(cauce_search_params(search, 9), "n_estimators=3"));
    cauce_search_free(search);
    cauce_recipe_free(recipe);
}
END_TEST

static void refused(const char *grid, const char *options, cauce_status status, const char *piece) {
    cauce_search *search = halve(grid, options);
    ck_assert_msg(search == NULL, "%s", options);
    failed_with(status, piece);
}

START_TEST(refusals) {
    refused("alpha=[1, 2]", "halving=true resource=alpha max_resources=9", CAUCE_E_PARAM,
            "whole-number parameter");
    refused("alpha=[1, 2]", "halving=true resource=alhpa", CAUCE_E_PARAM, "alpha");
    refused("alpha=[1, 2]", "halving=true max_resources=1000", CAUCE_E_PARAM, "more than the 442 rows");
    refused("alpha=[1, 2]", "halving=true min_resources=300 max_resources=200", CAUCE_E_PARAM, "300 rows");
    refused("alpha=[1, 2]", "halving=true factor=1", CAUCE_E_PARAM, "factor=1");
    cauce_recipe *forest = recipe_of("random_forest_regressor");
    ck_assert_ptr_null(cauce_grid_search_with(forest, diabetes, "n_estimators=[1, 2]", NULL, NULL,
                                              "halving=true resource=n_estimators max_resources=9"));
    failed_with(CAUCE_E_PARAM, "which is the resource");
    ck_assert_ptr_null(cauce_grid_search_with(forest, diabetes, "max_depth=[1, 2]", NULL, NULL,
                                              "halving=true resource=n_estimators"));
    failed_with(CAUCE_E_PARAM, "needs max_resources");
    cauce_recipe_free(forest);
}
END_TEST

/* A step is an axis of a grid like any other. */
START_TEST(steps_in_a_grid) {
    cauce_search *search = halve("{\"standard_scaler\": [\"standard_scaler\", \"passthrough\", {\"steps\": "
                                 "[\"clip\", \"standard_scaler\"]}], "
                                 "\"alpha\": [1, 100]}",
                                 NULL);
    ck_assert_msg(search != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_search_candidates(search), 6);
    for (int64_t c = 0; c < 6; c++)
        ck_assert_msg(!cauce_search_error(search, c), "%s", cauce_search_error(search, c));
    cauce_recipe *plain = recipe_of("ridge");
    cauce_search *alone = cauce_grid_search(plain, diabetes, "alpha=[1, 100]", "k_fold n_splits=5", NULL);
    for (int64_t c = 0; c < 6; c++)
        for (int64_t k = 0; k < 2; k++) {
            const char *params = cauce_search_params(search, c);
            if (!strstr(params, "passthrough") || !strstr(params, k ? "alpha=100" : "alpha=1.0")) continue;
            ck_near(cauce_cv_mean(cauce_search_cv(search, c), 0), cauce_cv_mean(cauce_search_cv(alone, k), 0),
                    1e-12);
        }
    cauce_search_free(alone);
    cauce_search_free(search);
    cauce_recipe_free(plain);
    refused("ridge=[ridge, gaussian_nb]", NULL, CAUCE_E_PARAM,
            "a candidate is a classifier, the recipe is a regressor");
    refused("standard_scaler=[standard_scaler, ridge]", NULL, CAUCE_E_PARAM, "only the last step");
}
END_TEST

START_TEST(end) {
    cauce_table_free(diabetes);
}
END_TEST

TEST_MAIN("halving", TEST(start), TEST(rounds), TEST(who_goes_on), TEST(parameter_as_resource),
          TEST(refusals), TEST(steps_in_a_grid), TEST(end))
