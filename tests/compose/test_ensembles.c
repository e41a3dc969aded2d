/* Votes and stacks: against scikit-learn, without leaks, and what they refuse. */
#include "reference/compose.h"
#include "support/check_main.h"
#include "support/tables.h"

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

static cauce_table *wine, *cancer, *diabetes;

START_TEST(start) {
    wine = table_from_data("wine.csv", "target=cultivar");
    cancer = table_from_data("breast_cancer.csv", "target=diagnosis");
    diabetes = table_from_data("diabetes.csv", "target=progression");
}
END_TEST

/* Every step-th row of the output, columns from `first` on, beside the expected numbers. */
static void gives(const char *recipe, const cauce_table *table, int64_t step, int64_t first,
                  const double *expected, int n, double tolerance) {
    char text[600];
    snprintf(text, sizeof text, "{\"steps\": [\"standard_scaler\", %s]}", recipe);
    cauce_model *model = model_of(text, table);
    cauce_table *output = output_of(model, table);
    int at = 0;
    for (int64_t r = 0; r < cauce_table_rows(output); r += step)
        for (int64_t k = first; k < cauce_table_columns(output); k++)
            ck_near(cauce_table_number(output, r, k), expected[at++], tolerance);
    ck_assert_int_eq(at, n);
    cauce_table_free(output);
    cauce_model_free(model);
}

START_TEST(votes) {
    gives("{\"use\": \"voting_classifier voting=soft weights=[1, 2, 3]\", \"estimators\": "
          "[\"logistic_regression\", "
          "\"gaussian_nb\", \"k_neighbors_classifier\"]}",
          wine, 9, 0, vote_soft, COUNT(vote_soft), 1e-6);
    gives(
        "{\"use\": \"voting_regressor weights=[1, 3]\", \"estimators\": [\"ridge\", \"linear_regression\"]}",
        diabetes, 20, 0, vote_mean, COUNT(vote_mean), 1e-7);
    /* A place that is dropped is not there, nor is its weight. */
    gives("{\"use\": \"voting_regressor weights=[1, 9, 3]\", \"estimators\": [\"ridge\", \"drop\", "
          "\"linear_regression\"]}",
          diabetes, 20, 0, vote_mean, COUNT(vote_mean), 1e-7);
    cauce_model *model = model_of(
        "{\"steps\": [{\"branches\": [{\"on\": \"alcohol, malic_acid, ash\", \"use\": "
        "\"standard_scaler\"}]}, {\"use\": "
        "\"voting_classifier weights=[2, 1, 1]\", \"estimators\": [\"logistic_regression\", \"gaussian_nb\", "
        "\"k_neighbors_classifier\"]}]}",
        wine);
    cauce_table *classes = cauce_predict(model, wine), *shares = cauce_predict_proba(model, wine);
    for (int r = 0; r < COUNT(vote_hard); r++) {
        const char *label = cauce_table_text(classes, r, 0);
        ck_assert_int_eq(label[strlen(label) - 1] - '0', vote_hard[r]);
        for (int k = 0; k < 3; k++) {
            double share = 4 * cauce_table_number(shares, r, k);
            ck_assert(share == floor(share));
        }
    }
    cauce_table_free(classes);
    cauce_table_free(shares);
    cauce_model_free(model);
}
END_TEST

START_TEST(stacks) {
    gives("{\"use\": \"stacking_classifier\", \"estimators\": [\"logistic_regression\", \"gaussian_nb\"]}",
          wine, 9, 0, stack_wine, COUNT(stack_wine), 1e-5);
    gives(
        "{\"use\": \"stacking_classifier passthrough=true cv=3\", \"estimators\": [\"logistic_regression\", "
        "\"gaussian_nb\"]}",
        cancer, 25, 1, stack_cancer, COUNT(stack_cancer), 1e-5);
    gives("{\"use\": \"stacking_regressor\", \"with\": {\"cv\": \"k_fold n_splits=4\"}, \"estimators\": "
          "[\"ridge\", "
          "\"linear_regression\"], \"final_estimator\": \"ridge alpha=2\"}",
          diabetes, 20, 0, stack_diabetes, COUNT(stack_diabetes), 1e-6);
}
END_TEST

