/* Pieces of a tree, joined, are numbered as the tree is. */
#include "base/run.h"
#include "estimators/tree_support.h"

/* Splits and leaves in the order of a walk; each split has two children, a leaf where `text` says so: "s" a
 * split, "l" a leaf, "0" .. "9" a piece. The column of a split and the value of a leaf are counted up. */
typedef struct walk {
    const char *at;
    ca_tree *tree;
    ca_graft *grafts;
    const char *const *pieces;
    int32_t *column;
    double *value;
} walk;

static void link_to(ca_tree *tree, int32_t parent, bool left, int32_t child) {
    if (parent >= 0) (left ? tree->left : tree->right)[parent] = child;
}

static void follow(cauce_run *run, walk *w, int32_t parent, bool left);

static void make_piece(cauce_run *run, walk *w, int32_t parent, bool left, int i) {
    w->grafts[i] = (ca_graft){
        { .n_outputs = 1, .keep_values = true }, w->tree->n_splits, w->tree->n_leaves, parent, left
    };
    walk below = { w->pieces[i], &w->grafts[i].tree, NULL, NULL, w->column, w->value };
    follow(run, &below, -1, true);
}

static void follow(cauce_run *run, walk *w, int32_t parent, bool left) {
    char what = *w->at++;
    int32_t id;
    double *value;
    if (what == 's') {
        ck_assert_int_eq(ca_tree_add_split(run, w->tree, *w->column, *w->column * 0.5, *w->column * 3,
                                           *w->column % 2 == 1, &id),
                         CAUCE_OK);
        w->tree->split_value[id] = *w->column + 0.25;
        ++*w->column;
        link_to(w->tree, parent, left, id);
        follow(run, w, id, true);
        follow(run, w, id, false);
    } else if (what == 'l') {
        ck_assert_int_eq(ca_tree_add_leaf(run, w->tree, &id, &value), CAUCE_OK);
        *value = ++*w->value;
        link_to(w->tree, parent, left, -1 - id);
    } else {
        make_piece(run, w, parent, left, what - '0');
    }
}

static ca_tree make(cauce_run *run, const char *text, ca_graft *grafts, const char *const *pieces) {
    ca_tree tree = { .n_outputs = 1, .keep_values = true };
    int32_t column = 0;
    double value = 0;
    walk w = { text, &tree, grafts, pieces, &column, &value };
    follow(run, &w, -1, true);
    return tree;
}

START_TEST(joined) {
    static const char *const pieces[] = { "ssllsll", "l", "slsll" };
    cauce_run run;
    ca_graft grafts[3];
    ca_run_begin(&run);
    ca_tree whole = make(&run, "ssssllsllsllssslslllsll", NULL, NULL);
    ca_tree tree = make(&run, "ss0sl1ss2lsll", grafts, pieces);
    ck_assert_int_eq(ca_tree_graft(&run, &tree, grafts, 3), CAUCE_OK);
    same_trees(&whole, &tree);
    ck_assert_mem_eq(whole.split_value, tree.split_value, (size_t)whole.n_splits * sizeof(double));
    for (int i = 0; i < 3; i++) ck_assert_ptr_null(grafts[i].tree.feature);
    ca_tree_free(&whole);
    ca_tree_free(&tree);
    ca_run_end(&run);
}
END_TEST

START_TEST(too_many_splits) {
    cauce_run run;
    ca_graft graft;
    static const char *const pieces[] = { "sll" };
    ca_run_begin(&run);
    ca_tree tree = make(&run, "s0l", &graft, pieces);
    graft.tree.n_splits = INT32_MAX;
    ck_assert_int_eq(ca_tree_graft(&run, &tree, &graft, 1), CAUCE_E_LIMIT);
    ck_assert_int_eq(tree.n_splits, 1);
    ca_tree_free(&graft.tree);
    ca_tree_free(&tree);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("graft", TEST(joined), TEST(too_many_splits))
