/* One column: kind apart from storage, read through one accessor. Immutable and reference-counted. */
#ifndef CA_DATA_COLUMN_H
#define CA_DATA_COLUMN_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/run.h"
#include "cauce/table.h"
#include "data/levels.h"

typedef enum ca_storage {
    CA_F64,
    CA_F32,
    CA_I64,
    CA_I32,
    CA_CODES,
    CA_INDICATOR /* int32_t codes, read as 1 where they are `indicator` and 0 elsewhere */
} ca_storage;

typedef struct ca_column {
    atomic_int references;
    cauce_kind kind;
    ca_storage storage; /* CA_CODES (int32_t) for categories, booleans and texts */
    int64_t n_rows;
    const void *data;
    ptrdiff_t stride;           /* in elements */
    const cauce_levels *levels; /* CA_CODES: dictionary sorted by bytes */
    int32_t true_code;          /* BOOLEAN: which level reads as true */
    const double *times;        /* DATETIME: seconds of each level */
    int32_t indicator;          /* CA_INDICATOR: column of a one-hot block that shares its codes */
    struct ca_column
        *source;    /* held: owns the memory that `data` lies in; NULL: the column itself, or borrowed */
    ca_arena arena; /* owns what the column owns (data, levels); empty for borrowed arrays */
    void (*release)(void *foreign); /* gives back memory that is not ours; NULL: there is none */
    void *foreign;
} ca_column;

/* A column with one reference and nothing in it. NULL: out of memory. */
ca_column *ca_column_new(cauce_kind kind, ca_storage storage, int64_t n_rows);
/* A number column with room for its values, to be filled in. NULL: NOMEM recorded. */
ca_column *ca_column_numbers(cauce_run *run, int64_t n_rows, double **values);
ca_column *ca_column_hold(ca_column *column); /* one more reference */
void ca_column_drop(ca_column *column);       /* one less; NULL allowed */

/* THE accessor: `n` rows as doubles. rows NULL: rows first .. first+n-1, otherwise rows[0 .. n-1] (already
 * offset). Returns the column's own memory where it can (contiguous f64), otherwise fills `scratch` (n
 * doubles). Codes are read as numbers (BOOLEAN: 0 and 1, DATETIME: seconds), missing as NaN. */
const double *ca_column_read(const ca_column *column, const int64_t *rows, int64_t first, int64_t n,
                             double *scratch);
/* The same for CA_CODES: codes, -1 = missing. */
const int32_t *ca_column_read_codes(const ca_column *column, const int64_t *rows, int64_t first, int64_t n,
                                    int32_t *scratch);

/* Does the pair of levels read as false and true? Sets true_code. (true/false, yes/no, t/f, y/n in any case.)
 */
bool ca_levels_boolean(const cauce_levels *levels, int32_t *true_code);

#endif
