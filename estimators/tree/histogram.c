#include "tree/histogram.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "tree/coarse.h"
#include "tree/few_rows.h"

enum { INSERTION = 40 };

#define READ_CODES(T)                                                                                        \
    do {                                                                                                     \
        const T *all = column->codes;                                                                        \
        for (int64_t i = 0; i < n; i++) codes[i] = all[rows[i]];                                             \
    } while (0)

/* Apart from reading, which no vector does: then this takes next to no time. */
CA_WIDE static void find_range(const uint32_t *codes, int64_t n, uint32_t *low, uint32_t *high) {
    uint32_t lo = codes[0], hi = codes[0];
    for (int64_t i = 1; i < n; i++) {
        lo = codes[i] < lo ? codes[i] : lo;
        hi = codes[i] > hi ? codes[i] : hi;
    }
    *low = lo;
    *high = hi;
}

void ca_read_codes(const ca_bin_column *column, const uint32_t *rows, int64_t n, uint32_t *codes,
                   uint32_t *low, uint32_t *high) {
    switch (column->type) {
    case CA_BIN_U8: READ_CODES(uint8_t); break;
    case CA_BIN_U16: READ_CODES(uint16_t); break;
    case CA_BIN_U32: READ_CODES(uint32_t); break;
    case CA_BIN_U24: {
        const ca_u24 *all = column->codes;
        for (int64_t i = 0; i < n; i++) codes[i] = ca_u24_read(&all[rows[i]]);
        break;
    }
    case CA_BIN_LEVEL: {
        const int32_t *all = column->codes;
        for (int64_t i = 0; i < n; i++) codes[i] = all[rows[i]] == column->level;
        break;
    }
    }
    find_range(codes, n, low, high);
}

/* Sorts by counting, for each key, the keys below it: n^2 comparisons without a branch, which vector units do
 * faster than any sort up to some dozens of keys. Keys are distinct: the low bits are the position. */
#define RANK_SORT(NAME, SIZE)                                                                                \
    CA_WIDE static void NAME(uint64_t *keys, const uint32_t *codes, uint32_t low, int64_t n) {               \
        int32_t key[SIZE], rank[SIZE] = { 0 };                                                               \
        for (int32_t i = 0; i < SIZE; i++)                                                                   \
            key[i] = i < n ? (int32_t)((codes[i] - low) << RANK_BITS | (uint32_t)i) : INT32_MAX;             \
        for (int64_t j = 0; j < n; j++) {                                                                    \
            int32_t pivot = key[j];                                                                          \
            for (int i = 0; i < SIZE; i++) rank[i] += key[i] > pivot;                                        \
        }                                                                                                    \
        for (int64_t i = 0; i < n; i++) keys[rank[i]] = (uint64_t)codes[i] << 32 | (uint64_t)i;              \
    }
enum { RANK_BITS = 6, RANK_LARGEST = 1 << RANK_BITS };
RANK_SORT(rank_sort_8, 8)
RANK_SORT(rank_sort_16, 16)
RANK_SORT(rank_sort_32, 32)
RANK_SORT(rank_sort_64, 64)

