/* The rows of one node with their statistics, and the search for its best cut. */
#ifndef CA_TREE_SPLIT_H
#define CA_TREE_SPLIT_H

#include <math.h>

#include "tree/grow.h"

/* Histograms have at most so many bins; wider ranges of codes are sorted. */
enum { CA_LARGEST_HISTOGRAM = 4096 };

/* Where the rows without a value go; NOT_SEEN: the node has none. */
typedef enum ca_missing { CA_MISSING_NOT_SEEN, CA_MISSING_RIGHT, CA_MISSING_LEFT } ca_missing;

typedef struct ca_cut {
    double gain;
    int32_t feature;  /* -1: none found */
    uint32_t code;    /* codes <= this go left */
    double left;      /* whole weight that goes left; 0: not known (very small nodes) */
    double threshold; /* of a cut that was drawn */
    ca_missing missing;
} ca_cut;

typedef struct ca_ranks ca_ranks;
typedef struct ca_few_rows ca_few_rows;
typedef struct ca_block ca_block;
typedef struct ca_orders ca_orders;
typedef struct ca_team ca_team;

/* What is read of a row by its number: among all rows, or among some that were copied (copies.h). */
typedef struct ca_row_data {
    const ca_bin_column *columns;
    const ca_pair *pairs;   /* two classes: whole weight if it is of class 1, and whole weight; numbers: y and
                               weight as given */
    const uint32_t *packs;  /* when packed or counted (see ca_search), instead of all else: whole weight and
                               class (ca_pack_weight, ca_pack_class) */
    const double *weight;   /* as given, and */
    const int32_t *y_class; /* classes: unless there are packs */
} ca_row_data;

typedef struct ca_pairing {
    int taken; /* by whoever looks or makes them */
    bool made;
} ca_pairing;

/* Working memory of one tree; node_* describe the node under way. */
typedef struct ca_search {
    const ca_grow_plan *plan;
    ca_scoring scoring;
    ca_row_data data;
    int pack_bits;       /* of a class */
    double weight_scale; /* whole weight = rint(weight * weight_scale) */
    bool whole;          /* the weights are whole numbers already (weight_scale 1) */
    int64_t n_rows;      /* of the tree */
    double total_weight; /* of the tree, whole */
    double min_weight;   /* of a leaf, whole */
    bool constrained;    /* leaves have a least number of rows or a least weight */

    uint64_t key;         /* of the node: see draws.h */
    int64_t n;            /* rows of the node */
    const uint32_t *rows; /* ascending */
    ca_pair *pairs;       /* pair scorings: of each row of the node */
    int32_t *classes;     /* more classes: of each row, */
    double *weights;      /* and its whole weight; numbers: as given */
    double *targets;      /* numbers: for ca_search_load */
    uint64_t *packs;      /* when packed: weight << 32 | what of it is of class 1, */
    bool packed, paired;  /* and whether pairs have been made of them: see ca_need_pairs */
    ca_pairing *pairing;  /* in a team, which makes them once; NULL: alone */
    bool counted;         /* more classes: packs are weight << 32 | class, weights add up to less than 2^32 */
    ca_pair total;        /* pair scorings */
    double *class_total;  /* n_classes */
    double node_weight;   /* whole */
    double unit;          /* (gain - base) * unit = decrease of impurity, weighted */
    double base;          /* gain of no cut */
    bool pure;

    /* monotonic columns: bounds of the node's value, which is value_base + value_unit * sum / weight, and the
     * direction of the column under way */
    double low, high, value_base, value_unit;
    int direction;

    int64_t node;         /* counts the nodes searched */
    ca_pair *level_sums;  /* two_values.c: sums of the levels of one-hot blocks, */
    uint32_t *level_rows; /* rows of each when constrained, */
    int64_t *block_node;  /* and for which node a block has them */

    ca_ranks *ranks; /* absolute.c: sums by rank of the target */
    ca_few_rows *few;
    ca_block *blocks;
    ca_orders *orders; /* NULL: not for this tree */
    ca_team *team;     /* NULL: none */
    double least_gain; /* in a team: cuts that gain less need not be found */

    uint32_t *codes;        /* of the column under way, for each row of the node */
    uint64_t *keys, *spare; /* of each row and CA_PARTITION_SLACK more; they change places */
    void *bins;             /* histogram memory */
    uint32_t *bin_rows;     /* rows in each bin, when constrained */
    double *left, *right;   /* class weights of both sides while scanning */
    int32_t *features;      /* all columns; where all are looked at, those known to be constant come first */
    int32_t *drawn;         /* work space of try_drawn in split.c: twice the columns */

    int32_t *constants; /* columns that were found constant on the way to the node, a stack; */
    int64_t n_constants;
    bool *constant; /* of each column, whether it is one of them */

    const int32_t *allowed; /* how many columns the node may be split on, and which; NULL: all */
} ca_search;

