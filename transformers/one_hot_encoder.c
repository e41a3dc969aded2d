/* Makes one 0/1 column of each category of a column; rare categories may share one. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/category_lists.h"
#include "data/levels.h"

typedef struct one_hot_params {
    cauce_value categories, drop, min_frequency, max_categories;
    int handle_unknown;
} one_hot_params;

enum { UNKNOWN_ERROR, UNKNOWN_IGNORE, UNKNOWN_INFREQUENT };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(one_hot_params, categories, "auto", CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0, "auto",
                "The categories of each column: those of the training rows (auto), or a list of them in the "
                "order of the columns made, or a list of such lists, one for each column; nan is a missing "
                "cell. A text that is in the list but in no training row has a column, but is unknown all "
                "the same."),
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
    return ca_category_lists_check(run, &params->categories, &params->min_frequency, &params->max_categories,
                                   true);
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

/* Which item of the list of column j has no column; PARAM where there is none such. */
static cauce_status drop_item(cauce_run *run, const one_hot_params *params, const cauce_value *list,
                              const cauce_field *field, int64_t column, int64_t j, int64_t *dropped) {
    const cauce_value *drop = &params->drop;
    char name[128], room[CA_NUMBER_SIZE];
    *dropped = -1;
    if (drop->type == CAUCE_V_NULL) return CAUCE_OK;
    if (drop->type == CAUCE_V_TEXT) {
        if (strcmp(drop->text, "first") == 0 || list->n_items == 2) *dropped = 0;
        return CAUCE_OK;
    }
    if (drop->items[j].type == CAUCE_V_NULL) return CAUCE_OK;
    *dropped = ca_category_list_find(list, &drop->items[j]);
    if (*dropped >= 0) return CAUCE_OK;
    ca_field_column_name(field, column, name, sizeof name);
    return cauce_fail(run, CAUCE_E_PARAM, "drop: '%s' is no category of column '%s'",
                      ca_item_text(&drop->items[j], room), name);
}

static cauce_status drop_column(cauce_run *run, const one_hot_params *params, ca_categories *state,
                                const cauce_field *field, int64_t column, int64_t j) {
    int32_t place = -1, width = ca_categories_width(state, j);
    const cauce_value *list = ca_category_list(&params->categories, j);
    int64_t dropped;
    if (list) return drop_item(run, params, list, field, column, j, &dropped); /* bind leaves it out */
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
    CA_TRY(ca_category_lists_width(run, CAUCE_E_PARAM, &params->categories, schema->width));
    CA_TRY(ca_categories_fit(run, train, &options, state));
    if (params->handle_unknown == UNKNOWN_ERROR)
        CA_TRY(ca_category_lists_cover(run, &params->categories, state, schema, false,
                                       "handle_unknown=ignore makes zeros of such ones"));
    if (params->drop.type == CAUCE_V_NULL) return CAUCE_OK;
    int64_t j = 0;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++)
            CA_TRY(drop_column(run, params, state, &schema->fields[f], c, j));
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const one_hot_params *params = self->params;
    CA_TRY(ca_categories_verify(run, self->state, self->in));
    if (params->categories.type != CAUCE_V_LIST) return CAUCE_OK;
    CA_TRY(ca_category_lists_width(run, CAUCE_E_FORMAT, &params->categories, self->in->width));
    if (params->drop.type == CAUCE_V_LIST && params->drop.n_items != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "drop has %lld categories, but there are %lld columns",
                          (long long)params->drop.n_items, (long long)self->in->width);
    return CAUCE_OK;
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

typedef struct one_hot_column {
    ca_encoder *encoder;
    int64_t out;          /* the block it becomes; -1: none (its only category was dropped) */
    const int32_t *place; /* place[0] of unknown cells, then of each category */
    bool same;            /* each code is its place */
    int32_t width;
    const cauce_levels *labels;
} one_hot_column;

typedef struct one_hot_bound {
    int64_t n;
    one_hot_column *columns;
} one_hot_bound;

/* A name for each place. Numbers as categories: their texts need room for as long as the list of labels is
 * made. */
typedef struct one_hot_labels {
    const char **texts;
    char (*rooms)[CA_NUMBER_SIZE];
} one_hot_labels;

static cauce_status labels_room(cauce_run *run, int32_t width, one_hot_labels *labels) {
    labels->texts = cauce_scratch(run, width, sizeof *labels->texts);
    labels->rooms = cauce_scratch(run, width, sizeof *labels->rooms);
    return labels->texts && labels->rooms ? CAUCE_OK : run->error.status;
}

