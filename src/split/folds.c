#include "split/folds.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/levels.h"

void *ca_folds_room(cauce_run *run, ca_arena *arena, int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, &bytes) || bytes > SIZE_MAX / 4) {
        cauce_fail(run, CAUCE_E_LIMIT, "%lld items of %zu bytes are more than memory can hold",
                   (long long)count, size);
        return NULL;
    }
    void *room = ca_arena_alloc(arena, bytes);
    if (!room) CA_NOMEM(run);
    return room;
}

const char *ca_split_class(cauce_run *run, const ca_split_input *input, int32_t k) {
    if (!input->labels) return ca_run_text(run, "number %d", (int)k);
    char shown[100];
    const char *label = cauce_levels_text(input->labels, k);
    return ca_run_text(run, "'%s'",
                       ca_text_show(label, ca_levels_length(input->labels, k), shown, sizeof shown));
}

cauce_status ca_folds_new(cauce_run *run, ca_arena *arena, int64_t n_folds, ca_folds *folds) {
    *folds = (ca_folds){ .n_folds = n_folds };
    folds->folds = ca_folds_room(run, arena, n_folds, sizeof *folds->folds);
    return folds->folds ? CAUCE_OK : run->error.status;
}

int64_t *ca_folds_range(cauce_run *run, ca_arena *arena, int64_t first, int64_t n) {
    int64_t *rows = ca_folds_room(run, arena, n, sizeof *rows);
    for (int64_t i = 0; rows && i < n; i++) rows[i] = first + i;
    return rows;
}

/* The rows in the test part of fold f (from one pass over all rows in ascending order), and the others. */
static cauce_status fill_fold(cauce_run *run, ca_arena *arena, const int32_t *fold_of, int64_t n_rows,
                              int32_t f, ca_fold *fold) {
    int64_t *train = ca_folds_room(run, arena, fold->n_train, sizeof *train);
    int64_t *test = ca_folds_room(run, arena, fold->n_test, sizeof *test);
    if (!train || !test) return run->error.status;
    fold->train = train;
    fold->test = test;
    for (int64_t r = 0; r < n_rows; r++) {
        if (fold_of[r] == f)
            *test++ = r;
        else if (fold_of[r] != CA_FOLD_UNUSED)
            *train++ = r;
    }
    return CAUCE_OK;
}

static cauce_status keep_numbers(cauce_run *run, ca_arena *arena, const int32_t *fold_of, int64_t n_rows,
                                 ca_folds *folds) {
    const bool all_fit = folds->n_folds <= INT8_MAX;
    int8_t *few = all_fit ? ca_folds_room(run, arena, n_rows, sizeof *few) : NULL;
    int32_t *many = all_fit ? NULL : ca_folds_room(run, arena, n_rows, sizeof *many);
    if (!few && !many) return run->error.status;
    if (many) memcpy(many, fold_of, (size_t)n_rows * sizeof *many);
    for (int64_t r = 0; r < n_rows && few; r++) few[r] = (int8_t)fold_of[r];
    folds->few = few;
    folds->many = many;
    return CAUCE_OK;
}

cauce_status ca_folds_assign(cauce_run *run, ca_arena *arena, const ca_split_input *input,
                             const int32_t *fold_of, int64_t n_folds, ca_folds *folds) {
    const int64_t n_rows = input->n_rows;
    CA_TRY(ca_folds_new(run, arena, n_folds, folds));
    int64_t used = 0;
    for (int64_t r = 0; r < n_rows; r++) {
        if (fold_of[r] >= 0) folds->folds[fold_of[r]].n_test++;
        if (fold_of[r] != CA_FOLD_UNUSED) used++;
    }
    for (int64_t f = 0; f < n_folds; f++) {
        ca_fold *fold = &folds->folds[f];
        fold->n_train = used - fold->n_test;
        if (fold->n_test == 0 || fold->n_train == 0)
            return cauce_fail(run, CAUCE_E_DATA,
                              "fold %lld would have %lld training and %lld test rows; each "
                              "needs at least one",
                              (long long)f + 1, (long long)fold->n_train, (long long)fold->n_test);
    }
    if (input->dealt) {
        folds->dealt = true;
        return keep_numbers(run, arena, fold_of, n_rows, folds);
    }
    for (int64_t f = 0; f < n_folds; f++) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(fill_fold(run, arena, fold_of, n_rows, (int32_t)f, &folds->folds[f]));
    }
    return CAUCE_OK;
}

cauce_status ca_folds_check(cauce_run *run, int64_t n_splits, int64_t n_rows) {
    if (n_splits > n_rows)
        return cauce_fail(run, CAUCE_E_DATA, "n_splits=%lld is more than the %lld rows of the table",
                          (long long)n_splits, (long long)n_rows);
    return CAUCE_OK;
}

void ca_folds_back(cauce_run *run, const ca_arena *arena, ca_arena_mark mark) {
    if (arena != &run->scratch) ca_arena_back(&run->scratch, mark);
}

