#include "tree/thresholds.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"

double ca_threshold_of_codes(uint32_t below, uint32_t above) {
    const uint32_t codes[2] = { below, above };
    double threshold;
    memcpy(&threshold, codes, sizeof threshold);
    return threshold;
}

/* Never rounds up to the right one, which must stay right. */
static double midpoint(double a, double b) {
    const double middle = a / 2 + b / 2;
    return middle < b ? middle : a;
}

/* Between the values of neighbouring codes, of which `above` has `high`. */
static double threshold_below(const ca_bin_column *column, uint32_t above, double low, double high) {
    return (int64_t)above == column->n_values ? HUGE_VAL : midpoint(low, high);
}

double ca_threshold_between(const ca_bin_column *column, uint32_t below, uint32_t above) {
    return threshold_below(column, above, ca_bin_value(column, below), ca_bin_value(column, above));
}

/* ---- What codes of bare columns stand for -------------------------------------------------------------- */

/* One pass over the rows finds the values of the codes that trees cut a column at: at most two for each
 * split, often a small part of them. */
typedef struct wanted {
    uint64_t *codes;  /* a bit each; NULL: the column is not bare */
    uint32_t *before; /* how many are wanted in earlier words */
    double *values;   /* of those wanted, */
    uint32_t n;       /* and how many they are */
} wanted;

typedef struct finding {
    const ca_bins *bins;
    ca_packed_tree *trees;
    wanted *wanted; /* of each column */
} finding;

enum { WORD = 64 };

static int64_t words_of(const ca_bin_column *column) {
    return column->n_values / WORD + 1;
}

static cauce_status take_bits(cauce_run *run, const finding *job) {
    for (int64_t j = 0; j < job->bins->n_columns; j++) {
        const ca_bin_column *column = &job->bins->columns[j];
        if (!column->bare) continue;
        uint64_t *codes = cauce_scratch(run, words_of(column), sizeof *codes);
        if (!codes) return CA_NOMEM(run);
        job->wanted[j].codes = codes;
    }
    return CAUCE_OK;
}

/* Several trees may want codes of one word. */
static inline void want(const wanted *w, uint32_t code) {
    const uint64_t bit = UINT64_C(1) << code % WORD;
    uint64_t *word = &w->codes[code / WORD];
    if (!(__atomic_load_n(word, __ATOMIC_RELAXED) & bit)) __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
}

static inline bool is_wanted(const wanted *w, uint32_t code) {
    return w->codes[code / WORD] >> code % WORD & 1;
}

static inline double *value_of(const wanted *w, uint32_t code) {
    const uint64_t below = w->codes[code / WORD] & ((UINT64_C(1) << code % WORD) - 1);
    return &w->values[w->before[code / WORD] + (uint32_t)__builtin_popcountll(below)];
}

/* What the column of a split has, and the codes beside its cut; NULL: the split has its threshold. */
static inline const wanted *of_split(const finding *job, const ca_packed_tree *tree, int64_t i,
                                     uint32_t codes[2]) {
    const wanted *w = &job->wanted[tree->feature[i]];
    if (!w->codes) return NULL;
    memcpy(codes, &tree->threshold[i], 2 * sizeof *codes);
    return w;
}

static cauce_status want_codes(cauce_run *run, int64_t t, void *payload) {
    (void)run;
    const finding *job = payload;
    const ca_packed_tree *tree = &job->trees[t];
    uint32_t codes[2];
    for (int64_t i = 0; i < tree->n_splits; i++) {
        const wanted *w = of_split(job, tree, i, codes);
        if (!w) continue;
        want(w, codes[0]);
        want(w, codes[1]);
    }
    return CAUCE_OK;
}

static cauce_status take_values(cauce_run *run, const finding *job) {
    for (int64_t j = 0; j < job->bins->n_columns; j++) {
        wanted *w = &job->wanted[j];
        if (!w->codes) continue;
        const int64_t n_words = words_of(&job->bins->columns[j]);
        w->before = cauce_scratch(run, n_words, sizeof *w->before);
        if (!w->before) return CA_NOMEM(run);
        for (int64_t i = 0; i < n_words; i++) {
            w->before[i] = w->n;
            w->n += (uint32_t)__builtin_popcountll(w->codes[i]);
        }
        w->values = cauce_scratch(run, w->n, sizeof *w->values);
        if (!w->values) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

/* Of the two zeros, codes are made of the positive one. */
static void find_values(const ca_bin_column *column, const double *x, int64_t first, int64_t n,
                        const wanted *w) {
    for (int64_t i = 0; i < n; i++) {
        const uint32_t code = ca_bin_code(column, first + i);
        if (is_wanted(w, code)) *value_of(w, code) = x[i] + 0.0;
    }
}

/* Neighbours in the lines of a table are read while the lines are in the cache. */
static cauce_status find_group(cauce_run *run, int64_t g, void *payload) {
    const finding *job = payload;
    const ca_bins *bins = job->bins;
    const int64_t first = bins->group[g], end = bins->group[g + 1];
    double room[CA_NUMBERS];
    for (int64_t row = 0; row < bins->n_rows; row += CA_NUMBERS) {
        const int64_t rows = bins->n_rows - row < CA_NUMBERS ? bins->n_rows - row : CA_NUMBERS;
        for (int64_t j = first; j < end; j++)
            if (job->wanted[j].n)
                find_values(&bins->columns[j], ca_numbers_read(&bins->numbers[j], row, rows, room), row, rows,
                            &job->wanted[j]);
    }
    return cauce_check_cancel(run);
}

static cauce_status write_thresholds(cauce_run *run, int64_t t, void *payload) {
    (void)run;
    const finding *job = payload;
    const ca_packed_tree *tree = &job->trees[t];
    uint32_t codes[2];
    for (int64_t i = 0; i < tree->n_splits; i++) {
        const wanted *w = of_split(job, tree, i, codes);
        if (!w) continue;
        tree->threshold[i] = threshold_below(&job->bins->columns[tree->feature[i]], codes[1],
                                             *value_of(w, codes[0]), *value_of(w, codes[1]));
    }
    return CAUCE_OK;
}

cauce_status ca_thresholds_find(cauce_run *run, const ca_bins *bins, ca_packed_tree *trees, int64_t n_trees) {
    const ca_arena_mark here = ca_arena_here(&run->scratch);
    bool any = false;
    for (int64_t j = 0; j < bins->n_columns; j++) any |= bins->columns[j].bare;
    if (!any) return CAUCE_OK;
    finding job = { .bins = bins, .trees = trees };
    job.wanted = cauce_scratch(run, bins->n_columns, sizeof *job.wanted);
    if (!job.wanted) return CA_NOMEM(run);
    CA_TRY(take_bits(run, &job));
    CA_TRY(cauce_parallel(run, n_trees, want_codes, &job));
    CA_TRY(take_values(run, &job));
    CA_TRY(cauce_parallel(run, bins->n_groups, find_group, &job));
    CA_TRY(cauce_parallel(run, n_trees, write_thresholds, &job));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}
