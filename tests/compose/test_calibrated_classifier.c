/* Calibrated probabilities: against scikit-learn, with categories that a fold does not have, and what is
 * refused. */
#include "reference/calibration.h"
#include "support/check_main.h"
#include "support/tables.h"

static cauce_table *wine, *cancer;

START_TEST(start) {
    wine = table_from_data("wine.csv", "target=cultivar");
    cancer = table_from_data("breast_cancer.csv", "target=diagnosis");
}
END_TEST

START_TEST(reference) {
    static const struct {
        const char *params, *estimator;
        bool three;
        const double *expected;
        size_t size;
        double tolerance;
    } cases[] = {
        { "", "gaussian_nb", false, bayes_cancer, sizeof bayes_cancer, 1e-8 },
        { "method=isotonic cv=3", "gaussian_nb", false, bayes_cancer_isotonic, sizeof bayes_cancer_isotonic,
          1e-8 },
        { "cv=4", "gaussian_nb", true, bayes_wine, sizeof bayes_wine, 1e-8 },
        { "ensemble=false", "logistic_regression tol=1e-9", false, logistic_cancer, sizeof logistic_cancer,
          1e-5 },
        { "ensemble=false method=isotonic", "logistic_regression tol=1e-9", true, logistic_wine,
          sizeof logistic_wine, 1e-5 },
        { "", "ridge_classifier", true, ridge_wine, sizeof ridge_wine, 1e-8 },
        { "ensemble=false method=isotonic cv=4", "ridge_classifier", false, ridge_cancer, sizeof ridge_cancer,
          1e-8 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{\"steps\": [\"standard_scaler\", {\"use\": \"calibrated_classifier %s\", \"estimator\": "
                 "\"%s\"}]}",
                 cases[i].params, cases[i].estimator);
        cauce_model *model = model_of(text, cases[i].three ? wine : cancer);
        cauce_table *output = cauce_predict_proba(model, cases[i].three ? wine : cancer);
        size_t at = 0;
        for (int64_t r = 0; r < cauce_table_rows(output); r += cases[i].three ? 9 : 25)
            for (int64_t k = 0; k < cauce_table_columns(output); k++, at++)
                ck_assert_msg(fabs(cauce_table_number(output, r, k) - cases[i].expected[at]) <=
                                  cases[i].tolerance,
                              "%s, row %lld: %g, not %g", text, (long long)r,
                              cauce_table_number(output, r, k), cases[i].expected[at]);
        ck_assert_uint_eq(at, cases[i].size / sizeof(double));
        cauce_table_free(output);
        cauce_model_free(model);
    }
}
END_TEST

/* The parts by hand: a classifier of each fold's rows, Platt's function of its numbers, their mean. */
START_TEST(parts) {
    char csv[6000] = "a,city,y,fold\n";
    for (int r = 0; r < 120; r++) {
        char line[64];
        snprintf(line, sizeof line, "%d,%s,%s,%d\n", r * 7 % 31,
                 r == 1  ? "Atlantis"
                 : r % 3 ? "Rome"
                         : "Oslo",
                 r * 7 % 31 + (r % 5) * 4 > 25 ? "up" : "down", r % 2);
        strcat(csv, line);
    }
    cauce_table *table = table_of(csv, "y:target fold:fold");
    static const char inner[] = "{\"steps\": [{\"branches\": [{\"on\": \"a\", \"use\": \"passthrough\"}, "
                                "{\"on\": \"city\", \"use\": \"one_hot_encoder handle_unknown=ignore\"}]}, "
                                "\"logistic_regression\"]}";
    char text[600];
    snprintf(text, sizeof text,
             "{\"use\": \"calibrated_classifier\", \"with\": {\"cv\": \"k_fold n_splits=2\"}, \"estimator\": "
             "%s}",
             inner);
    cauce_model *model = model_of(text, table);
    cauce_table *output = cauce_predict_proba(model, table);
    double sum[120] = { 0 };
    for (int f = 0; f < 2; f++) {
        cauce_table *train = table_rows(table, f == 0 ? 60 : 0, 1, 60);
        cauce_model *part = model_of(inner, train);
        cauce_table *said = cauce_predict_proba(part, table);
        const double *slope = cauce_get_array(model, "slope", NULL, NULL),
                     *constant = cauce_get_array(model, "constant", NULL, NULL);
        for (int r = 0; r < 120; r++) {
            double p = cell(said, r, "proba_up");
            sum[r] += 0.5 / (1 + exp(slope[f] * log(p / (1 - p)) + constant[f]));
        }
        cauce_table_free(said);
        cauce_model_free(part);
        cauce_table_free(train);
    }
    for (int r = 0; r < 120; r++) ck_near(cell(output, r, "proba_up"), sum[r], 1e-11);
    /* The classifier without Atlantis knows two cities, that of the other fold three. */
    int64_t rows = 0, columns = 0;
    ck_assert_ptr_nonnull(cauce_get_array(model, "seen", &rows, &columns));
    ck_assert(rows == 2 && columns == 3);
    ck_assert_ptr_nonnull(cauce_get_array(model, "estimator-1__logistic_regression__coef", &rows, &columns));
    ck_assert_int_eq(columns, 3);
    ck_assert_ptr_nonnull(cauce_get_array(model, "estimator-2__logistic_regression__coef", &rows, &columns));
    ck_assert_int_eq(columns, 4);
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
    cauce_table *again = cauce_predict_proba(loaded, table);
    ck_assert(tables_same(output, again));
    cauce_table_free(again);
    cauce_table_free(output);
    cauce_model_free(loaded);
    cauce_model_free(model);
    bytes_done(&bytes);
    cauce_table_free(table);
}
END_TEST

/* Far-off decision values of a narrow margin: the probabilities are good where those of the margin are not.
 */
START_TEST(better_than_before) {
    cauce_model *plain = model_of("{\"steps\": [\"standard_scaler\", \"gaussian_nb\"]}", cancer);
    cauce_model *model =
        model_of("{\"steps\": [\"standard_scaler\", {\"use\": \"calibrated_classifier\", \"estimator\": "
                 "\"gaussian_nb\"}]}",
                 cancer);
    double before = 0, after = 0;
    ck_assert_int_eq(cauce_score(plain, cancer, "log_loss", &before), CAUCE_OK);
    ck_assert_int_eq(cauce_score(model, cancer, "log_loss", &after), CAUCE_OK);
    ck_assert_msg(after < 0.45 * before, "%g, %g", before, after);
    cauce_model_free(plain);
    cauce_model_free(model);
}
END_TEST

static void refused(const cauce_table *table, const char *text, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_msg(cauce_fit(recipe, table) == NULL, "%s", text);
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(refusals) {
    refused(wine, "calibrated_classifier estimator=ridge", CAUCE_E_PARAM, "takes a classifier");
    refused(wine, "calibrated_classifier ensemble=false cv=\"shuffle_split n_splits=3\"", CAUCE_E_PARAM,
            "cv of calibrated_classifier");
    cauce_table *few = table_of("a,y\n1,x\n2,x\n3,x\n4,rare\n5,x\n6,x\n7,x\n", "y:target");
    refused(few, "calibrated_classifier cv=3 estimator=gaussian_nb", CAUCE_E_DATA,
            "class 'rare' is not in the training rows of fold");
    refused(few, "calibrated_classifier cv=\"stratified_shuffle_split n_splits=2\" estimator=gaussian_nb",
            CAUCE_E_DATA, "class 'rare' has 1 row");
    cauce_table_free(few);
    few = table_of("a,y\n1,x\n2,x\n3,x\n4,x\n", "y:target");
    refused(few, "calibrated_classifier cv=2 estimator=gaussian_nb", CAUCE_E_DATA, "a single class");
    cauce_table_free(few);
}
END_TEST

START_TEST(end) {
    cauce_table_free(wine);
    cauce_table_free(cancer);
}
END_TEST

TEST_MAIN("calibrated_classifier", TEST(start), TEST(reference), TEST(parts), TEST(better_than_before),
          TEST(refusals), TEST(end))
