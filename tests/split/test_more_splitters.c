/* The splitters that repeat, draw or keep groups together: scikit-learn's folds where nothing is drawn, and
 * properties. */
#include "reference/folds_more.h"
#include "support/failing.h"
#include "support/split_harness.h"

/* Ascending, apart, and together all rows. */
static void check_fold(const ca_fold *fold, int64_t n_rows) {
    ck_assert(fold->n_train > 0 && fold->n_test > 0);
    ck_assert_int_eq(fold->n_train + fold->n_test, n_rows);
    for (int64_t r = 0, i = 0, j = 0; r < n_rows; r++) {
        if (i < fold->n_train && fold->train[i] == r)
            i++;
        else
            ck_assert(j < fold->n_test && fold->test[j++] == r);
    }
}

static bool same_test(const ca_fold *a, const ca_fold *b) {
    return a->n_test == b->n_test && memcmp(a->test, b->test, (size_t)a->n_test * sizeof *a->test) == 0;
}

static int64_t count_class(const ca_fold *fold, const int32_t *y, int32_t k) {
    int64_t n = 0;
    for (int64_t i = 0; i < fold->n_test; i++) n += y[fold->test[i]] == k;
    return n;
}

static bool tests_group(const ca_fold *fold, const int32_t *group, int32_t g) {
    return count_class(fold, group, g) > 0;
}

static void check_whole_groups(const ca_fold *fold, const int32_t *group, int64_t n, int32_t n_groups) {
    for (int32_t g = 0; g < n_groups; g++) {
        int64_t all = 0, tested = count_class(fold, group, g);
        for (int64_t r = 0; r < n; r++) all += group[r] == g;
        ck_assert(tested == 0 || tested == all);
    }
}

START_TEST(stratified_groups_equal_scikit_learn) {
    begin();
    for (size_t i = 0; i < sizeof groups_cases / sizeof *groups_cases; i++) {
        const reference_groups *c = &groups_cases[i];
        ca_split_input input = { .n_rows = c->n,
                                 .y_class = c->y,
                                 .n_classes = c->n_classes,
                                 .group = c->group,
                                 .n_groups = c->n_groups };
        char text[64];
        snprintf(text, sizeof text, "stratified_group_k_fold n_splits=%d", c->k);
        ca_folds folds = split(text, &input);
        ck_assert_int_eq(folds.n_folds, c->k);
        for (int64_t f = 0; f < folds.n_folds; f++) {
            check_fold(&folds.folds[f], c->n);
            for (int64_t j = 0; j < folds.folds[f].n_test; j++)
                ck_assert_int_eq(c->fold[folds.folds[f].test[j]], f);
        }
    }
    end();
}
END_TEST

/* A shuffle may not spoil the balance, which scikit-learn before 1.8 does. */
START_TEST(shuffled_groups_keep_the_balance) {
    int32_t y[210], group[210];
    for (int r = 0; r < 210; r++) {
        group[r] = r / 3;
        y[r] = r % 2;
    }
    ca_split_input input = { .n_rows = 210, .y_class = y, .n_classes = 2, .group = group, .n_groups = 70 };
    bool differ = false;
    for (int seed = 0; seed < 20; seed++) {
        begin();
        char text[96];
        snprintf(text, sizeof text, "stratified_group_k_fold shuffle=true random_state=%d", seed);
        ca_folds folds = split(text, &input), plain = split("stratified_group_k_fold", &input);
        for (int64_t f = 0; f < 5; f++) {
            check_fold(&folds.folds[f], 210);
            check_whole_groups(&folds.folds[f], group, 210, 70);
            ck_assert_int_eq(folds.folds[f].n_test, 42);
            ck_assert(labs((long)count_class(&folds.folds[f], y, 1) - 21) <= 1);
            differ |= !same_test(&folds.folds[f], &plain.folds[f]);
        }
        end();
    }
    ck_assert(differ);
}
END_TEST

/* As many groups as folds: each has one, whatever is in them. */
START_TEST(no_fold_stays_empty) {
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "test", 0);
    for (int trial = 0; trial < 500; trial++) {
        int32_t y[40], group[40];
        int k = 2 + (int)cauce_rng_below(&rng, 5), groups = k + (int)cauce_rng_below(&rng, 3);
        for (int r = 0; r < 40; r++) {
            group[r] = r < groups ? r : (int32_t)cauce_rng_below(&rng, (uint64_t)groups);
            y[r] = cauce_rng_below(&rng, 10) == 0;
        }
        ca_split_input input = {
            .n_rows = 40, .y_class = y, .n_classes = 2, .group = group, .n_groups = groups
        };
        begin();
        char text[96];
        snprintf(text, sizeof text, "stratified_group_k_fold n_splits=%d shuffle=true random_state=%d", k,
                 trial);
        ca_folds folds = split(text, &input);
        for (int64_t f = 0; f < k; f++) {
            check_fold(&folds.folds[f], 40);
            check_whole_groups(&folds.folds[f], group, 40, groups);
        }
        end();
    }
}
END_TEST

