/* Tables from and to the Arrow C data interface and C stream interface
 * (https://arrow.apache.org/docs/format/CDataInterface.html): what pyarrow, polars, pandas, DuckDB, R and
 * others hand to C without a library of Arrow's.
 *
 * The structs are those of the specification, word for word; they are left out where another header has them.
 */
#ifndef CAUCE_ARROW_H
#define CAUCE_ARROW_H

#include <stdint.h>

#include "cauce/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

struct ArrowSchema {
    /* Array type description */
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;

    /* Release callback */
    void (*release)(struct ArrowSchema *);
    /* Opaque producer-specific data */
    void *private_data;
};

struct ArrowArray {
    /* Array data description */
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;

    /* Release callback */
    void (*release)(struct ArrowArray *);
    /* Opaque producer-specific data */
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    /* Callbacks providing stream functionality */
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);

    /* Release callback */
    void (*release)(struct ArrowArrayStream *);
    /* Opaque producer-specific data */
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* A table of a record batch: an array of type struct, whose children are the columns. Both structs are taken:
 * moved from (their release becomes NULL), also on failure. Owned.
 *
 * int32, int64, float and double without nulls are borrowed, not copied: the array is released when the last
 * table with one of its columns is freed, by whichever thread frees it. Other integers, half floats,
 * decimals (of 32 to 256 bits, to the nearest double) and numbers with nulls are copied to doubles; a null is
 * NaN. bool: a boolean. utf8, large_utf8 and dictionaries of them: category, boolean or text, told as
 * cauce_read_csv does. date32, date64 and timestamps: time (years 1 to 9999). null: a number column without a
 * number.
 *
 * Errors: ARGUMENT (released structs), SCHEMA (no struct, a column without a name or with one that is taken),
 * KIND naming column and type for one that is not among these, DATA for what contradicts itself (lengths,
 * offsets, buffers that are not there, texts that are not UTF-8), NOMEM. Buffers cannot be seen to be too
 * short: their sizes are not in the interface. */
CAUCE_API cauce_table *cauce_table_from_arrow(struct ArrowSchema *schema, struct ArrowArray *array);
/* All batches of a stream, which is taken (released, also on failure). Of a single batch columns are borrowed
 * as above; several are copied together, numbers to doubles. Errors also: IO with what the stream says.
 * Owned. */
CAUCE_API cauce_table *cauce_table_from_arrow_stream(struct ArrowArrayStream *stream);

/* The table as a record batch; `schema` and `array` are filled, and belong to the caller, who calls their
 * release. They keep what they need of the table, which may be freed before. Numbers are not copied (but
 * those of a table made of rows of another): float64, float32, int64, int32; NaN is null in the validity
 * bitmap, and stays NaN in the values. Booleans: bool. Categories: dictionaries of utf8 with int32 indices,
 * not copied. Texts: large_utf8. Times: date32 when all are dates, otherwise timestamps of microseconds, in
 * UTC when a zone was given. Errors: NOMEM; then the structs are as they were. */
CAUCE_API cauce_status cauce_table_to_arrow(const cauce_table *table, struct ArrowSchema *schema,
                                            struct ArrowArray *array);
/* The same as a stream of one batch. */
CAUCE_API cauce_status cauce_table_to_arrow_stream(const cauce_table *table, struct ArrowArrayStream *stream);

#ifdef __cplusplus
}
#endif
#endif
