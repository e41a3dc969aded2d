#include "tree/packed.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/leaves.h"

/* ---- One tree ------------------------------------------------------------------------------------------ */

/* What the splits of each column decrease, in own[0 .. n_columns-1], zeroed, and what all do. Returns how
 * many columns have anything; 0 for a tree that decreases nothing. */
static int64_t add_decreases(const ca_tree *tree, int64_t n_columns, double *own, double *total) {
    int64_t n = 0;
    *total = 0;
    for (int64_t i = 0; i < tree->n_splits; i++) own[tree->feature[i]] += tree->decrease[i];
    for (int64_t j = 0; j < n_columns; j++) *total += own[j];
    for (int64_t j = 0; *total > 0 && j < n_columns; j++) n += own[j] != 0;
    return n;
}

/* The distinct values of the leaves and the number of each leaf's; n_values 0: that would take more memory
 * than a value for each. */
static cauce_status number_leaves(cauce_run *run, const ca_tree *tree, ca_leaf_table *table,
                                  uint16_t *number) {
    const int64_t n = tree->n_leaves, value = tree->n_outputs * (int64_t)sizeof *tree->value;
    const int64_t most = n - n * (int64_t)sizeof *number / value;
    CA_TRY(ca_leaves_begin(run, most, tree->n_outputs, table));
    for (int64_t i = 0; i < n; i++)
        if (!ca_leaves_number(table, tree->value + i * tree->n_outputs, &number[i])) {
            table->n = 0;
            break;
        }
    return CAUCE_OK;
}

/* The next n items of `size` bytes in a block, or only how far they would reach. */
static void *next_of(char *block, size_t *used, int64_t n, size_t size) {
    void *at = block ? block + *used : NULL;
    *used += (size_t)n * size;
    return at;
}

/* Pointers into the block, the widest items first; returns its size. */
static size_t lay_out(char *block, bool numbered, ca_packed_tree *packed) {
    const int64_t n = packed->n_splits, values = numbered ? packed->n_values : n + 1;
    size_t used = 0;
    packed->threshold = next_of(block, &used, n, sizeof *packed->threshold);
    packed->value = next_of(block, &used, values, (size_t)packed->n_outputs * sizeof *packed->value);
    packed->share = next_of(block, &used, packed->n_shares, sizeof *packed->share);
    packed->feature = next_of(block, &used, n, sizeof *packed->feature);
    packed->share_column = next_of(block, &used, packed->n_shares, sizeof *packed->share_column);
    packed->leaf = next_of(numbered ? block : NULL, &used, numbered ? n + 1 : 0, sizeof *packed->leaf);
    packed->ends = next_of(block, &used, n, sizeof *packed->ends);
    packed->missing = next_of(block, &used, n, sizeof *packed->missing);
    return used;
}

static void copy_splits(const ca_tree *tree, const ca_packed_tree *packed) {
    const size_t n = (size_t)tree->n_splits;
    if (n == 0) return;
    memcpy(packed->threshold, tree->threshold, n * sizeof *tree->threshold);
    memcpy(packed->feature, tree->feature, n * sizeof *tree->feature);
    memcpy(packed->missing, tree->missing, n);
    for (size_t i = 0; i < n; i++)
        packed->ends[i] = (uint8_t)((tree->left[i] < 0) | (tree->right[i] < 0) << 1);
}

cauce_status ca_tree_pack(cauce_run *run, const ca_tree *tree, int64_t n_columns, ca_packed_tree *packed) {
    double *own = cauce_scratch(run, n_columns, sizeof *own), total;
    uint16_t *number = cauce_scratch(run, tree->n_leaves, sizeof *number);
    ca_leaf_table table;
    if (!own || !number) return CA_NOMEM(run);
    CA_TRY(number_leaves(run, tree, &table, number));
    *packed = (ca_packed_tree){ .n_splits = tree->n_splits,
                                .n_outputs = tree->n_outputs,
                                .n_values = table.n,
                                .n_shares = add_decreases(tree, n_columns, own, &total) };
    packed->memory = ca_malloc(lay_out(NULL, table.n > 0, packed));
    if (!packed->memory) return CA_NOMEM(run);
    lay_out(packed->memory, table.n > 0, packed);
    copy_splits(tree, packed);
    if (table.n) memcpy(packed->leaf, number, (size_t)tree->n_leaves * sizeof *number);
    memcpy(packed->value, table.n ? table.values : tree->value,
           (size_t)((table.n ? table.n : tree->n_leaves) * tree->n_outputs) * sizeof *packed->value);
    for (int64_t j = 0, i = 0; i < packed->n_shares; j++) {
        if (own[j] == 0) continue;
        packed->share[i] = own[j] / total;
        packed->share_column[i++] = (int32_t)j;
    }
    return CAUCE_OK;
}

