/* What is drawn in a node: evenly, whatever its key, and as if the keys of relatives knew nothing of each
 * other. Bounds are those of chi-square tests that would go wrong once in 10,000 seeds; keys are the same
 * each time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "base/alloc.h"
#include "base/rng.h"
#include "base/run.h"
#include "tree/draws.h"
#include "tree/split.h"

/* Wilson and Hilferty's approximation of the quantile at 1 - 1e-4. */
static double bound(int64_t freedom) {
    double a = 2.0 / 9 / (double)freedom, z = 1 - a + 3.719 * sqrt(a);
    return (double)freedom * z * z * z;
}

/* Cells that are to be equally full. */
static double chi_square(const int64_t *count, int64_t n_cells) {
    double total = 0, sum = 0;
    for (int64_t i = 0; i < n_cells; i++) total += (double)count[i];
    double expected = total / (double)n_cells;
    for (int64_t i = 0; i < n_cells; i++) sum += pow((double)count[i] - expected, 2) / expected;
    return sum;
}

static void check_even(const char *what, const int64_t *count, int64_t n_cells) {
    double x = chi_square(count, n_cells), most = bound(n_cells - 1);
    ck_assert_msg(x < most, "%s: chi-square %g of %d cells, at most %g", what, x, (int)n_cells, most);
}

/* The key of tree t, as the forests make it. */
static uint64_t tree_key(uint64_t seed, uint64_t t) {
    cauce_rng rng;
    uint32_t words[2];
    cauce_rng_init(&rng, seed, "forest columns", t);
    ca_rng_words(&rng, words, 2);
    return (uint64_t)words[1] << 32 | words[0];
}

static uint32_t draw(uint64_t key, int place, uint32_t n) {
    ca_draws draws = { .key = key };
    while (place-- > 0) ca_draw_below(&draws, n);
    return ca_draw_below(&draws, n);
}

START_TEST(mixed_as_published) {
    /* The first numbers of SplitMix64 from state 1234567, as in its author's C. */
    static const uint64_t expected[] = { 6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                         4593380528125082431u, 16408922859458223821u };
    for (uint64_t i = 0; i < 5; i++) ck_assert_uint_eq(ca_number_of(1234567, i), expected[i]);
}
END_TEST

/* A third of the words is refused for the last n, and it shows when they are not: half of the numbers would
 * come twice as often. */
START_TEST(numbers_below) {
    enum { CELLS = 96, MANY = 300000 };
    static const uint32_t n[] = { 1, 2, 3, 7, 54, 96, (UINT32_MAX / 3) * 2 / CELLS * CELLS };
    for (size_t k = 0; k < sizeof n / sizeof *n; k++) {
        int64_t count[CELLS] = { 0 }, cells = n[k] < CELLS ? n[k] : CELLS;
        ca_draws draws = { .key = tree_key(1, k) };
        uint32_t most = 0;
        for (int i = 0; i < MANY; i++) {
            uint32_t drawn = ca_draw_below(&draws, n[k]);
            most = drawn > most ? drawn : most;
            count[n[k] <= CELLS ? drawn : drawn % CELLS]++;
        }
        ck_assert_uint_lt(most, n[k]);
        if (cells > 1) check_even("below", count, cells);
        ck_assert_uint_eq(draws.next > MANY * 4 / 3, k == sizeof n / sizeof *n - 1);
    }
}
END_TEST

/* ---- Relatives ----------------------------------------------------------------------------------------- */

enum { VALUES = 12, DEPTH = 15, TREES = 4 };

/* Pairs of what two nodes draw at a place: each with each alike. */
typedef struct pairs {
    int64_t count[3][VALUES * VALUES]; /* at places 0 and 0, 0 and 1, 1 and 0 */
} pairs;

static void pair_up(pairs *p, uint64_t one, uint64_t other) {
    static const int place[3][2] = { { 0, 0 }, { 0, 1 }, { 1, 0 } };
    for (int i = 0; i < 3; i++)
        p->count[i][draw(one, place[i][0], VALUES) * VALUES + draw(other, place[i][1], VALUES)]++;
}

static void check_pairs(const char *what, const pairs *p) {
    for (int i = 0; i < 3; i++) check_even(what, p->count[i], VALUES * VALUES);
}

typedef struct family {
    pairs siblings, left, right, cousins, trees, own;
    int64_t first[VALUES], cut[VALUES];
    double cut_sum; /* of products of the cuts of siblings, from their middle */
} family;

