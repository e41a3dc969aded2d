/* Metrics of predicted numbers relative to something: to their size, to a distribution, to a constant. */
#include "math/powers.h"
#include "math/special.h"
#include "metrics/functions.h"

/* ---- Logarithms ---------------------------------------------------------------------------------------- */

/* The loss of a row with target y that is predicted as p. */
typedef double loss(double y, double p);

static double squared_log(double y, double p) {
    double off = ca_log1p(y) - ca_log1p(p);
    return off * off;
}

static double absolute(double y, double p) {
    return fabs(y - p);
}

/* Unit deviances: McCullagh and Nelder, Generalized Linear Models (1989), section 2.3. Where the terms nearly
 * cancel, because the prediction is good, they are taken together; far from there ratios might overflow. */
static double poisson(double y, double p) {
    if (y == 0) return 2 * p;
    double off = (p - y) / y;
    if (fabs(off) < .5) return 2 * y * (off - ca_log1p(off));
    return 2 * (y * (ca_log(y) - ca_log(p)) - y + p);
}

static double gamma_unit(double y, double p) {
    double off = (y - p) / p;
    if (fabs(off) < .5) return 2 * (off - ca_log1p(off));
    return 2 * (ca_log(p) - ca_log(y) + off);
}

/* Targets and predictions must be > 0, or >= 0. */
typedef struct domain {
    const char *name;
    bool zero_target, zero_prediction;
} domain;

static cauce_status check_domain(cauce_run *run, const ca_metric_input *input, const domain *d) {
    for (int64_t r = 0; r < input->n; r++) {
        if (ca_metric_weight(input, r) == 0) continue;
        double y = input->y[r], p = input->prediction[r];
        if (y < 0 || (y == 0 && !d->zero_target))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the true value of row %lld is %g; it must be %s 0",
                              d->name, (long long)r + 1, y, d->zero_target ? ">=" : ">");
        if (p < 0 || (p == 0 && !d->zero_prediction))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the prediction for row %lld is %g; it must be %s 0",
                              d->name, (long long)r + 1, p, d->zero_prediction ? ">=" : ">");
    }
    return CAUCE_OK;
}

/* Sum over the rows; constant: what is predicted for all, NULL: the predictions. */
static double total(const ca_metric_input *input, loss *of, const double *constant) {
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) ca_sum_add(&sum, w * of(input->y[r], constant ? *constant : input->prediction[r]));
    }
    return ca_sum_get(&sum);
}

static cauce_status mean_loss(cauce_run *run, const ca_metric_input *input, const domain *d, loss *of,
                              double *value) {
    CA_TRY(check_domain(run, input, d));
    *value = total(input, of, NULL) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

cauce_status ca_metric_msle(cauce_run *run, const ca_metric_input *input, double *value) {
    return mean_loss(run, input, &(domain){ "msle", true, true }, squared_log, value);
}

cauce_status ca_metric_rmsle(cauce_run *run, const ca_metric_input *input, double *value) {
    CA_TRY(mean_loss(run, input, &(domain){ "rmsle", true, true }, squared_log, value));
    *value = sqrt(*value);
    return CAUCE_OK;
}

cauce_status ca_metric_mean_poisson_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return mean_loss(run, input, &(domain){ "mean_poisson_deviance", true, false }, poisson, value);
}

cauce_status ca_metric_mean_gamma_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return mean_loss(run, input, &(domain){ "mean_gamma_deviance", false, false }, gamma_unit, value);
}

/* ---- Shares of what a constant leaves ------------------------------------------------------------------ */

static double mean_of(const ca_metric_input *input, const double *values) {
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) ca_sum_add(&sum, w * values[r]);
    }
    return ca_sum_get(&sum) / ca_metric_total_weight(input);
}

/* Whether all rows that count have the same value: their rounded mean may differ from all of them. */
static bool is_constant(const ca_metric_input *input, const double *values) {
    int64_t first = -1;
    for (int64_t r = 0; r < input->n; r++) {
        if (ca_metric_weight(input, r) == 0) continue;
        if (first < 0) first = r;
        if (values[r] != values[first]) return false;
    }
    return true;
}

/* Share that is explained: of a constant target 1 when nothing is left unexplained, otherwise 0, as r2. */
static double share(double left, double of_constant, bool constant) {
    if (constant || of_constant == 0) return left == 0 ? 1 : 0;
    return 1 - left / of_constant;
}

/* One row has nothing to explain; one row of weight 2 is two rows. */
static cauce_status check_rows(cauce_run *run, const ca_metric_input *input, const char *name) {
    int64_t count = 0;
    for (int64_t r = 0; r < input->n; r++) count += ca_metric_weight(input, r) != 0;
    if (count < 2 && ca_metric_total_weight(input) < 2)
        return cauce_fail(run, CAUCE_E_DATA, "%s is not defined for a single row", name);
    return CAUCE_OK;
}

static double spread(const ca_metric_input *input, const double *values) {
    double center = mean_of(input, values);
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r), off = values[r] - center;
        if (w != 0) ca_sum_add(&sum, w * (off * off));
    }
    return ca_sum_get(&sum);
}

cauce_status ca_metric_explained_variance(cauce_run *run, const ca_metric_input *input, double *value) {
    double *error = cauce_scratch(run, input->n, sizeof *error);
    if (!error) return run->error.status;
    CA_TRY(check_rows(run, input, "explained_variance"));
    for (int64_t r = 0; r < input->n; r++) error[r] = input->y[r] - input->prediction[r];
    double left = is_constant(input, error) ? 0 : spread(input, error);
    *value = share(left, spread(input, input->y), is_constant(input, input->y));
    return CAUCE_OK;
}

/* D2: Hastie, Tibshirani and Wainwright, Statistical Learning with Sparsity (2015), equation 3.11. */
cauce_status ca_metric_d2_absolute_error(cauce_run *run, const ca_metric_input *input, double *value) {
    double median = 0;
    CA_TRY(check_rows(run, input, "d2_absolute_error"));
    CA_TRY(ca_metric_median(run, input->y, input->weight, input->n, ca_metric_total_weight(input), &median));
    *value =
        share(total(input, absolute, NULL), total(input, absolute, &median), is_constant(input, input->y));
    return CAUCE_OK;
}

static cauce_status d2(cauce_run *run, const ca_metric_input *input, const domain *d, loss *of,
                       double *value) {
    CA_TRY(check_rows(run, input, d->name));
    CA_TRY(check_domain(run, input, d));
    double mean = mean_of(input, input->y);
    bool constant =
        is_constant(input, input->y); /* then the mean may be 0, of which no deviance is defined */
    *value = share(total(input, of, NULL), constant ? 0 : total(input, of, &mean), constant);
    return CAUCE_OK;
}

cauce_status ca_metric_d2_poisson_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return d2(run, input, &(domain){ "d2_poisson_deviance", true, false }, poisson, value);
}

cauce_status ca_metric_d2_gamma_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return d2(run, input, &(domain){ "d2_gamma_deviance", false, false }, gamma_unit, value);
}
