/* Short texts as two words, to be hashed and compared without a look at their bytes. */
#ifndef CA_BASE_WORDS_H
#define CA_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { CA_WORDS_SIZE = 16 }; /* bytes of the longest such text */

/* The bytes of a text in the order of memory, zeros behind them. */
typedef struct ca_words {
    uint64_t low, high;
} ca_words;

static inline uint64_t ca_words_load(const char *p, size_t n) {
    uint64_t word = 0;
    memcpy(&word, p, n);
    return word;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Of a text of at most CA_WORDS_SIZE bytes: two reads that overlap. */
static inline ca_words ca_words_of(const char *text, size_t length) {
    if (length > 8)
        return (ca_words){ ca_words_load(text, 8),
                           ca_words_load(text + length - 8, 8) >> (8 * (CA_WORDS_SIZE - length)) };
    if (length >= 4)
        return (ca_words){ ca_words_load(text, 4) | ca_words_load(text + length - 4, 4) << (8 * (length - 4)),
                           0 };
    if (length == 0) return (ca_words){ 0, 0 };
    const uint64_t middle = ca_words_load(text + length / 2, 1) << (8 * (length / 2));
    const uint64_t last = ca_words_load(text + length - 1, 1) << (8 * (length - 1));
    return (ca_words){ ca_words_load(text, 1) | middle | last, 0 };
}

/* The same where CA_WORDS_SIZE bytes can be read from `text` on: what does not belong to it is cut off, and
 * no branch depends on the length, which nobody can foretell. */
static inline ca_words ca_words_inside(const char *text, size_t length) {
    static const uint8_t cut[2 * CA_WORDS_SIZE] = { 255, 255, 255, 255, 255, 255, 255, 255,
                                                    255, 255, 255, 255, 255, 255, 255, 255 };
    const char *mask = (const char *)cut + CA_WORDS_SIZE - length;
    return (ca_words){ ca_words_load(text, 8) & ca_words_load(mask, 8),
                       ca_words_load(text + 8, 8) & ca_words_load(mask + 8, 8) };
}
#else
static inline ca_words ca_words_of(const char *text, size_t length) {
    uint64_t words[2] = { 0, 0 };
    memcpy(words, text, length);
    return (ca_words){ words[0], words[1] };
}

static inline ca_words ca_words_inside(const char *text, size_t length) {
    return ca_words_of(text, length);
}
#endif

static inline bool ca_words_equal(ca_words a, ca_words b) {
    return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
}

/* The halves of one long product, as in wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash). */
static inline uint64_t ca_words_hash(ca_words words, size_t length) {
    __extension__ typedef unsigned __int128 wide;
    const wide product = (wide)(words.low ^ UINT64_C(0xa0761d6478bd642f)) *
                         (words.high ^ UINT64_C(0xe7037ed1a0b428db) ^ (uint64_t)length << 56);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#endif
