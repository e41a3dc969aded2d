/* A metric: one row in metrics.def, one function. Some have parameters: "fbeta beta=2". */
#ifndef CA_METRICS_METRIC_H
#define CA_METRICS_METRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "cauce/sys/component.h"
#include "base/run.h"

typedef struct ca_metric_input {
    int64_t n;
    const double *weight; /* n, or NULL: all 1. Rows of weight 0 have been left out. */
    /* classification (n_classes > 0) */
    int32_t n_classes;
    const int32_t *y_class;   /* true class of each row */
    const int32_t *predicted; /* predicted class of each row */
    const double *proba;      /* row r, class k: proba[r + k * proba_stride]; NULL when not needed; decision
                               * values for metrics that need scores only */
    int64_t proba_stride;
    int32_t positive;           /* class that binary metrics speak of; -1 unless two classes */
    const cauce_levels *labels; /* NULL: classes are called by their numbers */
    /* regression */
    const double *y, *prediction;
    const void *params; /* of the metric; ca_metric_compute sets it */
} ca_metric_input;

typedef enum ca_metric_needs {
    CA_NEEDS_LABELS = 1,
    CA_NEEDS_PROBA = 2, /* probabilities of the classes */
    CA_NEEDS_VALUES = 4,
    CA_NEEDS_SCORES = 8 /* numbers that grow with the likelihood of a class: probabilities, decision values */
} ca_metric_needs;
enum { CA_NEEDS_NUMBERS = CA_NEEDS_PROBA | CA_NEEDS_SCORES }; /* some number for each class */

typedef struct ca_metric {
    const char *name; /* of one with parameters that are not the defaults: these too, as they read back */
    bool greater_is_better;
    ca_metric_needs needs; /* VALUES: regression; the others classification */
    const char *summary;
    cauce_status (*compute)(cauce_run *run, const ca_metric_input *input, double *value);
    const cauce_param *rows; /* NULL: no parameters */
    size_t params_size;
    const void *params; /* NULL: the defaults */
} ca_metric;

const ca_metric *ca_metric_at(int64_t i);                          /* NULL past the end */
const ca_metric *ca_metric_find(cauce_run *run, const char *name); /* NULL: PARAM with the nearest name */
/* "fbeta beta=2": the metric with these parameters, in `arena`. PARAM for what does not read as one. */
cauce_status ca_metric_parse(cauce_run *run, ca_arena *arena, const char *text, const ca_metric **metric);
/* Several: "roc_auc, fbeta beta=2, log_loss" (also in brackets): a metric has the parameters that follow it.
 */
typedef struct ca_metric_list {
    const ca_metric **metric;
    int64_t n;
} ca_metric_list;
cauce_status ca_metric_list_read(cauce_run *run, ca_arena *arena, const char *text, ca_metric_list *list);
/* The checks of ca_metric_compute, for what is no metric but is made of the same input. */
cauce_status ca_metric_check(cauce_run *run, const ca_metric *metric, const ca_metric_input *input);
/* Checks that the metric fits the task (PARAM otherwise), n >= 1, then computes. */
cauce_status ca_metric_compute(cauce_run *run, const ca_metric *metric, const ca_metric_input *input,
                               double *value);
/* Label of class k; lives as long as the run. */
const char *ca_metric_label(cauce_run *run, const ca_metric_input *input, int32_t k);

#endif
