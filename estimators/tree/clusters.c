#include "tree/clusters.h"

#include <stddef.h>
#include <string.h>

#include "tree/lanes.h"

enum { END_BITS = 4, END_MASK = CA_CLUSTER_ENDS - 1 };

/* A place times 4 is an offset in bytes, into the cluster. */
static inline const void *line_of(const ca_cluster *items, uint32_t place) {
    return (const char *)items + 4 * (size_t)place;
}

static inline const ca_cluster *cluster_of(const ca_cluster *items, uint32_t place) {
    return line_of(items, place & ~(uint32_t)END_MASK);
}

/* What a trunk adds for this end. Of leafy clusters it means nothing, but is still in the cluster. */
static inline uint32_t link_of(const ca_cluster *cluster, uint32_t end) {
    return ((const uint8_t *)cluster)[offsetof(ca_cluster, left) + CA_TRUNK_ENDS + end];
}

static inline uint32_t leaf_at(const ca_cluster *items, uint32_t place) {
    const ca_cluster *cluster = cluster_of(items, place);
    const uint32_t end = place & END_MASK, rank = link_of(cluster, end);
    return cluster->leaf + (cluster->on ? rank : end);
}

uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, int64_t t) {
    for (uint32_t at = clusters->roots[t];;) {
        const ca_cluster *cluster = cluster_of(clusters->items, at);
        uint32_t right = 0, end = at & END_MASK;
        for (int k = 0; k < CA_CLUSTER_SPLITS; k++) {
            uint32_t x = codes[cluster->slot[k]];
            bool goes = cluster->only >> k & 1 ? x == cluster->code[k] : x >= cluster->code[k];
            if (x == (uint32_t)CA_WALK_MISSING) goes = cluster->missing >> k & 1;
            right |= (uint32_t)goes << k;
        }
        while (cluster->left[end] & right) end++;
        if (!(cluster->on >> end & 1)) return leaf_at(clusters->items, (at & ~(uint32_t)END_MASK) | end);
        at = cluster->below + link_of(cluster, end);
    }
}

#ifdef CA_HAVE_LANES

enum {
    HELD_CODES = 64, /* what four registers hold; of more they are gathered */
    MOST_CODES = 256 /* a slot is a byte */
};

#define WALK_LANES        __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2")))
#define WALK_LANES_INLINE WALK_LANES static inline __attribute__((always_inline))

