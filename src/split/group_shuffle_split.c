/* group_shuffle_split: n_splits times some groups drawn as the test part, each draw by itself; test_size and
 * train_size are shares, or counts, of groups and not of rows, as in scikit-learn. */
#include "split/folds.h"

struct group_shuffle_split_params {
    int64_t n_splits;
    int rng;
    cauce_value test_size, train_size, random_state;
};

static const cauce_param param_rows[] = { CA_SPLIT_N_SHUFFLES(struct group_shuffle_split_params, 5),
                                          CA_SPLIT_SIZES(struct group_shuffle_split_params, "0.2", "groups"),
                                          CA_SPLIT_SEED(struct group_shuffle_split_params),
                                          CA_SPLIT_RNG(struct group_shuffle_split_params), CAUCE_END };

/* The groups that have rows, ascending. */
static cauce_status list_groups(cauce_run *run, const ca_split_input *input, int32_t **groups, int32_t *n) {
    int64_t *count = NULL;
    CA_TRY(ca_groups_count(run, "group_shuffle_split", input, &count, n));
    *groups = cauce_scratch(run, *n, sizeof **groups);
    if (!*groups) return run->error.status;
    for (int32_t g = 0, i = 0; g < input->n_groups; g++)
        if (count[g]) (*groups)[i++] = g;
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct group_shuffle_split_params *p = params;
    int32_t *groups = NULL, n_groups = 0;
    ca_split_sizes sizes;
    CA_TRY(list_groups(run, input, &groups, &n_groups));
    CA_TRY(ca_split_sizes_read(run, &p->test_size, &p->train_size, 0.2, p->rng, "group", n_groups, &sizes));
    int32_t *order = cauce_scratch(run, n_groups, sizeof *order);
    uint8_t *of_group = cauce_scratch(run, input->n_groups, 1), *side = cauce_scratch(run, input->n_rows, 1);
    if (!order || !of_group || !side) return run->error.status;
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "group_shuffle_split", &draws));
    CA_TRY(ca_folds_new(run, arena, p->n_splits, folds));
    for (int64_t f = 0; f < p->n_splits; f++) {
        CA_TRY(cauce_check_cancel(run));
        ca_draws_at(&draws, (uint64_t)f);
        for (int32_t i = 0; i < n_groups; i++) order[i] = groups[i];
        ca_shuffle_i32(&draws, order, n_groups);
        for (int64_t i = 0; i < n_groups; i++)
            of_group[order[i]] = i < sizes.n_test                   ? CA_TESTED
                                 : i < sizes.n_test + sizes.n_train ? CA_TRAINS
                                                                    : CA_LEFT_OUT;
        for (int64_t r = 0; r < input->n_rows; r++) side[r] = of_group[input->group[r]];
        CA_TRY(ca_fold_of_sides(run, arena, side, input->n_rows, &folds->folds[f]));
    }
    return CAUCE_OK;
}

const ca_splitter ca_splitter_group_shuffle_split = {
    "group_shuffle_split",
    "Draws n_splits test parts of whole groups at random, each by itself; the other groups, or train_size of "
    "them, train.",
    "scikit-learn GroupShuffleSplit",
    sizeof(struct group_shuffle_split_params),
    param_rows,
    split
};
