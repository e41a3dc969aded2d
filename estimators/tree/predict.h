/* Scoring a forest: sums of leaf values over the trees, in tree order, the same bits for any number of rows
 * at a time. */
#ifndef CA_TREE_PREDICT_H
#define CA_TREE_PREDICT_H

#include "tree/tree.h"
#include "tree/walk.h"

/* Scoring reads a row as codes: one slot for each dense column (how many of the forest's thresholds of that
 * column are below the value), one for each one-hot block (1 + its code). Comparing codes sends every row
 * where comparing values would. */
typedef struct ca_slot {
    const double *thresholds; /* dense: the distinct thresholds, ascending */
    int64_t n_thresholds;
} ca_slot;

/* The bound form of a forest. */
typedef struct ca_scored_forest {
    const ca_forest *forest; /* borrowed: offsets and leaves */
    const ca_scored_split *splits;
    const ca_slot *slots;
    ca_split_shape shape;
    ca_walk *walk;          /* the fastest one that this machine has */
    int row_shift;          /* a row has 1 << row_shift codes, n_slots of them used */
    int64_t n_slots, group; /* rows that go through all trees together */
} ca_scored_forest;

enum { CA_SCORE_ROWS = 4096 }; /* rows that a block should have */

/* Makes the bound form (cauce_keep) for input of schema `in`. *scratch: bytes that ca_forest_score needs. */
cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch);

/* out[r + c * stride] = mean over the trees of output c for row r. */
void ca_forest_score(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                     double *out, int64_t stride, void *scratch);

#endif
