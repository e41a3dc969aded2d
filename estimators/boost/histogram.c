#include "boost/histogram.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/wide.h"

enum {
    CHUNK = 512,          /* rows whose gradients lie in the first cache */
    AHEAD = 16,           /* rows that are fetched in advance */
    PART_UPDATES = 65536, /* fewer updates are not worth a task, */
    QUICK_UPDATES = 12288 /* when threads are together */
};

/* The largest power of two that keeps the sum below 2^bits. */
static double scale_for(double sum, int bits) {
    int exponent;
    if (!(sum > 0)) return 1;
    frexp(sum, &exponent); /* sum < 2^exponent */
    int shift = bits - exponent;
    return ldexp(1, shift > 1000 ? 1000 : shift < -1000 ? -1000 : shift);
}

ca_units ca_units_of(bool narrow, double sum_g, double sum_h, int64_t n) {
    ca_units units = { .narrow = narrow, .count_bits = 1, .h_scale = 1 };
    while (n >> units.count_bits) units.count_bits++;
    /* one bit for the sign, one for the rounding of the sum */
    units.g_scale = scale_for(sum_g, narrow ? 62 - units.count_bits : 60);
    if (!narrow) units.h_scale = scale_for(sum_h, 62 - units.count_bits);
    units.g_unit = 1 / units.g_scale;
    units.h_unit = 1 / units.h_scale;
    return units;
}

/* ---- Words of rows: what is added to bins -------------------------------------------------------------- */

/* Shifts of negative numbers are multiplications by powers of two. */
static void narrow_words(const ca_gradients *gradients, const uint32_t *rows, int64_t n, int64_t *words) {
    const float *pairs = gradients->pairs;
    double scale = gradients->units.g_scale;
    int64_t one = INT64_C(1) << gradients->units.count_bits;
    if (!gradients->times)
        for (int64_t i = 0; i < n; i++)
            words[i] = (int64_t)((double)pairs[2 * (int64_t)rows[i]] * scale) * one + 1;
    else
        for (int64_t i = 0; i < n; i++)
            words[i] = ((int64_t)((double)pairs[2 * (int64_t)rows[i]] * scale) * one + 1) *
                       gradients->times[rows[i]];
}

static void wide_words(const ca_gradients *gradients, const uint32_t *rows, int64_t n, ca_wide_bin *words) {
    const float *pairs = gradients->pairs;
    double g_scale = gradients->units.g_scale, h_scale = gradients->units.h_scale;
    int64_t one = INT64_C(1) << gradients->units.count_bits;
    for (int64_t i = 0; i < n; i++) {
        const float *pair = pairs + 2 * (int64_t)rows[i];
        words[i].g = (int64_t)((double)pair[0] * g_scale);
        words[i].hn = (int64_t)((double)pair[1] * h_scale) * one + 1;
    }
    if (!gradients->times) return;
    for (int64_t i = 0; i < n; i++) {
        words[i].g *= gradients->times[rows[i]];
        words[i].hn *= gradients->times[rows[i]];
    }
}

ca_sums ca_sums_of(const ca_gradients *gradients, const uint32_t *rows, int64_t n) {
    ca_wide_bin words[CHUNK];
    ca_sums total = { 0 };
    for (int64_t first = 0; first < n; first += CHUNK) {
        int64_t many = n - first < CHUNK ? n - first : CHUNK;
        if (gradients->units.narrow)
            narrow_words(gradients, rows + first, many, (int64_t *)words);
        else
            wide_words(gradients, rows + first, many, words);
        for (int64_t i = 0; i < many; i++)
            total = ca_sums_plus(total, ca_sums_read(&gradients->units, words, i));
    }
    return total;
}

/* ---- Adding -------------------------------------------------------------------------------------------- */

/* The bin at a place, which is twice its number. */
static inline int64_t *narrow_bin(void *bins, uint16_t place) {
    return (void *)((char *)bins + (size_t)place * (sizeof(int64_t) / 2));
}
static inline ca_wide_bin *wide_bin(void *bins, uint16_t place) {
    return (void *)((char *)bins + (size_t)place * (sizeof(ca_wide_bin) / 2));
}

static inline void fetch_row(const uint16_t *row, int64_t stride) {
    __builtin_prefetch(row);
    for (int64_t at = 32; at < stride; at += 32) __builtin_prefetch(row + at);
}

static void add_narrow(const ca_tile *tile, const uint32_t *rows, int64_t n, const int64_t *words,
                       void *bins) {
    int64_t n_slots = tile->n_slots, stride = tile->stride;
    for (int64_t i = 0; i < n; i++) {
        const uint16_t *row = tile->places + (int64_t)rows[i] * stride;
        int64_t word = words[i], s = 0;
        fetch_row(tile->places + (int64_t)rows[i + AHEAD < n ? i + AHEAD : i] * stride, stride);
        for (; s + 4 <= n_slots; s += 4) {
            *narrow_bin(bins, row[s]) += word;
            *narrow_bin(bins, row[s + 1]) += word;
            *narrow_bin(bins, row[s + 2]) += word;
            *narrow_bin(bins, row[s + 3]) += word;
        }
        for (; s < n_slots; s++) *narrow_bin(bins, row[s]) += word;
    }
}

