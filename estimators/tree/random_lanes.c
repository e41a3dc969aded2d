/* The loops over the rows of a node (random_rows.h) with AVX-512: a vector has sixteen columns of a row, or
 * eight where there are no more. */
#include <string.h>

#include "tree/draws.h"
#include "tree/lanes.h"
#include "tree/offsets.h"
#include "tree/random_rows.h"

#ifdef CA_HAVE_LANES

enum { EIGHT = 8, SIXTEEN = 16 };

CA_LANES_INLINE const uint8_t *values_of(const ca_random_node *node, int64_t i) {
    return node->keys + node->key_rows[i] * node->stride;
}

CA_LANES_INLINE void read_weights(ca_random_node *node) {
    for (int64_t i = 0; i < node->n && node->row_weight; i++)
        node->weights[i] = node->row_weight[node->rows[i]];
}

/* What is read of each row, in locals: a store of bytes might change whatever the node points to. */
typedef struct row_reader {
    const uint8_t *keys, *statistics;
    const uint32_t *rows;
    uint8_t *to, *ones;
    int64_t n, stride, step;
} row_reader;

CA_LANES_INLINE row_reader reader_of(const ca_random_node *node) {
    uint8_t *to = node->offset ? (uint8_t *)node->offset : (uint8_t *)node->pack;
    return (row_reader){ node->keys, node->statistics, node->rows,   to,
                         node->ones, node->n,          node->stride, node->step };
}

/* The values of row i. Its statistic is often in the same line. */
CA_LANES_INLINE const uint8_t *read_row(const row_reader *reader, int64_t i) {
    const uint32_t row = reader->rows[i];
    const uint8_t *from = reader->statistics + row * reader->step;
    if (reader->ones)
        reader->ones[i] = *from; /* the lowest byte */
    else
        memcpy(reader->to + i * (int64_t)sizeof(uint64_t), from, sizeof(uint64_t));
    return reader->keys + row * reader->stride;
}

/* ---- Ranges -------------------------------------------------------------------------------------------- */

CA_LANES_INLINE __m512 load(const uint8_t *row, int64_t lane) {
    return _mm512_loadu_ps(row + lane * (int64_t)sizeof(float));
}

/* Of some rows; the lanes of `missing` have NaNs, which the rest does not see. */
typedef struct ranges {
    __m512 low, high;
    __mmask16 missing;
} ranges;

CA_LANES_INLINE ranges no_ranges(void) {
    return (ranges){ _mm512_set1_ps(HUGE_VALF), _mm512_set1_ps(-HUGE_VALF), 0 };
}

CA_LANES_INLINE void widen(ranges *r, __m512 x, bool missing) {
    r->low = _mm512_min_ps(x, r->low);
    r->high = _mm512_max_ps(x, r->high);
    if (missing) r->missing |= _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
}

CA_LANES_INLINE uint64_t put_ranges(ca_random_node *node, int32_t first, int lanes, const ranges *r) {
    const __mmask16 kept = (__mmask16)((1u << lanes) - 1);
    const __mmask16 varying = _mm512_mask_cmp_ps_mask(kept, r->low, r->high, _CMP_LT_OQ);
    const __mmask16 missing = _mm512_mask_cmp_ps_mask(kept & r->missing, r->low, r->high, _CMP_LE_OQ);
    _mm512_mask_storeu_ps(node->low + first, kept, r->low);
    _mm512_mask_storeu_ps(node->high + first, kept, r->high);
    node->with_missing |= (uint64_t)missing << first;
    return (uint64_t)(varying | missing) << first;
}

CA_LANES_INLINE uint64_t first_range(ca_random_node *node, int lanes) {
    const row_reader reader = reader_of(node);
    const bool missing = node->missing;
    ranges r = no_ranges();
    for (int64_t i = 0; i < reader.n; i++) widen(&r, load(read_row(&reader, i), 0), missing);
    return put_ranges(node, 0, lanes, &r);
}

