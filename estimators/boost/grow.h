/* Growing one tree on gradients, best gain first (Friedman, "Greedy function approximation: a gradient
 * boosting machine", Annals of Statistics 29, 2001, doi:10.1214/aos/1013203451; the order of growth: Shi,
 * "Best-first decision tree learning", 2007).
 *
 * A node knows its rows, its histogram and its best cut. Splitting it gives both to its children: the
 * histogram of the smaller one is counted, that of the other is the difference. What becomes of a node
 * depends on the node alone, so with several threads the next best nodes are split ahead of their turn; what
 * is taken into the tree, and when, is decided in order. */
#ifndef CA_BOOST_GROW_H
#define CA_BOOST_GROW_H

#include "base/alloc.h"
#include "base/run.h"
#include "boost/split.h"

/* Makes room for so many items of `size` bytes; returns NOMEM from the calling function, with the array as it
 * was, when there is none. */
#define CA_MORE_ROOM(run, array, room, size)                                                                 \
    do {                                                                                                     \
        void *more_ = ca_realloc(array, (size_t)(room) * (size));                                            \
        if (!more_) return CA_NOMEM(run);                                                                    \
        (array) = more_;                                                                                     \
    } while (0)

typedef struct ca_grow_rules {
    ca_split_rules split;
    int64_t max_leaves, max_depth; /* INT64_MAX: no limit */
    bool by_level;                 /* levels one after the other, within them best gain first */
} ca_grow_rules;

typedef struct ca_grown_node {
    int64_t begin, n; /* its rows: rows[begin .. begin + n - 1] */
    int64_t depth;
    int32_t left, right; /* node numbers; 0 while it has not been split */
    int32_t turn;        /* its place among the nodes of the tree in the order of growth */
    int32_t feature;     /* of the split, for a node that is one in the finished tree; -1: a leaf */
    ca_sums sums;
    double value, lower, upper;
    uint64_t key;
    void *histogram; /* NULL: not needed any more */
    ca_boost_cut cut;
    uint8_t *codes_left; /* once split: 256, by code */
} ca_grown_node;

/* A tree, and the memory to grow the next one in. Zeroed: empty. */
typedef struct ca_grower {
    const ca_table *table;
    const ca_grow_rules *rules;
    uint32_t *rows, *spare; /* n_rows of the table each */
    ca_grown_node *nodes;   /* 0 is the root */
    int32_t n_nodes, node_room;
    int32_t *queue; /* of nodes with a cut, best first (a heap) */
    int32_t n_queue;
    uint64_t *sets; /* of each node, set_words */
    uint8_t *left;  /* of each node, 256 */
    void **pool;    /* histograms not in use */
    int64_t n_pool, pool_room, n_histograms;
    size_t histogram_bytes;
} ca_grower;

cauce_status ca_grower_begin(cauce_run *run, ca_grower *grower, const ca_table *table,
                             const ca_grow_rules *rules);
void ca_grower_free(ca_grower *grower);

/* Grows a tree on grower->rows[0 .. n-1], which it reorders: a leaf's rows are together. seed, tree: name the
 * draws of columns. Leaves' values are without learning rate. */
cauce_status ca_grow(cauce_run *run, ca_grower *grower, const ca_gradients *gradients, int64_t n,
                     uint64_t seed, uint64_t tree);

/* Adds the values of their leaves to raw[row] of grower->rows[from .. to-1], which the tree was not grown on.
 * Reorders them. Ranges apart from each other may be added at the same time. */
void ca_grown_add(const ca_grower *grower, int64_t from, int64_t to, double *raw);

#endif
