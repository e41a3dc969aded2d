#include "linear/loss.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "math/blas.h"
#include "math/special.h"

enum {
    HEAD = 2,           /* value and sharpest, before the gradient in a partial result */
    KEPT_TILE = 32,     /* rows */
    MANY_CLASSES = 8,   /* times as many are more than columns: their chances would be an eighth of floats */
    MOST_KEPT = 1 << 26 /* numbers: 512 MB */
};

static cauce_status keep_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const ca_loss *loss = payload;
    const ca_design *d = loss->design;
    int64_t end = ca_chunk_end(d, loss->chunks, index);
    for (int64_t row = index * loss->chunks.rows; row < end; row += loss->tile) {
        int64_t rows = end - row < loss->tile ? end - row : loss->tile;
        ca_design_pack(d, row, rows, 0, d->n_packed, loss->kept + row * d->n_packed, rows);
    }
    return CAUCE_OK;
}

cauce_status ca_loss_keep_rows(cauce_run *run, ca_loss *loss) {
    const ca_design *d = loss->design;
    if (d->n_packed < d->n || d->n_packed > MOST_KEPT / d->n) return CAUCE_OK;
    loss->tile = KEPT_TILE;
    loss->kept = cauce_scratch(run, d->n, (size_t)d->n_packed * sizeof *loss->kept);
    return loss->kept ? cauce_parallel(run, loss->chunks.count, keep_task, loss) : CA_NOMEM(run);
}

cauce_status ca_loss_open(cauce_run *run, const ca_design *design, const int32_t *y, int32_t n_classes,
                          const double *penalty, bool keep, ca_loss *loss) {
    *loss =
        (ca_loss){ .design = design, .y = y, .vectors = n_classes > 2 ? n_classes : 1, .penalty = penalty };
    int64_t size = HEAD + design->q * loss->vectors;
    loss->chunks = ca_design_few_chunks(design, size);
    loss->partial = cauce_scratch(run, loss->chunks.count, (size_t)size * sizeof(double));
    if (!loss->partial) return CA_NOMEM(run);
    if (!keep) return CAUCE_OK;
    if (loss->vectors == 1)
        loss->spread = cauce_scratch(run, design->n, sizeof(float));
    else if (ca_gram_in_one(design) && MANY_CLASSES * loss->vectors > design->n_packed)
        loss->at = cauce_scratch(run, loss->vectors, (size_t)design->q * sizeof(double));
    else
        loss->chances = cauce_scratch(run, loss->vectors, (size_t)design->n * sizeof(float));
    return loss->chances || loss->at || loss->spread ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_loss_open_point(cauce_run *run, const ca_design *design, const ca_point *point,
                                const double *penalty, bool keep, ca_loss *loss) {
    CA_TRY(ca_loss_open(run, design, NULL, 2, penalty, false, loss));
    loss->point = point;
    if (!keep) return CAUCE_OK;
    loss->curvature = cauce_scratch(run, design->n, sizeof(double));
    return loss->curvature ? CAUCE_OK : CA_NOMEM(run);
}

bool ca_loss_penalised(const ca_loss *loss) {
    const ca_design *d = loss->design;
    for (int64_t j = 0; j < d->q; j++) /* columns of zeros have a penalty for form's sake */
        if (loss->penalty[j] > 0 && (j >= d->n_packed || d->inverse[j] > 0)) return true;
    return false;
}

/* ---- One tile of rows ---------------------------------------------------------------------------------- */

struct tile {
    double *room;    /* ld x n_packed; NULL where the rows are kept */
    double *z;       /* rows x n_packed, z_ld from one column to the next */
    double *margin;  /* rows x vectors, then probabilities, then residuals */
    double *per_row; /* rows, three times */
    int64_t row, rows, ld, z_ld;
};

/* Without room for per_row, which only a loss needs. */
static cauce_status tile_open(cauce_run *run, const ca_loss *loss, struct tile *t) {
    const ca_design *d = loss->design;
    *t = (struct tile){ .ld = loss->kept ? loss->tile : d->tile };
    if (!loss->kept) t->room = cauce_scratch(run, d->n_packed * t->ld, sizeof *t->room);
    t->margin = cauce_scratch(run, loss->vectors * t->ld, sizeof *t->margin);
    return (loss->kept || t->room) && t->margin ? CAUCE_OK : CA_NOMEM(run);
}

static void tile_pack(const ca_loss *loss, struct tile *t) {
    const ca_design *d = loss->design;
    if (loss->kept) {
        t->z = loss->kept + t->row * d->n_packed;
        t->z_ld = t->rows;
        return;
    }
    t->z = t->room;
    t->z_ld = t->ld;
    ca_design_pack(d, t->row, t->rows, 0, d->n_packed, t->z, t->z_ld);
}

/* Of rows that are packed. */
static void tile_multiply(const ca_loss *loss, const double *vectors, struct tile *t) {
    const ca_design *d = loss->design;
    int64_t k = loss->vectors;
    if (k == 1)
        ca_gemv(false, t->rows, d->n_packed, 1, t->z, t->z_ld, vectors, 0, t->margin);
    else
        ca_gemm(false, false, t->rows, k, d->n_packed, 1, t->z, t->z_ld, vectors, d->q, 0, t->margin, t->ld);
    for (int64_t c = 0; c < k; c++)
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + t->row;
            const double *v = vectors + c * d->q + d->onehot[a].first;
            double *margin = t->margin + c * t->ld;
            for (int64_t r = 0; r < t->rows; r++)
                if (codes[r] >= 0) margin[r] += v[codes[r]];
        }
}

