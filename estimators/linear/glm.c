#include "linear/glm.h"

#include <math.h>
#include <string.h>

#include "linear/scaled.h"
#include "math/special.h"

/* ---- Deviances ----------------------------------------------------------------------------------------- */

static double to_power(double mu, double log_mu, double k) {
    return k == 0 ? 1 : k == 1 ? mu : k == -1 ? 1 / mu : k == 2 ? mu * mu : ca_exp(k * log_mu);
}

/* Section 9.6 of Jorgensen, The Theory of Dispersion Models, 1997; log_mu is log(mu). */
static double half_deviance(double power, double y, double mu, double log_mu) {
    if (power == 0) return 0.5 * (y - mu) * (y - mu);
    if (power == 1) return (y > 0 ? y * (ca_log(y) - log_mu) : 0) - (y - mu);
    if (power == 2) return log_mu - ca_log(y) + (y - mu) / mu;
    double a = 1 - power, b = 2 - power;
    double constant = y > 0 ? ca_exp(b * ca_log(y)) / (a * b) : 0;
    return constant - y * to_power(mu, log_mu, a) / a + to_power(mu, log_mu, b) / b;
}

double ca_glm_half_deviance(double power, double y, double mu) {
    return half_deviance(power, y, mu, power == 0 ? 0 : ca_log(mu));
}

/* Where the deviance is not convex in the margin and its second derivative at a row is negative, the expected
 * one (Fisher scoring) stands for it. */
static void at_log(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                   double *slope, double *curvature, double *faintest) {
    double p = point->power, least = INFINITY; /* of the margins without offsets */
    for (int64_t r = 0; r < rows; r++) {
        const double y = ca_target_at(&point->target, row + r);
        double mu = ca_exp(margin[r]), factor = to_power(mu, margin[r], 1 - p);
        cost[r] = half_deviance(p, y, mu, margin[r]);
        slope[r] = (mu - y) * factor;
        double observed = factor * ((2 - p) * mu - (1 - p) * y);
        curvature[r] = observed > 0 ? observed : factor * mu;
        if (!isfinite(cost[r]) || !isfinite(curvature[r]) || !isfinite(slope[r]))
            cost[r] = INFINITY, slope[r] = curvature[r] = 0;
        least = fmin(least, point->offset ? margin[r] - point->offset[row + r] : margin[r]);
    }
    *faintest = fmin(*faintest, ca_exp(least) * point->shape);
}

static void at_identity(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                        double *slope, double *curvature, double *faintest) {
    (void)faintest;
    double p = point->power;
    for (int64_t r = 0; r < rows; r++) {
        const double y = ca_target_at(&point->target, row + r);
        double mu = margin[r];
        cost[r] = INFINITY;
        slope[r] = curvature[r] = 0;
        if (p != 0 && !(mu > 0)) continue;
        double log_mu = p == 0 ? 0 : ca_log(mu), factor = to_power(mu, log_mu, -p);
        double observed = p == 0 ? 1 : factor * (1 - p * (mu - y) / mu), expected = factor;
        double mine = half_deviance(p, y, mu, log_mu);
        if (!isfinite(mine) || !isfinite(expected)) continue;
        cost[r] = mine;
        slope[r] = (mu - y) * factor;
        curvature[r] = observed > 0 ? observed : expected;
    }
}

/* ---- Targets ------------------------------------------------------------------------------------------- */

static cauce_status check_targets(cauce_run *run, const ca_glm *glm, const cauce_train *train) {
    if (glm->power < 1) return CAUCE_OK;
    bool zero = glm->power < 2;
    for (int64_t r = 0; r < train->n_rows; r++)
        if (!(train->y[r] > 0 || (zero && train->y[r] == 0)))
            return cauce_fail(run, CAUCE_E_DATA,
                              "target %.9g in row %lld of the training rows; a deviance of power %g takes "
                              "targets %s 0",
                              train->y[r], (long long)(train->x->first_row + r + 1), glm->power,
                              zero ? ">=" : ">");
    return CAUCE_OK;
}

