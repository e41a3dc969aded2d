/* A tree of pieces that were grown apart becomes one. Depth first, the splits and leaves of a part have
 * numbers in a row: they are put between those of the other tree. */
#include <string.h>

#include "base/run.h"
#include "tree/tree.h"

/* Appends splits from .. to - 1 of a tree, with the references that they have. */
static void append_splits(ca_tree *tree, const ca_tree *other, int64_t from, int64_t to) {
    const size_t n = (size_t)(to - from), k = (size_t)tree->n_outputs;
    const int64_t at = tree->n_splits;
    if (n == 0) return;
    memcpy(tree->feature + at, other->feature + from, n * sizeof *tree->feature);
    memcpy(tree->left + at, other->left + from, n * sizeof *tree->left);
    memcpy(tree->right + at, other->right + from, n * sizeof *tree->right);
    memcpy(tree->threshold + at, other->threshold + from, n * sizeof *tree->threshold);
    memcpy(tree->decrease + at, other->decrease + from, n * sizeof *tree->decrease);
    memcpy(tree->missing + at, other->missing + from, n * sizeof *tree->missing);
    if (tree->keep_values)
        memcpy(tree->split_value + at * tree->n_outputs, other->split_value + from * tree->n_outputs,
               n * k * sizeof *tree->split_value);
    tree->n_splits += to - from;
}

static void append_leaves(ca_tree *tree, const ca_tree *other, int64_t from, int64_t to) {
    const size_t n = (size_t)(to - from) * (size_t)tree->n_outputs;
    if (n)
        memcpy(tree->value + tree->n_leaves * tree->n_outputs, other->value + from * tree->n_outputs,
               n * sizeof *tree->value);
    tree->n_leaves += to - from;
}

/* References of splits from .. on go so many splits and leaves further. */
static void shift(ca_tree *tree, int64_t from, int64_t splits, int64_t leaves) {
    for (int64_t i = from; i < tree->n_splits; i++) {
        int32_t *child[2] = { &tree->left[i], &tree->right[i] };
        for (int side = 0; side < 2; side++)
            *child[side] += *child[side] < 0 ? -(int32_t)leaves : (int32_t)splits;
    }
}

/* New numbers of the splits and leaves of the tree that is grafted on. */
typedef struct numbers {
    int32_t *split, *leaf;
} numbers;

static void append_between(ca_tree *whole, const ca_tree *tree, int64_t from_split, int64_t to_split,
                           int64_t from_leaf, int64_t to_leaf, const numbers *now) {
    for (int64_t i = from_split; i < to_split; i++)
        now->split[i] = (int32_t)(whole->n_splits + i - from_split);
    for (int64_t i = from_leaf; i < to_leaf; i++) now->leaf[i] = (int32_t)(whole->n_leaves + i - from_leaf);
    append_splits(whole, tree, from_split, to_split);
    append_leaves(whole, tree, from_leaf, to_leaf);
}

/* A graft's parent comes before it, and so has its number already; its link is set when all others have been
 * renumbered, and is kept in `splits` until then. */
static void append_all(ca_tree *whole, const ca_tree *tree, ca_graft *grafts, int64_t n, const numbers *now) {
    int64_t split = 0, leaf = 0;
    for (int64_t i = 0; i < n; i++) {
        ca_graft *graft = &grafts[i];
        append_between(whole, tree, split, graft->splits, leaf, graft->leaves, now);
        split = graft->splits;
        leaf = graft->leaves;
        const int64_t first_split = whole->n_splits, first_leaf = whole->n_leaves;
        graft->splits = graft->tree.n_splits ? first_split : ~first_leaf;
        append_splits(whole, &graft->tree, 0, graft->tree.n_splits);
        append_leaves(whole, &graft->tree, 0, graft->tree.n_leaves);
        shift(whole, first_split, first_split, first_leaf);
        ca_tree_free(&graft->tree);
    }
    append_between(whole, tree, split, tree->n_splits, leaf, tree->n_leaves, now);
    for (int64_t i = 0; i < tree->n_splits; i++) {
        int32_t *child[2] = { &whole->left[now->split[i]], &whole->right[now->split[i]] };
        for (int side = 0; side < 2; side++)
            *child[side] = *child[side] < 0 ? ~now->leaf[~*child[side]] : now->split[*child[side]];
    }
    for (int64_t i = 0; i < n; i++) {
        const ca_graft *graft = &grafts[i];
        (graft->is_left ? whole->left : whole->right)[now->split[graft->parent]] = (int32_t)graft->splits;
    }
}

cauce_status ca_tree_graft(cauce_run *run, ca_tree *tree, ca_graft *grafts, int64_t n) {
    int64_t splits = tree->n_splits;
    for (int64_t i = 0; i < n; i++) splits += grafts[i].tree.n_splits;
    if (splits >= INT32_MAX) return ca_tree_too_large(run);
    ca_tree whole = { .n_outputs = tree->n_outputs,
                      .keep_values = tree->keep_values,
                      .weight = tree->weight };
    numbers now = { cauce_scratch(run, tree->n_splits, sizeof *now.split),
                    cauce_scratch(run, tree->n_leaves, sizeof *now.leaf) };
    cauce_status status = now.split && now.leaf ? ca_tree_reserve(run, &whole, splits) : CA_NOMEM(run);
    if (status != CAUCE_OK) {
        ca_tree_free(&whole);
        return status;
    }
    append_all(&whole, tree, grafts, n, &now);
    ca_tree_free(tree);
    *tree = whole;
    return CAUCE_OK;
}
