/* Conjugate gradients on the normal equations (Hestenes and Stiefel, 1952, doi:10.6028/jres.049.044): one
 * pass over the rows for each step, in which a one-hot block costs one addition a row however many levels it
 * has. A Gram matrix of 30,000 levels would take 7 GB and a day.
 *
 * The columns are the dense ones, standardised, then the one-hot ones less their means, which are never made:
 * sum (x - m) u = sum x u - m sum u. With a penalty the steps are preconditioned by the diagonal. Without one
 * there may be many optima (each full block of levels sums to a constant); steps that are not preconditioned,
 * from 0, lead to the one of least norm. */
#include "linear/conjugate.h"

#include <math.h>
#include <string.h>

enum { LEAST_COLUMNS = 2000, MOST_STEPS = 5000, RESTARTS = 4 };
#define ENOUGH    1e-13 /* of the right-hand side, for a residual */
#define TOO_LARGE 1e-7

bool ca_conjugate_suits(const ca_design *d) {
    return d->p > LEAST_COLUMNS && d->p - d->n_dense > d->p / 2;
}

typedef struct ca_system {
    const ca_design *design;
    const ca_target *target;
    int64_t p, n_dense;
    double *mean;    /* p; of the dense columns 0 */
    double *penalty; /* p */
    double *inverse; /* p: of the diagonal, or 1; 0 for a constant column */
    ca_chunks chunks;
    double *partial; /* for each chunk: p sums and the total */
    const double *v; /* what is multiplied; NULL: the target takes the place of the product */
    double offset;   /* subtracted from each row's product */
} ca_system;

/* Rows of a tile: their products in t, the packed dense columns in z. */
static void tile_products(const ca_system *s, int64_t row, int64_t rows, const double *z, double *t) {
    const ca_design *d = s->design;
    if (!s->v) {
        for (int64_t r = 0; r < rows; r++) t[r] = ca_target_at(s->target, row + r) - s->offset;
        return;
    }
    for (int64_t r = 0; r < rows; r++) t[r] = -s->offset;
    for (int64_t j = 0; j < s->n_dense; j++) {
        const double v = s->v[j], *column = z + j * rows;
        for (int64_t r = 0; r < rows; r++) t[r] += v * column[r];
    }
    for (int64_t a = 0; a < d->n_onehot; a++) {
        const double *v = s->v + s->n_dense + (d->onehot[a].first - d->n_packed);
        const int32_t *codes = d->onehot[a].codes + row;
        for (int64_t r = 0; r < rows; r++)
            if (codes[r] >= 0) t[r] += v[codes[r]];
    }
}

static void tile_sums(const ca_system *s, int64_t row, int64_t rows, const double *z, const double *u,
                      double *sums) {
    const ca_design *d = s->design;
    for (int64_t j = 0; j < s->n_dense; j++) {
        const double *column = z + j * rows;
        double lane[4] = { 0 };
        int64_t r = 0;
        for (; r + 4 <= rows; r += 4)
            for (int l = 0; l < 4; l++) lane[l] += column[r + l] * u[r + l];
        for (; r < rows; r++) lane[0] += column[r] * u[r];
        sums[j] += (lane[0] + lane[1]) + (lane[2] + lane[3]);
    }
    for (int64_t a = 0; a < d->n_onehot; a++) {
        double *at = sums + s->n_dense + (d->onehot[a].first - d->n_packed);
        const int32_t *codes = d->onehot[a].codes + row;
        for (int64_t r = 0; r < rows; r++)
            if (codes[r] >= 0) at[codes[r]] += u[r];
    }
    for (int64_t r = 0; r < rows; r++) sums[s->p] += u[r];
}

static cauce_status pass_task(cauce_run *run, int64_t index, void *payload) {
    const ca_system *s = payload;
    const ca_design *d = s->design;
    int64_t tile = ca_tile_rows(s->n_dense + 2), end = ca_chunk_end(d, s->chunks, index);
    double *z = cauce_scratch(run, tile, (size_t)(s->n_dense + 1) * sizeof *z);
    double *t = cauce_scratch(run, tile, sizeof *t), *sums = s->partial + index * (s->p + 1);
    if (!z || !t) return CA_NOMEM(run);
    memset(sums, 0, (size_t)(s->p + 1) * sizeof *sums);
    for (int64_t row = index * s->chunks.rows; row < end; row += tile) {
        int64_t rows = end - row < tile ? end - row : tile;
        ca_design_pack(d, row, rows, 0, s->n_dense, z, rows);
        tile_products(s, row, rows, z, t);
        if (d->weight)
            for (int64_t r = 0; r < rows; r++) t[r] *= d->weight[row + r];
        tile_sums(s, row, rows, z, t, sums);
    }
    return CAUCE_OK;
}

/* out = X' W (X v), or X' W (y - y_mean) when v is NULL, in centred columns. */
static cauce_status pass(cauce_run *run, ca_system *s, const double *v, double y_mean, double *out) {
    s->v = v;
    s->offset = y_mean;
    if (v) {
        s->offset = 0;
        for (int64_t k = s->n_dense; k < s->p; k++) s->offset += s->mean[k] * v[k];
    }
    CA_TRY(cauce_parallel(run, s->chunks.count, pass_task, s));
    ca_chunks_sum(s->chunks, s->p + 1, s->partial);
    for (int64_t k = 0; k < s->p; k++) out[k] = s->partial[k] - s->mean[k] * s->partial[s->p];
    return CAUCE_OK;
}

