/* Clusters send every row to the leaf that splits one by one send it to. */
#include <stdlib.h>
#include <string.h>

#include "base/run.h"
#include "support/check_main.h"
#include "support/noise.h"
#include "tree/clusters.h"

enum { TREES = 40, MOST_SPLITS = 400, MOST_CODES = 256, ROWS = 64, CODES = 30 };

typedef struct forest {
    int64_t offset[TREES + 1];
    ca_split_shape shape;
    ca_scored_split splits[TREES * MOST_SPLITS];
    uint8_t missing[TREES * MOST_SPLITS];
    uint32_t leaf_number[TREES * (MOST_SPLITS + 1)];
    uint32_t codes[ROWS * MOST_CODES];
    int n_codes, row_shift;
} forest;

/* A random tree of n splits, level by level; `full`: how often, of four times, a child is a split while there
 * are some left. */
static void add_tree(forest *f, int64_t first, int64_t n, bool only, uint32_t full) {
    int64_t next = 1;
    for (int64_t i = 0; i < n; i++) {
        ca_scored_split leaves = 0;
        int64_t child = next;
        uint32_t must = next == i + 1 && next < n ? noise(2) : 2;
        for (uint32_t side = 0; side < 2; side++) {
            bool split = next < n && (side == must || noise(4) < full);
            next += split;
            if (!split) leaves |= side ? CA_SPLIT_RIGHT_LEAF : CA_SPLIT_LEFT_LEAF;
        }
        if (only && noise(3) == 0) leaves |= CA_SPLIT_ONLY;
        f->splits[first + i] = leaves | (uint64_t)noise(CODES) << CA_SPLIT_FLAGS |
                               (uint64_t)noise((uint32_t)f->n_codes) << f->shape.slot_shift |
                               (uint64_t)(child - i) << f->shape.child_shift;
        f->missing[first + i] = (uint8_t)noise(2);
    }
}

