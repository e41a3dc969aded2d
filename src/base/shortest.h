/* The shortest decimal number that reads back as a double. */
#ifndef CA_BASE_SHORTEST_H
#define CA_BASE_SHORTEST_H

#include <stdint.h>

/* digits * 10^exponent; the digits may end in zeros, there are at most 17 of them. */
typedef struct ca_decimal {
    uint64_t digits;
    int32_t exponent;
} ca_decimal;

/* Of a finite value > 0: of the shortest numbers that a correctly rounding reader (ties to even) reads as
 * `value`, the nearest to it (ties to the even digit). */
ca_decimal ca_shortest(double value);

#endif
