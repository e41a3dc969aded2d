/* Nodes of few rows need no order: each lane of a vector is the cut after the code of one row, and a row adds
 * itself to all lanes whose code is not below its own: a comparison and a masked addition. Sums are whole
 * numbers, so the lanes hold integers until the gains are computed. */
#include "tree/few_rows.h"
#include "tree/lanes.h"

#ifdef CA_HAVE_LANES

CA_LANES_INLINE __m512i eight_of(__m512i words, int i) {
    __m128i part = i == 0   ? _mm512_castsi512_si128(words)
                   : i == 1 ? _mm512_extracti32x4_epi32(words, 1)
                   : i == 2 ? _mm512_extracti32x4_epi32(words, 2)
                            : _mm512_extracti32x4_epi32(words, 3);
    return _mm512_cvtepu16_epi64(part);
}

/* Lanes without a row have the largest code. */
CA_LANES_INLINE __m512i read_lanes(const uint16_t *codes, int n) {
    __mmask32 rows = n < 32 ? (1u << n) - 1 : UINT32_MAX;
    return _mm512_mask_loadu_epi16(_mm512_set1_epi16(-1), rows, codes);
}

CA_LANES_INLINE __m512i read_long_lanes(const uint32_t *codes, int n) {
    __mmask16 rows = n >= 16 ? 0xffff : n <= 0 ? 0 : (__mmask16)((1u << n) - 1);
    return _mm512_mask_loadu_epi32(_mm512_set1_epi32(-1), rows, codes);
}

/* The codes of a column that the lanes stand for. What is constant where it is called (in_long, eights) is
 * nothing to decide at run time. */
typedef struct row_lanes {
    const uint16_t *codes;
    const uint32_t *long_codes;
    __m512i at[4];
} row_lanes;

CA_LANES_INLINE void begin_lanes(const ca_few_rows *few, int k, int eights, bool in_long, row_lanes *lanes) {
    lanes->codes = few->codes[k];
    lanes->long_codes = few->long_codes[k];
    for (int v = 0; v < (in_long ? (eights + 1) / 2 : (eights + 3) / 4); v++)
        lanes->at[v] = in_long ? read_long_lanes(lanes->long_codes + 16 * v, few->n - 16 * v)
                               : read_lanes(lanes->codes + 32 * v, few->n - 32 * v);
}

/* The lanes 32 v .. 32 v + 31 that row j is left of. */
CA_LANES_INLINE __mmask32 left_of(const row_lanes *lanes, int j, int v, int eights, bool in_long) {
    if (!in_long) return _mm512_cmple_epu16_mask(_mm512_set1_epi16((int16_t)lanes->codes[j]), lanes->at[v]);
    __m512i code = _mm512_set1_epi32((int32_t)lanes->long_codes[j]);
    __mmask32 in = _mm512_cmple_epu32_mask(code, lanes->at[2 * v]);
    if (eights > 2) in |= (__mmask32)_mm512_cmple_epu32_mask(code, lanes->at[2 * v + 1]) << 16;
    return in;
}

/* The keys of the lanes 8 i .. 8 i + 7. */
CA_LANES_INLINE __m512i keys_of(const ca_few_rows *few, const row_lanes *lanes, int k, int i, bool in_long) {
    int32_t feature = in_long ? few->long_features[k] : few->features[k];
    __m512i codes;
    if (in_long)
        codes = _mm512_cvtepu32_epi64(i & 1 ? _mm512_extracti64x4_epi64(lanes->at[i / 2], 1)
                                            : _mm512_castsi512_si256(lanes->at[i / 2]));
    else
        codes = eight_of(lanes->at[i / 4], i & 3);
    return _mm512_or_si512(_mm512_set1_epi64((int64_t)feature << 32), codes);
}

/* Numbers, up to 8 * eights <= 64 rows. */
CA_LANES_INLINE void scan_numbers(const ca_few_rows *few, ca_pair total, ca_cut *cut, int eights, bool bases,
                                  bool in_long) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    const int vectors = (eights + 3) / 4, n_columns = in_long ? few->n_long : few->n_columns;
    ca_lanes best = ca_no_lanes();
    for (int k = 0; k < n_columns; k++) {
        row_lanes lanes;
        __m512i weight[2], sum[8];
        begin_lanes(few, k, eights, in_long, &lanes);
        for (int v = 0; v < vectors; v++)
            weight[v] = bases ? _mm512_loadu_si512(few->base_weight + 32 * v) : _mm512_setzero_si512();
        for (int i = 0; i < eights; i++)
            sum[i] = bases ? _mm512_loadu_si512(few->base_sum + 8 * i) : _mm512_setzero_si512();
        for (int j = 0; j < few->n; j++) {
            __m512i add = _mm512_set1_epi64(few->sum[j]), w = _mm512_set1_epi16((int16_t)few->weight[j]);
            __mmask32 in[2];
            for (int v = 0; v < vectors; v++) {
                in[v] = left_of(&lanes, j, v, eights, in_long);
                weight[v] = _mm512_mask_add_epi16(weight[v], in[v], weight[v], w);
            }
            for (int i = 0; i < eights; i++)
                sum[i] = _mm512_mask_add_epi64(sum[i], (__mmask8)(in[i / 4] >> (8 * (i & 3))), sum[i], add);
        }
        for (int i = 0; i < eights; i++)
            ca_lanes_offer(&best, _mm512_cvtepi64_pd(sum[i]),
                           _mm512_cvtepi64_pd(eight_of(weight[i / 4], i & 3)),
                           keys_of(few, &lanes, k, i, in_long), total_s, total_w);
    }
    ca_lanes_take(&best, cut);
}

