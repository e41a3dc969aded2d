/* Trees whose cuts are drawn, grown row by row: the values of a row lie side by side, so that a vector meets
 * many columns of it at once. A node costs one pass for the least and largest values of its columns and one
 * for what lies left of their cuts; nothing is sorted, coded or looked up. Trees come out as the general
 * search (random_cut.c) grows them, bit for bit. That takes what this does not: hundreds of classes, absolute
 * errors, constraints on columns, many columns of which many are drawn, and the largest parts of wide tables.
 */
#ifndef CA_TREE_RANDOM_ROWS_H
#define CA_TREE_RANDOM_ROWS_H

#include "tree/split.h"

enum {
    CA_RANDOM_COLUMNS = 64,  /* that a node looks at, at most; */
    CA_RANDOM_LANES = 16,    /* those of a vector, and at most when they are picked out of */
    CA_RANDOM_WORDS = 512,   /* words of four bytes, which is what a row has at most */
    CA_RANDOM_CLASSES = 256, /* at most, so that one is a byte */
    CA_RANDOM_SETS = 4       /* see class_sets */
};

/* Where the values of a column are: in a word, or those of a column of two values in one bit of it. */
typedef struct ca_random_place {
    int32_t word;
    uint32_t bit;   /* 0: the word is the value */
    float value[2]; /* what the bit stands for */
    bool ranked;    /* codes, not values */
} ca_random_place;

/* What all trees of a forest read of a row: the values of its columns in single precision, or their codes
 * where that would not be all of them; then its target, or of classes 1 << 32 | class. */
typedef struct ca_random_table {
    const ca_bins *bins; /* that it was made of */
    uint8_t *rows;
    int64_t stride, statistic; /* bytes of a row; where in it the last of these is */
    int32_t words;             /* before it */
    bool picks;                /* nodes pick few of many columns; otherwise word j is column j */
    bool ranked, missing;      /* any column is; any has missing values, which are NaN */
    ca_random_place *places;   /* of each column */
} ca_random_table;

/* Makes the table for a plan of such trees where it saves time, otherwise leaves it empty (rows NULL). Give
 * it back with ca_random_table_free, also after a failure. */
cauce_status ca_random_table_make(cauce_run *run, const ca_grow_plan *plan, ca_random_table *table);
/* The same whether it saves time or not. */
cauce_status ca_random_table_lay(cauce_run *run, const ca_grow_plan *plan, ca_random_table *table);
void ca_random_table_free(ca_random_table *table);

/* A node as the loops over its rows see it. Its columns are lanes, sixteen to a group: all of the table, or
 * those that were drawn. The values of row i are at keys + key_rows[i] * stride. */
typedef struct ca_random_node {
    float low[CA_RANDOM_COLUMNS], high[CA_RANDOM_COLUMNS], cut[CA_RANDOM_COLUMNS];
    double threshold[CA_RANDOM_COLUMNS], sum[CA_RANDOM_COLUMNS], weight[CA_RANDOM_COLUMNS];
    double gain[CA_RANDOM_COLUMNS];
    int32_t column[CA_RANDOM_COLUMNS]; /* of each lane */
    int32_t lanes;                     /* a multiple of eight; values behind the last one may be anything */
    int32_t words;                     /* of a row of the table */
    int32_t word[CA_RANDOM_LANES];     /* columns that are picked: see ca_random_place */
    uint32_t bit[CA_RANDOM_LANES];
    float value[2][CA_RANDOM_LANES];
    bool missing;          /* there may be NaNs */
    uint64_t with_missing; /* which of the varying lanes have some, */
    bool missing_left;     /* and which side of the cuts these are on */
    const uint8_t *keys;
    const uint32_t *key_rows;
    int64_t stride;
    uint32_t *rows, *spare;
    int64_t n;
    const uint8_t *statistics; /* of row r: at statistics + r * step */
    int64_t step;
    uint64_t *pack;             /* classes: the statistic of each row of the node; or, where all weights */
    uint8_t *ones;              /* are 1, its class; else NULL */
    double *offset;             /* numbers: its target, then its weighted offset; NULL: classes */
    const uint32_t *row_weight; /* numbers: of row r; NULL: all 1 */
    uint32_t *weights;          /* numbers: of each row of the node, unless all are 1 */
    uint16_t *sides;            /* of each group, of each row: bit l: it goes left of the cut of lane l */
    int64_t most;               /* rows that there is room for */
    float *picked;              /* of each row ca_random_width(lanes) values */
    uint32_t *in_order;         /* 0, 1, 2, ... */
    ca_pair total;
    int32_t n_classes;           /* more than two; 0: others */
    uint32_t *class_total;       /* of each class: its weight in the node, */
    int32_t *present, n_present; /* and those that have any, ascending */
    uint32_t *class_left;        /* of each group, of each class, of each lane: what lies left of the cut */
    uint32_t *class_sets;        /* room for the same of CA_RANDOM_SETS groups */
    uint64_t key;                /* of the numbers of columns: see draws.h */
} ca_random_node;

