/* Columns without values grow the same trees: what their cuts stand for is asked of the rows afterwards. */
#include <math.h>

#include "base/alloc.h"
#include "base/run.h"
#include "estimators/failing_fits.h"
#include "estimators/same_forests.h"
#include "estimators/tree_support.h"
#include "tree/records.h"
#include "tree/thresholds.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor;

START_TEST(every_allocation_may_fail) {
    failing_install(); /* this test comes first */
    enum { N = 5000, P = 2 };
    double *x = malloc(N * P * sizeof *x), *y = malloc(N * sizeof *y);
    for (int64_t i = 0; i < N * P; i++) x[i] = noise(1u << 30) * 0.1;
    for (int64_t r = 0; r < N; r++) y[r] = noise(3);
    harness h;
    harness_begin(&h, &cauce_random_forest_regressor, "n_estimators=1 max_depth=3", x, N, P);
    h.train.y = y;
    fits_fail_cleanly(&h);
    harness_end(&h);
    free(x);
    free(y);
}
END_TEST

/* Doubles, singles and missing numbers in columns of long codes, and both zeros. */
static table *wide_table(void) {
    table *t = table_new();
    for (int64_t r = 0; r < ROWS; r++) {
        t->x[1][r] = floor(t->x[1][r]) / 1024 - 300000;
        t->x[2][r] = noise(7) ? t->x[2][r] * 0.37 : (double)NAN;
        if (noise(50) == 0) t->x[4][r] = r % 2 ? 0.0 : -0.0;
    }
    return t;
}

START_TEST(bare_columns_have_the_same_codes) {
    table *t = wide_table();
    cauce_run run;
    ca_bins with, bare;
    int64_t n_bare = 0, n_long = 0;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &with), CAUCE_OK);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_BARE, &bare), CAUCE_OK);
    for (int64_t j = 0; j < with.n_columns; j++) {
        const ca_bin_column *a = &with.columns[j], *b = &bare.columns[j];
        ck_assert(a->n_values == b->n_values && a->missing == b->missing && a->type != CA_BIN_U24);
        ck_assert(!a->bare && (b->values || b->singles) == !b->bare);
        n_bare += b->bare;
        n_long += b->type == CA_BIN_U24;
        for (int64_t r = 0; r < ROWS; r++) ck_assert_int_eq(ca_bin_code(a, r), ca_bin_code(b, r));
    }
    ck_assert_int_gt(n_long, 8);
    ck_assert_int_gt(n_bare, n_long); /* 60,000 values are many too */
    ca_bins_free(&with);
    ca_bins_free(&bare);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

static void grow_packed(cauce_run *run, const ca_grow_plan *plan, uint64_t key, const table *t,
                        ca_packed_tree *packed) {
    ca_tree tree = { 0 };
    ck_assert_int_eq(grow_tree(run, plan, key, t->rows, t->n, t->weight, &tree), CAUCE_OK);
    ck_assert_int_eq(ca_tree_by_level(run, &tree), CAUCE_OK);
    ck_assert_int_eq(ca_tree_pack(run, &tree, plan->bins->n_columns, packed), CAUCE_OK);
    ck_assert_int_gt(packed->n_splits, 500);
    ca_tree_free(&tree);
}

static void same_packed(const ca_packed_tree *a, const ca_packed_tree *b) {
    ck_assert(a->n_splits == b->n_splits && a->n_values == b->n_values);
    const size_t n = (size_t)a->n_splits;
    ck_assert_mem_eq(a->feature, b->feature, n * sizeof *a->feature);
    ck_assert_mem_eq(a->threshold, b->threshold, n * sizeof *a->threshold);
    ck_assert_mem_eq(a->missing, b->missing, n);
    ck_assert_mem_eq(a->ends, b->ends, n);
}

/* Several trees ask for codes of the same columns at the same time. */
START_TEST(trees_get_their_thresholds) {
    enum { WITH, BARE, FORMS, KINDS = 4, TREES = 5 };
    static const int32_t classes[KINDS] = { 2, 0, CLASSES, 2 };
    static const int threads[KINDS] = { 1, 2, 7, 2 };
    table *t = wide_table();
    for (int k = 0; k < KINDS; k++) {
        cauce_run run;
        ca_packed_tree packed[FORMS][TREES] = { { { 0 } } };
        ca_run_begin(&run);
        run.threads = threads[k];
        for (int form = WITH; form < FORMS; form++) {
            ca_bins bins;
            ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL,
                                          form == BARE ? CA_BINS_BARE : CA_BINS_WITH_VALUES, &bins),
                             CAUCE_OK);
            ck_assert_int_eq(ca_records_make(&run, &bins), CAUCE_OK);
            if (form == BARE) ck_assert(bins.in_blocks && !bins.records);
            ca_grow_plan plan = { .bins = &bins,
                                  .criterion = classes[k] ? CA_GINI : CA_SQUARED_ERROR,
                                  .n_classes = classes[k],
                                  .y_class = classes[k] == 2 ? t->two : t->many,
                                  .y = t->y,
                                  .max_depth = INT64_MAX,
                                  .max_leaf_nodes = k == 3 ? 700 : INT64_MAX,
                                  .min_samples_split = 2,
                                  .min_samples_leaf = 1,
                                  .max_features = 5 };
            for (uint64_t i = 0; i < TREES; i++) grow_packed(&run, &plan, 0x5eed + i, t, &packed[form][i]);
            ck_assert_int_eq(ca_thresholds_find(&run, &bins, packed[form], TREES), CAUCE_OK);
            ca_bins_free(&bins);
        }
        for (int i = 0; i < TREES; i++) {
            same_packed(&packed[WITH][i], &packed[BARE][i]);
            for (int form = WITH; form < FORMS; form++) ca_packed_free(&packed[form][i]);
        }
        ca_run_end(&run);
    }
    table_free(t);
}
END_TEST

/* Out-of-bag scores keep the values; a forest without them has the same trees. */
START_TEST(forests_are_the_same) {
    enum { N = 9000, P = 5 };
    static const char *const forms[] = { "n_estimators=3", "n_estimators=3 oob_score=true" };
    double *x = malloc(N * P * sizeof *x), *y = malloc(N * sizeof *y);
    int32_t *two = malloc(N * sizeof *two);
    for (int64_t i = 0; i < N * P; i++) x[i] = i % 31 == 0 && i > N ? (double)NAN : noise(1u << 30) * 0.1;
    for (int64_t r = 0; r < N; r++) {
        y[r] = x[r] * 1e-7 + noise(100);
        two[r] = y[r] > 55;
    }
    for (int classify = 0; classify < 2; classify++) {
        harness h[2];
        for (int form = 0; form < 2; form++) {
            harness_begin(&h[form],
                          classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor,
                          forms[form], x, N, P);
            h[form].train.y = y;
            h[form].train.y_class = classify ? two : NULL;
            h[form].train.n_classes = classify ? 2 : 0;
            harness_fit(&h[form]);
        }
        ((ca_forest *)h[1].state)->n_oob = 0;
        same_forest(h[0].state, h[1].state);
        for (int form = 0; form < 2; form++) harness_end(&h[form]);
    }
    free(x);
    free(y);
    free(two);
}
END_TEST

TEST_MAIN("thresholds", TEST(every_allocation_may_fail), TEST(bare_columns_have_the_same_codes),
          TEST(trees_get_their_thresholds), TEST(forests_are_the_same))
