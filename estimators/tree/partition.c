#include "tree/partition.h"

#include <stdbool.h>

int64_t ca_partition_plain(uint32_t *rows, const uint32_t *codes, int64_t n, uint32_t cut, uint32_t *right,
                           uint32_t *below, uint32_t *above) {
    uint32_t low = 0, high = UINT32_MAX;
    int64_t n_left = 0, n_right = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t row = rows[i], code = codes[i];
        bool left = code <= cut;
        rows[n_left] = row;
        right[n_right] = row;
        n_left += left;
        n_right += !left;
        low = left && code > low ? code : low;
        high = !left && code < high ? code : high;
    }
    *below = low;
    *above = high;
    return n_left;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* Without optimisation GCC's intrinsics are macros with conversions of their own. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

/* Sixteen rows at a time: compressed in registers (compressing into memory is slow on some processors), then
 * stored. What is stored at the front has been read before. */
__attribute__((target("avx512f,popcnt"))) static int64_t partition_avx512(uint32_t *rows,
                                                                          const uint32_t *codes, int64_t n,
                                                                          uint32_t cut, uint32_t *right,
                                                                          uint32_t *below, uint32_t *above) {
    const __m512i cuts = _mm512_set1_epi32((int)cut);
    __m512i low = _mm512_setzero_si512(), high = _mm512_set1_epi32(-1);
    int64_t n_left = 0, n_right = 0;
    for (int64_t i = 0; i < n; i += 16) {
        __mmask16 all = (__mmask16)(n - i < 16 ? (1u << (n - i)) - 1 : 0xffff);
        __m512i row = _mm512_maskz_loadu_epi32(all, rows + i),
                code = _mm512_maskz_loadu_epi32(all, codes + i);
        __mmask16 left = _mm512_mask_cmple_epu32_mask(all, code, cuts), other = (__mmask16)(all & ~left);
        int lefts = __builtin_popcount(left);
        low = _mm512_mask_max_epu32(low, left, low, code);
        high = _mm512_mask_min_epu32(high, other, high, code);
        _mm512_mask_storeu_epi32(rows + n_left, (__mmask16)((1u << lefts) - 1),
                                 _mm512_maskz_compress_epi32(left, row));
        _mm512_storeu_si512(right + n_right, _mm512_maskz_compress_epi32(other, row));
        n_left += lefts;
        n_right += __builtin_popcount(other);
    }
    *below = _mm512_reduce_max_epu32(low);
    *above = _mm512_reduce_min_epu32(high);
    return n_left;
}

ca_partition *ca_partition_fastest(void) {
    bool able = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("popcnt");
    return able ? partition_avx512 : ca_partition_plain;
}
#else
ca_partition *ca_partition_fastest(void) {
    return ca_partition_plain;
}
#endif
