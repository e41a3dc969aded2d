/* time_series_split: trains on the past, tests on what comes next. The test parts are n_splits blocks of
 * test_size steps of time, the last of which ends with the table; each is predicted from the steps before it,
 * less the last `gap` of them.
 *
 * With a column of role TIME, a step is one of its distinct values, whatever the order of the rows: rows of
 * the same time are never on two sides. Without one each row is a step, and the table must be in the order of
 * time.
 *
 * Tashman, "Out-of-sample tests of forecasting accuracy", Int. J. Forecasting 16 (2000),
 * doi:10.1016/S0169-2070(00)00065-0.
 */
#include <math.h>

#include "math/sort.h"
#include "split/folds.h"

struct time_series_split_params {
    int64_t n_splits, gap;
    cauce_value max_train_size, test_size, step;
    bool seen_groups;
};

#define SIZE_ROW(f, help)                                                                                    \
    CAUCE_MIXED(struct time_series_split_params, f, "null", CAUCE_V_NULL | CAUCE_V_INT, 1,                   \
                9007199254740991.0, 0, 0, NULL, help)

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct time_series_split_params),
    SIZE_ROW(max_train_size, "Window: most steps to train on, the latest ones; null: all there are."),
    SIZE_ROW(test_size, "Horizon: steps that are tested in a fold; null: all steps divided by n_splits + 1."),
    CAUCE_INT(struct time_series_split_params, gap, 0, 0, 9007199254740991.0,
              "Steps left out between those that are trained on and those that are tested."),
    SIZE_ROW(step, "Steps from one test part to the next; null: test_size, so that they neither overlap nor "
                   "leave anything between them."),
    CAUCE_BOOL(struct time_series_split_params, seen_groups, true,
               "Whether the past of a group that is tested may be trained on; false: only groups that the "
               "test part does not have."),
    CAUCE_END
};

/* Where the folds lie, in steps. */
typedef struct plan {
    int64_t n_steps, test_size, step, most, gap;
    int64_t first; /* of the first test part */
} plan;

/* ---- Steps --------------------------------------------------------------------------------------------- */

static cauce_status check_times(cauce_run *run, const ca_split_input *input) {
    for (int64_t r = 0; r < input->n_rows; r++)
        if (!isfinite(input->time[r]))
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has no time to be put in order by",
                              (long long)r + 1);
    return CAUCE_OK;
}

/* The number of each row's time among the distinct ones; NULL: the row's own. */
static cauce_status find_steps(cauce_run *run, const ca_split_input *input, const int64_t **step_of,
                               int64_t *n_steps) {
    *step_of = NULL;
    *n_steps = input->n_rows;
    if (!input->time || input->n_rows == 0) return CAUCE_OK;
    CA_TRY(check_times(run, input));
    int64_t *order = cauce_scratch(run, input->n_rows, sizeof *order);
    int64_t *steps = cauce_scratch(run, input->n_rows, sizeof *steps), step = 0;
    if (!order || !steps) return run->error.status;
    CA_TRY(ca_argsort(run, input->time, input->n_rows, order));
    for (int64_t i = 0; i < input->n_rows; i++) {
        if (i > 0 && input->time[order[i]] > input->time[order[i - 1]]) step++;
        steps[order[i]] = step;
    }
    *step_of = steps;
    *n_steps = step + 1;
    return CAUCE_OK;
}

static cauce_status make_plan(cauce_run *run, const struct time_series_split_params *p, bool by_time,
                              plan *made) {
    const int64_t n = made->n_steps, k = p->n_splits;
    const char *what = by_time ? "distinct times" : "rows";
    if (k >= n)
        return cauce_fail(run, CAUCE_E_DATA, "n_splits=%lld needs at least %lld %s, and the table has %lld",
                          (long long)k, (long long)k + 1, what, (long long)n);
    made->test_size = p->test_size.type == CAUCE_V_INT ? p->test_size.integer : n / (k + 1);
    made->step = p->step.type == CAUCE_V_INT ? p->step.integer : made->test_size;
    made->most = p->max_train_size.type == CAUCE_V_INT ? p->max_train_size.integer : n;
    made->gap = p->gap;
    int64_t tested;
    if (__builtin_mul_overflow(made->step, k - 1, &tested) ||
        __builtin_add_overflow(tested, made->test_size, &tested) || tested >= n || p->gap >= n - tested)
        return cauce_fail(
            run, CAUCE_E_DATA,
            "n_splits=%lld folds that test test_size=%lld %s each, step=%lld apart, and a gap of "
            "%lld leave no training row of the %lld %s of the table",
            (long long)k, (long long)made->test_size, what, (long long)made->step, (long long)p->gap,
            (long long)n, what);
    made->first = n - tested;
    return CAUCE_OK;
}

