#include "data/csv_rows.h"

#include <string.h>

#include "base/text.h"

/* Fails for whatever is wrong at the place that comes first: the record itself, or a byte that is not text.
 */
static cauce_status bad_byte(cauce_run *run, const ca_csv_scan *scan) {
    unsigned char c = (unsigned char)*scan->clean;
    if (c == 0)
        return ca_csv_fail(run, scan, CAUCE_E_DATA, scan->clean,
                           "a NUL byte: binary data or UTF-16, expected UTF-8 text");
    /* Old files of one byte a letter: an accented letter is followed by a plain character. */
    const bool one_byte = c >= 0xC0 && scan->clean + 1 < scan->end && (signed char)scan->clean[1] >= ' ';
    return ca_csv_fail(run, scan, CAUCE_E_DATA, scan->clean,
                       "invalid UTF-8 (byte 0x%02X), expected UTF-8 text%s", (unsigned)c,
                       one_byte ? "; a Latin-1 file becomes that by iconv -f latin1 -t utf8" : "");
}

static cauce_status bad_record(cauce_run *run, ca_csv_scan *scan, ca_csv_found found) {
    if (!ca_csv_scan_clean(scan, scan->fail_at)) return bad_byte(run, scan);
    if (found == CA_CSV_OPEN_QUOTE)
        return ca_csv_fail(run, scan, CAUCE_E_DATA, scan->fail_at, "a quote that is never closed");
    char shown[40];
    size_t left = (size_t)(scan->end - scan->fail_at);
    const char *lf = memchr(scan->fail_at, '\n', left);
    size_t length = lf ? (size_t)(lf - scan->fail_at) : left;
    return ca_csv_fail(run, scan, CAUCE_E_DATA, scan->fail_at,
                       "'%s' after a closing quote, expected a separator or the end of the line",
                       ca_text_show(scan->fail_at, length, shown, sizeof shown));
}

/* The next record: read on as long as it is cut. */
static cauce_status next_record(cauce_run *run, ca_csv_rows *rows, bool *there) {
    ca_csv_scan *scan = &rows->scan;
    for (;;) {
        ca_csv_found found = ca_csv_scan_record(scan);
        if (found == CA_CSV_MORE) {
            CA_TRY(rows->refill(run, scan, rows->payload));
            continue;
        }
        *there = found == CA_CSV_RECORD;
        if (found == CA_CSV_END) return CAUCE_OK;
        if (found != CA_CSV_RECORD) return bad_record(run, scan, found);
        if ((size_t)(scan->at - scan->record) > CA_CSV_LONGEST)
            return ca_csv_fail(run, scan, CAUCE_E_LIMIT, scan->record, "a record of more than 1 GiB");
        return CAUCE_OK;
    }
}

/* ---- Header -------------------------------------------------------------------------------------------- */

static cauce_status skip_mark(cauce_run *run, ca_csv_rows *rows) {
    static const char mark[3] = { '\xef', '\xbb', '\xbf' };
    ca_csv_scan *scan = &rows->scan;
    size_t n;
    /* No start of a binary format has a line feed in it: a short line does not wait for the one after it. */
    while ((n = (size_t)(scan->end - scan->at)) < 16 && !scan->last && !memchr(scan->at, '\n', n))
        CA_TRY(rows->refill(run, scan, rows->payload));
    const char *format = ca_csv_binary(scan->at, n);
    if (format)
        return cauce_fail(run, CAUCE_E_DATA, "%.200s: this is %s; expected CSV text", scan->what, format);
    if (n >= 3 && memcmp(scan->at, mark, 3) == 0)
        ca_csv_scan_window(scan, scan->at + 3, scan->end, scan->last);
    scan->clean = scan->at;
    return CAUCE_OK;
}

static cauce_status find_separator(cauce_run *run, ca_csv_rows *rows) {
    ca_csv_scan *scan = &rows->scan;
    while (!scan->separator) {
        scan->separator = ca_csv_sniff(scan->at, scan->end, scan->last);
        if (!scan->separator) CA_TRY(rows->refill(run, scan, rows->payload));
    }
    /* The candidates found so far were those of no separator. */
    ca_csv_scan_window(scan, scan->at, scan->end, scan->last);
    return CAUCE_OK;
}

