/* One hold-out split: a test part of test_size rows, drawn at random or taken from the end of the table,
 * with the same share of each class when stratified, made of whole groups, or of the latest times. */
#include <math.h>
#include <string.h>

#include "math/sort.h"
#include "split/sklearn.h"

static cauce_status check_size(cauce_run *run, double test_size, int rng, int64_t n, ca_split_sizes *sizes) {
    if (!(test_size > 0) || (test_size >= 1 && (floor(test_size) != test_size || test_size > 9e15)))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "test_size=%g is neither a fraction between 0 and 1 nor a number of rows",
                          test_size);
    return ca_split_sizes_of(run, test_size, 0, rng, "row", n, sizes);
}

cauce_status ca_fold_of_sides(cauce_run *run, ca_arena *arena, const uint8_t *side, int64_t n,
                              ca_fold *fold) {
    int64_t n_test = 0, n_train = 0;
    for (int64_t r = 0; r < n; r++) {
        n_test += side[r] == CA_TESTED;
        n_train += side[r] == CA_TRAINS;
    }
    int64_t *test = ca_folds_room(run, arena, n_test, sizeof *test);
    int64_t *train = ca_folds_room(run, arena, n_train, sizeof *train);
    if (!test || !train) return run->error.status;
    *fold = (ca_fold){ train, test, n_train, n_test };
    for (int64_t r = 0; r < n; r++) {
        if (side[r] == CA_TESTED) *test++ = r;
        if (side[r] == CA_TRAINS) *train++ = r;
    }
    return CAUCE_OK;
}

/* Rows of each class in a part of n_part of n rows: its exact share rounded down, and one more for the
 * classes with the largest remainders (on ties the lower class) until the part is full. */
static cauce_status share_out(cauce_run *run, const int64_t *count, int32_t n_classes, int64_t n,
                              int64_t n_part, int64_t *take) {
    int64_t *remainder = cauce_scratch(run, n_classes, sizeof *remainder);
    if (!remainder) return run->error.status;
    int64_t left = n_part;
    for (int32_t k = 0; k < n_classes; k++) {
        int64_t product;
        if (__builtin_mul_overflow(count[k], n_part, &product))
            return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows are too many to stratify", (long long)n);
        take[k] = product / n;
        remainder[k] = product % n;
        left -= take[k];
    }
    while (left > 0) { /* fewer rounds than classes */
        int32_t best = 0;
        for (int32_t k = 1; k < n_classes; k++)
            if (remainder[k] > remainder[best]) best = k;
        take[best]++;
        remainder[best] = -1;
        left--;
    }
    return CAUCE_OK;
}

static cauce_status count_classes(cauce_run *run, const ca_split_input *input, const ca_split_sizes *sizes,
                                  int64_t **counted) {
    if (!input->y_class) return cauce_fail(run, CAUCE_E_PARAM, "to stratify, a column of classes is needed");
    int64_t n = input->n_rows, *count = *counted = cauce_scratch(run, input->n_classes, sizeof *count);
    if (!count) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        int32_t k = input->y_class[r];
        if (k < 0 || k >= input->n_classes)
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has no class to stratify by", (long long)r + 1);
        count[k]++;
    }
    int64_t present = 0;
    for (int32_t k = 0; k < input->n_classes; k++) {
        if (count[k] == 1)
            return cauce_fail(run, CAUCE_E_DATA,
                              "class %s has 1 row; to stratify, each class needs at least 2",
                              ca_split_class(run, input, k));
        present += count[k] > 0;
    }
    if (sizes->n_test < present || sizes->n_train < present)
        return cauce_fail(run, CAUCE_E_DATA,
                          "%lld training and %lld test rows cannot both hold each of the %lld classes",
                          (long long)sizes->n_train, (long long)sizes->n_test, (long long)present);
    return CAUCE_OK;
}

/* `order` says in which order the rows are offered; of each class the last ones offered are tested, and of
 * the others the last ones train. `count`: rows of each class, which are used up. */
