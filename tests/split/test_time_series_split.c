/* time_series_split by a column of times: what it does on sorted rows, whatever the order and the repeats. */
#include "reference/folds.h"
#include "support/failing.h"
#include "support/split_harness.h"

/* The rows whose step lies in first .. last, and no others, ascending. */
static void check_rows(const int64_t *rows, int64_t n, const int64_t *step_of, int64_t n_rows, int64_t first,
                       int64_t last) {
    int64_t at = 0;
    for (int64_t r = 0; r < n_rows; r++)
        if (step_of[r] >= first && step_of[r] <= last) {
            ck_assert_int_lt(at, n);
            ck_assert_int_eq(rows[at++], r);
        }
    ck_assert_int_eq(at, n);
}

/* scikit-learn's folds of sorted rows, when row r happened at step (7 r) mod n, and each twice. */
START_TEST(order_and_repeats_do_not_matter) {
    for (size_t i = 0; i < sizeof time_cases / sizeof *time_cases; i++) {
        const reference_time *c = &time_cases[i];
        int64_t step_of[128], n = 2 * c->n;
        double time[128];
        for (int r = 0; r < n; r++) {
            step_of[r] = 7 * r % c->n;
            time[r] = -1e9 + (double)(step_of[r] * step_of[r]) * .25; /* uneven steps */
        }
        char text[160], most[16], size[16];
        snprintf(most, sizeof most, c->max_train_size ? "%d" : "null", c->max_train_size);
        snprintf(size, sizeof size, c->test_size ? "%d" : "null", c->test_size);
        snprintf(text, sizeof text, "time_series_split n_splits=%d max_train_size=%s test_size=%s gap=%d",
                 c->n_splits, most, size, c->gap);
        begin();
        ca_split_input input = { .n_rows = n, .time = time };
        ca_folds folds = split(text, &input);
        ck_assert_int_eq(folds.n_folds, c->n_splits);
        for (int64_t f = 0; f < folds.n_folds; f++) {
            const int32_t *b = c->bounds + 4 * f;
            check_rows(folds.folds[f].train, folds.folds[f].n_train, step_of, n, b[0], b[1]);
            check_rows(folds.folds[f].test, folds.folds[f].n_test, step_of, n, b[2], b[3]);
        }
        end();
    }
}
END_TEST

START_TEST(steps_between_tests) {
    int64_t rows[20];
    for (int r = 0; r < 20; r++) rows[r] = r;
    ca_split_input input = { .n_rows = 20 };
    begin();
    ca_folds folds = split("time_series_split n_splits=3 test_size=4 step=2 gap=1 max_train_size=5", &input);
    const int64_t first[] = { 12, 14, 16 }; /* overlapping; the last ends with the table */
    for (int f = 0; f < 3; f++) {
        check_rows(folds.folds[f].test, folds.folds[f].n_test, rows, 20, first[f], first[f] + 3);
        check_rows(folds.folds[f].train, folds.folds[f].n_train, rows, 20, first[f] - 6, first[f] - 2);
    }
    folds = split("time_series_split n_splits=3 test_size=1 step=5", &input);
    for (int f = 0; f < 3; f++) {
        check_rows(folds.folds[f].test, folds.folds[f].n_test, rows, 20, 9 + 5 * f, 9 + 5 * f);
        check_rows(folds.folds[f].train, folds.folds[f].n_train, rows, 20, 0, 8 + 5 * f);
    }
    end();
}
END_TEST

START_TEST(groups_that_are_tested_may_be_left_out) {
    const int32_t group[] = { 0, 1, 2, 0, 1, 2, 2, 0 };
    const double time[] = { 1, 1, 1, 2, 2, 2, 3, 4 };
    ca_split_input input = { .n_rows = 8, .group = group, .n_groups = 3, .time = time };
    begin();
    ca_folds folds = split("time_series_split n_splits=2 seen_groups=false", &input);
    const int64_t train[2][4] = { { 0, 1, 3, 4 }, { 1, 2, 4, 5 } }; /* group 2 is tested, then group 0 */
    for (int f = 0; f < 2; f++) {
        ck_assert_int_eq(folds.folds[f].n_test, 1);
        ck_assert_int_eq(folds.folds[f].test[0], 6 + f);
        for (int64_t i = 0; i < 4; i++) ck_assert_int_eq(folds.folds[f].train[i], train[f][i]);
    }
    ck_assert_int_eq(folds.folds[0].n_train, 4);
    ck_assert_int_eq(folds.folds[1].n_train, 5); /* and row 6 */
    end();
    const int32_t all[] = { 0, 0, 0, 0, 0, 0, 0, 0 };
    input.group = all;
    refuses("time_series_split n_splits=2 seen_groups=false", &input, CAUCE_E_DATA,
            "fold 1 has no training rows");
}
END_TEST

START_TEST(refusals) {
    const double hole[] = { 1, 2, NAN, 4 }, same[] = { 3, 3, 3, 3, 3 };
    ca_split_input holes = { .n_rows = 4, .time = hole }, one = { .n_rows = 5, .time = same };
    ca_split_input plain = { .n_rows = 20 };
    refuses("time_series_split n_splits=2", &holes, CAUCE_E_DATA, "row 3 has no time");
    refuses("time_series_split n_splits=2", &one, CAUCE_E_DATA,
            "at least 3 distinct times, and the table has 1");
    refuses("time_series_split n_splits=3 test_size=2 step=9", &plain, CAUCE_E_DATA, "step=9 apart");
    refuses("time_series_split step=0", &plain, CAUCE_E_PARAM, "step=0");
    refuses("time_series_split n_splits=2 step=9007199254740991 test_size=9007199254740991", &plain,
            CAUCE_E_DATA, "leave no training row");
    refuses("time_series_split seen_groups=false", &plain, CAUCE_E_SCHEMA, "groups=COLUMN");
}
END_TEST

START_TEST(survives_failing_allocations) {
    const double time[] = { 5, 3, 3, 9, 1, 0, 7, 8 };
    const int32_t group[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    ca_split_input input = { .n_rows = 8, .time = time, .group = group, .n_groups = 8 };
    failing_install();
    FAILING_EACH(pass) {
        begin();
        ca_folds folds;
        cauce_status status =
            ca_split(&run, "time_series_split n_splits=3 seen_groups=false", &input, &arena, &folds);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        end();
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("time_series_split", TEST(order_and_repeats_do_not_matter), TEST(steps_between_tests),
          TEST(groups_that_are_tested_may_be_left_out), TEST(refusals), TEST(survives_failing_allocations))
