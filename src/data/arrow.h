/* The Arrow C data interface: what is shared by reading and writing it. */
#ifndef CA_DATA_ARROW_H
#define CA_DATA_ARROW_H

#include "cauce/arrow.h"
#include "data/table.h"

/* Batches of one schema as a table. The arrays are moved from as far as the table keeps them; the caller
 * releases what still has a release. NULL: failure recorded. */
cauce_table *ca_arrow_import(cauce_run *run, const struct ArrowSchema *schema, struct ArrowArray *batches,
                             int64_t n);
/* Both or none are filled. */
cauce_status ca_arrow_export(cauce_run *run, const cauce_table *table, struct ArrowSchema *schema,
                             struct ArrowArray *array);

/* ---- Columns of texts and times (arrow_texts.c) -------------------------------------------------------- */

/* One column in all batches. */
typedef struct ca_arrow_column {
    const char *name;
    const struct ArrowSchema *schema;
    const struct ArrowArray **chunks; /* n: each with an offset of its own, of `first` and `rows` cells */
    const int64_t *first;             /* in the chunk, counted from its offset */
    const int64_t *rows;
    int64_t n, n_rows;
} ca_arrow_column;

/* Is cell i (counted from the offset of the array) there? */
static inline bool ca_arrow_valid(const struct ArrowArray *array, int64_t i) {
    const uint8_t *bits = array->buffers[0];
    if (!bits || array->null_count == 0) return true;
    i += array->offset;
    return bits[i / 8] >> (i % 8) & 1;
}

/* KIND failure naming the column and its type. */
cauce_status ca_arrow_unsupported(cauce_run *run, const ca_arrow_column *column, const char *format);
/* Index i of a dictionary-encoded chunk; any integer type. false: out of int64. */
bool ca_arrow_index(const struct ArrowArray *array, char format, int64_t i, int64_t *index);

/* The decimals of a format (arrow_decimals.c): limbs of 32 bits, digits behind the point. false: it is none.
 */
typedef struct ca_arrow_decimals {
    int limbs, scale;
} ca_arrow_decimals;
bool ca_arrow_decimal(const char *format, ca_arrow_decimals *type);
/* n cells from cell `first` on, whatever the validity bitmap says of them. */
void ca_arrow_decimal_numbers(const struct ArrowArray *array, ca_arrow_decimals type, int64_t first,
                              int64_t n, double *out);

/* Fill codes, levels and kind of a column of codes. */
cauce_status ca_arrow_texts(cauce_run *run, const ca_arrow_column *from, ca_column *to);
cauce_status ca_arrow_dictionary(cauce_run *run, const ca_arrow_column *from, ca_column *to);
cauce_status ca_arrow_booleans(cauce_run *run, const ca_arrow_column *from, ca_column *to);
cauce_status ca_arrow_times(cauce_run *run, const ca_arrow_column *from, ca_column *to);

#endif
