#include "data/categories.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "data/batch.h"
#include "math/sort.h"
#include "math/stats.h"

const char *ca_field_column(cauce_run *run, const cauce_field *field, int64_t j) {
    if (field->width == 1 && !field->labels) return field->name;
    int64_t length = ca_field_column_name(field, j, NULL, 0);
    char *name = cauce_keep(run, length + 1, 1);
    if (name) ca_field_column_name(field, j, name, (size_t)length + 1);
    return name;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

/* The categories of one column while they are found. */
typedef struct column_set {
    double *category; /* missing last, as NaN */
    double *count;    /* weighted */
    bool *grouped;
    int64_t n;
    bool missing; /* is the last one missing? */
} column_set;

/* Buffers that every number column uses again. */
typedef struct sort_room {
    double *values, *weights;
} sort_room;

static cauce_status set_new(cauce_run *run, column_set *set, int64_t n) {
    set->category = cauce_scratch(run, n, sizeof *set->category);
    set->count = cauce_scratch(run, n, sizeof *set->count);
    set->grouped = cauce_scratch(run, n, sizeof *set->grouped);
    return set->category && set->count && set->grouped ? CAUCE_OK : run->error.status;
}

static void set_add(column_set *set, double category, double count) {
    set->category[set->n] = category;
    set->count[set->n++] = count;
    set->missing = isnan(category);
}

static cauce_status find_codes(cauce_run *run, const cauce_train *train, const int32_t *codes,
                               int32_t n_levels, column_set *set) {
    int64_t n_slots = (int64_t)n_levels + 1; /* one before the levels for missing */
    double *count = cauce_scratch(run, n_slots, sizeof *count);
    if (!count) return run->error.status;
    for (int64_t r = 0; r < train->n_rows; r++)
        if (codes[r] >= CAUCE_MISSING) count[codes[r] + 1] += train->weight ? train->weight[r] : 1;
    CA_TRY(set_new(run, set, n_slots));
    for (int64_t code = 0; code < n_levels; code++)
        if (count[code + 1] > 0) set_add(set, (double)code, count[code + 1]);
    if (count[0] > 0) set_add(set, (double)NAN, count[0]);
    return CAUCE_OK;
}

static cauce_status find_numbers(cauce_run *run, const cauce_train *train, const double *column,
                                 sort_room *room, column_set *set) {
    int64_t n = train->n_rows, m = 0, distinct = 0;
    CA_TRY(ca_sort_present(run, column, train->weight, n, room->values, room->weights, &m));
    for (int64_t i = 0; i < m; i++) distinct += i == 0 || room->values[i] != room->values[i - 1];
    CA_TRY(set_new(run, set, distinct + 1));
    for (int64_t i = 0; i < m;) {
        double value = room->values[i], count = 0;
        for (; i < m && room->values[i] == value; i++) count += room->weights ? room->weights[i] : 1;
        set_add(set, value, count);
    }
    if (m == n) return CAUCE_OK;
    double missing = 0;
    for (int64_t r = 0; r < n; r++)
        if (isnan(column[r])) missing += train->weight ? train->weight[r] : 1;
    set_add(set, (double)NAN, missing);
    return CAUCE_OK;
}

/* Marks the rare categories. max_categories keeps the largest of max - 1 as they are; among equal counts the
 * ones that come first in order are grouped first. A column with as many categories as max_categories has its
 * rarest one grouped too, as scikit-learn has it: the group is counted before it is known to be needed. */
static cauce_status mark_rare(cauce_run *run, column_set *set, double n_rows,
                              const ca_categories_options *options) {
    const cauce_value *least = &options->min_frequency, *most = &options->max_categories;
    int64_t n = set->n - (options->missing_apart && set->missing), kept = n;
    double threshold = 0;
    if (least->type == CAUCE_V_INT) threshold = (double)least->integer;
    if (least->type == CAUCE_V_REAL) threshold = least->real * n_rows;
    for (int64_t i = 0; i < n; i++) {
        set->grouped[i] = set->count[i] < threshold;
        kept -= set->grouped[i];
    }
    if (most->type != CAUCE_V_INT || most->integer >= kept + 1) return CAUCE_OK;
    int64_t *order = cauce_scratch(run, n, sizeof *order);
    if (!order) return run->error.status;
    CA_TRY(ca_argsort(run, set->count, n, order));
    for (int64_t i = 0; i < n - (most->integer - 1); i++) set->grouped[order[i]] = true;
    return CAUCE_OK;
}

static cauce_status find_column(cauce_run *run, const cauce_train *train, int64_t block, int64_t column,
                                double n_rows, const ca_categories_options *options, sort_room *room,
                                column_set *set) {
    const cauce_field *field = &train->schema->fields[block];
    const cauce_block *cells = &train->x->blocks[block];
    CA_TRY(cauce_check_cancel(run));
    if (field->form == CAUCE_CODES)
        CA_TRY(find_codes(run, train, cells->codes, cauce_levels_count(field->levels), set));
    else
        CA_TRY(find_numbers(run, train, cells->values + column * cells->stride, room, set));
    if (set->n > INT32_MAX - 2)
        return cauce_fail(run, CAUCE_E_LIMIT, "column '%s' has %lld categories; the most is %d", field->name,
                          (long long)set->n, INT32_MAX - 2);
    return mark_rare(run, set, n_rows, options);
}

/* Writes a column's categories behind those before it. */
static void put_column(const column_set *set, bool missing_apart, int64_t j, ca_categories *out) {
    int64_t first = out->first[j];
    int32_t next = 0;
    bool any = false;
    for (int64_t i = 0; i < set->n; i++) any |= set->grouped[i];
    for (int64_t i = 0; i < set->n; i++) {
        bool apart = missing_apart && isnan(set->category[i]);
        out->category[first + i] = set->category[i];
        out->place[first + i] = apart || set->grouped[i] ? -1 : next++;
    }
    out->infrequent[j] = any ? next : -1;
    for (int64_t i = 0; any && i < set->n; i++)
        if (set->grouped[i]) out->place[first + i] = next;
    out->first[j + 1] = first + set->n;
}

static bool has_numbers(const cauce_schema *schema) {
    for (int64_t f = 0; f < schema->n_fields; f++)
        if (schema->fields[f].form == CAUCE_DENSE) return true;
    return false;
}

cauce_status ca_categories_fit(cauce_run *run, const cauce_train *train, const ca_categories_options *options,
                               ca_categories *out) {
    const cauce_schema *schema = train->schema;
    int64_t n_columns = schema->width, total = 0, j = 0;
    column_set *sets = cauce_scratch(run, n_columns, sizeof *sets);
    const bool numbers = has_numbers(schema);
    sort_room room = { numbers ? cauce_scratch(run, train->n_rows, sizeof(double)) : NULL,
                       numbers && train->weight ? cauce_scratch(run, train->n_rows, sizeof(double)) : NULL };
    if (run->error.status != CAUCE_OK || !sets) return run->error.status;
    double n_rows = ca_weight_sum(train->weight, train->n_rows);
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++) {
            CA_TRY(find_column(run, train, f, c, n_rows, options, &room, &sets[j]));
            total += sets[j].n;
        }
    *out = (ca_categories){ .n_columns = n_columns, .n_bounds = n_columns + 1, .n_categories = total };
    out->first = cauce_keep(run, out->n_bounds, sizeof *out->first);
    out->category = cauce_keep(run, total, sizeof *out->category);
    out->place = cauce_keep(run, total, sizeof *out->place);
    out->infrequent = cauce_keep(run, n_columns, sizeof *out->infrequent);
    if (!out->first || !out->category || !out->place || !out->infrequent) return run->error.status;
    for (j = 0; j < n_columns; j++) put_column(&sets[j], options->missing_apart, j, out);
    return CAUCE_OK;
}

