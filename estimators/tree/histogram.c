#include "tree/histogram.h"

#include <math.h>
#include <string.h>

enum { INSERTION = 40 };

#define READ_CODES(T)                                                                                        \
    do {                                                                                                     \
        const T *all = column->codes;                                                                        \
        for (int64_t i = 0; i < n; i++) {                                                                    \
            uint32_t c = all[rows[i]];                                                                       \
            codes[i] = c;                                                                                    \
            lo = c < lo ? c : lo;                                                                            \
            hi = c > hi ? c : hi;                                                                            \
        }                                                                                                    \
    } while (0)

void ca_read_codes(const ca_bin_column *column, const uint32_t *rows, int64_t n, uint32_t *codes,
                   uint32_t *low, uint32_t *high) {
    uint32_t lo = UINT32_MAX, hi = 0;
    switch (column->type) {
    case CA_BIN_U8: READ_CODES(uint8_t); break;
    case CA_BIN_U16: READ_CODES(uint16_t); break;
    case CA_BIN_U32: READ_CODES(uint32_t); break;
    case CA_BIN_LEVEL: {
        const int32_t *all = column->codes;
        for (int64_t i = 0; i < n; i++) {
            uint32_t c = all[rows[i]] == column->level;
            codes[i] = c;
            lo &= c;
            hi |= c;
        }
        break;
    }
    }
    *low = lo;
    *high = hi;
}

static void insertion_sort(uint64_t *keys, int64_t n) {
    for (int64_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        int64_t j = i;
        for (; j > 0 && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

/* Stable radix sort by code; positions ascend already. */
static void radix_sort(ca_search *s) {
    uint32_t count[256];
    for (int shift = 32; shift < 64; shift += 8) {
        memset(count, 0, sizeof count);
        for (int64_t i = 0; i < s->n; i++) count[s->keys[i] >> shift & 255]++;
        if (count[s->keys[0] >> shift & 255] == s->n) continue;
        uint32_t at = 0;
        for (int d = 0; d < 256; d++) {
            uint32_t c = count[d];
            count[d] = at;
            at += c;
        }
        for (int64_t i = 0; i < s->n; i++) s->spare[count[s->keys[i] >> shift & 255]++] = s->keys[i];
        uint64_t *swap = s->keys;
        s->keys = s->spare;
        s->spare = swap;
    }
}

void ca_sort_codes(ca_search *s) {
    for (int64_t i = 0; i < s->n; i++) s->keys[i] = (uint64_t)s->codes[i] << 32 | (uint64_t)i;
    if (s->n <= INSERTION)
        insertion_sort(s->keys, s->n);
    else
        radix_sort(s);
}

static bool allowed(const ca_search *s, int64_t rows, double weight) {
    int64_t least = s->plan->min_samples_leaf;
    return rows >= least && s->n - rows >= least && weight >= s->min_weight &&
           s->node_weight - weight >= s->min_weight;
}

static inline void offer_pair(const ca_search *s, ca_pair l, int64_t rows, uint32_t code, ca_cut *cut) {
    ca_pair r = { s->total.s - l.s, s->total.w - l.w };
    double gain =
        s->scoring == CA_SCORE_SQUARES ? ca_squares(l, r) : ca_pair_gain(s->scoring, &s->plan->logs, l, r);
    if (gain > cut->gain && (!s->constrained || allowed(s, rows, l.w))) {
        cut->gain = gain;
        cut->code = code;
    }
}

static void scan_pair_bins(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    ca_pair *bins = s->bins;
    uint32_t width = high - low + 1, *bin_rows = s->bin_rows;
    memset(bins, 0, width * sizeof *bins);
    for (int64_t i = 0; i < s->n; i++) {
        ca_pair *bin = &bins[s->codes[i] - low];
        bin->s += s->pairs[i].s;
        bin->w += s->pairs[i].w;
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

static void scan_sorted_pairs(ca_search *s, ca_cut *cut) {
    ca_sort_codes(s);
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
    return width <= CA_LARGEST_HISTOGRAM && width <= s->n;
}

void ca_scan_pairs(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    if (use_histogram(s, low, high))
        scan_pair_bins(s, low, high, cut);
    else
        scan_sorted_pairs(s, cut);
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
    }
}

static void scan_class_bins(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    uint32_t width = high - low + 1, *bin_rows = s->bin_rows;
    int32_t k = s->plan->n_classes;
    double *bins = s->bins;
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

static void scan_sorted_classes(ca_search *s, ca_cut *cut) {
    ca_sort_codes(s);
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
    if (use_histogram(s, low, high) && work <= 4 * s->n)
        scan_class_bins(s, low, high, cut);
    else
        scan_sorted_classes(s, cut);
}
