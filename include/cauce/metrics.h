/* Metrics: names, directions, and the score of columns. */
#ifndef CAUCE_METRICS_H
#define CAUCE_METRICS_H

#include <stdint.h>

#include "cauce/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Names of all metrics (i from 0; NULL past the end); a sentence about one (NULL: unknown); 1 when more is
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

#ifdef __cplusplus
}
#endif
#endif
