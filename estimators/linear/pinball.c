#include "linear/pinball.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"
#include "linear/gram.h"
#include "linear/loss.h"
#include "math/blas.h"

/* The dual: maximise y . c (share - 1 + quantile) over shares in [0, 1] with Z' c (share - 1 + quantile) = 0;
 * c are the weights. A penalty on |v_j| is a row e_j of target 0, quantile 1/2 and weight 2 weight_j.
 * low and high belong to the bounds 0 and 1 of a share: high - low is the residual y - z . v. On the central
 * path share * low = (1 - share) * high = mu, for rows of every weight. */
struct rows {
    int64_t n;
    const double *y, *c;    /* NULL: zeros; ones */
    double quantile, scale; /* scale: of c */
    double *share, *rest;   /* rest: 1 - share, which would lose its digits */
    double *low, *high;
    double *residual; /* y - z . v - (high - low) */
    double *dshare, *dlow, *dhigh;
    double *along;          /* z . dv */
    double *theta, *target; /* of the step: weights and targets of its least squares problem */
};

struct interior {
    ca_pinball *problem;
    ca_gram gram;
    struct rows data, size; /* the rows, and the penalised coefficients */
    int64_t *column;        /* of the latter */
    double total;           /* of all c */
    double mu;
    double size_of_targets; /* sum of c |y| */
    double *system, *step, *products;
};

static double weight_of(const struct rows *r, int64_t i) {
    return r->c ? r->c[i] * r->scale : r->scale;
}

static cauce_status rows_open(cauce_run *run, int64_t n, struct rows *r) {
    double **arrays[] = { &r->share, &r->rest,  &r->low,   &r->high,  &r->residual, &r->dshare,
                          &r->dlow,  &r->dhigh, &r->along, &r->theta, &r->target };
    r->n = n;
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        if (!(*arrays[k] = cauce_scratch(run, n, sizeof(double)))) return CA_NOMEM(run);
    return CAUCE_OK;
}

/* v = 0, shares that meet the constraints, slacks that differ by the residual and are not small. */
static void rows_start(struct rows *r, double room) {
    for (int64_t i = 0; i < r->n; i++) {
        double y = r->y ? r->y[i] : 0;
        r->share[i] = 1 - r->quantile;
        r->rest[i] = r->quantile;
        r->high[i] = (y > 0 ? y : 0) + room;
        r->low[i] = (y > 0 ? 0 : -y) + room;
    }
}

static cauce_status interior_open(cauce_run *run, ca_pinball *problem, struct interior *x) {
    const ca_design *d = problem->design;
    *x = (struct interior){ .problem = problem };
    int64_t penalised = 0;
    for (int64_t j = 0; j < d->q; j++) penalised += problem->weight[j] > 0;
    x->column = cauce_scratch(run, penalised, sizeof *x->column);
    double *weights = cauce_scratch(run, penalised, sizeof *weights);
    x->system = cauce_scratch(run, d->q, (size_t)d->q * sizeof(double));
    x->step = cauce_scratch(run, d->q, sizeof(double));
    x->products = cauce_scratch(run, d->q, sizeof(double));
    if (!x->column || !weights || !x->system || !x->step || !x->products) return CA_NOMEM(run);
    CA_TRY(ca_gram_open(run, d, &x->gram));
    x->data = (struct rows){ .y = problem->y, .c = d->weight, .quantile = problem->quantile, .scale = 1 };
    x->size = (struct rows){ .c = weights, .quantile = 0.5, .scale = 2 };
    CA_TRY(rows_open(run, d->n, &x->data));
    CA_TRY(rows_open(run, penalised, &x->size));
    penalised = 0;
    for (int64_t j = 0; j < d->q; j++)
        if (problem->weight[j] > 0) {
            x->column[penalised] = j;
            weights[penalised++] = problem->weight[j];
        }
    double sum = 0;
    for (int64_t i = 0; i < d->n; i++) sum += weight_of(&x->data, i) * fabs(problem->y[i]);
    x->size_of_targets = sum;
    double room = sum / d->weight_sum; /* about as large as the residuals */
    room = room > 0 ? room : 1;
    rows_start(&x->data, room);
    rows_start(&x->size, room);
    x->total = d->weight_sum;
    for (int64_t j = 0; j < penalised; j++) x->total += weight_of(&x->size, j);
    return CAUCE_OK;
}

