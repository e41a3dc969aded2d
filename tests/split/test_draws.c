#include "split/draws.h"

#include "support/check_main.h"

/* A permutation of ten, as numpy's RandomState(0) has it. */
static const int64_t numpy_zero[10] = { 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 };

static cauce_status begin(cauce_run *run, int rng, const cauce_value *random_state, ca_draws *draws) {
    ca_run_begin(run);
    return ca_draws_begin(run, rng, random_state, "test", draws);
}

START_TEST(sklearn_is_one_generator) {
    cauce_run run;
    ca_draws draws;
    const cauce_value null = { .type = CAUCE_V_NULL };
    ck_assert_int_eq(begin(&run, CA_RNG_SKLEARN, &null, &draws), CAUCE_OK);
    ca_draws_at(&draws, 5); /* it has no streams */
    int64_t wide[10], next[2][10];
    int32_t narrow[10];
    for (int i = 0; i < 10; i++) narrow[i] = (int32_t)(wide[i] = next[0][i] = next[1][i] = i);
    ca_draws same = draws;
    ca_shuffle_i64(&draws, wide, 10);
    ca_shuffle_i32(&same, narrow, 10);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(wide[i], numpy_zero[i]);
        ck_assert_int_eq(narrow[i], numpy_zero[i]);
    }
    ca_draws_at(&draws, 1); /* and goes on */
    ca_shuffle_i64(&draws, next[0], 10);
    ca_shuffle_i64(&same, next[1], 10);
    ck_assert_mem_eq(next[0], next[1], sizeof next[0]);
    ck_assert(memcmp(next[0], wide, sizeof wide) != 0);
    ca_run_end(&run);
}
END_TEST

START_TEST(ours_are_streams) {
    cauce_run run;
    ca_draws draws;
    cauce_rng rng;
    const cauce_value seven = { .type = CAUCE_V_INT, .integer = 7 };
    ck_assert_int_eq(begin(&run, CA_RNG_NATIVE, &seven, &draws), CAUCE_OK);
    for (uint64_t index = 0; index < 3; index++) {
        if (index) ca_draws_at(&draws, index);
        cauce_rng_init(&rng, 7, "test", index);
        for (uint64_t n = 1; n < 50; n++)
            ck_assert_uint_eq(ca_draws_below(&draws, n), cauce_rng_below(&rng, n));
    }
    ca_draws_own(&draws, 8, "other", 2);
    cauce_rng_init(&rng, 8, "other", 2);
    ck_assert_uint_eq(ca_draws_below(&draws, 1000000007), cauce_rng_below(&rng, 1000000007));
    ca_run_end(&run);
}
END_TEST

START_TEST(seeds_have_32_bits) {
    cauce_run run;
    ca_draws draws;
    const cauce_value most = { .type = CAUCE_V_INT, .integer = 4294967295 },
                      more = { .type = CAUCE_V_INT, .integer = 4294967296 };
    ck_assert_int_eq(begin(&run, CA_RNG_SKLEARN, &most, &draws), CAUCE_OK);
    ck_assert_int_eq(begin(&run, CA_RNG_NATIVE, &more, &draws), CAUCE_OK);
    ck_assert_int_eq(begin(&run, CA_RNG_SKLEARN, &more, &draws), CAUCE_E_PARAM);
    ck_assert_str_eq(run.error.message,
                     "random_state=4294967296 is more than rng=sklearn takes, which is 4294967295 at most");
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("draws", TEST(sklearn_is_one_generator), TEST(ours_are_streams), TEST(seeds_have_32_bits))
