/* Cross-validation: scikit-learn's scores on the same folds, rows in their places, folds that fail. */
#include "support/check_main.h"
#include "support/failing.h"
#include "support/reference_tables.h"
#include "support/tables.h"

#include "reference/cases.h"
#include "reference/select.h"

static cauce_cv *validated(const char *text, const cauce_table *table, const char *folds, const char *metrics,
                           const char *options) {
    cauce_recipe *recipe = recipe_of(text);
    cauce_cv *cv = cauce_cross_validate(recipe, table, folds, metrics, options);
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    cauce_recipe_free(recipe);
    return cv;
}

static void fails(const char *text, const cauce_table *table, const char *folds, const char *metrics,
                  cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(cauce_cross_validate(recipe, table, folds, metrics, NULL));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(allocator) {
    failing_install();
}
END_TEST

START_TEST(ridge_on_diabetes) {
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    cauce_cv *cv = validated("ridge", table, "k_fold n_splits=5", "r2, mse",
                             "train_scores=true predictions=true "
                             "models=true");
    ck_assert_int_eq(cauce_cv_folds(cv), 5);
    ck_assert_int_eq(cauce_cv_metrics(cv), 2);
    ck_assert_str_eq(cauce_cv_metric(cv, 1), "mse");
    ck_assert_ptr_null(cauce_cv_metric(cv, 2));
    ck_assert_int_eq(cauce_cv_rows(cv), 442);
    double mean = 0, square = 0;
    for (int64_t f = 0; f < 5; f++) {
        ck_near(cauce_cv_score(cv, 0, f), ridge_r2[f], 1e-10);
        ck_near(cauce_cv_score(cv, 1, f), ridge_mse[f], 1e-10);
        ck_near(cauce_cv_train_score(cv, 0, f), ridge_train_r2[f], 1e-10);
        ck_assert_ptr_nonnull(cauce_cv_model(cv, f));
        ck_assert_ptr_null(cauce_cv_error(cv, f));
        ck_assert(cauce_cv_fit_seconds(cv, f) >= 0 && cauce_cv_score_seconds(cv, f) >= 0);
        mean += ridge_r2[f] / 5;
        square += ridge_r2[f] * ridge_r2[f] / 5;
    }
    ck_near(cauce_cv_mean(cv, 0), mean, 1e-10);
    ck_near(cauce_cv_std(cv, 0), sqrt(square - mean * mean), 1e-8);
    ck_assert(isnan(cauce_cv_score(cv, 0, 5)) && isnan(cauce_cv_score(cv, 2, 0)) &&
              isnan(cauce_cv_mean(cv, -1)));
    cauce_table *oof = cauce_cv_predictions(cv);
    for (int64_t r = 0; r < 442; r++) {
        ck_near(cell(oof, r, "prediction"), ridge_oof[r], 1e-9);
        ck_assert(cell(oof, r, "fold") == (r < 178 ? (double)(r / 89) : 2 + (double)((r - 178) / 88)));
    }
    /* The model of a fold did not see the fold. */
    cauce_table *test = table_rows(table, 0, 1, 89), *again = cauce_predict(cauce_cv_model(cv, 0), test);
    for (int64_t r = 0; r < 89; r++) ck_assert(cell(again, r, "prediction") == cell(oof, r, "prediction"));
    cauce_table_free(again);
    cauce_table_free(test);
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_table_free(table);
}
END_TEST

START_TEST(logistic_on_wine) {
    cauce_table *table = table_from_data("wine.csv", "target=cultivar");
    cauce_cv *cv =
        validated("{\"steps\": [\"standard_scaler\", \"logistic_regression tol=1e-10 max_iter=1000\"]}",
                  table, "stratified_k_fold n_splits=5", "log_loss", "predictions=true");
    cauce_table *oof = cauce_cv_predictions(cv);
    int64_t target = cauce_table_find(table, "cultivar");
    double loss = 0;
    for (int64_t r = 0; r < 178; r++) {
        char name[64];
        snprintf(name, sizeof name, "proba_%s", cauce_table_text(table, r, target));
        loss -= log(cell(oof, r, name)) / 178;
    }
    ck_near(loss, wine_oof_log_loss[0], 1e-7);
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_table_free(table);
}
END_TEST

static void same_cv(const cauce_cv *a, const cauce_cv *b) {
    for (int64_t m = 0; m < cauce_cv_metrics(a); m++)
        for (int64_t f = 0; f < cauce_cv_folds(a); f++)
            ck_assert(cauce_cv_score(a, m, f) == cauce_cv_score(b, m, f));
    cauce_table *x = cauce_cv_predictions(a), *y = cauce_cv_predictions(b);
    ck_assert(tables_same(x, y));
    cauce_table_free(x);
    cauce_table_free(y);
}

START_TEST(any_number_of_threads) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_cv *first = NULL;
    for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
        cauce_context *context = cauce_context_new();
        cauce_context_set_threads(context, threads);
        cauce_context_use(context);
        cauce_cv *cv = validated(
            "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}, {\"on\": "
            "\"@category\", \"use\": \"one_hot_encoder\"}]}, \"random_forest_classifier "
            "n_estimators=10\"]}",
            table, "stratified_k_fold n_splits=3 shuffle=true random_state=1", "accuracy, roc_auc, log_loss",
            "predictions=true");
        if (first) same_cv(first, cv);
        if (first)
            cauce_cv_free(cv);
        else
            first = cv;
        cauce_context_use(NULL);
        cauce_context_free(context);
    }
    cauce_cv_free(first);
    cauce_table_free(table);
}
END_TEST

