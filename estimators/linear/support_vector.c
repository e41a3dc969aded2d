#include "linear/support_vector.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"
#include "linear/newton.h"
#include "linear/pinball.h"
#include "linear/prox_newton.h"
#include "linear/scaled.h"
#include "math/blas.h"

double *ca_machine_sizes(cauce_run *run, const ca_design *design, double strength, bool fit_intercept,
                         double intercept_scaling) {
    double *sizes = ca_scaled_sizes(run, design, strength);
    if (sizes && fit_intercept) sizes[design->n_packed - 1] = strength / intercept_scaling;
    return sizes;
}

static void hinge_at(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                     double *slope, double *curvature, double *faintest) {
    (void)faintest;
    for (int64_t r = 0; r < rows; r++) {
        double y = ca_target_at(&point->target, row + r), short_by = 1 - y * margin[r];
        bool active = short_by > 0;
        cost[r] = active ? short_by * short_by : 0;
        slope[r] = active ? -2 * y * short_by : 0;
        curvature[r] = active ? 2 : 0;
    }
}

/* shape: epsilon. */
static void tube_at(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                    double *slope, double *curvature, double *faintest) {
    (void)faintest;
    for (int64_t r = 0; r < rows; r++) {
        double off = margin[r] - ca_target_at(&point->target, row + r), beyond = fabs(off) - point->shape;
        bool active = beyond > 0;
        cost[r] = active ? beyond * beyond : 0;
        slope[r] = active ? (off > 0 ? 2 * beyond : -2 * beyond) : 0;
        curvature[r] = active ? 2 : 0;
    }
}

static cauce_status fit_squares(cauce_run *run, ca_machine *m) {
    ca_point point = { .target = m->target, .at = m->regression ? tube_at : hinge_at, .shape = m->epsilon };
    ca_loss loss;
    double *gradient = cauce_scratch(run, m->design->q, sizeof *gradient);
    if (!gradient) return CA_NOMEM(run);
    if (m->sizes) {
        ca_prox_loss of = { .n_classes = 2, .point = &point };
        ca_descent descent = { .max_iter = m->max_iter, .tol = m->tol };
        CA_TRY(ca_prox_newton(run, m->design, &of, m->penalty, m->sizes, &descent, m->v, gradient));
        m->n_iter = descent.n_iter;
        m->converged = descent.ending == CA_CONVERGED;
        return CAUCE_OK;
    }
    bool newton = m->design->q <= CA_MOST_NEWTON;
    CA_TRY(ca_loss_open_point(run, m->design, &point, m->penalty, newton, &loss));
    ca_descent descent = { .max_iter = newton ? m->max_iter : 50 * m->max_iter, .tol = m->tol };
    CA_TRY(newton ? ca_newton(run, &loss, &descent, m->v, gradient)
                  : ca_lbfgs(run, &loss, &descent, m->v, gradient));
    m->n_iter = descent.n_iter;
    m->converged = descent.ending == CA_CONVERGED;
    return CAUCE_OK;
}

/* Residuals cost above 0 where their quantile is 1, and below 0 where it is 0: those of 1 - m and -1 - m for
 * the two classes; for a regression those of y - epsilon - m above, and of y + epsilon - m below. */
static cauce_status fit_kinks(cauce_run *run, ca_machine *m) {
    const bool tube = m->regression;
    ca_pinball problem = { .design = m->design,
                           .side = { { m->target, tube ? -m->epsilon : 0, 1, !tube },
                                     { m->target, m->epsilon, 0, false } },
                           .n_sides = tube ? 2 : 1,
                           .scale = 1,
                           .ridge = m->penalty,
                           .max_iter = m->max_iter,
                           .v = m->v };
    CA_TRY(ca_pinball_fit(run, &problem));
    m->n_iter = problem.n_iter;
    m->converged = ca_pinball_converged(&problem);
    return CAUCE_OK;
}

static cauce_status fit_as_given(cauce_run *run, ca_machine *machine) {
    return machine->squared ? fit_squares(run, machine) : fit_kinks(run, machine);
}

/* ---- More columns than rows ---------------------------------------------------------------------------- */

/* The optimum lies in the span of the rows: with the columns divided by the roots of their penalties, X X' =
 * U diag(l) U', it is X' U l^-1/2 u for the optimum u of a problem with the columns U l^1/2. Products of rows
 * lose what small columns say beside large ones: where the eigenvalues lie far apart, U, the roots of l and
 * V = X' U l^-1/2 come from X itself. */
struct span {
    double *x;     /* n x q, scaled */
    double *u, *l; /* n x n, of which the last `rank` columns count; n */
    double *vt;    /* n x q: V', the largest value first; NULL: not needed */
    int64_t first, rank;
};

static void pack_scaled(const ca_machine *m, double *x) {
    const ca_design *d = m->design;
    ca_design_pack_all(d, 0, d->n, x, d->n);
    for (int64_t j = 0; j < d->q; j++)
        for (int64_t r = 0; r < d->n; r++) x[r + j * d->n] /= sqrt(m->penalty[j]);
}

