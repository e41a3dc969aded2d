/* The trees are the outer loop and a group of rows the inner one: a tree stays in the cache. */
#include "tree/predict.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "core/warm_up.h"

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
    if (n < CA_FEW_ROWS)
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

/* Reads from each page, so that the processor, and a system below this one, know where it is. */
static void find_pages(const void *from, size_t size) {
    enum { PAGE = 4096 };
    const size_t most = (size_t)1 << 26;
    for (size_t i = 0; i < size && i < most; i += PAGE) (void)*((const volatile char *)from + i);
}

static void warm_up(const ca_scored_forest *scored) {
    const ca_forest *forest = scored->forest;
    const ca_clusters *clusters = &scored->clusters;
    if (!clusters->items) return;
    find_pages(clusters->items, (size_t)clusters->n_items * sizeof *clusters->items);
    find_pages(clusters->leaves, (size_t)ca_forest_leaves(forest) * clusters->leaf_size);
    find_pages(forest->leaf_value,
               (size_t)(forest->n_values * forest->n_outputs) * sizeof *forest->leaf_value);
    for (int64_t i = 0; i < scored->n_slots; i++) {
        const ca_ranks *thresholds = &scored->slots[i].thresholds;
        if (scored->slots[i].single || !thresholds->n) continue;
        find_pages(thresholds->numbers, (size_t)thresholds->n * sizeof *thresholds->numbers);
        find_pages(thresholds->first, (size_t)(thresholds->last + 1) * sizeof *thresholds->first);
    }
    ca_clusters_warm_up(clusters);
}

/* ended[t]: the leaf of tree t that the row comes to. */
static void find_leaves_of(const ca_scored_forest *scored, const uint32_t *row, bool missing,
                           score_room room) {
    const int64_t n_trees = scored->forest->n_offsets - 1;
    if (missing && lacks_number(scored, row))
        for (int64_t t = 0; t < n_trees; t++) room.ended[t] = leaf_that_lacks(scored, row, t);
    else
        find_leaves(scored, row, room.at, room.ended);
}

/* The largest numbers add up to infinity, though their mean is none: these rows are scored again, by adding
 * what each leaf is of the mean. */
static void score_large_rows(const ca_scored_forest *scored, score_room room, int64_t n, bool missing,
                             double *out) {
    const int64_t n_trees = scored->forest->n_offsets - 1;
    if (scored->forest->n_outputs > 1) return; /* shares of classes */
    for (int64_t r = 0; r < n; r++) {
        if (isfinite(out[r])) continue;
        double mean = 0;
        find_leaves_of(scored, room.codes + (r << scored->row_shift), missing, room);
        for (int64_t t = 0; t < n_trees; t++)
            mean += *outputs_of(&scored->leaves, room.ended[t], 1) / (double)n_trees;
        out[r] = mean > DBL_MAX ? DBL_MAX : mean < -DBL_MAX ? -DBL_MAX : mean; /* shares are rounded */
    }
}

cauce_status ca_forest_score(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, double *out, int64_t stride, void *scratch) {
    score_room room = lay_out(scored, scratch);
    if (batch->first_row == CA_WARM_UP_ROW) warm_up(scored);
    for (int64_t first = 0; first < batch->n_rows; first += scored->group) {
        int64_t n = batch->n_rows - first < scored->group ? batch->n_rows - first : scored->group;
        int64_t missing = ca_forest_code(scored, in, batch, first, n, room.codes);
        if (missing && !scored->takes_missing)
            return refuse_missing(run, scored, room.codes, batch->first_row + first);
        score_group(scored, room.codes, (int32_t)n, room.at, room.ended, out + first, stride);
        if (missing) score_rows_that_lack(scored, room.codes, n, out + first, stride);
        score_large_rows(scored, room, n, missing > 0, out + first);
    }
    return CAUCE_OK;
}

cauce_status ca_forest_visit(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, ca_leaves_visit *visit, void *payload, void *scratch) {
    score_room room = lay_out(scored, scratch);
    int64_t n_trees = scored->forest->n_offsets - 1;
    for (int64_t first = 0; first < batch->n_rows; first += scored->group) {
        int64_t n = batch->n_rows - first < scored->group ? batch->n_rows - first : scored->group;
        int64_t missing = ca_forest_code(scored, in, batch, first, n, room.codes);
        if (missing && !scored->takes_missing)
            return refuse_missing(run, scored, room.codes, batch->first_row + first);
        for (int64_t r = 0; r < n; r++) {
            find_leaves_of(scored, room.codes + (r << scored->row_shift), missing > 0, room);
            for (int64_t t = 0; t < n_trees && scored->leaves.number; t++)
                room.ended[t] = scored->leaves.number[room.ended[t]];
            visit(first + r, room.ended, payload);
        }
    }
    return CAUCE_OK;
}
