/* Grid search: candidates in order, ranks, refit, what fails, what is refused before any work. */
#include "support/check_main.h"
#include "support/reference_tables.h"
#include "support/tables.h"

#include "reference/cases.h"
#include "reference/select.h"

static cauce_search *searched(const char *text, const cauce_table *table, const char *grid, const char *folds,
                              const char *metrics, const char *options) {
    cauce_recipe *recipe = recipe_of(text);
    cauce_search *search = cauce_grid_search_with(recipe, table, grid, folds, metrics, options);
    ck_assert_msg(search != NULL, "%s", cauce_error().message);
    cauce_recipe_free(recipe);
    return search;
}

static const char cancer_recipe[] =
    "{\"steps\": [\"standard_scaler\", \"logistic_regression tol=1e-10 max_iter=1000\"]}";

START_TEST(cancer) {
    cauce_table *table = table_from_data("breast_cancer.csv", "target=diagnosis");
    cauce_search *search = searched(cancer_recipe, table, "with_mean=[true, false] C=[0.01, 1, 100]",
                                    "stratified_k_fold n_splits=5", "roc_auc, log_loss", "refit=log_loss");
    static const char *const params[] = { "logistic_regression__C=0.01 standard_scaler__with_mean=true",
                                          "logistic_regression__C=0.01 standard_scaler__with_mean=false",
                                          "logistic_regression__C=1 standard_scaler__with_mean=true",
                                          "logistic_regression__C=1 standard_scaler__with_mean=false",
                                          "logistic_regression__C=100 standard_scaler__with_mean=true",
                                          "logistic_regression__C=100 standard_scaler__with_mean=false" };
    ck_assert_int_eq(cauce_search_candidates(search), 6);
    for (int64_t c = 0; c < 6; c++) {
        const cauce_cv *cv = cauce_search_cv(search, c);
        ck_assert_str_eq(cauce_search_params(search, c), params[c]);
        ck_near(cauce_cv_mean(cv, 0), grid_roc_auc[c], 1e-9);
        ck_near(cauce_cv_mean(cv, 1), grid_log_loss[c], 1e-6);
        ck_near(cauce_cv_std(cv, 1), grid_log_loss_std[c], 1e-6);
        ck_assert_int_eq(cauce_search_rank(search, 0, c) <= 2, c / 2 == 1);
    }
    ck_assert_int_eq(cauce_search_best_index(search) / 2, 1);
    ck_assert_int_eq(cauce_search_rank(search, 1, cauce_search_best_index(search)), 1);
    ck_assert_int_eq(cauce_search_rank(search, 2, 0), -1);

    /* The refit: all rows, the coefficients of the optimum. */
    int64_t rows, cols;
    const double *coef =
        cauce_get_array(cauce_search_best(search), "logistic_regression__coef", &rows, &cols);
    ck_assert_ptr_nonnull(coef);
    ck_assert_int_eq(rows * cols, 30);
    for (int j = 0; j < 30; j++) ck_near(coef[j], cancer_coef[j], 1e-6);
    double loss;
    ck_assert_int_eq(cauce_score(cauce_search_best(search), table, "log_loss", &loss), CAUCE_OK);
    ck_near(loss, cancer_log_loss[0], 1e-8);

    cauce_table *results = cauce_search_table(search);
    char *names = names_of(results);
    ck_assert_str_eq(names,
                     "logistic_regression__C, standard_scaler__with_mean, mean_roc_auc, std_roc_auc, "
                     "rank_roc_auc, mean_log_loss, std_log_loss, rank_log_loss, mean_fit_seconds, error");
    ck_assert(cell(results, 4, "logistic_regression__C") == 100);
    ck_assert(cell(results, 2, "mean_log_loss") == cauce_cv_mean(cauce_search_cv(search, 2), 1));
    free(names);
    cauce_table_free(results);
    cauce_search_free(search);
    cauce_table_free(table);
}
END_TEST

static const char small[] = "a,city,y\n1,Rome,2\n2,Oslo,3\n3,Rome,3\n4,Oslo,5\n5,Rome,6\n6,Bern,6\n";

START_TEST(json_grids) {
    cauce_table *table = table_of(small, "y:target city:ignore");
    cauce_search *search = searched(
        "{\"steps\": [\"standard_scaler\", \"ridge\"]}", table,
        "[{\"alpha\": [1, 2.5], \"solver\": \"auto\"}, {\"with_std\": [false]}, {\"ridge__alpha\": 3}]",
        "k_fold n_splits=2", NULL, "refit=false");
    ck_assert_int_eq(cauce_search_candidates(search), 4);
    ck_assert_str_eq(cauce_search_params(search, 1), "ridge__alpha=2.5 ridge__solver=auto");
    ck_assert_str_eq(cauce_search_params_json(search, 1),
                     "{\"ridge__alpha\": 2.5, \"ridge__solver\": \"auto\"}");
    ck_assert_str_eq(cauce_search_params(search, 2), "standard_scaler__with_std=false");
    ck_assert_str_eq(cauce_search_params(search, 3), "ridge__alpha=3");
    ck_assert_ptr_null(cauce_search_params(search, 4));
    ck_assert_ptr_null(cauce_search_best(search));
    cauce_search_free(search);
    cauce_table_free(table);
}
END_TEST

