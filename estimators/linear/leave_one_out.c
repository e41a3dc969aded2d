#include "linear/leave_one_out.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linear/centred.h"
#include "linear/cholesky.h"
#include "linear/rows.h"
#include "math/blas.h"

enum { MOST_COLUMNS = 3000 };

/* The squared errors of some rows add up to `errors[0]`. residual and leverage are those of the fit to all
 * rows, the leverage for weight 1. */
static double left_out(double residual, double leverage, double weight) {
    double rest = 1 - fmin(weight, 1) * leverage, error = residual / fmax(rest, DBL_EPSILON);
    return weight * error * error;
}

/* ---- Up to as many columns as rows --------------------------------------------------------------------- */

/* F with (X'WX + alpha I)^-1 = F F' in the scaled coordinates of `c` (p x p), and the coefficients. The
 * matrix is scaled to a diagonal of 1, so that columns of any size keep their digits. */
static cauce_status inverse_root(cauce_run *run, const ca_centred *c, double alpha, double *root,
                                 double *coef) {
    int64_t p = c->p;
    double *values = cauce_scratch(run, p, sizeof *values), *unit = cauce_scratch(run, p, sizeof *unit);
    double *along = cauce_scratch(run, p, sizeof *along);
    if (!values || !unit || !along) return CA_NOMEM(run);
    for (int64_t j = 0; j < p; j++) {
        double diagonal = c->a[j + j * p] + alpha * c->scale[j] * c->scale[j];
        unit[j] = diagonal > 0 && c->scale[j] > 0 ? 1 / sqrt(diagonal) : 0;
    }
    for (int64_t j = 0; j < p; j++)
        for (int64_t i = j; i < p; i++)
            root[i + j * p] = i == j ? (unit[j] > 0 ? 1 : 0) : c->a[i + j * p] * unit[i] * unit[j];
    CA_TRY(ca_eigen(run, p, root, values));
    double least = values[p - 1] * (double)p * 8 * DBL_EPSILON;
    for (int64_t k = 0; k < p; k++) {
        double share = values[k] > least ? 1 / sqrt(values[k]) : 0;
        along[k] = 0;
        for (int64_t j = 0; j < p; j++) {
            root[j + k * p] *= share * unit[j];
            along[k] += root[j + k * p] * c->b[j];
        }
    }
    ca_gemv(false, p, p, 1, root, p, along, 0, coef);
    return CAUCE_OK;
}

struct leverages {
    const ca_centred *c;
    ca_chunks chunks;
    const double *form; /* q x (p + 1) in design order: F, then the residual of a row */
    double *partial;    /* one for each chunk */
};

static cauce_status leverage_task(cauce_run *run, int64_t index, void *payload) {
    const struct leverages *l = payload;
    const ca_design *d = &l->c->design;
    int64_t columns = l->c->p + 1, most = ca_tile_rows(d->q + columns);
    int64_t end = ca_chunk_end(d, l->chunks, index);
    bool centre = d->n_packed > d->n_dense + 1;
    double *z = cauce_scratch(run, most * d->q, sizeof *z);
    double *t = cauce_scratch(run, most * columns, sizeof *t), sum = 0;
    double *leverage = cauce_scratch(run, most, sizeof *leverage);
    if (!z || !t || !leverage) return CA_NOMEM(run);
    for (int64_t row = index * l->chunks.rows; row < end; row += most) {
        int64_t rows = end - row < most ? end - row : most;
        ca_design_pack_all(d, row, rows, z, most);
        ca_gemm(false, false, rows, columns, d->q, 1, z, most, l->form, d->q, 0, t, most);
        for (int64_t r = 0; r < rows; r++) leverage[r] = centre ? 1 / d->weight_sum : 0;
        for (int64_t k = 0; k < l->c->p; k++)
            for (int64_t r = 0; r < rows; r++) leverage[r] += t[r + k * most] * t[r + k * most];
        for (int64_t r = 0; r < rows; r++)
            sum += left_out(t[r + l->c->p * most], leverage[r], d->weight ? d->weight[row + r] : 1);
    }
    l->partial[index] = sum;
    return CAUCE_OK;
}

/* A column of the form over all design columns, from one over the scaled columns: what the means of the
 * one-hot columns (and rounding in the others) amount to is taken off by the column of ones. */
static void fill_form(const ca_centred *c, const double *from, double sign, double *form) {
    const ca_design *d = &c->design;
    double constant = 0;
    for (int64_t j = 0; j < c->p; j++) {
        int64_t column = c->column[j];
        bool dense = column < d->n_packed;
        form[column] = sign * from[j];
        constant += from[j] * (dense ? (c->mean[j] - d->shift[column]) * d->inverse[column] : c->mean[j]);
    }
    if (d->n_packed - 1 > d->n_dense) form[d->n_packed - 1] = -sign * constant;
}

