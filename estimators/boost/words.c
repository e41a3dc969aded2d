#include "boost/words.h"

#include <string.h>

#include "base/wide.h"

/* A vector of 32 bytes: two registers where they have 16. */
typedef uint32_t narrow_words __attribute__((vector_size(32)));
typedef uint64_t wide_words __attribute__((vector_size(32)));

/* The row of words that belongs to the i-th joint of the group. */
static inline int64_t row_at(const ca_word_group *group, const int32_t *entries, int64_t i) {
    return group->row_of ? group->row_of[entries[group->joints[i]]] : entries[i];
}

/* One group of 16 trees under each row: the sums of their leaves. */
CA_WIDE static void add_narrow(const ca_word_group *group, const double *leaves, const int32_t *entries,
                               int64_t n_entries, int64_t n, double *out) {
    const uint32_t *rows = group->rows;
    int64_t n_asking = group->row_of ? group->n_joints : n_entries;
    for (int64_t r = 0; r < n; r++, entries += n_entries) {
        narrow_words all[2] = { ~(narrow_words){ 0 }, ~(narrow_words){ 0 } };
        uint32_t words[CA_WORDS];
        double lanes[4] = { 0 };
        for (int64_t i = 0; i < n_asking; i++) {
            const narrow_words *row = (const void *)(rows + row_at(group, entries, i) * CA_WORDS);
            all[0] &= row[0];
            all[1] &= row[1];
        }
        memcpy(words, all, sizeof words);
        for (int t = 0; t < CA_WORDS; t++) lanes[t % 4] += leaves[32 * t + __builtin_ctz(words[t])];
        out[r] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    }
}

CA_WIDE static void add_wide(const ca_word_group *group, const double *leaves, const int32_t *entries,
                             int64_t n_entries, int64_t n, double *out) {
    const uint64_t *rows = group->rows;
    int64_t n_asking = group->row_of ? group->n_joints : n_entries;
    for (int64_t r = 0; r < n; r++, entries += n_entries) {
        wide_words all[4] = { ~(wide_words){ 0 }, ~(wide_words){ 0 }, ~(wide_words){ 0 },
                              ~(wide_words){ 0 } };
        uint64_t words[CA_WORDS];
        double lanes[4] = { 0 };
        for (int64_t i = 0; i < n_asking; i++) {
            const wide_words *row = (const void *)(rows + row_at(group, entries, i) * CA_WORDS);
            for (int w = 0; w < 4; w++) all[w] &= row[w];
        }
        memcpy(words, all, sizeof words);
        for (int t = 0; t < CA_WORDS; t++) lanes[t % 4] += leaves[64 * t + __builtin_ctzll(words[t])];
        out[r] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* Without optimisation GCC's gathers are macros with conversions of their own. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

/* The words of 16 trees in one register, their lowest bits at once, and the same sums. */
__attribute__((target("avx512f,avx512cd,avx512vl"))) static void
add_narrow_avx512(const ca_word_group *group, const double *leaves, const int32_t *entries, int64_t n_entries,
                  int64_t n, double *out) {
    const uint32_t *rows = group->rows;
    const __m512i trees =
        _mm512_set_epi32(480, 448, 416, 384, 352, 320, 288, 256, 224, 192, 160, 128, 96, 64, 32, 0);
    const __m512d nothing = _mm512_setzero_pd();
    int64_t n_asking = group->row_of ? group->n_joints : n_entries;
    for (int64_t r = 0; r < n; r++, entries += n_entries) {
        __m512i all = _mm512_set1_epi32(-1);
        for (int64_t i = 0; i < n_asking; i++)
            all = _mm512_and_si512(all, _mm512_loadu_si512(rows + row_at(group, entries, i) * CA_WORDS));
        __m512i lowest = _mm512_and_si512(all, _mm512_sub_epi32(_mm512_setzero_si512(), all));
        __m512i leaf = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(lowest));
        leaf = _mm512_add_epi32(leaf, trees);
        __m512d low = _mm512_mask_i32gather_pd(nothing, 255, _mm512_castsi512_si256(leaf), leaves, 8);
        __m512d high = _mm512_mask_i32gather_pd(nothing, 255, _mm512_extracti64x4_epi64(leaf, 1), leaves, 8);
        __m256d sum = _mm256_add_pd(_mm256_setzero_pd(), _mm512_castpd512_pd256(low));
        double lanes[4];
        sum = _mm256_add_pd(sum, _mm512_extractf64x4_pd(low, 1));
        sum = _mm256_add_pd(sum, _mm512_castpd512_pd256(high));
        sum = _mm256_add_pd(sum, _mm512_extractf64x4_pd(high, 1));
        _mm256_storeu_pd(lanes, sum);
        out[r] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    }
}

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512vl");
}

ca_words_add *ca_words_fastest(int wide) {
    return wide ? add_wide : has_avx512() ? add_narrow_avx512 : add_narrow;
}
#else
ca_words_add *ca_words_fastest(int wide) {
    return wide ? add_wide : add_narrow;
}
#endif