/* Folds of a column: -1 always trains, missing is unused. */
START_TEST(given_folds) {
    cauce_table *table =
        table_of("a,y,fold\n1,2,0\n2,3,0\n3,5,1\n4,4,1\n5,6,-1\n6,9,\n7,7,-1\n", "y:target fold:fold");
    cauce_cv *cv = validated("dummy_regressor", table, NULL, "mse", "predictions=true");
    ck_assert_int_eq(cauce_cv_folds(cv), 2);
    ck_assert_int_eq(cauce_cv_rows(cv), 4);
    cauce_table *oof = cauce_cv_predictions(cv);
    double first = (5 + 4 + 6 + 7) / 4.0, second = (2 + 3 + 6 + 7) / 4.0;
    ck_near(cell(oof, 0, "prediction"), first, 1e-15);
    ck_near(cell(oof, 2, "prediction"), second, 1e-15);
    ck_assert(isnan(cell(oof, 4, "prediction")) && isnan(cell(oof, 5, "prediction")) &&
              isnan(cell(oof, 5, "fold")));
    ck_near(cauce_cv_score(cv, 0, 0), (pow(2 - first, 2) + pow(3 - first, 2)) / 2, 1e-13);
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_table_free(table);
}
END_TEST

/* A class that a fold did not train on has probability 0 there; the others sum to 1. */
START_TEST(class_unseen_in_a_fold) {
    cauce_table *table =
        table_of("a,y,fold\n1,p,0\n2,q,0\n3,r,0\n4,p,1\n5,q,1\n6,p,1\n", "y:target fold:fold");
    cauce_cv *cv = validated("dummy_classifier", table, NULL, "accuracy", "predictions=true");
    cauce_table *oof = cauce_cv_predictions(cv);
    ck_assert_ptr_null(cauce_cv_error(cv, 0));
    for (int64_t r = 0; r < 3; r++) {
        ck_assert(cell(oof, r, "proba_r") == 0);
        ck_near(cell(oof, r, "proba_p"), 2 / 3.0, 1e-15);
        ck_near(cell(oof, r, "proba_q"), 1 / 3.0, 1e-15);
    }
    ck_near(cell(oof, 3, "proba_r"), 1 / 3.0, 1e-15);
    ck_near(cauce_cv_score(cv, 0, 0), 1 / 3.0, 1e-15);
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_table_free(table);
}
END_TEST

