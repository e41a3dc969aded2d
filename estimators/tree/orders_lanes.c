/* Cuts in the order of a column with AVX-512: a running sum of whole numbers row by row, then the gains of
 * eight cuts at a time, of all columns one after the other; and the parting of orders, sixteen rows at a
 * time.
 */
#include "tree/lanes.h"
#include "tree/orders.h"

#ifdef CA_HAVE_LANES

bool ca_orders_lanes(void) {
    return ca_lanes_here();
}

/* What the node's rows add to sums, by number of the row. */
CA_LANES static void place_pairs(const ca_search *s, ca_whole_pair *to) {
    if (s->packed)
        for (int64_t i = 0; i < s->n; i++)
            to[s->rows[i]] =
                (ca_whole_pair){ (int64_t)(s->packs[i] & UINT32_MAX), (int64_t)(s->packs[i] >> 32) };
    else
        for (int64_t i = 0; i < s->n; i++)
            _mm_storeu_si128((__m128i *)(void *)&to[s->rows[i]],
                             _mm_cvttpd_epi64(_mm_loadu_pd(&s->pairs[i].s)));
}

/* Adds the cuts of a column behind the n_cuts that wait; returns how many wait now. */
CA_LANES_INLINE int64_t add_cuts(ca_orders *o, const uint32_t *keys, int64_t n, int32_t feature,
                                 int64_t n_cuts) {
    enum { WIDTH = sizeof(ca_whole_pair) / sizeof(int64_t) };
    const char *pairs = (const char *)o->pairs;
    int64_t *to = &o->left[0].s;
    uint64_t where = (uint64_t)feature << 32;
    uint32_t key = keys[0];
    size_t at = (size_t)n_cuts * WIDTH; /* counted in numbers: the step of an address */
    __m128i left = _mm_setzero_si128();
    for (int64_t i = 1; i < n; i++) {
        uint32_t next = keys[i];
        left =
            _mm_add_epi64(left, _mm_loadu_si128((const __m128i *)(const void *)(pairs + (key & UINT16_MAX))));
        _mm_storeu_si128((__m128i *)(void *)(to + at), left);
        *(uint64_t *)(void *)((char *)o->where + at * sizeof(uint32_t)) = where++;
        at += (size_t)((key ^ next) > UINT16_MAX) * WIDTH;
        key = next;
    }
    return (int64_t)(at / WIDTH);
}

CA_LANES_INLINE void score_cuts(ca_orders *o, int64_t n_cuts, __m512d total_s, __m512d total_w,
                                ca_lanes *best) {
    const __m512i sums = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14),
                  weights = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), none = _mm512_setzero_si512();
    /* What is behind the last one has no weight, and so no gain. */
    _mm512_storeu_si512(&o->left[n_cuts], none);
    _mm512_storeu_si512(&o->left[n_cuts + 4], none);
    for (int64_t i = 0; i < n_cuts; i += 8) {
        __m512i a = _mm512_loadu_si512(&o->left[i]), b = _mm512_loadu_si512(&o->left[i + 4]);
        ca_lanes_offer(best, _mm512_cvtepi64_pd(_mm512_permutex2var_epi64(a, sums, b)),
                       _mm512_cvtepi64_pd(_mm512_permutex2var_epi64(a, weights, b)),
                       _mm512_loadu_si512(&o->where[i]), total_s, total_w);
    }
}

/* Two rows part in one way only: the lowest column that tells them apart does it. */
static void find_two_rows(ca_search *s, const uint32_t *keys, const int32_t *features, int64_t n,
                          ca_cut *cut) {
    ca_orders *o = s->orders;
    int32_t best = INT32_MAX;
    for (int64_t j = 0; j < n; j++) {
        const uint32_t *at = keys + features[j] * o->stride;
        if (features[j] < best && (at[0] ^ at[1]) > UINT16_MAX) best = features[j];
    }
    if (best == INT32_MAX) return;
    uint32_t row = (keys[best * o->stride] & UINT16_MAX) / CA_ORDER_STEP;
    ca_need_pairs(s);
    *cut = (ca_cut){ .gain = ca_squares(s->pairs[0], s->pairs[1]),
                     .feature = best,
                     .left = s->pairs[s->rows[0] == row ? 0 : 1].w };
    o->n_left = 1;
}

CA_LANES int64_t ca_orders_find_lanes(ca_search *s, int32_t *features, int64_t n, ca_cut *cut) {
    enum { ROOM = CA_ORDER_CUTS - CA_ORDER_ROWS - 8 };
    ca_orders *o = s->orders;
    const uint32_t *keys = o->keys + (s->rows - o->start);
    const __m512d total_s = _mm512_set1_pd(s->total.s), total_w = _mm512_set1_pd(s->total.w);
    ca_lanes best = ca_no_lanes();
    int64_t constants = 0, n_cuts = 0;
    if (s->n == 2) { /* nobody asks leaves for constants */
        find_two_rows(s, keys, features, n, cut);
        return 0;
    }
    place_pairs(s, o->pairs);
    for (int64_t j = 0; j < n; j++) {
        int32_t feature = features[j];
        const uint32_t *at = keys + feature * o->stride;
        if (at[0] >> 16 == at[s->n - 1] >> 16) {
            features[j] = features[constants];
            features[constants++] = feature;
            continue;
        }
        n_cuts = add_cuts(o, at, s->n, feature, n_cuts);
        if (n_cuts <= ROOM) continue;
        score_cuts(o, n_cuts, total_s, total_w, &best);
        n_cuts = 0;
    }
    score_cuts(o, n_cuts, total_s, total_w, &best);
    ca_lanes_take(&best, cut);
    o->n_left = (int64_t)cut->code + 1;
    return constants;
}