CA_LANES_INLINE uint64_t next_range(ca_random_node *node, int32_t first, int lanes) {
    const bool missing = node->missing;
    ranges r = no_ranges();
    for (int64_t i = 0; i < node->n; i++) widen(&r, load(values_of(node, i), first), missing);
    return put_ranges(node, first, lanes, &r);
}

CA_LANES static uint64_t range(ca_random_node *node) {
    node->with_missing = 0;
    uint64_t varying = first_range(node, node->lanes < SIXTEEN ? EIGHT : SIXTEEN);
    for (int32_t l = SIXTEEN; l < node->lanes; l += SIXTEEN)
        varying |= next_range(node, l, node->lanes - l < SIXTEEN ? EIGHT : SIXTEEN);
    read_weights(node);
    return varying;
}

/* What lanes are picked by. */
typedef struct picker {
    __m512i words, bits;
    __m512 value[2];
    __mmask16 far, by_bits;
} picker;

CA_LANES_INLINE picker picker_of(const ca_random_node *node) {
    picker p = { .words = _mm512_loadu_si512(node->word), .bits = _mm512_loadu_si512(node->bit) };
    for (int k = 0; k < 2; k++) p.value[k] = _mm512_loadu_ps(node->value[k]);
    p.far = _mm512_test_epi32_mask(p.words, _mm512_set1_epi32(2 * SIXTEEN));
    p.by_bits = _mm512_test_epi32_mask(p.bits, p.bits);
    return p;
}

/* Up to 64 words are in four vectors; more than 16 and more than 32 are asked for apart, and of more than 64
 * each one that is wanted. */
CA_LANES_INLINE __m512 words_of(const uint8_t *row, const picker *p, int lanes, int words) {
    if (words == SIXTEEN) return _mm512_permutexvar_ps(p->words, load(row, 0));
    if (words > 4 * SIXTEEN && lanes == SIXTEEN) return _mm512_i32gather_ps(p->words, row, sizeof(float));
    if (words > 4 * SIXTEEN)
        return _mm512_castps256_ps512(_mm256_i32gather_ps((const float *)(const void *)row,
                                                          _mm512_castsi512_si256(p->words), sizeof(float)));
    const __m512 x = _mm512_permutex2var_ps(load(row, 0), p->words, load(row, SIXTEEN));
    if (words == 2 * SIXTEEN) return x;
    const __m512 more = _mm512_permutex2var_ps(load(row, 2 * SIXTEEN), p->words, load(row, 3 * SIXTEEN));
    return _mm512_mask_mov_ps(x, p->far, more);
}

CA_LANES_INLINE __m512 picked_of(const uint8_t *row, const picker *p, int lanes, int words) {
    const __m512 x = words_of(row, p, lanes, words);
    if (!p->by_bits) return x;
    const __mmask16 second = _mm512_test_epi32_mask(_mm512_castps_si512(x), p->bits);
    return _mm512_mask_mov_ps(_mm512_mask_mov_ps(x, p->by_bits, p->value[0]), second, p->value[1]);
}

CA_LANES_INLINE uint64_t pick_lanes(ca_random_node *node, int lanes, int words) {
    const row_reader reader = reader_of(node);
    const picker by = picker_of(node);
    const bool missing = node->missing;
    float *picked = node->picked;
    ranges r = no_ranges();
    for (int64_t i = 0; i < reader.n; i++) {
        const __m512 x = picked_of(read_row(&reader, i), &by, lanes, words);
        if (lanes == SIXTEEN)
            _mm512_storeu_ps(picked + i * SIXTEEN, x);
        else
            _mm256_storeu_ps(picked + i * EIGHT, _mm512_castps512_ps256(x));
        widen(&r, x, missing);
    }
    return put_ranges(node, 0, lanes, &r);
}