/* ---- Steps --------------------------------------------------------------------------------------------- */

static double complementarity(const struct rows *r) {
    double sum = 0;
    for (int64_t i = 0; i < r->n; i++)
        sum += weight_of(r, i) * (r->share[i] * r->low[i] + r->rest[i] * r->high[i]);
    return sum;
}

/* Weights and targets of the least squares problem whose solution is the step towards `mu` (with the second
 * order terms of the step before, where `corrected`). dlow, dhigh keep the right-hand sides. */
static void rows_system(struct rows *r, double mu, bool corrected) {
    for (int64_t i = 0; i < r->n; i++) {
        double share = r->share[i], rest = r->rest[i];
        double low = mu - share * r->low[i] - (corrected ? r->dshare[i] * r->dlow[i] : 0);
        double high = mu - rest * r->high[i] + (corrected ? r->dshare[i] * r->dhigh[i] : 0);
        r->theta[i] = weight_of(r, i) / (r->low[i] / share + r->high[i] / rest);
        r->target[i] = r->theta[i] * (r->residual[i] + low / share - high / rest);
        r->dlow[i] = low;
        r->dhigh[i] = high;
    }
}

/* From z . dv to the steps of the row's own unknowns. */
static void rows_step(struct rows *r) {
    for (int64_t i = 0; i < r->n; i++) {
        double share = r->share[i], rest = r->rest[i];
        double d = (r->target[i] - r->theta[i] * r->along[i]) / weight_of(r, i);
        r->dshare[i] = d;
        r->dlow[i] = (r->dlow[i] - r->low[i] * d) / share;
        r->dhigh[i] = (r->dhigh[i] + r->high[i] * d) / rest;
    }
}

/* The normal matrix of this iteration, with something on coefficients of which nothing depends. */
static cauce_status interior_matrix(cauce_run *run, struct interior *x, double *matrix) {
    int64_t q = x->problem->design->q;
    CA_TRY(ca_gram_sum(run, &x->gram, x->data.theta));
    memcpy(matrix, x->gram.partial, (size_t)(q * q) * sizeof *matrix);
    for (int64_t k = 0; k < x->size.n; k++) matrix[x->column[k] * (q + 1)] += x->size.theta[k];
    for (int64_t j = 0; j < q; j++)
        if (!(matrix[j * (q + 1)] > 0)) matrix[j * (q + 1)] = 1;
    return CAUCE_OK;
}

