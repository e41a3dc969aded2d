/* Metrics of predicted numbers. */
#include <float.h>

#include "math/sort.h"
#include "metrics/functions.h"

static double squared_error(const ca_metric_input *input) {
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r), off = input->y[r] - input->prediction[r];
        if (w != 0) ca_sum_add(&sum, w * (off * off));
    }
    return ca_sum_get(&sum);
}

cauce_status ca_metric_mse(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    *value = squared_error(input) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

cauce_status ca_metric_rmse(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    *value = sqrt(squared_error(input) / ca_metric_total_weight(input));
    return CAUCE_OK;
}

/* Of the rows that weigh something: how many there are, and whether all have the same y. */
static int64_t count_weighty(const ca_metric_input *input, bool *constant) {
    int64_t count = 0;
    double first = 0;
    *constant = true;
    for (int64_t r = 0; r < input->n; r++) {
        if (ca_metric_weight(input, r) == 0) continue;
        if (count++ == 0) first = input->y[r];
        if (input->y[r] != first) *constant = false;
    }
    return count;
}

/* A constant target has no variance to explain: 1 when it is predicted exactly, otherwise 0. Constancy is
 * looked for in the values themselves: their rounded mean may differ from all of them. */
cauce_status ca_metric_r2(cauce_run *run, const ca_metric_input *input, double *value) {
    bool constant = true;
    double total = ca_metric_total_weight(input);
    if (count_weighty(input, &constant) < 2 && total < 2) /* one row of weight 2 is two rows */
        return cauce_fail(run, CAUCE_E_DATA, "r2 is not defined for a single row");
    ca_sum mean = { 0 }, around = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) ca_sum_add(&mean, w * input->y[r]);
    }
    double center = ca_sum_get(&mean) / total;
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r), off = input->y[r] - center;
        if (w != 0) ca_sum_add(&around, w * (off * off));
    }
    double unexplained = squared_error(input), spread = ca_sum_get(&around);
    if (constant || spread == 0) /* squares of tiny differences may vanish */
        *value = unexplained == 0 ? 1 : 0;
    else
        *value = 1 - unexplained / spread;
    return CAUCE_OK;
}

cauce_status ca_metric_mae(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) ca_sum_add(&sum, w * fabs(input->y[r] - input->prediction[r]));
    }
    *value = ca_sum_get(&sum) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

/* A target of 0 would divide by 0: it counts as the machine epsilon, and shows as a huge number. */
cauce_status ca_metric_mape(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r), size = fabs(input->y[r]);
        if (w == 0) continue;
        double off = fabs(input->y[r] - input->prediction[r]);
        ca_sum_add(&sum, w * (off / (size > DBL_EPSILON ? size : DBL_EPSILON)));
    }
    *value = ca_sum_get(&sum) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

cauce_status ca_metric_max_error(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    *value = 0;
    for (int64_t r = 0; r < input->n; r++) {
        double off = fabs(input->y[r] - input->prediction[r]);
        if (ca_metric_weight(input, r) != 0 && off > *value) *value = off;
    }
    return CAUCE_OK;
}

cauce_status ca_metric_quantile(cauce_run *run, const double *values, const double *weight, int64_t n,
                                double total, double q, double *quantile) {
    double *present = cauce_scratch(run, n, sizeof *present);
    double *weights = cauce_scratch(run, n, sizeof *weights);
    int64_t *order = cauce_scratch(run, n, sizeof *order), m = 0;
    if (!present || !weights || !order) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        double w = weight ? weight[r] : 1;
        if (w == 0) continue;
        present[m] = values[r];
        weights[m++] = w;
    }
    CA_TRY(ca_argsort(run, present, m, order));
    ca_sum passed = { 0 };
    int64_t i = 0;
    double excess = 0; /* the weight passed, less the share asked for */
    for (; i < m; i++) {
        ca_sum_add(&passed, weights[order[i]]);
        excess = ca_sum_get(&passed) - q * total;
        if (excess >= -1e-12 * total) break; /* weights such as 0.1 do not add up exactly */
    }
    if (i >= m - 1)
        *quantile = present[order[m - 1]];
    else if (excess <= 1e-12 * total)
        *quantile = present[order[i]] / 2 + present[order[i + 1]] / 2;
    else
        *quantile = present[order[i]];
    return CAUCE_OK;
}

cauce_status ca_metric_median_ae(cauce_run *run, const ca_metric_input *input, double *value) {
    double *off = cauce_scratch(run, input->n, sizeof *off);
    if (!off) return run->error.status;
    for (int64_t r = 0; r < input->n; r++) off[r] = fabs(input->y[r] - input->prediction[r]);
    return ca_metric_quantile(run, off, input->weight, input->n, ca_metric_total_weight(input), .5, value);
}
