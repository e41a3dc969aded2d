#include "linear/coordinate.h"

#include <math.h>
#include <string.h>

#include "linear/active.h"
#include "linear/working_set.h"
#include "math/lanes.h"

/* Columns, and one in so many of them that are in, from which on a system costs less than passes. */
enum { LEAST_GUESSED = 256, LEAST_IN = 8 };

/* ---- Opening ------------------------------------------------------------------------------------------- */

static cauce_status open_vectors(cauce_run *run, ca_net *net) {
    int64_t p = net->c.p;
    net->x = cauce_scratch(run, p, sizeof *net->x);
    net->gradient = cauce_scratch(run, p, sizeof *net->x);
    net->l1 = cauce_scratch(run, p, sizeof *net->x);
    net->l2 = cauce_scratch(run, p, sizeof *net->x);
    net->total = net->c.weight_sum;
    return net->x && net->gradient && net->l1 && net->l2 ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_net_open_gram(cauce_run *run, const ca_centred *c, bool positive, ca_net *net) {
    *net = (ca_net){ .c = *c, .positive = positive, .by_gram = true };
    CA_TRY(open_vectors(run, net));
    net->size = cauce_scratch(run, c->p, sizeof *net->size);
    if (!net->size) return CA_NOMEM(run);
    if (c->p >= LEAST_GUESSED) CA_TRY(ca_face_room(run, &net->face, c->p)); /* touched as it is used */
    memcpy(net->gradient, c->b, (size_t)c->p * sizeof *net->x);
    net->b = c->b;
    net->yy = c->yy;
    for (int64_t j = 0; j < c->p; j++) {
        double size = c->a[j + j * c->p];
        bool onehot = c->column[j] >= c->design.n_packed;
        net->size[j] = size > net->total * 1e-14 || (onehot && size > 0) ? size : 0;
    }
    return CAUCE_OK;
}

/* Those of the one-hot columns, and of the others what is known already. */
static cauce_status first_gradients(cauce_run *run, ca_net *net) {
    memcpy(net->gradient, net->c.b, (size_t)net->c.p * sizeof *net->gradient);
    if (net->c.design.n_onehot == 0) return CAUCE_OK;
    bool *none = cauce_scratch(run, net->c.p, sizeof *none);
    return none ? ca_columns_gradients(run, &net->columns, none, net->gradient) : CA_NOMEM(run);
}

cauce_status ca_net_open(cauce_run *run, const cauce_train *train, bool fit_intercept, bool positive,
                         ca_net *net) {
    int64_t p = train->schema->width;
    bool by_gram = p <= train->n_rows && p <= CA_NET_MOST_GRAM;
    ca_centred c;
    CA_TRY(ca_centred_open(run, train, fit_intercept, by_gram, &c));
    if (by_gram) return ca_net_open_gram(run, &c, positive, net);
    *net = (ca_net){ .c = c, .positive = positive };
    CA_TRY(open_vectors(run, net));
    CA_TRY(ca_columns_open(run, &net->c, &net->columns));
    net->size = net->columns.size;
    net->yy = net->columns.yy;
    CA_TRY(first_gradients(run, net));
    return ca_working_set_open(run, net);
}

double ca_net_alpha_max(const ca_net *net, double l1_ratio) {
    double most = 0;
    for (int64_t j = 0; j < net->c.p; j++) {
        if (!(net->size[j] > 0)) continue;
        most = fmax(most, fabs(net->gradient[j] / net->c.scale[j]));
    }
    return most / (net->total * l1_ratio);
}

/* ---- The duality gap ----------------------------------------------------------------------------------- */

/* Two points of the dual problem give a bound each: the residuals shrunk until no column exceeds the L1
 * penalty, and, where squares are penalised, the residuals themselves. */
double ca_net_gap(const ca_net *net, const int64_t *list, int64_t count, bool by_equations) {
    double fit = 0, norm1 = 0, norm2 = 0, most = 0, beyond = 0, with_y = 0, squares;
    const double l1 = net->l1_now, l2 = net->l2_now;
    for (int64_t k = 0; k < count; k++) {
        int64_t j = list ? list[k] : k;
        if (!(net->size[j] > 0)) continue;
        double coef = net->x[j] * net->c.scale[j], g = net->gradient[j] / net->c.scale[j];
        double rest = g - l2 * coef, over = (net->positive ? g : fabs(g)) - l1;
        fit += net->x[j] * net->gradient[j]; /* (X x)'W residual */
        with_y += net->x[j] * net->b[j];
        norm1 += fabs(coef);
        norm2 += coef * coef;
        most = fmax(most, net->positive ? rest : fabs(rest));
        if (over > 0) beyond += over * over;
    }
    if (by_equations) { /* y = X x + residual */
        squares = net->yy - with_y - fit;
        with_y = net->yy - with_y;
    } else {
        squares = ca_columns_squares(&net->columns);
        with_y = squares + fit;
    }
    double share = most > l1 ? l1 / most : 1;
    double gap = 0.5 * squares * (1 + share * share) + l1 * norm1 - share * with_y +
                 0.5 * l2 * (1 + share * share) * norm2;
    if (l2 > 0) gap = fmin(gap, squares - with_y + l1 * norm1 + 0.5 * l2 * norm2 + beyond / (2 * l2));
    return gap > 0 ? gap : 0;
}

double ca_net_squares(const ca_net *net) {
    if (!net->by_gram) return ca_columns_squares(&net->columns);
    double squares = net->yy;
    for (int64_t j = 0; j < net->c.p; j++) squares -= net->x[j] * (net->b[j] + net->gradient[j]);
    return squares > 0 ? squares : 0;
}

/* ---- Solving ------------------------------------------------------------------------------------------- */

/* With the signs of the penalty before, where many columns are in. */
static cauce_status guess(cauce_run *run, ca_net *net, ca_quadratic *q, double enough, int64_t most,
                          int64_t *passes, bool *solved) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    int64_t in = 0;
    *solved = false;
    if (!net->guessed || q->m < LEAST_GUESSED) return CAUCE_OK;
    signed char *side = cauce_scratch(run, q->m, sizeof *side);
    if (!side) return CA_NOMEM(run);
    for (int64_t j = 0; j < q->m; j++) {
        side[j] = (signed char)((q->x[j] > 0) - (q->x[j] < 0));
        in += side[j] != 0;
    }
    if (in > q->m / LEAST_IN)
        CA_TRY(ca_active_descend(run, &net->face, q, side, 0.5 * enough, most, passes, solved));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* A descent to `limit` in the sense of ca_quadratic_descend, over all columns or, as far as a gap of `enough`
 * over it, the working set. *whole: whether the gradients of all columns are known now. */
static cauce_status descend(cauce_run *run, ca_net *net, double limit, double enough, int64_t most,
                            ca_net_result *result, bool *whole) {
    *whole = true;
    if (!net->by_gram) {
        CA_TRY(ca_working_set_descend(run, net, limit, enough, most, &result->n_iter));
        net->pooled = net->pooled && result->n_iter < most; /* the last look is at all of them */
        return ca_working_set_look(run, net, whole);
    }
    ca_quadratic q = { .m = net->c.p,
                       .ld = net->c.p,
                       .a = net->c.a,
                       .size = net->size,
                       .l1 = net->l1,
                       .l2 = net->l2,
                       .positive = net->positive,
                       .x = net->x,
                       .gradient = net->gradient };
    bool solved;
    CA_TRY(guess(run, net, &q, enough, most, &result->n_iter, &solved));
    return solved ? CAUCE_OK : ca_quadratic_descend(run, &q, limit, most, &result->n_iter);
}

static cauce_status start(cauce_run *run, ca_net *net, double l1, double l2) {
    bool first = !(net->l1_now > 0), grown;
    if (net->by_gram) net->guessed = !first && l1 > 0 && l1 >= 0.5 * net->l1_now;
    if (!net->by_gram) {
        ca_working_set_lead(net, l1);
        CA_TRY(ca_working_set_expect(run, net, l1));
    }
    for (int64_t j = 0; j < net->c.p; j++) {
        net->l1[j] = l1 * net->c.scale[j];
        net->l2[j] = l2 * net->c.scale[j] * net->c.scale[j];
    }
    net->l1_now = l1;
    net->l2_now = l2;
    return net->by_gram || !first ? CAUCE_OK : ca_working_set_grow(run, net, &grown);
}

static void move_to(ca_net *net, int64_t j, double to) {
    double delta = to - net->x[j];
    if (delta == 0) return;
    net->x[j] = to;
    if (net->by_gram)
        ca_axpy(net->c.p, -delta, net->c.a + j * net->c.p, net->gradient);
    else
        ca_columns_move(&net->columns, j, delta);
}

cauce_status ca_net_return(cauce_run *run, ca_net *net, double alpha, double l1_ratio, int64_t n,
                           const int64_t *column, const double *coef) {
    for (int64_t j = 0, k = 0; j < net->c.p; j++) {
        bool in = k < n && column[k] == j;
        if (net->size[j] > 0) move_to(net, j, in ? coef[k] / net->c.scale[j] : 0);
        k += in;
    }
    net->l1_now = net->total * alpha * l1_ratio;
    net->l2_now = net->total * alpha * (1 - l1_ratio);
    if (net->by_gram) return CAUCE_OK;
    bool whole;
    net->pooled = net->followed = false;
    net->guessed = true; /* its signs are known */
    net->l1_last = 0;
    return ca_working_set_look(run, net, &whole);
}

/* While columns are missing, the optimum over the others is worth little more than the gap that they leave.
 */
#define ROUGH       1e-2
#define ROUGH_LIMIT 1e-5

/* A gap down to which rounding on the way does not matter. */
#define LEAST_FOLLOWED 1e-9

/* Finer and finer until the gap is small enough; then, where wanted, as far as numbers go. */
cauce_status ca_net_solve(cauce_run *run, ca_net *net, double alpha, double l1_ratio, ca_net_goal goal,
                          ca_net_result *result) {
    enum { LAST_ROUNDS = 8, LAST_PASSES = 200 };
    double l1 = net->total * alpha * l1_ratio, l2 = net->total * alpha * (1 - l1_ratio);
    *result = (ca_net_result){ 0, 0, !(net->yy > 0) };
    if (!isfinite(net->yy)) /* every gap would be small beside it */
        return cauce_fail(run, CAUCE_E_NUMERIC,
                          "targets so large that their squares overflow; scale the target first");
    if (result->converged) return CAUCE_OK;
    /* the gap; nothing is known of a start from afar */
    double known = net->by_gram || net->l1_now > 0 ? 0 : net->yy;
    net->followed = !goal.exact && goal.aim >= LEAST_FOLLOWED;
    CA_TRY(start(run, net, l1, l2));
    double limit = 1e-2 * goal.aim * net->yy, enough = 0.5 * goal.aim * net->yy, last = INFINITY;
    int64_t most = goal.max_iter, rounds = 0;
    while (result->n_iter < goal.max_iter) {
        bool grown = false, whole;
        CA_TRY(descend(run, net, fmax(limit, ROUGH_LIMIT * known), fmax(enough, ROUGH * known), most, result,
                       &whole));
        double gap = INFINITY;
        if (whole) {
            gap = ca_net_gap(net, NULL, net->c.p, net->by_gram);
            known = !net->by_gram && gap > goal.aim * net->yy ? gap : 0;
            result->dual_gap = gap / net->total;
        }
        result->converged = result->converged || gap <= goal.tol * net->yy;
        if (!net->by_gram) CA_TRY(ca_working_set_grow(run, net, &grown));
        if (!whole) continue;
        if (gap <= goal.aim * net->yy || rounds > 0) {
            bool there = rounds > 0 && !grown && gap <= 1e-12 * net->yy;
            if (!goal.exact || there || rounds++ == LAST_ROUNDS) break;
            limit = 1e-26 * net->yy;
            enough = INFINITY;
            most =
                result->n_iter + LAST_PASSES < goal.max_iter ? result->n_iter + LAST_PASSES : goal.max_iter;
        } else if (!grown || gap > 0.9 * last) {
            last = INFINITY;
            limit *= 1e-3;
            enough *= 0.1;
        } else {
            last = gap;
        }
    }
    return CAUCE_OK;
}

void ca_net_warn(cauce_run *run, const ca_net *net, const ca_net_result *result, double tol) {
    if (result->converged) return;
    cauce_warn(run, "no_convergence",
               "the duality gap is still %.3g (wanted: %.3g) after %lld passes; raise max_iter, scale the "
               "columns or penalise more",
               result->dual_gap, tol * net->yy / net->total, (long long)result->n_iter);
}

cauce_status ca_coordinate_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const ca_net_params *p = params;
    ca_linear *linear = state;
    ca_net net;
    ca_net_result result;
    ca_net_goal goal = { p->tol, p->tol, true, p->max_iter };
    CA_TRY(ca_linear_open(run, train, linear));
    CA_TRY(ca_net_open(run, train, p->fit_intercept, p->positive, &net));
    CA_TRY(ca_net_solve(run, &net, p->alpha, p->l1_ratio, goal, &result));
    linear->n_iter = result.n_iter;
    linear->dual_gap = result.dual_gap;
    ca_net_warn(run, &net, &result, p->tol);
    ca_centred_finish(&net.c, net.x, linear->coef, &linear->intercept);
    return ca_linear_finite(run, linear);
}
