#include "linear/singles.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"
#include "math/wide.h"

enum {
    HEAD = 2, /* value and sharpest, before the gradient in a partial result */
    LANES = 32,
    TILE_FLOATS = 1 << 17, /* a tile stays in the second-level cache from margins to gradient */
    MOST_TILE = 64,
    MOST_KEPT = 1 << 27, /* numbers: 512 MB */
    COPY_ROWS = 256,
    COPY_COLUMNS = 16
};

bool ca_singles_suit(const ca_design *d) {
    return d->n_packed >= d->n && d->n_packed >= 4 * LANES && d->n > 0 && d->n_packed <= MOST_KEPT / d->n;
}

/* ---- Kernels: lanes of a fixed number, without fused multiply-adds ------------------------------------- */

typedef float eight __attribute__((vector_size(32)));

/* Dot products of four rows of ld numbers, one after the other, with y: four streams come faster out of the
 * memory than one. */
CA_WIDE static void four_rows_dot(int64_t ld, const float *x, const float *y, double dots[4]) {
    eight lane[8] = { { 0 } }, low, high, part;
    for (int64_t i = 0; i < ld; i += 16) {
        memcpy(&low, y + i, sizeof low);
        memcpy(&high, y + i + 8, sizeof high);
        for (int k = 0; k < 4; k++) {
            memcpy(&part, x + k * ld + i, sizeof part);
            lane[2 * k] += part * low;
            memcpy(&part, x + k * ld + i + 8, sizeof part);
            lane[2 * k + 1] += part * high;
        }
    }
    for (int k = 0; k < 4; k++) {
        const eight both = lane[2 * k] + lane[2 * k + 1];
        dots[k] = (double)(((both[0] + both[4]) + (both[1] + both[5])) +
                           ((both[2] + both[6]) + (both[3] + both[7])));
    }
}

CA_WIDE static double row_dot(int64_t ld, const float *x, const float *y) {
    float lane[LANES] = { 0 };
    for (int64_t i = 0; i < ld; i += LANES)
        for (int l = 0; l < LANES; l++) lane[l] += x[i + l] * y[i + l];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) lane[l] += lane[l + half];
    return (double)lane[0];
}

/* out += a[0] x[0] + ... + a[3] x[3], rows of ld numbers one after the other. */
CA_WIDE static void four_rows_add(int64_t ld, const float *restrict x, const float a[4],
                                  float *restrict out) {
    for (int64_t i = 0; i < ld; i++)
        out[i] += (a[0] * x[i] + a[1] * x[ld + i]) + (a[2] * x[2 * ld + i] + a[3] * x[3 * ld + i]);
}

CA_WIDE static void row_add(int64_t ld, const float *restrict x, float a, float *restrict out) {
    for (int64_t i = 0; i < ld; i++) out[i] += a * x[i];
}

CA_WIDE static void add_scaled(int64_t n, double unit, const float *x, double *out) {
    for (int64_t i = 0; i < n; i++) out[i] += unit * (double)x[i];
}

static double largest(int64_t n, const double *x) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

/* ---- The copy ------------------------------------------------------------------------------------------ */

static cauce_status copy_task(cauce_run *run, int64_t index, void *payload) {
    const ca_singles *s = payload;
    const ca_design *d = s->loss->design;
    int64_t row = index * COPY_ROWS, rows = d->n - row < COPY_ROWS ? d->n - row : COPY_ROWS;
    double *columns = cauce_scratch(run, COPY_COLUMNS * COPY_ROWS, sizeof *columns);
    if (!columns) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_packed; j += COPY_COLUMNS) {
        int64_t wide = d->n_packed - j < COPY_COLUMNS ? d->n_packed - j : COPY_COLUMNS;
        ca_design_pack(d, row, rows, j, wide, columns, COPY_ROWS);
        for (int64_t r = 0; r < rows; r++)
            for (int64_t k = 0; k < wide; k++)
                s->rows[(row + r) * s->ld + j + k] = (float)columns[k * COPY_ROWS + r];
    }
    return CAUCE_OK;
}

