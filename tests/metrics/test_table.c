/* Confusion matrices, reports and curves: equality with scikit-learn, edges, refusals, an empty memory. */
#include "cauce/metrics.h"

#include "reference/cases.h"
#include "reference/metrics.h"
#include "reference/metrics_params.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_table *table_of(const reference_metrics *c, const char *what, const double *weight) {
    return cauce_metric_table(what, c->n, c->n_classes, c->truth, c->predicted, c->proba, -1, weight);
}

/* The number columns of the table against cells. */
static void compare(const cauce_table *table, const char *what, int n_rows, int n_columns,
                    const double *cells) {
    int64_t first = cauce_table_kind(table, 0) == CAUCE_NUMBER ? 0 : 1;
    ck_assert_msg(cauce_table_rows(table) == n_rows, "%s: %lld rows, not %d", what,
                  (long long)cauce_table_rows(table), n_rows);
    for (int64_t r = 0; r < n_rows; r++)
        for (int64_t j = 0; j < n_columns; j++) {
            double value = cauce_table_number(table, r, first + j), expected = cells[r * n_columns + j];
            ck_assert_msg((isnan(value) && isnan(expected)) || value == expected ||
                              fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected)),
                          "%s: row %d, column %d: %.17g, not %.17g", what, (int)r, (int)j, value, expected);
        }
}

START_TEST(equals_scikit_learn) {
    int compared = 0;
    for (size_t i = 0; i < sizeof metrics_tables / sizeof *metrics_tables; i++) {
        const reference_metrics *c = &metrics_params_cases[metrics_tables[i].of];
        const double *weights[] = { NULL, c->whole, c->fractional };
        for (int j = 0; j < metrics_tables[i].n; j++) {
            const reference_table *t = &metrics_tables[i].tables[j];
            for (int w = 0; w < 3; w++) {
                if (!t->of[w].cells) continue;
                cauce_table *table = table_of(c, t->what, weights[w]);
                ck_assert_msg(table != NULL, "%s: %s", t->what, cauce_error().message);
                /* scikit-learn does not count the rows of a bin */
                compare(table, t->what, t->of[w].n_rows,
                        strncmp(t->what, "calibration", 11) ? t->n_columns : 2, t->of[w].cells);
                cauce_table_free(table);
                compared++;
            }
        }
    }
    ck_assert_int_eq(compared, 4 * (11 * 3 + 2 * 2));
}
END_TEST

static const double scores[] = { .9, .1, .6, .4, .65, .35, .2, .8, .6, .4, .6, .4, .1, .9, .8, .2 };
static const int32_t truths[] = { 0, 0, 1, 1, 1, 0, 1, 0 }, guesses[] = { 0, 0, 0, 1, 0, 0, 1, 0 };

/* Published: docs of roc_curve and precision_recall_curve, and a case of ties. */
START_TEST(curves_by_hand) {
    static const double roc[] = { INFINITY, 0, 0, .9, 0, .25, .8, 0, .5, .4, .5, .75, .35, .5, 1, .1, 1, 1 };
    cauce_table *table = cauce_metric_table("roc", 8, 2, truths, guesses, scores, -1, NULL);
    compare(table, "roc", 6, 3, roc);
    ck_assert_int_eq(memcmp(case_73_roc, roc + 3, sizeof case_73_roc), 0); /* after the infinite threshold */
    ck_assert_str_eq(cauce_table_name(table, 0), "threshold");
    ck_assert_str_eq(cauce_table_name(table, 1), "fpr");
    ck_assert_str_eq(cauce_table_name(table, 2), "tpr");
    cauce_table_free(table);
    table = cauce_metric_table("precision_recall", 8, 2, truths, guesses, scores, -1, NULL);
    compare(table, "precision_recall", 7, 3, case_73_precision_recall);
    cauce_table_free(table);
    double partial;
    ck_assert_int_eq(
        cauce_metric_classes("roc_auc max_fpr=0.5", 8, 2, truths, NULL, scores, -1, NULL, &partial),
        CAUCE_OK);
    ck_close(partial, case_73_partial[0], 1e-12);
    static const double calibration[] = { .15, 0, 2, .3875, .5, 4, .85, 1, 2 };
    table = cauce_metric_table("calibration n_bins=4", 8, 2, truths, guesses, scores, -1, NULL);
    compare(table, "calibration", 3, 3, calibration);
    cauce_table_free(table);
}
END_TEST

