/* Batches: where the cells of some rows lie. */
#ifndef CA_DATA_BATCH_H
#define CA_DATA_BATCH_H

#include "base/arena.h"
#include "cauce/sys/component.h"

static inline size_t ca_align(size_t size) {
    return (size + 63) & ~(size_t)63;
}
/* Takes `size` bytes, 64-byte aligned, off a piece of memory. */
static inline void *ca_take(char **memory, size_t size) {
    void *p = *memory;
    *memory += ca_align(size);
    return p;
}

/* Bytes for a batch of `rows` rows of `schema`: block list and cells; SIZE_MAX when it would not fit an
 * address. */
size_t ca_batch_size(const cauce_schema *schema, int64_t rows);
/* Lays such a batch out in memory of that size (64-byte aligned). */
void ca_batch_lay(cauce_batch *batch, const cauce_schema *schema, int64_t rows, char *memory);
/* The same without room for the cells of DENSE blocks. */
size_t ca_batch_codes_size(const cauce_schema *schema, int64_t rows);
void ca_batch_lay_codes(cauce_batch *batch, const cauce_schema *schema, int64_t rows, char *memory);
/* Bytes of a block list. */
static inline size_t ca_blocks_size(int64_t n) {
    return ca_align((size_t)(n > 0 ? n : 1) * sizeof(cauce_block));
}
/* Rows first .. first+n-1 of `whole` as a batch over the given block list (n_blocks entries). */
void ca_batch_slice(const cauce_schema *schema, const cauce_batch *whole, int64_t first, int64_t n,
                    cauce_block *blocks, cauce_batch *slice);
/* Of a DENSE block as it lies: numbers from row to row of a column; number (r, j). */
static inline int64_t ca_block_step(const cauce_block *block) {
    return block->step > 1 ? block->step : 1;
}
static inline double ca_block_number(const cauce_block *block, int64_t r, int64_t j) {
    const int64_t at = j * block->stride + r * ca_block_step(block);
    return block->single ? (double)block->singles[at] : block->values[at];
}
/* Lets a block's numbers begin at row `first` of those of `from`, which lie as its own do. */
static inline void ca_block_from(cauce_block *block, const cauce_block *from, int64_t first) {
    const int64_t at = first * ca_block_step(from);
    if (from->single)
        block->singles = from->singles + at;
    else
        block->values = from->values ? from->values + at : NULL;
}
/* Says that the cells of an output block are in its own room; are they? */
void ca_block_home(const cauce_field *field, cauce_block *block);
bool ca_block_is_home(const cauce_field *field, const cauce_block *block);
/* Moves them there. */
void ca_block_settle(const cauce_field *field, int64_t rows, cauce_block *block);
/* After apply: the same for all blocks. */
void ca_batch_settle(const cauce_schema *schema, cauce_batch *batch);

/* All rows of a table of values: what flows between steps while fitting. */
typedef struct ca_frame {
    ca_arena arena;
    cauce_batch batch;
} ca_frame;
/* Room for n rows of a schema. */
cauce_status ca_frame_new(cauce_run *run, ca_frame *frame, const cauce_schema *schema, int64_t n);
void ca_frame_free(ca_frame *frame);
/* Frames of the same rows side by side in one, which takes over their memory; `rows`: a batch of these rows.
 */
cauce_status ca_frames_join(cauce_run *run, ca_frame *frames, int64_t n, const cauce_batch *rows,
                            ca_frame *out);

/* Name of column j (0 .. width-1) of a schema, written to out as snprintf does. */
int64_t ca_schema_column_name(const cauce_schema *schema, int64_t j, char *out, size_t size);
int64_t ca_field_column_name(const cauce_field *field, int64_t i, char *out, size_t size);
int64_t ca_schema_width(const cauce_field *fields, int64_t n);

#endif
