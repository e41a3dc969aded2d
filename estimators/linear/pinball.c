#include "linear/pinball.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"
#include "linear/gram.h"
#include "linear/loss.h"
#include "linear/shares.h"
#include "math/blas.h"

/* The constraint of the dual: Z' (dual unknowns) = ridge v. A penalty on |v_j| is a row e_j of target 0,
 * quantile 1/2 and weight 2 weight_j. */
struct interior {
    ca_pinball *problem;
    ca_gram gram;
    int n_sets;
    ca_shares set[3]; /* the sides, then the penalised coefficients */
    int64_t *column;  /* of the latter, */
    float *column_theta;
    double *column_target;
    double total;           /* of all weights */
    double mu;              /* mean of share * low and rest * high */
    double size_of_targets; /* sum of weights times |y| */
    double lost;            /* largest element of the dual constraint's residual, over the total */
    bool beyond;            /* the equations of a step have no numbers any more: the best point stays */
    float *theta;           /* n: of the sides together, without the weights of the rows */
    ca_chunks chunks;       /* in which margins come, */
    double *costs;          /* and what the rows of each of them cost */
    double *system, *step, *products;
    ca_shares_aim aim; /* of the step under way */
};

static double penalty(const double *weights, int64_t j) {
    return weights ? weights[j] : 0;
}

static cauce_status open_sizes(cauce_run *run, const ca_pinball *p, struct interior *x) {
    int64_t n = 0, q = p->design->q;
    for (int64_t j = 0; j < q; j++) n += penalty(p->weight, j) > 0;
    if (n == 0) return CAUCE_OK;
    double *weights = cauce_scratch(run, n, sizeof *weights);
    x->column = cauce_scratch(run, n, sizeof *x->column);
    x->column_theta = cauce_scratch(run, n, sizeof *x->column_theta);
    x->column_target = cauce_scratch(run, n, sizeof *x->column_target);
    if (!weights || !x->column || !x->column_theta || !x->column_target) return CA_NOMEM(run);
    n = 0;
    for (int64_t j = 0; j < q; j++)
        if (penalty(p->weight, j) > 0) {
            x->column[n] = j;
            weights[n++] = p->weight[j];
        }
    x->set[x->n_sets] = (ca_shares){ .c = weights, .quantile = 0.5, .scale = 2 };
    return ca_shares_open(run, n, &x->set[x->n_sets++]);
}

static cauce_status interior_open(cauce_run *run, ca_pinball *problem, struct interior *x) {
    const ca_design *d = problem->design;
    *x = (struct interior){ .problem = problem, .n_sets = problem->n_sides };
    x->system = cauce_scratch(run, d->q, (size_t)d->q * sizeof(double));
    x->step = cauce_scratch(run, d->q, sizeof(double));
    x->products = cauce_scratch(run, d->q, sizeof(double));
    x->chunks = ca_design_chunks(d, 1);
    x->costs = cauce_scratch(run, x->chunks.count, sizeof(double));
    x->theta = cauce_scratch(run, d->n, sizeof *x->theta);
    if (!x->system || !x->step || !x->products || !x->costs || !x->theta) return CA_NOMEM(run);
    CA_TRY(ca_gram_open(run, d, &x->gram));
    for (int k = 0; k < problem->n_sides; k++) {
        const ca_pinball_side *side = &problem->side[k];
        x->set[k] = (ca_shares){ .target = &side->target,
                                 .add = side->add,
                                 .c = d->weight,
                                 .by_sign = side->by_sign,
                                 .quantile = side->quantile,
                                 .scale = problem->scale };
        CA_TRY(ca_shares_open(run, d->n, &x->set[k]));
        for (int64_t i = 0; i < d->n; i++)
            x->size_of_targets += ca_shares_weight(&x->set[k], i) * fabs(ca_shares_y(&x->set[k], i));
    }
    CA_TRY(open_sizes(run, problem, x));
    double room = x->size_of_targets / (d->weight_sum * problem->scale); /* about as large as the residuals */
    for (int k = 0; k < x->n_sets; k++) {
        ca_shares_start(&x->set[k], room > 0 ? room : 1);
        for (int64_t i = 0; i < x->set[k].n; i++) x->total += ca_shares_weight(&x->set[k], i);
    }
    return CAUCE_OK;
}

/* ---- Steps --------------------------------------------------------------------------------------------- */

/* The penalised coefficients of set k; NULL when it is a side. */
static const int64_t *columns_of(const struct interior *x, int k) {
    return k >= x->problem->n_sides ? x->column : NULL;
}