/* ---- A fitted state ------------------------------------------------------------------------------------ */

int32_t ca_categories_width(const ca_categories *categories, int64_t j) {
    int32_t last = categories->infrequent[j];
    for (int64_t c = categories->first[j]; c < categories->first[j + 1]; c++)
        if (categories->place[c] > last) last = categories->place[c];
    return last + 1;
}

const char *ca_category_text(const ca_categories *categories, const cauce_field *field, int64_t c,
                             char room[32]) {
    double category = categories->category[c];
    if (isnan(category)) return "nan";
    if (field->form == CAUCE_CODES) return cauce_levels_text(field->levels, (int32_t)category);
    ca_number_print(category, room);
    return room;
}

const char *ca_item_text(const cauce_value *item, char room[32]) {
    switch (item->type) {
    case CAUCE_V_TEXT: return item->text;
    case CAUCE_V_BOOL: return item->integer ? "true" : "false";
    case CAUCE_V_INT: snprintf(room, 32, "%lld", (long long)item->integer); return room;
    case CAUCE_V_REAL: ca_number_print(item->real, room); return room;
    case CAUCE_V_NULL:
    case CAUCE_V_LIST: break;
    }
    return "";
}

bool ca_category_is(const ca_categories *categories, const cauce_field *field, int64_t c,
                    const cauce_value *item) {
    bool number = item->type == CAUCE_V_INT || item->type == CAUCE_V_REAL;
    double category = categories->category[c];
    if (isnan(category)) return item->type == CAUCE_V_REAL && isnan(item->real);
    if (field->form != CAUCE_CODES) return number && category == item->real;
    char room[32];
    return strcmp(cauce_levels_text(field->levels, (int32_t)category), ca_item_text(item, room)) == 0;
}

/* Codes and numbers ascend strictly, codes are in range, and only the last category may be missing. */
static bool are_categories(const ca_categories *categories, const cauce_field *field, int64_t j) {
    const double *category = categories->category;
    int64_t first = categories->first[j], end = categories->first[j + 1];
    for (int64_t c = first; c < end; c++) {
        if (isnan(category[c])) return c == end - 1;
        if (c > first && !(category[c] > category[c - 1])) return false;
        if (field->form != CAUCE_CODES) continue;
        if (!(category[c] >= 0 && category[c] < cauce_levels_count(field->levels))) return false;
        if (category[c] != (double)(int32_t)category[c]) return false;
    }
    return true;
}

