/* stratified_shuffle_split: as shuffle_split, with the share of each class in each test part as it is in the
 * table: rounded down, and the rows still lacking go to the classes with the largest remainders. */
#include "split/folds.h"

struct stratified_shuffle_split_params {
    int64_t n_splits;
    int rng;
    cauce_value test_size, train_size, random_state, bins;
};

static const cauce_param param_rows[] = { CA_SPLIT_N_SHUFFLES(struct stratified_shuffle_split_params, 10),
                                          CA_SPLIT_SIZES(struct stratified_shuffle_split_params, "0.1",
                                                         "rows"),
                                          CA_SPLIT_SEED(struct stratified_shuffle_split_params),
                                          CA_SPLIT_RNG(struct stratified_shuffle_split_params),
                                          CA_SPLIT_BINS(struct stratified_shuffle_split_params),
                                          CAUCE_END };

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct stratified_shuffle_split_params *p = params;
    ca_split_sizes sizes;
    ca_split_input by;
    CA_TRY(ca_strata_input(run, "stratified_shuffle_split", input, &p->bins, &by));
    CA_TRY(
        ca_split_sizes_read(run, &p->test_size, &p->train_size, 0.1, p->rng, "row", input->n_rows, &sizes));
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "stratified_shuffle_split", &draws));
    CA_TRY(ca_folds_new(run, arena, p->n_splits, folds));
    return ca_hold_outs(run, &sizes, true, &draws, &by, arena, folds);
}

const ca_splitter ca_splitter_stratified_shuffle_split = {
    "stratified_shuffle_split",
    "Draws n_splits test parts at random with the same share of each class; the other rows, or train_size of "
    "them, train.",
    "Picard and Cook (1984), J. Am. Stat. Assoc. 79, doi:10.1080/01621459.1984.10478083",
    sizeof(struct stratified_shuffle_split_params),
    param_rows,
    split
};
