/* Agreement of classes: published values, two classes against the formula, 0/0, absent classes, ties. */
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
        snprintf(warning, sizeof warning, "%s", run.warnings->text);
    }
    ca_run_end(&run);
    return value;
}

static ca_metric_input labels(int64_t n, int32_t n_classes, const int32_t *y, const int32_t *p) {
    return (ca_metric_input){ .n = n, .n_classes = n_classes, .y_class = y, .predicted = p, .positive = -1 };
}

START_TEST(published_case) {
    const int32_t y[] = { 0, 1, 2, 2, 1, 0, 2, 1, 0, 0 }, p[] = { 0, 2, 2, 2, 1, 0, 1, 1, 0, 1 };
    ca_metric_input input = labels(10, 3, y, p);
    ck_near(score("cohen_kappa", &input), 37. / 67, 1e-15);
    ck_near(score("cohen_kappa_quadratic", &input), 10. / 13, 1e-15);
    ck_near(score("matthews_corrcoef", &input), 37. / 66, 1e-15);
    ck_near(score("zero_one", &input), .3, 1e-16);
    ck_near(score("hamming", &input), .3, 1e-16);
}
END_TEST

START_TEST(two_classes_by_the_formula) {
    for (int tp = 1; tp < 5; tp++)
        for (int fn = 0; fn < 5; fn++)
            for (int fp = 0; fp < 5; fp++) {
                const int32_t y[] = { 1, 1, 0, 0 }, p[] = { 1, 0, 1, 0 };
                const double w[] = { tp, fn, fp, 3 };
                ca_metric_input input = labels(4, 2, y, p);
                input.weight = w;
                double below = (double)(tp + fp) * (tp + fn) * (3 + fp) * (3 + fn);
                ck_near(score("matthews_corrcoef", &input), (3. * tp - fp * fn) / sqrt(below), 1e-14);
                ck_near(score("jaccard", &input), (double)tp / (tp + fp + fn), 1e-15);
            }
}
END_TEST

START_TEST(nothing_over_nothing_is_zero_with_a_warning) {
    const int32_t none[] = { 0, 0, 0, 0 }, some[] = { 0, 1, 1, 0 };
    ca_metric_input unpredicted = labels(4, 2, some, none), untrue = labels(4, 2, none, some);
    ca_metric_input neither = labels(4, 2, none, none);
    ck_near(score("matthews_corrcoef", &unpredicted), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "predicted as one class"));
    ck_near(score("matthews_corrcoef", &untrue), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "truly of one class"));
    ck_near(score("cohen_kappa", &unpredicted), 0, 0);
    ck_assert_str_eq(warning, "");
    ck_near(score("cohen_kappa_linear", &neither), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "cohen_kappa_linear is 0/0"));
    ck_near(score("jaccard", &neither), 0, 0);
    ck_assert_ptr_nonnull(strstr(warning, "jaccard is 0/0"));
}
END_TEST

/* Classes 0 and 3 are 3 apart, also when no row is of 1 or 2. */
START_TEST(distance_is_by_number) {
    const int32_t y[] = { 0, 0, 3, 3, 4 }, p[] = { 0, 3, 3, 3, 3 };
    ca_metric_input input = labels(5, 5, y, p);
    /* seen: 3 + 1; expected by hand: rows 2 of 0, 2 of 3, 1 of 4; predicted 1 of 0, 4 of 3 */
    double expected = (2 * 4 * 3 + 2 * 1 * 3 + 1 * 1 * 4 + 1 * 4 * 1) / 5.;
    ck_near(score("cohen_kappa_linear", &input), 1 - 4 / expected, 1e-15);
}
END_TEST

START_TEST(the_lower_class_comes_first) {
    const int32_t y[] = { 0, 1, 2 };
    const double proba[] = { .2, .2, .2, .4, .4, .4, .4, .4, .4 };
    ca_metric_input input = {
        .n = 3, .n_classes = 3, .y_class = y, .proba = proba, .proba_stride = 3, .positive = -1
    };
    ck_near(score("top_2_accuracy", &input), 2. / 3, 1e-16);
    input.weight = (const double[]){ 0, 1, 0 };
    ck_near(score("top_2_accuracy", &input), 1, 0);
    ck_assert_str_eq(warning, "");
    ck_near(score("top_3_accuracy", &input), 1, 0);
    ck_assert_ptr_nonnull(strstr(warning, "there are 3 classes"));
}
END_TEST

/* Squares of such weights overflow; shares of them do not. */
START_TEST(large_weights) {
    const int32_t y[] = { 1, 1, 0, 0 }, p[] = { 1, 0, 1, 0 };
    const double w[] = { 2e200, 1e200, 1e200, 3e200 };
    ca_metric_input input = labels(4, 2, y, p);
    input.weight = w;
    ck_near(score("matthews_corrcoef", &input), 5 / 12., 1e-15);
    ck_near(score("cohen_kappa", &input), 5 / 12., 1e-15);
}
END_TEST

TEST_MAIN("agreement", TEST(published_case), TEST(two_classes_by_the_formula),
          TEST(nothing_over_nothing_is_zero_with_a_warning), TEST(distance_is_by_number),
          TEST(the_lower_class_comes_first), TEST(large_weights))
