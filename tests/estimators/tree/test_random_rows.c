/* Trees of random cuts are the same whichever way they are grown. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimators/problem.h"
#include "estimators/same_trees.h"
#include "support/failing.h"
#include "support/noise.h"
#include "tree/random_rows.h"

enum { ROWS = 24000, FIELDS = 40, LEVELS = 6, MANY_LEVELS = 150, CODES_FROM = 30 };

/* Numbers of single precision, some of few values, two of them constant; a one-hot block; others of double
 * precision, of which the codes are read, one of them of two values. */
typedef struct table {
    struct problem problem;
    double x[FIELDS][ROWS], y[ROWS], once[ROWS], often[ROWS], heavy[ROWS];
    int32_t levels[ROWS], two[ROWS], many[ROWS];
    uint32_t rows[ROWS], drawn[ROWS];
    int64_t n_drawn;
} table;

static table *table_new(int n_fields, int n_levels) {
    table *t = calloc(1, sizeof *t);
    for (int64_t r = 0; r < ROWS; r++) {
        for (int j = 0; j < FIELDS; j++) {
            uint32_t distinct = j == 33 ? 2 : j % 5 == 4 ? 2 + (uint32_t)j / 5 : 1u << 20;
            double x = (double)(float)((noise(distinct) - 7.0) / 1024);
            t->x[j][r] = j == 3 ? -0.5 : j == 31 ? 0.1 : j >= CODES_FROM || j == 1 ? x / 3 : x;
        }
        t->levels[r] = (int32_t)noise((uint32_t)n_levels);
        t->y[r] = t->x[0][r] / 256 + t->levels[r] % 3 + noise(64) / 64.0;
        t->two[r] = t->y[r] > 3;
        t->many[r] = t->y[r] > 4.6 ? 7 : (int32_t)(t->y[r] * 1.3); /* classes 5 and 6 have no rows */
        t->once[r] = 1;
        t->often[r] = noise(3);
        t->heavy[r] = t->often[r] * 0.37;
        t->rows[r] = (uint32_t)r;
        if (t->often[r] > 0) t->drawn[t->n_drawn++] = (uint32_t)r;
    }
    problem_begin(&t->problem, ROWS);
    for (int f = 0; f < n_fields; f++) {
        if (f == 2)
            add_onehot(&t->problem, t->levels, n_levels);
        else
            add_dense(&t->problem, t->x[f], 1, ROWS);
    }
    t->problem.train.y = t->y;
    return t;
}

/* Some columns have missing values, one of them nearly nothing else. Constant columns and those of two values
 * are among them. */
static void lose_values(table *t) {
    for (int j = 0; j < FIELDS; j++) {
        const uint32_t of_sixteen = j == 7 ? 15 : j % 3 == 1 ? 2 : 0;
        for (int64_t r = 0; r < ROWS; r++)
            if (noise(16) < of_sixteen) t->x[j][r] = (double)NAN;
    }
}

static void table_free(table *t) {
    problem_end(&t->problem);
    free(t);
}

typedef struct kind {
    int n_fields;
    int64_t max_features;
    int32_t n_classes;
    ca_criterion criterion;
    bool often;
    ca_grow_plan limits;
    int n_levels; /* 0: LEVELS */
    bool missing;
    bool repeated; /* the columns once more, and again: equal gains */
} kind;

static const ca_grow_plan none = { .max_depth = INT64_MAX, .min_samples_split = 2, .min_samples_leaf = 1 };

static const ca_grow_plan limits = { .max_depth = 9, .min_samples_split = 40, .min_samples_leaf = 7 };
static const ca_grow_plan weights = { .max_depth = 30,
                                      .min_samples_split = 2,
                                      .min_samples_leaf = 1,
                                      .min_weight_fraction_leaf = 0.0005,
                                      .min_impurity_decrease = 1e-7 };

