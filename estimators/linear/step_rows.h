/* Training rows as stochastic descent takes them: one after the other, in a random order. */
#ifndef CA_LINEAR_STEP_ROWS_H
#define CA_LINEAR_STEP_ROWS_H

#include "linear/design.h"

/* Rows whose numbers lie side by side are read where they lie. Of columns, which would take a line of the
 * memory for each number, and of one-hot blocks, some rows at a time are copied in the order in which they
 * are used: `most`, which take an eighth of the table, or all of them where that is little. */
typedef struct ca_step_rows {
    const ca_design *design;
    int64_t n, n_dense, n_hot, most;
    bool in_place, single; /* of the dense columns; single: all are of floats, and so are copies */
} ca_step_rows;

/* The rows of one fit; not to be shared. */
typedef struct ca_step_window {
    const ca_step_rows *rows;
    double *dense;
    float *single;
    int32_t *hot;       /* for each one-hot block the design column of its 1, or -1 */
    double *line;       /* n_dense: numbers that were floats */
    int64_t *bucket;    /* where those of its rows end */
    uint32_t *row, *at; /* copied: which rows, by buckets, and their places in the window */
    bool whole;         /* it has all rows, in their own order */
} ca_step_window;

/* fits: how many may be under way at a time. */
void ca_step_rows_open(const ca_design *design, int64_t fits, ca_step_rows *rows);
/* Scratch memory. LIMIT for more rows than 32 bits count. */
cauce_status ca_step_window_open(cauce_run *run, const ca_step_rows *rows, ca_step_window *window);
/* The next n rows, at most rows->most. */
cauce_status ca_step_window_fill(cauce_run *run, ca_step_window *window, const uint32_t *order, int64_t n);

/* Place in the window of the i-th of the rows that it was filled with. */
static inline int64_t ca_step_place(const ca_step_window *window, int64_t i, uint32_t row) {
    return window->whole ? (int64_t)row : i;
}
/* Numbers of the row at a place; those of the row before may be lost. */
const double *ca_step_numbers(const ca_step_window *window, int64_t place, uint32_t row);
static inline const int32_t *ca_step_hot(const ca_step_window *window, int64_t place) {
    return window->hot ? window->hot + place * window->rows->n_hot : NULL;
}
/* Says that this row comes soon. */
void ca_step_soon(const ca_step_window *window, uint32_t row);

#endif
