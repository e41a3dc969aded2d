#include "math/association_codes.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "math/special.h"
#include "math/stats.h"
#include "math/tails.h"

/* ---- Rows by code -------------------------------------------------------------------------------------- */

void ca_codes_count(const int32_t *codes, int64_t n, int64_t width, int64_t *first) {
    for (int64_t r = 0; r < n; r++)
        if (codes[r] >= 0) first[codes[r] + 1]++;
    for (int64_t j = 0; j < width; j++) first[j + 1] += first[j];
}

void ca_codes_filled(int64_t width, int64_t *first) {
    memmove(first + 1, first, (size_t)width * sizeof *first);
    first[0] = 0;
}

void ca_codes_column(const int32_t *codes, int64_t n, int64_t j, double *x) {
    for (int64_t r = 0; r < n; r++) x[r] = codes[r] == j;
}

/* Of a class: all rows, or those of one code. */
typedef struct class_size {
    double weight;
    int64_t rows;
} class_size;

typedef struct score_job {
    ca_scoring scoring;
    const ca_associated *target;
    const int32_t *codes;
    int64_t width, k;
    ca_association *out;
    /* By code: where its rows begin, and of these the classes, the differences to the mean of the target, the
     * weights (NULL: 1). */
    int64_t *first;
    int32_t *y_class;
    double *off, *weight;
    /* Of all rows. */
    double total; /* of the weights */
    class_size *size;
    double n_present;    /* classes that have rows */
    int64_t counted;     /* rows of classes that have more than one */
    double sum, squares; /* of the differences; the first is about 0 */
    bool flat;           /* all numbers are equal */
} score_job;

static double weight_of(const ca_associated *target, int64_t r) {
    return target->weight ? target->weight[r] : 1;
}

static double coded_weight(const score_job *job, int64_t i) {
    return job->weight ? job->weight[i] : 1;
}

/* `off`: for each row in the order of the table. */
static cauce_status list_rows(cauce_run *run, score_job *job, const double *off) {
    const ca_associated *target = job->target;
    job->first = cauce_scratch(run, job->width + 1, sizeof *job->first);
    if (!job->first) return run->error.status;
    ca_codes_count(job->codes, target->n, job->width, job->first);
    const int64_t listed = job->first[job->width];
    if (off) job->off = cauce_scratch(run, listed, sizeof *job->off);
    if (!off) job->y_class = cauce_scratch(run, listed, sizeof *job->y_class);
    if (target->weight) job->weight = cauce_scratch(run, listed, sizeof *job->weight);
    if ((off ? !job->off : !job->y_class) || (target->weight && !job->weight)) return run->error.status;
    for (int64_t r = 0; r < target->n; r++) {
        if (job->codes[r] < 0) continue;
        const int64_t to = job->first[job->codes[r]]++;
        if (off) job->off[to] = off[r];
        if (!off) job->y_class[to] = target->y_class[r];
        if (job->weight) job->weight[to] = target->weight[r];
    }
    ca_codes_filled(job->width, job->first);
    return CAUCE_OK;
}

/* The few columns of which the counts would say too little are scored as others are. */
static cauce_status score_alone(cauce_run *run, const score_job *job, int64_t j, ca_association *out) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *x = cauce_scratch(run, job->target->n, sizeof *x);
    if (!x) return run->error.status;
    ca_codes_column(job->codes, job->target->n, j, x);
    cauce_status status = job->scoring == CA_SCORE_ANOVA ? ca_anova(run, job->target, x, out)
                                                         : ca_f_regression(run, job->target, x, out);
    ca_arena_back(&run->scratch, mark);
    return status;
}

/* ---- Classes ------------------------------------------------------------------------------------------- */

static cauce_status class_totals(cauce_run *run, score_job *job) {
    const ca_associated *target = job->target;
    job->size = cauce_scratch(run, target->n_classes, sizeof *job->size);
    if (!job->size) return run->error.status;
    for (int64_t r = 0; r < target->n; r++) { /* in the order of ca_chi2, for the same bits */
        job->size[target->y_class[r]].weight += weight_of(target, r);
        job->size[target->y_class[r]].rows++;
        job->total += weight_of(target, r);
    }
    for (int32_t c = 0; c < target->n_classes; c++) {
        job->n_present += job->size[c].weight > 0;
        if (job->size[c].rows > 1) job->counted += job->size[c].rows;
    }
    return list_rows(run, job, NULL);
}

