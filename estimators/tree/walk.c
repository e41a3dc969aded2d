#include "tree/walk.h"

/* 1: right. With ONLY the distance from the code of the split must be 0, otherwise at most all there is above
 * it. */
static inline uint32_t goes_right(ca_scored_split split, ca_split_shape shape, const uint32_t *codes) {
    uint32_t code = (uint32_t)(split >> CA_SPLIT_FLAGS) & shape.code_mask;
    uint32_t x = codes[(uint32_t)(split >> shape.slot_shift) & shape.slot_mask];
    uint32_t not_only = (uint32_t)(split >> 2 & 1) - 1;
    return x - code <= (~code & not_only);
}

void ca_walk_plain(const ca_scored_split *splits, ca_split_shape shape, const uint32_t *codes,
                   uint32_t name_mask, int32_t n, uint64_t *at, uint64_t *ended) {
    while (n) {
        int32_t left = 0;
        for (int32_t i = 0; i < n; i++) {
            uint64_t walker = at[i];
            ca_scored_split split = splits[(uint32_t)walker];
            uint32_t right = goes_right(split, shape, codes + ((uint32_t)(walker >> 32) & name_mask));
            int32_t over = (int32_t)(split >> right & 1);
            uint64_t distance = split >> shape.child_shift;
            *ended = walker + 1 - distance + (right & (uint32_t)split);
            ended += over;
            at[left] = walker + distance + (right & ~(uint32_t)split);
            left += 1 - over;
        }
        n = left;
    }
}

uint64_t ca_walk_missing(const ca_scored_split *splits, ca_split_shape shape, const uint32_t *codes,
                         const uint8_t *missing, uint64_t at) {
    for (;;) {
        ca_scored_split split = splits[at];
        uint64_t distance = split >> shape.child_shift;
        bool lacks =
            codes[(uint32_t)(split >> shape.slot_shift) & shape.slot_mask] == (uint32_t)CA_WALK_MISSING;
        uint32_t right = lacks ? missing[at] : goes_right(split, shape, codes);
        if (split >> right & 1) return at + 1 - distance + (right & (uint32_t)split);
        at += distance + (right & ~(uint32_t)split);
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* Without optimisation GCC's gathers are macros with conversions of their own. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

/* Eight walkers at a time; the same integers. Gathers merge into zeros: without, each waits for the register
 * that the one before it wrote. */
__attribute__((target("avx512f,avx512vl,popcnt"))) static void
walk_avx512(const ca_scored_split *splits, ca_split_shape shape, const uint32_t *codes, uint32_t name_mask,
            int32_t n, uint64_t *at, uint64_t *ended) {
    const __m256i nothing = _mm256_setzero_si256();
    const __m512i zero = _mm512_setzero_si512();
    const __m512i one = _mm512_set1_epi64(1), low_half = _mm512_set1_epi64(UINT32_MAX);
    const __m512i names = _mm512_set1_epi64(name_mask), slots = _mm512_set1_epi64(shape.slot_mask);
    const __m128i slot_shift = _mm_cvtsi32_si128(shape.slot_shift);
    const __m128i child_shift = _mm_cvtsi32_si128(shape.child_shift);
    const __m256i code_mask = _mm256_set1_epi32((int32_t)shape.code_mask);
    while (n) {
        int32_t left = 0;
        for (int32_t i = 0; i < n; i += 8) {
            __mmask8 all = (__mmask8)(n - i < 8 ? (1 << (n - i)) - 1 : 255);
            __m512i walker = _mm512_maskz_loadu_epi64(all, at + i);
            __m512i number = _mm512_and_si512(walker, low_half);
            __m512i split = _mm512_mask_i64gather_epi64(zero, all, number, splits, 8);
            __m512i place = _mm512_and_si512(_mm512_srl_epi64(split, slot_shift), slots);
            place = _mm512_add_epi64(place, _mm512_and_si512(_mm512_srli_epi64(walker, 32), names));
            __m256i x = _mm512_mask_i64gather_epi32(nothing, all, place, codes, 4);
            __m256i code = _mm512_cvtepi64_epi32(_mm512_srli_epi64(split, CA_SPLIT_FLAGS));
            code = _mm256_and_si256(code, code_mask);
            __mmask8 only = _mm512_test_epi64_mask(split, _mm512_set1_epi64(CA_SPLIT_ONLY));
            __mmask8 left_leaf = _mm512_test_epi64_mask(split, _mm512_set1_epi64(CA_SPLIT_LEFT_LEAF));
            __mmask8 right_leaf = _mm512_test_epi64_mask(split, _mm512_set1_epi64(CA_SPLIT_RIGHT_LEAF));
            unsigned right = (_mm256_cmpge_epu32_mask(x, code) & ~(unsigned)only) |
                             (_mm256_cmpeq_epu32_mask(x, code) & only);
            unsigned over = ((right & right_leaf) | (~right & left_leaf)) & all, on = ~over & all;
            __m512i distance = _mm512_srl_epi64(split, child_shift);
            __m512i next = _mm512_add_epi64(walker, distance);
            next = _mm512_mask_add_epi64(next, (__mmask8)(right & ~(unsigned)left_leaf), next, one);
            __m512i leaf = _mm512_sub_epi64(_mm512_add_epi64(walker, one), distance);
            leaf = _mm512_mask_add_epi64(leaf, (__mmask8)(right & left_leaf), leaf, one);
            _mm512_storeu_si512(ended, _mm512_maskz_compress_epi64((__mmask8)over, leaf));
            ended += __builtin_popcount(over);
            _mm512_storeu_si512(at + left, _mm512_maskz_compress_epi64((__mmask8)on, next));
            int32_t more = left + __builtin_popcount(on);
            if (!name_mask) /* trees: each is elsewhere in memory */
                for (int32_t j = left; j < more; j++) __builtin_prefetch(splits + (uint32_t)at[j]);
            left = more;
        }
        n = left;
    }
}

ca_walk *ca_walk_fastest(void) {
    bool able = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("popcnt");
    return able ? walk_avx512 : ca_walk_plain;
}
#else
ca_walk *ca_walk_fastest(void) {
    return ca_walk_plain;
}
#endif
