#include "tree/keys.h"

uint64_t ca_key_of(double x) {
    uint64_t bits;
    x += 0.0; /* -0.0 becomes 0.0 */
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

double ca_key_value(uint64_t key) {
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Least-significant-digit radix sort; digits that all keys share are skipped. The result is in *a. */
void ca_sort_keys(ca_key_id **a, ca_key_id **b, uint32_t n) {
    enum { BITS = 11, SIZE = 1 << BITS };
    uint32_t count[SIZE];
    for (int shift = 0; shift < 64; shift += BITS) {
        memset(count, 0, sizeof count);
        for (uint32_t i = 0; i < n; i++) count[(*a)[i].key >> shift & (SIZE - 1)]++;
        if (count[(*a)[0].key >> shift & (SIZE - 1)] == n) continue;
        uint32_t at = 0;
        for (int d = 0; d < SIZE; d++) {
            uint32_t c = count[d];
            count[d] = at;
            at += c;
        }
        for (uint32_t i = 0; i < n; i++) (*b)[count[(*a)[i].key >> shift & (SIZE - 1)]++] = (*a)[i];
        ca_key_id *swap = *a;
        *a = *b;
        *b = swap;
    }
}

/* Least digit first: the float above the place, in the order of unsigned numbers. */
uint64_t *ca_sort_floats(uint64_t *a, uint64_t *b, int64_t n) {
    enum { BITS = 11, SIZE = 1 << BITS, DIGITS = 3 };
    uint32_t count[DIGITS][SIZE] = { { 0 } };
    for (int64_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++) count[d][a[i] >> (32 + d * BITS) & (SIZE - 1)]++;
    for (int d = 0; d < DIGITS; d++) {
        int shift = 32 + d * BITS;
        if (count[d][a[0] >> shift & (SIZE - 1)] == n) continue;
        uint32_t at = 0;
        for (int k = 0; k < SIZE; k++) {
            uint32_t c = count[d][k];
            count[d][k] = at;
            at += c;
        }
        for (int64_t i = 0; i < n; i++) b[count[d][a[i] >> shift & (SIZE - 1)]++] = a[i];
        uint64_t *swap = a;
        a = b;
        b = swap;
    }
    return a;
}