CA_LANES_INLINE uint64_t pick_words(ca_random_node *node, int lanes) {
    if (node->words <= SIXTEEN) return pick_lanes(node, lanes, SIXTEEN);
    if (node->words <= 2 * SIXTEEN) return pick_lanes(node, lanes, 2 * SIXTEEN);
    if (node->words <= 4 * SIXTEEN) return pick_lanes(node, lanes, 4 * SIXTEEN);
    return pick_lanes(node, lanes, CA_RANDOM_WORDS);
}

CA_LANES static uint64_t pick(ca_random_node *node) {
    node->with_missing = 0;
    const uint64_t varying = node->lanes > EIGHT ? pick_words(node, SIXTEEN) : pick_words(node, EIGHT);
    read_weights(node);
    node->keys = (const uint8_t *)node->picked;
    node->stride = ca_random_width(node->lanes) * (int64_t)sizeof *node->picked;
    node->key_rows = node->in_order;
    return varying;
}

/* ---- Cuts ---------------------------------------------------------------------------------------------- */

/* ca_mix of draws.h. */
CA_LANES_INLINE __m512i mix(__m512i z) {
    z = _mm512_xor_si512(z, _mm512_srli_epi64(z, 30));
    z = _mm512_mullo_epi64(z, _mm512_set1_epi64((long long)0xbf58476d1ce4e5b9u));
    z = _mm512_xor_si512(z, _mm512_srli_epi64(z, 27));
    z = _mm512_mullo_epi64(z, _mm512_set1_epi64((long long)0x94d049bb133111ebu));
    return _mm512_xor_si512(z, _mm512_srli_epi64(z, 31));
}

/* ca_uniform_of. */
CA_LANES_INLINE __m512d uniform_of(uint64_t key, const int32_t *columns) {
    __m512i i = _mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i *)(const void *)columns));
    i = _mm512_mullo_epi64(_mm512_add_epi64(i, _mm512_set1_epi64(1)),
                           _mm512_set1_epi64((long long)CA_MIX_STEP));
    i = mix(_mm512_add_epi64(i, _mm512_set1_epi64((long long)key)));
    return _mm512_mul_pd(_mm512_cvtepu64_pd(_mm512_srli_epi64(i, 11)), _mm512_set1_pd(0x1p-53));
}

CA_LANES static void draw(ca_random_node *node, uint64_t lanes) {
    (void)lanes;
    for (int32_t l = 0; l < node->lanes; l += EIGHT) {
        __m512d a = _mm512_cvtps_pd(_mm256_loadu_ps(node->low + l)),
                b = _mm512_cvtps_pd(_mm256_loadu_ps(node->high + l));
        __m512d x = _mm512_mul_pd(uniform_of(node->key, node->column + l), _mm512_sub_pd(b, a));
        x = _mm512_add_pd(a, x);
        x = _mm512_mask_mov_pd(a, _mm512_cmp_pd_mask(x, b, _CMP_LT_OQ), x); /* not when rounded up */
        _mm512_storeu_pd(node->threshold + l, x);
        _mm256_storeu_ps(node->cut + l, _mm512_cvt_roundpd_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC));
    }
}

/* ---- Sums ---------------------------------------------------------------------------------------------- */

CA_LANES_INLINE __mmask16 left_of(const uint8_t *values, int lanes, __m512 cut, bool missing_left) {
    if (lanes == SIXTEEN) {
        const __m512 x = _mm512_loadu_ps(values);
        return missing_left ? _mm512_cmp_ps_mask(x, cut, _CMP_NGT_UQ)
                            : _mm512_cmp_ps_mask(x, cut, _CMP_LE_OQ);
    }
    const __m256 x = _mm256_loadu_ps((const float *)(const void *)values), c = _mm512_castps512_ps256(cut);
    return missing_left ? _mm256_cmp_ps_mask(x, c, _CMP_NGT_UQ) : _mm256_cmp_ps_mask(x, c, _CMP_LE_OQ);
}

CA_LANES_INLINE __mmask16 sides_of_row(const ca_random_node *node, int64_t i, int32_t first, int lanes,
                                       __m512 cut, bool missing_left) {
    return left_of(values_of(node, i) + first * (int64_t)sizeof(float), lanes, cut, missing_left);
}

