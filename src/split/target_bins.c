/* A target of numbers as classes: its bins between quantiles, for splitters that give each part the same
 * share of small, middling and large targets. */
#include "math/quantile.h"
#include "split/folds.h"

/* How many of the ascending edges are <= value. */
static int32_t bin_of(const double *edges, int32_t n, double value) {
    int32_t low = 0, high = n;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (edges[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Equal targets share a bin, however many they are: some bins may be empty. */
cauce_status ca_target_bins(cauce_run *run, const char *param, const ca_split_input *input, int32_t bins,
                            ca_split_input *binned) {
    int64_t n = input->n_rows;
    if (!input->y)
        return cauce_fail(run, CAUCE_E_PARAM, "%s needs a target of numbers; for classes use %s", param,
                          input->y_class ? "stratified_k_fold and its kind without it" : "stratified_k_fold");
    if (input->n_targets > 1)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "%s=%d goes by one target, and there are %lld; k_fold shuffle=true deals the rows "
                          "without looking at them",
                          param, (int)bins, (long long)input->n_targets);
    if (bins > n)
        return cauce_fail(run, CAUCE_E_DATA, "%s=%d is more than the %lld rows of the table", param,
                          (int)bins, (long long)n);
    ca_sorted sorted;
    double *edges = cauce_scratch(run, bins, sizeof *edges);
    int32_t *bin = cauce_scratch(run, n, sizeof *bin);
    if (!edges || !bin) return run->error.status;
    CA_TRY(ca_sorted_of(run, input->y, NULL, n, &sorted));
    if (sorted.n < n) return cauce_fail(run, CAUCE_E_DATA, "some rows have no target to stratify by");
    for (int32_t b = 1; b < bins; b++) edges[b - 1] = ca_sorted_quantile(&sorted, (double)b / bins);
    for (int64_t r = 0; r < n; r++) bin[r] = bin_of(edges, bins - 1, input->y[r]);
    *binned = *input;
    binned->y = NULL;
    binned->y_class = bin;
    binned->n_classes = bins;
    binned->labels = NULL;
    return CAUCE_OK;
}

cauce_status ca_strata_input(cauce_run *run, const char *name, const ca_split_input *input,
                             const cauce_value *bins, ca_split_input *strata) {
    if (bins->type == CAUCE_V_INT) return ca_target_bins(run, "bins", input, (int32_t)bins->integer, strata);
    if (!input->y_class)
        return cauce_fail(run, CAUCE_E_PARAM, "%s needs a target of classes; %s", name,
                          input->n_targets > 1 ? "for several targets use k_fold"
                                               : "for a target of numbers give bins=10, or use k_fold");
    *strata = *input;
    return CAUCE_OK;
}
