#include "math/ranks.h"

#include <math.h>
#include <string.h>

#include "base/run.h"

enum {
    FEW = 8,   /* fewer numbers are halved from the beginning */
    ASIDE = 4, /* fewer searches are done one after the other: a gather costs as much as that many loads */
    MOST_STEPS = 1 << 30
};

/* A step for each number, if they leave any room between them. */
static int64_t find_steps(const double *numbers, int64_t n, ca_ranks *ranks) {
    int64_t steps = 1;
    while (steps < n && steps < MOST_STEPS) steps *= 2;
    double span = n < FEW ? 0 : numbers[n - 1] - numbers[0], scale = (double)(steps - 1) / span;
    if (!(span > 0) || !isfinite(span) || !isfinite(scale)) return 1;
    ranks->low = numbers[0];
    ranks->scale = scale;
    ranks->last = (double)(steps - 1);
    return steps;
}

cauce_status ca_ranks_make(cauce_run *run, const double *numbers, int64_t n, ca_ranks *ranks) {
    *ranks = (ca_ranks){ .n = n };
    int64_t steps = find_steps(numbers, n, ranks), most = 0, room = 1;
    uint32_t *first = cauce_keep(run, steps + 1, sizeof *first);
    if (!first) return run->error.status;
    for (int64_t i = 0; i < n; i++) first[ca_rank_step(ranks, numbers[i]) + 1]++;
    for (int64_t s = 0; s < steps; s++) {
        if (first[s + 1] > most) most = first[s + 1];
        first[s + 1] += first[s];
    }
    while (room <= most) room *= 2;
    double *copy = cauce_keep(run, n + room, sizeof *copy);
    if (!copy) return run->error.status;
    if (n) memcpy(copy, numbers, (size_t)n * sizeof *copy);
    for (int64_t i = n; i < n + room; i++) copy[i] = HUGE_VAL;
    ranks->half = room / 2;
    ranks->first = first;
    ranks->numbers = copy;
    return CAUCE_OK;
}

static void ranks_plain(const ca_ranks *ranks, const double *x, int64_t n, uint32_t *rank) {
    for (int64_t i = 0; i < n; i++) rank[i] = ca_rank(ranks, x[i]);
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* Without optimisation GCC's gathers are macros with conversions of their own. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

/* Eight searches side by side; the same comparisons. Gathers merge into zeros: without, each waits for the
 * register that the one before it wrote. */
__attribute__((target("avx512f,avx512vl"))) static void ranks_avx512(const ca_ranks *ranks, const double *x,
                                                                     int64_t n, uint32_t *rank) {
    const __m512d low = _mm512_set1_pd(ranks->low), scale = _mm512_set1_pd(ranks->scale);
    const __m512d last = _mm512_set1_pd(ranks->last), zero = _mm512_setzero_pd();
    const __m256i nothing = _mm256_setzero_si256();
    for (int64_t i = 0; i < n; i += 8) {
        __mmask8 all = (__mmask8)(n - i < 8 ? (1 << (n - i)) - 1 : 255);
        __m512d value = _mm512_maskz_loadu_pd(all, x + i);
        __m512d at = _mm512_mul_pd(_mm512_sub_pd(value, low), scale);
        at = _mm512_min_pd(_mm512_max_pd(at, zero), last);
        __m256i first = _mm256_mmask_i32gather_epi32(nothing, all, _mm512_cvttpd_epi32(at),
                                                     (const int *)(const void *)ranks->first, 4);
        __m512i from = _mm512_cvtepu32_epi64(first);
        for (int64_t half = ranks->half; half; half /= 2) {
            __m512d number = _mm512_mask_i64gather_pd(zero, all, from, ranks->numbers + half - 1, 8);
            __mmask8 below = _mm512_cmp_pd_mask(number, value, _CMP_LT_OQ);
            from = _mm512_mask_add_epi64(from, below, from, _mm512_set1_epi64(half));
        }
        _mm256_mask_storeu_epi32(rank + i, all, _mm512_cvtepi64_epi32(from));
    }
}

void ca_ranks_of(const ca_ranks *ranks, const double *x, int64_t n, uint32_t *rank) {
    if (n >= ASIDE && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        ranks_avx512(ranks, x, n, rank);
    else
        ranks_plain(ranks, x, n, rank);
}
#else
void ca_ranks_of(const ca_ranks *ranks, const double *x, int64_t n, uint32_t *rank) {
    ranks_plain(ranks, x, n, rank);
}
#endif
