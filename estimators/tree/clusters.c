#include "tree/clusters.h"

/* Walks for any processor: the answers of the seven splits one by one, but still without a branch. */
#define WALK_HERE

typedef enum row_form { READ } row_form;
typedef const uint32_t *row_codes;

static inline row_codes row_at(const uint32_t *codes, int32_t n_codes, row_form form) {
    (void)n_codes, (void)form;
    return codes;
}

static inline uint32_t answers_of(const ca_cluster *cluster, const row_codes *row, row_form form,
                                  bool has_only) {
    uint32_t right = 0;
    (void)form;
    for (int k = CA_CLUSTER_SPLITS; k-- > 0;)
        right = 2 * right + ((*row)[cluster->slot[k]] >= cluster->code[k]);
    if (has_only && cluster->only) {
        uint32_t equal = 0;
        for (int k = CA_CLUSTER_SPLITS; k-- > 0;)
            equal = 2 * equal + ((*row)[cluster->slot[k]] == cluster->code[k]);
        right = (right & ~(uint32_t)cluster->only) | (equal & cluster->only);
    }
    return right;
}

#include "tree/clusters_walk.h"

WALKS(any, READ, false)
WALKS(any_only, READ, true)

ca_cluster_walks ca_cluster_walks_plain(int64_t n_codes, bool has_only) {
    (void)n_codes;
    return has_only ? WALKS_OF(any_only) : WALKS_OF(any);
}

ca_cluster_walks ca_cluster_walks_fastest(int64_t n_codes, bool has_only) {
    ca_cluster_walks walks = ca_cluster_walks_avx512(n_codes, has_only);
    if (!walks.row) walks = ca_cluster_walks_avx2(n_codes, has_only);
    return walks.row ? walks : ca_cluster_walks_plain(n_codes, has_only);
}

uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, int64_t t) {
    for (uint32_t at = clusters->roots[t];;) {
        const ca_cluster *cluster = ca_cluster_of(clusters->items, at);
        uint32_t right = 0, end = at & CA_CLUSTER_END_MASK;
        for (int k = 0; k < CA_CLUSTER_SPLITS; k++) {
            uint32_t x = codes[cluster->slot[k]];
            bool goes = cluster->only >> k & 1 ? x == cluster->code[k] : x >= cluster->code[k];
            if (x == (uint32_t)CA_WALK_MISSING) goes = cluster->missing >> k & 1;
            right |= (uint32_t)goes << k;
        }
        end = ca_cluster_end(cluster, right, end);
        const uint32_t link = ca_cluster_link(cluster, end);
        if (!(cluster->on >> end & 1)) return ca_cluster_leaf(cluster, end, link);
        at = cluster->below + link;
    }
}

/* Trees are laid level by level (clusters_make.c): their first clusters are the upper ones. */
void ca_clusters_warm_up(const ca_clusters *clusters) {
    enum { MOST = (1 << 19) / (int)sizeof(ca_cluster) };
    const int64_t n_trees = clusters->n_trees, share = MOST / n_trees;
    for (int64_t t = 0; t < n_trees; t++) {
        const int64_t first = clusters->roots[t] / CA_CLUSTER_ENDS;
        const int64_t next = t + 1 < n_trees ? clusters->roots[t + 1] / CA_CLUSTER_ENDS : clusters->n_items;
        const int64_t end = next - first > share ? first + share : next;
        for (int64_t i = first; i < end; i++) __builtin_prefetch(&clusters->items[i]);
    }
}
