/* Turns the number columns into their principal components: directions at right angles, the one along which
 * the rows vary most first.
 *
 * Pearson, On lines and planes of closest fit to systems of points in space, Philosophical Magazine 2 (1901),
 * doi:10.1080/14786440109462720; the noise as in Tipping and Bishop, Probabilistic principal component
 * analysis, J. R. Stat. Soc. B 61 (1999), doi:10.1111/1467-9868.00196. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/axes.h"
#include "data/trace.h"
#include "data/numeric.h"
#include "math/special.h"

typedef struct pca_params {
    cauce_value n_components;
    bool whiten;
    int svd_solver;
} pca_params;

enum { SOLVER_AUTO, SOLVER_FULL, SOLVER_COVARIANCE };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(pca_params, n_components, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_TEXT, 1,
                2147483647, 0, 1, "mle",
                "Components that are kept: a number of them, as many as explain this part of the variance, "
                "mle (Minka's estimate), or all (null)."),
    CAUCE_BOOL(pca_params, whiten, false, "Give every component variance 1."),
    CAUCE_CHOICE(pca_params, svd_solver, "auto", "auto|full|covariance_eigh",
                 "full: singular values of the rows, to full accuracy; covariance_eigh: eigenvalues of the "
                 "covariances, faster, but components with less than about 1e-8 of the largest deviation "
                 "are noise; auto: full."),
    CAUCE_END,
};

typedef struct pca_state {
    ca_axes axes; /* first: its rows are those of ca_axes */
    double *mean, noise_variance;
} pca_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(pca_state, mean, CAUCE_F64, axes.n_columns, "Mean of each column, which is subtracted."),
    CA_AXES_STATE,
    CAUCE_NUMBER_REAL(pca_state, noise_variance, "Mean variance of the components that are left out."),
    CAUCE_STATE_END,
};

/* ---- How many components ------------------------------------------------------------------------------- */

/* log of the gamma function at i / 2 for i = 1 .. n, by its recurrence: logs[i]. */
static void half_gammas(int64_t n, double *logs) {
    for (int64_t i = 1; i <= n; i++)
        logs[i] = i == 1   ? 0.5 * ca_log(3.14159265358979323846)
                  : i == 2 ? 0
                           : logs[i - 2] + ca_log((double)(i - 2) / 2);
}

/* Minka's Laplace approximation of the evidence for each dimension (Automatic choice of dimensionality for
 * PCA, NIPS 2000, equations 76 to 82); the largest wins, the smaller dimension of equals. n: rows.
 *
 * The determinant of its Hessian is a product over pairs i <= k < j and i < j <= k; the factors of the second
 * kind are carried from one k to the next, so that all dimensions together take p^2 steps. */
static cauce_status minka_dimension(cauce_run *run, const double *variance, int64_t p, double n, int64_t *k) {
    double *gap = cauce_scratch(run, p, sizeof *gap), *gamma = cauce_scratch(run, p + 1, sizeof *gamma);
    double *rest = cauce_scratch(run, p + 1, sizeof *rest);
    if (!gap || !gamma || !rest) return run->error.status;
    const double log_2pi = ca_log(6.28318530717958647692), log_n = ca_log(n);
    half_gammas(p, gamma);
    for (int64_t i = p - 1; i >= 0; i--) {
        rest[i] = rest[i + 1] + variance[i];
        for (int64_t j = i + 1; j < p; j++) gap[i] += ca_log(variance[i] - variance[j]) + log_n;
    }
    double best = -HUGE_VAL, prior = 0, logs = 0, gaps = 0, kept = 0;
    *k = 1;
    for (int64_t d = 1; d < p && variance[d - 1] >= DBL_EPSILON * variance[0] && variance[0] > 0; d++) {
        double last = variance[d - 1], left = (double)(p - d), dd = (double)d;
        prior += gamma[p - d + 1] - ca_log(3.14159265358979323846) * (left + 1) / 2;
        logs += ca_log(last);
        gaps += gap[d - 1];
        for (int64_t i = 0; i < d - 1; i++) kept += ca_log(1 / last - 1 / variance[i]);
        double noise = rest[d] / left, least = DBL_EPSILON * variance[0];
        if (noise < least) noise = least;
        double cross = 0;
        for (int64_t i = 0; i < d; i++) cross += ca_log(1 / noise - 1 / variance[i]);
        double m = (double)p * dd - dd * (dd + 1) / 2;
        double evidence = -dd * ca_log(2) + prior - logs * n / 2 - ca_log(noise) * n * left / 2 +
                          log_2pi * (m + dd) / 2 - (gaps + kept + cross * left) / 2 - dd * log_n / 2;
        if (!(evidence > best)) continue;
        best = evidence;
        *k = d;
    }
    return CAUCE_OK;
}

