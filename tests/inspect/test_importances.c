/* What models of trees say of their columns, and of the inputs that these come from. */
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

static cauce_table *importances(const cauce_model *model, const char *options) {
    cauce_table *made = cauce_feature_importances(model, options);
    ck_assert_msg(made != NULL, "%s", cauce_error().message);
    return made;
}

static void has_columns(const cauce_table *table, const char *expected) {
    char *names = names_of(table);
    ck_assert_str_eq(names, expected);
    free(names);
}

static double array_at(const cauce_model *model, const char *path, int64_t j) {
    int64_t n, k;
    const double *values = cauce_get_array(model, path, &n, &k);
    ck_assert_msg(values && j < n * k, "%s", path);
    return values[j];
}

/* Splits of all trees on column j. */
static double splits_on(const cauce_model *model, int64_t j) {
    int64_t n, k;
    const double *feature = cauce_get_array(model, "split_feature", &n, &k);
    double found = 0;
    for (int64_t i = 0; i < n; i++) found += feature[i] == (double)j;
    return found;
}

/* The input whose name stands in the name of a feature: "branch__input" or "branch__input_level". */
static int64_t input_of(const cauce_model *model, const char *feature) {
    const char *at = strstr(feature, "__") ? strstr(feature, "__") + 2 : feature;
    for (int64_t i = 0; i < cauce_model_inputs(model); i++) {
        const char *name = cauce_model_input_name(model, i);
        size_t n = strlen(name);
        if (strncmp(name, at, n) == 0 && (at[n] == 0 || at[n] == '_')) return i;
    }
    ck_abort_msg("no input for '%s'", feature);
    return -1;
}

/* Both tables of a model against its arrays, whose names are given in the order of the kinds. */
static void agrees(const cauce_model *model, const char *columns, const char *const *arrays) {
    cauce_table *features = importances(model, "by=feature"), *sources = importances(model, NULL);
    int64_t n = cauce_table_rows(features), inputs = cauce_model_inputs(model);
    double *sum = calloc((size_t)inputs, sizeof *sum);
    has_columns(features, columns);
    has_columns(sources, columns);
    ck_assert_int_eq(cauce_table_rows(sources), inputs);
    for (int64_t k = 1; k < cauce_table_columns(features); k++) {
        memset(sum, 0, (size_t)inputs * sizeof *sum);
        for (int64_t j = 0; j < n; j++) {
            char name[200];
            cauce_model_feature_name(model, j, name, sizeof name);
            ck_assert_str_eq(cauce_table_text(features, j, 0), name);
            double worth = arrays[k - 1] ? array_at(model, arrays[k - 1], j) : splits_on(model, j);
            ck_assert_double_eq(cauce_table_number(features, j, k), worth);
            sum[input_of(model, name)] += worth;
        }
        for (int64_t i = 0; i < inputs; i++) {
            ck_assert_str_eq(cauce_table_text(sources, i, 0), cauce_model_input_name(model, i));
            ck_near(cauce_table_number(sources, i, k), sum[i], 1e-12);
        }
    }
    free(sum);
    cauce_table_free(sources);
    cauce_table_free(features);
}

#define PREPARED(estimator)                                                                                  \
    "{\"steps\": [{\"branches\": [{\"name\": \"n\", \"on\": \"age\", \"use\": \"simple_imputer\"}, "         \
    "{\"name\": \"c\", \"on\": \"passengerClass, sex\", \"use\": \"one_hot_encoder\"}]}, " estimator "]}"

