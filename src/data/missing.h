/* Missing cells: what stands for one, the columns that imputers keep, and columns of 0 and 1 that say where
 * cells were missing. */
#ifndef CA_DATA_MISSING_H
#define CA_DATA_MISSING_H

#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"

/* Of a parameter missing_values: the number that stands for missing, or NaN (equal to nothing). */
static inline double ca_missing_sentinel(const cauce_value *missing_values) {
    return missing_values->type == CAUCE_V_REAL ? missing_values->real : (double)NAN;
}
static inline bool ca_is_missing(double x, double sentinel) {
    return isnan(x) || x == sentinel;
}

/* flag[j] = 1 for every column j of a batch that has a missing cell, otherwise 0. */
void ca_missing_flags(const cauce_schema *schema, const cauce_batch *batch, double sentinel, uint8_t *flag);

/* What missing cells of a column become: of its present numbers the mean, the middle or the most frequent one
 * (NaN: there are none), or its most frequent level (-1: there is none); of several the least. */
typedef enum ca_fill { CA_FILL_MEAN, CA_FILL_MEDIAN, CA_FILL_MODE } ca_fill;
cauce_status ca_fill_number(cauce_run *run, ca_fill fill, const double *x, const double *weight, int64_t n,
                            double *value);
cauce_status ca_fill_level(cauce_run *run, const cauce_levels *levels, const int32_t *codes,
                           const double *weight, int64_t n, int32_t *code);

/* ---- 0/1 columns --------------------------------------------------------------------------------------- */

/* Some columns of the input: block and column of each, in turns. */
typedef struct ca_indicator {
    int64_t n;
    const int64_t *place;
} ca_indicator;

/* The columns whose flag is `wanted` (flag NULL: all), in keep memory. */
cauce_status ca_indicator_make(cauce_run *run, const cauce_schema *in, const uint8_t *flag, uint8_t wanted,
                               ca_indicator *indicator);
/* The field of their 0/1 columns, missingindicator_NAME. */
cauce_status ca_indicator_field(cauce_run *run, const cauce_schema *in, const ca_indicator *indicator,
                                cauce_field *field);
void ca_indicator_write(const ca_indicator *indicator, const cauce_schema *in, const cauce_batch *batch,
                        double sentinel, cauce_block *to);
/* Adds to in[j] what the 0/1 column of column j is worth, out[i] of the i-th. */
void ca_indicator_trace(const ca_indicator *indicator, const cauce_schema *in_schema, const double *out,
                        double *in);
/* Is cell r of column i of the indicator missing? */
bool ca_indicator_missing(const ca_indicator *indicator, const cauce_schema *in, const cauce_batch *batch,
                          double sentinel, int64_t i, int64_t r);

/* ---- Columns that are kept ----------------------------------------------------------------------------- */

/* One output block: some columns of an input block. */
typedef struct ca_kept {
    int64_t block, column, width;
    int64_t first; /* of its columns among those of the input */
} ca_kept;

/* The columns whose fill is not NaN: a block stays whole; one that loses columns becomes a block for each
 * that is left. `parts` has room for in->width, *n is how many there are. */
void ca_kept_find(const cauce_schema *in, const double *fill, ca_kept *parts, int64_t *n);
/* Its field: that of the block, or of a column of it. */
cauce_status ca_kept_field(cauce_run *run, const cauce_schema *in, const ca_kept *part, cauce_field *field);
/* What the columns of a part are worth; returns where those of the next part begin. */
const double *ca_kept_trace(const ca_kept *part, const double *out, double *in);
/* Warns of a column without a value. */
void ca_kept_warn(cauce_run *run, const cauce_field *field, int64_t column);

#endif
