/* Scans of histograms with AVX-512: running sums, gains and bounds of eight bins at a time, and the rows of
 * open bins as a node of few rows. */
#include "tree/coarse.h"
#include "tree/few_rows.h"
#include "tree/lanes.h"

#ifdef CA_HAVE_LANES
#include <string.h>

/* Running sums of four pairs. */
CA_LANES_INLINE __m512d running(__m512d pairs) {
    const __m512i none = _mm512_setzero_si512();
    pairs =
        _mm512_add_pd(pairs, _mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(pairs), none, 6)));
    return _mm512_add_pd(pairs,
                         _mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(pairs), none, 4)));
}

CA_LANES_INLINE __m512d last_pair(__m512d pairs) {
    return _mm512_shuffle_f64x2(pairs, pairs, 0xff);
}

CA_LANES_INLINE __m512d firsts(__m512d a, __m512d b) {
    return _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), b);
}

CA_LANES_INLINE __m512d seconds(__m512d a, __m512d b) {
    return _mm512_permutex2var_pd(a, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), b);
}

CA_LANES_INLINE __m512d read_pairs(const double *from, uint32_t n) {
    return _mm512_maskz_loadu_pd((__mmask8)(n >= 8 ? 0xff : (1u << n) - 1), from);
}

/* Running sums of eight packs. */
CA_LANES_INLINE __m512i running_packs(__m512i packs) {
    const __m512i none = _mm512_setzero_si512();
    packs = _mm512_add_epi64(packs, _mm512_alignr_epi64(packs, none, 7));
    packs = _mm512_add_epi64(packs, _mm512_alignr_epi64(packs, none, 6));
    return _mm512_add_epi64(packs, _mm512_alignr_epi64(packs, none, 4));
}

CA_LANES_INLINE __m512i last_pack(__m512i packs) {
    return _mm512_permutexvar_epi64(_mm512_set1_epi64(7), packs);
}

CA_LANES_INLINE __m512i read_packs(const uint64_t *from, uint32_t n) {
    return _mm512_maskz_loadu_epi64((__mmask8)(n >= 8 ? 0xff : (1u << n) - 1), from);
}

CA_LANES_INLINE __m512d ones_of(__m512i packs) {
    return _mm512_cvtepi64_pd(_mm512_and_si512(packs, _mm512_set1_epi64(UINT32_MAX)));
}

CA_LANES_INLINE __m512d weights_of(__m512i packs) {
    return _mm512_cvtepi64_pd(_mm512_srli_epi64(packs, 32));
}

CA_LANES_INLINE __m512i first_keys(const ca_cut *cut, uint32_t low) {
    return _mm512_add_epi64(_mm512_set1_epi64((int64_t)((uint64_t)cut->feature << 32 | low)),
                            _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
}

CA_LANES void ca_scan_packs_lanes(const uint64_t *bins, ca_pair total, uint32_t low, uint32_t n_cuts,
                                  ca_cut *cut) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    __m512i key = first_keys(cut, low), left = _mm512_setzero_si512();
    ca_lanes best = ca_no_lanes();
    for (uint32_t b = 0; b < n_cuts; b += 8) {
        left = _mm512_add_epi64(running_packs(read_packs(bins + b, n_cuts - b)), last_pack(left));
        ca_lanes_offer(&best, ones_of(left), weights_of(left), key, total_s, total_w);
        key = _mm512_add_epi64(key, _mm512_set1_epi64(8));
    }
    ca_lanes_take(&best, cut);
}

CA_LANES void ca_scan_bins_lanes(const ca_pair *bins, ca_pair total, uint32_t low, uint32_t n_cuts,
                                 ca_cut *cut) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    const __m512i step = _mm512_set1_epi64(8);
    __m512i key = first_keys(cut, low);
    __m512d left = _mm512_setzero_pd();
    ca_lanes best = ca_no_lanes();
    for (uint32_t b = 0; b < n_cuts; b += 8) {
        const double *from = &bins[b].s;
        uint32_t rest = 2 * (n_cuts - b);
        __m512d a = _mm512_add_pd(running(read_pairs(from, rest)), left);
        __m512d c = _mm512_add_pd(running(read_pairs(from + 8, rest > 8 ? rest - 8 : 0)), last_pair(a));
        left = last_pair(c);
        ca_lanes_offer(&best, firsts(a, c), seconds(a, c), key, total_s, total_w);
        key = _mm512_add_epi64(key, step);
    }
    ca_lanes_take(&best, cut);
}

