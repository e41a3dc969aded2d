/* Numbers the categories of each column 0, 1, 2, ... in their order. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/category_lists.h"

typedef struct ordinal_params {
    int handle_unknown;
    cauce_value categories, unknown_value, encoded_missing_value, min_frequency, max_categories;
} ordinal_params;

enum { UNKNOWN_ERROR, UNKNOWN_VALUE };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(
        ordinal_params, categories, "auto", CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0, "auto",
        "Order of the categories: that of texts and numbers (auto), or a list that says it, or a list "
        "of such lists, one for each column. A text that is in the list but in no training row is unknown "
        "all the same."),
    CAUCE_CHOICE(ordinal_params, handle_unknown, "error", "error|use_encoded_value",
                 "What a category means that was not there at fit: an error, or unknown_value."),
    CAUCE_MIXED(ordinal_params, unknown_value, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL, HUGE_VAL,
                NULL, "Number of categories that were not there at fit: a whole number or nan."),
    CAUCE_MIXED(ordinal_params, encoded_missing_value, "nan", CAUCE_V_REAL, 0, 0, -HUGE_VAL, HUGE_VAL, NULL,
                "Number of missing cells."),
    CAUCE_MIXED(ordinal_params, min_frequency, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1, 1e15, 0,
                1, NULL,
                "Categories with fewer rows than this (a number of rows, or a part of them) share "
                "one number."),
    CAUCE_MIXED(ordinal_params, max_categories, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 2147483647, 0, 0, NULL,
                "Most numbers in use for a column, missing aside; the rarest categories share one."),
    CAUCE_END,
};

static const cauce_state state_rows[] = { CA_CATEGORIES_STATE, CAUCE_STATE_END };

static cauce_status check(cauce_run *run, const void *params_in) {
    const ordinal_params *params = params_in;
    CA_TRY(ca_category_lists_check(run, &params->categories, &params->min_frequency, &params->max_categories,
                                   false));
    const cauce_value *unknown = &params->unknown_value;
    if (params->handle_unknown == UNKNOWN_ERROR) {
        if (unknown->type == CAUCE_V_NULL) return CAUCE_OK;
        return cauce_fail(run, CAUCE_E_PARAM,
                          "unknown_value is only for handle_unknown=use_encoded_value; leave it null");
    }
    if (unknown->type == CAUCE_V_NULL)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "handle_unknown=use_encoded_value needs unknown_value: a whole number or nan");
    if (isinf(unknown->real) || (!isnan(unknown->real) && unknown->real != floor(unknown->real)))
        return cauce_fail(run, CAUCE_E_PARAM, "unknown_value=%g is neither a whole number nor nan",
                          unknown->real);
    return CAUCE_OK;
}

/* A number given for missing or unknown cells must not be one of a category. Missing counts as a category
 * here, as in scikit-learn, although its own number is another one. */
static cauce_status check_free(cauce_run *run, const char *parameter, double value, int64_t n_places,
                               const cauce_field *field, int64_t column) {
    if (!(value >= 0 && value < (double)n_places)) return CAUCE_OK;
    char name[128], number[CA_NUMBER_SIZE];
    ca_field_column_name(field, column, name, sizeof name);
    ca_number_print(value, number);
    return cauce_fail(run, CAUCE_E_PARAM,
                      "%s=%s is already the number of a category of column '%s'; take one below 0, or %lld "
                      "or more",
                      parameter, number, name, (long long)n_places);
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const ordinal_params *params = params_in;
    ca_categories *state = state_out;
    const cauce_schema *schema = train->schema;
    ca_categories_options options = { params->min_frequency, params->max_categories, true };
    CA_TRY(ca_category_lists_width(run, CAUCE_E_PARAM, &params->categories, schema->width));
    CA_TRY(ca_categories_fit(run, train, &options, state));
    if (params->handle_unknown == UNKNOWN_ERROR)
        CA_TRY(ca_category_lists_cover(run, &params->categories, state, schema, true,
                                       "handle_unknown=use_encoded_value gives such ones a number"));
    int64_t j = 0;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++) {
            int64_t first = state->first[j], end = state->first[j + 1];
            bool missing = end > first && isnan(state->category[end - 1]);
            const cauce_value *list = ca_category_list(&params->categories, j);
            int64_t n_places = (list ? list->n_items : ca_categories_width(state, j)) + missing;
            const cauce_field *field = &schema->fields[f];
            if (params->handle_unknown == UNKNOWN_VALUE)
                CA_TRY(check_free(run, "unknown_value", params->unknown_value.real, n_places, field, c));
            if (missing)
                CA_TRY(check_free(run, "encoded_missing_value", params->encoded_missing_value.real, n_places,
                                  field, c));
        }
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

