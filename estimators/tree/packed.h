/* Grown trees while the others grow: no more of each than the forest will keep, in one piece of memory. */
#ifndef CA_TREE_PACKED_H
#define CA_TREE_PACKED_H

#include "tree/tree.h"

typedef struct ca_packed_tree {
    int64_t n_splits, n_outputs;
    int64_t n_values; /* rows of value: the distinct ones in the order of the leaves; 0: one for each leaf */
    int64_t n_shares; /* columns that decrease impurity; 0: the tree says nothing of that */
    double *threshold, *value, *share; /* share: of each such column in all that the tree decreases */
    int32_t *feature, *share_column;
    uint16_t *leaf;          /* row of value of each leaf; NULL: its own */
    uint8_t *ends, *missing; /* split_leaves and split_missing of ca_forest */
    void *memory;            /* owned: all of these */
} ca_packed_tree;

/* Packs a tree, by level, of a table of n_columns columns. The tree stays as it is. Free also after a
 * failure.
 */
cauce_status ca_tree_pack(cauce_run *run, const ca_tree *tree, int64_t n_columns, ca_packed_tree *packed);
void ca_packed_free(ca_packed_tree *packed);

/* Joins packed trees into a forest (arrays from cauce_keep); each is freed when it has been copied. */
cauce_status ca_forest_join(cauce_run *run, ca_packed_tree *trees, int64_t n_trees, const ca_bins *bins,
                            ca_forest *forest);

/* Tree t of a forest as it was grown, but for what its splits decreased. `tree` is zeroed; free it also after
 * a failure. */
cauce_status ca_forest_tree(cauce_run *run, const ca_forest *forest, int64_t t, ca_tree *tree);

#endif