static cauce_status offer_by_class(cauce_run *run, const ca_split_input *input, const int64_t *order,
                                   const ca_split_sizes *sizes, int64_t *count, uint8_t *side) {
    int64_t n = input->n_rows;
    int64_t *test = cauce_scratch(run, input->n_classes, sizeof *test),
            *train = cauce_scratch(run, input->n_classes, sizeof *train);
    if (!test || !train) return run->error.status;
    CA_TRY(share_out(run, count, input->n_classes, n, sizes->n_test, test));
    for (int32_t k = 0; k < input->n_classes; k++) count[k] -= test[k];
    CA_TRY(share_out(run, count, input->n_classes, n - sizes->n_test, sizes->n_train, train));
    for (int64_t i = n - 1; i >= 0; i--) {
        int32_t k = input->y_class[order[i]];
        side[order[i]] = test[k] > 0 ? CA_TESTED : train[k] > 0 ? CA_TRAINS : CA_LEFT_OUT;
        if (test[k] > 0)
            test[k]--;
        else
            train[k]--;
    }
    return CAUCE_OK;
}

/* The groups in order of appearance, with their rows counted. */
static cauce_status find_groups(cauce_run *run, const ca_split_input *input, int32_t *groups, int64_t *count,
                                int32_t *n_groups) {
    *n_groups = 0;
    for (int64_t r = 0; r < input->n_rows; r++) {
        int32_t g = input->group[r];
        if (g < 0 || g >= input->n_groups)
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has no group", (long long)r + 1);
        if (count[g]++ == 0) groups[(*n_groups)++] = g;
    }
    if (*n_groups < 2)
        return cauce_fail(run, CAUCE_E_DATA, "all rows are of one group; two parts need at least 2 groups");
    return CAUCE_OK;
}

/* Offers the groups one by one, from the last: each is tested when that brings the test part closer to its
 * size. At least one group is tested (the smallest, when all are too large) and one is not. */
static cauce_status whole_groups(cauce_run *run, const ca_split_input *input, ca_draws *draws, int64_t n_test,
                                 uint8_t *side) {
    int32_t *groups = cauce_scratch(run, input->n_groups, sizeof *groups), n_groups = 0;
    int64_t *count = cauce_scratch(run, input->n_groups, sizeof *count);
    bool *taken = cauce_scratch(run, input->n_groups, sizeof *taken);
    if (!groups || !count || !taken) return run->error.status;
    CA_TRY(find_groups(run, input, groups, count, &n_groups));
    if (draws) ca_shuffle_i32(draws, groups, n_groups);
    int32_t n_taken = 0, smallest = groups[n_groups - 1];
    int64_t lacking = n_test;
    for (int32_t i = n_groups - 1; i >= 0; i--) {
        int32_t g = groups[i];
        if (count[g] < count[smallest]) smallest = g;
        if (n_taken == n_groups - 1 || count[g] - lacking >= lacking) continue;
        taken[g] = true;
        n_taken++;
        lacking -= count[g];
    }
    if (n_taken == 0) taken[smallest] = true;
    for (int64_t r = 0; r < input->n_rows; r++) side[r] = taken[input->group[r]] ? CA_TESTED : CA_TRAINS;
    return CAUCE_OK;
}

/* Ours offers the rows one by one, from the last of a shuffle (or of the table) on. */
static cauce_status draw_sides(cauce_run *run, const ca_split_sizes *sizes, int64_t *count, ca_draws *draws,
                               const ca_split_input *input, uint8_t *side) {
    int64_t n = input->n_rows, n_train = sizes->n_train, n_test = sizes->n_test;
    int64_t *order = ca_folds_range(run, &run->scratch, 0, n);
    if (!order) return run->error.status;
    if (draws) ca_shuffle_i64(draws, order, n);
    if (count) return offer_by_class(run, input, order, sizes, count, side);
    for (int64_t i = 0; i < n; i++)
        side[order[i]] = i >= n - n_test ? CA_TESTED : i >= n - n_test - n_train ? CA_TRAINS : CA_LEFT_OUT;
    return CAUCE_OK;
}

/* The same as scikit-learn draws them, in its order. */
static cauce_status draw_parts(cauce_run *run, const ca_split_sizes *sizes, bool stratify, ca_draws *draws,
                               const ca_split_input *input, ca_arena *arena, ca_fold *drawn) {
    int64_t *count = NULL;
    if (stratify) CA_TRY(count_classes(run, input, sizes, &count));
    return ca_sklearn_hold_out(run, draws, sizes, input, count, arena, drawn);
}

