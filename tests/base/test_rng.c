#include "base/rng.h"
#include "support/check_main.h"

/* Known answers of Random123 (kat_vectors, philox4x32 10). A generator is its key, its counter and an empty
 * buffer, so they can be set directly. */
START_TEST(known_answers) {
    static const uint32_t vectors[3][10] = {
        { 0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 },
        { ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd },
        { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb,
          0x5001e420, 0x24126ea1 },
    };
    for (int v = 0; v < 3; v++) {
        const uint32_t *k = vectors[v];
        cauce_rng rng = { .key = { k[4], k[5] }, .counter = { k[0], k[1], k[2], k[3] }, .used = 4 };
        for (int i = 0; i < 4; i++) ck_assert_uint_eq(cauce_rng_u32(&rng), k[6 + i]);
    }
}
END_TEST

START_TEST(carry) {
    cauce_rng rng = { .key = { 1, 2 }, .counter = { ~0u, 5, 6, 7 }, .used = 4 };
    for (int i = 0; i < 4; i++) cauce_rng_u32(&rng);
    ck_assert_uint_eq(rng.counter[0], 0);
    ck_assert_uint_eq(rng.counter[1], 6);
    ck_assert_uint_eq(rng.counter[2], 6);
}
END_TEST

START_TEST(streams_differ) {
    cauce_rng a, b;
    cauce_rng_init(&a, 7, "rows", 3);
    cauce_rng_init(&b, 7, "rows", 3);
    for (int i = 0; i < 100; i++) ck_assert_uint_eq(cauce_rng_u32(&a), cauce_rng_u32(&b));
    static const struct {
        uint64_t seed;
        const char *purpose;
        uint64_t index;
    } others[] = {
        { 8, "rows", 3 }, { 7, "row", 3 }, { 7, "rows", 4 }, { 7, "rows", 3 + (UINT64_C(1) << 32) }
    };
    for (int k = 0; k < 4; k++) {
        cauce_rng_init(&a, 7, "rows", 3);
        cauce_rng_init(&b, others[k].seed, others[k].purpose, others[k].index);
        int same = 0;
        for (int i = 0; i < 100; i++) same += cauce_rng_u32(&a) == cauce_rng_u32(&b);
        ck_assert_int_eq(same, 0);
    }
}
END_TEST

/* These pin the streams: models and folds made with a seed must stay what they are. */
START_TEST(golden) {
    cauce_rng rng;
    cauce_rng_init(&rng, 42, "golden", 7);
    static const uint32_t expected[6] = { 0x2167ca52, 0x60b00ab5, 0x2cb064e1,
                                          0x9d8adcb8, 0xf0310f31, 0xf89e2623 };
    for (int i = 0; i < 6; i++) ck_assert_uint_eq(cauce_rng_u32(&rng), expected[i]);
    cauce_rng_init(&rng, 42, "golden", 7);
    ck_assert(cauce_rng_uniform(&rng) == 0x1.0b3e529305804p-3);
    ck_assert_uint_eq(cauce_rng_below(&rng, 1000), 174);
    ck_assert_uint_eq(cauce_rng_below(&rng, UINT64_C(1) << 40), UINT64_C(794303729457));
}
END_TEST

START_TEST(below_is_fair) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "below", 0);
    /* 3 * 2^30 makes a biased multiply-shift visible: a third of the values would come twice as often. */
    static const uint64_t limits[] = { 1, 2, 3, 7, 1000, UINT64_C(3) << 30, UINT64_C(3) << 62 };
    for (int k = 0; k < 7; k++) {
        enum { N = 300000, BINS = 7 };
        int64_t bins[BINS] = { 0 };
        uint64_t n = limits[k], width = n < BINS ? 1 : n / BINS + (n % BINS != 0);
        for (int i = 0; i < N; i++) {
            uint64_t value = cauce_rng_below(&rng, n);
            ck_assert_uint_lt(value, n);
            bins[value / width]++;
        }
        double chi = 0;
        for (uint64_t b = 0; b < BINS && b * width < n; b++) {
            uint64_t size = n - b * width < width ? n - b * width : width;
            double expected = N * ((double)size / (double)n);
            chi += ((double)bins[b] - expected) * ((double)bins[b] - expected) / expected;
        }
        ck_assert_double_lt(chi, 30); /* 6 degrees of freedom: p < 1e-4 */
        if (n == UINT64_C(3) << 30) { /* residues mod 3: the shape of the bias */
            int64_t third[3] = { 0 };
            for (int i = 0; i < N; i++) third[cauce_rng_below(&rng, n) % 3]++;
            for (int i = 0; i < 3; i++) ck_assert_double_lt(fabs((double)third[i] - N / 3.0), 1500);
        }
    }
}
END_TEST

START_TEST(uniform) {
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "uniform", 0);
    enum { N = 200000 };
    double sum = 0, squares = 0, least = 1, most = 0;
    for (int i = 0; i < N; i++) {
        double u = cauce_rng_uniform(&rng);
        ck_assert(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
        least = u < least ? u : least;
        most = u > most ? u : most;
    }
    ck_near(sum / N, 0.5, 0.003);
    ck_near(squares / N, 1.0 / 3, 0.003);
    ck_assert(least < 1e-4 && most > 1 - 1e-4);
}
END_TEST

/* Words in bulk are those that come one by one, also where the counter carries. */
START_TEST(words_in_bulk) {
    static const int64_t pieces[] = { 192, 0, 1, 5, 63, 64, 65, 128, 3, 194 };
    for (uint32_t before = 0; before < 50; before++) {
        cauce_rng one, many;
        uint32_t words[194];
        cauce_rng_init(&one, 7, "words", 3);
        one.counter[0] = 0u - before;
        many = one;
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
            ca_rng_words(&many, words, pieces[i]);
            for (int64_t k = 0; k < pieces[i]; k++) ck_assert_uint_eq(words[k], cauce_rng_u32(&one));
        }
        ck_assert_mem_eq(one.counter, many.counter, sizeof one.counter);
    }
}
END_TEST

TEST_MAIN("rng", TEST(words_in_bulk), TEST(known_answers), TEST(carry), TEST(streams_differ), TEST(golden),
          TEST(below_is_fair), TEST(uniform))
