/* A metric: one row in metrics.def, one function. */
#ifndef CA_METRICS_METRIC_H
#define CA_METRICS_METRIC_H

#include <stdbool.h>
#include <stdint.h>

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
    int32_t positive; /* class that binary metrics speak of; -1 unless two classes */
    /* regression */
    const double *y, *prediction;
} ca_metric_input;

typedef enum ca_metric_needs {
    CA_NEEDS_LABELS = 1,
    CA_NEEDS_PROBA = 2, /* probabilities of the classes */
    CA_NEEDS_VALUES = 4,
    CA_NEEDS_SCORES = 8 /* numbers that grow with the likelihood of a class: probabilities, decision values */
} ca_metric_needs;
enum { CA_NEEDS_NUMBERS = CA_NEEDS_PROBA | CA_NEEDS_SCORES }; /* some number for each class */

typedef struct ca_metric {
    const char *name;
    bool greater_is_better;
    ca_metric_needs needs; /* VALUES: regression; the others classification */
    const char *summary;
    cauce_status (*compute)(cauce_run *run, const ca_metric_input *input, double *value);
} ca_metric;

const ca_metric *ca_metric_at(int64_t i);                          /* NULL past the end */
const ca_metric *ca_metric_find(cauce_run *run, const char *name); /* NULL: PARAM with the nearest name */
/* Checks that the metric fits the task (PARAM otherwise), n >= 1, then computes. */
cauce_status ca_metric_compute(cauce_run *run, const ca_metric *metric, const ca_metric_input *input,
                               double *value);

#endif
