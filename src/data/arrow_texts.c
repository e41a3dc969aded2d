/* Columns of Arrow that become codes: texts, dictionaries, booleans, times. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/arrow.h"
#include "data/csv_infer.h"
#include "data/time.h"

/* ---- From texts in the order they came to a dictionary ------------------------------------------------- */

/* Codes are entries of the map; they become codes of the sorted levels. */
static cauce_status finish(cauce_run *run, const ca_map *map, int32_t *codes, ca_column *to) {
    int32_t *code_of = cauce_scratch(run, map->count, sizeof *code_of), ignored;
    if (!code_of) return run->error.status;
    to->levels = ca_levels_of_map(&to->arena, map, code_of);
    if (!to->levels) return CA_NOMEM(run);
    int64_t present = 0;
    for (int64_t r = 0; r < to->n_rows; r++)
        if (codes[r] >= 0) {
            codes[r] = code_of[codes[r]];
            present++;
        }
    to->data = codes;
    to->kind = ca_csv_kind(to->levels, present, false, &ignored);
    if (to->kind == CAUCE_BOOLEAN) to->true_code = ignored;
    return CAUCE_OK;
}

static cauce_status bad_cell(cauce_run *run, const ca_arrow_column *from, int64_t row, const char *what) {
    return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: %s", from->name, (long long)row + 1, what);
}

/* ---- Texts --------------------------------------------------------------------------------------------- */

static int64_t offset_at(const struct ArrowArray *array, bool large, int64_t i) {
    const char *offsets = array->buffers[1];
    int64_t wide;
    int32_t narrow;
    if (large) {
        memcpy(&wide, offsets + (size_t)(array->offset + i) * sizeof wide, sizeof wide);
        return wide;
    }
    memcpy(&narrow, offsets + (size_t)(array->offset + i) * sizeof narrow, sizeof narrow);
    return narrow;
}

/* Text i; false: its offsets cannot be, or it is no text. */
static bool text_at(const struct ArrowArray *array, bool large, int64_t i, const char **text,
                    size_t *length) {
    const int64_t start = offset_at(array, large, i), end = offset_at(array, large, i + 1);
    if (start < 0 || end < start || end - start > INT32_MAX) return false;
    *length = (size_t)(end - start);
    *text = "";
    if (*length == 0) return true;
    if (!array->buffers[2]) return false;
    *text = (const char *)array->buffers[2] + start;
    return !memchr(*text, 0, *length) && ca_utf8_valid(*text, *length) == *length;
}

static const char no_text[] = "the text is not UTF-8, holds a NUL, or lies at impossible offsets";

static cauce_status map_texts(cauce_run *run, const ca_arrow_column *from, ca_map *map, int32_t *codes) {
    const bool large = from->schema->format[0] == 'U';
    int64_t row = 0;
    for (int64_t c = 0; c < from->n; c++)
        for (int64_t i = 0; i < from->rows[c]; i++, row++) {
            const char *text;
            size_t length;
            codes[row] = CAUCE_MISSING;
            if (!ca_arrow_valid(from->chunks[c], from->first[c] + i)) continue;
            if (!text_at(from->chunks[c], large, from->first[c] + i, &text, &length))
                return bad_cell(run, from, row, no_text);
            const int64_t entry = ca_map_add(map, text, length, NULL);
            if (entry < 0) return CA_NOMEM(run);
            codes[row] = (int32_t)entry;
        }
    return CAUCE_OK;
}

static cauce_status with_map(cauce_run *run, const ca_arrow_column *from, ca_column *to,
                             cauce_status (*fill)(cauce_run *run, const ca_arrow_column *from, ca_map *map,
                                                  int32_t *codes)) {
    int32_t *codes = ca_arena_alloc(&to->arena, (size_t)to->n_rows * sizeof *codes);
    if (!codes) return CA_NOMEM(run);
    ca_map map = { 0 };
    cauce_status status = fill(run, from, &map, codes);
    if (status == CAUCE_OK) status = finish(run, &map, codes, to);
    ca_map_free(&map);
    return status;
}

cauce_status ca_arrow_texts(cauce_run *run, const ca_arrow_column *from, ca_column *to) {
    return with_map(run, from, to, map_texts);
}

/* ---- Dictionaries -------------------------------------------------------------------------------------- */

bool ca_arrow_index(const struct ArrowArray *array, char format, int64_t i, int64_t *index) {
    const char *data = array->buffers[1];
    const size_t at = (size_t)(array->offset + i);
    int8_t i8;
    int16_t i16;
    int32_t i32;
    uint64_t u64;
    switch (format) {
    case 'c': memcpy(&i8, data + at, 1), *index = i8; break;
    case 'C': *index = ((const uint8_t *)array->buffers[1])[at]; break;
    case 's': memcpy(&i16, data + 2 * at, 2), *index = i16; break;
    case 'S': memcpy(&i16, data + 2 * at, 2), *index = (uint16_t)i16; break;
    case 'i': memcpy(&i32, data + 4 * at, 4), *index = i32; break;
    case 'I': memcpy(&i32, data + 4 * at, 4), *index = (uint32_t)i32; break;
    case 'l': memcpy(index, data + 8 * at, 8); break;
    default: memcpy(&u64, data + 8 * at, 8), *index = u64 > INT64_MAX ? -1 : (int64_t)u64; break;
    }
    return *index >= 0;
}

