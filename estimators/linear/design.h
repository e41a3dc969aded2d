/* What the linear estimators see of the training rows: dense columns (shifted and scaled when asked for,
 * tile by tile, never as a copy of the whole), a column of ones, and one-hot blocks as codes.
 *
 * Columns are counted in *design order*: the dense columns, the extra dense columns (a target), the column of
 * ones, then the one-hot columns. Passes over the rows run over fixed chunks and sum in chunk order. */
#ifndef CA_LINEAR_DESIGN_H
#define CA_LINEAR_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"
#include "cauce/sys/component.h"

typedef struct ca_onehot {
    const int32_t *codes;
    int64_t width, first; /* first: design column of code 0 */
    const char *name;
} ca_onehot;

typedef struct ca_design {
    int64_t n, p;     /* rows; feature columns */
    int64_t n_packed; /* dense columns in all: features, extra, ones */
    int64_t n_dense;  /* dense feature columns */
    int64_t q;        /* all columns */
    int64_t n_onehot;
    const double **dense;    /* n_packed columns; NULL: the ones, or one of floats */
    const float **single;    /* n_packed: columns of floats; NULL: there are none */
    int64_t *step;           /* n_packed: numbers from row to row; NULL: 1 in all columns, and no floats */
    const char **dense_name; /* n_dense */
    double *shift, *inverse; /* n_packed: a packed value is (x - shift) * inverse */
    ca_onehot *onehot;
    int64_t *feature;     /* q: feature (schema order) of a design column, -1: none */
    const double *weight; /* n, or NULL */
    double weight_sum;
    int64_t tile;     /* rows packed at a time */
    const void *rows; /* for ca_run_look */
} ca_design;

/* Rows of a tile of so many columns: long stretches of each column, as far as the cache holds them. */
enum { CA_MOST_TILE_ROWS = 480 };
int64_t ca_tile_rows(int64_t columns);

/* Fixed pieces of the rows: `count` chunks of `rows` rows (the last may be shorter). */
typedef struct ca_chunks {
    int64_t count, rows;
} ca_chunks;

/* Looks at the training rows through `design` (scratch memory). extra: one more dense column (n numbers), or
 * NULL. weight: n, or NULL for all 1. Shifts start at 0 and inverse scales at 1. More columns than rows are
 * brought together where they lie apart, for methods that go through them column by column. */
cauce_status ca_design_open(cauce_run *run, const cauce_train *train, const double *extra,
                            const double *weight, bool ones, ca_design *design);
/* The same before it is known that the numbers are finite: the caller asks (ca_run_look) or sees. */
cauce_status ca_design_open_unseen(cauce_run *run, const cauce_train *train, const double *extra,
                                   const double *weight, bool ones, ca_design *design);
/* The same with all targets of the training rows (train->y) as extra columns. */
cauce_status ca_design_open_targets(cauce_run *run, const cauce_train *train, bool ones, ca_design *design);
/* Copies columns whose rows lie apart, or are of floats (scratch memory): there is no step then. */
cauce_status ca_design_gather(cauce_run *run, ca_design *design);
static inline int64_t ca_design_step(const ca_design *design, int64_t j) {
    return design->step ? design->step[j] : 1;
}
/* The floats of a column; NULL: it has none. */
static inline const float *ca_design_single(const ca_design *design, int64_t j) {
    return design->single ? design->single[j] : NULL;
}
static inline bool ca_design_is_ones(const ca_design *design, int64_t j) {
    return !design->dense[j] && !ca_design_single(design, j);
}
/* A number of a dense column, as it lies. */
static inline double ca_design_number(const ca_design *design, int64_t j, int64_t row) {
    const float *single = ca_design_single(design, j);
    const int64_t at = row * ca_design_step(design, j);
    return single ? (double)single[at] : design->dense[j][at];
}
/* Sets the shifts of the dense columns to their weighted means (centre) and, where `scale`, the inverse
 * scales to 1 / their weighted standard deviations (root mean squares without centre). A constant column gets
 * inverse 0: it counts as a column of zeros. The extra column is centred, but not scaled. */
cauce_status ca_design_standardise(cauce_run *run, ca_design *design, bool centre, bool scale);
/* As without centre and with scales; mean: n_packed, the weighted means of the dense columns as they are. */
cauce_status ca_design_scale(cauce_run *run, ca_design *design, double *mean);
/* The same with scales, for methods that go through columns one by one: columns that lie apart are gathered
 * on the way. It sees whether numbers are finite. product: those of each scaled dense column (n_dense) with
 * the extra one, which is centred, and the weights. */
cauce_status ca_design_standardise_columns(cauce_run *run, ca_design *design, bool centre, double *product);
/* Total weight of the rows in each one-hot column: sums[j - n_packed] for the design columns j >= n_packed.
 */
cauce_status ca_design_level_weights(cauce_run *run, const ca_design *design, double *sums);
/* Dense columns first .. first + columns - 1 of rows row .. row + rows - 1, column by column at out + j * ld.
 */
void ca_design_pack(const ca_design *design, int64_t row, int64_t rows, int64_t first, int64_t columns,
                    double *out, int64_t ld);
/* All columns, one-hot ones as 0 and 1, in design order. */
void ca_design_pack_all(const ca_design *design, int64_t row, int64_t rows, double *out, int64_t ld);
/* One row of each `every` consecutive ones, copied (scratch): `sample` has the same columns, shifts and
 * scales. y_sample: their classes out of y. The choice depends on the row numbers alone. */
cauce_status ca_design_sample(cauce_run *run, const ca_design *design, const int32_t *y, int64_t every,
                              ca_design *sample, int32_t **y_sample);
/* Chunks for partial results of `size` doubles each: a function of the design and size alone. */
ca_chunks ca_design_chunks(const ca_design *design, int64_t size);
/* The same, but where there are more than a few, their results together take a sixteenth of what the rows do.
 */
ca_chunks ca_design_few_chunks(const ca_design *design, int64_t size);
static inline int64_t ca_chunk_end(const ca_design *design, ca_chunks chunks, int64_t index) {
    int64_t end = (index + 1) * chunks.rows;
    return end < design->n ? end : design->n;
}
/* The columns that are in[] (and the ones, if the design has them, whatever in[] says): a design of the same
 * rows, without their feature numbers. *column: the column of `design` for each of `some`. Scratch memory. */
cauce_status ca_design_columns(cauce_run *run, const ca_design *design, const bool *in, ca_design *some,
                               int64_t **column);
/* What the rows of the design take where they lie. */
static inline int64_t ca_design_bytes(const ca_design *design) {
    return design->n *
           (design->n_dense * (int64_t)sizeof(double) + design->n_onehot * (int64_t)sizeof(int32_t));
}
/* Adds the partial results of all chunks into the first one, in order. */
void ca_chunks_sum(ca_chunks chunks, int64_t size, double *partial);

#endif
