/* Selectors that ask an estimator: who is kept, how columns that are left out need not be there, refusals. */
#include "reference/compose.h"
#include "reference/linear.h"
#include "support/check_main.h"
#include "support/tables.h"

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

/* The columns that a pipeline "standard_scaler, SELECTOR" keeps are those of the file of these numbers. */
static void keeps(const cauce_table *table, const char *selector, const int *columns, int n) {
    char text[400];
    snprintf(text, sizeof text, "{\"steps\": [\"standard_scaler\", %s]}", selector);
    cauce_model *model = model_of(text, table);
    cauce_table *output = cauce_transform(model, table);
    ck_assert_msg(output != NULL, "%s", cauce_error().message);
    char *names = names_of(output);
    ck_assert_msg(cauce_table_columns(output) == n, "%s: %s", selector, names);
    for (int i = 0; i < n; i++)
        ck_assert_msg(strcmp(cauce_table_name(output, i), cauce_table_name(table, columns[i])) == 0, "%s: %s",
                      selector, names);
    free(names);
    cauce_table_free(output);
    cauce_model_free(model);
}

#define KEEPS(table, selector, list) keeps(table, selector, list, COUNT(list))

START_TEST(univariate_of_the_cancer_data) {
    cauce_table *cancer = table_from_data("breast_cancer.csv", "target=diagnosis");
    KEEPS(cancer, "\"select_k_best k=10\"", best_of_cancer);
    KEEPS(cancer, "{\"use\": \"rfe n_features_to_select=5\", \"estimator\": \"logistic_regression\"}",
          rfe_cancer);
    static const int best[] = { 0, 2, 3, 6, 7, 20, 22, 23, 26, 27 }, five[] = { 10, 20, 21, 23, 27 };
    ck_assert_int_eq(memcmp(best, best_of_cancer, sizeof best_of_cancer), 0); /* published */
    ck_assert_int_eq(memcmp(five, rfe_cancer, sizeof rfe_cancer), 0);
    cauce_table_free(cancer);
}
END_TEST

/* Case 27: the columns of scikit-learn's diabetes are centred and of one length, so that a ridge of 1 is a
 * strong one. */
START_TEST(forward_on_short_columns) {
    cauce_table *diabetes = cauce_table_new(442);
    static double x[10][442];
    char name[4];
    for (int j = 0; j < 10; j++) {
        for (int i = 0; i < 442; i++) x[j][i] = ref_diabetes_x[i * 10 + j];
        snprintf(name, sizeof name, "x%d", j);
        ck_assert_int_eq(cauce_table_add_f64(diabetes, name, x[j], 1), CAUCE_OK);
    }
    ck_assert_int_eq(cauce_table_add_f64(diabetes, "y", ref_diabetes_y, 1), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(diabetes, "y", CAUCE_TARGET), CAUCE_OK);
    cauce_model *model =
        model_of("sequential_feature_selector n_features_to_select=4 cv=5 estimator=ridge", diabetes);
    cauce_table *output = cauce_transform(model, diabetes);
    char *names = names_of(output);
    ck_assert_str_eq(names, "x2, x3, x6, x8");
    static const int four[] = { 2, 3, 6, 8 };
    ck_assert_int_eq(memcmp(four, sfs_forward, sizeof sfs_forward), 0);
    free(names);
    cauce_table_free(output);
    cauce_model_free(model);
    cauce_table_free(diabetes);
}
END_TEST

START_TEST(by_a_model) {
    cauce_table *wine = table_from_data("wine.csv", "target=cultivar");
    cauce_table *diabetes = table_from_data("diabetes.csv", "target=progression");
    KEEPS(wine, "\"select_from_model estimator=logistic_regression\"", from_model_mean);
    KEEPS(wine, "\"select_from_model threshold=median estimator=logistic_regression\"", from_model_median);
    KEEPS(wine, "\"select_from_model threshold=1.25*mean estimator=logistic_regression\"", from_model_scaled);
    KEEPS(wine, "\"select_from_model threshold=2 estimator=logistic_regression\"", from_model_number);
    KEEPS(wine, "\"select_from_model threshold=-inf max_features=3 estimator=logistic_regression\"",
          from_model_most);
    KEEPS(diabetes, "\"select_from_model estimator=lasso\"", from_model_lasso);
    cauce_model *model = model_of(
        "{\"steps\": [\"standard_scaler\", {\"name\": \"s\", \"use\": \"select_from_model\", \"with\": "
        "{\"importance_getter\": \"logistic_regression__coef\"}, \"estimator\": {\"steps\": "
        "[\"standard_scaler\", "
        "\"logistic_regression\"]}}]}",
        wine);
    int64_t n;
    const double *importances = cauce_get_array(model, "s__importances", &n, NULL);
    ck_assert_int_eq(n, COUNT(from_model_importances));
    for (int64_t j = 0; j < n; j++) ck_near(importances[j], from_model_importances[j], 1e-6);
    cauce_model_free(model);
    cauce_table_free(wine);
    cauce_table_free(diabetes);
}
END_TEST

