/* What the cells of a CSV file are: missing, numbers, and the kind of a whole column. */
#ifndef CA_DATA_CSV_INFER_H
#define CA_DATA_CSV_INFER_H

#include <string.h>

#include "base/arena.h"
#include "cauce/table.h"
#include "data/csv_scan.h"
#include "data/levels.h"
#include "data/time.h"

/* The markers of a missing cell, with what tells most cells apart from them at once. */
typedef struct ca_csv_markers {
    int64_t n;
    const char **texts;
    size_t *lengths;
    size_t longest;
    bool first[256]; /* bytes that markers begin with */
    bool empty;      /* the empty cell is missing */
    bool numeric;    /* some marker is a number itself, like -99 */

    char decimal, thousands; /* of numbers; thousands 0: none */
    bool quick;              /* ca_csv_quick_number is right about what it takes */
} ca_csv_markers;

/* markers NULL: empty, NA, N/A, NaN, nan, NULL, null, ?. */
cauce_status ca_csv_markers_set(cauce_run *run, ca_csv_markers *markers, const char *const *texts, int64_t n,
                                ca_arena *arena);
/* The marks of numbers, after that (0: a point, nothing). */
void ca_csv_markers_numbers(ca_csv_markers *markers, char decimal, char thousands);
bool ca_csv_is_marker(const ca_csv_markers *markers, const char *text, size_t length);
/* Is the text one of the default markers? */
bool ca_csv_is_default_marker(const char *text, size_t length);
/* A quoted cell is missing only when it is empty. */
static inline bool ca_csv_is_missing(const ca_csv_markers *markers, const ca_csv_cell *cell) {
    if (cell->length == 0) return markers->empty;
    return !cell->quoted && cell->length <= markers->longest &&
           markers->first[(unsigned char)cell->text[0]] &&
           ca_csv_is_marker(markers, cell->text, cell->length);
}

/* Does the cell read as a number? A quoted "nan" is a text. */
bool ca_csv_number(const ca_csv_markers *markers, const ca_csv_cell *cell, double *value);
/* The number without marks of thousands and with a point, as far as it has the form of one; 0: it has not. */
enum { CA_CSV_NUMBER_SIZE = 128 };
size_t ca_csv_plain_number(const ca_csv_markers *markers, const char *text, size_t length,
                           char out[CA_CSV_NUMBER_SIZE]);
/* "007", "-01.5": written like a code. Not "0", "0.5". */
static inline bool ca_csv_leading_zero(const char *text, size_t length) {
    size_t sign = length > 0 && (text[0] == '-' || text[0] == '+');
    return length >= sign + 2 && text[sign] == '0' && text[sign + 1] >= '0' && text[sign + 1] <= '9';
}

static const double ca_csv_powers[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* The shortest of the numbers below: at most 8 digits and a point among them in one word, the first byte
 * lowest: shifted to its upper end, the point taken out, all bytes made values of digits and tested at once,
 * then pairs, quadruples and halves joined. The 8 bytes from p on can be read. */
static inline bool ca_csv_short_number(const char *p, uint32_t length, double *value) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, p, 8);
    const bool negative = (word & 0xff) == '-';
    word >>= 8 * negative;
    length -= negative;
    if (length - 1 > 7u - negative) return false; /* nothing but the sign, or too long */
    word <<= 64 - 8 * length;
    const unsigned first = 64 - 8 * length; /* lowest bit of the first character */
    const uint64_t points = word ^ (ones * '.');
    uint64_t hit = (points - ones) & ~points & (ones << 7); /* its lowest bit is exact: the first point */
    unsigned decimals = 0;
    word ^= (ones * '0') << first; /* values of digits; below them zeros */
    if (hit) {
        const unsigned at = (unsigned)__builtin_ctzll(hit) - 7;
        if (length == 1) return false;
        decimals = 7 - at / 8;
        const uint64_t before = ((uint64_t)1 << at) - 1;
        word = (word & ~(before << 8 | 0xff)) | (word & before) << 8;
    }
    if (((word + ones * 0x76) | word) & (ones << 7)) return false; /* some byte above 9 */
    /* Written like a code ("007"): the other reader's business. */
    const unsigned digits = length - (hit != 0), whole = digits - decimals;
    if (whole > 1 && ((word >> (64 - 8 * digits)) & 0xff) == 0) return false;
    word = word * 10 + (word >> 8);
    word = ((word & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) +
            ((word >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >>
           32;
    double size = (double)(uint32_t)word;
    if (decimals) size /= ca_csv_powers[decimals];
    *value = negative ? -size : size;
    return true;
}
#else
static inline bool ca_csv_short_number(const char *p, uint32_t length, double *value) {
    (void)p, (void)length, (void)value;
    return false;
}
#endif

/* The numbers that most files are made of: at most 15 digits, a point, no exponent, no leading zeros.
 * Fraction and power of ten are then doubles themselves and one division rounds correctly (Clinger 1990,
 * doi:10.1145/93542.93557). false: ask ca_csv_number. */
static inline bool ca_csv_quick_number(const char *p, uint32_t length, double *value) {
    if (length == 0 || length > 17) return false;
    const char *end = p + length;
    const bool negative = *p == '-';
    p += negative;
    if (p + 1 < end && p[0] == '0' && p[1] != '.') return false;
    uint64_t mantissa = 0;
    const char *first = p, *point = end;
    unsigned digit = 0;
    for (; p < end && (digit = (unsigned)(unsigned char)*p - '0') < 10; p++) mantissa = mantissa * 10 + digit;
    if (p < end && *p == '.') {
        point = p++;
        for (; p < end && (digit = (unsigned)(unsigned char)*p - '0') < 10; p++)
            mantissa = mantissa * 10 + digit;
    }
    const ptrdiff_t digits = end - first - (point < end);
    if (p != end || digits < 1 || digits > 15) return false;
    double size = (double)(int64_t)mantissa;
    if (point < end) size /= ca_csv_powers[end - point - 1];
    *value = negative ? -size : size;
    return true;
}

/* The kind of a column that is not all numbers. `codes_only`: all its cells are numbers, some written with
 * leading zeros. true_code is set for BOOLEAN. */
cauce_kind ca_csv_kind(const cauce_levels *levels, int64_t present, bool codes_only, int32_t *true_code);
/* Seconds of all levels; the code of one that is no time, or levels->count when all are. */
int32_t ca_csv_times(const cauce_levels *levels, ca_date_order order, double *times);

#endif
