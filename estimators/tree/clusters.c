#include "tree/clusters.h"

#include <string.h>

#include "base/run.h"
#include "tree/lanes.h"

/* Seven splits, level by level. Where a split is missing, because a leaf stands above it, all rows go right:
 * of the eight places below the cluster some are never reached. The others are clusters or leaves of one of
 * three levels; those of one kind have consecutive numbers, from left to right. Clusters are counted in
 * eighths: a place below one is its number and 0 to 7. */
struct ca_cluster {
    uint32_t code[7];
    uint8_t slot[7];
    uint8_t only, missing; /* a bit for each split: CA_SPLIT_ONLY, and whether missing values go right */
    uint8_t clusters;      /* a bit for each place: a cluster begins there */
    uint8_t leaves[3];     /* there is a leaf, of the level below the last, of the last, of the middle one */
    uint32_t below;        /* the first cluster there */
    uint32_t leaf[3];      /* the first leaf of each kind, as ca_walk has them in `ended` */
    uint32_t rest;
};

#ifdef CA_HAVE_LANES

enum {
    HELD_CODES = 64,  /* what four registers hold; of more they are gathered */
    MOST_CODES = 256, /* a slot is a byte */
    NONE = -1
};

typedef struct laying {
    const ca_scored_split *splits;
    ca_split_shape shape;
    const uint8_t *missing;
    const int64_t *offset;
    ca_cluster *items;
    int64_t *first; /* cluster of each tree, when they have been counted */
    bool *only;     /* of each tree: has splits with ONLY */
} laying;

/* The splits of a cluster, and what is below them; NONE where there is a leaf, or nothing. */
typedef struct members {
    int64_t split[15];
} members;

static void find_members(const laying *l, int64_t begin, members *m) {
    m->split[0] = begin;
    for (int k = 0; k < 7; k++) {
        int64_t i = m->split[k], left = NONE, right = NONE;
        if (i != NONE) {
            int64_t next = i + (int64_t)(l->splits[i] >> l->shape.child_shift);
            if (!(l->splits[i] & CA_SPLIT_LEFT_LEAF)) left = next++;
            if (!(l->splits[i] & CA_SPLIT_RIGHT_LEAF)) right = next;
        }
        m->split[2 * k + 1] = left;
        m->split[2 * k + 2] = right;
    }
}

/* A leaf that is a child of split k, where no split is: of its kind the first, or to the right of those
 * before. Rows come to the right end of what could be below. */
static void add_leaf(const laying *l, const members *m, int k, int side, ca_cluster *cluster) {
    int level = k == 0 ? 0 : k < 3 ? 1 : 2, kind = 2 - level;
    int place = ((2 * k + 1 + side - ((2 << level) - 1)) + 1) << kind;
    int64_t i = m->split[k], child = i + (int64_t)(l->splits[i] >> l->shape.child_shift);
    if (!cluster->leaves[kind]) cluster->leaf[kind] = (uint32_t)(2 * i + 1 - child);
    cluster->leaves[kind] |= (uint8_t)(1 << (place - 1));
}

static void fill(const laying *l, const members *m, int64_t below, ca_cluster *cluster, bool *only) {
    *cluster = (ca_cluster){ .below = (uint32_t)(8 * below) };
    for (int k = 0; k < 7; k++) {
        int64_t i = m->split[k];
        if (i == NONE) {
            cluster->missing |= (uint8_t)(1 << k); /* right, as the code 0 says of all others */
            continue;
        }
        ca_scored_split split = l->splits[i];
        cluster->code[k] = (uint32_t)(split >> CA_SPLIT_FLAGS) & l->shape.code_mask;
        cluster->slot[k] = (uint8_t)((uint32_t)(split >> l->shape.slot_shift) & l->shape.slot_mask);
        if (split & CA_SPLIT_ONLY) cluster->only |= (uint8_t)(1 << k);
        if (l->missing && l->missing[i]) cluster->missing |= (uint8_t)(1 << k);
        for (int side = 0; side < 2; side++)
            if (split >> side & 1) add_leaf(l, m, k, side, cluster);
    }
    for (int place = 0; place < 8; place++)
        if (m->split[7 + place] != NONE) cluster->clusters |= (uint8_t)(1 << place);
    *only |= cluster->only != 0;
}