static cauce_status one_penalty(cauce_run *run, struct leverages *l, double alpha, double *error) {
    const ca_centred *c = l->c;
    const ca_design *d = &c->design;
    double *root = cauce_scratch(run, c->p, (size_t)c->p * sizeof *root);
    double *coef = cauce_scratch(run, c->p, sizeof *coef);
    double *form = cauce_scratch(run, d->q, (size_t)(c->p + 1) * sizeof *form);
    if (!root || !coef || !form) return CA_NOMEM(run);
    CA_TRY(inverse_root(run, c, alpha, root, coef));
    for (int64_t k = 0; k < c->p; k++) fill_form(c, root + k * c->p, 1, form + k * d->q);
    double *residual = form + c->p * d->q;
    fill_form(c, coef, -1, residual);
    residual[d->n_dense] = 1;
    if (d->n_packed - 1 > d->n_dense) residual[d->n_packed - 1] -= c->y_mean - d->shift[d->n_dense];
    l->form = form;
    CA_TRY(cauce_parallel(run, l->chunks.count, leverage_task, l));
    ca_chunks_sum(l->chunks, 1, l->partial);
    *error = l->partial[0] / d->weight_sum;
    return CAUCE_OK;
}

static cauce_status tall(cauce_run *run, const cauce_train *train, bool fit_intercept, int64_t n,
                         const double *alphas, double *errors) {
    ca_centred c;
    CA_TRY(ca_centred_open(run, train, fit_intercept, true, &c));
    struct leverages l = { .c = &c, .chunks = ca_design_chunks(&c.design, 1) };
    l.partial = cauce_scratch(run, l.chunks.count, sizeof *l.partial);
    if (!l.partial) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        CA_TRY(cauce_check_cancel(run));
        ca_arena_mark here = ca_arena_here(&run->scratch);
        CA_TRY(one_penalty(run, &l, alphas[i], &errors[i]));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

/* ---- More columns than rows ---------------------------------------------------------------------------- */

struct dual {
    int64_t n;
    bool centred;
    double *vectors, *values; /* of X X'; with an intercept the last vector is that of the constant */
    double *y, *along;        /* sqrt(w) (y - mean), and along the vectors */
    const double *weight;
};

/* sqrt(w) is in the null space of the centred X X'; a large multiple of its projection sets it apart. */
static cauce_status dual_open(cauce_run *run, const cauce_train *train, bool fit_intercept,
                              struct dual *dual) {
    int64_t n = train->n_rows, p = train->schema->width;
    ca_centred c;
    CA_TRY(ca_centred_open(run, train, fit_intercept, false, &c));
    *dual = (struct dual){ .n = n, .centred = fit_intercept, .weight = train->weight };
    double *x = cauce_scratch(run, n, (size_t)(p + 1) * sizeof *x);
    dual->vectors = cauce_scratch(run, n, (size_t)n * sizeof *x);
    dual->values = cauce_scratch(run, n, sizeof *x);
    dual->along = cauce_scratch(run, n, sizeof *x);
    if (!x || !dual->vectors || !dual->values || !dual->along) return CA_NOMEM(run);
    ca_plain plain = { train, c.mean, c.y_mean };
    ca_plain_rows(&plain, 0, n, x, n);
    dual->y = x + p * n;
    CA_TRY(ca_outer_products(run, n, p, x, dual->vectors));
    double trace = 1;
    for (int64_t i = 0; i < n; i++) trace += dual->vectors[i + i * n];
    for (int64_t j = 0; j < n && fit_intercept; j++)
        for (int64_t i = j; i < n; i++) {
            double w = train->weight ? sqrt(train->weight[i] * train->weight[j]) : 1;
            dual->vectors[i + j * n] += 2 * trace * w / c.weight_sum;
        }
    CA_TRY(ca_eigen(run, n, dual->vectors, dual->values));
    ca_gemv(true, n, n, 1, dual->vectors, n, dual->y, 0, dual->along);
    return CAUCE_OK;
}

/* With H the fitted values of sqrt(w) y: alpha c = residuals and alpha G = 1 - H, c = G y, G = (X X' +
 * alpha)^-1 without the constant. */
static double dual_error(const struct dual *dual, double alpha) {
    double sum = 0, total = 0;
    int64_t n = dual->n, used = dual->centred ? n - 1 : n;
    for (int64_t i = 0; i < n; i++) {
        double c = 0, g = 0, w = dual->weight ? dual->weight[i] : 1;
        for (int64_t k = 0; k < used; k++) {
            double q = dual->vectors[i + k * n], value = dual->values[k] > 0 ? dual->values[k] : 0;
            c += q * dual->along[k] / (value + alpha);
            g += q * q / (value + alpha);
        }
        double leverage = (1 - alpha * g) / w;
        sum += w > 1 ? left_out(alpha * c / sqrt(w), leverage, w) : g > 0 ? (c / g) * (c / g) : 0;
        total += w;
    }
    return sum / total;
}

static cauce_status wide(cauce_run *run, const cauce_train *train, bool fit_intercept, int64_t n,
                         const double *alphas, double *errors) {
    struct dual dual;
    CA_TRY(dual_open(run, train, fit_intercept, &dual));
    for (int64_t i = 0; i < n; i++) errors[i] = dual_error(&dual, alphas[i]);
    return CAUCE_OK;
}

cauce_status ca_leave_one_out(cauce_run *run, const cauce_train *train, bool fit_intercept, int64_t n,
                              const double *alphas, double *errors) {
    int64_t p = train->schema->width;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    bool by_columns = p <= train->n_rows && (p <= MOST_COLUMNS || train->n_rows > 2 * MOST_COLUMNS);
    CA_TRY((by_columns ? tall : wide)(run, train, fit_intercept, n, alphas, errors));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}
