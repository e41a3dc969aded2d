/* A table: columns with names and roles, and an optional list of rows. */
#ifndef CA_DATA_TABLE_H
#define CA_DATA_TABLE_H

#include "data/column.h"
#include "data/lines.h"

typedef struct ca_table_column {
    char *name;
    cauce_role role;
    ca_column *column;
    int32_t place; /* of a target: its number among those of the table */
} ca_table_column;

typedef struct ca_rows {
    atomic_int references;
    int64_t n;
    int64_t index[];
} ca_rows;

struct cauce_table {
    atomic_int references;
    int64_t n_rows;
    int64_t first_row; /* a block of a longer file: how many rows come before it */
    int64_t n_columns, room;
    ca_table_column *columns;
    ca_rows *rows;  /* NULL: all rows of the columns in order */
    char *positive; /* label of the positive class, or NULL */
    char *
        missing; /* CSV: the markers that were given, as a list in the text grammar; NULL: the default ones */
    char decimal, thousands; /* CSV: the marks it was read by; 0: a point, none */
    ca_lines *lines;         /* of the rows of the columns; CSV only, NULL otherwise */
};

cauce_table *ca_table_new(cauce_run *run, int64_t n_rows);
cauce_table *ca_table_hold(const cauce_table *table);
void ca_table_drop(cauce_table *table);
/* Adds a column; takes the reference to `column`, even on failure. SCHEMA on an empty name; that names differ
 * is up to the caller. */
cauce_status ca_table_add(cauce_run *run, cauce_table *table, const char *name, cauce_role role,
                          ca_column *column);
/* The rows rows[0 .. n-1] of `table` as a table over the same columns. */
cauce_table *ca_table_subset(cauce_run *run, const cauce_table *table, const int64_t *rows, int64_t n);
cauce_status ca_table_set_role(cauce_run *run, cauce_table *table, const char *column, cauce_role role);
int64_t ca_table_find(const cauce_table *table, const char *name);
/* Makes these columns, in this order, the targets of the table, in place of those that it has. All or none.
 */
cauce_status ca_table_set_targets(cauce_run *run, cauce_table *table, const char *const *columns, int64_t n);
/* How many targets there are; writes their columns, in their order, to columns (room for `most`). */
int64_t ca_table_targets(const cauce_table *table, int64_t *columns, int64_t most);
/* Column with the role, or -1; of several targets the first. */
int64_t ca_table_with_role(const cauce_table *table, cauce_role role);
/* KIND unless column j can put rows in the order of time. */
cauce_status ca_table_check_time(cauce_run *run, const cauce_table *table, int64_t j);
/* SCHEMA failure "no column 'x'; did you mean 'y'? (columns: ...)". */
cauce_status ca_table_no_column(cauce_run *run, const cauce_table *table, const char *name);

/* Rows first .. first+n-1 of column j, through the table's row list. */
const double *ca_table_read(const cauce_table *table, int64_t j, int64_t first, int64_t n, double *scratch);
/* All rows of it: where they are, or in scratch memory of the run. */
cauce_status ca_table_read_all(cauce_run *run, const cauce_table *table, int64_t j, const double **values);
const int32_t *ca_table_read_codes(const cauce_table *table, int64_t j, int64_t first, int64_t n,
                                   int32_t *scratch);
/* Row of the underlying columns. */
static inline int64_t ca_table_row(const cauce_table *table, int64_t row) {
    return table->rows ? table->rows->index[row] : row;
}

#endif
