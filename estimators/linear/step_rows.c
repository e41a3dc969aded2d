#include "linear/step_rows.h"

#include <string.h>

enum {
    SHARE = 8,
    LITTLE = 1 << 20, /* bytes: half of a second-level cache */
    BUCKET = 9,       /* bits: rows whose copies stay in the first-level cache */
    TOGETHER = 8,     /* columns: a line of doubles */
    TASKS = 64,
    LINE = 64
};

/* ---- How they lie -------------------------------------------------------------------------------------- */

/* Are the numbers of a row those at one place, in the order of the columns? */
static bool side_by_side(const ca_design *d) {
    if (!d->step || d->n_dense == 0) return false;
    const float *single = ca_design_single(d, 0);
    for (int64_t j = 0; j < d->n_dense; j++) {
        if (d->step[j] != d->step[0]) return false;
        if (single ? ca_design_single(d, j) != single + j : d->dense[j] != d->dense[0] + j) return false;
    }
    return d->n_dense <= d->step[0];
}

static bool all_single(const ca_design *d) {
    for (int64_t j = 0; j < d->n_dense; j++)
        if (!ca_design_single(d, j)) return false;
    return true;
}

static int64_t bytes_copied(const ca_step_rows *rows) {
    const size_t number = rows->single ? sizeof(float) : sizeof(double);
    return (rows->in_place ? 0 : rows->n_dense * (int64_t)number) + rows->n_hot * (int64_t)sizeof(int32_t);
}

void ca_step_rows_open(const ca_design *design, int64_t fits, ca_step_rows *rows) {
    *rows = (ca_step_rows){
        .design = design, .n = design->n, .n_dense = design->n_dense, .n_hot = design->n_onehot
    };
    rows->in_place = side_by_side(design);
    rows->single = all_single(design);
    const int64_t bytes = bytes_copied(rows), little = bytes > 0 ? LITTLE / bytes : design->n;
    rows->most = design->n / (SHARE * (fits > 0 ? fits : 1));
    if (rows->most < little) rows->most = little;
    if (rows->most < 1) rows->most = 1; /* a row of very many columns */
    if (rows->most > design->n) rows->most = design->n;
}

/* ---- Copies -------------------------------------------------------------------------------------------- */

struct copying {
    ca_step_window *window;
    int64_t n, buckets;
};

/* Numbers of some columns from `first` on, of rows that stay in the first-level cache until the last of them;
 * several at a time come faster out of the memory than one. */
static void copy_singles(const ca_step_window *w, int64_t from, int64_t to, int64_t first, int64_t many) {
    const ca_design *d = w->rows->design;
    for (int64_t i = from; i < to; i++) {
        float *out = w->single + w->at[i] * d->n_dense + first;
        for (int64_t k = 0; k < many; k++) out[k] = d->single[first + k][w->row[i] * d->step[first + k]];
    }
}

static void copy_doubles(const ca_step_window *w, int64_t from, int64_t to, int64_t first, int64_t many) {
    const ca_design *d = w->rows->design;
    for (int64_t i = from; i < to; i++) {
        double *out = w->dense + w->at[i] * d->n_dense + first;
        for (int64_t k = 0; k < many; k++) out[k] = ca_design_number(d, first + k, w->row[i]);
    }
}

static void copy_dense(const ca_step_window *w, int64_t from, int64_t to) {
    const int64_t wide = w->rows->n_dense;
    for (int64_t j = 0; j < wide; j += TOGETHER) {
        const int64_t many = wide - j < TOGETHER ? wide - j : TOGETHER;
        if (w->single)
            copy_singles(w, from, to, j, many);
        else
            copy_doubles(w, from, to, j, many);
    }
}

static void copy_hot(const ca_step_window *w, int64_t from, int64_t to) {
    const ca_design *d = w->rows->design;
    for (int64_t a = 0; a < d->n_onehot; a++)
        for (int64_t i = from; i < to; i++) {
            const int32_t code = d->onehot[a].codes[w->row[i]];
            w->hot[w->at[i] * d->n_onehot + a] = code < 0 ? -1 : (int32_t)(d->onehot[a].first + code);
        }
}

static cauce_status copy_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct copying *c = payload;
    const ca_step_window *w = c->window;
    const int64_t first = index * c->buckets / TASKS, end = (index + 1) * c->buckets / TASKS;
    for (int64_t b = first; b < end; b++) {
        const int64_t from = b > 0 ? w->bucket[b - 1] : 0;
        if (!w->rows->in_place) copy_dense(w, from, w->bucket[b]);
        copy_hot(w, from, w->bucket[b]);
    }
    return CAUCE_OK;
}