/* ---- Coarse bins --------------------------------------------------------------------------------------- */

/* Eight bins: what is left of them, what is in them, and its parts with sums below zero and above. */
typedef struct eight_bins {
    __m512d left_s, left_w, s, w, below, above;
} eight_bins;

/* Corners outside of the node are pulled in by one unit of weight, as in coarse.c. */
CA_LANES_INLINE __m512d inside(__m512d w, __m512d total_w) {
    const __m512d one = _mm512_set1_pd(1);
    return _mm512_min_pd(_mm512_max_pd(w, one), _mm512_sub_pd(total_w, one));
}

CA_LANES_INLINE __m512d bound_number(const eight_bins *e, __m512d total_s, __m512d total_w) {
    __m512d low = _mm512_add_pd(e->left_s, e->below), high = _mm512_add_pd(e->left_s, e->above);
    __m512d w0 = inside(e->left_w, total_w), w1 = inside(_mm512_add_pd(e->left_w, e->w), total_w);
    __m512d at0 =
        _mm512_max_pd(ca_lanes_over(low, w0, total_s, total_w), ca_lanes_over(high, w0, total_s, total_w));
    __m512d at1 =
        _mm512_max_pd(ca_lanes_over(low, w1, total_s, total_w), ca_lanes_over(high, w1, total_s, total_w));
    return _mm512_max_pd(_mm512_div_pd(at0, _mm512_mul_pd(w0, _mm512_sub_pd(total_w, w0))),
                         _mm512_div_pd(at1, _mm512_mul_pd(w1, _mm512_sub_pd(total_w, w1))));
}

CA_LANES_INLINE __m512d bound_class(const eight_bins *e, __m512d total_s, __m512d total_w) {
    __m512d w0 = inside(_mm512_add_pd(e->left_w, e->s), total_w);
    __m512d w1 = inside(_mm512_add_pd(e->left_w, _mm512_sub_pd(e->w, e->s)), total_w);
    return _mm512_max_pd(ca_lanes_gain(_mm512_add_pd(e->left_s, e->s), w0, total_s, total_w),
                         ca_lanes_gain(e->left_s, w1, total_s, total_w));
}

/* Two classes: all sums are above zero, a bin is a pack. */
CA_LANES_INLINE eight_bins read_classes(const void *bins, uint32_t b, uint32_t n, __m512d *left) {
    __m512i packs = read_packs((const uint64_t *)bins + b, n - b);
    __m512i end = _mm512_add_epi64(running_packs(packs), last_pack(_mm512_castpd_si512(*left)));
    __m512i start = _mm512_sub_epi64(end, packs);
    *left = _mm512_castsi512_pd(end);
    return (eight_bins){
        .left_s = ones_of(start), .left_w = weights_of(start), .s = ones_of(packs), .w = weights_of(packs)
    };
}

CA_LANES_INLINE __m512d two_of(const double *from, uint32_t b, uint32_t n) {
    return read_pairs(from + 4 * b, b >= n ? 0 : 4 * (n - b));
}

