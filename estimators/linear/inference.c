#include "linear/inference.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "data/batch.h"
#include "linear/covariance.h"
#include "linear/glm.h"
#include "linear/gram.h"
#include "linear/margin.h"
#include "math/normal.h"
#include "math/root.h"
#include "math/special.h"
#include "math/tails.h"

#define LOG_2PI 1.83787706640934548356

struct fitted_rows {
    const ca_family *family;
    const cauce_train *train;
    const double *weight;
    bool constant;
    double *mean;        /* n: as predicted; of the logistic family the margin */
    double *information; /* n: expected, by the square of the margin's derivative, times the weight */
    double weight_sum, log_weights;
    double deviance, null_deviance, pearson;
};

static double target(const struct fitted_rows *f, int64_t r) {
    return f->family->logistic ? f->train->y_class[r] : f->train->y[r];
}

static double weight(const struct fitted_rows *f, int64_t r) {
    return f->weight ? f->weight[r] : 1;
}

static bool estimates_dispersion(const ca_family *family) {
    return !family->logistic && family->power != 1;
}

/* ---- Rows ---------------------------------------------------------------------------------------------- */

/* log(1 + exp(-margin of the row's own class)): exact where the chance is nearly 1. */
static double logistic_loss(double y, double margin) {
    return ca_log1pexp(y > 0 ? -margin : margin);
}

static void look_at_row(struct fitted_rows *f, int64_t r, double margin) {
    const ca_family *family = f->family;
    double y = target(f, r), w = weight(f, r);
    if (family->logistic) {
        double p = ca_expit(margin), other = ca_expit(-margin);
        f->mean[r] = margin;
        f->information[r] = w * p * other;
        f->deviance += 2 * w * logistic_loss(y, margin);
        return;
    }
    double mu = family->log_link ? ca_exp(margin) : margin;
    double variance = family->power == 0   ? 1
                      : family->power == 1 ? mu
                      : family->power == 2 ? mu * mu
                                           : ca_exp(family->power * ca_log(mu));
    f->mean[r] = mu;
    f->information[r] = w * (family->log_link ? mu * mu : 1) / variance;
    f->deviance += 2 * w * ca_glm_half_deviance(family->power, y, mu);
    f->pearson += w * (y - mu) * (y - mu) / variance;
}

/* The derivative, by the constant, of the deviance of a model of the identity link that is a constant and
 * offsets. */
static double null_slope(double constant, void *payload) {
    const struct fitted_rows *f = payload;
    double sum = 0;
    for (int64_t r = 0; r < f->train->n_rows; r++) {
        double mu = constant + f->train->x->offset[r], y = f->train->y[r];
        sum -= weight(f, r) * (y - mu) * ca_exp(-f->family->power * ca_log(mu));
    }
    return sum;
}

/* The constant of that model: where every mean is above the row's target the deviance rises, and it falls
 * where a mean is next to 0. */
static double null_constant(const struct fitted_rows *f) {
    const double *offset = f->train->x->offset;
    double sum = 0, least = INFINITY, most = -INFINITY;
    for (int64_t r = 0; r < f->train->n_rows; r++) {
        sum += weight(f, r) * (f->train->y[r] - offset[r]);
        least = fmin(least, offset[r]);
        most = fmax(most, f->train->y[r] - offset[r]);
    }
    if (f->family->power == 0) return sum / f->weight_sum;
    return ca_root(null_slope, (void *)(uintptr_t)f, -least + 1e-9 * (most + least), most);
}

/* What stands in the place of the margin in a model of the constant alone, and what offsets are added to. */
static double null_margin(const struct fitted_rows *f) {
    const double *offset = f->train->x->offset;
    double sum = 0;
    if (!f->constant) return 0;
    if (f->family->log_link) return ca_log(ca_glm_mean(f->train, f->family->power, offset));
    if (offset) return null_constant(f);
    for (int64_t r = 0; r < f->train->n_rows; r++) sum += weight(f, r) * target(f, r);
    return sum / f->weight_sum;
}

/* Of the constant alone; without one the margin is 0. */
static void look_at_null(struct fitted_rows *f) {
    const ca_family *family = f->family;
    double margin = null_margin(f), sum = 0;
    f->null_deviance = 0;
    if (family->logistic) {
        double at = f->constant ? margin : 0.5;
        for (int64_t r = 0; r < f->train->n_rows; r++) sum += weight(f, r) * target(f, r);
        f->null_deviance = -2 * (sum * ca_log(at) + (f->weight_sum - sum) * ca_log(1 - at));
        return;
    }
    for (int64_t r = 0; r < f->train->n_rows; r++) {
        double own = margin + (f->train->x->offset ? f->train->x->offset[r] : 0);
        double at = family->log_link ? ca_exp(own) : own;
        bool possible = at > 0 || family->power == 0; /* the identity link without a constant */
        f->null_deviance +=
            possible ? 2 * weight(f, r) * ca_glm_half_deviance(family->power, target(f, r), at) : (double)NAN;
    }
}

