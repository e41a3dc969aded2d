#include "linear/coarse.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "math/lanes.h"

enum {
    HEAD = 2, /* value and sharpest, before the gradient in a partial result */
    LANES = 32,
    FINEST = 32767,
    TILE_NUMBERS =
        1 << 17, /* a tile stays in the second-level cache from margins to gradient, and the next */
    MOST_TILE = 64,
    MOST_UNITS = 1024,
    MOST_KEPT = 1 << 27, /* numbers: 256 MB */
    COPY_ROWS = 256,
    COPY_COLUMNS = 32 /* a line of the cache of each row */
};

bool ca_coarse_suit(const ca_design *d) {
    return d->n_packed >= d->n && d->n_packed >= 4 * LANES && d->n > 0 && d->n_packed <= MOST_KEPT / d->n;
}

/* ---- Kernels: lanes of a fixed number, without fused multiply-adds ------------------------------------- */

typedef float eight __attribute__((vector_size(32)));
typedef int32_t eight_signed __attribute__((vector_size(32)));
typedef uint32_t eight_words __attribute__((vector_size(32)));

/* Columns i + l in the lower and i + 8 + l in the upper halves of eight words: shifts take them apart. */
#define CA_TAKE_PAIRS(low, high, from)                                                                       \
    do {                                                                                                     \
        eight_words taken;                                                                                   \
        memcpy(&taken, from, sizeof taken);                                                                  \
        low = __builtin_convertvector((eight_signed)(taken << 16) >> 16, eight);                             \
        high = __builtin_convertvector((eight_signed)taken >> 16, eight);                                    \
    } while (0)

/* Dot products of four rows, one after the other, with y: four streams come faster out of the memory than
 * one.
 */
CA_WIDE static void four_rows_dot(int64_t words, const uint32_t *x, const float *y, double dots[4]) {
    eight lane[8] = { { 0 } }, y_low, y_high, low, high;
    for (int64_t i = 0; i < words; i += 8, y += 16) {
        memcpy(&y_low, y, sizeof y_low);
        memcpy(&y_high, y + 8, sizeof y_high);
        for (int k = 0; k < 4; k++) {
            CA_TAKE_PAIRS(low, high, x + k * words + i);
            lane[2 * k] += low * y_low;
            lane[2 * k + 1] += high * y_high;
        }
    }
    for (int k = 0; k < 4; k++) {
        const eight both = lane[2 * k] + lane[2 * k + 1];
        dots[k] = (double)(((both[0] + both[4]) + (both[1] + both[5])) +
                           ((both[2] + both[6]) + (both[3] + both[7])));
    }
}

/* out += a[0] x[0] + ... + a[3] x[3], rows one after the other. They lie in the cache; meanwhile those
 * `ahead` of them are fetched. */
CA_WIDE static void four_rows_add(int64_t words, const uint32_t *restrict x, int64_t ahead, const float a[4],
                                  float *restrict out) {
    for (int64_t i = 0; i < words; i += 8, out += 16) {
        eight sum_low, sum_high, low[4], high[4];
        memcpy(&sum_low, out, sizeof sum_low);
        memcpy(&sum_high, out + 8, sizeof sum_high);
        for (int k = 0; k < 4; k++) {
            CA_TAKE_PAIRS(low[k], high[k], x + k * words + i);
            if (ahead > 0) __builtin_prefetch(x + k * words + i + ahead, 0, 2);
        }
        sum_low += (a[0] * low[0] + a[1] * low[1]) + (a[2] * low[2] + a[3] * low[3]);
        sum_high += (a[0] * high[0] + a[1] * high[1]) + (a[2] * high[2] + a[3] * high[3]);
        memcpy(out, &sum_low, sizeof sum_low);
        memcpy(out + 8, &sum_high, sizeof sum_high);
    }
}

CA_WIDE static void add_scaled(int64_t n, double unit, const float *x, double *out) {
    for (int64_t i = 0; i < n; i++) out[i] += unit * (double)x[i];
}

