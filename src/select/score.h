/* Metrics of a model on a table. */
#ifndef CA_SELECT_SCORE_H
#define CA_SELECT_SCORE_H

#include "core/model.h"
#include "metrics/metric.h"
#include "metrics/table.h"

/* A list of metrics from a text "roc_auc, fbeta beta=2" (NULL: accuracy or r2); in scratch memory. PARAM for
 * one of another task, UNSUPPORTED for one that needs probabilities where the recipe gives decision values.
 */
cauce_status ca_metric_list_parse(cauce_run *run, const char *text, const cauce_recipe *recipe,
                                  ca_metric_list *list);

/* Values of the metrics for predictions `output` (probabilities, decision values or numbers) of n rows
 * against their labels; of several targets the mean of their metrics. Rows of weight 0 have been left out.
 */
cauce_status ca_score(cauce_run *run, const ca_metric_list *metrics, const ca_labels *labels,
                      int32_t positive, const cauce_block *output, int64_t n, double *values);
/* As ca_score, but a metric that is not defined on these rows is NaN, and why[m] (scratch memory, else NULL)
 * tells the reason. Fails when none is defined. */
cauce_status ca_score_defined(cauce_run *run, const ca_metric_list *metrics, const ca_labels *labels,
                              int32_t positive, const cauce_block *output, int64_t n, double *values,
                              const char **why);
/* The same for what is more than a number: "confusion normalize=true". NULL: failure recorded. */
cauce_table *ca_score_table(cauce_run *run, const char *what, const ca_labels *labels,
                            const cauce_model *model, const cauce_block *output, int64_t n);

#endif
