/* A tree does not know how many threads grow it. */
#include "base/context.h"
#include "base/run.h"
#include "estimators/tree_support.h"
#include "support/failing.h"
#include "tree/grow.h"
#include "tree/records.h"

typedef struct kind {
    ca_criterion criterion;
    int32_t n_classes;
    int64_t rows, max_features, min_samples_leaf, max_leaf_nodes;
    bool random_cuts, heavy, keep_values, monotonic, interactions;
} kind;

enum { MANY = CLASSES, FEW = 12000 };

static const kind kinds[] = {
    { .criterion = CA_GINI, .n_classes = 2 },
    { .criterion = CA_GINI, .n_classes = MANY, .keep_values = true },
    { .criterion = CA_SQUARED_ERROR },
    { .criterion = CA_SQUARED_ERROR, .heavy = true, .min_samples_leaf = 7 },
    { .criterion = CA_ENTROPY, .n_classes = 2, .heavy = true },
    { .criterion = CA_ENTROPY, .n_classes = MANY, .heavy = true },
    { .criterion = CA_POISSON, .rows = 5000 },
    { .criterion = CA_ABSOLUTE_ERROR, .rows = 3000 },
    { .criterion = CA_SQUARED_ERROR, .max_leaf_nodes = 300 },
    { .criterion = CA_GINI, .n_classes = 2, .max_leaf_nodes = 100 },
    { .criterion = CA_GINI, .n_classes = 2, .max_features = 25, .rows = 45000 },
    { .criterion = CA_SQUARED_ERROR, .max_features = 26, .rows = 45000 },
    { .criterion = CA_SQUARED_ERROR, .random_cuts = true, .rows = 9000 },
    { .criterion = CA_SQUARED_ERROR, .monotonic = true },
    { .criterion = CA_GINI, .n_classes = 2, .interactions = true },
};

typedef struct world {
    table *t;
    cauce_run run;
    ca_bins bins;
    ca_xlogx logs;
    ca_bin_column target;
    int8_t monotonic[64];
    uint64_t sets[64];
} world;

static world *begin(void) {
    world *w = calloc(1, sizeof *w);
    w->t = table_new();
    ca_run_begin(&w->run);
    ck_assert_int_eq(ca_bins_make(&w->run, &w->t->train, NULL, &w->bins), CAUCE_OK);
    ck_assert_int_eq(ca_records_make(&w->run, &w->bins), CAUCE_OK);
    ck_assert_int_eq(ca_xlogx_make(&w->run, 65536, &w->logs), CAUCE_OK);
    ck_assert_int_eq(ca_bins_code(&w->run, w->t->y, ROWS, &w->target), CAUCE_OK);
    ck_assert_int_lt(w->bins.n_columns, 64);
    w->monotonic[0] = 1;
    w->monotonic[12] = -1;
    for (int64_t j = 0; j < w->bins.n_columns; j++) w->sets[j] = j % 3 == 0 ? 3 : j % 3 == 1 ? 1 : 2;
    return w;
}

static void end(world *w) {
    ca_free(w->target.memory);
    ca_bins_free(&w->bins);
    ca_run_end(&w->run);
    free(w->t);
    free(w);
}

static ca_grow_plan plan_of(const world *w, const kind *k) {
    ca_grow_plan plan = { .bins = &w->bins,
                          .criterion = k->criterion,
                          .n_classes = k->n_classes,
                          .y_class = k->n_classes == 2 ? w->t->two : w->t->many,
                          .y = w->t->y,
                          .target = w->target,
                          .max_depth = INT64_MAX,
                          .max_leaf_nodes = k->max_leaf_nodes ? k->max_leaf_nodes : INT64_MAX,
                          .min_samples_split = 2,
                          .min_samples_leaf = k->min_samples_leaf ? k->min_samples_leaf : 1,
                          .max_features = k->max_features ? k->max_features : w->bins.n_columns,
                          .random_cuts = k->random_cuts,
                          .keep_values = k->keep_values,
                          .monotonic = k->monotonic ? w->monotonic : NULL,
                          .logs = w->logs };
    if (k->interactions) plan.interactions = (ca_interactions){ w->bins.n_columns, 1, w->sets };
    return plan;
}

static cauce_status grow(world *w, const kind *k, int threads, ca_tree *tree) {
    const ca_grow_plan plan = plan_of(w, k);
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "test", 0);
    ca_arena_mark mark = ca_arena_here(&w->run.scratch);
    w->run.threads = threads;
    cauce_status status = ca_tree_grow(&w->run, &plan, &rng, w->t->rows, k->rows ? k->rows : FEW,
                                       k->heavy ? w->t->heavy : w->t->weight, tree);
    ca_arena_back(&w->run.scratch, mark);
    return status;
}

START_TEST(threads_grow_the_same_trees) {
    static const int threads[] = { 1, 2, 7 };
    world *w = begin();
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        ca_tree trees[3] = { { 0 }, { 0 }, { 0 } };
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(grow(w, &kinds[k], threads[i], &trees[i]), CAUCE_OK);
            ck_assert_int_gt(trees[0].n_splits, 50);
            same_trees(&trees[0], &trees[i]);
            if (kinds[k].keep_values)
                ck_assert_mem_eq(trees[0].split_value, trees[i].split_value,
                                 (size_t)(trees[0].n_splits * trees[0].n_outputs) * sizeof(double));
        }
        for (int i = 0; i < 3; i++) ca_tree_free(&trees[i]);
    }
    end(w);
}
END_TEST

/* A part of the tree at a time loses three rows to its side: more levels than pieces. */
START_TEST(long_trees) {
    world *w = begin();
    const kind k = { .criterion = CA_SQUARED_ERROR, .rows = 9000 };
    for (int64_t r = 0; r < ROWS; r++) w->t->y[r] = ldexp(1, (int)((double)r / ROWS * 900));
    ca_tree trees[2] = { { 0 }, { 0 } };
    for (int i = 0; i < 2; i++) ck_assert_int_eq(grow(w, &k, 1 + i, &trees[i]), CAUCE_OK);
    same_trees(&trees[0], &trees[1]);
    for (int i = 0; i < 2; i++) ca_tree_free(&trees[i]);
    end(w);
}
END_TEST

START_TEST(failing_allocations) {
    const kind k = { .criterion = CA_GINI, .n_classes = 2, .rows = 5000, .interactions = true };
    failing_install();
    world *w = begin();
    FAILING_EACH(pass) {
        cauce_run run;
        ca_tree tree = { 0 };
        ca_run_begin(&run);
        run.threads = 2;
        const ca_grow_plan plan = plan_of(w, &k);
        cauce_rng rng;
        cauce_rng_init(&rng, 1, "test", 0);
        cauce_status status = ca_tree_grow(&run, &plan, &rng, w->t->rows, k.rows, w->t->weight, &tree);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_tree_free(&tree);
        ca_run_end(&run);
    }
    end(w);
}
END_TEST

START_TEST(cancelled) {
    world *w = begin();
    cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
    ca_tree tree = { 0 };
    w->run.context = ca_context_current();
    cauce_context_cancel(context);
    ck_assert_int_eq(grow(w, &kinds[0], 2, &tree), CAUCE_E_CANCELLED);
    ca_tree_free(&tree);
    end(w);
    cauce_context_use(before);
    cauce_context_free(context);
}
END_TEST

TEST_MAIN("team", TEST(threads_grow_the_same_trees), TEST(long_trees), TEST(failing_allocations),
          TEST(cancelled))
