/* A tree does not know where its rows are read: from columns, from copies of their records, or both. */
#include "support/check_main.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/run.h"
#include "tree/copies.h"
#include "tree/records.h"

enum { ROWS = 70000, WORDS = 12, NUMBERS = 6, LEVELS = 5, FIELDS = WORDS + NUMBERS + 2, CLASSES = 4 };

static uint64_t noise_state = 3;
static uint32_t noise(uint32_t n) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((noise_state >> 33) % n);
}

/* Long codes, short ones, bytes, missing numbers, two values, and two one-hot blocks. */
typedef struct table {
    cauce_field fields[FIELDS];
    cauce_block blocks[FIELDS];
    cauce_schema schema;
    cauce_batch batch;
    cauce_train train;
    double x[WORDS + NUMBERS][ROWS], y[ROWS], weight[ROWS], heavy[ROWS];
    int32_t levels[2][ROWS], two[ROWS], many[ROWS];
    uint32_t rows[ROWS];
    int64_t n;
} table;

static table *table_new(void) {
    static const uint32_t distinct[NUMBERS] = { 60000, 3000, 300, 90, 7, 2 };
    table *t = calloc(1, sizeof *t);
    for (int64_t r = 0; r < ROWS; r++) {
        for (int j = 0; j < WORDS; j++) t->x[j][r] = noise(1u << 30);
        for (int j = 0; j < NUMBERS; j++) t->x[WORDS + j][r] = noise(distinct[j]);
        if (noise(9) == 0) t->x[WORDS + 1][r] = t->x[WORDS + 3][r] = (double)NAN;
        for (int b = 0; b < 2; b++) t->levels[b][r] = (int32_t)noise(LEVELS + 1) - 1;
        double signal = t->x[0][r] / (1 << 28) + (isnan(t->x[WORDS + 1][r]) ? 2 : 0) + t->levels[1][r];
        t->y[r] = signal + noise(1000) / 500.0;
        t->two[r] = t->y[r] > 5;
        t->many[r] = noise(8) == 0 ? (int32_t)noise(CLASSES) : t->y[r] > 4;
        t->weight[r] = noise(3);
        t->heavy[r] = t->weight[r] * 0.37;
        if (t->weight[r] > 0) t->rows[t->n++] = (uint32_t)r;
    }
    for (int f = 0; f < FIELDS; f++) {
        bool onehot = f == 3 || f == FIELDS - 1;
        t->fields[f] = (cauce_field){ .name = "x", .width = onehot ? LEVELS : 1 };
        t->fields[f].form = onehot ? CAUCE_ONEHOT : CAUCE_DENSE;
        if (onehot)
            t->blocks[f].codes = t->levels[f > 3];
        else
            t->blocks[f].values = t->x[f > 3 ? f - 1 : f];
        t->blocks[f].stride = ROWS;
        t->schema.width += t->fields[f].width;
    }
    t->schema.n_fields = t->batch.n_blocks = FIELDS;
    t->schema.fields = t->fields;
    t->batch.blocks = t->blocks;
    t->batch.n_rows = ROWS;
    t->train = (cauce_train){ .schema = &t->schema, .x = &t->batch, .n_rows = ROWS, .y = t->y };
    return t;
}

START_TEST(records_are_the_columns) {
    table *t = table_new();
    cauce_run run;
    ca_bins bins;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->train, NULL, &bins), CAUCE_OK);
    ck_assert_int_eq(ca_records_make(&run, &bins), CAUCE_OK);
    ck_assert_ptr_nonnull(bins.records);
    ck_assert_int_eq(bins.columns[0].type, CA_BIN_U32);
    for (int64_t j = 0; j < bins.n_columns; j++) {
        uint32_t rows[300];
        uint8_t codes[300 * sizeof(uint32_t)];
        int64_t size = ca_bin_size(bins.columns[j].type);
        for (int i = 0; i < 300; i++) rows[i] = i < 4 ? (uint32_t)(ROWS - 1 - i) : noise(ROWS);
        ca_records_read(&bins, &bins.columns[j], rows, 300, codes);
        for (int i = 0; i < 300; i++)
            ck_assert_mem_eq(codes + i * size, (const uint8_t *)bins.columns[j].codes + rows[i] * size,
                             (size_t)size);
    }
    ca_bins_free(&bins);
    ca_run_end(&run);
    free(t);
}
END_TEST

