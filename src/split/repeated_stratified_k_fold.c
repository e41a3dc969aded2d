/* repeated_stratified_k_fold: stratified_k_fold with a shuffle, again and again with others. The first repeat
 * is what stratified_k_fold does with shuffle=true and the same random_state. */
#include "split/folds.h"

struct repeated_stratified_k_fold_params {
    int64_t n_splits, n_repeats;
    cauce_value random_state, bins;
    int rng;
};

static const cauce_param param_rows[] = { CA_SPLIT_N_SPLITS(struct repeated_stratified_k_fold_params),
                                          CA_SPLIT_N_REPEATS(struct repeated_stratified_k_fold_params),
                                          CA_SPLIT_SEED(struct repeated_stratified_k_fold_params),
                                          CA_SPLIT_RNG(struct repeated_stratified_k_fold_params),
                                          CA_SPLIT_BINS(struct repeated_stratified_k_fold_params),
                                          CAUCE_END };

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct repeated_stratified_k_fold_params *p = params;
    ca_split_input by;
    CA_TRY(ca_strata_input(run, "repeated_stratified_k_fold", input, &p->bins, &by));
    CA_TRY(ca_strata_check(run, &by, p->n_splits));
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "stratified_k_fold", &draws));
    return ca_folds_repeat(run, arena, &by, ca_deal_stratified, &draws, p->n_splits, p->n_repeats, folds);
}

const ca_splitter ca_splitter_repeated_stratified_k_fold = {
    "repeated_stratified_k_fold",
    "Cuts the rows into n_splits parts with the same share of each class, n_repeats times with other "
    "shuffles.",
    "Bouckaert and Frank (2004), PAKDD, doi:10.1007/978-3-540-24775-3_3",
    sizeof(struct repeated_stratified_k_fold_params),
    param_rows,
    split
};
