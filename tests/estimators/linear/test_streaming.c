/* Stochastic descent that goes on: table after table it takes the steps of one fit to all rows. */
#include "linear/streaming.h"

#include <math.h>
#include <string.h>

#include "reference/linear.h"
#include "reference/linear_classes.h"
#include "reference/streaming.h"
#include "support/archives.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { BODIES = 442, WINE = 178 };

START_TEST(allocator) {
    failing_install();
}
END_TEST

static double bodies[BODIES * 10], wine[WINE * 13];
static const char *kinds[WINE];

static cauce_table *body_table(void) {
    cauce_table *table = cauce_table_new(BODIES);
    for (int j = 0; j < 10; j++) {
        char name[8];
        snprintf(name, sizeof name, "x%d", j);
        for (int i = 0; i < BODIES; i++) bodies[j * BODIES + i] = 20 * ref_diabetes_x[i * 10 + j];
        cauce_table_add_f64(table, name, bodies + j * BODIES, 0);
    }
    cauce_table_add_f64(table, "y", ref_diabetes_y, 0);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    return table;
}

/* Scaled, in another order, as the script has them. */
static cauce_table *wine_table(void) {
    static const char *const names[] = { "a", "b", "c" };
    cauce_table *table = cauce_table_new(WINE);
    for (int j = 0; j < 13; j++) {
        char name[8];
        double mean = 0, squares = 0;
        snprintf(name, sizeof name, "x%d", j);
        for (int i = 0; i < WINE; i++) mean += ref_wine_x[i * 13 + j] / WINE;
        for (int i = 0; i < WINE; i++) squares += pow(ref_wine_x[i * 13 + j] - mean, 2) / WINE;
        for (int i = 0; i < WINE; i++)
            wine[j * WINE + i] = (ref_wine_x[i * 53 % WINE * 13 + j] - mean) / sqrt(squares);
        cauce_table_add_f64(table, name, wine + j * WINE, 0);
    }
    for (int i = 0; i < WINE; i++) {
        int row = i * 53 % WINE; /* of 59, 71 and 48 */
        kinds[i] = names[row < 59 ? 0 : row < 130 ? 1 : 2];
    }
    cauce_table_add_text(table, "kind", kinds);
    cauce_table_set_role(table, "kind", CAUCE_TARGET);
    return table;
}

/* Part p of `parts` as numpy.array_split cuts: the first ones have the rows left over. */
static cauce_table *part_of(const cauce_table *table, int parts, int p) {
    int64_t n = cauce_table_rows(table), size = n / parts, more = n % parts;
    int64_t first = p * size + (p < more ? p : more);
    return table_rows(table, first, 1, size + (p < more));
}

static cauce_model *stream(const char *recipe, const cauce_table *table, int parts) {
    cauce_table *part = part_of(table, parts, 0);
    cauce_model *model = model_of(recipe, part);
    cauce_table_free(part);
    for (int p = 1; p < parts; p++) {
        part = part_of(table, parts, p);
        cauce_model *more = cauce_fit_more(model, part, NULL, NULL);
        ck_assert_msg(more != NULL, "%s", cauce_error().message);
        cauce_table_free(part);
        cauce_model_free(model);
        model = more;
    }
    return model;
}

static void check(const char *what, const char *array, const cauce_model *model, const double *expected,
                  double tolerance) {
    int64_t n, m;
    const double *values = cauce_get_array(model, array, &n, &m);
    ck_assert_ptr_nonnull(values);
    for (int64_t i = 0; i < n * m; i++)
        ck_assert_msg(fabs(values[i] - expected[i]) <= tolerance * fmax(1, fabs(expected[i])),
                      "%s: %s[%d] is %.15g, not %.15g", what, array, (int)i, values[i], expected[i]);
}

#define ONCE "max_iter=1 tol=null shuffle=false "

