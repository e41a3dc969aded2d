/* What is said of predictions in more than one number: confusion matrix, report, curves. Each is a row in the
 * list of table.c, and a function that makes a table. */
#ifndef CA_METRICS_TABLE_H
#define CA_METRICS_TABLE_H

#include "data/table.h"
#include "metrics/metric.h"

typedef struct ca_metric_table {
    const char *name, *summary, *reference;
    ca_metric_needs needs;
    size_t params_size;
    const cauce_param *params;
    /* Adds the columns to a table of no rows and no columns yet. */
    cauce_status (*make)(cauce_run *run, const ca_metric_input *rows, const void *params, cauce_table *table);
} ca_metric_table;

const ca_metric_table *ca_metric_table_at(int64_t i); /* NULL past the end */
/* "roc drop_intermediate=false": what is meant, and its parameters (in `arena`). PARAM with the nearest name.
 */
cauce_status ca_metric_table_parse(cauce_run *run, ca_arena *arena, const char *text,
                                   const ca_metric_table **what, const void **params);
/* Checks the input as metrics do. NULL: failure recorded. */
cauce_table *ca_metric_table_make(cauce_run *run, const ca_metric_table *what, const void *params,
                                  const ca_metric_input *rows);

/* ---- For those who make them --------------------------------------------------------------------------- */

extern const ca_metric_table ca_table_confusion, ca_table_report, ca_table_roc, ca_table_precision_recall,
    ca_table_det, ca_table_calibration;

/* A column of table->n_rows numbers to be filled in; NULL: failure recorded. */
double *ca_metric_add_numbers(cauce_run *run, cauce_table *table, const char *name);
cauce_status ca_metric_add_texts(cauce_run *run, cauce_table *table, const char *name,
                                 const char *const *texts);

#endif