static void count_classes(const score_job *job, int64_t j, class_size *cell) {
    memset(cell, 0, (size_t)job->target->n_classes * sizeof *cell);
    for (int64_t i = job->first[j]; i < job->first[j + 1]; i++) {
        cell[job->y_class[i]].weight += coded_weight(job, i);
        cell[job->y_class[i]].rows++;
    }
}

/* In a class of weight W of which the column holds A, the squares sum up to A (W - A) / W. Where weights
 * leave next to nothing of W - A, and it is not 0, its digits are gone: that is at most one column for a
 * class. */
static cauce_status anova(cauce_run *run, const score_job *job, int64_t j, const class_size *cell,
                          ca_association *out) {
    const int64_t rows = job->first[j + 1] - job->first[j];
    double all = 0, between = 0, within = 0;
    for (int32_t c = 0; c < job->target->n_classes; c++) all += cell[c].weight;
    const double mean = all / job->total;
    for (int32_t c = 0; c < job->target->n_classes; c++) {
        const double whole = job->size[c].weight;
        const bool full = cell[c].rows == job->size[c].rows;
        const double rest = full ? 0 : whole - cell[c].weight;
        if (!(whole > 0)) continue;
        if (job->weight && !full && rest < whole * 0x1p-20) return score_alone(run, job, j, out);
        const double off = (full ? 1 : cell[c].weight / whole) - mean;
        between += whole * off * off;
        within += cell[c].weight * (rest / whole);
    }
    const bool constant = rows == 0 || rows == job->target->n;
    const double d1 = job->n_present - 1, d2 = job->total - job->n_present;
    const double f = constant || d1 < 1 || !(d2 > 0) ? (double)NAN : (between / d1) / (within / d2);
    *out = (ca_association){ f, ca_fisher_upper(f, d1, d2) };
    return CAUCE_OK;
}

static void chi2(const score_job *job, const class_size *cell, ca_association *out) {
    double all = 0, sum = 0;
    for (int32_t c = 0; c < job->target->n_classes; c++) all += cell[c].weight;
    for (int32_t c = 0; c < job->target->n_classes; c++) {
        double expected = job->size[c].weight / job->total * all, off = cell[c].weight - expected;
        if (job->size[c].weight > 0) sum += off * (off / expected); /* 0 / 0 for a column of zeros */
    }
    *out = (ca_association){ sum, ca_chi_squared_upper(sum, job->n_present - 1) };
}

/* What `same` rows of a class of `size` rows add, that are equal in the column, as `all` rows of the table
 * are: the k-th neighbour is one of them, at a distance of 0, or one of the others, at 1. */
static double equal_rows(const score_job *job, int64_t same, int64_t size, int64_t all) {
    const int64_t near = job->k < size - 1 ? job->k : size - 1;
    if (same == 0) return 0;
    if (same > near)
        return (double)same * (ca_log((double)same) - ca_log((double)all) + ca_log((double)job->counted) -
                               ca_log((double)size));
    return (double)same * (ca_digamma((double)near) - ca_digamma((double)all) +
                           ca_digamma((double)job->counted) - ca_digamma((double)size));
}