static void tile_margins(const ca_loss *loss, struct tile *t) {
    tile_pack(loss, t);
    tile_multiply(loss, loss->v, t);
}

/* Margins to probabilities; the sum of the weighted losses is returned. */
static double tile_two(const ca_loss *loss, struct tile *t, double *sharpest) {
    const int32_t *y = loss->y + t->row;
    const double *w = loss->design->weight ? loss->design->weight + t->row : NULL;
    double *p = t->per_row, *loss_row = t->per_row + t->ld, sum = 0;
    ca_logistic_many(t->rows, t->margin, p, loss_row);
    for (int64_t r = 0; r < t->rows; r++) {
        double mine = y[r] ? loss_row[r] - t->margin[r] : loss_row[r];
        /* log1pexp(m) - m cancels for large m: there the loss is exp(-m) */
        if (y[r] && t->margin[r] > 30) mine = ca_exp(-t->margin[r]);
        sum += w ? w[r] * mine : mine;
        double other = t->margin[r] > 0 ? 1 - p[r] : p[r];
        if (other < *sharpest) *sharpest = other;
    }
    memcpy(t->margin, p, (size_t)t->rows * sizeof *p);
    return sum;
}

/* exp(margin - top) in place of the margins, and their totals; `take` (NULL: nobody) sees the differences. */
typedef void take_less(const ca_loss *loss, const struct tile *t, double *sum);

static void tile_exponentials(const ca_loss *loss, struct tile *t, take_less *take, double *sum) {
    double *top = t->per_row, *total = t->per_row + t->ld;
    for (int64_t r = 0; r < t->rows; r++) {
        top[r] = t->margin[r];
        total[r] = 0;
    }
    for (int64_t c = 1; c < loss->vectors; c++)
        for (int64_t r = 0; r < t->rows; r++)
            top[r] = t->margin[r + c * t->ld] > top[r] ? t->margin[r + c * t->ld] : top[r];
    for (int64_t c = 0; c < loss->vectors; c++)
        for (int64_t r = 0; r < t->rows; r++) t->margin[r + c * t->ld] -= top[r];
    if (take) take(loss, t, sum);
    for (int64_t c = 0; c < loss->vectors; c++) {
        ca_exp_many(t->rows, t->margin + c * t->ld, t->margin + c * t->ld);
        for (int64_t r = 0; r < t->rows; r++) total[r] += t->margin[r + c * t->ld];
    }
}

