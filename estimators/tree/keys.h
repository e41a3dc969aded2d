/* Doubles as unsigned keys of the same order, and their sorting. */
#ifndef CA_TREE_KEYS_H
#define CA_TREE_KEYS_H

#include <stdint.h>
#include <string.h>

typedef struct ca_key_id {
    uint64_t key;
    uint32_t id;
} ca_key_id;

/* Order-preserving; both zeros give the same key. */
uint64_t ca_key_of(double x);
double ca_key_value(uint64_t key);

/* Stable sort by key. Swaps *a and *b (n items each) as it likes; the result is in *a. n >= 1. */
void ca_sort_keys(ca_key_id **a, ca_key_id **b, uint32_t n);

/* A number of single precision above its place, in the order of unsigned numbers; likewise. */
static inline uint64_t ca_float_key(float x, uint32_t id) {
    uint32_t bits;
    x += 0.0f; /* -0.0 becomes 0.0 */
    memcpy(&bits, &x, sizeof bits);
    bits = bits >> 31 ? ~bits : bits | UINT32_C(1) << 31;
    return (uint64_t)bits << 32 | id;
}
static inline float ca_float_of(uint64_t key) {
    uint32_t bits = (uint32_t)(key >> 32);
    float x;
    bits = bits >> 31 ? bits & ~(UINT32_C(1) << 31) : ~bits;
    memcpy(&x, &bits, sizeof x);
    return x;
}
/* Stable sort of n such keys by number, n >= 1; returns where they are: a or b, which both have room. */
uint64_t *ca_sort_floats(uint64_t *a, uint64_t *b, int64_t n);

#endif
