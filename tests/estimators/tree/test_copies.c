/* A tree does not know where its rows are read: from columns, from copies of these or of records, or from
 * copies of copies. */
#include "base/run.h"
#include "estimators/tree_support.h"
#include "tree/copies.h"
#include "tree/records.h"

START_TEST(records_are_the_columns) {
    table *t = table_new();
    cauce_run run;
    ca_bins bins;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    ck_assert_int_eq(ca_records_make(&run, &bins), CAUCE_OK);
    ck_assert_ptr_nonnull(bins.records);
    ck_assert_int_eq(bins.columns[0].type, CA_BIN_U32);
    enum { READ = 301, FIRST = 5 };
    uint32_t rows[READ];
    ca_bin_column *copies = calloc((size_t)bins.n_columns, sizeof *copies);
    uint8_t *codes = calloc((size_t)bins.n_columns, (READ + FIRST) * sizeof(uint32_t));
    for (int i = 0; i < READ; i++) rows[i] = i < 4 ? (uint32_t)(ROWS - 1 - i) : noise(ROWS);
    for (int64_t j = 0; j < bins.n_columns; j++)
        copies[j].codes = codes + (size_t)j * (READ + FIRST) * sizeof(uint32_t);
    ca_records_copy(&bins, rows, READ, copies, FIRST);
    for (int64_t j = 0; j < bins.n_columns; j++) {
        if (bins.columns[j].level > 0) continue;
        int64_t size = ca_bin_size(bins.columns[j].type);
        for (int i = 0; i < READ; i++)
            ck_assert_mem_eq((const uint8_t *)copies[j].codes + (i + FIRST) * size,
                             (const uint8_t *)bins.columns[j].codes + rows[i] * size, (size_t)size);
    }
    free(codes);
    free(copies);
    ca_bins_free(&bins);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

typedef struct kind {
    int32_t n_classes;
    int64_t max_features, min_samples_leaf;
    bool random_cuts, heavy, entropy;
} kind;

static ca_grow_plan plan_of(cauce_run *run, const ca_bins *bins, const table *t, const kind *k) {
    ca_grow_plan plan = { .bins = bins,
                          .criterion = k->entropy     ? CA_ENTROPY
                                       : k->n_classes ? CA_GINI
                                                      : CA_SQUARED_ERROR,
                          .n_classes = k->n_classes,
                          .y_class = k->n_classes == 2 ? t->two : t->many,
                          .y = t->y,
                          .max_depth = INT64_MAX,
                          .max_leaf_nodes = INT64_MAX,
                          .min_samples_split = 2,
                          .min_samples_leaf = k->min_samples_leaf,
                          .max_features = k->max_features,
                          .random_cuts = k->random_cuts };
    if (k->entropy) ck_assert_int_eq(ca_xlogx_make(run, 65536, &plan.logs), CAUCE_OK);
    return plan;
}

START_TEST(copies_grow_the_same_trees) {
    static const kind kinds[] = { { 2, 4, 1, false, false, false },       { 0, 9, 1, false, false, false },
                                  { CLASSES, 4, 1, false, false, false }, { 2, 5, 1, true, false, false },
                                  { 0, 3, 20, false, false, false },      { 2, 3, 1, false, true, false },
                                  { CLASSES, 3, 5, false, true, true } };
    table *t = table_new();
    cauce_run run;
    ca_bins bins;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    ck_assert_int_eq(ca_records_make(&run, &bins), CAUCE_OK);
    uint8_t *records = bins.records;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const ca_grow_plan plan = plan_of(&run, &bins, t, &kinds[k]);
        enum { TABLE, COLUMNS, RECORDS, NESTED, WAYS };
        ca_tree trees[WAYS] = { { 0 } };
        for (int way = 0; way < WAYS; way++) {
            bins.records = way == RECORDS ? records : NULL;
            bins.in_blocks = way != TABLE;
            bins.around = way == NESTED ? 2 << 20 : 0; /* half of the rows that count */
            ck_assert_int_eq(grow_tree(&run, &plan, 0x5eed + k, t->rows, t->n,
                                       kinds[k].heavy ? t->heavy : t->weight, &trees[way]),
                             CAUCE_OK);
        }
        ck_assert_int_gt(trees[0].n_splits, 500);
        for (int way = COLUMNS; way < WAYS; way++) same_trees(&trees[TABLE], &trees[way]);
        for (int way = 0; way < WAYS; way++) ca_tree_free(&trees[way]);
    }
    bins.records = records;
    ca_bins_free(&bins);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

/* How often a row counts is its weight, also where that does not fit beside its class into 32 bits. */
START_TEST(times_are_weights) {
    static const kind kinds[] = { { 2, 4, 1, false, false, false },
                                  { 2, 4, 20, false, false, false },
                                  { CLASSES, 4, 1, false, false, false },
                                  { CLASSES, 5, 1, true, false, true },
                                  { 0, 9, 1, false, false, false } };
    static const uint32_t factors[] = { 1, 1 << 12, 1 << 30 };
    table *t = table_new();
    cauce_run run;
    ca_bins bins;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    uint32_t *times = malloc(ROWS * sizeof *times);
    double *weight = malloc(ROWS * sizeof *weight);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
            const ca_grow_plan plan = plan_of(&run, &bins, t, &kinds[k]);
            const ca_arena_mark mark = ca_arena_here(&run.scratch);
            ca_tree trees[2] = { { 0 } };
            for (int64_t r = 0; r < ROWS; r++)
                weight[r] = times[r] = (uint32_t)t->weight[r] * (r % 97 ? 1 : factors[f]);
            ck_assert_int_eq(grow_tree(&run, &plan, 0x5eed, t->rows, t->n, weight, &trees[0]), CAUCE_OK);
            ck_assert_int_eq(ca_tree_grow_times(&run, &plan, 0x5eed, times, &trees[1]), CAUCE_OK);
            ca_arena_back(&run.scratch, mark);
            ck_assert_int_gt(trees[0].n_splits, 100);
            same_trees(&trees[0], &trees[1]);
            for (int way = 0; way < 2; way++) ca_tree_free(&trees[way]);
        }
    free(times);
    free(weight);
    ca_bins_free(&bins);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

TEST_MAIN("copies", TEST(records_are_the_columns), TEST(copies_grow_the_same_trees), TEST(times_are_weights))
