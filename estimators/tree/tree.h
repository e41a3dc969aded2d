/* Decision trees as flat arrays: what single trees and forests grow, keep and score.
 *
 * A tree of s splits has s + 1 leaves. A row goes left when x <= threshold; without a value it goes where the
 * split says. A category is the rank of its level; a level that was not there at fit is no value. A tree
 * without splits is its leaf 0. */
#ifndef CA_TREE_TREE_H
#define CA_TREE_TREE_H

#include "tree/bins.h"

/* One tree while it grows. Splits and leaves are numbered in the order in which they were made, at last level
 * by level; a child reference c >= 0 is split c of the same tree, c < 0 is leaf ~c. Arrays from ca_malloc,
 * given back with ca_tree_free. */
typedef struct ca_tree {
    int64_t n_splits, n_leaves, n_outputs;
    int64_t split_room, leaf_room;
    int32_t *feature, *left, *right;
    double *threshold, *decrease; /* decrease: of the impurity of all rows, times their weight */
    uint8_t *missing;             /* 1: rows without a value go right */
    double *value;                /* n_leaves x n_outputs */
    double *split_value; /* n_splits x n_outputs: what a split would predict as a leaf; with keep_values */
    bool keep_values;
    double weight; /* of all rows */
} ca_tree;

void ca_tree_free(ca_tree *tree);
/* Makes room for so many splits and their leaves beforehand. */
cauce_status ca_tree_reserve(cauce_run *run, ca_tree *tree, int64_t n_splits);
/* Appends a split (children are set later; values, when kept, are written by the caller) or a leaf (values
 * are written by the caller). A split comes after its parent. LIMIT beyond 2^31. */
cauce_status ca_tree_add_split(cauce_run *run, ca_tree *tree, int32_t feature, double threshold,
                               double decrease, uint8_t missing, int32_t *id);
cauce_status ca_tree_add_leaf(cauce_run *run, ca_tree *tree, int32_t *id, double **value);

/* A part of a tree that was grown as a tree of its own: a child of split `parent`, after so many splits and
 * leaves of the other tree. */
typedef struct ca_graft {
    ca_tree tree;
    int64_t splits, leaves;
    int32_t parent;
    bool is_left;
} ca_graft;

/* Joins a tree and its n grafts, in the order of their places: splits and leaves get the numbers that they
 * would have, had all been grown as one. The grafts are left without trees. Errors: LIMIT, NOMEM. */
cauce_status ca_tree_graft(cauce_run *run, ca_tree *tree, ca_graft *grafts, int64_t n);

/* Fails with LIMIT. */
cauce_status ca_tree_too_large(cauce_run *run);

/* Numbers splits and leaves of a grown tree as a forest does (below), and forgets the values of splits. */
cauce_status ca_tree_by_level(cauce_run *run, ca_tree *tree);

/* A fitted forest: the state struct of the components. The splits of tree t are offset[t] .. offset[t+1]-1,
 * its leaves offset[t] + t .. offset[t+1] + t (one more than splits).
 *
 * Splits, and likewise leaves, are numbered level by level, in each level from left to right: split 0 is the
 * root, and the children follow in the order of their parents, left before right. So it is enough to keep
 * which children are leaves; their numbers are counts (Jacobson, "Space-efficient static trees and graphs",
 * FOCS 1989, doi:10.1109/SFCS.1989.63533). */
typedef struct ca_forest {
    int64_t n_offsets, n_splits, n_outputs, n_features;
    int64_t n_values, n_index; /* rows of leaf_value; leaves, or 0: leaf i has value i */
    uint16_t *leaf_index;
    int64_t *tree_offset;
    int32_t *split_feature;
    uint8_t *split_leaves; /* bit 0: the left child is a leaf, bit 1: the right child is one */
    double *split_threshold;
    double *leaf_value;
    int64_t n_sides, n_seen, n_levels; /* n_splits, n_features or 0, levels of all category columns */
    uint8_t *split_missing, *missing_columns;
    int32_t *level_rank;
    double *feature_importances;
    /* What the importances are means of, for going on with the fit. In each row the sums of the columns and
     * the number of trees that counted: of feature_importances, of corrected_importances where they are, of
     * permutation_importances where they are. */
    int64_t n_sums, n_sum_columns; /* 1 to 3, n_features + 1 */
    double *importance_sums;
    int64_t n_oob; /* rows with an out-of-bag prediction array, 0 when not asked for */
    double *oob_prediction;
    double oob_score;
    int64_t n_corrected, n_permuted; /* n_features, 0 when not asked for */
    double *corrected_importances, *permutation_importances;
    /* With a quantile: the targets that the leaves were made of, as numbers of distinct ones. The entries of
     * leaf i are leaf_start[i] .. leaf_start[i+1]-1, ascending; without weights each counts 1. */
    int64_t n_starts, n_entries, n_weights, n_targets;
    int64_t *leaf_start;
    uint32_t *leaf_target;
    double *leaf_weight, *targets;
    int64_t n_path; /* steps of the pruning path of a single tree, 0 when not asked for */
    double *ccp_alphas, *impurities;
} ca_forest;

static inline int64_t ca_forest_leaves(const ca_forest *forest) {
    return forest->n_splits + forest->n_offsets - 1;
}
static inline const double *ca_forest_leaf(const ca_forest *forest, int64_t leaf) {
    return forest->leaf_value + (forest->n_index ? forest->leaf_index[leaf] : leaf) * forest->n_outputs;
}

/* The state rows that every forest has; T is the struct (ca_forest). */
#define CA_FOREST_STATE(T)                                                                                   \
    CAUCE_ARRAY(T, tree_offset, CAUCE_I64, n_offsets,                                                        \
                "First split of each tree, and the number of splits."),                                      \
        CAUCE_ARRAY(T, split_feature, CAUCE_I32, n_splits, "Column that a split looks at."),                 \
        CAUCE_ARRAY(T, split_threshold, CAUCE_F64, n_splits, "Rows with value <= threshold go left."),       \
        CAUCE_ARRAY(T, split_leaves, CAUCE_U8, n_splits,                                                     \
                    "1: the left child is a leaf, 2: the right one, 3: both; splits go level by level."),    \
        CAUCE_MATRIX(T, leaf_value, CAUCE_F64, n_values, n_outputs, "What leaves predict."),                 \
        CAUCE_ARRAY(T, leaf_index, CAUCE_U16, n_index,                                                       \
                    "Row of leaf_value for each leaf; absent when each has its own."),                       \
        CAUCE_ARRAY(T, split_missing, CAUCE_U8, n_sides,                                                     \
                    "Where rows without a value go: 0 left, 1 right. Not in models of older versions, "      \
                    "which take none."),                                                                     \
        CAUCE_ARRAY(T, missing_columns, CAUCE_U8, n_seen,                                                    \
                    "1: training rows had missing numbers in the column; absent when none had."),            \
        CAUCE_ARRAY(T, level_rank, CAUCE_I32, n_levels,                                                      \
                    "Categories: the number that each level is to the splits, column after column."),        \
        CAUCE_ARRAY(T, feature_importances, CAUCE_F64, n_features,                                           \
                    "Share of each column in the decrease of impurity; sums to 1.")

/* Checks a forest that came from a file: every index that scoring uses. Linear time, no recursion. */
cauce_status ca_forest_verify(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                              int64_t n_outputs);

#endif
