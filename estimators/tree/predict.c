/* The trees are the outer loop and a group of rows the inner one: a tree stays in the cache. */
#include "tree/predict.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "math/wide.h"

enum { FEW_ROWS = 8 }; /* fewer rows go through the trees one by one, all trees at a time */

enum { PIECE = 128 }; /* rows that are searched for side by side */

/* The codes of n numbers, n <= PIECE, unless they are all of single precision. */
static void code_others(const ca_slot *slot, const double *x, int64_t n, uint32_t *codes) {
    ca_ranks_of(&slot->thresholds, x, n, codes);
    for (int64_t r = 0; r < n && slot->single; r++)
        if ((double)(float)x[r] >= x[r] && (double)(float)x[r] <= x[r])
            codes[r] = ca_single_code((float)x[r]);
        else if (codes[r])
            codes[r] = ca_single_threshold(slot->thresholds.numbers[codes[r] - 1]);
}

/* Without a look at the thresholds; false: some are not of single precision. NaN gets any code. */
CA_WIDEST static bool code_singles(const double *x, int64_t n, uint32_t *codes) {
    int64_t same = 0;
    for (int64_t r = 0; r < n; r++) {
        float single = (float)x[r];
        codes[r] = ca_single_code(single);
        same += !((double)single < x[r]) & !((double)single > x[r]);
    }
    return same == n;
}

static void code_piece(const ca_slot *slot, const double *x, int64_t n, uint32_t *codes) {
    if (!slot->single || !code_singles(x, n, codes)) code_others(slot, x, n, codes);
}

/* A column whose missing values have a slot of their own. */
static void code_twins(const ca_slot *slot, const double *x, int64_t n, int shift, uint32_t *codes) {
    uint32_t piece[PIECE];
    for (int64_t first = 0; first < n; first += PIECE) {
        int64_t many = n - first < PIECE ? n - first : PIECE;
        code_piece(slot, x + first, many, piece);
        for (int64_t r = 0; r < many; r++, codes += INT64_C(1) << shift) {
            bool is_missing = isnan(x[first + r]);
            codes[0] = is_missing ? 0 : piece[r];
            codes[1] = is_missing ? UINT32_MAX : piece[r];
        }
    }
}

static void code_levels(const ca_slot *slot, const int32_t *levels, int64_t n, int shift, uint32_t *codes) {
    for (int64_t r = 0; r < n; r++) {
        bool missing = levels[r] < 0;
        uint32_t code = missing ? 0 : slot->level_codes[levels[r]];
        codes[r << shift] = code;
        codes[(r << shift) + 1] = missing ? UINT32_MAX : code;
    }
}

/* Counts the missing ones, which get a code that no split expects. */
static int64_t code_numbers(const ca_slot *slot, const double *x, int64_t n, int shift, uint32_t *codes) {
    uint32_t piece[PIECE];
    int64_t missing = 0;
    for (int64_t first = 0; first < n; first += PIECE) {
        int64_t many = n - first < PIECE ? n - first : PIECE;
        code_piece(slot, x + first, many, piece);
        for (int64_t r = 0; r < many; r++, codes += INT64_C(1) << shift) {
            bool is_missing = isnan(x[first + r]);
            *codes = piece[r] | (is_missing ? UINT32_MAX : 0);
            missing += is_missing;
        }
    }
    return missing;
}

/* Codes of rows first .. first+n-1 of the batch, row by row; how many numbers are missing in columns that had
 * none at fit. */
static int64_t code_rows(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                         int64_t first, int64_t n, uint32_t *codes) {
    int64_t slot = 0, missing = 0;
    int shift = scored->row_shift;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_block *block = &batch->blocks[b];
        if (in->fields[b].form == CAUCE_ONEHOT) {
            for (int64_t r = 0; r < n; r++)
                codes[(r << shift) + slot] = (uint32_t)(block->codes[first + r] + 1);
            slot++;
            continue;
        }
        for (int64_t k = 0; k < in->fields[b].width; k++) {
            const ca_slot *to = &scored->slots[slot];
            if (to->level_codes)
                code_levels(to, block->codes + first, n, shift, codes + slot);
            else if (to->twin)
                code_twins(to, block->values + k * block->stride + first, n, shift, codes + slot);
            else
                missing +=
                    code_numbers(to, block->values + k * block->stride + first, n, shift, codes + slot);
            slot += 1 + to->twin;
        }
    }
    return missing;
}

/* The outputs of a leaf, by its number among scored->leaves. */
static inline const double *outputs_of(const ca_scored_leaves *leaves, uint64_t leaf, int64_t k) {
    uint64_t row = leaves->index ? leaves->index[leaf] : leaves->by_number ? leaves->number[leaf] : leaf;
    return leaves->value + row * (uint64_t)k;
}