static cauce_status look_at_rows(cauce_run *run, struct fitted_rows *f, const double *coef,
                                 double intercept) {
    int64_t n = f->train->n_rows;
    double *margin = cauce_scratch(run, n, sizeof *margin);
    f->mean = cauce_scratch(run, n, sizeof *f->mean);
    f->information = cauce_scratch(run, n, sizeof *f->information);
    if (!margin || !f->mean || !f->information) return CA_NOMEM(run);
    ca_margin(f->train->schema, f->train->x, coef, intercept, margin);
    for (int64_t r = 0; r < n; r++) {
        if (f->train->x->offset) margin[r] += f->train->x->offset[r];
        look_at_row(f, r, margin[r]);
        f->weight_sum += weight(f, r);
        if (f->weight) f->log_weights += ca_log(f->weight[r]);
    }
    look_at_null(f);
    return CAUCE_OK;
}

/* ---- Likelihood ---------------------------------------------------------------------------------------- */

/* As logLik in R: the dispersion of the normal, gamma and inverse Gaussian families is the mean deviance. */
static double log_likelihood(const struct fitted_rows *f) {
    const ca_family *family = f->family;
    int64_t n = f->train->n_rows;
    double sum = 0, mean_deviance = f->deviance / f->weight_sum;
    if (family->logistic) return -0.5 * f->deviance;
    if (family->power == 0)
        return 0.5 * (f->log_weights - (double)n * (LOG_2PI + 1 - ca_log((double)n) + ca_log(f->deviance)));
    if (family->power != 1 && !(mean_deviance > 0)) return INFINITY; /* every row is met */
    double shape = 1 / mean_deviance;
    for (int64_t r = 0; r < n; r++) {
        double y = f->train->y[r], mu = f->mean[r], w = weight(f, r);
        if (family->power == 1)
            sum += w * ((y > 0 ? y * ca_log(mu) : 0) - mu - ca_log_gamma(y + 1));
        else if (family->power == 2)
            sum += w * (shape * (ca_log(shape) + ca_log(y) - ca_log(mu) - y / mu) - ca_log(y) -
                        ca_log_gamma(shape));
        else if (family->power == 3)
            sum -= 0.5 * w * (LOG_2PI + ca_log(mean_deviance) + 1 + 3 * ca_log(y));
        else
            return NAN;
    }
    return sum;
}

static void write_facts(const struct fitted_rows *f, int64_t rank, ca_inference *s) {
    double n = (double)f->train->n_rows, df = n - (double)rank;
    bool estimated = estimates_dispersion(f->family);
    double parameters = (double)rank + (estimated ? 1 : 0);
    *s->df_residual = df;
    *s->deviance = f->deviance;
    *s->null_deviance = f->null_deviance;
    *s->dispersion = estimated ? f->pearson / df : 1;
    if (df <= 0 && estimated) *s->dispersion = NAN;
    *s->log_likelihood = log_likelihood(f);
    *s->aic = 2 * parameters - 2 * *s->log_likelihood;
    *s->bic = ca_log(n) * parameters - 2 * *s->log_likelihood;
}

/* ---- Tests --------------------------------------------------------------------------------------------- */

struct tests {
    const cauce_train *train;
    const ca_covariance *covariance;
    bool student;
    double quantile;
    int64_t lost, first_lost; /* coefficients that the rows do not determine */
};

static void write_test(struct tests *t, int64_t at, double variance, double value, ca_inference *s) {
    double df = *s->df_residual, error = sqrt(*s->dispersion * variance), statistic = value / error;
    if (isnan(variance)) {
        if (t->lost++ == 0) t->first_lost = at;
        error = statistic = NAN;
    }
    s->std_error[at] = error;
    s->statistic[at] = statistic;
    s->p_value[at] =
        t->student && df > 0 ? ca_student_two_sided(statistic, df) : ca_normal_two_sided(statistic);
    s->conf_low[at] = value - t->quantile * error;
    s->conf_high[at] = value + t->quantile * error;
}

static cauce_status write_tests(cauce_run *run, struct tests *t, bool constant, const double *coef,
                                double intercept, ca_inference *s) {
    const ca_design *d = t->covariance->design;
    double *direction = cauce_scratch(run, d->q, sizeof *direction);
    double *work = cauce_scratch(run, 2 * d->q, sizeof *work);
    double *variance = cauce_scratch(run, d->p, sizeof *variance);
    if (!direction || !work || !variance) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->q; j++) {
        if (d->feature[j] < 0) continue;
        double inverse = j < d->n_packed ? d->inverse[j] : 1;
        direction[j] = 1;
        variance[d->feature[j]] =
            inverse > 0 ? inverse * inverse * ca_covariance_along(t->covariance, direction, work)
                        : (double)NAN;
        direction[j] = 0;
    }
    for (int64_t j = 0; j < d->p; j++) write_test(t, j, variance[j], coef[j], s);
    if (!constant) return CAUCE_OK;
    direction[d->n_packed - 1] = 1; /* and the constant: that of the design less what the shifts take */
    for (int64_t j = 0; j < d->n_dense; j++) direction[j] = -d->inverse[j] * d->shift[j];
    write_test(t, d->p, ca_covariance_along(t->covariance, direction, work), intercept, s);
    return CAUCE_OK;
}

