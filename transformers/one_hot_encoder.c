/* Makes one 0/1 column of each category of a column; rare categories may share one. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/categories.h"

typedef struct one_hot_params {
    cauce_value drop, min_frequency, max_categories;
    int handle_unknown;
} one_hot_params;

enum { UNKNOWN_ERROR, UNKNOWN_IGNORE, UNKNOWN_INFREQUENT };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(one_hot_params, drop, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0,
                "first|if_binary",
                "Category without a column of its own: the first of every column, only "
                "where there are two, or a list with one category (or null) per column."),
    CAUCE_CHOICE(one_hot_params, handle_unknown, "error", "error|ignore|infrequent_if_exist",
                 "What a category means that was not there at fit: an error, all zeros, or the column of the "
                 "rare ones (zeros where there is none)."),
    CAUCE_MIXED(one_hot_params, min_frequency, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1, 1e15, 0,
                1, NULL,
                "Categories with fewer rows than this (a number of rows, or a part of them) share "
                "one column."),
    CAUCE_MIXED(one_hot_params, max_categories, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 2147483647, 0, 0, NULL,
                "Most columns made of one, that of the rarest categories included."),
    CAUCE_END,
};

static const cauce_state state_rows[] = { CA_CATEGORIES_STATE, CAUCE_STATE_END };

static cauce_status check(cauce_run *run, const void *params_in) {
    const one_hot_params *params = params_in;
    for (int64_t i = 0; i < params->drop.n_items && params->drop.type == CAUCE_V_LIST; i++)
        if (params->drop.items[i].type == CAUCE_V_LIST)
            return cauce_fail(run, CAUCE_E_PARAM,
                              "drop: item %lld is a list; give one category or null for each column",
                              (long long)i);
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

/* Place of the category that a list asks to drop from column j. */
static cauce_status find_item(cauce_run *run, const ca_categories *state, const cauce_field *field,
                              int64_t column, int64_t j, const cauce_value *item, int32_t *place) {
    char name[128], room[CA_NUMBER_SIZE];
    *place = -1;
    if (item->type == CAUCE_V_NULL) return CAUCE_OK;
    ca_field_column_name(field, column, name, sizeof name);
    for (int64_t c = state->first[j]; c < state->first[j + 1]; c++) {
        if (!ca_category_is(state, field, c, item)) continue;
        *place = state->place[c];
        if (*place != state->infrequent[j]) return CAUCE_OK;
        return cauce_fail(run, CAUCE_E_PARAM,
                          "drop: '%s' of column '%s' is among its rare categories, which share a column",
                          ca_item_text(item, room), name);
    }
    return cauce_fail(run, CAUCE_E_PARAM, "drop: '%s' is no category of column '%s'",
                      ca_item_text(item, room), name);
}

/* Takes a place out of column j; those behind it move up. */
static void drop_place(ca_categories *state, int64_t j, int32_t dropped) {
    for (int64_t c = state->first[j]; c < state->first[j + 1]; c++) {
        int32_t place = state->place[c];
        state->place[c] = place == dropped ? -1 : place - (place > dropped);
    }
    int32_t group = state->infrequent[j];
    state->infrequent[j] = group == dropped ? -1 : group - (group > dropped);
}

static cauce_status drop_column(cauce_run *run, const one_hot_params *params, ca_categories *state,
                                const cauce_field *field, int64_t column, int64_t j) {
    int32_t place = -1, width = ca_categories_width(state, j);
    if (params->drop.type == CAUCE_V_LIST)
        CA_TRY(find_item(run, state, field, column, j, &params->drop.items[j], &place));
    else if (strcmp(params->drop.text, "first") == 0 || width == 2)
        place = 0;
    if (place >= 0) drop_place(state, j, place);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const one_hot_params *params = params_in;
    ca_categories *state = state_out;
    const cauce_schema *schema = train->schema;
    ca_categories_options options = { params->min_frequency, params->max_categories, false };
    if (params->drop.type == CAUCE_V_LIST && params->drop.n_items != schema->width)
        return cauce_fail(run, CAUCE_E_PARAM, "drop has %lld categories, but there are %lld columns",
                          (long long)params->drop.n_items, (long long)schema->width);
    CA_TRY(ca_categories_fit(run, train, &options, state));
    if (params->drop.type == CAUCE_V_NULL) return CAUCE_OK;
    int64_t j = 0;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++)
            CA_TRY(drop_column(run, params, state, &schema->fields[f], c, j));
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    return ca_categories_verify(run, self->state, self->in);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

