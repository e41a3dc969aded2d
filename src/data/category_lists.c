#include "data/category_lists.h"

#include <string.h>

#include "base/map.h"
#include "data/batch.h"
#include "math/sort.h"

static bool list_of_lists(const cauce_value *categories) {
    return categories->type == CAUCE_V_LIST && categories->n_items > 0 &&
           categories->items[0].type == CAUCE_V_LIST;
}

cauce_status ca_category_lists_width(cauce_run *run, cauce_status status, const cauce_value *categories,
                                     int64_t n_columns) {
    if (!list_of_lists(categories) || categories->n_items == n_columns) return CAUCE_OK;
    return cauce_fail(run, status, "categories has %lld lists, but there are %lld columns",
                      (long long)categories->n_items, (long long)n_columns);
}

const cauce_value *ca_category_list(const cauce_value *categories, int64_t j) {
    if (categories->type != CAUCE_V_LIST) return NULL;
    return list_of_lists(categories) ? &categories->items[j] : categories;
}

static bool is_missing(const cauce_value *item) {
    return item->type == CAUCE_V_REAL && isnan(item->real);
}

static bool is_number(const cauce_value *item) {
    return (item->type == CAUCE_V_INT || item->type == CAUCE_V_REAL) && !isnan(item->real);
}

/* ---- The parameter ------------------------------------------------------------------------------------- */

static cauce_status add_item(cauce_run *run, const cauce_value *list, int64_t i, ca_map *texts,
                             bool *missing) {
    const cauce_value *item = &list->items[i];
    char room[32];
    bool again = is_missing(item) && *missing, added = true;
    if (is_missing(item))
        *missing = true;
    else {
        const char *text = ca_run_text(run, "%s", ca_item_text(item, room));
        if (ca_map_add(texts, text, strlen(text), &added) < 0) return CA_NOMEM(run);
    }
    if (!again && added) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "categories: '%s' is in the list twice", ca_item_text(item, room));
}

static cauce_status check_list(cauce_run *run, const cauce_value *list, bool missing) {
    if (list->type != CAUCE_V_LIST || list->n_items == 0)
        return cauce_fail(run, CAUCE_E_PARAM, "categories: expected a list of categories for each column");
    for (int64_t i = 0; i < list->n_items; i++) {
        const cauce_value *item = &list->items[i];
        if (item->type != CAUCE_V_NULL && item->type != CAUCE_V_LIST && (missing || !is_missing(item)))
            continue;
        return cauce_fail(run, CAUCE_E_PARAM, "categories: item %lld is no category; %s", (long long)i + 1,
                          missing ? "nan stands for missing cells"
                                  : "missing cells become encoded_missing_value and are not in the list");
    }
    ca_map texts = { 0 };
    bool nan = false;
    cauce_status status = CAUCE_OK;
    for (int64_t i = 0; status == CAUCE_OK && i < list->n_items; i++)
        status = add_item(run, list, i, &texts, &nan);
    ca_map_free(&texts);
    return status;
}

cauce_status ca_category_lists_check(cauce_run *run, const cauce_value *categories,
                                     const cauce_value *min_frequency, const cauce_value *max_categories,
                                     bool missing) {
    if (categories->type != CAUCE_V_LIST) return CAUCE_OK;
    if (min_frequency->type != CAUCE_V_NULL || max_categories->type != CAUCE_V_NULL)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "a list of categories leaves nothing to min_frequency and max_categories; leave "
                          "them null");
    if (!list_of_lists(categories)) return check_list(run, categories, missing);
    for (int64_t j = 0; j < categories->n_items; j++) CA_TRY(check_list(run, &categories->items[j], missing));
    return CAUCE_OK;
}

int64_t ca_category_list_find(const cauce_value *list, const cauce_value *item) {
    char room[32], other[32];
    const char *text = ca_item_text(item, room);
    for (int64_t i = 0; i < list->n_items; i++) {
        const cauce_value *listed = &list->items[i];
        if (is_missing(listed) != is_missing(item)) continue;
        if (is_missing(item) ||
            (is_number(item) && is_number(listed) ? item->real == listed->real
                                                  : strcmp(text, ca_item_text(listed, other)) == 0))
            return i;
    }
    return -1;
}

/* ---- The encoder --------------------------------------------------------------------------------------- */

