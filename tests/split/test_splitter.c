/* Folds: equality with scikit-learn where nothing is shuffled, and properties of all of them. */

#include "reference/folds.h"
#include "support/failing.h"
#include "support/split_harness.h"

static bool ascending(const int64_t *rows, int64_t n, int64_t n_rows) {
    for (int64_t i = 0; i < n; i++)
        if (rows[i] < 0 || rows[i] >= n_rows || (i && rows[i] <= rows[i - 1])) return false;
    return n > 0;
}

/* Train and test of each fold are ascending, apart, and together all rows; each row is tested once. */
static void check_partition(const ca_folds *folds, int64_t n_rows) {
    int *tested = calloc((size_t)n_rows, sizeof *tested);
    for (int64_t f = 0; f < folds->n_folds; f++) {
        const ca_fold *fold = &folds->folds[f];
        ck_assert(ascending(fold->train, fold->n_train, n_rows));
        ck_assert(ascending(fold->test, fold->n_test, n_rows));
        ck_assert_int_eq(fold->n_train + fold->n_test, n_rows);
        for (int64_t i = 0, j = 0; i < fold->n_test; i++) {
            tested[fold->test[i]]++;
            while (j < fold->n_train && fold->train[j] < fold->test[i]) j++;
            ck_assert(j == fold->n_train || fold->train[j] != fold->test[i]);
        }
    }
    for (int64_t r = 0; r < n_rows; r++) ck_assert_int_eq(tested[r], 1);
    free(tested);
}

static void check_fold_numbers(const ca_folds *folds, const int32_t *fold_of, int64_t n_rows) {
    check_partition(folds, n_rows);
    for (int64_t f = 0; f < folds->n_folds; f++)
        for (int64_t i = 0; i < folds->folds[f].n_test; i++)
            ck_assert_int_eq(fold_of[folds->folds[f].test[i]], f);
}

START_TEST(unshuffled_equals_scikit_learn) {
    begin();
    for (size_t i = 0; i < sizeof folds_cases / sizeof *folds_cases; i++) {
        const reference_folds *c = &folds_cases[i];
        ca_split_input input = { .n_rows = c->n, .y_class = c->y, .n_classes = c->n_classes };
        char text[64];
        snprintf(text, sizeof text, "k_fold n_splits=%d", c->k);
        ca_folds folds = split(text, &input);
        check_fold_numbers(&folds, c->k_fold, c->n);
        snprintf(text, sizeof text, "stratified_k_fold n_splits=%d random_state=3", c->k);
        folds = split(text, &input);
        check_fold_numbers(&folds, c->stratified, c->n);
    }
    end();
}
END_TEST

START_TEST(published_cases) {
    begin();
    const int32_t y[] = { 0, 0, 1, 0, 1, 1, 2, 0, 2, 0 }, of[] = { 0, 0, 0, 1, 1, 2, 0, 1, 2, 2 };
    ca_split_input input = { .n_rows = 10, .y_class = y, .n_classes = 3 };
    ca_folds folds = split("stratified_k_fold n_splits=3", &input);
    check_fold_numbers(&folds, of, 10);
    ck_assert_str_eq(run.warnings->name, "small_class"); /* class 2 has two rows */
    const int32_t blocks[] = { 0, 0, 0, 0, 1, 1, 1, 2, 2, 2 };
    folds = split("k_fold n_splits=3", &input);
    check_fold_numbers(&folds, blocks, 10);
    end();
}
END_TEST

/* The numbers of the folds in place of lists say the same; where rows are tested more than once, or some
 * never, there are lists. */
