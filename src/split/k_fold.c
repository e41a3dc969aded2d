/* k_fold: the rows in table order, or shuffled once, cut into n_splits consecutive parts that differ by one
 * row at most (the first ones are larger). Each part is the test part of one fold.
 *
 * With stratify_bins the parts have the same share of small, middling and large targets: the rows are binned
 * at quantiles of the target, and dealt as stratified_k_fold deals classes.
 *
 * Stone, "Cross-validatory choice and assessment of statistical predictions", J. R. Stat. Soc. B 36 (1974).
 */
#include "math/quantile.h"
#include "split/folds.h"

struct k_fold_params {
    int64_t n_splits;
    bool shuffle;
    cauce_value random_state, stratify_bins;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct k_fold_params),
    CAUCE_BOOL(struct k_fold_params, shuffle, false, "Shuffle the rows before they are cut into folds."),
    CA_SPLIT_RANDOM_STATE(struct k_fold_params),
    CAUCE_MIXED(
        struct k_fold_params, stratify_bins, "null", CAUCE_V_NULL | CAUCE_V_INT, 2, 2147483647, 0, 0, NULL,
        "Give each fold the same share of this many quantile bins of a target of numbers; null: no bins."),
    CAUCE_END
};

cauce_status ca_deal_k_fold(cauce_run *run, const ca_split_input *input, int64_t n_splits, cauce_rng *rng,
                            int32_t *fold_of) {
    int64_t n = input->n_rows, at = 0;
    int64_t *order = ca_folds_range(run, &run->scratch, 0, n);
    if (!order) return run->error.status;
    if (rng) ca_shuffle_i64(rng, order, n);
    for (int32_t f = 0; f < n_splits; f++) {
        int64_t end = at + n / n_splits + (f < n % n_splits);
        while (at < end) fold_of[order[at++]] = f;
    }
    return CAUCE_OK;
}

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
static cauce_status find_bins(cauce_run *run, const ca_split_input *input, int32_t bins, int32_t *bin) {
    int64_t n = input->n_rows;
    if (!input->y)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "stratify_bins needs a target of numbers; for classes use stratified_k_fold");
    if (bins > n)
        return cauce_fail(run, CAUCE_E_DATA, "stratify_bins=%d is more than the %lld rows of the table",
                          (int)bins, (long long)n);
    ca_sorted sorted;
    double *edges = cauce_scratch(run, bins, sizeof *edges);
    if (!edges) return run->error.status;
    CA_TRY(ca_sorted_of(run, input->y, NULL, n, &sorted));
    if (sorted.n < n) return cauce_fail(run, CAUCE_E_DATA, "some rows have no target to stratify by");
    for (int32_t b = 1; b < bins; b++) edges[b - 1] = ca_sorted_quantile(&sorted, (double)b / bins);
    for (int64_t r = 0; r < n; r++) bin[r] = bin_of(edges, bins - 1, input->y[r]);
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct k_fold_params *p = params;
    int64_t n = input->n_rows;
    CA_TRY(ca_folds_check(run, p->n_splits, n));
    int32_t *fold_of = cauce_scratch(run, n, sizeof *fold_of), *bin = cauce_scratch(run, n, sizeof *bin);
    if (!fold_of || !bin) return run->error.status;
    cauce_rng rng;
    cauce_rng_init(&rng, ca_split_seed(&p->random_state), "k_fold", 0);
    if (p->stratify_bins.type == CAUCE_V_INT) {
        int32_t bins = (int32_t)p->stratify_bins.integer;
        CA_TRY(find_bins(run, input, bins, bin));
        CA_TRY(ca_deal_strata(run, bin, bins, n, p->n_splits, p->shuffle ? &rng : NULL, fold_of));
    } else
        CA_TRY(ca_deal_k_fold(run, input, p->n_splits, p->shuffle ? &rng : NULL, fold_of));
    return ca_folds_assign(run, arena, fold_of, n, p->n_splits, folds);
}

const ca_splitter ca_splitter_k_fold = { "k_fold",
                                         "Cuts the rows into n_splits parts of equal size, in table order or "
                                         "shuffled; each is the test part once.",
                                         "Stone (1974), J. R. Stat. Soc. B 36, 111-147",
                                         sizeof(struct k_fold_params),
                                         param_rows,
                                         split };
