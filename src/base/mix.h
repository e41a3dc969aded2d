/* The mixer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
 * doi:10.1145/2660193.2660195): near keys come out far apart, and no two of them the same. */
#ifndef CA_BASE_MIX_H
#define CA_BASE_MIX_H

#include <stdint.h>

/* Its counter goes on by so much. */
#define CA_MIX_STEP 0x9e3779b97f4a7c15u

static inline uint64_t ca_mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

#endif