START_TEST(as_scikit_learn) {
    cauce_table *table = body_table();
    const struct {
        const char *recipe;
        const double *expected;
    } fits[] = {
        { "sgd_regressor " ONCE, ref_stream_squares },
        { "sgd_regressor " ONCE "average=true learning_rate=constant eta0=0.001", ref_stream_average },
        { "sgd_regressor " ONCE "loss=huber epsilon=10 learning_rate=optimal alpha=0.01",
          ref_stream_optimal },
    };
    for (int k = 0; k < 3; k++) {
        cauce_model *model = stream(fits[k].recipe, table, 5);
        check(fits[k].recipe, "coef", model, fits[k].expected, 1e-9);
        check(fits[k].recipe, "intercept", model, fits[k].expected + 10, 1e-9);
        cauce_model_free(model);
    }
    cauce_table_free(table);
    table = wine_table();
    cauce_model *hinge = stream("sgd_classifier " ONCE, table, 4);
    check("hinge", "coef", hinge, ref_stream_hinge, 1e-9);
    check("hinge", "intercept", hinge, ref_stream_hinge + 39, 1e-9);
    /* its slopes are rounded beyond margins of 18 */
    cauce_model *logistic = stream("sgd_classifier " ONCE "loss=log_loss average=40", table, 4);
    check("log_loss", "coef", logistic, ref_stream_log, 1e-7);
    check("log_loss", "intercept", logistic, ref_stream_log + 39, 1e-7);
    cauce_model_free(logistic);
    cauce_model_free(hinge);
    cauce_table_free(table);
}
END_TEST

/* Whatever is remembered: in parts or at once, also through files, which fit_more itself goes through. */
START_TEST(parts_are_the_whole) {
    static const char *const options[] = { "",
                                           "penalty=l1 alpha=0.01",
                                           "penalty=elasticnet alpha=0.05 l1_ratio=0.5 average=true",
                                           "average=100",
                                           "learning_rate=adaptive eta0=0.001",
                                           "penalty=l1 alpha=0.5 average=10",
                                           "learning_rate=invscaling power_t=0.5 eta0=0.005" };
    for (int k = 0; k < 14; k++) {
        char recipe[200];
        cauce_table *table = k % 2 ? wine_table() : body_table();
        snprintf(recipe, sizeof recipe, "%s " ONCE "%s%s", k % 2 ? "sgd_classifier" : "sgd_regressor",
                 options[k / 2], k % 2 && !strstr(options[k / 2], "eta0") ? " eta0=0.01" : "");
        cauce_model *whole = model_of(recipe, table), *parts = stream(recipe, table, 7);
        static const char *const arrays[] = { "coef", "intercept" };
        for (int a = 0; a < 2; a++) {
            int64_t n, m;
            check(recipe, arrays[a], parts, cauce_get_array(whole, arrays[a], &n, &m), 1e-10);
        }
        int64_t n, m;
        double steps = cauce_get_array(parts, "steps", &n, &m)[n - 1];
        ck_assert(steps >= cauce_table_rows(table) && steps <= cauce_table_rows(table));
        cauce_model_free(parts);
        cauce_model_free(whole);
        cauce_table_free(table);
    }
}
END_TEST

