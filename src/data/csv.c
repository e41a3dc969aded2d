#include "data/csv.h"

#include <string.h>

#include "data/csv_columns.h"
#include "data/csv_hint.h"
#include "data/csv_parallel.h"

enum { CANCEL_EVERY = 4096, PART_SIZE = 1 << 22 };

/* The cells that were numbers in columns that turned out to be none: up to the last such row the text is gone
 * through once more. */
static cauce_status read_again(cauce_run *run, const ca_csv_rows *first, ca_csv_rows *rows,
                               ca_csv_columns *columns) {
    const int64_t wants = ca_csv_columns_wants(columns);
    if (wants == 0) return CAUCE_OK;
    rows->scan.line = first->scan.line;
    rows->held = false;
    rows->blank_lines = 0;
    ca_csv_scan_window(&rows->scan, first->scan.at, first->scan.end, true);
    for (int64_t r = 0; r < wants; r++) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, rows, &there));
        CA_TRY(ca_csv_columns_again(run, columns, rows, r));
        if (r % CANCEL_EVERY == 0) CA_TRY(cauce_check_cancel(run));
    }
    return CAUCE_OK;
}

static cauce_status read_rows(cauce_run *run, ca_csv_rows *rows, ca_csv_columns *columns,
                              const ca_csv_options *options, size_t part_size) {
    CA_TRY(ca_csv_rows_open(run, rows));
    CA_TRY(ca_csv_columns_open(run, columns, rows, options));
    if (part_size > 0) {
        bool done;
        CA_TRY(ca_csv_read_parts(run, rows, columns, part_size, &done));
        if (done) return CAUCE_OK;
    }
    const ca_csv_rows first = *rows;
    for (;;) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, rows, &there));
        if (!there) break;
        CA_TRY(ca_csv_columns_add(run, columns, rows));
        if (columns->n_rows % CANCEL_EVERY == 0) CA_TRY(cauce_check_cancel(run));
    }
    return read_again(run, &first, rows, columns);
}

cauce_table *ca_csv_read_by(cauce_run *run, const char *text, size_t size, const char *what,
                            const ca_csv_options *options, size_t part_size) {
    static const ca_csv_options none = { 0 };
    if (!options) options = &none;
    if (!text) text = "";
    if (ca_csv_check_separator(run, options->separator) != CAUCE_OK) return NULL;
    ca_csv_rows rows = { .scan = { .what = what, .separator = options->separator, .origin = text } };
    ca_csv_columns columns = { .in_place = true };
    ca_csv_scan_window(&rows.scan, text, text + size, true);
    cauce_table *table = NULL;
    if (read_rows(run, &rows, &columns, options, part_size) == CAUCE_OK) {
        if (options->n_bad) *options->n_bad = columns.n_bad;
        table = ca_csv_columns_table(run, &columns, what);
        if (table && !options->only_named) ca_csv_hints(run, table, options, &columns.markers);
    }
    ca_csv_columns_close(&columns);
    ca_csv_rows_close(&rows);
    return table;
}

cauce_table *ca_csv_read(cauce_run *run, const char *text, size_t size, const char *what,
                         const ca_csv_options *options) {
    const bool in_parts = size >= 2 * (size_t)PART_SIZE && cauce_threads(run) > 1;
    return ca_csv_read_by(run, text, size, what, options, in_parts ? PART_SIZE : 0);
}

cauce_status ca_csv_marks(cauce_run *run, const char *decimal, const char *thousands, char *decimal_mark,
                          char *thousands_mark) {
    *decimal_mark = *thousands_mark = 0;
    if (decimal && (!strchr(".,", *decimal) || !*decimal || decimal[1]))
        return cauce_fail(run, CAUCE_E_PARAM, "decimal=%s is not accepted; it takes: . \",\"", decimal);
    const bool grouped = thousands && strcmp(thousands, "none") != 0;
    if (grouped && (!strchr(",. '", *thousands) || !*thousands || thousands[1]))
        return cauce_fail(run, CAUCE_E_PARAM, "thousands=%s is not accepted; it takes: none \",\" . \" \" '",
                          thousands);
    if (decimal) *decimal_mark = *decimal;
    if (grouped) *thousands_mark = *thousands;
    if ((*decimal_mark ? *decimal_mark : '.') == *thousands_mark)
        return cauce_fail(run, CAUCE_E_PARAM, "decimal and thousands cannot both be '%c'", *thousands_mark);
    return CAUCE_OK;
}

cauce_status ca_csv_separator(cauce_run *run, const char *param, const char *text, char *separator) {
    *separator = 0;
    if (!text || strcmp(text, "auto") == 0) return CAUCE_OK;
    if (strcmp(text, "tab") == 0) text = "\t";
    if (!*text || text[1] || !strchr(",;|\t", *text))
        return cauce_fail(run, CAUCE_E_PARAM, "%s=%s is not accepted; it takes: auto, \",\", ;, tab, |",
                          param, text);
    *separator = *text;
    return CAUCE_OK;
}