/* weight: of each row of the table. NULL: whole numbers, times, which are overwritten and must stay as long
 * as the search. */
cauce_status ca_search_begin(cauce_run *run, ca_search *search, const ca_grow_plan *plan,
                             const uint32_t *rows, int64_t n, const double *weight, uint32_t *times);

/* A search of some rows of the tree that `whole` has begun with, which they are part of; it may go on at the
 * same time in the other rows. */
cauce_status ca_search_below(cauce_run *run, const ca_search *whole, int64_t n, ca_search *search);
/* The tree is grown on by such searches alone: the working memory of this one goes back to the system. */
void ca_search_forget(ca_search *search);

static inline uint32_t ca_pack_weight(const ca_search *search, uint32_t pack) {
    return pack >> search->pack_bits;
}

static inline uint32_t ca_pack_class(const ca_search *search, uint32_t pack) {
    return pack & ((UINT32_C(1) << search->pack_bits) - 1);
}

/* Weight of a row as given. */
static inline double ca_given_weight(const ca_search *search, uint32_t row) {
    const ca_row_data *data = &search->data;
    return data->packs    ? ca_pack_weight(search, data->packs[row])
           : data->weight ? data->weight[row]
                          : data->pairs[row].w;
}

/* Nearest whole number without a call into libm: weights are below 2^51. */
static inline double ca_whole_weight(const ca_search *search, double given) {
    if (search->whole) return given;
    double w = (given * search->weight_scale + 0x1.8p52) - 0x1.8p52;
    return w < 1 ? 1 : w;
}

/* Whole weight of a row. */
static inline double ca_row_weight(const ca_search *search, uint32_t row) {
    return ca_whole_weight(search, ca_given_weight(search, row));
}

/* Whether the bounds of the node and the direction of the column allow sides of these values. */
static inline bool ca_values_allowed(const ca_search *search, double left, double right) {
    return left >= search->low && left <= search->high && right >= search->low && right <= search->high &&
           (right - left) * search->direction >= 0;
}

static inline ca_pair ca_unpack(uint64_t pack) {
    return (ca_pair){ (double)(uint32_t)pack, (double)(pack >> 32) };
}

/* Before search->pairs are read where they may be packed. */
void ca_make_pairs(ca_search *search);
static inline void ca_need_pairs(ca_search *search) {
    if (search->packed && !search->paired) ca_make_pairs(search);
}

/* Reads the statistics of a node. */
void ca_search_load(ca_search *search, const uint32_t *rows, int64_t n);

/* Forgets the constant columns of other nodes: the first n are those of the parent of the one to come. */
static inline void ca_constants_back(ca_search *search, int64_t n) {
    while (search->n_constants > n) search->constant[search->constants[--search->n_constants]] = false;
}

/* The best cut of the loaded node. Columns found to be constant come to those that are known. */
ca_cut ca_search_find(ca_search *search);

/* Looks at one column: false when it is constant in the node, otherwise *best is the better of itself and the
 * column's best cut. */
bool ca_try_column(ca_search *search, int32_t feature, ca_cut *best);

/* The better of two cuts of different columns. */
static inline void ca_take_better(const ca_cut *cut, ca_cut *best) {
    if (cut->gain > best->gain ||
        (cut->gain == best->gain && cut->gain > -HUGE_VAL && cut->feature < best->feature))
        *best = *cut;
}

/* Writes the prediction of the rows: class shares, the mean or the median. */
void ca_search_leaf(ca_search *search, const uint32_t *rows, int64_t n, double *value);

#endif
