/* Turns the number columns into a few directions that hold most of their squares; the means stay in.
 *
 * Halko, Martinsson, Tropp, Finding structure with randomness, SIAM Review 53 (2011),
 * doi:10.1137/090771806, is what scikit-learn approximates it by; here the directions are exact, and nothing
 * is random. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/axes.h"
#include "data/trace.h"

typedef struct svd_params {
    int64_t n_components;
} svd_params;

static const cauce_param param_rows[] = {
    CAUCE_INT(svd_params, n_components, 2, 1, 2147483647, "Directions that are kept."),
    CAUCE_END,
};

static const cauce_state state_rows[] = { CA_AXES_STATE, CAUCE_STATE_END };

/* The rows around 0 have the triangle of those around the mean with one row more: the mean, times the root of
 * all weight. */
static cauce_status with_mean(cauce_run *run, const ca_triangle *t, double **out) {
    int64_t m = t->m + 1;
    double *a = cauce_scratch(run, m * t->p, sizeof *a);
    if (!a) return run->error.status;
    for (int64_t j = 0; j < t->p; j++) {
        a[j * m] = sqrt(t->weight) * t->mean[j];
        memcpy(a + j * m + 1, t->r + j * t->m, (size_t)t->m * sizeof *a);
    }
    *out = a;
    return CAUCE_OK;
}

/* Population variance along an axis: |R axis|^2 over all weight. */
static double variance_along(const ca_triangle *t, const double *axis, double *room) {
    double sum = 0;
    memset(room, 0, (size_t)t->m * sizeof *room);
    for (int64_t j = 0; j < t->p; j++)
        for (int64_t i = 0; i < t->m; i++) room[i] += t->r[i + j * t->m] * axis[j];
    for (int64_t i = 0; i < t->m; i++) sum += room[i] * room[i];
    return sum / t->weight;
}

static cauce_status find_variances(cauce_run *run, const ca_triangle *t, const double *axes, ca_axes *s) {
    double *room = cauce_scratch(run, t->m, sizeof *room), total = 0;
    if (!room) return run->error.status;
    for (int64_t i = 0; i < t->m * t->p; i++) total += t->r[i] * t->r[i] / t->weight;
    for (int64_t k = 0; k < s->n_components; k++)
        ca_axes_variance(s, k, variance_along(t, axes + k * t->p, room), total);
    if (isfinite(total)) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC, "the numbers are too large for variances");
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state) {
    const svd_params *params = params_in;
    int64_t n = train->n_rows, p = train->schema->width, k = params->n_components;
    ca_triangle t;
    double *a = NULL, *values, *axes;
    if (k > p || k > n)
        return cauce_fail(run, CAUCE_E_PARAM, "n_components=%lld is more than the %lld %s", (long long)k,
                          (long long)(p < n ? p : n), p < n ? "columns" : "rows");
    CA_TRY(ca_triangle_of(run, train, &t));
    CA_TRY(with_mean(run, &t, &a));
    CA_TRY(ca_axes_of(run, t.m + 1, p, a, &values, &axes));
    CA_TRY(ca_axes_keep(run, &t, values, axes, k, state));
    return find_variances(run, &t, axes, state);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    return ca_axes_verify(run, self, self->state);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    return ca_axes_bind(run, binding, "truncatedsvd", ((const ca_axes *)self->state)->n_components);
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const ca_axes *s = self->state;
    ca_axes_apply(self->in, in, s->n_components, s->components, NULL, NULL, &out->blocks[0]);
    return CAUCE_OK;
}

const cauce_component cauce_truncated_svd = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "truncated_svd",
    .summary = "Turns the number columns into the few directions that hold most of their squares.",
    .reference = "Eckart and Young 1936, doi:10.1007/BF02288367",
    .role = CAUCE_TRANSFORMER,
    .params_size = sizeof(svd_params),
    .params = param_rows,
    .state_size = sizeof(ca_axes),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = ca_trace_evenly,
};