/* Of the categories of the training rows. */
static cauce_status bind_found(cauce_run *run, const ca_categories *state, one_hot_column *column,
                               int32_t *place, one_hot_labels *labels) {
    const ca_encoder *encoder = column->encoder;
    int64_t j = encoder->input, first = state->first[j];
    column->width = ca_categories_width(state, j);
    CA_TRY(labels_room(run, column->width, labels));
    for (int32_t k = 0; k < encoder->n; k++) {
        int32_t at = place[k] = state->place[first + k];
        if (at < 0) continue;
        labels->texts[at] = at == state->infrequent[j]
                                ? "infrequent_sklearn"
                                : ca_category_text(state, encoder->field, first + k, labels->rooms[at]);
    }
    return CAUCE_OK;
}

/* Of a list: those behind the item that is dropped move up. */
static cauce_status bind_list(cauce_run *run, const one_hot_params *params, const cauce_value *list,
                              const int32_t *item, one_hot_column *column, int32_t *place,
                              one_hot_labels *labels) {
    const ca_encoder *encoder = column->encoder;
    int64_t dropped;
    CA_TRY(drop_item(run, params, list, encoder->field, encoder->column, encoder->input, &dropped));
    column->width = (int32_t)list->n_items - (dropped >= 0);
    CA_TRY(labels_room(run, column->width, labels));
    for (int32_t k = 0; k < encoder->n; k++)
        place[k] = item[k] == dropped ? -1 : item[k] - (dropped >= 0 && item[k] > dropped);
    for (int64_t i = 0; i < list->n_items; i++) {
        int64_t at = i - (dropped >= 0 && i > dropped);
        if (i != dropped) labels->texts[at] = ca_item_text(&list->items[i], labels->rooms[at]);
    }
    return CAUCE_OK;
}

static bool have_same_places(const ca_encoder *encoder, const int32_t *place) {
    if (!encoder->by_code) return false;
    const int32_t n = cauce_levels_count(encoder->field->levels), *category = encoder->by_code + 2;
    for (int32_t code = 0; code < n; code++)
        if (category[code] < 0 || place[category[code]] != code) return false;
    return true;
}

static cauce_status bind_column(cauce_run *run, const cauce_fitted *self, ca_encoder *encoder,
                                one_hot_column *column) {
    const one_hot_params *params = self->params;
    const ca_categories *state = self->state;
    const cauce_value *list = ca_category_list(&params->categories, encoder->input);
    one_hot_labels labels;
    int32_t *item;
    if (list) CA_TRY(ca_category_list_encoder(run, list, false, encoder, &item));
    int32_t *place = cauce_keep(run, (int64_t)encoder->n + 1, sizeof *place);
    if (!place) return run->error.status;
    column->encoder = encoder;
    column->place = place;
    place[0] = params->handle_unknown == UNKNOWN_INFREQUENT && !list ? state->infrequent[encoder->input] : -1;
    CA_TRY(list ? bind_list(run, params, list, item, column, place + 1, &labels)
                : bind_found(run, state, column, place + 1, &labels));
    column->same = !list && have_same_places(encoder, place + 1);
    if (column->width == 0) return CAUCE_OK;
    column->labels = ca_labels_keep(run, labels.texts, column->width);
    return column->labels ? CAUCE_OK : run->error.status;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    int64_t n = self->in->width, n_out = 0;
    one_hot_bound *bound = cauce_keep(run, 1, sizeof *bound);
    ca_encoder *encoders = NULL;
    if (!bound) return run->error.status;
    bound->n = n;
    bound->columns = cauce_keep(run, n, sizeof *bound->columns);
    if (!bound->columns) return run->error.status;
    CA_TRY(ca_encoders_new(run, self->state, self->in, &encoders));
    for (int64_t j = 0; j < n; j++) {
        one_hot_column *column = &bound->columns[j];
        CA_TRY(bind_column(run, self, &encoders[j], column));
        column->out = column->width > 0 ? n_out++ : -1;
    }
    cauce_field *fields = cauce_bind_fields(run, binding, n_out);
    if (!fields) return run->error.status;
    for (int64_t j = 0; j < n; j++) {
        const one_hot_column *column = &bound->columns[j];
        if (column->out < 0) continue;
        cauce_field *field = &fields[column->out];
        field->name = ca_field_column(run, column->encoder->field, column->encoder->column);
        field->form = CAUCE_ONEHOT;
        field->width = column->width;
        field->labels = column->labels;
        if (!field->name) return run->error.status;
    }
    binding->bound = bound;
    return CAUCE_OK;
}

static bool all_known(const int32_t *codes, int64_t n) {
    int32_t all = 0;
    for (int64_t r = 0; r < n; r++) all |= codes[r];
    return all >= 0;
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
        if (column->same && column->out >= 0 && all_known(from->codes, in->n_rows)) {
            cauce_block_share(&out->blocks[column->out], from);
            continue;
        }
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

static void trace(const cauce_fitted *self, const double *out, double *in) {
    const one_hot_bound *bound = self->bound;
    for (int64_t j = 0; j < bound->n; j++) {
        int64_t block = bound->columns[j].out, width = block < 0 ? 0 : self->out->fields[block].width;
        for (int64_t c = 0; c < width; c++) in[j] += *out++;
    }
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
    .trace = trace,
};
