/* Metrics: names, directions, and the score of columns; confusion matrix, report and curves of columns. */
#ifndef CAUCE_METRICS_H
#define CAUCE_METRICS_H

#include <stdint.h>

#include "cauce/error.h"
#include "cauce/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A metric is named by a text, with its parameters when it has some: "roc_auc", "roc_auc max_fpr=0.1",
 * "fbeta beta=2 zero_division=0", "mean_pinball alpha=0.9". docs/components.md lists them.
 *
 * Names of all metrics (i from 0; NULL past the end); a sentence about one (NULL: unknown); 1 when more is
 * better, 0 when less is, -1 unknown. Static texts. */
CAUCE_API const char *cauce_metric_name(int64_t i);
CAUCE_API const char *cauce_metric_summary(const char *name);
CAUCE_API int cauce_metric_direction(const char *name);

/* Regression metric of n predictions. weight: n numbers >= 0, or NULL. Errors: PARAM with the nearest name;
 * ARGUMENT; DATA where the metric is not defined. */
CAUCE_API cauce_status cauce_metric_values(const char *metric, int64_t n, const double *truth,
                                           const double *prediction, const double *weight, double *value);
/* Classification metric of n rows over classes 0 .. n_classes-1: `prediction` (n classes; NULL: the most
 * probable class, lowest on ties) and `proba` (n x n_classes, row after row; NULL when the metric needs
 * none). positive: class that binary metrics speak of (-1: the last). */
CAUCE_API cauce_status cauce_metric_classes(const char *metric, int64_t n, int32_t n_classes,
                                            const int32_t *truth, const int32_t *prediction,
                                            const double *proba, int32_t positive, const double *weight,
                                            double *value);

/* What takes more than a number to say of predicted classes, as a table:
 *   confusion normalize=none|true|pred|all   a row for each true class ("true"), a number column for each
 *                                            predicted one ("predicted_<class>"): weight of the rows, or
 * shares report zero_division=warn|0|1            "class", "precision", "recall", "f1", "support": a row for
 * each class that occurs, then "accuracy" (in the column f1), "macro avg" and "weighted avg" roc
 * drop_intermediate=true               "threshold", "fpr", "tpr", from the threshold inf downwards
 *   precision_recall                         "threshold", "precision", "recall", upwards to inf, (1, 0)
 *   det                                      "threshold", "fpr", "fnr", upwards
 *   calibration n_bins=5 strategy=uniform|quantile   "prob_pred", "prob_true", "rows"; no empty bins
 * The last four speak of one class against the rest: class=LABEL, otherwise the positive one of two classes;
 * of more, each has its rows, and the table has a first column "class".
 *
 * Arguments as of cauce_metric_classes; classes are called by their numbers. Owned. Errors: PARAM with the
 * nearest name; ARGUMENT; DATA where it is not defined. */
CAUCE_API cauce_table *cauce_metric_table(const char *what, int64_t n, int32_t n_classes,
                                          const int32_t *truth, const int32_t *prediction,
                                          const double *proba, int32_t positive, const double *weight);
/* Their names (i from 0; NULL past the end), and a sentence about one (NULL: unknown). Static texts. */
CAUCE_API const char *cauce_metric_table_name(int64_t i);
CAUCE_API const char *cauce_metric_table_summary(const char *name);

#ifdef __cplusplus
}
#endif
#endif
