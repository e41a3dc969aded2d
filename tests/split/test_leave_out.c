/* leave_one_out, leave_p_out, leave_p_groups_out against all subsets by their bits. */
#include "support/failing.h"
#include "support/split_harness.h"

static int bits(unsigned set) {
    int n = 0;
    for (; set; set >>= 1) n += set & 1;
    return n;
}

/* Units of the test rows; each fold has all rows, ascending. */
static unsigned tested_units(const ca_fold *fold, const int32_t *unit, int64_t n) {
    unsigned test = 0, train = 0;
    ck_assert_int_eq(fold->n_train + fold->n_test, n);
    for (int64_t i = 0; i < fold->n_test; i++) test |= 1U << (unit ? unit[fold->test[i]] : fold->test[i]);
    for (int64_t i = 0; i < fold->n_train; i++) train |= 1U << (unit ? unit[fold->train[i]] : fold->train[i]);
    for (int64_t i = 1; i < fold->n_test; i++) ck_assert(fold->test[i] > fold->test[i - 1]);
    for (int64_t i = 1; i < fold->n_train; i++) ck_assert(fold->train[i] > fold->train[i - 1]);
    ck_assert_uint_eq(test & train, 0);
    return test;
}

/* Every choice of p units once, in lexicographic order of the sorted units. */
static void check_choices(const char *text, const ca_split_input *input, const int32_t *unit, int n_units,
                          int p) {
    begin();
    ca_folds folds;
    ck_assert_msg(ca_split(&run, text, input, &arena, &folds) == CAUCE_OK, "%s: %s", text, run.error.message);
    int64_t f = 0;
    /* reversed, the lower unit is the higher bit: lexicographic order is that of falling numbers */
    for (unsigned set = (1U << n_units) - 1; set > 0; set--) {
        if (bits(set) != p) continue;
        unsigned reversed = 0;
        for (int u = 0; u < n_units; u++)
            if (set >> u & 1) reversed |= 1U << (n_units - 1 - u);
        ck_assert_int_lt(f, folds.n_folds);
        ck_assert_uint_eq(tested_units(&folds.folds[f++], unit, input->n_rows), reversed);
    }
    ck_assert_int_eq(f, folds.n_folds);
    end();
}

START_TEST(all_choices_once) {
    char text[64];
    for (int n = 2; n <= 8; n++) {
        ca_split_input input = { .n_rows = n };
        check_choices("leave_one_out", &input, NULL, n, 1);
        for (int p = 1; p < n; p++) {
            snprintf(text, sizeof text, "leave_p_out p=%d", p);
            check_choices(text, &input, NULL, n, p);
        }
    }
    const int32_t group[] = { 4, 0, 0, 2, 4, 5, 2, 0 }, unit[] = { 2, 0, 0, 1, 2, 3, 1, 0 };
    ca_split_input input = { .n_rows = 8, .group = group, .n_groups = 7 };
    for (int p = 1; p < 4; p++) {
        snprintf(text, sizeof text, "leave_p_groups_out n_groups=%d", p);
        check_choices(text, &input, unit, 4, p);
    }
}
END_TEST

START_TEST(refusals) {
    const int32_t group[] = { 0, 0, 1 };
    ca_split_input one = { .n_rows = 1 }, many = { .n_rows = 400 };
    ca_split_input groups = { .n_rows = 3, .group = group, .n_groups = 2 };
    refuses("leave_one_out", &one, CAUCE_E_DATA, "leaving 1 of 1 rows out leaves nothing");
    refuses("leave_one_out p=1", &one, CAUCE_E_PARAM, "leave_one_out, which has none");
    refuses("leave_p_out p=0", &many, CAUCE_E_PARAM, "p=0");
    refuses("leave_p_out p=400", &many, CAUCE_E_DATA, "leaving 400 of 400 rows out");
    refuses("leave_p_out p=200", &many, CAUCE_E_LIMIT, "too many ways to leave 200 of 400 rows out");
    refuses("leave_p_groups_out", &many, CAUCE_E_SCHEMA, "groups=COLUMN");
    refuses("leave_p_groups_out", &groups, CAUCE_E_DATA, "leaving 2 of 2 groups out");
}
END_TEST

START_TEST(survives_failing_allocations) {
    const int32_t group[] = { 0, 0, 1, 2 };
    ca_split_input input = { .n_rows = 4, .group = group, .n_groups = 3 };
    const char *texts[] = { "leave_one_out", "leave_p_out", "leave_p_groups_out" };
    failing_install();
    for (int i = 0; i < 3; i++) FAILING_EACH(pass) {
            begin();
            ca_folds folds;
            cauce_status status = ca_split(&run, texts[i], &input, &arena, &folds);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            end();
        }
    failing_disarm();
}
END_TEST

TEST_MAIN("leave_out", TEST(all_choices_once), TEST(refusals), TEST(survives_failing_allocations))