/* Corrected importances of noise are below 0 as often as not: such a column is not kept for their size. */
START_TEST(importances_below_zero) {
    enum { N = 120, P = 6 };
    static const char *const names[P] = { "a", "b", "c", "d", "e", "f" };
    static const char forest[] = "extra_trees_classifier n_estimators=30 corrected_importances=true";
    double x[P][N], y[N];
    uint64_t state = 5;
    cauce_table *table = cauce_table_new(N);
    for (int j = 0; j < P; j++) {
        for (int r = 0; r < N; r++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            x[j][r] = (double)(state >> 40);
        }
        ck_assert_int_eq(cauce_table_add_f64(table, names[j], x[j], 1), CAUCE_OK);
    }
    for (int r = 0; r < N; r++) y[r] = x[2][r] > 8e6;
    ck_assert_int_eq(cauce_table_add_f64(table, "y", y, 1), CAUCE_OK);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    char text[300];
    snprintf(text, sizeof text,
             "{\"steps\": [{\"use\": \"select_from_model threshold=0.0 "
             "importance_getter=corrected_importances\", \"estimator\": \"%s\"}, \"%s\"]}",
             forest, forest);
    cauce_recipe *selecting = recipe_of(text), *plain = recipe_of(forest);
    cauce_model *model = model_fit(selecting, table), *direct = model_fit(plain, table);
    int64_t n, columns, below = 0;
    const double *worth = cauce_get_array(direct, "corrected_importances", &n, &columns);
    const double *seen = cauce_get_array(model, "select_from_model__importances", &n, &columns);
    const double *support = cauce_get_array(model, "support", &n, &columns);
    ck_assert(worth && seen && support && n == P);
    for (int j = 0; j < P; j++) {
        ck_assert_double_eq(seen[j], worth[j]);
        ck_assert_int_eq(support[j] > 0, worth[j] >= 0);
        below += worth[j] < 0;
    }
    ck_assert_int_gt(below, 0);
    ck_assert_double_gt(support[2], 0);
    cauce_model_free(direct);
    cauce_model_free(model);
    cauce_recipe_free(plain);
    cauce_recipe_free(selecting);
    cauce_table_free(table);
}
END_TEST

START_TEST(recursive_elimination) {
    cauce_table *diabetes = table_from_data("diabetes.csv", "target=progression");
    cauce_table *wine = table_from_data("wine.csv", "target=cultivar");
    cauce_model *model = model_of("{\"steps\": [\"standard_scaler\", {\"name\": \"r\", \"use\": \"rfe "
                                  "n_features_to_select=0.3 step=2\", \"estimator\": \"ridge\"}]}",
                                  diabetes);
    int64_t n;
    const double *ranking = cauce_get_array(model, "r__ranking", &n, NULL);
    ck_assert_int_eq(n, 10);
    for (int j = 0; j < 10; j++) ck_assert(ranking[j] == rfe_ranking[j]);
    cauce_model_free(model);
    model =
        model_of("{\"steps\": [\"standard_scaler\", {\"name\": \"r\", \"use\": \"rfe n_features_to_select=4 "
                 "step=0.2\", \"estimator\": \"logistic_regression\"}]}",
                 wine);
    ranking = cauce_get_array(model, "r__ranking", &n, NULL);
    for (int j = 0; j < 13; j++) ck_assert(ranking[j] == rfe_wine[j]);
    cauce_model_free(model);
    cauce_table_free(diabetes);
    cauce_table_free(wine);
}
END_TEST

START_TEST(one_at_a_time) {
    cauce_table *diabetes = table_from_data("diabetes.csv", "target=progression");
    KEEPS(diabetes, "\"sequential_feature_selector n_features_to_select=4 estimator=ridge\"", sfs_scaled);
    KEEPS(diabetes,
          "\"sequential_feature_selector n_features_to_select=3 direction=backward cv=4 scoring=mae "
          "estimator=ridge\"",
          sfs_backward);
    KEEPS(diabetes, "\"sequential_feature_selector tol=0.005 estimator=ridge\"", sfs_tol);
    KEEPS(diabetes,
          "{\"use\": \"sequential_feature_selector n_features_to_select=4\", \"with\": {\"cv\": \"k_fold "
          "n_splits=5\"}, "
          "\"estimator\": \"ridge\"}",
          sfs_scaled);
    cauce_table_free(diabetes);
}
END_TEST