START_TEST(weights) {
    cauce_table *table =
        table_of("a,y,w,fold\n1,2,1,0\n2,4,3,0\n3,5,2,1\n4,9,1,1\n5,100,0,1\n", "y:target w:weight "
                                                                                "fold:fold");
    cauce_cv *cv = validated("dummy_regressor", table, NULL, "mse", NULL);
    double first = (2 * 5 + 9) / 3.0, second = (2 + 3 * 4) / 4.0;
    ck_near(cauce_cv_score(cv, 0, 0), (pow(2 - first, 2) + 3 * pow(4 - first, 2)) / 4, 1e-13);
    ck_near(cauce_cv_score(cv, 0, 1), (2 * pow(5 - second, 2) + pow(9 - second, 2)) / 3, 1e-13);
    cauce_cv_free(cv);
    cauce_table_free(table);
}
END_TEST

static int64_t warnings;

static void on_warning(const cauce_warning *warning, void *payload) {
    if (strcmp(warning->name, payload ? payload : "fold_failed") == 0) warnings += warning->count;
}

/* Cross-validates and counts the warnings of that name. */
static cauce_cv *counted(char *name, const char *text, const cauce_table *table, const char *folds,
                         const char *metrics) {
    warnings = 0;
    cauce_context *context = cauce_context_new();
    cauce_context_on_warning(context, on_warning, name);
    cauce_context_use(context);
    cauce_cv *cv = validated(text, table, folds, metrics, "train_scores=true");
    cauce_context_use(NULL);
    cauce_context_free(context);
    return cv;
}