/* A bit for each row of the part: those of n keys. */
CA_LANES_INLINE __m512i bits_of(const uint32_t *keys, int64_t n) {
    const __m512i words = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i bits = _mm512_setzero_si512();
    for (int64_t i = 0; i < n; i++) {
        uint32_t row = (keys[i] & UINT16_MAX) / CA_ORDER_STEP;
        __mmask16 word = _mm512_cmpeq_epi32_mask(words, _mm512_set1_epi32((int32_t)(row / 32)));
        bits = _mm512_mask_or_epi32(bits, word, bits, _mm512_set1_epi32((int32_t)(1u << row % 32)));
    }
    return bits;
}

/* Rows whose bit is set. from: where the number of a row begins in its key. */
CA_LANES_INLINE __mmask16 find_bits(__m512i bits, __m512i keys, unsigned from) {
    __m512i words = _mm512_permutexvar_epi32(_mm512_srli_epi32(keys, from + 5), bits);
    return _mm512_test_epi32_mask(_mm512_rorv_epi32(words, _mm512_srli_epi32(keys, from)),
                                  _mm512_set1_epi32(1));
}

CA_LANES_INLINE __mmask16 first_of(int64_t n) {
    return (__mmask16)(n < 16 ? (1u << n) - 1 : 0xffff);
}

/* Up to sixteen keys. What is behind them is written as it was: masked stores would keep what reads the keys
 * next waiting. */
CA_LANES_INLINE void part_few(uint32_t *keys, int64_t n, int64_t n_left, __m512i bits, unsigned from) {
    __m512i key = _mm512_loadu_si512(keys);
    __mmask16 all = first_of(n), left = all & find_bits(bits, key, from);
    __m512i parted = _mm512_mask_compress_epi32(key, left, key);
    __m512i rest = _mm512_maskz_compress_epi32((__mmask16)(all & ~left), key);
    _mm512_storeu_si512(keys, _mm512_mask_expand_epi32(parted, (__mmask16)(all & ~first_of(n_left)), rest));
}

CA_LANES_INLINE void part_many(uint32_t *keys, int64_t n, __m512i bits, unsigned from, uint32_t *spare) {
    int64_t n_left = 0, n_right = 0;
    for (int64_t i = 0; i < n; i += 16) {
        __mmask16 all = first_of(n - i);
        __m512i key = _mm512_maskz_loadu_epi32(all, keys + i);
        __mmask16 left = all & find_bits(bits, key, from), right = (__mmask16)(all & ~left);
        int lefts = __builtin_popcount(left);
        _mm512_mask_storeu_epi32(keys + n_left, first_of(lefts), _mm512_maskz_compress_epi32(left, key));
        _mm512_storeu_si512(spare + n_right, _mm512_maskz_compress_epi32(right, key));
        n_left += lefts;
        n_right += __builtin_popcount(right);
    }
    for (int64_t i = 0; i < n_right; i += 16)
        _mm512_mask_storeu_epi32(keys + n_left + i, first_of(n_right - i), _mm512_loadu_si512(spare + i));
}

CA_LANES_INLINE void part(uint32_t *keys, int64_t n, int64_t n_left, __m512i bits, unsigned from,
                          uint32_t *spare) {
    if (n <= 16)
        part_few(keys, n, n_left, bits, from);
    else
        part_many(keys, n, bits, from, spare);
}

/* The column of the cut is parted already, and sides of one row are leaves. */
CA_LANES void ca_orders_part_lanes(ca_search *s, const ca_cut *cut, uint32_t *rows) {
    enum { KEY = 4 };
    _Static_assert(CA_ORDER_STEP == 1 << KEY && CA_ORDER_ROWS == 16 * 32, "numbers of rows in keys");
    ca_orders *o = s->orders;
    uint32_t *keys = o->keys + (rows - o->start);
    const uint32_t *by = keys + cut->feature * o->stride;
    int64_t n = s->n, n_left = o->n_left;
    __m512i bits = 2 * n_left <= n
                       ? bits_of(by, n_left)
                       : _mm512_xor_si512(bits_of(by + n_left, n - n_left), _mm512_set1_epi32(-1));
    part_many(rows, n, bits, 0, o->spare); /* what is behind them may not be ours */
    if (n == 2) return;
    for (int64_t j = s->n_constants; j < s->plan->bins->n_columns; j++) {
        int32_t feature = s->features[j];
        if (feature != cut->feature) part(keys + feature * o->stride, n, n_left, bits, KEY, o->spare);
    }
}
#else
bool ca_orders_lanes(void) {
    return false;
}

int64_t ca_orders_find_lanes(ca_search *s, int32_t *features, int64_t n, ca_cut *best) {
    (void)s, (void)features, (void)n, (void)best;
    return 0;
}

void ca_orders_part_lanes(ca_search *s, const ca_cut *cut, uint32_t *rows) {
    (void)s, (void)cut, (void)rows;
}
#endif