START_TEST(repeats) {
    begin();
    int32_t y[30];
    for (int r = 0; r < 30; r++) y[r] = r % 3;
    ca_split_input input = { .n_rows = 30, .y_class = y, .n_classes = 3 };
    const char *names[] = { "k_fold", "stratified_k_fold" };
    for (int i = 0; i < 2; i++) {
        char text[96];
        snprintf(text, sizeof text, "repeated_%s n_splits=3 n_repeats=4 random_state=7", names[i]);
        ca_folds folds = split(text, &input);
        snprintf(text, sizeof text, "%s n_splits=3 shuffle=true random_state=7", names[i]);
        ca_folds once = split(text, &input);
        ck_assert_int_eq(folds.n_folds, 12);
        for (int repeat = 0; repeat < 4; repeat++) {
            int tested[30] = { 0 };
            for (int f = 0; f < 3; f++) {
                const ca_fold *fold = &folds.folds[repeat * 3 + f];
                check_fold(fold, 30);
                ck_assert_int_eq(same_test(fold, &once.folds[f]), repeat == 0);
                for (int64_t j = 0; j < fold->n_test; j++) tested[fold->test[j]]++;
                for (int32_t c = 0; i == 1 && c < 3; c++)
                    ck_assert(count_class(fold, y, c) >= 3 && count_class(fold, y, c) <= 4);
            }
            for (int r = 0; r < 30; r++) ck_assert_int_eq(tested[r], 1);
        }
    }
    end();
}
END_TEST