/* Numbers: pairs below and above zero. */
CA_LANES_INLINE eight_bins read_numbers(const void *bins, uint32_t b, uint32_t n, __m512d *left) {
    const __m512i low = _mm512_setr_epi64(0, 1, 4, 5, 8, 9, 12, 13),
                  high = _mm512_setr_epi64(2, 3, 6, 7, 10, 11, 14, 15);
    __m512d z0 = two_of(bins, b, n), z1 = two_of(bins, b + 2, n), z2 = two_of(bins, b + 4, n),
            z3 = two_of(bins, b + 6, n);
    __m512d below0 = _mm512_permutex2var_pd(z0, low, z1), above0 = _mm512_permutex2var_pd(z0, high, z1);
    __m512d below1 = _mm512_permutex2var_pd(z2, low, z3), above1 = _mm512_permutex2var_pd(z2, high, z3);
    __m512d a = _mm512_add_pd(below0, above0), c = _mm512_add_pd(below1, above1);
    eight_bins e = { .s = firsts(a, c),
                     .w = seconds(a, c),
                     .below = firsts(below0, below1),
                     .above = firsts(above0, above1) };
    __m512d first = _mm512_add_pd(running(a), *left);
    __m512d second = _mm512_add_pd(running(c), last_pair(first));
    *left = last_pair(second);
    e.left_s = _mm512_sub_pd(firsts(first, second), e.s);
    e.left_w = _mm512_sub_pd(seconds(first, second), e.w);
    return e;
}

/* The cuts between bins, and what is needed of the bins afterwards. The cut behind bin b has the code
 * low + (b + 1 << shift) - 1. */
CA_LANES_INLINE void scan_coarse(const void *bins, ca_coarse *c, uint32_t low, int shift, ca_pair total,
                                 bool classes, ca_cut *cut) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    const __m512d never = _mm512_set1_pd(-HUGE_VAL), zero = _mm512_setzero_pd();
    const __m512i step = _mm512_set1_epi64(INT64_C(8) << shift);
    __m512i key = _mm512_slli_epi64(_mm512_setr_epi64(1, 2, 3, 4, 5, 6, 7, 8), (unsigned)shift);
    key = _mm512_add_epi64(key, _mm512_set1_epi64((int64_t)((uint64_t)cut->feature << 32 | low) - 1));
    __m512d left = zero;
    ca_lanes best = ca_no_lanes();
    for (uint32_t b = 0; b < c->width; b += 8) {
        eight_bins e =
            classes ? read_classes(bins, b, c->width, &left) : read_numbers(bins, b, c->width, &left);
        ca_lanes_offer(&best, _mm512_add_pd(e.left_s, e.s), _mm512_add_pd(e.left_w, e.w), key, total_s,
                       total_w);
        key = _mm512_add_epi64(key, step);
        __m512d bound = classes ? bound_class(&e, total_s, total_w) : bound_number(&e, total_s, total_w);
        __mmask8 shut = _mm512_cmp_pd_mask(e.w, zero, _CMP_EQ_OQ);
        /* A bin of one class is convex on a line: the best end is a cut between bins. */
        if (classes)
            shut |= _mm512_cmp_pd_mask(e.s, zero, _CMP_EQ_OQ) | _mm512_cmp_pd_mask(e.s, e.w, _CMP_EQ_OQ);
        _mm512_storeu_pd(c->bound + b, _mm512_mask_mov_pd(bound, shut, never));
        _mm512_storeu_pd(c->left_s + b, e.left_s);
        _mm512_storeu_pd(c->left_w + b, e.left_w);
        _mm512_storeu_pd(c->above + b, e.s);
        _mm512_storeu_pd(c->weight + b, e.w);
    }
    ca_lanes_take(&best, cut);
}

CA_LANES static void scan_coarse_classes(const void *bins, ca_coarse *c, uint32_t low, int shift,
                                         ca_pair total, ca_cut *cut) {
    scan_coarse(bins, c, low, shift, total, true, cut);
}

CA_LANES static void scan_coarse_numbers(const void *bins, ca_coarse *c, uint32_t low, int shift,
                                         ca_pair total, ca_cut *cut) {
    scan_coarse(bins, c, low, shift, total, false, cut);
}

static void scan_bins(const ca_search *s, ca_coarse *c, uint32_t low, int shift, ca_cut *cut) {
    (s->packed ? scan_coarse_classes : scan_coarse_numbers)(s->bins, c, low, shift, s->total, cut);
}