START_TEST(dealt_folds_are_the_listed_ones) {
    static const char *const dealt[] = { "k_fold n_splits=4 shuffle=true random_state=2",
                                         "k_fold n_splits=127",
                                         "k_fold n_splits=128 shuffle=true",
                                         "stratified_k_fold n_splits=3 shuffle=true",
                                         "group_k_fold n_splits=3",
                                         "stratified_group_k_fold n_splits=2",
                                         "leave_one_group_out",
                                         "predefined_split" };
    static const char *const listed[] = { "repeated_k_fold n_splits=3 n_repeats=2",
                                          "shuffle_split n_splits=2", "time_series_split n_splits=3" };
    enum { N = 180 };
    int32_t y[N], group[N];
    double fold[N];
    for (int i = 0; i < N; i++) {
        y[i] = i * 7 % 3;
        group[i] = i * 11 % 10;
        fold[i] = i % 9 == 0 ? (double)NAN : i % 9 == 1 ? -1 : i % 2;
    }
    begin();
    ca_split_input input = {
        .n_rows = N, .y_class = y, .n_classes = 3, .group = group, .n_groups = 10, .fold = fold
    };
    for (size_t c = 0; c < sizeof dealt / sizeof *dealt; c++) {
        input.dealt = false;
        const ca_folds lists = split(dealt[c], &input);
        input.dealt = true;
        const ca_folds numbers = split(dealt[c], &input);
        ck_assert(!lists.dealt && numbers.dealt);
        ck_assert_int_eq(numbers.n_folds, lists.n_folds);
        for (int64_t f = 0; f < lists.n_folds; f++) {
            const ca_fold *list = &lists.folds[f];
            int64_t tests = 0, trains = 0;
            ck_assert_int_eq(numbers.folds[f].n_test, list->n_test);
            ck_assert_int_eq(numbers.folds[f].n_train, list->n_train);
            for (int64_t r = 0; r < N; r++) {
                const int32_t of = ca_fold_of(&numbers, r);
                if (of == f)
                    ck_assert_int_eq(list->test[tests++], r);
                else if (of != CA_FOLD_UNUSED)
                    ck_assert_int_eq(list->train[trains++], r);
            }
            ck_assert_int_eq(tests, list->n_test);
            ck_assert_int_eq(trains, list->n_train);
        }
    }
    for (size_t c = 0; c < sizeof listed / sizeof *listed; c++) {
        const ca_folds lists = split(listed[c], &input);
        ck_assert(!lists.dealt && lists.folds[0].test && lists.folds[0].train);
    }
    end();
}
END_TEST

START_TEST(time_series_equals_scikit_learn) {
    begin();
    for (size_t i = 0; i < sizeof time_cases / sizeof *time_cases; i++) {
        const reference_time *c = &time_cases[i];
        char text[128], most[16], size[16];
        snprintf(most, sizeof most, "%d", c->max_train_size);
        snprintf(size, sizeof size, "%d", c->test_size);
        snprintf(text, sizeof text, "time_series_split n_splits=%d max_train_size=%s test_size=%s gap=%d",
                 c->n_splits, c->max_train_size ? most : "null", c->test_size ? size : "null", c->gap);
        ca_folds folds = split(text, &(ca_split_input){ .n_rows = c->n });
        ck_assert_int_eq(folds.n_folds, c->n_splits);
        for (int64_t f = 0; f < folds.n_folds; f++) {
            const ca_fold *fold = &folds.folds[f];
            const int32_t *b = c->bounds + 4 * f;
            ck_assert(ascending(fold->train, fold->n_train, c->n) &&
                      ascending(fold->test, fold->n_test, c->n));
            ck_assert_int_eq(fold->train[0], b[0]);
            ck_assert_int_eq(fold->train[fold->n_train - 1], b[1]);
            ck_assert_int_eq(fold->n_train, b[1] - b[0] + 1);
            ck_assert_int_eq(fold->test[0], b[2]);
            ck_assert_int_eq(fold->test[fold->n_test - 1], b[3]);
            ck_assert_int_eq(fold->n_test, b[3] - b[2] + 1);
        }
    }
    end();
}
END_TEST

static int64_t count_class(const ca_fold *fold, const int32_t *y, int32_t k) {
    int64_t n = 0;
    for (int64_t i = 0; i < fold->n_test; i++) n += y[fold->test[i]] == k;
    return n;
}