typedef struct ordinal_bound {
    int64_t n;
    ca_encoder *encoders;
    const double **number; /* by encoder: number[0] of unknown cells, then of each category */
} ordinal_bound;

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const ordinal_params *params = self->params;
    const ca_categories *state = self->state;
    CA_TRY(ca_categories_verify(run, state, self->in));
    CA_TRY(ca_category_lists_width(run, CAUCE_E_FORMAT, &params->categories, self->in->width));
    for (int64_t c = 0; c < state->n_categories; c++)
        if ((state->place[c] < 0) != (isnan(state->category[c]) != 0))
            return cauce_fail(run, CAUCE_E_FORMAT, "category %lld has place %d", (long long)c,
                              (int)state->place[c]);
    return CAUCE_OK;
}

/* The numbers of a column's categories, from number[1] on. */
static cauce_status number_column(cauce_run *run, const ordinal_params *params, const ca_categories *state,
                                  ca_encoder *encoder, double **number) {
    const cauce_value *list = ca_category_list(&params->categories, encoder->input);
    int32_t *item = NULL;
    if (list) CA_TRY(ca_category_list_encoder(run, list, true, encoder, &item));
    *number = cauce_keep(run, (int64_t)encoder->n + 1, sizeof **number);
    if (!*number) return run->error.status;
    for (int32_t k = 0; k < encoder->n; k++) {
        int32_t place = list ? item[k] : state->place[state->first[encoder->input] + k];
        (*number)[k + 1] = k == encoder->missing ? params->encoded_missing_value.real : (double)place;
    }
    return CAUCE_OK;
}

static cauce_status bind_column(cauce_run *run, const cauce_fitted *self, ordinal_bound *bound, int64_t j,
                                cauce_field *out) {
    const ordinal_params *params = self->params;
    double *number;
    CA_TRY(number_column(run, params, self->state, &bound->encoders[j], &number));
    number[0] = params->handle_unknown == UNKNOWN_VALUE ? params->unknown_value.real : (double)NAN;
    bound->number[j] = number;
    out->name = ca_field_column(run, bound->encoders[j].field, bound->encoders[j].column);
    return out->name ? CAUCE_OK : run->error.status;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    int64_t n = self->in->width;
    cauce_field *fields = cauce_bind_fields(run, binding, n);
    ordinal_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!fields || !bound) return run->error.status;
    bound->n = n;
    bound->number = cauce_keep(run, n, sizeof *bound->number);
    if (!bound->number) return run->error.status;
    CA_TRY(ca_encoders_new(run, self->state, self->in, &bound->encoders));
    for (int64_t j = 0; j < n; j++) CA_TRY(bind_column(run, self, bound, j, &fields[j]));
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const ordinal_params *params = self->params;
    const ordinal_bound *bound = self->bound;
    for (int64_t j = 0; j < bound->n; j++) {
        const ca_encoder *encoder = &bound->encoders[j];
        const cauce_block *from = &in->blocks[encoder->block];
        const double *number = bound->number[j] + 1;
        double *z = cauce_block_values(&out->blocks[j]);
        int64_t unknown = -1; /* the first row */
        for (int64_t r = in->n_rows - 1; r >= 0; r--) {
            int32_t k = ca_encode_cell(encoder, from, r);
            z[r] = number[k];
            if (k < 0) unknown = r;
        }
        if (unknown >= 0 && params->handle_unknown == UNKNOWN_ERROR)
            return ca_category_unknown(run, encoder, in, unknown,
                                       "handle_unknown=use_encoded_value gives it a number");
    }
    return CAUCE_OK;
}

const cauce_component cauce_ordinal_encoder = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "ordinal_encoder",
    .summary = "Numbers the categories of each column in their order.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY,
    .params_size = sizeof(ordinal_params),
    .params = param_rows,
    .state_size = sizeof(ca_categories),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
