/* shuffle_split: n_splits times a test part drawn by itself, so that a row may be in several of them or in
 * none: the number of folds and the size of their test parts are free of each other.
 *
 * Picard and Cook, "Cross-validation of regression models", J. Am. Stat. Assoc. 79 (1984),
 * doi:10.1080/01621459.1984.10478083.
 */
#include "split/folds.h"

struct shuffle_split_params {
    int64_t n_splits;
    int rng;
    cauce_value test_size, train_size, random_state;
};

static const cauce_param param_rows[] = { CA_SPLIT_N_SHUFFLES(struct shuffle_split_params, 10),
                                          CA_SPLIT_SIZES(struct shuffle_split_params, "0.1", "rows"),
                                          CA_SPLIT_SEED(struct shuffle_split_params),
                                          CA_SPLIT_RNG(struct shuffle_split_params), CAUCE_END };

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct shuffle_split_params *p = params;
    ca_split_sizes sizes;
    CA_TRY(
        ca_split_sizes_read(run, &p->test_size, &p->train_size, 0.1, p->rng, "row", input->n_rows, &sizes));
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "shuffle_split", &draws));
    CA_TRY(ca_folds_new(run, arena, p->n_splits, folds));
    return ca_hold_outs(run, &sizes, false, &draws, input, arena, folds);
}

const ca_splitter ca_splitter_shuffle_split = {
    "shuffle_split",
    "Draws n_splits test parts at random, each by itself; the other rows, or train_size of them, train.",
    "Picard and Cook (1984), J. Am. Stat. Assoc. 79, doi:10.1080/01621459.1984.10478083",
    sizeof(struct shuffle_split_params),
    param_rows,
    split
};
