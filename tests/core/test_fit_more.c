/* Validation tables, and fits that go on. */
#include <math.h>

#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

static void use_threads(cauce_context **context, int threads) {
    *context = cauce_context_new();
    ck_assert_int_eq(cauce_context_set_threads(*context, threads), CAUCE_OK);
    cauce_context_use(*context);
}

static void done(cauce_context *context) {
    cauce_context_use(NULL);
    cauce_context_free(context);
}

static cauce_model *validated(const char *text, const cauce_table *train, const cauce_table *validation) {
    cauce_recipe *recipe = recipe_of(text);
    cauce_model *model = cauce_fit_validated(recipe, train, validation);
    cauce_recipe_free(recipe);
    return model;
}

static cauce_model *validated_well(const char *text, const cauce_table *train,
                                   const cauce_table *validation) {
    cauce_model *model = validated(text, train, validation);
    ck_assert_msg(model != NULL, "%s", cauce_error().message);
    return model;
}

static bool same_bytes(const cauce_model *a, const cauce_model *b) {
    bytes_of x = saved(a), y = saved(b);
    bool same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    bytes_done(&x);
    bytes_done(&y);
    return same;
}

static const double *array_of(const cauce_model *model, const char *name, int64_t *n) {
    int64_t columns = 0;
    const double *values = cauce_get_array(model, name, n, &columns);
    ck_assert_msg(values != NULL, "%s", cauce_error().message);
    return values;
}

/* ---- Going on ------------------------------------------------------------------------------------------ */

#define PIPELINE                                                                                             \
    "{\"steps\": [{\"use\": \"column_transformer\", \"branches\": [{\"name\": \"num\", \"on\": "             \
    "\"@number\", \"steps\": [\"simple_imputer strategy=median\", \"standard_scaler\"]}, {\"name\": "        \
    "\"cat\", \"on\": \"@category\", \"use\": \"one_hot_encoder\"}]}, {\"name\": \"last\", \"steps\": "      \
    "[\"min_max_scaler\", \"hist_gradient_boosting_classifier max_iter=%d\"]}]}"