static void weights_of_rows(const void *payload, int64_t matrix, int64_t row, int64_t rows, double *h) {
    const struct interior *x = payload;
    (void)matrix;
    for (int64_t r = 0; r < rows; r++)
        h[r] = (double)x->theta[row + r] * ca_shares_weight(&x->set[0], row + r);
}

/* The normal matrix of this iteration, with something on coefficients of which nothing depends. Both steps of
 * an iteration start from one point and have the same theta: the second takes the products of the first. */
static cauce_status interior_matrix(cauce_run *run, struct interior *x) {
    int64_t q = x->problem->design->q;
    if (!x->aim.corrected) CA_TRY(ca_gram_sum_many(run, &x->gram, 0, 1, weights_of_rows, x));
    memcpy(x->system, x->gram.partial, (size_t)(q * q) * sizeof *x->system);
    for (int64_t j = 0; j < q; j++) x->system[j * (q + 1)] += penalty(x->problem->ridge, j);
    for (int k = 0; k < x->n_sets; k++)
        for (int64_t i = 0; columns_of(x, k) && i < x->set[k].n; i++)
            x->system[x->column[i] * (q + 1)] += (double)x->column_theta[i] * ca_shares_weight(&x->set[k], i);
    for (int64_t j = 0; j < q; j++)
        if (!(x->system[j * (q + 1)] > 0)) x->system[j * (q + 1)] = 1;
    return CAUCE_OK;
}

/* Next to a bound shares of rows are so small, and columns may be so large, that their quotients overflow. */
static bool is_finite(const struct interior *x) {
    int64_t q = x->problem->design->q;
    bool finite = true;
    for (int64_t j = 0; j < q; j++) {
        finite = finite && isfinite(x->step[j]);
        for (int64_t i = j; i < q; i++) finite = finite && isfinite(x->system[i + j * q]);
    }
    return finite;
}

static cauce_status solve_step(cauce_run *run, struct interior *x) {
    int64_t q = x->problem->design->q;
    bool solved;
    double *metric = cauce_scratch(run, q, sizeof *metric);
    if (!metric) return CA_NOMEM(run);
    for (int64_t j = 0; j < q; j++) metric[j] = 1 / sqrt(x->system[j * (q + 1)]);
    for (int64_t j = 0; j < q; j++) {
        x->step[j] *= metric[j];
        for (int64_t i = j; i < q; i++) x->system[i + j * q] *= metric[i] * metric[j];
    }
    x->beyond = !is_finite(x);
    if (x->beyond) return CAUCE_OK;
    CA_TRY(ca_spd_solve(run, q, x->system, x->step, 1e-14, &solved));
    if (!solved) CA_TRY(ca_psd_solve(run, q, x->system, x->step));
    for (int64_t j = 0; j < q; j++) x->step[j] *= metric[j];
    return CAUCE_OK;
}

/* The targets of the least squares problem of a step; with the first step of an iteration its weights. */
static void give_targets(void *payload, int64_t row, int64_t rows, double *target) {
    const struct interior *x = payload;
    float *theta = x->aim.corrected ? NULL : x->theta + row;
    memset(target, 0, (size_t)rows * sizeof *target);
    if (theta) memset(theta, 0, (size_t)rows * sizeof *theta);
    for (int k = 0; k < x->problem->n_sides; k++)
        ca_shares_system(&x->set[k], x->aim, row, rows, theta, target);
}

static void take_step(void *payload, int64_t chunk, int64_t row, int64_t rows, const double *along) {
    struct interior *x = payload;
    (void)chunk;
    for (int k = 0; k < x->problem->n_sides; k++) ca_shares_step(&x->set[k], x->aim, row, rows, along);
}

/* Targets of the rows and of the penalised coefficients into the step, products of Z with them. */
static cauce_status step_targets(cauce_run *run, struct interior *x) {
    const ca_design *d = x->problem->design;
    CA_TRY(ca_loss_take_transposed(run, d, give_targets, x, x->step));
    for (int64_t j = 0; j < d->q; j++) x->step[j] += x->products[j];
    for (int k = 0; k < x->n_sets; k++) {
        const int64_t n = x->set[k].n;
        if (!columns_of(x, k)) continue;
        memset(x->column_target, 0, (size_t)n * sizeof *x->column_target);
        if (!x->aim.corrected) memset(x->column_theta, 0, (size_t)n * sizeof *x->column_theta);
        ca_shares_system(&x->set[k], x->aim, 0, n, x->aim.corrected ? NULL : x->column_theta,
                         x->column_target);
        for (int64_t i = 0; i < n; i++) x->step[x->column[i]] += x->column_target[i];
    }
    return CAUCE_OK;
}

