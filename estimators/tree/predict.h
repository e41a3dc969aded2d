/* Scoring a forest: sums of leaf values over the trees, in tree order, the same bits for any number of rows
 * at a time. */
#ifndef CA_TREE_PREDICT_H
#define CA_TREE_PREDICT_H

#include "tree/clusters.h"
#include "tree/tree.h"
#include "tree/walk.h"

/* Scoring reads a row as codes: one slot for each dense column (how many of the forest's thresholds of that
 * column are below the value), one for each one-hot block (1 + its code). Comparing codes sends every row
 * where comparing values would.
 *
 * A column whose values may be missing, by the training rows or as a category, has two slots, where a missing
 * one is below all thresholds or above them: a split looks at the one that suits it. In other columns missing
 * numbers are rare; rows with one are walked again, one by one. */
typedef struct ca_slot {
    const double *thresholds; /* dense and categories: the distinct thresholds, ascending */
    int64_t n_thresholds;
    const uint32_t *level_codes; /* categories: the code of each level */
    bool twin;                   /* the next slot is its second */
} ca_slot;

/* How many thresholds are below x, without a branch on x: the length halves, the start moves or stays. */
static inline uint32_t ca_slot_code(const ca_slot *slot, double x) {
    const double *start = slot->thresholds;
    int64_t n = slot->n_thresholds;
    if (n == 0) return 0;
    while (n > 1) {
        int64_t half = n / 2;
        start += start[half - 1] < x ? half : 0;
        n -= half;
    }
    return (uint32_t)(start - slot->thresholds) + (*start < x);
}

/* The bound form of a forest. */
typedef struct ca_scored_forest {
    const ca_forest *forest; /* borrowed: offsets and leaves */
    ca_clusters clusters;
    const ca_scored_split *splits; /* where there are no clusters */
    const ca_slot *slots;
    ca_split_shape shape;
    ca_walk *walk;          /* the fastest one that this machine has */
    int row_shift;          /* a row has 1 << row_shift codes, n_slots of them used */
    int64_t n_slots, group; /* rows that go through all trees together */
    bool takes_missing;     /* false: a model of an older version, which does not say where they go */
} ca_scored_forest;

enum { CA_SCORE_ROWS = 4096 }; /* rows that a block should have */

/* Makes the bound form (cauce_keep) for input of schema `in`. *scratch: bytes that ca_forest_score needs. */
cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch);

/* out[r + c * stride] = mean over the trees of output c for row r. Fails, DATA, for a missing number that the
 * model does not take. */
cauce_status ca_forest_score(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, double *out, int64_t stride, void *scratch);

/* Hands the leaves of each row, one of each tree by its number in the forest, to `visit`. */
typedef void ca_leaves_visit(int64_t row, const uint64_t *leaves, void *payload);
cauce_status ca_forest_visit(cauce_run *run, const ca_scored_forest *scored, const cauce_schema *in,
                             const cauce_batch *batch, ca_leaves_visit *visit, void *payload, void *scratch);

#endif
