/* Two fitted forests, byte by byte. */
#ifndef TESTS_ESTIMATORS_SAME_FORESTS_H
#define TESTS_ESTIMATORS_SAME_FORESTS_H

#include <string.h>

#include "support/check_main.h"
#include "tree/tree.h"

static inline void same_forest(const ca_forest *a, const ca_forest *b) {
    ck_assert_int_eq(a->n_splits, b->n_splits);
    ck_assert_int_eq(a->n_offsets, b->n_offsets);
    size_t n = (size_t)a->n_splits;
    ck_assert(memcmp(a->tree_offset, b->tree_offset, (size_t)a->n_offsets * 8) == 0);
    ck_assert(memcmp(a->split_feature, b->split_feature, n * 4) == 0);
    ck_assert(memcmp(a->split_threshold, b->split_threshold, n * 8) == 0);
    ck_assert(memcmp(a->split_leaves, b->split_leaves, n) == 0);
    ck_assert(a->n_values == b->n_values && a->n_index == b->n_index);
    ck_assert(memcmp(a->leaf_value, b->leaf_value, (size_t)(a->n_values * a->n_outputs) * 8) == 0);
    if (a->n_index) ck_assert(memcmp(a->leaf_index, b->leaf_index, (size_t)a->n_index * 2) == 0);
    ck_assert(memcmp(a->feature_importances, b->feature_importances, (size_t)a->n_features * 8) == 0);
    ck_assert_int_eq(a->n_sides, b->n_sides);
    ck_assert(memcmp(a->split_missing, b->split_missing, n) == 0);
    ck_assert_int_eq(a->n_oob, b->n_oob);
    if (a->n_oob)
        ck_assert(memcmp(a->oob_prediction, b->oob_prediction, (size_t)(a->n_oob * a->n_outputs) * 8) == 0);
}

#endif