START_TEST(ties_share_a_rank) {
    cauce_table *table = table_of(small, "y:target city:ignore");
    cauce_search *search =
        searched("dummy_regressor", table,
                 "[{\"strategy\": [\"median\"]}, {\"strategy\": [\"mean\", \"mean\"]}, {\"strategy\": "
                 "\"constant\", \"constant\": 100}]",
                 "k_fold n_splits=2", "mse", NULL);
    const cauce_cv *median = cauce_search_cv(search, 0), *mean = cauce_search_cv(search, 1);
    bool mean_wins = cauce_cv_mean(mean, 0) < cauce_cv_mean(median, 0);
    bool equal = cauce_cv_mean(mean, 0) == cauce_cv_mean(median, 0);
    ck_assert_int_eq(cauce_search_rank(search, 0, 1), cauce_search_rank(search, 0, 2));
    ck_assert_int_eq(cauce_search_rank(search, 0, 1), mean_wins || equal ? 1 : 2);
    ck_assert_int_eq(cauce_search_rank(search, 0, 0), !mean_wins ? 1 : 3);
    ck_assert_int_eq(cauce_search_rank(search, 0, 3), 4);
    ck_assert_int_eq(cauce_search_best_index(search), mean_wins ? 1 : 0); /* the first of equals */
    cauce_search_free(search);
    cauce_table_free(table);
}
END_TEST

/* A category that one candidate refuses to see for the first time. */
START_TEST(candidates_that_fail) {
    cauce_table *table = table_of(small, "y:target");
    static const char text[] =
        "{\"steps\": [{\"branches\": [{\"on\": \"city\", \"use\": \"one_hot_encoder\"}]}, \"ridge\"]}";
    cauce_search *search =
        searched(text, table, "handle_unknown=[error, ignore]", "k_fold n_splits=3", "mse", NULL);
    ck_assert_ptr_nonnull(cauce_search_error(search, 0));
    ck_assert_msg(strstr(cauce_search_error(search, 0), "handle_unknown=ignore") != NULL, "%s",
                  cauce_search_error(search, 0));
    ck_assert_ptr_null(cauce_search_error(search, 1));
    ck_assert_int_eq(cauce_search_rank(search, 0, 0), 2);
    ck_assert_int_eq(cauce_search_best_index(search), 1);
    ck_assert_ptr_nonnull(cauce_search_best(search));
    cauce_table *results = cauce_search_table(search);
    ck_assert(isnan(cell(results, 0, "mean_mse")) && isfinite(cell(results, 1, "mean_mse")));
    ck_assert(cell(results, 0, "rank_mse") == 2);
    cauce_table_free(results);
    cauce_search_free(search);
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(
        cauce_grid_search(recipe, table, "handle_unknown=[error]", "k_fold n_splits=3", "mse"));
    failed_with(CAUCE_E_DATA, "every candidate failed");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

START_TEST(refused_before_any_work) {
    static const struct {
        const char *grid, *options, *piece;
    } rows[] = { { "alfa=[1]", NULL, "alpha" },         { "alpha=[1, -1]", NULL, "alpha=-1" },
                 { "alpha=[]", NULL, "no values" },     { "alpha=[1] ridge__alpha=[2]", NULL, "twice" },
                 { "alpha=[1", NULL, "missing ]" },     { "[3]", NULL, "lists" },
                 { "[]", NULL, "no candidates" },       { "{\"alpha\": [1]", NULL, "line 1" },
                 { "alpha=[1]", "refit=rmse", "rmse" }, { "alpha=[1]", "refti=r2", "refit" } };
    cauce_table *table = table_of(small, "y:target city:ignore");
    cauce_recipe *recipe = recipe_of("{\"steps\": [\"standard_scaler\", \"ridge\"]}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(
            !cauce_grid_search_with(recipe, table, rows[i].grid, "k_fold n_splits=2", "r2", rows[i].options),
            "%s", rows[i].grid);
        failed_with(CAUCE_E_PARAM, rows[i].piece);
    }
    /* the check alone says the same */
    ck_assert_int_eq(cauce_grid_check(recipe, "alpha=[1, 2]", false), CAUCE_OK);
    ck_assert_int_eq(cauce_grid_check(recipe, "alfa=[1]", true), CAUCE_E_PARAM);
    failed_with(CAUCE_E_PARAM, "alpha");
    ck_assert_int_eq(cauce_grid_check(recipe, "alpha=uniform(1, 2)", true), CAUCE_OK);
    ck_assert_int_eq(cauce_grid_check(recipe, "alpha=uniform(1, 2)", false), CAUCE_E_PARAM);
    failed_with(CAUCE_E_PARAM, "uniform");
    ck_assert_int_eq(cauce_grid_check(recipe, NULL, false), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "grid");
    char *json = cauce_recipe_to_json(recipe);
    ck_assert_ptr_nonnull(strstr(json, "\"alpha\": 1.0")); /* the recipe is as it was */
    cauce_text_free(json);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

START_TEST(any_number_of_threads) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_search *first = NULL;
    bytes_of best = { NULL, 0 };
    for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
        cauce_context *context = cauce_context_new();
        cauce_context_set_threads(context, threads);
        cauce_context_use(context);
        cauce_search *search =
            searched("{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}, "
                     "{\"on\": \"@category\", \"use\": \"one_hot_encoder\"}]}, "
                     "\"random_forest_classifier n_estimators=5\"]}",
                     table, "max_depth=[2, null] strategy=[mean, median]", "stratified_k_fold n_splits=3",
                     "roc_auc", NULL);
        bytes_of bytes = saved(cauce_search_best(search));
        if (!first) {
            first = search;
            best = bytes;
        } else {
            ck_assert(bytes.size == best.size && memcmp(bytes.data, best.data, best.size) == 0);
            for (int64_t c = 0; c < 4; c++)
                for (int64_t f = 0; f < 3; f++)
                    ck_assert(cauce_cv_score(cauce_search_cv(first, c), 0, f) ==
                              cauce_cv_score(cauce_search_cv(search, c), 0, f));
            bytes_done(&bytes);
            cauce_search_free(search);
        }
        cauce_context_use(NULL);
        cauce_context_free(context);
    }
    bytes_done(&best);
    cauce_search_free(first);
    cauce_table_free(table);
}
END_TEST