/* Two classes. */
CA_LANES_INLINE void scan_classes(const ca_few_rows *few, ca_pair total, ca_cut *cut, int eights,
                                  bool in_long) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    const int vectors = (eights + 3) / 4, n_columns = in_long ? few->n_long : few->n_columns;
    ca_lanes best = ca_no_lanes();
    for (int k = 0; k < n_columns; k++) {
        row_lanes lanes;
        __m512i weight[2], ones[2];
        begin_lanes(few, k, eights, in_long, &lanes);
        for (int v = 0; v < vectors; v++) weight[v] = ones[v] = _mm512_setzero_si512();
        for (int j = 0; j < few->n; j++) {
            __m512i w = _mm512_set1_epi16((int16_t)few->weight[j]),
                    one = _mm512_set1_epi16((int16_t)few->ones[j]);
            for (int v = 0; v < vectors; v++) {
                __mmask32 in = left_of(&lanes, j, v, eights, in_long);
                weight[v] = _mm512_mask_add_epi16(weight[v], in, weight[v], w);
                ones[v] = _mm512_mask_add_epi16(ones[v], in, ones[v], one);
            }
        }
        for (int i = 0; i < eights; i++)
            ca_lanes_offer(&best, _mm512_cvtepi64_pd(eight_of(ones[i / 4], i & 3)),
                           _mm512_cvtepi64_pd(eight_of(weight[i / 4], i & 3)),
                           keys_of(few, &lanes, k, i, in_long), total_s, total_w);
    }
    ca_lanes_take(&best, cut);
}

/* Many classes: when the rows of one have been counted, their squares are added to those of both sides. */
CA_LANES_INLINE void scan_many(const ca_few_rows *few, ca_pair total, ca_cut *cut, int eights, bool in_long) {
    const __m512d total_w = _mm512_set1_pd(total.w);
    const int vectors = (eights + 3) / 4, n_columns = in_long ? few->n_long : few->n_columns;
    ca_lanes best = ca_no_lanes();
    for (int k = 0; k < n_columns; k++) {
        row_lanes lanes;
        __m512i weight[2], left[2], right[2];
        begin_lanes(few, k, eights, in_long, &lanes);
        for (int v = 0; v < vectors; v++) weight[v] = left[v] = right[v] = _mm512_setzero_si512();
        for (int run = 0, j = 0; run < few->n_runs; run++) {
            __m512i count[2] = { _mm512_setzero_si512(), _mm512_setzero_si512() };
            for (; j < few->run_end[run]; j++) {
                __m512i w = _mm512_set1_epi16((int16_t)few->weight[j]);
                for (int v = 0; v < vectors; v++)
                    count[v] =
                        _mm512_mask_add_epi16(count[v], left_of(&lanes, j, v, eights, in_long), count[v], w);
            }
            for (int v = 0; v < vectors; v++) {
                __m512i rest = _mm512_sub_epi16(_mm512_set1_epi16((int16_t)few->run_weight[run]), count[v]);
                weight[v] = _mm512_add_epi16(weight[v], count[v]);
                left[v] = _mm512_add_epi16(left[v], _mm512_mullo_epi16(count[v], count[v]));
                right[v] = _mm512_add_epi16(right[v], _mm512_mullo_epi16(rest, rest));
            }
        }
        for (int i = 0; i < eights; i++) {
            __m512d w = _mm512_cvtepi64_pd(eight_of(weight[i / 4], i & 3));
            __m512d l = _mm512_cvtepi64_pd(eight_of(left[i / 4], i & 3));
            __m512d r = _mm512_cvtepi64_pd(eight_of(right[i / 4], i & 3));
            __m512d gain = _mm512_add_pd(_mm512_div_pd(l, w), _mm512_div_pd(r, _mm512_sub_pd(total_w, w)));
            ca_lanes_offer_gain(&best, gain, w, keys_of(few, &lanes, k, i, in_long));
        }
    }
    ca_lanes_take(&best, cut);
}

