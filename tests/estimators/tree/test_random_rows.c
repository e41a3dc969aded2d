/* Trees of random cuts are the same whichever way they are grown. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimators/problem.h"
#include "estimators/same_trees.h"
#include "support/noise.h"
#include "tree/random_rows.h"

enum { ROWS = 24000, FIELDS = 40, LEVELS = 6, CODES_FROM = 30 };

/* Numbers of single precision, some of few values, one of them constant; a one-hot block; others of double
 * precision, of which the codes are read. */
typedef struct table {
    struct problem problem;
    double x[FIELDS][ROWS], y[ROWS], once[ROWS], often[ROWS], heavy[ROWS];
    int32_t levels[ROWS], two[ROWS];
    uint32_t rows[ROWS], drawn[ROWS];
    int64_t n_drawn;
} table;

static table *table_new(int n_fields) {
    table *t = calloc(1, sizeof *t);
    for (int64_t r = 0; r < ROWS; r++) {
        for (int j = 0; j < FIELDS; j++) {
            uint32_t distinct = j % 5 == 4 ? 2 + (uint32_t)j / 5 : 1u << 20;
            double x = (double)(float)((noise(distinct) - 7.0) / 1024);
            t->x[j][r] = j == 3 ? -0.5 : j >= CODES_FROM || j == 1 ? x / 3 : x;
        }
        t->levels[r] = (int32_t)noise(LEVELS);
        t->y[r] = t->x[0][r] / 256 + t->levels[r] % 3 + noise(64) / 64.0;
        t->two[r] = t->y[r] > 3;
        t->once[r] = 1;
        t->often[r] = noise(3);
        t->heavy[r] = t->often[r] * 0.37;
        t->rows[r] = (uint32_t)r;
        if (t->often[r] > 0) t->drawn[t->n_drawn++] = (uint32_t)r;
    }
    problem_begin(&t->problem, ROWS);
    for (int f = 0; f < n_fields; f++) {
        if (f == 2)
            add_onehot(&t->problem, t->levels, LEVELS);
        else
            add_dense(&t->problem, t->x[f], 1, ROWS);
    }
    t->problem.train.y = t->y;
    return t;
}

static void table_free(table *t) {
    problem_end(&t->problem);
    free(t);
}

typedef struct kind {
    int n_fields;
    int64_t max_features;
    bool classes;
    ca_criterion criterion;
    bool often;
    ca_grow_plan limits;
} kind;

static const ca_grow_plan none = { .max_depth = INT64_MAX, .min_samples_split = 2, .min_samples_leaf = 1 };

static void grow_both(table *t, const ca_grow_plan *plan, const kind *k, cauce_run *run, ca_tree trees[2]) {
    ca_random_table random;
    ck_assert_int_eq(ca_random_table_make(run, plan, &random), CAUCE_OK);
    ck_assert_ptr_nonnull(random.rows);
    for (int way = 0; way < 2; way++) {
        ca_grow_plan p = *plan;
        p.random = way ? &random : NULL;
        ck_assert_int_eq(grow_tree(run, &p, 0x5eed, k->often ? t->drawn : t->rows,
                                   k->often ? t->n_drawn : ROWS, k->often ? t->often : t->once, &trees[way]),
                         CAUCE_OK);
    }
    ca_random_table_free(&random);
}

