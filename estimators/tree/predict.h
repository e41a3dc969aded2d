/* Scoring a forest: sums of leaf values over the trees, in tree order, the same bits for any number of rows
 * at a time. */
#ifndef CA_TREE_PREDICT_H
#define CA_TREE_PREDICT_H

#include <string.h>

#include "math/ranks.h"
#include "tree/clusters.h"
#include "tree/tree.h"
#include "tree/walk.h"

/* Scoring reads a row as codes: one slot for each dense column (how many of the forest's thresholds of that
 * column are below the value, or the value itself, below), one for each one-hot block (1 + its code).
 * Comparing codes sends every row where comparing values would.
 *
 * Where thresholds lie between single-precision numbers, the values mostly are such numbers too, and as long
 * as no two thresholds lie between the same two, nobody has to be looked up: the code of such a value is its
 * number among all of single precision, that of a threshold the number of the one above it. Another value
 * gets the code of the last threshold below it.
 *
 * A column whose values may be missing, by the training rows or as a category, has two slots, where a missing
 * one is below all thresholds or above them: a split looks at the one that suits it. In other columns missing
 * numbers are rare; rows with one are walked again, one by one. */
typedef struct ca_slot {
    ca_ranks thresholds;         /* dense and categories: the distinct ones */
    const uint32_t *level_codes; /* categories: the code of each level */
    bool single;                 /* codes are numbers of single precision */
    bool twin;                   /* the next slot is its second */
} ca_slot;

/* The number of x among all of single precision, from 0x7FFFFF for the lowest; zeros are equal. Not for NaN.
 */
static inline uint32_t ca_single_code(float x) {
    float zero_or_x = x + 0.0F;
    uint32_t bits;
    memcpy(&bits, &zero_or_x, sizeof bits);
    return bits ^ ((uint32_t) - (int32_t)(bits >> 31) | UINT32_C(0x80000000));
}

/* The code of a threshold: values up to it have a lower one. */
static inline uint32_t ca_single_threshold(double threshold) {
    float below = (float)threshold;
    uint32_t code = ca_single_code(below);
    return code + ((double)below <= threshold);
}

/* Slots of a column, the first being for missing values that go left, and level (-1: no one-hot column). */
struct ca_scored_place {
    uint32_t slot, second;
    int32_t level;
};

/* The leaves in the order in which walkers find them. Leaf i has the outputs value[i * n_outputs], or those
 * of row index[i], or of row number[i]. */
typedef struct ca_scored_leaves {
    const double *value;
    const uint16_t *index;  /* or NULL */
    const uint32_t *number; /* of the leaf in the forest; NULL: i, or not wanted */
    bool by_number;         /* value is the forest's own */
} ca_scored_leaves;

/* The bound form of a forest. */
typedef struct ca_scored_forest {
    const ca_forest *forest; /* borrowed: offsets and leaves */
    const struct ca_scored_place *places;
    int row_shift;          /* a row has 1 << row_shift codes, n_slots of them used */
    int64_t n_slots, group; /* rows that go through all trees together */
    bool takes_missing;     /* false: a model of an older version, which does not say where they go */
    /* from here on when it is ready */
    ca_clusters clusters;
    const ca_scored_split *splits; /* where there are no clusters */
    ca_scored_leaves leaves;
    const ca_slot *slots;
    ca_split_shape shape;
    ca_walk *walk; /* the fastest one that this machine has */
} ca_scored_forest;

enum {
    CA_SCORE_ROWS = 4096, /* rows that a block should have */
    CA_FEW_ROWS = 8       /* fewer are coded, and go through the trees, one by one, all trees at a time */
};

/* Makes the bound form (cauce_keep) for input of schema `in`. *scratch: bytes that ca_forest_score needs. */
cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch);
/* Once before it is used: codes and clusters (cauce_keep). On failure it is as it was. */
cauce_status ca_forest_ready(cauce_run *run, const cauce_schema *in, ca_scored_forest *scored);

/* Codes of rows first .. first+n-1 of the batch, row by row; how many numbers are missing in columns that had
 * none at fit: those have code CA_WALK_MISSING. */
int64_t ca_forest_code(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                       int64_t first, int64_t n, uint32_t *codes);

/* out[r + c * stride] = mean over the trees of output c for row r. Fails, DATA, for a missing number that the
 * model does not take. */
cauce_status ca_forest_score(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, double *out, int64_t stride, void *scratch);

/* Hands the leaves of each row, one of each tree by its number in the forest, to `visit`. */
typedef void ca_leaves_visit(int64_t row, const uint64_t *leaves, void *payload);
cauce_status ca_forest_visit(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, ca_leaves_visit *visit, void *payload, void *scratch);

#endif
