#include "data/csv_cut.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { BLOCK = 64 };

/* ---- Counting ------------------------------------------------------------------------------------------ */

typedef struct marks {
    uint64_t quotes, feeds;
} marks;

#if defined(__SSE2__)
static marks marks_of(const char *p) {
    const __m128i quote = _mm_set1_epi8('"'), feed = _mm_set1_epi8('\n');
    marks m = { 0, 0 };
    for (int i = 0; i < 4; i++) {
        const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        m.quotes |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << (16 * i);
        m.feeds |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, feed)) << (16 * i);
    }
    return m;
}
#else
static marks marks_of(const char *p) {
    marks m = { 0, 0 };
    for (int i = 0; i < BLOCK; i++) {
        m.quotes |= (uint64_t)(p[i] == '"') << i;
        m.feeds |= (uint64_t)(p[i] == '\n') << i;
    }
    return m;
}
#endif

/* Bit i of the result: is the number of bits 0 .. i odd? (Langdale and Lemire, "Parsing gigabytes of JSON per
 * second", VLDB Journal 2019, doi:10.1007/s00778-019-00578-5, there by a carry-less product.) */
static uint64_t odd_so_far(uint64_t bits) {
    for (int shift = 1; shift < BLOCK; shift *= 2) bits ^= bits << shift;
    return bits;
}

/* Lines are long: one by one is faster than counting without the instruction for it. */
static int bits_of(uint64_t bits) {
    int n = 0;
    for (; bits; bits &= bits - 1) n++;
    return n;
}

static void count_block(ca_csv_counts *c, const char *p) {
    const marks m = marks_of(p);
    if (m.quotes == 0 && m.feeds == 0) return;
    uint64_t odd = m.quotes ? odd_so_far(m.quotes) : 0;
    if (c->flips) odd = ~odd;
    c->even += bits_of(m.feeds & ~odd);
    c->odd += bits_of(m.feeds & odd);
    c->flips = odd >> (BLOCK - 1);
}

void ca_csv_count(ca_csv_counts *counts, const char *text, size_t size) {
    size_t at = 0;
    for (; size - at >= BLOCK; at += BLOCK) count_block(counts, text + at);
    if (at < size) {
        char padded[BLOCK] = { 0 }; /* NUL is neither */
        memcpy(padded, text + at, size - at);
        count_block(counts, padded);
    }
}

typedef struct counting {
    const char *text;
    size_t size, part_size;
    ca_csv_counts *counts;
} counting;

static cauce_status count_piece(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const counting *work = payload;
    const size_t from = (size_t)index * work->part_size, left = work->size - from;
    ca_csv_count(&work->counts[index], work->text + from, left < work->part_size ? left : work->part_size);
    return CAUCE_OK;
}

/* ---- Cutting ------------------------------------------------------------------------------------------- */

/* The first place in [p, end) where a record begins after a line that is not blank, or NULL; counts the rows
 * and lines before it. */
static const char *find_start(const char *p, const char *end, bool quoted, int64_t *rows, int64_t *lines) {
    bool blank = true; /* what was seen of the line */
    for (; p < end; p++) {
        if (*p == '"') quoted = !quoted;
        if (*p == '\n') {
            ++*lines;
            if (quoted) continue;
            ++*rows;
            if (!blank) return p + 1;
        } else if (*p != ' ' && *p != '\t' && *p != '\r') {
            blank = false;
        }
    }
    return NULL;
}

static int64_t choose_starts(const counting *work, int64_t n_pieces, ca_csv_part *parts) {
    const char *end = work->text + work->size;
    parts[0] = (ca_csv_part){ work->text, 0, 0 };
    int64_t n = 1, row = 0, line = 0;
    bool quoted = false;
    for (int64_t i = 0; i < n_pieces; i++) {
        const ca_csv_counts *c = &work->counts[i];
        const char *from = work->text + (size_t)i * work->part_size;
        if (i > 0) {
            const char *to = i + 1 < n_pieces ? from + work->part_size : end;
            ca_csv_part part = { NULL, row, line };
            part.start = find_start(from, to, quoted, &part.row, &part.line);
            if (part.start && part.start < end) parts[n++] = part;
        }
        row += quoted ? c->odd : c->even;
        line += c->even + c->odd;
        quoted ^= c->flips;
    }
    /* The last line may lack its end. */
    parts[n] = (ca_csv_part){ end, row + (end[-1] != '\n'), line };
    return n;
}

cauce_status ca_csv_cut(cauce_run *run, const char *text, size_t size, size_t part_size, ca_csv_part *parts,
                        int64_t *n_parts) {
    const int64_t n_pieces = (int64_t)(size / part_size + (size % part_size != 0));
    counting work = { text, size, part_size, cauce_scratch(run, n_pieces, sizeof *work.counts) };
    if (!work.counts) return run->error.status;
    CA_TRY(cauce_parallel(run, n_pieces, count_piece, &work));
    *n_parts = choose_starts(&work, n_pieces, parts);
    return CAUCE_OK;
}
