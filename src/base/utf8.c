#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool continues(const unsigned char *s, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if ((s[i] & 0xC0) != 0x80) return false;
    return true;
}

/* Length of the valid sequence at s, or 0. The second byte carries the rules against overlong forms,
 * surrogates and numbers above U+10FFFF (RFC 3629, section 4). */
static size_t sequence(const unsigned char *s, size_t left) {
    unsigned char a = s[0];
    if (a < 0x80) return 1;
    if (a < 0xC2 || a > 0xF4) return 0;
    size_t length = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
    if (left < length || !continues(s, 1, length)) return 0;
    unsigned char b = s[1];
    if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F) || (a == 0xF0 && b < 0x90) ||
        (a == 0xF4 && b > 0x8F))
        return 0;
    return length;
}

size_t ca_utf8_valid(const char *text, size_t length) {
    const unsigned char *s = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        uint64_t eight;
        while (length - at >= sizeof eight) { /* most texts are ASCII: eight bytes at a time */
            memcpy(&eight, s + at, sizeof eight);
            if (eight & UINT64_C(0x8080808080808080)) break;
            at += sizeof eight;
        }
        if (at == length) break;
        size_t n = sequence(s + at, length - at);
        if (n == 0) break;
        at += n;
    }
    return at;
}

size_t ca_utf8_count(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}
