#include "tree/tree.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"

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
