/* Eight cuts side by side, for the files that search with AVX-512. */
#ifndef CA_TREE_LANES_H
#define CA_TREE_LANES_H

#include "tree/split.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define CA_HAVE_LANES 1

#include <immintrin.h>
#include <math.h>

/* Without optimisation GCC's intrinsics are macros with conversions of their own. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

#define CA_LANES        __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define CA_LANES_INLINE CA_LANES static inline __attribute__((always_inline))

static inline bool ca_lanes_here(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/* The best cut of each lane: its gain, its column << 32 | code, what is left of it. */
typedef struct ca_lanes {
    __m512d gain, left;
    __m512i key;
} ca_lanes;

CA_LANES_INLINE ca_lanes ca_no_lanes(void) {
    return (ca_lanes){ _mm512_set1_pd(-HUGE_VAL), _mm512_setzero_pd(), _mm512_set1_epi64(-1) };
}

/* s^2 (W - w) + (S - s)^2 w: the gain times w (W - w). */
CA_LANES_INLINE __m512d ca_lanes_over(__m512d s, __m512d w, __m512d total_s, __m512d total_w) {
    __m512d rest_s = _mm512_sub_pd(total_s, s), rest_w = _mm512_sub_pd(total_w, w);
    return _mm512_add_pd(_mm512_mul_pd(_mm512_mul_pd(s, s), rest_w),
                         _mm512_mul_pd(_mm512_mul_pd(rest_s, rest_s), w));
}

CA_LANES_INLINE __m512d ca_lanes_gain(__m512d s, __m512d w, __m512d total_s, __m512d total_w) {
    return _mm512_div_pd(ca_lanes_over(s, w, total_s, total_w), _mm512_mul_pd(w, _mm512_sub_pd(total_w, w)));
}

/* Eight cuts. What has nothing to its right has no number as gain, which is never better. */
CA_LANES_INLINE void ca_lanes_offer_gain(ca_lanes *best, __m512d gain, __m512d w, __m512i key) {
    __mmask8 more = _mm512_cmp_pd_mask(gain, best->gain, _CMP_GT_OQ);
    __mmask8 same = _mm512_cmp_pd_mask(gain, best->gain, _CMP_EQ_OQ);
    more |= _mm512_mask_cmplt_epu64_mask(same, key, best->key);
    best->gain = _mm512_mask_mov_pd(best->gain, more, gain);
    best->left = _mm512_mask_mov_pd(best->left, more, w);
    best->key = _mm512_mask_mov_epi64(best->key, more, key);
}

CA_LANES_INLINE void ca_lanes_offer(ca_lanes *best, __m512d s, __m512d w, __m512i key, __m512d total_s,
                                    __m512d total_w) {
    ca_lanes_offer_gain(best, ca_lanes_gain(s, w, total_s, total_w), w, key);
}

/* The best lane, if it is better than the cut: by gain, then by column, then by code. */
CA_LANES_INLINE void ca_lanes_take(const ca_lanes *best, ca_cut *cut) {
    double gain = _mm512_reduce_max_pd(best->gain);
    if (gain < cut->gain || gain == -HUGE_VAL) return;
    __mmask8 top = _mm512_cmp_pd_mask(best->gain, _mm512_set1_pd(gain), _CMP_EQ_OQ);
    uint64_t key = _mm512_mask_reduce_min_epu64(top, best->key);
    int32_t feature = (int32_t)(key >> 32);
    uint32_t code = (uint32_t)key;
    if (gain == cut->gain && (feature > cut->feature || (feature == cut->feature && code >= cut->code)))
        return;
    top = _mm512_mask_cmpeq_epi64_mask(top, best->key, _mm512_set1_epi64((int64_t)key));
    *cut = (ca_cut){
        .gain = gain, .feature = feature, .code = code, .left = _mm512_mask_reduce_max_pd(top, best->left)
    };
}

#endif
#endif
