/* Reading and writing of numbers. The slow paths lean on strtod and snprintf of libc, which round correctly;
 * they are only ever handed texts without a decimal point, or have theirs taken out, so that the locale of
 * the process does not matter. */
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Reading ----------------------------------------------------------------------------------------------
 */

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
        else if (!fast(&d, &result))
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

/* ---- Writing ----------------------------------------------------------------------------------------------
 */

/* d[0].d[1]d[2]... * 10^exponent */
typedef struct digits {
    char d[24];
    int count, exponent;
} digits;

/* `value` > 0 to `precision` significant digits. */
static void round_to(double value, int precision, digits *out) {
    char text[48];
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    out->count = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (is_digit(*p) && out->count < precision) out->d[out->count++] = *p;
    out->exponent = (int)strtol(p + 1, NULL, 10);
}

static bool reads_back(const digits *s, double value) {
    char text[48];
    memcpy(text, s->d, (size_t)s->count);
    snprintf(text + s->count, sizeof text - (size_t)s->count, "e%d", s->exponent - s->count + 1);
    return strtod(text, NULL) == value;
}

/* Adds one in the last place. */
static void next_up(digits *s) {
    int i = s->count - 1;
    while (i >= 0 && s->d[i] == '9') s->d[i--] = '0';
    if (i >= 0) {
        s->d[i]++;
        return;
    }
    s->d[0] = '1'; /* 999 -> 1000: the zeros are there already */
    s->exponent++;
}

/* The nearest text of a length reads back whenever any does, but for powers of two: their neighbour below is
 * at half the distance of the one above, and a text farther away above may do. */
static bool try_precision(double value, int precision, digits *out) {
    round_to(value, precision, out);
    if (reads_back(out, value)) return true;
    int exponent;
    if (frexp(value, &exponent) > 0.5) return false;
    next_up(out);
    return reads_back(out, value);
}

/* The numbers of most tables: m / 10^k with m of at most 15 digits. The quotient of two exact doubles is
 * rounded once, so that it is what the text reads as; and no other text of up to 15 digits reads back, so
 * that the least k gives the shortest. `all_tried` tells that no text of up to 15 digits does. */
static bool few_digits(double value, digits *out, bool *all_tried) {
    *all_tried = false;
    if (value < 1e-7 || value >= 1e15) return false;
    uint64_t m = 0;
    int k = 0;
    for (; k <= 22; k++) {
        double scaled = value * powers[k];
        if (scaled >= 1e15) break;
        m = (uint64_t)(scaled + 0.5);
        if ((double)m / powers[k] == value) break;
        m = 0;
    }
    if (m == 0) {
        *all_tried = k <= 22;
        return false;
    }
    char text[24];
    out->count = snprintf(text, sizeof text, "%llu", (unsigned long long)m);
    memcpy(out->d, text, (size_t)out->count);
    out->exponent = out->count - 1 - k;
    return true;
}

static void shortest(double value, digits *out) {
    bool all_tried;
    if (few_digits(value, out, &all_tried)) return;
    /* Up to 15 digits survive the way through a normal double: if fewer do, the 15 end in zeros. */
    int precision = value < 0x1p-1022 ? 1 : all_tried ? 16 : 15;
    while (precision < 17 && !try_precision(value, precision, out)) precision++;
    if (precision == 17) round_to(value, 17, out);
    while (out->count > 1 && out->d[out->count - 1] == '0') out->count--;
}

static int put_exponent(const digits *s, char *out) {
    int n = 0;
    out[n++] = s->d[0];
    if (s->count > 1) {
        out[n++] = '.';
        memcpy(out + n, s->d + 1, (size_t)s->count - 1);
        n += s->count - 1;
    }
    return n + snprintf(out + n, 8, "e%c%02d", s->exponent < 0 ? '-' : '+', abs(s->exponent));
}

static int put_plain(const digits *s, char *out) {
    int n = 0;
    if (s->exponent < 0) {
        out[n++] = '0';
        out[n++] = '.';
        for (int i = -1; i > s->exponent; i--) out[n++] = '0';
        memcpy(out + n, s->d, (size_t)s->count);
        return n + s->count;
    }
    for (int i = 0; i < s->count || i <= s->exponent; i++) {
        if (i == s->exponent + 1) out[n++] = '.';
        out[n++] = i < s->count ? s->d[i] : '0';
    }
    return n;
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
    if (size < 1e15 && size == floor(size))
        return n + snprintf(out + n, CA_NUMBER_SIZE - 1, "%lld", (long long)size);
    digits s;
    shortest(size, &s);
    n += s.exponent < -4 || s.exponent >= 16 ? put_exponent(&s, out + n) : put_plain(&s, out + n);
    out[n] = 0;
    return n;
}