static cauce_status check_dictionary(cauce_run *run, const ca_arrow_column *from,
                                     const struct ArrowArray *d) {
    int64_t end;
    if (d && d->release && d->length >= 0 && d->offset >= 0 &&
        !__builtin_add_overflow(d->length, d->offset, &end) && end < INT32_MAX && d->n_buffers == 3 &&
        d->buffers && (end == 0 || d->buffers[1]) && !(d->null_count > 0 && !d->buffers[0]))
        return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "column '%s': the dictionary of the Arrow array is broken",
                      from->name);
}

/* Entry of the map for each entry of the chunk's dictionary; only those that are used have to be texts. */
static cauce_status map_chunk(cauce_run *run, const ca_arrow_column *from, int64_t c, int64_t row,
                              ca_map *map, int32_t *codes) {
    const struct ArrowArray *array = from->chunks[c], *d = array->dictionary;
    const bool large = from->schema->dictionary->format[0] == 'U';
    enum { NOT_YET = -3 };
    CA_TRY(check_dictionary(run, from, d));
    int32_t *entry_of = cauce_scratch(run, d->length, sizeof *entry_of);
    if (!entry_of) return run->error.status;
    for (int64_t i = 0; i < d->length; i++) entry_of[i] = NOT_YET;
    for (int64_t i = 0; i < from->rows[c]; i++) {
        int64_t index;
        codes[row + i] = CAUCE_MISSING;
        if (!ca_arrow_valid(array, from->first[c] + i)) continue;
        if (!ca_arrow_index(array, from->schema->format[0], from->first[c] + i, &index) || index >= d->length)
            return bad_cell(run, from, row + i, "an index beyond the dictionary");
        if (entry_of[index] == NOT_YET) {
            const char *text;
            size_t length;
            entry_of[index] = CAUCE_MISSING;
            if (ca_arrow_valid(d, index)) {
                if (!text_at(d, large, index, &text, &length)) return bad_cell(run, from, row + i, no_text);
                const int64_t entry = ca_map_add(map, text, length, NULL);
                if (entry < 0) return CA_NOMEM(run);
                entry_of[index] = (int32_t)entry;
            }
        }
        codes[row + i] = entry_of[index];
    }
    return CAUCE_OK;
}

static cauce_status map_dictionaries(cauce_run *run, const ca_arrow_column *from, ca_map *map,
                                     int32_t *codes) {
    int64_t row = 0;
    for (int64_t c = 0; c < from->n; row += from->rows[c++]) CA_TRY(map_chunk(run, from, c, row, map, codes));
    return CAUCE_OK;
}

cauce_status ca_arrow_dictionary(cauce_run *run, const ca_arrow_column *from, ca_column *to) {
    const char *index = from->schema->format, *texts = from->schema->dictionary->format;
    if (!index[0] || index[1] || !strchr("cCsSiIlL", index[0])) return ca_arrow_unsupported(run, from, index);
    if (!texts || !texts[0] || texts[1] || !strchr("uU", texts[0]))
        return ca_arrow_unsupported(run, from, texts ? texts : "(none)");
    CA_TRY(with_map(run, from, to, map_dictionaries));
    if (to->kind == CAUCE_TEXT) to->kind = CAUCE_CATEGORY; /* whoever made a dictionary of it said so */
    return CAUCE_OK;
}

/* ---- Booleans ------------------------------------------------------------------------------------------ */

cauce_status ca_arrow_booleans(cauce_run *run, const ca_arrow_column *from, ca_column *to) {
    static const char *const words[] = { "false", "true" };
    int32_t *codes = ca_arena_alloc(&to->arena, (size_t)to->n_rows * sizeof *codes), *at = codes;
    to->levels = ca_levels_new(&to->arena, words, NULL, 2, true);
    if (!codes || !to->levels) return CA_NOMEM(run);
    for (int64_t c = 0; c < from->n; c++)
        for (int64_t i = 0; i < from->rows[c]; i++) {
            const struct ArrowArray *array = from->chunks[c];
            const int64_t bit = array->offset + from->first[c] + i;
            const bool valid = ca_arrow_valid(array, from->first[c] + i);
            *at++ = valid ? ((const uint8_t *)array->buffers[1])[bit / 8] >> (bit % 8) & 1 : CAUCE_MISSING;
        }
    to->data = codes;
    to->kind = CAUCE_BOOLEAN;
    to->true_code = 1;
    return CAUCE_OK;
}