static void tile_shares(const ca_loss *loss, struct tile *t) {
    const double *total = t->per_row + t->ld;
    for (int64_t c = 0; c < loss->vectors; c++)
        for (int64_t r = 0; r < t->rows; r++) t->margin[r + c * t->ld] /= total[r];
}

static void take_mine(const ca_loss *loss, const struct tile *t, double *sum) {
    const int32_t *y = loss->y + t->row;
    const double *w = loss->design->weight ? loss->design->weight + t->row : NULL;
    for (int64_t r = 0; r < t->rows; r++) *sum -= (w ? w[r] : 1) * t->margin[r + y[r] * t->ld];
}

static double tile_many(const ca_loss *loss, struct tile *t, double *sharpest) {
    const double *w = loss->design->weight ? loss->design->weight + t->row : NULL;
    const double *total = t->per_row + t->ld;
    double sum = 0;
    tile_exponentials(loss, t, take_mine, &sum);
    for (int64_t r = 0; r < t->rows; r++) {
        sum += (w ? w[r] : 1) * ca_log(total[r]);
        double other = (total[r] - 1) / total[r]; /* the favoured class has exp(0) = 1 of the total */
        if (other < *sharpest) *sharpest = other;
    }
    tile_shares(loss, t);
    return sum;
}

/* Margins to weighted slopes, and the weighted curvatures. */
static double tile_point(const ca_loss *loss, struct tile *t, double *faintest) {
    double *cost = t->per_row, *slope = cost + t->ld, *curvature = slope + t->ld, sum = 0;
    const double *offset = loss->point->offset;
    for (int64_t r = 0; offset && r < t->rows; r++) t->margin[r] += offset[t->row + r];
    loss->point->at(loss->point, t->row, t->rows, t->margin, cost, slope, curvature, faintest);
    const double *w = loss->design->weight ? loss->design->weight + t->row : NULL;
    for (int64_t r = 0; r < t->rows; r++) {
        sum += w ? w[r] * cost[r] : cost[r];
        t->margin[r] = w ? w[r] * slope[r] : slope[r];
        if (loss->curvature) loss->curvature[t->row + r] = w ? w[r] * curvature[r] : curvature[r];
    }
    return sum;
}

/* Probabilities to weighted residuals. */
static void tile_residuals(const ca_loss *loss, struct tile *t) {
    const int32_t *y = loss->y + t->row;
    for (int64_t c = 0; c < loss->vectors; c++) {
        double *p = t->margin + c * t->ld;
        int32_t mine = loss->vectors == 1 ? 1 : (int32_t)c;
        for (int64_t r = 0; r < t->rows; r++) p[r] -= y[r] == mine ? 1 : 0;
        if (!loss->design->weight) continue;
        const double *w = loss->design->weight + t->row;
        for (int64_t r = 0; r < t->rows; r++) p[r] *= w[r];
    }
}

/* Margins to weighted residuals; the sum of the weighted losses is returned. */
static double tile_losses(const ca_loss *loss, struct tile *t, double *sharpest) {
    if (loss->point) return tile_point(loss, t, sharpest);
    const double sum = loss->vectors == 1 ? tile_two(loss, t, sharpest) : tile_many(loss, t, sharpest);
    for (int64_t r = 0; r < t->rows && loss->spread; r++)
        loss->spread[t->row + r] = (float)(t->margin[r] * (1 - t->margin[r]));
    for (int64_t c = 0; c < loss->vectors && loss->chances; c++) {
        float *chance = loss->chances + c * loss->design->n + t->row;
        for (int64_t r = 0; r < t->rows; r++) chance[r] = (float)t->margin[r + c * t->ld];
    }
    tile_residuals(loss, t);
    return sum;
}

double ca_loss_rows(const ca_loss *loss, int64_t row, int64_t rows, double *margin, int64_t ld, double *room,
                    double *sharpest) {
    struct tile t = { .margin = margin, .per_row = room, .row = row, .rows = rows, .ld = ld };
    return tile_losses(loss, &t, sharpest);
}

