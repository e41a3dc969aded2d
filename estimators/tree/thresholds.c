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

/* ---- Values of bare columns ---------------------------------------------------------------------------- */

/* Some groups of columns, from `first` on, get their values: these take more memory than the codes. */
typedef struct finding {
    ca_bins *bins;
    ca_packed_tree *trees;
    int64_t first, end;
} finding;

static cauce_status begin_values(cauce_run *run, const ca_bin_column *column, void **values) {
    const size_t size = column->single ? sizeof(float) : sizeof(double);
    *values = column->bare ? ca_malloc((size_t)column->n_values * size) : NULL;
    return *values || !column->bare ? CAUCE_OK : CA_NOMEM(run);
}

/* What the codes of the rows first .. first+n-1 stand for. */
static void write_values(const ca_bin_column *column, const double *x, int64_t first, int64_t n,
                         void *values) {
    for (int64_t i = 0; i < n; i++) {
        const int64_t code = ca_bin_code(column, first + i);
        const double value = x[i] + 0.0; /* of the two zeros the one that codes are made of */
        if (code == column->n_values) continue;
        if (column->single)
            ((float *)values)[code] = (float)value;
        else
            ((double *)values)[code] = value;
    }
}

/* The codes are replaced by the values. */
static void take_values(ca_bin_column *column, void *values) {
    ca_free(column->memory);
    column->memory = values;
    column->codes = NULL;
    column->singles = column->single ? values : NULL;
    column->values = column->single ? NULL : values;
}

/* Neighbours in the lines of a table are read while the lines are in the cache. */
static cauce_status find_values(cauce_run *run, int64_t i, void *payload) {
    const finding *job = payload;
    const ca_bins *bins = job->bins;
    const int64_t first = bins->group[job->first + i], n = bins->group[job->first + i + 1] - first;
    void **values = cauce_scratch(run, n, sizeof *values);
    double room[CA_NUMBERS];
    cauce_status status = values ? CAUCE_OK : CA_NOMEM(run);
    for (int64_t j = 0; j < n && status == CAUCE_OK; j++)
        status = begin_values(run, &bins->columns[first + j], &values[j]);
    for (int64_t row = 0; row < bins->n_rows && status == CAUCE_OK; row += CA_NUMBERS) {
        const int64_t rows = bins->n_rows - row < CA_NUMBERS ? bins->n_rows - row : CA_NUMBERS;
        for (int64_t j = 0; j < n; j++) {
            if (!values[j]) continue;
            const double *x = ca_numbers_read(&bins->numbers[first + j], row, rows, room);
            write_values(&bins->columns[first + j], x, row, rows, values[j]);
        }
    }
    for (int64_t j = 0; j < n && values; j++)
        if (status == CAUCE_OK && values[j])
            take_values(&bins->columns[first + j], values[j]);
        else
            ca_free(values[j]);
    return status;
}

static void drop_values(const finding *job) {
    for (int64_t j = job->bins->group[job->first]; j < job->bins->group[job->end]; j++) {
        ca_bin_column *column = &job->bins->columns[j];
        if (!column->bare) continue;
        ca_free(column->memory);
        column->memory = NULL;
        column->values = NULL;
        column->singles = NULL;
    }
}

/* ---- Thresholds ---------------------------------------------------------------------------------------- */

static cauce_status find_in_tree(cauce_run *run, int64_t t, void *payload) {
    (void)run;
    const finding *job = payload;
    const ca_packed_tree *tree = &job->trees[t];
    const int64_t first = job->bins->group[job->first], end = job->bins->group[job->end];
    for (int64_t i = 0; i < tree->n_splits; i++) {
        const int32_t j = tree->feature[i];
        uint32_t codes[2];
        if (j < first || j >= end || !job->bins->columns[j].bare) continue;
        memcpy(codes, &tree->threshold[i], sizeof codes);
        tree->threshold[i] = ca_threshold_between(&job->bins->columns[j], codes[0], codes[1]);
    }
    return CAUCE_OK;
}

cauce_status ca_thresholds_find(cauce_run *run, ca_bins *bins, ca_packed_tree *trees, int64_t n_trees) {
    enum { ROUNDS = 8 };
    int64_t most = (bins->n_groups + ROUNDS - 1) / ROUNDS;
    bool any = false;
    if (most < cauce_threads(run)) most = cauce_threads(run);
    for (int64_t j = 0; j < bins->n_columns; j++) any |= bins->columns[j].bare;
    finding job = { .bins = bins, .trees = trees };
    for (; any && job.first < bins->n_groups; job.first = job.end) {
        job.end = job.first + most < bins->n_groups ? job.first + most : bins->n_groups;
        CA_TRY(cauce_parallel(run, job.end - job.first, find_values, &job));
        CA_TRY(cauce_parallel(run, n_trees, find_in_tree, &job));
        drop_values(&job);
    }
    return CAUCE_OK;
}
