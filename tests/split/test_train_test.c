/* The hold-out split: sizes, strata, groups, seeds. */
#include "split/splitter.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;
static ca_arena arena;
static ca_fold fold;

static cauce_status split(double test_size, bool shuffle, int64_t seed, bool stratify,
                          const ca_split_input *input) {
    ca_run_begin(&run);
    arena = (ca_arena){ 0 };
    ca_draws draws;
    ca_draws_own(&draws, (uint64_t)seed, "train_test", 0);
    return ca_train_test(&run, test_size, shuffle, &draws, stratify, input, &arena, &fold);
}

static void end(void) {
    ca_run_end(&run);
    ca_arena_free(&arena);
}

static void check_partition(int64_t n) {
    ck_assert_int_eq(fold.n_train + fold.n_test, n);
    ck_assert(fold.n_train > 0 && fold.n_test > 0);
    int64_t i = 0, j = 0;
    for (int64_t r = 0; r < n; r++) {
        bool train = i < fold.n_train && fold.train[i] == r, test = j < fold.n_test && fold.test[j] == r;
        ck_assert(train != test);
        i += train;
        j += test;
    }
}

START_TEST(sizes) {
    const struct {
        double size;
        int64_t n, test;
    } cases[] = { { .25, 10, 3 }, { .25, 8, 2 }, { .07, 100, 7 }, { .1, 30, 3 },
                  { 1, 10, 1 },   { 9, 10, 9 },  { .001, 10, 1 }, { .55, 100, 55 },
                  { .5, 2, 1 },   { .9, 10, 9 }, { .3, 7, 3 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int shuffle = 0; shuffle < 2; shuffle++) {
            ck_assert_int_eq(
                split(cases[i].size, shuffle, 1, false, &(ca_split_input){ .n_rows = cases[i].n }), CAUCE_OK);
            ck_assert_msg(fold.n_test == cases[i].test, "%g of %d: %d", cases[i].size, (int)cases[i].n,
                          (int)fold.n_test);
            check_partition(cases[i].n);
            if (!shuffle) ck_assert_int_eq(fold.test[0], cases[i].n - cases[i].test);
            end();
        }
}
END_TEST

START_TEST(every_row_is_tested_equally_often) {
    int tested[12] = { 0 };
    for (int64_t seed = 0; seed < 3000; seed++) {
        ck_assert_int_eq(split(.25, true, seed, false, &(ca_split_input){ .n_rows = 12 }), CAUCE_OK);
        for (int64_t i = 0; i < fold.n_test; i++) tested[fold.test[i]]++;
        end();
    }
    for (int r = 0; r < 12; r++) ck_assert_int_lt(abs(tested[r] - 750), 120); /* 5 standard deviations */
}
END_TEST

/* The test part holds floor or ceil of each class's exact share. */
START_TEST(strata_are_even) {
    cauce_rng rng;
    cauce_rng_init(&rng, 4, "test", 0);
    int done = 0;
    for (int n = 4; n <= 60; n++)
        for (int trial = 0; trial < 6; trial++) {
            int32_t y[60];
            int64_t count[4] = { 0 };
            for (int r = 0; r < n; r++)
                count[y[r] = (int32_t)cauce_rng_below(&rng, 1 + (uint64_t)trial % 4)]++;
            double size = .1 + .15 * trial;
            ca_split_input input = { .n_rows = n, .y_class = y, .n_classes = 4 };
            cauce_status status = split(size, trial % 2, n, true, &input);
            if (status == CAUCE_OK) {
                check_partition(n);
                int64_t test[4] = { 0 };
                for (int64_t i = 0; i < fold.n_test; i++) test[y[fold.test[i]]]++;
                for (int k = 0; k < 4; k++)
                    ck_assert(fabs((double)test[k] - (double)count[k] * (double)fold.n_test / n) < 1);
                done++;
            } else
                ck_assert_int_eq(status, CAUCE_E_DATA);
            end();
        }
    ck_assert_int_gt(done, 200);
}
END_TEST

START_TEST(largest_remainders) {
    const int32_t y[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 }; /* 3 of 10: shares 1.8 and 1.2 */
    ca_split_input input = { .n_rows = 10, .y_class = y, .n_classes = 2 };
    ck_assert_int_eq(split(.3, false, 0, true, &input), CAUCE_OK);
    ck_assert(fold.n_test == 3 && fold.test[0] == 4 && fold.test[1] == 5 && fold.test[2] == 9);
    end();
}
END_TEST

START_TEST(groups_stay_whole) {
    cauce_rng rng;
    cauce_rng_init(&rng, 9, "test", 0);
    for (int n = 2; n <= 60; n++)
        for (int trial = 0; trial < 8; trial++) {
            int32_t group[60], n_groups = 2 + trial * 2;
            int64_t count[20] = { 0 }, largest = 0;
            for (int r = 0; r < n; r++)
                count[group[r] = r < 2 ? r : (int32_t)cauce_rng_below(&rng, (uint64_t)n_groups)]++;
            for (int g = 0; g < n_groups; g++) largest = count[g] > largest ? count[g] : largest;
            ca_split_input input = { .n_rows = n, .group = group, .n_groups = n_groups };
            ck_assert_int_eq(split(.25, trial % 2, n, false, &input), CAUCE_OK);
            check_partition(n);
            int side[20] = { 0 };
            for (int64_t i = 0; i < fold.n_train; i++) side[group[fold.train[i]]] |= 1;
            for (int64_t i = 0; i < fold.n_test; i++) side[group[fold.test[i]]] |= 2;
            for (int g = 0; g < n_groups; g++) ck_assert_int_ne(side[g], 3);
            ck_assert_int_le(llabs(fold.n_test - (int64_t)ceil(.25 * n)), largest);
            end();
        }
}
END_TEST

START_TEST(one_group_is_left_for_training) {
    const int32_t group[] = { 0, 0, 1, 1, 2, 2 };
    ca_split_input input = { .n_rows = 6, .group = group, .n_groups = 3 };
    ck_assert_int_eq(split(5, false, 0, false, &input), CAUCE_OK); /* with group 0, 6 would be as near as 4 */
    ck_assert_int_eq(fold.n_test, 4);
    ck_assert_int_eq(fold.test[0], 2);
    end();
    const int32_t uneven[] = { 0, 0, 0, 1, 1, 1 };
    input = (ca_split_input){ .n_rows = 6, .group = uneven, .n_groups = 2 };
    ck_assert_int_eq(split(5, false, 0, false, &input), CAUCE_OK); /* both groups would be nearer */
    ck_assert_int_eq(fold.n_test, 3);
    end();
}
END_TEST

/* The latest rows; equal times stay together, on the side that is nearer. */
START_TEST(by_time) {
    const double time[] = { 5, 1, 4, 2, 3, 3, 3, 0 };
    const struct {
        double size;
        int64_t n_test, test[7];
    } cases[] = { { 1, 1, { 0 } },
                  { 2, 2, { 0, 2 } },
                  { 3, 2, { 0, 2 } },
                  { 4, 5, { 0, 2, 4, 5, 6 } },
                  { 5, 5, { 0, 2, 4, 5, 6 } },
                  { 7, 7, { 0, 1, 2, 3, 4, 5, 6 } } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ca_split_input input = { .n_rows = 8, .time = time };
        ck_assert_int_eq(split(cases[i].size, true, 3, false, &input), CAUCE_OK);
        check_partition(8);
        ck_assert_int_eq(fold.n_test, cases[i].n_test);
        for (int64_t j = 0; j < fold.n_test; j++) ck_assert_int_eq(fold.test[j], cases[i].test[j]);
        end();
    }
    const double same[] = { 2, 2, 2 }, first[] = { 1, 1, 2 }, hole[] = { 1, NAN, 2 };
    ca_split_input input = { .n_rows = 3, .time = first };
    ck_assert_int_eq(split(2, true, 0, false, &input), CAUCE_OK); /* 1 or 3, and something must train */
    ck_assert_int_eq(fold.n_test, 1);
    end();
    input.time = same;
    ck_assert_int_eq(split(1, true, 0, false, &input), CAUCE_E_DATA);
    end();
    input.time = hole;
    ck_assert_int_eq(split(1, true, 0, false, &input), CAUCE_E_DATA);
    end();
    input.group = (const int32_t[]){ 0, 1, 1 };
    ck_assert_int_eq(split(1, true, 0, false, &input), CAUCE_E_PARAM);
    end();
}
END_TEST

START_TEST(seeds) {
    int64_t first[5];
    ca_split_input input = { .n_rows = 50 };
    for (int64_t seed = 0; seed < 3; seed++) {
        ck_assert_int_eq(split(5, true, seed == 2 ? 0 : seed, false, &input), CAUCE_OK);
        if (seed == 0) memcpy(first, fold.test, sizeof first);
        ck_assert_int_eq(memcmp(first, fold.test, sizeof first) == 0, seed != 1);
        end();
    }
}
END_TEST

static void refuses(double size, bool stratify, const ca_split_input *input, cauce_status status,
                    const char *part) {
    ck_assert_int_eq(split(size, true, 0, stratify, input), status);
    ck_assert_msg(strstr(run.error.message, part) != NULL, "'%s' is not in: %s", part, run.error.message);
    end();
}

START_TEST(refusals) {
    const int32_t y[] = { 0, 1, 0, 1, 2 }, y3[] = { 0, 1, 0, 1, 1 }, one[] = { 3, 3, 3, 3, 3 };
    const int32_t hole[] = { 0, 1, -1, 0, 1 };
    ca_split_input rows = { .n_rows = 5 }, single = { .n_rows = 1 };
    ca_split_input classes = { .n_rows = 5, .y_class = y, .n_classes = 3 };
    ca_split_input two = { .n_rows = 5, .y_class = y3, .n_classes = 2 };
    ca_split_input group = { .n_rows = 5, .group = one, .n_groups = 4 };
    ca_split_input both = { .n_rows = 5, .group = one, .n_groups = 4, .y_class = y, .n_classes = 3 };
    ca_split_input missing = { .n_rows = 5, .group = hole, .n_groups = 4 };
    refuses(0, false, &rows, CAUCE_E_PARAM, "test_size=0");
    refuses(-3, false, &rows, CAUCE_E_PARAM, "test_size=-3");
    refuses(NAN, false, &rows, CAUCE_E_PARAM, "test_size=nan");
    refuses(INFINITY, false, &rows, CAUCE_E_PARAM, "test_size=inf");
    refuses(1.5, false, &rows, CAUCE_E_PARAM, "test_size=1.5");
    refuses(5, false, &rows, CAUCE_E_DATA, "no training row");
    refuses(.99, false, &rows, CAUCE_E_DATA, "no training row");
    refuses(.5, false, &single, CAUCE_E_DATA, "no training row");
    refuses(.5, true, &classes, CAUCE_E_DATA, "class number 2 has 1 row");
    refuses(1, true, &two, CAUCE_E_DATA, "4 training and 1 test rows");
    refuses(.5, true, &rows, CAUCE_E_PARAM, "column of classes");
    refuses(.5, true, &both, CAUCE_E_PARAM, "together");
    refuses(.5, false, &group, CAUCE_E_DATA, "one group");
    refuses(.5, false, &missing, CAUCE_E_DATA, "row 3 has no group");
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    const int32_t y[] = { 0, 1, 0, 1, 0, 1 };
    ca_split_input inputs[] = { { .n_rows = 6 },
                                { .n_rows = 6, .y_class = y, .n_classes = 2 },
                                { .n_rows = 6, .group = y, .n_groups = 2 } };
    for (int i = 0; i < 3; i++) FAILING_EACH(pass) {
            cauce_status status = split(.34, true, 0, i == 1, &inputs[i]);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            end();
        }
    failing_disarm();
}
END_TEST

TEST_MAIN("train_test", TEST(sizes), TEST(every_row_is_tested_equally_often), TEST(strata_are_even),
          TEST(largest_remainders), TEST(groups_stay_whole), TEST(one_group_is_left_for_training),
          TEST(by_time), TEST(seeds), TEST(refusals), TEST(survives_failing_allocations))
