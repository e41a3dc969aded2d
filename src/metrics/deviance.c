/* Metrics of predicted numbers relative to something: to their size, to a distribution, to a constant. */
#include "math/powers.h"
#include "math/special.h"
#include "metrics/functions.h"

/* ---- Logarithms ---------------------------------------------------------------------------------------- */

/* The loss of a row with target y that is predicted as p. */
typedef double loss(double y, double p, double parameter);

static double squared_log(double y, double p, double parameter) {
    (void)parameter;
    double off = ca_log1p(y) - ca_log1p(p);
    return off * off;
}

static double absolute(double y, double p, double parameter) {
    (void)parameter;
    return fabs(y - p);
}

/* Koenker and Bassett, "Regression quantiles", Econometrica 46 (1978), doi:10.2307/1913643. */
static double pinball(double y, double p, double alpha) {
    return y >= p ? alpha * (y - p) : (1 - alpha) * (p - y);
}

/* Unit deviances: McCullagh and Nelder, Generalized Linear Models (1989), section 2.3. Where the terms nearly
 * cancel, because the prediction is good, they are taken together; far from there ratios might overflow. */
static double poisson(double y, double p, double parameter) {
    (void)parameter;
    if (y == 0) return 2 * p;
    double off = (p - y) / y;
    if (fabs(off) < .5) return 2 * y * (off - ca_log1p(off));
    return 2 * (y * (ca_log(y) - ca_log(p)) - y + p);
}

static double gamma_unit(double y, double p, double parameter) {
    (void)parameter;
    double off = (y - p) / p;
    if (fabs(off) < .5) return 2 * (off - ca_log1p(off));
    return 2 * (ca_log(p) - ca_log(y) + off);
}

static double squared(double y, double p, double parameter) {
    (void)parameter;
    return (y - p) * (y - p);
}

/* The powers of y / p and p that a deviance is made of are exp(power log x). Jorgensen, "Exponential
 * dispersion models", Journal of the Royal Statistical Society B 49 (1987),
 * doi:10.1111/j.2517-6161.1987.tb01685.x. A negative target, which powers below 0 allow, counts as 0 in the
 * term without the prediction. */
static double tweedie(double y, double p, double power) {
    const double a = 1 - power, b = 2 - power, off = (y - p) / p;
    if (fabs(off) < .5) return 2 * ca_exp(b * ca_log(p)) * (ca_expm1(b * ca_log1p(off)) - b * off) / (a * b);
    const double alone = y > 0 ? ca_exp(b * ca_log(y)) / (a * b) : 0;
    return 2 * (alone - y * ca_exp(a * ca_log(p)) / a + ca_exp(b * ca_log(p)) / b);
}

/* What targets and predictions must be. */
typedef enum bound { ANY, NOT_NEGATIVE, POSITIVE } bound;
typedef struct domain {
    const char *name;
    bound target, prediction;
} domain;

static bool lies_in(double x, bound b) {
    return b == ANY || x > 0 || (b == NOT_NEGATIVE && x == 0);
}

static const char *sign_of(bound b) {
    return b == NOT_NEGATIVE ? ">=" : ">";
}

static cauce_status check_domain(cauce_run *run, const ca_metric_input *input, const domain *d) {
    for (int64_t r = 0; r < input->n; r++) {
        if (ca_metric_weight(input, r) == 0) continue;
        double y = input->y[r], p = input->prediction[r];
        if (!lies_in(y, d->target))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the true value of row %lld is %g; it must be %s 0",
                              d->name, (long long)r + 1, y, sign_of(d->target));
        if (!lies_in(p, d->prediction))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the prediction for row %lld is %g; it must be %s 0",
                              d->name, (long long)r + 1, p, sign_of(d->prediction));
    }
    return CAUCE_OK;
}

/* Sum over the rows; constant: what is predicted for all, NULL: the predictions. */
static double total(const ca_metric_input *input, loss *of, double parameter, const double *constant) {
    ca_sum sum = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        double p = constant ? *constant : input->prediction[r];
        if (w != 0) ca_sum_add(&sum, w * of(input->y[r], p, parameter));
    }
    return ca_sum_get(&sum);
}

static cauce_status mean_loss(cauce_run *run, const ca_metric_input *input, const domain *d, loss *of,
                              double parameter, double *value) {
    CA_TRY(check_domain(run, input, d));
    *value = total(input, of, parameter, NULL) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

/* The deviance of a power, and where it is defined. */
static cauce_status of_power(cauce_run *run, const char *name, double power, domain *d, loss **of) {
    *d = (domain){ name,
                   power >= 2   ? POSITIVE
                   : power >= 1 ? NOT_NEGATIVE
                                : ANY,
                   power == 0 ? ANY : POSITIVE };
    *of = power == 0 ? squared : power == 1 ? poisson : power == 2 ? gamma_unit : tweedie;
    if ((power > 0 && power < 1) || !isfinite(power))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "%s: power=%g is no distribution; 0, less, or 1 and more is accepted", name, power);
    return CAUCE_OK;
}

