/* What the cells of a CSV file are: missing, numbers, and the kind of a whole column. */
#ifndef CA_DATA_CSV_INFER_H
#define CA_DATA_CSV_INFER_H

#include "base/arena.h"
#include "cauce/table.h"
#include "data/csv_scan.h"
#include "data/levels.h"

/* The markers of a missing cell, with what tells most cells apart from them at once. */
typedef struct ca_csv_markers {
    int64_t n;
    const char **texts;
    size_t *lengths;
    size_t longest;
    bool first[256]; /* bytes that markers begin with */
    bool empty;      /* the empty cell is missing */
} ca_csv_markers;

/* markers NULL: empty, NA, N/A, NaN, nan, NULL, null, ?. */
cauce_status ca_csv_markers_set(cauce_run *run, ca_csv_markers *markers, const char *const *texts, int64_t n,
                                ca_arena *arena);
bool ca_csv_is_marker(const ca_csv_markers *markers, const char *text, size_t length);
/* Is the text one of the default markers? */
bool ca_csv_is_default_marker(const char *text, size_t length);
/* A quoted cell is missing only when it is empty. */
static inline bool ca_csv_is_missing(const ca_csv_markers *markers, const ca_csv_cell *cell) {
    if (cell->length == 0) return markers->empty;
    return !cell->quoted && cell->length <= markers->longest &&
           markers->first[(unsigned char)cell->text[0]] &&
           ca_csv_is_marker(markers, cell->text, cell->length);
}

/* Does the cell read as a number? A quoted "nan" is a text. */
bool ca_csv_number(const ca_csv_cell *cell, double *value);
/* "007", "-01.5": written like a code. Not "0", "0.5". */
static inline bool ca_csv_leading_zero(const char *text, size_t length) {
    size_t sign = length > 0 && (text[0] == '-' || text[0] == '+');
    return length >= sign + 2 && text[sign] == '0' && text[sign + 1] >= '0' && text[sign + 1] <= '9';
}

/* The kind of a column that is not all numbers. `codes_only`: all its cells are numbers, some written with
 * leading zeros. true_code is set for BOOLEAN. */
cauce_kind ca_csv_kind(const cauce_levels *levels, int64_t present, bool codes_only, int32_t *true_code);

#endif
