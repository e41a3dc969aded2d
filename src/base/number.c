/* Reading and writing of numbers. The slow path of reading leans on strtod of libc, which rounds correctly;
 * it is only ever handed texts without a decimal point, so that the locale of the process does not matter. */
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/powers.h"
#include "base/shortest.h"

/* ---- Reading ------------------------------------------------------------------------------------------- */

enum {
    EXACT_DIGITS = 19, /* decimal digits that always fit uint64_t */
    MOST_DIGITS = 800  /* a double is halfway between two others after at most 767 digits */
};

/* A number as scanned: 0.d1 d2 d3 ... * 10^exponent, d1 != 0. */
typedef struct decimal {
    const char *first, *end; /* from d1 on, a point may be in between */
    int64_t exponent;
    int64_t digits;    /* from d1 to the end */
    uint64_t mantissa; /* the first EXACT_DIGITS digits */
} decimal;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool equals_word(const char *text, size_t length, const char *word) {
    for (size_t i = 0; i < length; i++)
        if (!word[i] || (text[i] | 0x20) != word[i]) return false;
    return word[length] == 0;
}

static bool parse_word(const char *text, size_t length, double *value) {
    if (equals_word(text, length, "inf") || equals_word(text, length, "infinity"))
        *value = (double)INFINITY;
    else if (equals_word(text, length, "nan"))
        *value = (double)NAN;
    else
        return false;
    return true;
}

/* "e+12" at [p, end): false when it is none. Exponents beyond 10^17 are held there. */
static bool scan_exponent(const char *p, const char *end, int64_t *exponent) {
    if ((*p | 0x20) != 'e') return false;
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    int64_t value = 0;
    for (; p < end; p++) {
        if (!is_digit(*p)) return false;
        if (value < INT64_C(100000000000000000)) value = value * 10 + (*p - '0');
    }
    *exponent = negative ? -value : value;
    return true;
}

/* The unsigned decimal number [p, end). */
static bool scan(const char *p, const char *end, decimal *d) {
    *d = (decimal){ NULL, NULL, 0, 0, 0 };
    bool any = false, point = false;
    int64_t whole = 0, zeros_after_point = 0; /* digits before the point from d1 on; zeros before d1 */
    for (; p < end; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*p)) break;
        any = true;
        if (!d->first) {
            if (*p == '0') {
                zeros_after_point += point;
                continue;
            }
            d->first = p;
        }
        if (d->digits < EXACT_DIGITS) d->mantissa = d->mantissa * 10 + (uint64_t)(*p - '0');
        d->digits++;
        whole += !point;
    }
    if (!any) return false;
    d->end = p;
    int64_t exponent = 0;
    if (p < end && !scan_exponent(p, end, &exponent)) return false;
    d->exponent = exponent + whole - zeros_after_point;
    return true;
}

static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* Clinger, "How to read floating point numbers accurately", PLDI 1990, doi:10.1145/93542.93557: when mantissa
 * and power of ten are doubles themselves, one operation rounds once. */
static bool fast(const decimal *d, double *value) {
    int64_t power = d->exponent - d->digits;
    if (d->digits > EXACT_DIGITS || d->mantissa > UINT64_C(1) << 53 || power < -22 || power > 22)
        return false;
    *value = power < 0 ? (double)d->mantissa / powers[-power] : (double)d->mantissa * powers[power];
    return true;
}

/* Of more digits than fit, the first ones and what follows them lie between two numbers of EXACT_DIGITS. */
static bool nearest(const decimal *d, double *value) {
    const bool more = d->digits > EXACT_DIGITS;
    const int64_t exponent = d->exponent - (more ? EXACT_DIGITS : d->digits);
    double above;
    return ca_nearest(d->mantissa, exponent, value) &&
           (!more || (ca_nearest(d->mantissa + 1, exponent, &above) && above == *value));
}

/* The digits as one integer with an exponent, at most MOST_DIGITS of them; of what is beyond only matters
 * whether it is more than zero: a last digit 1 stands for it. */
static double slow(const decimal *d) {
    if (d->exponent > 310) return (double)INFINITY;
    if (d->exponent < -330) return 0;
    char text[MOST_DIGITS + 40];
    int n = 0;
    bool more = false;
    for (const char *p = d->first; p < d->end; p++) {
        if (*p == '.') continue;
        if (n < MOST_DIGITS)
            text[n++] = *p;
        else if (*p != '0') {
            more = true;
            break;
        }
    }
    if (more) text[n++] = '1';
    snprintf(text + n, sizeof text - (size_t)n, "e%d", (int)d->exponent - n);
    return strtod(text, NULL);
}

bool ca_number_parse(const char *text, size_t length, double *value) {
    if (length == 0) return false;
    const char *p = text, *end = text + length;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    if (p == end) return false;
    double result;
    if ((*p | 0x20) == 'i' || (*p | 0x20) == 'n') {
        if (!parse_word(p, (size_t)(end - p), &result)) return false;
    } else {
        decimal d;
        if (!scan(p, end, &d)) return false;
        if (!d.first)
            result = 0;
        else if (!fast(&d, &result) && !nearest(&d, &result))
            result = slow(&d);
    }
    *value = negative ? -result : result;
    return true;
}