double ca_glm_mean(const cauce_train *train, double power, const double *offset) {
    double largest = 0, above = 0, below = 0;
    for (int64_t r = 0; r < train->n_rows; r++) largest = fmax(largest, fabs(train->y[r]));
    for (int64_t r = 0; r < train->n_rows && largest > 0; r++) {
        double w = train->weight ? train->weight[r] : 1, o = offset ? offset[r] : 0;
        above += w * (train->y[r] / largest) * (offset ? ca_exp((1 - power) * o) : 1);
        below += w * (offset ? ca_exp((2 - power) * o) : 1);
    }
    return largest > 0 ? above / below * largest : 0;
}

/* Offsets in the units of the targets, about their mean where a constant makes up for it. */
static cauce_status centre_offsets(cauce_run *run, const ca_glm *glm, const cauce_train *train,
                                   ca_glm_fit *fit) {
    const double *given = train->x->offset;
    if (!given) return CAUCE_OK;
    if (train->exposure && !glm->log_link)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                          "an exposure needs the log link, with which the mean is proportional to it; take "
                          "link=log, or give the column as an offset");
    double *offset = cauce_scratch(run, train->n_rows, sizeof *offset), sum = 0;
    if (!offset) return CA_NOMEM(run);
    for (int64_t r = 0; r < train->n_rows; r++) sum += (train->weight ? train->weight[r] : 1) * given[r];
    fit->centre = glm->fit_intercept ? sum / fit->design.weight_sum : 0;
    for (int64_t r = 0; r < train->n_rows; r++) offset[r] = given[r] - fit->centre;
    fit->offset = offset;
    return CAUCE_OK;
}

/* With the identity link offsets are in the units of the targets. The start must give every row a mean above
 * 0. */
static void scale_offsets(const ca_glm *glm, int64_t n_rows, ca_glm_fit *fit, double *start) {
    double least = 0;
    if (glm->log_link || !fit->offset) return;
    for (int64_t r = 0; r < n_rows; r++) {
        fit->offset[r] /= fit->unit;
        least = fmin(least, fit->offset[r]);
    }
    if (glm->power != 0) *start = fmax(*start, 0.5 - least);
}

/* The mean that the constant stands for beside offsets, in the place of that of the targets. */
static cauce_status offset_mean(cauce_run *run, const ca_glm *glm, const cauce_train *train,
                                const ca_glm_fit *fit, double *mean) {
    bool possible = *mean > 0;
    *mean = ca_glm_mean(train, glm->power, fit->offset);
    if (!possible || (*mean > 0 && isfinite(*mean))) return CAUCE_OK;
    return cauce_fail(
        run, CAUCE_E_NUMERIC,
        "the offsets are so far apart that their exponentials overflow; with the log link they are "
        "logarithms of what the targets' mean is proportional to");
}

/* Targets in units that make the margins about as large as the columns, whatever they are counted in. */
static cauce_status scale_targets(cauce_run *run, const ca_glm *glm, const cauce_train *train,
                                  ca_glm_fit *fit, double *start) {
    double mean, deviation;
    CA_TRY(centre_offsets(run, glm, train, fit));
    ca_target_moments(train, fit->design.weight_sum, &mean, &deviation);
    if (glm->log_link && fit->offset) CA_TRY(offset_mean(run, glm, train, fit, &mean));
    bool positive = glm->log_link || glm->power != 0;
    if (positive && !(mean > 0))
        return cauce_fail(run, CAUCE_E_DATA,
                          "the mean of the targets is %.9g; %s takes targets with a mean above 0", mean,
                          glm->log_link ? "the log link" : "a power other than 0");
    fit->unit = positive ? mean : deviation > 0 ? deviation : 1;
    fit->shift = positive || !glm->fit_intercept ? 0 : mean;
    if (glm->log_link && !glm->fit_intercept) fit->unit = 1; /* no constant could take the unit up */
    *start = glm->log_link || glm->power == 0 ? 0 : 1;       /* the mean */
    scale_offsets(glm, train->n_rows, fit, start);
    fit->point = (ca_point){ .target = { .y = train->y, .from = fit->shift, .unit = fit->unit },
                             .at = glm->log_link ? at_log : at_identity,
                             .offset = fit->offset,
                             .power = glm->power };
    fit->point.substituted =
        glm->log_link ? glm->power < 1 || glm->power > 2 : glm->power < 0 || glm->power > 1;
    fit->point.shape = glm->log_link ? fit->unit / mean : 1;
    return CAUCE_OK;
}