typedef struct one_hot_column {
    ca_encoder *encoder;
    int64_t out;          /* the block it becomes; -1: none (its only category was dropped) */
    const int32_t *place; /* place[0] of unknown cells, then of each category */
} one_hot_column;

typedef struct one_hot_bound {
    int64_t n;
    one_hot_column *columns;
} one_hot_bound;

/* Numbers as categories: their texts need room for as long as the list of labels is made. */
static const cauce_levels *make_labels(cauce_run *run, const ca_categories *state, const cauce_field *field,
                                       int64_t j, int32_t width) {
    const char **texts = cauce_scratch(run, width, sizeof *texts);
    char(*rooms)[CA_NUMBER_SIZE] = cauce_scratch(run, width, sizeof *rooms);
    if (!texts || !rooms) return NULL;
    for (int64_t c = state->first[j]; c < state->first[j + 1]; c++) {
        int32_t place = state->place[c];
        if (place < 0) continue;
        texts[place] = place == state->infrequent[j] ? "infrequent_sklearn"
                                                     : ca_category_text(state, field, c, rooms[place]);
    }
    return cauce_levels_keep(run, texts, width);
}

static cauce_status bind_block(cauce_run *run, const ca_categories *state, const one_hot_column *column,
                               int32_t width, cauce_field *out) {
    const ca_encoder *encoder = column->encoder;
    const cauce_field *field = encoder->field;
    out->name = ca_field_column(run, field, encoder->column);
    out->form = CAUCE_ONEHOT;
    out->width = width;
    out->labels = make_labels(run, state, field, encoder->input, width);
    return out->name && out->labels ? CAUCE_OK : run->error.status;
}

static cauce_status bind_column(cauce_run *run, const cauce_fitted *self, int64_t j, one_hot_column *column) {
    const one_hot_params *params = self->params;
    const ca_categories *state = self->state;
    int32_t n = column->encoder->n;
    int32_t *place = cauce_keep(run, (int64_t)n + 1, sizeof *place);
    if (!place) return run->error.status;
    place[0] = params->handle_unknown == UNKNOWN_INFREQUENT ? state->infrequent[j] : -1;
    if (n > 0) memcpy(place + 1, state->place + state->first[j], (size_t)n * sizeof *place);
    column->place = place;
    return CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    const ca_categories *state = self->state;
    int64_t n = self->in->width, n_out = 0;
    one_hot_bound *bound = cauce_keep(run, 1, sizeof *bound);
    ca_encoder *encoders = NULL;
    if (!bound) return run->error.status;
    bound->n = n;
    bound->columns = cauce_keep(run, n, sizeof *bound->columns);
    if (!bound->columns) return run->error.status;
    CA_TRY(ca_encoders_new(run, state, self->in, &encoders));
    for (int64_t j = 0; j < n; j++) {
        one_hot_column *column = &bound->columns[j];
        column->encoder = &encoders[j];
        column->out = ca_categories_width(state, j) > 0 ? n_out++ : -1;
        CA_TRY(bind_column(run, self, j, column));
    }
    cauce_field *fields = cauce_bind_fields(run, binding, n_out);
    if (!fields) return run->error.status;
    for (int64_t j = 0; j < n; j++) {
        const one_hot_column *column = &bound->columns[j];
        if (column->out < 0) continue;
        CA_TRY(bind_block(run, state, column, ca_categories_width(state, j), &fields[column->out]));
    }
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const one_hot_params *params = self->params;
    const one_hot_bound *bound = self->bound;
    for (int64_t j = 0; j < bound->n; j++) {
        const one_hot_column *column = &bound->columns[j];
        const ca_encoder *encoder = column->encoder;
        const cauce_block *from = &in->blocks[encoder->block];
        const int32_t *place = column->place + 1;
        int32_t *codes = column->out >= 0 ? cauce_block_codes(&out->blocks[column->out]) : NULL;
        if (!codes && params->handle_unknown != UNKNOWN_ERROR) continue;
        int64_t unknown = -1; /* the first row */
        for (int64_t r = in->n_rows - 1; r >= 0; r--) {
            int32_t k = ca_encode_cell(encoder, from, r);
            if (codes) codes[r] = place[k];
            if (k < 0) unknown = r;
        }
        if (unknown >= 0 && params->handle_unknown == UNKNOWN_ERROR)
            return ca_category_unknown(run, encoder, in, unknown, "handle_unknown=ignore makes zeros of it");
    }
    return CAUCE_OK;
}

const cauce_component cauce_one_hot_encoder = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "one_hot_encoder",
    .summary = "Makes one 0/1 column of each category.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY,
    .params_size = sizeof(one_hot_params),
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