/* Marks the bins whose bound reaches `best`, a bit each; whether there are any. */
CA_LANES static bool find_open(const ca_coarse *c, double best, uint8_t open[CA_COARSE_BINS / 8]) {
    const __m512d slack = _mm512_set1_pd(1 + 0x1p-40), least = _mm512_set1_pd(best);
    uint32_t any = 0;
    memset(open, 0, CA_COARSE_BINS / 8);
    for (uint32_t b = 0; b < c->width; b += 8) {
        __m512d bound = _mm512_mul_pd(_mm512_loadu_pd(c->bound + b), slack);
        open[b / 8] = _mm512_cmp_pd_mask(bound, least, _CMP_GE_OQ);
        any |= open[b / 8];
    }
    return any;
}

/* The rows in open bins: their codes, less the least, their places in the node, and their bins. */
typedef struct open_rows {
    uint32_t *codes, *places, *bins;
    int64_t n;
} open_rows;

CA_LANES static void find_rows(const ca_search *s, const ca_coarse *c, const uint8_t *open, open_rows *rows) {
    const __m512i low = _mm512_set1_epi32((int)c->low), bits = _mm512_set1_epi32(31),
                  one = _mm512_set1_epi32(1);
    const __m512i words = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(const void *)open));
    const __m128i shift = _mm_cvtsi32_si128(c->shift);
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    int64_t found = 0;
    for (int64_t i = 0; i < s->n; i += 16) {
        __mmask16 all = (__mmask16)(s->n - i < 16 ? (1u << (s->n - i)) - 1 : 0xffff);
        __m512i code = _mm512_sub_epi32(_mm512_maskz_loadu_epi32(all, s->codes + i), low);
        __m512i bin = _mm512_srl_epi32(code, shift);
        __m512i word = _mm512_permutexvar_epi32(_mm512_srli_epi32(bin, 5), words);
        __mmask16 in =
            _mm512_mask_test_epi32_mask(all, _mm512_srlv_epi32(word, _mm512_and_si512(bin, bits)), one);
        _mm512_storeu_si512(rows->codes + found, _mm512_maskz_compress_epi32(in, code));
        _mm512_storeu_si512(rows->places + found, _mm512_maskz_compress_epi32(in, place));
        _mm512_storeu_si512(rows->bins + found, _mm512_maskz_compress_epi32(in, bin));
        found += __builtin_popcount(in);
        place = _mm512_add_epi32(place, _mm512_set1_epi32(16));
    }
    rows->n = found;
}

static inline bool is_open(const uint8_t *open, uint32_t b) {
    return open[b / 8] >> (b & 7) & 1;
}

/* What is left of the cuts in a bin besides the rows of open bins up to the cut. */
static void find_bases(const ca_coarse *c, const uint8_t *open, ca_pair total,
                       ca_pair base[CA_COARSE_BINS + 1]) {
    ca_pair before = { 0, 0 };
    for (uint32_t b = 0; b < c->width; b++) {
        if (!is_open(open, b)) continue;
        base[b] = (ca_pair){ c->left_s[b] - before.s, c->left_w[b] - before.w };
        before.s += c->above[b];
        before.w += c->weight[b];
    }
    base[CA_COARSE_BINS] = (ca_pair){ total.s - before.s, total.w - before.w };
}

static void take_better(const ca_cut *found, ca_cut *cut) {
    if (found->gain > cut->gain || (found->gain == cut->gain && found->code < cut->code)) *cut = *found;
}

/* The rows of open bins as a node of few rows: lanes without a row have all rows left of them. */
static void scan_open_rows(ca_search *s, const ca_coarse *c, const uint8_t *open, const open_rows *rows,
                           ca_cut *cut) {
    ca_few_rows *few = s->few;
    ca_pair bases[CA_COARSE_BINS + 1];
    uint32_t largest = 0;
    find_bases(c, open, s->total, bases);
    for (int64_t i = 0; i < rows->n; i++) largest = rows->codes[i] > largest ? rows->codes[i] : largest;
    bool in_short = largest <= UINT16_MAX;
    few->n = (int32_t)rows->n;
    for (int64_t i = 0; i < CA_FEW_ROWS; i++) {
        const ca_pair *base = &bases[i < rows->n ? rows->bins[i] : CA_COARSE_BINS];
        few->base_sum[i] = (int64_t)base->s;
        few->base_weight[i] = (uint16_t)base->w;
        if (i >= rows->n) continue;
        if (in_short)
            few->codes[0][i] = (uint16_t)rows->codes[i];
        else
            few->long_codes[0][i] = rows->codes[i];
        const uint32_t at = rows->places[i];
        ca_pair pair = s->packed ? ca_unpack(s->packs[at]) : s->pairs[at];
        few->sum[i] = (int64_t)pair.s;
        few->weight[i] = (uint16_t)pair.w;
    }
    ca_cut found = { .gain = -HUGE_VAL, .feature = cut->feature };
    few->features[0] = few->long_features[0] = cut->feature;
    few->n_columns = in_short;
    few->n_long = !in_short;
    few->scan_open(few, s->total, &found);
    few->n_columns = few->n_long = 0;
    found.code += c->low;
    take_better(&found, cut);
}

