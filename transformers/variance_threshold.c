/* Leaves out the columns whose variance is not above a threshold; with threshold 0, the constant ones.
 *
 * A constant column may have a variance that is not 0 but rounding errors; so at threshold 0 its numbers must
 * differ as well. A column without a number is left out. */
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/kept.h"
#include "data/numeric.h"
#include "math/association_codes.h"
#include "math/stats.h"

typedef struct variance_params {
    double threshold;
} variance_params;

static const cauce_param param_rows[] = {
    CAUCE_REAL(variance_params, threshold, 0.0, 0, HUGE_VAL,
               "Columns whose population variance is not greater than this are left out."),
    CAUCE_END,
};

typedef struct variance_state {
    ca_selector kept;
    double *variances;
} variance_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(variance_state, variances, CAUCE_F64, kept.n_columns,
                "Population variance of each column; nan without a number."),
    CA_SELECTOR_SUPPORT,
    CAUCE_STATE_END,
};

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    double threshold;
    variance_state *state;
} fit_job;

static bool differs(const ca_numeric *column) {
    double first = (double)NAN;
    for (int64_t r = 0; r < column->n_rows; r++) {
        if (isnan(column->x[r])) continue;
        if (isnan(first)) first = column->x[r];
        if (column->x[r] != first) return true;
    }
    return false;
}

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    CA_TRY(ca_numeric_finite(run, column));
    ca_moments moments = ca_moments_of(column->x, train->weight, column->n_rows);
    job->state->variances[column->j] = moments.var;
    if (!(moments.weight > 0)) {
        ca_numeric_empty(run, column, "it is left out");
        return CAUCE_OK;
    }
    if (!isfinite(moments.var)) {
        char name[CA_NUMERIC_NAME];
        return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for a variance",
                          ca_numeric_name(column, name));
    }
    job->state->kept.support[column->j] =
        moments.var > job->threshold && (job->threshold > 0 || differs(column));
    return CAUCE_OK;
}

static cauce_status fit_block(cauce_run *run, const ca_coded *block, const cauce_train *train,
                              void *payload) {
    const fit_job *job = payload;
    double *variances = job->state->variances + block->first;
    uint8_t *support = job->state->kept.support + block->first;
    bool *differs = cauce_scratch(run, block->field->width, sizeof *differs);
    if (!differs) return run->error.status;
    CA_TRY(ca_variance_codes(run, block->codes, train->weight, block->n_rows, block->field->width, variances,
                             differs));
    for (int64_t c = 0; c < block->field->width; c++)
        support[c] = differs[c] && variances[c] > job->threshold;
    return CAUCE_OK;
}

static cauce_status none_kept(cauce_run *run, double threshold, const cauce_train *train,
                              const variance_state *state) {
    int64_t most = 0;
    if (state->kept.n_columns == 0) return cauce_fail(run, CAUCE_E_DATA, "no column is left to choose from");
    for (int64_t j = 1; j < state->kept.n_columns; j++)
        if (isnan(state->variances[most]) || state->variances[j] > state->variances[most]) most = j;
    char name[CA_NUMERIC_NAME];
    ca_schema_column_name(train->schema, most, name, sizeof name);
    return cauce_fail(
        run, CAUCE_E_DATA,
        "none of %lld columns varies enough in %lld rows: the largest variance is %g, of column "
        "'%s', and must be above threshold=%g",
        (long long)state->kept.n_columns, (long long)train->n_rows, state->variances[most], name, threshold);
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const variance_params *params = params_in;
    variance_state *state = state_out;
    int64_t n = train->schema->width, kept = 0;
    state->kept.n_columns = n;
    state->variances = cauce_keep(run, n, sizeof *state->variances);
    state->kept.support = cauce_keep(run, n, sizeof *state->kept.support);
    if (!state->variances || !state->kept.support) return run->error.status;
    fit_job job = { params->threshold, state };
    CA_TRY(ca_numeric_fit_each(run, train, fit_column, &job));
    CA_TRY(ca_coded_fit_each(run, train, fit_block, &job));
    for (int64_t j = 0; j < n; j++) kept += state->kept.support[j];
    return kept > 0 ? CAUCE_OK : none_kept(run, params->threshold, train, state);
}

const cauce_component cauce_variance_threshold = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "variance_threshold",
    .summary = "Leaves out number columns that hardly vary.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_ONEHOT,
    .params_size = sizeof(variance_params),
    .params = param_rows,
    .state_size = sizeof(variance_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = ca_selector_bind,
    .apply = ca_selector_apply,
    .verify = ca_selector_verify,
    .trace = ca_selector_trace,
};