/* A complete tree; `other` has the key of the same node of another one. */
static void visit(family *f, uint64_t key, uint64_t other, int depth) {
    f->first[draw(key, 0, VALUES)]++;
    f->own.count[0][draw(key, 0, VALUES) * VALUES + draw(key, 1, VALUES)]++;
    f->own.count[1][draw(key, 0, VALUES) * VALUES + draw(key, 2, VALUES)]++;
    f->own.count[2][draw(key, 0, VALUES) * VALUES + (int)(ca_uniform_of(ca_columns_key(key), 3) * VALUES)]++;
    f->cut[(int)(ca_uniform_of(ca_columns_key(key), (uint64_t)depth) * VALUES)]++;
    pair_up(&f->trees, key, other);
    if (depth == DEPTH) return;
    uint64_t left = ca_side_key(key, true), right = ca_side_key(key, false);
    pair_up(&f->siblings, left, right);
    pair_up(&f->left, key, left);
    pair_up(&f->right, key, right);
    pair_up(&f->cousins, ca_side_key(left, false), ca_side_key(right, false));
    for (uint64_t j = 0; j < 8; j++)
        f->cut_sum +=
            (ca_uniform_of(ca_columns_key(left), j) - 0.5) * (ca_uniform_of(ca_columns_key(right), j) - 0.5);
    visit(f, left, ca_side_key(other, true), depth + 1);
    visit(f, right, ca_side_key(other, false), depth + 1);
}

START_TEST(relatives_know_nothing_of_each_other) {
    family *f = calloc(1, sizeof *f);
    for (uint64_t t = 0; t < TREES; t++) visit(f, tree_key(0, t), tree_key(0, t + 1), 0);
    check_even("first of a node", f->first, VALUES);
    check_even("cuts", f->cut, VALUES);
    check_pairs("siblings", &f->siblings);
    check_pairs("left child", &f->left);
    check_pairs("right child", &f->right);
    check_pairs("cousins", &f->cousins);
    check_pairs("trees", &f->trees);
    check_pairs("a node's own", &f->own);
    double n = TREES * 8.0 * ((1 << DEPTH) - 1); /* products of two of variance 1/12 each */
    ck_assert(fabs(f->cut_sum) < 3.89 * sqrt(n) / 12);
    free(f);
}
END_TEST

