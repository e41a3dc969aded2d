/* Raises the numbers below a quantile of the training rows to it, and lowers those above another
 * (winsorizing: extreme numbers keep their side but lose their pull). */
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"
#include "math/quantile.h"

typedef struct clip_params {
    double lower_quantile, upper_quantile;
} clip_params;

static const cauce_param param_rows[] = {
    CAUCE_REAL(clip_params, lower_quantile, 0.01, 0.0, 0.5,
               "Numbers below this training quantile are raised to it."),
    CAUCE_REAL(clip_params, upper_quantile, 0.99, 0.5, 1.0,
               "Numbers above this training quantile are lowered to it."),
    CAUCE_END,
};

typedef struct clip_state {
    int64_t n_columns;
    double *low, *high;
} clip_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(clip_state, low, CAUCE_F64, n_columns, "What smaller numbers of each column become."),
    CAUCE_ARRAY(clip_state, high, CAUCE_F64, n_columns, "What larger numbers of each column become."),
    CAUCE_STATE_END,
};

typedef struct fit_job {
    const clip_params *params;
    clip_state *state;
} fit_job;

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    double *low = &job->state->low[column->j], *high = &job->state->high[column->j];
    ca_sorted sorted;
    CA_TRY(ca_numeric_finite(run, column));
    CA_TRY(ca_sorted_of(run, column->x, train->weight, column->n_rows, &sorted));
    if (sorted.n == 0) {
        ca_numeric_empty(run, column, "it is not limited");
        *low = *high = (double)NAN;
        return CAUCE_OK;
    }
    *low = ca_sorted_quantile(&sorted, job->params->lower_quantile);
    *high = ca_sorted_quantile(&sorted, job->params->upper_quantile);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    clip_state *state = state_out;
    state->n_columns = train->schema->width;
    state->low = cauce_keep(run, state->n_columns, sizeof(double));
    state->high = cauce_keep(run, state->n_columns, sizeof(double));
    if (!state->low || !state->high) return run->error.status;
    fit_job job = { params, state };
    return ca_numeric_fit_each(run, train, fit_column, &job);
}

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    const clip_state *state = self->state;
    double low = state->low[column->j], high = state->high[column->j];
    for (int64_t r = 0; r < column->n_rows; r++) { /* NaN, in a cell or as a bound, changes nothing */
        double x = column->x[r];
        x = x < low ? low : x;
        z[r] = x > high ? high : x;
    }
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const clip_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    for (int64_t j = 0; j < state->n_columns; j++) {
        double low = state->low[j], high = state->high[j];
        if (isnan(low) && isnan(high)) continue;
        if (!(isfinite(low) && isfinite(high) && low <= high))
            return cauce_fail(run, CAUCE_E_FORMAT, "%g and %g of column %lld are no bounds", low, high,
                              (long long)j);
    }
    return CAUCE_OK;
}

const cauce_component cauce_clip = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "clip",
    .summary = "Limits every number column to two quantiles of its training rows.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(clip_params),
    .params = param_rows,
    .state_size = sizeof(clip_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
};
