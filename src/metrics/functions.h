/* What the metric functions share: their list, exact-enough sums, common refusals. */
#ifndef CA_METRICS_FUNCTIONS_H
#define CA_METRICS_FUNCTIONS_H

#include <math.h>

#include "metrics/metric.h"

/* Every function expects what ca_metric_compute has checked: n >= 1, classes in range, finite numbers in the
 * rows that weigh something, a positive sum of weights. Rows of weight 0 change nothing. */
#define METRIC(name, greater_is_better, needs, summary)                                                      \
    cauce_status ca_metric_##name(cauce_run *run, const ca_metric_input *input, double *value);
#define METRIC_WITH(name, params, greater_is_better, needs, summary)                                         \
    METRIC(name, greater_is_better, needs, summary)
#include "metrics/metrics.def"
#undef METRIC_WITH
#undef METRIC

/* Parameters: METRIC_WITH(name, set, ...) has struct ca_metric_<set> and the rows ca_metric_<set>_rows. */
struct ca_metric_adjusted {
    bool adjusted;
};
struct ca_metric_zero {
    cauce_value zero_division; /* "warn" (0 with a warning) or a number */
};
struct ca_metric_beta {
    double beta;
    cauce_value zero_division;
};
struct ca_metric_k {
    int64_t k;
};
struct ca_metric_max_fpr {
    cauce_value max_fpr;
};
struct ca_metric_alpha {
    double alpha;
};
struct ca_metric_power {
    double power;
};
extern const cauce_param ca_metric_adjusted_rows[], ca_metric_zero_rows[], ca_metric_beta_rows[],
    ca_metric_k_rows[], ca_metric_max_fpr_rows[], ca_metric_alpha_rows[], ca_metric_power_rows[];

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

/* Weight of the rows of each class: predicted right, predicted, true. In scratch memory. */
typedef struct ca_counts {
    double *hit, *predicted, *truth;
    int32_t n;
} ca_counts;
cauce_status ca_metric_count(cauce_run *run, const ca_metric_input *input, ca_counts *counts);

/* For metrics that speak of one class against the other: PARAM unless there are two classes (`instead`: what
 * to use for more), otherwise the positive class. */
cauce_status ca_metric_two_classes(cauce_run *run, const ca_metric_input *input, const char *name,
                                   const char *instead, int32_t *positive);
/* DATA unless every row of probabilities lies in [0, 1] and sums to 1, both within 1e-6. */
cauce_status ca_metric_check_proba(cauce_run *run, const ca_metric_input *input, const char *name);

/* The q-quantile of the sample in which values[r] stands weight[r] times (zero: not at all): the value at
 * which that share of the weight is reached, or the mean of it and the next when the share ends there
 * exactly. Of these, each has the least pinball loss. total: sum of the weights. NULL weights: all 1. At
 * least one weight is positive. */
cauce_status ca_metric_quantile(cauce_run *run, const double *values, const double *weight, int64_t n,
                                double total, double q, double *quantile);

#endif
