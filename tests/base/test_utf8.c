#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"
#include "support/check_main.h"

/* Encodes what RFC 3629 allows; 0 for what it does not. */
static size_t encode(uint32_t c, char out[4]) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        return c >= 0xD800 && c < 0xE000 ? 0 : 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 63));
    out[2] = (char)(0x80 | (c >> 6 & 63));
    out[3] = (char)(0x80 | (c & 63));
    return c > 0x10FFFF ? 0 : 4;
}

START_TEST(every_code_point) {
    for (uint32_t c = 0; c < 0x140000; c++) {
        char text[4] = { 0 };
        size_t n = encode(c, text);
        if (n == 0) {
            ck_assert_uint_eq(ca_utf8_valid(text, 3 + (c > 0xFFFF)), 0);
            continue;
        }
        ck_assert_uint_eq(ca_utf8_valid(text, n), n);
        ck_assert_uint_eq(ca_utf8_count(text, n), 1);
        if (n > 1) ck_assert_uint_eq(ca_utf8_valid(text, n - 1), 0); /* cut */
    }
}
END_TEST

/* Of all 2^24 texts of three bytes, those made of valid characters are counted. */
START_TEST(every_short_text) {
    static bool two[1 << 16], three[1 << 24];
    char t[4];
    for (uint32_t c = 0x80; c < 0x10000; c++) {
        size_t n = encode(c, t);
        uint32_t a = (unsigned char)t[0], b = (unsigned char)t[1];
        if (n == 2) two[a << 8 | b] = true;
        if (n == 3) three[a << 16 | b << 8 | (unsigned char)t[2]] = true;
    }
    for (uint32_t x = 0; x < 1 << 24; x++) {
        char text[3] = { (char)(x >> 16), (char)(x >> 8), (char)x };
        size_t expected = 0;
        if (three[x])
            expected = 3;
        else if (two[x >> 8])
            expected = 2 + ((x & 0xFF) < 0x80);
        else if (x >> 16 < 0x80)
            expected = two[x & 0xFFFF] ? 3 : (x >> 8 & 0xFF) >= 0x80 ? 1 : (x & 0xFF) < 0x80 ? 3 : 2;
        if (ca_utf8_valid(text, 3) != expected) ck_abort_msg("bytes %06x", x);
    }
}
END_TEST

START_TEST(inside_ascii) {
    char text[64];
    for (size_t at = 0; at < 40; at++) { /* at every place against the steps of eight */
        memset(text, 'a', sizeof text);
        text[at] = (char)0xFF;
        ck_assert_uint_eq(ca_utf8_valid(text, sizeof text), at);
        memcpy(text + at, "\xC3\xA9", 2);
        ck_assert_uint_eq(ca_utf8_valid(text, sizeof text), sizeof text);
        ck_assert_uint_eq(ca_utf8_count(text, sizeof text), sizeof text - 1);
    }
    ck_assert_uint_eq(ca_utf8_valid("", 0), 0);
}
END_TEST

TEST_MAIN("utf8", TEST(every_code_point), TEST(every_short_text), TEST(inside_ascii))
