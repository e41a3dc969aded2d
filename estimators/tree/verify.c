/* Everything that scoring takes from a model file as an index or a bound is checked here once, so that
 * scoring need not. */
#include <math.h>

#include "base/run.h"
#include "tree/tree.h"

static cauce_status bad(cauce_run *run, int64_t tree, int64_t split, const char *what) {
    return cauce_fail(run, CAUCE_E_FORMAT, "tree %lld, split %lld: %s", (long long)tree, (long long)split,
                      what);
}

static cauce_status verify_lengths(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                                   int64_t n_outputs) {
    if (forest->n_offsets < 2)
        return cauce_fail(run, CAUCE_E_FORMAT, "a forest has at least one tree, this one has none");
    int64_t n_trees = forest->n_offsets - 1;
    if (forest->n_outputs != n_outputs)
        return cauce_fail(run, CAUCE_E_FORMAT, "leaves hold %lld numbers, expected %lld",
                          (long long)forest->n_outputs, (long long)n_outputs);
    if (forest->n_features != in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "the forest has %lld columns, its input has %lld",
                          (long long)forest->n_features, (long long)in->width);
    if (forest->n_splits < 0 || forest->n_leaves - n_trees != forest->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld splits and %lld leaves do not make %lld trees",
                          (long long)forest->n_splits, (long long)forest->n_leaves, (long long)n_trees);
    return CAUCE_OK;
}

static cauce_status verify_offsets(cauce_run *run, const ca_forest *forest) {
    int64_t n_trees = forest->n_offsets - 1;
    const int64_t *offset = forest->tree_offset;
    if (offset[0] != 0 || offset[n_trees] != forest->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "the trees do not cover the splits");
    for (int64_t t = 0; t < n_trees; t++)
        if (offset[t + 1] < offset[t] || offset[t + 1] - offset[t] > INT32_MAX - 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "tree %lld goes from split %lld to %lld", (long long)t,
                              (long long)offset[t], (long long)offset[t + 1]);
    return CAUCE_OK;
}

/* A child reference must be a later split or a leaf of the tree, and nobody else's child. */
static const char *claim(int32_t child, int64_t split, int64_t n_splits, uint8_t *split_taken,
                         uint8_t *leaf_taken) {
    if (child >= 0) {
        if (child <= split) return "a child comes before its parent";
        if (child >= n_splits) return "a child is outside of the tree";
        if (split_taken[child]++) return "two parents have the same child";
        return NULL;
    }
    int64_t leaf = -1 - (int64_t)child;
    if (leaf > n_splits) return "a leaf is outside of the tree";
    return leaf_taken[leaf]++ ? "two parents have the same leaf" : NULL;
}

static cauce_status verify_tree(cauce_run *run, const ca_forest *forest, int64_t t, uint8_t *taken) {
    int64_t at = forest->tree_offset[t], n = forest->tree_offset[t + 1] - at;
    uint8_t *leaf_taken = taken + n;
    for (int64_t i = 0; i < 2 * n + 1; i++) taken[i] = 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t feature = forest->split_feature[at + i];
        if (feature < 0 || feature >= forest->n_features) return bad(run, t, i, "no such column");
        if (isnan(forest->split_threshold[at + i])) return bad(run, t, i, "the threshold is not a number");
        const char *wrong = claim(forest->left_child[at + i], i, n, taken, leaf_taken);
        if (!wrong) wrong = claim(forest->right_child[at + i], i, n, taken, leaf_taken);
        if (wrong) return bad(run, t, i, wrong);
    }
    return CAUCE_OK;
}

cauce_status ca_forest_verify(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                              int64_t n_outputs) {
    CA_TRY(verify_lengths(run, forest, in, n_outputs));
    CA_TRY(verify_offsets(run, forest));
    int64_t n_trees = forest->n_offsets - 1, largest = 0;
    for (int64_t t = 0; t < n_trees; t++) {
        int64_t n = forest->tree_offset[t + 1] - forest->tree_offset[t];
        if (n > largest) largest = n;
    }
    uint8_t *taken = cauce_scratch(run, 2 * largest + 1, 1);
    if (!taken) return CA_NOMEM(run);
    for (int64_t t = 0; t < n_trees; t++) CA_TRY(verify_tree(run, forest, t, taken));
    for (int64_t i = 0; i < forest->n_leaves * forest->n_outputs; i++)
        if (!isfinite(forest->leaf_value[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf number %lld is not finite", (long long)i);
    return CAUCE_OK;
}
