#include "math/near.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define CA_HAVE_WIDE 1
#include <immintrin.h>
#endif

enum near_kind { SQUARES, SIZES, LARGEST };

/* ---- For any CPU --------------------------------------------------------------------------------------- */

static uint32_t compare(float limit, const float sums[CA_TILE]) {
    uint32_t near = 0;
    for (int i = 0; i < CA_TILE; i++) near |= (uint32_t)(!(sums[i] > limit)) << i;
    return near;
}

static inline uint64_t near_plain(enum near_kind kind, int64_t n, const float *const cells[2],
                                  const float *tile, const float limit[2], float sums[2 * CA_TILE]) {
    memset(sums, 0, 2 * CA_TILE * sizeof *sums);
    for (int64_t c = 0; c < n; c++)
        for (int q = 0; q < 2; q++)
            for (int i = 0; i < CA_TILE; i++) {
                float d = cells[q][c] - tile[c * CA_TILE + i], *s = &sums[q * CA_TILE + i];
                if (kind == SQUARES) *s += d * d;
                if (kind == SIZES) *s += fabsf(d);
                if (kind == LARGEST) *s = fabsf(d) > *s ? fabsf(d) : *s;
            }
    return compare(limit[0], sums) | (uint64_t)compare(limit[1], sums + CA_TILE) << CA_TILE;
}

static inline float masked(float x, float mask) {
    uint32_t a, b;
    memcpy(&a, &x, sizeof a);
    memcpy(&b, &mask, sizeof b);
    a &= b;
    memcpy(&x, &a, sizeof a);
    return x;
}

static uint32_t holes_plain(int64_t n, const float *cells, const int32_t *columns, const float *tile,
                            const float *masks, float limit, float sums[CA_TILE]) {
    memset(sums, 0, CA_TILE * sizeof *sums);
    for (int64_t c = 0; c < n; c++) {
        const float *y = tile + (int64_t)columns[c] * CA_TILE, *mask = masks + (int64_t)columns[c] * CA_TILE;
        for (int i = 0; i < CA_TILE; i++) {
            float d = masked(cells[c] - y[i], mask[i]);
            sums[i] += d * d;
        }
    }
    return compare(limit, sums);
}

static uint64_t coarse_plain(int64_t n_pairs, const int32_t *const cells[2], const int16_t *tile,
                             const int32_t *squares, const int32_t limit[2], int32_t left[2 * CA_TILE]) {
    uint64_t near = 0;
    memset(left, 0, 2 * CA_TILE * sizeof *left);
    for (int64_t c = 0; c < n_pairs; c++, tile += 2 * CA_TILE)
        for (int q = 0; q < 2; q++) {
            int16_t x[2];
            memcpy(x, &cells[q][c], sizeof x);
            for (int i = 0; i < CA_TILE; i++)
                left[q * CA_TILE + i] += x[0] * tile[2 * i] + x[1] * tile[2 * i + 1];
        }
    for (int i = 0; i < 2 * CA_TILE; i++) {
        left[i] = squares[i % CA_TILE] - 2 * left[i];
        near |= (uint64_t)(left[i] <= limit[i / CA_TILE]) << i;
    }
    return near;
}

/* ---- Eight floats at a time ---------------------------------------------------------------------------- */

#ifdef CA_HAVE_WIDE

enum { VECTORS = CA_TILE / 8 };

#define CA_FMA __attribute__((target("avx2,fma")))

CA_FMA static inline __m256 add_difference(enum near_kind kind, __m256 s, __m256 x, __m256 y) {
    __m256 d = _mm256_sub_ps(x, y);
    if (kind == SQUARES) return _mm256_fmadd_ps(d, d, s);
    d = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), d);
    return kind == SIZES ? _mm256_add_ps(s, d) : _mm256_max_ps(s, d);
}

CA_FMA static inline uint32_t compare_wide(float limit, const __m256 s[VECTORS], float sums[CA_TILE]) {
    const __m256 most = _mm256_set1_ps(limit);
    uint32_t near = 0;
    for (int i = 0; i < VECTORS; i++) {
        _mm256_storeu_ps(sums + 8 * i, s[i]);
        near |= (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(s[i], most, _CMP_NGT_UQ)) << (8 * i);
    }
    return near;
}

/* Two rows: eight sums hide the latency of the additions, and a row of the tile is read once for both. */
CA_FMA static inline uint64_t near_wide(enum near_kind kind, int64_t n, const float *const cells[2],
                                        const float *tile, const float limit[2], float sums[2 * CA_TILE]) {
    const float *first = cells[0], *second = cells[1];
    __m256 a[VECTORS], b[VECTORS];
    for (int i = 0; i < VECTORS; i++) a[i] = b[i] = _mm256_setzero_ps();
    for (int64_t c = 0; c < n; c++, tile += CA_TILE) {
        __m256 x = _mm256_set1_ps(first[c]), z = _mm256_set1_ps(second[c]);
        for (int i = 0; i < VECTORS; i++) {
            __m256 y = _mm256_loadu_ps(tile + 8 * i);
            a[i] = add_difference(kind, a[i], x, y);
            b[i] = add_difference(kind, b[i], z, y);
        }
    }
    return compare_wide(limit[0], a, sums) | (uint64_t)compare_wide(limit[1], b, sums + CA_TILE) << CA_TILE;
}

