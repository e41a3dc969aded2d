/* Matsumoto, Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
 * generator", ACM TOMACS 8(1), 1998, doi:10.1145/272991.272995, seeded as in its revision of 2002. */
#include "base/mt19937.h"

enum { WORDS = 624, SHIFT = 397 };

void ca_mt19937_init(ca_mt19937 *mt, uint32_t seed) {
    mt->key[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++)
        mt->key[i] = 1812433253u * (mt->key[i - 1] ^ mt->key[i - 1] >> 30) + i;
    mt->at = WORDS;
}

static void next_words(uint32_t *key) {
    for (int i = 0; i < WORDS; i++) {
        uint32_t y = (key[i] & 0x80000000u) | (key[(i + 1) % WORDS] & 0x7fffffffu);
        key[i] = key[(i + SHIFT) % WORDS] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
    }
}

uint32_t ca_mt19937_u32(ca_mt19937 *mt) {
    if (mt->at == WORDS) {
        next_words(mt->key);
        mt->at = 0;
    }
    uint32_t y = mt->key[mt->at++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

static uint64_t next_u64(ca_mt19937 *mt) {
    uint64_t high = ca_mt19937_u32(mt);
    return high << 32 | ca_mt19937_u32(mt);
}

uint64_t ca_mt19937_upto(ca_mt19937 *mt, uint64_t max) {
    if (max == 0) return 0;
    uint64_t mask = UINT64_MAX >> __builtin_clzll(max), value;
    do value = (max <= UINT32_MAX ? ca_mt19937_u32(mt) : next_u64(mt)) & mask;
    while (value > max);
    return value;
}

double ca_mt19937_uniform(ca_mt19937 *mt) {
    uint32_t high = ca_mt19937_u32(mt) >> 5, low = ca_mt19937_u32(mt) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

void ca_mt19937_shuffle(ca_mt19937 *mt, int64_t *v, int64_t n) {
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)ca_mt19937_upto(mt, (uint64_t)i), held = v[i];
        v[i] = v[j];
        v[j] = held;
    }
}

void ca_mt19937_permutation(ca_mt19937 *mt, int64_t *v, int64_t n) {
    for (int64_t i = 0; i < n; i++) v[i] = i;
    ca_mt19937_shuffle(mt, v, n);
}
