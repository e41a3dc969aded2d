/* k_fold: the rows in table order, or shuffled once, cut into n_splits consecutive parts that differ by one
 * row at most (the first ones are larger). Each part is the test part of one fold.
 *
 * Stone, "Cross-validatory choice and assessment of statistical predictions", J. R. Stat. Soc. B 36 (1974).
 */
#include "split/folds.h"

struct k_fold_params {
    int64_t n_splits;
    bool shuffle;
    cauce_value random_state;
};

static const cauce_param param_rows[] = { CA_SPLIT_N_SPLITS(struct k_fold_params),
                                          CAUCE_BOOL(struct k_fold_params, shuffle, false,
                                                     "Shuffle the rows before they are cut into folds."),
                                          CA_SPLIT_RANDOM_STATE(struct k_fold_params), CAUCE_END };

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct k_fold_params *p = params;
    int64_t n = input->n_rows;
    CA_TRY(ca_folds_check(run, p->n_splits, n));
    int64_t *order = ca_folds_range(run, &run->scratch, 0, n);
    int32_t *fold_of = cauce_scratch(run, n, sizeof *fold_of);
    if (!order || !fold_of) return run->error.status;
    if (p->shuffle) {
        cauce_rng rng;
        cauce_rng_init(&rng, ca_split_seed(&p->random_state), "k_fold", 0);
        ca_shuffle_i64(&rng, order, n);
    }
    int64_t at = 0;
    for (int32_t f = 0; f < p->n_splits; f++) {
        int64_t end = at + n / p->n_splits + (f < n % p->n_splits);
        while (at < end) fold_of[order[at++]] = f;
    }
    return ca_folds_assign(run, arena, fold_of, n, p->n_splits, folds);
}

const ca_splitter ca_splitter_k_fold = { "k_fold",
                                         "Cuts the rows into n_splits parts of equal size, in table order or "
                                         "shuffled; each is the test part once.",
                                         "Stone (1974), J. R. Stat. Soc. B 36, 111-147",
                                         sizeof(struct k_fold_params),
                                         param_rows,
                                         split };