const cauce_param ca_metric_alpha_rows[] = {
    CAUCE_REAL(struct ca_metric_alpha, alpha, 0.5, 0, 1,
               "The quantile that is predicted: 0.9 is the number that nine of ten targets lie below."),
    CAUCE_END
};
const cauce_param ca_metric_power_rows[] = {
    CAUCE_REAL(struct ca_metric_power, power, 0, -INFINITY, INFINITY,
               "The variance grows as this power of the mean: 0 normal, 1 Poisson, between 1 and 2 compound "
               "Poisson, 2 gamma, 3 inverse normal; not between 0 and 1."),
    CAUCE_END
};

cauce_status ca_metric_mean_pinball(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_alpha *p = input->params;
    return mean_loss(run, input, &(domain){ "mean_pinball", ANY, ANY }, pinball, p->alpha, value);
}

cauce_status ca_metric_mean_tweedie_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_power *p = input->params;
    domain d = { 0 };
    loss *of = NULL;
    CA_TRY(of_power(run, "mean_tweedie_deviance", p->power, &d, &of));
    return mean_loss(run, input, &d, of, p->power, value);
}

cauce_status ca_metric_msle(cauce_run *run, const ca_metric_input *input, double *value) {
    return mean_loss(run, input, &(domain){ "msle", NOT_NEGATIVE, NOT_NEGATIVE }, squared_log, 0, value);
}

cauce_status ca_metric_rmsle(cauce_run *run, const ca_metric_input *input, double *value) {
    CA_TRY(mean_loss(run, input, &(domain){ "rmsle", NOT_NEGATIVE, NOT_NEGATIVE }, squared_log, 0, value));
    *value = sqrt(*value);
    return CAUCE_OK;
}

cauce_status ca_metric_mean_poisson_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return mean_loss(run, input, &(domain){ "mean_poisson_deviance", NOT_NEGATIVE, POSITIVE }, poisson, 0,
                     value);
}

cauce_status ca_metric_mean_gamma_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return mean_loss(run, input, &(domain){ "mean_gamma_deviance", POSITIVE, POSITIVE }, gamma_unit, 0,
                     value);
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

/* D2: Hastie, Tibshirani and Wainwright, Statistical Learning with Sparsity (2015), equation 3.11. The
 * constant is the best there is: a quantile that is interpolated between two targets would not be. */
static cauce_status d2_quantile(cauce_run *run, const ca_metric_input *input, const char *name, loss *of,
                                double alpha, double *value) {
    double best = 0;
    CA_TRY(check_rows(run, input, name));
    CA_TRY(ca_metric_quantile(run, input->y, input->weight, input->n, ca_metric_total_weight(input), alpha,
                              &best));
    *value =
        share(total(input, of, alpha, NULL), total(input, of, alpha, &best), is_constant(input, input->y));
    return CAUCE_OK;
}

cauce_status ca_metric_d2_absolute_error(cauce_run *run, const ca_metric_input *input, double *value) {
    return d2_quantile(run, input, "d2_absolute_error", absolute, .5, value);
}

cauce_status ca_metric_d2_pinball(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_alpha *p = input->params;
    return d2_quantile(run, input, "d2_pinball", pinball, p->alpha, value);
}

static cauce_status d2(cauce_run *run, const ca_metric_input *input, const domain *d, loss *of,
                       double parameter, double *value) {
    CA_TRY(check_rows(run, input, d->name));
    CA_TRY(check_domain(run, input, d));
    double mean = mean_of(input, input->y);
    bool constant =
        is_constant(input, input->y); /* then the mean may be 0, of which no deviance is defined */
    if (!constant && !lies_in(mean, d->prediction))
        return cauce_fail(run, CAUCE_E_DATA, "%s: the mean of the true values is %g; it must be > 0", d->name,
                          mean);
    *value =
        share(total(input, of, parameter, NULL), constant ? 0 : total(input, of, parameter, &mean), constant);
    return CAUCE_OK;
}

cauce_status ca_metric_d2_tweedie(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_power *p = input->params;
    domain d = { 0 };
    loss *of = NULL;
    CA_TRY(of_power(run, "d2_tweedie", p->power, &d, &of));
    return d2(run, input, &d, of, p->power, value);
}

cauce_status ca_metric_d2_poisson_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return d2(run, input, &(domain){ "d2_poisson_deviance", NOT_NEGATIVE, POSITIVE }, poisson, 0, value);
}

cauce_status ca_metric_d2_gamma_deviance(cauce_run *run, const ca_metric_input *input, double *value) {
    return d2(run, input, &(domain){ "d2_gamma_deviance", POSITIVE, POSITIVE }, gamma_unit, 0, value);
}