static void class_information(const score_job *job, int64_t j, const class_size *cell, ca_association *out) {
    const int64_t n = job->target->n, rows = job->first[j + 1] - job->first[j];
    double sum = 0;
    for (int32_t c = 0; c < job->target->n_classes && job->k > 0; c++) {
        const int64_t size = job->size[c].rows;
        if (size < 2) continue;
        sum += equal_rows(job, size - cell[c].rows, size, n - rows);
        sum += equal_rows(job, cell[c].rows, size, rows);
    }
    const double information = job->counted ? sum / (double)job->counted : 0;
    *out = (ca_association){ information > 0 ? information : 0, (double)NAN };
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

static cauce_status number_totals(cauce_run *run, score_job *job) {
    const ca_associated *target = job->target;
    double *off = cauce_scratch(run, target->n, sizeof *off), scale = ca_power_scale(target->y, target->n);
    if (!off) return run->error.status;
    for (int64_t r = 0; r < target->n; r++) off[r] = target->y[r] * scale;
    const ca_moments moments = ca_moments_of(off, target->weight, target->n);
    job->total = moments.weight;
    job->flat = true;
    for (int64_t r = 0; r < target->n; r++) {
        job->flat = job->flat && target->y[r] == target->y[0];
        off[r] -= moments.mean;
        job->sum += weight_of(target, r) * off[r];
        job->squares += weight_of(target, r) * off[r] * off[r];
    }
    return list_rows(run, job, off);
}

/* What the column leaves unexplained is the difference of two sums. It has too few digits where the column
 * explains nearly all: so do two of a block at most. Weights leave few digits of the zeros' share where that
 * is small: of one column at most. */
static cauce_status f_regression(cauce_run *run, const score_job *job, int64_t j, ca_association *out) {
    const int64_t rows = job->first[j + 1] - job->first[j];
    const double df = job->total - 2;
    double ones = 0, sum = 0;
    *out = (ca_association){ 0, 1 };
    if (rows == 0 || rows == job->target->n || job->flat || !(df > 0)) return CAUCE_OK;
    for (int64_t i = job->first[j]; i < job->first[j + 1]; i++) {
        ones += coded_weight(job, i);
        sum += coded_weight(job, i) * job->off[i];
    }
    const double zeros = job->total - ones, share = ones / job->total;
    if (job->weight && zeros < job->total / 16) return score_alone(run, job, j, out);
    sum -= share * job->sum;
    const double explained = sum * (sum / (ones * (zeros / job->total)));
    const double rest = job->squares - explained;
    if (!(rest > job->squares / 16)) return score_alone(run, job, j, out);
    const double f = explained / rest * df;
    *out = (ca_association){ f, ca_fisher_upper(f, 1, df) };
    return CAUCE_OK;
}

/* ---- All columns --------------------------------------------------------------------------------------- */

static cauce_status score_some(cauce_run *run, int64_t index, void *payload) {
    const score_job *job = payload;
    const int64_t from = index * CA_COLUMNS_AT_ONCE;
    const int64_t to = from + CA_COLUMNS_AT_ONCE < job->width ? from + CA_COLUMNS_AT_ONCE : job->width;
    class_size *cell = cauce_scratch(run, job->target->n_classes, sizeof *cell);
    if (!cell) return run->error.status;
    CA_TRY(cauce_check_cancel(run));
    for (int64_t j = from; j < to; j++) {
        if (job->scoring != CA_SCORE_F_REGRESSION) count_classes(job, j, cell);
        switch (job->scoring) {
        case CA_SCORE_ANOVA: CA_TRY(anova(run, job, j, cell, &job->out[j])); break;
        case CA_SCORE_F_REGRESSION: CA_TRY(f_regression(run, job, j, &job->out[j])); break;
        case CA_SCORE_CHI2: chi2(job, cell, &job->out[j]); break;
        case CA_SCORE_INFORMATION: class_information(job, j, cell, &job->out[j]); break;
        }
    }
    return CAUCE_OK;
}

cauce_status ca_score_codes(cauce_run *run, ca_scoring scoring, const ca_associated *target,
                            const int32_t *codes, int64_t width, int64_t k, ca_association *out) {
    score_job job = { .scoring = scoring, .target = target, .codes = codes, .width = width, .out = out };
    job.k = k < target->n - 1 ? k : target->n - 1;
    if (scoring == CA_SCORE_INFORMATION && !target->y_class)
        return ca_information_codes(run, target, codes, width, job.k, out);
    CA_TRY(scoring == CA_SCORE_F_REGRESSION ? number_totals(run, &job) : class_totals(run, &job));
    return cauce_parallel(run, (width + CA_COLUMNS_AT_ONCE - 1) / CA_COLUMNS_AT_ONCE, score_some, &job);
}

cauce_status ca_variance_codes(cauce_run *run, const int32_t *codes, const double *weight, int64_t n,
                               int64_t width, double *variance, bool *differs) {
    class_size *column = cauce_scratch(run, width, sizeof *column), all = { 0, n };
    if (!column) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        const double w = weight ? weight[r] : 1;
        all.weight += w;
        if (codes[r] < 0) continue;
        column[codes[r]].weight += w;
        column[codes[r]].rows++;
    }
    for (int64_t j = 0; j < width; j++) {
        differs[j] = column[j].rows > 0 && column[j].rows < n;
        variance[j] = 0;
        if (!differs[j]) continue;
        double zeros = all.weight - column[j].weight;
        if (weight && zeros < all.weight / 16) { /* of one column at most: the difference has few digits */
            zeros = 0;
            for (int64_t r = 0; r < n; r++) zeros += codes[r] == j ? 0 : weight[r];
        }
        variance[j] = column[j].weight * (zeros / all.weight) / all.weight;
    }
    return CAUCE_OK;
}
