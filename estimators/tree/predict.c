#include "tree/predict.h"

#include <math.h>
#include <string.h>

#include "base/run.h"

enum { GROUP = 512 }; /* rows that are laid out row by row and sent through all trees together */

static int64_t count_slots(const cauce_schema *in) {
    int64_t n = 0;
    for (int64_t b = 0; b < in->n_fields; b++)
        n += in->fields[b].form == CAUCE_DENSE ? in->fields[b].width : 1;
    return n;
}

/* Slot and level (-1: dense) of each column. */
typedef struct place {
    int32_t slot, level;
} place;

static void find_places(const cauce_schema *in, place *places) {
    int64_t j = 0;
    int32_t slot = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        bool dense = in->fields[b].form == CAUCE_DENSE;
        for (int64_t k = 0; k < in->fields[b].width; k++)
            places[j++] = (place){ dense ? slot++ : slot, dense ? -1 : (int32_t)k };
        slot += !dense;
    }
}

static ca_scored_split prepare(const ca_forest *forest, int64_t i, const place *places) {
    place at = places[forest->split_feature[i]];
    double threshold = forest->split_threshold[i];
    ca_scored_split split = { .low = threshold, .high = HUGE_VAL, .slot = at.slot };
    split.child[0] = forest->left_child[i];
    split.child[1] = forest->right_child[i];
    if (at.level < 0) return split;
    if (threshold < 0) { /* neither 0 nor 1 is below */
        split.low = -HUGE_VAL;
    } else if (threshold < 1) {
        split.low = at.level - 0.5;
        split.high = at.level + 0.5;
    } else {
        split.low = HUGE_VAL;
    }
    return split;
}

cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch) {
    int64_t n_slots = count_slots(in);
    place *places = cauce_scratch(run, in->width, sizeof *places);
    ca_scored_split *splits = cauce_keep(run, forest->n_splits, sizeof *splits);
    ca_scored_forest *bound = cauce_keep(run, 1, sizeof *bound);
    if (!places || !splits || !bound) return CA_NOMEM(run);
    find_places(in, places);
    for (int64_t i = 0; i < forest->n_splits; i++) splits[i] = prepare(forest, i, places);
    *bound = (ca_scored_forest){ forest, splits, n_slots };
    *scored = bound;
    *scratch = GROUP * ((size_t)n_slots * sizeof(double) + 2 * sizeof(int32_t) + sizeof(int32_t));
    return CAUCE_OK;
}

/* Rows first .. first+n-1 of the batch, row by row. */
static void lay_out(const cauce_schema *in, const cauce_batch *batch, int64_t first, int64_t n,
                    int64_t n_slots, double *rows) {
    int64_t slot = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_block *block = &batch->blocks[b];
        if (in->fields[b].form == CAUCE_DENSE) {
            for (int64_t k = 0; k < in->fields[b].width; k++, slot++) {
                const double *x = block->values + k * block->stride + first;
                for (int64_t r = 0; r < n; r++) rows[r * n_slots + slot] = x[r];
            }
        } else {
            for (int64_t r = 0; r < n; r++) rows[r * n_slots + slot] = block->codes[first + r];
            slot++;
        }
    }
}

static inline int32_t step(const ca_scored_split *splits, int32_t at, const double *row) {
    const ca_scored_split *s = &splits[at];
    double x = row[s->slot];
    return s->child[(x > s->low) & (x <= s->high)];
}

/* Leaf (as ~leaf) of each row. One pass takes every unfinished row one level down: the rows do not wait for
 * each other's memory. */
static void walk(const ca_scored_split *splits, const double *rows, int64_t n_slots, int32_t n,
                 int32_t *active, int32_t *at) {
    for (int32_t r = 0; r < n; r++) {
        active[r] = r;
        at[r] = 0;
    }
    while (n) {
        int32_t left = 0;
        for (int32_t i = 0; i < n; i++) {
            int32_t r = active[i], next = step(splits, at[r], rows + r * n_slots);
            at[r] = next;
            active[left] = r;
            left += next >= 0;
        }
        n = left;
    }
}

static void add_leaves(const ca_forest *forest, int64_t t, const int32_t *at, int64_t n, double *out,
                       int64_t stride) {
    int64_t k = forest->n_outputs;
    const double *leaves = forest->leaf_value + (forest->tree_offset[t] + t) * k;
    for (int64_t r = 0; r < n; r++) {
        const double *leaf = leaves + (int64_t)~at[r] * k;
        for (int64_t c = 0; c < k; c++) out[r + c * stride] += leaf[c];
    }
}

static void score_group(const ca_scored_forest *scored, const double *rows, int32_t n, int32_t *active,
                        int32_t *at, double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    int64_t n_trees = forest->n_offsets - 1;
    for (int64_t c = 0; c < forest->n_outputs; c++) memset(out + c * stride, 0, (size_t)n * sizeof *out);
    for (int64_t t = 0; t < n_trees; t++) {
        int64_t first = forest->tree_offset[t];
        if (forest->tree_offset[t + 1] == first)
            for (int32_t r = 0; r < n; r++) at[r] = -1;
        else
            walk(scored->splits + first, rows, scored->n_slots, n, active, at);
        add_leaves(forest, t, at, n, out, stride);
    }
    for (int64_t c = 0; c < forest->n_outputs; c++)
        for (int32_t r = 0; r < n; r++) out[r + c * stride] /= (double)n_trees;
}

void ca_forest_score(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                     double *out, int64_t stride, void *scratch) {
    double *rows = scratch;
    int32_t *active = (int32_t *)(rows + GROUP * scored->n_slots), *at = active + GROUP;
    for (int64_t first = 0; first < batch->n_rows; first += GROUP) {
        int32_t n = (int32_t)(batch->n_rows - first < GROUP ? batch->n_rows - first : GROUP);
        lay_out(in, batch, first, n, scored->n_slots, rows);
        score_group(scored, rows, n, active, at, out + first, stride);
    }
}