/* Levels of splits that follow each other, as they do in a tree. */
typedef struct level {
    int64_t begin, end;
} level;

static level level_below(const laying *l, level above) {
    level below = { above.end, above.end + 2 * (above.end - above.begin) };
    for (int64_t i = above.begin; i < above.end; i++)
        below.end -= (int64_t)((l->splits[i] & CA_SPLIT_LEFT_LEAF) + (l->splits[i] >> 1 & 1));
    return below;
}

/* The next level that clusters begin in, each with a split of it. */
static level next_clusters(const laying *l, level at) {
    for (int i = 0; i < 3; i++) at = level_below(l, at);
    return at;
}

static level root_of(const laying *l, int64_t t) {
    return (level){ l->offset[t], l->offset[t] + (l->offset[t + 1] > l->offset[t]) };
}

static cauce_status count_clusters(cauce_run *run, int64_t t, void *payload) {
    const laying *l = payload;
    (void)run;
    for (level at = root_of(l, t); at.begin < at.end; at = next_clusters(l, at))
        l->first[t] += at.end - at.begin;
    return CAUCE_OK;
}

/* Clusters of a tree, from the root down. */
static cauce_status lay_tree(cauce_run *run, int64_t t, void *payload) {
    const laying *l = payload;
    ca_cluster *cluster = l->items + l->first[t];
    int64_t below = l->first[t] + 1;
    (void)run;
    for (level at = root_of(l, t); at.begin < at.end; at = next_clusters(l, at))
        for (int64_t i = at.begin; i < at.end; i++, cluster++) {
            members m;
            find_members(l, i, &m);
            fill(l, &m, below, cluster, &l->only[t]);
            below += __builtin_popcount(cluster->clusters);
        }
    return CAUCE_OK;
}

cauce_status ca_clusters_make(cauce_run *run, const ca_scored_split *splits, ca_split_shape shape,
                              const uint8_t *missing, const int64_t *offset, int64_t n_trees, int64_t n_codes,
                              ca_clusters *clusters) {
    *clusters = (ca_clusters){ .n_codes = (int32_t)n_codes };
    if (!ca_lanes_here() || n_codes > MOST_CODES || offset[n_trees] >= UINT32_MAX / 8) return CAUCE_OK;
    laying l = { .splits = splits, .shape = shape, .missing = missing, .offset = offset };
    l.first = cauce_scratch(run, n_trees, sizeof *l.first);
    l.only = cauce_scratch(run, n_trees, sizeof *l.only);
    uint64_t *roots = cauce_keep(run, n_trees, sizeof *roots);
    if (!l.first || !l.only || !roots) return CA_NOMEM(run);
    CA_TRY(cauce_parallel(run, n_trees, count_clusters, &l));
    int64_t n = 0;
    for (int64_t t = 0; t < n_trees; t++) {
        int64_t count = l.first[t];
        l.first[t] = n;
        roots[t] = (uint64_t)(8 * n);
        n += count;
    }
    l.items = cauce_keep(run, n, sizeof *l.items);
    if (!l.items) return CA_NOMEM(run);
    CA_TRY(cauce_parallel(run, n_trees, lay_tree, &l));
    for (int64_t t = 0; t < n_trees; t++) clusters->has_only |= l.only[t];
    clusters->items = l.items;
    clusters->leaves = (const char *)l.items; /* until somebody says where they are */
    clusters->roots = roots;
    return CAUCE_OK;
}

/* The place below a cluster for the seven answers, a bit each: 1 is right. */
#define FIRST(m)  ((m)&1)
#define SECOND(m) ((m) >> (1 + FIRST(m)) & 1)
#define PLACE(m)  (4 * FIRST(m) + 2 * SECOND(m) + ((m) >> (3 + 2 * FIRST(m) + SECOND(m)) & 1))
#define FOUR(m)   PLACE(m), PLACE((m) + 1), PLACE((m) + 2), PLACE((m) + 3)
#define ROW(m)    FOUR(m), FOUR((m) + 4), FOUR((m) + 8), FOUR((m) + 12)
static const uint8_t place_of[128] = {
    ROW(0), ROW(16), ROW(32), ROW(48), ROW(64), ROW(80), ROW(96), ROW(112)
};

