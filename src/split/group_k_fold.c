/* group_k_fold: whole groups in each part. The largest group not yet placed goes to the part with the fewest
 * rows (the first of equals), as in scikit-learn; groups of one size keep their order, so that the result is
 * the same everywhere. Shuffled, parts have as many groups each, whatever their sizes, as in
 * scikit-learn 1.6.
 */
#include "split/folds.h"

struct group_k_fold_params {
    int64_t n_splits;
    bool shuffle;
    cauce_value random_state;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct group_k_fold_params),
    CAUCE_BOOL(struct group_k_fold_params, shuffle, false,
               "Deals the groups at random, as many to each part, instead of making parts of equal size."),
    CA_SPLIT_RANDOM_STATE(struct group_k_fold_params),
    CAUCE_END,
};

/* Groups by size, largest first, of equals the last first: a counting sort over sizes. */
static cauce_status by_size(cauce_run *run, const int64_t *size, int32_t n_groups, int64_t n_rows,
                            int32_t **order) {
    int64_t *start = cauce_scratch(run, n_rows + 2, sizeof *start);
    *order = cauce_scratch(run, n_groups, sizeof **order);
    if (!start || !*order) return run->error.status;
    for (int32_t g = 0; g < n_groups; g++) start[n_rows - size[g] + 1]++;
    for (int64_t s = 0; s <= n_rows; s++) start[s + 1] += start[s];
    for (int32_t g = n_groups - 1; g >= 0; g--) (*order)[start[n_rows - size[g]]++] = g;
    return CAUCE_OK;
}

static cauce_status deal_by_size(cauce_run *run, const int64_t *size, const ca_split_input *input,
                                 int64_t n_splits, int32_t *fold_of_group) {
    int64_t *rows = cauce_scratch(run, n_splits, sizeof *rows);
    int32_t *order = NULL;
    if (!rows) return run->error.status;
    CA_TRY(by_size(run, size, input->n_groups, input->n_rows, &order));
    for (int32_t i = 0; i < input->n_groups; i++) {
        int32_t lightest = 0;
        for (int32_t f = 1; f < n_splits; f++)
            if (rows[f] < rows[lightest]) lightest = f;
        rows[lightest] += size[order[i]];
        fold_of_group[order[i]] = lightest;
    }
    return CAUCE_OK;
}

/* The first parts have one group more, where they cannot all have as many. */
static cauce_status deal_at_random(cauce_run *run, const int64_t *size, const ca_split_input *input,
                                   int64_t n_splits, const cauce_value *random_state,
                                   int32_t *fold_of_group) {
    int32_t *order = cauce_scratch(run, input->n_groups, sizeof *order);
    int64_t n = 0, at = 0;
    ca_draws draws;
    if (!order) return run->error.status;
    for (int32_t g = 0; g < input->n_groups; g++)
        if (size[g]) order[n++] = g;
    CA_TRY(ca_draws_begin(run, CA_RNG_NATIVE, random_state, "group_k_fold", &draws));
    ca_shuffle_i32(&draws, order, n);
    for (int64_t f = 0; f < n_splits; f++)
        for (int64_t i = 0; i < n / n_splits + (f < n % n_splits); i++)
            fold_of_group[order[at++]] = (int32_t)f;
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct group_k_fold_params *p = params;
    int64_t *size = NULL;
    int32_t n_groups = 0;
    CA_TRY(ca_groups_count(run, "group_k_fold", input, &size, &n_groups));
    if (n_groups < p->n_splits)
        return cauce_fail(run, CAUCE_E_DATA, "group_k_fold: n_splits=%lld, but there are only %d groups",
                          (long long)p->n_splits, n_groups);
    int32_t *fold_of_group = cauce_scratch(run, input->n_groups, sizeof *fold_of_group);
    int32_t *fold_of = cauce_scratch(run, input->n_rows, sizeof *fold_of);
    if (!fold_of_group || !fold_of) return run->error.status;
    CA_TRY(p->shuffle ? deal_at_random(run, size, input, p->n_splits, &p->random_state, fold_of_group)
                      : deal_by_size(run, size, input, p->n_splits, fold_of_group));
    for (int64_t r = 0; r < input->n_rows; r++) fold_of[r] = fold_of_group[input->group[r]];
    return ca_folds_assign(run, arena, input, fold_of, p->n_splits, folds);
}

const ca_splitter ca_splitter_group_k_fold = {
    "group_k_fold",
    "Keeps the rows of a group together: whole groups are dealt to "
    "n_splits parts of about equal size.",
    "scikit-learn GroupKFold",
    sizeof(struct group_k_fold_params),
    param_rows,
    split
};
