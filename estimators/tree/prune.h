/* Minimal cost-complexity pruning: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees",
 * 1984, chapter 3. The impurity that a branch takes away is the sum of the decreases of its splits, and it
 * has one leaf more than splits: a branch is cut when its splits decrease the impurity by at most alpha each,
 * on average. */
#ifndef CA_TREE_PRUNE_H
#define CA_TREE_PRUNE_H

#include "tree/tree.h"

/* Cuts the tree back to the smallest one that is best at `alpha`, a decrease of mean impurity. Needs
 * tree->split_value. */
cauce_status ca_tree_prune(cauce_run *run, ca_tree *tree, double alpha);

/* Cuts the weakest branch again and again, down to the root. alphas[i]: the alpha from which on i branches
 * are cut; impurities[i]: of all leaves then, where `impurity` is that of the root. Both have room for
 * n_splits + 1 numbers; *n of them are written. The tree stays as it is. */
cauce_status ca_tree_pruning_path(cauce_run *run, const ca_tree *tree, double impurity, double *alphas,
                                  double *impurities, int64_t *n);

#endif
