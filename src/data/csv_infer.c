#include "data/csv_infer.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "data/column.h"

static const char *const default_markers[] = { "", "NA", "N/A", "NaN", "nan", "NULL", "null", "?" };

/* With fewer values than this even a true category may look all different. */
enum { FEWEST_FOR_TEXT = 20 };

cauce_status ca_csv_markers_set(cauce_run *run, ca_csv_markers *markers, const char *const *texts, int64_t n,
                                ca_arena *arena) {
    if (!texts) {
        texts = default_markers;
        n = (int64_t)(sizeof default_markers / sizeof *default_markers);
    }
    *markers = (ca_csv_markers){ .n = n };
    markers->texts = ca_arena_alloc(arena, (size_t)n * sizeof *markers->texts);
    markers->lengths = ca_arena_alloc(arena, (size_t)n * sizeof *markers->lengths);
    if (!markers->texts || !markers->lengths) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        size_t length = strlen(texts[i]);
        markers->texts[i] = ca_arena_text(arena, texts[i], length);
        if (!markers->texts[i]) return CA_NOMEM(run);
        markers->lengths[i] = length;
        if (length > markers->longest) markers->longest = length;
        markers->first[(unsigned char)texts[i][0]] = true;
        if (length == 0) markers->empty = true;
        double value;
        if (ca_number_parse(texts[i], length, &value) && !isnan(value)) markers->numeric = true;
    }
    return CAUCE_OK;
}

bool ca_csv_is_marker(const ca_csv_markers *markers, const char *text, size_t length) {
    for (int64_t i = 0; i < markers->n; i++)
        if (markers->lengths[i] == length && memcmp(markers->texts[i], text, length) == 0) return true;
    return false;
}

bool ca_csv_is_default_marker(const char *text, size_t length) {
    for (size_t i = 0; i < sizeof default_markers / sizeof *default_markers; i++)
        if (strlen(default_markers[i]) == length && memcmp(default_markers[i], text, length) == 0)
            return true;
    return false;
}

void ca_csv_markers_numbers(ca_csv_markers *markers, char decimal, char thousands) {
    markers->decimal = decimal ? decimal : '.';
    markers->thousands = thousands;
    markers->quick = !markers->numeric && markers->decimal == '.' && !thousands;
}

/* Length of the mark of thousands at `p`. A blank is often one that does not break the line: U+00A0, U+202F.
 */
static size_t thousands_at(const ca_csv_markers *markers, const char *p, const char *end) {
    if (p < end && *p == markers->thousands) return 1;
    if (markers->thousands != ' ') return 0;
    if (end - p >= 2 && memcmp(p, "\xc2\xa0", 2) == 0) return 2;
    return end - p >= 3 && memcmp(p, "\xe2\x80\xaf", 3) == 0 ? 3 : 0;
}

/* Digits in groups: 1 to 3, then 3 each. Without any mark, as many as there are. Moves *p behind them. */
static size_t grouped_digits(const ca_csv_markers *markers, const char **p, const char *end, char *out) {
    size_t n = 0, group = 0, groups = 0, mark;
    for (;;) {
        for (group = 0; *p < end && **p >= '0' && **p <= '9'; group++) out[n++] = *(*p)++;
        mark = markers->thousands ? thousands_at(markers, *p, end) : 0;
        if (groups > 0 && group != 3) return 0;
        if (mark == 0) return n;
        if (group < 1 || group > 3) return 0;
        *p += mark;
        groups++;
    }
}

size_t ca_csv_plain_number(const ca_csv_markers *markers, const char *text, size_t length,
                           char out[CA_CSV_NUMBER_SIZE]) {
    if (length == 0 || length >= CA_CSV_NUMBER_SIZE) return 0;
    const char *p = text, *end = text + length;
    size_t n = 0;
    if (*p == '-' || *p == '+') out[n++] = *p++;
    const char *first = p;
    const size_t whole = grouped_digits(markers, &p, end, out + n);
    if (whole == 0 && p > first) return 0;
    n += whole;
    if (p < end && *p == markers->decimal) {
        out[n++] = '.';
        p++;
    }
    for (; p < end; p++) {
        if (*p == '.' || *p == ',') return 0;
        out[n++] = *p;
    }
    return n;
}

bool ca_csv_number(const ca_csv_markers *markers, const ca_csv_cell *cell, double *value) {
    if (cell->doubled) return false;
    if (markers->decimal != '.' || markers->thousands) {
        char plain[CA_CSV_NUMBER_SIZE];
        const size_t n = ca_csv_plain_number(markers, cell->text, cell->length, plain);
        if (n == 0 || !ca_number_parse(plain, n, value)) return false;
    } else if (!ca_number_parse(cell->text, cell->length, value))
        return false;
    return !cell->quoted || !isnan(*value);
}

int32_t ca_csv_times(const cauce_levels *levels, ca_date_order order, double *times) {
    int32_t i = 0;
    while (i < levels->count &&
           ca_time_parse(cauce_levels_text(levels, i), ca_levels_length(levels, i), order, &times[i]))
        i++;
    return i;
}

cauce_kind ca_csv_kind(const cauce_levels *levels, int64_t present, bool codes_only, int32_t *true_code) {
    if (codes_only) return CAUCE_CATEGORY;
    if (ca_levels_boolean(levels, true_code)) return CAUCE_BOOLEAN;
    if (present >= FEWEST_FOR_TEXT && 2 * (int64_t)levels->count > present) return CAUCE_TEXT;
    return CAUCE_CATEGORY;
}
