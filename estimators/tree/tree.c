#include "tree/tree.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/leaves.h"

void ca_tree_free(ca_tree *tree) {
    ca_free(tree->feature);
    ca_free(tree->left);
    ca_free(tree->right);
    ca_free(tree->threshold);
    ca_free(tree->decrease);
    ca_free(tree->missing);
    ca_free(tree->value);
    ca_free(tree->split_value);
    *tree = (ca_tree){ 0 };
}

/* Grows *array to `room` items of `size` bytes; leaves it as it was on failure. */
static cauce_status make_room(cauce_run *run, void *array, int64_t room, size_t size) {
    void *old;
    memcpy(&old, array, sizeof old);
    size_t bytes;
    if (__builtin_mul_overflow((size_t)room, size, &bytes)) return CA_NOMEM(run);
    void *fresh = ca_realloc(old, bytes);
    if (!fresh) return CA_NOMEM(run);
    memcpy(array, &fresh, sizeof fresh);
    return CAUCE_OK;
}

static int64_t more(int64_t room) {
    return room < 64 ? 64 : room + room / 2;
}

cauce_status ca_tree_too_large(cauce_run *run) {
    return cauce_fail(run, CAUCE_E_LIMIT, "a tree has more than %d splits", INT32_MAX - 1);
}

static cauce_status room_for_splits(cauce_run *run, ca_tree *tree, int64_t room) {
    CA_TRY(make_room(run, &tree->feature, room, sizeof *tree->feature));
    CA_TRY(make_room(run, &tree->left, room, sizeof *tree->left));
    CA_TRY(make_room(run, &tree->right, room, sizeof *tree->right));
    CA_TRY(make_room(run, &tree->threshold, room, sizeof *tree->threshold));
    CA_TRY(make_room(run, &tree->decrease, room, sizeof *tree->decrease));
    CA_TRY(make_room(run, &tree->missing, room, sizeof *tree->missing));
    if (tree->keep_values)
        CA_TRY(make_room(run, &tree->split_value, room, (size_t)tree->n_outputs * sizeof *tree->split_value));
    tree->split_room = room;
    return CAUCE_OK;
}

static cauce_status room_for_leaves(cauce_run *run, ca_tree *tree, int64_t room) {
    CA_TRY(make_room(run, &tree->value, room, (size_t)tree->n_outputs * sizeof *tree->value));
    tree->leaf_room = room;
    return CAUCE_OK;
}

cauce_status ca_tree_reserve(cauce_run *run, ca_tree *tree, int64_t n_splits) {
    CA_TRY(room_for_splits(run, tree, n_splits));
    return room_for_leaves(run, tree, n_splits + 1);
}

cauce_status ca_tree_add_split(cauce_run *run, ca_tree *tree, int32_t feature, double threshold,
                               double decrease, uint8_t missing, int32_t *id) {
    if (tree->n_splits == tree->split_room) CA_TRY(room_for_splits(run, tree, more(tree->split_room)));
    if (tree->n_splits >= INT32_MAX - 1) return ca_tree_too_large(run);
    int64_t i = tree->n_splits++;
    tree->feature[i] = feature;
    tree->threshold[i] = threshold;
    tree->decrease[i] = decrease;
    tree->missing[i] = missing;
    tree->left[i] = tree->right[i] = 0;
    *id = (int32_t)i;
    return CAUCE_OK;
}

cauce_status ca_tree_add_leaf(cauce_run *run, ca_tree *tree, int32_t *id, double **value) {
    if (tree->n_leaves == tree->leaf_room) CA_TRY(room_for_leaves(run, tree, more(tree->leaf_room)));
    if (tree->n_leaves >= INT32_MAX) return ca_tree_too_large(run);
    int64_t i = tree->n_leaves++;
    *id = (int32_t)i;
    *value = tree->value + i * tree->n_outputs;
    return CAUCE_OK;
}

/* Puts item order[i] of an array in place i, by way of `room`. */
static void reorder(void *array, const int32_t *order, int64_t n, size_t size, void *room) {
    for (int64_t i = 0; i < n; i++)
        memcpy((char *)room + (size_t)i * size, (char *)array + (size_t)order[i] * size, size);
    memcpy(array, room, (size_t)n * size);
}