static void insertion_sort(uint64_t *keys, int64_t n) {
    for (int64_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        int64_t j = i;
        for (; j > 0 && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

/* Stable radix sort by code; positions ascend already. Digits in which no codes differ are not looked at. */
static void radix_sort(ca_search *s, int64_t n) {
    uint32_t count[256];
    uint64_t differ = 0;
    for (int64_t i = 1; i < n; i++) differ |= s->keys[i] ^ s->keys[0];
    for (int shift = 32; shift < 64; shift += 8) {
        if (!(differ >> shift & 255)) continue;
        memset(count, 0, sizeof count);
        for (int64_t i = 0; i < n; i++) count[s->keys[i] >> shift & 255]++;
        uint32_t at = 0;
        for (int d = 0; d < 256; d++) {
            uint32_t c = count[d];
            count[d] = at;
            at += c;
        }
        for (int64_t i = 0; i < n; i++) s->spare[count[s->keys[i] >> shift & 255]++] = s->keys[i];
        uint64_t *swap = s->keys;
        s->keys = s->spare;
        s->spare = swap;
    }
}

void ca_sort_keys_of(ca_search *s, int64_t n) {
    if (n <= INSERTION)
        insertion_sort(s->keys, n);
    else
        radix_sort(s, n);
}

void ca_sort_codes(ca_search *s, uint32_t low, uint32_t high) {
    if (s->n <= RANK_LARGEST && high - low < (uint32_t)INT32_MAX >> RANK_BITS) {
        if (s->n <= 8)
            rank_sort_8(s->keys, s->codes, low, s->n);
        else if (s->n <= 16)
            rank_sort_16(s->keys, s->codes, low, s->n);
        else if (s->n <= 32)
            rank_sort_32(s->keys, s->codes, low, s->n);
        else
            rank_sort_64(s->keys, s->codes, low, s->n);
        return;
    }
    for (int64_t i = 0; i < s->n; i++) s->keys[i] = (uint64_t)s->codes[i] << 32 | (uint64_t)i;
    ca_sort_keys_of(s, s->n);
}

static bool allowed(const ca_search *s, int64_t rows, double weight) {
    int64_t least = s->plan->min_samples_leaf;
    return rows >= least && s->n - rows >= least && weight >= s->min_weight &&
           s->node_weight - weight >= s->min_weight;
}

/* Cuts of a column do not always come in ascending order. */
static inline bool better(double gain, uint32_t code, const ca_cut *cut) {
    return gain > cut->gain || (gain == cut->gain && code < cut->code && gain > -HUGE_VAL);
}

/* The rules for the sides of a cut that some trees have. */
static bool pair_allowed(const ca_search *s, ca_pair l, ca_pair r, int64_t rows) {
    if (!allowed(s, rows, l.w)) return false;
    if (!s->plan->monotonic) return true;
    return ca_values_allowed(s, s->value_base + s->value_unit * (l.s / l.w),
                             s->value_base + s->value_unit * (r.s / r.w));
}

static inline void offer_pair(const ca_search *s, ca_pair l, int64_t rows, uint32_t code, ca_cut *cut) {
    ca_pair r = { s->total.s - l.s, s->total.w - l.w };
    double gain =
        s->scoring == CA_SCORE_SQUARES ? ca_squares(l, r) : ca_pair_gain(s->scoring, &s->plan->logs, l, r);
    if (gain >= cut->gain && better(gain, code, cut) && (!s->constrained || pair_allowed(s, l, r, rows))) {
        cut->gain = gain;
        cut->code = code;
        cut->left = l.w;
    }
}

void ca_offer_pair(const ca_search *s, ca_pair l, int64_t rows, uint32_t code, ca_cut *cut) {
    offer_pair(s, l, rows, code, cut);
}

void ca_offer_gain(const ca_search *s, double gain, double weight, int64_t rows, uint32_t code, ca_cut *cut) {
    if (!better(gain, code, cut) || (s->constrained && !allowed(s, rows, weight))) return;
    cut->gain = gain;
    cut->code = code;
    cut->left = weight;
}

enum { CHUNK = 64 };

/* Prefix sums of some cuts, and their gains. Computing them all first, then looking for the best, keeps the
 * processor from guessing at each cut whether it is the best so far. */
typedef struct ca_cuts {
    double s[CHUNK], w[CHUNK], gain[CHUNK];
} ca_cuts;

/* ca_squares of the first SIZE cuts. */
#define SQUARES_OF(NAME, SIZE)                                                                               \
    CA_WIDE static void NAME(ca_cuts *cuts, double total_s, double total_w) {                                \
        for (int i = 0; i < (SIZE); i++) {                                                                   \
            double ls = cuts->s[i], lw = cuts->w[i], rs = total_s - ls, rw = total_w - lw;                   \
            cuts->gain[i] = (ls * ls * rw + rs * rs * lw) / (lw * rw);                                       \
        }                                                                                                    \
    }
enum { FEW = 16 };
SQUARES_OF(squares_of_few, FEW)
SQUARES_OF(squares_of_chunk, CHUNK)

/* First of the n best cuts, all of them in ascending order of codes. */
static int best_of(const ca_search *s, ca_cuts *cuts, int n) {
    if (n <= FEW)
        squares_of_few(cuts, s->total.s, s->total.w);
    else
        squares_of_chunk(cuts, s->total.s, s->total.w);
    int best = 0;
    double gain = cuts->gain[0];
    for (int i = 1; i < n; i++) {
        bool more = cuts->gain[i] > gain;
        gain = more ? cuts->gain[i] : gain;
        best = more ? i : best;
    }
    return best;
}

/* Four numbers side by side; a comparison gives all bits or none. */
typedef double four __attribute__((vector_size(32)));
typedef int64_t four_masks __attribute__((vector_size(32)));

/* Small nodes need no order: lane i sums what is left of a cut after the code of row i, a comparison and a
 * masked addition for each row. The lane of the largest code has nothing to its right: its gain is NaN, which
 * is never the best. */
#define SMALL_SQUARES(NAME, FOURS)                                                                           \
    CA_WIDE static void NAME(const double *codes, const ca_pair *pairs, int n, ca_pair total,                \
                             double *gains) {                                                                \
        four code[FOURS], s[FOURS], w[FOURS], gain[FOURS];                                                   \
        memcpy(code, codes, sizeof code);                                                                    \
        memset(s, 0, sizeof s);                                                                              \
        memset(w, 0, sizeof w);                                                                              \
        for (int j = 0; j < n; j++) {                                                                        \
            double at = codes[j], add_s = pairs[j].s, add_w = pairs[j].w;                                    \
            four row = { at, at, at, at }, rs = { add_s, add_s, add_s, add_s },                              \
                 rw = { add_w, add_w, add_w, add_w };                                                        \
            for (int i = 0; i < FOURS; i++) {                                                                \
                four_masks in = row <= code[i];                                                              \
                s[i] += (four)((four_masks)rs & in);                                                         \
                w[i] += (four)((four_masks)rw & in);                                                         \
            }                                                                                                \
        }                                                                                                    \
        for (int i = 0; i < FOURS; i++) {                                                                    \
            four rs = total.s - s[i], rw = total.w - w[i];                                                   \
            gain[i] = (s[i] * s[i] * rw + rs * rs * w[i]) / (w[i] * rw);                                     \
        }                                                                                                    \
        memcpy(gains, gain, sizeof gain);                                                                    \
    }
enum { SMALL = 8 };
SMALL_SQUARES(small_squares_4, 1)
SMALL_SQUARES(small_squares_8, 2)

/* The one cut of two rows: either way round the gain is the same. */
static void scan_two_rows(const ca_search *s, uint32_t low, ca_cut *cut) {
    cut->gain = ca_squares(s->pairs[0], s->pairs[1]);
    cut->code = low;
}

static void scan_small(const ca_search *s, ca_cut *cut) {
    double code[SMALL], gain[SMALL];
    int n = (int)s->n, size = n <= 4 ? 4 : SMALL;
    for (int i = 0; i < size; i++) code[i] = i < n ? (double)s->codes[i] : -1;
    if (n <= 4)
        small_squares_4(code, s->pairs, n, s->total, gain);
    else
        small_squares_8(code, s->pairs, n, s->total, gain);
    double best = -HUGE_VAL, at = 0;
    for (int i = 0; i < n; i++) {
        bool more = gain[i] > best || (gain[i] == best && code[i] < at);
        best = more ? gain[i] : best;
        at = more ? code[i] : at;
    }
    cut->gain = best;
    cut->code = (uint32_t)at;
}

static inline bool plain_squares(const ca_search *s) {
    return s->scoring == CA_SCORE_SQUARES && !s->constrained;
}

/* Empty bins have the gain of the bin before them, which comes first. */
void ca_scan_square_bins(const ca_search *s, const ca_pair *bins, uint32_t low, uint32_t n_cuts,
                         ca_cut *cut) {
    if (s->few->scan) {
        ca_scan_bins_lanes(bins, s->total, low, n_cuts, cut);
        return;
    }
    ca_pair l = { 0, 0 };
    ca_cuts cuts;
    for (uint32_t b = 0; b < n_cuts; b += CHUNK) {
        int n = n_cuts - b < CHUNK ? (int)(n_cuts - b) : CHUNK;
        for (int i = 0; i < n; i++) {
            l.s += bins[b + (uint32_t)i].s;
            l.w += bins[b + (uint32_t)i].w;
            cuts.s[i] = l.s;
            cuts.w[i] = l.w;
        }
        for (int i = n; i < CHUNK; i++) {
            cuts.s[i] = 0;
            cuts.w[i] = 1;
        }
        int best = best_of(s, &cuts, n);
        if (cuts.gain[best] > cut->gain) {
            cut->gain = cuts.gain[best];
            cut->code = low + b + (uint32_t)best;
            cut->left = cuts.w[best];
        }
    }
}

/* At most CHUNK rows: only cuts between different codes are kept. */
static void scan_squares_of_rows(const ca_search *s, ca_cut *cut) {
    ca_pair l = { 0, 0 };
    ca_cuts cuts;
    uint32_t codes[CHUNK];
    int n = 0, rows = (int)s->n;
    for (int i = 0; i + 1 < rows; i++) {
        const ca_pair *pair = &s->pairs[(uint32_t)s->keys[i]];
        l.s += pair->s;
        l.w += pair->w;
        cuts.s[n] = l.s;
        cuts.w[n] = l.w;
        codes[n] = (uint32_t)(s->keys[i] >> 32);
        n += codes[n] != s->keys[i + 1] >> 32;
    }
    for (int i = n; i < (n <= FEW ? FEW : CHUNK); i++) {
        cuts.s[i] = 0;
        cuts.w[i] = 1;
    }
    int best = best_of(s, &cuts, n);
    cut->gain = cuts.gain[best];
    cut->code = codes[best];
    cut->left = cuts.w[best];
}

static void scan_pack_bins(ca_search *s, uint32_t low, uint32_t width, ca_cut *cut) {
    uint64_t *bins = s->bins;
    memset(bins, 0, width * sizeof *bins);
    for (int64_t i = 0; i < s->n; i++) bins[s->codes[i] - low] += s->packs[i];
    ca_scan_packs_lanes(bins, s->total, low, width - 1, cut);
}

static void scan_pair_bins(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    ca_pair *bins = s->bins;
    uint32_t width = high - low + 1, *bin_rows = s->bin_rows;
    if (s->packed) {
        scan_pack_bins(s, low, width, cut);
        return;
    }
    memset(bins, 0, width * sizeof *bins);
    for (int64_t i = 0; i < s->n; i++) {
        ca_pair *bin = &bins[s->codes[i] - low];
        bin->s += s->pairs[i].s;
        bin->w += s->pairs[i].w;
    }
    if (plain_squares(s)) {
        ca_scan_square_bins(s, bins, low, width - 1, cut);
        return;
    }
    if (s->constrained) {
        memset(bin_rows, 0, width * sizeof *bin_rows);
        for (int64_t i = 0; i < s->n; i++) bin_rows[s->codes[i] - low]++;
    }
    ca_pair l = { 0, 0 };
    int64_t rows = 0;
    for (uint32_t b = 0; b + 1 < width; b++) {
        if (bins[b].w == 0) continue;
        l.s += bins[b].s;
        l.w += bins[b].w;
        rows += bin_rows[b];
        offer_pair(s, l, rows, low + b, cut);
    }
}

static void scan_sorted_pairs(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    ca_sort_codes(s, low, high);
    if (s->n <= CHUNK && plain_squares(s)) {
        scan_squares_of_rows(s, cut);
        return;
    }
    ca_pair l = { 0, 0 };
    for (int64_t i = 0; i + 1 < s->n; i++) {
        const ca_pair *pair = &s->pairs[(uint32_t)s->keys[i]];
        l.s += pair->s;
        l.w += pair->w;
        uint32_t code = (uint32_t)(s->keys[i] >> 32);
        if (code != s->keys[i + 1] >> 32) offer_pair(s, l, i + 1, code, cut);
    }
}

/* A histogram costs its bins, a sort costs its rows. */
static bool use_histogram(const ca_search *s, uint32_t low, uint32_t high) {
    uint32_t width = high - low + 1;
    return width <= CA_LARGEST_HISTOGRAM && width <= s->n / 2;
}

void ca_scan_pairs(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut, double best) {
    if (s->n <= RANK_LARGEST) ca_need_pairs(s);
    if (s->n == 2 && plain_squares(s))
        scan_two_rows(s, low, cut);
    else if (s->n <= SMALL && plain_squares(s))
        scan_small(s, cut);
    else if (use_histogram(s, low, high))
        scan_pair_bins(s, low, high, cut);
    else if (s->n <= RANK_LARGEST || s->scoring != CA_SCORE_SQUARES)
        scan_sorted_pairs(s, low, high, cut);
    else
        ca_scan_coarse_pairs(s, low, high, cut, best);
}

/* The class weights left of the cut, with their sums of squares where these are exact (below 2^53): then a
 * row costs two additions, not a pass over all classes. */
typedef struct class_scan {
    double *left, *right;
    double left_weight, left_squares, right_squares;
    bool exact_squares;
} class_scan;

static void begin_classes(const ca_search *s, class_scan *scan) {
    int32_t k = s->plan->n_classes;
    *scan = (class_scan){ .left = s->left, .right = s->right };
    scan->exact_squares = s->scoring == CA_SCORE_GINI && s->node_weight < 0x1p26;
    for (int32_t c = 0; c < k; c++) {
        scan->left[c] = 0;
        scan->right[c] = s->class_total[c];
        scan->right_squares += s->class_total[c] * s->class_total[c];
    }
}

static inline void move_left(class_scan *scan, int32_t c, double w) {
    scan->left_squares += w * (2 * scan->left[c] + w);
    scan->right_squares += w * (w - 2 * scan->right[c]);
    scan->left[c] += w;
    scan->right[c] -= w;
    scan->left_weight += w;
}

static inline void offer_classes(const ca_search *s, const class_scan *scan, int64_t rows, uint32_t code,
                                 ca_cut *cut) {
    double l = scan->left_weight, r = s->node_weight - l, gain;
    int32_t k = s->plan->n_classes;
    if (scan->exact_squares)
        gain = scan->left_squares / l + scan->right_squares / r;
    else
        gain = ca_class_side(s->scoring, &s->plan->logs, scan->left, k, l) +
               ca_class_side(s->scoring, &s->plan->logs, scan->right, k, r);
    if (gain > cut->gain && (!s->constrained || allowed(s, rows, l))) {
        cut->gain = gain;
        cut->code = code;
        cut->left = l;
    }
}

void ca_offer_classes(const ca_search *s, const double *left, double weight, int64_t rows, uint32_t code,
                      ca_cut *cut) {
    class_scan scan = { .left = s->left, .right = s->right, .left_weight = weight };
    for (int32_t c = 0; c < s->plan->n_classes; c++) {
        scan.left[c] = left[c];
        scan.right[c] = s->class_total[c] - left[c];
    }
    offer_classes(s, &scan, rows, code, cut);
}

void ca_scan_class_counts(ca_search *s, const uint32_t *counts, uint32_t low, uint32_t n_cuts, ca_cut *cut) {
    int32_t k = s->plan->n_classes;
    class_scan scan;
    begin_classes(s, &scan);
    for (uint32_t b = 0; b < n_cuts; b++, counts += k) {
        double before = scan.left_weight;
        for (int32_t c = 0; c < k; c++)
            if (counts[c]) move_left(&scan, c, counts[c]);
        if (scan.left_weight > before) offer_classes(s, &scan, 0, low + b, cut);
    }
}

static void count_classes(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    uint32_t k = (uint32_t)s->plan->n_classes, *counts = s->bins;
    memset(counts, 0, (size_t)(high - low + 1) * k * sizeof *counts);
    for (int64_t i = 0; i < s->n; i++)
        counts[(size_t)(s->codes[i] - low) * k + (uint32_t)s->packs[i]] += (uint32_t)(s->packs[i] >> 32);
    ca_scan_class_counts(s, counts, low, high - low, cut);
}

static void scan_class_bins(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    uint32_t width = high - low + 1, *bin_rows = s->bin_rows;
    int32_t k = s->plan->n_classes;
    double *bins = s->bins;
    if (s->counted && !s->constrained) {
        count_classes(s, low, high, cut);
        return;
    }
    memset(bins, 0, width * (size_t)k * sizeof *bins);
    memset(bin_rows, 0, width * sizeof *bin_rows);
    for (int64_t i = 0; i < s->n; i++) {
        uint32_t b = s->codes[i] - low;
        bins[(size_t)b * (size_t)k + (size_t)s->classes[i]] += s->weights[i];
        bin_rows[b]++;
    }
    class_scan scan;
    begin_classes(s, &scan);
    int64_t rows = 0;
    for (uint32_t b = 0; b + 1 < width; b++) {
        if (!bin_rows[b]) continue;
        const double *bin = bins + (size_t)b * (size_t)k;
        for (int32_t c = 0; c < k; c++) move_left(&scan, c, bin[c]);
        rows += bin_rows[b];
        offer_classes(s, &scan, rows, low + b, cut);
    }
}

static void scan_sorted_classes(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    ca_sort_codes(s, low, high);
    class_scan scan;
    begin_classes(s, &scan);
    for (int64_t i = 0; i + 1 < s->n; i++) {
        uint32_t at = (uint32_t)s->keys[i];
        move_left(&scan, s->classes[at], s->weights[at]);
        uint32_t code = (uint32_t)(s->keys[i] >> 32);
        if (code != s->keys[i + 1] >> 32) offer_classes(s, &scan, i + 1, code, cut);
    }
}

void ca_scan_classes(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    int64_t work = (int64_t)(high - low + 1) * s->plan->n_classes;
    if ((int64_t)(high - low) < s->n && high - low < CA_LARGEST_HISTOGRAM && work <= 4 * s->n)
        scan_class_bins(s, low, high, cut);
    else
        scan_sorted_classes(s, low, high, cut);
}
