/* Trees grown on their own, and two of them compared byte by byte. */
#ifndef TESTS_ESTIMATORS_SAME_TREES_H
#define TESTS_ESTIMATORS_SAME_TREES_H

#include "base/run.h"
#include "support/check_main.h"
#include "tree/grow.h"

/* ca_tree_grow, and its scratch memory given back. */
static inline cauce_status grow_tree(cauce_run *run, const ca_grow_plan *plan, uint64_t key,
                                     const uint32_t *rows, int64_t n, const double *weight, ca_tree *tree) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    cauce_status status = ca_tree_grow(run, plan, key, rows, n, weight, tree);
    ca_arena_back(&run->scratch, mark);
    return status;
}

static inline void same_trees(const ca_tree *a, const ca_tree *b) {
    ck_assert_int_eq(a->n_splits, b->n_splits);
    ck_assert_int_eq(a->n_leaves, b->n_leaves);
    size_t n = (size_t)a->n_splits;
    if (n == 0) return;
    ck_assert_mem_eq(a->feature, b->feature, n * sizeof *a->feature);
    ck_assert_mem_eq(a->left, b->left, n * sizeof *a->left);
    ck_assert_mem_eq(a->right, b->right, n * sizeof *a->right);
    ck_assert_mem_eq(a->threshold, b->threshold, n * sizeof *a->threshold);
    ck_assert_mem_eq(a->decrease, b->decrease, n * sizeof *a->decrease);
    ck_assert_mem_eq(a->missing, b->missing, n);
    ck_assert_mem_eq(a->value, b->value, (size_t)(a->n_leaves * a->n_outputs) * sizeof *a->value);
}

#endif
