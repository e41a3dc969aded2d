/* Makes each column look more normal by the power that fits it best, then gives it mean 0 and variance 1.
 *
 * Box and Cox, An analysis of transformations, J. R. Stat. Soc. B 26 (1964),
 * doi:10.1111/j.2517-6161.1964.tb00553.x, for numbers above 0; Yeo and Johnson, A new family of power
 * transformations to improve normality or symmetry, Biometrika 87 (2000), doi:10.1093/biomet/87.4.954, for
 * any. The power lambda has the largest likelihood; the likelihood has one maximum.
 *
 * With l = log x (Box-Cox), or log(1 + |x|) and a sign (Yeo-Johnson), both are f(l, p) = (exp(p l) - 1) / p.
 * Where all numbers are on one side of 0, f(l - c, p) differs from f(l, p) by a factor and a summand only,
 * which standardizing takes away; with c the mean of l nothing overflows and nothing cancels, even for years
 * around 2000, whose best power may be 20. Powers are sought where |p l| <= 300. A column that is constant
 * keeps power 1. */
#include <float.h>
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"
#include "math/root.h"
#include "math/powers.h"
#include "math/special.h"
#include "math/stats.h"

typedef struct power_params {
    int method;
    bool standardize;
} power_params;

enum { YEO_JOHNSON, BOX_COX };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(power_params, method, "yeo-johnson", "yeo-johnson|box-cox",
                 "The family of powers; box-cox is for numbers above 0 only."),
    CAUCE_BOOL(power_params, standardize, true,
               "Give the result mean 0 and variance 1 (of the training rows)."),
    CAUCE_END,
};

typedef struct power_state {
    int64_t n_columns;
    double *lambdas, *center, *mean, *scale;
    uint8_t *side;
} power_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(power_state, lambdas, CAUCE_F64, n_columns, "Power of each column; nan without a number."),
    CAUCE_ARRAY(power_state, center, CAUCE_F64, n_columns,
                "What is subtracted from the logarithms of each column before the power."),
    CAUCE_ARRAY(power_state, mean, CAUCE_F64, n_columns, "Mean after the power, which is subtracted."),
    CAUCE_ARRAY(power_state, scale, CAUCE_F64, n_columns, "What each column is divided by in the end."),
    CAUCE_ARRAY(power_state, side, CAUCE_U8, n_columns,
                "Where the training numbers of each column are: 0 anywhere, 1 from 0 on, 2 below 0."),
    CAUCE_STATE_END,
};

enum { ANYWHERE, ABOVE, BELOW };

/* ---- The functions ------------------------------------------------------------------------------------- */

/* A fitted column. */
typedef struct power {
    int method, side;
    double lambda, center;
} power;

static inline double power_of(double l, double p) {
    return p == 0 ? l : ca_expm1(p * l) / p;
}

/* The transformed number, before it is standardized. */
static inline double transformed(const power *f, double x) {
    if (f->method == BOX_COX) return power_of(ca_log(x) - f->center, f->lambda);
    double c = f->center;
    if (x >= 0) {
        double l = ca_log1p(x), other = 2 - f->lambda;
        if (f->side != BELOW) return power_of(l - c, f->lambda);
        /* in the units of the numbers below 0 */
        return power_of(l, f->lambda) * ca_exp(-other * c) - power_of(-c, other);
    }
    double l = ca_log1p(-x), p = 2 - f->lambda;
    if (f->side != ABOVE) return -power_of(l - c, p);
    return -power_of(l, p) * ca_exp(-f->lambda * c) + power_of(-c, f->lambda);
}

/* ---- The best power ------------------------------------------------------------------------------------ */

/* The present cells of a column. */
typedef struct likelihood {
    int64_t n;
    double *x, *weight; /* weight NULL: 1 */
    double *t, *change; /* of each cell: what it becomes, and how that changes with the power */
    double slope;       /* mean of the signed logarithms, less the centre */
    power f;
} likelihood;

/* Of f(l, p) by p: l f + (l - f) / p. */
static double change_of(double l, double p, double f) {
    double d = p * l;
    if (fabs(d) > 0.02) return l * f + (l - f) / p;
    return l * f -
           l * l * (1 / 2.0 + d * (1 / 6.0 + d * (1 / 24.0 + d * (1 / 120.0 + d * (1 / 720.0 + d / 5040)))));
}

/* How minus the likelihood of a power, per row, changes with the power: it ascends. Its root is known to more
 * digits than the place of the maximum itself would be. */
