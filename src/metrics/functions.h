/* What the metric functions share: their list, exact-enough sums, common refusals. */
#ifndef CA_METRICS_FUNCTIONS_H
#define CA_METRICS_FUNCTIONS_H

#include <math.h>

#include "metrics/metric.h"

/* Every function expects what ca_metric_compute has checked: n >= 1, classes in range, finite numbers in the
 * rows that weigh something, a positive sum of weights. Rows of weight 0 change nothing. */
#define METRIC(name, greater_is_better, needs, summary)                                                      \
    cauce_status ca_metric_##name(cauce_run *run, const ca_metric_input *input, double *value);
#include "metrics/metrics.def"
#undef METRIC

/* A sum with its rounding error carried along (Neumaier, ZAMM 54, 1974, doi:10.1002/zamm.19740540106): the
 * order of the rows is fixed, so are the bits, and a row of weight 2 and the row given twice agree to the
 * last digits however long the table is. */
typedef struct ca_sum {
    double sum, error;
} ca_sum;

static inline void ca_sum_add(ca_sum *s, double x) {
    double sum = s->sum + x;
    s->error += fabs(s->sum) >= fabs(x) ? (s->sum - sum) + x : (x - sum) + s->sum;
    s->sum = sum;
}

/* An overflowed sum has no use for its error term (inf - inf). */
static inline double ca_sum_get(const ca_sum *s) {
    return isfinite(s->sum) ? s->sum + s->error : s->sum;
}

static inline double ca_metric_weight(const ca_metric_input *input, int64_t row) {
    return input->weight ? input->weight[row] : 1.0;
}
double ca_metric_total_weight(const ca_metric_input *input);

/* For metrics that speak of one class against the other: PARAM unless there are two classes (`instead`: what
 * to use for more), otherwise the positive class. */
cauce_status ca_metric_two_classes(cauce_run *run, const ca_metric_input *input, const char *name,
                                   const char *instead, int32_t *positive);
/* DATA unless every row of probabilities lies in [0, 1] and sums to 1, both within 1e-6. */
cauce_status ca_metric_check_proba(cauce_run *run, const ca_metric_input *input, const char *name);

/* The median of the sample in which values[r] stands weight[r] times (zero: not at all); total: sum of the
 * weights. NULL weights: all 1. At least one weight is positive. */
cauce_status ca_metric_median(cauce_run *run, const double *values, const double *weight, int64_t n,
                              double total, double *median);

#endif
