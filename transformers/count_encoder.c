/* Replaces each category by the number of training rows that have it, or by their share. */
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/categories.h"
#include "math/stats.h"

typedef struct count_params {
    bool normalize;
    int handle_unknown;
} count_params;

enum { UNKNOWN_VALUE, UNKNOWN_ERROR, UNKNOWN_NAN };

static const cauce_param param_rows[] = {
    CAUCE_BOOL(count_params, normalize, false,
               "Give the share of the training rows instead of their number."),
    CAUCE_CHOICE(count_params, handle_unknown, "value", "value|error|return_nan",
                 "What a category becomes that was not there at fit: 0 (value), an error, or missing."),
    CAUCE_END,
};

typedef struct count_state {
    ca_categories categories; /* first: its rows are those of ca_categories */
    double *count;
    double total;
} count_state;

static const cauce_state state_rows[] = {
    CA_CATEGORIES_STATE,
    CAUCE_ARRAY(count_state, count, CAUCE_F64, categories.n_categories, "Rows of each category, by weight."),
    CAUCE_NUMBER_REAL(count_state, total, "All rows, by weight."),
    CAUCE_STATE_END,
};

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    (void)params;
    count_state *state = state_out;
    ca_categories_options options = { .min_frequency = { .type = CAUCE_V_NULL },
                                      .max_categories = { .type = CAUCE_V_NULL } };
    ca_encoder *encoders = NULL;
    CA_TRY(ca_categories_fit(run, train, &options, &state->categories));
    CA_TRY(ca_encoders_new(run, &state->categories, train->schema, &encoders));
    state->total = ca_weight_sum(train->weight, train->n_rows);
    state->count = cauce_keep(run, state->categories.n_categories, sizeof *state->count);
    if (!state->count) return run->error.status;
    for (int64_t j = 0; j < train->schema->width; j++) {
        const cauce_block *from = &train->x->blocks[encoders[j].block];
        double *count = state->count + state->categories.first[j];
        CA_TRY(cauce_check_cancel(run));
        for (int64_t r = 0; r < train->n_rows; r++) {
            int32_t c = ca_encode_cell(&encoders[j], from, r);
            if (c >= 0) count[c] += train->weight ? train->weight[r] : 1;
        }
    }
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const count_state *state = self->state;
    CA_TRY(ca_categories_verify(run, &state->categories, self->in));
    bool fits = isfinite(state->total) && state->total > 0;
    for (int64_t c = 0; fits && c < state->categories.n_categories; c++)
        fits = state->count[c] >= 0 && isfinite(state->count[c]);
    if (fits) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_FORMAT, "the counts of the categories are none, or their total, %g, is",
                      state->total);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

typedef struct count_bound {
    ca_encoder *encoders;
    double **value; /* of each column: value[0] of unknown cells, then of each category */
} count_bound;

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    const count_params *params = self->params;
    const count_state *state = self->state;
    int64_t n = self->in->width;
    cauce_field *fields = cauce_bind_fields(run, binding, n);
    count_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!fields || !bound) return run->error.status;
    bound->value = cauce_keep(run, n, sizeof *bound->value);
    if (!bound->value) return run->error.status;
    CA_TRY(ca_encoders_new(run, &state->categories, self->in, &bound->encoders));
    for (int64_t j = 0; j < n; j++) {
        const ca_encoder *encoder = &bound->encoders[j];
        const double *count = state->count + state->categories.first[j];
        double *value = cauce_keep(run, (int64_t)encoder->n + 1, sizeof *value);
        fields[j].name = ca_field_column(run, encoder->field, encoder->column);
        if (!value || !fields[j].name) return run->error.status;
        if (params->handle_unknown == UNKNOWN_NAN) value[0] = (double)NAN;
        for (int32_t c = 0; c < encoder->n; c++)
            value[c + 1] = params->normalize ? count[c] / state->total : count[c];
        bound->value[j] = value;
    }
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const count_params *params = self->params;
    const count_bound *bound = self->bound;
    for (int64_t j = 0; j < self->in->width; j++) {
        const ca_encoder *encoder = &bound->encoders[j];
        const cauce_block *from = &in->blocks[encoder->block];
        const double *value = bound->value[j] + 1;
        double *z = cauce_block_values(&out->blocks[j]);
        for (int64_t r = 0; r < in->n_rows; r++) {
            int32_t c = ca_encode_cell(encoder, from, r);
            if (c < 0 && params->handle_unknown == UNKNOWN_ERROR)
                return ca_category_unknown(run, encoder, in, r, "handle_unknown=value counts it as 0");
            z[r] = value[c];
        }
    }
    return CAUCE_OK;
}

const cauce_component cauce_count_encoder = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "count_encoder",
    .summary = "Replaces each category by the number, or the share, of the training rows that have it.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY,
    .params_size = sizeof(count_params),
    .params = param_rows,
    .state_size = sizeof(count_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