/* One-hot columns are kept one by one, categories whole; what is left out need not be there later. */
START_TEST(kinds_of_columns) {
    char csv[6000] = "a,noise,city,y\n";
    for (int r = 0; r < 120; r++) {
        char line[64];
        const char *city = r % 3 == 0 ? "Rome" : r % 3 == 1 ? "Oslo" : "Bern";
        snprintf(line, sizeof line, "%d,%d,%s,%d\n", r % 11, (r * 7) % 13, city,
                 10 * (r % 11) + 50 * (r % 3 == 0));
        strcat(csv, line);
    }
    cauce_table *table = table_of(csv, "y:target");
    cauce_model *model = model_of("{\"steps\": [{\"with\": {\"verbose_feature_names_out\": false}, "
                                  "\"branches\": [{\"on\": \"@number\", \"use\": "
                                  "\"standard_scaler\"}, {\"on\": \"city\", \"use\": \"one_hot_encoder\"}]}, "
                                  "\"rfe n_features_to_select=2 "
                                  "estimator=ridge\"]}",
                                  table);
    cauce_table *output = cauce_transform(model, table);
    char *names = names_of(output);
    ck_assert_str_eq(names, "a, city_Rome");
    for (int r = 0; r < 120; r++) ck_assert(cell(output, r, "city_Rome") == (r % 3 == 0));
    free(names);
    cauce_table_free(output);
    cauce_model_free(model);

    model = model_of("{\"steps\": [\"select_from_model threshold=0.1 estimator=random_forest_regressor\", "
                     "\"random_forest_regressor\"]}",
                     table);
    cauce_table *fewer = table_of("city,a\nRome,3\nOslo,4\n", NULL);
    output = cauce_predict(model, fewer);
    ck_assert_msg(output != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_model_input_used(model, 1), 0);
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
    cauce_table *again = cauce_predict(loaded, fewer);
    ck_assert(tables_same(output, again));
    cauce_model_free(loaded);
    cauce_model_free(model);
    bytes_done(&bytes);
    cauce_table_free(fewer);
    cauce_table_free(again);
    cauce_table_free(output);
    cauce_table_free(table);
}
END_TEST

static void refused(const cauce_table *table, const char *text, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    cauce_model *model = cauce_fit(recipe, table);
    ck_assert_msg(model == NULL, "%s", text);
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(refusals) {
    cauce_table *wine = table_from_data("wine.csv", "target=cultivar");
    refused(wine, "select_from_model", CAUCE_E_PARAM,
            "select_from_model needs its \"estimator\": an estimator");
    refused(wine, "rfe estimator=standard_scaler", CAUCE_E_PARAM,
            "estimator of rfe is standard_scaler, a transformer; it takes an estimator");
    refused(wine, "select_from_model estimator=k_neighbors_classifier", CAUCE_E_PARAM,
            "no feature_importances and no coef");
    refused(wine,
            "{\"use\": \"rfe\", \"estimator\": {\"steps\": [\"standard_scaler\", \"logistic_regression\"]}}",
            CAUCE_E_PARAM, "importance_getter=STEP__coef");
    refused(wine, "select_from_model importance_getter=x__coef estimator=logistic_regression", CAUCE_E_PARAM,
            "no step 'x'");
    refused(wine, "select_from_model importance_getter=weights estimator=logistic_regression", CAUCE_E_PARAM,
            "no array 'weights'");
    refused(wine, "select_from_model threshold=large estimator=logistic_regression", CAUCE_E_PARAM,
            "1.25*mean");
    refused(wine, "select_from_model threshold=nan estimator=logistic_regression", CAUCE_E_PARAM,
            "threshold=nan");
    refused(wine, "select_from_model threshold=1e9 estimator=logistic_regression", CAUCE_E_DATA,
            "no column is kept");
    refused(wine, "rfe estimator=ridge", CAUCE_E_KIND, "needs a target of numbers");
    refused(wine, "sequential_feature_selector estimator=logistic_regression scoring=r2", CAUCE_E_PARAM,
            "metric 'r2' is for regression");
    refused(wine, "sequential_feature_selector estimator=ridge_classifier scoring=log_loss", CAUCE_E_PARAM,
            "needs probabilities");
    refused(wine, "sequential_feature_selector estimator=gaussian_nb cv=1000", CAUCE_E_DATA, NULL);
    refused(wine, "sequential_feature_selector estimator=gaussian_nb cv=k_flod", CAUCE_E_PARAM, "k_fold");
    cauce_table_free(wine);
}
END_TEST

TEST_MAIN("selectors", TEST(univariate_of_the_cancer_data), TEST(forward_on_short_columns), TEST(by_a_model),
          TEST(importances_below_zero), TEST(recursive_elimination), TEST(one_at_a_time),
          TEST(kinds_of_columns), TEST(refusals))
