/* group_shuffle_split: n_splits times some groups drawn as the test part, each draw by itself; test_size is a
 * share, or a count, of groups and not of rows, as in scikit-learn. */
#include <math.h>

#include "split/folds.h"

struct group_shuffle_split_params {
    int64_t n_splits;
    cauce_value test_size, random_state;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SHUFFLES(struct group_shuffle_split_params, 5),
    CA_SPLIT_TEST_SIZE(struct group_shuffle_split_params, "0.2",
                       "Test groups of a fold: a share below 1 (rounded up), or a count; the others train."),
    CA_SPLIT_SEED(struct group_shuffle_split_params), CAUCE_END
};

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

static cauce_status check_size(cauce_run *run, double test_size, int32_t n_groups, int32_t *n_test) {
    double size = test_size < 1 ? ceil(test_size * n_groups - 1e-9) : test_size;
    if (size < 1) size = 1;
    if (size >= n_groups)
        return cauce_fail(run, CAUCE_E_DATA,
                          "group_shuffle_split: test_size=%g of %d groups leaves no training group",
                          test_size, (int)n_groups);
    *n_test = (int32_t)size;
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct group_shuffle_split_params *p = params;
    int32_t *groups = NULL, n_groups = 0, n_test = 0;
    double test_size = 0;
    CA_TRY(list_groups(run, input, &groups, &n_groups));
    CA_TRY(ca_split_test_size(run, &p->test_size, &test_size));
    CA_TRY(check_size(run, test_size, n_groups, &n_test));
    int32_t *order = cauce_scratch(run, n_groups, sizeof *order);
    int64_t *tested_in = cauce_scratch(run, input->n_groups, sizeof *tested_in); /* last fold + 1 */
    bool *tested = cauce_scratch(run, input->n_rows, sizeof *tested);
    if (!order || !tested_in || !tested) return run->error.status;
    CA_TRY(ca_folds_new(run, arena, p->n_splits, folds));
    for (int64_t f = 0; f < p->n_splits; f++) {
        CA_TRY(cauce_check_cancel(run));
        cauce_rng rng;
        cauce_rng_init(&rng, ca_split_seed(&p->random_state), "group_shuffle_split", (uint64_t)f);
        for (int32_t i = 0; i < n_groups; i++) order[i] = groups[i];
        ca_shuffle_i32(&rng, order, n_groups);
        for (int32_t i = 0; i < n_test; i++) tested_in[order[i]] = f + 1;
        for (int64_t r = 0; r < input->n_rows; r++) tested[r] = tested_in[input->group[r]] == f + 1;
        CA_TRY(ca_fold_of_tested(run, arena, tested, input->n_rows, &folds->folds[f]));
    }
    return CAUCE_OK;
}

const ca_splitter ca_splitter_group_shuffle_split = {
    "group_shuffle_split",
    "Draws n_splits test parts of whole groups at random, each by itself; the other groups train.",
    "scikit-learn GroupShuffleSplit",
    sizeof(struct group_shuffle_split_params),
    param_rows,
    split
};