/* To the nearest; the sum with FINEST + 1/2 is positive, so that cutting is rounding down. */
CA_WIDE static void make_coarse(int64_t n, const double *x, double per, int32_t *out) {
    for (int64_t i = 0; i < n; i++) out[i] = (int32_t)(x[i] * per + (FINEST + 0.5)) - FINEST;
}

/* margin += a[0] (x[0] - shift[0]) + ... + a[3] (x[3] - shift[3]) */
CA_WIDE static void four_columns_add(int64_t n, const double a[4], const double *const x[4],
                                     const double shift[4], double *restrict margin) {
    const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
    for (int64_t i = 0; i < n; i++)
        margin[i] += (a[0] * (x0[i] - shift[0]) + a[1] * (x1[i] - shift[1])) +
                     (a[2] * (x2[i] - shift[2]) + a[3] * (x3[i] - shift[3]));
}

static double largest(int64_t n, const double *x) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

/* ---- The copy ------------------------------------------------------------------------------------------ */

/* Of a group of columns: that the largest is FINEST grains. */
static void set_grains(const ca_coarse *s, int64_t first, int64_t wide, double *column) {
    const ca_design *d = s->loss->design;
    for (int64_t j = first; j < first + wide; j++) {
        double most = 0;
        for (int64_t row = 0; row < d->n; row += COPY_ROWS) {
            const int64_t rows = d->n - row < COPY_ROWS ? d->n - row : COPY_ROWS;
            ca_design_pack(d, row, rows, j, 1, column, COPY_ROWS);
            const double here = largest(rows, column);
            most = here > most ? here : most;
        }
        s->grain[j] = most / FINEST;
    }
}

/* COPY_COLUMNS columns as pairs of each row, `stride` words from one row to the next. */
static void place_pairs(const int32_t *columns, int64_t rows, uint32_t *out, int64_t stride) {
    for (int64_t r = 0; r < rows; r++, out += stride)
        for (int64_t i = 0; i < COPY_COLUMNS; i += 16)
            for (int64_t l = 0; l < 8; l++) {
                const uint32_t low = (uint32_t)columns[(i + l) * COPY_ROWS + r];
                const uint32_t high = (uint32_t)columns[(i + 8 + l) * COPY_ROWS + r];
                out[i / 2 + l] = (low & 0xffff) | high << 16;
            }
}

static cauce_status copy_task(cauce_run *run, int64_t index, void *payload) {
    const ca_coarse *s = payload;
    const ca_design *d = s->loss->design;
    const int64_t first = index * COPY_COLUMNS;
    const int64_t wide = d->n_packed - first < COPY_COLUMNS ? d->n_packed - first : COPY_COLUMNS;
    double *column = cauce_scratch(run, COPY_ROWS, sizeof *column);
    int32_t *columns = cauce_scratch(run, COPY_ROWS * COPY_COLUMNS, sizeof *columns);
    if (!column || !columns) return CA_NOMEM(run);
    set_grains(s, first, wide, column);
    for (int64_t row = 0; row < d->n; row += COPY_ROWS) {
        const int64_t rows = d->n - row < COPY_ROWS ? d->n - row : COPY_ROWS;
        for (int64_t k = 0; k < wide; k++) { /* columns that are not there stay 0 */
            const double grain = s->grain[first + k];
            ca_design_pack(d, row, rows, first + k, 1, column, COPY_ROWS);
            make_coarse(rows, column, grain > 0 ? 1 / grain : 0, columns + k * COPY_ROWS);
        }
        place_pairs(columns, rows, s->rows + (row * s->ld + first) / 2, s->ld / 2);
    }
    return CAUCE_OK;
}