cauce_status ca_folds_repeat(cauce_run *run, ca_arena *arena, const ca_split_input *input, ca_deal_fn *deal,
                             ca_draws *draws, int64_t n_splits, int64_t n_repeats, ca_folds *folds) {
    int64_t total;
    if (__builtin_mul_overflow(n_splits, n_repeats, &total))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld times %lld folds are more than memory can hold",
                          (long long)n_repeats, (long long)n_splits);
    ca_split_input listed = *input; /* a row is in the test part of several folds */
    listed.dealt = false;
    CA_TRY(ca_folds_check(run, n_splits, input->n_rows));
    CA_TRY(ca_folds_new(run, arena, total, folds));
    for (int64_t i = 0; i < n_repeats; i++) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        int32_t *fold_of = cauce_scratch(run, input->n_rows, sizeof *fold_of);
        if (!fold_of) return run->error.status;
        ca_folds part;
        ca_draws_at(draws, (uint64_t)i);
        CA_TRY(deal(run, input, n_splits, draws, fold_of));
        CA_TRY(ca_folds_assign(run, arena, &listed, fold_of, n_splits, &part));
        for (int64_t f = 0; f < n_splits; f++) folds->folds[i * n_splits + f] = part.folds[f];
        ca_folds_back(run, arena, mark);
    }
    return CAUCE_OK;
}

cauce_status ca_groups_count(cauce_run *run, const char *name, const ca_split_input *input, int64_t **count,
                             int32_t *n_present) {
    if (!input->group)
        return cauce_fail(run, CAUCE_E_SCHEMA, "%s needs a group column: name one with groups=COLUMN", name);
    *count = cauce_scratch(run, input->n_groups, sizeof **count);
    if (!*count) return run->error.status;
    *n_present = 0;
    for (int64_t r = 0; r < input->n_rows; r++) {
        int32_t g = input->group[r];
        if (g < 0 || g >= input->n_groups)
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has no group", (long long)r + 1);
        *n_present += (*count)[g]++ == 0;
    }
    return CAUCE_OK;
}

/* ---- Sizes of parts ------------------------------------------------------------------------------------ */

/* 0.07 of 100 rows are 7 and not the 8 that 7.000000000000001, rounded up, would give, and does give in
 * scikit-learn. */
static double part_of(double size, int64_t n, bool tested, int rng) {
    if (size >= 1) return size;
    double slack = rng == CA_RNG_SKLEARN ? 0 : 1e-9;
    return tested ? fmax(ceil(size * (double)n - slack), 1) : floor(size * (double)n + slack);
}

cauce_status ca_split_sizes_of(cauce_run *run, double test_size, double train_size, int rng, const char *unit,
                               int64_t n, ca_split_sizes *sizes) {
    double n_train = train_size > 0 ? part_of(train_size, n, false, rng) : 0;
    double n_test = test_size > 0 ? part_of(test_size, n, true, rng) : (double)n - n_train;
    if (train_size == 0) n_train = (double)n - n_test;
    if (train_size == 0 && n_train < 1)
        return cauce_fail(run, CAUCE_E_DATA, "test_size=%g of %lld %ss leaves no training %s", test_size,
                          (long long)n, unit, unit);
    if (test_size == 0 && n_test < 1)
        return cauce_fail(run, CAUCE_E_DATA, "train_size=%g of %lld %ss leaves no test %s", train_size,
                          (long long)n, unit, unit);
    if (n_train < 1)
        return cauce_fail(run, CAUCE_E_DATA, "train_size=%g of %lld %ss is none", train_size, (long long)n,
                          unit);
    if (n_test + n_train > (double)n)
        return cauce_fail(run, CAUCE_E_DATA, "test_size=%g and train_size=%g are more than the %lld %ss",
                          test_size, train_size, (long long)n, unit);
    *sizes = (ca_split_sizes){ (int64_t)n_test, (int64_t)n_train };
    return CAUCE_OK;
}

static cauce_status read_size(cauce_run *run, const char *name, const cauce_value *value, const char *other,
                              double *size) {
    *size = value->type == CAUCE_V_NULL ? 0 : value->real;
    if (value->type == CAUCE_V_REAL && value->real >= 1)
        return cauce_fail(run, CAUCE_E_PARAM, "%s=1.0 leaves no %s row", name, other);
    return CAUCE_OK;
}

cauce_status ca_split_sizes_read(cauce_run *run, const cauce_value *test_size, const cauce_value *train_size,
                                 double fallback, int rng, const char *unit, int64_t n,
                                 ca_split_sizes *sizes) {
    double test, train;
    CA_TRY(read_size(run, "test_size", test_size, "training", &test));
    CA_TRY(read_size(run, "train_size", train_size, "test", &train));
    return ca_split_sizes_of(run, test == 0 && train == 0 ? fallback : test, train, rng, unit, n, sizes);
}
