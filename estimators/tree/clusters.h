/* Trees as clusters: three levels of splits in one line of the cache, looked at together. A row needs a third
 * of the visits, each to one place in memory. After Kim et al., "FAST: fast architecture sensitive tree
 * search on modern CPUs and GPUs", SIGMOD 2010, doi:10.1145/1807167.1807206, with clusters that need not be
 * full. */
#ifndef CA_TREE_CLUSTERS_H
#define CA_TREE_CLUSTERS_H

#include "cauce/sys/run.h"
#include "tree/walk.h"

typedef struct ca_cluster ca_cluster;

typedef struct ca_clusters {
    const ca_cluster *items; /* NULL: this machine, or the forest, has no use for them */
    const uint64_t *roots;   /* of each tree with splits: where its walkers begin */
    int32_t n_codes;         /* of a row */
    bool has_only;           /* some split has CA_SPLIT_ONLY */
    const char *leaves;      /* will be read at the leaves that a row comes to, each of leaf_size bytes */
    size_t leaf_size;
} ca_clusters;

/* The clusters of trees whose splits begin at offset[0], offset[1], ..., offset[n_trees] being their number,
 * in memory of the model. missing: of each split, whether rows without a value go right; or NULL. */
cauce_status ca_clusters_make(cauce_run *run, const ca_scored_split *splits, ca_split_shape shape,
                              const uint8_t *missing, const int64_t *offset, int64_t n_trees, int64_t n_codes,
                              ca_clusters *clusters);

/* As ca_walk; at: name << 32 | root. */
void ca_clusters_walk(const ca_clusters *clusters, const uint32_t *codes, uint32_t name_mask, int32_t n,
                      uint64_t *at, uint64_t *ended);

/* As ca_walk_missing, from a root. */
uint64_t ca_clusters_walk_missing(const ca_clusters *clusters, const uint32_t *codes, uint64_t root);

#endif
