/* Trees whose small parts keep the order of their columns are those that sort and count in every node. */
#include "support/check_main.h"
#include "support/noise.h"
#include "estimators/same_trees.h"
#include <math.h>
#include "base/alloc.h"
#include "base/run.h"
#include "tree/orders.h"

enum { ROWS = 9000, NUMBERS = 8, LEVELS = 4, COLUMNS = NUMBERS + LEVELS };

typedef struct world {
    cauce_run run;
    ca_bin_column columns[COLUMNS];
    ca_bins bins;
    double *y, *weight;
    int32_t *y_class, *levels;
    uint32_t *rows;
} world;

/* Columns of one value, of a few, of one for each row (every fourth a long code), and a one-hot block. */
static void begin(world *w) {
    static const uint32_t distinct[NUMBERS] = { 300, 1, 2, 5, 3000, 0, 1u << 30, 12 };
    static const double zero_one[2] = { 0, 1 };
    ca_run_begin(&w->run);
    double *x = cauce_scratch(&w->run, ROWS, sizeof *x);
    w->y = cauce_scratch(&w->run, ROWS, sizeof *w->y);
    w->weight = cauce_scratch(&w->run, ROWS, sizeof *w->weight);
    w->y_class = cauce_scratch(&w->run, ROWS, sizeof *w->y_class);
    w->levels = cauce_scratch(&w->run, ROWS, sizeof *w->levels);
    w->rows = cauce_scratch(&w->run, ROWS, sizeof *w->rows);
    w->bins = (ca_bins){ .n_rows = ROWS, .n_columns = COLUMNS, .n_blocks = 1, .columns = w->columns };
    for (int j = 0; j < NUMBERS; j++) {
        for (uint32_t r = 0; r < ROWS; r++) {
            x[r] = distinct[j] ? (double)noise(distinct[j]) : (double)(r * 7919 % ROWS);
            if (j % 3) w->y[r] += sqrt(x[r] / (distinct[j] + 1.0)) * (j == 4 ? 3 : 1);
        }
        w->columns[j] = (ca_bin_column){ 0 };
        ck_assert_int_eq(ca_bins_code(&w->run, x, ROWS, &w->columns[j]), CAUCE_OK);
        w->bins.record += ca_bin_size(w->columns[j].type);
    }
    /* Codes that do not fit beside the number of a row. */
    uint32_t *wide = ca_malloc(ROWS * sizeof *wide);
    double *values = cauce_scratch(&w->run, 9000000, sizeof *values);
    ck_assert_ptr_nonnull(wide);
    for (int64_t i = 0; i < 9000000; i++) values[i] = (double)i;
    for (uint32_t r = 0; r < ROWS; r++) wide[r] = r * 997;
    ca_free(w->columns[5].memory);
    w->columns[5] = (ca_bin_column){
        .type = CA_BIN_U32, .codes = wide, .values = values, .n_values = 9000000, .memory = wide
    };
    for (int64_t r = 0; r < ROWS; r++) {
        w->levels[r] = (int32_t)noise(LEVELS + 1) - 1;
        w->weight[r] = 1 + noise(3);
        w->y[r] = floor(20 * (w->y[r] + w->levels[r] + noise(1000) / 500.0)) / 20; /* equal targets too */
        w->y_class[r] = w->y[r] > 6 || noise(20) == 0;
    }
    for (int32_t k = 0; k < LEVELS; k++)
        w->columns[NUMBERS + k] = (ca_bin_column){ .type = CA_BIN_LEVEL,
                                                   .level = k,
                                                   .codes = w->levels,
                                                   .values = zero_one,
                                                   .n_values = 2,
                                                   .width = LEVELS };
}

static void end(world *w) {
    for (int j = 0; j < NUMBERS; j++) ca_free(w->columns[j].memory);
    ca_run_end(&w->run);
}

