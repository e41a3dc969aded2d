#define _POSIX_C_SOURCE 200809L
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* ---- Growing texts ------------------------------------------------------------------------------------- */

/* Room for `more` bytes and the NUL. */
static bool reserve(ca_text *text, size_t more) {
    if (text->failed) return false;
    size_t need;
    if (__builtin_add_overflow(text->length, more, &need) || need > SIZE_MAX / 4) {
        text->failed = true;
        return false;
    }
    if (need < text->capacity) return true;
    size_t capacity = text->capacity ? text->capacity : 64;
    while (capacity <= need) capacity += capacity / 2;
    char *data = ca_realloc(text->data, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    if (!text->data) data[0] = 0;
    text->data = data;
    text->capacity = capacity;
    return true;
}

void ca_text_add_n(ca_text *text, const char *piece, size_t length) {
    if (length == 0 || !reserve(text, length)) return;
    memcpy(text->data + text->length, piece, length);
    text->length += length;
    text->data[text->length] = 0;
}

void ca_text_add(ca_text *text, const char *piece) {
    ca_text_add_n(text, piece, strlen(piece));
}

void ca_text_addf(ca_text *text, const char *format, ...) {
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (n < 0)
        text->failed = true;
    else if ((size_t)n < sizeof small)
        ca_text_add_n(text, small, (size_t)n);
    else if (reserve(text, (size_t)n)) {
        vsnprintf(text->data + text->length, (size_t)n + 1, format, again);
        text->length += (size_t)n;
    }
    va_end(again);
}

char *ca_text_room(ca_text *text, size_t size) {
    return reserve(text, size) ? text->data + text->length : NULL;
}

void ca_text_free(ca_text *text) {
    ca_free(text->data);
    *text = (ca_text){ NULL, 0, 0, false };
}

const char *ca_text_get(const ca_text *text) {
    return text->data ? text->data : "";
}

/* ---- Nearness ------------------------------------------------------------------------------------------ */

static int least(int a, int b) {
    return a < b ? a : b;
}

/* One row of the table of distances, inside the band |i - j| <= most; cells outside count as most + 1. `rows`
 * holds the rows i, i - 1 and i - 2. Returns the least cell. */
static int distance_row(const char *a, const char *b, size_t m, size_t i, int most, int *const rows[3]) {
    int far = most + 1, lowest = far;
    size_t band = (size_t)most;
    size_t first = i > band ? i - band : 0, last = m - i < band || i > m ? m : i + band;
    if (last > m) last = m;
    if (first > 0) rows[0][first - 1] = far;
    for (size_t j = first; j <= last; j++) {
        int cell;
        if (j == 0)
            cell = (int)i;
        else {
            cell = rows[1][j - 1] + (a[i - 1] != b[j - 1]);
            cell = least(cell, least(rows[1][j], rows[0][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cell = least(cell, rows[2][j - 2] + 1);
        }
        rows[0][j] = least(cell, far);
        lowest = least(lowest, rows[0][j]);
    }
    if (last < m) rows[0][last + 1] = far;
    return lowest;
}

int ca_text_distance(const char *a, const char *b, int most) {
    if (most < 0) most = 0;
    if (most > 1 << 20) most = 1 << 20;
    while (*a && *a == *b) a++, b++;
    size_t n = strlen(a), m = strlen(b);
    size_t apart = n > m ? n - m : m - n;
    if (apart > (size_t)most) return most + 1;
    enum { SMALL = 64 };
    int room[3 * SMALL], *memory = room;
    size_t width = m + 2;
    if (width > SMALL) memory = ca_malloc(3 * width * sizeof *memory);
    if (!memory) return most + 1; /* without memory nothing is near */
    int *rows[3] = { memory, memory + width, memory + 2 * width };
    for (size_t j = 0; j < 3 * width; j++) memory[j] = most + 1;
    for (size_t j = 0; j <= m && j <= (size_t)most; j++) rows[0][j] = (int)j;
    int before = 0, lowest = 0;
    for (size_t i = 1; i <= n && (lowest <= most || before <= most); i++) {
        int *oldest = rows[2];
        rows[2] = rows[1];
        rows[1] = rows[0];
        rows[0] = oldest;
        before = lowest;
        lowest = distance_row(a, b, m, i, most, rows);
    }
    int result = lowest <= most || before <= most ? rows[0][m] : most + 1;
    if (memory != room) ca_free(memory);
    return result;
}

/* The candidate whose beginning is nearest to `name`: for names that were cut short. */
static const char *nearest_beginning(const char *name, size_t length, int64_t count,
                                     const char *(*get)(int64_t i, void *payload), void *payload) {
    const char *nearest = NULL;
    int limit = (int)length / 5;
    char start[64];
    if (length < 4 || length >= sizeof start) return NULL;
    for (int64_t i = 0; i < count; i++) {
        const char *candidate = get(i, payload);
        snprintf(start, length + 1, "%s", candidate);
        int distance = ca_text_distance(name, start, limit);
        if (distance > limit) continue;
        nearest = candidate;
        if (distance == 0) break;
        limit = distance - 1;
    }
    return nearest;
}

const char *ca_text_nearest(const char *name, int64_t count, const char *(*get)(int64_t i, void *payload),
                            void *payload) {
    size_t length = strlen(name);
    int limit = length < 2 ? 0 : length < 6 ? 1 : length > 60 ? 20 : (int)(length / 3);
    const char *nearest = NULL;
    for (int64_t i = 0; i < count; i++) {
        const char *candidate = get(i, payload);
        if (strcasecmp(candidate, name) == 0) return candidate;
        int distance = ca_text_distance(name, candidate, limit);
        if (distance > limit) continue;
        nearest = candidate;
        if (distance == 0) break;
        limit = distance - 1; /* only a nearer one may replace it: the first of equals wins */
    }
    return nearest ? nearest : nearest_beginning(name, length, count, get, payload);
}

/* ---- Patterns and messages ----------------------------------------------------------------------------- */

/* The next character: a byte and the continuation bytes after it. */
static const char *step(const char *text) {
    text++;
    while (((unsigned char)*text & 0xC0) == 0x80) text++;
    return text;
}

bool ca_text_glob(const char *pattern, const char *text) {
    const char *star = NULL, *resume = NULL; /* after the last *, and the text it has to leave */
    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            resume = text;
        } else if (*pattern == '?') {
            pattern++;
            text = step(text);
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*') pattern++;
    return *pattern == 0;
}

/* Length of the printable character at s, or 0: C0 and C1 controls and broken UTF-8 are not printable. */
static size_t printable(const char *s, size_t left) {
    unsigned char a = (unsigned char)s[0];
    if (a < 0x80) return a >= 0x20 && a != 0x7F;
    size_t n = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
    if (left < n || ca_utf8_valid(s, n) != n) return 0;
    return a == 0xC2 && (unsigned char)s[1] < 0xA0 ? 0 : n;
}

char *ca_text_show(const char *text, size_t length, char *out, size_t size) {
    static const char digits[] = "0123456789abcdef";
    if (size == 0) return out;
    size_t at = 0, cut = 0; /* cut: the last place that leaves room for the dots */
    for (size_t i = 0; i < length;) {
        size_t n = printable(text + i, length - i), width = n ? n : 4;
        if (at + width >= size) {
            at = cut;
            for (int dot = 0; dot < 3 && at + 1 < size; dot++) out[at++] = '.';
            break;
        }
        if (n) {
            memcpy(out + at, text + i, n);
            i += n;
        } else {
            unsigned char byte = (unsigned char)text[i++];
            out[at] = '\\';
            out[at + 1] = 'x';
            out[at + 2] = digits[byte >> 4];
            out[at + 3] = digits[byte & 15];
        }
        at += width;
        if (at + 4 <= size) cut = at;
    }
    out[at] = 0;
    return out;
}

char *ca_errno_text(int error, char *out, size_t size) {
    if (strerror_r(error, out, size) != 0) snprintf(out, size, "error %d", error);
    return out;
}