CA_LANES_INLINE void put_packs(ca_random_node *node, int32_t at, __m512i packs) {
    __m512i ones = _mm512_and_si512(packs, _mm512_set1_epi64(UINT32_MAX));
    _mm512_storeu_pd(node->sum + at, _mm512_cvtepu64_pd(ones));
    _mm512_storeu_pd(node->weight + at, _mm512_cvtepu64_pd(_mm512_srli_epi64(packs, 32)));
}

CA_LANES_INLINE void classes_of(ca_random_node *node, int32_t first, int lanes) {
    const bool missing_left = node->missing_left;
    uint16_t *sides = node->sides + first / SIXTEEN * node->most;
    const __m512 cut = _mm512_loadu_ps(node->cut + first);
    __m512i sum = _mm512_setzero_si512(), more = sum;
    for (int64_t i = 0; i < node->n; i++) {
        __mmask16 left = sides_of_row(node, i, first, lanes, cut, missing_left);
        __m512i pack = _mm512_set1_epi64((long long)node->pack[i]);
        sides[i] = left;
        sum = _mm512_mask_add_epi64(sum, (__mmask8)left, sum, pack);
        if (lanes == SIXTEEN) more = _mm512_mask_add_epi64(more, (__mmask8)(left >> EIGHT), more, pack);
    }
    put_packs(node, first, sum);
    if (lanes == SIXTEEN) put_packs(node, first + EIGHT, more);
}

CA_LANES_INLINE void find_sides(ca_random_node *node, int32_t first, int lanes) {
    const bool missing_left = node->missing_left;
    uint16_t *sides = node->sides + first / SIXTEEN * node->most;
    const __m512 cut = _mm512_loadu_ps(node->cut + first);
    for (int64_t i = 0; i < node->n; i++) sides[i] = sides_of_row(node, i, first, lanes, cut, missing_left);
}

/* Rows of weight 1 are counted, of 32 at a time those whose bit is set. */
CA_LANES_INLINE void count_lane(ca_random_node *node, int32_t lane) {
    const uint16_t *sides = node->sides + lane / SIXTEEN * node->most;
    const __m512i bit = _mm512_set1_epi16((short)(1u << lane % SIXTEEN));
    int64_t weight = 0, ones = 0;
    for (int64_t i = 0; i < node->n; i += 2 * SIXTEEN) {
        const int64_t rest = node->n - i;
        const __mmask32 rows = rest < 2 * SIXTEEN ? (UINT32_C(1) << rest) - 1 : UINT32_MAX;
        const __m256i one = _mm256_maskz_loadu_epi8(rows, node->ones + i);
        const __mmask32 left = _mm512_test_epi16_mask(_mm512_maskz_loadu_epi16(rows, sides + i), bit);
        weight += __builtin_popcount(left);
        ones += __builtin_popcount(_mm256_mask_test_epi8_mask(left, one, one));
    }
    node->weight[lane] = (double)weight;
    node->sum[lane] = (double)ones;
}

CA_LANES static void classes(ca_random_node *node, uint64_t lanes) {
    int32_t l = 0;
    if (node->ones) {
        for (; l < node->lanes; l += SIXTEEN)
            if (lanes >> l & 0xffff)
                node->lanes - l < SIXTEEN ? find_sides(node, l, EIGHT) : find_sides(node, l, SIXTEEN);
        for (; lanes; lanes &= lanes - 1) count_lane(node, __builtin_ctzll(lanes));
        return;
    }
    for (; l + SIXTEEN <= node->lanes; l += SIXTEEN) classes_of(node, l, SIXTEEN);
    if (l < node->lanes) classes_of(node, l, EIGHT);
}

/* Weights of the classes left of the cuts: a vector for each class. Neighbouring rows, often of the same
 * class, go to several sets of vectors, of which there is one in small nodes. */