/* Where the codes of a row are: in one register, in two, in four, or in memory. */
typedef enum row_form { NARROW = 1, WIDE = 2, WIDEST = 4, GATHERED = 0 } row_form;

typedef struct row_codes {
    __m512i part[4];
    const uint32_t *codes;
} row_codes;

CA_LANES_INLINE row_codes row_at(const uint32_t *codes, int32_t n_codes, row_form form) {
    const __m512i zero = _mm512_setzero_si512();
    row_codes row = { { zero, zero, zero, zero }, codes };
    for (int i = 0; i < (int)form; i++) {
        const int32_t n = n_codes - 16 * i;
        const __mmask16 there = (__mmask16)(n >= 16 ? UINT16_MAX : n > 0 ? (1 << n) - 1 : 0);
        row.part[i] = _mm512_maskz_loadu_epi32(there, codes + (n > 0 ? 16 * i : 0));
    }
    return row;
}

CA_LANES_INLINE __m256i pick(const row_codes *row, int part, __m256i at) {
    return _mm512_castsi512_si256(
        _mm512_permutex2var_epi32(row->part[part], _mm512_castsi256_si512(at), row->part[part + 1]));
}

CA_LANES_INLINE uint32_t answers_of(const ca_cluster *cluster, const row_codes *row, row_form form,
                                    bool has_only) {
    const __m128i slots = _mm_loadl_epi64((const __m128i *)(const void *)cluster->slot);
    const __m256i at = _mm256_cvtepu8_epi32(slots), nothing = _mm256_setzero_si256();
    __m256i x;
    if (form == GATHERED) {
        x = _mm256_mmask_i32gather_epi32(nothing, 127, at, (const int *)(const void *)row->codes, 4);
    } else {
        x = pick(row, 0, at);
        if (form == WIDEST)
            x = _mm256_mask_mov_epi32(x, _mm256_test_epi32_mask(at, _mm256_set1_epi32(32)), pick(row, 2, at));
    }
    __m256i code = _mm256_loadu_si256((const __m256i *)(const void *)cluster->code);
    uint32_t right = _mm256_cmpge_epu32_mask(x, code);
    if (has_only)
        right = (right & ~(uint32_t)cluster->only) | (_mm256_cmpeq_epu32_mask(x, code) & cluster->only);
    return right & 127;
}

static inline uint32_t leaf_at(const ca_cluster *cluster, uint32_t place) {
    uint32_t kind = (cluster->leaves[1] >> place & 1u) + 2 * (cluster->leaves[2] >> place & 1u);
    return cluster->leaf[kind] + (uint32_t)__builtin_popcount(cluster->leaves[kind] & ((1u << place) - 1));
}

/* From places to leaves; those of many trees are elsewhere in memory. */
static inline void find_ends(const ca_clusters *clusters, uint64_t *ended, int32_t n, bool many_trees) {
    for (int32_t i = 0; i < n; i++) {
        const uint32_t place = (uint32_t)ended[i], tree = (uint32_t)(ended[i] >> 32);
        const uint32_t leaf = leaf_at(&clusters->items[place >> 3], place & 7);
        ended[i] = (uint64_t)tree << 32 | leaf;
        if (many_trees) __builtin_prefetch(clusters->leaves + ((size_t)leaf + tree) * clusters->leaf_size);
    }
}