START_TEST(sums_of_what_comes_of_an_input) {
    static const char *const forest[] = { "feature_importances", "corrected_importances",
                                          "permutation_importances", NULL },
                             *const boosting[] = { "feature_importances", NULL };
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_model *model =
        model_of(PREPARED("\"random_forest_classifier n_estimators=20 corrected_importances=true "
                          "permutation_importances=true\""),
                 table);
    agrees(model, "column, impurity, corrected, permutation, splits", forest);
    cauce_table *sources = importances(model, "by=source"), *features = importances(model, "by=feature");
    ck_assert_int_eq(cauce_table_rows(features), 6);
    ck_assert_int_eq(cauce_table_rows(sources), 3);
    ck_near(cell(sources, 0, "impurity") + cell(sources, 1, "impurity") + cell(sources, 2, "impurity"), 1,
            1e-12);
    /* what is saved says the same */
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
    cauce_table *again = importances(loaded, NULL);
    ck_assert(tables_same(again, sources));
    cauce_table_free(again);
    cauce_model_free(loaded);
    bytes_done(&bytes);
    cauce_table_free(sources);
    cauce_table_free(features);
    cauce_model_free(model);
    model = model_of(PREPARED("{\"steps\": [\"hist_gradient_boosting_classifier max_iter=5\"]}"), table);
    sources = importances(model, NULL);
    has_columns(sources, "column, gain, splits");
    cauce_table_free(sources);
    cauce_model_free(model);
    model = model_of(PREPARED("\"hist_gradient_boosting_classifier max_iter=5\""), table);
    agrees(model, "column, gain, splits", boosting);
    cauce_model_free(model);
    model = model_of("decision_tree_classifier", table); /* no way to go */
    agrees(model, "column, impurity, splits", (const char *const[]){ "feature_importances", NULL });
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* y hangs on b alone: a product of two is half of each, an input that no step takes has nothing, and a target
 * that is transformed changes nothing. */
START_TEST(shared_and_unused) {
    cauce_table *table = table_of("a,u,b,y\n1,5,1,1\n1,5,2,2\n1,5,3,4\n1,5,4,9\n", "y:target");
    cauce_model *model = model_of(
        "{\"steps\": [{\"branches\": [{\"on\": \"a, b\", \"use\": \"polynomial_features include_bias=false "
        "interaction_only=true\"}]}, {\"use\": \"select_from_model threshold=0.01\", \"estimator\": "
        "\"decision_tree_regressor\"}, {\"use\": \"transformed_target\", \"regressor\": "
        "\"random_forest_regressor n_estimators=3 bootstrap=false\", \"transformer\": "
        "\"standard_scaler\"}]}",
        table);
    cauce_table *sources = importances(model, NULL), *features = importances(model, "by=feature");
    ck_assert_int_eq(cauce_table_rows(features), 1); /* of equal gains the first: b, not a b */
    ck_assert_int_eq(cauce_table_rows(sources), 3);
    for (int64_t i = 0; i < 3; i++) {
        ck_assert_double_eq(cell(sources, i, "impurity"), i == 2);
        ck_assert_double_eq(cell(sources, i, "splits"), i == 2 ? 9 : 0);
    }
    cauce_table_free(features);
    cauce_table_free(sources);
    cauce_model_free(model);
    model = model_of("{\"steps\": [{\"branches\": [{\"on\": \"a, b\", \"use\": \"polynomial_features "
                     "include_bias=false degree=[2, 2] interaction_only=true\"}]}, "
                     "\"extra_trees_regressor n_estimators=4\"]}",
                     table);
    sources = importances(model, NULL);
    for (int64_t i = 0; i < 3; i++) ck_assert_double_eq(cell(sources, i, "impurity"), i == 1 ? 0 : 0.5);
    cauce_table_free(sources);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused(const cauce_model *model, const char *options, cauce_status status, const char *piece) {
    ck_assert_ptr_null(cauce_feature_importances(model, options));
    failed_with(status, piece);
}

START_TEST(refusals) {
    cauce_table *table = table_of("x,c,y\n1,2,1\n2,0,2\n3,2,4\n4,1,9\n", "y:target");
    cauce_model *tree = model_of("decision_tree_regressor", table), *ridge = model_of("ridge", table);
    cauce_model *scaler = model_of("standard_scaler", table);
    cauce_model *several = model_of("{\"use\": \"voting_regressor\", \"estimators\": "
                                    "[\"decision_tree_regressor\", \"extra_trees_regressor\"]}",
                                    table);
    refused(tree, "by=sources", CAUCE_E_PARAM, "source");
    refused(tree, "with=source", CAUCE_E_PARAM, "with");
    refused(ridge, NULL, CAUCE_E_UNSUPPORTED, "ridge says not how important its columns are");
    refused(scaler, NULL, CAUCE_E_UNSUPPORTED, "standard_scaler says not");
    refused(several, NULL, CAUCE_E_UNSUPPORTED, "voting_regressor says not");
    cauce_error_clear();
    refused(NULL, NULL, CAUCE_E_ARGUMENT, "model is NULL");
    cauce_model_free(several);
    cauce_model_free(scaler);
    cauce_model_free(ridge);
    cauce_model_free(tree);
    cauce_table_free(table);
}
END_TEST

START_TEST(allocations) {
    failing_install(); /* this test comes first */
    cauce_table *table = table_of("x,c,y\n1,u,a\n2,v,b\n3,u,a\n4,v,b\n", "y:target");
    cauce_model *model = model_of("{\"steps\": [{\"branches\": [{\"on\": \"c\", \"use\": "
                                  "\"one_hot_encoder\"}, {\"on\": \"x\", \"use\": \"standard_scaler\"}]}, "
                                  "\"decision_tree_classifier\"]}",
                                  table);
    FAILING_EACH(pass) {
        cauce_table *made = cauce_feature_importances(model, NULL);
        if (!made) {
            ck_assert(pass.armed);
            failed_with(CAUCE_E_NOMEM, NULL);
        }
        cauce_table_free(made);
    }
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("importances", TEST(allocations), TEST(sums_of_what_comes_of_an_input), TEST(shared_and_unused),
          TEST(refusals))