static void tile_gradient(const ca_loss *loss, const struct tile *t, double *gradient) {
    const ca_design *d = loss->design;
    if (loss->vectors == 1)
        ca_gemv(true, t->rows, d->n_packed, 1, t->z, t->z_ld, t->margin, 1, gradient);
    else
        ca_gemm(true, false, d->n_packed, loss->vectors, t->rows, 1, t->z, t->z_ld, t->margin, t->ld, 1,
                gradient, d->q);
    for (int64_t c = 0; c < loss->vectors; c++)
        for (int64_t a = 0; a < d->n_onehot; a++) {
            const int32_t *codes = d->onehot[a].codes + t->row;
            double *g = gradient + c * d->q + d->onehot[a].first;
            const double *residual = t->margin + c * t->ld;
            for (int64_t r = 0; r < t->rows; r++)
                if (codes[r] >= 0) g[codes[r]] += residual[r];
        }
}

/* ---- A pass over all rows ------------------------------------------------------------------------------ */

static cauce_status loss_task(cauce_run *run, int64_t index, void *payload) {
    const ca_loss *loss = payload;
    const ca_design *d = loss->design;
    struct tile t;
    CA_TRY(tile_open(run, loss, &t));
    t.per_row = cauce_scratch(run, 3 * t.ld, sizeof *t.per_row);
    if (!t.per_row) return CA_NOMEM(run);
    int64_t size = HEAD + d->q * loss->vectors, end = ca_chunk_end(d, loss->chunks, index);
    double *out = loss->partial + index * size, value = 0, sharpest = 1;
    memset(out, 0, (size_t)size * sizeof *out);
    for (t.row = index * loss->chunks.rows; t.row < end; t.row += t.ld) {
        t.rows = end - t.row < t.ld ? end - t.row : t.ld;
        tile_margins(loss, &t);
        value += tile_losses(loss, &t, &sharpest);
        tile_gradient(loss, &t, out + HEAD);
    }
    out[0] = value;
    out[1] = sharpest;
    return CAUCE_OK;
}

cauce_status ca_loss_at(cauce_run *run, ca_loss *loss, const double *v, double *value, double *gradient) {
    int64_t q = loss->design->q, size = HEAD + q * loss->vectors;
    loss->v = v;
    if (loss->at) memcpy(loss->at, v, (size_t)(q * loss->vectors) * sizeof *v);
    CA_TRY(cauce_parallel(run, loss->chunks.count, loss_task, loss));
    loss->sharpest = 1;
    for (int64_t c = 0; c < loss->chunks.count; c++)
        loss->sharpest = fmin(loss->sharpest, loss->partial[c * size + 1]);
    ca_chunks_sum(loss->chunks, size, loss->partial);
    double norm = 0;
    for (int64_t c = 0; c < loss->vectors; c++)
        for (int64_t j = 0; j < q; j++) {
            int64_t at = c * q + j;
            gradient[at] = loss->partial[HEAD + at] + loss->penalty[j] * v[at];
            norm += loss->penalty[j] * v[at] * v[at];
        }
    *value = loss->partial[0] + 0.5 * norm;
    return CAUCE_OK;
}

/* ---- Other passes -------------------------------------------------------------------------------------- */

struct sweep {
    ca_sweep *pass;
    ca_loss in, out, one; /* of the margins, of the sums, of one vector */
    int64_t n_own;        /* before the sums in a partial result */
};

static cauce_status sweep_task(cauce_run *run, int64_t index, void *payload) {
    const struct sweep *s = payload;
    const ca_sweep *pass = s->pass;
    const ca_design *d = pass->design;
    struct tile t;
    CA_TRY(tile_open(run, &s->in, &t));
    double *number = cauce_scratch(run, pass->n_out * t.ld, sizeof *number), *margin = t.margin;
    if (!number) return CA_NOMEM(run);
    double *own = s->in.partial + index * (s->n_own + d->q * pass->n_out);
    int64_t end = ca_chunk_end(d, s->in.chunks, index);
    for (t.row = index * s->in.chunks.rows; t.row < end; t.row += t.ld) {
        t.rows = end - t.row < t.ld ? end - t.row : t.ld;
        tile_pack(&s->in, &t);
        for (int64_t k = 0; k < pass->n_in; k++) {
            t.margin = margin + k * t.ld;
            tile_multiply(&s->one, pass->v + k * d->q, &t);
        }
        pass->rows(pass->payload, (ca_sweep_tile){ t.row, t.rows, t.ld, margin, number, own });
        t.margin = number;
        if (pass->n_out > 0) tile_gradient(&s->out, &t, own + s->n_own);
    }
    return CAUCE_OK;
}

