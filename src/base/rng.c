/* Philox 4x32-10, a counter-based generator: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/rng.h"
#include "base/wide.h"

static void philox(const uint32_t key_in[2], const uint32_t counter[4], uint32_t out[4]) {
    uint32_t key[2] = { key_in[0], key_in[1] };
    uint32_t c[4] = { counter[0], counter[1], counter[2], counter[3] };
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c[0];
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t next[4] = { (uint32_t)(p1 >> 32) ^ c[1] ^ key[0], (uint32_t)p1,
                             (uint32_t)(p0 >> 32) ^ c[3] ^ key[1], (uint32_t)p0 };
        memcpy(c, next, sizeof c);
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    memcpy(out, c, sizeof c);
}

void cauce_rng_init(cauce_rng *rng, uint64_t seed, const char *purpose, uint64_t index) {
    uint64_t key = XXH3_64bits_withSeed(purpose, strlen(purpose), seed);
    *rng = (cauce_rng){ .key = { (uint32_t)key, (uint32_t)(key >> 32) },
                        .counter = { 0, 0, (uint32_t)index, (uint32_t)(index >> 32) },
                        .used = 4 };
}

uint32_t cauce_rng_u32(cauce_rng *rng) {
    if (rng->used == 4) {
        philox(rng->key, rng->counter, rng->buffer);
        if (++rng->counter[0] == 0) rng->counter[1]++;
        rng->used = 0;
    }
    return rng->buffer[rng->used++];
}

/* Counters side by side: rounds of one wait for each other, those of several do not. */
enum { BESIDE = 16 };

CA_WIDEST static void philox_beside(const uint32_t key_in[2], const uint32_t counter[4], uint32_t *out) {
    uint32_t key[2] = { key_in[0], key_in[1] }, c[4][BESIDE];
    uint64_t first = (uint64_t)counter[1] << 32 | counter[0];
    for (int i = 0; i < BESIDE; i++) {
        c[0][i] = (uint32_t)(first + (uint64_t)i);
        c[1][i] = (uint32_t)((first + (uint64_t)i) >> 32);
        c[2][i] = counter[2];
        c[3][i] = counter[3];
    }
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < BESIDE; i++) {
            uint64_t p0 = (uint64_t)0xD2511F53u * c[0][i], p1 = (uint64_t)0xCD9E8D57u * c[2][i];
            c[0][i] = (uint32_t)(p1 >> 32) ^ c[1][i] ^ key[0];
            c[1][i] = (uint32_t)p1;
            c[2][i] = (uint32_t)(p0 >> 32) ^ c[3][i] ^ key[1];
            c[3][i] = (uint32_t)p0;
        }
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    for (int i = 0; i < BESIDE; i++)
        for (int k = 0; k < 4; k++) out[4 * i + k] = c[k][i];
}

void ca_rng_words(cauce_rng *rng, uint32_t *words, int64_t n) {
    while (n > 0 && rng->used < 4) {
        *words++ = rng->buffer[rng->used++];
        n--;
    }
    for (; n >= 4 * BESIDE; n -= 4 * BESIDE, words += 4 * BESIDE) {
        philox_beside(rng->key, rng->counter, words);
        rng->counter[0] += BESIDE;
        if (rng->counter[0] < BESIDE) rng->counter[1]++;
    }
    for (; n > 0; n--) *words++ = cauce_rng_u32(rng);
}

static uint64_t next_u64(cauce_rng *rng) {
    uint64_t high = cauce_rng_u32(rng);
    return high << 32 | cauce_rng_u32(rng);
}

/* Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019, doi:10.1145/3230636. */
uint64_t cauce_rng_below(cauce_rng *rng, uint64_t n) {
    if (n <= UINT32_MAX) {
        uint32_t bound = (uint32_t)n;
        uint64_t product = (uint64_t)cauce_rng_u32(rng) * bound;
        if ((uint32_t)product < bound) {
            uint32_t threshold = (0u - bound) % bound;
            while ((uint32_t)product < threshold) product = (uint64_t)cauce_rng_u32(rng) * bound;
        }
        return product >> 32;
    }
    uint64_t limit = UINT64_MAX - UINT64_MAX % n;
    uint64_t value = next_u64(rng);
    while (value >= limit) value = next_u64(rng);
    return value % n;
}

double cauce_rng_uniform(cauce_rng *rng) {
    return (double)(next_u64(rng) >> 11) * 0x1p-53;
}
