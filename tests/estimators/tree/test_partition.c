#include "support/check_main.h"
#include "support/noise.h"
#include <stdbool.h>

#include "tree/partition.h"

enum { ROWS = 100, ROOM = ROWS + 40 };

static void check(ca_partition *partition, const uint32_t *rows, const uint32_t *codes, int64_t n,
                  uint32_t cut) {
    uint32_t front[ROOM], right[ROOM], below, above, low = 0, high = UINT32_MAX;
    int64_t n_left = 0, n_right = 0;
    memcpy(front, rows, sizeof front);
    int64_t got = partition(front, codes, n, cut, right, &below, &above);
    for (int64_t i = 0; i < n; i++) {
        bool left = codes[i] <= cut;
        ck_assert_int_eq(left ? front[n_left++] : right[n_right++], rows[i]);
        if (left && codes[i] > low) low = codes[i];
        if (!left && codes[i] < high) high = codes[i];
    }
    ck_assert_int_eq(got, n_left);
    ck_assert(below == low && above == high);
    for (int64_t i = n; i < ROOM; i++) ck_assert_int_eq(front[i], rows[i]); /* the rows behind are others' */
}

START_TEST(rows_part_in_their_order) {
    uint32_t rows[ROOM], codes[ROOM];
    for (int round = 0; round < 300; round++) {
        uint32_t range = round % 3 ? 1 + noise(50) : UINT32_MAX;
        for (int i = 0; i < ROOM; i++) {
            rows[i] = noise(1u << 30);
            codes[i] = noise(range);
        }
        for (int64_t n = 0; n <= ROWS; n += 1 + noise(9))
            for (int i = 0; i < 2; i++)
                check(i ? ca_partition_fastest() : ca_partition_plain, rows, codes, n, noise(range));
    }
}
END_TEST

TEST_MAIN("partition", TEST(rows_part_in_their_order))