cauce_status ca_singles_open(cauce_run *run, ca_loss *loss, ca_singles *singles) {
    const ca_design *d = loss->design;
    ca_singles *s = singles;
    const int64_t k = loss->vectors, size = d->q * k;
    *s = (ca_singles){ .loss = loss, .ld = (d->n_packed + LANES - 1) / LANES * LANES };
    s->tile = TILE_FLOATS / s->ld / 4 * 4;
    s->tile = s->tile < 4 ? 4 : s->tile > MOST_TILE ? MOST_TILE : s->tile;
    s->rows = cauce_scratch(run, d->n, (size_t)s->ld * sizeof *s->rows);
    s->step = cauce_scratch(run, k, (size_t)s->ld * sizeof *s->step);
    s->unit = cauce_scratch(run, k, sizeof *s->unit);
    s->exact = cauce_scratch(run, loss->chunks.count, HEAD * sizeof *s->exact);
    s->partial = loss->partial;
    double **of_columns[] = { &s->reference, &s->gradient, &s->tilt };
    for (size_t i = 0; i < sizeof of_columns / sizeof *of_columns; i++) {
        *of_columns[i] = cauce_scratch(run, size, sizeof(double));
        if (!*of_columns[i]) return CA_NOMEM(run);
    }
    s->margin = cauce_scratch(run, d->n, (size_t)k * sizeof *s->margin);
    s->residual = cauce_scratch(run, d->n, (size_t)k * sizeof *s->residual);
    if (!s->rows || !s->step || !s->unit || !s->exact || !s->margin || !s->residual) return CA_NOMEM(run);
    return cauce_parallel(run, (d->n + COPY_ROWS - 1) / COPY_ROWS, copy_task, s);
}

/* ---- A pass over the copy ------------------------------------------------------------------------------ */

struct tile {
    int64_t row, rows;
    double *margin;     /* tile x vectors, then residuals, then what they are more than at the reference */
    double *room;       /* three times tile */
    float *sum, *share; /* ld; tile */
};

static cauce_status tile_open(cauce_run *run, const ca_singles *s, struct tile *t) {
    *t = (struct tile){ 0 };
    t->margin = cauce_scratch(run, s->tile * s->loss->vectors, sizeof *t->margin);
    t->room = cauce_scratch(run, 3 * s->tile, sizeof *t->room);
    t->sum = cauce_scratch(run, s->ld, sizeof *t->sum);
    t->share = cauce_scratch(run, s->tile, sizeof *t->share);
    return t->margin && t->room && t->sum && t->share ? CAUCE_OK : CA_NOMEM(run);
}

static void tile_margins(const ca_singles *s, struct tile *t) {
    const ca_design *d = s->loss->design;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        double *margin = t->margin + c * s->tile;
        const double *known = s->margin + c * d->n + t->row;
        const float *rows = s->rows + t->row * s->ld, *step = s->step + c * s->ld;
        int64_t r = 0;
        for (; r + 4 <= t->rows; r += 4) four_rows_dot(s->ld, rows + r * s->ld, step, margin + r);
        for (; r < t->rows; r++) margin[r] = row_dot(s->ld, rows + r * s->ld, step);
        for (r = 0; r < t->rows; r++) margin[r] = known[r] + s->unit[c] * margin[r];
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + t->row;
            const double *v = s->v + c * d->q + d->onehot[a].first;
            const double *from = s->reference + c * d->q + d->onehot[a].first;
            for (r = 0; r < t->rows; r++)
                if (codes[r] >= 0) margin[r] += v[codes[r]] - from[codes[r]];
        }
    }
}