/* Best first, with room for all leaves, makes the same splits in another order, and without orders. */
static void compare(world *w, const ca_grow_plan *plan, int64_t n) {
    ca_grow_plan best_first = *plan;
    best_first.max_leaf_nodes = INT64_MAX - 1;
    ca_tree trees[2] = { { 0 }, { 0 } };
    for (int way = 0; way < 2; way++) {
        ca_arena_mark mark = ca_arena_here(&w->run.scratch);
        ck_assert_int_eq(
            ca_tree_grow(&w->run, way ? &best_first : plan, 0x5eed, w->rows, n, w->weight, &trees[way]),
            CAUCE_OK);
        ck_assert_int_eq(ca_tree_by_level(&w->run, &trees[way]), CAUCE_OK);
        ca_arena_back(&w->run.scratch, mark);
    }
    same_trees(&trees[0], &trees[1]);
    for (int way = 0; way < 2; way++) ca_tree_free(&trees[way]);
}

START_TEST(orders_grow_the_same_trees) {
    static const int64_t sizes[] = { 1,  2,  3,   4,   5,   9,   16,  17,   33,  63,
                                     64, 65, 100, 300, 511, 512, 513, 2000, ROWS };
    world w = { 0 };
    begin(&w);
    for (int kind = 0; kind < 6; kind++) {
        ca_grow_plan plan = { .bins = &w.bins,
                              .criterion = kind % 2 ? CA_GINI : CA_SQUARED_ERROR,
                              .n_classes = kind % 2 ? 2 : 0,
                              .y = kind % 2 ? NULL : w.y,
                              .y_class = kind % 2 ? w.y_class : NULL,
                              .max_depth = kind == 2 ? 7 : INT64_MAX,
                              .max_leaf_nodes = INT64_MAX,
                              .min_samples_split = kind == 3 ? 11 : 2,
                              .min_samples_leaf = 1,
                              .min_impurity_decrease = kind == 4 ? 1e-4 : 0,
                              .max_features = COLUMNS };
        for (int64_t r = 0; r < ROWS; r++) /* parts of weights; so heavy that they fill 52 bits */
            w.weight[r] = kind == 4 ? 1 + noise(3) * 0.37 : kind == 5 ? 0x1p36 + noise(9) : 1 + noise(3);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            uint32_t first = noise((uint32_t)(ROWS - sizes[i]) + 1);
            for (int64_t r = 0; r < sizes[i]; r++) w.rows[r] = first + (uint32_t)r;
            compare(&w, &plan, sizes[i]);
        }
    }
    end(&w);
}
END_TEST

/* What a search with orders is not for. */
START_TEST(other_trees_have_none) {
    world w = { 0 };
    begin(&w);
    for (int64_t r = 0; r < ROWS; r++) w.rows[r] = (uint32_t)r;
    for (int kind = 0; kind < 4; kind++) {
        ca_grow_plan plan = { .bins = &w.bins,
                              .criterion = kind == 1 ? CA_POISSON : CA_SQUARED_ERROR,
                              .y = w.y,
                              .max_depth = INT64_MAX,
                              .max_leaf_nodes = INT64_MAX,
                              .min_samples_split = 2,
                              .min_samples_leaf = kind == 2 ? 5 : 1,
                              .max_features = kind == 3 ? 1 : COLUMNS };
        ca_search s;
        ck_assert_int_eq(ca_search_begin(&w.run, &s, &plan, w.rows, ROWS, w.weight, NULL), CAUCE_OK);
        ck_assert_int_eq(ca_orders_begin(&w.run, &s), CAUCE_OK);
        ck_assert_int_eq(s.orders != NULL, kind == 0 && ca_orders_lanes());
        w.columns[0].missing = true;
        ck_assert_int_eq(ca_orders_begin(&w.run, &s), CAUCE_OK);
        ck_assert_ptr_null(s.orders);
        w.columns[0].missing = false;
    }
    end(&w);
}
END_TEST

TEST_MAIN("orders", TEST(orders_grow_the_same_trees), TEST(other_trees_have_none))
