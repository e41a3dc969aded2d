#include "data/csv_infer.h"

#include "base/number.h"
#include "base/run.h"
#include "support/check_main.h"

/* The quick ways read what they read as the careful one does, and leave codes like 007 to it; the word-wise
 * one takes all that the other takes of short cells. What lies behind the cell does not matter. */
static void agree(const char *text, size_t length, char behind) {
    char cell[24];
    memset(cell, behind, sizeof cell);
    memcpy(cell, text, length);
    double exact = 0, quick = 0, word = 0;
    bool careful = ca_number_parse(cell, length, &exact) && !ca_csv_leading_zero(cell, length);
    bool by_byte = ca_csv_quick_number(cell, (uint32_t)length, &quick);
    if (by_byte)
        ck_assert_msg(careful && memcmp(&quick, &exact, 8) == 0, "'%.*s': %g", (int)length, cell, quick);
    if (length > 8) return;
    bool by_word = ca_csv_short_number(cell, (uint32_t)length, &word);
    if (by_word)
        ck_assert_msg(careful && memcmp(&word, &exact, 8) == 0, "'%.*s': %g", (int)length, cell, word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    ck_assert_msg(by_word == by_byte, "'%.*s': %d, %d", (int)length, cell, by_word, by_byte);
#endif
}

START_TEST(all_short_texts) {
    static const char alphabet[] = "0189.-+ex /:";
    enum { A = sizeof alphabet - 1 };
    for (size_t length = 0; length <= 5; length++) {
        long count = 1;
        for (size_t i = 0; i < length; i++) count *= A;
        for (long k = 0; k < count; k++) {
            char text[8];
            long rest = k;
            for (size_t i = 0; i < length; i++, rest /= A) text[i] = alphabet[rest % A];
            agree(text, length, k % 2 ? ',' : '7');
        }
    }
}
END_TEST

START_TEST(longer_ones) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "numbers", 0);
    for (int k = 0; k < 400000; k++) {
        char text[24];
        size_t length = 1 + cauce_rng_below(&rng, 17);
        for (size_t i = 0; i < length; i++) text[i] = (char)('0' + cauce_rng_below(&rng, 10));
        if (cauce_rng_below(&rng, 3)) text[cauce_rng_below(&rng, length)] = '.';
        if (cauce_rng_below(&rng, 3) == 0) text[0] = '-';
        if (cauce_rng_below(&rng, 50) == 0)
            text[cauce_rng_below(&rng, length)] = (char)cauce_rng_below(&rng, 256);
        agree(text, length, (char)cauce_rng_below(&rng, 256));
    }
}
END_TEST

TEST_MAIN("csv_quick", TEST(all_short_texts), TEST(longer_ones))
