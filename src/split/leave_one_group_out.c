/* leave_one_group_out: a fold for each group, which is its test part; groups in ascending order. */
#include "split/folds.h"

struct leave_one_group_out_params {
    bool none; /* no parameters: a struct of C has a member */
};

static const cauce_param param_rows[] = { CAUCE_END };

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    (void)params;
    int64_t *count = NULL;
    int32_t n_present = 0, next = 0;
    CA_TRY(ca_groups_count(run, "leave_one_group_out", input, &count, &n_present));
    if (n_present < 2)
        return cauce_fail(run, CAUCE_E_DATA,
                          "leave_one_group_out: all rows are of one group; at least 2 are needed");
    int32_t *fold_of_group = cauce_scratch(run, input->n_groups, sizeof *fold_of_group);
    int32_t *fold_of = cauce_scratch(run, input->n_rows, sizeof *fold_of);
    if (!fold_of_group || !fold_of) return run->error.status;
    for (int32_t g = 0; g < input->n_groups; g++)
        if (count[g]) fold_of_group[g] = next++;
    for (int64_t r = 0; r < input->n_rows; r++) fold_of[r] = fold_of_group[input->group[r]];
    return ca_folds_assign(run, arena, input, fold_of, n_present, folds);
}

const ca_splitter ca_splitter_leave_one_group_out = {
    "leave_one_group_out",
    "Tests each group once, with a model of all other groups.",
    "scikit-learn LeaveOneGroupOut",
    sizeof(struct leave_one_group_out_params),
    param_rows,
    split
};
