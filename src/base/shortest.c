/* Schubfach: R. Giulietti, "The Schubfach way to render doubles", 2020,
 * https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f; with the table rounded up, as in
 * A. Bouvier's implementation. Sections and figures below are those of the paper. */
#include "base/shortest.h"

#include <stdbool.h>
#include <string.h>

#include "base/powers.h"

__extension__ typedef unsigned __int128 wide;

enum { FRACTION_BITS = 52, BIAS = 1075 };

/* A double c * 2^q. */
typedef struct binary {
    uint64_t c;
    int32_t q;
    bool closer_below; /* a power of two: its neighbour below is at half the distance of the one above */
} binary;

static binary split(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint64_t hidden = UINT64_C(1) << FRACTION_BITS, fraction = bits & (hidden - 1);
    const int32_t exponent = (int32_t)(bits >> FRACTION_BITS) & 0x7ff;
    if (exponent == 0) return (binary){ fraction, 1 - BIAS, false };
    return (binary){ hidden | fraction, exponent - BIAS, fraction == 0 && exponent > 1 };
}

/* floor(log10 2^q), or of 3/4 2^q. */
static int32_t log10_of(int32_t q, bool three_quarters) {
    return (q * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

/* c * power / 2^128 rounded to odd (section 9.9): a last bit that is set stands for all that was cut off. */
static uint64_t times(const uint64_t power[2], uint64_t c) {
    const wide low = (wide)power[1] * c;
    const wide all = (wide)power[0] * c + (uint64_t)(low >> 64);
    return (uint64_t)(all >> 64) | ((uint64_t)all > 1);
}

ca_decimal ca_shortest(double value) {
    const binary v = split(value);
    const int32_t k = log10_of(v.q, v.closer_below);
    const int32_t shift = v.q + ca_power_log2(-k) + 1;
    const uint64_t *power = ca_powers[-k - CA_POWER_FIRST];
    /* Four times the value and the ends of what reads as it, in units of 10^k; the ends belong to it where c
     * is even. */
    const uint64_t odd = v.c & 1;
    const uint64_t low = times(power, (4 * v.c - 2 + v.closer_below) << shift) + odd;
    const uint64_t mid = times(power, (4 * v.c) << shift);
    const uint64_t high = times(power, (4 * v.c + 2) << shift) - odd;
    const uint64_t units = mid / 4, tens = units / 10;
    if (units >= 10) { /* figure 7: one digit less? At most one such number is inside. */
        const bool down = low <= 40 * tens, up = 40 * tens + 40 <= high;
        if (down != up) return (ca_decimal){ tens + up, k + 1 };
    }
    const bool down = low <= 4 * units, up = 4 * units + 4 <= high;
    if (down != up) return (ca_decimal){ units + up, k };
    const uint64_t half = 4 * units + 2;
    return (ca_decimal){ units + (mid > half || (mid == half && units % 2)), k };
}
