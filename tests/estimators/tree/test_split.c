/* The best cut of a node does not depend on how it is searched: with what this machine has, and without. */
#include "support/check_main.h"
#include "support/noise.h"
#include <math.h>
#include "base/alloc.h"
#include "base/run.h"
#include "tree/few_rows.h"
#include "tree/histogram.h"

enum { ROWS = 70000, COLUMNS = 8, MOST = 5000, MANY = 7 };

typedef struct world {
    cauce_run run;
    ca_bin_column columns[COLUMNS];
    ca_bins bins;
    double *y, *weight;
    int32_t *y_class, *many_class;
} world;

/* Columns from two values to one for each row; the target hangs on some of them. */
static void begin(world *w) {
    static const uint32_t distinct[COLUMNS] = { 2, 5, 90, 300, 2000, 40000, 0, 12 };
    ca_run_begin(&w->run);
    double *x = cauce_scratch(&w->run, ROWS, sizeof *x);
    w->y = cauce_scratch(&w->run, ROWS, sizeof *w->y);
    w->weight = cauce_scratch(&w->run, ROWS, sizeof *w->weight);
    w->y_class = cauce_scratch(&w->run, ROWS, sizeof *w->y_class);
    w->many_class = cauce_scratch(&w->run, ROWS, sizeof *w->many_class);
    for (int j = 0; j < COLUMNS; j++) {
        for (uint32_t r = 0; r < ROWS; r++) {
            x[r] = distinct[j] ? (double)noise(distinct[j]) : (double)(r * 7919 % ROWS);
            if (j % 3) w->y[r] += sqrt(x[r] / (distinct[j] + 1)) * (j == 4 ? 3 : 1);
        }
        w->columns[j] = (ca_bin_column){ 0 };
        ck_assert_int_eq(ca_bins_code(&w->run, x, ROWS, &w->columns[j]), CAUCE_OK);
    }
    ck_assert_int_eq(w->columns[6].type, CA_BIN_U32);
    for (int64_t r = 0; r < ROWS; r++) {
        w->weight[r] = 1 + noise(3);
        w->y[r] = floor(20 * (w->y[r] + noise(1000) / 500.0)) / 20; /* equal targets too */
        w->y_class[r] = w->y[r] > 4 || noise(20) == 0;
        w->many_class[r] = noise(10) == 0 ? (int32_t)noise(MANY) : (int32_t)(w->y[r] > 3) + (w->y[r] > 5);
    }
    w->bins = (ca_bins){ .n_rows = ROWS, .n_columns = COLUMNS, .columns = w->columns };
}

/* Nothing tells the targets: many cuts are about as good as the best one. in_turn: along column 6 they change
 * from code to code. Weights too large for few rows. */
static void make_hard(world *w, bool in_turn) {
    for (int64_t r = 0; r < ROWS; r++) {
        w->weight[r] = in_turn ? 20 : 30 + noise(30);
        w->y_class[r] = in_turn ? (int32_t)(r * 7919 % ROWS % 2) : (int32_t)noise(2);
        w->y[r] = w->y_class[r] + (in_turn ? 0 : noise(2));
        w->many_class[r] = (int32_t)noise(MANY);
    }
}

static void end(world *w) {
    for (int j = 0; j < COLUMNS; j++) ca_free(w->columns[j].memory);
    ca_run_end(&w->run);
}

static ca_cut find(world *w, const ca_grow_plan *plan, uint32_t *rows, int64_t n, bool plain, int64_t *left) {
    ca_search s;
    ca_arena_mark mark = ca_arena_here(&w->run.scratch);
    ck_assert_int_eq(ca_search_begin(&w->run, &s, plan, rows, n, w->weight, NULL), CAUCE_OK);
    ck_assert_int_eq(ca_few_rows_copy(&w->run, &s), CAUCE_OK);
    if (plain) {
        s.few->scan = NULL;
        s.few->most = 0;
        s.few->copies.columns = NULL;
    }
    ca_search_load(&s, rows, n);
    if (plain) {
        ca_need_pairs(&s);
        s.packed = s.counted = false;
    }
    if (!s.pure) ca_few_rows_enter(&s, rows);
    ca_cut cut = s.pure ? (ca_cut){ .feature = -1 } : ca_search_find(&s);
    uint32_t low, high;
    *left = 0;
    if (cut.feature >= 0) ca_read_codes(&s.data.columns[cut.feature], rows, n, s.codes, &low, &high);
    for (int64_t i = 0; i < n && cut.feature >= 0; i++) *left += s.codes[i] <= cut.code;
    ca_arena_back(&w->run.scratch, mark);
    return cut;
}

static void check(world *w, int n_classes, const uint32_t *rows, int64_t n) {
    const ca_grow_plan plan = { .bins = &w->bins,
                                .criterion = n_classes ? CA_GINI : CA_SQUARED_ERROR,
                                .n_classes = n_classes,
                                .y_class = n_classes == MANY ? w->many_class : w->y_class,
                                .y = w->y,
                                .max_leaf_nodes = INT64_MAX,
                                .min_samples_leaf = 1,
                                .max_features = COLUMNS };
    uint32_t one[MOST], other[MOST];
    int64_t left[2];
    memcpy(one, rows, (size_t)n * sizeof *rows);
    memcpy(other, rows, (size_t)n * sizeof *rows);
    ca_cut a = find(w, &plan, one, n, false, &left[0]), b = find(w, &plan, other, n, true, &left[1]);
    ck_assert_int_eq(a.feature, b.feature);
    ck_assert(a.gain == b.gain);
    ck_assert_int_eq(left[0], left[1]);
    if (a.left != 0 && b.left != 0) ck_assert(a.left == b.left);
}

/* Rows of the lowest codes of column 6: nothing is known of any cut there before it is looked at. */
static int64_t neighbours_in_code(int64_t n, uint32_t *rows) {
    int64_t found = 0;
    for (uint32_t r = 0; r < ROWS; r++)
        if (r * 7919 % ROWS < (uint32_t)n) rows[found++] = r;
    return found;
}

START_TEST(ways_of_searching_agree) {
    world *w = calloc(1, sizeof *w);
    uint32_t rows[MOST];
    begin(w);
    enum { SIGNAL = 600, NOISE = 900, ALL = 1000 };
    for (int round = 0; round < ALL; round++) {
        int64_t n = 2 + noise(round % 4 == 0 ? 70 : round % 4 == 1 ? 300 : round % 4 == 2 ? 1200 : MOST - 2);
        /* Ascending; sometimes close together, so that codes repeat or span little. */
        uint32_t step = 1 + noise((uint32_t)(ROWS / (n + 1)));
        for (int64_t i = 0; i < n; i++) rows[i] = (uint32_t)i * step + noise(step);
        if (round > NOISE) n = neighbours_in_code(n, rows);
        /* Some of the columns, so that each is the best one now and then. */
        uint32_t first = noise(COLUMNS);
        w->bins.columns = &w->columns[first];
        w->bins.n_columns = 1 + noise(COLUMNS - first);
        check(w, round % 3 == 2 ? MANY : round % 3 ? 2 : 0, rows, n);
        if (round == SIGNAL || round == NOISE) make_hard(w, round == NOISE);
    }
    end(w);
    free(w);
}
END_TEST

TEST_MAIN("split", TEST(ways_of_searching_agree))
