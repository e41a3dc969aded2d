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

bool ca_csv_number(const ca_csv_cell *cell, double *value) {
    if (cell->doubled || !ca_number_parse(cell->text, cell->length, value)) return false;
    return !cell->quoted || !isnan(*value);
}

cauce_kind ca_csv_kind(const cauce_levels *levels, int64_t present, bool codes_only, int32_t *true_code) {
    if (codes_only) return CAUCE_CATEGORY;
    if (ca_levels_boolean(levels, true_code)) return CAUCE_BOOLEAN;
    if (present >= FEWEST_FOR_TEXT && 2 * (int64_t)levels->count > present) return CAUCE_TEXT;
    return CAUCE_CATEGORY;
}
