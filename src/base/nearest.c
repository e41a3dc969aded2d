/* D. Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51(8), 2021,
 * doi:10.1002/spe.2984: the digits times 128 bits of the power of ten give 64 bits of the value, nearly
 * always enough to round it. */
#include "base/nearest.h"

#include <math.h>
#include <string.h>

#include "base/powers.h"

__extension__ typedef unsigned __int128 wide;

enum {
    FRACTION_BITS = 52,
    KEPT = FRACTION_BITS + 3, /* bits of the product that decide: the double's, one to round, one to spare */
    BIAS = 1023,
    MOST_EXPONENT = 0x7ff,
    LARGEST_POWER = 308,
    /* Between these powers a tie is possible, and powers and their reciprocals were rounded as they are here;
     * beyond the latter the method wants them rounded down. */
    LEAST_TIE = -4,
    MOST_TIE = 23,
    LEAST_ROUNDED_UP = -27
};

typedef struct product {
    uint64_t high, low;
} product;

/* digits * 10^k, scaled; the lower half of the power only where it could change the bits that are kept. */
static product multiply(uint64_t digits, int32_t k) {
    const uint64_t *power = ca_powers[k - CA_POWER_FIRST];
    const wide first = (wide)digits * power[0];
    product p = { (uint64_t)(first >> 64), (uint64_t)first };
    const uint64_t rest = ~UINT64_C(0) >> KEPT;
    if ((p.high & rest) != rest) return p;
    const uint64_t lower = power[1] - (k < LEAST_ROUNDED_UP || k > CA_POWER_EXACT);
    const uint64_t more = (uint64_t)(((wide)digits * lower) >> 64);
    p.low += more;
    p.high += p.low < more;
    return p;
}

static double join(uint64_t fraction, int64_t exponent) {
    const uint64_t bits = fraction | (uint64_t)exponent << FRACTION_BITS;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double below_normal(uint64_t kept, int64_t exponent) {
    if (1 - exponent >= 64) return 0;
    kept >>= 1 - exponent;
    /* What is rounded up to the first normal number carries into its exponent. */
    return join((kept + (kept & 1)) >> 1, 0);
}

bool ca_nearest(uint64_t digits, int64_t exponent, double *value) {
    *value = exponent < 0 ? 0 : (double)INFINITY;
    if (exponent < CA_POWER_FIRST || exponent > LARGEST_POWER) return true;
    const int32_t k = (int32_t)exponent;
    const int zeros = __builtin_clzll(digits);
    const product p = multiply(digits << zeros, k);
    if (p.low == ~UINT64_C(0) && (k < LEAST_ROUNDED_UP || k > CA_POWER_EXACT)) return false;
    const int top = (int)(p.high >> 63), cut = top + 64 - KEPT;
    uint64_t kept = p.high >> cut;
    int64_t power = ca_power_log2(k) + 63 + top - zeros + BIAS;
    if (power <= 0) {
        *value = below_normal(kept, power);
        return true;
    }
    const bool tie =
        p.low <= 1 && k >= LEAST_TIE && k <= MOST_TIE && (kept & 3) == 1 && kept << cut == p.high;
    if (!tie) kept += kept & 1;
    kept >>= 1;
    if (kept >> (FRACTION_BITS + 1)) { /* rounded up to the next power of two */
        kept >>= 1;
        power++;
    }
    *value =
        power < MOST_EXPONENT ? join(kept & ((UINT64_C(1) << FRACTION_BITS) - 1), power) : (double)INFINITY;
    return true;
}
