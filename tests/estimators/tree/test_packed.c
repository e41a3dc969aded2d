/* Trees that are packed and joined are those that were grown: few values of leaves, one for each leaf, and so
 * many in all trees that the forest keeps no table of them. */
#include "tree/packed.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/run.h"
#include "estimators/same_trees.h"
#include "support/failing.h"

enum { TREES = 5, COLUMNS = 7 };

/* Of random shape; leaves have so many values, or (0) one each. Those of the next tree are `apart` further.
 */
typedef struct kind {
    int64_t splits[TREES], n_outputs;
    int values, apart;
    bool table; /* the forest has one */
} kind;

static void grow(cauce_run *run, int tree_number, const kind *k, ca_tree *tree) {
    const int64_t n_splits = k->splits[tree_number];
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "packed", (uint64_t)tree_number);
    *tree = (ca_tree){ .n_outputs = k->n_outputs };
    ck_assert_int_eq(ca_tree_reserve(run, tree, 1), CAUCE_OK);
    int64_t open = n_splits ? 1 : 0, leaves = n_splits ? 0 : 1;
    for (int64_t i = 0; i < n_splits; i++) {
        int32_t id;
        double decrease = (double)cauce_rng_below(&rng, 3);
        ck_assert_int_eq(ca_tree_add_split(run, tree, (int32_t)cauce_rng_below(&rng, COLUMNS),
                                           cauce_rng_uniform(&rng), decrease, (uint8_t)(i % 3 == 0), &id),
                         CAUCE_OK);
        for (int side = 0; side < 2; side++) {
            bool go_on = open <= i + 1 || cauce_rng_below(&rng, 2);
            int64_t child = go_on && open < n_splits ? open++ : ~leaves++;
            (side ? tree->right : tree->left)[i] = (int32_t)child;
        }
    }
    for (int64_t i = 0; i < leaves; i++) {
        int32_t id;
        double *value;
        ck_assert_int_eq(ca_tree_add_leaf(run, tree, &id, &value), CAUCE_OK);
        for (int64_t c = 0; c < k->n_outputs; c++)
            value[c] = (double)(k->values ? 11 * i % k->values : i) + (double)(tree_number * k->apart) +
                       0.5 * (double)c;
    }
    ck_assert_int_eq(tree->n_leaves, tree->n_splits + 1);
}

static void check_shares(const ca_tree *tree, const ca_packed_tree *packed) {
    double own[COLUMNS] = { 0 }, total = 0;
    int64_t n = 0;
    for (int64_t i = 0; i < tree->n_splits; i++) own[tree->feature[i]] += tree->decrease[i];
    for (int j = 0; j < COLUMNS; j++) total += own[j];
    for (int j = 0; j < COLUMNS; j++) {
        if (own[j] == 0) continue;
        ck_assert_int_eq(packed->share_column[n], j);
        ck_assert_double_eq(packed->share[n++], own[j] / total);
    }
    ck_assert_int_eq(packed->n_shares, n);
}

/* same_trees knows of decreases, which a forest does not keep. */
static void forget_decreases(ca_tree *tree) {
    for (int64_t i = 0; i < tree->n_splits; i++) tree->decrease[i] = 0;
}

static void pack_and_join(const kind *k) {
    ca_keep keep = { 0 };
    cauce_run run;
    ca_run_begin(&run);
    run.keep = &keep;
    ca_bins bins = { .n_columns = COLUMNS, .columns = cauce_scratch(&run, COLUMNS, sizeof(ca_bin_column)) };
    ca_tree trees[TREES];
    ca_packed_tree packed[TREES] = { { 0 } };
    ca_forest forest = { 0 };
    for (int t = 0; t < TREES; t++) {
        grow(&run, t, k, &trees[t]);
        ck_assert_int_eq(ca_tree_pack(&run, &trees[t], COLUMNS, &packed[t]), CAUCE_OK);
        check_shares(&trees[t], &packed[t]);
    }
    ck_assert_int_eq(ca_forest_join(&run, packed, TREES, &bins, &forest), CAUCE_OK);
    ck_assert_int_eq(forest.n_index > 0, k->table);
    for (int t = 0; t < TREES; t++) {
        ca_tree again = { 0 };
        ck_assert_ptr_null(packed[t].memory);
        ck_assert_int_eq(ca_forest_tree(&run, &forest, t, &again), CAUCE_OK);
        forget_decreases(&trees[t]);
        same_trees(&trees[t], &again);
        ca_tree_free(&again);
        ca_tree_free(&trees[t]);
    }
    ca_run_end(&run);
    ca_arena_free(&keep.arena);
}

START_TEST(few_values) {
    for (int64_t outputs = 1; outputs < 4; outputs++)
        pack_and_join(&(kind){ { 100, 0, 1, 700, 33 }, outputs, 9, 1, true });
}
END_TEST

START_TEST(one_value_each) {
    for (int64_t outputs = 1; outputs < 4; outputs++)
        pack_and_join(&(kind){ { 100, 0, 1, 700, 33 }, outputs, 0, 1000, false });
}
END_TEST

/* There are 65536 numbers: too few for the first tree, or for what the trees that have a table each have. */
START_TEST(many_values) {
    pack_and_join(&(kind){ { 90000, 90000, 10, 0, 400 }, 1, 70000, 0, false });
    pack_and_join(&(kind){ { 90000, 90000, 10, 0, 400 }, 1, 40000, 40000, false });
    pack_and_join(&(kind){ { 90000, 90000, 10, 0, 400 }, 2, 40000, 0, true });
}
END_TEST

START_TEST(no_memory) {
    failing_install(); /* this test comes first */
    FAILING_EACH(pass) {
        ca_keep keep = { 0 };
        cauce_run run;
        ca_run_begin(&run);
        run.keep = &keep;
        ca_bin_column columns[COLUMNS] = { { 0 } };
        ca_bins bins = { .n_columns = COLUMNS, .columns = columns };
        ca_packed_tree packed = { 0 };
        ca_forest forest = { 0 };
        ca_tree again = { 0 };
        double threshold[1] = { 0.5 }, decrease[1] = { 1 }, value[2] = { 1, 2 };
        int32_t feature[1] = { 3 }, left[1] = { -1 }, right[1] = { -2 };
        uint8_t missing[1] = { 1 };
        const ca_tree tree = { .n_splits = 1,
                               .n_leaves = 2,
                               .n_outputs = 1,
                               .feature = feature,
                               .left = left,
                               .right = right,
                               .threshold = threshold,
                               .decrease = decrease,
                               .missing = missing,
                               .value = value };
        cauce_status status = ca_tree_pack(&run, &tree, COLUMNS, &packed);
        if (status == CAUCE_OK) status = ca_forest_join(&run, &packed, 1, &bins, &forest);
        if (status == CAUCE_OK) status = ca_forest_tree(&run, &forest, 0, &again);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_tree_free(&again);
        ca_packed_free(&packed);
        ca_run_end(&run);
        ca_arena_free(&keep.arena);
    }
}
END_TEST

TEST_MAIN("packed", TEST(no_memory), TEST(few_values), TEST(one_value_each), TEST(many_values))