static int by_number(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* No two nodes of a forest have the same key, and the bits of a side's key are those of its parent's flipped
 * half of the time, each by itself. */
START_TEST(keys) {
    enum { NODES = 1 << 16 };
    uint64_t *key = calloc(TREES * NODES, sizeof *key), last = 0;
    int64_t flipped[64] = { 0 };
    for (uint64_t t = 0; t < TREES; t++) {
        uint64_t *node = key + t * NODES;
        node[1] = tree_key(9, t);
        for (int i = 1; i < NODES / 2; i++)
            for (int side = 0; side < 2; side++) {
                node[2 * i + side] = ca_side_key(node[i], side == 0);
                for (int bit = 0; bit < 64; bit++) flipped[bit] += (node[2 * i + side] ^ node[i]) >> bit & 1;
            }
    }
    double n = TREES * 2.0 * (NODES / 2 - 1);
    for (int bit = 0; bit < 64; bit++)
        ck_assert_msg(fabs((double)flipped[bit] - n / 2) < 4.5 * sqrt(n) / 2, "bit %d: %d of %g", bit,
                      (int)flipped[bit], n);
    qsort(key, TREES * NODES, sizeof *key, by_number);
    int64_t twice = 0;
    for (int64_t i = TREES; i < TREES * NODES; i++, last = key[i - 1]) twice += key[i] == last;
    ck_assert_int_eq(twice, 0);
    free(key);
}
END_TEST

/* ---- Columns of a node --------------------------------------------------------------------------------- */

enum { ROWS = 40, COLUMNS = 9, KEYS = 20000 };

typedef struct world {
    cauce_run run;
    ca_bin_column columns[COLUMNS];
    ca_bins bins;
    double y[ROWS], weight[ROWS];
    uint32_t rows[ROWS];
} world;

/* The higher the column, the better its only cut; the last n_constants of them have none. */
static void begin(world *w, int n_constants) {
    *w = (world){ 0 };
    ca_run_begin(&w->run);
    for (int r = 0; r < ROWS; r++) {
        w->y[r] = r;
        w->weight[r] = 1;
        w->rows[r] = (uint32_t)r;
    }
    for (int j = 0; j < COLUMNS; j++) {
        double x[ROWS];
        for (int r = 0; r < ROWS; r++) x[r] = j < COLUMNS - n_constants && r > j;
        ck_assert_int_eq(ca_bins_code(&w->run, x, ROWS, &w->columns[j]), CAUCE_OK);
    }
    w->bins = (ca_bins){ .n_rows = ROWS, .n_columns = COLUMNS, .columns = w->columns };
}

static void end(world *w) {
    for (int j = 0; j < COLUMNS; j++) ca_free(w->columns[j].memory);
    ca_run_end(&w->run);
}

static ca_search search_of(world *w, ca_grow_plan *plan, int64_t max_features) {
    ca_search s;
    *plan = (ca_grow_plan){ .bins = &w->bins,
                            .criterion = CA_SQUARED_ERROR,
                            .y = w->y,
                            .max_leaf_nodes = INT64_MAX,
                            .min_samples_leaf = 1,
                            .max_features = max_features };
    ck_assert_int_eq(ca_search_begin(&w->run, &s, plan, w->rows, ROWS, w->weight, NULL), CAUCE_OK);
    ca_search_load(&s, w->rows, ROWS);
    return s;
}

/* How often each number is the largest of m that are drawn from 0 .. n-1 without repeats. */
static void check_largest(const int64_t *count, int n, int m) {
    double ways = 1, sum = 0;
    for (int i = 0; i < m; i++) ways *= (double)(n - i) / (i + 1);
    for (int j = 0; j < n; j++) {
        double expected = KEYS / ways;
        for (int i = 0; i < m - 1; i++) expected *= (double)(j - i) / (i + 1);
        if (j < m - 1)
            ck_assert_int_eq(count[j], 0);
        else
            sum += pow((double)count[j] - expected, 2) / expected;
    }
    ck_assert_msg(n == m || sum < bound(n - m), "%d of %d: %g, at most %g", m, n, sum, bound(n - m));
}

START_TEST(columns_are_drawn_evenly) {
    for (int m = 1; m < COLUMNS; m++) {
        world w;
        ca_grow_plan plan;
        begin(&w, 0);
        ca_search s = search_of(&w, &plan, m);
        int64_t count[COLUMNS] = { 0 };
        bool in_place = true;
        for (int k = 0; k < KEYS; k++) {
            s.key = ca_side_key(tree_key(2, (uint64_t)k / 2), k % 2);
            count[ca_search_find(&s).feature]++;
            for (int j = 0; j < COLUMNS; j++) in_place &= s.features[j] == j;
        }
        ck_assert(in_place);
        check_largest(count, COLUMNS, m);
        end(&w);
    }
}
END_TEST

/* The flags of the columns are those of the list, which holds constants alone, each once. */
static bool is_listed_right(const ca_search *s, int varying) {
    bool right = true;
    for (int j = 0; j < COLUMNS; j++) {
        int times = 0;
        for (int64_t i = 0; i < s->n_constants; i++) times += s->constants[i] == j;
        right &= times == s->constant[j] && (!times || j >= varying);
    }
    return right;
}

/* Constant columns count as drawn, and more are drawn when there were no others: as many of the varying ones
 * as chance has it, but one at least. Whether they are known does not show. */
START_TEST(constants_are_drawn_too) {
    enum { CONSTANTS = 5, VARYING = COLUMNS - CONSTANTS };
    _Static_assert(VARYING == 4, "counts");
    for (int m = 1; m < COLUMNS; m++) {
        world w;
        ca_grow_plan plan;
        int64_t count[COLUMNS] = { 0 };
        begin(&w, CONSTANTS);
        ca_search s = search_of(&w, &plan, m);
        bool as_known = true, listed_right = true;
        for (int k = 0; k < KEYS; k++) {
            s.key = tree_key(3, (uint64_t)k);
            ca_constants_back(&s, 0);
            ca_cut first = ca_search_find(&s);
            for (int64_t n = s.n_constants; n >= 0; n--) {
                ca_constants_back(&s, n);
                ca_cut again = ca_search_find(&s);
                as_known &= again.feature == first.feature && again.gain == first.gain;
            }
            listed_right &= is_listed_right(&s, VARYING);
            count[first.feature]++;
        }
        ck_assert(as_known && listed_right);
        ck_assert_int_eq(count[0] + count[1] + count[2] + count[3], KEYS);
        double none = 1, all = 1; /* of the varying ones but the last is drawn; all are */
        for (int i = 0; i < m; i++) {
            none *= i < CONSTANTS ? (double)(CONSTANTS - i) / (COLUMNS - i) : 0;
            all *= (double)(COLUMNS - 1 - i) / (COLUMNS - i);
        }
        /* The best column is found when it is among the m drawn, or comes first when none is. */
        double expected = KEYS * (1 - all + none / VARYING);
        double deviation = sqrt(expected * (1 - expected / KEYS));
        ck_assert_msg(fabs((double)count[VARYING - 1] - expected) <= 3.9 * deviation, "%d: %d, expected %g",
                      m, (int)count[VARYING - 1], expected);
        end(&w);
    }
}
END_TEST

TEST_MAIN("draws", TEST(mixed_as_published), TEST(numbers_below), TEST(relatives_know_nothing_of_each_other),
          TEST(keys), TEST(columns_are_drawn_evenly), TEST(constants_are_drawn_too))
