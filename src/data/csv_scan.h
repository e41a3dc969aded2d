/* Records and fields of CSV text in memory: no kinds, no names, no allocation. */
#ifndef CA_DATA_CSV_SCAN_H
#define CA_DATA_CSV_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"

/* One cell, in place: trimmed of blanks, or the inside of its quotes. */
typedef struct ca_csv_cell {
    const char *text;
    uint32_t length;
    bool quoted;
    bool doubled; /* holds doubled quotes, still to be made single */
} ca_csv_cell;

/* Longest record, in the whole-file reader and on streams. */
#define CA_CSV_LONGEST ((size_t)1 << 30)

typedef enum ca_csv_found {
    CA_CSV_RECORD,
    CA_CSV_MORE, /* the record is cut at `end`: move it, read on, set the window again */
    CA_CSV_END,
    CA_CSV_BAD_QUOTE, /* at `fail_at`: something after a closing quote */
    CA_CSV_OPEN_QUOTE /* at `fail_at`: a quote that is never closed */
} ca_csv_found;

typedef struct ca_csv_scan {
    const char *what; /* name of the text in messages */
    const char *at;   /* start of the next record */
    const char *end;
    bool last; /* nothing comes after `end` */
    char separator;

    const char *origin;    /* some byte of the window ... */
    int64_t origin_offset; /* ... and where in the file it is */
    int64_t line;          /* of `at`, from 1 */

    const char *clean; /* bytes before it are valid UTF-8 without NUL */

    const char *block; /* candidates (separators, line ends, quotes) of the 64 bytes under way */
    uint64_t candidates;

    /* The record just found. Cells beyond `room` are counted, not stored. */
    const char *record;
    int64_t record_line;
    const char *record_end; /* start of its line end */
    ca_csv_cell *cells;
    int64_t n_cells, room;
    const char *surplus; /* start of cell number `room`, when there is one */
    const char *fail_at;
} ca_csv_scan;

/* Hands over a window: `at` becomes its start; everything before `end` must stay in place until the next
 * call. */
void ca_csv_scan_window(ca_csv_scan *scan, const char *at, const char *end, bool last);
/* The next record. Nothing has been done when the answer is CA_CSV_MORE. */
ca_csv_found ca_csv_scan_record(ca_csv_scan *scan);
/* Are all bytes before `to` text? Otherwise `clean` is the first that is not. `to`: an end of a record, or
 * the end of the last window. */
bool ca_csv_scan_clean(ca_csv_scan *scan, const char *to);

/* The most frequent of , ; tab | in the header line outside of quotes (on a tie the first of that order;
 * comma when there is none); 0: the header is cut at `end` and more follows. */
char ca_csv_sniff(const char *text, const char *end, bool last);
/* ARGUMENT for a separator that cannot be one; 0 (to be found) is fine. */
cauce_status ca_csv_check_separator(cauce_run *run, char separator);
/* What a text that starts like some well-known binary format is ("a zip archive ..."), or NULL. */
const char *ca_csv_binary(const char *text, size_t length);

/* Records `what:line:column: message (byte n)` for a place in the present record: lines and columns (in
 * characters) from 1, bytes from 0. */
cauce_status ca_csv_fail(cauce_run *run, const ca_csv_scan *scan, cauce_status status, const char *place,
                         const char *format, ...) CAUCE_PRINTF(5, 6);

#endif