static void make_forest(forest *f, int n_codes, bool only) {
    f->n_codes = n_codes;
    for (f->row_shift = 0; 1 << f->row_shift < n_codes;) f->row_shift++;
    f->shape = (ca_split_shape){ .slot_shift = 8, .child_shift = 17, .code_mask = 31, .slot_mask = 511 };
    for (int64_t t = 0; t < TREES; t++) {
        int64_t n = t % 8 == 3 ? 0 : t < 12 ? t : 1 + noise(MOST_SPLITS);
        f->offset[t + 1] = f->offset[t] + n;
        add_tree(f, f->offset[t], n, only, 2 + noise(3));
    }
    for (int i = 0; i < ROWS * MOST_CODES; i++) f->codes[i] = noise(CODES);
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void same_ends(uint64_t *a, uint64_t *b, int32_t n) {
    qsort(a, (size_t)n, sizeof *a, compare);
    qsort(b, (size_t)n, sizeof *b, compare);
    ck_assert_mem_eq(a, b, (size_t)n * sizeof *a);
}

/* From numbers of clusters to those of the forest, which include one leaf for each tree before. */
static void number_leaves(const forest *f, uint64_t *ended, int32_t n, uint64_t t) {
    for (int32_t i = 0; i < n; i++)
        ended[i] = (ended[i] & ~(uint64_t)UINT32_MAX) | (f->leaf_number[(uint32_t)ended[i]] - t);
}

static void check_rows(const forest *f, const ca_clusters *clusters) {
    uint64_t at[ROWS + CA_WALK_SLACK], one[ROWS + CA_WALK_SLACK], other[ROWS + CA_WALK_SLACK];
    for (int64_t t = 0; t < TREES; t++) {
        if (f->offset[t] == f->offset[t + 1]) continue;
        for (uint64_t r = 0; r < ROWS; r++) at[r] = r << (32 + f->row_shift) | (uint64_t)f->offset[t];
        ca_walk_plain(f->splits, f->shape, f->codes, UINT32_MAX, ROWS, at, one);
        for (uint64_t r = 0; r < ROWS; r++) at[r] = r << (32 + f->row_shift);
        clusters->walk.rows(clusters, f->codes, t, ROWS, at, other);
        number_leaves(f, other, ROWS, (uint64_t)t);
        same_ends(one, other, ROWS);
    }
}

/* The leaf of a row in tree t, split by split. */
static uint64_t leaf_of(const forest *f, const uint32_t *row, uint64_t t) {
    if (f->offset[t] == f->offset[t + 1]) return (uint64_t)f->offset[t] + t;
    return t + ca_walk_missing(f->splits, f->shape, row, f->missing, (uint64_t)f->offset[t]);
}

static void check_trees(const forest *f, const ca_clusters *clusters) {
    uint64_t at[TREES + CA_WALK_SLACK], ended[TREES + CA_WALK_SLACK];
    for (int r = 0; r < ROWS; r++) {
        const uint32_t *row = f->codes + (r << f->row_shift);
        clusters->walk.row(clusters, row, at, ended);
        for (uint64_t t = 0; t < TREES; t++) ck_assert_uint_eq(f->leaf_number[ended[t]], leaf_of(f, row, t));
    }
}

/* Of all kinds of processors that this one includes. */
static void check_walks(const forest *f, ca_clusters *clusters) {
    const ca_cluster_walks of_kind[] = { ca_cluster_walks_plain(f->n_codes, clusters->has_only),
                                         ca_cluster_walks_avx2(f->n_codes, clusters->has_only),
                                         ca_cluster_walks_avx512(f->n_codes, clusters->has_only) };
    for (size_t i = 0; i < sizeof of_kind / sizeof *of_kind; i++) {
        if (!of_kind[i].row) continue;
        clusters->walk = of_kind[i];
        check_rows(f, clusters);
        check_trees(f, clusters);
    }
}

static void check_missing(forest *f, const ca_clusters *clusters) {
    for (int i = 0; i < ROWS * MOST_CODES; i++)
        if (noise(3) == 0) f->codes[i] = (uint32_t)CA_WALK_MISSING;
    for (int r = 0; r < ROWS; r++) {
        const uint32_t *row = f->codes + (r << f->row_shift);
        for (uint64_t t = 0; t < TREES; t++)
            ck_assert_uint_eq(f->leaf_number[ca_clusters_walk_missing(clusters, row, (int64_t)t)],
                              leaf_of(f, row, t));
    }
}

/* Each leaf of a tree has a number among those of the tree. */
static void check_numbers(const forest *f) {
    for (int64_t t = 0; t < TREES; t++) {
        const int64_t first = f->offset[t] + t, n = f->offset[t + 1] - f->offset[t] + 1;
        bool seen[MOST_SPLITS + 1] = { false };
        for (int64_t i = 0; i < n; i++) {
            const int64_t leaf = (int64_t)f->leaf_number[first + i] - first;
            ck_assert(leaf >= 0 && leaf < n && !seen[leaf]);
            seen[leaf] = true;
        }
    }
}

START_TEST(clusters_lead_where_splits_lead) {
    static const int widths[] = { 1, 5, 8, 16, 17, 24, 32, 33, 48, 50, 64, 65, 200, 256 };
    forest *f = calloc(1, sizeof *f);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (int only = 0; only < 2; only++) {
            make_forest(f, widths[w], only);
            cauce_run run;
            ca_keep keep = { 0 };
            ca_clusters clusters;
            ca_run_begin(&run);
            run.keep = &keep;
            ck_assert_int_eq(ca_clusters_make(&run, f->splits, f->shape, f->missing, f->offset, TREES,
                                              f->n_codes, f->leaf_number, &clusters),
                             CAUCE_OK);
            ck_assert_ptr_nonnull(clusters.items);
            check_numbers(f);
            check_walks(f, &clusters);
            check_missing(f, &clusters);
            ca_run_end(&run);
            ca_arena_free(&keep.arena);
        }
    free(f);
}
END_TEST

START_TEST(rows_of_more_codes_have_none) {
    forest *f = calloc(1, sizeof *f);
    cauce_run run;
    ca_clusters clusters;
    make_forest(f, MOST_CODES, false);
    ca_run_begin(&run);
    ck_assert_int_eq(ca_clusters_make(&run, f->splits, f->shape, NULL, f->offset, TREES, MOST_CODES + 1,
                                      f->leaf_number, &clusters),
                     CAUCE_OK);
    ck_assert_ptr_null(clusters.items);
    ca_run_end(&run);
    free(f);
}
END_TEST

TEST_MAIN("clusters", TEST(clusters_lead_where_splits_lead), TEST(rows_of_more_codes_have_none))
