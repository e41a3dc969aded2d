/* The public scores: equality with scikit-learn, argument checks, and what an empty memory does. */
#include "cauce/metrics.h"

#include "reference/metrics.h"
#include "reference/metrics_more.h"
#include "reference/metrics_params.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_status score(const reference_metrics *c, const char *metric, const double *weight,
                          double *value) {
    if (c->n_classes == 0) return cauce_metric_values(metric, c->n, c->y, c->prediction, weight, value);
    return cauce_metric_classes(metric, c->n, c->n_classes, c->truth, c->predicted, c->proba, -1, weight,
                                value);
}

static void compare(const reference_metrics *c, const char *metric, const double *weight, double expected,
                    const char *which) {
    if (isnan(expected)) return;
    double value = NAN;
    ck_assert_msg(score(c, metric, weight, &value) == CAUCE_OK, "%s: %s", metric, cauce_error().message);
    ck_assert_msg(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected)),
                  "%s (%s, %d rows): %.17g, not %.17g", metric, which, c->n, value, expected);
}

static const struct {
    const reference_metrics *cases;
    size_t n;
} references[] = { { metrics_cases, sizeof metrics_cases / sizeof *metrics_cases },
                   { metrics_more_cases, sizeof metrics_more_cases / sizeof *metrics_more_cases },
                   { metrics_params_cases, sizeof metrics_params_cases / sizeof *metrics_params_cases } };
enum { N_REFERENCES = sizeof references / sizeof *references };

START_TEST(equals_scikit_learn) {
    int compared = 0;
    for (int from = 0; from < N_REFERENCES; from++)
        for (size_t i = 0; i < references[from].n; i++) {
            const reference_metrics *c = &references[from].cases[i];
            for (int j = 0; j < c->n_scores; j++) {
                const reference_score *s = &c->scores[j];
                compare(c, s->metric, NULL, s->plain, "no weights");
                compare(c, s->metric, c->whole, s->whole, "repeated rows");
                compare(c, s->metric, c->fractional, s->fractional, "fractional weights");
                compared++;
            }
        }
    ck_assert_int_ge(compared, 149 + 60 + 118);
}
END_TEST

/* With parameters or without. */
static bool is_compared(const char *metric) {
    size_t length = strlen(metric);
    for (int from = 0; from < N_REFERENCES; from++)
        for (size_t i = 0; i < references[from].n; i++)
            for (int j = 0; j < references[from].cases[i].n_scores; j++)
                if (strncmp(references[from].cases[i].scores[j].metric, metric, length) == 0 &&
                    strchr(" ", references[from].cases[i].scores[j].metric[length]))
                    return true;
    return false;
}

START_TEST(every_metric_is_compared) {
    for (int64_t i = 0; cauce_metric_name(i); i++)
        ck_assert_msg(is_compared(cauce_metric_name(i)), "no expected value for %s", cauce_metric_name(i));
}
END_TEST

START_TEST(names_summaries_directions) {
    ck_assert_ptr_null(cauce_metric_name(-1));
    ck_assert_ptr_null(cauce_metric_name(1000));
    ck_assert_ptr_null(cauce_metric_summary("accurcy"));
    ck_assert_ptr_null(cauce_metric_summary(NULL));
    ck_assert_int_eq(cauce_metric_direction(NULL), -1);
    ck_assert_int_eq(cauce_metric_direction("no such"), -1);
    ck_assert_int_eq(cauce_metric_direction("roc_auc"), 1);
    ck_assert_int_eq(cauce_metric_direction("log_loss"), 0);
    ck_assert_int_eq(cauce_failed(), CAUCE_OK); /* asking is no failure */
    for (int64_t i = 0; cauce_metric_name(i); i++) {
        const char *summary = cauce_metric_summary(cauce_metric_name(i));
        ck_assert(summary[strlen(summary) - 1] == '.');
    }
}
END_TEST

