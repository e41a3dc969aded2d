/* Walks with AVX-512: the codes of up to 64 columns are held in four registers. */
#include "tree/clusters.h"
#include "tree/lanes.h"

#ifdef CA_HAVE_LANES

#define WALK_HERE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2")))
enum { IN_ONE = 16 };
typedef __m512i row_part;

#include "tree/clusters_lanes.h"

LANES_INLINE row_codes row_at(const uint32_t *codes, int32_t n_codes, row_form form) {
    const __m512i zero = _mm512_setzero_si512();
    row_codes row = { { zero, zero, zero, zero }, codes };
    for (int i = 0; i < (int)form; i++) {
        const int32_t n = n_codes - IN_ONE * i;
        const __mmask16 there = (__mmask16)(n >= IN_ONE ? UINT16_MAX : n > 0 ? (1 << n) - 1 : 0);
        row.part[i] = _mm512_maskz_loadu_epi32(there, codes + (n > 0 ? IN_ONE * i : 0));
    }
    return row;
}

LANES_INLINE __m256i pick(const row_codes *row, int part, __m256i at) {
    return _mm512_castsi512_si256(
        _mm512_permutex2var_epi32(row->part[part], _mm512_castsi256_si512(at), row->part[part + 1]));
}

/* The eighth answer is of no split. */
LANES_INLINE uint32_t answers_of(const ca_cluster *cluster, const row_codes *row, row_form form,
                                 bool has_only) {
    const __m128i slots = _mm_loadl_epi64((const __m128i *)(const void *)cluster->slot);
    const __m256i at = _mm256_cvtepu8_epi32(slots), nothing = _mm256_setzero_si256();
    __m256i x;
    if (form == READ) {
        x = _mm256_mmask_i32gather_epi32(nothing, 127, at, (const int *)(const void *)row->codes, 4);
    } else if (form == NARROW) {
        x = _mm512_castsi512_si256(_mm512_permutexvar_epi32(_mm512_castsi256_si512(at), row->part[0]));
    } else {
        x = pick(row, 0, at);
        if (form == WIDEST)
            x = _mm256_mask_mov_epi32(x, _mm256_test_epi32_mask(at, _mm256_set1_epi32(32)), pick(row, 2, at));
    }
    const __m256i code = _mm256_loadu_si256((const __m256i *)(const void *)cluster->code);
    uint32_t right = _mm256_cmpge_epu32_mask(x, code);
    if (has_only)
        right = (right & ~(uint32_t)cluster->only) | (_mm256_cmpeq_epu32_mask(x, code) & cluster->only);
    return right;
}

#include "tree/clusters_walk.h"

LANES_WALKS(ca_cluster_walks_avx512,
            ca_lanes_here() && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
#else
ca_cluster_walks ca_cluster_walks_avx512(int64_t n_codes, bool has_only) {
    (void)n_codes, (void)has_only;
    return (ca_cluster_walks){ NULL, NULL };
}
#endif
