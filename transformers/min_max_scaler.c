/* Maps the smallest number of each column to one end of a range and the largest to the other.
 *
 * z = x scale + min, the form of scikit-learn. A column whose range is below ten rounding errors of 1 counts
 * as constant: its range is taken for 1, so that its cells become the lower end. */
#include <float.h>
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"

typedef struct min_max_params {
    cauce_value feature_range;
    bool clip;
} min_max_params;

static const cauce_param param_rows[] = {
    CAUCE_LIST(min_max_params, feature_range, "[0, 1]", "What the smallest and the largest number become."),
    CAUCE_BOOL(min_max_params, clip, false,
               "Keep numbers beyond those at fit within the range instead of letting them leave it."),
    CAUCE_END,
};

typedef struct min_max_state {
    int64_t n_columns;
    double *data_min, *data_max, *scale, *min;
} min_max_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(min_max_state, data_min, CAUCE_F64, n_columns, "Smallest number of each column."),
    CAUCE_ARRAY(min_max_state, data_max, CAUCE_F64, n_columns, "Largest number of each column."),
    CAUCE_ARRAY(min_max_state, scale, CAUCE_F64, n_columns, "What each column is multiplied by."),
    CAUCE_ARRAY(min_max_state, min, CAUCE_F64, n_columns, "What is then added."),
    CAUCE_STATE_END,
};

static cauce_status check(cauce_run *run, const void *params_in) {
    const min_max_params *params = params_in;
    double range[2];
    CA_TRY(ca_numeric_pair(run, "feature_range", &params->feature_range, range));
    if (isfinite(range[1] - range[0])) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "feature_range=[%g, %g] is too wide", range[0], range[1]);
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    min_max_state *state;
    double range[2];
} fit_job;

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    (void)train;
    const fit_job *job = payload;
    min_max_state *state = job->state;
    int64_t j = column->j;
    double low = HUGE_VAL, high = -HUGE_VAL;
    CA_TRY(ca_numeric_finite(run, column));
    for (int64_t r = 0; r < column->n_rows; r++) { /* NaN fails both comparisons */
        if (column->x[r] < low) low = column->x[r];
        if (column->x[r] > high) high = column->x[r];
    }
    if (low > high) {
        ca_numeric_empty(run, column, "it stays missing");
        state->data_min[j] = state->data_max[j] = state->scale[j] = state->min[j] = (double)NAN;
        return CAUCE_OK;
    }
    double width = high - low, wanted = job->range[1] - job->range[0];
    state->data_min[j] = low;
    state->data_max[j] = high;
    state->scale[j] = wanted / (width < 10 * DBL_EPSILON ? 1 : width);
    state->min[j] = job->range[0] - low * state->scale[j];
    if (state->scale[j] > 0 && isfinite(state->scale[j]) && isfinite(state->min[j])) return CAUCE_OK;
    char name[CA_NUMERIC_NAME];
    return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': %g to %g cannot be scaled to [%g, %g]",
                      ca_numeric_name(column, name), low, high, job->range[0], job->range[1]);
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const min_max_params *params = params_in;
    min_max_state *state = state_out;
    int64_t n = train->schema->width;
    state->n_columns = n;
    state->data_min = cauce_keep(run, n, sizeof(double));
    state->data_max = cauce_keep(run, n, sizeof(double));
    state->scale = cauce_keep(run, n, sizeof(double));
    state->min = cauce_keep(run, n, sizeof(double));
    if (!state->data_min || !state->data_max || !state->scale || !state->min) return run->error.status;
    fit_job job = { .state = state };
    CA_TRY(ca_numeric_pair(run, "feature_range", &params->feature_range, job.range));
    return ca_numeric_fit_each(run, train, fit_column, &job);
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    const min_max_params *params = self->params;
    const min_max_state *state = self->state;
    double scale = state->scale[column->j], min = state->min[column->j];
    const cauce_value *range = params->feature_range.items;
    for (int64_t r = 0; r < column->n_rows; r++) z[r] = column->x[r] * scale + min;
    if (!params->clip) return CAUCE_OK;
    double low = range[0].real, high = range[1].real;
    for (int64_t r = 0; r < column->n_rows; r++) { /* NaN stays */
        if (z[r] < low) z[r] = low;
        if (z[r] > high) z[r] = high;
    }
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const min_max_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    for (int64_t j = 0; j < state->n_columns; j++) {
        double scale = state->scale[j], min = state->min[j];
        if (isnan(scale) && isnan(min)) continue;
        if (!(isfinite(scale) && scale > 0 && isfinite(min)))
            return cauce_fail(run, CAUCE_E_FORMAT, "scale %g and min %g of column %lld cannot scale anything",
                              scale, min, (long long)j);
    }
    return CAUCE_OK;
}

static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    (void)run;
    const min_max_state *state = self->state;
    double scale = state->scale[column->j], min = state->min[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) x[r] = (column->x[r] - min) / scale;
    return CAUCE_OK;
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_min_max_scaler = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "min_max_scaler",
    .summary = "Stretches or shrinks every number column to one range, such as 0 to 1.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(min_max_params),
    .params = param_rows,
    .state_size = sizeof(min_max_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