START_TEST(parameters_are_read) {
    const double y[] = { 1, 2, 4 }, p[] = { 2, 2, 2 };
    const int32_t a[] = { 0, 1, 1 }, b[] = { 0, 0, 1 };
    double value = 0, other = 0;
    ck_assert_int_eq(cauce_metric_direction("mean_pinball alpha=0.9"), 0);
    ck_assert_ptr_nonnull(cauce_metric_summary("fbeta  beta=2"));
    ck_assert_ptr_null(cauce_metric_summary(""));
    ck_assert_int_eq(cauce_metric_values(" mean_pinball, alpha = 0.9 ", 3, y, p, NULL, &value), CAUCE_OK);
    ck_near(value, (.1 + .9 * 2) / 3, 1e-15);
    ck_assert_int_eq(cauce_metric_classes("fbeta beta=2", 3, 2, a, b, NULL, -1, NULL, &value), CAUCE_OK);
    ck_assert_int_eq(cauce_metric_classes("f2", 3, 2, a, b, NULL, -1, NULL, &other), CAUCE_OK);
    ck_near(value, other, 0);
    ck_near(value, 5. / 9, 1e-15);
}
END_TEST

/* Eight rows of the documentation of scikit-learn; Tweedie's deviance in closed form. */
START_TEST(published_values) {
    const double y[] = { 1, 2 }, p[] = { 2, 1 };
    const int32_t truth[] = { 0, 0, 1, 1, 1, 0, 1, 0 };
    const double proba[] = { .9, .1, .6, .4, .65, .35, .2, .8, .6, .4, .6, .4, .1, .9, .8, .2 };
    static const struct {
        const char *metric;
        double value;
    } expected[] = { { "roc_auc", .8125 },
                     { "roc_auc max_fpr=0.5", .75 },
                     { "average_precision", .816666666666667 },
                     { "brier", .1503125 } };
    double value = 0;
    ck_assert_int_eq(cauce_metric_values("mean_tweedie_deviance power=1.5", 2, y, p, NULL, &value), CAUCE_OK);
    ck_near(value, 0.585786437626905, 1e-14);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ck_assert_int_eq(cauce_metric_classes(expected[i].metric, 8, 2, truth, NULL, proba, -1, NULL, &value),
                         CAUCE_OK);
        ck_near(value, expected[i].value, 1e-14);
    }
}
END_TEST

START_TEST(the_most_probable_class_is_predicted) {
    const int32_t truth[] = { 0, 2, 1, 1 };
    const double proba[] = { .5, .5, 0, .2, .2, .6, .1, .8, .1, .4, .4, .2 }; /* ties: the lower class */
    double value = 0;
    ck_assert_int_eq(cauce_metric_classes("accuracy", 4, 3, truth, NULL, proba, -1, NULL, &value), CAUCE_OK);
    ck_near(value, 0.75, 0);
}
END_TEST

/* What a name that is none may have meant. */
START_TEST(names_that_are_none) {
    static const char *const names[][2] = { { "acuracy", "accuracy" },
                                            { "RMSE", "rmse" },
                                            { "auc", "roc_auc" },
                                            { "roc", "roc_auc" },
                                            { "kappa", "cohen_kappa" },
                                            { "logloss", "log_loss" },
                                            { "mcc", "matthews_corrcoef" },
                                            { "mean_squared_error", "mse" },
                                            { "neg_mean_absolute_error", "mae" },
                                            { "neg_log_loss", "log_loss" } };
    const double y[] = { 1, 2 };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char expected[100];
        double value;
        snprintf(expected, sizeof expected, "'%s' is not a metric; did you mean '%s'?", names[i][0],
                 names[i][1]);
        ck_assert_int_eq(cauce_metric_values(names[i][0], 2, y, y, NULL, &value), CAUCE_E_PARAM);
        ck_assert_str_eq(cauce_error().message, expected);
        cauce_error_clear();
    }
    double value;
    ck_assert_int_eq(cauce_metric_values("zork", 2, y, y, NULL, &value), CAUCE_E_PARAM);
    ck_assert_ptr_nonnull(strstr(cauce_error().message, "'zork' is not a metric (there are: accuracy, "));
    for (int64_t i = 0; cauce_metric_name(i); i++)
        ck_assert_ptr_nonnull(strstr(cauce_error().message, cauce_metric_name(i)));
    cauce_error_clear();
}
END_TEST