cauce_status ca_tree_by_level(cauce_run *run, ca_tree *tree) {
    int64_t n = tree->n_splits, known = 1;
    int32_t leaves = 0;
    if (n == 0) return CAUCE_OK; /* a leaf, perhaps without memory for splits */
    size_t value = (size_t)tree->n_outputs * sizeof *tree->value;
    int32_t *order = cauce_scratch(run, n, sizeof *order), *left = cauce_scratch(run, n, sizeof *left);
    int32_t *right = cauce_scratch(run, n, sizeof *right);
    int32_t *leaf_order = cauce_scratch(run, tree->n_leaves, sizeof *leaf_order);
    void *room = cauce_scratch(run, tree->n_leaves, value);
    if (!order || !left || !right || !leaf_order || !room) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        int32_t *to[2] = { &left[i], &right[i] }, child[2] = { tree->left[order[i]], tree->right[order[i]] };
        for (int side = 0; side < 2; side++) {
            if (child[side] < 0)
                leaf_order[leaves] = ~child[side];
            else
                order[known] = child[side];
            *to[side] = child[side] < 0 ? ~leaves++ : (int32_t)known++;
        }
    }
    memcpy(tree->left, left, (size_t)n * sizeof *left);
    memcpy(tree->right, right, (size_t)n * sizeof *right);
    reorder(tree->feature, order, n, sizeof *tree->feature, room);
    reorder(tree->threshold, order, n, sizeof *tree->threshold, room);
    reorder(tree->decrease, order, n, sizeof *tree->decrease, room);
    reorder(tree->missing, order, n, sizeof *tree->missing, room);
    reorder(tree->value, leaf_order, tree->n_leaves, value, room);
    ca_free(tree->split_value);
    tree->split_value = NULL;
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
    forest->feature_importances = cauce_keep(run, forest->n_features, sizeof *forest->feature_importances);
    if (!forest->tree_offset || !forest->split_feature || !forest->split_threshold || !forest->split_leaves ||
        !forest->leaf_value || !forest->split_missing || !forest->feature_importances)
        return CA_NOMEM(run);
    return CAUCE_OK;
}

/* Copies tree t, whose splits begin at `at`. */
static void copy_tree(ca_forest *forest, const ca_leaf_table *table, const ca_tree *tree, int64_t t,
                      int64_t at) {
    size_t n = (size_t)tree->n_splits, leaves = (size_t)tree->n_leaves, k = (size_t)forest->n_outputs;
    forest->tree_offset[t] = at;
    if (n) {
        memcpy(forest->split_feature + at, tree->feature, n * sizeof *tree->feature);
        memcpy(forest->split_threshold + at, tree->threshold, n * sizeof *tree->threshold);
        memcpy(forest->split_missing + at, tree->missing, n * sizeof *tree->missing);
    }
    for (int64_t i = 0; i < tree->n_splits; i++)
        forest->split_leaves[at + i] = (uint8_t)((tree->left[i] < 0) | (tree->right[i] < 0) << 1);
    if (table->n)
        memcpy(forest->leaf_index + at + t, table->index + at + t, leaves * sizeof *table->index);
    else
        memcpy(forest->leaf_value + (at + t) * forest->n_outputs, tree->value,
               leaves * k * sizeof *tree->value);
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

static cauce_status join(cauce_run *run, const ca_tree *trees, int64_t n_trees, const ca_bins *bins,
                         const ca_leaf_table *table, ca_forest *forest) {
    forest->n_offsets = n_trees + 1;
    forest->n_features = bins->n_columns;
    forest->n_outputs = trees[0].n_outputs;
    forest->n_splits = 0;
    for (int64_t t = 0; t < n_trees; t++) forest->n_splits += trees[t].n_splits;
    forest->n_values = table->n ? table->n : forest->n_splits + n_trees;
    forest->n_index = table->n ? forest->n_splits + n_trees : 0;
    forest->n_sides = forest->n_splits;
    CA_TRY(keep_arrays(run, forest));
    int64_t at = 0;
    for (int64_t t = 0; t < n_trees; t++) {
        copy_tree(forest, table, &trees[t], t, at);
        at += trees[t].n_splits;
    }
    if (table->n)
        memcpy(forest->leaf_value, table->values,
               table->n * (size_t)forest->n_outputs * sizeof *forest->leaf_value);
    forest->tree_offset[n_trees] = at;
    return keep_columns(run, bins, forest);
}

cauce_status ca_forest_join(cauce_run *run, const ca_tree *trees, int64_t n_trees, const ca_bins *bins,
                            ca_forest *forest) {
    ca_leaf_table table;
    cauce_status status = ca_leaves_collect(run, trees, n_trees, &table);
    if (status == CAUCE_OK) status = join(run, trees, n_trees, bins, &table, forest);
    ca_leaves_free(&table);
    return status;
}