/* Sums of the bins: a pack, or two pairs for numbers. */
static void sum_packs(const ca_search *s, const ca_coarse *c) {
    uint64_t *bins = s->bins;
    memset(bins, 0, c->width * sizeof *bins);
    for (int64_t i = 0; i < s->n; i++) bins[(s->codes[i] - c->low) >> c->shift] += s->packs[i];
}

static void sum_pairs(const ca_search *s, const ca_coarse *c) {
    ca_coarse_bin *bins = s->bins;
    memset(bins, 0, c->width * sizeof *bins);
    for (int64_t i = 0; i < s->n; i++) {
        ca_pair *bin = &bins[(s->codes[i] - c->low) >> c->shift].below + !(s->pairs[i].s < 0);
        bin->s += s->pairs[i].s;
        bin->w += s->pairs[i].w;
    }
}

/* ---- Finer bins ---------------------------------------------------------------------------------------- */

/* Open bins are parted again, in as many bins as there is room for, and those between them become one: the
 * cuts inside are scored and bounded as before, and in the end few rows are left, or every bin is a code. */

/* What is known of a bin that is closed, in a new one. */
static void add_closed(const ca_search *s, const ca_coarse *c, uint32_t b, uint32_t to) {
    if (s->packed) {
        ((uint64_t *)s->bins)[to] += (uint64_t)c->weight[b] << 32 | (uint32_t)c->above[b];
        return;
    }
    ca_pair *sums = &((ca_coarse_bin *)s->bins)[to].above;
    sums->s += c->above[b];
    sums->w += c->weight[b];
}

/* How many bits of the codes in open bins there is room for. */
static int bits_to_part(const ca_coarse *c, const uint8_t *open) {
    uint32_t n_open = 0, n_between = 0;
    int bits = 0;
    for (uint32_t b = 0; b < c->width; b++) {
        n_open += is_open(open, b);
        n_between += !is_open(open, b) && (b == 0 || is_open(open, b - 1));
    }
    while (bits < c->shift && n_between + (n_open << (bits + 1)) <= CA_COARSE_BINS) bits++;
    return bits;
}

/* The new bins, of which those of several codes may be opened, with sums of those that stay closed; to[b]:
 * the first one of open bin b. */
static void lay_bins(const ca_search *s, const ca_coarse *c, const uint8_t *open, int bits, ca_coarse *next,
                     uint32_t *to) {
    uint32_t n = 0;
    next->low = c->low;
    next->shift = c->shift - bits;
    memset(s->bins, 0, CA_COARSE_BINS * (s->packed ? sizeof(uint64_t) : sizeof(ca_coarse_bin)));
    for (uint32_t b = 0; b < c->width; b++) {
        if (is_open(open, b)) {
            to[b] = n;
            for (uint32_t k = 0; k < 1u << bits; k++, n++) {
                next->open[n] = next->shift > 0;
                next->first[n] = c->first[b] + (k << next->shift);
            }
        } else {
            next->open[n] = false;
            if (b == 0 || is_open(open, b - 1)) next->first[n] = c->first[b];
            add_closed(s, c, b, n);
            n += b + 1 == c->width || is_open(open, b + 1);
        }
    }
    next->width = n;
    next->first[n] = c->first[c->width];
}

