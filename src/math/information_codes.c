/* Mutual information of numbers with columns of 0 and 1, by the k nearest rows in the plane of both.
 *
 * Two rows of the same cell of the column are as far apart as their numbers are, others at least `apart`. So
 * the radius of a row is the distance R to its k-th nearest number among the rows of its own cell; where that
 * is more than `apart`, it is the distance to the k-th among all rows, or `apart` if this is less. A column
 * differs from one of zeros alone in the rows where it is 1, and in those that have one of these within their
 * radius: at most 2 k numbers for each. The others are summed up once, for all columns. */
#include <math.h>
#include <string.h>

#include "math/association_codes.h"
#include "math/sort.h"
#include "math/special.h"
#include "math/tails.h"

typedef struct near_job {
    int64_t n, k, width;
    ca_association *out;
    double *sorted; /* the numbers, ascending, times a power of two */
    double sd;      /* of these */
    /* The different ones: where they begin in `sorted` (n_values + 1), the distance to the k-th nearest, and
     * what a row of theirs adds in a column of zeros, but for the rows that are near in the column. */
    int64_t n_values;
    int64_t *start;
    double *radius, *term;
    double sum;        /* of the terms of all rows */
    int64_t n_equal;   /* rows whose radius is 0 */
    double *by_radius; /* the radius of every row, ascending */
    double log_n, digamma_n, digamma_k;
    /* By code: numbers of its rows, ascending, each once, and how often. Those of code j begin at first[j].
     */
    int64_t *first, *n_runs, *value, *times;
} near_job;

static double number_at(const near_job *job, int64_t v) {
    return job->sorted[job->start[v]];
}

static int64_t times_of(const near_job *job, int64_t v) {
    return job->start[v + 1] - job->start[v];
}

/* Less near_x: rows within the radius in the column. */
static double term_of(const near_job *job, int64_t v, double radius, int64_t equal) {
    const double among = (double)ca_count_near(job->sorted, job->n, job->start[v], radius, radius == 0);
    return radius == 0 ? ca_log((double)equal) + job->log_n - ca_log(among)
                       : job->digamma_k + job->digamma_n - ca_digamma(among);
}

/* ---- All rows ------------------------------------------------------------------------------------------ */

enum { VALUES_AT_ONCE = 4096 };

static cauce_status all_rows(cauce_run *run, int64_t index, void *payload) {
    const near_job *job = payload;
    const int64_t from = index * VALUES_AT_ONCE;
    const int64_t to = from + VALUES_AT_ONCE < job->n_values ? from + VALUES_AT_ONCE : job->n_values;
    CA_TRY(cauce_check_cancel(run));
    for (int64_t v = from; v < to; v++) {
        job->radius[v] = ca_kth_distance(job->sorted, job->n, job->start[v], job->k);
        job->term[v] = term_of(job, v, job->radius[v], times_of(job, v));
        for (int64_t i = job->start[v]; i < job->start[v + 1]; i++) job->by_radius[i] = job->radius[v];
    }
    return CAUCE_OK;
}

static cauce_status sort_numbers(cauce_run *run, near_job *job, const double *y, int64_t *order) {
    const int64_t n = job->n;
    job->sorted = cauce_scratch(run, n, sizeof *job->sorted);
    job->start = cauce_scratch(run, n + 1, sizeof *job->start);
    if (!job->sorted || !job->start) return run->error.status;
    CA_TRY(ca_argsort(run, y, n, order));
    for (int64_t i = 0; i < n; i++) job->sorted[i] = y[order[i]];
    job->sd = ca_power_scaled(job->sorted, n);
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || job->sorted[i] != job->sorted[i - 1]) job->start[job->n_values++] = i;
    job->start[job->n_values] = n;
    job->radius = cauce_scratch(run, job->n_values, sizeof *job->radius);
    job->term = cauce_scratch(run, job->n_values, sizeof *job->term);
    job->by_radius = cauce_scratch(run, n, sizeof *job->by_radius);
    if (!job->radius || !job->term || !job->by_radius) return run->error.status;
    job->log_n = ca_log((double)n);
    job->digamma_n = ca_digamma((double)n);
    job->digamma_k = ca_digamma((double)job->k);
    CA_TRY(cauce_parallel(run, (job->n_values + VALUES_AT_ONCE - 1) / VALUES_AT_ONCE, all_rows, job));
    for (int64_t v = 0; v < job->n_values; v++) {
        job->sum += (double)times_of(job, v) * job->term[v];
        job->n_equal += job->radius[v] == 0 ? times_of(job, v) : 0;
    }
    return ca_sort(run, job->by_radius, n);
}