CA_LANES_INLINE void count_classes(ca_random_node *node, int32_t first, int lanes, bool once) {
    enum { SETS = CA_RANDOM_SETS, MANY = 4 };
    const int64_t n = node->n, size = node->n_classes * (int64_t)SIXTEEN;
    const int32_t *present = node->present, n_present = node->n_present;
    const int64_t stride = n > MANY * SETS * n_present ? size : 0, sets = stride ? SETS : 1;
    const uint8_t *keys = node->keys + first * (int64_t)sizeof(float), *ones = node->ones;
    const uint32_t *key_rows = node->key_rows;
    const int64_t step = node->stride;
    const uint64_t *packs = node->pack;
    const bool missing_left = node->missing_left;
    const __m512 cut = _mm512_loadu_ps(node->cut + first);
    uint16_t *sides = node->sides + first / SIXTEEN * node->most;
    uint32_t *sums = node->class_sets;
    for (int64_t set = 0; set < sets; set++)
        for (int32_t i = 0; i < n_present; i++)
            _mm512_storeu_si512(sums + set * stride + present[i] * SIXTEEN, _mm512_setzero_si512());
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *from = keys + key_rows[i] * step;
        const __mmask16 left = left_of(from, lanes, cut, missing_left);
        const uint64_t pack = once ? UINT64_C(1) << 32 | ones[i] : packs[i];
        uint32_t *to = sums + i % SETS * stride + (uint32_t)pack * SIXTEEN;
        const __m512i sum = _mm512_loadu_si512(to);
        sides[i] = left;
        _mm512_storeu_si512(to, _mm512_mask_add_epi32(sum, left, sum, _mm512_set1_epi32((int)(pack >> 32))));
    }
    __m512i weight = _mm512_setzero_si512();
    for (int32_t i = 0; i < n_present; i++) {
        const uint32_t *from = sums + present[i] * SIXTEEN;
        __m512i sum = _mm512_loadu_si512(from);
        for (int64_t set = 1; set < sets; set++)
            sum = _mm512_add_epi32(sum, _mm512_loadu_si512(from + set * stride));
        _mm512_storeu_si512(node->class_left + first / SIXTEEN * size + present[i] * SIXTEEN, sum);
        weight = _mm512_add_epi32(weight, sum);
    }
    _mm512_storeu_pd(node->weight + first, _mm512_cvtepu32_pd(_mm512_castsi512_si256(weight)));
    if (lanes == SIXTEEN)
        _mm512_storeu_pd(node->weight + first + EIGHT,
                         _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(weight, 1)));
}

CA_LANES static void more_classes(ca_random_node *node, uint64_t lanes) {
    for (int32_t l = 0; l < node->lanes; l += SIXTEEN) {
        if (!(lanes >> l & 0xffff)) continue;
        if (node->lanes - l < SIXTEEN)
            node->ones ? count_classes(node, l, EIGHT, true) : count_classes(node, l, EIGHT, false);
        else
            node->ones ? count_classes(node, l, SIXTEEN, true) : count_classes(node, l, SIXTEEN, false);
    }
}

CA_LANES_INLINE void numbers_of(ca_random_node *node, int32_t first, int lanes, bool weighted) {
    const bool missing_left = node->missing_left;
    uint16_t *sides = node->sides + first / SIXTEEN * node->most;
    const __m512 cut = _mm512_loadu_ps(node->cut + first);
    __m512d sum = _mm512_setzero_pd(), more = sum;
    __m512i weight = _mm512_setzero_si512();
    for (int64_t i = 0; i < node->n; i++) {
        __mmask16 left = sides_of_row(node, i, first, lanes, cut, missing_left);
        __m512d offset = _mm512_set1_pd(node->offset[i]);
        sides[i] = left;
        sum = _mm512_mask_add_pd(sum, (__mmask8)left, sum, offset);
        if (lanes == SIXTEEN) more = _mm512_mask_add_pd(more, (__mmask8)(left >> EIGHT), more, offset);
        weight = _mm512_mask_add_epi32(weight, left, weight,
                                       _mm512_set1_epi32(weighted ? (int)node->weights[i] : 1));
    }
    _mm512_storeu_pd(node->sum + first, sum);
    _mm512_storeu_pd(node->weight + first, _mm512_cvtepu32_pd(_mm512_castsi512_si256(weight)));
    if (lanes != SIXTEEN) return;
    _mm512_storeu_pd(node->sum + first + EIGHT, more);
    _mm512_storeu_pd(node->weight + first + EIGHT, _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(weight, 1)));
}

