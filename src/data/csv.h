/* CSV in and out. The reader is strict (RFC 4180) and infers kinds from the whole file, or reads by a given
 * schema. */
#ifndef CA_DATA_CSV_H
#define CA_DATA_CSV_H

#include "base/stream.h"
#include "base/text.h"
#include "data/table.h"
#include "data/time.h"

/* What is asked of one column when kinds are not to be inferred. */
typedef struct ca_csv_column {
    const char *name;
    bool has_kind; /* otherwise inferred */
    cauce_kind kind;
    const cauce_levels
        *levels; /* read by schema: the dictionary to use (codes of levels not in it: CAUCE_UNKNOWN) */
} ca_csv_column;

typedef struct ca_csv_options {
    char separator;          /* 0: found among , ; tab | in the header line */
    char decimal, thousands; /* of numbers; 0: a point, and nothing */
    ca_date_order dates;
    bool find_marks, find_dates; /* ca_csv_read takes others where the file leaves no doubt (csv_hint.h) */
    const char *const *missing;  /* markers after trimming; NULL: the default list */
    int64_t n_missing;
    const ca_csv_column
        *columns; /* kinds given; a name that is not in the file: SCHEMA with the nearest name */
    int64_t n_columns;
    const char *const *drop; /* columns left out */
    int64_t n_drop;
    bool only_named;     /* read by schema: columns not in `columns` are skipped, not parsed as anything */
    bool bad_is_missing; /* a cell that does not read as its given kind becomes missing (counted) instead of
                            DATA */
    int64_t *n_bad;      /* where the count goes, may be NULL */
} ca_csv_options;

/* A separator as the option `param` names it: auto (or NULL) "," ; tab |. PARAM for anything else. */
cauce_status ca_csv_separator(cauce_run *run, const char *param, const char *text, char *separator);
/* The marks of numbers as options name them: decimal . or "," (NULL: .); thousands none (or NULL) "," "." " "
 * "'". PARAM for anything else, and when both are the same. */
cauce_status ca_csv_marks(cauce_run *run, const char *decimal, const char *thousands, char *decimal_mark,
                          char *thousands_mark);

/* Parses all of a text (borrowed during the call). `what` names it in messages (the path); options NULL:
 * none. NULL: failure recorded, `what:line:column: message (byte n)`: lines and columns (characters) from 1,
 * bytes from 0, and of several faults the first in the file.
 *
 * Cells are trimmed of blanks (space, tab) outside of quotes; a quoted cell is taken as it is, and is never
 * missing unless empty. Quotes inside of a bare cell are data. Lines end in LF or CRLF; a CR elsewhere is
 * data. Blank lines at the end are skipped; elsewhere they are a missing cell in a file of one column, and
 * DATA in others. Columns come in the order of the file.
 *
 * Kinds come from the whole file: all numbers -> NUMBER (also when all are missing; words for infinity
 * count), unless some have leading zeros -> CATEGORY; two levels that read as false and true -> BOOLEAN; all
 * dates or times -> DATETIME; 20 values or more of which over half differ -> TEXT; else CATEGORY. With given
 * levels the column has a copy of that dictionary, and its codes may be CAUCE_UNKNOWN (-2) as well as
 * CAUCE_MISSING (-1). A column given as BOOLEAN must hold both of its values (or be given levels). `lines` of
 * the table tells where each row starts, `decimal` and `thousands` by which marks it was read. */
cauce_table *ca_csv_read(cauce_run *run, const char *text, size_t size, const char *what,
                         const ca_csv_options *options);

/* A reader that goes through a stream in constant memory, record by record in blocks: for predict on pipes.
 * Open reads the header; each ca_csv_next gives a table of at most `rows` rows by the given schema (options
 * as above with only_named and without drop; kinds must be given: ARGUMENT), or NULL without a failure at the
 * end. A record of more than 1 GiB is a LIMIT failure, in both readers. After a failure the stream can only
 * be closed. Path "-": standard input, which is left open. */
typedef struct ca_csv_stream ca_csv_stream;
ca_csv_stream *ca_csv_open(cauce_run *run, const char *path, const ca_csv_options *options);
/* Header of the file: names in order. */
int64_t ca_csv_header(const ca_csv_stream *stream, const char *const **names);
/* Sets the columns to read (after looking at the header); the array is copied, levels are borrowed
 * until the stream is closed and the tables are gone. Columns without given levels get a dictionary of their
 * own in each block. */
cauce_status ca_csv_select(cauce_run *run, ca_csv_stream *stream, const ca_csv_column *columns, int64_t n);
cauce_table *ca_csv_next(cauce_run *run, ca_csv_stream *stream, int64_t rows);
void ca_csv_close(ca_csv_stream *stream);

/* What is done with the rows of a whole stream, a block of some thousand rows at a time. A result is zeroed
 * at first; later blocks are given those of blocks that were delivered, to be filled anew. */
typedef struct ca_csv_consumer {
    size_t result_size;
    /* Many blocks at the same time. table->first_row counts the rows of the stream. Rows that turn out not to
     * be there (a quote that is never closed) may be consumed, but are not delivered. */
    cauce_status (*consume)(cauce_run *run, cauce_table *table, void *result, void *payload);
    /* One after the other, in the order of the rows, while later blocks are consumed. */
    cauce_status (*deliver)(cauce_run *run, int64_t rows, void *result, void *payload);
    void (*drop)(void *result); /* of each result, at the end */
    void *payload;
} ca_csv_consumer;
/* Takes the rest of the stream to its end: pieces of some hundred kilobytes, read one after the other, parsed
 * and consumed on all threads and delivered in order (base/flow.h). Rows do not wait for a slow pipe to fill
 * a piece. Blocks before one that fails are delivered. */
cauce_status ca_csv_drain(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer);

/* Writing: comma, LF, a header. Fields are quoted when they hold one of the separators , ; tab | (the reader
 * counts them in the header), a quote, a line break, blanks at an end, or are a text that would read as
 * missing (a category "NA"); missing cells are empty, or "" where they are alone in their row. A level that
 * is the empty text reads back as missing, and an unknown code is written as missing. */
void ca_csv_put_text(ca_text *out, const char *text, size_t length, bool guard_missing);
void ca_csv_put_quoted(ca_text *out, const char *text, size_t length);
void ca_csv_put_number(ca_text *out, double value); /* NaN: empty */
cauce_status ca_csv_write(cauce_run *run, const cauce_table *table, const char *path);

#endif