/* What the final estimator learns from. */
START_TEST(stack_methods) {
    static const char both[] = "\"logistic_regression tol=1e-8\", \"ridge_classifier\"",
                      bayes[] = "\"logistic_regression tol=1e-8\", \"gaussian_nb\"";
    static const struct {
        const char *method, *estimators;
        bool three;
        const double *expected;
        int n;
    } cases[] = {
        { "decision_function", both, true, stack_wine_decision, COUNT(stack_wine_decision) },
        { "predict", bayes, true, stack_wine_classes, COUNT(stack_wine_classes) },
        { "decision_function", both, false, stack_cancer_decision, COUNT(stack_cancer_decision) },
        { "predict", bayes, false, stack_cancer_classes, COUNT(stack_cancer_classes) },
        { "auto", both, false, stack_cancer_auto, COUNT(stack_cancer_auto) },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{\"use\": \"stacking_classifier cv=4 stack_method=%s\", \"estimators\": [%s]}",
                 cases[i].method, cases[i].estimators);
        gives(text, cases[i].three ? wine : cancer, cases[i].three ? 9 : 25, 0, cases[i].expected, cases[i].n,
              2e-5);
    }
}
END_TEST

/* A member that remembers its training rows predicts them perfectly. On targets without any sense, a final
 * estimator that saw such predictions would trust it; one that sees those for other rows does not. */
