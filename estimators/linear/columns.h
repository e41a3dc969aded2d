/* Columns of centred training rows one at a time, and what is left of the target: for descent where a Gram
 * matrix of all columns would be too large. */
#ifndef CA_LINEAR_COLUMNS_H
#define CA_LINEAR_COLUMNS_H

#include "linear/centred.h"

/* Columns are the scaled ones of `c`. y - X x = residual + offset, where the offset stands for the means of
 * the one-hot columns, which are subtracted from all rows at once. */
typedef struct ca_columns {
    const ca_centred *c;
    double *size;        /* p: x_j' W x_j; 0: a constant */
    double *residual;    /* n */
    double *weighted;    /* n: work space, w (residual + offset) */
    double offset, yy;   /* yy: y'Wy */
    int64_t **level_end; /* rows of the levels of each one-hot block: */
    int64_t **level_row; /* those of level k are level_row[level_end[k - 1] .. level_end[k]) */
    int64_t *block;      /* p: one-hot block of a column; -1: dense */
    int16_t *coarse;     /* dense columns, n numbers each: X_j = unit coarse + what rounding lost; or NULL */
    double *unit, *error, *norm; /* error, norm: norms of what was lost and of unit coarse */
    int16_t *coarse_weighted;    /* n: work space */
} ca_columns;

/* Of a `c` that ca_centred_open made without its Gram matrix. Scratch memory. */
cauce_status ca_columns_open(cauce_run *run, const ca_centred *c, ca_columns *columns);
/* X_j' W (residual + offset). */
double ca_columns_gradient(const ca_columns *columns, int64_t j);
/* The same of the columns that are wanted (NULL: of all), and of all one-hot ones; those of size 0 are left
 * as they are. */
cauce_status ca_columns_gradients(cauce_run *run, ca_columns *columns, const bool *wanted, double *gradient);
/* Keeps the dense columns in a quarter of the memory too, for: */
cauce_status ca_columns_coarsen(cauce_run *run, ca_columns *columns);
/* gradient[j], of dense columns that are wanted, up to blur[j], which is certain. */
cauce_status ca_columns_look(cauce_run *run, ca_columns *columns, const bool *wanted, double *gradient,
                             double *blur);
/* residual -= delta X_j */
void ca_columns_move(ca_columns *columns, int64_t j, double delta);
/* sum w (residual + offset)^2 */
double ca_columns_squares(const ca_columns *columns);
/* Root of the sum of w times the squares of what residual + offset moved since `before`, which it becomes. */
double ca_columns_moved(const ca_columns *columns, double *before);
/* sqrt(w) X_j, with its mean taken out: n numbers. */
void ca_columns_pack(const ca_columns *columns, int64_t j, double *out);
/* residual = y - sum_k x[k] X_k of m packed columns, `each` of them side by side in packed[0], packed[1] and
 * so on; offset 0. */
cauce_status ca_columns_reset(cauce_run *run, ca_columns *columns, int64_t m, int64_t each,
                              double *const *packed, const double *x);

#endif