bool ca_clusters_can(int64_t n_codes) {
    return n_codes <= MOST_CODES && ca_lanes_here() && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

/* Where the codes of a row are: in one register, in two, in four, or in memory. */
typedef enum row_form { NARROW = 1, WIDE = 2, WIDEST = 4, GATHERED = 0 } row_form;

typedef struct row_codes {
    __m512i part[4];
    const uint32_t *codes;
} row_codes;

WALK_LANES_INLINE row_codes row_at(const uint32_t *codes, int32_t n_codes, row_form form) {
    const __m512i zero = _mm512_setzero_si512();
    row_codes row = { { zero, zero, zero, zero }, codes };
    for (int i = 0; i < (int)form; i++) {
        const int32_t n = n_codes - 16 * i;
        const __mmask16 there = (__mmask16)(n >= 16 ? UINT16_MAX : n > 0 ? (1 << n) - 1 : 0);
        row.part[i] = _mm512_maskz_loadu_epi32(there, codes + (n > 0 ? 16 * i : 0));
    }
    return row;
}

WALK_LANES_INLINE __m256i pick(const row_codes *row, int part, __m256i at) {
    return _mm512_castsi512_si256(
        _mm512_permutex2var_epi32(row->part[part], _mm512_castsi256_si512(at), row->part[part + 1]));
}

/* A bit for each split: the row goes right. The eighth is of no split. */
WALK_LANES_INLINE uint32_t answers_of(const ca_cluster *cluster, const row_codes *row, row_form form,
                                      bool has_only) {
    const __m128i slots = _mm_loadl_epi64((const __m128i *)(const void *)cluster->slot);
    const __m256i at = _mm256_cvtepu8_epi32(slots), nothing = _mm256_setzero_si256();
    __m256i x;
    if (form == GATHERED) {
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

/* The end, from the first one of the subtree on, that no split sends the row past: of eight bytes the lowest
 * that is 0. None has its highest bit set, so that each can be taken from 0x80 without borrowing. */
static inline uint32_t end_of(const ca_cluster *cluster, uint32_t right, uint32_t first) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highest = ones << 7;
    uint64_t past;
    memcpy(&past, (const char *)cluster + offsetof(ca_cluster, left) + first, sizeof past);
    past &= ones * right;
    return first + (uint32_t)__builtin_ctzll((highest - past) & highest) / 8;
}

/* The next place is written to the ends of both lists, and one of them grows: no branch hangs on the data. */
WALK_LANES_INLINE void walk(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int64_t n,
                            uint64_t *at, uint64_t *ended, row_form form, bool has_only) {
    const ca_cluster *items = clusters->items;
    uint64_t *end_of_ended = ended;
    for (int64_t i = 0; i < n; i++) at[i] |= clusters->roots[t];
    while (n) {
        int64_t left = 0;
        for (int64_t i = 0; i < n; i++) {
            const uint64_t walker = at[i];
            const ca_cluster *cluster = cluster_of(items, (uint32_t)walker);
            const row_codes row = row_at(codes + (walker >> 32), clusters->n_codes, form);
            const uint32_t right = answers_of(cluster, &row, form, has_only);
            const uint32_t end = end_of(cluster, right, (uint32_t)walker & END_MASK);
            const uint32_t next = cluster->below + link_of(cluster, end), on = cluster->on >> end & 1;
            __builtin_prefetch(line_of(items, next));
            at[left] = (walker & ~(uint64_t)UINT32_MAX) | next;
            left += on;
            *end_of_ended = (walker & ~(uint64_t)END_MASK) | end;
            end_of_ended += 1 - on;
        }
        n = left;
    }
    for (; ended < end_of_ended; ended++)
        *ended = (*ended & ~(uint64_t)UINT32_MAX) | leaf_at(items, (uint32_t)*ended);
}

/* All trees take a step in turn: each one's next cluster is on its way while the others are looked at. */
WALK_LANES_INLINE void walk_row(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at,
                                uint64_t *ended, row_form form, bool has_only) {
    const ca_cluster *items = clusters->items;
    const row_codes row = row_at(codes, clusters->n_codes, form);
    const uint32_t n_trees = (uint32_t)clusters->n_trees;
    for (uint32_t t = 0; t < n_trees; t++) {
        at[t] = (uint64_t)t << 32 | clusters->roots[t];
        __builtin_prefetch(line_of(items, clusters->roots[t]));
    }
    for (const uint64_t *last = at + n_trees; last > at;) {
        uint64_t *to = at;
        for (const uint64_t *from = at; from < last; from++) {
            const uint64_t walker = *from;
            const uint32_t place = (uint32_t)walker;
            const ca_cluster *cluster = cluster_of(items, place);
            const uint32_t right = answers_of(cluster, &row, form, has_only);
            const uint32_t end = end_of(cluster, right, place & END_MASK);
            const uint32_t on = cluster->on >> end & 1,
                           change = (cluster->below + link_of(cluster, end)) ^ place;
            __builtin_prefetch(line_of(items, place ^ (change & (0 - on)))); /* not past a leaf */
            ended[walker >> 32] = (place & ~(uint32_t)END_MASK) | end;       /* until the tree ends */
            *to = walker ^ change;
            to += on;
        }
        last = to;
    }
    for (uint32_t t = 0; t < n_trees; t++) {
        ended[t] = leaf_at(items, (uint32_t)ended[t]);
        __builtin_prefetch(clusters->leaves + ended[t] * clusters->leaf_size);
    }
}

typedef void walk_rows_fn(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int32_t n,
                          uint64_t *at, uint64_t *ended);
typedef void walk_row_fn(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at, uint64_t *ended);

#define WALKS(name, form, has_only)                                                                          \
    WALK_LANES static void rows_##name(const ca_clusters *clusters, const uint32_t *codes, int64_t t,        \
                                       int32_t n, uint64_t *at, uint64_t *ended) {                           \
        walk(clusters, codes, t, n, at, ended, form, has_only);                                              \
    }                                                                                                        \
    WALK_LANES static void row_##name(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at,      \
                                      uint64_t *ended) {                                                     \
        walk_row(clusters, codes, at, ended, form, has_only);                                                \
    }
WALKS(narrow, NARROW, false)
WALKS(narrow_only, NARROW, true)
WALKS(wide, WIDE, false)
WALKS(wide_only, WIDE, true)
WALKS(widest, WIDEST, false)
WALKS(widest_only, WIDEST, true)
WALKS(gathered, GATHERED, true)

/* Which of the functions is for this forest. */
static int form_of(const ca_clusters *clusters) {
    const int width = clusters->n_codes > 32 ? 2 : clusters->n_codes > 16;
    return clusters->n_codes > HELD_CODES ? 6 : 2 * width + clusters->has_only;
}

void ca_clusters_walk(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int32_t n, uint64_t *at,
                      uint64_t *ended) {
    static walk_rows_fn *const walks[] = { rows_narrow, rows_narrow_only, rows_wide,    rows_wide_only,
                                           rows_widest, rows_widest_only, rows_gathered };
    walks[form_of(clusters)](clusters, codes, t, n, at, ended);
}

void ca_clusters_walk_row(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at, uint64_t *ended) {
    static walk_row_fn *const walks[] = { row_narrow, row_narrow_only, row_wide,    row_wide_only,
                                          row_widest, row_widest_only, row_gathered };
    walks[form_of(clusters)](clusters, codes, at, ended);
}
#else
bool ca_clusters_can(int64_t n_codes) {
    (void)n_codes;
    return false;
}

void ca_clusters_walk(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int32_t n, uint64_t *at,
                      uint64_t *ended) {
    (void)clusters, (void)codes, (void)t, (void)n, (void)at, (void)ended;
}

void ca_clusters_walk_row(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at, uint64_t *ended) {
    (void)clusters, (void)codes, (void)at, (void)ended;
}
#endif