/* The leaves of one row, ended[t] of tree t. */
static void find_leaves(const ca_scored_forest *scored, const uint32_t *row, uint64_t *at, uint64_t *ended) {
    const int64_t *offset = scored->forest->tree_offset;
    int32_t n = 0, n_trees = (int32_t)(scored->forest->n_offsets - 1);
    if (scored->clusters.items) {
        scored->clusters.walk.row(&scored->clusters, row, at, ended);
        return;
    }
    for (int32_t t = 0; t < n_trees; t++)
        if (offset[t + 1] > offset[t]) at[n++] = (uint64_t)t << 32 | (uint64_t)offset[t];
    scored->walk(scored->splits, scored->shape, row, 0, n, at, ended);
    for (int32_t t = 0; t < n_trees; t++) at[t] = (uint64_t)(offset[t] + t);
    for (int32_t i = 0; i < n; i++) at[ended[i] >> 32] = (ended[i] & UINT32_MAX) + (ended[i] >> 32);
    memcpy(ended, at, (size_t)n_trees * sizeof *ended);
}

/* The sums over the trees of k outputs, of which the first two are kept at hand. */
static inline void add_leaves(const ca_scored_forest *scored, const uint64_t *leaf, double *out,
                              int64_t stride, int64_t k) {
    const int64_t n_trees = scored->forest->n_offsets - 1;
    const ca_scored_leaves leaves = scored->leaves;
    double first = 0, second = 0;
    for (int64_t t = 0; t < n_trees; t++) {
        const double *value = outputs_of(&leaves, leaf[t], k);
        first += value[0];
        if (k > 1) second += value[1];
        for (int64_t c = 2; c < k; c++) out[c * stride] += value[c];
    }
    out[0] = first;
    if (k > 1) out[stride] = second;
}

/* All trees under one row. */
static void score_row(const ca_scored_forest *scored, const uint32_t *row, uint64_t *at, uint64_t *ended,
                      double *out, int64_t stride) {
    const int64_t k = scored->forest->n_outputs;
    find_leaves(scored, row, at, ended);
    if (k == 1)
        add_leaves(scored, ended, out, stride, 1);
    else if (k == 2)
        add_leaves(scored, ended, out, stride, 2);
    else
        add_leaves(scored, ended, out, stride, k);
}

/* All rows through one tree: ended, with numbers of leaves; how much these lack is returned. */
static int64_t walk_tree(const ca_scored_forest *scored, int64_t t, const uint32_t *codes, int32_t n,
                         uint64_t *at, uint64_t *ended) {
    for (int32_t r = 0; r < n; r++) at[r] = (uint64_t)r << (32 + scored->row_shift);
    if (scored->clusters.items) {
        scored->clusters.walk.rows(&scored->clusters, codes, t, n, at, ended);
        return 0;
    }
    const uint64_t first = (uint64_t)scored->forest->tree_offset[t];
    for (int32_t r = 0; r < n; r++) at[r] |= first;
    scored->walk(scored->splits, scored->shape, codes, UINT32_MAX, n, at, ended);
    return t;
}

static inline void score_tree(const ca_scored_forest *scored, int64_t t, const uint32_t *codes, int32_t n,
                              uint64_t *at, uint64_t *ended, double *out, int64_t stride, int64_t k,
                              ca_scored_leaves leaves) {
    const uint64_t more = (uint64_t)walk_tree(scored, t, codes, n, at, ended);
    for (int32_t i = 0; i < n; i++) {
        double *sum = out + (ended[i] >> (32 + scored->row_shift));
        const double *value = outputs_of(&leaves, (uint32_t)ended[i] + more, k);
        for (int64_t c = 0; c < k; c++) sum[c * stride] += value[c];
    }
}

/* A tree without splits gives all rows its leaf. */
static void add_leaf(const ca_forest *forest, int64_t t, int32_t n, double *out, int64_t stride) {
    const double *leaf = ca_forest_leaf(forest, forest->tree_offset[t] + t);
    for (int64_t c = 0; c < forest->n_outputs; c++)
        for (int32_t r = 0; r < n; r++) out[r + c * stride] += leaf[c];
}

static void score_rows(const ca_scored_forest *scored, const uint32_t *codes, int32_t n, uint64_t *at,
                       uint64_t *ended, double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    const ca_scored_leaves all = scored->leaves, by_value = { .value = all.value },
                           by_index = { .value = all.value, .index = all.index };
    const int64_t k = forest->n_outputs;
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++)
        if (forest->tree_offset[t + 1] == forest->tree_offset[t])
            add_leaf(forest, t, n, out, stride);
        else if (k == 1 && !all.index)
            score_tree(scored, t, codes, n, at, ended, out, stride, 1, by_value);
        else if (k == 2 && all.index)
            score_tree(scored, t, codes, n, at, ended, out, stride, 2, by_index);
        else if (all.index)
            score_tree(scored, t, codes, n, at, ended, out, stride, k, by_index);
        else
            score_tree(scored, t, codes, n, at, ended, out, stride, k, all);
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

