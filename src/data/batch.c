#include "data/batch.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"

static size_t cells_size(const cauce_field *field, int64_t rows) {
    if (field->form != CAUCE_DENSE) return ca_align((size_t)rows * sizeof(int32_t));
    size_t cells, bytes;
    if (__builtin_mul_overflow((size_t)field->width, (size_t)rows, &cells) ||
        __builtin_mul_overflow(cells, sizeof(double), &bytes) || bytes > SIZE_MAX / 8)
        return SIZE_MAX;
    return ca_align(bytes);
}

static size_t batch_size(const cauce_schema *schema, int64_t rows, bool numbers) {
    size_t total = ca_blocks_size(schema->n_fields);
    for (int64_t i = 0; i < schema->n_fields; i++) {
        if (!numbers && schema->fields[i].form == CAUCE_DENSE) continue;
        size_t cells = cells_size(&schema->fields[i], rows);
        if (__builtin_add_overflow(total, cells, &total) || total > SIZE_MAX / 4) return SIZE_MAX;
    }
    return total;
}

static void lay(cauce_batch *batch, const cauce_schema *schema, int64_t rows, bool numbers, char *memory) {
    cauce_block *blocks =
        ca_take(&memory, (size_t)(schema->n_fields > 0 ? schema->n_fields : 1) * sizeof *blocks);
    for (int64_t i = 0; i < schema->n_fields; i++) {
        blocks[i] = (cauce_block){ .stride = rows, .room_stride = rows };
        if (!numbers && schema->fields[i].form == CAUCE_DENSE) continue;
        blocks[i].room = memory;
        memory += cells_size(&schema->fields[i], rows);
    }
    *batch = (cauce_batch){ rows, schema->n_fields, blocks, 0, NULL };
}

size_t ca_batch_size(const cauce_schema *schema, int64_t rows) {
    return batch_size(schema, rows, true);
}

void ca_batch_lay(cauce_batch *batch, const cauce_schema *schema, int64_t rows, char *memory) {
    lay(batch, schema, rows, true, memory);
}

size_t ca_batch_codes_size(const cauce_schema *schema, int64_t rows) {
    return batch_size(schema, rows, false);
}

void ca_batch_lay_codes(cauce_batch *batch, const cauce_schema *schema, int64_t rows, char *memory) {
    lay(batch, schema, rows, false, memory);
}

void ca_batch_slice(const cauce_schema *schema, const cauce_batch *whole, int64_t first, int64_t n,
                    cauce_block *blocks, cauce_batch *slice) {
    for (int64_t i = 0; i < whole->n_blocks; i++) {
        const cauce_block *from = &whole->blocks[i];
        size_t cell = schema->fields[i].form == CAUCE_DENSE ? sizeof(double) : sizeof(int32_t);
        blocks[i].step = from->step;
        blocks[i].single = from->single;
        ca_block_from(&blocks[i], from, first);
        blocks[i].codes = from->codes ? from->codes + first : NULL;
        blocks[i].stride = from->stride;
        blocks[i].room_stride = from->room_stride;
        blocks[i].lasts = from->lasts;
        blocks[i].room = from->room ? (char *)from->room + (size_t)first * cell : NULL;
    }
    const double *offset = whole->offset ? whole->offset + first : NULL;
    *slice = (cauce_batch){ n, whole->n_blocks, blocks, whole->first_row + first, offset };
}

void ca_block_home(const cauce_field *field, cauce_block *block) {
    if (field->form == CAUCE_DENSE)
        cauce_block_values(block);
    else
        cauce_block_codes(block);
}

bool ca_block_is_home(const cauce_field *field, const cauce_block *block) {
    return block->room == (field->form == CAUCE_DENSE ? (const void *)block->values : block->codes);
}

void ca_block_settle(const cauce_field *field, int64_t rows, cauce_block *block) {
    const size_t n = (size_t)rows;
    if (ca_block_is_home(field, block)) return;
    if (field->form != CAUCE_DENSE) {
        memcpy(block->room, block->codes, n * sizeof(int32_t));
        block->codes = block->room;
        return;
    }
    const double *from = block->values;
    int64_t stride = block->stride;
    double *to = cauce_block_values(block);
    for (int64_t j = 0; j < field->width; j++)
        memcpy(to + j * block->stride, from + j * stride, n * sizeof(double));
}

void ca_batch_settle(const cauce_schema *schema, cauce_batch *batch) {
    for (int64_t i = 0; i < batch->n_blocks; i++)
        ca_block_settle(&schema->fields[i], batch->n_rows, &batch->blocks[i]);
}

cauce_status ca_frame_new(cauce_run *run, ca_frame *frame, const cauce_schema *schema, int64_t n) {
    size_t size = ca_batch_size(schema, n);
    memset(frame, 0, sizeof *frame);
    if (size == SIZE_MAX || size > ca_memory_most())
        return cauce_fail(
            run, CAUCE_E_LIMIT,
            "%lld rows of %lld columns are %.4g GB, of %.4g GB that the machine has: make fewer "
            "columns",
            (long long)n, (long long)schema->width, ca_gigabytes(size), ca_gigabytes(ca_memory_most()));
    char *memory = ca_arena_cells(&frame->arena, size);
    if (!memory)
        return cauce_fail(run, CAUCE_E_NOMEM, "out of memory (%zu bytes for %lld rows)", size, (long long)n);
    ca_batch_lay(&frame->batch, schema, n, memory);
    return CAUCE_OK;
}

void ca_frame_free(ca_frame *frame) {
    ca_arena_free(&frame->arena);
    memset(&frame->batch, 0, sizeof frame->batch);
}

int64_t ca_schema_width(const cauce_field *fields, int64_t n) {
    int64_t width = 0;
    for (int64_t i = 0; i < n; i++) width += fields[i].width;
    return width;
}

int64_t ca_field_column_name(const cauce_field *field, int64_t i, char *out, size_t size) {
    if (field->labels)
        return snprintf(out, size, "%s_%s", field->name, cauce_levels_text(field->labels, (int32_t)i));
    if (field->width == 1) return snprintf(out, size, "%s", field->name);
    return snprintf(out, size, "%s%lld", field->name, (long long)i);
}

int64_t ca_schema_column_name(const cauce_schema *schema, int64_t j, char *out, size_t size) {
    for (int64_t i = 0; i < schema->n_fields; i++) {
        if (j < schema->fields[i].width) return ca_field_column_name(&schema->fields[i], j, out, size);
        j -= schema->fields[i].width;
    }
    if (size) *out = 0;
    return -1;
}

cauce_status ca_frames_join(cauce_run *run, ca_frame *frames, int64_t n, const cauce_batch *rows,
                            ca_frame *out) {
    ca_arena arena = { NULL, 0 };
    int64_t n_blocks = 0;
    for (int64_t i = 0; i < n; i++) n_blocks += frames[i].batch.n_blocks;
    cauce_block *blocks = ca_arena_alloc(&arena, ca_blocks_size(n_blocks));
    if (!blocks) return CA_NOMEM(run);
    n_blocks = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < frames[i].batch.n_blocks; k++) blocks[n_blocks++] = frames[i].batch.blocks[k];
        ca_arena_adopt(&arena, &frames[i].arena);
    }
    *out = (ca_frame){ arena, { rows->n_rows, n_blocks, blocks, rows->first_row, rows->offset } };
    return CAUCE_OK;
}