static cauce_status codes_of(cauce_run *run, const cauce_value *list, ca_encoder *encoder, int32_t *item) {
    const cauce_levels *levels = encoder->field->levels;
    int64_t n_codes = (int64_t)cauce_levels_count(levels) + 2;
    int32_t *by_code = cauce_keep(run, n_codes, sizeof *by_code);
    char room[32];
    if (!by_code) return run->error.status;
    for (int64_t c = 0; c < n_codes; c++) by_code[c] = -1;
    for (int32_t i = 0; i < (int32_t)list->n_items; i++) {
        const char *text = ca_item_text(&list->items[i], room);
        int32_t code = is_missing(&list->items[i]) ? -1 : cauce_levels_find(levels, text, strlen(text));
        if (code >= 0) by_code[code + 2] = i;
        item[i] = i;
    }
    by_code[CAUCE_MISSING + 2] = encoder->missing;
    encoder->by_code = by_code;
    return CAUCE_OK;
}

/* Ascending, as they are looked up. A text is no number. */
static cauce_status numbers_of(cauce_run *run, const cauce_value *list, ca_encoder *encoder, int32_t *item) {
    double *number = cauce_keep(run, list->n_items, sizeof *number);
    double *listed = cauce_scratch(run, list->n_items, sizeof *listed);
    int64_t *order = cauce_scratch(run, list->n_items, sizeof *order);
    int32_t *which = cauce_scratch(run, list->n_items, sizeof *which), n = 0;
    if (!number || !listed || !order || !which) return run->error.status;
    for (int32_t i = 0; i < (int32_t)list->n_items; i++) {
        if (!is_number(&list->items[i])) continue;
        listed[n] = list->items[i].real;
        which[n++] = i;
    }
    CA_TRY(ca_argsort(run, listed, n, order));
    for (int32_t k = 0; k < n; k++) {
        number[k] = listed[order[k]];
        item[k] = which[order[k]];
    }
    encoder->number = number;
    encoder->n_numbers = n;
    return CAUCE_OK;
}

cauce_status ca_category_list_encoder(cauce_run *run, const cauce_value *list, bool missing_apart,
                                      ca_encoder *encoder, int32_t **item) {
    int32_t n = (int32_t)list->n_items, missing = missing_apart && encoder->missing >= 0 ? n : -1;
    int32_t *which = cauce_keep(run, (int64_t)n + 1, sizeof *which);
    *item = which;
    if (!which) return run->error.status;
    for (int32_t i = 0; i < n; i++)
        if (is_missing(&list->items[i])) missing = i;
    encoder->missing = missing;
    CA_TRY(encoder->field->form == CAUCE_CODES ? codes_of(run, list, encoder, which)
                                               : numbers_of(run, list, encoder, which));
    encoder->n = n + (missing == n);
    if (encoder->field->form != CAUCE_CODES && missing >= 0) { /* behind the numbers */
        encoder->missing = encoder->n_numbers;
        encoder->n = encoder->n_numbers + 1;
        which[encoder->missing] = missing;
    }
    if (missing == n) which[encoder->missing] = -1;
    return CAUCE_OK;
}

/* ---- The training rows --------------------------------------------------------------------------------- */

static int32_t find_category(const ca_encoder *encoder, double category) {
    if (isnan(category)) return encoder->missing;
    return encoder->by_code ? ca_encode_code(encoder, (int32_t)category)
                            : ca_encode_number(encoder, category);
}

static cauce_status cover_column(cauce_run *run, const cauce_value *list, const ca_categories *state,
                                 ca_encoder *encoder, bool missing_apart, const char *advice) {
    const cauce_field *field = encoder->field;
    int32_t *item;
    CA_TRY(ca_category_list_encoder(run, list, missing_apart, encoder, &item));
    for (int64_t c = state->first[encoder->input]; c < state->first[encoder->input + 1]; c++) {
        if (find_category(encoder, state->category[c]) >= 0) continue;
        char name[128], room[32];
        ca_field_column_name(field, encoder->column, name, sizeof name);
        return cauce_fail(run, CAUCE_E_DATA, "column '%s': '%s' is not in categories; %s", name,
                          ca_category_text(state, field, c, room), advice);
    }
    return CAUCE_OK;
}

cauce_status ca_category_lists_cover(cauce_run *run, const cauce_value *categories,
                                     const ca_categories *state, const cauce_schema *schema,
                                     bool missing_apart, const char *advice) {
    ca_encoder *encoders;
    if (categories->type != CAUCE_V_LIST) return CAUCE_OK;
    CA_TRY(ca_encoders_new(run, state, schema, &encoders));
    for (int64_t j = 0; j < schema->width; j++)
        CA_TRY(
            cover_column(run, ca_category_list(categories, j), state, &encoders[j], missing_apart, advice));
    return CAUCE_OK;
}