/* Behind fixed steps, with other parameters, shuffled; more passes over the same rows make it better. */
START_TEST(in_a_pipeline) {
    cauce_table *table = wine_table();
    cauce_model *model = model_of(
        "{\"steps\": [\"standard_scaler\", \"sgd_classifier loss=log_loss max_iter=1 tol=null\"]}", table);
    cauce_model *more = cauce_fit_more(model, table, NULL, "max_iter=30");
    ck_assert_msg(more != NULL, "%s", cauce_error().message);
    double once, often;
    cauce_score(model, table, "accuracy", &once);
    cauce_score(more, table, "accuracy", &often);
    ck_assert(often >= once && often > 0.98);
    int64_t n, m;
    ck_near(cauce_get_array(more, "steps", &n, &m)[0], 31 * WINE, 0);
    cauce_model_free(more);
    /* a part without one of the classes is still of three */
    cauce_table *some = table_rows(table, 0, 53, 40);
    more = cauce_fit_more(model, some, NULL, NULL);
    ck_assert_int_eq((int)cauce_model_classes(more), 3);
    cauce_model_free(more);
    cauce_table_free(some);
    ck_assert_ptr_null(cauce_fit_validated(NULL, table, table));
    cauce_error_clear();
    cauce_recipe *recipe = recipe_of("sgd_classifier");
    ck_assert_ptr_null(cauce_fit_validated(recipe, table, table));
    failed_with(CAUCE_E_UNSUPPORTED, "stochastic descent takes no validation table; early_stopping=true");
    cauce_recipe_free(recipe);
    for (int i = 0; i < WINE; i++) kinds[i] = i == 5 ? "d" : "a";
    cauce_table *other = cauce_table_new(WINE);
    for (int j = 0; j < 13; j++) {
        char name[8];
        snprintf(name, sizeof name, "x%d", j);
        cauce_table_add_f64(other, name, wine + j * WINE, 0);
    }
    cauce_table_add_text(other, "kind", kinds);
    ck_assert_ptr_null(cauce_fit_more(model, other, NULL, NULL));
    failed_with(CAUCE_E_DATA, "'d'");
    cauce_table_free(other);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* A file whose number of steps is none: a whole number is made of it when the fit goes on. */
START_TEST(broken_files) {
    static const double bad[] = { -1, NAN, INFINITY, 1e300 };
    cauce_table *table = body_table();
    cauce_model *model = model_of("sgd_regressor max_iter=1 tol=null", table);
    bytes_of bytes = saved(model);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        archive a = archive_of(&bytes);
        json_t *array;
        size_t i;
        json_array_foreach(json_object_get(a.header, "arrays"), i, array) {
            const char *path = json_string_value(json_object_get(array, "path"));
            if (strstr(path, "steps"))
                memcpy(a.data + json_integer_value(json_object_get(array, "offset")), &bad[k], sizeof bad[k]);
        }
        bytes_of sealed = archive_seal(&a);
        ck_assert_ptr_null(cauce_load_bytes(sealed.data, sealed.size));
        failed_with(CAUCE_E_FORMAT, "steps is ");
        free(sealed.data);
        archive_free(&a);
    }
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* A file of before: predicts, and does not go on. */
START_TEST(files_without_steps) {
    static const char *const later[] = { "steps",           "averaged_steps", "plain_coef",
                                         "plain_intercept", "penalty_due",    "penalty_paid" };
    cauce_table *table = body_table();
    cauce_model *model = model_of("sgd_regressor max_iter=1 tol=null", table);
    bytes_of bytes = saved(model);
    archive a = archive_of(&bytes);
    json_t *arrays = json_object_get(a.header, "arrays");
    json_object_set_new(json_object_get(a.header, "states"), "sgd_regressor", json_integer(1));
    for (size_t i = json_array_size(arrays); i-- > 0;) /* they are the last ones */
        for (size_t k = 0; k < sizeof later / sizeof *later; k++) {
            const json_t *array = json_array_get(arrays, i);
            if (strcmp(json_string_value(json_object_get(array, "path")), later[k]) != 0) continue;
            a.data_size = (size_t)json_integer_value(json_object_get(array, "offset"));
            json_array_remove(arrays, i);
            break;
        }
    bytes_of sealed = archive_seal(&a);
    cauce_model *old = cauce_load_bytes(sealed.data, sealed.size);
    ck_assert_msg(old != NULL, "%s", cauce_error().message);
    cauce_table *now = output_of(model, table), *then = output_of(old, table);
    ck_assert(tables_same(now, then));
    ck_assert_ptr_null(cauce_fit_more(old, table, NULL, NULL));
    failed_with(CAUCE_E_UNSUPPORTED, "saved before steps were counted");
    cauce_table_free(then);
    cauce_table_free(now);
    cauce_model_free(old);
    free(sealed.data);
    archive_free(&a);
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(no_memory) {
    cauce_table *table = wine_table();
    cauce_model *model = model_of("sgd_classifier average=true penalty=elasticnet " ONCE, table);
    FAILING_EACH(pass) {
        cauce_model *more = cauce_fit_more(model, table, NULL, NULL);
        ck_assert(more || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
        cauce_error_clear();
        cauce_model_free(more);
    }
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("streaming", TEST(allocator), TEST(as_scikit_learn), TEST(parts_are_the_whole), TEST(in_a_pipeline),
          TEST(broken_files), TEST(files_without_steps), TEST(no_memory))
