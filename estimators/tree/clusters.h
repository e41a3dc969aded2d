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
    uint8_t rest[2];
} ca_cluster;

typedef struct ca_clusters {
    const ca_cluster *items;  /* NULL: this machine, or the forest, has no use for them */
    const uint32_t *roots;    /* of each tree: the place where its walkers begin */
    int32_t n_trees, n_codes; /* n_codes: of a row */
    bool has_only;            /* some split has CA_SPLIT_ONLY */
    const char *leaves;       /* will be read at the leaves that a row comes to, each of leaf_size bytes */
    size_t leaf_size;
} ca_clusters;

/* The clusters of trees whose splits begin at offset[0], offset[1], ..., offset[n_trees] being their number,
 * in memory of the model. missing: of each split, whether rows without a value go right; or NULL. Leaves get
 * numbers of their own, cluster by cluster; those of tree t still are offset[t] + t .. offset[t+1] + t, and
 * leaf_number[i] says which leaf of the forest leaf i is. */
cauce_status ca_clusters_make(cauce_run *run, const ca_scored_split *splits, ca_split_shape shape,
                              const uint8_t *missing, const int64_t *offset, int64_t n_trees, int64_t n_codes,
                              uint32_t *leaf_number, ca_clusters *clusters);
/* Whether this machine can walk through clusters, and rows of so many codes. */
bool ca_clusters_can(int64_t n_codes);

/* Rows through tree t. at[0 .. n-1]: name << 32, used up; the codes of a row begin at codes[name]. ended:
 * name << 32 | leaf, in any order. */
void ca_clusters_walk(const ca_clusters *clusters, const uint32_t *codes, int64_t t, int32_t n, uint64_t *at,
                      uint64_t *ended);
/* One row through all trees: ended[t] is its leaf in tree t. */
void ca_clusters_walk_row(const ca_clusters *clusters, const uint32_t *codes, uint64_t *at, uint64_t *ended);
/* One row, with codes CA_WALK_MISSING, through tree t: its leaf. */
uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, int64_t t);

#endif