/* Residuals are put in units of the largest, which may be far from what single precision can hold. */
static void tile_gradient(const ca_singles *s, struct tile *t, double *gradient) {
    const ca_design *d = s->loss->design;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        double *off = t->margin + c * s->tile, *g = gradient + c * d->q;
        const double *known = s->residual + c * d->n + t->row;
        for (int64_t r = 0; r < t->rows && !s->from_nothing; r++) off[r] -= known[r];
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + t->row;
            for (int64_t r = 0; r < t->rows; r++)
                if (codes[r] >= 0) g[d->onehot[a].first + codes[r]] += off[r];
        }
        const double unit = largest(t->rows, off);
        if (!(unit > 0)) continue;
        for (int64_t r = 0; r < t->rows; r++) t->share[r] = (float)(off[r] / unit);
        memset(t->sum, 0, (size_t)s->ld * sizeof *t->sum);
        const float *rows = s->rows + t->row * s->ld;
        int64_t r = 0;
        for (; r + 4 <= t->rows; r += 4) four_rows_add(s->ld, rows + r * s->ld, t->share + r, t->sum);
        for (; r < t->rows; r++) row_add(s->ld, rows + r * s->ld, t->share[r], t->sum);
        add_scaled(d->n_packed, unit, t->sum, g);
    }
}

static cauce_status pass_task(cauce_run *run, int64_t index, void *payload) {
    const ca_singles *s = payload;
    const ca_loss *loss = s->loss;
    const ca_design *d = loss->design;
    struct tile t;
    CA_TRY(tile_open(run, s, &t));
    int64_t size = HEAD + d->q * loss->vectors, end = ca_chunk_end(d, loss->chunks, index);
    double *out = s->partial + index * size, value = 0, sharpest = 1;
    memset(out, 0, (size_t)size * sizeof *out);
    for (t.row = index * loss->chunks.rows; t.row < end; t.row += s->tile) {
        t.rows = end - t.row < s->tile ? end - t.row : s->tile;
        tile_margins(s, &t);
        value += ca_loss_rows(loss, t.row, t.rows, t.margin, s->tile, t.room, &sharpest);
        tile_gradient(s, &t, out + HEAD);
    }
    out[0] = value;
    out[1] = sharpest;
    return CAUCE_OK;
}

/* Into the first partial result: the losses, and the gradient less that at the reference. */
static cauce_status pass(cauce_run *run, ca_singles *s, const double *v) {
    const ca_design *d = s->loss->design;
    const ca_chunks chunks = s->loss->chunks;
    const int64_t size = HEAD + d->q * s->loss->vectors;
    s->v = v;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        const double *to = v + c * d->q, *from = s->reference + c * d->q;
        double most = 0;
        for (int64_t j = 0; j < d->n_packed; j++) most = fmax(most, fabs(to[j] - from[j]));
        s->unit[c] = most;
        for (int64_t j = 0; j < d->n_packed; j++)
            s->step[c * s->ld + j] = most > 0 ? (float)((to[j] - from[j]) / most) : 0;
    }
    CA_TRY(cauce_parallel(run, chunks.count, pass_task, s));
    s->loss->sharpest = 1;
    for (int64_t c = 0; c < chunks.count; c++)
        s->loss->sharpest = fmin(s->loss->sharpest, s->partial[c * size + 1]);
    ca_chunks_sum(chunks, size, s->partial);
    return CAUCE_OK;
}

cauce_status ca_singles_at(cauce_run *run, ca_singles *singles, const double *v, double *value,
                           double *gradient) {
    ca_singles *s = singles;
    const int64_t q = s->loss->design->q;
    CA_TRY(pass(run, s, v));
    double norm = 0, tilt = 0;
    for (int64_t i = 0; i < q * s->loss->vectors; i++) {
        const double pull = s->loss->penalty[i % q] * v[i];
        gradient[i] = s->gradient[i] + s->partial[HEAD + i] + pull;
        norm += pull * v[i];
        tilt += s->tilt[i] * (v[i] - s->reference[i]);
    }
    *value = s->partial[0] + 0.5 * norm + tilt;
    return CAUCE_OK;
}

/* ---- In double precision ------------------------------------------------------------------------------- */

/* Margins of a chunk of rows column by column, as the columns lie. */
static void exact_margins(const ca_singles *s, int64_t row, int64_t rows) {
    const ca_design *d = s->loss->design;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        double *margin = s->margin + c * d->n + row;
        const double *v = s->v + c * d->q;
        memset(margin, 0, (size_t)rows * sizeof *margin);
        for (int64_t j = 0; j < d->n_packed; j++) {
            if (d->dense[j])
                ca_axpy_shifted(rows, v[j] * d->inverse[j], d->dense[j] + row, d->shift[j], margin);
            else
                for (int64_t r = 0; r < rows; r++) margin[r] += v[j];
        }
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + row;
            for (int64_t r = 0; r < rows; r++)
                if (codes[r] >= 0) margin[r] += v[d->onehot[a].first + codes[r]];
        }
    }
}