START_TEST(positive_class) {
    const int32_t truth[] = { 0, 0, 0, 1 }, predicted[] = { 0, 0, 1, 1 };
    double value = 0;
    ck_assert_int_eq(cauce_metric_classes("precision", 4, 2, truth, predicted, NULL, -1, NULL, &value),
                     CAUCE_OK);
    ck_near(value, 0.5, 0);
    ck_assert_int_eq(cauce_metric_classes("precision", 4, 2, truth, predicted, NULL, 0, NULL, &value),
                     CAUCE_OK);
    ck_near(value, 1, 0);
    ck_assert_int_eq(cauce_metric_classes("precision", 4, 2, truth, predicted, NULL, 2, NULL, &value),
                     CAUCE_E_ARGUMENT);
}
END_TEST

#define refuses(call, status, text)                                                                          \
    do {                                                                                                     \
        cauce_error_clear();                                                                                 \
        double value = -7;                                                                                   \
        ck_assert_int_eq(call, status);                                                                      \
        ck_assert_msg(strstr(cauce_error().message, text) != NULL, "'%s' is not in: %s", text,               \
                      cauce_error().message);                                                                \
        ck_assert(value == -7);                                                                              \
        cauce_error_clear();                                                                                 \
    } while (0)

START_TEST(refusals) {
    const double y[] = { 1, 2, NAN }, good[] = { 1, 2, 3 }, negative[] = { 1, -1, 1 }, zero[] = { 0, 0, 0 };
    const int32_t a[] = { 0, 1, 2 }, one[] = { 1, 1, 1 }, bad[] = { 0, 1, 3 }, two[] = { 0, 1, 1 };
    const double p3[] = { .2, .3, .5, .1, .8, .1, 1, 0, 0 }, short3[] = { .2, .3, .4, .1, .8, .1, 1, 0, 0 };
    const double p2[] = { .2, .8, .1, .9, 1, 0 }, out2[] = { -.5, 1.5, .1, .9, 1, 0 };
    refuses(cauce_metric_values(NULL, 3, good, good, NULL, &value), CAUCE_E_ARGUMENT, "metric is NULL");
    refuses(cauce_metric_values("r2", 3, good, good, NULL, NULL), CAUCE_E_ARGUMENT, "value is NULL");
    refuses(cauce_metric_values("r2", 3, NULL, good, NULL, &value), CAUCE_E_ARGUMENT, "r2 needs");
    refuses(cauce_metric_values("r22", 3, good, good, NULL, &value), CAUCE_E_PARAM, "did you mean 'r2'");
    refuses(cauce_metric_values("zzz", 3, good, good, NULL, &value), CAUCE_E_PARAM, "balanced_accuracy");
    refuses(cauce_metric_values("r2", 0, good, good, NULL, &value), CAUCE_E_DATA, "no rows");
    refuses(cauce_metric_values("r2", 1, good, good, NULL, &value), CAUCE_E_DATA, "single row");
    refuses(cauce_metric_values("", 3, good, good, NULL, &value), CAUCE_E_PARAM, "no metric");
    refuses(cauce_metric_values("r2 x=1", 3, good, good, NULL, &value), CAUCE_E_PARAM, "r2, which has none");
    refuses(cauce_metric_values("mean_pinball alph=1", 3, good, good, NULL, &value), CAUCE_E_PARAM,
            "did you mean 'alpha'");
    refuses(cauce_metric_values("mean_pinball alpha=2", 3, good, good, NULL, &value), CAUCE_E_PARAM,
            "alpha=2 is not accepted");
    refuses(cauce_metric_values("mean_pinball alpha=1 alpha=0", 3, good, good, NULL, &value), CAUCE_E_PARAM,
            "given twice");
    refuses(cauce_metric_values("mean_tweedie_deviance power=0.5", 3, good, good, NULL, &value),
            CAUCE_E_PARAM, "power=0.5 is no distribution");
    refuses(cauce_metric_values("d2_tweedie power=inf", 3, good, good, NULL, &value), CAUCE_E_PARAM,
            "power=inf");
    refuses(cauce_metric_values("mean_tweedie_deviance power=1.5", 3, negative, good, NULL, &value),
            CAUCE_E_DATA, "true value of row 2 is -1; it must be >= 0");
    refuses(cauce_metric_values("mean_tweedie_deviance power=3", 3, zero, good, NULL, &value), CAUCE_E_DATA,
            "row 1 is 0; it must be > 0");
    refuses(cauce_metric_values("mean_tweedie_deviance power=-1", 3, good, zero, NULL, &value), CAUCE_E_DATA,
            "prediction for row 1 is 0; it must be > 0");
    refuses(cauce_metric_values("d2_tweedie power=-1", 2, (double[]){ -3, 1 }, good, NULL, &value),
            CAUCE_E_DATA, "the mean of the true values is -1");
    refuses(cauce_metric_classes("roc_auc max_fpr=0", 3, 2, two, two, p2, -1, NULL, &value), CAUCE_E_PARAM,
            "max_fpr=0");
    refuses(cauce_metric_classes("roc_auc", 3, 2, one, NULL, p2, -1, NULL, &value), CAUCE_E_DATA,
            "none of class 0");
    refuses(cauce_metric_classes("fbeta beta=-1", 3, 2, two, two, p2, -1, NULL, &value), CAUCE_E_PARAM,
            "beta=-1");
    refuses(cauce_metric_classes("balanced_accuracy adjusted=true", 3, 2, one, two, p2, -1, NULL, &value),
            CAUCE_E_DATA, "one class");
    refuses(cauce_metric_values("mae", 3, y, good, NULL, &value), CAUCE_E_DATA, "row 3");
    refuses(cauce_metric_values("mae", 3, good, y, NULL, &value), CAUCE_E_DATA, "prediction for row 3");
    refuses(cauce_metric_values("mae", 3, good, good, negative, &value), CAUCE_E_DATA, "row 2 is -1");
    refuses(cauce_metric_values("mae", 3, good, good, zero, &value), CAUCE_E_DATA, "sum to 0");
    refuses(cauce_metric_values("accuracy", 3, good, good, NULL, &value), CAUCE_E_PARAM, "scores classes");
    refuses(cauce_metric_classes("r2", 3, 3, a, a, NULL, -1, NULL, &value), CAUCE_E_PARAM, "scores numbers");
    refuses(cauce_metric_classes("accuracy", 3, 3, a, NULL, NULL, -1, NULL, &value), CAUCE_E_ARGUMENT,
            "NULL");
    refuses(cauce_metric_classes("accuracy", 3, 3, NULL, a, NULL, -1, NULL, &value), CAUCE_E_ARGUMENT,
            "true");
    refuses(cauce_metric_classes("accuracy", 3, 0, a, a, NULL, -1, NULL, &value), CAUCE_E_ARGUMENT,
            "n_classes");
    refuses(cauce_metric_classes("accuracy", 3, 3, bad, a, NULL, -1, NULL, &value), CAUCE_E_DATA,
            "true class of row 3");
    refuses(cauce_metric_classes("accuracy", 3, 3, a, bad, NULL, -1, NULL, &value), CAUCE_E_DATA,
            "predicted class of row 3");
    refuses(cauce_metric_classes("log_loss", 3, 3, a, a, NULL, -1, NULL, &value), CAUCE_E_ARGUMENT, "proba");
    refuses(cauce_metric_classes("f1", 3, 3, a, a, NULL, -1, NULL, &value), CAUCE_E_PARAM, "f1_macro");
    refuses(cauce_metric_classes("precision", 3, 3, a, a, NULL, -1, NULL, &value), CAUCE_E_PARAM,
            "precision_macro");
    refuses(cauce_metric_classes("recall", 3, 3, a, a, NULL, -1, NULL, &value), CAUCE_E_PARAM,
            "recall_macro");
    refuses(cauce_metric_classes("roc_auc", 3, 3, a, a, p3, -1, NULL, &value), CAUCE_E_PARAM, "roc_auc_ovr");
    refuses(cauce_metric_classes("brier", 3, 3, a, a, p3, -1, NULL, &value), CAUCE_E_PARAM, "log_loss");
    refuses(cauce_metric_classes("average_precision", 3, 3, a, a, p3, -1, NULL, &value), CAUCE_E_PARAM,
            "two classes");
    refuses(cauce_metric_classes("log_loss", 3, 3, a, a, short3, -1, NULL, &value), CAUCE_E_DATA,
            "row 1 sum to 0.9");
    refuses(cauce_metric_classes("roc_auc_ovr", 3, 3, a, a, short3, -1, NULL, &value), CAUCE_E_DATA,
            "row 1 sum");
    refuses(cauce_metric_classes("roc_auc_ovo", 3, 3, two, a, p3, -1, NULL, &value), CAUCE_E_DATA, "class 2");
    refuses(cauce_metric_classes("brier", 3, 2, two, two, out2, -1, NULL, &value), CAUCE_E_DATA,
            "row 1 has -0.5");
    refuses(cauce_metric_classes("roc_auc", 3, 2, one, one, p2, -1, NULL, &value), CAUCE_E_DATA,
            "all rows are of class 1 (the positive one)");
    refuses(cauce_metric_classes("roc_auc_ovr", 3, 1, (int32_t[]){ 0, 0, 0 }, NULL, zero, -1, NULL, &value),
            CAUCE_E_PARAM, "two classes");
    refuses(
        cauce_metric_classes("roc_auc", 3, 2, two, two, (double[]){ 0, NAN, 0, 1, 0, 1 }, -1, NULL, &value),
        CAUCE_E_DATA, "class 1 in row 1");
}
END_TEST