/* As summary.lm in R: what is left of the targets is no more than rounding errors. */
static bool exact(const struct fitted_rows *f, const ca_inference *s) {
    double squares = 0;
    if (f->family->logistic || f->family->power != 0) return false;
    for (int64_t r = 0; r < f->train->n_rows; r++) squares += weight(f, r) * f->mean[r] * f->mean[r];
    return *s->dispersion <= 1e-30 * squares / f->weight_sum;
}

/* Squares that overflow, or that are 0 though targets are not, say nothing. */
static bool beyond_numbers(const struct fitted_rows *f) {
    double largest = 0;
    if (f->family->logistic) return false;
    for (int64_t r = 0; r < f->train->n_rows; r++) largest = fmax(largest, fabs(f->train->y[r]));
    return !isfinite(f->deviance) || (largest > 0 && largest * largest * 1e-30 < DBL_MIN);
}

static void tell(cauce_run *run, const struct tests *t, const struct fitted_rows *f, const ca_inference *s) {
    char name[200] = "the constant";
    if (t->lost > 0) {
        if (t->first_lost < t->train->schema->width)
            ca_schema_column_name(t->train->schema, t->first_lost, name, sizeof name);
        cauce_warn(run, "not_determined",
                   "no standard error for %lld of the %lld coefficients (the first: %s), whose columns are "
                   "constant or made of others; leave some out (drop=first in one_hot_encoder)",
                   (long long)t->lost, (long long)s->n_tests, name);
    }
    if (isnan(*s->dispersion))
        cauce_warn(run, "no_degrees_of_freedom",
                   "as many coefficients as rows: nothing is left to estimate standard errors from");
    else if (beyond_numbers(f))
        cauce_warn(run, "extreme_target",
                   "the squares of the targets are too large or too small for a number, and so are standard "
                   "errors and deviances; scale the target");
    else if (exact(f, s))
        cauce_warn(run, "exact_fit",
                   "the targets are met exactly: standard errors and tests are made of rounding errors");
}

static cauce_status inference_open(cauce_run *run, int64_t n_tests, ca_inference *s) {
    double **tests[] = { &s->std_error, &s->statistic, &s->p_value, &s->conf_low, &s->conf_high };
    double **facts[] = { &s->log_likelihood, &s->aic,        &s->bic,        &s->deviance,
                         &s->null_deviance,  &s->dispersion, &s->df_residual };
    s->n_tests = n_tests;
    s->n_facts = 1;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (!(*tests[i] = cauce_keep(run, n_tests, sizeof(double)))) return CA_NOMEM(run);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (!(*facts[i] = cauce_keep(run, 1, sizeof(double)))) return CA_NOMEM(run);
    return CAUCE_OK;
}

cauce_status ca_inference_of(cauce_run *run, const ca_family *family, const cauce_train *train,
                             const double *weight, bool fit_intercept, const double *coef, double intercept,
                             double confidence, ca_inference *inference) {
    struct fitted_rows rows = {
        .family = family, .train = train, .weight = weight, .constant = fit_intercept
    };
    CA_TRY(inference_open(run, train->schema->width + (fit_intercept ? 1 : 0), inference));
    CA_TRY(look_at_rows(run, &rows, coef, intercept));
    ca_design d;
    ca_gram gram;
    ca_covariance covariance;
    CA_TRY(ca_design_open(run, train, NULL, weight, fit_intercept, &d));
    CA_TRY(ca_design_standardise(run, &d, fit_intercept, true));
    CA_TRY(ca_gram_open(run, &d, &gram));
    CA_TRY(ca_gram_sum(run, &gram, rows.information));
    CA_TRY(ca_covariance_of(run, &d, gram.partial, &covariance));
    write_facts(&rows, covariance.rank, inference);
    double df = *inference->df_residual, tail = 1 - confidence;
    struct tests tests = { .train = train, .covariance = &covariance };
    tests.student = estimates_dispersion(family);
    tests.quantile =
        tests.student && df > 0 ? ca_student_two_sided_quantile(tail, df) : -ca_normal_quantile(tail / 2);
    CA_TRY(write_tests(run, &tests, fit_intercept, coef, intercept, inference));
    tell(run, &tests, &rows, inference);
    return CAUCE_OK;
}

cauce_status ca_inference_verify(cauce_run *run, const ca_inference *inference, int64_t n_features) {
    int64_t n = inference->n_tests, facts = inference->n_facts;
    if ((n == 0 && facts == 0) || (facts == 1 && (n == n_features || n == n_features + 1))) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_FORMAT, "%lld standard errors and %lld deviances for %lld coefficients",
                      (long long)n, (long long)facts, (long long)n_features);
}