CA_LANES static void numbers(ca_random_node *node, uint64_t lanes) {
    (void)lanes;
    const bool weighted = node->row_weight;
    int32_t l = 0;
    for (; l + SIXTEEN <= node->lanes; l += SIXTEEN)
        weighted ? numbers_of(node, l, SIXTEEN, true) : numbers_of(node, l, SIXTEEN, false);
    if (l < node->lanes) weighted ? numbers_of(node, l, EIGHT, true) : numbers_of(node, l, EIGHT, false);
}

CA_LANES static void squares(ca_random_node *node) {
    const __m512d s = _mm512_set1_pd(node->total.s), w = _mm512_set1_pd(node->total.w);
    for (int32_t l = 0; l < node->lanes; l += EIGHT)
        _mm512_storeu_pd(node->gain + l, ca_lanes_gain(_mm512_loadu_pd(node->sum + l),
                                                       _mm512_loadu_pd(node->weight + l), s, w));
}

CA_LANES static void gini(ca_random_node *node) {
    for (int32_t l = 0; l < node->lanes; l += EIGHT) {
        const uint32_t *sums =
            node->class_left + l / SIXTEEN * SIXTEEN * (int64_t)node->n_classes + l % SIXTEEN;
        __m512d lefts = _mm512_setzero_pd(), rights = lefts;
        for (int32_t i = 0; i < node->n_present; i++) {
            const int32_t c = node->present[i];
            const __m256i sum = _mm256_loadu_si256((const __m256i *)(const void *)(sums + c * SIXTEEN));
            const __m512d left = _mm512_cvtepu32_pd(sum);
            const __m512d right = _mm512_sub_pd(_mm512_set1_pd(node->class_total[c]), left);
            lefts = _mm512_add_pd(lefts, _mm512_mul_pd(left, left));
            rights = _mm512_add_pd(rights, _mm512_mul_pd(right, right));
        }
        const __m512d weight = _mm512_loadu_pd(node->weight + l);
        const __m512d rest = _mm512_sub_pd(_mm512_set1_pd(node->total.w), weight);
        _mm512_storeu_pd(node->gain + l,
                         _mm512_add_pd(_mm512_div_pd(lefts, weight), _mm512_div_pd(rights, rest)));
    }
}

/* ---- Targets ------------------------------------------------------------------------------------------- */

CA_LANES_INLINE __mmask8 rows_at(const ca_random_node *node, int64_t i) {
    return (__mmask8)(node->n - i < EIGHT ? (1u << (node->n - i)) - 1 : 0xff);
}

CA_LANES_INLINE __m512d weights_at(const ca_random_node *node, int64_t i, __mmask8 rows) {
    if (!node->row_weight) return _mm512_maskz_mov_pd(rows, _mm512_set1_pd(1));
    return _mm512_cvtepu32_pd(_mm256_maskz_loadu_epi32(rows, node->weights + i));
}

CA_LANES_INLINE __m512d whole_of(__m512d x) {
    const __m512d large = _mm512_set1_pd(0x1.8p52);
    return _mm512_sub_pd(_mm512_add_pd(x, large), large);
}

