#include "linear/pinball.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"
#include "linear/gram.h"
#include "linear/loss.h"
#include "linear/shares.h"
#include "math/blas.h"

enum {
    TARGET,
    AT_BOUND,
    OFF_BOUND,
    SUMS,          /* of the rows at a point; */
    FIXED = 0,     /* of the targets of a corrected step: what does not depend on mu, */
    BY_MU,         /* and what is times mu */
    MANY = 1 << 16 /* rows: the shares of two sides in doubles would be a fifth of 32 columns of floats */
};

/* The constraint of the dual: Z' (dual unknowns) = ridge v. A penalty on |v_j| is a row e_j of target 0,
 * quantile 1/2 and weight 2 weight_j. */
struct interior {
    ca_pinball *problem;
    ca_gram gram;
    int n_sets;
    ca_shares set[3]; /* the sides, then the penalised coefficients */
    int64_t *column;  /* of the latter, */
    float *column_theta;
    double *column_margin, *column_number; /* n x 4, n x 3 */
    double total;                          /* of all weights */
    double mu;                             /* mean of share * low and rest * high */
    double size_of_targets;                /* sum of weights times |y| */
    double lost;        /* largest element of the dual constraint's residual, over the total */
    double value, dual; /* objectives at the point */
    ca_shares_worth worth;
    bool single;  /* shares of single precision */
    bool beyond;  /* the equations of a step have no numbers any more: the best point stays */
    float *theta; /* n: of the sides together, without the weights of the rows; at last: which rows are met */
    double *along; /* q x 4: the vectors of the rows' margins */
    double *sums;  /* q x 3 */
    double *system, *target, *products;
    ca_shares_move move; /* still to be made by the rows, */
    bool moves;          /* if so */
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
    x->column_margin = cauce_scratch(run, CA_SHARES_VECTORS * n, sizeof(double));
    x->column_number = cauce_scratch(run, SUMS * n, sizeof(double));
    if (!weights || !x->column || !x->column_theta || !x->column_margin || !x->column_number)
        return CA_NOMEM(run);
    n = 0;
    for (int64_t j = 0; j < q; j++)
        if (penalty(p->weight, j) > 0) {
            x->column[n] = j;
            weights[n++] = p->weight[j];
        }
    x->set[x->n_sets] = (ca_shares){ .c = weights, .quantile = 0.5, .scale = 2 };
    return ca_shares_open(run, n, false, &x->set[x->n_sets++]);
}

static cauce_status open_vectors(cauce_run *run, const ca_design *d, struct interior *x) {
    x->system = cauce_scratch(run, d->q, (size_t)d->q * sizeof(double));
    x->along = cauce_scratch(run, CA_SHARES_VECTORS * d->q, sizeof(double));
    x->sums = cauce_scratch(run, SUMS * d->q, sizeof(double));
    x->target = cauce_scratch(run, d->q, sizeof(double));
    x->products = cauce_scratch(run, d->q, sizeof(double));
    x->theta = cauce_scratch(run, d->n, sizeof *x->theta);
    return x->system && x->along && x->sums && x->target && x->products && x->theta ? CAUCE_OK
                                                                                    : CA_NOMEM(run);
}