static cauce_status is_empty(cauce_run *run, ca_csv_rows *rows) {
    ca_csv_scan *scan = &rows->scan;
    for (const char *p = scan->at;; p++) {
        while (p == scan->end && !scan->last) {
            ptrdiff_t at = p - scan->at;
            CA_TRY(rows->refill(run, scan, rows->payload));
            p = scan->at + at;
        }
        if (p == scan->end)
            return cauce_fail(run, CAUCE_E_DATA, "%.200s: the file is empty, expected a header line",
                              scan->what);
        if (*p != '\n' && *p != '\r' && *p != ' ' && *p != '\t') return CAUCE_OK;
    }
}

/* A file of bare CRs would be one endless header line. */
static cauce_status check_line_ends(cauce_run *run, const ca_csv_rows *rows) {
    const ca_csv_scan *scan = &rows->scan;
    if (scan->at != scan->end || scan->at[-1] == '\n') return CAUCE_OK;
    for (int64_t j = 0; j < scan->n_cells; j++) {
        const ca_csv_cell *cell = &scan->cells[j];
        const char *cr = cell->quoted ? NULL : memchr(cell->text, '\r', cell->length);
        if (cr)
            return ca_csv_fail(run, scan, CAUCE_E_DATA, cr,
                               "the lines end in a bare CR, expected LF or CRLF");
    }
    return CAUCE_OK;
}

static cauce_status add_name(cauce_run *run, ca_csv_rows *rows, int64_t j) {
    const ca_csv_cell *cell = &rows->scan.cells[j];
    if (cell->length == 0)
        return ca_csv_fail(run, &rows->scan, CAUCE_E_DATA, cell->text,
                           "column %lld of the header has no name", (long long)j + 1);
    size_t length;
    const char *name = ca_csv_undouble(&rows->arena, cell, &length);
    if (!name) return CA_NOMEM(run);
    rows->names[j] = name;
    bool added;
    int64_t i = ca_map_add(&rows->index, name, length, &added);
    if (i < 0) return CA_NOMEM(run);
    char shown[100];
    if (!added)
        return ca_csv_fail(run, &rows->scan, CAUCE_E_DATA, cell->text,
                           "columns %lld and %lld of the header have the same name '%s'", (long long)i + 1,
                           (long long)j + 1, ca_text_show(name, length, shown, sizeof shown));
    return CAUCE_OK;
}

cauce_status ca_csv_rows_open(cauce_run *run, ca_csv_rows *rows) {
    ca_csv_scan *scan = &rows->scan;
    scan->line = 1;
    CA_TRY(skip_mark(run, rows));
    CA_TRY(is_empty(run, rows));
    CA_TRY(find_separator(run, rows));
    bool there;
    CA_TRY(next_record(run, rows, &there));
    rows->n_columns = scan->n_cells;
    scan->cells = ca_arena_alloc(&rows->arena, (size_t)rows->n_columns * sizeof *scan->cells);
    rows->names = ca_arena_alloc(&rows->arena, (size_t)rows->n_columns * sizeof *rows->names);
    if (!scan->cells || !rows->names) return CA_NOMEM(run);
    scan->room = rows->n_columns;
    /* Once more, now that there is room for the cells. */
    scan->line = 1;
    ca_csv_scan_window(scan, scan->record, scan->end, scan->last);
    CA_TRY(next_record(run, rows, &there));
    if (!ca_csv_scan_clean(scan, scan->at)) return bad_byte(run, scan);
    CA_TRY(check_line_ends(run, rows));
    for (int64_t j = 0; j < rows->n_columns; j++) CA_TRY(add_name(run, rows, j));
    return CAUCE_OK;
}

cauce_status ca_csv_rows_part(cauce_run *run, const ca_csv_rows *rows, const char *start, const char *end,
                              int64_t lines, ca_csv_rows *part) {
    *part = (ca_csv_rows){ .scan = rows->scan, .n_columns = rows->n_columns };
    part->scan.cells = cauce_scratch(run, rows->n_columns, sizeof *part->scan.cells);
    if (!part->scan.cells) return run->error.status;
    part->scan.room = rows->n_columns;
    part->scan.line += lines;
    part->scan.clean = start;
    ca_csv_scan_window(&part->scan, start, end, true);
    return CAUCE_OK;
}