#define CA_NEAR(kind)                                                                                        \
    CA_FMA static uint64_t wide_##kind(int64_t n, const float *const cells[2], const float *tile,            \
                                       const float limit[2], float sums[2 * CA_TILE]) {                      \
        return near_wide(kind, n, cells, tile, limit, sums);                                                 \
    }
CA_NEAR(SQUARES)
CA_NEAR(SIZES)
CA_NEAR(LARGEST)

CA_FMA static uint32_t holes_wide(int64_t n, const float *cells, const int32_t *columns, const float *tile,
                                  const float *masks, float limit, float sums[CA_TILE]) {
    __m256 s[VECTORS];
    for (int i = 0; i < VECTORS; i++) s[i] = _mm256_setzero_ps();
    for (int64_t c = 0; c < n; c++) {
        const float *y = tile + (int64_t)columns[c] * CA_TILE, *mask = masks + (int64_t)columns[c] * CA_TILE;
        __m256 x = _mm256_set1_ps(cells[c]);
        for (int i = 0; i < VECTORS; i++) {
            __m256 d = _mm256_sub_ps(x, _mm256_loadu_ps(y + 8 * i));
            d = _mm256_and_ps(d, _mm256_loadu_ps(mask + 8 * i));
            s[i] = _mm256_fmadd_ps(d, d, s[i]);
        }
    }
    return compare_wide(limit, s, sums);
}

CA_FMA static inline uint32_t compare_coarse(int32_t limit, const __m256i s[VECTORS], const int32_t *squares,
                                             int32_t left[CA_TILE]) {
    const __m256i most = _mm256_set1_epi32(limit);
    uint32_t far = 0;
    for (int i = 0; i < VECTORS; i++) {
        __m256i square = _mm256_loadu_si256((const __m256i *)(const void *)(squares + 8 * i));
        __m256i x = _mm256_sub_epi32(square, _mm256_slli_epi32(s[i], 1));
        _mm256_storeu_si256((__m256i *)(void *)(left + 8 * i), x);
        far |= (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(x, most))) << (8 * i);
    }
    return ~far;
}

CA_FMA static uint64_t coarse_wide(int64_t n_pairs, const int32_t *const cells[2], const int16_t *tile,
                                   const int32_t *squares, const int32_t limit[2],
                                   int32_t left[2 * CA_TILE]) {
    const int32_t *first = cells[0], *second = cells[1];
    __m256i a[VECTORS], b[VECTORS];
    for (int i = 0; i < VECTORS; i++) a[i] = b[i] = _mm256_setzero_si256();
    for (int64_t c = 0; c < n_pairs; c++, tile += 2 * CA_TILE) {
        __m256i x = _mm256_set1_epi32(first[c]), z = _mm256_set1_epi32(second[c]);
        for (int i = 0; i < VECTORS; i++) {
            __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(tile + 16 * i));
            a[i] = _mm256_add_epi32(a[i], _mm256_madd_epi16(x, y));
            b[i] = _mm256_add_epi32(b[i], _mm256_madd_epi16(z, y));
        }
    }
    return compare_coarse(limit[0], a, squares, left) |
           (uint64_t)compare_coarse(limit[1], b, squares, left + CA_TILE) << CA_TILE;
}

static inline int has_wide(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#define CA_CHOOSE(wide, plain) (has_wide() ? wide : plain)
#else
#define CA_CHOOSE(wide, plain) (plain)
#endif

uint64_t ca_near_squares(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                         float sums[2 * CA_TILE]) {
    return CA_CHOOSE(wide_SQUARES(n, cells, tile, limit, sums),
                     near_plain(SQUARES, n, cells, tile, limit, sums));
}

uint64_t ca_near_sizes(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                       float sums[2 * CA_TILE]) {
    return CA_CHOOSE(wide_SIZES(n, cells, tile, limit, sums), near_plain(SIZES, n, cells, tile, limit, sums));
}

uint64_t ca_near_largest(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                         float sums[2 * CA_TILE]) {
    return CA_CHOOSE(wide_LARGEST(n, cells, tile, limit, sums),
                     near_plain(LARGEST, n, cells, tile, limit, sums));
}

uint32_t ca_near_holes(int64_t n, const float *cells, const int32_t *columns, const float *tile,
                       const float *masks, float limit, float sums[CA_TILE]) {
    return CA_CHOOSE(holes_wide(n, cells, columns, tile, masks, limit, sums),
                     holes_plain(n, cells, columns, tile, masks, limit, sums));
}

uint64_t ca_near_coarse(int64_t n_pairs, const int32_t *const cells[2], const int16_t *tile,
                        const int32_t *squares, const int32_t limit[2], int32_t left[2 * CA_TILE]) {
    return CA_CHOOSE(coarse_wide(n_pairs, cells, tile, squares, limit, left),
                     coarse_plain(n_pairs, cells, tile, squares, limit, left));
}