static cauce_status count_components(cauce_run *run, const pca_params *params, const ca_triangle *t,
                                     const double *variance, int64_t most, double total, int64_t *k) {
    const cauce_value *wanted = &params->n_components;
    *k = most;
    if (wanted->type == CAUCE_V_INT) *k = wanted->integer;
    if (wanted->type == CAUCE_V_TEXT) return minka_dimension(run, variance, most, t->weight, k);
    if (wanted->type != CAUCE_V_REAL) return CAUCE_OK;
    double sum = 0;
    for (int64_t i = 0; i < most; i++) {
        sum += variance[i] / total;
        if (!(sum > wanted->real)) continue;
        *k = i + 1;
        break;
    }
    return CAUCE_OK;
}

/* What can be refused before the work. */
static cauce_status check_rows(cauce_run *run, const pca_params *params, const cauce_train *train) {
    const cauce_value *wanted = &params->n_components;
    int64_t n = train->n_rows, p = train->schema->width;
    if (p == 0) return cauce_fail(run, CAUCE_E_SHAPE, "pca needs at least one column");
    if (n < 2)
        return cauce_fail(run, CAUCE_E_SHAPE, "pca needs at least 2 rows, there is %lld", (long long)n);
    if (wanted->type == CAUCE_V_INT && (wanted->integer > p || wanted->integer > n))
        return cauce_fail(run, CAUCE_E_PARAM, "n_components=%lld is more than the %lld %s",
                          (long long)wanted->integer, (long long)(p < n ? p : n), p < n ? "columns" : "rows");
    if (wanted->type == CAUCE_V_TEXT && n < p)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "n_components=mle needs at least as many rows as columns; there are %lld and %lld",
                          (long long)n, (long long)p);
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state) {
    const pca_params *params = params_in;
    pca_state *s = state;
    ca_triangle t;
    double *values, *axes, total = 0;
    CA_TRY(check_rows(run, params, train));
    if (params->svd_solver == SOLVER_COVARIANCE)
        CA_TRY(ca_axes_fast(run, train, &t, &values, &axes));
    else {
        CA_TRY(ca_triangle_of(run, train, &t));
        CA_TRY(ca_axes_of(run, t.m, t.p, t.r, &values, &axes));
    }
    if (!(t.weight > 1))
        return cauce_fail(run, CAUCE_E_DATA,
                          "the weights of all rows sum to %g; as numbers of rows they must be more than 1",
                          t.weight);
    double *variance = cauce_scratch(run, t.m, sizeof *variance);
    if (!variance) return run->error.status;
    for (int64_t i = 0; i < t.m; i++) total += variance[i] = values[i] * values[i] / (t.weight - 1);
    if (!isfinite(total)) return cauce_fail(run, CAUCE_E_NUMERIC, "the numbers are too large for variances");
    int64_t k = 0;
    CA_TRY(count_components(run, params, &t, variance, t.m, total, &k));
    CA_TRY(ca_axes_keep(run, &t, values, axes, k, &s->axes));
    for (int64_t i = 0; i < k; i++) ca_axes_variance(&s->axes, i, variance[i], total);
    for (int64_t i = k; i < t.m; i++) s->noise_variance += variance[i] / (double)(t.m - k);
    s->mean = cauce_keep(run, t.p, sizeof *s->mean);
    if (!s->mean) return run->error.status;
    memcpy(s->mean, t.mean, (size_t)t.p * sizeof *s->mean);
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const pca_state *s = self->state;
    CA_TRY(ca_axes_verify(run, self, &s->axes));
    return ca_verify_finite(run, "mean", s->mean, s->axes.n_columns);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

/* What whitening multiplies by. A component along which nothing varied, rounding aside, stays 0: divided by
 * its deviation it would be noise of variance 1. */
static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const pca_params *params = self->params;
    const ca_axes *s = self->state;
    CA_TRY(ca_axes_bind(run, binding, "pca", s->n_components));
    if (!params->whiten) return CAUCE_OK;
    double *scale = cauce_keep(run, s->n_components, sizeof *scale);
    if (!scale) return run->error.status;
    double nothing = (double)s->n_columns * DBL_EPSILON * sqrt(fabs(s->explained_variance[0]));
    for (int64_t k = 0; k < s->n_components; k++) {
        double deviation = sqrt(fabs(s->explained_variance[k]));
        scale[k] = deviation > nothing ? 1 / deviation : 0;
    }
    binding->bound = scale;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const pca_state *s = self->state;
    ca_axes_apply(self->in, in, s->axes.n_components, s->axes.components, s->mean, self->bound,
                  &out->blocks[0]);
    return CAUCE_OK;
}

const cauce_component cauce_pca = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "pca",
    .summary = "Turns the number columns into the directions along which the rows vary most.",
    .reference = "Pearson 1901, doi:10.1080/14786440109462720",
    .role = CAUCE_TRANSFORMER,
    .params_size = sizeof(pca_params),
    .params = param_rows,
    .state_size = sizeof(pca_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = ca_trace_evenly,
};