static cauce_status interior_open(cauce_run *run, ca_pinball *problem, struct interior *x) {
    const ca_design *d = problem->design;
    *x = (struct interior){ .problem = problem, .n_sets = problem->n_sides };
    x->single = problem->n_sides > 1 && d->n > MANY;
    CA_TRY(open_vectors(run, d, x));
    CA_TRY(ca_gram_open(run, d, &x->gram));
    for (int k = 0; k < problem->n_sides; k++) {
        const ca_pinball_side *side = &problem->side[k];
        x->set[k] = (ca_shares){ .target = &side->target,
                                 .add = side->add,
                                 .c = d->weight,
                                 .by_sign = side->by_sign,
                                 .quantile = side->quantile,
                                 .scale = problem->scale };
        CA_TRY(ca_shares_open(run, d->n, x->single, &x->set[k]));
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

/* Whether set k are the penalised coefficients, and no side. */
static bool of_columns(const struct interior *x, int k) {
    return k >= x->problem->n_sides;
}

/* What the rows of set k and the vectors have in common: for the columns the elements of these. */
static ca_shares_rows column_rows(const struct interior *x, int k) {
    const int64_t n = x->set[k].n, q = x->problem->design->q;
    for (int c = 0; c < CA_SHARES_VECTORS; c++)
        for (int64_t i = 0; i < n; i++) x->column_margin[c * n + i] = x->along[c * q + x->column[i]];
    memset(x->column_number, 0, (size_t)(SUMS * n) * sizeof *x->column_number);
    return (ca_shares_rows){ 0, n, n, x->column_margin };
}

/* Adds the numbers of the columns to `many` of the sums. */
static void add_columns(const struct interior *x, int k, int many) {
    const int64_t n = x->set[k].n, q = x->problem->design->q;
    for (int c = 0; c < many; c++)
        for (int64_t i = 0; i < n; i++) x->sums[c * q + x->column[i]] += x->column_number[c * n + i];
}

/* ---- At a point ---------------------------------------------------------------------------------------- */

/* The move is made first: then everything that is wanted at the new point in one pass. */
static void point_rows(void *payload, ca_sweep_tile t) {
    struct interior *x = payload;
    const ca_shares_rows rows = { t.row, t.rows, t.ld, t.margin };
    const double *margin = x->moves ? t.margin + CA_SHARES_NEXT * t.ld : t.margin;
    for (int k = 0; k < x->problem->n_sides && x->moves; k++) ca_shares_go(&x->set[k], rows, x->move);
    ca_shares_worth worth = { t.own[0], t.own[1], t.own[2] };
    for (int c = 0; c < SUMS; c++) memset(t.number + c * t.ld, 0, (size_t)t.rows * sizeof *t.number);
    memset(x->theta + t.row, 0, (size_t)t.rows * sizeof *x->theta);
    for (int k = 0; k < x->problem->n_sides; k++) {
        ca_shares_look(&x->set[k], t.row, t.rows, margin, &worth);
        ca_shares_system(&x->set[k], t.row, t.rows, margin, x->theta + t.row, t.number + TARGET * t.ld,
                         t.number + AT_BOUND * t.ld, t.number + OFF_BOUND * t.ld);
    }
    t.own[0] = worth.cost;
    t.own[1] = worth.gap;
    t.own[2] = worth.dual;
}

static void point_columns(struct interior *x, int k) {
    const ca_shares_rows rows = column_rows(x, k);
    ca_shares *s = &x->set[k];
    const double *margin = x->moves ? rows.margin + CA_SHARES_NEXT * rows.ld : rows.margin;
    if (x->moves) ca_shares_go(s, rows, x->move);
    memset(x->column_theta, 0, (size_t)s->n * sizeof *x->column_theta);
    ca_shares_look(s, 0, s->n, margin, &x->worth);
    ca_shares_system(s, 0, s->n, margin, x->column_theta, x->column_number + TARGET * s->n,
                     x->column_number + AT_BOUND * s->n, x->column_number + OFF_BOUND * s->n);
    add_columns(x, k, SUMS);
}

/* Makes the move, if there is one; the objectives, the residual of the dual constraint, and the least squares
 * problem of the plain step. */
static cauce_status look(cauce_run *run, struct interior *x) {
    const ca_design *d = x->problem->design;
    double own[3], squares = 0, *next = x->along + CA_SHARES_NEXT * d->q;
    for (int64_t j = 0; j < d->q && x->moves; j++)
        next[j] = x->along[j] + x->move.primal * x->along[CA_SHARES_CORRECTED * d->q + j];
    ca_sweep pass = { .design = d,
                      .n_in = x->moves ? CA_SHARES_VECTORS : 1,
                      .n_out = SUMS,
                      .n_total = 3,
                      .v = x->along,
                      .rows = point_rows,
                      .payload = x,
                      .sum = x->sums,
                      .own = own };
    CA_TRY(ca_sweep_run(run, &pass));
    x->worth = (ca_shares_worth){ own[0], own[1], own[2] };
    for (int k = x->problem->n_sides; k < x->n_sets; k++) point_columns(x, k);
    if (x->moves) memcpy(x->along, next, (size_t)d->q * sizeof *next);
    x->moves = false;
    x->lost = 0;
    for (int64_t j = 0; j < d->q; j++) {
        const double ridge = penalty(x->problem->ridge, j), v = x->along[j];
        squares += 0.5 * ridge * v * v;
        x->products[j] = x->sums[AT_BOUND * d->q + j] + x->sums[OFF_BOUND * d->q + j] - ridge * v;
        x->target[j] = x->sums[TARGET * d->q + j];
        x->lost = fmax(x->lost, fabs(x->products[j]) / x->total);
    }
    x->value = x->worth.cost + squares;
    x->dual = x->worth.dual - squares;
    return CAUCE_OK;
}

/* ---- Steps --------------------------------------------------------------------------------------------- */

static void weights_of_rows(const void *payload, int64_t matrix, ca_gram_rows rows, double *h) {
    const struct interior *x = payload;
    (void)matrix;
    for (int64_t r = 0; r < rows.rows; r++)
        h[r] = (double)x->theta[rows.row + r] * ca_shares_weight(&x->set[0], rows.row + r);
}

/* The normal matrix of this iteration, with something on coefficients of which nothing depends. Both steps of
 * an iteration start from one point and have the same. */
static void set_matrix(struct interior *x) {
    int64_t q = x->problem->design->q;
    memcpy(x->system, x->gram.partial, (size_t)(q * q) * sizeof *x->system);
    for (int64_t j = 0; j < q; j++) x->system[j * (q + 1)] += penalty(x->problem->ridge, j);
    for (int k = x->problem->n_sides; k < x->n_sets; k++)
        for (int64_t i = 0; i < x->set[k].n; i++)
            x->system[x->column[i] * (q + 1)] += (double)x->column_theta[i] * ca_shares_weight(&x->set[k], i);
    for (int64_t j = 0; j < q; j++)
        if (!(x->system[j * (q + 1)] > 0)) x->system[j * (q + 1)] = 1;
}

/* Next to a bound shares of rows are so small, and columns may be so large, that their quotients overflow. */
static bool is_finite(const struct interior *x, const double *step) {
    int64_t q = x->problem->design->q;
    bool finite = true;
    for (int64_t j = 0; j < q; j++) {
        finite = finite && isfinite(step[j]);
        for (int64_t i = j; i < q; i++) finite = finite && isfinite(x->system[i + j * q]);
    }
    return finite;
}

/* The step whose right-hand side is given. */
static cauce_status solve_step(cauce_run *run, struct interior *x, double *step) {
    int64_t q = x->problem->design->q;
    bool solved;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *metric = cauce_scratch(run, q, sizeof *metric);
    if (!metric) return CA_NOMEM(run);
    set_matrix(x);
    for (int64_t j = 0; j < q; j++) metric[j] = 1 / sqrt(x->system[j * (q + 1)]);
    for (int64_t j = 0; j < q; j++) {
        step[j] *= metric[j];
        for (int64_t i = j; i < q; i++) x->system[i + j * q] *= metric[i] * metric[j];
    }
    x->beyond = !is_finite(x, step);
    if (!x->beyond) {
        CA_TRY(ca_spd_solve(run, q, x->system, step, 1e-14, &solved));
        if (!solved) CA_TRY(ca_psd_solve(run, q, x->system, step));
        for (int64_t j = 0; j < q; j++) step[j] *= metric[j];
    }
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* How far the step may go. With squares the unknowns of both problems meet in one constraint and go equally
 * far. */
static void step_lengths(const struct interior *x, const ca_shares_reach *reach, double most, double *dual,
                         double *primal) {
    *dual = fmin(most, 1 / reach->dual);
    *primal = fmin(most, 1 / reach->primal);
    if (x->problem->ridge) *dual = *primal = fmin(*dual, *primal);
}

static void plain_rows(void *payload, ca_sweep_tile t) {
    const struct interior *x = payload;
    ca_shares_reach reach = { t.own[0], t.own[1], t.own[2], t.own[3], t.own[4] };
    memset(t.number + FIXED * t.ld, 0, (size_t)t.rows * sizeof *t.number);
    memset(t.number + BY_MU * t.ld, 0, (size_t)t.rows * sizeof *t.number);
    for (int k = 0; k < x->problem->n_sides; k++)
        ca_shares_plain(&x->set[k], (ca_shares_rows){ t.row, t.rows, t.ld, t.margin },
                        t.number + FIXED * t.ld, t.number + BY_MU * t.ld, &reach);
    memcpy(t.own, (double[]){ reach.of_dual, reach.of_primal, reach.of_both, reach.dual, reach.primal },
           5 * sizeof *t.own);
}

/* What follows from the plain step, in one pass: how far it may go, what the gap would be, and the targets of
 * the corrected step for any mu. */
static cauce_status after_plain(cauce_run *run, struct interior *x, ca_shares_reach *reach) {
    double own[5];
    ca_sweep pass = { .design = x->problem->design,
                      .n_in = 2,
                      .n_out = 2,
                      .n_total = 3,
                      .n_most = 2,
                      .v = x->along,
                      .rows = plain_rows,
                      .payload = x,
                      .sum = x->sums,
                      .own = own };
    CA_TRY(ca_sweep_run(run, &pass));
    *reach = (ca_shares_reach){ own[0], own[1], own[2], own[3], own[4] };
    for (int k = x->problem->n_sides; k < x->n_sets; k++) {
        const int64_t n = x->set[k].n;
        ca_shares_plain(&x->set[k], column_rows(x, k), x->column_number + FIXED * n,
                        x->column_number + BY_MU * n, reach);
        add_columns(x, k, 2);
    }
    return CAUCE_OK;
}

static void corrected_rows(void *payload, ca_sweep_tile t) {
    const struct interior *x = payload;
    ca_shares_reach reach = { .dual = t.own[0], .primal = t.own[1] };
    for (int k = 0; k < x->problem->n_sides; k++)
        ca_shares_corrected(&x->set[k], (ca_shares_rows){ t.row, t.rows, t.ld, t.margin }, x->move.mu,
                            &reach);
    t.own[0] = reach.dual;
    t.own[1] = reach.primal;
}

static cauce_status after_corrected(cauce_run *run, struct interior *x, ca_shares_reach *reach) {
    double own[2];
    ca_sweep pass = { .design = x->problem->design,
                      .n_in = CA_SHARES_CORRECTED + 1,
                      .n_most = 2,
                      .v = x->along,
                      .rows = corrected_rows,
                      .payload = x,
                      .own = own };
    CA_TRY(ca_sweep_run(run, &pass));
    *reach = (ca_shares_reach){ .dual = own[0], .primal = own[1] };
    for (int k = x->problem->n_sides; k < x->n_sets; k++)
        ca_shares_corrected(&x->set[k], column_rows(x, k), x->move.mu, reach);
    return CAUCE_OK;
}

/* From a point that was looked at; the move is made by the next look. */
static cauce_status one_iteration(cauce_run *run, struct interior *x) {
    const double margin = 0.9995;
    const int64_t q = x->problem->design->q;
    double dual, primal, *plain = x->along + CA_SHARES_PLAIN * q,
                         *corrected = x->along + CA_SHARES_CORRECTED * q;
    ca_shares_reach reach;
    CA_TRY(ca_gram_sum_many(run, &x->gram, 0, 1, weights_of_rows, x));
    for (int64_t j = 0; j < q; j++) plain[j] = x->target[j] + x->products[j];
    CA_TRY(solve_step(run, x, plain));
    if (x->beyond) return CAUCE_OK;
    CA_TRY(after_plain(run, x, &reach));
    step_lengths(x, &reach, 1, &dual, &primal);
    const double after = x->worth.gap + dual * reach.of_dual + primal * reach.of_primal +
                         dual * primal * reach.of_both,
                 share = after / (2 * x->total * x->mu);
    x->move.mu = share * share * share * x->mu;
    for (int64_t j = 0; j < q; j++)
        corrected[j] = x->sums[FIXED * q + j] + x->move.mu * x->sums[BY_MU * q + j] + x->products[j];
    CA_TRY(solve_step(run, x, corrected));
    if (x->beyond) return CAUCE_OK;
    CA_TRY(after_corrected(run, x, &reach));
    step_lengths(x, &reach, 1 / margin, &dual, &primal);
    x->move.dual = dual * margin;
    x->move.primal = primal * margin;
    x->moves = true;
    return CAUCE_OK;
}

/* ---- The objective elsewhere --------------------------------------------------------------------------- */

static void cost_rows(void *payload, ca_sweep_tile t) {
    const struct interior *x = payload;
    for (int k = 0; k < x->problem->n_sides; k++)
        for (int64_t r = 0; r < t.rows; r++)
            t.own[0] +=
                ca_shares_cost(&x->set[k], t.row + r, ca_shares_y(&x->set[k], t.row + r) - t.margin[r]);
}

static cauce_status value_at(cauce_run *run, struct interior *x, const double *v, double *value) {
    const ca_design *d = x->problem->design;
    ca_sweep pass = {
        .design = d, .n_in = 1, .n_total = 1, .v = v, .rows = cost_rows, .payload = x, .own = value
    };
    CA_TRY(ca_sweep_run(run, &pass));
    for (int64_t j = 0; j < d->q; j++) *value += 0.5 * penalty(x->problem->ridge, j) * v[j] * v[j];
    for (int k = x->problem->n_sides; k < x->n_sets; k++)
        for (int64_t i = 0; i < x->set[k].n; i++) *value += ca_shares_cost(&x->set[k], i, -v[x->column[i]]);
    return CAUCE_OK;
}

/* ---- The rows that the optimum goes through ------------------------------------------------------------ */

static void mark_rows(void *payload, ca_sweep_tile t) {
    struct interior *x = payload;
    for (int64_t r = 0; r < t.rows; r++) {
        int met = 0;
        for (int k = 0; k < x->problem->n_sides; k++)
            met |= (int)ca_shares_met(&x->set[k], t.row + r, t.margin[r]) << k;
        x->theta[t.row + r] = (float)met;
    }
}

/* In place of the weights of the rows, which nobody needs any more: whether they are met. */
static cauce_status mark(cauce_run *run, struct interior *x) {
    ca_sweep pass = {
        .design = x->problem->design, .n_in = 1, .v = x->along, .rows = mark_rows, .payload = x
    };
    return ca_sweep_run(run, &pass);
}

static bool is_met(const struct interior *x, int k, int64_t i) {
    if (of_columns(x, k)) return ca_shares_met(&x->set[k], i, x->along[x->column[i]]);
    return ((int)x->theta[i] >> k & 1) != 0;
}

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
        for (int64_t i = 0; i < x->set[k].n; i++) met->n += is_met(x, k, i);
    if (met->n > most) return CAUCE_OK;
    double *room = cauce_scratch(run, d->q, sizeof *room);
    met->z = cauce_scratch(run, met->n, (size_t)d->q * sizeof *met->z);
    met->y = cauce_scratch(run, met->n, sizeof *met->y);
    if (!room || !met->z || !met->y) return CA_NOMEM(run);
    for (int k = 0; k < x->n_sets; k++)
        for (int64_t i = 0; i < x->set[k].n; i++) {
            if (!is_met(x, k, i)) continue;
            if (of_columns(x, k)) {
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

static void unmet_rows(void *payload, ca_sweep_tile t) {
    const struct interior *x = payload;
    memset(t.number, 0, (size_t)t.rows * sizeof *t.number);
    for (int k = 0; k < x->problem->n_sides; k++)
        for (int64_t r = 0; r < t.rows; r++)
            if (!is_met(x, k, t.row + r)) t.number[r] += ca_shares_at_bound(&x->set[k], t.row + r);
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
    ca_sweep pass = { .design = d, .n_out = 1, .rows = unmet_rows, .payload = x, .sum = v };
    CA_TRY(ca_sweep_run(run, &pass));
    for (int64_t j = 0; j < d->q; j++) v[j] /= ridge[j];
    *found = true;
    if (met.n == 0) return CAUCE_OK;
    double *system = cauce_scratch(run, met.n, (size_t)met.n * sizeof *system);
    double *over = cauce_scratch(run, met.n, (size_t)d->q * sizeof *over), *part = x->sums;
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
    CA_TRY(mark(run, x));
    if (p->ridge)
        CA_TRY(constrained_point(run, x, v, &found));
    else
        CA_TRY(meeting_point(run, x, v, &found));
    if (!found) return CAUCE_OK;
    CA_TRY(value_at(run, x, p->v, &before));
    CA_TRY(value_at(run, x, v, &value));
    if (value <= before * (1 + 1e-14)) memcpy(p->v, v, (size_t)p->design->q * sizeof *v);
    return CAUCE_OK;
}

cauce_status ca_pinball_fit(cauce_run *run, ca_pinball *problem) {
    struct interior x;
    ca_pinball *p = problem;
    CA_TRY(interior_open(run, problem, &x));
    double dual = 0;
    bool been_there = false;
    p->gap = p->value = 0;
    p->n_iter = 0;
    if (x.size_of_targets == 0) return CAUCE_OK; /* v = 0 meets every target */
    p->gap = INFINITY;
    for (p->n_iter = 0;; p->n_iter++) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(look(run, &x));
        const double gap = x.worth.gap, value = x.value;
        x.mu = gap / (2 * x.total);
        /* The gap is at least value - dual, which is rounding at last. */
        if (!isfinite(gap) || !isfinite(value) || p->n_iter >= p->max_iter) break;
        /* Further on rounding would take over where many v are optimal. With squares there is one, and
         * rounding shows as duals that leave their constraint. */
        bool there = gap <= 1e-9 * value + 1e-13 * x.size_of_targets && x.lost < (x.single ? 1e-8 : 1e-10);
        if (been_there && !there) break;
        been_there = there;
        bool slow = gap > 0.5 * p->gap;
        if (gap < p->gap) {
            p->gap = gap;
            dual = x.dual;
            memcpy(p->v, x.along, (size_t)p->design->q * sizeof *p->v);
        }
        if (there && (!p->ridge || slow || gap <= 1e-13 * value + 1e-16 * x.size_of_targets)) break;
        CA_TRY(one_iteration(run, &x));
        if (x.beyond) break;
    }
    CA_TRY(polish(run, &x));
    CA_TRY(value_at(run, &x, p->v, &p->value));
    p->gap = fmax(fmin(p->value - dual, p->gap), 0);
    return CAUCE_OK;
}

bool ca_pinball_converged(const ca_pinball *problem) {
    return problem->gap <= 1e-8 * problem->value + 1e-12 * problem->scale * problem->design->weight_sum;
}