START_TEST(rows_grow_the_trees_of_columns) {
    const kind kinds[] = {
        { 3, 2, true, CA_GINI, false, none },
        { 11, 16, false, CA_SQUARED_ERROR, false, none },
        { 8, 13, true, CA_GINI, true, none },
        { 9, 4, false, CA_SQUARED_ERROR, true, none },
        { 12, 3, true, CA_ENTROPY, false, none },
        { 12, 17, false, CA_POISSON, false, none },
        { FIELDS, 6, true, CA_GINI, false, none },
        { FIELDS, 1, false, CA_SQUARED_ERROR, false, none },
        { FIELDS, 11, false, CA_SQUARED_ERROR, true, none },
        { FIELDS, 45, true, CA_ENTROPY, true, none },
        { 12, 4, true, CA_GINI, false, { .max_depth = 9, .min_samples_split = 40, .min_samples_leaf = 7 } },
        { 12,
          17,
          false,
          CA_SQUARED_ERROR,
          true,
          { .max_depth = 30,
            .min_samples_split = 2,
            .min_samples_leaf = 1,
            .min_weight_fraction_leaf = 0.0005,
            .min_impurity_decrease = 1e-7 } },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const kind *k = &kinds[i];
        table *t = table_new(k->n_fields);
        cauce_run run;
        ca_bins bins;
        ca_tree trees[2] = { { 0 }, { 0 } };
        ca_run_begin(&run);
        ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
        ca_grow_plan plan = k->limits;
        plan.bins = &bins;
        plan.criterion = k->criterion;
        plan.n_classes = k->classes ? 2 : 0;
        plan.y_class = t->two;
        plan.y = t->y;
        plan.max_leaf_nodes = INT64_MAX;
        plan.max_features = k->max_features;
        plan.random_cuts = true;
        if (k->criterion == CA_ENTROPY) ck_assert_int_eq(ca_xlogx_make(&run, 65536, &plan.logs), CAUCE_OK);
        grow_both(t, &plan, k, &run, trees);
        ck_assert_int_gt(trees[0].n_splits, 50);
        same_trees(&trees[0], &trees[1]);
        for (int way = 0; way < 2; way++) ca_tree_free(&trees[way]);
        ca_bins_free(&bins);
        ca_run_end(&run);
        table_free(t);
    }
}
END_TEST

