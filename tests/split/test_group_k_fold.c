/* Whole groups: scikit-learn's example (SKLEARN GroupKFold on aaaabbbccde), properties on every small size,
 * errors. */
#include "support/check_main.h"

#include "split/splitter.h"

static cauce_status make(cauce_run *run, const char *text, const int32_t *group, int64_t n, int32_t n_groups,
                         ca_arena *arena, ca_folds *folds) {
    ca_split_input input = { .n_rows = n, .group = group, .n_groups = n_groups };
    return ca_split(run, text, &input, arena, folds);
}

START_TEST(as_scikit_learn) {
    /* sklearn 1.2.1: GroupKFold(3) on groups a a a a b b b c c d e */
    const int32_t group[] = { 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4 };
    const int64_t expected[3][4] = { { 0, 1, 2, 3 }, { 4, 5, 6, 9 }, { 7, 8, 10, -1 } };
    cauce_run run;
    ca_run_begin(&run);
    ca_arena arena = { 0 };
    ca_folds folds;
    ck_assert_int_eq(make(&run, "group_k_fold n_splits=3", group, 11, 5, &arena, &folds), CAUCE_OK);
    ck_assert_int_eq(folds.n_folds, 3);
    for (int f = 0; f < 3; f++)
        for (int i = 0; i < 4 && expected[f][i] >= 0; i++)
            ck_assert_int_eq(folds.folds[f].test[i], expected[f][i]);
    ck_assert_int_eq(folds.folds[0].n_test, 4);
    ck_assert_int_eq(folds.folds[1].n_test, 4);
    ck_assert_int_eq(folds.folds[2].n_test, 3);
    ca_arena_free(&arena);
    ca_run_end(&run);
}
END_TEST

START_TEST(groups_stay_whole) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "test", 0);
    for (int64_t n = 4; n < 60; n++) {
        int32_t group[60], n_groups = 0, number[60];
        for (int i = 0; i < 60; i++) number[i] = -1;
        for (int64_t r = 0; r < n; r++) {
            int32_t drawn = (int32_t)cauce_rng_below(&rng, (uint64_t)n / 2 + 1);
            if (number[drawn] < 0) number[drawn] = n_groups++;
            group[r] = number[drawn];
        }
        if (n_groups < 2) continue;
        cauce_run run;
        ca_run_begin(&run);
        ca_arena arena = { 0 };
        ca_folds folds;
        ck_assert_int_eq(make(&run, "group_k_fold n_splits=2", group, n, n_groups, &arena, &folds), CAUCE_OK);
        bool in_first[60] = { false };
        for (int64_t i = 0; i < folds.folds[0].n_test; i++) in_first[group[folds.folds[0].test[i]]] = true;
        for (int64_t i = 0; i < folds.folds[0].n_train; i++)
            ck_assert(!in_first[group[folds.folds[0].train[i]]]);
        ck_assert_int_eq(folds.folds[0].n_test + folds.folds[1].n_test, n);
        ca_arena_free(&arena);
        ca_run_end(&run);
    }
}
END_TEST

/* As in scikit-learn 1.6: whole groups, as many in each part, the first parts one more; the seed decides. */
START_TEST(shuffled) {
    enum { N = 90, GROUPS = 17, K = 5 };
    int32_t group[N];
    int64_t alone = 0, others = 0, first = 0;
    for (int r = 0; r < N; r++) group[r] = r < 40 ? 0 : 1 + r % (GROUPS - 1);
    for (int seed = 0; seed < 40; seed++) {
        cauce_run run;
        ca_arena arena = { 0 };
        ca_folds folds;
        char text[80];
        int32_t fold_of[GROUPS];
        ca_run_begin(&run);
        snprintf(text, sizeof text, "group_k_fold n_splits=5 shuffle=true random_state=%d", seed);
        ck_assert_int_eq(make(&run, text, group, N, GROUPS, &arena, &folds), CAUCE_OK);
        memset(fold_of, -1, sizeof fold_of);
        for (int32_t f = 0; f < K; f++)
            for (int64_t i = 0; i < folds.folds[f].n_test; i++) {
                int32_t g = group[folds.folds[f].test[i]];
                ck_assert(fold_of[g] == -1 || fold_of[g] == f);
                fold_of[g] = f;
            }
        for (int32_t f = 0; f < K; f++) {
            int64_t n = 0;
            for (int g = 0; g < GROUPS; g++) n += fold_of[g] == f;
            ck_assert_int_eq(n, f < GROUPS % K ? 4 : 3);
        }
        /* The large group has company, in any part. */
        for (int g = 1; g < GROUPS; g++) others += fold_of[g] == fold_of[0];
        alone += fold_of[0] == 0;
        first += fold_of[1] == 0;
        ca_arena_free(&arena);
        ca_run_end(&run);
    }
    ck_assert(others >= 40 * 2 && alone > 1 && alone < 25 && first > 1 && first < 25);
}
END_TEST

START_TEST(errors) {
    const int32_t group[] = { 0, 0, 1 };
    cauce_run run;
    ca_run_begin(&run);
    ca_arena arena = { 0 };
    ca_folds folds;
    ck_assert_int_eq(make(&run, "group_k_fold n_splits=3", group, 3, 2, &arena, &folds), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(run.error.message, "only 2 groups"));
    ca_run_forgive(&run);
    ck_assert_int_eq(make(&run, "group_k_fold", NULL, 3, 0, &arena, &folds), CAUCE_E_SCHEMA);
    ca_arena_free(&arena);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("group_k_fold", TEST(as_scikit_learn), TEST(groups_stay_whole), TEST(shuffled), TEST(errors))
