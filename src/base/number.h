/* Numbers as text, whatever the locale of the process. */
#ifndef CA_BASE_NUMBER_H
#define CA_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads all of text[0 .. length-1] (no blanks around) as a decimal number: optional sign, digits with an
 * optional point, optional exponent; also inf, infinity, nan in any case. ".5" and "5." are numbers; "", "+",
 * "0x10", "1_000", "1e" are not. Correctly rounded; beyond the range gives an infinity, below it 0. false
 * when it is no number. */
bool ca_number_parse(const char *text, size_t length, double *value);
/* The same for a decimal integer that fits int64_t (no point, no exponent). */
bool ca_integer_parse(const char *text, size_t length, int64_t *value);

enum { CA_NUMBER_SIZE = 32 };
/* Writes the shortest text that reads back to the same double: "0.1", "1", "-0", "1e+300", "inf", "-inf",
 * "nan". Whole numbers below 1e15 are written without point and exponent. Returns the length. */
int ca_number_print(double value, char out[CA_NUMBER_SIZE]);
int ca_integer_print(int64_t value, char out[CA_NUMBER_SIZE]);

#endif