static cauce_status mark_parts(cauce_run *run, const ca_split_sizes *sizes, bool stratify, ca_draws *draws,
                               const ca_split_input *input, uint8_t *side) {
    ca_fold drawn;
    CA_TRY(draw_parts(run, sizes, stratify, draws, input, &run->scratch, &drawn));
    memset(side, CA_LEFT_OUT, (size_t)input->n_rows);
    for (int64_t i = 0; i < drawn.n_train; i++) side[drawn.train[i]] = CA_TRAINS;
    for (int64_t i = 0; i < drawn.n_test; i++) side[drawn.test[i]] = CA_TESTED;
    return CAUCE_OK;
}

cauce_status ca_hold_out(cauce_run *run, const ca_split_sizes *sizes, bool stratify, ca_draws *draws,
                         const ca_split_input *input, ca_arena *arena, ca_fold *fold) {
    uint8_t *side = cauce_scratch(run, input->n_rows, 1);
    int64_t *count = NULL;
    if (!side) return run->error.status;
    if (draws && draws->kind == CA_RNG_SKLEARN) {
        CA_TRY(mark_parts(run, sizes, stratify, draws, input, side));
    } else {
        if (stratify) CA_TRY(count_classes(run, input, sizes, &count));
        CA_TRY(draw_sides(run, sizes, count, draws, input, side));
    }
    return ca_fold_of_sides(run, arena, side, input->n_rows, fold);
}

cauce_status ca_hold_outs(cauce_run *run, const ca_split_sizes *sizes, bool stratify, ca_draws *draws,
                          const ca_split_input *input, ca_arena *arena, ca_folds *folds) {
    for (int64_t f = 0; f < folds->n_folds; f++) {
        CA_TRY(cauce_check_cancel(run));
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        ca_draws_at(draws, (uint64_t)f);
        CA_TRY(ca_hold_out(run, sizes, stratify, draws, input, arena, &folds->folds[f]));
        ca_folds_back(run, arena, mark);
    }
    return CAUCE_OK;
}

/* The latest rows; those of one time are on one side, whichever brings the test part closer to its size (the
 * training part, when both are as close). */
static cauce_status latest(cauce_run *run, const ca_split_input *input, int64_t n_test, uint8_t *side) {
    const int64_t n = input->n_rows;
    const double *time = input->time;
    int64_t *order = cauce_scratch(run, n, sizeof *order);
    if (!order) return run->error.status;
    for (int64_t r = 0; r < n; r++)
        if (!isfinite(time[r]))
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has no time", (long long)r + 1);
    CA_TRY(ca_argsort(run, time, n, order));
    int64_t cut = n - n_test, low = cut, high = cut;
    while (low > 0 && time[order[low - 1]] == time[order[cut]]) low--;
    while (high < n && time[order[high]] == time[order[cut]]) high++;
    if (low == 0 && high == n)
        return cauce_fail(run, CAUCE_E_DATA, "all rows are of one time; two parts need at least 2");
    cut = high == n || (low > 0 && cut - low < high - cut) ? low : high;
    for (int64_t i = cut; i < n; i++) side[order[i]] = CA_TESTED;
    return CAUCE_OK;
}

cauce_status ca_train_test(cauce_run *run, double test_size, bool shuffle, ca_draws *draws, bool stratify,
                           const ca_split_input *input, ca_arena *arena, ca_fold *fold) {
    if (stratify && input->group)
        return cauce_fail(run, CAUCE_E_PARAM, "stratify and groups cannot be used together");
    if (input->time && (stratify || input->group))
        return cauce_fail(run, CAUCE_E_PARAM, "time cannot be used together with stratify or groups");
    if (input->group && draws->kind == CA_RNG_SKLEARN)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "rng=sklearn and groups cannot be used together: scikit-learn's train_test_split "
                          "knows no groups");
    ca_split_sizes sizes;
    CA_TRY(check_size(run, test_size, (int)draws->kind, input->n_rows, &sizes));
    if (!shuffle) draws = NULL;
    if (draws && draws->kind == CA_RNG_SKLEARN && !input->time)
        return draw_parts(run, &sizes, stratify, draws, input, arena, fold);
    if (!input->group && !input->time) return ca_hold_out(run, &sizes, stratify, draws, input, arena, fold);
    uint8_t *side = cauce_scratch(run, input->n_rows, 1);
    if (!side) return run->error.status;
    CA_TRY(input->time ? latest(run, input, sizes.n_test, side)
                       : whole_groups(run, input, draws, sizes.n_test, side));
    return ca_fold_of_sides(run, arena, side, input->n_rows, fold);
}
