/* The Mersenne Twister as scikit-learn draws from it (numpy's legacy RandomState), for `rng=sklearn`: the
 * same folds and the same trees from the same seed. Everything else draws from cauce_rng, whose streams do
 * not depend on the order in which they are drawn. Not thread-safe: a generator belongs to one task. */
#ifndef CA_BASE_MT19937_H
#define CA_BASE_MT19937_H

#include <stdint.h>

typedef struct ca_mt19937 {
    uint32_t key[624];
    int at; /* words of `key` that were handed out */
} ca_mt19937;

void ca_mt19937_init(ca_mt19937 *mt, uint32_t seed);
uint32_t ca_mt19937_u32(ca_mt19937 *mt);
/* Uniform in 0 .. max, by rejection under the smallest mask of ones; draws nothing for max = 0. This is also
 * numpy's randint(0, max + 1) and choice(max + 1). */
uint64_t ca_mt19937_upto(ca_mt19937 *mt, uint64_t max);
double ca_mt19937_uniform(ca_mt19937 *mt); /* in [0, 1), 53 bits */
void ca_mt19937_shuffle(ca_mt19937 *mt, int64_t *v, int64_t n);
void ca_mt19937_permutation(ca_mt19937 *mt, int64_t *v, int64_t n); /* 0 .. n-1, shuffled */

#endif