/* Goes through the rows in the order of their numbers, so that those of a code come ascending. */
static cauce_status list_values(cauce_run *run, near_job *job, const int32_t *codes, const int64_t *order) {
    job->first = cauce_scratch(run, job->width + 1, sizeof *job->first);
    job->n_runs = cauce_scratch(run, job->width, sizeof *job->n_runs);
    if (!job->first || !job->n_runs) return run->error.status;
    ca_codes_count(codes, job->n, job->width, job->first);
    job->value = cauce_scratch(run, job->first[job->width], sizeof *job->value);
    job->times = cauce_scratch(run, job->first[job->width], sizeof *job->times);
    if (!job->value || !job->times) return run->error.status;
    for (int64_t v = 0; v < job->n_values; v++)
        for (int64_t i = job->start[v]; i < job->start[v + 1]; i++) {
            const int32_t j = codes[order[i]];
            if (j < 0) continue;
            int64_t *last = &job->n_runs[j];
            if (*last == 0 || job->value[job->first[j] + *last - 1] != v)
                job->value[job->first[j] + (*last)++] = v;
            job->times[job->first[j] + *last - 1]++;
        }
    return CAUCE_OK;
}

/* ---- A column ------------------------------------------------------------------------------------------ */

typedef struct column {
    const near_job *job;
    const int64_t *value, *times; /* where it is 1 */
    int64_t n_runs, ones;
    double apart;               /* of a 0 and a 1 */
    double changes;             /* what it adds to the sum of all rows */
    int64_t equal, far, others; /* zeros within a radius of 0, of more than `apart`, of neither */
} column;

