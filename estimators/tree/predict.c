/* The trees are the outer loop and a group of rows the inner one: a tree stays in the cache. */
#include "tree/predict.h"

#include <string.h>

enum { FEW_ROWS = 8 }; /* fewer rows go through the trees one by one, all trees at a time */

/* How many thresholds are below x, without a branch on x: the length halves, the start moves or stays. */
static inline uint32_t code_of(const ca_slot *slot, double x) {
    const double *start = slot->thresholds;
    int64_t n = slot->n_thresholds;
    if (n == 0) return 0;
    while (n > 1) {
        int64_t half = n / 2;
        start += start[half - 1] < x ? half : 0;
        n -= half;
    }
    return (uint32_t)(start - slot->thresholds) + (*start < x);
}

/* Codes of rows first .. first+n-1 of the batch, row by row. */
static void code_rows(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                      int64_t first, int64_t n, uint32_t *codes) {
    int64_t slot = 0;
    int shift = scored->row_shift;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_block *block = &batch->blocks[b];
        if (in->fields[b].form == CAUCE_DENSE) {
            for (int64_t k = 0; k < in->fields[b].width; k++, slot++) {
                const double *x = block->values + k * block->stride + first;
                for (int64_t r = 0; r < n; r++)
                    codes[(r << shift) + slot] = code_of(&scored->slots[slot], x[r]);
            }
        } else {
            for (int64_t r = 0; r < n; r++)
                codes[(r << shift) + slot] = (uint32_t)(block->codes[first + r] + 1);
            slot++;
        }
    }
}

/* All trees under one row. */
static void score_row(const ca_scored_forest *scored, const uint32_t *row, uint64_t *at, uint64_t *ended,
                      double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    const int64_t *offset = forest->tree_offset, k = forest->n_outputs;
    int32_t n = 0, n_trees = (int32_t)(forest->n_offsets - 1);
    for (int32_t t = 0; t < n_trees; t++)
        if (offset[t + 1] > offset[t]) at[n++] = (uint64_t)t << 32 | (uint64_t)offset[t];
    scored->walk(scored->splits, scored->shape, row, 0, n, at, ended);
    for (int32_t t = 0; t < n_trees; t++) at[t] = (uint64_t)offset[t];
    for (int32_t i = 0; i < n; i++) at[ended[i] >> 32] = ended[i] & UINT32_MAX;
    for (int64_t t = 0; t < n_trees; t++) {
        const double *leaf = forest->leaf_value + ((int64_t)at[t] + t) * k;
        for (int64_t c = 0; c < k; c++) out[c * stride] += leaf[c];
    }
}

/* All rows through one tree. */
static inline void score_tree(const ca_scored_forest *scored, int64_t t, const uint32_t *codes, int32_t n,
                              uint64_t *at, uint64_t *ended, double *out, int64_t stride, int64_t k) {
    const double *leaves = scored->forest->leaf_value + t * k;
    uint64_t first = (uint64_t)scored->forest->tree_offset[t];
    for (int32_t r = 0; r < n; r++) at[r] = (uint64_t)r << (32 + scored->row_shift) | first;
    scored->walk(scored->splits, scored->shape, codes, UINT32_MAX, n, at, ended);
    for (int32_t i = 0; i < n; i++) {
        double *sum = out + (ended[i] >> (32 + scored->row_shift));
        const double *leaf = leaves + (int64_t)(ended[i] & UINT32_MAX) * k;
        for (int64_t c = 0; c < k; c++) sum[c * stride] += leaf[c];
    }
}

/* A tree without splits gives all rows its leaf. */
static void add_leaf(const ca_forest *forest, int64_t t, int32_t n, double *out, int64_t stride) {
    const double *leaf = forest->leaf_value + (forest->tree_offset[t] + t) * forest->n_outputs;
    for (int64_t c = 0; c < forest->n_outputs; c++)
        for (int32_t r = 0; r < n; r++) out[r + c * stride] += leaf[c];
}

static void score_rows(const ca_scored_forest *scored, const uint32_t *codes, int32_t n, uint64_t *at,
                       uint64_t *ended, double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    int64_t k = forest->n_outputs;
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++) {
        if (forest->tree_offset[t + 1] == forest->tree_offset[t])
            add_leaf(forest, t, n, out, stride);
        else if (k == 1)
            score_tree(scored, t, codes, n, at, ended, out, stride, 1);
        else if (k == 2)
            score_tree(scored, t, codes, n, at, ended, out, stride, 2);
        else
            score_tree(scored, t, codes, n, at, ended, out, stride, k);
    }
}

static void score_group(const ca_scored_forest *scored, const uint32_t *codes, int32_t n, uint64_t *at,
                        uint64_t *ended, double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    double n_trees = (double)(forest->n_offsets - 1);
    for (int64_t c = 0; c < forest->n_outputs; c++) memset(out + c * stride, 0, (size_t)n * sizeof *out);
    if (n < FEW_ROWS)
        for (int32_t r = 0; r < n; r++)
            score_row(scored, codes + ((int64_t)r << scored->row_shift), at, ended, out + r, stride);
    else
        score_rows(scored, codes, n, at, ended, out, stride);
    for (int64_t c = 0; c < forest->n_outputs; c++)
        for (int32_t r = 0; r < n; r++) out[r + c * stride] /= n_trees;
}

void ca_forest_score(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                     double *out, int64_t stride, void *scratch) {
    int64_t group = scored->group, n_offsets = scored->forest->n_offsets;
    int64_t most = (group > n_offsets ? group : n_offsets) + CA_WALK_SLACK;
    uint64_t *at = scratch, *ended = at + most;
    uint32_t *codes = (uint32_t *)(ended + most);
    for (int64_t first = 0; first < batch->n_rows; first += group) {
        int64_t n = batch->n_rows - first < group ? batch->n_rows - first : group;
        code_rows(scored, in, batch, first, n, codes);
        score_group(scored, codes, (int32_t)n, at, ended, out + first, stride);
    }
}