START_TEST(draws) {
    begin();
    int32_t y[50], count[50] = { 0 };
    for (int r = 0; r < 50; r++) y[r] = r % 5 == 0;
    ca_split_input input = { .n_rows = 50, .y_class = y, .n_classes = 2 };
    const struct {
        const char *text;
        int64_t folds, tested;
    } cases[] = { { "shuffle_split", 10, 5 },
                  { "shuffle_split n_splits=200 test_size=0.21", 200, 11 },
                  { "shuffle_split n_splits=3 test_size=49", 3, 49 },
                  { "stratified_shuffle_split", 10, 5 },
                  { "stratified_shuffle_split n_splits=4 test_size=10 random_state=4", 4, 10 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ca_folds folds = split(cases[i].text, &input);
        ck_assert_int_eq(folds.n_folds, cases[i].folds);
        for (int64_t f = 0; f < folds.n_folds; f++) {
            check_fold(&folds.folds[f], 50);
            ck_assert_int_eq(folds.folds[f].n_test, cases[i].tested);
            if (i >= 3) ck_assert_int_eq(count_class(&folds.folds[f], y, 1) * 5, cases[i].tested);
            if (f) ck_assert(!same_test(&folds.folds[f], &folds.folds[f - 1]));
            for (int64_t j = 0; i == 1 && j < folds.folds[f].n_test; j++) count[folds.folds[f].test[j]]++;
        }
    }
    for (int r = 0; r < 50; r++)
        ck_assert(count[r] >= 20 && count[r] <= 75); /* 44 expected, 5.9 standard deviation */
    /* A fold does not depend on how many there are. */
    ca_folds few = split("shuffle_split n_splits=2", &input),
             many = split("shuffle_split n_splits=9", &input);
    ck_assert(same_test(&few.folds[1], &many.folds[1]));
    end();
}
END_TEST

/* As many rows, or groups, in each part as in scikit-learn; of a class to one, as it draws what is left over.
 */
START_TEST(sizes) {
    for (size_t i = 0; i < sizeof sizes_cases / sizeof *sizes_cases; i++) {
        begin();
        const reference_sizes *c = &sizes_cases[i];
        int32_t y[100], group[100];
        for (int r = 0; r < c->n; r++) {
            y[r] = r < c->n / 2 ? 0 : r < c->n / 2 + c->n / 3 ? 1 : 2;
            group[r] = c->n - 1 - r;
        }
        ca_split_input input = {
            .n_rows = c->n, .y_class = y, .n_classes = 3, .group = group, .n_groups = c->n
        };
        ca_folds folds = split(c->text, &input);
        for (int f = 0; f < 4; f++) {
            const ca_fold *fold = &folds.folds[f], turned = { fold->test, fold->train, 0, fold->n_train };
            bool used[100] = { false };
            ck_assert_msg(fold->n_train == c->train && fold->n_test == c->test, "%s: %lld and %lld", c->text,
                          (long long)fold->n_train, (long long)fold->n_test);
            for (int64_t j = 0; j < fold->n_train; j++) used[fold->train[j]] = true;
            for (int64_t j = 0; j < fold->n_test; j++) ck_assert(!used[fold->test[j]]);
            for (int64_t j = 1; j < fold->n_train; j++) ck_assert_int_gt(fold->train[j], fold->train[j - 1]);
            for (int32_t k = 0; strstr(c->text, "strat") && k < 3; k++) {
                ck_assert_int_le(llabs(count_class(fold, y, k) - c->test_of[k]), 1);
                ck_assert_int_le(llabs(count_class(&turned, y, k) - c->train_of[k]), 1);
            }
            if (f) ck_assert(!same_test(fold, &folds.folds[f - 1]));
        }
        end();
    }
}
END_TEST

START_TEST(groups) {
    begin();
    const int32_t group[] = { 4, 1, 1, 6, 4, 0, 0, 0, 6, 1 }; /* no row is of groups 2, 3, 5 */
    ca_split_input input = { .n_rows = 10, .group = group, .n_groups = 7 };
    ca_folds folds = split("leave_one_group_out", &input);
    const int32_t present[] = { 0, 1, 4, 6 };
    ck_assert_int_eq(folds.n_folds, 4);
    for (int f = 0; f < 4; f++) {
        check_fold(&folds.folds[f], 10);
        check_whole_groups(&folds.folds[f], group, 10, 7);
        ck_assert_int_eq(count_class(&folds.folds[f], group, present[f]), folds.folds[f].n_test);
    }
    folds = split("group_shuffle_split n_splits=40 test_size=0.5", &input);
    int drawn[7] = { 0 };
    for (int f = 0; f < 40; f++) {
        int tested = 0;
        check_fold(&folds.folds[f], 10);
        check_whole_groups(&folds.folds[f], group, 10, 7);
        for (int32_t g = 0; g < 7; g++)
            if (tests_group(&folds.folds[f], group, g)) tested++, drawn[g]++;
        ck_assert_int_eq(tested, 2);
    }
    for (int i = 0; i < 4; i++) ck_assert(drawn[present[i]] >= 8 && drawn[present[i]] <= 32);
    end();
}
END_TEST

/* Each fold has as many of the small, the middling and the large, to one row. */
START_TEST(quantile_bins) {
    cauce_rng rng;
    cauce_rng_init(&rng, 9, "test", 0);
    for (int trial = 0; trial < 100; trial++) {
        enum { N = 63, K = 4, BINS = 5 };
        double y[N];
        for (int r = 0; r < N; r++) {
            double u = cauce_rng_uniform(&rng);
            y[r] = trial % 2 ? u * u * u * 100 : 0; /* no two equal, or zeros among them */
            if (trial % 2 == 0 && u > .4) y[r] = u;
        }
        ca_split_input input = { .n_rows = N, .y = y };
        begin();
        char text[96];
        snprintf(text, sizeof text, "k_fold n_splits=%d stratify_bins=%d shuffle=%s random_state=%d", K, BINS,
                 trial % 3 ? "true" : "false", trial);
        ca_folds folds = split(text, &input);
        for (int b = 0; b < BINS && trial % 2; b++) {
            int low = N, high = 0;
            for (int f = 0; f < K; f++) {
                int count = 0;
                check_fold(&folds.folds[f], N);
                for (int64_t j = 0; j < folds.folds[f].n_test; j++) {
                    int below = 0; /* rank of the row's target */
                    for (int r = 0; r < N; r++) below += y[r] < y[folds.folds[f].test[j]];
                    /* quantile b/BINS lies at rank (N - 1) b / BINS, and what is not below it is above */
                    int bin = 0;
                    while (bin + 1 < BINS && below >= (N - 1) * (double)(bin + 1) / BINS) bin++;
                    count += bin == b;
                }
                if (count < low) low = count;
                if (count > high) high = count;
            }
            ck_assert_int_le(high - low, 1);
        }
        for (int f = 0; f < K; f++) ck_assert(folds.folds[f].n_test == N / K + (f < N % K));
        end();
    }
}
END_TEST

/* With `bins` a target of numbers is split as the classes are that its bins make. */
START_TEST(bins_are_classes) {
    enum { N = 61, BINS = 4 };
    static const char *const texts[] = { "stratified_k_fold n_splits=3", "stratified_k_fold shuffle=true",
                                         "repeated_stratified_k_fold n_splits=3 n_repeats=2",
                                         "stratified_shuffle_split n_splits=2 test_size=0.3",
                                         "stratified_group_k_fold n_splits=3" };
    double y[N];
    int32_t bin[N], group[N];
    for (int r = 0; r < N; r++) {
        int rank = 17 * r % N; /* of the target */
        y[r] = rank * rank * rank - 1000;
        group[r] = r % 13;
        for (bin[r] = 0; bin[r] + 1 < BINS && rank >= (N - 1) * (double)(bin[r] + 1) / BINS;) bin[r]++;
    }
    ca_split_input numbers = { .n_rows = N, .y = y, .group = group, .n_groups = 13 };
    ca_split_input classes = {
        .n_rows = N, .y_class = bin, .n_classes = BINS, .group = group, .n_groups = 13
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[96];
        begin();
        snprintf(text, sizeof text, "%s bins=%d", texts[i], BINS);
        ca_folds binned = split(text, &numbers), plain = split(texts[i], &classes);
        ck_assert_int_eq(binned.n_folds, plain.n_folds);
        for (int64_t f = 0; f < plain.n_folds; f++) {
            check_fold(&binned.folds[f], N);
            ck_assert(same_test(&binned.folds[f], &plain.folds[f]));
        }
        end();
        refuses(text, &classes, CAUCE_E_PARAM, "bins needs a target of numbers");
    }
}
END_TEST

START_TEST(refusals) {
    const int32_t y[] = { 0, 1, 0, 1, 2 }, group[] = { 0, 0, 1, 1, 1 }, one[] = { 1, 1, 1, 1, 1 };
    const double value[] = { 1, 2, 3, 4, 5, 5, 3, 1, 2, 4 };
    ca_split_input classes = { .n_rows = 5, .y_class = y, .n_classes = 3, .group = group, .n_groups = 2 };
    ca_split_input single = { .n_rows = 5, .y_class = y, .n_classes = 3, .group = one, .n_groups = 2 };
    ca_split_input numbers = { .n_rows = 5, .y = value };
    ca_split_input two = { .n_rows = 5, .y = value, .n_targets = 2 };
    refuses("k_fold stratify_bins=2", &two, CAUCE_E_PARAM,
            "stratify_bins=2 goes by one target, and there are 2");
    refuses("stratified_k_fold n_splits=2 bins=2", &two, CAUCE_E_PARAM, "there are 2");
    refuses("stratified_k_fold n_splits=2", &two, CAUCE_E_PARAM, "for several targets use k_fold");
    refuses("k_fold stratify_bins=2", &classes, CAUCE_E_PARAM, "target of numbers");
    refuses("k_fold stratify_bins=6", &numbers, CAUCE_E_DATA, "stratify_bins=6 is more than the 5 rows");
    refuses("k_fold stratify_bins=1", &numbers, CAUCE_E_PARAM, "stratify_bins");
    refuses("stratified_k_fold n_splits=2", &numbers, CAUCE_E_PARAM, "give bins=10");
    refuses("stratified_k_fold n_splits=2 bins=6", &numbers, CAUCE_E_DATA, "bins=6 is more than the 5 rows");
    refuses("stratified_k_fold n_splits=2 bins=1", &numbers, CAUCE_E_PARAM, "bins=1");
    refuses("repeated_k_fold n_splits=6", &numbers, CAUCE_E_DATA, "more than the 5 rows");
    refuses("repeated_k_fold n_repeats=0", &numbers, CAUCE_E_PARAM, "n_repeats");
    refuses("repeated_stratified_k_fold n_splits=3", &classes, CAUCE_E_DATA, "largest class has 2");
    refuses("repeated_stratified_k_fold", &numbers, CAUCE_E_PARAM, "target of classes");
    refuses("shuffle_split test_size=5", &numbers, CAUCE_E_DATA, "leaves no training row");
    refuses("shuffle_split test_size=1.0", &numbers, CAUCE_E_PARAM, "leaves no training row");
    refuses("shuffle_split test_size=0", &numbers, CAUCE_E_PARAM, "test_size");
    refuses("shuffle_split test_size=1.5", &numbers, CAUCE_E_PARAM, "test_size");
    refuses("shuffle_split train_size=1.0", &numbers, CAUCE_E_PARAM, "leaves no test row");
    refuses("shuffle_split train_size=0.1", &numbers, CAUCE_E_DATA, "rows is none");
    refuses("shuffle_split train_size=5", &numbers, CAUCE_E_DATA, "leaves no test row");
    refuses("shuffle_split train_size=0.7 test_size=0.5", &numbers, CAUCE_E_DATA, "are more than the 5 rows");
    refuses("shuffle_split n_splits=0", &numbers, CAUCE_E_PARAM, "n_splits");
    refuses("stratified_shuffle_split", &numbers, CAUCE_E_PARAM, "a target of classes");
    refuses("stratified_shuffle_split test_size=2", &classes, CAUCE_E_DATA, "each class needs at least 2");
    refuses("group_shuffle_split", &numbers, CAUCE_E_SCHEMA, "groups=COLUMN");
    refuses("group_shuffle_split test_size=2", &classes, CAUCE_E_DATA, "2 groups leaves no training group");
    refuses("leave_one_group_out", &numbers, CAUCE_E_SCHEMA, "groups=COLUMN");
    refuses("leave_one_group_out", &single, CAUCE_E_DATA, "one group");
    refuses("stratified_group_k_fold n_splits=3", &classes, CAUCE_E_DATA, "only 2 groups");
    refuses("stratified_group_k_fold n_splits=2", &numbers, CAUCE_E_SCHEMA, "groups=COLUMN");
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    const int32_t y[] = { 0, 1, 0, 1, 0, 1, 1, 0 }, group[] = { 0, 0, 1, 1, 2, 2, 3, 3 };
    const double value[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    ca_split_input input = {
        .n_rows = 8, .y = value, .y_class = y, .n_classes = 2, .group = group, .n_groups = 4
    };
    const char *texts[] = { "k_fold n_splits=2 stratify_bins=3",
                            "stratified_group_k_fold n_splits=2 shuffle=true",
                            "leave_one_group_out",
                            "repeated_k_fold n_splits=2 n_repeats=2",
                            "repeated_stratified_k_fold n_splits=2 n_repeats=2",
                            "shuffle_split n_splits=2",
                            "stratified_shuffle_split n_splits=2 test_size=2",
                            "group_shuffle_split n_splits=2" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) FAILING_EACH(pass) {
            begin();
            ca_folds folds;
            cauce_status status = ca_split(&run, texts[i], &input, &arena, &folds);
            ck_assert_msg(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM), "%s: %s", texts[i],
                          run.error.message);
            end();
        }
    failing_disarm();
}
END_TEST

/* Folds made in scratch memory stay when a splitter takes its own scratch back. */
START_TEST(folds_may_live_in_scratch) {
    begin();
    ca_folds folds;
    ca_split_input input = { .n_rows = 100 };
    const char *texts[] = { "repeated_k_fold", "shuffle_split" };
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ca_split(&run, texts[i], &input, &run.scratch, &folds), CAUCE_OK);
        ck_assert_ptr_nonnull(cauce_scratch(&run, 10000, 8));
        for (int64_t f = 0; f < folds.n_folds; f++) check_fold(&folds.folds[f], 100);
    }
    end();
}
END_TEST

