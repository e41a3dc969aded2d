#include "data/csv_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { BLOCK = 64, CLEAN_WINDOW = 1 << 16 };

/* ---- Candidates: where the state machine has to look --------------------------------------------------- */

/* Bit i: byte i of the 64 is the separator, a line feed or a quote. */
#if defined(__SSE2__)
static uint64_t candidates_of(const char *p, char separator) {
    const __m128i s = _mm_set1_epi8(separator), lf = _mm_set1_epi8('\n'), quote = _mm_set1_epi8('"');
    uint64_t bits = 0;
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, s), _mm_cmpeq_epi8(v, lf)), _mm_cmpeq_epi8(v, quote));
        bits |= (uint64_t)(uint16_t)_mm_movemask_epi8(hit) << (16 * i);
    }
    return bits;
}
#else
static uint64_t candidates_of(const char *p, char separator) {
    uint64_t bits = 0;
    for (int i = 0; i < BLOCK; i++) bits |= (uint64_t)(p[i] == separator || p[i] == '\n' || p[i] == '"') << i;
    return bits;
}
#endif

static void load_block(ca_csv_scan *scan, const char *block) {
    scan->block = block;
    size_t left = (size_t)(scan->end - block);
    if (left >= BLOCK) {
        scan->candidates = candidates_of(block, scan->separator);
    } else {
        char padded[BLOCK] = { 0 }; /* NUL is never a candidate */
        memcpy(padded, block, left);
        scan->candidates = candidates_of(padded, scan->separator);
    }
}

/* The next candidate, or `end`. */
static inline const char *next_candidate(ca_csv_scan *scan) {
    while (scan->candidates == 0) {
        if (scan->end - scan->block <= BLOCK) return scan->end;
        load_block(scan, scan->block + BLOCK);
    }
    const char *p = scan->block + __builtin_ctzll(scan->candidates);
    scan->candidates &= scan->candidates - 1;
    return p;
}

void ca_csv_scan_window(ca_csv_scan *scan, const char *at, const char *end, bool last) {
    scan->at = at;
    scan->end = end;
    scan->last = last;
    load_block(scan, at);
}

/* ---- Records ------------------------------------------------------------------------------------------- */

static inline bool is_blank(const ca_csv_scan *scan, char c) {
    return (c == ' ' || c == '\t') && c != scan->separator;
}

static inline const char *skip_blanks(const ca_csv_scan *scan, const char *p, const char *end) {
    while (p < end && is_blank(scan, *p)) p++;
    return p;
}

/* The end of a cell's text, for a cell that ends at `q`: the CR of a CRLF does not belong to it. */
static inline const char *cell_end(const ca_csv_scan *scan, const char *start, const char *q) {
    return q < scan->end && *q == '\n' && q > start && q[-1] == '\r' ? q - 1 : q;
}

static inline void put_cell(ca_csv_scan *scan, int64_t n, const char *start, ca_csv_cell cell) {
    if (n < scan->room)
        scan->cells[n] = cell;
    else if (n == scan->room)
        scan->surplus = start;
}

/* Goes from the opening quote at `open` to the candidate that ends the cell (*close: that one), counting line
 * feeds. */
static ca_csv_found scan_quoted(ca_csv_scan *scan, const char *open, ca_csv_cell *cell, const char **close,
                                int64_t *lines) {
    bool doubled = false;
    const char *q;
    for (;;) {
        q = next_candidate(scan);
        if (q == scan->end) {
            scan->fail_at = open;
            return scan->last ? CA_CSV_OPEN_QUOTE : CA_CSV_MORE;
        }
        if (*q == '\n') ++*lines;
        if (*q != '"') continue;
        if (q + 1 == scan->end) {
            if (!scan->last) return CA_CSV_MORE;
            break;
        }
        if (q[1] != '"') break;
        doubled = true;
        (void)next_candidate(scan); /* the second of the pair */
    }
    *cell = (ca_csv_cell){ open + 1, (uint32_t)(q - open - 1), true, doubled };
    *close = next_candidate(scan);
    const char *after = skip_blanks(scan, q + 1, *close);
    if (after == cell_end(scan, after, *close) && (*close == scan->end || **close != '"')) {
        return *close == scan->end && !scan->last ? CA_CSV_MORE : CA_CSV_RECORD;
    }
    /* A CR at the end of the window may yet turn out to be half of a CRLF. */
    if (!scan->last && *close == scan->end && after + 1 == scan->end && *after == '\r') return CA_CSV_MORE;
    scan->fail_at = after;
    return CA_CSV_BAD_QUOTE;
}

ca_csv_found ca_csv_scan_record(ca_csv_scan *scan) {
    const char *start = scan->at, *q;
    if (start == scan->end) return scan->last ? CA_CSV_END : CA_CSV_MORE;
    scan->record = start;
    scan->record_line = scan->line;
    int64_t n = 0, lines = 0;
    for (;; start = q + 1) {
        q = next_candidate(scan);
        const char *first = skip_blanks(scan, start, q);
        if (q < scan->end && *q == '"' && first == q) {
            ca_csv_cell cell;
            ca_csv_found found = scan_quoted(scan, first, &cell, &q, &lines);
            if (found != CA_CSV_RECORD) return found;
            scan->record_end = cell_end(scan, first, q);
            put_cell(scan, n++, start, cell);
        } else {
            while (q < scan->end && *q == '"') q = next_candidate(scan); /* inside of a cell: data */
            const char *to = cell_end(scan, start, q);
            scan->record_end = to;
            first = skip_blanks(scan, first, to);
            while (to > first && is_blank(scan, to[-1])) to--;
            put_cell(scan, n++, start, (ca_csv_cell){ first, (uint32_t)(to - first), false, false });
        }
        if (q == scan->end || *q == '\n') break;
    }
    if (q == scan->end && !scan->last) return CA_CSV_MORE;
    scan->n_cells = n;
    scan->at = q == scan->end ? q : q + 1;
    scan->line += lines + (q != scan->end);
    return CA_CSV_RECORD;
}