static void grow_both(table *t, const ca_grow_plan *plan, const kind *k, cauce_run *run, ca_tree trees[2]) {
    ca_random_table random;
    ck_assert_int_eq(ca_random_table_lay(run, plan, &random), CAUCE_OK);
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

static void plan_for(cauce_run *run, const table *t, const kind *k, const ca_bins *bins, ca_grow_plan *plan) {
    *plan = k->limits;
    plan->bins = bins;
    plan->criterion = k->criterion;
    plan->n_classes = k->n_classes;
    plan->y_class = k->n_classes > 2 ? t->many : t->two;
    plan->y = t->y;
    plan->max_leaf_nodes = INT64_MAX;
    plan->max_features = k->max_features;
    plan->random_cuts = true;
    if (k->criterion == CA_ENTROPY) ck_assert_int_eq(ca_xlogx_make(run, 65536, &plan->logs), CAUCE_OK);
}

START_TEST(rows_grow_the_trees_of_columns) {
    const kind kinds[] = {
        { 3, 2, 2, CA_GINI, false, none, 0, false, false },
        { 11, 16, 0, CA_SQUARED_ERROR, false, none, 0, false, false },
        { 8, 13, 2, CA_GINI, true, none, 0, false, false },
        { 9, 4, 0, CA_SQUARED_ERROR, true, none, 0, false, false },
        { 12, 3, 2, CA_ENTROPY, false, none, 0, false, false },
        { 12, 17, 0, CA_POISSON, false, none, 0, false, false },
        { FIELDS, 6, 2, CA_GINI, false, none, 0, false, false },
        { FIELDS, 1, 0, CA_SQUARED_ERROR, false, none, 0, false, false },
        { FIELDS, 11, 0, CA_SQUARED_ERROR, true, none, 0, false, false },
        { FIELDS, 45, 2, CA_ENTROPY, true, none, 0, false, false },
        { 12, 4, 2, CA_GINI, false, limits, 0, false, false },
        { 12, 17, 0, CA_SQUARED_ERROR, true, weights, 0, false, false },
        /* more classes */
        { 3, 2, 8, CA_GINI, false, none, 0, false, false },
        { 11, 16, 8, CA_GINI, true, none, 0, false, false },
        { FIELDS, 6, 8, CA_GINI, false, none, 0, false, false },
        { FIELDS, 11, 8, CA_GINI, true, none, 0, false, false },
        { FIELDS, 45, 8, CA_ENTROPY, false, none, 0, false, false },
        { 12, 4, 8, CA_ENTROPY, true, none, 0, false, false },
        { 12, 4, 256, CA_GINI, false, limits, 0, false, false },
        { 12, 17, 8, CA_GINI, true, weights, 0, false, false },
        /* more columns than words */
        { 12, 13, 2, CA_GINI, false, none, MANY_LEVELS, false, false },
        { 25, 7, 8, CA_GINI, true, none, MANY_LEVELS, false, false },
        { FIELDS, 16, 0, CA_SQUARED_ERROR, true, none, MANY_LEVELS, false, false },
        /* missing values */
        { 12, 4, 2, CA_GINI, false, none, 0, true, false },
        { 12, 17, 2, CA_ENTROPY, true, weights, 0, true, false },
        { FIELDS, 6, 2, CA_GINI, false, limits, 0, true, false },
        { FIELDS, 11, 0, CA_SQUARED_ERROR, true, none, 0, true, false },
        { FIELDS, 45, 0, CA_SQUARED_ERROR, false, weights, 0, true, false },
        { 12, 3, 0, CA_POISSON, false, none, 0, true, false },
        { FIELDS, 9, 8, CA_GINI, true, none, MANY_LEVELS, true, false },
        { 12, 17, 8, CA_ENTROPY, false, limits, 0, true, false },
        /* more words than four vectors have */
        { FIELDS, 11, 2, CA_GINI, false, none, 0, false, true },
        { FIELDS, 6, 8, CA_GINI, true, none, MANY_LEVELS, true, true },
        { FIELDS, 15, 0, CA_SQUARED_ERROR, false, none, 0, true, true },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const kind *k = &kinds[i];
        table *t = table_new(k->n_fields, k->n_levels ? k->n_levels : LEVELS);
        if (k->missing) lose_values(t);
        for (int copy = 0; copy < 2 && k->repeated; copy++) add_dense(&t->problem, t->x[0], FIELDS, ROWS);
        cauce_run run;
        ca_bins bins;
        ca_grow_plan plan;
        ca_tree trees[2] = { { 0 }, { 0 } };
        ca_run_begin(&run);
        ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
        plan_for(&run, t, k, &bins, &plan);
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

/* Pieces of a tree are grown by any threads. */
START_TEST(threads_do_not_change_a_bit) {
    const kind k = { 25, 7, 8, CA_GINI, true, none, MANY_LEVELS, true, false };
    static const int threads[] = { 1, 2, 7 };
    table *t = table_new(k.n_fields, k.n_levels);
    lose_values(t);
    cauce_run run;
    ca_bins bins;
    ca_grow_plan plan;
    ca_random_table random;
    ca_tree trees[3] = { { 0 }, { 0 }, { 0 } };
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    plan_for(&run, t, &k, &bins, &plan);
    ck_assert_int_eq(ca_random_table_lay(&run, &plan, &random), CAUCE_OK);
    plan.random = &random;
    for (int i = 0; i < 3; i++) {
        run.threads = threads[i];
        ck_assert_int_eq(grow_tree(&run, &plan, 99, t->drawn, t->n_drawn, t->often, &trees[i]), CAUCE_OK);
        same_trees(&trees[0], &trees[i]);
    }
    for (int i = 0; i < 3; i++) ca_tree_free(&trees[i]);
    ca_random_table_free(&random);
    ca_bins_free(&bins);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

START_TEST(failing_allocations) {
    const kind k = { 25, 7, 8, CA_GINI, true, limits, 0, true, false };
    table *t = table_new(k.n_fields, LEVELS);
    lose_values(t);
    cauce_run run;
    ca_bins bins;
    ca_grow_plan plan;
    failing_install();
    ca_run_begin(&run);
    ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    plan_for(&run, t, &k, &bins, &plan);
    FAILING_EACH(pass) {
        ca_random_table random;
        ca_tree tree = { 0 };
        cauce_run other;
        ca_run_begin(&other);
        other.threads = 1;
        plan.random = &random;
        cauce_status status = ca_random_table_lay(&other, &plan, &random);
        if (status == CAUCE_OK) status = grow_tree(&other, &plan, 5, t->drawn, t->n_drawn, t->often, &tree);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_tree_free(&tree);
        ca_random_table_free(&random);
        ca_run_end(&other);
    }
    ca_bins_free(&bins);
    ca_run_end(&run);
    table_free(t);
}
END_TEST

/* Other trees have no table, and weights that are no whole numbers none of its ways. */
START_TEST(what_it_does_not_take) {
    table *t = table_new(5, LEVELS);
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
        if (i == 1) other.n_classes = 257;
        if (i == 2) other.max_leaf_nodes = 9;
        if (i == 3) other.monotonic = rising;
        if (i == 4) other.keep_values = true;
        ck_assert_int_eq(ca_random_table_lay(&run, &other, &random), CAUCE_OK);
        ck_assert_ptr_null(random.rows);
    }
    ck_assert_int_eq(ca_random_table_lay(&run, &plan, &random), CAUCE_OK);
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

static ca_grow_plan plan_of_numbers(const table *t, const ca_bins *bins, int64_t max_features) {
    ca_grow_plan plan = none;
    plan.bins = bins;
    plan.y = t->y;
    plan.criterion = CA_SQUARED_ERROR;
    plan.max_leaf_nodes = INT64_MAX;
    plan.random_cuts = true;
    plan.max_features = max_features;
    return plan;
}

/* 512 words at most: two of bits, and all other columns' own. Where all columns are lanes, there are no bits,
 * and less room. */
START_TEST(tables_that_are_too_wide) {
    enum { SOME_ROWS = 200, BLOCKS = 14 };
    for (int way = 0; way < 3; way++) {
        table *t = table_new(5, LEVELS);
        cauce_run run;
        ca_bins bins;
        ca_random_table random;
        ca_run_begin(&run);
        for (int i = 0; i < BLOCKS; i++) add_dense(&t->problem, t->x[0], FIELDS, ROWS);
        add_dense(&t->problem, t->x[5], way == 1 ? 5 : 4, ROWS);
        t->problem.batch.n_rows = t->problem.train.n_rows = SOME_ROWS;
        ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
        const ca_grow_plan plan = plan_of_numbers(t, &bins, way == 2 ? 17 : 16);
        ck_assert_int_eq(ca_random_table_lay(&run, &plan, &random), CAUCE_OK);
        ck_assert((random.rows != NULL) == (way == 0));
        if (way == 0) ck_assert_int_eq(random.words, 512);
        ca_random_table_free(&random);
        ca_bins_free(&bins);
        ca_run_end(&run);
        table_free(t);
    }
}
END_TEST

/* Without vectors there are tables of columns of many values only. */
START_TEST(tables_save_time) {
    const bool vectors = ca_random_fastest() != ca_random_plain();
    for (int way = 0; way < 2; way++) {
        table *t = table_new(0, LEVELS);
        cauce_run run;
        ca_bins bins;
        ca_random_table random;
        ca_run_begin(&run);
        add_dense(&t->problem, t->x[0], 2, ROWS);
        for (int i = 0; i < (way ? 3 : 2); i++) add_dense(&t->problem, t->x[4], 1, ROWS);
        ck_assert_int_eq(ca_bins_make(&run, &t->problem.train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
        const ca_grow_plan plan = plan_of_numbers(t, &bins, 2);
        ck_assert_int_eq(ca_random_table_make(&run, &plan, &random), CAUCE_OK);
        ck_assert((random.rows != NULL) == (vectors || way == 0));
        ca_random_table_free(&random);
        ca_bins_free(&bins);
        ca_run_end(&run);
        table_free(t);
    }
}
END_TEST

enum { COLUMNS = 37, NODE_ROWS = 300, STRIDE = 176, NODE_CLASSES = 9 };

/* Rows of which two make a node, or more, up to all of them. */
typedef struct memory {
    uint8_t table[NODE_ROWS * STRIDE + 256];
    uint32_t rows[NODE_ROWS], spare[NODE_ROWS + 32], weights[NODE_ROWS], in_order[NODE_ROWS];
    uint64_t pack[NODE_ROWS];
    uint8_t ones[NODE_ROWS];
    double offset[NODE_ROWS];
    uint16_t sides[3 * NODE_ROWS];
    float picked[16 * NODE_ROWS];
    uint32_t class_total[NODE_CLASSES], class_left[3 * 16 * NODE_CLASSES];
    uint32_t class_sets[16 * CA_RANDOM_SETS * NODE_CLASSES];
    int32_t present[NODE_CLASSES];
    ca_random_node node;
} memory;

typedef enum statistic { TWO, MORE, NUMBERS } statistic;

static const int64_t statistic_at[] = { 168, 152, 160 };

static void fill(memory *m, const memory *from, int64_t n, int words, statistic what, bool once,
                 const uint32_t *weight) {
    const bool numbers = what == NUMBERS;
    memcpy(m->table, from->table, sizeof m->table);
    for (int64_t i = 0; i < NODE_ROWS; i++) m->in_order[i] = (uint32_t)i;
    for (int64_t i = 0; i < n; i++) m->rows[i] = (uint32_t)(i * 7 % NODE_ROWS);
    m->node = (ca_random_node){ .lanes = (COLUMNS + 7) / 8 * 8,
                                .words = words,
                                .keys = m->table,
                                .key_rows = m->rows,
                                .stride = STRIDE,
                                .rows = m->rows,
                                .spare = m->spare,
                                .n = n,
                                .statistics = m->table + statistic_at[what],
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
                                .n_classes = what == MORE ? NODE_CLASSES : 0,
                                .class_total = m->class_total,
                                .present = m->present,
                                .class_left = m->class_left,
                                .class_sets = m->class_sets,
                                .key = 77 };
    for (int32_t l = 0; l < m->node.lanes; l++) m->node.column[l] = l;
    for (int32_t c = 0; c < NODE_CLASSES; c++) m->class_total[c] = 1000;
    for (int32_t c = 0; c < NODE_CLASSES && what == MORE; c += 2) m->present[m->node.n_present++] = c;
}

/* Of sixteen columns or eight; each third one is a bit of the lowest of a word. */
static void pick_columns(ca_random_node *node, int32_t lanes) {
    node->lanes = lanes;
    for (int32_t l = 0; l < lanes; l++) {
        node->column[l] = node->word[l] = l * 5 % (node->words < COLUMNS ? node->words : COLUMNS);
        node->bit[l] = l % 3 == 2 ? UINT32_C(1) << l % 4 : 0;
        node->value[0][l] = (float)l - 3.5f;
        node->value[1][l] = (float)l + 0.25f;
    }
}

static int64_t search(memory *m, const ca_random_kernels *kernels, int32_t picked, statistic what, int lane) {
    ca_random_node *node = &m->node;
    const bool picks = picked > 0, numbers = what == NUMBERS;
    if (picks) pick_columns(node, picked);
    node->missing = true;
    const uint64_t lanes = (UINT64_C(1) << (picks ? picked : COLUMNS)) - 1;
    uint64_t varying = (picks ? kernels->pick : kernels->range)(node);
    ck_assert(varying >> lane & 1);
    ck_assert_uint_eq(node->with_missing & ~varying, 0);
    kernels->draw(node, varying & lanes);
    if (numbers)
        ck_assert(kernels->offsets(node, CA_SCORE_SQUARES) > 0);
    else
        node->total = (ca_pair){ 900, 4 * NODE_ROWS };
    node->missing_left = lane == 3;
    (numbers        ? kernels->numbers
     : what == MORE ? kernels->more_classes
                    : kernels->classes)(node, varying & lanes);
    (what == MORE ? kernels->gini : kernels->squares)(node);
    return kernels->part(node, lane);
}

#define SAME(what) ck_assert_mem_eq(&a->what, &b->what, sizeof a->what)

/* A lane of one value has no cut. */
static void same_lane(const ca_random_node *a, const ca_random_node *b, int l) {
    SAME(low[l]);
    SAME(high[l]);
    ck_assert((a->with_missing >> l & 1) == (b->with_missing >> l & 1));
    if (!(a->low[l] < a->high[l])) return;
    SAME(cut[l]);
    SAME(threshold[l]);
    SAME(weight[l]);
    SAME(gain[l]);
    if (!a->n_classes) SAME(sum[l]);
    for (int32_t i = 0; i < a->n_present; i++)
        SAME(class_left[(l / 16 * a->n_classes + a->present[i]) * 16 + l % 16]);
}

/* Whatever this machine has, its loops find what the plain ones find. */
START_TEST(vectors_are_the_plain_loops) {
    memory *base = calloc(1, sizeof *base), *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    uint32_t weight[NODE_ROWS];
    for (int64_t r = 0; r < NODE_ROWS; r++) {
        uint8_t *row = base->table + r * STRIDE;
        for (int64_t j = 0; j < COLUMNS; j++) {
            float x = j % 6 == 3 && r > 1 && noise(8) == 0 ? NAN : (float)noise(1u << 24) / 64 - 1000;
            memcpy(row + 4 * j, &x, sizeof x);
        }
        double y = noise(1000) / 7.0;
        uint64_t pack = UINT64_C(3) << 32 | noise(2), more = UINT64_C(3) << 32 | 2 * noise(5);
        weight[r] = 1 + noise(5);
        memcpy(row + 160, &y, sizeof y);
        memcpy(row + 168, &pack, sizeof pack);
        memcpy(row + 152, &more, sizeof more);
    }
    static const int64_t sizes[] = { 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, NODE_ROWS };
    static const int32_t picks[] = { 0, 16, 8 };
    static const int words[] = { COLUMNS, 32, 16, 65 };
    for (int way = 0; way < 72; way++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            const statistic what = (statistic)(way / 3 % 3);
            const int32_t picked = picks[way % 3];
            const bool second = way / 9 % 2; /* all weights are 1; or numbers have weights */
            const uint32_t *row_weights = second && what == NUMBERS ? weight : NULL;
            const int lane = (int)noise(4) * 3 % 8, columns = picked ? picked : COLUMNS;
            fill(a, base, sizes[i], words[way / 18], what, second && what != NUMBERS, row_weights);
            fill(b, base, sizes[i], words[way / 18], what, second && what != NUMBERS, row_weights);
            int64_t left = search(a, ca_random_plain(), picked, what, lane);
            ck_assert_int_eq(search(b, ca_random_fastest(), picked, what, lane), left);
            if (a->node.low[lane] < a->node.high[lane]) ck_assert(left > 0 && left < sizes[i]);
            ck_assert_mem_eq(a->rows, b->rows, (size_t)sizes[i] * sizeof *a->rows);
            for (int l = 0; l < columns; l++) same_lane(&a->node, &b->node, l);
            ck_assert(a->node.total.s == b->node.total.s && a->node.total.w == b->node.total.w);
        }
    free(base);
    free(a);
    free(b);
}
END_TEST

TEST_MAIN("random_rows", TEST(failing_allocations), TEST(rows_grow_the_trees_of_columns),
          TEST(threads_do_not_change_a_bit), TEST(what_it_does_not_take), TEST(tables_that_are_too_wide),
          TEST(tables_save_time), TEST(vectors_are_the_plain_loops))