static int64_t buckets_of(const ca_step_rows *rows) {
    return (rows->n >> BUCKET) + 1;
}

/* Sorts the rows by buckets: `bucket` counts them, then says where each begins, and at last where it ends. */
static void sort_rows(ca_step_window *w, const uint32_t *order, int64_t n) {
    const int64_t buckets = buckets_of(w->rows);
    memset(w->bucket, 0, (size_t)buckets * sizeof *w->bucket);
    for (int64_t i = 0; i < n; i++) w->bucket[order[i] >> BUCKET]++;
    for (int64_t b = 0, begin = 0; b < buckets; b++) {
        const int64_t count = w->bucket[b];
        w->bucket[b] = begin;
        begin += count;
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t place = w->bucket[order[i] >> BUCKET]++;
        w->row[place] = order[i];
        w->at[place] = (uint32_t)i;
    }
}

static cauce_status copy_all(cauce_run *run, ca_step_window *w, const uint32_t *order, int64_t n) {
    struct copying copying = { w, n, buckets_of(w->rows) };
    sort_rows(w, order, n);
    return cauce_parallel(run, TASKS, copy_task, &copying);
}

cauce_status ca_step_window_fill(cauce_run *run, ca_step_window *window, const uint32_t *order, int64_t n) {
    return window->whole ? CAUCE_OK : copy_all(run, window, order, n);
}

cauce_status ca_step_window_open(cauce_run *run, const ca_step_rows *rows, ca_step_window *window) {
    ca_step_window *w = window;
    *w = (ca_step_window){ .rows = rows };
    if (rows->n > UINT32_MAX)
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows; stochastic descent takes %lld at a time",
                          (long long)rows->n, (long long)UINT32_MAX);
    w->line = cauce_scratch(run, rows->n_dense, sizeof *w->line);
    if (!w->line) return CA_NOMEM(run);
    w->whole = bytes_copied(rows) == 0;
    if (w->whole) return CAUCE_OK;
    const size_t wide = (size_t)rows->n_dense;
    if (!rows->in_place && rows->single) w->single = cauce_scratch(run, rows->most, wide * sizeof(float));
    if (!rows->in_place && !rows->single) w->dense = cauce_scratch(run, rows->most, wide * sizeof(double));
    w->hot = cauce_scratch(run, rows->most, (size_t)rows->n_hot * sizeof *w->hot);
    w->bucket = cauce_scratch(run, buckets_of(rows), sizeof *w->bucket);
    w->row = cauce_scratch(run, rows->most, sizeof *w->row);
    w->at = cauce_scratch(run, rows->most, sizeof *w->at);
    if (!w->hot || !w->bucket || !w->row || !w->at || (!rows->in_place && !w->single && !w->dense))
        return CA_NOMEM(run);
    if (rows->most < rows->n) return CAUCE_OK;
    uint32_t *all = cauce_scratch(run, rows->n, sizeof *all);
    if (!all) return CA_NOMEM(run);
    for (int64_t i = 0; i < rows->n; i++) all[i] = (uint32_t)i;
    w->whole = true;
    return copy_all(run, w, all, rows->n);
}

/* ---- One row ------------------------------------------------------------------------------------------- */

const double *ca_step_numbers(const ca_step_window *window, int64_t place, uint32_t row) {
    const ca_step_window *w = window;
    const ca_design *d = w->rows->design;
    const int64_t wide = d->n_dense;
    if (w->dense) return w->dense + place * wide;
    const float *single = w->single;
    if (w->rows->in_place) {
        if (!w->rows->single) return d->dense[0] + row * d->step[0];
        single = d->single[0] + row * d->step[0];
    } else
        single += place * wide;
    for (int64_t j = 0; j < wide; j++) w->line[j] = (double)single[j];
    return w->line;
}

void ca_step_soon(const ca_step_window *window, uint32_t row) {
    const ca_design *d = window->rows->design;
    if (!window->rows->in_place) return;
    const size_t number = window->rows->single ? sizeof(float) : sizeof(double);
    const char *at = window->rows->single ? (const char *)d->single[0] : (const char *)d->dense[0];
    at += (size_t)row * (size_t)d->step[0] * number;
    for (size_t i = 0; i < (size_t)d->n_dense * number; i += LINE) __builtin_prefetch(at + i);
}