/* Sizes of folds, and of each class in them, differ by one at most. */
START_TEST(balance_of_all_sizes) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "test", 0);
    for (int n = 2; n <= 60; n++)
        for (int k = 2; k <= n && k < 12; k++) {
            int32_t y[60], classes = 1 + (int32_t)cauce_rng_below(&rng, 4);
            for (int r = 0; r < n; r++) y[r] = (int32_t)cauce_rng_below(&rng, (uint64_t)classes);
            ca_split_input input = { .n_rows = n, .y_class = y, .n_classes = 5 };
            for (int shuffle = 0; shuffle < 2; shuffle++)
                for (int stratified = 0; stratified < 2; stratified++) {
                    begin();
                    char text[96];
                    snprintf(text, sizeof text, "%sk_fold n_splits=%d shuffle=%s random_state=%d",
                             stratified ? "stratified_" : "", k, shuffle ? "true" : "false", n);
                    ca_folds folds;
                    cauce_status status = ca_split(&run, text, &input, &arena, &folds);
                    int64_t largest = 0;
                    for (int32_t c = 0; c < 5; c++) {
                        int64_t count = 0;
                        for (int r = 0; r < n; r++) count += y[r] == c;
                        if (count > largest) largest = count;
                    }
                    ck_assert_int_eq(status, stratified && k > largest ? CAUCE_E_DATA : CAUCE_OK);
                    if (status == CAUCE_OK) {
                        check_partition(&folds, n);
                        for (int32_t c = -1; c < 5; c++) {
                            int64_t low = n, high = 0;
                            for (int f = 0; f < k; f++) {
                                int64_t m =
                                    c < 0 ? folds.folds[f].n_test : count_class(&folds.folds[f], y, c);
                                if (m < low) low = m;
                                if (m > high) high = m;
                            }
                            if (c < 0 || stratified) ck_assert_int_le(high - low, 1);
                        }
                    }
                    end();
                }
        }
}
END_TEST

static bool same_folds(const ca_folds *a, const ca_folds *b) {
    for (int64_t f = 0; f < a->n_folds; f++)
        if (a->folds[f].n_test != b->folds[f].n_test ||
            memcmp(a->folds[f].test, b->folds[f].test, (size_t)a->folds[f].n_test * sizeof(int64_t)) != 0)
            return false;
    return true;
}

START_TEST(the_seed_decides) {
    begin();
    int32_t y[40];
    for (int r = 0; r < 40; r++) y[r] = r % 3;
    ca_split_input input = { .n_rows = 40, .y_class = y, .n_classes = 3 };
    const char *names[] = { "k_fold", "stratified_k_fold" };
    for (int i = 0; i < 2; i++) {
        ca_folds by_seed[4];
        const char *options[] = { "shuffle=true", "shuffle=true random_state=0",
                                  "shuffle=true random_state=1", "" };
        for (int j = 0; j < 4; j++) {
            char text[96];
            snprintf(text, sizeof text, "%s %s", names[i], options[j]);
            by_seed[j] = split(text, &input);
        }
        ck_assert(same_folds(&by_seed[0], &by_seed[1])); /* null is 0 */
        ck_assert(!same_folds(&by_seed[0], &by_seed[2]));
        ck_assert(!same_folds(&by_seed[0], &by_seed[3]));
    }
    end();
}
END_TEST

START_TEST(refusals) {
    const int32_t y[] = { 0, 1, 0, 1, 2 }, hole[] = { 0, 1, -1, 1, 0 };
    ca_split_input input = { .n_rows = 5, .y_class = y, .n_classes = 3 }, number = { .n_rows = 5 };
    ca_split_input missing = { .n_rows = 5, .y_class = hole, .n_classes = 2 };
    refuses("kfold", &input, CAUCE_E_PARAM, "did you mean 'k_fold'");
    refuses("nothing_like_it", &input, CAUCE_E_PARAM,
            "k_fold, stratified_k_fold, group_k_fold, stratified_group_k_fold");
    refuses("", &input, CAUCE_E_PARAM, "");
    refuses("k_fold n_split=3", &input, CAUCE_E_PARAM, "did you mean 'n_splits'");
    refuses("k_fold n_splits=1", &input, CAUCE_E_PARAM, "n_splits");
    refuses("k_fold n_splits=2.5", &input, CAUCE_E_PARAM, "n_splits");
    refuses("k_fold n_splits=2 n_splits=3", &input, CAUCE_E_PARAM, "given twice");
    refuses("k_fold n_splits=6", &input, CAUCE_E_DATA, "n_splits=6 is more than the 5 rows");
    refuses("stratified_k_fold n_splits=6", &input, CAUCE_E_DATA, "more than the 5 rows");
    refuses("stratified_k_fold n_splits=3", &input, CAUCE_E_DATA, "largest class has 2");
    refuses("stratified_k_fold n_splits=2", &number, CAUCE_E_PARAM, "use k_fold");
    refuses("stratified_k_fold n_splits=2", &missing, CAUCE_E_DATA, "row 3 has no class");
    refuses("time_series_split n_splits=5", &input, CAUCE_E_DATA, "at least 6 rows");
    refuses("time_series_split n_splits=2 gap=3", &input, CAUCE_E_DATA, "leave no training row");
    refuses("time_series_split n_splits=2 test_size=9007199254740991", &input, CAUCE_E_DATA,
            "leave no training row");
    refuses("time_series_split n_splits=2 test_size=0", &input, CAUCE_E_PARAM, "test_size");
    refuses("predefined_split", &input, CAUCE_E_PARAM, "role fold");
}
END_TEST

