/* Lossless rank codes: each column is replaced, once per fit, by the rank of its value among the column's
 * distinct values. Trees then compare and count small integers, and a cut between two codes is a cut between
 * two values. */
#ifndef CA_TREE_BINS_H
#define CA_TREE_BINS_H

#include <string.h>

#include "cauce/sys/component.h"
#include "tree/numbers.h"

typedef enum ca_bin_type { CA_BIN_U8, CA_BIN_U16, CA_BIN_U24, CA_BIN_U32, CA_BIN_LEVEL } ca_bin_type;

typedef struct ca_bin_column {
    ca_bin_type type;
    int32_t level;        /* LEVEL: the code of a one-hot block that is 1 in this column, all others are 0 */
    const void *codes;    /* n_rows codes; LEVEL: the int32 codes of the block, borrowed */
    const double *values; /* what each code stands for, ascending (ca_bin_value); NULL: `singles` has them, */
    const float *singles; /* many values, all of single precision */
    bool bare;            /* neither: see CA_BINS_BARE */
    int64_t n_values;
    bool missing;         /* some rows have none: their code is n_values, which stands for NaN */
    int64_t width, block; /* LEVEL: of the block, and its number among the one-hot blocks */
    int64_t place;        /* LEVEL: the block's first item where each block has width + 1 of them */
    int64_t offset;       /* in a record of ca_bins */
    void *memory;         /* owned: values and codes */
} ca_bin_column;

typedef struct ca_bins {
    int64_t n_rows, n_columns, n_blocks; /* blocks: one-hot */
    ca_bin_column *columns;
    ca_numbers *numbers; /* where the values of columns come from, */
    int64_t *group;      /* and which are read together: columns group[g] .. group[g+1]-1, */
    int64_t n_groups;    /* all by one task */
    int32_t *level_rank; /* of the levels of all category columns, one after the other; cauce_keep */
    int64_t n_levels;
    bool in_blocks;      /* parts of some thousands of rows are copied (copies.h), */
    int64_t around;      /* and, of the largest tables, larger ones around them: bytes of these; 0: none */
    uint8_t *records;    /* of large ones: the codes of each row side by side (records.h), */
    int64_t record;      /* how many bytes that are, */
    int32_t *in_record;  /* and the columns in the order in which they lie there, */
    int64_t n_in_record; /* one of each one-hot block */
} ca_bins;

/* BARE: columns of many values have codes alone, which may be U24, for values would take more memory. A
 * cut in such a column is known by the codes beside it until all trees have been grown (thresholds.h). */
typedef enum ca_bins_form { CA_BINS_WITH_VALUES, CA_BINS_BARE } ca_bins_form;

/* Codes the training rows: DENSE columns by rank (0.0 and -0.0 are one value), CODES by the order of their
 * levels (levels.h), ONEHOT blocks as they are (their memory is borrowed from `train`). Columns are coded in
 * parallel. Give back with ca_bins_free, also after a failure. Errors: LIMIT beyond 2^31 rows or columns,
 * NOMEM. level_rank (NULL: found anew): of an earlier fit, to be kept.
 */
cauce_status ca_bins_make(cauce_run *run, const cauce_train *train, const int32_t *level_rank,
                          ca_bins_form form, ca_bins *bins);
/* One column of n numbers, its values as doubles. Its memory is freed by the caller (ca_free), also after a
 * failure. */
cauce_status ca_bins_code(cauce_run *run, const double *x, int64_t n, ca_bin_column *column);
void ca_bins_free(ca_bins *bins);
/* Gives back what is as long as the table and no longer needed: codes, values and records, or only the
 * latter. Which columns have missing values is still known. */
void ca_bins_drop_codes(ca_bins *bins);
void ca_bins_drop_records(ca_bins *bins);

/* Bytes of a code. */
static inline int64_t ca_bin_size(ca_bin_type type) {
    return type == CA_BIN_LEVEL ? 4 : 1 + (int64_t)type;
}

/* Three bytes of a code, the lowest first. The one behind them is read too: there is one behind the last. */
typedef struct ca_u24 {
    uint8_t byte[3];
} ca_u24;

static inline uint32_t ca_u24_read(const ca_u24 *code) {
    uint32_t bits;
    memcpy(&bits, code, sizeof bits);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bits = __builtin_bswap32(bits);
#endif
    return bits & 0xffffff;
}

static inline ca_u24 ca_u24_of(uint32_t code) {
    return (ca_u24){ { (uint8_t)code, (uint8_t)(code >> 8), (uint8_t)(code >> 16) } };
}

static inline double ca_bin_value(const ca_bin_column *column, int64_t code) {
    return column->values ? column->values[code] : (double)column->singles[code];
}

/* Code of one training row. */
static inline uint32_t ca_bin_code(const ca_bin_column *column, int64_t row) {
    switch (column->type) {
    case CA_BIN_U8: return ((const uint8_t *)column->codes)[row];
    case CA_BIN_U16: return ((const uint16_t *)column->codes)[row];
    case CA_BIN_U32: return ((const uint32_t *)column->codes)[row];
    case CA_BIN_U24: return ca_u24_read((const ca_u24 *)column->codes + row);
    default: return ((const int32_t *)column->codes)[row] == column->level;
    }
}

/* Its value, in a column that is not bare. */
static inline double ca_bins_value(const ca_bin_column *column, int64_t row) {
    return ca_bin_value(column, ca_bin_code(column, row));
}

#endif
