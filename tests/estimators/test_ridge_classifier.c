#include "estimators/linear_support.h"
#include "linear/classes.h"
#include "reference/linear.h"
#include "reference/linear_classes.h"
#include "support/tables.h"

extern const cauce_component cauce_ridge_classifier;

/* The layout of the component's parameters, as its rows tell it. */
struct params {
    double alpha;
    bool fit_intercept;
    cauce_value class_weight;
    int solver;
};

static const struct params defaults = { 1, true, { .type = CAUCE_V_NULL }, 0 };

static void check_golden(const double *rows, int64_t n, int64_t p, const int32_t *y, int32_t n_classes,
                         const double *expected, const double *weight, struct params params) {
    double *x = columns_of(rows, n, p);
    standardise(x, n, p);
    struct problem t;
    problem_begin(&t, n);
    add_dense(&t, x, p, n);
    const char *const names[] = { "0", "1", "2" };
    t.train.y_class = y;
    t.train.n_classes = n_classes;
    t.train.classes = cauce_levels_keep(&t.run, names, n_classes);
    t.train.weight = weight;
    ca_linear_classes s = { 0 };
    ck_assert_uint_eq(sizeof params, cauce_ridge_classifier.params_size);
    ck_assert_msg(cauce_ridge_classifier.fit(&t.run, &params, &t.train, &s) == CAUCE_OK, "%s",
                  t.run.error.message);
    ck_assert_int_eq(s.n_rows, n_classes > 2 ? n_classes : 1);
    for (int64_t k = 0; k < s.n_rows; k++) {
        for (int64_t j = 0; j < p; j++) ck_close(s.coef[k * p + j], expected[k * (p + 1) + j], 1e-9);
        ck_near(s.intercept[k], expected[k * (p + 1) + p], 1e-11);
    }
    free(x);
    problem_end(&t);
}

START_TEST(golden) {
    double weight[569];
    for (int i = 0; i < 569; i++) weight[i] = (7 * i) % 3 + 1;
    const double published[] = { -.0893923566, -.030116796, -.1370094921 };
    for (int j = 0; j < 3; j++) ck_close(ref_ridge_two[j], published[j], 1e-8);
    ck_close(ref_ridge_two[30], .2548330404, 1e-8);
    const cauce_value more[] = { { .type = CAUCE_V_TEXT, .text = "1:2.5" } };
    for (int solver = 0; solver < 3; solver++) {
        struct params p = defaults;
        p.solver = solver;
        check_golden(ref_cancer_x, 569, 30, ref_cancer_y, 2, ref_ridge_two, NULL, p);
        check_golden(ref_wine_x, 178, 13, ref_wine_y, 3, ref_ridge_three, NULL, p);
        p.alpha = 3;
        check_golden(ref_cancer_x, 569, 30, ref_cancer_y, 2, ref_ridge_two_weighted, weight, p);
        p.class_weight = (cauce_value){ .type = CAUCE_V_TEXT, .text = "balanced" };
        check_golden(ref_cancer_x, 569, 30, ref_cancer_y, 2, ref_ridge_two_balanced, NULL, p);
        p.alpha = 0.1;
        p.fit_intercept = false;
        p.class_weight = (cauce_value){ .type = CAUCE_V_LIST, .items = more, .n_items = 1 };
        check_golden(ref_wine_x, 178, 13, ref_wine_y, 3, ref_ridge_three_plain, NULL, p);
    }
}
END_TEST

/* Breast cancer as a table; the target's classes are "benign" (of 1) and "malignant" (of 0). */
static cauce_table *cancer(double **columns) {
    cauce_table *table = cauce_table_new(569);
    double *x = *columns = columns_of(ref_cancer_x, 569, 30);
    const char *y[569];
    char name[8];
    for (int j = 0; j < 30; j++) {
        snprintf(name, sizeof name, "x%d", j);
        ck_assert_int_eq(cauce_table_add_f64(table, name, x + j * 569, 1), CAUCE_OK);
    }
    for (int i = 0; i < 569; i++) y[i] = ref_cancer_y[i] ? "benign" : "malignant";
    ck_assert_int_eq(cauce_table_add_text(table, "y", y), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    return table;
}

START_TEST(class_weights_that_are_none) {
    static const struct {
        const char *list, *text;
    } cases[] = {
        { "[\"malign:2\"]", "no class 'malign' (there are: benign, malignant)" },
        { "[malignant]", "'malignant' is not label:weight with a finite weight of 0 or more" },
        { "[\"malignant:-2\"]", "'malignant:-2' is not label:weight with a finite weight of 0 or more" },
        { "[\"malignant:inf\"]", "'malignant:inf' is not label:weight" },
        { "[\"malignant:2\", \"benign:1\", \"malignant:2\"]", "class_weight has class 'malignant' twice" }
    };
    double *x;
    cauce_table *table = cancer(&x);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[100];
        snprintf(text, sizeof text, "ridge_classifier class_weight=%s", cases[i].list);
        cauce_recipe *recipe = cauce_new(text);
        ck_assert_ptr_nonnull(recipe);
        ck_assert_ptr_null(cauce_fit(recipe, table));
        failed_with(CAUCE_E_PARAM, cases[i].text);
        cauce_recipe_free(recipe);
    }
    cauce_table_free(table);
    free(x);
}
END_TEST