/* Of more than two classes each has its curve, called by its label. */
START_TEST(every_class_has_its_curve) {
    const reference_metrics *c = &metrics_params_cases[3];
    cauce_table *all = table_of(c, "roc", NULL);
    ck_assert_str_eq(cauce_table_name(all, 0), "class");
    int64_t at = 0;
    for (int k = 0; k < c->n_classes; k++) {
        char what[32];
        snprintf(what, sizeof what, "roc class=%d", k);
        cauce_table *one = table_of(c, what, NULL);
        ck_assert_int_eq(cauce_table_columns(one), 3);
        for (int64_t r = 0; r < cauce_table_rows(one); r++, at++) {
            ck_assert_str_eq(cauce_table_text(all, at, 0), strchr(what, '=') + 1);
            for (int64_t j = 0; j < 3; j++)
                ck_near(cauce_table_number(all, at, j + 1), cauce_table_number(one, r, j), 0);
        }
        cauce_table_free(one);
    }
    ck_assert_int_eq(cauce_table_rows(all), at);
    cauce_table_free(all);
    cauce_table *one = cauce_metric_table("roc", 8, 2, truths, guesses, scores, 0, NULL);
    cauce_table *same = cauce_metric_table("roc class=0", 8, 2, truths, guesses, scores, 1, NULL);
    ck_assert_int_eq(cauce_table_rows(one), cauce_table_rows(same));
    ck_near(cauce_table_number(one, 1, 0), cauce_table_number(same, 1, 0), 0);
    cauce_table_free(one);
    cauce_table_free(same);
}
END_TEST

START_TEST(confusion_and_report_by_hand) {
    cauce_table *table = cauce_metric_table("confusion", 8, 3, truths, guesses, NULL, -1, NULL);
    static const double cells[] = { 4, 0, 0, 2, 2, 0, 0, 0, 0 };
    compare(table, "confusion", 3, 3, cells);
    ck_assert_str_eq(cauce_table_name(table, 0), "true");
    ck_assert_str_eq(cauce_table_name(table, 3), "predicted_2");
    ck_assert_str_eq(cauce_table_text(table, 2, 0), "2");
    cauce_table_free(table);
    table = cauce_metric_table("confusion normalize=true", 8, 3, truths, guesses, NULL, -1, NULL);
    static const double shares[] = { 1, 0, 0, .5, .5, 0, 0, 0, 0 };
    compare(table, "confusion normalize=true", 3, 3, shares);
    cauce_table_free(table);
    table = cauce_metric_table("report", 8, 3, truths, guesses, NULL, -1, NULL);
    static const double report[] = { 2. / 3,
                                     1,
                                     .8,
                                     4,
                                     1,
                                     .5,
                                     2. / 3,
                                     4,
                                     NAN,
                                     NAN,
                                     .75,
                                     8,
                                     5. / 6,
                                     .75,
                                     (.8 + 2. / 3) / 2,
                                     8,
                                     5. / 6,
                                     .75,
                                     (.8 + 2. / 3) / 2,
                                     8 };
    compare(table, "report", 5, 4, report); /* class 2 does not occur */
    ck_assert_str_eq(cauce_table_text(table, 2, 0), "accuracy");
    cauce_table_free(table);
}
END_TEST

