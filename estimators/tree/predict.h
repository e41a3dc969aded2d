/* Scoring a forest: sums of leaf values over the trees, in tree order, the same bits for any number of rows
 * at a time. */
#ifndef CA_TREE_PREDICT_H
#define CA_TREE_PREDICT_H

#include "tree/tree.h"

/* A split as scoring wants it: a row goes right when low < x <= high. That covers x > threshold and, for a
 * one-hot column, "the block's code is this level", so that one-hot blocks are scored by their codes. */
typedef struct ca_scored_split {
    double low, high;
    int32_t slot; /* of the value in a row: one for each dense column, one for each one-hot block */
    int32_t child[2];
    int32_t unused;
} ca_scored_split;

/* The bound form of a forest. */
typedef struct ca_scored_forest {
    const ca_forest *forest; /* borrowed: offsets and leaves */
    const ca_scored_split *splits;
    int64_t n_slots;
} ca_scored_forest;

enum { CA_SCORE_ROWS = 4096 }; /* rows that a block should have */

/* Makes the bound form (cauce_keep) for input of schema `in`. *scratch: bytes that ca_forest_score needs. */
cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch);

/* out[r + c * stride] = mean over the trees of output c for row r. */
void ca_forest_score(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                     double *out, int64_t stride, void *scratch);

#endif