static void sum_rows(const ca_search *s, const ca_coarse *next, int bits, const uint32_t *to,
                     const open_rows *rows) {
    const uint32_t mask = (1u << bits) - 1;
    for (int64_t i = 0; i < rows->n; i++) {
        const uint32_t b = to[rows->bins[i]] + (rows->codes[i] >> next->shift & mask), at = rows->places[i];
        rows->bins[i] = b;
        if (s->packed) {
            ((uint64_t *)s->bins)[b] += s->packs[at];
        } else {
            ca_pair *bin = &((ca_coarse_bin *)s->bins)[b].below + !(s->pairs[at].s < 0);
            bin->s += s->pairs[at].s;
            bin->w += s->pairs[at].w;
        }
    }
}

static void keep_open(const uint8_t *open, open_rows *rows) {
    int64_t n = 0;
    for (int64_t i = 0; i < rows->n; i++) {
        rows->codes[n] = rows->codes[i];
        rows->places[n] = rows->places[i];
        rows->bins[n] = rows->bins[i];
        n += is_open(open, rows->bins[i]);
    }
    rows->n = n;
}

/* Parts the open bins of c into those of `next`, and the cut becomes the best one behind any of them. False:
 * too many are open. */
static bool part_bins(ca_search *s, const ca_coarse *c, const uint8_t *open, open_rows *rows, ca_coarse *next,
                      ca_cut *cut) {
    uint32_t to[CA_COARSE_BINS];
    const int bits = bits_to_part(c, open);
    if (bits == 0) return false;
    lay_bins(s, c, open, bits, next, to);
    sum_rows(s, next, bits, to, rows);
    ca_cut found = { .gain = -HUGE_VAL, .feature = cut->feature };
    scan_bins(s, next, 0, 0, &found);
    if (found.gain > -HUGE_VAL) found.code = c->low + next->first[found.code + 1] - 1;
    take_better(&found, cut);
    for (uint32_t b = 0; b < next->width; b++)
        if (!next->open[b]) next->bound[b] = -HUGE_VAL;
    return true;
}

void ca_scan_coarse_lanes(ca_search *s, ca_coarse *c, ca_cut *cut, double best) {
    uint8_t open[CA_COARSE_BINS / 8];
    ca_coarse room[2], *at = c;
    open_rows rows = { (uint32_t *)s->keys, (uint32_t *)s->spare, (uint32_t *)s->spare + s->n + 16, 0 };
    if (s->packed)
        sum_packs(s, c);
    else
        sum_pairs(s, c);
    scan_bins(s, c, c->low, c->shift, cut);
    if (!find_open(c, cut->gain > best ? cut->gain : best, open)) return;
    find_rows(s, c, open, &rows);
    for (uint32_t b = 0; b <= c->width; b++) c->first[b] = b << c->shift;
    for (int k = 0; rows.n > CA_FEW_ROWS || s->total.w >= 0x1p16; k = !k) {
        if (!part_bins(s, at, open, &rows, &room[k], cut)) {
            find_open(c, cut->gain > best ? cut->gain : best, open);
            for (uint32_t b = 0; b < c->width; b++) c->open[b] = is_open(open, b);
            ca_scan_open_bins(s, c, cut);
            return;
        }
        at = &room[k];
        if (!find_open(at, cut->gain > best ? cut->gain : best, open)) return;
        keep_open(open, &rows);
    }
    scan_open_rows(s, at, open, &rows, cut);
}
#else
void ca_scan_bins_lanes(const ca_pair *bins, ca_pair total, uint32_t low, uint32_t n_cuts, ca_cut *cut) {
    (void)bins, (void)total, (void)low, (void)n_cuts, (void)cut;
}

void ca_scan_packs_lanes(const uint64_t *bins, ca_pair total, uint32_t low, uint32_t n_cuts, ca_cut *cut) {
    (void)bins, (void)total, (void)low, (void)n_cuts, (void)cut;
}

void ca_scan_coarse_lanes(ca_search *s, ca_coarse *c, ca_cut *cut, double best) {
    (void)s, (void)c, (void)cut, (void)best;
}
#endif