static double descent(double lambda, void *payload) {
    likelihood *at = payload;
    at->f.lambda = lambda;
    for (int64_t i = 0; i < at->n; i++) {
        double x = at->x[i], t = transformed(&at->f, x);
        at->t[i] = t;
        if (at->f.method == BOX_COX)
            at->change[i] = change_of(ca_log(x) - at->f.center, lambda, t);
        else if (x >= 0)
            at->change[i] = change_of(ca_log1p(x) - at->f.center, lambda, t);
        else
            at->change[i] = change_of(ca_log1p(-x) - at->f.center, 2 - lambda, -t);
    }
    ca_moments t = ca_moments_of(at->t, at->weight, at->n), d = ca_moments_of(at->change, at->weight, at->n);
    double together = 0;
    for (int64_t i = 0; i < at->n; i++)
        together += (at->weight ? at->weight[i] : 1) * (at->t[i] - t.mean) * (at->change[i] - d.mean);
    double result = together / t.weight / t.var - at->slope;
    return isfinite(result) ? result : lambda < 1 ? -HUGE_VAL : HUGE_VAL;
}

/* Side, centre and slope; the bounds of the search. */
static void prepare(likelihood *at, int method, double *low, double *high) {
    double above = 0, below = 0; /* the largest logarithms on both sides of 0 */
    bool any_above = false, any_below = false;
    for (int64_t i = 0; i < at->n; i++) {
        double x = at->x[i], l = method == BOX_COX ? ca_log(x) : ca_log1p(fabs(x));
        bool negative = method == YEO_JOHNSON && x < 0;
        at->t[i] = negative ? -l : l;
        if (negative) {
            any_below = true;
            below = fmax(below, l);
        } else {
            any_above = true;
            above = fmax(above, fabs(l));
        }
    }
    double mean = ca_moments_of(at->t, at->weight, at->n).mean, most = 100, far = 300;
    at->f = (power){ method, any_above && any_below ? ANYWHERE : any_below ? BELOW : ABOVE, 1, 0 };
    /* Centred, the likelihood of the power p is that of the variance alone. */
    at->f.center = at->f.side == ANYWHERE ? 0 : fabs(mean);
    if (method == BOX_COX) at->f.center = mean;
    at->slope = at->f.side == ANYWHERE ? mean : 0;
    double up = above > 0 ? fmin(most, far / above) : most;
    double down = below > 0 ? fmin(most, far / below) : most;
    *low = fmax(any_above ? -up : -HUGE_VAL, any_below ? 2 - down : -HUGE_VAL);
    *high = fmin(any_above ? up : HUGE_VAL, any_below ? 2 + down : HUGE_VAL);
}

static double best_power(likelihood *at, int method) {
    double low, high;
    prepare(at, method, &low, &high);
    if (!(low < high)) return 1; /* huge numbers on both sides */
    return ca_root(descent, at, low, high);
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const power_params *params;
    power_state *state;
} fit_job;

static cauce_status take_cells(cauce_run *run, const ca_numeric *column, const double *weight, int method,
                               likelihood *at) {
    int64_t n = column->n_rows;
    *at = (likelihood){ .f = { method, ANYWHERE, 1, 0 } };
    at->x = cauce_scratch(run, n, sizeof(double));
    at->t = cauce_scratch(run, n, sizeof(double));
    at->change = cauce_scratch(run, n, sizeof(double));
    if (weight) at->weight = cauce_scratch(run, n, sizeof(double));
    if (!at->x || !at->t || !at->change || (weight && !at->weight)) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        double x = column->x[r];
        if (isnan(x)) continue;
        if (method == BOX_COX && !(x > 0))
            return ca_numeric_bad(run, column, r,
                                  "is not above 0; box-cox needs numbers above 0, yeo-johnson "
                                  "takes any");
        if (weight) at->weight[at->n] = weight[r];
        at->x[at->n++] = x;
    }
    return CAUCE_OK;
}

