/* confusion: how much of each true class was predicted as which class. report: precision, recall and F1 of
 * each class, and their means. */
#include "metrics/functions.h"
#include "metrics/table.h"

/* ---- Confusion ----------------------------------------------------------------------------------------- */

struct confusion_params {
    int normalize;
};
enum { NOT_NORMALIZED, BY_TRUTH, BY_PREDICTION, BY_ALL };

static const cauce_param confusion_rows[] = {
    CAUCE_CHOICE(struct confusion_params, normalize, "none", "none|true|pred|all",
                 "Shares instead of counts: of the true class, of the predicted class, of all rows."),
    CAUCE_END
};

/* cells[true * k + predicted]; exact for whole weights below 2^53. */
static cauce_status count_cells(cauce_run *run, const ca_metric_input *input, double **cells) {
    const int64_t k = input->n_classes;
    *cells = cauce_scratch(run, k * k, sizeof **cells);
    if (!*cells) return run->error.status;
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) (*cells)[input->y_class[r] * k + input->predicted[r]] += w;
    }
    return CAUCE_OK;
}

/* What a cell is divided by: 0 over 0 is 0, a class without rows has no shares. */
static cauce_status normalize(cauce_run *run, const ca_metric_input *input, int by, double *cells) {
    const int64_t k = input->n_classes;
    ca_counts counts;
    CA_TRY(ca_metric_count(run, input, &counts));
    const double all = ca_metric_total_weight(input);
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = 0; j < k; j++) {
            double below = by == BY_TRUTH ? counts.truth[i] : by == BY_PREDICTION ? counts.predicted[j] : all;
            if (below > 0) cells[i * k + j] /= below;
        }
    return CAUCE_OK;
}

/* A row for each true class, a column for each predicted one. */
static cauce_status make_confusion(cauce_run *run, const ca_metric_input *rows, const void *params,
                                   cauce_table *table) {
    const struct confusion_params *p = params;
    const int64_t k = rows->n_classes;
    double *cells = NULL;
    const char **labels = cauce_scratch(run, k, sizeof *labels);
    if (!labels) return run->error.status;
    CA_TRY(count_cells(run, rows, &cells));
    if (p->normalize != NOT_NORMALIZED) CA_TRY(normalize(run, rows, p->normalize, cells));
    table->n_rows = k;
    for (int32_t i = 0; i < k; i++) labels[i] = ca_metric_label(run, rows, i);
    CA_TRY(ca_metric_add_texts(run, table, "true", labels));
    for (int32_t j = 0; j < k; j++) {
        double *column = ca_metric_add_numbers(run, table, ca_run_text(run, "predicted_%s", labels[j]));
        if (!column) return run->error.status;
        for (int64_t i = 0; i < k; i++) column[i] = cells[i * k + j];
    }
    return CAUCE_OK;
}

const ca_metric_table ca_table_confusion = {
    "confusion",
    "A row for each true class: how many of its rows were predicted as which class.",
    NULL,
    CA_NEEDS_LABELS,
    sizeof(struct confusion_params),
    confusion_rows,
    make_confusion
};

/* ---- Report -------------------------------------------------------------------------------------------- */

struct report_params {
    cauce_value zero_division;
};

static const cauce_param report_rows[] = { CAUCE_MIXED(struct report_params, zero_division, "warn",
                                                       CAUCE_V_INT | CAUCE_V_TEXT, 0, 1, 0, 0, "warn",
                                                       "What 0/0 counts as; warn: 0, with a warning."),
                                           CAUCE_END };

enum { PRECISION, RECALL, F1, SUPPORT, N_NUMBERS };
static const char *const number_names[N_NUMBERS] = { "precision", "recall", "f1", "support" };

typedef struct report {
    const cauce_value *zero;
    double *column[N_NUMBERS];
    ca_sum macro[SUPPORT], weighted[SUPPORT];
    int64_t undefined;
} report;

static double divide(report *out, double above, double below) {
    if (below > 0) return above / below;
    out->undefined++;
    return out->zero->type == CAUCE_V_TEXT ? 0 : out->zero->real;
}

static void put_class(report *out, const ca_counts *counts, int32_t k, int64_t at) {
    const double hit = counts->hit[k], truth = counts->truth[k];
    out->column[PRECISION][at] = divide(out, hit, counts->predicted[k]);
    out->column[RECALL][at] = divide(out, hit, truth);
    out->column[F1][at] = 2 * hit / (counts->predicted[k] + truth); /* one of them is there */
    out->column[SUPPORT][at] = truth;
    for (int i = 0; i < SUPPORT; i++) {
        ca_sum_add(&out->macro[i], out->column[i][at]);
        ca_sum_add(&out->weighted[i], truth * out->column[i][at]);
    }
}

/* The last three rows. Accuracy has no precision and no recall of its own. */
static void put_means(report *out, const ca_counts *counts, int64_t n_classes, double total) {
    ca_sum hit = { 0 };
    for (int32_t k = 0; k < counts->n; k++) ca_sum_add(&hit, counts->hit[k]);
    out->column[PRECISION][n_classes] = out->column[RECALL][n_classes] = NAN;
    out->column[F1][n_classes] = ca_sum_get(&hit) / total;
    for (int i = 0; i < SUPPORT; i++) {
        out->column[i][n_classes + 1] = ca_sum_get(&out->macro[i]) / (double)n_classes;
        out->column[i][n_classes + 2] = ca_sum_get(&out->weighted[i]) / total;
    }
    for (int64_t i = n_classes; i < n_classes + 3; i++) out->column[SUPPORT][i] = total;
}

static cauce_status make_report(cauce_run *run, const ca_metric_input *rows, const void *params,
                                cauce_table *table) {
    static const char *const means[] = { "accuracy", "macro avg", "weighted avg" };
    const struct report_params *p = params;
    ca_counts counts;
    report out = { .zero = &p->zero_division };
    CA_TRY(ca_metric_count(run, rows, &counts));
    const char **labels = cauce_scratch(run, (int64_t)counts.n + 3, sizeof *labels);
    if (!labels) return run->error.status;
    int64_t n = 0;
    for (int32_t k = 0; k < counts.n; k++)
        if (counts.truth[k] > 0 || counts.predicted[k] > 0) labels[n++] = ca_metric_label(run, rows, k);
    for (int i = 0; i < 3; i++) labels[n + i] = means[i];
    table->n_rows = n + 3;
    CA_TRY(ca_metric_add_texts(run, table, "class", labels));
    for (int i = 0; i < N_NUMBERS; i++)
        if (!(out.column[i] = ca_metric_add_numbers(run, table, number_names[i]))) return run->error.status;
    int64_t at = 0;
    for (int32_t k = 0; k < counts.n; k++)
        if (counts.truth[k] > 0 || counts.predicted[k] > 0) put_class(&out, &counts, k, at++);
    put_means(&out, &counts, n, ca_metric_total_weight(rows));
    if (out.undefined && p->zero_division.type == CAUCE_V_TEXT)
        cauce_warn(run, "undefined_metric",
                   "report: classes that no row is predicted as, or truly of, have 0/0, which counts as 0");
    return CAUCE_OK;
}

const ca_metric_table ca_table_report = {
    "report",
    "Precision, recall, F1 and rows of each class that occurs; then accuracy, the mean and the mean by rows.",
    NULL,
    CA_NEEDS_LABELS,
    sizeof(struct report_params),
    report_rows,
    make_report
};