START_TEST(weightless_rows_may_hold_anything) {
    const double y[] = { 1, NAN, 3, 4 }, p[] = { 1, 2, INFINITY, 5 }, w[] = { 1, 0, 0, 3 };
    const int32_t truth[] = { 0, -5, 77, 1 };
    const double proba[] = { .9, .1, NAN, 3, .2, NAN, .4, .6 };
    double value = 0;
    for (int64_t i = 0; cauce_metric_name(i); i++) {
        const char *name = cauce_metric_name(i);
        cauce_status status = cauce_metric_values(name, 4, y, p, w, &value);
        if (status == CAUCE_E_PARAM)
            status =
                cauce_metric_classes(name, 4, 2, truth, (int32_t[]){ 0, 9, -1, 1 }, proba, -1, w, &value);
        ck_assert_msg(status == CAUCE_OK && isfinite(value), "%s: %s", name, cauce_error().message);
        cauce_error_clear();
    }
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    for (size_t i = 3; i < 8; i += 4) /* three classes; numbers */
        for (int j = 0; j < metrics_cases[i].n_scores; j++) FAILING_EACH(pass) {
                double value = 0;
                cauce_status status =
                    score(&metrics_cases[i], metrics_cases[i].scores[j].metric, NULL, &value);
                ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
                cauce_error_clear();
            }
    failing_disarm();
}
END_TEST

TEST_MAIN("metrics_api", TEST(equals_scikit_learn), TEST(every_metric_is_compared), TEST(names_that_are_none),
          TEST(names_summaries_directions), TEST(parameters_are_read), TEST(published_values),
          TEST(the_most_probable_class_is_predicted), TEST(positive_class), TEST(refusals),
          TEST(weightless_rows_may_hold_anything), TEST(survives_failing_allocations))
