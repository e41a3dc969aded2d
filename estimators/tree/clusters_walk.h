/* Walks through clusters, compiled for each kind of processor. Whoever includes this, once, has said what
 *   WALK_HERE       the attribute of its functions is,
 *   row_codes       holds the codes of a row,
 *   row_form        says how they are held,
 *   row_at          reads them: row_codes row_at(const uint32_t *codes, int32_t n_codes, row_form),
 *   answers_of      says of each split whether the row goes right, a bit for each:
 *                   uint32_t answers_of(const ca_cluster *, const row_codes *, row_form, bool has_only). */
#include "tree/clusters.h"

#define WALK_INLINE WALK_HERE static inline __attribute__((always_inline))

/* The next place is written to the ends of both lists, and one of them grows: no branch hangs on the data. */
WALK_INLINE void walk(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int64_t n, uint64_t *at,
                      uint64_t *ended, row_form form, bool has_only) {
    const ca_cluster *items = clusters->items;
    uint64_t *end_of_ended = ended;
    for (int64_t i = 0; i < n; i++) at[i] |= clusters->roots[t];
    while (n) {
        int64_t left = 0;
        for (int64_t i = 0; i < n; i++) {
            const uint64_t walker = at[i];
            const ca_cluster *cluster = ca_cluster_of(items, (uint32_t)walker);
            const row_codes row = row_at(codes + (walker >> 32), clusters->n_codes, form);
            const uint32_t right = answers_of(cluster, &row, form, has_only);
            const uint32_t end = ca_cluster_end(cluster, right, (uint32_t)walker & CA_CLUSTER_END_MASK);
            const uint32_t next = cluster->below + ca_cluster_link(cluster, end), on = cluster->on >> end & 1;
            __builtin_prefetch(ca_cluster_line(items, next));
            at[left] = (walker & ~(uint64_t)UINT32_MAX) | next;
            left += on;
            *end_of_ended = (walker & ~(uint64_t)CA_CLUSTER_END_MASK) | end;
            end_of_ended += 1 - on;
        }
        n = left;
    }
    for (; ended < end_of_ended; ended++) {
        const uint32_t place = (uint32_t)*ended, end = place & CA_CLUSTER_END_MASK;
        const ca_cluster *cluster = ca_cluster_of(items, place);
        *ended =
            (*ended & ~(uint64_t)UINT32_MAX) | ca_cluster_leaf(cluster, end, ca_cluster_link(cluster, end));
    }
}

/* All trees take a step in turn: each one's next cluster is on its way while the others are looked at. What
 * is at the leaves is asked for when they are known. */
WALK_INLINE void walk_row(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at, uint64_t *ended,
                          row_form form, bool has_only) {
    const ca_cluster *items = clusters->items;
    const row_codes row = row_at(codes, clusters->n_codes, form);
    const char *leaves = clusters->leaves;
    const size_t leaf_size = clusters->leaf_size;
    const uint32_t n_trees = (uint32_t)clusters->n_trees;
    for (uint32_t t = 0; t < n_trees; t++) {
        at[t] = (uint64_t)t << 32 | clusters->roots[t];
        __builtin_prefetch(ca_cluster_line(items, clusters->roots[t]));
    }
    for (const uint64_t *last = at + n_trees; last > at;) {
        uint64_t *to = at;
        for (const uint64_t *from = at; from < last; from++) {
            const uint64_t walker = *from;
            const uint32_t place = (uint32_t)walker;
            const ca_cluster *cluster = ca_cluster_of(items, place);
            const uint32_t right = answers_of(cluster, &row, form, has_only);
            const uint32_t end = ca_cluster_end(cluster, right, place & CA_CLUSTER_END_MASK);
            const uint32_t link = ca_cluster_link(cluster, end), next = cluster->below + link;
            const uint32_t on = cluster->on >> end & 1, change = next ^ place;
            __builtin_prefetch(ca_cluster_line(items, place ^ (change & (0 - on)))); /* not past a leaf */
            ended[walker >> 32] = (place & ~(uint32_t)CA_CLUSTER_END_MASK) | end;    /* until the tree ends */
            *to = walker ^ change;
            to += on;
        }
        last = to;
    }
    for (uint32_t t = 0; t < n_trees; t++) {
        const uint32_t place = (uint32_t)ended[t], end = place & CA_CLUSTER_END_MASK;
        const ca_cluster *cluster = ca_cluster_of(items, place);
        ended[t] = ca_cluster_leaf(cluster, end, ca_cluster_link(cluster, end));
        __builtin_prefetch(leaves + ended[t] * leaf_size);
    }
}

#define WALKS(name, form, has_only)                                                                          \
    WALK_HERE static void rows_##name(const ca_clusters *clusters, const uint32_t *codes, int64_t t,         \
                                      int32_t n, uint64_t *at, uint64_t *ended) {                            \
        walk(clusters, codes, t, n, at, ended, form, has_only);                                              \
    }                                                                                                        \
    WALK_HERE static void row_##name(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at,       \
                                     uint64_t *ended) {                                                      \
        walk_row(clusters, codes, at, ended, form, has_only);                                                \
    }
#define WALKS_OF(name) ((ca_cluster_walks){ rows_##name, row_##name })
