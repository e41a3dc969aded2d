/* Powers of ten to 128 bits, for the exact conversion of numbers in both directions. */
#ifndef CA_BASE_POWERS_H
#define CA_BASE_POWERS_H

#include <stdint.h>

enum {
    CA_POWER_FIRST = -342,
    CA_POWER_LAST = 324,
    CA_POWER_EXACT = 55 /* 10^0 to 10^55 fit 128 bits */
};
/* 10^k / 2^(floor(log2 10^k) - 127), rounded up, at k - CA_POWER_FIRST: the upper and the lower half;
 * the latter is 0 for exact ones only. */
extern const uint64_t ca_powers[CA_POWER_LAST - CA_POWER_FIRST + 1][2];
/* 10^k. */
extern const uint64_t ca_whole_powers[20];

/* floor(log2 10^k) for |k| <= 1233. */
static inline int32_t ca_power_log2(int32_t k) {
    return (k * 1741647) >> 19;
}

#endif