/* ---- Folds --------------------------------------------------------------------------------------------- */

/* Rows that go on one side of a fold: steps from .. to-1, and, with `without`, groups that it does not have.
 */
typedef struct side {
    int64_t from, to;
    const bool *without;
} side;

static bool belongs(const ca_split_input *input, const int64_t *step_of, const side *s, int64_t row) {
    const int64_t step = step_of ? step_of[row] : row;
    return step >= s->from && step < s->to && !(s->without && s->without[input->group[row]]);
}

static cauce_status pick_rows(cauce_run *run, ca_arena *arena, const ca_split_input *input,
                              const int64_t *step_of, const side *s, const int64_t **rows, int64_t *n) {
    int64_t count = 0;
    for (int64_t r = 0; r < input->n_rows; r++) count += belongs(input, step_of, s, r);
    int64_t *picked = ca_folds_room(run, arena, count, sizeof *picked);
    if (!picked) return run->error.status;
    *rows = picked;
    *n = count;
    for (int64_t r = 0; r < input->n_rows; r++)
        if (belongs(input, step_of, s, r)) *picked++ = r;
    return CAUCE_OK;
}

static cauce_status make_fold(cauce_run *run, ca_arena *arena, const ca_split_input *input,
                              const int64_t *step_of, const plan *made, int64_t f, bool *tested,
                              ca_fold *fold) {
    const int64_t first = made->first + f * made->step, before = first - made->gap;
    side test = { first, first + made->test_size, NULL };
    side train = { before > made->most ? before - made->most : 0, before, tested };
    CA_TRY(pick_rows(run, arena, input, step_of, &test, &fold->test, &fold->n_test));
    for (int32_t g = 0; tested && g < input->n_groups; g++) tested[g] = false;
    for (int64_t i = 0; tested && i < fold->n_test; i++) tested[input->group[fold->test[i]]] = true;
    CA_TRY(pick_rows(run, arena, input, step_of, &train, &fold->train, &fold->n_train));
    if (fold->n_train > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA,
                      "fold %lld has no training rows: every group of its past is tested (seen_groups=false)",
                      (long long)f + 1);
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct time_series_split_params *p = params;
    const int64_t *step_of;
    plan made = { 0 };
    int64_t *size = NULL;
    int32_t n_present;
    bool *tested = NULL;
    if (!p->seen_groups) {
        CA_TRY(ca_groups_count(run, "time_series_split seen_groups=false", input, &size, &n_present));
        tested = cauce_scratch(run, input->n_groups, sizeof *tested);
        if (!tested) return run->error.status;
    }
    CA_TRY(find_steps(run, input, &step_of, &made.n_steps));
    CA_TRY(make_plan(run, p, step_of != NULL, &made));
    CA_TRY(ca_folds_new(run, arena, p->n_splits, folds));
    for (int64_t f = 0; f < p->n_splits; f++) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(make_fold(run, arena, input, step_of, &made, f, tested, &folds->folds[f]));
    }
    return CAUCE_OK;
}

const ca_splitter ca_splitter_time_series_split = {
    "time_series_split",
    "Tests the last n_splits blocks of time, each with a model of what came before (by the time column, or "
    "rows "
    "in order of time).",
    "Tashman (2000), Int. J. Forecasting 16, doi:10.1016/S0169-2070(00)00065-0",
    sizeof(struct time_series_split_params),
    param_rows,
    split
};
