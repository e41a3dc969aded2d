/* Growing one tree: depth first, or best split first when the number of leaves is limited.
 *
 * Splits are exact: every cut between two neighbouring values of a drawn column is considered. The best gain
 * wins; among equal gains the lowest column, then the lowest threshold: the tree does not depend on the order
 * in which columns are looked at, rows are summed or nodes are grown.
 *
 * Weights become whole numbers once per tree (unchanged when they are whole already, otherwise scaled so that
 * they add up to about 2^52), targets once per node (offsets from a centre in units that let all sums stay
 * below 2^52). So every sum is exact. */
#ifndef CA_TREE_GROW_H
#define CA_TREE_GROW_H

#include "tree/bins.h"
#include "tree/criterion.h"
#include "tree/interactions.h"
#include "tree/tree.h"

enum { CA_BEST_CUTS, CA_RANDOM_CUTS };

/* What all trees of a forest share. */
typedef struct ca_grow_plan {
    const ca_bins *bins;
    ca_criterion criterion;
    int32_t n_classes;      /* 0: regression */
    const int32_t *y_class; /* by row */
    const double *y;
    ca_bin_column target;                        /* absolute error: the codes of y */
    int64_t max_depth, max_leaf_nodes;           /* INT64_MAX: no limit */
    int64_t min_samples_split, min_samples_leaf; /* rows, however often drawn */
    double min_weight_fraction_leaf, min_impurity_decrease;
    int64_t max_features;    /* columns drawn per node, 1 .. n_columns */
    bool random_cuts;        /* one cut of each column, drawn uniformly, instead of all */
    bool keep_values;        /* of splits too: for pruning */
    const int8_t *monotonic; /* of each column: see monotone.h; NULL: none */
    ca_interactions interactions;
    ca_xlogx logs;                        /* entropy only */
    const struct ca_random_table *random; /* of random cuts: see random_rows.h; NULL: none */
} ca_grow_plan;

/* Grows a tree on rows[0 .. n-1] (ascending, n >= 1) of the coded table with the weights (> 0) weight[row].
 * What is drawn in its nodes hangs on the key alone: see draws.h. `tree` is zeroed; free it also after a
 * failure. */
cauce_status ca_tree_grow(cauce_run *run, const ca_grow_plan *plan, uint64_t key, const uint32_t *rows,
                          int64_t n, const double *weight, ca_tree *tree);

/* The same on the rows that count at least once, as often as times[row] says; some do. The times are
 * overwritten. */
cauce_status ca_tree_grow_times(cauce_run *run, const ca_grow_plan *plan, uint64_t key, uint32_t *times,
                                ca_tree *tree);

/* Mean impurity of rows in one node: the root's, for the pruning path. */
double ca_impurity_of(const ca_grow_plan *plan, const uint32_t *rows, int64_t n, const double *weight,
                      const double *value);

#endif
