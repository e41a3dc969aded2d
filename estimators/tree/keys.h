/* Doubles as unsigned keys of the same order, and their sorting. */
#ifndef CA_TREE_KEYS_H
#define CA_TREE_KEYS_H

#include <stdint.h>

typedef struct ca_key_id {
    uint64_t key;
    uint32_t id;
} ca_key_id;

/* Order-preserving; both zeros give the same key. */
uint64_t ca_key_of(double x);
double ca_key_value(uint64_t key);

/* Stable sort by key. Swaps *a and *b (n items each) as it likes; the result is in *a. n >= 1. */
void ca_sort_keys(ca_key_id **a, ca_key_id **b, uint32_t n);

/* The keys of n numbers of single precision in ascending order (stable), and their places; a, b: room for n.
 */
void ca_sort_floats(const double *x, int64_t n, uint64_t *a, uint64_t *b, ca_key_id *sorted);

#endif