/* The next place is written to the ends of both lists, and one of them grows: no branch hangs on the data. */
CA_LANES_INLINE void walk(const ca_clusters *clusters, const uint32_t *codes, uint32_t name_mask, int32_t n,
                          uint64_t *at, uint64_t *ended, row_form form, bool has_only) {
    row_codes row = row_at(codes, clusters->n_codes, form);
    int32_t done = 0;
    for (int32_t i = 0; i < n && !name_mask; i++) __builtin_prefetch(&clusters->items[(uint32_t)at[i] >> 3]);
    while (n) {
        int32_t left = 0;
        for (int32_t i = 0; i < n; i++) {
            const uint64_t walker = at[i];
            const ca_cluster *cluster = &clusters->items[(uint32_t)walker >> 3];
            if (name_mask) row = row_at(codes + (walker >> 32 & name_mask), clusters->n_codes, form);
            uint32_t place = place_of[answers_of(cluster, &row, form, has_only)], inner = cluster->clusters;
            uint32_t next = cluster->below + 8 * (uint32_t)__builtin_popcount(inner & ((1u << place) - 1));
            uint32_t on = inner >> place & 1;
            uint32_t ahead = next;
            if (!name_mask)
                ahead ^= ((uint32_t)walker ^ next) & (on - 1); /* of many trees: not past a leaf */
            __builtin_prefetch(&clusters->items[ahead >> 3]);
            at[left] = (walker & ~(uint64_t)UINT32_MAX) | next;
            left += (int32_t)on;
            ended[done] = walker | place;
            done += 1 - (int32_t)on;
        }
        n = left;
    }
    find_ends(clusters, ended, done, !name_mask);
}

typedef void ca_walk_clusters(const ca_clusters *clusters, const uint32_t *codes, uint32_t name_mask,
                              int32_t n, uint64_t *at, uint64_t *ended);

#define WALK(name, form, has_only)                                                                           \
    CA_LANES static void name(const ca_clusters *clusters, const uint32_t *codes, uint32_t name_mask,        \
                              int32_t n, uint64_t *at, uint64_t *ended) {                                    \
        if (name_mask)                                                                                       \
            walk(clusters, codes, UINT32_MAX, n, at, ended, form, has_only);                                 \
        else                                                                                                 \
            walk(clusters, codes, 0, n, at, ended, form, has_only);                                          \
    }
WALK(walk_narrow, NARROW, false)
WALK(walk_narrow_only, NARROW, true)
WALK(walk_wide, WIDE, false)
WALK(walk_wide_only, WIDE, true)
WALK(walk_widest, WIDEST, false)
WALK(walk_widest_only, WIDEST, true)
WALK(walk_gathered, GATHERED, true)

void ca_clusters_walk(const ca_clusters *clusters, const uint32_t *codes, uint32_t name_mask, int32_t n,
                      uint64_t *at, uint64_t *ended) {
    static ca_walk_clusters *const walks[2][3] = { { walk_narrow, walk_wide, walk_widest },
                                                   { walk_narrow_only, walk_wide_only, walk_widest_only } };
    int width = clusters->n_codes > 32 ? 2 : clusters->n_codes > 16;
    ca_walk_clusters *walk_them =
        clusters->n_codes > HELD_CODES ? walk_gathered : walks[clusters->has_only][width];
    walk_them(clusters, codes, name_mask, n, at, ended);
}

uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, uint64_t root) {
    for (uint32_t at = (uint32_t)root;;) {
        const ca_cluster *cluster = &clusters->items[at >> 3];
        uint32_t answers = 0;
        for (int k = 0; k < 7; k++) {
            uint32_t x = codes[cluster->slot[k]];
            bool right = cluster->only >> k & 1 ? x == cluster->code[k] : x >= cluster->code[k];
            if (x == (uint32_t)CA_WALK_MISSING) right = cluster->missing >> k & 1;
            answers |= (uint32_t)right << k;
        }
        uint32_t place = place_of[answers], inner = cluster->clusters;
        if (!(inner >> place & 1)) return leaf_at(cluster, place);
        at = cluster->below + 8 * (uint32_t)__builtin_popcount(inner & ((1u << place) - 1));
    }
}
#else
cauce_status ca_clusters_make(cauce_run *run, const ca_scored_split *splits, ca_split_shape shape,
                              const uint8_t *missing, const int64_t *offset, int64_t n_trees, int64_t n_codes,
                              ca_clusters *clusters) {
    (void)run, (void)splits, (void)shape, (void)missing, (void)offset, (void)n_trees;
    *clusters = (ca_clusters){ .n_codes = (int32_t)n_codes };
    return CAUCE_OK;
}

void ca_clusters_walk(const ca_clusters *clusters, const uint32_t *codes, uint32_t name_mask, int32_t n,
                      uint64_t *at, uint64_t *ended) {
    (void)clusters, (void)codes, (void)name_mask, (void)n, (void)at, (void)ended;
}

uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, uint64_t root) {
    (void)clusters, (void)codes;
    return root;
}
#endif
