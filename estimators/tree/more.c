/* Going on with a forest: the trees that there are stay, and those that are still to come are grown as if all
 * were grown at once, for the random numbers of a tree hang on its number alone.
 *
 * Each tree says what it learned from the rows that it was grown on: importances are means over the trees,
 * wherever they grew. The order of the levels of categories is that of the first rows, by which the trees
 * that there are part them. */
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/forest.h"

/* What the trees that there are were asked, and what they were not. */
static cauce_status changed(cauce_run *run, const char *param) {
    return cauce_fail(run, CAUCE_E_PARAM, "a forest goes on with the %s that it began with", param);
}

/* Scoring needs less of a state than this. */
static cauce_status check_state(cauce_run *run, const cauce_fitted *start) {
    const ca_forest_params *params = start->params;
    const ca_forest *forest = start->state;
    int64_t first = 0;
    if (!forest->n_sums)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                          "the model was saved before forests kept the sums of their importances, and cannot "
                          "go on; fit it anew");
    if (forest->n_sums != 1 + params->corrected_importances + params->permutation_importances)
        return cauce_fail(run, CAUCE_E_FORMAT, "importance_sums has %lld rows", (long long)forest->n_sums);
    if (forest->n_sides != forest->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "split_missing has %lld entries, there are %lld splits",
                          (long long)forest->n_sides, (long long)forest->n_splits);
    for (int64_t b = 0; b < start->in->n_fields && forest->n_levels; b++) {
        const cauce_field *field = &start->in->fields[b];
        int32_t k = field->form == CAUCE_CODES ? cauce_levels_count(field->levels) : 0;
        for (int32_t i = 0; i < k; i++) {
            int32_t rank = forest->level_rank[first + i];
            if (rank < 0 || rank >= k)
                return cauce_fail(run, CAUCE_E_FORMAT, "level %d of column '%s' has the rank %d", i,
                                  field->name, rank);
        }
        first += k;
    }
    return CAUCE_OK;
}

cauce_status ca_forest_start(cauce_run *run, ca_forest_job *fit) {
    const cauce_fitted *start = fit->train->start;
    if (!start) return CAUCE_OK;
    const ca_forest_params *before = start->params, *now = fit->params;
    const ca_forest *forest = start->state;
    int64_t n_trees = forest->n_offsets - 1;
    CA_TRY(check_state(run, start));
    if (now->n_estimators < n_trees)
        return cauce_fail(run, CAUCE_E_PARAM, "n_estimators=%lld is less than the %lld trees that there are",
                          (long long)now->n_estimators, (long long)n_trees);
    if (now->criterion != before->criterion) return changed(run, "criterion");
    if (ca_forest_has_quantile(now) != ca_forest_has_quantile(before))
        return changed(run, "quantile, or without one,");
    if (now->oob_score != before->oob_score) return changed(run, "oob_score");
    if (now->corrected_importances != before->corrected_importances)
        return changed(run, "corrected_importances");
    if (now->permutation_importances != before->permutation_importances)
        return changed(run, "permutation_importances");
    fit->start = forest;
    fit->n_start = n_trees;
    return CAUCE_OK;
}

/* Trees of an earlier fit; what they decreased is in the sums. */
static cauce_status restore(cauce_run *run, int64_t t, void *payload) {
    const ca_forest_job *fit = payload;
    ca_tree tree = { 0 };
    cauce_status status = ca_forest_tree(run, fit->start, t, &tree);
    if (status == CAUCE_OK) status = ca_tree_pack(run, &tree, fit->start->n_features, &fit->packed[t]);
    ca_tree_free(&tree);
    return status;
}

cauce_status ca_forest_restore(cauce_run *run, ca_forest_job *fit) {
    return cauce_parallel(run, fit->n_start, restore, fit);
}

cauce_status ca_forest_keep_missing(cauce_run *run, const ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    if (!fit->start || !fit->start->n_seen) return CAUCE_OK;
    if (!forest->n_seen) {
        forest->missing_columns = cauce_keep(run, forest->n_features, sizeof *forest->missing_columns);
        if (!forest->missing_columns) return CA_NOMEM(run);
        forest->n_seen = forest->n_features;
    }
    for (int64_t j = 0; j < forest->n_features; j++)
        forest->missing_columns[j] |= fit->start->missing_columns[j];
    return CAUCE_OK;
}
