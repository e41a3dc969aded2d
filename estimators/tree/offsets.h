/* Targets of a node as whole numbers: offsets from a centre, in units that let their weighted sums stay below
 * 2^52. So sums are exact, whatever their order. */
#ifndef CA_TREE_OFFSETS_H
#define CA_TREE_OFFSETS_H

#include <math.h>
#include <string.h>

#include "tree/criterion.h"

enum { CA_SUM_BITS = 51 }; /* sums stay below 2^52, differences below 2^53 */

/* Nearest whole number for |x| < 2^51, without a call into libm. */
static inline double ca_whole_of(double x) {
    return (x + 0x1.8p52) - 0x1.8p52;
}

/* The least e with |x| < 2^e; libm is for what has no exponent of its own. */
static inline int ca_exponent_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int e = (int)(bits >> 52 & 0x7ff);
    if (e == 0 || e == 0x7ff) {
        frexp(x, &e);
        return e;
    }
    return e - 1022;
}

/* 2^e, but at most 2^1000. */
static inline double ca_power_of_two(int e) {
    if (e > 1000) e = 1000;
    if (e < -1000) return ldexp(1.0, e);
    uint64_t bits = (uint64_t)(e + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Offsets of the targets from a centre, in units of 1 / scale. */
typedef struct ca_offsets {
    double centre, scale, low, high;
} ca_offsets;

/* For targets from low to high, of this total weight. */
static inline ca_offsets ca_find_offsets(ca_scoring scoring, double low, double high, double weight) {
    double centre = scoring == CA_SCORE_POISSON ? 0 : low / 2 + high / 2;
    double reach = high - centre > centre - low ? high - centre : centre - low;
    double scale = ca_power_of_two(CA_SUM_BITS - ca_exponent_of(weight) - ca_exponent_of(reach));
    return (ca_offsets){ centre, scale, low, high };
}

#endif