START_TEST(the_registry_is_in_order) {
    int64_t n = 0;
    for (; ca_splitter_at(n); n++) {
        const ca_splitter *splitter = ca_splitter_at(n);
        ck_assert(splitter->summary[strlen(splitter->summary) - 1] == '.');
        for (int64_t i = 0; splitter->params[i].type != CAUCE_PARAM_END; i++)
            ck_assert_ptr_nonnull(splitter->params[i].help);
    }
    ck_assert_int_eq(n, 15);
    ck_assert_ptr_null(ca_splitter_at(-1));
}
END_TEST

START_TEST(folds_may_live_in_scratch) {
    begin();
    ca_folds folds;
    ca_split_input input = { .n_rows = 100 };
    ck_assert_int_eq(ca_split(&run, "k_fold", &input, &run.scratch, &folds), CAUCE_OK);
    ck_assert_ptr_nonnull(cauce_scratch(&run, 10000, 8)); /* must not come to lie on the folds */
    check_partition(&folds, 100);
    end();
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    const int32_t y[] = { 0, 1, 0, 1, 2, 2, 1, 0 };
    const double fold[] = { 1, 1, 2, 2, -1, NAN, 3, 3 };
    ca_split_input input = { .n_rows = 8, .y_class = y, .n_classes = 3, .fold = fold };
    const char *texts[] = { "k_fold n_splits=3 shuffle=true", "stratified_k_fold n_splits=3",
                            "time_series_split n_splits=3", "predefined_split", "k_fol" };
    for (int i = 0; i < 5; i++) FAILING_EACH(pass) {
            begin();
            ca_folds folds;
            cauce_status status = ca_split(&run, texts[i], &input, &arena, &folds);
            ck_assert(status == (i < 4 ? CAUCE_OK : CAUCE_E_PARAM) ||
                      (pass.armed && status == CAUCE_E_NOMEM));
            end();
        }
    failing_disarm();
}
END_TEST

static void rows_are(const int64_t *rows, int64_t n, int64_t first, int64_t last) {
    ck_assert_int_eq(n, last - first + 1);
    for (int64_t i = 0; i < n; i++) ck_assert_int_eq(rows[i], first + i);
}

/* Case 63: ten rows in order of time. */
START_TEST(ten_rows_in_time) {
    begin();
    ca_split_input input = { .n_rows = 10 };
    ca_folds folds = split("time_series_split n_splits=3 gap=1", &input);
    ck_assert_int_eq(folds.n_folds, 3);
    for (int f = 0; f < 3; f++) {
        rows_are(folds.folds[f].train, folds.folds[f].n_train, 0, 2 + 2 * f);
        rows_are(folds.folds[f].test, folds.folds[f].n_test, 4 + 2 * f, 5 + 2 * f);
    }
    folds = split("time_series_split n_splits=3 max_train_size=2 test_size=2", &input);
    for (int f = 0; f < 3; f++) {
        rows_are(folds.folds[f].train, folds.folds[f].n_train, 2 + 2 * f, 3 + 2 * f);
        rows_are(folds.folds[f].test, folds.folds[f].n_test, 4 + 2 * f, 5 + 2 * f);
    }
    end();
}
END_TEST

TEST_MAIN("splitter", TEST(unshuffled_equals_scikit_learn), TEST(published_cases),
          TEST(dealt_folds_are_the_listed_ones), TEST(time_series_equals_scikit_learn),
          TEST(balance_of_all_sizes), TEST(the_seed_decides), TEST(refusals), TEST(the_registry_is_in_order),
          TEST(folds_may_live_in_scratch), TEST(survives_failing_allocations), TEST(ten_rows_in_time))
