/* Trees as clusters: seven splits in one line of the cache, looked at together. A row needs a fifth of the
 * visits that splits one by one would, each to one place in memory. After Kim et al., "FAST: fast
 * architecture sensitive tree search on modern CPUs and GPUs", SIGMOD 2010, doi:10.1145/1807167.1807206, but
 * of any shape: deep trees are ragged, and of three full levels four splits in seven would be missing.
 *
 * A trunk is a cluster with more of the tree below it: from a split down, the seven with the most leaves
 * under them, that is the most rows to come. Its eight ends, numbered from left to right, are leaves or lead
 * to the next clusters. What hangs below a trunk by seven splits or fewer goes into a leafy cluster, several
 * of such subtrees into one as long as there are seven splits together; its ends, at most 14, are all leaves.
 *
 * Which end a row comes to is found as in Lucchese et al., "QuickScorer", SIGIR 2015,
 * doi:10.1145/2766462.2767733: each end knows the splits that it is on the left of; the first end of the
 * subtree for which none of them says right is it. */
#ifndef CA_TREE_CLUSTERS_H
#define CA_TREE_CLUSTERS_H

#include <stddef.h>
#include <string.h>

#include "cauce/sys/run.h"
#include "tree/walk.h"

enum { CA_CLUSTER_SPLITS = 7, CA_TRUNK_ENDS = 8, CA_CLUSTER_ENDS = 16 };

/* Places are numbers of clusters times 16, plus the number of an end there: the first one of the subtree that
 * a row is about to enter, or the one that it came to. */
typedef struct ca_cluster {
    uint32_t code[CA_CLUSTER_SPLITS];
    uint32_t below; /* trunks: the place of the first cluster below */
    uint8_t slot[CA_CLUSTER_SPLITS];
    uint8_t on; /* a bit for each end: there is more below; 0: a leafy cluster */
    /* Of each end: a bit for each split that it is on the left of. Of trunks the second half says for each
     * end what to add to `below`, or to `leaf`; in leafy clusters ends and leaves have the same order. */
    uint8_t left[CA_CLUSTER_ENDS];
    uint32_t leaf;         /* number of the first leaf */
    uint8_t only, missing; /* a bit for each split: CA_SPLIT_ONLY, and whether missing values go right */
    uint8_t leafy;         /* 1: a leafy cluster, 0: a trunk */
    uint8_t rest;
} ca_cluster;

typedef struct ca_clusters ca_clusters;

/* Rows through tree t. at[0 .. n-1]: name << 32, used up; the codes of a row begin at codes[name]. ended:
 * name << 32 | leaf, in any order. */
typedef void ca_cluster_rows(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int32_t n,
                             uint64_t *at, uint64_t *ended);
/* One row through all trees: ended[t] is its leaf in tree t. */
typedef void ca_cluster_row(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at,
                            uint64_t *ended);

/* The walks of a kind of processor, for rows of so many codes. */
typedef struct ca_cluster_walks {
    ca_cluster_rows *rows;
    ca_cluster_row *row;
} ca_cluster_walks;

struct ca_clusters {
    const ca_cluster *items; /* NULL: the forest has no use for them */
    int64_t n_items;
    const uint32_t *roots;    /* of each tree: the place where its walkers begin */
    int32_t n_trees, n_codes; /* n_codes: of a row */
    bool has_only;            /* some split has CA_SPLIT_ONLY */
    const char *leaves;       /* will be read at the leaves that a row comes to, each of leaf_size bytes */
    size_t leaf_size;
    ca_cluster_walks walk; /* the fastest ones of this machine */
};

/* The clusters of trees whose splits begin at offset[0], offset[1], ..., offset[n_trees] being their number,
 * in memory of the model. missing: of each split, whether rows without a value go right; or NULL. Leaves get
 * numbers of their own, cluster by cluster; those of tree t still are offset[t] + t .. offset[t+1] + t, and
 * leaf_number[i] says which leaf of the forest leaf i is. */
cauce_status ca_clusters_make(cauce_run *run, const ca_scored_split *splits, ca_split_shape shape,
                              const uint8_t *missing, const int64_t *offset, int64_t n_trees, int64_t n_codes,
                              uint32_t *leaf_number, ca_clusters *clusters);
/* Whether a split has room for the slots of such rows. */
static inline bool ca_clusters_can(int64_t n_codes) {
    return n_codes <= UINT8_MAX + 1;
}

/* Walks for rows of so many codes (CA_CLUSTER_CODES_SLACK more may be read); of NULLs where this machine is
 * not of that kind. has_only: splits may have CA_SPLIT_ONLY. */
enum { CA_CLUSTER_CODES_SLACK = 16 };
ca_cluster_walks ca_cluster_walks_plain(int64_t n_codes, bool has_only);
ca_cluster_walks ca_cluster_walks_avx2(int64_t n_codes, bool has_only);
ca_cluster_walks ca_cluster_walks_avx512(int64_t n_codes, bool has_only);
ca_cluster_walks ca_cluster_walks_fastest(int64_t n_codes, bool has_only);

/* Asks for what rows visit most, the upper clusters of all trees, as far as it suits the second-level cache
 * of a core. */
void ca_clusters_warm_up(const ca_clusters *clusters);
/* One row, with codes CA_WALK_MISSING, through tree t: its leaf. */
uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, int64_t t);

/* ---- What the walks have in common --------------------------------------------------------------------- */

enum { CA_CLUSTER_END_MASK = CA_CLUSTER_ENDS - 1 };

/* A place times 4 is an offset in bytes, into the cluster. */
static inline const void *ca_cluster_line(const ca_cluster *items, uint32_t place) {
    return (const char *)items + 4 * (size_t)place;
}

static inline const ca_cluster *ca_cluster_of(const ca_cluster *items, uint32_t place) {
    return ca_cluster_line(items, place & ~(uint32_t)CA_CLUSTER_END_MASK);
}

/* What a trunk adds for this end. Of leafy clusters it means nothing, but is still in the cluster. */
static inline uint32_t ca_cluster_link(const ca_cluster *cluster, uint32_t end) {
    return ((const uint8_t *)cluster)[offsetof(ca_cluster, left) + CA_TRUNK_ENDS + end];
}

/* The leaf at an end, of which the link is known; no branch: which clusters are leafy is not foreseen. */
static inline uint32_t ca_cluster_leaf(const ca_cluster *cluster, uint32_t end, uint32_t link) {
    return cluster->leaf + (link ^ ((link ^ end) & (0 - (uint32_t)cluster->leafy)));
}

/* The end, from the first one of the subtree on, that no split sends the row past: of eight bytes the lowest
 * that is 0. None has its highest bit set, so that each can be taken from 0x80 without borrowing. `right`: a
 * bit for each split, and any eighth. */
static inline uint32_t ca_cluster_end(const ca_cluster *cluster, uint32_t right, uint32_t first) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highest = ones << 7;
    uint64_t past;
    memcpy(&past, (const char *)cluster + offsetof(ca_cluster, left) + first, sizeof past);
    past &= ones * right;
    return first + (uint32_t)__builtin_ctzll((highest - past) & highest) / 8;
}

#endif
