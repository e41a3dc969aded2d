/* From rows of cells to typed columns: buffers that grow, dictionaries, and the table at the end. */
#ifndef CA_DATA_CSV_COLUMNS_H
#define CA_DATA_CSV_COLUMNS_H

#include "data/csv.h"
#include "data/csv_infer.h"
#include "data/csv_rows.h"

/* One column under construction. While a column whose kind is not given holds nothing but numbers it is kept
 * as numbers. At the first cell that is none it turns to codes, and the rows before that one (if any of them
 * is not missing) are read again at the end: that is rare, and costs less than keeping every text. */
typedef struct ca_csv_builder {
    const char *name;
    int64_t field; /* in the record */
    bool given;    /* kind and levels were asked for */
    cauce_kind kind;
    const cauce_levels *levels;

    bool numeric;
    double *numbers;
    int32_t *codes;
    ca_map map; /* texts in the order they came */
    int64_t present;
    int64_t again;   /* rows before this one are to be read again */
    bool codes_only; /* all cells are numbers, some with leading zeros */
} ca_csv_builder;

typedef struct ca_csv_columns {
    int64_t n;
    ca_csv_builder *builders;
    int64_t n_rows, room;
    ca_lines *lines;
    int64_t line_of_row_0; /* if all rows up to here took a line each */
    bool is_part;          /* its buffers are the whole's ... */
    int64_t first;         /* ... from this row of the whole on */
    ca_csv_markers markers;
    ca_arena arena;    /* builders, markers */
    ca_arena texts;    /* level texts that do not stay in place */
    bool in_place;     /* the cells stay where they are until the table is made */
    bool share_levels; /* given dictionaries outlive the tables: they are not copied */
    bool bad_is_missing;
    ca_date_order dates;
    int64_t n_bad;
} ca_csv_columns;

/* Chooses the columns to read; `columns` is zeroed but for the flags. Free with ca_csv_columns_close, also
 * after a failure. */
cauce_status ca_csv_columns_open(cauce_run *run, ca_csv_columns *columns, const ca_csv_rows *rows,
                                 const ca_csv_options *options);
/* Room for so many rows, if there is less. */
cauce_status ca_csv_columns_room(cauce_run *run, ca_csv_columns *columns, int64_t rows);
/* Appends the present row. */
cauce_status ca_csv_columns_add(cauce_run *run, ca_csv_columns *columns, const ca_csv_rows *rows);
/* How many rows from the first on must be shown again to ca_csv_columns_again, in order, before the table. */
int64_t ca_csv_columns_wants(const ca_csv_columns *columns);
cauce_status ca_csv_columns_again(cauce_run *run, ca_csv_columns *columns, const ca_csv_rows *rows,
                                  int64_t row);
/* The table of all rows added; afterwards `columns` has no rows and may be used again, but not after a
 * failure. */
cauce_table *ca_csv_columns_table(cauce_run *run, ca_csv_columns *columns, const char *what);
void ca_csv_columns_close(ca_csv_columns *columns);

/* The same columns without rows, for cells that stay in place; the markers are those of `other`, which must
 * outlive it. To be closed. */
cauce_status ca_csv_columns_like(cauce_run *run, ca_csv_columns *columns, const ca_csv_columns *other);

/* ---- In parts: open `whole`, give it room, fill parts of it at the same time, agree on which columns are
 * numbers, turn the parts' to that and show them the rows they want again, join. --------------------------
 */

/* Before there is room: columns that are texts by this row, the first one, will be no numbers. */
void ca_csv_columns_look(ca_csv_columns *whole, const ca_csv_rows *first);
/* Room for at most `rows` rows, in `whole` as it was opened. */
cauce_status ca_csv_columns_whole(cauce_run *run, ca_csv_columns *whole, int64_t rows);
/* A part for rows first .. first+rows-1 of the whole, to add at most that many to; to be closed. */
cauce_status ca_csv_columns_part(cauce_run *run, ca_csv_columns *part, const ca_csv_columns *whole,
                                 int64_t first, int64_t rows);
/* A column is one of numbers if it is in all parts: known to the whole afterwards. */
void ca_csv_columns_agree(ca_csv_columns *whole, const ca_csv_columns *parts, int64_t n);
cauce_status ca_csv_columns_turn(cauce_run *run, ca_csv_columns *part, const ca_csv_columns *whole);
/* All parts are full but for the last. The whole is then ready for ca_csv_columns_table. */
cauce_status ca_csv_columns_join(cauce_run *run, ca_csv_columns *whole, ca_csv_columns *parts, int64_t n);
/* Back to how it was opened. */
void ca_csv_columns_forget(ca_csv_columns *columns);

#endif