START_TEST(one_class_only) {
    const int32_t none[] = { 0, 0, 0 }, all[] = { 1, 1, 1 };
    const double p[] = { .2, .8, .5, .5, .9, .1 };
    cauce_table *table = cauce_metric_table("roc", 3, 2, none, none, p, -1, NULL);
    ck_assert(isnan(cauce_table_number(table, 0, 2)) && isnan(cauce_table_number(table, 1, 2)));
    ck_near(cauce_table_number(table, 1, 1), 1. / 3, 1e-15);
    cauce_table_free(table);
    table = cauce_metric_table("roc", 3, 2, all, none, p, -1, NULL);
    ck_assert(isnan(cauce_table_number(table, 0, 1)) && isnan(cauce_table_number(table, 1, 1)));
    cauce_table_free(table);
    table = cauce_metric_table("precision_recall", 3, 2, none, none, p, -1, NULL);
    ck_near(cauce_table_number(table, 0, 2), 1, 0);
    cauce_table_free(table);
    ck_assert_ptr_null(cauce_metric_table("det", 3, 2, none, none, p, -1, NULL));
    ck_assert_int_eq(cauce_error().status, CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(cauce_error().message, "det of class 1: no rows are truly of it"));
    cauce_error_clear();
}
END_TEST

START_TEST(names) {
    int64_t n = 0;
    for (; cauce_metric_table_name(n); n++) {
        const char *summary = cauce_metric_table_summary(cauce_metric_table_name(n));
        ck_assert(summary[strlen(summary) - 1] == '.');
    }
    ck_assert_int_eq(n, 6);
    ck_assert_ptr_null(cauce_metric_table_summary("rok"));
    ck_assert_ptr_null(cauce_metric_table_summary(NULL));
    ck_assert_ptr_null(cauce_metric_table_name(-1));
}
END_TEST

static void refuse(const char *what, int64_t n, int32_t k, const double *proba, cauce_status status,
                   const char *text) {
    cauce_table *table = cauce_metric_table(what, n, k, truths, proba ? NULL : guesses, proba, -1, NULL);
    ck_assert_ptr_null(table);
    ck_assert_int_eq(cauce_error().status, status);
    ck_assert_msg(strstr(cauce_error().message, text) != NULL, "'%s' is not in: %s", text,
                  cauce_error().message);
    cauce_error_clear();
}

START_TEST(refusals) {
    refuse(NULL, 8, 2, scores, CAUCE_E_ARGUMENT, "what is NULL");
    refuse("", 8, 2, scores, CAUCE_E_PARAM, "there are: confusion, report");
    refuse("confusoin", 8, 2, scores, CAUCE_E_PARAM, "did you mean 'confusion'");
    refuse("confusion normalize=rows", 8, 2, scores, CAUCE_E_PARAM, "none, true, pred, all");
    refuse("roc clas=1", 8, 2, scores, CAUCE_E_PARAM, "did you mean 'class'");
    refuse("roc class=yes", 8, 2, scores, CAUCE_E_PARAM, "class=yes is not one of the classes: 0, 1");
    refuse("calibration n_bins=0", 8, 2, scores, CAUCE_E_PARAM, "n_bins=0");
    refuse("roc", 8, 2, NULL, CAUCE_E_ARGUMENT, "roc needs proba");
    refuse("roc", 0, 2, scores, CAUCE_E_DATA, "no rows");
    refuse("report", 8, 1, NULL, CAUCE_E_DATA, "classes are 0 .. 0");
    refuse("report", 8, 0, NULL, CAUCE_E_ARGUMENT, "n_classes is 0");
    refuse("calibration", 2, 2, (double[]){ 2, -1, 0, 1 }, CAUCE_E_DATA, "row 1 has 2");
}
END_TEST

START_TEST(survives_failing_allocations) {
    static const char *const whats[] = {
        "confusion normalize=pred",      "report",          "roc", "precision_recall", "det",
        "calibration strategy=quantile", "roc class=nobody"
    };
    failing_install();
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) FAILING_EACH(pass) {
            cauce_table *table = table_of(&metrics_params_cases[2], whats[i], NULL);
            ck_assert(table || i == 6 || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
            cauce_table_free(table);
            cauce_error_clear();
        }
    failing_disarm();
}
END_TEST

TEST_MAIN("metrics_table", TEST(equals_scikit_learn), TEST(curves_by_hand), TEST(every_class_has_its_curve),
          TEST(confusion_and_report_by_hand), TEST(one_class_only), TEST(names), TEST(refusals),
          TEST(survives_failing_allocations))