void ca_packed_free(ca_packed_tree *packed) {
    ca_free(packed->memory);
    *packed = (ca_packed_tree){ 0 };
}

/* ---- All trees ----------------------------------------------------------------------------------------- */

static int64_t values_of(const ca_packed_tree *tree) {
    return tree->n_values ? tree->n_values : tree->n_splits + 1;
}

/* The distinct values in the order of trees and leaves; table->n 0: too many to be worth it. */
static cauce_status collect_values(cauce_run *run, const ca_packed_tree *trees, int64_t n_trees,
                                   ca_leaf_table *table) {
    const int64_t k = trees[0].n_outputs;
    int64_t leaves = 0, values = 0;
    uint16_t number;
    for (int64_t t = 0; t < n_trees; t++) {
        leaves += trees[t].n_splits + 1;
        values += values_of(&trees[t]);
    }
    CA_TRY(ca_leaves_begin(run, values < leaves / 2 ? values : leaves / 2, k, table));
    for (int64_t t = 0; t < n_trees; t++)
        for (int64_t i = 0; i < values_of(&trees[t]); i++)
            if (!ca_leaves_number(table, trees[t].value + i * k, &number)) {
                table->n = 0;
                return CAUCE_OK;
            }
    return CAUCE_OK;
}

static cauce_status keep_arrays(cauce_run *run, ca_forest *forest) {
    forest->tree_offset = cauce_keep(run, forest->n_offsets, sizeof *forest->tree_offset);
    forest->split_feature = cauce_keep(run, forest->n_splits, sizeof *forest->split_feature);
    forest->split_threshold = cauce_keep(run, forest->n_splits, sizeof *forest->split_threshold);
    forest->split_leaves = cauce_keep(run, forest->n_splits, sizeof *forest->split_leaves);
    forest->leaf_value =
        cauce_keep(run, forest->n_values, (size_t)forest->n_outputs * sizeof *forest->leaf_value);
    if (forest->n_index) {
        forest->leaf_index = cauce_keep(run, forest->n_index, sizeof *forest->leaf_index);
        if (!forest->leaf_index) return CA_NOMEM(run);
    }
    forest->split_missing = cauce_keep(run, forest->n_splits, sizeof *forest->split_missing);
    if (!forest->tree_offset || !forest->split_feature || !forest->split_threshold || !forest->split_leaves ||
        !forest->leaf_value || !forest->split_missing)
        return CA_NOMEM(run);
    return CAUCE_OK;
}

/* Trees to be joined, whose distinct values are known. */
typedef struct joining {
    ca_packed_tree *trees;
    ca_leaf_table table; /* n 0: a value for each leaf */
    ca_forest *forest;
} joining;

/* The leaves of a tree, of which leaf 0 is leaf `at` of the forest. */
static cauce_status copy_leaves(cauce_run *run, const joining *job, const ca_packed_tree *tree, int64_t at) {
    const ca_forest *forest = job->forest;
    const int64_t n = tree->n_splits + 1, k = forest->n_outputs, values = job->table.n ? values_of(tree) : 0;
    uint16_t *number = cauce_scratch(run, values, sizeof *number);
    if (!number) return CA_NOMEM(run);
    for (int64_t i = 0; i < values; i++) number[i] = ca_leaves_find(&job->table, tree->value + i * k);
    for (int64_t i = 0; i < n; i++) {
        const int64_t value = tree->leaf ? tree->leaf[i] : i;
        if (values)
            forest->leaf_index[at + i] = number[value];
        else
            memcpy(forest->leaf_value + (at + i) * k, tree->value + value * k,
                   (size_t)k * sizeof *tree->value);
    }
    return CAUCE_OK;
}

