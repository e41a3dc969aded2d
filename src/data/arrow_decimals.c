/* Decimals of Arrow: whole numbers of 32 to 256 bits in two's complement, with a point so many digits from
 * the right. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "data/arrow.h"

enum { MOST_LIMBS = 8, MOST_DIGITS = 78, MOST_SCALE = 1000, EXACT_POWERS = 22 };

/* "d:precision,scale" or "d:precision,scale,bits". */
bool ca_arrow_decimal(const char *format, ca_arrow_decimals *type) {
    char *end;
    if (strncmp(format, "d:", 2) != 0 || format[2] < '0' || format[2] > '9') return false;
    const long precision = strtol(format + 2, &end, 10);
    if (*end != ',' || !(end[1] == '-' || (end[1] >= '0' && end[1] <= '9'))) return false;
    const long scale = strtol(end + 1, &end, 10);
    long bits = 128;
    if (*end == ',' && end[1] >= '1' && end[1] <= '9') bits = strtol(end + 1, &end, 10);
    if (*end || precision < 1 || scale < -MOST_SCALE || scale > MOST_SCALE) return false;
    if (bits != 32 && bits != 64 && bits != 128 && bits != 256) return false;
    *type = (ca_arrow_decimals){ (int)bits / 32, (int)scale };
    return true;
}

/* The decimal digits of a number of limbs, the least first, which it uses up. Returns where they begin: they
 * end at `end`. */
static char *print_digits(uint32_t *limbs, int n, char *end) {
    for (;;) {
        uint64_t rest = 0;
        bool any = false;
        for (int i = n - 1; i >= 0; i--) {
            rest = rest << 32 | limbs[i];
            limbs[i] = (uint32_t)(rest / 10);
            rest %= 10;
            any |= limbs[i] != 0;
        }
        *--end = (char)('0' + rest);
        if (!any) return end;
    }
}

/* Rounded once, by way of its text. */
static double by_text(uint32_t *limbs, int n, bool negative, int scale) {
    char text[1 + MOST_DIGITS + 8], *end = text + 1 + MOST_DIGITS, *start = print_digits(limbs, n, end);
    int exponent = scale < 0 ? -scale : scale;
    double value = 0;
    if (negative) *--start = '-';
    *end++ = 'e';
    if (scale > 0) *end++ = '-';
    for (int power = 1000; power; power /= 10) *end++ = (char)('0' + exponent / power % 10);
    ca_number_parse(start, (size_t)(end - start), &value);
    return value;
}

/* A number below 2^53 and a power of ten up to 10^22 are doubles, and so their quotient is rounded once. */
static double to_double(const uint32_t *cell, int n, int scale) {
    static const double powers[EXACT_POWERS + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    const bool negative = cell[n - 1] >> 31;
    uint32_t limbs[MOST_LIMBS] = { 0 };
    uint64_t carry = negative, high = 0;
    for (int i = 0; i < n; i++) {
        carry += negative ? ~cell[i] : cell[i];
        limbs[i] = (uint32_t)carry;
        carry >>= 32;
        if (i > 1) high |= limbs[i];
    }
    const uint64_t low = limbs[0] | (uint64_t)limbs[1] << 32;
    if (high || low >> 53 || scale < 0 || scale > EXACT_POWERS) return by_text(limbs, n, negative, scale);
    const double value = (double)low / powers[scale];
    return negative ? -value : value;
}

void ca_arrow_decimal_numbers(const struct ArrowArray *array, ca_arrow_decimals type, int64_t first,
                              int64_t n, double *out) {
    const size_t size = (size_t)type.limbs * sizeof(uint32_t);
    const char *data = (const char *)array->buffers[1] + (size_t)(array->offset + first) * size;
    for (int64_t i = 0; i < n; i++) {
        uint32_t cell[MOST_LIMBS] = { 0 };
        memcpy(cell, data + (size_t)i * size, size);
        out[i] = to_double(cell, type.limbs, type.scale);
    }
}
