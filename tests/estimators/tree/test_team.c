/* A tree does not know how many threads grow it. */
#include "base/context.h"
#include "base/run.h"
#include "estimators/same_forests.h"
#include "estimators/tree_support.h"
#include "support/component_harness.h"
#include "support/failing.h"
#include "tree/grow.h"
#include "tree/records.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor,
    cauce_extra_trees_classifier, cauce_extra_trees_regressor;

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
    { .criterion = CA_GINI, .n_classes = 2, .max_features = 5 },
    { .criterion = CA_SQUARED_ERROR, .max_features = 3, .keep_values = true },
    { .criterion = CA_GINI, .n_classes = MANY, .max_features = 1, .min_samples_leaf = 3 },
    { .criterion = CA_ENTROPY, .n_classes = 2, .max_features = 4, .max_leaf_nodes = 200 },
    { .criterion = CA_GINI, .n_classes = 2, .random_cuts = true, .max_features = 6 },
    { .criterion = CA_GINI,
      .n_classes = MANY,
      .random_cuts = true,
      .max_features = 2,
      .max_leaf_nodes = 200 },
    { .criterion = CA_SQUARED_ERROR, .monotonic = true, .max_features = 5 },
    { .criterion = CA_GINI, .n_classes = 2, .interactions = true, .max_features = 4 },
    { .criterion = CA_SQUARED_ERROR, .interactions = true, .random_cuts = true, .max_features = 7 },
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
    ck_assert_int_eq(ca_bins_make(&w->run, &w->t->problem.train, NULL, CA_BINS_WITH_VALUES, &w->bins),
                     CAUCE_OK);
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
    table_free(w->t);
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
    w->run.threads = threads;
    return grow_tree(&w->run, &plan, 0x5eed, w->t->rows, k->rows ? k->rows : FEW,
                     k->heavy ? w->t->heavy : w->t->weight, tree);
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

/* What a node draws hangs on the way to it: with room for all leaves, best first makes the same splits. It
 * hands no constant columns down, so that these do not show either. */
START_TEST(orders_of_growth) {
    world *w = begin();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].max_leaf_nodes) continue;
        kind k = kinds[i];
        k.rows = 4000;
        k.keep_values = false;
        ca_tree trees[3] = { { 0 }, { 0 }, { 0 } };
        for (int way = 0; way < 3; way++) {
            k.max_leaf_nodes = way == 2 ? INT64_MAX - 1 : INT64_MAX;
            ck_assert_int_eq(grow(w, &k, way == 1 ? 7 : 1, &trees[way]), CAUCE_OK);
            ck_assert_int_eq(ca_tree_by_level(&w->run, &trees[way]), CAUCE_OK);
            same_trees(&trees[0], &trees[way]);
        }
        ck_assert_int_gt(trees[0].n_splits, 50);
        for (int way = 0; way < 3; way++) ca_tree_free(&trees[way]);
    }
    end(w);
}
END_TEST

/* Fewer trees than threads, and more: those that come last are shared. */
START_TEST(threads_fit_the_same_forests) {
    static const struct {
        const cauce_component *component;
        int32_t n_classes;
        const char *options;
    } forests[] = { { &cauce_random_forest_classifier, 2, "oob_score=true" },
                    { &cauce_random_forest_classifier, MANY, "max_features=0.3 class_weight=balanced" },
                    { &cauce_random_forest_regressor, 0, "max_features=0.4" },
                    { &cauce_random_forest_regressor, 0, "corrected_importances=true" },
                    { &cauce_extra_trees_classifier, 2, "" },
                    { &cauce_extra_trees_regressor, 0, "" } };
    enum { SOME = 4000, COLUMNS = WORDS + NUMBERS };
    static const int threads[] = { 1, 2, 7 }, trees[] = { 1, 2, 3, 10 };
    table *t = table_new();
    for (size_t f = 0; f < sizeof forests / sizeof *forests; f++)
        for (int n = 0; n < 4; n++) {
            harness h[3];
            char options[100];
            snprintf(options, sizeof options, "n_estimators=%d %s", trees[n], forests[f].options);
            for (int i = 0; i < 3; i++) {
                harness_begin(&h[i], forests[f].component, options, t->x[0], SOME, COLUMNS);
                h[i].blocks[0].stride = ROWS;
                h[i].train.n_classes = forests[f].n_classes;
                h[i].train.y = t->y;
                h[i].train.y_class = forests[f].n_classes == 2 ? t->two : t->many;
                h[i].run.threads = threads[i];
                harness_fit(&h[i]);
                same_forest(h[0].state, h[i].state);
            }
            for (int i = 0; i < 3; i++) harness_end(&h[i]);
        }
    table_free(t);
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
    const kind k = {
        .criterion = CA_GINI, .n_classes = 2, .rows = 5000, .interactions = true, .max_features = 12
    };
    failing_install();
    world *w = begin();
    FAILING_EACH(pass) {
        cauce_run run;
        ca_tree tree = { 0 };
        ca_run_begin(&run);
        run.threads = 2;
        const ca_grow_plan plan = plan_of(w, &k);
        cauce_status status = ca_tree_grow(&run, &plan, 0x5eed, w->t->rows, k.rows, w->t->weight, &tree);
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

TEST_MAIN("team", TEST(threads_grow_the_same_trees), TEST(orders_of_growth),
          TEST(threads_fit_the_same_forests), TEST(long_trees), TEST(failing_allocations), TEST(cancelled))