cauce_status ca_coarse_open(cauce_run *run, ca_loss *loss, ca_coarse *coarse) {
    const ca_design *d = loss->design;
    ca_coarse *s = coarse;
    const int64_t k = loss->vectors, size = d->q * k;
    *s = (ca_coarse){ .loss = loss, .ld = (d->n_packed + LANES - 1) / LANES * LANES };
    s->tile = TILE_NUMBERS / s->ld / 4 * 4;
    s->tile = s->tile < 4 ? 4 : s->tile > MOST_TILE ? MOST_TILE : s->tile;
    s->rows = cauce_scratch(run, (d->n + 3) / 4 * 4, (size_t)s->ld / 2 * sizeof *s->rows);
    s->grain = cauce_scratch(run, d->n_packed, sizeof *s->grain);
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
    if (!s->rows || !s->grain || !s->step || !s->unit || !s->exact || !s->margin || !s->residual)
        return CA_NOMEM(run);
    return cauce_parallel(run, (d->n_packed + COPY_COLUMNS - 1) / COPY_COLUMNS, copy_task, s);
}

/* ---- A pass over the copy ------------------------------------------------------------------------------ */

struct tile {
    int64_t row, rows;
    double *margin;     /* tile x vectors, then residuals, then what they are more than at the reference */
    double *room;       /* three times tile */
    float *sum, *share; /* ld x vectors, over `unit`; tile */
    double *unit;       /* vectors; 0: nothing has been summed */
};

static cauce_status tile_open(cauce_run *run, const ca_coarse *s, struct tile *t) {
    *t = (struct tile){ 0 };
    t->margin = cauce_scratch(run, s->tile * s->loss->vectors, sizeof *t->margin);
    t->room = cauce_scratch(run, 3 * s->tile, sizeof *t->room);
    t->sum = cauce_scratch(run, s->loss->vectors, (size_t)s->ld * sizeof *t->sum);
    t->unit = cauce_scratch(run, s->loss->vectors, sizeof *t->unit);
    t->share = cauce_scratch(run, s->tile, sizeof *t->share);
    return t->margin && t->room && t->sum && t->unit && t->share ? CAUCE_OK : CA_NOMEM(run);
}

static void tile_margins(const ca_coarse *s, struct tile *t) {
    const ca_design *d = s->loss->design;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        double *margin = t->margin + c * s->tile;
        const double *known = s->margin + c * d->n + t->row;
        const uint32_t *rows = s->rows + t->row * s->ld / 2;
        int64_t r;
        for (r = 0; r < t->rows; r += 4)
            four_rows_dot(s->ld / 2, rows + r * s->ld / 2, s->step + c * s->ld, margin + r);
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

/* What has been summed goes to the gradient; after it residuals are put in another unit. */
static void change_unit(const ca_coarse *s, struct tile *t, int64_t c, double unit, double *gradient) {
    const ca_design *d = s->loss->design;
    float *sum = t->sum + c * s->ld;
    if (t->unit[c] > 0) add_scaled(d->n_packed, t->unit[c], sum, gradient + c * d->q);
    memset(sum, 0, (size_t)s->ld * sizeof *sum);
    t->unit[c] = unit;
}

/* Residuals are put in units of the largest, which may be far from what single precision can hold. */
static void tile_gradient(const ca_coarse *s, struct tile *t, int64_t rows_after, double *gradient) {
    const ca_design *d = s->loss->design;
    const int64_t words = s->ld / 2, last = s->loss->vectors - 1;
    const uint32_t *rows = s->rows + t->row * words;
    for (int64_t c = 0; c <= last; c++) {
        double *off = t->margin + c * s->tile, *g = gradient + c * d->q;
        const double *known = s->residual + c * d->n + t->row;
        for (int64_t r = 0; r < t->rows && !s->from_nothing; r++) off[r] -= known[r];
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + t->row;
            for (int64_t r = 0; r < t->rows; r++)
                if (codes[r] >= 0) g[d->onehot[a].first + codes[r]] += off[r];
        }
        const double most = largest(t->rows, off);
        if (most > MOST_UNITS * t->unit[c]) change_unit(s, t, c, most, gradient);
        if (!(most > 0)) continue;
        for (int64_t r = 0; r < s->tile; r++) t->share[r] = r < t->rows ? (float)(off[r] / t->unit[c]) : 0;
        for (int64_t r = 0; r < t->rows; r += 4) {
            const int64_t ahead = c == last && r < rows_after ? s->tile * words : 0;
            four_rows_add(words, rows + r * words, ahead, t->share + r, t->sum + c * s->ld);
        }
    }
}