static cauce_status interior_step(cauce_run *run, struct interior *x, double mu, bool corrected) {
    const ca_design *d = x->problem->design;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    x->aim = (ca_shares_aim){ mu, corrected };
    CA_TRY(step_targets(run, x));
    CA_TRY(interior_matrix(run, x));
    CA_TRY(solve_step(run, x));
    if (x->beyond) {
        ca_arena_back(&run->scratch, here);
        return CAUCE_OK;
    }
    CA_TRY(ca_loss_hand_margins(run, d, x->step, take_step, x));
    for (int k = 0; k < x->n_sets; k++)
        for (int64_t i = 0; columns_of(x, k) && i < x->set[k].n; i++)
            ca_shares_step(&x->set[k], x->aim, i, 1, &x->step[x->column[i]]);
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* How far the step may go. With squares the unknowns of both problems meet in one constraint and go equally
 * far. */
static void step_lengths(const struct interior *x, double most, double *dual, double *primal) {
    *dual = *primal = most;
    for (int k = 0; k < x->n_sets; k++) ca_shares_room(&x->set[k], dual, primal);
    if (x->problem->ridge) *dual = *primal = fmin(*dual, *primal);
}

static cauce_status one_iteration(cauce_run *run, struct interior *x) {
    const double margin = 0.9995;
    double dual, primal, after = 0;
    CA_TRY(interior_step(run, x, 0, false));
    if (x->beyond) return CAUCE_OK;
    step_lengths(x, 1, &dual, &primal);
    for (int k = 0; k < x->n_sets; k++) after += ca_shares_gap_after(&x->set[k], dual, primal);
    double share = after / (2 * x->total * x->mu);
    CA_TRY(interior_step(run, x, share * share * share * x->mu, true));
    if (x->beyond) return CAUCE_OK;
    step_lengths(x, 1 / margin, &dual, &primal);
    dual *= margin;
    primal *= margin;
    for (int k = 0; k < x->n_sets; k++) ca_shares_move(&x->set[k], dual, primal);
    for (int64_t j = 0; j < x->problem->design->q; j++) x->problem->v[j] += primal * x->step[j];
    return CAUCE_OK;
}

/* ---- Objective and gap --------------------------------------------------------------------------------- */

/* Of rows whose z . v is given; what they cost is returned. */
static double look_at_rows(ca_shares *s, int64_t row, int64_t rows, const double *margin) {
    double cost = 0;
    for (int64_t i = row; i < row + rows; i++) {
        const double residual = ca_shares_y(s, i) - margin[i - row];
        cost += ca_shares_cost(s, i, residual);
        s->residual[i] = (float)(residual - ((double)s->high[i] - (double)s->low[i]));
    }
    return cost;
}

static void take_margins(void *payload, int64_t chunk, int64_t row, int64_t rows, const double *margin) {
    struct interior *x = payload;
    for (int k = 0; k < x->problem->n_sides; k++)
        x->costs[chunk] += look_at_rows(&x->set[k], row, rows, margin);
}

static void give_at_bound(void *payload, int64_t row, int64_t rows, double *numbers) {
    const struct interior *x = payload;
    memset(numbers, 0, (size_t)rows * sizeof *numbers);
    for (int k = 0; k < x->problem->n_sides; k++)
        for (int64_t r = 0; r < rows; r++) numbers[r] += ca_shares_at_bound(&x->set[k], row + r);
}

static void give_off_bound(void *payload, int64_t row, int64_t rows, double *numbers) {
    const struct interior *x = payload;
    memset(numbers, 0, (size_t)rows * sizeof *numbers);
    for (int k = 0; k < x->problem->n_sides; k++)
        for (int64_t r = 0; r < rows; r++) numbers[r] += ca_shares_off_bound(&x->set[k], row + r);
}

/* Objective at v; the residuals of the rows against their slacks, and of the dual constraint, afresh. */
static cauce_status look(cauce_run *run, struct interior *x, const double *v, double *value) {
    const ca_design *d = x->problem->design;
    memset(x->costs, 0, (size_t)x->chunks.count * sizeof *x->costs);
    CA_TRY(ca_loss_hand_margins(run, d, v, take_margins, x));
    *value = 0;
    for (int64_t c = 0; c < x->chunks.count; c++) *value += x->costs[c];
    CA_TRY(ca_loss_take_transposed(run, d, give_at_bound, x, x->step));
    CA_TRY(ca_loss_take_transposed(run, d, give_off_bound, x, x->products));
    for (int64_t j = 0; j < d->q; j++) {
        double ridge = penalty(x->problem->ridge, j);
        *value += 0.5 * ridge * v[j] * v[j];
        x->products[j] += x->step[j] - ridge * v[j];
    }
    for (int k = 0; k < x->n_sets; k++)
        for (int64_t i = 0; columns_of(x, k) && i < x->set[k].n; i++) {
            *value += look_at_rows(&x->set[k], i, 1, &v[x->column[i]]);
            x->products[x->column[i]] +=
                ca_shares_at_bound(&x->set[k], i) + ca_shares_off_bound(&x->set[k], i);
        }
    x->lost = 0;
    for (int64_t j = 0; j < d->q; j++) x->lost = fmax(x->lost, fabs(x->products[j]) / x->total);
    return CAUCE_OK;
}

static double dual_value(const struct interior *x, const double *v) {
    double sum = 0;
    for (int k = 0; k < x->problem->n_sides; k++)
        for (int64_t i = 0; i < x->set[k].n; i++)
            sum += ca_shares_y(&x->set[k], i) *
                   (ca_shares_at_bound(&x->set[k], i) + ca_shares_off_bound(&x->set[k], i));
    for (int64_t j = 0; j < x->problem->design->q; j++)
        sum -= 0.5 * penalty(x->problem->ridge, j) * v[j] * v[j];
    return sum;
}

/* ---- The rows that the optimum goes through ------------------------------------------------------------ */

struct met_rows {
    int64_t n;
    double *z; /* n x q */
    double *y;
};

static cauce_status met_rows(cauce_run *run, const struct interior *x, int64_t extra, int64_t most,
                             struct met_rows *met) {
    const ca_design *d = x->problem->design;
    int64_t at = 0;
    met->n = extra;
    for (int k = 0; k < x->n_sets; k++)
        for (int64_t i = 0; i < x->set[k].n; i++) met->n += ca_shares_met(&x->set[k], i);
    if (met->n > most) return CAUCE_OK;
    double *room = cauce_scratch(run, d->q, sizeof *room);
    met->z = cauce_scratch(run, met->n, (size_t)d->q * sizeof *met->z);
    met->y = cauce_scratch(run, met->n, sizeof *met->y);
    if (!room || !met->z || !met->y) return CA_NOMEM(run);
    for (int k = 0; k < x->n_sets; k++)
        for (int64_t i = 0; i < x->set[k].n; i++) {
            if (!ca_shares_met(&x->set[k], i)) continue;
            if (columns_of(x, k)) {
                met->z[at++ + x->column[i] * met->n] = 1;
                continue;
            }
            ca_design_pack_all(d, i, 1, room, 1);
            for (int64_t j = 0; j < d->q; j++) met->z[at + j * met->n] = room[j];
            met->y[at++] = ca_shares_y(&x->set[k], i);
        }
    return CAUCE_OK;
}

/* The point where these residuals are 0, if it is one point. */
static cauce_status meeting_point(cauce_run *run, const struct interior *x, double *v, bool *found) {
    const ca_design *d = x->problem->design;
    int64_t fixed = 0, most = 20 * d->q + 200, rank;
    struct met_rows met;
    for (int64_t j = 0; j < d->n_dense; j++) fixed += d->inverse[j] == 0; /* columns of zeros */
    CA_TRY(met_rows(run, x, fixed, most, &met));
    *found = false;
    if (met.n > most || met.n < d->q) return CAUCE_OK;
    for (int64_t j = 0, at = met.n - fixed; j < d->n_dense; j++)
        if (d->inverse[j] == 0) met.z[at++ + j * met.n] = 1;
    if (ca_lstsq(run, met.n, d->q, met.z, met.y, 1e-12, &rank) != 0 || rank < d->q) return CAUCE_OK;
    memcpy(v, met.y, (size_t)d->q * sizeof *v);
    *found = true;
    return CAUCE_OK;
}

static void give_unmet(void *payload, int64_t row, int64_t rows, double *numbers) {
    const struct interior *x = payload;
    memset(numbers, 0, (size_t)rows * sizeof *numbers);
    for (int k = 0; k < x->problem->n_sides; k++)
        for (int64_t i = row; i < row + rows; i++)
            if (!ca_shares_met(&x->set[k], i)) numbers[i - row] += ca_shares_at_bound(&x->set[k], i);
}

/* With squares: the optimum when these residuals are 0 and the other rows are at their bounds, from the
 * equations of their own unknowns a: Z R^-1 Z' a = y - Z R^-1 (what the others give). */
static cauce_status constrained_point(cauce_run *run, struct interior *x, double *v, bool *found) {
    enum { MOST = 1500 };
    const ca_design *d = x->problem->design;
    const double *ridge = x->problem->ridge;
    struct met_rows met;
    *found = false;
    for (int64_t j = 0; j < d->q; j++)
        if (!(ridge[j] > 0)) return CAUCE_OK;
    CA_TRY(met_rows(run, x, 0, MOST, &met));
    if (met.n > MOST) return CAUCE_OK;
    CA_TRY(ca_loss_take_transposed(run, d, give_unmet, x, v));
    for (int64_t j = 0; j < d->q; j++) v[j] /= ridge[j];
    *found = true;
    if (met.n == 0) return CAUCE_OK;
    double *system = cauce_scratch(run, met.n, (size_t)met.n * sizeof *system);
    double *over = cauce_scratch(run, met.n, (size_t)d->q * sizeof *over), *part = x->step;
    if (!system || !over) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->q; j++)
        for (int64_t i = 0; i < met.n; i++) over[i + j * met.n] = met.z[i + j * met.n] / ridge[j];
    ca_gemm(false, true, met.n, met.n, d->q, 1, over, met.n, met.z, met.n, 0, system, met.n);
    ca_gemv(false, met.n, d->q, -1, met.z, met.n, v, 1, met.y);
    bool solved;
    CA_TRY(ca_spd_solve(run, met.n, system, met.y, 1e-12, &solved));
    if (!solved) CA_TRY(ca_psd_solve(run, met.n, system, met.y));
    ca_gemv(true, met.n, d->q, 1, over, met.n, met.y, 0, part);
    for (int64_t j = 0; j < d->q; j++) v[j] += part[j];
    return CAUCE_OK;
}

