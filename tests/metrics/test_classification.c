/* Scores of classes: closed forms, 0/0, and the edges of log_loss. */
#include <float.h>

#include "metrics/metric.h"
#include "support/check_main.h"

static cauce_run run;
static char warning[512];

static double score(const char *name, const ca_metric_input *input) {
    double value = NAN;
    ca_run_begin(&run);
    cauce_status status = ca_metric_compute(&run, ca_metric_find(&run, name), input, &value);
    ck_assert_msg(status == CAUCE_OK, "%s: %s", name, run.error.message);
    warning[0] = 0;
    if (run.warnings) {
        ck_assert_str_eq(run.warnings->name, "undefined_metric");
        ck_assert_ptr_null(run.warnings->next);
        snprintf(warning, sizeof warning, "%s", run.warnings->text);
    }
    ca_run_end(&run);
    return value;
}

START_TEST(published_case) {
    const int32_t y[] = { 0, 1, 2, 2, 1, 0, 2, 1, 0, 0 }, p[] = { 0, 2, 2, 2, 1, 0, 1, 1, 0, 1 };
    ca_metric_input input = { .n = 10, .n_classes = 3, .y_class = y, .predicted = p, .positive = -1 };
    ck_near(score("precision_macro", &input), .722222222222222222, 1e-15);
    ck_near(score("recall_macro", &input), .694444444444444444, 1e-15);
    ck_near(score("f1_macro", &input), .698412698412698413, 1e-15);
    const char *together[] = { "precision_micro", "recall_micro", "f1_micro", "accuracy" };
    for (int i = 0; i < 4; i++) ck_near(score(together[i], &input), .7, 0);
    ck_near(score("precision_weighted", &input), .75, 1e-15);
    ck_near(score("recall_weighted", &input), .7, 1e-15);
    ck_near(score("f1_weighted", &input), .714285714285714286, 1e-15);
    ck_near(score("balanced_accuracy", &input), .694444444444444444, 1e-15);
}
END_TEST

START_TEST(nothing_over_nothing_is_zero_with_a_warning) {
    const int32_t none[] = { 0, 0, 0, 0 }, some[] = { 0, 1, 1, 0 };
    ca_metric_input unpredicted = {
        .n = 4, .n_classes = 2, .y_class = some, .predicted = none, .positive = 1
    };
    ca_metric_input untrue = { .n = 4, .n_classes = 2, .y_class = none, .predicted = some, .positive = 1 };
    ca_metric_input neither = { .n = 4, .n_classes = 2, .y_class = none, .predicted = none, .positive = 1 };
    ck_near(score("precision", &unpredicted), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "no row is predicted as the positive class"));
    ck_near(score("recall", &unpredicted), 0, 0);
    ck_assert_str_eq(warning, "");
    ck_near(score("recall", &untrue), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "no row is truly of the positive class"));
    ck_near(score("f1", &untrue), 0, 0);
    ck_assert_str_eq(warning, "");
    ck_near(score("f1", &neither), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "f1 is 0/0"));
    ck_near(score("precision_macro", &unpredicted), .25, 0);
    ck_assert_ptr_nonnull(strstr(warning, "1 of 2 classes: no row is predicted as class 1"));
}
END_TEST

/* A class that is neither in the truth nor predicted has no part in a mean. */
START_TEST(absent_classes_do_not_count) {
    const int32_t y[] = { 1, 1, 4, 4 }, p[] = { 1, 1, 4, 1 };
    const double w[] = { 1, 1, 1, 1, 0 };
    ca_metric_input wide = {
        .n = 4, .weight = w, .n_classes = 6, .y_class = y, .predicted = p, .positive = -1
    };
    const char *names[] = { "precision_macro", "recall_macro", "f1_macro", "balanced_accuracy" };
    const double expected[] = { (2. / 3 + 1) / 2, .75, (.8 + 2. / 3) / 2, .75 };
    for (int i = 0; i < 4; i++) {
        ck_near(score(names[i], &wide), expected[i], 1e-15);
        ck_assert_str_eq(warning, "");
    }
}
END_TEST

static ca_metric_input probabilities(int64_t n, const int32_t *y, const double *proba) {
    return (ca_metric_input){
        .n = n, .n_classes = 2, .y_class = y, .proba = proba, .proba_stride = n, .positive = 1
    };
}

START_TEST(log_loss_edges) {
    const int32_t y[] = { 0, 1 };
    const double half_wrong[] = { 1, 1, 0, 0 }, right[] = { 1, 0, 0, 1 }, wrong[] = { 0, 1, 1, 0 };
    ca_metric_input input = probabilities(2, y, half_wrong);
    ck_near(score("log_loss", &input), 18.0218266945580, 1e-12);
    input = probabilities(2, y, right);
    ck_near(score("log_loss", &input), DBL_EPSILON, 1e-30);
    input = probabilities(2, y, wrong);
    ck_near(score("log_loss", &input), -log(DBL_EPSILON), 1e-12);
    const double rounded[] = { .3 + 4e-7, .25, .7 + 4e-7, .75 }; /* within 1e-6, and not renormalised */
    input = probabilities(2, y, rounded);
    ck_near(score("log_loss", &input), -(log(.3 + 4e-7) + log(.75)) / 2, 1e-15);
    input.weight = (const double[]){ 3, 0 };
    ck_near(score("log_loss", &input), -log(.3 + 4e-7), 1e-15);
}
END_TEST

/* A class of the test rows that training has not seen is given probability 0 by the caller. */
START_TEST(unseen_class_is_clipped) {
    const int32_t y[] = { 0, 2 };
    const double proba[] = { .5, .5, .5, .5, 0, 0 };
    ca_metric_input input = {
        .n = 2, .n_classes = 3, .y_class = y, .proba = proba, .proba_stride = 2, .positive = -1
    };
    ck_near(score("log_loss", &input), (log(2) - log(DBL_EPSILON)) / 2, 1e-12);
}
END_TEST

START_TEST(brier_follows_the_positive_class) {
    const int32_t y[] = { 0, 1, 1 };
    const double proba[] = { .8, .3, .1, .2, .7, .9 };
    ca_metric_input input = probabilities(3, y, proba);
    double one = score("brier", &input);
    ck_near(one, (.04 + .09 + .01) / 3, 1e-15);
    input.positive = 0;
    ck_near(score("brier", &input), one, 1e-15);
    input.positive = -1;
    ck_near(score("brier", &input), one, 0);
}
END_TEST

TEST_MAIN("classification", TEST(published_case), TEST(nothing_over_nothing_is_zero_with_a_warning),
          TEST(absent_classes_do_not_count), TEST(log_loss_edges), TEST(unseen_class_is_clipped),
          TEST(brier_follows_the_positive_class))
