#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/noise.h"
#include "tree/walk.h"

/* Walks against a walk over explicit children, on random trees. */

enum { SPLITS = 300, WALKERS = 100, SLOTS = 5, ROOM = 8, CODES = 40 };

typedef struct node {
    uint32_t code, slot;
    bool only;
    int32_t child[2]; /* a split, or -1 - leaf */
} node;

/* A random tree of n splits, level by level: a split's children are splits when that is needed to reach n, or
 * by chance while there are splits left. */
static void make_tree(node *tree, int32_t n) {
    int32_t splits = 1, leaves = 0;
    for (int32_t i = 0; i < n; i++) {
        tree[i] = (node){ .code = noise(CODES), .slot = noise(SLOTS), .only = noise(4) == 0 };
        int32_t must = splits == i + 1 && splits < n ? (int32_t)noise(2) : -1;
        for (int32_t s = 0; s < 2; s++)
            tree[i].child[s] = splits < n && (s == must || noise(3) > 0) ? splits++ : -1 - leaves++;
    }
}

static void pack(const node *tree, int32_t n, ca_split_shape shape, ca_scored_split *splits) {
    int32_t first = 1;
    for (int32_t i = 0; i < n; i++) {
        const node *at = &tree[i];
        splits[i] = (at->child[0] < 0 ? CA_SPLIT_LEFT_LEAF : 0) |
                    (at->child[1] < 0 ? CA_SPLIT_RIGHT_LEAF : 0) | (at->only ? CA_SPLIT_ONLY : 0) |
                    (uint64_t)at->code << CA_SPLIT_FLAGS | (uint64_t)at->slot << shape.slot_shift |
                    (uint64_t)(first - i) << shape.child_shift;
        first += (at->child[0] >= 0) + (at->child[1] >= 0);
    }
}

static int32_t leaf_of(const node *tree, const uint32_t *codes) {
    int32_t at = 0;
    while (at >= 0) {
        uint32_t x = codes[tree[at].slot];
        at = tree[at].child[tree[at].only ? x == tree[at].code : x >= tree[at].code];
    }
    return -1 - at;
}

/* Two trees one after the other; walkers are rows of the second, or both trees under row 0. */
static void check(ca_walk *walk, const node *trees[2], int32_t first, const ca_scored_split *splits,
                  ca_split_shape shape, const uint32_t *codes, int32_t n) {
    uint64_t at[WALKERS + CA_WALK_SLACK], ended[WALKERS + CA_WALK_SLACK];
    char seen[WALKERS] = { 0 };
    for (int32_t r = 0; r < n; r++) at[r] = (uint64_t)(r * ROOM) << 32 | (uint64_t)first;
    walk(splits, shape, codes, UINT32_MAX, n, at, ended);
    for (int32_t i = 0; i < n; i++) {
        uint32_t row = (uint32_t)(ended[i] >> 32) / ROOM;
        ck_assert_uint_lt(row, (uint32_t)n);
        ck_assert_int_eq(seen[row]++, 0);
        ck_assert_int_eq((int32_t)(uint32_t)ended[i] - first, leaf_of(trees[1], codes + row * ROOM));
    }
    for (uint64_t t = 0; t < 2; t++) at[t] = t << 32 | (t ? (uint64_t)first : 0);
    walk(splits, shape, codes, 0, 2, at, ended);
    for (int32_t i = 0; i < 2; i++) {
        int32_t t = (int32_t)(ended[i] >> 32);
        ck_assert_int_eq((int32_t)(uint32_t)ended[i] - (t ? first : 0), leaf_of(trees[t], codes));
    }
    ck_assert_uint_ne(ended[0] >> 32, ended[1] >> 32);
}

START_TEST(walks_end_in_the_right_leaf) {
    node one[SPLITS], two[SPLITS];
    ca_scored_split splits[2 * SPLITS];
    uint32_t codes[WALKERS * ROOM];
    for (uint64_t seed = 1; seed <= 200; seed++) {
        noise_state = seed;
        int32_t n_one = 1 + (int32_t)noise(SPLITS), n_two = 1 + (int32_t)noise(SPLITS);
        int extra = (int)noise(30); /* wider parts than needed: the last one ends below bit 64 */
        ca_split_shape shape = { CA_SPLIT_FLAGS + 6, CA_SPLIT_FLAGS + 6 + 3 + extra, 63, 7 };
        make_tree(one, n_one);
        make_tree(two, n_two);
        pack(one, n_one, shape, splits);
        pack(two, n_two, shape, splits + n_one);
        for (int32_t i = 0; i < WALKERS * ROOM; i++) codes[i] = noise(CODES);
        const node *trees[2] = { one, two };
        for (int32_t n = 0; n <= WALKERS; n += 1 + (int32_t)noise(20)) {
            check(ca_walk_plain, trees, n_one, splits, shape, codes, n);
            check(ca_walk_fastest(), trees, n_one, splits, shape, codes, n);
        }
    }
}
END_TEST

TEST_MAIN("walk", TEST(walks_end_in_the_right_leaf))