/* Other trees have no table, and weights that are no whole numbers none of its ways. */
START_TEST(what_it_does_not_take) {
    table *t = table_new(5);
    cauce_run run;
    ca_bins bins;
    ca_random_table random;
    ca_random *working;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    ca_grow_plan plan = none, other;
    plan.bins = &bins;
    plan.n_classes = 2;
    plan.y_class = t->two;
    plan.max_leaf_nodes = INT64_MAX;
    plan.max_features = 2;
    plan.random_cuts = true;
    for (int i = 0; i < 5; i++) {
        static const int8_t rising[FIELDS] = { 1 };
        other = plan;
        if (i == 0) other.random_cuts = false;
        if (i == 1) other.n_classes = 3;
        if (i == 2) other.max_leaf_nodes = 9;
        if (i == 3) other.monotonic = rising;
        if (i == 4) bins.columns[0].missing = true;
        ck_assert_int_eq(ca_random_table_make(&run, &other, &random), CAUCE_OK);
        ck_assert_ptr_null(random.rows);
        bins.columns[0].missing = false;
    }
    ck_assert_int_eq(ca_random_table_make(&run, &plan, &random), CAUCE_OK);
    plan.random = &random;
    const double *weights[2] = { t->heavy, t->often };
    for (int i = 0; i < 2; i++) {
        ca_search s;
        ck_assert_int_eq(ca_search_begin(&run, &s, &plan, t->drawn, t->n_drawn, weights[i], NULL), CAUCE_OK);
        ck_assert_int_eq(ca_random_begin(&run, &s, NULL, t->n_drawn, &working), CAUCE_OK);
        ck_assert_int_eq(ca_random_takes(working, 100), i);
    }
    ca_random_table_free(&random);
    ca_bins_free(&bins);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

enum { COLUMNS = 37, NODE_ROWS = 300, STRIDE = 176 };

/* Rows of which two make a node, or more, up to all of them. */
typedef struct memory {
    uint8_t table[NODE_ROWS * STRIDE + 256];
    uint32_t rows[NODE_ROWS], spare[NODE_ROWS + 32], weights[NODE_ROWS], in_order[NODE_ROWS];
    uint64_t pack[NODE_ROWS];
    uint8_t ones[NODE_ROWS];
    double offset[NODE_ROWS];
    uint16_t sides[3 * NODE_ROWS];
    float picked[16 * NODE_ROWS];
    ca_random_node node;
} memory;

static void fill(memory *m, const memory *from, int64_t n, bool numbers, bool once, const uint32_t *weight) {
    memcpy(m->table, from->table, sizeof m->table);
    for (int64_t i = 0; i < NODE_ROWS; i++) m->in_order[i] = (uint32_t)i;
    for (int64_t i = 0; i < n; i++) m->rows[i] = (uint32_t)(i * 7 % NODE_ROWS);
    m->node = (ca_random_node){ .lanes = (COLUMNS + 7) / 8 * 8,
                                .columns = COLUMNS,
                                .keys = m->table,
                                .key_rows = m->rows,
                                .stride = STRIDE,
                                .rows = m->rows,
                                .spare = m->spare,
                                .n = n,
                                .statistics = m->table + (numbers ? 160 : 168),
                                .step = STRIDE,
                                .pack = m->pack,
                                .ones = once ? m->ones : NULL,
                                .offset = numbers ? m->offset : NULL,
                                .row_weight = numbers ? weight : NULL,
                                .weights = m->weights,
                                .sides = m->sides,
                                .most = NODE_ROWS,
                                .picked = m->picked,
                                .in_order = m->in_order,
                                .key = 77 };
    for (int32_t l = 0; l < m->node.lanes; l++) m->node.column[l] = l;
}

static void same_doubles(const double *a, const double *b, int n) {
    ck_assert_mem_eq(a, b, (size_t)n * sizeof *a);
}

static int64_t search(memory *m, const ca_random_kernels *kernels, bool picks, bool numbers, int lane) {
    ca_random_node *node = &m->node;
    if (picks) {
        node->lanes = 16;
        for (int32_t l = 0; l < 16; l++) node->column[l] = l * 5 % COLUMNS;
    }
    uint64_t varying = (picks ? kernels->pick : kernels->range)(node);
    ck_assert_uint_eq(varying & 0xffff, 0xffff);
    kernels->draw(node);
    if (numbers)
        ck_assert(kernels->offsets(node, CA_SCORE_SQUARES) > 0);
    else
        node->total = (ca_pair){ 900, 4 * NODE_ROWS };
    (numbers ? kernels->numbers : kernels->classes)(node, (UINT64_C(1) << (picks ? 16 : COLUMNS)) - 1);
    kernels->squares(node);
    return kernels->part(node, lane);
}

/* Whatever this machine has, its loops find what the plain ones find. */
START_TEST(vectors_are_the_plain_loops) {
    memory *base = calloc(1, sizeof *base), *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    uint32_t weight[NODE_ROWS];
    for (int64_t r = 0; r < NODE_ROWS; r++) {
        uint8_t *row = base->table + r * STRIDE;
        for (int64_t j = 0; j < COLUMNS; j++) {
            float x = (float)noise(1u << 24) / 64 - 1000;
            memcpy(row + 4 * j, &x, sizeof x);
        }
        double y = noise(1000) / 7.0;
        uint64_t pack = UINT64_C(3) << 32 | noise(2);
        weight[r] = 1 + noise(5);
        memcpy(row + 160, &y, sizeof y);
        memcpy(row + 168, &pack, sizeof pack);
    }
    static const int64_t sizes[] = { 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, NODE_ROWS };
    for (int way = 0; way < 8; way++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            bool picks = way % 2, numbers = way >= 4, once = way == 2 || way == 3;
            const uint32_t *weights = way >= 6 ? weight : NULL;
            int lane = (int)noise(16), columns = picks ? 16 : COLUMNS;
            fill(a, base, sizes[i], numbers, once, weights);
            fill(b, base, sizes[i], numbers, once, weights);
            int64_t left = search(a, ca_random_plain(), picks, numbers, lane);
            ck_assert_int_eq(search(b, ca_random_fastest(), picks, numbers, lane), left);
            ck_assert(left > 0 && left < sizes[i]);
            ck_assert_mem_eq(a->rows, b->rows, (size_t)sizes[i] * sizeof *a->rows);
            ck_assert_mem_eq(a->node.low, b->node.low, (size_t)columns * sizeof *a->node.low);
            ck_assert_mem_eq(a->node.high, b->node.high, (size_t)columns * sizeof *a->node.high);
            ck_assert_mem_eq(a->node.cut, b->node.cut, (size_t)columns * sizeof *a->node.cut);
            same_doubles(a->node.threshold, b->node.threshold, columns);
            same_doubles(a->node.sum, b->node.sum, columns);
            same_doubles(a->node.weight, b->node.weight, columns);
            same_doubles(a->node.gain, b->node.gain, columns);
            ck_assert(a->node.total.s == b->node.total.s && a->node.total.w == b->node.total.w);
        }
    free(base);
    free(a);
    free(b);
}
END_TEST

TEST_MAIN("random_rows", TEST(rows_grow_the_trees_of_columns), TEST(what_it_does_not_take),
          TEST(vectors_are_the_plain_loops))
