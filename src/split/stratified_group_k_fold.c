/* stratified_group_k_fold: whole groups in each part, with the share of each class in each part as even as
 * that allows.
 *
 * Greedy, as in scikit-learn: the groups are placed one by one, those with the most uneven class counts
 * first (they are hardest to balance), each into the fold where the classes' shares then differ least between
 * folds; of near ties into the fold with the fewest rows. Groups of equal unevenness keep their order, which
 * shuffling changes. (scikit-learn before 1.8 shuffles the counts of the groups but not their names, and so
 * places groups by the counts of others; rng=sklearn makes the same shuffle of both.) When as many groups are
 * left as folds are empty, only empty folds are filled: no fold stays without rows.
 */
#include <math.h>

#include "math/sort.h"
#include "split/sklearn.h"

struct stratified_group_k_fold_params {
    int64_t n_splits;
    bool shuffle;
    int rng;
    cauce_value random_state, bins;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct stratified_group_k_fold_params),
    CAUCE_BOOL(struct stratified_group_k_fold_params, shuffle, false,
               "Shuffle the groups before they are placed: decides between groups that are as uneven."),
    CA_SPLIT_RANDOM_STATE(struct stratified_group_k_fold_params),
    CA_SPLIT_RNG(struct stratified_group_k_fold_params),
    CA_SPLIT_BINS(struct stratified_group_k_fold_params),
    CAUCE_END
};

typedef struct placement {
    int64_t k;               /* folds */
    int32_t n_classes;       /* those that occur */
    int32_t *rank_of;        /* class -> 0 .. n_classes-1, -1: does not occur */
    double *total;           /* rows of each class */
    double *of_group;        /* n_groups x n_classes */
    double *of_fold, *share; /* k x n_classes: counts; and a place to work */
    double *rows;            /* of each fold */
    bool sklearn;            /* its rounding, which decides between groups and folds that are as good */
    double *std, *work;      /* for it: n_classes each */
} placement;

static cauce_status count_rows(cauce_run *run, const ca_split_input *input, placement *p) {
    p->rank_of = cauce_scratch(run, input->n_classes, sizeof *p->rank_of);
    if (!p->rank_of) return run->error.status;
    for (int64_t r = 0; r < input->n_rows; r++) p->rank_of[input->y_class[r]] = 1;
    for (int32_t c = 0; c < input->n_classes; c++) p->rank_of[c] = p->rank_of[c] ? p->n_classes++ : -1;
    size_t row = (size_t)p->n_classes * sizeof(double);
    p->total = cauce_scratch(run, 1, row);
    p->of_group = cauce_scratch(run, input->n_groups, row);
    p->of_fold = cauce_scratch(run, p->k, row);
    p->share = cauce_scratch(run, p->k, row);
    p->rows = cauce_scratch(run, p->k, sizeof *p->rows);
    p->std = cauce_scratch(run, 1, row);
    p->work = cauce_scratch(run, 1, row);
    if (!p->total || !p->of_group || !p->of_fold || !p->share || !p->rows || !p->std || !p->work)
        return run->error.status;
    for (int64_t r = 0; r < input->n_rows; r++) {
        int32_t c = p->rank_of[input->y_class[r]];
        p->total[c]++;
        p->of_group[(int64_t)input->group[r] * p->n_classes + c]++;
    }
    return CAUCE_OK;
}

/* n^2 times the variance of n whole numbers: exact, so that what is as uneven compares as equal. */
static double unevenness(const double *count, int32_t n) {
    double sum = 0, squares = 0;
    for (int32_t c = 0; c < n; c++) {
        sum += count[c];
        squares += count[c] * count[c];
    }
    return n * squares - sum * sum;
}

/* The groups that have rows, most uneven first. */
static cauce_status find_order(cauce_run *run, const placement *p, int32_t n_groups, const int64_t *size,
                               ca_draws *draws, int32_t **order, int32_t n_present) {
    int32_t *groups = cauce_scratch(run, n_present, sizeof *groups);
    double *key = cauce_scratch(run, n_present, sizeof *key);
    int64_t *place = cauce_scratch(run, n_present, sizeof *place);
    *order = cauce_scratch(run, n_present, sizeof **order);
    if (!groups || !key || !place || !*order) return run->error.status;
    for (int32_t g = 0, i = 0; g < n_groups; g++)
        if (size[g]) groups[i++] = g;
    if (draws) ca_shuffle_i32(draws, groups, n_present);
    for (int32_t i = 0; i < n_present; i++) {
        const double *count = p->of_group + (int64_t)groups[i] * p->n_classes;
        key[i] =
            p->sklearn ? -ca_sklearn_std(count, p->n_classes, p->work) : -unevenness(count, p->n_classes);
    }
    CA_TRY(ca_argsort(run, key, n_present, place));
    for (int32_t i = 0; i < n_present; i++) (*order)[i] = groups[place[i]];
    return CAUCE_OK;
}

