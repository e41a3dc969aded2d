/* Lines of rows: what was noted is told again, and takes no more entries than it has jumps. */
#include "data/lines.h"
#include "support/check_main.h"

START_TEST(one_entry_for_a_line_per_row) {
    cauce_run run;
    ca_run_begin(&run);
    ca_lines *lines = NULL;
    for (int64_t r = 0; r < 1000; r++) ck_assert_int_eq(ca_lines_add(&run, &lines, r, r + 2), CAUCE_OK);
    ck_assert_int_eq(lines->n, 1);
    ck_assert_int_eq(ca_lines_at(lines, 0), 2);
    ck_assert_int_eq(ca_lines_at(lines, 999), 1001);
    ca_lines_drop(lines);
    ca_run_end(&run);
}
END_TEST

enum { ROWS = 500 };

START_TEST(jumps_and_joins) {
    cauce_run run;
    ca_run_begin(&run);
    cauce_rng rng;
    for (int round = 0; round < 50; round++) {
        cauce_rng_init(&rng, 1, "lines", (uint64_t)round);
        int64_t expected[ROWS], line = 2;
        ca_lines *whole = NULL, *joined = NULL, *part = NULL;
        int64_t first = 0;
        for (int64_t r = 0; r < ROWS; r++) {
            expected[r] = line;
            line += 1 + (cauce_rng_u32(&rng) % 8 == 0 ? cauce_rng_u32(&rng) % 4 : 0);
            ck_assert_int_eq(ca_lines_add(&run, &whole, r, expected[r]), CAUCE_OK);
            ck_assert_int_eq(ca_lines_add(&run, &part, r - first, expected[r]), CAUCE_OK);
            if (cauce_rng_u32(&rng) % 40 != 0 && r + 1 < ROWS) continue;
            ck_assert_int_eq(ca_lines_join(&run, &joined, first, part), CAUCE_OK);
            ca_lines_drop(part);
            part = NULL;
            first = r + 1;
        }
        ck_assert_int_eq(joined->n, whole->n);
        for (int64_t r = 0; r < ROWS; r++) {
            ck_assert_int_eq(ca_lines_at(whole, r), expected[r]);
            ck_assert_int_eq(ca_lines_at(joined, r), expected[r]);
        }
        ca_lines_drop(whole);
        ca_lines_drop(joined);
    }
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("lines", TEST(one_entry_for_a_line_per_row), TEST(jumps_and_joins))