/* Class r is tested in one fold only, so that areas over all classes exist there and nowhere else. */
START_TEST(metrics_that_are_not_defined) {
    cauce_table *table = table_of("a,y,fold\n1,p,0\n2,q,0\n3,r,0\n4,p,1\n5,q,1\n6,p,1\n7,q,2\n8,p,2\n9,p,2\n",
                                  "y:target fold:fold");
    static char name[] = "no_score";
    cauce_cv *cv = counted(name, "dummy_classifier", table, NULL, "accuracy, roc_auc_ovr, log_loss");
    ck_assert_int_eq(warnings, 2);
    for (int64_t f = 0; f < 3; f++) {
        ck_assert_ptr_null(cauce_cv_error(cv, f));
        ck_assert(isfinite(cauce_cv_score(cv, 0, f)) && isfinite(cauce_cv_score(cv, 2, f)));
        ck_assert(isnan(cauce_cv_score(cv, 1, f)) == (f != 0));
        ck_assert(isnan(cauce_cv_train_score(cv, 1, f)) == (f == 0));
    }
    ck_near(cauce_cv_mean(cv, 1), 0.5, 1e-15);
    cauce_cv_free(cv);

    cauce_recipe *recipe = recipe_of("dummy_classifier");
    ck_assert_ptr_null(cauce_grid_search(recipe, table, "strategy=[prior, uniform]", NULL, "roc_auc_ovr"));
    failed_with(CAUCE_E_DATA,
                "every candidate failed; the first: roc_auc_ovr is not defined: no row is of class r");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* A candidate is told to have failed when no metric is left of it; of two, the other one still counts. */
START_TEST(candidates_without_a_metric) {
    cauce_table *table = table_of("a,y\n1,.1\n2,.1\n3,.1\n4,5\n5,10\n6,15\n", "y:target");
    cauce_recipe *recipe = recipe_of("ridge");
    for (int both = 0; both < 2; both++) {
        cauce_search *search =
            cauce_grid_search_with(recipe, table, "alpha=[1e-9, 1e9]", "k_fold n_splits=2",
                                   both ? "mean_poisson_deviance, mse" : "mean_poisson_deviance", NULL);
        ck_assert_msg(search != NULL, "%s", cauce_error().message);
        const cauce_cv *line = cauce_search_cv(search, 0); /* goes below 0 where it goes on to the left */
        ck_assert(isnan(cauce_cv_score(line, 0, 0)) && isfinite(cauce_cv_score(line, 0, 1)));
        ck_assert_int_eq(cauce_search_best_index(search), 1);
        ck_assert_int_eq(cauce_search_rank(search, 0, 0), 2);
        ck_assert((cauce_search_error(search, 0) == NULL) == both);
        ck_assert_ptr_null(cauce_search_error(search, 1));
        cauce_search_free(search);
    }
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

START_TEST(rows_in_an_order) {
    char text[4000] = "a,y\n";
    for (int i = 0; i < 200; i++) snprintf(text + strlen(text), 20, "%d,%d\n", i % 7, i / 2 + i * 37 % 50);
    cauce_table *table = table_of(text, "y:target");
    static char name[] = "ordered_rows";
    static const struct {
        const char *folds;
        int64_t warnings;
    } cases[] = { { NULL, 1 },
                  { "k_fold n_splits=3", 1 },
                  { "k_fold shuffle=true random_state=1", 0 },
                  { "time_series_split", 0 } };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        cauce_cv_free(counted(name, "dummy_regressor", table, cases[c].folds, "mse"));
        ck_assert_int_eq(warnings, cases[c].warnings);
    }
    cauce_table_set_role(table, "y", CAUCE_FEATURE);
    cauce_table_set_role(table, "a", CAUCE_TARGET); /* alone it goes up and down in no order */
    cauce_cv_free(counted(name, "dummy_regressor", table, NULL, "mse"));
    ck_assert_int_eq(warnings, 0);
    cauce_table_set_targets(table, (const char *const[]){ "a", "y" }, 2);
    cauce_cv_free(counted(name, "dummy_regressor", table, NULL, "mse"));
    ck_assert_int_eq(warnings, 1);
    cauce_table_free(table);
    table = table_from_data("diabetes.csv", "target=progression");
    cauce_cv_free(counted(name, "dummy_regressor", table, NULL, "mse"));
    ck_assert_int_eq(warnings, 0);
    cauce_table_free(table);
}
END_TEST

START_TEST(folds_that_fail) {
    /* Rome is only in fold 0: the encoder refuses it when it was not trained on it. */
    cauce_table *table = table_of("city,y,fold\nRome,1,0\nOslo,2,0\nOslo,3,1\nBern,2,2\nBern,4,1\nOslo,4,2\n",
                                  "y:target fold:fold");
    static const char text[] = "{\"steps\": [\"one_hot_encoder\", \"ridge\"]}";
    cauce_context *context = cauce_context_new();
    cauce_context_on_warning(context, on_warning, NULL);
    cauce_context_use(context);
    cauce_cv *cv = validated(text, table, NULL, "mse", "predictions=true train_scores=true");
    cauce_context_use(NULL);
    cauce_context_free(context);
    ck_assert_int_eq(warnings, 1);
    ck_assert_ptr_nonnull(cauce_cv_error(cv, 0));
    ck_assert_msg(strstr(cauce_cv_error(cv, 0), "city") && strstr(cauce_cv_error(cv, 0), "one_hot_encoder"),
                  "%s", cauce_cv_error(cv, 0));
    ck_assert_ptr_null(cauce_cv_error(cv, 1));
    ck_assert(isnan(cauce_cv_score(cv, 0, 0)) && isfinite(cauce_cv_score(cv, 0, 1)));
    ck_near(cauce_cv_mean(cv, 0), (cauce_cv_score(cv, 0, 1) + cauce_cv_score(cv, 0, 2)) / 2, 1e-12);
    cauce_table *oof = cauce_cv_predictions(cv);
    ck_assert(isnan(cell(oof, 0, "prediction")) && isfinite(cell(oof, 2, "prediction")));
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_table_free(table);

    table = table_of("city,y\nRome,1\nOslo,2\nBern,3\n", "y:target");
    fails(text, table, "k_fold n_splits=3", NULL, CAUCE_E_DATA, "every fold failed; the first:");
    cauce_table_free(table);
}
END_TEST

START_TEST(refused_before_any_work) {
    cauce_table *table = table_of("a,b,y,k\n1,2,3,x\n2,3,4,y\n3,1,5,x\n4,4,4,y\n", "y:target k:ignore");
    fails("ridge", table, "k_fold n_splits=5", NULL, CAUCE_E_DATA, NULL);
    fails("ridge", table, "k_folds", NULL, CAUCE_E_PARAM, "k_fold");
    fails("ridge", table, "k_fold n_splits=1", NULL, CAUCE_E_PARAM, "n_splits");
    fails("ridge", table, "k_fold n_splits=2", "accuracy", CAUCE_E_PARAM, "classification");
    fails("ridge", table, "k_fold n_splits=2", "r22", CAUCE_E_PARAM, "r2");
    fails("standard_scaler", table, "k_fold n_splits=2", NULL, CAUCE_E_UNSUPPORTED, "no estimator");
    fails("{\"steps\": [\"ridge\", \"ridge\"]}", table, "k_fold n_splits=2", NULL, CAUCE_E_PARAM,
          "last step");
    cauce_recipe *recipe = recipe_of("ridge");
    ck_assert_ptr_null(cauce_cross_validate(recipe, table, "k_fold n_splits=2", NULL, "prediction=true"));
    failed_with(CAUCE_E_PARAM, "predictions");
    cauce_cv *cv = cauce_cross_validate(recipe, table, "k_fold n_splits=2", NULL, NULL);
    ck_assert_ptr_null(cauce_cv_predictions(cv));
    failed_with(CAUCE_E_ARGUMENT, "predictions=true");
    ck_assert_ptr_null(cauce_cv_model(cv, 0));
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

START_TEST(without_memory) {
    cauce_table *table =
        table_of("a,y,fold\n1,p,0\n2,q,0\n3,p,0\n4,p,1\n5,q,1\n6,p,1\n", "y:target fold:fold");
    cauce_recipe *recipe = recipe_of("dummy_classifier");
    cauce_context *context = cauce_context_new();
    cauce_context_set_threads(context, 1);
    cauce_context_use(context);
    FAILING_EACH(pass) {
        cauce_cv *cv =
            cauce_cross_validate(recipe, table, NULL, "accuracy, log_loss", "predictions=true models=true");
        ck_assert_msg(cv || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_table *oof = cv ? cauce_cv_predictions(cv) : NULL;
        ck_assert_msg(!cv || oof || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        if (cv) ck_assert_ptr_null(cauce_cv_error(cv, 0)); /* no memory is no failure of a fold */
        cauce_table_free(oof);
        cauce_cv_free(cv);
        cauce_error_clear();
    }
    cauce_context_use(NULL);
    cauce_context_free(context);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* Rows of weight 0 count as absent, for the folds too: a missing target in one is nobody's business, the
 * folds are those of the table without it, and its out-of-fold prediction is missing. */
START_TEST(rows_of_weight_zero_are_absent) {
    static const char *const with = "a,y,w\n1,2,1\n2,4,1\n9,,0\n3,5,1\n4,9,1\n8,77,0\n5,11,1\n6,12,1\n";
    static const char *const without = "a,y,w\n1,2,1\n2,4,1\n3,5,1\n4,9,1\n5,11,1\n6,12,1\n";
    cauce_table *all = table_of(with, "y:target w:weight"), *counted = table_of(without, "y:target w:weight");
    cauce_recipe *recipe = cauce_new("ridge alpha=0.5");
    cauce_cv *a = cauce_cross_validate(recipe, all, "k_fold n_splits=3", "rmse", "predictions=true");
    cauce_cv *b = cauce_cross_validate(recipe, counted, "k_fold n_splits=3", "rmse", "predictions=true");
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    for (int64_t f = 0; f < 3; f++) ck_assert_double_eq(cauce_cv_score(a, 0, f), cauce_cv_score(b, 0, f));
    ck_assert_int_eq(cauce_cv_rows(a), 6);
    cauce_table *oof = cauce_cv_predictions(a);
    ck_assert_int_eq(cauce_table_rows(oof), 8);
    int64_t j = cauce_table_find(oof, "prediction");
    ck_assert(isnan(cauce_table_number(oof, 2, j)));
    ck_assert(isnan(cauce_table_number(oof, 5, j)));
    ck_assert(!isnan(cauce_table_number(oof, 7, j)));
    cauce_table_free(oof);
    cauce_cv_free(a);
    cauce_cv_free(b);
    cauce_recipe_free(recipe);
    cauce_table_free(all);
    cauce_table_free(counted);
}
END_TEST

/* Case 66: ridge on scikit-learn's diabetes: the folds, and what a fold learns from the first rows of its
 * training part. */
START_TEST(scaled_diabetes) {
    double *cells, learned[5] = { 0 };
    cauce_table *table = reference_diabetes(&cells);
    cauce_cv *cv = validated("ridge", table, "k_fold n_splits=5", "r2", NULL);
    cauce_recipe *ridge = recipe_of("ridge");
    int64_t first = 0;
    for (int f = 0; f < 5; f++) {
        ck_close(cauce_cv_score(cv, 0, f), case_66_ridge[f], 1e-9);
        int64_t rows[442], n = 0, tested = f < 2 ? 89 : 88;
        for (int64_t r = 0; r < 442; r++)
            if (r < first || r >= first + tested) rows[n++] = r;
        cauce_table *test = table_rows(table, first, 1, tested);
        for (int s = 0; s < 5; s++) {
            double score;
            cauce_table *part = cauce_table_rows_of(table, rows, case_66_sizes[s]);
            cauce_model *model = model_fit(ridge, part);
            ck_assert_int_eq(cauce_score(model, test, "r2", &score), CAUCE_OK);
            learned[s] += score / 5;
            cauce_model_free(model);
            cauce_table_free(part);
        }
        cauce_table_free(test);
        first += tested;
    }
    for (int s = 0; s < 5; s++) ck_close(learned[s], case_66_learning[s], 1e-9);
    cauce_recipe_free(ridge);
    cauce_cv_free(cv);
    cauce_table_free(table);
    free(cells);
}
END_TEST

/* Case 67: wine scaled before it is cut into folds. */
START_TEST(scaled_wine) {
    double *cells, loss = 0;
    cauce_table *table = reference_classes(ref_wine_x, 178, 13, 13, ref_wine_y, &cells);
    cauce_cv *cv = validated("logistic_regression tol=1e-10 max_iter=1000", table,
                             "stratified_k_fold n_splits=5", "log_loss", "predictions=true");
    cauce_table *oof = cauce_cv_predictions(cv);
    for (int64_t r = 0; r < 178; r++) {
        char name[16];
        snprintf(name, sizeof name, "proba_c%d", ref_wine_y[r]);
        loss -= log(cell(oof, r, name)) / 178;
    }
    ck_close(loss, case_67_log_loss[0], 1e-8);
    ck_close(loss, .0729865684197, 1e-4); /* published, where lbfgs stops */
    cauce_table_free(oof);
    cauce_cv_free(cv);
    cauce_table_free(table);
    free(cells);
}
END_TEST

/* Case 72: areas under the curves of three classes, two ways of averaging pairs and classes. */
START_TEST(areas_of_three_classes) {
    static const char *const metrics[] = { "roc_auc_ovr", "roc_auc_ovr_weighted", "roc_auc_ovo",
                                           "roc_auc_ovo_weighted" };
    double *cells;
    cauce_table *table = reference_classes(ref_wine_x, 178, 13, 3, ref_wine_y, &cells);
    cauce_model *model = model_of("logistic_regression tol=1e-10 max_iter=1000", table);
    for (int i = 0; i < 4; i++) {
        double area;
        ck_assert_int_eq(cauce_score(model, table, metrics[i], &area), CAUCE_OK);
        ck_close(area, case_72_auc[i], 1e-9);
    }
    cauce_model_free(model);
    cauce_table_free(table);
    free(cells);
}
END_TEST

TEST_MAIN("cross validate", TEST(allocator), TEST(ridge_on_diabetes), TEST(logistic_on_wine),
          TEST(any_number_of_threads), TEST(given_folds), TEST(class_unseen_in_a_fold), TEST(weights),
          TEST(rows_of_weight_zero_are_absent), TEST(folds_that_fail), TEST(metrics_that_are_not_defined),
          TEST(candidates_without_a_metric), TEST(rows_in_an_order), TEST(refused_before_any_work),
          TEST(without_memory), TEST(scaled_diabetes), TEST(scaled_wine), TEST(areas_of_three_classes))
