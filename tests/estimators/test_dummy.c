#include "support/check_main.h"
#include "data/levels.h"
#include "support/component_harness.h"

extern const cauce_component cauce_dummy_classifier, cauce_dummy_regressor;

static const double x[8] = { 0 };
static const int32_t classes[8] = { 0, 1, 1, 2, 1, 2, 0, 1 };
static const double y[5] = { 4, 1, 9, 2, 5 }, weight[5] = { 1, 2, 1, 3, 1 };

static void predict_classes(const char *options, const double *w, double out[24]) {
    harness h;
    harness_begin(&h, &cauce_dummy_classifier, options, x, 8, 1);
    const char *names[] = { "5", "7", "a" };
    h.train.y_class = classes;
    h.train.n_classes = 3;
    h.train.weight = w;
    h.train.classes = ca_levels_new(&h.arena, names, NULL, 3, true);
    harness_fit(&h);
    double again[24];
    harness_apply(&h, h.blocks, 8, 3, 8, out);
    harness_apply(&h, h.blocks, 8, 3, 3, again);
    ck_assert(memcmp(out, again, sizeof again) == 0);
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    h.fitted.n_classes = 2;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    harness_end(&h);
}

START_TEST(class_strategies) {
    double out[24];
    predict_classes("", NULL, out);
    for (int r = 0; r < 8; r++) {
        ck_assert_double_eq(out[3 * r], 0.25);
        ck_assert_double_eq(out[3 * r + 1], 0.5);
        ck_assert_double_eq(out[3 * r + 2], 0.25);
    }
    const double heavy[8] = { 1, 1, 1, 4, 1, 4, 1, 1 };
    predict_classes("strategy=most_frequent", heavy, out);
    ck_assert(out[0] == 0 && out[1] == 0 && out[2] == 1);
    predict_classes("strategy=uniform", heavy, out);
    ck_assert_double_eq(out[4], 1.0 / 3);
    predict_classes("strategy=constant constant=a", heavy, out);
    ck_assert(out[0] == 0 && out[1] == 0 && out[2] == 1);
    predict_classes("strategy=constant constant=7", heavy, out);
    ck_assert(out[0] == 0 && out[1] == 1 && out[2] == 0);
}
END_TEST

START_TEST(stratified_draws_by_share) {
    enum { N = 20000 };
    harness h;
    harness_begin(&h, &cauce_dummy_classifier, "strategy=stratified random_state=3", x, 8, 1);
    h.train.y_class = classes;
    h.train.n_classes = 3;
    harness_fit(&h);
    double *many = calloc(N, sizeof *many), *out = malloc(3 * N * sizeof *out), count[3] = { 0 };
    cauce_block block = { .values = many, .stride = N };
    harness_apply(&h, &block, N, 3, 256, out);
    for (int r = 0; r < N; r++) {
        ck_assert(out[3 * r] + out[3 * r + 1] + out[3 * r + 2] == 1);
        for (int c = 0; c < 3; c++) count[c] += out[3 * r + c];
    }
    ck_assert(fabs(count[0] / N - 0.25) < 0.015 && fabs(count[1] / N - 0.5) < 0.015);
    free(many);
    free(out);
    harness_end(&h);
}
END_TEST

static double predict_number(const char *options, const double *w) {
    double out[5];
    harness h;
    harness_begin(&h, &cauce_dummy_regressor, options, x, 5, 1);
    h.train.y = y;
    h.train.weight = w;
    harness_fit(&h);
    harness_apply(&h, h.blocks, 5, 1, 2, out);
    for (int r = 1; r < 5; r++) ck_assert(out[r] == out[0]);
    harness_end(&h);
    return out[0];
}

/* numpy.mean, .median and .quantile of the rows, repeated by weight */
START_TEST(number_strategies) {
    ck_near(predict_number("", NULL), 4.2, 1e-15);
    ck_near(predict_number("", weight), 3.25, 1e-15);
    ck_near(predict_number("strategy=median", NULL), 4, 0);
    ck_near(predict_number("strategy=median", weight), 2, 0);
    ck_near(predict_number("strategy=quantile quantile=0.9", NULL), 7.4, 1e-15);
    ck_near(predict_number("strategy=quantile quantile=0.7", weight), 3.8, 1e-15);
    ck_near(predict_number("strategy=quantile quantile=0", weight), 1, 0);
    ck_near(predict_number("strategy=quantile quantile=1", weight), 9, 0);
    ck_near(predict_number("strategy=constant constant=-3", NULL), -3, 0);
    const double half[5] = { 0.5, 1, 0.5, 1.5, 0.5 };
    ck_near(predict_number("strategy=median", half), 2, 0);
}
END_TEST

START_TEST(missing_parameters_are_named) {
    static const char *bad[] = { "strategy=constant", "strategy=quantile" };
    for (int i = 0; i < 2; i++) {
        harness h;
        harness_begin(&h, &cauce_dummy_regressor, bad[i], x, 5, 1);
        h.train.y = y;
        ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
        harness_end(&h);
    }
    harness h;
    harness_begin(&h, &cauce_dummy_classifier, "strategy=constant constant=zebra", x, 8, 1);
    const char *names[] = { "a", "b", "c" };
    h.train.y_class = classes;
    h.train.n_classes = 3;
    h.train.classes = ca_levels_new(&h.arena, names, NULL, 3, true);
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    ck_assert(strstr(h.run.error.message, "zebra") != NULL);
    harness_end(&h);
}
END_TEST

TEST_MAIN("dummy", TEST(class_strategies), TEST(stratified_draws_by_share), TEST(number_strategies),
          TEST(missing_parameters_are_named))