static cauce_status margins_task(cauce_run *run, int64_t index, void *payload) {
    const ca_singles *s = payload;
    const ca_loss *loss = s->loss;
    const int64_t n = loss->design->n, start = index * loss->chunks.rows;
    const int64_t end = ca_chunk_end(loss->design, loss->chunks, index);
    struct tile t;
    CA_TRY(tile_open(run, s, &t));
    double value = 0, sharpest = 1;
    exact_margins(s, start, end - start);
    for (t.row = start; t.row < end; t.row += s->tile) {
        t.rows = end - t.row < s->tile ? end - t.row : s->tile;
        for (int64_t c = 0; c < loss->vectors; c++)
            memcpy(t.margin + c * s->tile, s->margin + c * n + t.row, (size_t)t.rows * sizeof(double));
        value += ca_loss_rows(loss, t.row, t.rows, t.margin, s->tile, t.room, &sharpest);
        for (int64_t c = 0; c < loss->vectors; c++)
            memcpy(s->residual + c * n + t.row, t.margin + c * s->tile, (size_t)t.rows * sizeof(double));
    }
    s->exact[HEAD * index] = value;
    s->exact[HEAD * index + 1] = sharpest;
    return CAUCE_OK;
}

/* A group of dense columns, or a one-hot block. */
static cauce_status columns_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const ca_singles *s = payload;
    const ca_design *d = s->loss->design;
    const int64_t groups = (d->n_packed + COPY_COLUMNS - 1) / COPY_COLUMNS;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        const double *residual = s->residual + c * d->n;
        double *g = s->gradient + c * d->q;
        if (index >= groups) {
            const ca_onehot *hot = &d->onehot[index - groups];
            memset(g + hot->first, 0, (size_t)hot->width * sizeof *g);
            for (int64_t r = 0; r < d->n; r++)
                if (hot->codes[r] >= 0) g[hot->first + hot->codes[r]] += residual[r];
            continue;
        }
        for (int64_t j = index * COPY_COLUMNS; j < d->n_packed && j < (index + 1) * COPY_COLUMNS; j++) {
            g[j] = 0;
            if (d->dense[j])
                g[j] = d->inverse[j] * ca_dot_shifted(d->n, d->dense[j], d->shift[j], residual);
            else
                for (int64_t r = 0; r < d->n; r++) g[j] += residual[r];
        }
    }
    return CAUCE_OK;
}

cauce_status ca_singles_refer(cauce_run *run, ca_singles *singles, const double *v, double *value,
                              double *gradient) {
    ca_singles *s = singles;
    const ca_design *d = s->loss->design;
    const int64_t size = d->q * s->loss->vectors;
    s->v = v;
    CA_TRY(cauce_parallel(run, s->loss->chunks.count, margins_task, s));
    CA_TRY(
        cauce_parallel(run, (d->n_packed + COPY_COLUMNS - 1) / COPY_COLUMNS + d->n_onehot, columns_task, s));
    memcpy(s->reference, v, (size_t)size * sizeof *v);
    s->from_nothing = true;
    cauce_status status = pass(run, s, v);
    s->from_nothing = false;
    if (status != CAUCE_OK) return status;
    double norm = 0;
    *value = 0;
    s->loss->sharpest = 1;
    for (int64_t c = 0; c < s->loss->chunks.count; c++) {
        *value += s->exact[HEAD * c];
        s->loss->sharpest = fmin(s->loss->sharpest, s->exact[HEAD * c + 1]);
    }
    for (int64_t i = 0; i < size; i++) {
        const double pull = s->loss->penalty[i % d->q] * v[i];
        s->tilt[i] = s->gradient[i] - s->partial[HEAD + i];
        gradient[i] = s->gradient[i] + pull;
        norm += pull * v[i];
    }
    *value += 0.5 * norm;
    return CAUCE_OK;
}