START_TEST(no_leak) {
    char csv[8000] = "x,c,y\n";
    for (int r = 0; r < 300; r++) {
        char line[64];
        snprintf(line, sizeof line, "%d,c%d,%d\n", r, r % 60, (int)((r * 7919LL + r * r * 104729LL) % 1009));
        strcat(csv, line);
    }
    cauce_table *table = table_of(csv, "y:target");
    cauce_model *model =
        model_of("{\"use\": \"stacking_regressor\", \"estimators\": [{\"name\": \"memory\", \"steps\": "
                 "[{\"branches\": [{\"on\": \"x\", \"use\": \"passthrough\"}]}, \"k_neighbors_regressor "
                 "n_neighbors=1\"]}, {\"name\": \"t\", \"use\": \"decision_tree_regressor max_depth=2\"}], "
                 "\"final_estimator\": \"linear_regression\"}",
                 table);
    const double *coef = cauce_get_array(model, "final_estimator__coef", NULL, NULL);
    ck_assert_msg(fabs(coef[0]) < 0.3, "%g", coef[0]);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Classes and categories that a fold does not have are not there for its members. */
START_TEST(rare_classes_and_levels) {
    char csv[4000] = "a,city,y\n";
    for (int r = 0; r < 60; r++) {
        char line[64];
        snprintf(line, sizeof line, "%d,%s,%s\n", r % 7,
                 r == 0  ? "Atlantis"
                 : r % 2 ? "Rome"
                         : "Oslo",
                 r < 2       ? "rare"
                 : r % 7 < 3 ? "low"
                             : "top");
        strcat(csv, line);
    }
    cauce_table *table = table_of(csv, "y:target");
    static const char *const recipes[] = {
        "{\"use\": \"stacking_classifier cv=3\", \"estimators\": [{\"name\": \"a\", \"steps\": "
        "[{\"branches\": [{\"on\": "
        "\"city\", \"use\": \"one_hot_encoder handle_unknown=ignore\"}, {\"on\": \"a\", \"use\": "
        "\"passthrough\"}]}, "
        "\"logistic_regression\"]}, \"random_forest_classifier n_estimators=5\"]}",
        "{\"steps\": [{\"use\": \"sequential_feature_selector cv=3 n_features_to_select=1\", \"estimator\": "
        "\"random_forest_classifier n_estimators=5\"}, \"random_forest_classifier n_estimators=5\"]}"
    };
    for (int i = 0; i < 2; i++) {
        cauce_model *model = model_of(recipes[i], table);
        bytes_of bytes = saved(model);
        cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
        ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
        cauce_table *x = output_of(model, table), *y = output_of(loaded, table);
        ck_assert(tables_same(x, y));
        ck_assert_int_eq(cauce_table_columns(x), 3);
        cauce_table_free(x);
        cauce_table_free(y);
        cauce_model_free(loaded);
        cauce_model_free(model);
        bytes_done(&bytes);
    }
    cauce_recipe *recipe =
        recipe_of("{\"use\": \"stacking_classifier\", \"estimators\": [{\"steps\": [{\"branches\": "
                  "[{\"on\": \"city\", \"use\": \"one_hot_encoder handle_unknown=error\"}]}, "
                  "\"logistic_regression\"]}]}");
    cauce_model *model = cauce_fit(recipe, table); /* Atlantis is not in the other folds */
    ck_assert_ptr_null(model);
    failed_with(CAUCE_E_DATA, "column 'city'");
    cauce_recipe_free(recipe);
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
    refused(wine, "voting_classifier estimators=[gaussian_nb, ridge]", CAUCE_E_PARAM,
            "'ridge' is a regressor; the estimators of voting_classifier are classifiers");
    refused(wine, "voting_classifier estimators=[drop]", CAUCE_E_PARAM,
            "all estimators of voting_classifier are dropped");
    refused(wine, "voting_classifier", CAUCE_E_PARAM, "needs its \"estimators\": classifiers");
    refused(wine, "voting_classifier weights=[1, 2] estimators=[gaussian_nb]", CAUCE_E_PARAM,
            "2 numbers for 1");
    refused(wine, "voting_classifier weights=[x] estimators=[gaussian_nb]", CAUCE_E_PARAM, "item 1");
    refused(wine, "voting_classifier weights=[0] estimators=[gaussian_nb]", CAUCE_E_PARAM,
            "all of them are 0");
    refused(wine, "voting_classifier voting=soft estimators=[gaussian_nb, ridge_classifier]", CAUCE_E_PARAM,
            "'ridge_classifier' gives decision values");
    refused(wine, "stacking_classifier stack_method=predict_proba estimators=[gaussian_nb, linear_svc]",
            CAUCE_E_PARAM, "stack_method: 'linear_svc' gives decision values, no probabilities");
    refused(wine, "stacking_classifier stack_method=decision_function estimators=[linear_svc, gaussian_nb]",
            CAUCE_E_PARAM, "stack_method: 'gaussian_nb' gives probabilities, no decision values");
    refused(diabetes, "stacking_regressor estimators=[ridge] cv=\"time_series_split n_splits=3\"",
            CAUCE_E_PARAM, "row 1 is never tested");
    refused(diabetes, "stacking_regressor estimators=[ridge] cv=\"shuffle_split n_splits=30\"", CAUCE_E_PARAM,
            "tested twice");
    refused(diabetes, "stacking_regressor estimators=[ridge] final_estimator=gaussian_nb", CAUCE_E_PARAM,
            "final_estimator of stacking_regressor is gaussian_nb, a classifier; it takes a regressor");
    ck_assert_ptr_null(cauce_recipe_from_json("{\"use\": \"stacking_regressor\", \"estimators\": [{\"name\": "
                                              "\"final_estimator\", \"use\": \"ridge\"}]}"));
    failed_with(CAUCE_E_PARAM, "is no name for one of its list");
    ck_assert_ptr_null(
        cauce_recipe_from_json("{\"use\": \"stacking_regressor\", \"final_estimator\": {\"name\": \"x\", "
                               "\"use\": \"ridge\"}}"));
    failed_with(CAUCE_E_PARAM, "is called by its key");
}
END_TEST

/* The three forms, the default that may be left out, and a part that is given later. */
START_TEST(forms) {
    cauce_recipe *a = recipe_of("{\"use\": \"stacking_regressor\", \"estimators\": [\"ridge\", \"lasso\"]}");
    cauce_recipe *b = cauce_with(cauce_new("stacking_regressor"), cauce_new("ridge"), cauce_new("lasso"));
    char *x = cauce_recipe_to_json(a), *y = cauce_recipe_to_json(b);
    ck_assert_str_eq(x, y);
    ck_assert_ptr_nonnull(strstr(x, "\"final_estimator\": {\"use\": \"ridge_cv\""));
    cauce_text_free(x);
    cauce_text_free(y);
    b = cauce_with(b, cauce_named("final_estimator", cauce_new("ridge alpha=3")));
    ck_assert_int_eq(cauce_set(a, "final_estimator=\"ridge alpha=3\""), CAUCE_OK);
    x = cauce_recipe_to_json(a), y = cauce_recipe_to_json(b);
    ck_assert_str_eq(x, y);
    ck_assert_str_eq(cauce_get(b, "final_estimator__alpha"), "3.0");
    ck_assert_str_eq(cauce_recipe_role(b), "regressor");
    cauce_text_free(x);
    cauce_text_free(y);
    cauce_recipe_free(a);
    cauce_recipe_free(b);
    ck_assert_ptr_null(cauce_with(cauce_new("rfe"), cauce_new("ridge"), cauce_new("lasso")));
    failed_with(CAUCE_E_PARAM, "rfe takes 1 component, not 2");
}
END_TEST

START_TEST(end) {
    cauce_table_free(wine);
    cauce_table_free(cancer);
    cauce_table_free(diabetes);
}
END_TEST

TEST_MAIN("ensembles", TEST(start), TEST(votes), TEST(stacks), TEST(stack_methods), TEST(no_leak),
          TEST(rare_classes_and_levels), TEST(refusals), TEST(forms), TEST(end))
