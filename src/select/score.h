/* Metrics of a model on a table. */
#ifndef CA_SELECT_SCORE_H
#define CA_SELECT_SCORE_H

#include "core/model.h"
#include "metrics/metric.h"

/* A list of metrics from a text "roc_auc, log_loss" (NULL: accuracy or r2). PARAM for one of another task,
 * UNSUPPORTED for one that needs probabilities where the recipe gives decision values. */
typedef struct ca_metric_list {
    const ca_metric **metric;
    int64_t n;
} ca_metric_list;
cauce_status ca_metric_list_parse(cauce_run *run, const char *text, const cauce_recipe *recipe,
                                  ca_metric_list *list);

/* Values of the metrics for predictions `output` (probabilities, decision values or numbers) of n rows
 * against their labels. Rows of weight 0 have been left out. */
cauce_status ca_score(cauce_run *run, const ca_metric_list *metrics, const ca_labels *labels,
                      int32_t positive, const cauce_block *output, int64_t n, double *values);

#endif