/* ---- Rows ---------------------------------------------------------------------------------------------- */

static cauce_status blank_inside(cauce_run *run, const ca_csv_rows *rows) {
    return cauce_fail(run, CAUCE_E_DATA, "%.200s:%lld:1: a blank line, expected %lld fields (byte %lld)",
                      rows->scan.what, (long long)rows->blank_line, (long long)rows->n_columns,
                      (long long)rows->blank_offset);
}

static cauce_status ragged(cauce_run *run, ca_csv_rows *rows) {
    ca_csv_scan *scan = &rows->scan;
    const char *place = scan->n_cells < scan->room ? scan->record_end : scan->surplus;
    if (!ca_csv_scan_clean(scan, place)) return bad_byte(run, scan);
    return ca_csv_fail(run, scan, CAUCE_E_DATA, place, "%lld field%s, expected %lld",
                       (long long)scan->n_cells, scan->n_cells == 1 ? "" : "s", (long long)scan->room);
}

/* Hands out blank lines of a one-column file as missing cells. */
static bool give_blank(ca_csv_rows *rows) {
    static const ca_csv_cell blank = { "", 0, false, false };
    if (!rows->held || rows->blank_lines == 0) return false;
    rows->cells = &blank;
    rows->line = rows->blank_line++;
    rows->blank_lines--;
    return true;
}

cauce_status ca_csv_rows_next(cauce_run *run, ca_csv_rows *rows, bool *there) {
    ca_csv_scan *scan = &rows->scan;
    *there = true;
    if (give_blank(rows)) return CAUCE_OK;
    while (!rows->held) {
        CA_TRY(next_record(run, rows, there));
        if (!*there) return CAUCE_OK;
        rows->held = scan->n_cells > 1 || scan->cells[0].length > 0 || scan->cells[0].quoted;
        if (!rows->held && rows->blank_lines++ == 0) {
            rows->blank_line = scan->record_line;
            rows->blank_offset = scan->origin_offset + (scan->record - scan->origin);
        }
    }
    if (rows->blank_lines > 0 && rows->n_columns > 1) return blank_inside(run, rows);
    if (give_blank(rows)) return CAUCE_OK;
    rows->held = false;
    if (scan->n_cells != scan->room) return ragged(run, rows);
    if (scan->at > scan->clean && !ca_csv_scan_clean(scan, scan->at)) return bad_byte(run, scan);
    rows->cells = scan->cells;
    rows->line = scan->record_line;
    return CAUCE_OK;
}

void ca_csv_rows_close(ca_csv_rows *rows) {
    ca_map_free(&rows->index);
    ca_arena_free(&rows->arena);
}

/* ---- Helpers ------------------------------------------------------------------------------------------- */

const char *ca_csv_undouble(ca_arena *arena, const ca_csv_cell *cell, size_t *length) {
    char *text = ca_arena_text(arena, cell->text, cell->length);
    *length = cell->length;
    if (!text || !cell->doubled) return text;
    size_t n = 0;
    for (size_t i = 0; i < cell->length; i++) {
        text[n++] = text[i];
        if (text[i] == '"') i++; /* the other of the pair */
    }
    text[n] = 0;
    *length = n;
    return text;
}

static const char *name_at(int64_t j, void *payload) {
    const ca_csv_rows *rows = payload;
    return rows->names[j];
}

cauce_status ca_csv_no_column(cauce_run *run, const ca_csv_rows *rows, const char *name) {
    const char *nearest = ca_text_nearest(name, rows->n_columns, name_at, (void *)(uintptr_t)rows);
    ca_text list = { 0 };
    for (int64_t j = 0; j < rows->n_columns && list.length < 300; j++)
        ca_text_addf(&list, "%s%s", j ? ", " : "", rows->names[j]);
    if (list.length >= 300) ca_text_add(&list, ", ...");
    cauce_status status =
        nearest ? cauce_fail(run, CAUCE_E_SCHEMA, "%.200s: no column '%s'; did you mean '%s'? (columns: %s)",
                             rows->scan.what, name, nearest, ca_text_get(&list))
                : cauce_fail(run, CAUCE_E_SCHEMA, "%.200s: no column '%s' (columns: %s)", rows->scan.what,
                             name, ca_text_get(&list));
    ca_text_free(&list);
    return status;
}