static bool is_constant(const likelihood *at) {
    for (int64_t i = 1; i < at->n; i++)
        if (at->x[i] != at->x[0]) return false;
    return true;
}

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    power_state *state = job->state;
    int64_t j = column->j;
    likelihood at;
    CA_TRY(ca_numeric_finite(run, column));
    CA_TRY(take_cells(run, column, train->weight, job->params->method, &at));
    if (at.n == 0) {
        ca_numeric_empty(run, column, "it stays missing");
        state->lambdas[j] = state->center[j] = state->mean[j] = state->scale[j] = (double)NAN;
        return CAUCE_OK;
    }
    double lambda = is_constant(&at) ? 1 : best_power(&at, job->params->method);
    at.f.lambda = lambda;
    /* Without standardizing the result is that of the paper; a power of 1 needs no centre. */
    if (lambda == 1 || !job->params->standardize) at.f.center = 0;
    for (int64_t i = 0; i < at.n; i++) at.t[i] = transformed(&at.f, at.x[i]);
    ca_moments moments = ca_moments_of(at.t, at.weight, at.n);
    char name[CA_NUMERIC_NAME];
    if (!isfinite(moments.mean) || !isfinite(moments.var))
        return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for a variance",
                          ca_numeric_name(column, name));
    double noise = moments.weight * moments.mean * DBL_EPSILON; /* as in standard_scaler */
    bool constant = moments.var <= moments.weight * DBL_EPSILON * moments.var + noise * noise;
    state->lambdas[j] = lambda;
    state->center[j] = at.f.center;
    state->side[j] = (uint8_t)at.f.side;
    state->mean[j] = job->params->standardize ? moments.mean : 0;
    state->scale[j] = job->params->standardize && !constant ? sqrt(moments.var) : 1;
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    power_state *state = state_out;
    int64_t n = train->schema->width;
    state->n_columns = n;
    state->lambdas = cauce_keep(run, n, sizeof(double));
    state->center = cauce_keep(run, n, sizeof(double));
    state->mean = cauce_keep(run, n, sizeof(double));
    state->scale = cauce_keep(run, n, sizeof(double));
    state->side = cauce_keep(run, n, 1);
    if (!state->lambdas || !state->center || !state->mean || !state->scale || !state->side)
        return run->error.status;
    fit_job job = { params, state };
    return ca_numeric_fit_each(run, train, fit_column, &job);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const power_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    for (int64_t j = 0; j < state->n_columns; j++) {
        double scale = state->scale[j];
        bool empty = isnan(state->lambdas[j]) && isnan(scale);
        if (state->side[j] > BELOW)
            return cauce_fail(run, CAUCE_E_FORMAT, "side %d of column %lld is none", (int)state->side[j],
                              (long long)j);
        if (!empty && !(isfinite(state->lambdas[j]) && isfinite(state->center[j]) &&
                        isfinite(state->mean[j]) && isfinite(scale) && scale > 0))
            return cauce_fail(run, CAUCE_E_FORMAT,
                              "power %g, center %g, mean %g and scale %g of column %lld are of no use",
                              state->lambdas[j], state->center[j], state->mean[j], scale, (long long)j);
    }
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    const power_state *state = self->state;
    int64_t j = column->j;
    int method = ((const power_params *)self->params)->method;
    power f = { method, state->side[j], state->lambdas[j], state->center[j] };
    for (int64_t r = 0; r < column->n_rows; r++) {
        double x = column->x[r];
        if (isnan(x) || isnan(f.lambda)) {
            z[r] = (double)NAN;
            continue;
        }
        if (method == BOX_COX && !(x > 0))
            return ca_numeric_bad(run, column, r, "is not above 0, which box-cox needs");
        z[r] = (transformed(&f, x) - state->mean[j]) / state->scale[j];
    }
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static inline double unpower(double value, double p) {
    return p == 0 ? value : ca_log1p(p * value) / p;
}

/* The number that becomes t. */
static double untransformed(const power *f, double t) {
    double c = f->center, other = 2 - f->lambda;
    if (f->method == BOX_COX) return ca_exp(unpower(t, f->lambda) + c);
    double zero = f->side == ABOVE   ? power_of(-c, f->lambda) /* what 0 becomes */
                  : f->side == BELOW ? -power_of(-c, other)
                                     : 0;
    if (t >= zero) {
        if (f->side != BELOW) return ca_expm1(unpower(t, f->lambda) + c);
        return ca_expm1(unpower((t - zero) * ca_exp(other * c), f->lambda));
    }
    if (f->side != ABOVE) return -ca_expm1(unpower(-t, other) + c);
    return -ca_expm1(unpower((zero - t) * ca_exp(f->lambda * c), other));
}

static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    const power_state *state = self->state;
    int64_t j = column->j;
    power f = { ((const power_params *)self->params)->method, state->side[j], state->lambdas[j],
                state->center[j] };
    for (int64_t r = 0; r < column->n_rows; r++) {
        x[r] = untransformed(&f, column->x[r] * state->scale[j] + state->mean[j]);
        if (!isfinite(x[r]) && isfinite(column->x[r]))
            return ca_numeric_bad(run, column, r, "is beyond all that the power gives: it cannot be undone");
    }
    return CAUCE_OK;
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_power_transformer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "power_transformer",
    .summary = "Makes every number column look more normal by a power that is fitted to it.",
    .reference = "Yeo and Johnson 2000, doi:10.1093/biomet/87.4.954",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(power_params),
    .params = param_rows,
    .state_size = sizeof(power_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