/* Mean over the classes of the standard deviation between folds of the class's shares, were the group placed
 * in fold f. */
static double imbalance(const placement *p, const double *group, int64_t f) {
    double sum = 0;
    for (int32_t c = 0; c < p->n_classes; c++) {
        double mean = 0, squares = 0;
        for (int64_t i = 0; i < p->k; i++) {
            double count = p->of_fold[i * p->n_classes + c] + (i == f ? group[c] : 0);
            p->share[i] = count / p->total[c];
            mean += p->share[i];
        }
        mean /= (double)p->k;
        for (int64_t i = 0; i < p->k; i++) squares += (p->share[i] - mean) * (p->share[i] - mean);
        p->std[c] = sqrt(squares / (double)p->k);
        sum += p->std[c];
    }
    return (p->sklearn ? ca_sklearn_sum(p->std, p->n_classes) : sum) / p->n_classes;
}

static int64_t best_fold(const placement *p, const double *group, bool only_empty) {
    double least = HUGE_VAL, fewest = HUGE_VAL;
    int64_t best = 0;
    for (int64_t f = 0; f < p->k; f++) {
        if (only_empty && p->rows[f] > 0) continue;
        double value = imbalance(p, group, f);
        bool near = isfinite(least) && fabs(value - least) <= 1e-8 + 1e-5 * least;
        if (!(value < least) && !(near && p->rows[f] < fewest)) continue;
        least = value;
        fewest = p->rows[f];
        best = f;
    }
    return best;
}

static cauce_status place_groups(cauce_run *run, placement *p, const int32_t *order, int32_t n,
                                 int32_t *fold_of_group) {
    int64_t empty = p->k;
    for (int32_t i = 0; i < n; i++) {
        CA_TRY(cauce_check_cancel(run));
        const double *group = p->of_group + (int64_t)order[i] * p->n_classes;
        int64_t f = best_fold(p, group, n - i <= empty);
        empty -= p->rows[f] == 0;
        for (int32_t c = 0; c < p->n_classes; c++) {
            p->of_fold[f * p->n_classes + c] += group[c];
            p->rows[f] += group[c];
        }
        fold_of_group[order[i]] = (int32_t)f;
    }
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct stratified_group_k_fold_params *p = params;
    placement s = { .k = p->n_splits, .sklearn = p->rng == CA_RNG_SKLEARN };
    ca_split_input by;
    int64_t *size = NULL;
    int32_t n_present = 0, *order = NULL;
    CA_TRY(ca_groups_count(run, "stratified_group_k_fold", input, &size, &n_present));
    if (n_present < p->n_splits)
        return cauce_fail(run, CAUCE_E_DATA,
                          "stratified_group_k_fold: n_splits=%lld, but there are only %d groups",
                          (long long)p->n_splits, (int)n_present);
    CA_TRY(ca_strata_input(run, "stratified_group_k_fold", input, &p->bins, &by));
    CA_TRY(ca_strata_check(run, &by, p->n_splits));
    CA_TRY(count_rows(run, &by, &s));
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "stratified_group_k_fold", &draws));
    CA_TRY(find_order(run, &s, input->n_groups, size, p->shuffle ? &draws : NULL, &order, n_present));
    int32_t *fold_of_group = cauce_scratch(run, input->n_groups, sizeof *fold_of_group);
    int32_t *fold_of = cauce_scratch(run, input->n_rows, sizeof *fold_of);
    if (!fold_of_group || !fold_of) return run->error.status;
    CA_TRY(place_groups(run, &s, order, n_present, fold_of_group));
    for (int64_t r = 0; r < input->n_rows; r++) fold_of[r] = fold_of_group[input->group[r]];
    return ca_folds_assign(run, arena, input, fold_of, p->n_splits, folds);
}

const ca_splitter ca_splitter_stratified_group_k_fold = {
    "stratified_group_k_fold",
    "Keeps the rows of a group together, with the share of each class in each part as even as that allows.",
    "scikit-learn StratifiedGroupKFold",
    sizeof(struct stratified_group_k_fold_params),
    param_rows,
    split
};
