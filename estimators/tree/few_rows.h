/* Nodes of few rows: all drawn columns at once, without sorting. */
#ifndef CA_TREE_FEW_ROWS_H
#define CA_TREE_FEW_ROWS_H

#include "tree/copies.h"

enum { CA_FEW_ROWS = 64, CA_FEW_COLUMNS = 16 };

typedef void ca_scan_few_rows(const ca_few_rows *few, ca_pair total, ca_cut *best);
typedef bool ca_pick_few_rows(const uint16_t *from, const uint16_t *index, int32_t n, uint16_t *codes);
typedef bool ca_pick_long_codes(const uint32_t *from, const uint16_t *index, int32_t n, uint32_t *codes);

/* The rows of a node, and the columns that wait to be searched: those of long codes (32 bits) apart. All sums
 * are below 2^52, the weights add up to less than 2^16; of more than two classes to less than 2^8, so that
 * squares fit into 16 bits. */
struct ca_few_rows {
    ca_scan_few_rows *scan, *scan_open;
    int64_t most;      /* rows of a node that it is worth while for; 0: of none */
    double heaviest;   /* its weight is below this */
    bool two_classes;  /* sums are the weights of class 1: they fit into 16 bits too */
    bool many_classes; /* more of them: no sums */
    bool loaded;       /* the node has few rows */
    int32_t n, n_columns, n_long;
    int64_t sum[CA_FEW_ROWS], base_sum[CA_FEW_ROWS];
    uint16_t weight[CA_FEW_ROWS], ones[CA_FEW_ROWS], base_weight[CA_FEW_ROWS];
    int32_t features[CA_FEW_COLUMNS], long_features[CA_FEW_COLUMNS];
    uint16_t codes[CA_FEW_COLUMNS][CA_FEW_ROWS];
    uint32_t long_codes[CA_FEW_COLUMNS][CA_FEW_ROWS];

    /* The rows in the order of all this: of many classes class by class. Where each class of the node ends,
     * and its weight. */
    const uint32_t *rows;
    uint32_t by_class[CA_FEW_ROWS];
    int32_t n_runs, *class_rows; /* class_rows: of each class, working memory */
    uint16_t run_end[CA_FEW_ROWS], run_weight[CA_FEW_ROWS];

    /* A part of the tree whose rows lie together. */
    ca_pick_few_rows *pick;
    ca_pick_long_codes *pick_long;
    ca_copies copies;
    bool plain;             /* all columns have short codes, and none has missing values */
    uint32_t *column_codes; /* CA_FEW_ROWS of each column, as 16 or 32 bits */
    uint16_t index[CA_FEW_ROWS];
};

cauce_status ca_few_rows_begin(cauce_run *run, ca_search *search);

/* When the search has begun: memory for copies. */
cauce_status ca_few_rows_copy(cauce_run *run, ca_search *search);

/* For each node: whether it is one of few rows. Then for each column with ca_few_rows_takes: false when it is
 * constant in the node. At last, *best becomes the best cut of these columns if it is better. */
void ca_few_rows_load(ca_search *search);
bool ca_few_rows_take(ca_search *search, const ca_bin_column *column, int32_t feature, ca_cut *best);
void ca_few_rows_finish(ca_search *search, ca_cut *best);

/* Two copied rows, when all columns are looked at: their best cut; false when this is something else. The
 * sides being leaves, nobody asks for constants. */
bool ca_few_rows_part(ca_search *search, ca_cut *best);

/* After the node has been loaded: copies what the nodes below it will read of its rows too, which get new
 * numbers, when that pays. */
void ca_few_rows_enter(ca_search *search, uint32_t *rows);

static inline bool ca_few_rows_takes(const ca_search *search, const ca_bin_column *column) {
    return search->few->loaded && !column->missing;
}

/* *best becomes the best cut of the squared errors, or of Gini's impurity of many classes, in the waiting
 * columns, none of them constant, unless it is better already: the same bits as cut by cut. Of many classes
 * total.w alone counts. NULL where sorting is faster. */
ca_scan_few_rows *ca_few_rows_fastest(void);

/* The same where base_sum and base_weight of each row are left of the cut behind it besides (coarse_lanes.c),
 * as numbers. */
ca_scan_few_rows *ca_few_rows_open(void);

/* codes[i] = from[index[i]] for i < n, from CA_FEW_ROWS codes; whether they differ. What is behind codes[n]
 * may be written too. */
ca_pick_few_rows *ca_few_rows_pick(void);
ca_pick_long_codes *ca_few_rows_pick_long(void);

#endif
