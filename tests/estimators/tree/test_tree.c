/* A tree that grows beyond what was reserved for it, whatever that was. */
#include "base/run.h"
#include "support/check_main.h"
#include "tree/tree.h"

START_TEST(grows_beyond_what_was_reserved) {
    cauce_run run;
    ca_run_begin(&run);
    for (int64_t reserved = 0; reserved < 70; reserved++) {
        ca_tree tree = { .n_outputs = 2 };
        ck_assert_int_eq(ca_tree_reserve(&run, &tree, reserved), CAUCE_OK);
        for (int32_t i = 0; i < 200; i++) {
            int32_t split, leaf;
            double *value;
            ck_assert_int_eq(ca_tree_add_split(&run, &tree, i, i, 0, 0, &split), CAUCE_OK);
            ck_assert_int_eq(ca_tree_add_leaf(&run, &tree, &leaf, &value), CAUCE_OK);
            value[0] = value[1] = i;
            ck_assert(split == i && leaf == i);
            ck_assert(tree.split_room >= tree.n_splits && tree.leaf_room >= tree.n_leaves);
        }
        for (int32_t i = 0; i < 200; i++)
            ck_assert(tree.feature[i] == i && tree.threshold[i] == i && tree.value[2 * i + 1] == i);
        ca_tree_free(&tree);
    }
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("tree", TEST(grows_beyond_what_was_reserved))
