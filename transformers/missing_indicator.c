/* Columns of 0 and 1 that say where cells are missing, in place of the columns themselves. */
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/missing.h"
#include "data/numeric.h"

typedef struct indicator_params {
    cauce_value missing_values;
    int features;
    bool error_on_new;
} indicator_params;

enum { MISSING_ONLY, ALL };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(indicator_params, missing_values, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL,
                HUGE_VAL, NULL,
                "A number that stands for a missing one (such as -999), besides empty cells."),
    CAUCE_CHOICE(
        indicator_params, features, "missing-only", "missing-only|all",
        "missing-only: a column missingindicator_NAME for each column with missing cells at fit; all: "
        "for every column."),
    CAUCE_BOOL(indicator_params, error_on_new, true,
               "For features=missing-only: a missing cell in a column that had none at fit is an error."),
    CAUCE_END
};

typedef struct indicator_state {
    int64_t n_columns;
    uint8_t *missing;
} indicator_state;

static const cauce_state state_rows[] = { CAUCE_ARRAY(
                                              indicator_state, missing, CAUCE_U8, n_columns,
                                              "1 where a column had missing cells at fit, otherwise 0."),
                                          CAUCE_STATE_END };

static double sentinel_of(const cauce_fitted *self) {
    return ca_missing_sentinel(&((const indicator_params *)self->params)->missing_values);
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    const indicator_params *p = params;
    indicator_state *state = state_out;
    state->n_columns = train->schema->width;
    state->missing = cauce_keep(run, state->n_columns, sizeof *state->missing);
    if (!state->missing) return run->error.status;
    ca_missing_flags(train->schema, train->x, ca_missing_sentinel(&p->missing_values), state->missing);
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const indicator_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    for (int64_t j = 0; j < state->n_columns; j++)
        if (state->missing[j] > 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "column %lld had missing cells: %d", (long long)j,
                              state->missing[j]);
    return CAUCE_OK;
}

typedef struct indicator_bound {
    ca_indicator shown, others; /* others: the columns that must not have missing cells */
} indicator_bound;

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const indicator_params *params = self->params;
    const indicator_state *state = self->state;
    indicator_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    CA_TRY(
        ca_indicator_make(run, self->in, params->features == ALL ? NULL : state->missing, 1, &bound->shown));
    if (params->features == MISSING_ONLY && params->error_on_new)
        CA_TRY(ca_indicator_make(run, self->in, state->missing, 0, &bound->others));
    cauce_field *fields = cauce_bind_fields(run, binding, bound->shown.n > 0);
    if (!fields) return run->error.status;
    binding->bound = bound;
    return bound->shown.n > 0 ? ca_indicator_field(run, self->in, &bound->shown, fields) : CAUCE_OK;
}

static cauce_status refuse_new(cauce_run *run, const cauce_fitted *self, const cauce_batch *in) {
    const ca_indicator *others = &((const indicator_bound *)self->bound)->others;
    double sentinel = sentinel_of(self);
    for (int64_t i = 0; i < others->n; i++)
        for (int64_t r = 0; r < in->n_rows; r++) {
            if (!ca_indicator_missing(others, self->in, in, sentinel, i, r)) continue;
            char name[128];
            ca_field_column_name(&self->in->fields[others->place[2 * i]], others->place[2 * i + 1], name,
                                 sizeof name);
            return cauce_fail(run, CAUCE_E_DATA,
                              "column '%s', row %lld: a missing cell, and there was none at fit; "
                              "error_on_new=false ignores it",
                              name, (long long)(in->first_row + r + 1));
        }
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const indicator_bound *bound = self->bound;
    CA_TRY(refuse_new(run, self, in));
    if (bound->shown.n > 0)
        ca_indicator_write(&bound->shown, self->in, in, sentinel_of(self), &out->blocks[0]);
    return CAUCE_OK;
}

static void trace(const cauce_fitted *self, const double *out, double *in) {
    ca_indicator_trace(&((const indicator_bound *)self->bound)->shown, self->in, out, in);
}

const cauce_component cauce_missing_indicator = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "missing_indicator",
    .summary = "Turns columns into 0/1 columns that say where their cells are missing.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,
    .params_size = sizeof(indicator_params),
    .params = param_rows,
    .state_size = sizeof(indicator_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = trace,
};