/* Case 65: several metrics, refit by one of them, and a candidate that cannot be fitted: its scores are NaN,
 * its rank is the last. scikit-learn's is C=-1, which is refused here before any work; ours leaves
 * no column. */
START_TEST(a_candidate_without_scores) {
    double *cells;
    cauce_table *table = reference_classes(ref_cancer_x, 569, 30, 30, ref_cancer_y, &cells);
    cauce_search *search =
        searched("{\"steps\": [\"variance_threshold\", \"logistic_regression tol=1e-10 max_iter=1000\"]}",
                 table, "[{\"C\": [1]}, {\"threshold\": [1e9]}, {\"C\": [100]}]",
                 "stratified_k_fold n_splits=5", "roc_auc, accuracy", "refit=roc_auc");
    ck_assert_int_eq(cauce_search_candidates(search), 3);
    ck_assert_ptr_nonnull(cauce_search_error(search, 1));
    static const int ranks[] = { 1, 3, 2 };
    for (int c = 0; c < 3; c++) {
        const cauce_cv *cv = cauce_search_cv(search, c);
        ck_assert_int_eq(cauce_search_rank(search, 0, c), ranks[c]);
        if (c == 1) {
            ck_assert(isnan(cauce_cv_mean(cv, 0)) && isnan(cauce_cv_mean(cv, 1)));
            continue;
        }
        ck_close(cauce_cv_mean(cv, 0), case_65_roc_auc[c / 2], 1e-6);
        ck_close(cauce_cv_mean(cv, 1), case_65_accuracy[c / 2], 1e-12);
    }
    ck_assert_int_eq(cauce_search_best_index(search), 0);
    ck_close(cauce_cv_mean(cauce_search_cv(search, 0), 0), .995318378835, 1e-11);
    cauce_search_free(search);
    cauce_table_free(table);
    free(cells);
}
END_TEST

/* Case 66: the means over folds along the penalties. */
START_TEST(penalties_of_ridge) {
    double *cells;
    cauce_table *table = reference_diabetes(&cells);
    cauce_search *search = searched("ridge", table, "alpha=[0.01, 0.1, 1]", "k_fold n_splits=5", "r2", NULL);
    for (int c = 0; c < 3; c++)
        ck_close(cauce_cv_mean(cauce_search_cv(search, c), 0), case_66_validation[c], 1e-9);
    cauce_search_free(search);
    cauce_table_free(table);
    free(cells);
}
END_TEST

TEST_MAIN("grid", TEST(cancer), TEST(json_grids), TEST(ties_share_a_rank), TEST(candidates_that_fail),
          TEST(refused_before_any_work), TEST(any_number_of_threads), TEST(a_candidate_without_scores),
          TEST(penalties_of_ridge))
