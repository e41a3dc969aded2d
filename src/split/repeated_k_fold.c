/* repeated_k_fold: k_fold with a shuffle, again and again with others. The first repeat is what k_fold does
 * with shuffle=true and the same random_state.
 *
 * Bouckaert and Frank, "Evaluating the replicability of significance tests for comparing learning
 * algorithms", PAKDD 2004, doi:10.1007/978-3-540-24775-3_3.
 */
#include "split/folds.h"

struct repeated_k_fold_params {
    int64_t n_splits, n_repeats;
    cauce_value random_state;
    int rng;
};

static const cauce_param param_rows[] = { CA_SPLIT_N_SPLITS(struct repeated_k_fold_params),
                                          CA_SPLIT_N_REPEATS(struct repeated_k_fold_params),
                                          CA_SPLIT_SEED(struct repeated_k_fold_params),
                                          CA_SPLIT_RNG(struct repeated_k_fold_params), CAUCE_END };

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct repeated_k_fold_params *p = params;
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "k_fold", &draws));
    return ca_folds_repeat(run, arena, input, ca_deal_k_fold, &draws, p->n_splits, p->n_repeats, folds);
}

const ca_splitter ca_splitter_repeated_k_fold = {
    "repeated_k_fold",
    "Cuts the shuffled rows into n_splits parts of equal size, n_repeats times with other shuffles.",
    "Bouckaert and Frank (2004), PAKDD, doi:10.1007/978-3-540-24775-3_3",
    sizeof(struct repeated_k_fold_params),
    param_rows,
    split
};