/* Taken if it is as good. */
static cauce_status polish(cauce_run *run, struct interior *x) {
    ca_pinball *p = x->problem;
    double *v = cauce_scratch(run, p->design->q, sizeof *v), value, before;
    bool found;
    if (!v) return CA_NOMEM(run);
    if (p->ridge)
        CA_TRY(constrained_point(run, x, v, &found));
    else
        CA_TRY(meeting_point(run, x, v, &found));
    if (!found) return CAUCE_OK;
    CA_TRY(look(run, x, p->v, &before));
    CA_TRY(look(run, x, v, &value));
    if (value <= before * (1 + 1e-14)) memcpy(p->v, v, (size_t)p->design->q * sizeof *v);
    return CAUCE_OK;
}

cauce_status ca_pinball_fit(cauce_run *run, ca_pinball *problem) {
    struct interior x;
    ca_pinball *p = problem;
    CA_TRY(interior_open(run, problem, &x));
    double *best = cauce_scratch(run, p->design->q, sizeof *best), dual = 0;
    if (!best) return CA_NOMEM(run);
    p->gap = p->value = 0;
    p->n_iter = 0;
    if (x.size_of_targets == 0) return CAUCE_OK; /* v = 0 meets every target */
    p->gap = INFINITY;
    for (p->n_iter = 0;; p->n_iter++) {
        double value, gap = 0;
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(look(run, &x, p->v, &value));
        for (int k = 0; k < x.n_sets; k++) gap += ca_shares_gap(&x.set[k]);
        x.mu = gap / (2 * x.total);
        /* The gap is at least value - dual_value, which is rounding at last. */
        if (!isfinite(gap) || !isfinite(value) || p->n_iter >= p->max_iter) break;
        bool slow = gap > 0.5 * p->gap;
        if (gap < p->gap) {
            p->gap = gap;
            p->value = value;
            dual = dual_value(&x, p->v);
            memcpy(best, p->v, (size_t)p->design->q * sizeof *best);
        }
        /* Further on rounding would take over where many v are optimal. With squares there is one. */
        bool there = gap <= 1e-9 * value + 1e-13 * x.size_of_targets && x.lost < 1e-10;
        if (there && (!p->ridge || slow || gap <= 1e-13 * value + 1e-16 * x.size_of_targets)) break;
        CA_TRY(one_iteration(run, &x));
        if (x.beyond) break;
    }
    memcpy(p->v, best, (size_t)p->design->q * sizeof *best);
    CA_TRY(polish(run, &x));
    CA_TRY(look(run, &x, p->v, &p->value));
    p->gap = fmax(fmin(p->value - dual, p->gap), 0);
    return CAUCE_OK;
}

bool ca_pinball_converged(const ca_pinball *problem) {
    return problem->gap <= 1e-8 * problem->value + 1e-12 * problem->scale * problem->design->weight_sum;
}