static cauce_status pass_task(cauce_run *run, int64_t index, void *payload) {
    const ca_coarse *s = payload;
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
        tile_gradient(s, &t, end - t.row - t.rows, out + HEAD);
    }
    for (int64_t c = 0; c < loss->vectors; c++) change_unit(s, &t, c, 0, out + HEAD);
    out[0] = value;
    out[1] = sharpest;
    return CAUCE_OK;
}

/* Into the first partial result: the losses, and the gradient less that at the reference. */
static cauce_status pass(cauce_run *run, ca_coarse *s, const double *v) {
    const ca_design *d = s->loss->design;
    const ca_chunks chunks = s->loss->chunks;
    const int64_t size = HEAD + d->q * s->loss->vectors;
    s->v = v;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        const double *to = v + c * d->q, *from = s->reference + c * d->q;
        double most = 0;
        for (int64_t j = 0; j < d->n_packed; j++) most = fmax(most, fabs(to[j] - from[j]) * s->grain[j]);
        s->unit[c] = most;
        for (int64_t j = 0; j < d->n_packed; j++)
            s->step[c * s->ld + j] = most > 0 ? (float)((to[j] - from[j]) * s->grain[j] / most) : 0;
    }
    CA_TRY(cauce_parallel(run, chunks.count, pass_task, s));
    s->loss->sharpest = 1;
    for (int64_t c = 0; c < chunks.count; c++)
        s->loss->sharpest = fmin(s->loss->sharpest, s->partial[c * size + 1]);
    ca_chunks_sum(chunks, size, s->partial);
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        double *g = s->partial + HEAD + c * d->q;
        for (int64_t j = 0; j < d->n_packed; j++) g[j] *= s->grain[j];
    }
    return CAUCE_OK;
}

cauce_status ca_coarse_at(cauce_run *run, ca_coarse *coarse, const double *v, double *value,
                          double *gradient) {
    ca_coarse *s = coarse;
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

/* Four columns at a time, which come faster out of the memory than one. */
static void dense_margins(const ca_design *d, int64_t row, int64_t rows, const double *v, double *margin) {
    const double *x[4];
    double a[4], shift[4];
    int many = 0;
    for (int64_t j = 0; j < d->n_packed; j++) {
        if (!d->dense[j]) {
            for (int64_t r = 0; r < rows; r++) margin[r] += v[j];
            continue;
        }
        x[many] = d->dense[j] + row;
        a[many] = v[j] * d->inverse[j];
        shift[many++] = d->shift[j];
        if (many < 4) continue;
        four_columns_add(rows, a, x, shift, margin);
        many = 0;
    }
    for (int k = 0; k < many; k++) ca_axpy_shifted(rows, a[k], x[k], shift[k], margin);
}

/* Margins of a chunk of rows column by column, as the columns lie. */
static void exact_margins(const ca_coarse *s, int64_t row, int64_t rows) {
    const ca_design *d = s->loss->design;
    for (int64_t c = 0; c < s->loss->vectors; c++) {
        double *margin = s->margin + c * d->n + row;
        const double *v = s->v + c * d->q;
        memset(margin, 0, (size_t)rows * sizeof *margin);
        dense_margins(d, row, rows, v, margin);
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + row;
            for (int64_t r = 0; r < rows; r++)
                if (codes[r] >= 0) margin[r] += v[d->onehot[a].first + codes[r]];
        }
    }
}

static cauce_status margins_task(cauce_run *run, int64_t index, void *payload) {
    const ca_coarse *s = payload;
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
    const ca_coarse *s = payload;
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

cauce_status ca_coarse_refer(cauce_run *run, ca_coarse *coarse, const double *v, double *value,
                             double *gradient) {
    ca_coarse *s = coarse;
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
