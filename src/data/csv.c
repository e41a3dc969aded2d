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

/* A text and how it is read. */
typedef struct source {
    const char *text, *what;
    size_t size, part_size;
} source;

/* The table once more by marks that leave no doubt, in place of *table if they show it to be right. */
static cauce_status read_surely(cauce_run *run, const source *from, const ca_csv_options *options,
                                const ca_csv_options *sure, cauce_table **table, bool *taken) {
    cauce_run child;
    ca_run_child(&child, run);
    cauce_table *again = ca_csv_read_by(&child, from->text, from->size, from->what, sure, from->part_size);
    *taken = again && ca_csv_same_numbers(*table, again);
    if (*taken) {
        ca_csv_hint_taken(run, *table, options, sure);
        ca_table_drop(*table);
        *table = again;
        return ca_run_join(run, &child);
    }
    ca_table_drop(again);
    if (child.error.status == CAUCE_E_DATA) ca_run_forgive(&child); /* of kinds that are given */
    if (child.error.status != CAUCE_OK) return ca_run_join(run, &child);
    ca_run_end(&child);
    return CAUCE_OK;
}

/* The kinds of the table are inferred: is there more to be known? */
static cauce_status look_again(cauce_run *run, const source *from, const ca_csv_options *options,
                               const ca_csv_rows *rows, const ca_csv_columns *columns, cauce_table **table) {
    ca_csv_options sure;
    bool taken = false;
    (*table)->decimal = options->decimal == '.' ? 0 : options->decimal;
    (*table)->thousands = options->thousands;
    if (options->only_named) return CAUCE_OK;
    if ((options->find_marks || options->find_dates) &&
        ca_csv_certain(*table, options, rows->scan.separator, &sure))
        CA_TRY(read_surely(run, from, options, &sure, table, &taken));
    if (!taken) ca_csv_hints(run, *table, options, &columns->markers);
    return CAUCE_OK;
}

cauce_table *ca_csv_read_by(cauce_run *run, const char *text, size_t size, const char *what,
                            const ca_csv_options *options, size_t part_size) {
    static const ca_csv_options none = { 0 };
    if (!options) options = &none;
    if (!text) text = "";
    if (ca_csv_check_separator(run, options->separator) != CAUCE_OK) return NULL;
    const source from = { text, what, size, part_size };
    ca_csv_rows rows = { .scan = { .what = what, .separator = options->separator, .origin = text } };
    ca_csv_columns columns = { .in_place = true };
    ca_csv_scan_window(&rows.scan, text, text + size, true);
    cauce_table *table = NULL;
    if (read_rows(run, &rows, &columns, options, part_size) == CAUCE_OK) {
        if (options->n_bad) *options->n_bad = columns.n_bad;
        table = ca_csv_columns_table(run, &columns, what);
        if (table && look_again(run, &from, options, &rows, &columns, &table) != CAUCE_OK) {
            ca_table_drop(table);
            table = NULL;
        }
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