/* Singular values come largest first; l has the largest last, and so has U = X V l^-1/2. */
static cauce_status decompose(cauce_run *run, const ca_machine *m, struct span *s) {
    int64_t n = m->design->n, q = m->design->q;
    double *product = cauce_scratch(run, n, (size_t)n * sizeof *product),
           *value = cauce_scratch(run, n, sizeof *value);
    s->vt = cauce_scratch(run, n, (size_t)q * sizeof *s->vt);
    if (!product || !value || !s->vt) return CA_NOMEM(run);
    if (ca_svd(run, n, q, s->x, n, value, s->vt) != 0)
        return cauce_fail(run, CAUCE_E_NUMERIC,
                          "the singular values of a %lld x %lld table do not converge; scale the features",
                          (long long)n, (long long)q);
    pack_scaled(m, s->x); /* again: it was overwritten */
    ca_gemm(false, true, n, n, q, 1, s->x, n, s->vt, n, 0, product, n);
    for (int64_t k = 0; k < n; k++) {
        double *u = s->u + (n - 1 - k) * n;
        s->l[n - 1 - k] = value[k] * value[k];
        for (int64_t r = 0; r < n; r++) u[r] = value[k] > 0 ? product[r + k * n] / value[k] : 0;
    }
    return CAUCE_OK;
}

static cauce_status open_span(cauce_run *run, const ca_machine *m, struct span *s) {
    const ca_design *d = m->design;
    int64_t n = d->n;
    double least = (double)n * 1e-15;
    s->x = cauce_scratch(run, n, (size_t)d->q * sizeof *s->x);
    s->u = cauce_scratch(run, n, (size_t)n * sizeof *s->u);
    s->l = cauce_scratch(run, n, sizeof *s->l);
    if (!s->x || !s->u || !s->l) return CA_NOMEM(run);
    pack_scaled(m, s->x);
    ca_gemm(false, true, n, n, d->q, 1, s->x, n, s->x, n, 0, s->u, n);
    CA_TRY(ca_eigen(run, n, s->u, s->l));
    if (s->l[0] < 1e-8 * s->l[n - 1]) {
        CA_TRY(decompose(run, m, s));
        least *= least;
    }
    while (s->first < n && s->l[s->first] <= s->l[n - 1] * least) s->first++;
    s->rank = n - s->first;
    return CAUCE_OK;
}

static cauce_status span_design(cauce_run *run, const ca_design *d, const struct span *s, ca_design *small) {
    *small = (ca_design){ .n = d->n, .weight = d->weight, .weight_sum = d->weight_sum };
    small->p = small->n_packed = small->n_dense = small->q = s->rank;
    small->tile = ca_tile_rows(s->rank);
    small->dense = cauce_scratch(run, s->rank, sizeof *small->dense);
    small->dense_name = cauce_scratch(run, s->rank, sizeof *small->dense_name);
    small->shift = cauce_scratch(run, s->rank, sizeof *small->shift);
    small->inverse = cauce_scratch(run, s->rank, sizeof *small->inverse);
    small->feature = cauce_scratch(run, s->rank, sizeof *small->feature);
    if (!small->dense || !small->dense_name || !small->shift || !small->inverse || !small->feature)
        return CA_NOMEM(run);
    for (int64_t k = 0; k < s->rank; k++) {
        double *column = s->u + (s->first + k) * d->n, root = sqrt(s->l[s->first + k]);
        for (int64_t r = 0; r < d->n; r++) column[r] *= root;
        small->dense[k] = column;
        small->inverse[k] = 1;
        small->feature[k] = k;
    }
    return CAUCE_OK;
}

static cauce_status fit_wide(cauce_run *run, ca_machine *m) {
    const ca_design *d = m->design;
    struct span span = { 0 };
    ca_design small;
    CA_TRY(open_span(run, m, &span));
    if (span.rank == 0) { /* every column is 0 */
        m->converged = true;
        return CAUCE_OK;
    }
    CA_TRY(span_design(run, d, &span, &small));
    double *ones = cauce_scratch(run, span.rank, sizeof *ones),
           *rows = cauce_scratch(run, d->n, sizeof *rows);
    ca_machine in_span = *m;
    in_span.design = &small;
    in_span.penalty = ones;
    in_span.v = cauce_scratch(run, span.rank, sizeof *in_span.v);
    if (!ones || !rows || !in_span.v) return CA_NOMEM(run);
    for (int64_t k = 0; k < span.rank; k++) ones[k] = 1;
    CA_TRY(fit_as_given(run, &in_span));
    for (int64_t k = 0; k < span.rank && span.vt; k++) rows[d->n - 1 - span.first - k] = in_span.v[k];
    for (int64_t k = 0; k < span.rank && !span.vt; k++) /* the columns have become U l^1/2 */
        for (int64_t r = 0; r < d->n; r++)
            rows[r] += small.dense[k][r] * (in_span.v[k] / span.l[span.first + k]);
    ca_gemv(true, d->n, d->q, 1, span.vt ? span.vt : span.x, d->n, rows, 0, m->v);
    for (int64_t j = 0; j < d->q; j++) m->v[j] /= sqrt(m->penalty[j]);
    m->n_iter = in_span.n_iter;
    m->converged = in_span.converged;
    return CAUCE_OK;
}

cauce_status ca_machine_fit(cauce_run *run, ca_machine *machine) {
    bool wide = machine->design->q > machine->design->n && !machine->sizes;
    return wide ? fit_wide(run, machine) : fit_as_given(run, machine);
}
