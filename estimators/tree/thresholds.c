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

double ca_threshold_between(const ca_bin_column *column, uint32_t below, uint32_t above) {
    if ((int64_t)above == column->n_values) return HUGE_VAL;
    return midpoint(ca_bin_value(column, below), ca_bin_value(column, above));
}

/* ---- What codes of bare columns stand for -------------------------------------------------------------- */

/* Trees cut a column at few of its codes: one pass over the rows finds the values of these. */
typedef struct wanted {
    uint64_t *codes;  /* a bit each; NULL: the column is not bare */
    uint32_t *before; /* how many are wanted in earlier words */
    double *values;   /* of those wanted */
} wanted;

enum { WORD = 64 };

static inline void want(const wanted *w, uint32_t code) {
    w->codes[code / WORD] |= UINT64_C(1) << code % WORD;
}

static inline bool is_wanted(const wanted *w, uint32_t code) {
    return w->codes[code / WORD] >> code % WORD & 1;
}

static inline double *value_of(const wanted *w, uint32_t code) {
    const uint64_t below = w->codes[code / WORD] & ((UINT64_C(1) << code % WORD) - 1);
    return &w->values[w->before[code / WORD] + (uint32_t)__builtin_popcountll(below)];
}

static cauce_status take_values(cauce_run *run, int64_t n_words, wanted *w) {
    uint32_t n = 0;
    w->before = cauce_scratch(run, n_words, sizeof *w->before);
    if (!w->before) return CA_NOMEM(run);
    for (int64_t i = 0; i < n_words; i++) {
        w->before[i] = n;
        n += (uint32_t)__builtin_popcountll(w->codes[i]);
    }
    w->values = cauce_scratch(run, n, sizeof *w->values);
    return w->values ? CAUCE_OK : CA_NOMEM(run);
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
static void find_group(const ca_bins *bins, int64_t first, int64_t end, const wanted *w) {
    double room[CA_NUMBERS];
    for (int64_t row = 0; row < bins->n_rows; row += CA_NUMBERS) {
        const int64_t rows = bins->n_rows - row < CA_NUMBERS ? bins->n_rows - row : CA_NUMBERS;
        for (int64_t j = first; j < end; j++)
            if (w[j].codes)
                find_values(&bins->columns[j], ca_numbers_read(&bins->numbers[j], row, rows, room), row, rows,
                            &w[j]);
    }
}

/* ---- Thresholds ---------------------------------------------------------------------------------------- */

typedef struct finding {
    const ca_bins *bins;
    ca_packed_tree *trees;
    int64_t n_trees, n_parts;
} finding;

/* The splits of a part of the columns: those of some groups. */
typedef struct part {
    int64_t first_group, end_group, first, end;
    wanted *wanted; /* of all columns; those of the part are set */
} part;

/* What the column of a split has, and the codes beside its cut; NULL: none that this part looks for. */
static const wanted *of_split(const part *p, const ca_packed_tree *tree, int64_t i, uint32_t codes[2]) {
    const int32_t j = tree->feature[i];
    if (j < p->first || j >= p->end || !p->wanted[j].codes) return NULL;
    memcpy(codes, &tree->threshold[i], 2 * sizeof *codes);
    return &p->wanted[j];
}

static void want_codes(const finding *job, const part *p) {
    uint32_t codes[2];
    for (int64_t t = 0; t < job->n_trees; t++)
        for (int64_t i = 0; i < job->trees[t].n_splits; i++) {
            const wanted *w = of_split(p, &job->trees[t], i, codes);
            if (!w) continue;
            want(w, codes[0]);
            want(w, codes[1]);
        }
}

/* Above the last value are the rows without one. */
static void write_thresholds(const finding *job, const part *p) {
    uint32_t codes[2];
    for (int64_t t = 0; t < job->n_trees; t++)
        for (int64_t i = 0; i < job->trees[t].n_splits; i++) {
            const ca_packed_tree *tree = &job->trees[t];
            const wanted *w = of_split(p, tree, i, codes);
            if (!w) continue;
            const int64_t n_values = job->bins->columns[tree->feature[i]].n_values;
            tree->threshold[i] = (int64_t)codes[1] == n_values
                                     ? HUGE_VAL
                                     : midpoint(*value_of(w, codes[0]), *value_of(w, codes[1]));
        }
}

static bool any_bare(const ca_bins *bins, int64_t first, int64_t end) {
    bool any = false;
    for (int64_t j = first; j < end; j++) any |= bins->columns[j].bare;
    return any;
}

static cauce_status take_bits(cauce_run *run, const ca_bins *bins, part *p) {
    p->wanted = cauce_scratch(run, bins->n_columns, sizeof *p->wanted);
    if (!p->wanted) return CA_NOMEM(run);
    for (int64_t j = p->first; j < p->end; j++) {
        if (!bins->columns[j].bare) continue;
        uint64_t **codes = &p->wanted[j].codes;
        *codes = cauce_scratch(run, bins->columns[j].n_values / WORD + 1, sizeof **codes);
        if (!*codes) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

/* Goes over all splits twice. */
static cauce_status find_part(cauce_run *run, int64_t index, void *payload) {
    const finding *job = payload;
    const ca_bins *bins = job->bins;
    part p = { .first_group = bins->n_groups * index / job->n_parts,
               .end_group = bins->n_groups * (index + 1) / job->n_parts };
    p.first = bins->group[p.first_group];
    p.end = bins->group[p.end_group];
    if (!any_bare(bins, p.first, p.end)) return CAUCE_OK;
    CA_TRY(take_bits(run, bins, &p));
    want_codes(job, &p);
    for (int64_t j = p.first; j < p.end; j++)
        if (p.wanted[j].codes) CA_TRY(take_values(run, bins->columns[j].n_values / WORD + 1, &p.wanted[j]));
    for (int64_t g = p.first_group; g < p.end_group; g++)
        find_group(bins, bins->group[g], bins->group[g + 1], p.wanted);
    write_thresholds(job, &p);
    return cauce_check_cancel(run);
}

cauce_status ca_thresholds_find(cauce_run *run, const ca_bins *bins, ca_packed_tree *trees, int64_t n_trees) {
    enum { PARTS = 4 }; /* for each thread */
    finding job = { .bins = bins, .trees = trees, .n_trees = n_trees, .n_parts = PARTS * cauce_threads(run) };
    if (job.n_parts > bins->n_groups) job.n_parts = bins->n_groups;
    return cauce_parallel(run, job.n_parts, find_part, &job);
}
