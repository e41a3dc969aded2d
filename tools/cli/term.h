/* What people see: aligned tables, emphasis, one line of progress. Nothing of it reaches a file or a pipe but
 * the plain text. */
#ifndef CLI_TERM_H
#define CLI_TERM_H

#include <stdio.h>

#include "text.h"

/* How to write to one of the standard streams. */
typedef struct cli_term {
    FILE *file;
    bool colour; /* a terminal, NO_COLOR not set, TERM not dumb */
    int width;   /* columns of the terminal; 0: not a terminal, nothing is cut */
} cli_term;

cli_term cli_term_of(FILE *file);

typedef enum cli_style { CLI_PLAIN, CLI_STRONG, CLI_FAINT, CLI_GOOD, CLI_BAD } cli_style;
/* Escape sequences around emphasised text; "" without colour. */
const char *cli_style_on(const cli_term *term, cli_style style);
const char *cli_style_off(const cli_term *term, cli_style style);

/* A table for people. Columns: 'l' left, 'r' right, 'L' left and cut with … when the terminal is narrow,
 * 'R' numbers: right, with a head that is cut. */
typedef struct cli_grid {
    int columns;
    const char *align; /* borrowed */
    char **cells;      /* row after row; the first row is the head */
    int64_t count;     /* of cells */
    int64_t strong;    /* row to emphasise, or -1 */
} cli_grid;

void cli_grid_begin(cli_grid *grid, const char *align);
/* Adds the next cell (copied, control characters shown as \xNN). */
void cli_grid_cell(cli_grid *grid, const char *text);
void cli_grid_cellf(cli_grid *grid, const char *format, ...) CLI_PRINTF(2, 3);
void cli_grid_bar(cli_grid *grid, double share); /* 0 .. 1; nothing for less */
/* Width of the table when nothing is cut. */
int cli_grid_width(const cli_grid *grid);
/* Width of the table when all is cut that may be. */
int cli_grid_least(const cli_grid *grid);
void cli_grid_print(const cli_grid *grid, const cli_term *term, int indent);
void cli_grid_free(cli_grid *grid);

/* "label     text", the text wrapped under itself. */
void cli_field(const cli_term *term, const char *label, const char *format, ...) CLI_PRINTF(3, 4);

/* One line of progress on standard error, rewritten in place; nothing unless `on`. It tells of the outermost
 * work (a search rather than the trees of one of its forests) and never goes back. */
typedef struct cli_progress {
    bool on, shown;
    double started, drawn; /* seconds */
    char what[64];
    int64_t done, total;
} cli_progress;
bool cli_progress_wanted(void); /* standard error is a terminal, not dumb, not under CI */
void cli_progress_show(const char *what, int64_t done, int64_t total, void *progress);
void cli_progress_clear(cli_progress *progress);
void cli_progress_restart(cli_progress *progress); /* other work begins */

double cli_seconds(void); /* monotonic clock */
/* "0.4 s", "2 min 5 s". */
void cli_duration(double seconds, char out[32]);
/* "1,234,567". */
void cli_count(int64_t n, char out[32]);
void cli_rows(int64_t n, char out[40]); /* "1 row", "12,345 rows" */
/* A score as people like it: four decimals below 10, fewer above. `like`: the number that sets the decimals.
 */
void cli_score(double value, double like, char out[32]);

#endif
