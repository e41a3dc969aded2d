/* Nodes of few rows need no order: each lane of a vector is the cut after the code of one row, and a row adds
 * itself to all lanes whose code is not below its own: a comparison and a masked addition. Sums are whole
 * numbers, so the lanes hold integers until the gains are computed. */
#include "tree/few_rows.h"

#include <math.h>

#include "base/run.h"

cauce_status ca_few_rows_begin(cauce_run *run, ca_search *s) {
    s->few = cauce_scratch(run, 1, sizeof *s->few);
    if (!s->few) return CA_NOMEM(run);
    if (s->scoring != CA_SCORE_SQUARES || s->constrained || s->plan->random_cuts || !s->whole)
        return CAUCE_OK;
    s->few->scan = ca_few_rows_fastest();
    s->few->two_classes = s->plan->n_classes > 0;
    if (s->few->scan) s->few->most = s->few->two_classes ? CA_FEW_ROWS : CA_FEW_ROWS / 2;
    return CAUCE_OK;
}

void ca_few_rows_load(ca_search *s) {
    ca_few_rows *few = s->few;
    few->loaded = s->n <= few->most && s->total.w < 0x1p16;
    if (!few->loaded) return;
    few->n = (int32_t)s->n;
    few->n_columns = 0;
    for (int32_t i = 0; i < few->n; i++) {
        few->sum[i] = (int64_t)s->pairs[i].s;
        few->weight[i] = (uint16_t)s->pairs[i].w;
        few->ones[i] = few->two_classes ? (uint16_t)few->sum[i] : 0;
    }
}

/* Copies the codes; whether they differ. */
#define TAKE_CODES(T)                                                                                        \
    do {                                                                                                     \
        const T *all = column->codes;                                                                        \
        for (int32_t i = 0; i < few->n; i++) {                                                               \
            codes[i] = all[s->rows[i]];                                                                      \
            differ |= codes[i] ^ codes[0];                                                                   \
        }                                                                                                    \
    } while (0)

/* Two rows part in one way only: the lowest column that tells them apart does it. */
static void offer_two_rows(const ca_search *s, const uint16_t *codes, int32_t feature, ca_cut *best) {
    bool first = codes[0] < codes[1];
    double gain = ca_squares(s->pairs[0], s->pairs[1]);
    if (gain < best->gain || (gain == best->gain && feature > best->feature)) return;
    *best = (ca_cut){ .gain = gain, .feature = feature, .code = codes[!first], .left = s->pairs[!first].w };
}

bool ca_few_rows_take(ca_search *s, const ca_bin_column *column, int32_t feature, ca_cut *best) {
    ca_few_rows *few = s->few;
    uint16_t *codes = few->codes[few->n_columns];
    int differ = 0;
    if (column->type == CA_BIN_U8)
        TAKE_CODES(uint8_t);
    else if (column->type == CA_BIN_U16)
        TAKE_CODES(uint16_t);
    else
        for (int32_t i = 0; i < few->n; i++) {
            codes[i] = ((const int32_t *)column->codes)[s->rows[i]] == column->level;
            differ |= codes[i] ^ codes[0];
        }
    if (!differ) return false;
    if (few->n == 2) {
        offer_two_rows(s, codes, feature, best);
        return true;
    }
    few->features[few->n_columns++] = feature;
    if (few->n_columns == CA_FEW_COLUMNS) ca_few_rows_finish(s, best);
    return true;
}

