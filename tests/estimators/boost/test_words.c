/* Words of 16 trees: the leaf that no entry strikes, and the order of the sums. */
#include "boost/words.h"

#include <stdbool.h>

#include "support/check_main.h"

enum { JOINTS = 9, ENTRIES = 40, ROWS = 23 };

static uint64_t state = 3;
static uint64_t noise(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 31 ^ state << 33;
}

typedef struct trees {
    uint64_t words[JOINTS * ENTRIES * CA_WORDS];
    uint32_t narrow[JOINTS * ENTRIES * CA_WORDS];
    uint16_t row_of[JOINTS * ENTRIES];
    int32_t joints[JOINTS], entries[ROWS * JOINTS];
    double leaves[CA_WORDS * 64];
    ca_word_group group;
} trees;

/* Each word keeps at least the leaf that `kept` says, so that one is left whatever the entries are. */
static void make(trees *t, int room, bool own_rows, int n_joints) {
    uint64_t kept[CA_WORDS];
    for (int k = 0; k < CA_WORDS; k++) kept[k] = UINT64_C(1) << noise() % (uint64_t)room;
    for (int i = 0; i < JOINTS * ENTRIES * CA_WORDS; i++) {
        t->words[i] = noise() | noise() | kept[i % CA_WORDS];
        t->narrow[i] = (uint32_t)t->words[i];
    }
    for (int i = 0; i < JOINTS * ENTRIES; i++) t->row_of[i] = (uint16_t)(noise() % (JOINTS * ENTRIES));
    for (int i = 0; i < JOINTS; i++) t->joints[i] = (JOINTS - 1 - i + n_joints) % JOINTS;
    for (int r = 0; r < ROWS; r++)
        for (int j = 0; j < JOINTS; j++)
            t->entries[r * JOINTS + j] = j * ENTRIES + (int32_t)(noise() % ENTRIES);
    for (int i = 0; i < CA_WORDS * 64; i++) t->leaves[i] = (double)noise() * 0x1p-60 - 8;
    t->leaves[5] = -0.0;
    t->group = (ca_word_group){ .rows = room == 64 ? (const void *)t->words : t->narrow,
                                .row_of = own_rows ? NULL : t->row_of,
                                .joints = own_rows ? NULL : t->joints,
                                .n_joints = n_joints };
}

static double slowly(const trees *t, int room, int r, double out) {
    const ca_word_group *g = &t->group;
    double lanes[4] = { 0 };
    for (int k = 0; k < CA_WORDS; k++) {
        uint64_t all = room == 64 ? ~UINT64_C(0) : UINT32_MAX;
        int leaf = 0;
        for (int64_t i = 0; i < (g->row_of ? g->n_joints : JOINTS); i++) {
            int32_t entry = t->entries[r * JOINTS + (g->row_of ? g->joints[i] : i)];
            all &= t->words[(g->row_of ? g->row_of[entry] : entry) * CA_WORDS + k];
        }
        while (!(all >> leaf & 1)) leaf++;
        lanes[k % 4] += t->leaves[k * room + leaf];
    }
    return out + ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
}

START_TEST(leaves_are_added_in_lanes) {
    static trees t;
    for (int room = 32; room <= 64; room += 32)
        for (int n_joints = 0; n_joints <= JOINTS; n_joints++)
            for (int own = 0; own < 2; own++) {
                double out[ROWS], expected[ROWS];
                make(&t, room, own, n_joints);
                for (int r = 0; r < ROWS; r++) {
                    out[r] = (double)noise() * 0x1p-62;
                    expected[r] = slowly(&t, room, r, out[r]);
                }
                ca_words_fastest(room == 64)(&t.group, t.leaves, t.entries, JOINTS, ROWS, out);
                ck_assert_mem_eq(out, expected, sizeof out);
            }
}
END_TEST

TEST_MAIN("words", TEST(leaves_are_added_in_lanes))
