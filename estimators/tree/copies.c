#include "tree/copies.h"

#include "base/run.h"
#include "tree/records.h"

cauce_status ca_copies_begin(cauce_run *run, const ca_search *s, int64_t n, ca_copies *copies) {
    const ca_bins *bins = s->plan->bins;
    copies->columns = cauce_scratch(run, bins->n_columns, sizeof *copies->columns);
    copies->weights = cauce_scratch(run, s->data.weight ? n : 0, sizeof *copies->weights);
    copies->classes = cauce_scratch(run, s->data.y_class ? n : 0, sizeof *copies->classes);
    copies->pairs = cauce_scratch(run, s->data.pairs ? n : 0, sizeof *copies->pairs);
    copies->packs = cauce_scratch(run, s->data.packs ? n : 0, sizeof *copies->packs);
    if (!copies->columns || !copies->weights || !copies->classes || !copies->pairs || !copies->packs)
        return CA_NOMEM(run);
    for (int64_t j = 0; j < bins->n_columns; j++) copies->columns[j] = bins->columns[j];
    return CAUCE_OK;
}

void ca_copies_enter(ca_search *s, uint32_t *rows, ca_copies *copies) {
    const ca_row_data from = s->data;
    for (int64_t i = 0; i < s->n; i++) {
        uint32_t row = rows[i];
        if (from.y_class) copies->classes[i] = from.y_class[row];
        if (from.pairs) copies->pairs[i] = from.pairs[row];
        if (from.packs) copies->packs[i] = from.packs[row];
        if (from.weight) copies->weights[i] = from.weight[row];
        rows[i] = (uint32_t)i;
    }
    s->data = (ca_row_data){ .columns = copies->columns };
    if (from.weight) s->data.weight = copies->weights;
    if (from.y_class) s->data.y_class = copies->classes;
    if (from.pairs) s->data.pairs = copies->pairs;
    if (from.packs) s->data.packs = copies->packs;
    copies->outside = from;
    copies->made = true;
}

void ca_copies_leave(ca_search *s, ca_copies *copies) {
    if (!copies->made) return;
    s->data = copies->outside;
    copies->made = false;
}

/* ---- Blocks -------------------------------------------------------------------------------------------- */

/* BYTES: of the codes of a block, about a second-level cache. Copying pays when most columns will be looked
 * at on so many LEVELS of the tree. Records are copied CHUNK by CHUNK, the next one being on its way from
 * memory. */
enum { BYTES = 1 << 20, LEVELS = 16, LEAST_ROWS = 256, CHUNK = 32, LINE = 64 };

/* Columns begin at different lines of the cache. Vectors may read behind the end. */
static int64_t room_of(const ca_bin_column *column, int64_t rows) {
    return (rows * ca_bin_size(column->type) + 2 * LINE - 1) / LINE * LINE;
}

static cauce_status place_codes(cauce_run *run, const ca_bins *bins, ca_block *block) {
    int64_t size = 0;
    for (int64_t j = 0; j < bins->n_columns; j++)
        if (bins->columns[j].level == 0) size += room_of(&bins->columns[j], block->most);
    uint8_t *codes = cauce_scratch(run, size, 1);
    if (!codes) return CA_NOMEM(run);
    for (int64_t j = 0; j < bins->n_columns; j++) {
        ca_bin_column *column = &block->copies.columns[j];
        bool shared = column->level > 0; /* with the first column of its one-hot block */
        column->codes = shared ? column[-1].codes : codes;
        if (!shared) codes += room_of(column, block->most);
    }
    return CAUCE_OK;
}

static cauce_status begin_block(cauce_run *run, const ca_search *s, int64_t bytes, ca_block *block) {
    const ca_bins *bins = s->plan->bins;
    block->most = bytes / bins->record < s->n_rows ? bytes / bins->record : s->n_rows;
    CA_TRY(ca_copies_begin(run, s, block->most, &block->copies));
    return place_codes(run, bins, block);
}

cauce_status ca_blocks_begin(cauce_run *run, ca_search *s, bool needed) {
    const ca_grow_plan *plan = s->plan;
    const ca_bins *bins = plan->bins;
    s->blocks = cauce_scratch(run, CA_BLOCKS, sizeof *s->blocks);
    if (!s->blocks) return CA_NOMEM(run);
    if (!needed || !bins->in_blocks || plan->max_leaf_nodes < INT64_MAX || s->scoring == CA_SCORE_ABSOLUTE ||
        bins->n_columns > LEVELS * plan->max_features || plan->interactions.sets ||
        BYTES / bins->record < 2 * LEAST_ROWS)
        return CAUCE_OK;
    if (bins->around) CA_TRY(begin_block(run, s, bins->around, &s->blocks[0]));
    return begin_block(run, s, BYTES, &s->blocks[CA_BLOCKS - 1]);
}

static void copy_records(const ca_search *s, const uint32_t *rows, const ca_copies *to) {
    const ca_bins *bins = s->plan->bins;
    for (int64_t first = 0; first < s->n; first += CHUNK) {
        int64_t end = first + CHUNK < s->n ? first + CHUNK : s->n;
        for (int64_t i = end; i < s->n && i < end + CHUNK; i++)
            for (int64_t at = 0; at < bins->record; at += LINE)
                __builtin_prefetch(bins->records + rows[i] * bins->record + at);
        ca_records_copy(bins, rows + first, end - first, to->columns, first);
    }
}

#define COPY_CODES(T)                                                                                        \
    do {                                                                                                     \
        const T *from = s->data.columns[j].codes;                                                            \
        T *codes = (T *)(uintptr_t)to->columns[j].codes;                                                     \
        for (int64_t i = 0; i < s->n; i++) codes[i] = from[rows[i]];                                         \
    } while (0)

/* With the byte behind each code, which the next one is written over. */
static void copy_u24(const ca_u24 *from, const uint32_t *rows, int64_t n, const void *codes) {
    ca_u24 *to = (ca_u24 *)(uintptr_t)codes;
    for (int64_t i = 0; i < n; i++) memcpy(to + i, from + rows[i], sizeof(uint32_t));
}

/* From the table, or from the block around this one. */
static void copy_columns(const ca_search *s, const uint32_t *rows, const ca_copies *to) {
    const ca_bins *bins = s->plan->bins;
    for (int64_t k = 0; k < bins->n_in_record; k++) {
        const int32_t j = bins->in_record[k];
        switch (bins->columns[j].type) {
        case CA_BIN_U8: COPY_CODES(uint8_t); break;
        case CA_BIN_U16: COPY_CODES(uint16_t); break;
        case CA_BIN_U24: copy_u24(s->data.columns[j].codes, rows, s->n, to->columns[j].codes); break;
        default: COPY_CODES(uint32_t); break;
        }
    }
}

void ca_blocks_enter(ca_search *s, uint32_t *rows) {
    for (int k = 0; k < CA_BLOCKS; k++) {
        ca_block *block = &s->blocks[k];
        if (block->copies.made || s->n > block->most || s->n < LEAST_ROWS) continue;
        (s->plan->bins->records ? copy_records : copy_columns)(s, rows, &block->copies);
        ca_copies_enter(s, rows, &block->copies);
    }
}
