/* stratified_k_fold: as k_fold, with the share of each class in each part as even as it can be.
 *
 * How many rows of a class each fold tests is found by dealing the rows, sorted by class, round the folds
 * like cards: both the folds' sizes and each class's counts then differ by one at most. Within a class the
 * rows go to the folds in blocks, which keeps neighbours in the table together; shuffling permutes them
 * within their class. Classes are taken in the order in which they first appear.
 *
 * Kohavi, "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI
 * 1995.
 */
#include "split/folds.h"

struct stratified_k_fold_params {
    int64_t n_splits;
    bool shuffle;
    int rng;
    cauce_value random_state, bins;
};

static const cauce_param param_rows[] = {
    CA_SPLIT_N_SPLITS(struct stratified_k_fold_params),
    CAUCE_BOOL(struct stratified_k_fold_params, shuffle, false,
               "Shuffle the rows of each class before they are cut into folds."),
    CA_SPLIT_RANDOM_STATE(struct stratified_k_fold_params),
    CA_SPLIT_RNG(struct stratified_k_fold_params),
    CA_SPLIT_BINS(struct stratified_k_fold_params),
    CAUCE_END
};

/* The classes that have rows, in order of appearance, and how many rows each has. */
typedef struct strata {
    int32_t n;        /* classes that occur */
    int32_t *rank_of; /* class -> rank by appearance, -1 when it does not occur */
    int32_t *class_of;
    int64_t *count; /* by rank */
} strata;

static cauce_status find_strata(cauce_run *run, const int32_t *stratum, int32_t n_strata, int64_t n_rows,
                                strata *s) {
    s->n = 0;
    s->rank_of = cauce_scratch(run, n_strata, sizeof *s->rank_of);
    s->class_of = cauce_scratch(run, n_strata, sizeof *s->class_of);
    s->count = cauce_scratch(run, n_strata, sizeof *s->count);
    if (!s->rank_of || !s->class_of || !s->count) return run->error.status;
    for (int32_t k = 0; k < n_strata; k++) s->rank_of[k] = -1;
    for (int64_t r = 0; r < n_rows; r++) {
        int32_t k = stratum[r];
        if (k < 0 || k >= n_strata)
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has no class to stratify by", (long long)r + 1);
        if (s->rank_of[k] < 0) {
            s->class_of[s->n] = k;
            s->rank_of[k] = s->n++;
        }
        s->count[s->rank_of[k]]++;
    }
    return CAUCE_OK;
}

/* An error only when no class could be in every fold. */
static cauce_status check_sizes(cauce_run *run, const ca_split_input *input, const strata *s,
                                int64_t n_splits) {
    int64_t largest = 0, smallest = INT64_MAX;
    int32_t which = 0;
    for (int32_t i = 0; i < s->n; i++) {
        if (s->count[i] > largest) largest = s->count[i];
        if (s->count[i] < smallest) {
            smallest = s->count[i];
            which = s->class_of[i];
        }
    }
    if (n_splits > largest)
        return cauce_fail(run, CAUCE_E_DATA,
                          "n_splits=%lld is more than the rows of every class (the largest "
                          "class has %lld)",
                          (long long)n_splits, (long long)largest);
    if (n_splits > smallest)
        cauce_warn(run, "small_class",
                   "the smallest class (%s) has %lld row%s, fewer than n_splits=%lld: some folds will "
                   "not test it",
                   ca_split_class(run, input, which), (long long)smallest, smallest == 1 ? "" : "s",
                   (long long)n_splits);
    return CAUCE_OK;
}

cauce_status ca_strata_check(cauce_run *run, const ca_split_input *input, int64_t n_splits) {
    CA_TRY(ca_folds_check(run, n_splits, input->n_rows));
    strata s;
    CA_TRY(find_strata(run, input->y_class, input->n_classes, input->n_rows, &s));
    return check_sizes(run, input, &s, n_splits);
}

/* The rows of rank i are cards start .. start + count - 1; card c goes to fold c mod k. `deck` holds the
 * folds of all cards, those of one class together and ascending. */
cauce_status ca_deal_stratified(cauce_run *run, const ca_split_input *input, int64_t n_splits,
                                ca_draws *draws, int32_t *fold_of) {
    int64_t n = input->n_rows, k = n_splits;
    strata s;
    CA_TRY(find_strata(run, input->y_class, input->n_classes, n, &s));
    int32_t *deck = cauce_scratch(run, n, sizeof *deck);
    int64_t *next = cauce_scratch(run, s.n, sizeof *next);
    if (!deck || !next) return run->error.status;
    int64_t start = 0;
    for (int32_t i = 0; i < s.n; i++) {
        next[i] = start;
        int64_t at = start, end = start + s.count[i];
        for (int64_t f = 0; f < k && at < end; f++)
            for (int64_t card = start + (f - start % k + k) % k; card < end; card += k)
                deck[at++] = (int32_t)f;
        if (draws) ca_shuffle_i32(draws, deck + start, s.count[i]);
        start = end;
    }
    for (int64_t r = 0; r < n; r++) fold_of[r] = deck[next[s.rank_of[input->y_class[r]]]++];
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct stratified_k_fold_params *p = params;
    ca_split_input by;
    CA_TRY(ca_strata_input(run, "stratified_k_fold", input, &p->bins, &by));
    CA_TRY(ca_strata_check(run, &by, p->n_splits));
    int32_t *fold_of = cauce_scratch(run, input->n_rows, sizeof *fold_of);
    if (!fold_of) return run->error.status;
    ca_draws draws;
    CA_TRY(ca_draws_begin(run, p->rng, &p->random_state, "stratified_k_fold", &draws));
    CA_TRY(ca_deal_stratified(run, &by, p->n_splits, p->shuffle ? &draws : NULL, fold_of));
    return ca_folds_assign(run, arena, input, fold_of, p->n_splits, folds);
}

const ca_splitter ca_splitter_stratified_k_fold = {
    "stratified_k_fold",
    "Cuts the rows into n_splits parts with the same share of each class; each is the test part once.",
    "Kohavi (1995), IJCAI, 1137-1143",
    sizeof(struct stratified_k_fold_params),
    param_rows,
    split
};
