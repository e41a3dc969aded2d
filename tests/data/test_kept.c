/* One-hot columns that are selected stay codes all the way; what comes of them is what comes of the same
 * columns written out (max_abs_scaler does that, and changes none of their numbers). */
#include "support/check_main.h"
#include "support/noise.h"
#include "support/tables.h"

static const char *const selectors[] = {
    "\"select_k_best k=12\"",
    "\"select_k_best k=9 score_func=chi2\"",
    "\"select_k_best k=14 score_func=mutual_info_classif\"",
    "\"select_percentile percentile=40\"",
    "\"select_fpr alpha=0.4\"",
    "\"select_fdr alpha=0.5\"",
    "\"variance_threshold threshold=0.02\"",
    "\"select_from_model estimator=logistic_regression\"",
    "{\"use\": \"rfe n_features_to_select=10 step=4\", \"estimator\": \"ridge_classifier\"}",
};
static const char *const estimators[] = {
    "logistic_regression max_iter=1000 tol=1e-10", "ridge_classifier",
    "decision_tree_classifier max_depth=4",        "hist_gradient_boosting_classifier max_iter=5",
    "k_neighbors_classifier n_neighbors=4",        "gaussian_nb",
};

/* `first`: the levels begin at this one, so that another table has others. */
static cauce_table *made(int n, uint32_t first) {
    char *text = malloc((size_t)n * 40 + 40), *at = text;
    at += sprintf(at, "city,kind,y\n");
    for (int r = 0; r < n; r++) {
        const uint32_t city = first + noise(40), kind = noise(5);
        const uint32_t yes = noise(10) < 2 + city % 4 + (kind == 1 ? 4 : 0);
        at += sprintf(at, "c%02u,%s,%s\n", city,
                      noise(9) ? (const char *[]){ "a", "b", "c", "d", "e" }[kind] : "", yes ? "yes" : "no");
    }
    cauce_table *table = table_of(text, "y:target");
    free(text);
    return table;
}

static cauce_model *fitted_of(const char *before, const char *selector, const char *estimator,
                              const cauce_table *table) {
    char recipe[600];
    snprintf(recipe, sizeof recipe, "{\"steps\": [\"one_hot_encoder handle_unknown=ignore\", %s%s%s%s%s]}",
             before, selector, estimator ? ", \"" : "", estimator ? estimator : "", estimator ? "\"" : "");
    return model_of(recipe, table);
}

START_TEST(like_columns_written_out) {
    cauce_table *train = made(600, 0), *others = made(200, 20);
    for (size_t s = 0; s < sizeof selectors / sizeof *selectors; s++) {
        cauce_model *coded = fitted_of("", selectors[s], NULL, train);
        cauce_model *dense = fitted_of("\"max_abs_scaler\", ", selectors[s], NULL, train);
        cauce_table *a = output_of(coded, others), *b = output_of(dense, others);
        ck_assert_msg(tables_same(a, b), "%s", selectors[s]);
        ck_assert_int_gt(cauce_table_columns(a), 1);
        ck_assert_int_lt(cauce_table_columns(a), 45);
        cauce_table_free(a), cauce_table_free(b);
        cauce_model_free(coded), cauce_model_free(dense);
        for (size_t e = 0; e < sizeof estimators / sizeof *estimators; e++) {
            coded = fitted_of("", selectors[s], estimators[e], train);
            dense = fitted_of("\"max_abs_scaler\", ", selectors[s], estimators[e], train);
            a = output_of(coded, others), b = output_of(dense, others);
            ck_assert_msg(tables_apart(a, b) < 1e-6, "%s, %s: %g", selectors[s], estimators[e],
                          tables_apart(a, b));
            cauce_table_free(a), cauce_table_free(b);
            cauce_model_free(coded), cauce_model_free(dense);
        }
    }
    cauce_table_free(train), cauce_table_free(others);
}
END_TEST

/* Row by row by a scorer, and after saving and loading: the bits of the table at once. */
START_TEST(saved_and_row_by_row) {
    cauce_table *train = made(600, 0), *others = made(100, 20);
    for (size_t s = 0; s < sizeof selectors / sizeof *selectors; s++) {
        cauce_model *model = fitted_of("", selectors[s], estimators[0], train);
        cauce_table *expected = output_of(model, others);
        bytes_of bytes = saved(model);
        cauce_model_free(model);
        model = cauce_load_bytes(bytes.data, bytes.size);
        ck_assert_msg(model != NULL, "%s", cauce_error().message);
        cauce_table *got = output_of(model, others);
        ck_assert_msg(tables_same(got, expected), "%s", selectors[s]);
        cauce_scorer *scorer = cauce_scorer_new(model);
        ck_assert_ptr_nonnull(scorer);
        for (int64_t r = 0; r < 100; r++) {
            cauce_scorer_clear(scorer);
            for (int i = 0; i < 2; i++)
                ck_assert_int_eq(cauce_scorer_set_text(scorer, i, cauce_table_text(others, r, i)), CAUCE_OK);
            const double *row = cauce_scorer_run(scorer);
            ck_assert(row[1] == cell(expected, r, "proba_yes"));
        }
        cauce_scorer_free(scorer);
        cauce_table_free(got), cauce_table_free(expected);
        cauce_model_free(model);
        bytes_done(&bytes);
    }
    cauce_table_free(train), cauce_table_free(others);
}
END_TEST

TEST_MAIN("kept", TEST(like_columns_written_out), TEST(saved_and_row_by_row))