cauce_status ca_sweep_run(cauce_run *run, ca_sweep *pass) {
    const ca_design *d = pass->design;
    struct sweep s = { .pass = pass, .n_own = pass->n_total + pass->n_most };
    const int64_t size = s.n_own + d->q * pass->n_out;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    s.in = (ca_loss){ .design = d, .chunks = ca_design_few_chunks(d, size) };
    s.in.partial = cauce_scratch(run, s.in.chunks.count, (size_t)size * sizeof(double));
    if (!s.in.partial) return CA_NOMEM(run);
    s.out = s.one = s.in;
    s.in.vectors = pass->n_in;
    s.out.vectors = pass->n_out;
    s.one.vectors = 1;
    CA_TRY(cauce_parallel(run, s.in.chunks.count, sweep_task, &s));
    for (int64_t k = 0; k < pass->n_most; k++) {
        pass->own[pass->n_total + k] = 0;
        for (int64_t c = 0; c < s.in.chunks.count; c++)
            pass->own[pass->n_total + k] =
                fmax(pass->own[pass->n_total + k], s.in.partial[c * size + pass->n_total + k]);
    }
    ca_chunks_sum(s.in.chunks, size, s.in.partial);
    if (pass->n_total > 0) memcpy(pass->own, s.in.partial, (size_t)pass->n_total * sizeof(double));
    if (pass->n_out > 0)
        memcpy(pass->sum, s.in.partial + s.n_own, (size_t)(d->q * pass->n_out) * sizeof(double));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static void keep_margins(void *payload, ca_sweep_tile t) {
    memcpy((double *)payload + t.row, t.margin, (size_t)t.rows * sizeof *t.margin);
}

cauce_status ca_loss_margins(cauce_run *run, const ca_design *design, const double *v, double *margin) {
    ca_sweep pass = { .design = design, .n_in = 1, .v = v, .rows = keep_margins, .payload = margin };
    return ca_sweep_run(run, &pass);
}

/* ---- Second derivatives -------------------------------------------------------------------------------- */

/* Pairs of classes a > b in this order: (1, 0), (2, 0), (2, 1), (3, 0) ... */
static void pair_of(int64_t pair, int64_t *a, int64_t *b) {
    for (*a = 1, *b = pair; *b >= *a;) *b -= (*a)++;
}

/* The probabilities of some rows at the last point, where they were not kept. */
static void chances_again(const void *payload, ca_gram_rows rows) {
    const ca_loss *loss = payload;
    struct tile t = { .margin = rows.given,
                      .per_row = rows.given + loss->vectors * rows.ld,
                      .row = rows.row,
                      .rows = rows.rows,
                      .ld = rows.ld,
                      .z_ld = rows.ld };
    ca_gemm(false, false, rows.rows, loss->vectors, loss->design->n_packed, 1, rows.z, rows.ld, loss->at,
            loss->design->q, 0, rows.given, rows.ld);
    tile_exponentials(loss, &t, NULL, NULL);
    tile_shares(loss, &t);
}

/* Weighted curvature in each row: of one vector, or p_a p_b of a pair of classes. */
static void curvature(const void *payload, int64_t pair, ca_gram_rows rows, double *h) {
    const ca_loss *loss = payload;
    const int64_t n = rows.rows;
    const double *w = loss->design->weight ? loss->design->weight + rows.row : NULL;
    if (loss->vectors == 1) {
        for (int64_t r = 0; r < n; r++) h[r] = (double)loss->spread[rows.row + r];
    } else {
        int64_t a, b;
        pair_of(pair, &a, &b);
        if (rows.given) {
            const double *p_a = rows.given + a * rows.ld, *p_b = rows.given + b * rows.ld;
            for (int64_t r = 0; r < n; r++) h[r] = p_a[r] * p_b[r];
        } else {
            const float *p_a = loss->chances + a * loss->design->n + rows.row;
            const float *p_b = loss->chances + b * loss->design->n + rows.row;
            for (int64_t r = 0; r < n; r++) h[r] = (double)p_a[r] * (double)p_b[r];
        }
    }
    for (int64_t r = 0; r < n && w; r++) h[r] *= w[r];
}

static void fix_class_sums(int64_t q, int64_t vectors, const double *l1, double *hessian) {
    int64_t size = q * vectors;
    for (int64_t j = 0; j < q; j++) {
        double sum = 0;
        if (l1 && l1[j] > 0) continue;
        for (int64_t c = 0; c < vectors; c++) sum += hessian[(c * q + j) * (size + 1)];
        double add = sum / (double)(vectors * vectors);
        for (int64_t a = 0; a < vectors; a++)
            for (int64_t b = 0; b <= a; b++) hessian[a * q + j + (b * q + j) * size] += add;
    }
}

static void add_penalty(const ca_loss *loss, double *hessian) {
    const int64_t q = loss->design->q, size = q * loss->vectors;
    for (int64_t i = 0; i < size; i++) hessian[i * (size + 1)] += loss->penalty[i % q];
}

static void place_only(const ca_loss *loss, const double *g, double *hessian) {
    const int64_t q = loss->design->q;
    for (int64_t j = 0; j < q; j++)
        for (int64_t i = j; i < q; i++) hessian[i + j * q] = ca_gram_at(g, q, i, j);
}

/* The Gram matrix g of p_a p_b: the block of classes a and b less it, those of a and of b and it. A class has
 * p_a (1 - p_a) = sum of p_a p_b over the others, so the pairs are all there is to multiply; and what leaves
 * the probabilities as they are has no curvature however they are rounded. */
static void place_pair(const ca_loss *loss, int64_t a, int64_t b, const double *g, double *hessian) {
    const int64_t q = loss->design->q, size = q * loss->vectors;
    for (int64_t j = 0; j < q; j++) {
        double *of_a = hessian + a * q + (a * q + j) * size, *of_b = hessian + b * q + (b * q + j) * size;
        double *between = hessian + a * q + (b * q + j) * size;
        for (int64_t i = 0; i < q; i++) {
            const double product = ca_gram_at(g, q, i, j);
            between[i] = -product;
            if (i < j) continue;
            of_a[i] += product;
            of_b[i] += product;
        }
    }
}

cauce_status ca_loss_hessian(cauce_run *run, ca_loss *loss, ca_gram *gram, double *hessian) {
    const int64_t q = loss->design->q;
    if (loss->point) {
        CA_TRY(ca_gram_sum(run, gram, loss->curvature));
        place_only(loss, gram->partial, hessian);
        add_penalty(loss, hessian);
        return CAUCE_OK;
    }
    const int64_t blocks = ca_loss_blocks(loss), size = q * loss->vectors;
    if (loss->at) {
        gram->prepare = chances_again;
        gram->numbers = loss->vectors + 2;
    }
    memset(hessian, 0, (size_t)(size * size) * sizeof *hessian);
    for (int64_t first = 0; first < blocks; first += gram->most) {
        int64_t many = blocks - first < gram->most ? blocks - first : gram->most;
        CA_TRY(ca_gram_sum_many(run, gram, first, many, curvature, loss));
        if (loss->vectors == 1) place_only(loss, gram->partial, hessian);
        for (int64_t k = 0; k < many && loss->vectors > 1; k++) {
            int64_t a, b;
            pair_of(first + k, &a, &b);
            place_pair(loss, a, b, gram->partial + k * q * q, hessian);
        }
    }
    add_penalty(loss, hessian);
    if (loss->vectors > 1) fix_class_sums(q, loss->vectors, loss->l1, hessian);
    return CAUCE_OK;
}