static cauce_status interior_step(cauce_run *run, struct interior *x, double mu, bool corrected) {
    const ca_design *d = x->problem->design;
    int64_t q = d->q;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    rows_system(&x->data, mu, corrected);
    rows_system(&x->size, mu, corrected);
    CA_TRY(interior_matrix(run, x, x->system));
    CA_TRY(ca_loss_transposed(run, d, x->data.target, x->step));
    for (int64_t k = 0; k < x->size.n; k++) x->step[x->column[k]] += x->size.target[k];
    for (int64_t j = 0; j < q; j++) x->step[j] += x->products[j];
    bool solved;
    double *metric = cauce_scratch(run, q, sizeof *metric);
    if (!metric) return CA_NOMEM(run);
    for (int64_t j = 0; j < q; j++) metric[j] = 1 / sqrt(x->system[j * (q + 1)]);
    for (int64_t j = 0; j < q; j++) {
        x->step[j] *= metric[j];
        for (int64_t i = j; i < q; i++) x->system[i + j * q] *= metric[i] * metric[j];
    }
    CA_TRY(ca_spd_solve(run, q, x->system, x->step, 1e-14, &solved));
    if (!solved) CA_TRY(ca_psd_solve(run, q, x->system, x->step));
    for (int64_t j = 0; j < q; j++) x->step[j] *= metric[j];
    CA_TRY(ca_loss_margins(run, d, x->step, x->data.along));
    for (int64_t k = 0; k < x->size.n; k++) x->size.along[k] = x->step[x->column[k]];
    rows_step(&x->data);
    rows_step(&x->size);
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static double ratio(double value, double change, double most) {
    return change < 0 && -value / change < most ? -value / change : most;
}

/* How far shares and slacks stay above 0 (and shares below 1). */
static void rows_room(const struct rows *r, double *dual, double *primal) {
    for (int64_t i = 0; i < r->n; i++) {
        *dual = ratio(r->share[i], r->dshare[i], *dual);
        *dual = ratio(r->rest[i], -r->dshare[i], *dual);
        *primal = ratio(r->low[i], r->dlow[i], *primal);
        *primal = ratio(r->high[i], r->dhigh[i], *primal);
    }
}

static double complementarity_after(const struct rows *r, double dual, double primal) {
    double sum = 0;
    for (int64_t i = 0; i < r->n; i++) {
        double share = r->share[i] + dual * r->dshare[i], rest = r->rest[i] - dual * r->dshare[i];
        sum += weight_of(r, i) *
               (share * (r->low[i] + primal * r->dlow[i]) + rest * (r->high[i] + primal * r->dhigh[i]));
    }
    return sum;
}

static void rows_move(struct rows *r, double dual, double primal) {
    for (int64_t i = 0; i < r->n; i++) {
        r->share[i] += dual * r->dshare[i];
        r->rest[i] -= dual * r->dshare[i];
        r->low[i] += primal * r->dlow[i];
        r->high[i] += primal * r->dhigh[i];
    }
}

/* ---- Objective and gap --------------------------------------------------------------------------------- */

static double pinball(double residual, double quantile) {
    return residual > 0 ? quantile * residual : (quantile - 1) * residual;
}

/* c (share - 1 + quantile) of a row as the nearer bound and what is missing to it. Where many v are optimal
 * it is the small parts that tell them apart. */
static double at_bound(const struct rows *r, int64_t i) {
    return weight_of(r, i) * (r->share[i] > r->rest[i] ? r->quantile : r->quantile - 1);
}

static double off_bound(const struct rows *r, int64_t i) {
    return weight_of(r, i) * (r->share[i] > r->rest[i] ? -r->rest[i] : r->share[i]);
}

/* Objective at v; the residuals of the rows against their slacks, and Z' of the shares against 0, afresh. */
static cauce_status look(cauce_run *run, struct interior *x, const double *v, double *value) {
    const ca_design *d = x->problem->design;
    struct rows *data = &x->data, *size = &x->size;
    CA_TRY(ca_loss_margins(run, d, v, data->along));
    *value = 0;
    for (int64_t i = 0; i < data->n; i++) {
        double residual = data->y[i] - data->along[i];
        *value += weight_of(data, i) * pinball(residual, data->quantile);
        data->residual[i] = residual - (data->high[i] - data->low[i]);
        data->target[i] = at_bound(data, i);
        data->theta[i] = off_bound(data, i);
    }
    CA_TRY(ca_loss_transposed(run, d, data->target, x->step));
    CA_TRY(ca_loss_transposed(run, d, data->theta, x->products));
    for (int64_t k = 0; k < size->n; k++) {
        double residual = -v[x->column[k]];
        *value += weight_of(size, k) * pinball(residual, 0.5);
        size->residual[k] = residual - (size->high[k] - size->low[k]);
        x->step[x->column[k]] += at_bound(size, k);
        x->products[x->column[k]] += off_bound(size, k);
    }
    for (int64_t j = 0; j < d->q; j++) x->products[j] += x->step[j];
    return CAUCE_OK;
}

static double dual_value(const struct interior *x) {
    double sum = 0;
    for (int64_t i = 0; i < x->data.n; i++)
        sum += x->data.y[i] * (at_bound(&x->data, i) + off_bound(&x->data, i));
    return sum;
}

/* ---- The rows that the optimum goes through ------------------------------------------------------------ */

/* A residual that is smaller than its share is from the bounds is 0 at the optimum. */
static bool is_met(const struct rows *r, int64_t i) {
    double inside = fmin(r->share[i], r->rest[i]);
    return fmax(r->low[i], r->high[i]) < inside;
}

static int64_t count_met(const struct rows *r) {
    int64_t n = 0;
    for (int64_t i = 0; i < r->n; i++) n += is_met(r, i);
    return n;
}

static void copy_row(const ca_design *d, int64_t row, double *room, double *out, int64_t ld) {
    ca_design_pack_all(d, row, 1, room, 1);
    for (int64_t j = 0; j < d->q; j++) out[j * ld] = room[j];
}

/* The point where these residuals are 0, if it is one point: taken if it is as good. */
static cauce_status polish(cauce_run *run, struct interior *x) {
    ca_pinball *p = x->problem;
    const ca_design *d = p->design;
    int64_t q = d->q, met = count_met(&x->data), zero = count_met(&x->size), rank, at = 0, fixed = 0;
    for (int64_t j = 0; j < d->n_dense; j++) fixed += d->inverse[j] == 0;
    int64_t rows = met + zero + fixed;
    if (rows < q || rows > 20 * q + 200) return CAUCE_OK;
    double *a = cauce_scratch(run, rows, (size_t)q * sizeof *a), *b = cauce_scratch(run, rows, sizeof *b);
    double *room = cauce_scratch(run, q, sizeof *room);
    if (!a || !b || !room) return CA_NOMEM(run);
    for (int64_t i = 0; i < x->data.n; i++)
        if (is_met(&x->data, i)) {
            copy_row(d, i, room, a + at, rows);
            b[at++] = p->y[i];
        }
    for (int64_t k = 0; k < x->size.n; k++)
        if (is_met(&x->size, k)) a[at++ + x->column[k] * rows] = 1;
    for (int64_t j = 0; j < d->n_dense; j++)
        if (d->inverse[j] == 0) a[at++ + j * rows] = 1;
    if (ca_lstsq(run, rows, q, a, b, 1e-12, &rank) != 0 || rank < q) return CAUCE_OK;
    double value, before;
    CA_TRY(look(run, x, p->v, &before));
    CA_TRY(look(run, x, b, &value));
    if (!(value <= before * (1 + 1e-14))) return CAUCE_OK;
    memcpy(p->v, b, (size_t)q * sizeof *b);
    return CAUCE_OK;
}

static cauce_status one_iteration(cauce_run *run, struct interior *x) {
    ca_pinball *p = x->problem;
    double dual = 1, primal = 1;
    CA_TRY(interior_step(run, x, 0, false));
    rows_room(&x->data, &dual, &primal);
    rows_room(&x->size, &dual, &primal);
    double after =
        complementarity_after(&x->data, dual, primal) + complementarity_after(&x->size, dual, primal);
    double share = after / (2 * x->total * x->mu);
    CA_TRY(interior_step(run, x, share * share * share * x->mu, true));
    dual = primal = 1 / 0.9995;
    rows_room(&x->data, &dual, &primal);
    rows_room(&x->size, &dual, &primal);
    dual *= 0.9995;
    primal *= 0.9995;
    rows_move(&x->data, dual, primal);
    rows_move(&x->size, dual, primal);
    for (int64_t j = 0; j < p->design->q; j++) p->v[j] += primal * x->step[j];
    return CAUCE_OK;
}

cauce_status ca_pinball_fit(cauce_run *run, ca_pinball *problem) {
    struct interior x;
    CA_TRY(interior_open(run, problem, &x));
    ca_pinball *p = problem;
    double *best = cauce_scratch(run, p->design->q, sizeof *best);
    if (!best) return CA_NOMEM(run);
    p->gap = p->value = 0;
    p->n_iter = 0;
    if (x.size_of_targets == 0) return CAUCE_OK; /* v = 0 meets every target */
    p->gap = INFINITY;
    for (p->n_iter = 0;; p->n_iter++) {
        double value;
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(look(run, &x, p->v, &value));
        x.mu = (complementarity(&x.data) + complementarity(&x.size)) / (2 * x.total);
        double gap = 2 * x.total * x.mu; /* at least value - dual_value, which is rounding at last */
        if (!isfinite(gap) || p->n_iter >= p->max_iter) break;
        if (gap < p->gap) {
            p->gap = gap;
            p->value = value;
            memcpy(best, p->v, (size_t)p->design->q * sizeof *best);
        }
        /* Further on rounding would take over where many v are optimal. */
        if (gap <= 1e-9 * value + 1e-13 * x.size_of_targets) break;
        CA_TRY(one_iteration(run, &x));
    }
    memcpy(p->v, best, (size_t)p->design->q * sizeof *best);
    CA_TRY(polish(run, &x));
    double dual = dual_value(&x);
    CA_TRY(look(run, &x, p->v, &p->value));
    p->gap = fmax(fmin(p->value - dual, p->gap), 0);
    return CAUCE_OK;
}
