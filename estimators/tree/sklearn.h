/* rng=sklearn: the trees that scikit-learn 1.2.1 grows from the same random_state, node by node, so that who
 * moves a model from there sees the same scores on his own rows before he trusts the native kernels.
 *
 * Equal trees need equal draws and, as gains tie or nearly tie all the time, sums of equal bits. So what is
 * done here is done in scikit-learn's order: columns are rounded to 32 bits and drawn by its xorshift, rows
 * are sorted in each node and column by a sort that is not stable, sums run over the rows in the order that
 * sorting and parting left them in, and the first cut with a strictly larger gain wins. Seeds and samples
 * come from numpy's Mersenne Twister. Rules: Louppe, "Understanding random forests", 2014, chapter 5,
 * arXiv:1407.7502, and the behaviour of scikit-learn 1.2.1, which the tests compare node by node.
 *
 * A split sends a row left when its value, rounded to 32 bits, is at most a threshold in the middle of two
 * such values. Scoring compares in 64 bits: the threshold that is kept is the largest number that rounds to
 * the left side, so every number goes where it would go there. */
#ifndef CA_TREE_SKLEARN_H
#define CA_TREE_SKLEARN_H

#include "tree/forest.h"

/* A row of a node with its value in the column under way. */
typedef struct ca_sk_row {
    float x;
    uint32_t row;
} ca_sk_row;

/* ---- sklearn_median.c: the weighted median of rows that come and go ------------------------------------ */

typedef struct ca_sk_median {
    double *y, *weight;  /* ascending; zeroed memory of room + 1 numbers each */
    int64_t room;        /* at least as many as there ever are */
    int64_t n, k;        /* the first k have half of the weight */
    double total, below; /* weight of all, and of the first k */
} ca_sk_median;

void ca_sk_median_clear(ca_sk_median *m);
void ca_sk_median_add(ca_sk_median *m, double y, double weight);
/* One that was added. */
void ca_sk_median_remove(ca_sk_median *m, double y, double weight);
/* Moves all, the least first. */
void ca_sk_median_pour(ca_sk_median *from, ca_sk_median *to);
/* Of at least one. */
double ca_sk_median_value(const ca_sk_median *m);

/* ---- sklearn_sums.c: what a node and both sides of a cut in it are worth ------------------------------- */

/* Rows start .. at-1 of the node are on the left, at .. end-1 on the right. */
typedef struct ca_sk_sums {
    ca_criterion criterion;
    bool friedman; /* CA_SQUARED_ERROR ranked by the distance of the means */
    int32_t width; /* classes; 1 for numbers */
    const double *y, *weight;
    const int32_t *y_class; /* NULL: numbers */
    const ca_sk_row *rows;
    double tree_weight;
    int64_t start, at, end;
    double node_weight, left_weight, right_weight, squares; /* squares: of the targets, times weight */
    double *node, *left, *right; /* weights of the classes; numbers: sum of target times weight */
    double median;               /* absolute error: of the node */
    ca_sk_median left_median, right_median;
} ca_sk_sums;

void ca_sk_sums_enter(ca_sk_sums *s, int64_t start, int64_t end);
/* Puts all rows to the right; moves the cut. The way to a place decides the last bits, so it counts. */
void ca_sk_sums_reset(ca_sk_sums *s);
void ca_sk_sums_move(ca_sk_sums *s, int64_t at);
double ca_sk_sums_impurity(const ca_sk_sums *s);                         /* of the node */
void ca_sk_sums_sides(const ca_sk_sums *s, double *left, double *right); /* impurities */
double ca_sk_sums_gain(const ca_sk_sums *s); /* ranks cuts; not a number, or -inf: not allowed */
/* How much the cut decreases the impurity of all rows. */
double ca_sk_sums_decrease(const ca_sk_sums *s, double node, double left, double right);

/* ---- sklearn_split.c: the best cut of a node ----------------------------------------------------------- */

typedef struct ca_sk_search {
    ca_sk_sums sums;
    const float *columns; /* n_rows of each */
    int64_t n_rows, n_columns;
    ca_sk_row *rows;    /* of all nodes, side by side */
    int32_t *order;     /* columns, in an order that every draw changes: see draw in sklearn_split.c */
    int32_t *constants; /* those that were constant above this node */
    uint32_t random;    /* state of the xorshift */
    int64_t max_features, min_samples_leaf;
    double min_weight; /* of a leaf */
    bool random_cuts;
} ca_sk_search;

typedef struct ca_sk_cut {
    int32_t feature; /* -1: none found */
    int64_t at;
    double threshold, decrease, impurity[2];
} ca_sk_cut;

/* The best cut of the node that was entered; its rows are parted accordingly. *n_constants: how many columns
 * are known to be constant, before and after. */
cauce_status ca_sk_find(cauce_run *run, ca_sk_search *s, double impurity, int64_t *n_constants,
                        ca_sk_cut *cut);

/* Sorts by value as scikit-learn does: which of equal values comes first is part of the result. */
void ca_sk_sort(ca_sk_row *rows, int64_t n);

/* ---- sklearn_grow.c ------------------------------------------------------------------------------------ */

/* Grows tree t of the job on rows[0 .. n-1], those with a weight > 0. */
cauce_status ca_sk_grow(cauce_run *run, const ca_forest_job *fit, int64_t t, const uint32_t *rows, int64_t n,
                        const double *weight, ca_tree *tree);

/* ---- sklearn.c: seeds, samples and weights of a forest ------------------------------------------------- */

typedef struct ca_sklearn {
    uint32_t *seeds; /* of each tree */
    float *columns;  /* n_rows of each */
    double *weight;  /* of each row, classes included; NULL: all 1 */
} ca_sklearn;

/* Refuses what scikit-learn 1.2.1 does not have. Before any work. */
cauce_status ca_sklearn_check(cauce_run *run, const ca_forest_job *fit);
/* criterion=friedman_mse, which elsewhere is squared_error. */
bool ca_sklearn_friedman(const ca_forest_job *fit);
/* Draws the seeds and rounds the columns; the bins are made. fit->sklearn is what it makes. */
cauce_status ca_sklearn_begin(cauce_run *run, ca_forest_job *fit);
/* How often tree t draws each row; bootstrap only. */
void ca_sklearn_draw(const ca_forest_job *fit, int64_t t, uint32_t *times);
/* Turns how often tree t drew each row into the row's weight in the tree. */
cauce_status ca_sklearn_weigh(cauce_run *run, const ca_forest_job *fit, double *weight);

/* numpy's sum of n numbers: the order in which it adds is part of the result. */
double ca_sk_sum(const double *x, int64_t n);

#endif