static cauce_status multiply(cauce_run *run, ca_system *s, const double *v, double *out) {
    CA_TRY(pass(run, s, v, 0, out));
    for (int64_t k = 0; k < s->p; k++) out[k] += s->penalty[k] * v[k];
    return CAUCE_OK;
}

static double dot(const double *a, const double *b, const double *scale, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += a[i] * (scale ? scale[i] : 1) * b[i];
    return sum;
}

/* Adds steps to x, whose residual is r, until it is below `enough` (a squared norm) or steps stop helping. */
static cauce_status descend(cauce_run *run, ca_system *s, double *x, double *r, double *work, double enough,
                            int64_t *steps) {
    const int64_t p = s->p;
    double *direction = work, *product = work + p;
    for (int64_t k = 0; k < p; k++) direction[k] = s->inverse[k] * r[k];
    double size = dot(r, r, s->inverse, p);
    while (size > enough && *steps < MOST_STEPS) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(multiply(run, s, direction, product));
        const double curvature = dot(direction, product, NULL, p);
        if (!(curvature > 0)) return CAUCE_OK; /* nothing but rounding is left */
        const double step = size / curvature;
        for (int64_t k = 0; k < p; k++) {
            x[k] += step * direction[k];
            r[k] -= step * product[k];
        }
        const double next = dot(r, r, s->inverse, p), share = next / size;
        for (int64_t k = 0; k < p; k++) direction[k] = s->inverse[k] * r[k] + share * direction[k];
        size = next;
        ++*steps;
        cauce_progress(run, "conjugate gradients", *steps, 0);
    }
    return CAUCE_OK;
}

/* The recurrence loses the true residual little by little: it is computed anew, and what is left of it
 * descended again. */
static cauce_status solve(cauce_run *run, ca_system *s, const double *b, double *x) {
    const int64_t p = s->p;
    double *r = cauce_scratch(run, p, sizeof *r), *work = cauce_scratch(run, 2 * p, sizeof *work);
    if (!r || !work) return CA_NOMEM(run);
    const double whole = dot(b, b, s->inverse, p);
    double left = whole;
    int64_t steps = 0;
    memcpy(r, b, (size_t)p * sizeof *r);
    for (int turn = 0; turn < RESTARTS && left > ENOUGH * ENOUGH * whole && steps < MOST_STEPS; turn++) {
        CA_TRY(descend(run, s, x, r, work, ENOUGH * ENOUGH * whole, &steps));
        CA_TRY(multiply(run, s, x, work));
        for (int64_t k = 0; k < p; k++) r[k] = b[k] - work[k];
        const double before = left;
        left = dot(r, r, s->inverse, p);
        if (left > before / 4) break;
    }
    if (left > TOO_LARGE * TOO_LARGE * whole)
        cauce_warn(run, "no_convergence",
                   "the gradient is still %.2g of what it was after %lld steps of conjugate gradients: a "
                   "larger alpha or fewer rare levels would help",
                   sqrt(left / whole), (long long)steps);
    return CAUCE_OK;
}

static cauce_status open(cauce_run *run, const ca_design *d, const double *mean, double alpha, ca_system *s) {
    const int64_t p = d->p;
    *s = (ca_system){ .design = d, .p = p, .n_dense = d->n_dense };
    s->mean = cauce_scratch(run, p, sizeof *s->mean);
    s->penalty = cauce_scratch(run, p, sizeof *s->penalty);
    s->inverse = cauce_scratch(run, p, sizeof *s->inverse);
    double *levels = cauce_scratch(run, p - d->n_dense, sizeof *levels);
    s->chunks = ca_design_few_chunks(d, p + 1);
    s->partial = cauce_scratch(run, s->chunks.count * (p + 1), sizeof *s->partial);
    if (!s->mean || !s->penalty || !s->inverse || !levels || !s->partial) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_dense; j++) {
        s->penalty[j] = alpha * d->inverse[j] * d->inverse[j];
        const double diagonal = alpha > 0 ? d->weight_sum + s->penalty[j] : 1;
        s->inverse[j] = d->inverse[j] == 0 ? 0 : 1 / diagonal;
    }
    CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t k = d->n_dense; k < p; k++) {
        const double w = levels[k - d->n_dense], m = mean[d->feature[k - d->n_dense + d->n_packed]];
        const double diagonal = alpha > 0 ? w * (1 - m) + alpha : 1;
        s->mean[k] = m;
        s->penalty[k] = alpha;
        s->inverse[k] = diagonal > 0 ? 1 / diagonal : 0;
    }
    return CAUCE_OK;
}

cauce_status ca_conjugate(cauce_run *run, const ca_design *design, const ca_target *target,
                          const double *mean, double y_mean, double alpha, double *coef) {
    const ca_design *d = design;
    ca_system s;
    CA_TRY(open(run, d, mean, alpha, &s));
    s.target = target;
    double *b = cauce_scratch(run, d->p, sizeof *b), *x = cauce_scratch(run, d->p, sizeof *x);
    if (!b || !x) return CA_NOMEM(run);
    CA_TRY(pass(run, &s, NULL, y_mean, b));
    CA_TRY(solve(run, &s, b, x));
    for (int64_t j = 0; j < d->n_dense; j++) coef[d->feature[j]] = x[j] * d->inverse[j];
    for (int64_t k = d->n_dense; k < d->p; k++) coef[d->feature[k - d->n_dense + d->n_packed]] = x[k];
    return CAUCE_OK;
}
