/* Which line of its file each row starts on, for messages: kept as the rows where the count of lines leaves
 * that of rows, so that a file with a line for each row takes one entry. */
#ifndef CA_DATA_LINES_H
#define CA_DATA_LINES_H

#include <stdatomic.h>

#include "base/run.h"

typedef struct ca_line_run {
    int64_t row, line; /* from this row on, row i is on line + i - row */
} ca_line_run;

typedef struct ca_lines {
    atomic_int references;
    int64_t n, room;
    ca_line_run runs[]; /* by row; the first one is of the first row */
} ca_lines;

ca_lines *ca_lines_hold(ca_lines *lines);
void ca_lines_drop(ca_lines *lines); /* NULL allowed */

/* Notes the line of a row behind those noted before; *lines: NULL before the first. */
cauce_status ca_lines_add(cauce_run *run, ca_lines **lines, int64_t row, int64_t line);
/* The rows of `part` (NULL: none), of which the first is row `first`, behind those of *lines. */
cauce_status ca_lines_join(cauce_run *run, ca_lines **lines, int64_t first, const ca_lines *part);
/* The line of a row that was noted. */
int64_t ca_lines_at(const ca_lines *lines, int64_t row);

#endif