/* A function for each size: the loops over lanes are unrolled, the sums stay in registers. */
#define BY_SIZE(NAME, SCAN, ...)                                                                             \
    CA_LANES static void NAME##_8(const ca_few_rows *few, ca_pair total, ca_cut *cut) {                      \
        SCAN(few, total, cut, 1, __VA_ARGS__);                                                               \
    }                                                                                                        \
    CA_LANES static void NAME##_16(const ca_few_rows *few, ca_pair total, ca_cut *cut) {                     \
        SCAN(few, total, cut, 2, __VA_ARGS__);                                                               \
    }                                                                                                        \
    CA_LANES static void NAME##_32(const ca_few_rows *few, ca_pair total, ca_cut *cut) {                     \
        SCAN(few, total, cut, 4, __VA_ARGS__);                                                               \
    }                                                                                                        \
    CA_LANES static void NAME##_64(const ca_few_rows *few, ca_pair total, ca_cut *cut) {                     \
        SCAN(few, total, cut, 8, __VA_ARGS__);                                                               \
    }                                                                                                        \
    static void NAME(const ca_few_rows *few, ca_pair total, ca_cut *cut) {                                   \
        (few->n <= 8    ? NAME##_8                                                                           \
         : few->n <= 16 ? NAME##_16                                                                          \
         : few->n <= 32 ? NAME##_32                                                                          \
                        : NAME##_64)(few, total, cut);                                                       \
    }
BY_SIZE(short_numbers, scan_numbers, false, false)
BY_SIZE(long_numbers, scan_numbers, false, true)
BY_SIZE(short_open, scan_numbers, true, false)
BY_SIZE(long_open, scan_numbers, true, true)
BY_SIZE(short_classes, scan_classes, false)
BY_SIZE(long_classes, scan_classes, true)
BY_SIZE(short_many, scan_many, false)
BY_SIZE(long_many, scan_many, true)

static void scan_few_rows(const ca_few_rows *few, ca_pair total, ca_cut *best) {
    ca_scan_few_rows *in_short = few->many_classes  ? short_many
                                 : few->two_classes ? short_classes
                                                    : short_numbers;
    ca_scan_few_rows *in_long = few->many_classes  ? long_many
                                : few->two_classes ? long_classes
                                                   : long_numbers;
    if (few->n_columns) in_short(few, total, best);
    if (few->n_long) in_long(few, total, best);
}

static void scan_open_rows(const ca_few_rows *few, ca_pair total, ca_cut *best) {
    if (few->n_columns) short_open(few, total, best);
    if (few->n_long) long_open(few, total, best);
}

CA_LANES static bool pick_codes(const uint16_t *from, const uint16_t *index, int32_t n, uint16_t *codes) {
    const __m512i low = _mm512_loadu_si512(from), high = _mm512_loadu_si512(from + 32);
    const __m512i first = _mm512_set1_epi16((int16_t)from[index[0]]);
    bool differ = false;
    for (int32_t i = 0; i < n; i += 32) {
        __mmask32 rows = n - i < 32 ? (1u << (n - i)) - 1 : UINT32_MAX;
        __m512i picked = _mm512_permutex2var_epi16(low, _mm512_loadu_si512(index + i), high);
        differ |= _mm512_mask_cmpneq_epi16_mask(rows, picked, first) != 0;
        _mm512_storeu_si512(codes + i, picked);
    }
    return differ;
}

CA_LANES static bool pick_long_codes(const uint32_t *from, const uint16_t *index, int32_t n,
                                     uint32_t *codes) {
    const __m512i a = _mm512_loadu_si512(from), b = _mm512_loadu_si512(from + 16),
                  c = _mm512_loadu_si512(from + 32), d = _mm512_loadu_si512(from + 48);
    const __m512i first = _mm512_set1_epi32((int32_t)from[index[0]]), half = _mm512_set1_epi32(32);
    bool differ = false;
    for (int32_t i = 0; i < n; i += 16) {
        __mmask16 rows = (__mmask16)(n - i < 16 ? (1u << (n - i)) - 1 : 0xffff);
        __m512i at = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(index + i)));
        __m512i picked =
            _mm512_mask_blend_epi32(_mm512_test_epi32_mask(at, half), _mm512_permutex2var_epi32(a, at, b),
                                    _mm512_permutex2var_epi32(c, at, d));
        differ |= _mm512_mask_cmpneq_epi32_mask(rows, picked, first) != 0;
        _mm512_storeu_si512(codes + i, picked);
    }
    return differ;
}

ca_scan_few_rows *ca_few_rows_fastest(void) {
    return ca_lanes_here() ? scan_few_rows : NULL;
}

ca_scan_few_rows *ca_few_rows_open(void) {
    return ca_lanes_here() ? scan_open_rows : NULL;
}

ca_pick_few_rows *ca_few_rows_pick(void) {
    return ca_lanes_here() ? pick_codes : NULL;
}

ca_pick_long_codes *ca_few_rows_pick_long(void) {
    return ca_lanes_here() ? pick_long_codes : NULL;
}
#else
ca_scan_few_rows *ca_few_rows_fastest(void) {
    return NULL;
}

ca_scan_few_rows *ca_few_rows_open(void) {
    return NULL;
}

ca_pick_few_rows *ca_few_rows_pick(void) {
    return NULL;
}

ca_pick_long_codes *ca_few_rows_pick_long(void) {
    return NULL;
}
#endif
