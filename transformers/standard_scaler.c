/* Subtracts the mean of each column and divides by its standard deviation.
 *
 * A column counts as constant where its variance is within the rounding errors of computing it: var <= n eps
 * var + (n mean eps)^2, as in scikit-learn. */
#include <float.h>
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"
#include "data/batch.h"
#include "math/stats.h"

typedef struct scaler_params {
    bool with_mean, with_std;
} scaler_params;

static const cauce_param param_rows[] = {
    CAUCE_BOOL(scaler_params, with_mean, true, "Subtract the mean of each column."),
    CAUCE_BOOL(scaler_params, with_std, true, "Divide each column by its standard deviation."),
    CAUCE_END,
};

typedef struct scaler_state {
    int64_t n_columns;
    double *mean, *var, *scale, *n_samples_seen;
} scaler_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(scaler_state, mean, CAUCE_F64, n_columns, "Mean of each column; nan without a number."),
    CAUCE_ARRAY(scaler_state, var, CAUCE_F64, n_columns, "Population variance of each column."),
    CAUCE_ARRAY(scaler_state, scale, CAUCE_F64, n_columns, "What each column is divided by."),
    CAUCE_ARRAY(scaler_state, n_samples_seen, CAUCE_F64, n_columns,
                "Rows of each column that were not missing, by weight."),
    CAUCE_STATE_END,
};

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const scaler_params *params;
    const cauce_train *train;
    scaler_state *state;
    const int64_t *block; /* of each column */
    const int64_t *column;
} fit_job;

static cauce_status not_finite(cauce_run *run, const fit_job *job, int64_t j, const double *x) {
    char name[128];
    ca_field_column_name(&job->train->schema->fields[job->block[j]], job->column[j], name, sizeof name);
    for (int64_t r = 0; r < job->train->n_rows; r++)
        if (isinf(x[r]))
            return cauce_fail(run, CAUCE_E_DATA,
                              "column '%s', row %lld: an infinite number has no place in a mean; make it "
                              "missing or finite",
                              name, (long long)(job->train->x->first_row + r + 1));
    return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for a variance", name);
}

static cauce_status fit_column(cauce_run *run, int64_t j, void *payload) {
    const fit_job *job = payload;
    const cauce_train *train = job->train;
    scaler_state *state = job->state;
    const cauce_block *cells = &train->x->blocks[job->block[j]];
    const double *x = cells->values + job->column[j] * cells->stride;
    CA_TRY(cauce_check_cancel(run));
    ca_moments moments = ca_moments_of(x, train->weight, train->n_rows);
    double n = moments.weight, mean = moments.mean, var = moments.var;
    state->n_samples_seen[j] = n;
    if (!(n > 0)) {
        char name[128];
        ca_field_column_name(&train->schema->fields[job->block[j]], job->column[j], name, sizeof name);
        cauce_warn(run, "all_missing", "column '%s' has no number: it stays missing", name);
        state->mean[j] = state->var[j] = state->scale[j] = (double)NAN;
        return CAUCE_OK;
    }
    if (!isfinite(mean) || !isfinite(var)) return not_finite(run, job, j, x);
    double noise = n * mean * DBL_EPSILON;
    bool constant = var <= n * DBL_EPSILON * var + noise * noise;
    state->mean[j] = mean;
    state->var[j] = var;
    state->scale[j] = constant || !job->params->with_std ? 1 : sqrt(var);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    scaler_state *state = state_out;
    const cauce_schema *schema = train->schema;
    int64_t n = schema->width, j = 0;
    int64_t *block = cauce_scratch(run, n, sizeof *block), *column = cauce_scratch(run, n, sizeof *column);
    state->n_columns = n;
    state->mean = cauce_keep(run, n, sizeof(double));
    state->var = cauce_keep(run, n, sizeof(double));
    state->scale = cauce_keep(run, n, sizeof(double));
    state->n_samples_seen = cauce_keep(run, n, sizeof(double));
    if (!block || !column || !state->mean || !state->var || !state->scale || !state->n_samples_seen)
        return run->error.status;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++) {
            block[j] = f;
            column[j] = c;
        }
    fit_job job = { params, train, state, block, column };
    return cauce_parallel(run, n, fit_column, &job);
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const scaler_params *params = self->params;
    const scaler_state *state = self->state;
    int64_t j = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++) {
        const cauce_block *from = &in->blocks[f];
        cauce_block *to = &out->blocks[f];
        double *values = cauce_block_values(to);
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            const double *x = from->values + c * from->stride;
            double *z = values + c * to->stride;
            double mean = params->with_mean ? state->mean[j] : 0, scale = state->scale[j];
            for (int64_t r = 0; r < in->n_rows; r++) z[r] = (x[r] - mean) / scale;
        }
    }
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const scaler_state *state = self->state;
    if (state->n_columns != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "a scaler of %lld columns, but the input has %lld",
                          (long long)state->n_columns, (long long)self->in->width);
    for (int64_t j = 0; j < state->n_columns; j++) {
        bool empty = isnan(state->mean[j]) && isnan(state->scale[j]);
        if (!empty && !(isfinite(state->mean[j]) && isfinite(state->scale[j]) && state->scale[j] > 0))
            return cauce_fail(run, CAUCE_E_FORMAT,
                              "mean %g and scale %g of column %lld cannot scale anything", state->mean[j],
                              state->scale[j], (long long)j);
    }
    return CAUCE_OK;
}

static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    (void)run;
    const scaler_state *state = self->state;
    const scaler_params *params = self->params;
    double mean = params->with_mean ? state->mean[column->j] : 0, scale = state->scale[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) x[r] = column->x[r] * scale + mean;
    return CAUCE_OK;
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_standard_scaler = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "standard_scaler",
    .summary = "Gives every number column mean 0 and variance 1.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(scaler_params),
    .params = param_rows,
    .state_size = sizeof(scaler_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