static void copy_tree(const ca_forest *forest, const ca_packed_tree *tree, int64_t at) {
    const size_t n = (size_t)tree->n_splits;
    if (n == 0) return;
    memcpy(forest->split_feature + at, tree->feature, n * sizeof *tree->feature);
    memcpy(forest->split_threshold + at, tree->threshold, n * sizeof *tree->threshold);
    memcpy(forest->split_missing + at, tree->missing, n);
    memcpy(forest->split_leaves + at, tree->ends, n);
}

static cauce_status join_tree(cauce_run *run, int64_t t, void *payload) {
    const joining *job = payload;
    const int64_t at = job->forest->tree_offset[t];
    copy_tree(job->forest, &job->trees[t], at);
    CA_TRY(copy_leaves(run, job, &job->trees[t], at + t));
    ca_packed_free(&job->trees[t]);
    return CAUCE_OK;
}

/* What scoring has to know of the columns. */
static cauce_status keep_columns(cauce_run *run, const ca_bins *bins, ca_forest *forest) {
    bool any = false;
    forest->level_rank = bins->level_rank;
    forest->n_levels = bins->n_levels;
    for (int64_t j = 0; j < bins->n_columns; j++) any |= bins->columns[j].missing;
    if (!any) return CAUCE_OK;
    forest->n_seen = bins->n_columns;
    forest->missing_columns = cauce_keep(run, bins->n_columns, sizeof *forest->missing_columns);
    if (!forest->missing_columns) return CA_NOMEM(run);
    for (int64_t j = 0; j < bins->n_columns; j++) forest->missing_columns[j] = bins->columns[j].missing;
    return CAUCE_OK;
}

cauce_status ca_forest_join(cauce_run *run, ca_packed_tree *trees, int64_t n_trees, const ca_bins *bins,
                            ca_forest *forest) {
    const ca_arena_mark here = ca_arena_here(&run->scratch);
    joining job = { .trees = trees, .forest = forest };
    CA_TRY(collect_values(run, trees, n_trees, &job.table));
    const int64_t n_values = job.table.n;
    forest->n_offsets = n_trees + 1;
    forest->n_features = bins->n_columns;
    forest->n_outputs = trees[0].n_outputs;
    forest->n_splits = 0;
    for (int64_t t = 0; t < n_trees; t++) forest->n_splits += trees[t].n_splits;
    forest->n_values = n_values ? n_values : forest->n_splits + n_trees;
    forest->n_index = n_values ? forest->n_splits + n_trees : 0;
    forest->n_sides = forest->n_splits;
    CA_TRY(keep_arrays(run, forest));
    for (int64_t t = 0; t < n_trees; t++)
        forest->tree_offset[t + 1] = forest->tree_offset[t] + trees[t].n_splits;
    CA_TRY(cauce_parallel(run, n_trees, join_tree, &job));
    if (n_values)
        memcpy(forest->leaf_value, job.table.values,
               (size_t)(n_values * forest->n_outputs) * sizeof *forest->leaf_value);
    ca_arena_back(&run->scratch, here);
    return keep_columns(run, bins, forest);
}

cauce_status ca_forest_tree(cauce_run *run, const ca_forest *forest, int64_t t, ca_tree *tree) {
    int64_t at = forest->tree_offset[t], n = forest->tree_offset[t + 1] - at;
    int32_t splits = 1, leaves = 0;
    tree->n_outputs = forest->n_outputs;
    CA_TRY(ca_tree_reserve(run, tree, n ? n : 1));
    tree->n_splits = n;
    tree->n_leaves = n + 1;
    for (int64_t i = 0; i < n; i++) {
        uint8_t ends = forest->split_leaves[at + i];
        tree->feature[i] = forest->split_feature[at + i];
        tree->threshold[i] = forest->split_threshold[at + i];
        tree->missing[i] = forest->split_missing[at + i];
        tree->decrease[i] = 0;
        tree->left[i] = ends & 1 ? ~leaves++ : splits++;
        tree->right[i] = ends & 2 ? ~leaves++ : splits++;
    }
    for (int64_t i = 0; i <= n; i++)
        memcpy(tree->value + i * tree->n_outputs, ca_forest_leaf(forest, at + t + i),
               (size_t)tree->n_outputs * sizeof *tree->value);
    return CAUCE_OK;
}