/* Of two classes the decision value is that of the positive one: the last, unless another is named. */
START_TEST(decision_values_of_two_classes) {
    double *x;
    cauce_table *table = cancer(&x);
    cauce_model *model = model_of("{\"steps\": [\"standard_scaler\", \"ridge_classifier\"]}", table);
    cauce_table *value = cauce_decision(model, table), *predicted = cauce_predict(model, table);
    ck_assert_int_eq(cauce_table_columns(value), 1);
    ck_assert_str_eq(cauce_table_name(value, 0), "decision_malignant");
    for (int64_t r = 0; r < 569; r++)
        ck_assert_str_eq(cauce_table_text(predicted, r, 0),
                         cauce_table_number(value, r, 0) > 0 ? "malignant" : "benign");
    static const char *const metric[] = { "accuracy", "roc_auc", "average_precision" };
    static const int expected[] = { 0, 2, -1 }; /* the other class is positive in the reference */
    for (int m = 0; m < 3; m++) {
        double score;
        ck_assert_int_eq(cauce_score(model, table, metric[m], &score), CAUCE_OK);
        if (expected[m] >= 0) ck_near(score, ref_ridge_two_metrics[expected[m]], 1e-12);
    }
    static const char *const refused[] = { "log_loss", "brier", "roc_auc_ovr" };
    for (int m = 0; m < 3; m++) {
        double score;
        ck_assert_int_eq(cauce_score(model, table, refused[m], &score), CAUCE_E_UNSUPPORTED);
        failed_with(CAUCE_E_UNSUPPORTED, "needs probabilities, and ridge_classifier gives decision values");
    }
    ck_assert_ptr_null(cauce_predict_proba(model, table));
    failed_with(CAUCE_E_UNSUPPORTED, "ridge_classifier gives no probabilities: it gives decision values");
    cauce_scorer *scorer = cauce_scorer_new(model);
    for (int64_t i = 0; i < 30; i++) cauce_scorer_set_number(scorer, i, cauce_table_number(table, 7, i));
    const double *both = cauce_scorer_run(scorer);
    double one = cauce_table_number(value, 7, 0);
    ck_assert(both[1] == one && both[0] == -one && cauce_scorer_class(scorer) == (one > 0));
    cauce_scorer_free(scorer);
    cauce_table_free(value);
    cauce_table_free(predicted);
    cauce_model_free(model);
    model = model_of("logistic_regression", table);
    ck_assert_ptr_null(cauce_decision(model, table));
    failed_with(CAUCE_E_UNSUPPORTED, "logistic_regression gives no decision values: it gives probabilities");
    cauce_model_free(model);
    cauce_table_free(table);
    free(x);
}
END_TEST

/* A class that a fold has not seen has the lowest value of all there; metrics that need probabilities are
 * refused before a fold is fitted. */
START_TEST(folds) {
    cauce_table *table =
        table_of("x,y,fold\n1,a,0\n2,b,-1\n3,c,0\n4,d,-1\n5,e,-1\n6,d,0\n7,e,-1\n", "y:target fold:fold");
    cauce_recipe *recipe = recipe_of("ridge_classifier");
    ck_assert_str_eq(cauce_recipe_output(recipe), "decision values");
    cauce_cv *cv = cauce_cross_validate(recipe, table, NULL, "accuracy, top_3_accuracy", "predictions=true");
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    cauce_table *out = cauce_cv_predictions(cv);
    ck_assert(cell(out, 0, "decision_a") < -1e300 && cell(out, 0, "decision_c") < -1e300);
    ck_assert(fabs(cell(out, 0, "decision_b")) < 10 && fabs(cell(out, 5, "decision_d")) < 10);
    ck_assert(isnan(cell(out, 1, "decision_b")));
    cauce_table_free(out);
    cauce_cv_free(cv);
    ck_assert_ptr_null(cauce_cross_validate(recipe, table, NULL, "accuracy, log_loss", NULL));
    failed_with(CAUCE_E_UNSUPPORTED, "metric 'log_loss' needs probabilities");
    ck_assert_ptr_null(cauce_grid_search_with(recipe, table, "alpha=[1, 2]", NULL, "brier", NULL));
    failed_with(CAUCE_E_UNSUPPORTED, "metric 'brier' needs probabilities");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    table = table_of("x,y\n1,a\n2,a\n3,a\n", "y:target");
    recipe = recipe_of("ridge_classifier");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_DATA, "a single class, 'a'");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("ridge_classifier", TEST(golden), TEST(class_weights_that_are_none),
          TEST(decision_values_of_two_classes), TEST(folds))