/* Places run 0, 1, 2, ... in the order of the categories, and the group, if there is one, is last: then every
 * place has exactly one name. */
static bool are_places(const ca_categories *categories, int64_t j) {
    int32_t next = 0, group = categories->infrequent[j];
    bool grouped = false;
    for (int64_t c = categories->first[j]; c < categories->first[j + 1]; c++) {
        int32_t place = categories->place[c];
        if (place == -1) continue;
        if (place == group)
            grouped = true;
        else if (place != next++)
            return false;
    }
    return grouped ? group == next : group == -1;
}

cauce_status ca_categories_verify(cauce_run *run, const ca_categories *categories, const cauce_schema *in) {
    if (categories->n_columns != in->width || categories->n_bounds != in->width + 1)
        return cauce_fail(run, CAUCE_E_FORMAT, "categories of %lld columns, but the input has %lld",
                          (long long)categories->n_columns, (long long)in->width);
    const int64_t *first = categories->first;
    bool fits = first[0] == 0 && first[in->width] == categories->n_categories;
    for (int64_t j = 0; fits && j < in->width; j++)
        fits = first[j] <= first[j + 1] && first[j + 1] - first[j] <= INT32_MAX - 2;
    if (!fits) return cauce_fail(run, CAUCE_E_FORMAT, "the bounds of the categories do not fit their number");
    int64_t j = 0;
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < in->fields[f].width; c++, j++) {
            if (!are_categories(categories, &in->fields[f], j))
                return cauce_fail(run, CAUCE_E_FORMAT, "the categories of column '%s' are not in order",
                                  in->fields[f].name);
            if (!are_places(categories, j))
                return cauce_fail(run, CAUCE_E_FORMAT, "the places of column '%s' are not in order",
                                  in->fields[f].name);
        }
    return CAUCE_OK;
}

/* ---- Encoding ------------------------------------------------------------------------------------------ */

static const int32_t *code_map(cauce_run *run, const ca_categories *categories, const cauce_field *field,
                               int64_t j, int32_t missing) {
    int64_t n_codes = (int64_t)cauce_levels_count(field->levels) + 2;
    int32_t *by_code = cauce_keep(run, n_codes, sizeof *by_code);
    if (!by_code) return NULL;
    for (int64_t i = 0; i < n_codes; i++) by_code[i] = -1;
    by_code[CAUCE_MISSING + 2] = missing;
    int64_t first = categories->first[j];
    for (int64_t c = first; c < categories->first[j + 1]; c++)
        if (!isnan(categories->category[c]))
            by_code[(int64_t)categories->category[c] + 2] = (int32_t)(c - first);
    return by_code;
}

cauce_status ca_encoders_new(cauce_run *run, const ca_categories *categories, const cauce_schema *in,
                             ca_encoder **encoders) {
    *encoders = cauce_keep(run, in->width, sizeof **encoders);
    if (!*encoders) return run->error.status;
    int64_t j = 0;
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < in->fields[f].width; c++, j++) {
            ca_encoder *encoder = &(*encoders)[j];
            int64_t first = categories->first[j], n = categories->first[j + 1] - first;
            bool missing = n > 0 && isnan(categories->category[first + n - 1]);
            *encoder = (ca_encoder){ .block = f, .column = c, .input = j, .field = &in->fields[f] };
            encoder->n = (int32_t)n;
            encoder->missing = missing ? (int32_t)n - 1 : -1;
            encoder->number = categories->category + first;
            encoder->n_numbers = (int32_t)n - missing;
            if (in->fields[f].form != CAUCE_CODES) continue;
            encoder->by_code = code_map(run, categories, &in->fields[f], j, encoder->missing);
            if (!encoder->by_code) return run->error.status;
        }
    return CAUCE_OK;
}

cauce_status ca_category_unknown(cauce_run *run, const ca_encoder *encoder, const cauce_batch *in, int64_t r,
                                 const char *advice) {
    const cauce_block *cells = &in->blocks[encoder->block];
    char name[128], value[128], number[CA_NUMBER_SIZE];
    const char *text = NULL;
    bool missing;
    if (encoder->by_code) {
        missing = cells->codes[r] == CAUCE_MISSING;
        text = cauce_levels_text(encoder->field->levels, cells->codes[r]);
    } else {
        double x = cells->values[r + encoder->column * cells->stride];
        missing = isnan(x);
        ca_number_print(x, number);
        text = number;
    }
    ca_field_column_name(encoder->field, encoder->column, name, sizeof name);
    long long row = (long long)(in->first_row + r + 1);
    if (missing)
        return cauce_fail(run, CAUCE_E_DATA,
                          "column '%s', row %lld: missing, but no row was missing at fit; %s", name, row,
                          advice);
    if (!text)
        return cauce_fail(run, CAUCE_E_DATA,
                          "column '%s', row %lld: a category that was not there at fit; %s", name, row,
                          advice);
    return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: '%s' was not there at fit; %s", name, row,
                      ca_text_show(text, strlen(text), value, sizeof value), advice);
}