/* Case 62: the example of scikit-learn's documentation. */
START_TEST(seventeen_rows_in_eight_groups) {
    begin();
    const int32_t group[] = { 0, 0, 1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 5, 5, 6, 7, 7 };
    const int32_t y[] = { 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    static const int64_t expected[3][6] = { { 4, 5, 6, 12, 13, 14 },
                                            { 0, 1, 2, 3, 15, 16 },
                                            { 7, 8, 9, 10, 11 } };
    ca_split_input input = { .n_rows = 17, .y_class = y, .n_classes = 2, .group = group, .n_groups = 8 };
    ca_folds folds = split("stratified_group_k_fold n_splits=3", &input);
    for (int f = 0; f < 3; f++) {
        check_fold(&folds.folds[f], 17);
        ck_assert_int_eq(folds.folds[f].n_test, f < 2 ? 6 : 5);
        for (int64_t i = 0; i < folds.folds[f].n_test; i++)
            ck_assert_int_eq(folds.folds[f].test[i], expected[f][i]);
    }
    end();
}
END_TEST

TEST_MAIN("more_splitters", TEST(stratified_groups_equal_scikit_learn),
          TEST(shuffled_groups_keep_the_balance), TEST(no_fold_stays_empty), TEST(repeats), TEST(draws),
          TEST(sizes), TEST(groups), TEST(quantile_bins), TEST(bins_are_classes), TEST(refusals),
          TEST(survives_failing_allocations), TEST(folds_may_live_in_scratch),
          TEST(seventeen_rows_in_eight_groups))