static void same_trees(const ca_tree *a, const ca_tree *b) {
    ck_assert_int_eq(a->n_splits, b->n_splits);
    ck_assert_int_eq(a->n_leaves, b->n_leaves);
    size_t n = (size_t)a->n_splits;
    ck_assert_mem_eq(a->feature, b->feature, n * sizeof *a->feature);
    ck_assert_mem_eq(a->left, b->left, n * sizeof *a->left);
    ck_assert_mem_eq(a->right, b->right, n * sizeof *a->right);
    ck_assert_mem_eq(a->threshold, b->threshold, n * sizeof *a->threshold);
    ck_assert_mem_eq(a->decrease, b->decrease, n * sizeof *a->decrease);
    ck_assert_mem_eq(a->missing, b->missing, n);
    ck_assert_mem_eq(a->value, b->value, (size_t)(a->n_leaves * a->n_outputs) * sizeof *a->value);
}

typedef struct kind {
    int32_t n_classes;
    int64_t max_features, min_samples_leaf;
    bool random_cuts, heavy, entropy;
} kind;

START_TEST(copies_grow_the_same_trees) {
    static const kind kinds[] = { { 2, 4, 1, false, false, false },       { 0, 9, 1, false, false, false },
                                  { CLASSES, 4, 1, false, false, false }, { 2, 5, 1, true, false, false },
                                  { 0, 3, 20, false, false, false },      { 2, 3, 1, false, true, false },
                                  { CLASSES, 3, 5, false, true, true } };
    table *t = table_new();
    cauce_run run;
    ca_bins bins;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->train, NULL, &bins), CAUCE_OK);
    ck_assert_int_eq(ca_records_make(&run, &bins), CAUCE_OK);
    uint8_t *records = bins.records;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        ca_grow_plan plan = { .bins = &bins,
                              .criterion = kinds[k].entropy     ? CA_ENTROPY
                                           : kinds[k].n_classes ? CA_GINI
                                                                : CA_SQUARED_ERROR,
                              .n_classes = kinds[k].n_classes,
                              .y_class = kinds[k].n_classes == 2 ? t->two : t->many,
                              .y = t->y,
                              .max_depth = INT64_MAX,
                              .max_leaf_nodes = INT64_MAX,
                              .min_samples_split = 2,
                              .min_samples_leaf = kinds[k].min_samples_leaf,
                              .max_features = kinds[k].max_features,
                              .random_cuts = kinds[k].random_cuts };
        if (kinds[k].entropy) ck_assert_int_eq(ca_xlogx_make(&run, 65536, &plan.logs), CAUCE_OK);
        ca_tree trees[2] = { { 0 }, { 0 } };
        for (int way = 0; way < 2; way++) {
            cauce_rng rng;
            cauce_rng_init(&rng, 1, "test", k);
            bins.records = way ? records : NULL;
            ca_arena_mark mark = ca_arena_here(&run.scratch);
            ck_assert_int_eq(ca_tree_grow(&run, &plan, &rng, t->rows, t->n,
                                          kinds[k].heavy ? t->heavy : t->weight, &trees[way]),
                             CAUCE_OK);
            ca_arena_back(&run.scratch, mark);
        }
        ck_assert_int_gt(trees[0].n_splits, 500);
        same_trees(&trees[0], &trees[1]);
        for (int way = 0; way < 2; way++) ca_tree_free(&trees[way]);
    }
    ca_bins_free(&bins);
    ca_run_end(&run);
    free(t);
}
END_TEST

TEST_MAIN("copies", TEST(records_are_the_columns), TEST(copies_grow_the_same_trees))
