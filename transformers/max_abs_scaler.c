/* Divides each column by its largest absolute number, so that it lies in -1 to 1 and 0 stays 0.
 *
 * As in scikit-learn, a largest number below ten rounding errors of 1 counts as 0, and a column of zeros is
 * divided by 1. */
#include <float.h>
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"

typedef struct max_abs_params {
    bool clip;
} max_abs_params;

static const cauce_param param_rows[] = {
    CAUCE_BOOL(max_abs_params, clip, false,
               "Keep numbers beyond those at fit within -1 to 1 instead of letting them leave it."),
    CAUCE_END,
};

typedef struct max_abs_state {
    int64_t n_columns;
    double *max_abs, *scale;
} max_abs_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(max_abs_state, max_abs, CAUCE_F64, n_columns, "Largest absolute number of each column."),
    CAUCE_ARRAY(max_abs_state, scale, CAUCE_F64, n_columns, "What each column is divided by."),
    CAUCE_STATE_END,
};

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    (void)train;
    max_abs_state *state = payload;
    int64_t j = column->j;
    double most = -1;
    CA_TRY(ca_numeric_finite(run, column));
    for (int64_t r = 0; r < column->n_rows; r++) /* NaN fails the comparison */
        if (fabs(column->x[r]) > most) most = fabs(column->x[r]);
    if (most < 0) {
        ca_numeric_empty(run, column, "it stays missing");
        state->max_abs[j] = state->scale[j] = (double)NAN;
        return CAUCE_OK;
    }
    state->max_abs[j] = most;
    state->scale[j] = most < 10 * DBL_EPSILON ? 1 : most;
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    (void)params;
    max_abs_state *state = state_out;
    state->n_columns = train->schema->width;
    state->max_abs = cauce_keep(run, state->n_columns, sizeof(double));
    state->scale = cauce_keep(run, state->n_columns, sizeof(double));
    if (!state->max_abs || !state->scale) return run->error.status;
    return ca_numeric_fit_each(run, train, fit_column, state);
}

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    const max_abs_params *params = self->params;
    const max_abs_state *state = self->state;
    double scale = state->scale[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) z[r] = column->x[r] / scale;
    for (int64_t r = 0; r < column->n_rows && params->clip; r++)
        if (fabs(z[r]) > 1) z[r] = z[r] > 0 ? 1 : -1; /* NaN stays */
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const max_abs_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    for (int64_t j = 0; j < state->n_columns; j++)
        if (!isnan(state->scale[j]) && !(isfinite(state->scale[j]) && state->scale[j] > 0))
            return cauce_fail(run, CAUCE_E_FORMAT, "scale %g of column %lld cannot scale anything",
                              state->scale[j], (long long)j);
    return CAUCE_OK;
}

static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    (void)run;
    const max_abs_state *state = self->state;
    double scale = state->scale[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) x[r] = column->x[r] * scale;
    return CAUCE_OK;
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_max_abs_scaler = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "max_abs_scaler",
    .summary = "Divides every number column by its largest absolute number.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(max_abs_params),
    .params = param_rows,
    .state_size = sizeof(max_abs_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
