#include "base/mt19937.h"
#include "support/check_main.h"

/* The authors' generator after init_genrand(5489), as the C++ standard cites it ([rand.predef]). */
START_TEST(known_answers) {
    ca_mt19937 mt;
    ca_mt19937_init(&mt, 5489);
    ck_assert_uint_eq(ca_mt19937_u32(&mt), 3499211612u);
    for (int i = 1; i < 9999; i++) ca_mt19937_u32(&mt);
    ck_assert_uint_eq(ca_mt19937_u32(&mt), 4123659995u);
}
END_TEST

/* numpy 1.24.2: r = RandomState(7); r.randint(0, 2**31 - 1), r.randint(0, 10, 8), r.permutation(12),
 * r.random_sample(2), r.randint(0, 1), r.randint(0, 2**40), r.randint(0, 1000) in this order. */
START_TEST(as_numpy_draws) {
    static const uint64_t below_ten[8] = { 4, 9, 6, 3, 3, 7, 7, 9 };
    static const int64_t order[12] = { 1, 2, 5, 3, 0, 4, 6, 11, 10, 9, 8, 7 };
    ca_mt19937 mt;
    ca_mt19937_init(&mt, 7);
    ck_assert_uint_eq(ca_mt19937_upto(&mt, 2147483646), 327741615);
    for (int i = 0; i < 8; i++) ck_assert_uint_eq(ca_mt19937_upto(&mt, 9), below_ten[i]);
    int64_t v[12];
    ca_mt19937_permutation(&mt, v, 12);
    for (int i = 0; i < 12; i++) ck_assert_int_eq(v[i], order[i]);
    ck_assert(ca_mt19937_uniform(&mt) == 0x1.0e13455941d60p-4);
    ck_assert(ca_mt19937_uniform(&mt) == 0x1.270fa3d60e7e0p-2);
    ck_assert_uint_eq(ca_mt19937_upto(&mt, 0), 0);
    ck_assert_uint_eq(ca_mt19937_upto(&mt, ((uint64_t)1 << 40) - 1), 84585221564u);
    ck_assert_uint_eq(ca_mt19937_upto(&mt, 999), 44);
}
END_TEST

TEST_MAIN("mt19937", TEST(known_answers), TEST(as_numpy_draws))
