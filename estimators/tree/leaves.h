/* The distinct leaf values of a forest: leaves of classification trees repeat a few shares, most of them 0
 * and 1, so that two bytes a leaf and a short table hold what would take eight bytes a class. */
#ifndef CA_TREE_LEAVES_H
#define CA_TREE_LEAVES_H

#include "tree/tree.h"

typedef struct ca_leaf_table {
    double *values; /* n of them, each of `width` numbers */
    uint32_t n;     /* 0: too many to be worth it */
    int64_t width;
    uint32_t *slots; /* 1 + number of the value, 0 = free */
    int bits;        /* 1 << bits slots */
    uint16_t *index; /* number of the value of each leaf, tree after tree */
} ca_leaf_table;

/* Collects them in the order of trees and leaves. Give back with ca_leaves_free, also after a failure. */
cauce_status ca_leaves_collect(cauce_run *run, const ca_tree *trees, int64_t n_trees, ca_leaf_table *table);
void ca_leaves_free(ca_leaf_table *table);

#endif