/* The first run whose value is v or more. */
static int64_t run_from(const column *c, int64_t v) {
    int64_t low = 0, high = c->n_runs;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (c->value[middle] < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* From run i, whose rows are 1, to the k-th nearest of these. */
static double radius_of_ones(const column *c, int64_t i) {
    const double y = number_at(c->job, c->value[i]);
    int64_t missing = c->job->k - (c->times[i] - 1), low = i - 1, high = i + 1;
    double distance = 0;
    while (missing > 0) {
        const double left = low >= 0 ? y - number_at(c->job, c->value[low]) : (double)INFINITY;
        const double right = high < c->n_runs ? number_at(c->job, c->value[high]) - y : (double)INFINITY;
        distance = left <= right ? left : right;
        if (isinf(distance)) break;
        missing -= left <= right ? c->times[low--] : c->times[high++];
    }
    return distance;
}

/* From value v, of which `zeros` rows are 0, to the k-th nearest row that is 0. */
static double radius_of_zeros(const column *c, int64_t v, int64_t zeros) {
    const near_job *job = c->job;
    const double y = number_at(job, v);
    int64_t missing = job->k - (zeros - 1), low = v - 1, high = v + 1;
    int64_t low_run = run_from(c, v) - 1, high_run = run_from(c, v + 1);
    double distance = 0;
    while (missing > 0) {
        while (low >= 0 && low_run >= 0 && c->value[low_run] == low &&
               c->times[low_run] == times_of(job, low))
            low--, low_run--;
        while (high < job->n_values && high_run < c->n_runs && c->value[high_run] == high &&
               c->times[high_run] == times_of(job, high))
            high++, high_run++;
        const double left = low >= 0 ? y - number_at(job, low) : (double)INFINITY;
        const double right = high < job->n_values ? number_at(job, high) - y : (double)INFINITY;
        distance = left <= right ? left : right;
        if (isinf(distance)) break;
        if (left <= right) {
            missing -= times_of(job, low);
            if (low_run >= 0 && c->value[low_run] == low) missing += c->times[low_run--];
            low--;
        } else {
            missing -= times_of(job, high);
            if (high_run < c->n_runs && c->value[high_run] == high) missing += c->times[high_run++];
            high++;
        }
    }
    return distance;
}

static double in_the_plane(const column *c, int64_t v, double own) {
    if (own <= c->apart) return own;
    return c->job->radius[v] > c->apart ? c->job->radius[v] : c->apart;
}

/* Takes the zeros of value v out of what was summed up for all rows, and puts in what they add here. */
static void change_zeros(column *c, int64_t v) {
    const near_job *job = c->job;
    const int64_t i = run_from(c, v), all = times_of(job, v);
    const int64_t zeros = all - (i < c->n_runs && c->value[i] == v ? c->times[i] : 0);
    *(job->radius[v] == 0 ? &c->equal : job->radius[v] > c->apart ? &c->far : &c->others) -= all;
    c->changes -= (double)all * job->term[v];
    if (zeros == 0) return;
    const double radius = in_the_plane(c, v, radius_of_zeros(c, v, zeros));
    *(radius == 0 ? &c->equal : radius > c->apart ? &c->far : &c->others) += zeros;
    c->changes += (double)zeros * term_of(job, v, radius, zeros);
}

static void add_ones(column *c, int64_t i) {
    const double radius = in_the_plane(c, c->value[i], radius_of_ones(c, i));
    const double near = (double)(radius > c->apart ? c->job->n : c->ones);
    c->changes += (double)c->times[i] * (term_of(c->job, c->value[i], radius, c->times[i]) -
                                         (radius == 0 ? ca_log(near) : ca_digamma(near)));
}

static int64_t farther_than(const near_job *job, double radius) {
    int64_t low = 0, high = job->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (job->by_radius[middle] <= radius)
            low = middle + 1;
        else
            high = middle;
    }
    return job->n - low;
}

/* Values that have one of the column's within their radius lie side by side: a value is no farther from its
 * k-th nearest than from another value and on to that one's k-th nearest. */
static void change_rows(column *c) {
    const near_job *job = c->job;
    int64_t done = -1; /* the last value that was looked at */
    for (int64_t i = 0; i < c->n_runs; i++) {
        const int64_t v = c->value[i];
        const double y = number_at(job, v);
        int64_t low = v, high = v;
        while (low - 1 > done && y - number_at(job, low - 1) <= job->radius[low - 1]) low--;
        if (high < done) high = done;
        while (high + 1 < job->n_values && number_at(job, high + 1) - y <= job->radius[high + 1]) high++;
        for (int64_t u = low > done ? low : done + 1; u <= high; u++) change_zeros(c, u);
        done = high;
        add_ones(c, i);
    }
}

static double information_of(const near_job *job, int64_t j) {
    column c = { .job = job, .value = job->value + job->first[j], .times = job->times + job->first[j] };
    const int64_t ones = job->first[j + 1] - job->first[j], n = job->n;
    const bool constant = ones == 0 || ones == n;
    c.ones = constant ? 0 : ones;
    c.n_runs = constant ? 0 : job->n_runs[j];
    const double zeros = (double)(n - c.ones);
    const double variance = (double)ones / (double)n * (zeros / (double)n); /* of the column */
    c.apart = constant ? (double)INFINITY : (job->sd > 0 ? job->sd : 1) / sqrt(variance);
    c.equal = job->n_equal;
    c.far = farther_than(job, c.apart);
    c.others = n - c.equal - c.far;
    change_rows(&c);
    double sum = job->sum + c.changes;
    if (c.equal) sum -= (double)c.equal * ca_log(zeros);
    if (c.others) sum -= (double)c.others * ca_digamma(zeros);
    if (c.far) sum -= (double)c.far * job->digamma_n;
    return sum > 0 ? sum / (double)n : 0;
}

static cauce_status score_some(cauce_run *run, int64_t index, void *payload) {
    const near_job *job = payload;
    const int64_t from = index * CA_COLUMNS_AT_ONCE;
    const int64_t to = from + CA_COLUMNS_AT_ONCE < job->width ? from + CA_COLUMNS_AT_ONCE : job->width;
    for (int64_t j = from; j < to; j++) {
        CA_TRY(cauce_check_cancel(run));
        job->out[j] = (ca_association){ information_of(job, j), (double)NAN };
    }
    return CAUCE_OK;
}

cauce_status ca_information_codes(cauce_run *run, const ca_associated *target, const int32_t *codes,
                                  int64_t width, int64_t k, ca_association *out) {
    near_job job = { .n = target->n, .k = k < target->n - 1 ? k : target->n - 1, .width = width, .out = out };
    if (job.k < 1) {
        for (int64_t j = 0; j < width; j++) out[j] = (ca_association){ 0, (double)NAN };
        return CAUCE_OK;
    }
    int64_t *order = cauce_scratch(run, job.n, sizeof *order);
    if (!order) return run->error.status;
    CA_TRY(sort_numbers(run, &job, target->y, order));
    CA_TRY(list_values(run, &job, codes, order));
    return cauce_parallel(run, (width + CA_COLUMNS_AT_ONCE - 1) / CA_COLUMNS_AT_ONCE, score_some, &job);
}