/* ---- Times --------------------------------------------------------------------------------------------- */

typedef struct ticking {
    size_t size;        /* of a cell */
    int64_t per_second; /* ticks; days: 0 */
    bool dates, zoned;
} ticking;

static ticking ticking_of(const char *format) {
    if (strcmp(format, "tdD") == 0) return (ticking){ 4, 0, true, false };
    if (strcmp(format, "tdm") == 0) return (ticking){ 8, 0, true, false };
    const int64_t per = format[2] == 's'   ? 1
                        : format[2] == 'm' ? 1000
                        : format[2] == 'u' ? 1000000
                                           : 1000000000;
    return (ticking){ 8, per, false, format[4] != 0 };
}

static int64_t ticks_at(const struct ArrowArray *array, const ticking *k, int64_t i) {
    const char *data = (const char *)array->buffers[1] + (size_t)(array->offset + i) * k->size;
    int64_t wide;
    int32_t days;
    if (k->size == sizeof wide) {
        memcpy(&wide, data, sizeof wide);
        if (!k->dates) return wide;
        const int64_t day = 86400000; /* a date of milliseconds: whole days */
        return wide / day - (wide % day < 0);
    }
    memcpy(&days, data, sizeof days);
    return days;
}

static int by_size(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t place_of(const int64_t *sorted, int64_t n, int64_t value) {
    int64_t low = 0, high = n - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Distinct ticks, ascending. */
static cauce_status distinct_ticks(cauce_run *run, const ca_arrow_column *from, const ticking *k,
                                   int64_t **sorted, int64_t *n) {
    int64_t *all = cauce_scratch(run, from->n_rows, sizeof *all), present = 0;
    if (!all) return run->error.status;
    for (int64_t c = 0; c < from->n; c++)
        for (int64_t i = 0; i < from->rows[c]; i++)
            if (ca_arrow_valid(from->chunks[c], from->first[c] + i))
                all[present++] = ticks_at(from->chunks[c], k, from->first[c] + i);
    if (present) qsort(all, (size_t)present, sizeof *all, by_size);
    *n = 0;
    for (int64_t i = 0; i < present; i++)
        if (i == 0 || all[i] != all[*n - 1]) all[(*n)++] = all[i];
    *sorted = all;
    return CAUCE_OK;
}

/* ISO texts of years of four digits sort as the times do. */
static cauce_status name_times(cauce_run *run, const ca_arrow_column *from, const ticking *k,
                               const int64_t *ticks, int64_t n, ca_column *to) {
    const char **texts = cauce_scratch(run, n, sizeof *texts);
    double *times = ca_arena_alloc(&to->arena, (size_t)n * sizeof *times);
    if (!texts) return run->error.status;
    if (!times) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        char text[CA_TIME_SIZE + 1];
        int64_t value = ticks[i];
        if (k->per_second == 0 && __builtin_mul_overflow(value, (int64_t)86400, &value)) value = INT64_MAX;
        size_t length = ca_time_print(value, k->per_second ? k->per_second : 1, k->dates, text);
        if (k->zoned) text[length++] = 'Z';
        text[length] = 0;
        if (!ca_time_parse(text, length, CA_DATES_ISO, &times[i]))
            return cauce_fail(run, CAUCE_E_DATA, "column '%s': a time beyond the years 1 to 9999",
                              from->name);
        char *copy = cauce_scratch(run, (int64_t)length + 1, 1);
        if (!copy) return run->error.status;
        texts[i] = memcpy(copy, text, length);
    }
    to->times = times;
    to->levels = ca_levels_new(&to->arena, texts, NULL, (int32_t)n, true);
    return to->levels ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_arrow_times(cauce_run *run, const ca_arrow_column *from, ca_column *to) {
    const ticking k = ticking_of(from->schema->format);
    int64_t *sorted = NULL, n = 0;
    CA_TRY(distinct_ticks(run, from, &k, &sorted, &n));
    if (n > INT32_MAX) return cauce_fail(run, CAUCE_E_LIMIT, "column '%s' has too many times", from->name);
    CA_TRY(name_times(run, from, &k, sorted, n, to));
    int32_t *codes = ca_arena_alloc(&to->arena, (size_t)to->n_rows * sizeof *codes), *at = codes;
    if (!codes) return CA_NOMEM(run);
    for (int64_t c = 0; c < from->n; c++)
        for (int64_t i = 0; i < from->rows[c]; i++)
            *at++ = ca_arrow_valid(from->chunks[c], from->first[c] + i)
                        ? (int32_t)place_of(sorted, n, ticks_at(from->chunks[c], &k, from->first[c] + i))
                        : CAUCE_MISSING;
    to->data = codes;
    to->kind = CAUCE_DATETIME;
    return CAUCE_OK;
}
