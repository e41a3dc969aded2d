/* Subtracts the median of each column and divides by the distance between two of its quantiles, which a few
 * extreme numbers hardly move.
 *
 * As in scikit-learn, a distance below ten rounding errors of 1 counts as none, and is taken for 1. */
#include <float.h>
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"
#include "math/normal.h"
#include "math/quantile.h"

typedef struct robust_params {
    cauce_value quantile_range;
    bool with_centering, with_scaling, unit_variance;
} robust_params;

static const cauce_param param_rows[] = {
    CAUCE_BOOL(robust_params, with_centering, true, "Subtract the median of each column."),
    CAUCE_BOOL(robust_params, with_scaling, true,
               "Divide each column by the distance between its two quantiles."),
    CAUCE_LIST(robust_params, quantile_range, "[25, 75]", "The two quantiles, in percent (0 to 100)."),
    CAUCE_BOOL(robust_params, unit_variance, false,
               "Divide that distance by the one of the normal distribution: a normal column then has "
               "variance 1."),
    CAUCE_END,
};

typedef struct robust_state {
    int64_t n_columns;
    double *center, *scale;
} robust_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(robust_state, center, CAUCE_F64, n_columns, "Median of each column."),
    CAUCE_ARRAY(robust_state, scale, CAUCE_F64, n_columns, "What each column is divided by."),
    CAUCE_STATE_END,
};

static cauce_status check(cauce_run *run, const void *params_in) {
    const robust_params *params = params_in;
    double q[2];
    CA_TRY(ca_numeric_pair(run, "quantile_range", &params->quantile_range, q));
    if (q[0] < 0 || q[1] > 100)
        return cauce_fail(run, CAUCE_E_PARAM, "quantile_range=[%g, %g]: quantiles are from 0 to 100", q[0],
                          q[1]);
    if (params->unit_variance && (q[0] == 0 || q[1] == 100))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "quantile_range=[%g, %g]: the normal distribution has no end; unit_variance=true "
                          "needs quantiles above 0 and below 100",
                          q[0], q[1]);
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    robust_state *state;
    double q[2];
    double normal; /* the distance in the normal distribution, or 1 */
    bool with_scaling;
} fit_job;

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    double *center = &job->state->center[column->j], *scale = &job->state->scale[column->j];
    ca_sorted sorted;
    CA_TRY(ca_numeric_finite(run, column));
    CA_TRY(ca_sorted_of(run, column->x, train->weight, column->n_rows, &sorted));
    if (sorted.n == 0) {
        ca_numeric_empty(run, column, "it stays missing");
        *center = *scale = (double)NAN;
        return CAUCE_OK;
    }
    *center = ca_sorted_quantile(&sorted, 0.5);
    *scale = 1;
    if (!job->with_scaling) return CAUCE_OK;
    double width =
        ca_sorted_quantile(&sorted, job->q[1] / 100) - ca_sorted_quantile(&sorted, job->q[0] / 100);
    *scale = (width < 10 * DBL_EPSILON ? 1 : width) / job->normal;
    if (isfinite(*scale)) return CAUCE_OK;
    char name[CA_NUMERIC_NAME];
    return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its quantiles are too far apart",
                      ca_numeric_name(column, name));
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const robust_params *params = params_in;
    robust_state *state = state_out;
    state->n_columns = train->schema->width;
    state->center = cauce_keep(run, state->n_columns, sizeof(double));
    state->scale = cauce_keep(run, state->n_columns, sizeof(double));
    if (!state->center || !state->scale) return run->error.status;
    fit_job job = { .state = state, .normal = 1, .with_scaling = params->with_scaling };
    CA_TRY(ca_numeric_pair(run, "quantile_range", &params->quantile_range, job.q));
    if (params->unit_variance)
        job.normal = ca_normal_quantile(job.q[1] / 100) - ca_normal_quantile(job.q[0] / 100);
    return ca_numeric_fit_each(run, train, fit_column, &job);
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    const robust_params *params = self->params;
    const robust_state *state = self->state;
    double center = params->with_centering ? state->center[column->j] : 0, scale = state->scale[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) z[r] = (column->x[r] - center) / scale;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const robust_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    for (int64_t j = 0; j < state->n_columns; j++) {
        double center = state->center[j], scale = state->scale[j];
        if (isnan(center) && isnan(scale)) continue;
        if (!(isfinite(center) && isfinite(scale) && scale > 0))
            return cauce_fail(run, CAUCE_E_FORMAT,
                              "center %g and scale %g of column %lld cannot scale anything", center, scale,
                              (long long)j);
    }
    return CAUCE_OK;
}

static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    (void)run;
    const robust_state *state = self->state;
    const robust_params *params = self->params;
    double center = params->with_centering ? state->center[column->j] : 0, scale = state->scale[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) x[r] = column->x[r] * scale + center;
    return CAUCE_OK;
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_robust_scaler = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "robust_scaler",
    .summary = "Subtracts the median of every number column and divides by the distance of two quantiles.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(robust_params),
    .params = param_rows,
    .state_size = sizeof(robust_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