CA_LANES static double offsets(ca_random_node *node, ca_scoring scoring) {
    double *y = node->offset;
    __m512d least = _mm512_set1_pd(y[0]), most = least, weights = _mm512_setzero_pd(), sum = weights;
    for (int64_t i = 0; i < node->n; i += EIGHT) {
        __mmask8 rows = rows_at(node, i);
        __m512d v = _mm512_mask_loadu_pd(least, rows, y + i);
        least = _mm512_min_pd(v, least);
        most = _mm512_mask_max_pd(most, rows, v, most);
        weights = _mm512_add_pd(weights, weights_at(node, i, rows));
    }
    const double low = _mm512_reduce_min_pd(least), high = _mm512_reduce_max_pd(most);
    if (low == high) return 0;
    const double weight = node->row_weight ? _mm512_reduce_add_pd(weights) : (double)node->n;
    const ca_offsets o = ca_find_offsets(scoring, low, high, weight);
    const __m512d centre = _mm512_set1_pd(o.centre), scale = _mm512_set1_pd(o.scale);
    for (int64_t i = 0; i < node->n; i += EIGHT) {
        __mmask8 rows = rows_at(node, i);
        __m512d v = _mm512_sub_pd(_mm512_maskz_loadu_pd(rows, y + i), centre);
        v = whole_of(_mm512_mul_pd(v, scale));
        sum = _mm512_add_pd(sum, _mm512_mul_pd(weights_at(node, i, rows), v));
        _mm512_mask_storeu_pd(y + i, rows, v);
    }
    const double mean = scoring == CA_SCORE_POISSON ? 0 : ca_whole_of(_mm512_reduce_add_pd(sum) / weight);
    sum = _mm512_setzero_pd();
    for (int64_t i = 0; i < node->n; i += EIGHT) {
        __mmask8 rows = rows_at(node, i);
        __m512d v = _mm512_sub_pd(_mm512_maskz_loadu_pd(rows, y + i), _mm512_set1_pd(mean));
        v = _mm512_mul_pd(weights_at(node, i, rows), v);
        sum = _mm512_add_pd(sum, v);
        _mm512_mask_storeu_pd(y + i, rows, v);
    }
    node->total = (ca_pair){ _mm512_reduce_add_pd(sum), weight };
    return o.scale;
}

/* ---- Sides --------------------------------------------------------------------------------------------- */

/* As partition.c. */
CA_LANES static int64_t part(ca_random_node *node, int32_t lane) {
    const uint16_t *sides = node->sides + lane / SIXTEEN * node->most;
    const __m256i bit = _mm256_set1_epi16((short)(1u << lane % SIXTEEN));
    uint32_t *rows = node->rows, *spare = node->spare;
    int64_t n = node->n, n_left = 0, n_right = 0;
    for (int64_t i = 0; i < n; i += SIXTEEN) {
        const __mmask16 all = (__mmask16)(n - i < SIXTEEN ? (1u << (n - i)) - 1 : 0xffff);
        const __mmask16 left =
            _mm256_mask_test_epi16_mask(all, _mm256_maskz_loadu_epi16(all, sides + i), bit);
        const __mmask16 right = (__mmask16)(all & ~left);
        const __m512i row = _mm512_maskz_loadu_epi32(all, rows + i);
        const int lefts = __builtin_popcount(left);
        _mm512_mask_storeu_epi32(rows + n_left, (__mmask16)((1u << lefts) - 1),
                                 _mm512_maskz_compress_epi32(left, row));
        _mm512_storeu_si512(spare + n_right, _mm512_maskz_compress_epi32(right, row));
        n_left += lefts;
        n_right += __builtin_popcount(right);
    }
    memcpy(rows + n_left, spare, (size_t)n_right * sizeof *spare);
    return n_left;
}

const ca_random_kernels *ca_random_fastest(void) {
    static const ca_random_kernels kernels = { range,   pick,    draw, classes, more_classes,
                                               numbers, squares, gini, offsets, part };
    return ca_lanes_here() ? &kernels : ca_random_plain();
}

#else
const ca_random_kernels *ca_random_fastest(void) {
    return ca_random_plain();
}
#endif