/* Whether a row lacks a number in a column that lacked none at fit. */
static bool lacks_number(const ca_scored_forest *scored, const uint32_t *row) {
    for (int64_t slot = 0; slot < scored->n_slots; slot += 1 + scored->slots[slot].twin)
        if (!scored->slots[slot].twin && row[slot] == UINT32_MAX) return true;
    return false;
}

/* The leaf of such a row in tree t. */
static uint64_t leaf_that_lacks(const ca_scored_forest *scored, const uint32_t *row, int64_t t) {
    const ca_forest *forest = scored->forest;
    uint64_t first = (uint64_t)forest->tree_offset[t];
    if (scored->clusters.items) return ca_clusters_walk_missing(&scored->clusters, row, t);
    if (forest->tree_offset[t + 1] > forest->tree_offset[t])
        first = ca_walk_missing(scored->splits, scored->shape, row, forest->split_missing, first);
    return first + (uint64_t)t;
}

/* Scores these rows again. */
static void score_rows_that_lack(const ca_scored_forest *scored, const uint32_t *codes, int64_t n,
                                 double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    int64_t k = forest->n_outputs, n_trees = forest->n_offsets - 1;
    for (int64_t r = 0; r < n; r++) {
        const uint32_t *row = codes + (r << scored->row_shift);
        if (!lacks_number(scored, row)) continue;
        for (int64_t c = 0; c < k; c++) out[r + c * stride] = 0;
        for (int64_t t = 0; t < n_trees; t++) {
            const double *leaf = outputs_of(&scored->leaves, leaf_that_lacks(scored, row, t), k);
            for (int64_t c = 0; c < k; c++) out[r + c * stride] += leaf[c];
        }
        for (int64_t c = 0; c < k; c++) out[r + c * stride] /= (double)n_trees;
    }
}

static cauce_status refuse_missing(cauce_run *run, const ca_scored_forest *scored, const uint32_t *codes,
                                   int64_t first_row) {
    int64_t r = 0;
    while (!lacks_number(scored, codes + (r << scored->row_shift))) r++;
    return cauce_fail(run, CAUCE_E_DATA,
                      "row %lld: a number is missing; this model comes from a version whose trees take no "
                      "missing numbers",
                      (long long)(first_row + r + 1));
}

/* Where scoring works, in its scratch memory. */
typedef struct score_room {
    uint64_t *at, *ended;
    uint32_t *codes;
} score_room;

static score_room lay_out(const ca_scored_forest *scored, void *scratch) {
    int64_t group = scored->group, n_offsets = scored->forest->n_offsets;
    int64_t most = (group > n_offsets ? group : n_offsets) + CA_WALK_SLACK;
    uint64_t *at = scratch;
    return (score_room){ at, at + most, (uint32_t *)(at + 2 * most) };
}

cauce_status ca_forest_score(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, double *out, int64_t stride, void *scratch) {
    score_room room = lay_out(scored, scratch);
    for (int64_t first = 0; first < batch->n_rows; first += scored->group) {
        int64_t n = batch->n_rows - first < scored->group ? batch->n_rows - first : scored->group;
        int64_t missing = code_rows(scored, in, batch, first, n, room.codes);
        if (missing && !scored->takes_missing)
            return refuse_missing(run, scored, room.codes, batch->first_row + first);
        score_group(scored, room.codes, (int32_t)n, room.at, room.ended, out + first, stride);
        if (missing) score_rows_that_lack(scored, room.codes, n, out + first, stride);
    }
    return CAUCE_OK;
}

cauce_status ca_forest_visit(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, ca_leaves_visit *visit, void *payload, void *scratch) {
    score_room room = lay_out(scored, scratch);
    int64_t n_trees = scored->forest->n_offsets - 1;
    for (int64_t first = 0; first < batch->n_rows; first += scored->group) {
        int64_t n = batch->n_rows - first < scored->group ? batch->n_rows - first : scored->group;
        int64_t missing = code_rows(scored, in, batch, first, n, room.codes);
        if (missing && !scored->takes_missing)
            return refuse_missing(run, scored, room.codes, batch->first_row + first);
        for (int64_t r = 0; r < n; r++) {
            const uint32_t *row = room.codes + (r << scored->row_shift);
            if (missing && lacks_number(scored, row))
                for (int64_t t = 0; t < n_trees; t++) room.ended[t] = leaf_that_lacks(scored, row, t);
            else
                find_leaves(scored, row, room.at, room.ended);
            for (int64_t t = 0; t < n_trees && scored->leaves.number; t++)
                room.ended[t] = scored->leaves.number[room.ended[t]];
            visit(first + r, room.ended, payload);
        }
    }
    return CAUCE_OK;
}