void ca_few_rows_finish(ca_search *s, ca_cut *best) {
    if (!s->few->loaded || s->few->n_columns == 0) return;
    s->few->scan(s->few, s->total, best);
    s->few->n_columns = 0;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* Without optimisation GCC's intrinsics are macros with conversions of their own. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

#define FEW_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define FEW_INLINE FEW_TARGET static inline __attribute__((always_inline))

/* The best cut of each of eight lanes: its gain, its column << 32 | code, what is left of it. */
typedef struct lanes {
    __m512d gain, left;
    __m512i key;
} lanes;

/* Eight cuts of a column. What has nothing to its right has no number as gain, which is never better. */
FEW_INLINE void offer_eight(lanes *best, __m512i sum, __m512i weight, __m512i key, __m512d total_s,
                            __m512d total_w) {
    __m512d ls = _mm512_cvtepi64_pd(sum), lw = _mm512_cvtepi64_pd(weight);
    __m512d rs = _mm512_sub_pd(total_s, ls), rw = _mm512_sub_pd(total_w, lw);
    __m512d l = _mm512_mul_pd(_mm512_mul_pd(ls, ls), rw), r = _mm512_mul_pd(_mm512_mul_pd(rs, rs), lw);
    __m512d gain = _mm512_div_pd(_mm512_add_pd(l, r), _mm512_mul_pd(lw, rw));
    __mmask8 more = _mm512_cmp_pd_mask(gain, best->gain, _CMP_GT_OQ);
    __mmask8 same = _mm512_cmp_pd_mask(gain, best->gain, _CMP_EQ_OQ);
    more |= _mm512_mask_cmplt_epu64_mask(same, key, best->key);
    best->gain = _mm512_mask_mov_pd(best->gain, more, gain);
    best->left = _mm512_mask_mov_pd(best->left, more, lw);
    best->key = _mm512_mask_mov_epi64(best->key, more, key);
}

/* The best lane, if it is better than the cut: by gain, then by column, then by code. */
FEW_TARGET static void take_best(const lanes *best, ca_cut *cut) {
    double gain = _mm512_reduce_max_pd(best->gain);
    if (gain < cut->gain || gain == -HUGE_VAL) return;
    __mmask8 top = _mm512_cmp_pd_mask(best->gain, _mm512_set1_pd(gain), _CMP_EQ_OQ);
    uint64_t key = _mm512_mask_reduce_min_epu64(top, best->key);
    int32_t feature = (int32_t)(key >> 32);
    if (gain == cut->gain && feature > cut->feature) return;
    top = _mm512_mask_cmpeq_epi64_mask(top, best->key, _mm512_set1_epi64((int64_t)key));
    *cut = (ca_cut){ .gain = gain,
                     .feature = feature,
                     .code = (uint32_t)key,
                     .left = _mm512_mask_reduce_max_pd(top, best->left) };
}

FEW_INLINE __m512i eight_of(__m512i words, int i) {
    __m128i part = i == 0   ? _mm512_castsi512_si128(words)
                   : i == 1 ? _mm512_extracti32x4_epi32(words, 1)
                   : i == 2 ? _mm512_extracti32x4_epi32(words, 2)
                            : _mm512_extracti32x4_epi32(words, 3);
    return _mm512_cvtepu16_epi64(part);
}

FEW_INLINE lanes no_lanes(void) {
    return (lanes){ _mm512_set1_pd(-HUGE_VAL), _mm512_setzero_pd(), _mm512_set1_epi64(-1) };
}

/* Lanes without a row have the largest code. */
FEW_INLINE __m512i read_lanes(const uint16_t *codes, int n) {
    __mmask32 rows = n < 32 ? (1u << n) - 1 : UINT32_MAX;
    return _mm512_mask_loadu_epi16(_mm512_set1_epi16(-1), rows, codes);
}

/* Numbers, up to 8 * eights <= 32 rows. */
FEW_INLINE void scan_numbers(const ca_few_rows *few, ca_pair total, ca_cut *cut, int eights) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    lanes best = no_lanes();
    for (int k = 0; k < few->n_columns; k++) {
        const uint16_t *codes = few->codes[k];
        __m512i lane = read_lanes(codes, few->n), weight = _mm512_setzero_si512(), sum[4];
        for (int i = 0; i < eights; i++) sum[i] = _mm512_setzero_si512();
        for (int j = 0; j < few->n; j++) {
            __mmask32 in = _mm512_cmple_epu16_mask(_mm512_set1_epi16((int16_t)codes[j]), lane);
            __m512i add = _mm512_set1_epi64(few->sum[j]);
            weight = _mm512_mask_add_epi16(weight, in, weight, _mm512_set1_epi16((int16_t)few->weight[j]));
            for (int i = 0; i < eights; i++)
                sum[i] = _mm512_mask_add_epi64(sum[i], (__mmask8)(in >> (8 * i)), sum[i], add);
        }
        __m512i feature = _mm512_set1_epi64((int64_t)few->features[k] << 32);
        for (int i = 0; i < eights; i++)
            offer_eight(&best, sum[i], eight_of(weight, i), _mm512_or_si512(feature, eight_of(lane, i)),
                        total_s, total_w);
    }
    take_best(&best, cut);
}

/* Two classes, up to 32 * vectors <= 64 rows. */
FEW_INLINE void scan_classes(const ca_few_rows *few, ca_pair total, ca_cut *cut, int vectors, int eights) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    lanes best = no_lanes();
    for (int k = 0; k < few->n_columns; k++) {
        const uint16_t *codes = few->codes[k];
        __m512i lane[2], weight[2], ones[2];
        for (int v = 0; v < vectors; v++) {
            lane[v] = read_lanes(codes + 32 * v, few->n - 32 * v);
            weight[v] = ones[v] = _mm512_setzero_si512();
        }
        for (int j = 0; j < few->n; j++) {
            __m512i code = _mm512_set1_epi16((int16_t)codes[j]);
            __m512i w = _mm512_set1_epi16((int16_t)few->weight[j]),
                    one = _mm512_set1_epi16((int16_t)few->ones[j]);
            for (int v = 0; v < vectors; v++) {
                __mmask32 in = _mm512_cmple_epu16_mask(code, lane[v]);
                weight[v] = _mm512_mask_add_epi16(weight[v], in, weight[v], w);
                ones[v] = _mm512_mask_add_epi16(ones[v], in, ones[v], one);
            }
        }
        __m512i feature = _mm512_set1_epi64((int64_t)few->features[k] << 32);
        for (int i = 0; i < eights; i++)
            offer_eight(&best, eight_of(ones[i / 4], i & 3), eight_of(weight[i / 4], i & 3),
                        _mm512_or_si512(feature, eight_of(lane[i / 4], i & 3)), total_s, total_w);
    }
    take_best(&best, cut);
}

FEW_TARGET static void scan_numbers_8(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 1);
}

FEW_TARGET static void scan_numbers_16(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 2);
}

FEW_TARGET static void scan_numbers_32(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 4);
}

FEW_TARGET static void scan_classes_8(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 1, 1);
}

FEW_TARGET static void scan_classes_16(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 1, 2);
}

FEW_TARGET static void scan_classes_32(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 1, 4);
}

FEW_TARGET static void scan_classes_64(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 2, 8);
}

static void scan_few_rows(const ca_few_rows *few, ca_pair total, ca_cut *best) {
    int size = few->n <= 8 ? 0 : few->n <= 16 ? 1 : few->n <= 32 ? 2 : 3;
    static ca_scan_few_rows *const numbers[] = { scan_numbers_8, scan_numbers_16, scan_numbers_32 };
    static ca_scan_few_rows *const classes[] = { scan_classes_8, scan_classes_16, scan_classes_32,
                                                 scan_classes_64 };
    (few->two_classes ? classes : numbers)[size](few, total, best);
}

ca_scan_few_rows *ca_few_rows_fastest(void) {
    bool able = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return able ? scan_few_rows : NULL;
}
#else
ca_scan_few_rows *ca_few_rows_fastest(void) {
    return NULL;
}
#endif