bool ca_csv_scan_clean(ca_csv_scan *scan, const char *to) {
    while (scan->clean < to) {
        size_t left = (size_t)(scan->end - scan->clean), n = (size_t)(to - scan->clean);
        if (n < CLEAN_WINDOW) n = left < CLEAN_WINDOW ? left : CLEAN_WINDOW;
        const char *nul = memchr(scan->clean, 0, n);
        size_t good = ca_utf8_valid(scan->clean, nul ? (size_t)(nul - scan->clean) : n);
        /* A character cut by the end of the look-ahead is met again, whole, in the next round. */
        if (good == 0) return false;
        scan->clean += good;
    }
    return true;
}

/* ---- The start of a file ------------------------------------------------------------------------------- */

char ca_csv_sniff(const char *text, const char *end, bool last) {
    static const char separators[] = ",;\t|";
    int64_t count[4] = { 0 };
    bool quoted = false, fresh = true; /* fresh: only blanks since the last separator */
    const char *p = text;
    for (; p < end && (quoted || *p != '\n'); p++) {
        if (quoted) {
            quoted = *p != '"';
            /* The second of a pair opens the text again. */
            fresh = !quoted && p + 1 < end && p[1] == '"';
            continue;
        }
        int hit = -1;
        switch (*p) {
        case ',': hit = 0; break;
        case ';': hit = 1; break;
        case '\t': hit = 2; break;
        case '|': hit = 3; break;
        case '"':
            quoted = fresh;
            fresh = false;
            break;
        case ' ': break;
        default: fresh = false; break;
        }
        if (hit >= 0) {
            count[hit]++;
            fresh = true;
        }
    }
    if (p == end && !last) return 0;
    int best = 0;
    for (int i = 1; i < 4; i++)
        if (count[i] > count[best]) best = i;
    return separators[best];
}

cauce_status ca_csv_check_separator(cauce_run *run, char separator) {
    bool ok =
        separator == 0 || separator == '\t' || (separator >= ' ' && separator < 0x7f && separator != '"');
    if (ok) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_ARGUMENT,
                      "byte 0x%02X cannot be a separator; expected one ASCII character other than a quote",
                      (unsigned)(unsigned char)separator);
}

const char *ca_csv_binary(const char *text, size_t length) {
    static const struct {
        const char *start;
        size_t length;
        const char *what;
    } formats[] = {
        { "PK\x03\x04", 4, "a zip archive (or a spreadsheet: save it as CSV)" },
        { "\x1f\x8b", 2, "gzip data: unpack it" },
        { "BZh91AY&SY", 10, "bzip2 data: unpack it" },
        { "\xfd"
          "7zXZ",
          5, "xz data: unpack it" },
        { "\x28\xb5\x2f\xfd", 4, "zstd data: unpack it" },
        { "7z\xbc\xaf", 4, "a 7z archive: unpack it" },
        { "\x80\x02", 2, "a Python pickle: write it as CSV" },
        { "\x80\x03", 2, "a Python pickle: write it as CSV" },
        { "\x80\x04", 2, "a Python pickle: write it as CSV" },
        { "\x80\x05", 2, "a Python pickle: write it as CSV" },
        { "\x93NUMPY", 6, "a NumPy array: write it as CSV" },
        { "PAR1\x15", 5, "a Parquet file: write it as CSV" },
        { "ARROW1\0", 7, "an Arrow file: write it as CSV" },
        { "\x89HDF", 4, "an HDF5 file: write it as CSV" },
        { "SQLite format 3\0", 16, "an SQLite database: export a table as CSV" },
        { "\xd0\xcf\x11\xe0", 4, "an old office document: save it as CSV" },
        { "%PDF-", 5, "a PDF document" },
        { "\x89"
          "CAUCE\r\n",
          8, "a model of Cauce, not a table" },
        { "\x7f"
          "ELF",
          4, "a program" },
        { "\x89PNG\r\n", 6, "an image" },
        { "\xff\xd8\xff", 3, "an image" },
        { "\xff\xfe", 2, "UTF-16 text: save it as UTF-8" },
        { "\xfe\xff", 2, "UTF-16 text: save it as UTF-8" },
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (length >= formats[i].length && memcmp(text, formats[i].start, formats[i].length) == 0)
            return formats[i].what;
    return NULL;
}

/* ---- Messages ------------------------------------------------------------------------------------------ */

cauce_status ca_csv_fail(cauce_run *run, const ca_csv_scan *scan, cauce_status status, const char *place,
                         const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int64_t line = scan->record_line;
    const char *start = scan->record;
    for (const char *lf = start; (lf = memchr(lf, '\n', (size_t)(place - lf))) != NULL; start = ++lf) line++;
    size_t column = 1 + ca_utf8_count(start, (size_t)(place - start));
    return cauce_fail(run, status, "%.200s:%lld:%zu: %s (byte %lld)", scan->what, (long long)line, column,
                      text, (long long)(scan->origin_offset + (place - scan->origin)));
}
