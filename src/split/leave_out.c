/* leave_one_out: each row is a test part. leave_p_out and leave_p_groups_out: so is every choice of p rows,
 * or of p groups, in the order of their numbers. These are many: 100 rows have 4950 pairs.
 *
 * Shao, "Linear model selection by cross-validation", J. Am. Stat. Assoc. 88 (1993), doi:10.2307/2290328.
 */
#include "split/folds.h"

/* More folds than this are a slip: 20 out of 40, and not 2. */
enum { MOST_FOLDS = 10000000 };

/* How many choices of p out of n there are: LIMIT when they are too many. */
static cauce_status count_choices(cauce_run *run, int64_t n, int64_t p, const char *what, int64_t *count) {
    *count = 1;
    for (int64_t i = 1; i <= p; i++) {
        int64_t product; /* of i consecutive numbers: i! divides it */
        bool over = __builtin_mul_overflow(*count, n - p + i, &product);
        *count = over ? 0 : product / i;
        if (over || *count > MOST_FOLDS)
            return cauce_fail(run, CAUCE_E_LIMIT,
                              "there are too many ways to leave %lld of %lld %s out; at most %d folds are "
                              "accepted",
                              (long long)p, (long long)n, what, (int)MOST_FOLDS);
    }
    return CAUCE_OK;
}

/* The next choice in lexicographic order. */
static void next_choice(int64_t *chosen, int64_t p, int64_t n) {
    int64_t i = p - 1;
    while (i >= 0 && chosen[i] == n - p + i) i--;
    if (i < 0) return;
    chosen[i]++;
    for (int64_t j = i + 1; j < p; j++) chosen[j] = chosen[j - 1] + 1;
}

/* A fold for each choice of p out of n_units; the test part is the rows of the chosen units. */
static cauce_status split_choices(cauce_run *run, ca_arena *arena, const int32_t *unit, int64_t n_rows,
                                  int64_t n_units, int64_t p, const char *what, ca_folds *folds) {
    int64_t count = 0;
    if (p >= n_units)
        return cauce_fail(run, CAUCE_E_DATA, "leaving %lld of %lld %s out leaves nothing to train on",
                          (long long)p, (long long)n_units, what);
    CA_TRY(count_choices(run, n_units, p, what, &count));
    int64_t *chosen = ca_folds_range(run, &run->scratch, 0, p);
    bool *out = cauce_scratch(run, n_units, sizeof *out);
    uint8_t *side = cauce_scratch(run, n_rows, 1);
    if (!chosen || !side || !out) return run->error.status;
    CA_TRY(ca_folds_new(run, arena, count, folds));
    for (int64_t f = 0; f < count; f++) {
        CA_TRY(cauce_check_cancel(run));
        for (int64_t i = 0; i < p; i++) out[chosen[i]] = true;
        for (int64_t r = 0; r < n_rows; r++) side[r] = out[unit ? unit[r] : r] ? CA_TESTED : CA_TRAINS;
        CA_TRY(ca_fold_of_sides(run, arena, side, n_rows, &folds->folds[f]));
        for (int64_t i = 0; i < p; i++) out[chosen[i]] = false;
        next_choice(chosen, p, n_units);
    }
    return CAUCE_OK;
}

/* ---- Rows ---------------------------------------------------------------------------------------------- */

struct leave_p_out_params {
    int64_t p;
};

static const cauce_param no_rows[] = { CAUCE_END };
static const cauce_param p_rows[] = {
    CAUCE_INT(struct leave_p_out_params, p, 2, 1, 9007199254740991.0, "Test rows of a fold."), CAUCE_END
};

static cauce_status split_one(cauce_run *run, const void *params, const ca_split_input *input,
                              ca_arena *arena, ca_folds *folds) {
    (void)params;
    return split_choices(run, arena, NULL, input->n_rows, input->n_rows, 1, "rows", folds);
}

static cauce_status split_p(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                            ca_folds *folds) {
    const struct leave_p_out_params *p = params;
    return split_choices(run, arena, NULL, input->n_rows, input->n_rows, p->p, "rows", folds);
}

const ca_splitter ca_splitter_leave_one_out = { "leave_one_out",
                                                "Tests each row once, with a model of all other rows.",
                                                "Stone (1974), J. R. Stat. Soc. B 36, 111-147",
                                                sizeof(struct leave_p_out_params),
                                                no_rows,
                                                split_one };

const ca_splitter ca_splitter_leave_p_out = { "leave_p_out",
                                              "Tests every choice of p rows, with a model of all other rows.",
                                              "Shao (1993), J. Am. Stat. Assoc. 88, doi:10.2307/2290328",
                                              sizeof(struct leave_p_out_params),
                                              p_rows,
                                              split_p };

/* ---- Groups -------------------------------------------------------------------------------------------- */

struct leave_p_groups_out_params {
    int64_t n_groups;
};

static const cauce_param group_rows[] = { CAUCE_INT(struct leave_p_groups_out_params, n_groups, 2, 1,
                                                    2147483647, "Test groups of a fold."),
                                          CAUCE_END };

/* Numbers of the groups that have rows, 0, 1, ... */
static cauce_status split_groups(cauce_run *run, const void *params, const ca_split_input *input,
                                 ca_arena *arena, ca_folds *folds) {
    const struct leave_p_groups_out_params *p = params;
    int64_t *count = NULL;
    int32_t n_present = 0, next = 0;
    CA_TRY(ca_groups_count(run, "leave_p_groups_out", input, &count, &n_present));
    int32_t *number = cauce_scratch(run, input->n_groups, sizeof *number);
    int32_t *unit = cauce_scratch(run, input->n_rows, sizeof *unit);
    if (!number || !unit) return run->error.status;
    for (int32_t g = 0; g < input->n_groups; g++)
        if (count[g]) number[g] = next++;
    for (int64_t r = 0; r < input->n_rows; r++) unit[r] = number[input->group[r]];
    return split_choices(run, arena, unit, input->n_rows, n_present, p->n_groups, "groups", folds);
}

const ca_splitter ca_splitter_leave_p_groups_out = {
    "leave_p_groups_out",
    "Tests every choice of n_groups groups, with a model of all other groups.",
    "scikit-learn LeavePGroupsOut",
    sizeof(struct leave_p_groups_out_params),
    group_rows,
    split_groups
};