/* Twelve iterations, and nine more: to the byte as twenty-one at once. */
START_TEST(the_same_bytes_as_at_once) {
    static const struct {
        const char *file, *roles, *recipe;
    } cases[] = {
        { "credit.csv", "target=Status", "hist_gradient_boosting_classifier max_iter=%d" },
        { "titanic.csv", "target=survived",
          "hist_gradient_boosting_classifier max_iter=%d max_leaf_nodes=200 "
          "min_samples_leaf=2 subsample=0.7 random_state=3" },
        { "wine.csv", "target=cultivar",
          "hist_gradient_boosting_classifier max_iter=%d max_features=0.4 min_samples_leaf=3" },
        { "wine.csv", "target=cultivar",
          "hist_gradient_boosting_classifier max_iter=%d sampling=goss learning_rate=0.3" },
        { "diabetes.csv", "target=progression", "hist_gradient_boosting_regressor max_iter=%d loss=huber" },
        { "diabetes.csv", "target=progression weight=age",
          "hist_gradient_boosting_regressor max_iter=%d loss=quantile quantile=0.2" },
        { "diabetes.csv", "target=progression",
          "hist_gradient_boosting_regressor max_iter=%d loss=gamma grow_policy=depth_wise" },
        { "diabetes.csv", "target=progression groups=sex",
          "hist_gradient_boosting_regressor max_iter=%d early_stopping=true n_iter_no_change=50 "
          "validation_fraction=0.5" },
        { "credit.csv", "target=Status", PIPELINE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[600];
        cauce_table *table = table_from_data(cases[i].file, cases[i].roles);
        snprintf(text, sizeof text, cases[i].recipe, 12);
        cauce_model *some = model_of(text, table);
        snprintf(text, sizeof text, cases[i].recipe, 21);
        cauce_model *all = model_of(text, table);
        cauce_context *context;
        use_threads(&context, 1 + (int)i % 3);
        cauce_model *more = cauce_fit_more(some, table, NULL, "max_iter=21");
        ck_assert_msg(more != NULL, "%s", cauce_error().message);
        ck_assert_msg(same_bytes(more, all), "%s", cases[i].recipe);
        done(context);
        ck_assert_int_eq(cauce_model_stages(more), 21);
        ck_assert_int_eq(cauce_model_stages(some), 12); /* left as it was */
        cauce_model_free(more);
        cauce_model_free(all);
        cauce_model_free(some);
        cauce_table_free(table);
    }
}
END_TEST

/* Other rows and another learning rate: the first trees stay, the later ones fit the new rows. */
START_TEST(other_rows) {
    cauce_table *table = table_from_data("credit.csv", "target=Status");
    cauce_table *first = table_rows(table, 0, 2, 2000), *second = table_rows(table, 1, 2, 2000);
    cauce_model *some = model_of("hist_gradient_boosting_classifier max_iter=10", first);
    cauce_model *more = cauce_fit_more(some, second, first, "max_iter=60 learning_rate=0.05");
    int64_t n, n_more, n_validation;
    const double *value = array_of(some, "leaf_value", &n), *longer = array_of(more, "leaf_value", &n_more);
    ck_assert_int_gt(n_more, n);
    ck_assert(memcmp(value, longer, (size_t)n * sizeof *value) == 0);
    double before = 0, after = 0;
    cauce_score(some, second, "log_loss", &before);
    cauce_score(more, second, "log_loss", &after);
    ck_assert_double_lt(after, before - 0.05);
    const double *loss = array_of(more, "train_loss", &n);
    const double *other = array_of(more, "validation_loss", &n_validation);
    int64_t stages = cauce_model_stages(more);
    ck_assert_int_eq(n, stages + 1);
    ck_assert_int_eq(n_validation, stages + 1);
    ck_near(loss[10], before, 1e-12); /* before the first of the new trees, on the new rows */
    ck_near(loss[stages], after, 1e-12);
    ck_assert(isnan(other[9]) && isfinite(other[10])); /* no rows were looked at before */
    cauce_score(more, first, "log_loss", &after);
    ck_near(other[stages], after, 1e-12);
    cauce_model_free(more);
    cauce_model_free(some);
    cauce_table_free(second);
    cauce_table_free(first);
    cauce_table_free(table);
}
END_TEST

START_TEST(what_does_not_go_on) {
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    cauce_model *model = model_of("hist_gradient_boosting_regressor max_iter=5", table);
    cauce_model *linear = model_of("ridge", table);
    cauce_model *pipe = model_of(
        "{\"steps\": [\"standard_scaler\", \"hist_gradient_boosting_regressor max_iter=5\"]}", table);
    ck_assert_ptr_null(cauce_fit_more(linear, table, NULL, NULL));
    failed_with(CAUCE_E_UNSUPPORTED, "ridge does not go on");
    ck_assert_ptr_null(cauce_fit_more(model, table, NULL, "max_iter=4"));
    failed_with(CAUCE_E_PARAM, "max_iter=4 is less than the 5 iterations");
    ck_assert_ptr_null(cauce_fit_more(model, table, NULL, "loss=huber"));
    failed_with(CAUCE_E_PARAM, "the loss that it began with");
    ck_assert_ptr_null(cauce_fit_more(model, table, NULL, "max_itr=9"));
    failed_with(CAUCE_E_PARAM, "did you mean 'max_iter'");
    ck_assert_ptr_null(cauce_fit_more(pipe, table, NULL, "with_mean=false max_iter=9"));
    failed_with(CAUCE_E_PARAM, "'with_mean' is no parameter of hist_gradient_boosting_regressor");
    ck_assert_ptr_null(cauce_fit_more(NULL, table, NULL, NULL));
    failed_with(CAUCE_E_ARGUMENT, "model");
    cauce_model *same = cauce_fit_more(model, table, NULL, NULL);
    ck_assert(same && same_bytes(same, model));
    cauce_model_free(same);
    cauce_table *other = table_of("age,progression\n1,2\n", "progression:target");
    ck_assert_ptr_null(cauce_fit_more(model, other, NULL, "max_iter=9"));
    failed_with(CAUCE_E_SCHEMA, "sex");
    cauce_table_free(other);
    cauce_model_free(pipe);
    cauce_model_free(linear);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* ---- Validation tables --------------------------------------------------------------------------------- */

/* The rows that are looked at change when to stop, and nothing else. */
START_TEST(looked_at_and_not_learned_from) {
    static const struct {
        const char *file, *roles, *recipe, *metric;
    } cases[] = {
        { "credit.csv", "target=Status", "hist_gradient_boosting_classifier max_iter=25", "log_loss" },
        { "credit.csv", "target=Status",
          "{\"steps\": [\"simple_imputer strategy=most_frequent\", \"hist_gradient_boosting_classifier "
          "max_iter=25\"]}",
          "log_loss" },
        { "wine.csv", "target=cultivar", "hist_gradient_boosting_classifier max_iter=25", "log_loss" },
        { "diabetes.csv", "target=progression",
          "hist_gradient_boosting_regressor max_iter=25 loss=absolute_error", "mae" },
        { "diabetes.csv", "target=progression weight=age",
          "hist_gradient_boosting_regressor max_iter=25 loss=absolute_error", "mae" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cauce_table *table = table_from_data(cases[i].file, cases[i].roles);
        int64_t n = cauce_table_rows(table) / 2, n_loss;
        cauce_table *train = table_rows(table, 0, 2, n), *test = table_rows(table, 1, 2, n / 2);
        cauce_recipe *recipe = recipe_of(cases[i].recipe);
        cauce_set(recipe, "early_stopping=false");
        cauce_model *plain = model_fit(recipe, train);
        cauce_model *looked = cauce_fit_validated(recipe, train, test);
        ck_assert_msg(looked != NULL, "%s", cauce_error().message);
        cauce_table *a = output_of(plain, test), *b = output_of(looked, test);
        ck_assert(tables_same(a, b));
        const double *loss = array_of(looked, "validation_loss", &n_loss);
        ck_assert_int_eq(n_loss, 26);
        double score = 0;
        ck_assert_int_eq(cauce_score(looked, test, cases[i].metric, &score), CAUCE_OK);
        ck_near(loss[25], score, 1e-12);
        cauce_table_free(b);
        cauce_table_free(a);
        cauce_model_free(looked);
        cauce_model_free(plain);
        cauce_recipe_free(recipe);
        cauce_table_free(test);
        cauce_table_free(train);
        cauce_table_free(table);
    }
}
END_TEST

/* Ten iterations without a better loss are the last ones; any number of threads stops there. */
START_TEST(stops_when_it_gets_no_better) {
    cauce_table *table = table_from_data("credit.csv", "target=Status");
    cauce_table *train = table_rows(table, 0, 2, 2000), *test = table_rows(table, 1, 2, 2000);
    bytes_of first = { NULL, 0 };
    for (int threads = 1; threads <= 7; threads = threads * 2 + (threads == 2)) {
        cauce_context *context;
        use_threads(&context, threads);
        cauce_model *model = validated_well("hist_gradient_boosting_classifier max_iter=500", train, test);
        int64_t n, best = 0;
        const double *loss = array_of(model, "validation_loss", &n);
        for (int64_t i = 0; i < n; i++)
            if (loss[i] < loss[best] - 1e-7) best = i;
        ck_assert_int_eq(n, best + 11);
        ck_assert_int_eq(cauce_model_stages(model), best + 10);
        bytes_of bytes = saved(model);
        if (!first.data) {
            first = bytes;
        } else {
            ck_assert(bytes.size == first.size && memcmp(bytes.data, first.data, bytes.size) == 0);
            bytes_done(&bytes);
        }
        cauce_model_free(model);
        done(context);
    }
    bytes_done(&first);
    cauce_table_free(test);
    cauce_table_free(train);
    cauce_table_free(table);
}
END_TEST

/* A weight of 2 is the row twice, one of 0 its absence; without weights in training too. */
START_TEST(weights_of_the_rows_looked_at) {
    cauce_table *train = table_of("x,y\n1,1\n2,2\n3,1\n4,5\n5,3\n6,8\n", "y:target");
    cauce_table *once = table_of("x,y,w\n1,2,2\n5,4,1\n3,9,0\n", "y:target w:weight");
    cauce_table *twice = table_of("x,y\n1,2\n1,2\n5,4\n", "y:target");
    const char *text = "hist_gradient_boosting_regressor max_iter=3 min_samples_leaf=1 early_stopping=false";
    cauce_model *a = validated_well(text, train, once), *b = validated_well(text, train, twice);
    int64_t n;
    const double *x = array_of(a, "validation_loss", &n), *y = array_of(b, "validation_loss", &n);
    ck_assert_int_eq(n, 4);
    for (int64_t i = 0; i < n; i++) ck_near(x[i], y[i], 1e-15);
    cauce_model_free(b);
    cauce_model_free(a);
    cauce_table_free(twice);
    cauce_table_free(once);
    cauce_table_free(train);
}
END_TEST

static void note(const cauce_warning *warning, void *payload) {
    if (strstr(warning->text, "kind")) ++*(int *)payload;
}

/* A level that training did not have is unknown, as when predicting, and told. */
START_TEST(levels_that_are_new) {
    cauce_table *train = table_of("x,kind,y\n1,a,1\n2,b,2\n3,a,1\n4,b,5\n5,,3\n6,a,8\n", "y:target");
    cauce_table *fresh = table_of("x,kind,y\n1,zz,1\n6,a,8\n", "y:target");
    cauce_table *missing = table_of("x,kind,y\n1,,1\n6,a,8\n", "y:target");
    const char *text = "hist_gradient_boosting_regressor max_iter=3 min_samples_leaf=1 early_stopping=false";
    int warned = 0;
    cauce_context *context;
    use_threads(&context, 1);
    cauce_context_on_warning(context, note, &warned);
    cauce_model *a = validated_well(text, train, fresh);
    ck_assert_int_eq(warned, 1);
    cauce_model *b = validated_well(text, train, missing);
    ck_assert_int_eq(warned, 1);
    ck_assert(same_bytes(a, b));
    done(context);
    cauce_model_free(b);
    cauce_model_free(a);
    cauce_table_free(missing);
    cauce_table_free(fresh);
    cauce_table_free(train);
}
END_TEST

static void refused(const char *recipe, const char *train, const char *validation, cauce_status status,
                    const char *piece) {
    cauce_table *a = table_of(train, "y:target"), *b = table_of(validation, NULL);
    ck_assert_ptr_null(validated(recipe, a, b));
    ck_assert_ptr_nonnull(strstr(cauce_error().place, "validation"));
    failed_with(status, piece);
    cauce_table_free(b);
    cauce_table_free(a);
}

START_TEST(refusals) {
    const char *classes = "hist_gradient_boosting_classifier", *numbers = "hist_gradient_boosting_regressor";
    refused(classes, "x,y\n1,a\n2,b\n", "x,y\n1,a\n2,c\n", CAUCE_E_DATA,
            "row 2: 'c' is a class that the model does not know (a, b)");
    refused(classes, "x,y\n1,0\n2,1\n", "x,y\n1,0\n1,0\n2,7\n", CAUCE_E_DATA, "row 3: '7' is a class");
    refused(classes, "x,y\n1,a\n2,b\n", "x,z\n1,a\n2,b\n", CAUCE_E_SCHEMA, "no target column 'y'");
    refused(classes, "x,y\n1,a\n2,b\n", "x,y\n1,a\n2,\n", CAUCE_E_DATA, "missing in 1 row");
    refused(numbers, "x,v,y\n1,1,1\n2,1,2\n", "x,y\n1,1\n2,2\n", CAUCE_E_SCHEMA, "v");
    refused(numbers, "x,y\n1,1\n2,2\n", "x,y\na,1\nb,2\n", CAUCE_E_KIND, "x");
    refused(numbers, "x,y\n1,1\n2,2\n", "x,y\n1,a\n2,b\n", CAUCE_E_KIND, "y");
    refused(numbers, "x,y\n1,1\n2,2\n", "x,y\n", CAUCE_E_SHAPE, "no rows");
    refused("hist_gradient_boosting_regressor loss=gamma", "x,y\n1,1\n2,2\n", "x,y\n1,1\n2,0\n", CAUCE_E_DATA,
            "target 0 in row 2");
    cauce_table *table = table_of("x,y\n1,a\n2,b\n", "y:target");
    ck_assert_ptr_null(validated("logistic_regression", table, table));
    failed_with(CAUCE_E_UNSUPPORTED, "logistic_regression takes no validation table");
    ck_assert_ptr_null(
        validated("voting_classifier estimators=[hist_gradient_boosting_classifier]", table, table));
    failed_with(CAUCE_E_UNSUPPORTED, "voting_classifier takes no validation table");
    cauce_recipe *recipe = recipe_of(classes);
    ck_assert_ptr_null(cauce_fit_validated(recipe, table, NULL));
    failed_with(CAUCE_E_ARGUMENT, "validation");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* First of all tests. */
START_TEST(no_memory) {
    failing_install();
    cauce_table *table = table_of("x,k,y\n1,p,a\n2,q,b\n3,,a\n4,p,b\n5,q,a\n,p,a\n", "y:target");
    cauce_recipe *recipe = recipe_of("{\"steps\": [\"simple_imputer strategy=most_frequent\", "
                                     "\"hist_gradient_boosting_classifier max_iter=2 "
                                     "min_samples_leaf=1\"]}");
    cauce_model *model = model_fit(recipe, table);
    FAILING_EACH(pass) {
        cauce_model *one = cauce_fit_validated(recipe, table, table);
        ck_assert_msg(one || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_model_free(one);
        cauce_error_clear();
    }
    FAILING_EACH(pass) {
        cauce_model *more = cauce_fit_more(model, table, table, "max_iter=4 sampling=goss");
        ck_assert_msg(more || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_model_free(more);
        cauce_error_clear();
    }
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("fit_more", TEST(no_memory), TEST(the_same_bytes_as_at_once), TEST(other_rows),
          TEST(what_does_not_go_on), TEST(looked_at_and_not_learned_from), TEST(stops_when_it_gets_no_better),
          TEST(weights_of_the_rows_looked_at), TEST(levels_that_are_new), TEST(refusals))