static inline void add_wide_bin(ca_wide_bin *bin, ca_wide_bin word) {
    bin->g += word.g;
    bin->hn += word.hn;
}

static void add_wide(const ca_tile *tile, const uint32_t *rows, int64_t n, const ca_wide_bin *words,
                     void *bins) {
    int64_t n_slots = tile->n_slots, stride = tile->stride;
    for (int64_t i = 0; i < n; i++) {
        const uint16_t *row = tile->places + (int64_t)rows[i] * stride;
        ca_wide_bin word = words[i];
        int64_t s = 0;
        fetch_row(tile->places + (int64_t)rows[i + AHEAD < n ? i + AHEAD : i] * stride, stride);
        for (; s + 4 <= n_slots; s += 4) {
            add_wide_bin(wide_bin(bins, row[s]), word);
            add_wide_bin(wide_bin(bins, row[s + 1]), word);
            add_wide_bin(wide_bin(bins, row[s + 2]), word);
            add_wide_bin(wide_bin(bins, row[s + 3]), word);
        }
        for (; s < n_slots; s++) add_wide_bin(wide_bin(bins, row[s]), word);
    }
}

/* All rows into one tile's bins. */
static void add_tile(const ca_tile *tile, const ca_gradients *gradients, const uint32_t *rows, int64_t n,
                     void *histogram) {
    ca_wide_bin words[CHUNK];
    bool narrow = gradients->units.narrow;
    void *bins = (char *)histogram + (size_t)tile->first * (narrow ? sizeof(int64_t) : sizeof(ca_wide_bin));
    for (int64_t first = 0; first < n; first += CHUNK) {
        int64_t many = n - first < CHUNK ? n - first : CHUNK;
        const uint32_t *some = rows + first;
        if (narrow) {
            narrow_words(gradients, some, many, (int64_t *)words);
            add_narrow(tile, some, many, (int64_t *)words, bins);
        } else {
            wide_words(gradients, some, many, words);
            add_wide(tile, some, many, words, bins);
        }
    }
}

/* Tiles, and within them parts of the rows: each part has a histogram of its own but the first. */
typedef struct adding {
    const ca_table *table;
    const ca_gradients *gradients;
    const uint32_t *rows;
    int64_t n, n_parts;
    size_t bytes;
    char *histogram, *others;
} adding;

static cauce_status add_part(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const adding *a = payload;
    int64_t part = index % a->n_parts, from = a->n * part / a->n_parts, to = a->n * (part + 1) / a->n_parts;
    void *histogram = part ? a->others + (size_t)(part - 1) * a->bytes : a->histogram;
    add_tile(&a->table->tiles[index / a->n_parts], a->gradients, a->rows + from, to - from, histogram);
    return CAUCE_OK;
}

CA_WIDE static void add_words(int64_t *to, const int64_t *from, int64_t n) {
    for (int64_t i = 0; i < n; i++) to[i] += from[i];
}

CA_WIDE static void subtract_words(int64_t *to, const int64_t *from, int64_t n) {
    for (int64_t i = 0; i < n; i++) to[i] -= from[i];
}

cauce_status ca_histogram_add(cauce_run *run, const ca_table *table, const ca_gradients *gradients,
                              const uint32_t *rows, int64_t n, void *histogram) {
    int64_t least = ca_is_together(run) ? QUICK_UPDATES : PART_UPDATES, threads = cauce_threads(run);
    int64_t updates = n * table->n_slots, parts = updates / least / (table->n_tiles ? table->n_tiles : 1);
    adding a = { table,
                 gradients,
                 rows,
                 n,
                 parts > threads ? threads
                 : parts < 1     ? 1
                                 : parts,
                 ca_histogram_bytes(table, &gradients->units),
                 histogram,
                 NULL };
    if (updates < least || threads == 1) {
        for (int32_t t = 0; t < table->n_tiles; t++)
            add_tile(&table->tiles[t], gradients, rows, n, histogram);
        return CAUCE_OK;
    }
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    if (a.n_parts > 1) {
        a.others = cauce_scratch(run, a.n_parts - 1, a.bytes);
        if (!a.others) return run->error.status;
    }
    CA_TRY(cauce_parallel(run, table->n_tiles * a.n_parts, add_part, &a));
    for (int64_t p = 1; p < a.n_parts; p++)
        add_words(histogram, (const int64_t *)(const void *)(a.others + (size_t)(p - 1) * a.bytes),
                  (int64_t)(a.bytes / sizeof(int64_t)));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

void ca_histogram_subtract(const ca_table *table, const ca_units *units, void *whole, const void *part) {
    subtract_words(whole, part, (int64_t)(ca_histogram_bytes(table, units) / sizeof(int64_t)));
}
