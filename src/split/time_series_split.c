/* time_series_split: trains on the past, tests on what comes next. The test parts are the last n_splits
 * blocks of test_size rows; each is predicted from the rows before it, less the last `gap` of them. Rows are
 * in table order, which must be the order of time.
 *
 * Tashman, "Out-of-sample tests of forecasting accuracy", Int. J. Forecasting 16 (2000),
 * doi:10.1016/S0169-2070(00)00065-0.
 */
#include "split/folds.h"

struct time_series_split_params {
    int64_t n_splits, gap;
    cauce_value max_train_size, test_size;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct time_series_split_params),
    CAUCE_MIXED(struct time_series_split_params, max_train_size, "null", CAUCE_V_NULL | CAUCE_V_INT, 1,
                9007199254740991.0, 0, 0, NULL,
                "Most training rows of a fold: the latest ones are kept. null: all."),
    CAUCE_MIXED(struct time_series_split_params, test_size, "null", CAUCE_V_NULL | CAUCE_V_INT, 1,
                9007199254740991.0, 0, 0, NULL,
                "Test rows of a fold. null: the rows divided by n_splits + 1."),
    CAUCE_INT(struct time_series_split_params, gap, 0, 0, 9007199254740991.0,
              "Rows left out between the training and the test rows of a fold."),
    CAUCE_END
};

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct time_series_split_params *p = params;
    int64_t n = input->n_rows, k = p->n_splits;
    if (k >= n)
        return cauce_fail(run, CAUCE_E_DATA, "n_splits=%lld needs at least %lld rows, and the table has %lld",
                          (long long)k, (long long)k + 1, (long long)n);
    int64_t test_size = p->test_size.type == CAUCE_V_INT ? p->test_size.integer : n / (k + 1);
    int64_t most = p->max_train_size.type == CAUCE_V_INT ? p->max_train_size.integer : n;
    int64_t tested;
    if (__builtin_mul_overflow(test_size, k, &tested) || tested >= n || p->gap >= n - tested)
        return cauce_fail(
            run, CAUCE_E_DATA,
            "n_splits=%lld folds of test_size=%lld rows and a gap of %lld leave no training row "
            "of the %lld rows of the table",
            (long long)k, (long long)test_size, (long long)p->gap, (long long)n);
    CA_TRY(ca_folds_new(run, arena, k, folds));
    for (int64_t f = 0; f < k; f++) {
        ca_fold *fold = &folds->folds[f];
        int64_t first = n - tested + f * test_size, before = first - p->gap;
        fold->n_train = before < most ? before : most;
        fold->n_test = test_size;
        fold->train = ca_folds_range(run, arena, before - fold->n_train, fold->n_train);
        fold->test = ca_folds_range(run, arena, first, test_size);
        if (!fold->train || !fold->test) return run->error.status;
    }
    return CAUCE_OK;
}

const ca_splitter ca_splitter_time_series_split = {
    "time_series_split",
    "Tests the last n_splits blocks of rows, each with a model of the rows before it (rows in order of "
    "time).",
    "Tashman (2000), Int. J. Forecasting 16, doi:10.1016/S0169-2070(00)00065-0",
    sizeof(struct time_series_split_params),
    param_rows,
    split
};