bool ca_integer_parse(const char *text, size_t length, int64_t *value) {
    if (length == 0) return false;
    const char *p = text, *end = text + length;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    if (p == end) return false;
    int64_t result = 0; /* kept negative: there is one more of those */
    for (; p < end; p++) {
        if (!is_digit(*p) || __builtin_mul_overflow(result, 10, &result) ||
            __builtin_sub_overflow(result, *p - '0', &result))
            return false;
    }
    if (!negative && result == INT64_MIN) return false;
    *value = negative ? result : -result;
    return true;
}

/* ---- Writing ------------------------------------------------------------------------------------------- */

enum { DIGITS = 17 }; /* of any double */

/* The 8 digits of a number below 10^8 as the bytes of a word, the first one lowest: halves, quarters and
 * digits taken apart side by side, each by a product that is exact for what is divided. */
static uint64_t eight_digits(uint32_t number) {
    const uint64_t halves = number / 10000 | (uint64_t)(number % 10000) << 32;
    const uint64_t hundreds = ((halves * 10486) >> 20) & UINT64_C(0x0000007f0000007f);
    const uint64_t quarters = hundreds | (halves - 100 * hundreds) << 16;
    const uint64_t tens = ((quarters * 103) >> 10) & UINT64_C(0x000f000f000f000f);
    return tens | (quarters - 10 * tens) << 8;
}

static void put_eight(uint64_t digits, char *out) {
    digits += UINT64_C(0x3030303030303030);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(out, &digits, 8);
}

static int count_digits(uint64_t number) {
    const int n = (64 - __builtin_clzll(number)) * 1233 >> 12; /* log10, or one more */
    return n + (number >= ca_whole_powers[n]);
}

/* A number below 10^17 as DIGITS digits, its own `count` ones first and zeros behind them; how many there are
 * up to the last that is no zero. */
static int put_digits(uint64_t number, int count, char *out) {
    number *= ca_whole_powers[DIGITS - count];
    const uint32_t high = (uint32_t)(number / 100000000), first = high / 100000000;
    const uint64_t middle = eight_digits(high - first * 100000000);
    const uint64_t last = eight_digits((uint32_t)(number % 100000000));
    out[0] = (char)('0' + first);
    put_eight(middle, out + 1);
    put_eight(last, out + 9);
    /* The first digit is no zero: a word without digits stands behind the last one. */
    const uint64_t tail = last ? last : middle;
    return (last ? 9 : 1) + (tail ? 8 - __builtin_clzll(tail) / 8 : 0);
}

static int put_exponent(int exponent, char *out) {
    const int size = abs(exponent);
    int n = 0;
    out[n++] = 'e';
    out[n++] = exponent < 0 ? '-' : '+';
    if (size >= 100) out[n++] = (char)('0' + size / 100);
    out[n++] = (char)('0' + size / 10 % 10);
    out[n++] = (char)('0' + size % 10);
    return n;
}

/* The digits are written where most of them stay: what was just written is slow to be read again. */
static int put_decimal(ca_decimal number, char *out) {
    const int written = count_digits(number.digits), exponent = written - 1 + number.exponent;
    if (exponent < 0 && exponent >= -4) {
        memcpy(out, "0.000", 5);
        return 1 - exponent + put_digits(number.digits, written, out + 1 - exponent);
    }
    const int count = put_digits(number.digits, written, out + 1);
    const bool plain = exponent >= 0 && exponent < 16;
    const int whole = plain ? exponent + 1 : 1;
    out[0] = out[1];
    if (whole > 1) memmove(out + 1, out + 2, (size_t)whole - 1);
    if (count > whole) out[whole] = '.';
    const int n = count > whole ? count + 1 : whole;
    return plain ? n : n + put_exponent(exponent, out + n);
}

static int put_whole(uint64_t number, char *out) {
    if (number == 0) {
        out[0] = '0';
        return 1;
    }
    const int count = count_digits(number);
    put_digits(number, count, out);
    return count;
}

static int put_word(const char *word, char *out) {
    size_t n = strlen(word);
    memcpy(out, word, n + 1);
    return (int)n;
}

int ca_number_print(double value, char out[CA_NUMBER_SIZE]) {
    if (isnan(value)) return put_word("nan", out);
    int n = 0;
    if (signbit(value)) out[n++] = '-';
    double size = fabs(value);
    if (isinf(size)) return n + put_word("inf", out + n);
    if (size < 1e15 && size == (double)(int64_t)size)
        n += put_whole((uint64_t)size, out + n);
    else
        n += put_decimal(ca_shortest(size), out + n);
    out[n] = 0;
    return n;
}

int ca_integer_print(int64_t value, char out[CA_NUMBER_SIZE]) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    const uint64_t most = ca_whole_powers[DIGITS];
    int n = 0;
    if (value < 0) out[n++] = '-';
    if (size >= most) {
        n += put_whole(size / most, out + n);
        put_digits(size % most, DIGITS, out + n);
        n += DIGITS;
    } else
        n += put_whole(size, out + n);
    out[n] = 0;
    return n;
}
