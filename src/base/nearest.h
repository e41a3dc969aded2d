/* The double nearest to a decimal number. */
#ifndef CA_BASE_NEAREST_H
#define CA_BASE_NEAREST_H

#include <stdbool.h>
#include <stdint.h>

/* digits * 10^exponent, digits > 0, rounded to the nearest double, ties to even; an infinity above the range,
 * 0 below it. false: undecided, which hardly ever happens. */
bool ca_nearest(uint64_t digits, int64_t exponent, double *value);

#endif