/* ---- The fit ------------------------------------------------------------------------------------------- */

static cauce_status descend(cauce_run *run, const ca_glm *glm, ca_glm_fit *fit, const ca_point *point,
                            const double *penalty) {
    bool newton =
        glm->solver == CA_GLM_NEWTON || (glm->solver == CA_GLM_AUTO && fit->design.q <= CA_MOST_NEWTON);
    ca_loss loss;
    CA_TRY(ca_loss_open_point(run, &fit->design, point, penalty, newton, &loss));
    fit->descent = (ca_descent){ .max_iter = newton ? glm->max_iter : 50 * glm->max_iter, .tol = glm->tol };
    return newton ? ca_newton(run, &loss, &fit->descent, fit->v, fit->gradient)
                  : ca_lbfgs(run, &loss, &fit->descent, fit->v, fit->gradient);
}

/* Without a constant no coefficients are sure to give positive means: those of least squares may. */
static cauce_status start_by_squares(cauce_run *run, const ca_glm *glm, ca_glm_fit *fit,
                                     const double *penalty) {
    ca_point squares = fit->point;
    squares.power = 0;
    CA_TRY(descend(run, glm, fit, &squares, penalty));
    double *margin = cauce_scratch(run, fit->design.n, sizeof *margin);
    if (!margin) return CA_NOMEM(run);
    CA_TRY(ca_loss_margins(run, &fit->design, fit->v, margin));
    for (int64_t r = 0; r < fit->design.n; r++)
        if (!(margin[r] + (fit->offset ? fit->offset[r] : 0) > 0))
            return cauce_fail(run, CAUCE_E_NUMERIC,
                              "without a constant, no coefficients were found that give every row a positive "
                              "mean, which power %g needs; take link=log or fit_intercept=true",
                              glm->power);
    return CAUCE_OK;
}

cauce_status ca_glm_minimise(cauce_run *run, const ca_glm *glm, const cauce_train *train, ca_glm_fit *fit) {
    *fit = (ca_glm_fit){ .unit = 1 };
    ca_design *d = &fit->design;
    double start = 0;
    CA_TRY(check_targets(run, glm, train));
    CA_TRY(ca_design_open(run, train, NULL, train->weight, glm->fit_intercept, d));
    CA_TRY(ca_design_standardise(run, d, glm->fit_intercept, true));
    CA_TRY(scale_targets(run, glm, train, fit, &start));
    /* In units of the targets the deviance is unit^(2 - power) times less, and with the identity link the
     * coefficients are unit times less. */
    double units = glm->log_link ? glm->power - 2 : glm->power;
    const double strength =
        glm->alpha > 0 ? glm->alpha * d->weight_sum * ca_exp(units * ca_log(fit->unit)) : 0;
    double *penalty = ca_scaled_penalty(run, d, strength);
    fit->v = cauce_scratch(run, d->q, sizeof *fit->v);
    fit->gradient = cauce_scratch(run, d->q, sizeof *fit->gradient);
    if (!penalty || !fit->v || !fit->gradient) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->q; j++)
        if (!isfinite(penalty[j]))
            return cauce_fail(run, CAUCE_E_NUMERIC,
                              "alpha=%g is too large for the scale of the columns and of the target",
                              glm->alpha);
    if (glm->fit_intercept)
        fit->v[d->n_packed - 1] = start;
    else if (!glm->log_link && glm->power != 0)
        CA_TRY(start_by_squares(run, glm, fit, penalty));
    return descend(run, glm, fit, &fit->point, penalty);
}
