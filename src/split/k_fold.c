/* k_fold: the rows in table order, or shuffled once, cut into n_splits consecutive parts that differ by one
 * row at most (the first ones are larger). Each part is the test part of one fold.
 *
 * With stratify_bins the parts have the same share of small, middling and large targets: the rows are binned
 * at quantiles of the target, and dealt as stratified_k_fold deals classes.
 *
 * Stone, "Cross-validatory choice and assessment of statistical predictions", J. R. Stat. Soc. B 36 (1974).
 */
#include "split/folds.h"

struct k_fold_params {
    int64_t n_splits;
    bool shuffle;
    int rng;
    cauce_value random_state, stratify_bins;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct k_fold_params),
    CAUCE_BOOL(struct k_fold_params, shuffle, false, "Shuffle the rows before they are cut into folds."),
    CA_SPLIT_RANDOM_STATE(struct k_fold_params),
    CA_SPLIT_RNG(struct k_fold_params),
    CAUCE_MIXED(
        struct k_fold_params, stratify_bins, "null", CAUCE_V_NULL | CAUCE_V_INT, 2, 2147483647, 0, 0, NULL,
        "Give each fold the same share of this many quantile bins of a target of numbers; null: no bins."),
    CAUCE_END
};

cauce_status ca_deal_k_fold(cauce_run *run, const ca_split_input *input, int64_t n_splits, ca_draws *draws,
                            int32_t *fold_of) {
    int64_t n = input->n_rows, at = 0;
    int64_t *order = ca_folds_range(run, &run->scratch, 0, n);
    if (!order) return run->error.status;
    if (draws) ca_shuffle_i64(draws, order, n);
    for (int32_t f = 0; f < n_splits; f++) {
        int64_t end = at + n / n_splits + (f < n % n_splits);
        while (at < end) fold_of[order[at++]] = f;
    }
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct k_fold_params *p = params;
    int64_t n = input->n_rows;
    CA_TRY(ca_folds_check(run, p->n_splits, n));
    int32_t *fold_of = cauce_scratch(run, n, sizeof *fold_of);
    if (!fold_of) return run->error.status;
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "k_fold", &draws));
    if (p->stratify_bins.type == CAUCE_V_INT) {
        int32_t bins = (int32_t)p->stratify_bins.integer;
        ca_split_input binned;
        CA_TRY(ca_target_bins(run, "stratify_bins", input, bins, &binned));
        CA_TRY(ca_deal_stratified(run, &binned, p->n_splits, p->shuffle ? &draws : NULL, fold_of));
    } else
        CA_TRY(ca_deal_k_fold(run, input, p->n_splits, p->shuffle ? &draws : NULL, fold_of));
    return ca_folds_assign(run, arena, input, fold_of, p->n_splits, folds);
}

const ca_splitter ca_splitter_k_fold = { "k_fold",
                                         "Cuts the rows into n_splits parts of equal size, in table order or "
                                         "shuffled; each is the test part once.",
                                         "Stone (1974), J. R. Stat. Soc. B 36, 111-147",
                                         sizeof(struct k_fold_params),
                                         param_rows,
                                         split };
