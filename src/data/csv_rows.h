/* From records to rows: the header, and the rules about blank lines and ragged records. */
#ifndef CA_DATA_CSV_ROWS_H
#define CA_DATA_CSV_ROWS_H

#include "base/arena.h"
#include "base/map.h"
#include "data/csv_scan.h"

/* Brings more of the text: the bytes from scan->at on must stay in the window, whose end moves on (or `last`
 * becomes true). */
typedef cauce_status ca_csv_refill(cauce_run *run, ca_csv_scan *scan, void *payload);

typedef struct ca_csv_rows {
    ca_csv_scan scan;
    ca_csv_refill *refill; /* NULL: the text is all there */
    void *payload;
    ca_arena arena; /* names and cells */
    const char **names;
    ca_map index; /* of the names */
    int64_t n_columns;

    /* The present row: n_columns cells, and the line it starts on. */
    const ca_csv_cell *cells;
    int64_t line;

    int64_t blank_lines, blank_line,
        blank_offset; /* since the last record: how many, and the first of them */
    bool held;        /* a record waits for the blank lines before it */
} ca_csv_rows;

/* Reads the header: `rows` is zeroed but for scan.what, scan.separator (0: found in the header), refill and
 * payload; the window is set. Free with ca_csv_rows_close, also after a failure. */
cauce_status ca_csv_rows_open(cauce_run *run, ca_csv_rows *rows);
/* Another reader, of a part of the text that begins with a record `lines` line feeds behind rows->scan.at:
 * names are shared, cells are scratch memory; not to be closed. */
cauce_status ca_csv_rows_part(cauce_run *run, const ca_csv_rows *rows, const char *start, const char *end,
                              int64_t lines, ca_csv_rows *part);
/* The next row, or *there = false at the end. */
cauce_status ca_csv_rows_next(cauce_run *run, ca_csv_rows *rows, bool *there);
void ca_csv_rows_close(ca_csv_rows *rows);

/* The text of a cell with doubled quotes made single, in `arena` (with a NUL); NULL: out of memory. */
const char *ca_csv_undouble(ca_arena *arena, const ca_csv_cell *cell, size_t *length);
/* SCHEMA failure "no column 'x'; did you mean 'y'? (columns: ...)". */
cauce_status ca_csv_no_column(cauce_run *run, const ca_csv_rows *rows, const char *name);

#endif
