/* Predictions after some of the iterations. */
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

static cauce_table *staged(const cauce_model *model, const cauce_table *table, const int64_t *stages,
                           int64_t n) {
    cauce_table *out = cauce_predict_staged(model, table, stages, n);
    ck_assert_msg(out != NULL, "%s", cauce_error().message);
    return out;
}

/* After s iterations: what a fit of s iterations says, to the bit; after all: what the model says. */
START_TEST(as_if_fitted_with_fewer) {
    enum { ALL = 37 };
    static const int64_t stages[] = { 0, 1, 15, 16, 21, 32, ALL };
    enum { STAGES = sizeof stages / sizeof *stages };
    static const struct {
        const char *file, *roles, *recipe;
    } cases[] = {
        { "diabetes.csv", "target=progression", "hist_gradient_boosting_regressor max_iter=%d" },
        { "diabetes.csv", "target=progression",
          "hist_gradient_boosting_regressor max_iter=%d max_leaf_nodes=40 min_samples_leaf=5" },
        { "diabetes.csv", "target=progression",
          "hist_gradient_boosting_regressor max_iter=%d max_leaf_nodes=null min_samples_leaf=1" },
        { "credit.csv", "target=Status", "hist_gradient_boosting_classifier max_iter=%d" },
        { "wine.csv", "target=cultivar", "hist_gradient_boosting_classifier max_iter=%d" },
        { "credit.csv", "target=Status",
          "{\"steps\": [\"one_hot_encoder\", {\"name\": \"p\", \"steps\": [\"standard_scaler\", "
          "\"hist_gradient_boosting_classifier max_iter=%d\"]}]}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cauce_table *whole = table_from_data(cases[i].file, cases[i].roles);
        cauce_table *table = table_rows(whole, 0, 1, 400);
        char text[300];
        snprintf(text, sizeof text, cases[i].recipe, ALL);
        cauce_model *model = model_of(text, table);
        ck_assert_int_eq(cauce_model_stages(model), ALL);
        cauce_table *out = staged(model, table, stages, STAGES);
        int64_t width = cauce_model_classes(model) ? cauce_model_classes(model) : 1;
        ck_assert_int_eq(cauce_table_columns(out), STAGES * width);
        for (int64_t s = 1; s < STAGES; s++) {
            snprintf(text, sizeof text, cases[i].recipe, (int)stages[s]);
            cauce_model *fewer = s + 1 < STAGES ? model_of(text, table) : NULL;
            cauce_table *expected = output_of(fewer ? fewer : model, table);
            for (int64_t j = 0; j < width; j++)
                for (int64_t r = 0; r < cauce_table_rows(table); r++)
                    ck_assert_double_eq(cauce_table_number(out, r, s * width + j),
                                        cauce_table_number(expected, r, j));
            cauce_table_free(expected);
            cauce_model_free(fewer);
        }
        for (int64_t r = 1; r < cauce_table_rows(table); r++) /* from the same number for all */
            ck_assert_double_eq(cauce_table_number(out, r, 0), cauce_table_number(out, 0, 0));
        cauce_table_free(out);
        cauce_model_free(model);
        cauce_table_free(table);
        cauce_table_free(whole);
    }
}
END_TEST

START_TEST(columns_have_names) {
    static const int64_t stages[] = { 0, 3 };
    cauce_table *table = table_from_data("wine.csv", "target=cultivar");
    cauce_model *model = model_of("hist_gradient_boosting_classifier max_iter=3", table);
    cauce_table *out = staged(model, table, stages, 2);
    char *names = names_of(out);
    ck_assert_str_eq(names, "proba_after_0_class_0, proba_after_0_class_1, proba_after_0_class_2, "
                            "proba_after_3_class_0, proba_after_3_class_1, proba_after_3_class_2");
    free(names);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(table);
    table = table_of("x,y\n1,2\n2,3\n", "y:target");
    model = model_of("hist_gradient_boosting_regressor max_iter=3", table);
    out = staged(model, table, stages, 2);
    names = names_of(out);
    ck_assert_str_eq(names, "prediction_after_0, prediction_after_3");
    free(names);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* One class alone: there is nothing to learn, and stage 0 says so. */
START_TEST(one_class) {
    static const int64_t none[] = { 0 };
    cauce_table *table = table_of("x,y\n1,a\n2,a\n", "y:target");
    cauce_model *model = model_of("hist_gradient_boosting_classifier max_iter=3", table);
    ck_assert_int_eq(cauce_model_stages(model), 0);
    cauce_table *out = staged(model, table, none, 1);
    ck_assert_double_eq(cell(out, 1, "proba_after_0_a"), 1);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(refusals) {
    static const int64_t falling[] = { 2, 1 }, beyond[] = { 4 }, below[] = { -1 };
    cauce_table *table = table_of("x,y\n1,2\n2,3\n", "y:target"), *other = table_of("z\n1\n", NULL);
    cauce_model *model = model_of("hist_gradient_boosting_regressor max_iter=3", table);
    cauce_model *ridge = model_of("ridge", table);
    ck_assert_ptr_null(cauce_predict_staged(model, table, falling, 2));
    failed_with(CAUCE_E_ARGUMENT, "stages[1] is 1");
    ck_assert_ptr_null(cauce_predict_staged(model, table, beyond, 1));
    failed_with(CAUCE_E_ARGUMENT, "stages[0] is 4; they ascend from 0 at least to 3 at most");
    ck_assert_ptr_null(cauce_predict_staged(model, table, below, 1));
    failed_with(CAUCE_E_ARGUMENT, "stages[0] is -1");
    ck_assert_ptr_null(cauce_predict_staged(model, table, beyond, 0));
    failed_with(CAUCE_E_ARGUMENT, "n_stages is 0");
    ck_assert_ptr_null(cauce_predict_staged(model, other, falling, 1));
    failed_with(CAUCE_E_SCHEMA, "x");
    ck_assert_ptr_null(cauce_predict_staged(ridge, table, falling, 1));
    failed_with(CAUCE_E_UNSUPPORTED, "ridge has no stages");
    ck_assert_ptr_null(cauce_predict_staged(model, table, NULL, 1));
    failed_with(CAUCE_E_ARGUMENT, "stages");
    ck_assert_int_eq(cauce_model_stages(ridge), 0);
    ck_assert_int_eq(cauce_model_stages(NULL), 0);
    cauce_model_free(ridge);
    cauce_model_free(model);
    cauce_table_free(other);
    cauce_table_free(table);
}
END_TEST

/* Every quantile is that of a fit to it alone, but for their order within a row. */
START_TEST(several_quantiles) {
    static const double levels[] = { 0.1, 0.25, 0.5, 0.75, 0.9 };
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    cauce_model *model =
        model_of("hist_gradient_boosting_regressor max_iter=40 min_samples_leaf=5 subsample=0.8 "
                 "loss=quantile quantile=[0.1, 0.25, 0.5, 0.75, 0.9]",
                 table);
    double found[5] = { 0 }, alone[5], loss = 0;
    ck_assert_int_eq(cauce_model_quantiles(model, NULL, 0), 5);
    ck_assert_int_eq(cauce_model_quantiles(model, found, 3), 5);
    ck_assert(found[2] == 0.5 && found[3] == 0);
    cauce_table *out = cauce_predict_quantiles(model, table), *middle = cauce_predict(model, table);
    ck_assert_msg(out != NULL, "%s", cauce_error().message);
    char *names = names_of(out);
    ck_assert_str_eq(names, "quantile_0.1, quantile_0.25, quantile_0.5, quantile_0.75, quantile_0.9");
    free(names);
    cauce_table *single[5];
    for (int i = 0; i < 5; i++) {
        char text[200];
        snprintf(
            text, sizeof text,
            "hist_gradient_boosting_regressor max_iter=40 min_samples_leaf=5 subsample=0.8 loss=quantile "
            "quantile=%g",
            levels[i]);
        cauce_model *one = model_of(text, table);
        int64_t rows, columns;
        loss += cauce_get_array(one, "train_loss", &rows, &columns)[40] / 5;
        single[i] = output_of(one, table);
        cauce_model_free(one);
    }
    int64_t rows, columns, crossed = 0;
    ck_near(cauce_get_array(model, "train_loss", &rows, &columns)[40], loss, 1e-12);
    for (int64_t r = 0; r < cauce_table_rows(table); r++) {
        for (int i = 0; i < 5; i++) alone[i] = cauce_table_number(single[i], r, 0);
        for (int i = 1; i < 5; i++) crossed += alone[i] < alone[i - 1];
        for (int i = 1; i < 5; i++)
            for (int k = i; k > 0 && alone[k] < alone[k - 1]; k--) {
                double swap = alone[k];
                alone[k] = alone[k - 1];
                alone[k - 1] = swap;
            }
        for (int i = 0; i < 5; i++) ck_assert_double_eq(cauce_table_number(out, r, i), alone[i]);
        ck_assert_double_eq(cauce_table_number(middle, r, 0), alone[2]);
    }
    ck_assert_int_gt(crossed, 0); /* there was something to sort */
    cauce_model *more = cauce_fit_more(model, table, NULL, "max_iter=41");
    ck_assert_int_eq(cauce_model_stages(more), 41);
    cauce_model_free(more);
    ck_assert_ptr_null(
        cauce_fit_more(model, table, NULL, "max_iter=41 quantile=[0.1, 0.25, 0.5, 0.75, 0.95]"));
    failed_with(CAUCE_E_PARAM, "the loss that it began with");
    static const int64_t stages[] = { 3 };
    ck_assert_ptr_null(cauce_predict_staged(model, table, stages, 1));
    failed_with(CAUCE_E_UNSUPPORTED, "several quantiles have no stages");
    for (int i = 0; i < 5; i++) cauce_table_free(single[i]);
    cauce_table_free(middle);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* On rows that were not seen a tenth lies below the first quantile, and a tenth above the last; the noise is
 * larger where x is. */
START_TEST(quantiles_cover_rows_that_were_not_seen) {
    enum { N = 40000 };
    static double x[N], y[N];
    uint64_t state = 3;
    for (int i = 0; i < N; i++) {
        double draw[2];
        for (int k = 0; k < 2; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            draw[k] = (double)(state >> 11) * 0x1p-53;
        }
        x[i] = draw[0];
        y[i] = sin(6 * x[i]) + (0.2 + x[i]) * log(1 / (1 - draw[1]));
    }
    cauce_table *table = cauce_table_new(N);
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "y", y, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_table *train = table_rows(table, 0, 2, N / 2), *test = table_rows(table, 1, 2, N / 2);
    cauce_model *model = model_of("hist_gradient_boosting_regressor early_stopping=false max_leaf_nodes=8 "
                                  "min_samples_leaf=200 loss=quantile quantile=[0.1, 0.5, 0.9]",
                                  train);
    cauce_table *out = cauce_predict_quantiles(model, test);
    double below[3] = { 0 };
    for (int64_t r = 0; r < N / 2; r++)
        for (int i = 0; i < 3; i++)
            below[i] += (cauce_table_number(test, r, 1) <= cauce_table_number(out, r, i)) * 2.0 / N;
    ck_near(below[0], 0.1, 0.01);
    ck_near(below[1], 0.5, 0.01);
    ck_near(below[2], 0.9, 0.01);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(train);
    cauce_table_free(test);
    cauce_table_free(table);
}
END_TEST

START_TEST(quantiles_that_are_none) {
    static const char *const bad[] = { "[]", "[0.5, 0.5]", "[0.9, 0.1]", "[0, 0.5]", "[0.5, 1]", "[a]" };
    cauce_table *table = table_of("x,y\n1,2\n2,3\n", "y:target");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[100];
        snprintf(text, sizeof text, "hist_gradient_boosting_regressor loss=quantile quantile=%s", bad[i]);
        cauce_recipe *recipe = recipe_of(text);
        ck_assert_ptr_null(cauce_fit(recipe, table));
        failed_with(CAUCE_E_PARAM, "quantile");
        cauce_recipe_free(recipe);
    }
    cauce_model *model = model_of("hist_gradient_boosting_regressor loss=quantile quantile=0.5", table);
    ck_assert_int_eq(cauce_model_quantiles(model, NULL, 0), 0);
    ck_assert_ptr_null(cauce_predict_quantiles(model, table));
    failed_with(CAUCE_E_UNSUPPORTED, "quantile=[0.1, 0.5, 0.9]");
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* A forest that is fitted to several has the trees of one that is fitted to one. */
START_TEST(quantiles_of_a_forest) {
    static const double asked[] = { 0.05, 0.5, 0.9 };
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    cauce_model *model = model_of("{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": "
                                  "\"standard_scaler\"}]}, {\"steps\": [\"random_forest_regressor "
                                  "n_estimators=20 quantile=[0.05, 0.5, 0.9]\"]}]}",
                                  table);
    cauce_table *all = cauce_predict_quantiles(model, table);
    ck_assert_msg(all != NULL, "%s", cauce_error().message);
    char *names = names_of(all);
    ck_assert_str_eq(names, "quantile_0.05, quantile_0.5, quantile_0.9");
    free(names);
    for (int i = 0; i < 3; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"standard_scaler\"}]}, "
                 "\"random_forest_regressor n_estimators=20 quantile=%g\"]}",
                 asked[i]);
        cauce_model *alone = model_of(text, table);
        cauce_table *one = cauce_predict(alone, table);
        ck_assert_msg(one != NULL, "%s", cauce_error().message);
        for (int64_t r = 0; r < cauce_table_rows(table); r++)
            ck_assert_double_eq(cauce_table_number(one, r, 0), cauce_table_number(all, r, i));
        cauce_table_free(one);
        cauce_model_free(alone);
    }
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    cauce_table *again = cauce_predict_quantiles(loaded, table);
    ck_assert(tables_same(all, again));
    cauce_table_free(again);
    cauce_model_free(loaded);
    bytes_done(&bytes);
    cauce_table_free(all);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* First of all tests. */
START_TEST(no_memory) {
    static const int64_t stages[] = { 1, 2 };
    failing_install();
    cauce_table *table = table_of("x,y\n1,a\n2,b\n3,a\n4,b\n", "y:target");
    cauce_model *model =
        model_of("{\"steps\": [\"standard_scaler\", \"hist_gradient_boosting_classifier max_iter=2 "
                 "min_samples_leaf=1\"]}",
                 table);
    FAILING_EACH(pass) {
        cauce_table *out = cauce_predict_staged(model, table, stages, 2);
        ck_assert_msg(out || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_table_free(out);
        cauce_error_clear();
    }
    cauce_model_free(model);
    cauce_table_free(table);
    table = table_of("x,y\n1,1\n2,5\n3,2\n4,3\n", "y:target");
    model = model_of("hist_gradient_boosting_regressor max_iter=2 min_samples_leaf=1 loss=quantile "
                     "quantile=[0.3, 0.6]",
                     table);
    FAILING_EACH(pass) {
        cauce_table *out = cauce_predict_quantiles(model, table);
        ck_assert_msg(out || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_table_free(out);
        cauce_error_clear();
    }
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("stages", TEST(no_memory), TEST(several_quantiles), TEST(quantiles_cover_rows_that_were_not_seen),
          TEST(quantiles_that_are_none), TEST(as_if_fitted_with_fewer), TEST(columns_have_names),
          TEST(one_class), TEST(refusals), TEST(quantiles_of_a_forest))
