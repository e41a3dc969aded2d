/* Walks with AVX2: the codes of up to 32 columns are held in four registers, those of more are read one by
 * one. */
#include "tree/clusters.h"
#include "tree/lanes.h"

#ifdef CA_HAVE_LANES

#define WALK_HERE __attribute__((target("avx2,bmi,bmi2")))
enum { IN_ONE = 8 };
typedef __m256i row_part;

#include "tree/clusters_lanes.h"

/* Reads on behind the codes of the row, up to CA_CLUSTER_CODES_SLACK; no split asks for them. */
LANES_INLINE row_codes row_at(const uint32_t *codes, int32_t n_codes, row_form form) {
    const __m256i zero = _mm256_setzero_si256();
    row_codes row = { { zero, zero, zero, zero }, codes };
    (void)n_codes;
    for (int i = 0; i < (int)form; i++)
        row.part[i] = _mm256_loadu_si256((const __m256i *)(const void *)(codes + IN_ONE * i));
    return row;
}

/* What is at these places of 16: the fourth bit says in which part. */
LANES_INLINE __m256i pick(const row_codes *row, int part, __m256i at) {
    const __m256 low = _mm256_castsi256_ps(_mm256_permutevar8x32_epi32(row->part[part], at));
    const __m256 high = _mm256_castsi256_ps(_mm256_permutevar8x32_epi32(row->part[part + 1], at));
    return _mm256_castps_si256(_mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(at, 28))));
}

LANES_INLINE __m256i seven_of(const ca_cluster *cluster, const uint32_t *codes) {
    const uint8_t *slot = cluster->slot;
    return _mm256_setr_epi32((int)codes[slot[0]], (int)codes[slot[1]], (int)codes[slot[2]],
                             (int)codes[slot[3]], (int)codes[slot[4]], (int)codes[slot[5]],
                             (int)codes[slot[6]], 0);
}

/* The eighth answer is of no split. */
LANES_INLINE uint32_t answers_of(const ca_cluster *cluster, const row_codes *row, row_form form,
                                 bool has_only) {
    const __m256i at = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)cluster->slot));
    __m256i x;
    if (form == READ) {
        x = seven_of(cluster, row->codes);
    } else if (form == NARROW) {
        x = _mm256_permutevar8x32_epi32(row->part[0], at);
    } else {
        x = pick(row, 0, at);
        if (form == WIDEST)
            x = _mm256_castps_si256(_mm256_blendv_ps(_mm256_castsi256_ps(x),
                                                     _mm256_castsi256_ps(pick(row, 2, at)),
                                                     _mm256_castsi256_ps(_mm256_slli_epi32(at, 27))));
    }
    const __m256i code = _mm256_loadu_si256((const __m256i *)(const void *)cluster->code);
    const __m256i not_below = _mm256_cmpeq_epi32(_mm256_max_epu32(x, code), x);
    uint32_t right = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(not_below));
    if (has_only) {
        const __m256i equal = _mm256_cmpeq_epi32(x, code);
        right = (right & ~(uint32_t)cluster->only) |
                ((uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(equal)) & cluster->only);
    }
    return right;
}

#include "tree/clusters_walk.h"

LANES_WALKS(ca_cluster_walks_avx2,
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
#else
ca_cluster_walks ca_cluster_walks_avx2(int64_t n_codes, bool has_only) {
    (void)n_codes, (void)has_only;
    return (ca_cluster_walks){ NULL, NULL };
}
#endif
