/* Everything that scoring takes from a model file as an index or a bound is checked here once, so that
 * scoring need not. */
#include <math.h>

#include "base/run.h"
#include "data/column.h"
#include "tree/tree.h"

static cauce_status bad(cauce_run *run, int64_t tree, int64_t split, const char *what) {
    return cauce_fail(run, CAUCE_E_FORMAT, "tree %lld, split %lld: %s", (long long)tree, (long long)split,
                      what);
}

static cauce_status verify_lengths(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                                   int64_t n_outputs) {
    if (forest->n_offsets < 2)
        return cauce_fail(run, CAUCE_E_FORMAT, "a forest has at least one tree, this one has none");
    int64_t n_trees = forest->n_offsets - 1;
    if (forest->n_outputs != n_outputs)
        return cauce_fail(run, CAUCE_E_FORMAT, "leaves hold %lld numbers, expected %lld",
                          (long long)forest->n_outputs, (long long)n_outputs);
    if (forest->n_features != in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "the forest has %lld columns, its input has %lld",
                          (long long)forest->n_features, (long long)in->width);
    int64_t leaves = forest->n_index ? forest->n_index : forest->n_values;
    if (forest->n_splits < 0 || leaves - n_trees != forest->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld splits and %lld leaves do not make %lld trees",
                          (long long)forest->n_splits, (long long)leaves, (long long)n_trees);
    for (int64_t i = 0; i < forest->n_index; i++)
        if (forest->leaf_index[i] >= forest->n_values)
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf %lld has value %d of %lld", (long long)i,
                              forest->leaf_index[i], (long long)forest->n_values);
    return CAUCE_OK;
}

static cauce_status verify_columns(cauce_run *run, const ca_forest *forest, const cauce_schema *in) {
    int64_t levels = 0;
    bool boolean = true;
    for (int64_t b = 0; b < in->n_fields; b++) {
        int32_t yes;
        if (in->fields[b].form != CAUCE_CODES) continue;
        levels += cauce_levels_count(in->fields[b].levels);
        boolean &= ca_levels_boolean(in->fields[b].levels, &yes);
    }
    if (forest->n_levels != levels && (forest->n_levels || !boolean))
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld levels have a rank, its input has %lld",
                          (long long)forest->n_levels, (long long)levels);
    if (forest->n_seen && forest->n_seen != forest->n_features)
        return cauce_fail(run, CAUCE_E_FORMAT, "missing_columns has %lld entries, there are %lld columns",
                          (long long)forest->n_seen, (long long)forest->n_features);
    if ((forest->n_corrected && forest->n_corrected != forest->n_features) ||
        (forest->n_permuted && forest->n_permuted != forest->n_features))
        return cauce_fail(run, CAUCE_E_FORMAT, "importances of %lld and %lld columns, there are %lld",
                          (long long)forest->n_corrected, (long long)forest->n_permuted,
                          (long long)forest->n_features);
    if (forest->n_sums && forest->n_sum_columns != forest->n_features + 1)
        return cauce_fail(run, CAUCE_E_FORMAT, "importance_sums has %lld columns, expected %lld",
                          (long long)forest->n_sum_columns, (long long)forest->n_features + 1);
    if (forest->n_sides && forest->n_sides != forest->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "split_missing has %lld entries, there are %lld splits",
                          (long long)forest->n_sides, (long long)forest->n_splits);
    for (int64_t i = 0; i < forest->n_sides; i++)
        if (forest->split_missing[i] > 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "split_missing is 0 or 1, number %lld is %d", (long long)i,
                              forest->split_missing[i]);
    return CAUCE_OK;
}

static cauce_status verify_offsets(cauce_run *run, const ca_forest *forest) {
    int64_t n_trees = forest->n_offsets - 1;
    const int64_t *offset = forest->tree_offset;
    if (offset[0] != 0 || offset[n_trees] != forest->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "the trees do not cover the splits");
    for (int64_t t = 0; t < n_trees; t++)
        if (offset[t + 1] < offset[t] || offset[t + 1] - offset[t] > INT32_MAX - 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "tree %lld goes from split %lld to %lld", (long long)t,
                              (long long)offset[t], (long long)offset[t + 1]);
    return CAUCE_OK;
}

/* Each split but the first is the child of an earlier one, and all are somebody's. */
static cauce_status verify_tree(cauce_run *run, const ca_forest *forest, int64_t t) {
    int64_t at = forest->tree_offset[t], n = forest->tree_offset[t + 1] - at, known = 1;
    for (int64_t i = 0; i < n; i++) {
        int32_t feature = forest->split_feature[at + i];
        uint8_t leaves = forest->split_leaves[at + i];
        if (known <= i) return bad(run, t, i, "no split before it has it as a child");
        if (leaves > 3) return bad(run, t, i, "split_leaves is 0, 1, 2 or 3");
        if (feature < 0 || feature >= forest->n_features) return bad(run, t, i, "no such column");
        if (isnan(forest->split_threshold[at + i])) return bad(run, t, i, "the threshold is not a number");
        known += 2 - (leaves & 1) - (leaves >> 1);
    }
    return n == 0 || known == n ? CAUCE_OK : bad(run, t, n - 1, "it has a child outside of the tree");
}

cauce_status ca_forest_verify(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                              int64_t n_outputs) {
    CA_TRY(verify_lengths(run, forest, in, n_outputs));
    CA_TRY(verify_columns(run, forest, in));
    CA_TRY(verify_offsets(run, forest));
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++) CA_TRY(verify_tree(run, forest, t));
    for (int64_t i = 0; i < forest->n_values * forest->n_outputs; i++)
        if (!isfinite(forest->leaf_value[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf number %lld is not finite", (long long)i);
    return CAUCE_OK;
}
