/* include/cauce/metrics.h: checks arguments, lays the probabilities out by column, and calls the metrics. */
#include "cauce/metrics.h"

#include <string.h>

#include "base/run.h"
#include "metrics/metric.h"
#include "metrics/table.h"

const char *cauce_metric_name(int64_t i) {
    const ca_metric *metric = ca_metric_at(i);
    return metric ? metric->name : NULL;
}

/* By the name alone, whatever the parameters behind it; without recording a failure. */
static const ca_metric *look_up(const char *text) {
    const ca_metric *metric = NULL;
    size_t length = text ? strcspn(text, " ,\t\n") : 0;
    for (int64_t i = 0; length && (metric = ca_metric_at(i)) != NULL; i++)
        if (strncmp(metric->name, text, length) == 0 && !metric->name[length]) return metric;
    return NULL;
}

const char *cauce_metric_summary(const char *name) {
    const ca_metric *metric = look_up(name);
    return metric ? metric->summary : NULL;
}

int cauce_metric_direction(const char *name) {
    const ca_metric *metric = look_up(name);
    return metric ? metric->greater_is_better : -1;
}

static cauce_status score_values(cauce_run *run, const char *name, const ca_metric_input *input,
                                 double *value) {
    const ca_metric *metric;
    CA_TRY(ca_metric_parse(run, &run->scratch, name, &metric));
    return ca_metric_compute(run, metric, input, value);
}

cauce_status cauce_metric_values(const char *metric, int64_t n, const double *truth, const double *prediction,
                                 const double *weight, double *value) {
    if (!metric) return ca_null("metric");
    if (!value) return ca_null("value");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_metric_input input = {
        .n = n, .weight = weight, .positive = -1, .y = truth, .prediction = prediction
    };
    double result = 0;
    if (score_values(run, metric, &input, &result) == CAUCE_OK) *value = result;
    return ca_guard_leave(&guard);
}

/* From n x n_classes row after row to one column after the other. */
static cauce_status by_column(cauce_run *run, const double *proba, ca_metric_input *input) {
    int64_t cells;
    if (__builtin_mul_overflow(input->n, (int64_t)input->n_classes, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %d classes are too many", (long long)input->n,
                          (int)input->n_classes);
    double *columns = cauce_scratch(run, cells, sizeof *columns);
    if (!columns) return run->error.status;
    for (int64_t r = 0; r < input->n; r++)
        for (int32_t k = 0; k < input->n_classes; k++)
            columns[r + k * input->n] = proba[r * input->n_classes + k];
    input->proba = columns;
    input->proba_stride = input->n;
    return CAUCE_OK;
}

/* The lowest class on ties. */
static cauce_status most_probable(cauce_run *run, ca_metric_input *input) {
    int32_t *predicted = cauce_scratch(run, input->n, sizeof *predicted);
    if (!predicted) return run->error.status;
    for (int64_t r = 0; r < input->n; r++)
        for (int32_t k = 1; k < input->n_classes; k++)
            if (input->proba[r + k * input->n] > input->proba[r + predicted[r] * input->n]) predicted[r] = k;
    input->predicted = predicted;
    return CAUCE_OK;
}

/* What is needed of classes and probabilities, and is not there: from the other. */
static cauce_status fill_in(cauce_run *run, const char *name, ca_metric_needs needs, const double *proba,
                            ca_metric_input *input) {
    if (input->n_classes < 1)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "n_classes is %d; 1 or more is accepted",
                          (int)input->n_classes);
    bool labels = (needs & CA_NEEDS_LABELS) != 0, probable = (needs & CA_NEEDS_NUMBERS) != 0;
    if (labels && !input->predicted && !proba)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "%s needs predicted classes or probabilities; both are NULL",
                          name);
    if (probable && !proba) return cauce_fail(run, CAUCE_E_ARGUMENT, "%s needs proba, which is NULL", name);
    if (input->n > 0 && (probable || (labels && !input->predicted))) {
        CA_TRY(by_column(run, proba, input));
        if (labels) CA_TRY(most_probable(run, input));
    }
    return CAUCE_OK;
}

static cauce_status score_classes(cauce_run *run, const char *name, const double *proba,
                                  ca_metric_input *input, double *value) {
    const ca_metric *metric;
    CA_TRY(ca_metric_parse(run, &run->scratch, name, &metric));
    CA_TRY(fill_in(run, metric->name, metric->needs, proba, input));
    return ca_metric_compute(run, metric, input, value);
}

cauce_status cauce_metric_classes(const char *metric, int64_t n, int32_t n_classes, const int32_t *truth,
                                  const int32_t *prediction, const double *proba, int32_t positive,
                                  const double *weight, double *value) {
    if (!metric) return ca_null("metric");
    if (!value) return ca_null("value");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_metric_input input = { .n = n,
                              .weight = weight,
                              .n_classes = n_classes,
                              .y_class = truth,
                              .predicted = prediction,
                              .positive = positive };
    double result = 0;
    if (score_classes(run, metric, proba, &input, &result) == CAUCE_OK) *value = result;
    return ca_guard_leave(&guard);
}

/* ---- Tables -------------------------------------------------------------------------------------------- */

static cauce_table *make_table(cauce_run *run, const char *what, const double *proba, ca_metric_input *rows) {
    const ca_metric_table *table;
    const void *params;
    if (ca_metric_table_parse(run, &run->scratch, what, &table, &params) != CAUCE_OK ||
        fill_in(run, table->name, table->needs, proba, rows) != CAUCE_OK)
        return NULL;
    return ca_metric_table_make(run, table, params, rows);
}

cauce_table *cauce_metric_table(const char *what, int64_t n, int32_t n_classes, const int32_t *truth,
                                const int32_t *prediction, const double *proba, int32_t positive,
                                const double *weight) {
    if (!what) return ca_null("what"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_metric_input rows = { .n = n,
                             .weight = weight,
                             .n_classes = n_classes,
                             .y_class = truth,
                             .predicted = prediction,
                             .positive = positive };
    cauce_table *table = make_table(run, what, proba, &rows);
    return ca_guard_leave(&guard), table;
}

const char *cauce_metric_table_name(int64_t i) {
    const ca_metric_table *table = ca_metric_table_at(i);
    return table ? table->name : NULL;
}

const char *cauce_metric_table_summary(const char *name) {
    const ca_metric_table *table = NULL;
    for (int64_t i = 0; name && (table = ca_metric_table_at(i)) != NULL; i++)
        if (strcmp(table->name, name) == 0) return table->summary;
    return NULL;
}
