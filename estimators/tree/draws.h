/* Random numbers of a node, from its key alone. A tree has a key, which is that of its root, and each side of
 * a split one made of that of the node: what is drawn in a node hangs on the way to it, and not on what was
 * grown before. Trees come out the same depth first, best first, and in pieces by any threads.
 *
 * Keys and numbers are outputs of the mixer of SplitMix64, the numbers those of its counter. */
#ifndef CA_TREE_DRAWS_H
#define CA_TREE_DRAWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mix.h"

/* The key of a side of a node's split. */
static inline uint64_t ca_side_key(uint64_t key, bool left) {
    return ca_mix(key ^ (left ? 0x243f6a8885a308d3u : 0x13198a2e03707344u)); /* digits of pi */
}

/* The key of the numbers that belong to columns, as others than those that are drawn one after the other. */
static inline uint64_t ca_columns_key(uint64_t key) {
    return ca_mix(key ^ 0xa4093822299f31d0u);
}

/* Number i of a key. */
static inline uint64_t ca_number_of(uint64_t key, uint64_t i) {
    return ca_mix(key + (i + 1) * CA_MIX_STEP);
}

/* Uniform in [0, 1). */
static inline double ca_uniform_of(uint64_t key, uint64_t i) {
    return (double)(ca_number_of(key, i) >> 11) * 0x1p-53;
}

/* Those of a node one after the other. */
typedef struct ca_draws {
    uint64_t key, next;
} ca_draws;

/* Evenly below n, 1 .. 2^31. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019,
 * doi:10.1145/3230636. */
static inline uint32_t ca_draw_below(ca_draws *draws, uint32_t n) {
    uint64_t product = (ca_number_of(draws->key, draws->next++) >> 32) * n;
    if ((uint32_t)product < n)
        for (uint32_t least = (0u - n) % n; (uint32_t)product < least;)
            product = (ca_number_of(draws->key, draws->next++) >> 32) * n;
    return (uint32_t)(product >> 32);
}

/* Draws columns without repeats: the next one of columns[0 .. end-1], which comes to place number `drawn`.
 * Where it was goes to places[drawn]. */
static inline int32_t ca_draw_column(ca_draws *draws, int32_t *columns, int32_t *places, int64_t drawn,
                                     int64_t end) {
    const int64_t j = drawn + ca_draw_below(draws, (uint32_t)(end - drawn));
    const int32_t column = columns[j];
    places[drawn] = (int32_t)j;
    columns[j] = columns[drawn];
    return columns[drawn] = column;
}

/* The columns that were drawn go back to their places, so that the next node finds all in the same order. */
static inline void ca_undraw_columns(int32_t *columns, const int32_t *places, int64_t drawn) {
    while (drawn-- > 0) {
        const int32_t column = columns[drawn];
        columns[drawn] = columns[places[drawn]];
        columns[places[drawn]] = column;
    }
}

#endif
