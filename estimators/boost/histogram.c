#include "boost/histogram.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "tree/vector.h"

enum {
    CHUNK = 512,         /* rows whose gradients lie in the first cache */
    AHEAD = 16,          /* rows that are fetched in advance */
    PART_UPDATES = 65536 /* fewer updates are not worth a task */
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

#define ADD_ROWS(TYPE, UPDATE)                                                                               \
    for (int64_t i = 0; i < n; i++) {                                                                        \
        const uint8_t *code = codes + (int64_t)rows[i] * stride;                                             \
        __builtin_prefetch(codes + (int64_t)rows[i + AHEAD < n ? i + AHEAD : i] * stride);                   \
        int64_t s = 0;                                                                                       \
        for (; s + 4 <= n_slots; s += 4) {                                                                   \
            TYPE *a = bins + first[s] + code[s], *b = bins + first[s + 1] + code[s + 1];                     \
            TYPE *c = bins + first[s + 2] + code[s + 2], *d = bins + first[s + 3] + code[s + 3];             \
            UPDATE(a);                                                                                       \
            UPDATE(b);                                                                                       \
            UPDATE(c);                                                                                       \
            UPDATE(d);                                                                                       \
        }                                                                                                    \
        for (; s < n_slots; s++) {                                                                           \
            TYPE *a = bins + first[s] + code[s];                                                             \
            UPDATE(a);                                                                                       \
        }                                                                                                    \
    }

#define ADD_NARROW(bin) *(bin) += words[i]
#define ADD_WIDE(bin)                                                                                        \
    do {                                                                                                     \
        (bin)->g += words[i].g;                                                                              \
        (bin)->hn += words[i].hn;                                                                            \
    } while (0)

static void add_narrow(const uint8_t *codes, int64_t stride, const int64_t *first, int64_t n_slots,
                       const uint32_t *rows, int64_t n, const int64_t *words, int64_t *bins) {
    ADD_ROWS(int64_t, ADD_NARROW)
}

static void add_wide(const uint8_t *codes, int64_t stride, const int64_t *first, int64_t n_slots,
                     const uint32_t *rows, int64_t n, const ca_wide_bin *words, ca_wide_bin *bins) {
    ADD_ROWS(ca_wide_bin, ADD_WIDE)
}

/* All rows into one tile's bins. */
static void add_tile(const ca_table *table, const ca_tile *tile, const ca_gradients *gradients,
                     const uint32_t *rows, int64_t n, void *histogram) {
    ca_wide_bin words[CHUNK];
    int64_t first_bin[CA_TILE_SLOTS];
    for (int32_t s = 0; s < tile->n_slots; s++) first_bin[s] = table->slots[tile->slot + s].first;
    for (int64_t first = 0; first < n; first += CHUNK) {
        int64_t many = n - first < CHUNK ? n - first : CHUNK;
        const uint32_t *some = rows + first;
        if (gradients->units.narrow) {
            narrow_words(gradients, some, many, (int64_t *)words);
            add_narrow(tile->codes, tile->stride, first_bin, tile->n_slots, some, many, (int64_t *)words,
                       histogram);
        } else {
            wide_words(gradients, some, many, words);
            add_wide(tile->codes, tile->stride, first_bin, tile->n_slots, some, many, words, histogram);
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
    add_tile(a->table, &a->table->tiles[index / a->n_parts], a->gradients, a->rows + from, to - from,
             histogram);
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
    int64_t updates = n * table->n_slots,
            parts = updates / PART_UPDATES / (table->n_tiles ? table->n_tiles : 1);
    int64_t threads = cauce_threads(run);
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
    if (updates < PART_UPDATES || threads == 1) {
        for (int32_t t = 0; t < table->n_tiles; t++)
            add_tile(table, &table->tiles[t], gradients, rows, n, histogram);
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