/* Values of a row where lanes, sixteen at most, are picked. */
static inline int64_t ca_random_width(int64_t lanes) {
    return lanes > CA_RANDOM_LANES / 2 ? CA_RANDOM_LANES : CA_RANDOM_LANES / 2;
}

typedef struct ca_random_kernels {
    /* Least and largest value of each lane; reads the statistics. Returns which lanes vary: missing values
     * are apart from all others. */
    uint64_t (*range)(ca_random_node *node);
    /* The same of lanes, sixteen at most, whose values are picked out of word, bit and value. */
    uint64_t (*pick)(ca_random_node *node);
    /* Draws the thresholds of these lanes at least; a cut is the largest value of single precision that is
     * not above. */
    void (*draw)(ca_random_node *node, uint64_t lanes);
    /* What lies left of the cuts of these lanes at least: of two classes, of more, of numbers. */
    void (*classes)(ca_random_node *node, uint64_t lanes);
    void (*more_classes)(ca_random_node *node, uint64_t lanes);
    void (*numbers)(ca_random_node *node, uint64_t lanes);
    /* The gains by squares, and those of more classes. */
    void (*squares)(ca_random_node *node);
    void (*gini)(ca_random_node *node);
    /* Targets become weighted offsets around their mean, or Poisson's around 0, and their total is made; the
     * scale of the offsets comes back. 0: all targets are the same. */
    double (*offsets)(ca_random_node *node, ca_scoring scoring);
    /* Rows left of the lane's cut come to the front, both sides in their old order. Returns how many. */
    int64_t (*part)(ca_random_node *node, int32_t lane);
} ca_random_kernels;

const ca_random_kernels *ca_random_plain(void);
/* The fastest ones of this machine. */
const ca_random_kernels *ca_random_fastest(void);

/* Working memory of one tree, or of pieces of one. */
typedef struct ca_random ca_random;

/* When the search has begun: memory for n rows. of: of the tree that the search is a piece of, or NULL.
 * *random NULL: the general search has to take all. */
cauce_status ca_random_begin(cauce_run *run, const ca_search *search, const ca_random *of, int64_t n,
                             ca_random **random);

/* Whether it takes a part of so many rows. */
bool ca_random_takes(const ca_random *random, int64_t n);

typedef struct ca_random_part {
    int64_t start, n, depth;
    uint64_t key;   /* see draws.h */
    uint64_t total; /* classes: weight << 32 | what of it is of class 1, of more classes of the heaviest one;
                       may be 0 in the first part */
    int32_t parent;
    bool is_left;
} ca_random_part;

/* Grows the part, whose rows are rows[start ...], into the tree of the search's plan. */
cauce_status ca_random_grow(cauce_run *run, ca_random *random, ca_search *search, const ca_random_part *part,
                            uint32_t *rows, ca_tree *tree);

#endif
