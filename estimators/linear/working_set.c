#include "linear/working_set.h"

#include <math.h>
#include <string.h>

#include "linear/active.h"
#include "math/blas.h"
#include "math/lanes.h"
#include "math/sort.h"

enum {
    FIRST_ROOM = 768,  /* large pieces, which the system may give in large pages, and which are touched */
    PIECE = 1 << 24,   /* (bytes) as they are used only */
    MOST_SET = 4000,   /* columns whose Gram matrix is kept */
    MOST_ROWS = 16384, /* rows for which columns are copied */
    LEAST_GROWTH = 100,
    MOST_FINER = 4,
    STEPS = 3,     /* penalties for which columns are taken in at once */
    MOST_LEAD = 3, /* steps between penalties that are no longer alike */
    POOL = 16,     /* so many times the columns that are added */
    TILE = 128
};

/* Share of the penalty before, beyond which the signs of its solution say something. */
#define LEAST_NEAR 0.8

/* Least part of the way between two penalties that is gone at once. */
#define FINEST (1.0 / 64)

cauce_status ca_working_set_open(cauce_run *run, ca_net *net) {
    net->set = cauce_scratch(run, net->c.p, sizeof *net->set);
    net->in_set = cauce_scratch(run, net->c.p, sizeof *net->in_set);
    net->pool = cauce_scratch(run, net->c.p, sizeof *net->pool);
    net->wanted = cauce_scratch(run, net->c.p, sizeof *net->wanted);
    net->seen = cauce_scratch(run, net->c.p, sizeof *net->seen);
    net->before = cauce_scratch(run, net->c.design.n, sizeof *net->before);
    net->last = cauce_scratch(run, net->c.p, sizeof *net->last);
    net->slope = cauce_scratch(run, net->c.p, sizeof *net->slope);
    net->packed = cauce_scratch(run, net->c.p / TILE + 1, sizeof *net->packed);
    net->far = cauce_scratch(run, net->c.p, sizeof *net->far);
    net->blur = cauce_scratch(run, net->c.p, sizeof *net->blur);
    double *b = cauce_scratch(run, net->c.p, sizeof *b);
    net->by_rows = net->c.design.n > MOST_ROWS;
    net->fineness = 1;
    if (!net->set || !net->in_set || !net->pool || !net->wanted || !net->seen || !net->before ||
        !net->packed || !net->last || !net->slope || !net->far || !net->blur || !b)
        return CA_NOMEM(run);
    memcpy(b, net->gradient, (size_t)net->c.p * sizeof *b);
    net->b = b;
    (void)ca_columns_moved(&net->columns, net->before);
    return CAUCE_OK;
}

/* ---- Which columns ------------------------------------------------------------------------------------- */

static double pull(const ca_net *net, int64_t j) {
    return net->positive ? net->gradient[j] : fabs(net->gradient[j]);
}

static void take_in(ca_net *net, int64_t j) {
    net->in_set[j] = true;
    net->set[net->m++] = j;
}

/* Whether the gradient is beyond the penalty that is `steps` steps on, like the one to l1, if it goes on as
 * it did from the penalty before; where nothing is known of that, as fast as the penalty (the strong rule).
 */
static bool is_expected(const ca_net *net, int64_t j, double l1, int steps) {
    if (!(net->size[j] > 0) || net->in_set[j]) return false;
    const double step = net->l1_now - l1, before = net->slope[j];
    double g = pull(net, j), then = (net->l1_now - steps * step) * net->c.scale[j];
    if (!(net->lead > 0)) return g > 0 && g + step * net->c.scale[j] >= then;
    double on = net->gradient[j] + steps * net->lead * (net->gradient[j] - before);
    return (net->positive ? on : fabs(on)) >= then && then > 0;
}

void ca_working_set_lead(ca_net *net, double l1) {
    net->lead = net->l1_last > net->l1_now && net->l1_now > l1
                    ? (net->l1_now - l1) / (net->l1_last - net->l1_now)
                    : 0;
    if (net->lead > MOST_LEAD) net->lead = 0;
    net->guessed = net->guessed && l1 > LEAST_NEAR * net->l1_now;
    net->l1_last = net->l1_now;
    net->l2_last = net->l2_now;
    net->starts = true;
}

/* Products with a few columns cost hardly less than with many: where the next penalty will take some in,
 * those come along that the ones after it will. Of all of them the gradient is brought up to date. */
cauce_status ca_working_set_expect(cauce_run *run, ca_net *net, double l1) {
    const int64_t before = net->m;
    bool any = false;
    if (!(net->l1_now > 0)) return CAUCE_OK;
    if (!net->columns.coarse && !net->by_rows) /* a single penalty has too few looks for it to pay */
        CA_TRY(ca_columns_coarsen(run, &net->columns));
    for (int64_t j = 0; j < net->c.p && !any; j++) any = is_expected(net, j, l1, 1);
    for (int64_t j = 0; j < net->c.p; j++) {
        net->wanted[j] = false;
        if (any && is_expected(net, j, l1, net->lead > 0 ? STEPS : 1)) take_in(net, j);
    }
    for (int64_t k = before; k < net->m; k++) {
        int64_t j = net->set[k];
        net->wanted[j] = net->seen[j] < net->way || net->blur[j] > 0;
        net->seen[j] = net->way;
        net->blur[j] = 0;
    }
    return any ? ca_columns_gradients(run, &net->columns, net->wanted, net->gradient) : CAUCE_OK;
}

/* Whether the gradient is known, and beyond the penalty. */
static bool violates(const ca_net *net, int64_t j) {
    return net->size[j] > 0 && !net->in_set[j] && net->seen[j] == net->way &&
           pull(net, j) > net->l1[j] * (1 + 1e-10);
}

/* Half as many at once as are in use: such a set is found in few rounds, and holds few that do not belong. Of
 * many more only the worst are looked at until they are in order. */
cauce_status ca_working_set_grow(cauce_run *run, ca_net *net, bool *grown) {
    int64_t p = net->c.p, n = 0, used = 0, most;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *beyond = cauce_scratch(run, p, sizeof *beyond);
    int64_t *column = cauce_scratch(run, p, sizeof *column), *order = cauce_scratch(run, p, sizeof *order);
    if (!beyond || !column || !order) return CA_NOMEM(run);
    for (int64_t j = 0; j < p; j++) {
        used += net->x[j] != 0;
        if (!violates(net, j)) continue;
        beyond[n] = -(pull(net, j) - net->l1[j]) / sqrt(net->size[j]);
        column[n++] = j;
    }
    *grown = n > 0;
    most = used / 2 > LEAST_GROWTH ? used / 2 : LEAST_GROWTH;
    CA_TRY(ca_argsort(run, beyond, n, order));
    if (!net->pooled && n > most) {
        net->pooled = true;
        memset(net->pool, 0, (size_t)p * sizeof *net->pool);
        for (int64_t k = 0; k < n && k < POOL * most; k++) net->pool[column[order[k]]] = true;
    }
    for (int64_t k = 0; k < n && k < most; k++) take_in(net, column[order[k]]);
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Most columns are far from their penalty, which a coarse look is enough to be sure of. Of the others
 * net->wanted is left.
 */
static cauce_status look_coarsely(cauce_run *run, ca_net *net) {
    bool *far = net->far;
    for (int64_t j = 0; j < net->c.p; j++) {
        far[j] = net->wanted[j] && !net->in_set[j] && net->columns.block[j] < 0;
        net->blur[j] = net->wanted[j] ? 0 : net->blur[j];
    }
    CA_TRY(ca_columns_look(run, &net->columns, far, net->gradient, net->blur));
    for (int64_t j = 0; j < net->c.p; j++)
        if (far[j] && pull(net, j) + net->blur[j] <= net->l1[j])
            net->wanted[j] = false;
        else if (far[j])
            net->blur[j] = 0;
    return CAUCE_OK;
}

/* The gradient of a column of this size moves by no more than the residuals, times the root of its size. */
static cauce_status compute(cauce_run *run, ca_net *net) {
    net->way += ca_columns_moved(&net->columns, net->before);
    for (int64_t j = 0; j < net->c.p; j++) {
        double bound = pull(net, j) + net->blur[j] + sqrt(net->size[j]) * (net->way - net->seen[j]);
        net->wanted[j] = net->in_set[j] ? !net->followed || net->by_rows
                                        : !(bound <= net->l1[j]) && (!net->pooled || net->pool[j]);
        if (net->wanted[j] || net->in_set[j] || net->columns.block[j] >= 0) net->seen[j] = net->way;
    }
    if (net->columns.coarse) CA_TRY(look_coarsely(run, net));
    return ca_columns_gradients(run, &net->columns, net->wanted, net->gradient);
}

cauce_status ca_working_set_look(cauce_run *run, ca_net *net, bool *whole) {
    *whole = false;
    if (net->pooled) {
        CA_TRY(compute(run, net));
        for (int64_t j = 0; j < net->c.p; j++)
            if (violates(net, j)) return CAUCE_OK;
        net->pooled = false;
    }
    *whole = true;
    return compute(run, net);
}

/* ---- Their Gram matrix --------------------------------------------------------------------------------- */

struct extension {
    const ca_net *net;
    int64_t from, tiles; /* new columns from ..; tiles of TILE columns */
};

static double *packed_column(const ca_net *net, int64_t k) {
    return net->packed[k / TILE] + k % TILE * net->c.design.n;
}

static cauce_status pack_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct extension *e = payload;
    int64_t k = e->from + index;
    ca_columns_pack(&e->net->columns, e->net->set[k], packed_column(e->net, k));
    return CAUCE_OK;
}

/* Products of new columns, those of tile j, with all before them and with each other, both triangles. */
static cauce_status product_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct extension *e = payload;
    const ca_net *net = e->net;
    int64_t n = net->c.design.n, i = index % e->tiles * TILE, j = (e->from / TILE + index / e->tiles) * TILE;
    if (i > j) return CAUCE_OK; /* its mirror is computed */
    int64_t rows = net->m - i < TILE ? net->m - i : TILE, columns = net->m - j < TILE ? net->m - j : TILE;
    if (j < e->from) {
        columns -= e->from - j;
        j = e->from;
    }
    ca_gemm(true, false, rows, columns, n, 1, packed_column(net, i), n, packed_column(net, j), n, 0,
            net->gram + i + j * net->room, net->room);
    return CAUCE_OK;
}

/* Packed columns stay where they are; the Gram matrix moves when it grows. */
static cauce_status make_room(cauce_run *run, ca_net *net, int64_t kept) {
    const size_t tile = TILE * (size_t)net->c.design.n * sizeof(double);
    while (net->n_packed * TILE < net->m) {
        int64_t more = tile < PIECE ? (int64_t)(PIECE / tile) : 1, rest = net->c.p / TILE + 1 - net->n_packed;
        if (more > rest) more = rest;
        char *tiles = ca_arena_cells(&run->scratch, (size_t)more * tile);
        if (!tiles) return CA_NOMEM(run);
        for (int64_t k = 0; k < more; k++)
            net->packed[net->n_packed++] = (double *)(void *)(tiles + (size_t)k * tile);
    }
    if (net->m <= net->room) return CAUCE_OK;
    int64_t room = net->room ? net->room : FIRST_ROOM, most = net->c.p;
    while (room < net->m) room += room / 2;
    if (room > most) room = most;
    double *gram = ca_arena_cells(&run->scratch, (size_t)room * (size_t)room * sizeof *gram);
    if (!gram) return CA_NOMEM(run);
    for (int64_t k = 0; k < kept; k++)
        memcpy(gram + k * room, net->gram + k * net->room, (size_t)kept * sizeof *gram);
    net->gram = gram;
    net->room = room;
    return CAUCE_OK;
}

/* Columns of the set from net->ready on have no products yet. */
static cauce_status extend(cauce_run *run, ca_net *net) {
    if (net->m == net->ready) return CAUCE_OK;
    CA_TRY(make_room(run, net, net->ready));
    struct extension e = { net, net->ready, (net->m + TILE - 1) / TILE };
    CA_TRY(cauce_parallel(run, net->m - net->ready, pack_task, &e));
    CA_TRY(cauce_parallel(run, (e.tiles - e.from / TILE) * e.tiles, product_task, &e));
    for (int64_t j = net->ready; j < net->m; j++)
        for (int64_t i = 0; i < j; i++) net->gram[j + i * net->room] = net->gram[i + j * net->room];
    net->ready = net->m;
    return CAUCE_OK;
}

/* ---- Descent ------------------------------------------------------------------------------------------- */

/* What the next penalty is extrapolated from. */
static void remember(ca_net *net) {
    for (int64_t k = 0; k < net->m; k++) net->last[net->set[k]] = net->x[net->set[k]];
    memcpy(net->slope, net->gradient, (size_t)net->c.p * sizeof *net->slope);
    net->sloped = net->m;
}

/* Solutions are piecewise linear in the penalty of a lasso (and nearly so of a net), and so are gradients: on
 * along the line through the last two, columns to 0 at most. */
static cauce_status follow_line(cauce_run *run, const ca_net *net, ca_quadratic *q) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    const int64_t m = net->m, n = m - net->sloped;
    double *delta = cauce_scratch(run, m, sizeof *delta), *product = cauce_scratch(run, n, sizeof *product);
    int64_t *list = cauce_scratch(run, n, sizeof *list);
    if (!delta || !product || !list) return CA_NOMEM(run);
    for (int64_t k = 0; k < m; k++) delta[k] = net->lead * (q->x[k] - net->last[net->set[k]]);
    for (int64_t k = 0; k < n; k++) list[k] = net->sloped + k;
    CA_TRY(ca_active_products(run, q, list, n, delta, product));
    for (int64_t k = 0; k < m; k++)
        q->gradient[k] += k < net->sloped ? net->lead * (q->gradient[k] - net->slope[net->set[k]])
                                          : -product[k - net->sloped];
    for (int64_t k = 0; k < m; k++) {
        double to = q->x[k] + delta[k];
        bool leaves = q->x[k] == 0 || q->x[k] * to <= 0;
        q->x[k] = leaves ? 0 : to;
        if (leaves && to != 0) ca_axpy(m, to, q->a + k * q->ld, q->gradient);
    }
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Where guesses go on being wrong, as they do when there are nearly as many columns in as rows, the last
 * solution was too far away: on by parts of the way, with the signs of the solution of the one before. */
static cauce_status by_parts(cauce_run *run, ca_net *net, const ca_quadratic *q, double enough,
                             int64_t most_passes, int64_t *passes, bool *solved) {
    const int64_t m = net->m;
    signed char *side = cauce_scratch(run, m, sizeof *side);
    double *all = cauce_scratch(run, 4 * m, sizeof *all), at = 0, step = 1;
    if (!side || !all) return CA_NOMEM(run);
    double *x = all, *gradient = all + m, *l1 = all + 2 * m, *l2 = all + 3 * m;
    ca_quadratic part = *q;
    part.l1 = l1;
    part.l2 = l2;
    for (int64_t k = 0; k < m; k++) {
        x[k] = net->last[net->set[k]];
        gradient[k] = net->slope[net->set[k]];
    }
    while (at < 1 && step >= FINEST && *passes < most_passes) {
        double to = fmin(1, at + step), to_l1 = 1 + (1 - to) * (net->l1_last / net->l1_now - 1);
        double to_l2 = net->l2_now > 0 ? 1 + (1 - to) * (net->l2_last / net->l2_now - 1) : 1;
        for (int64_t k = 0; k < m; k++) {
            q->x[k] = x[k];
            q->gradient[k] = gradient[k];
            l1[k] = to_l1 * q->l1[k];
            l2[k] = to_l2 * q->l2[k];
        }
        for (int64_t k = 0; k < m; k++) side[k] = (signed char)((x[k] > 0) - (x[k] < 0));
        CA_TRY(ca_active_descend(run, &net->face, &part, side, enough, most_passes, passes, solved));
        step *= *solved ? 2 : 0.5;
        if (!*solved) continue;
        at = to;
        memcpy(x, q->x, (size_t)m * sizeof *x);
        memcpy(gradient, q->gradient, (size_t)m * sizeof *gradient);
    }
    *solved = at >= 1;
    return CAUCE_OK;
}

/* Columns are in that x has already, and those whose gradient is beyond their penalty. */
static cauce_status by_extrapolation(cauce_run *run, ca_net *net, ca_quadratic *q, double enough,
                                     int64_t most_passes, int64_t *passes, bool *solved) {
    signed char *side = cauce_scratch(run, net->m, sizeof *side);
    if (!side) return CA_NOMEM(run);
    for (int64_t k = 0; k < net->m; k++) {
        double g = q->gradient[k], above = (q->positive ? g : fabs(g)) - q->l1[k];
        double to = q->x[k] != 0 ? q->x[k] : above > 0 ? g : 0;
        side[k] = (signed char)((to > 0) - (to < 0));
    }
    return ca_active_descend(run, &net->face, q, side, enough, most_passes, passes, solved);
}

/* Guesses which columns are in, where the last two solutions, or the one over fewer columns, say much of it.
 */
static cauce_status by_guesses(cauce_run *run, ca_net *net, ca_quadratic *q, double enough,
                               int64_t most_passes, int64_t *passes, bool *solved) {
    *solved = false;
    const bool follows = net->starts && net->lead > 0;
    if (!net->guessed && !follows) return CAUCE_OK;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    if (!follows || !net->astray) CA_TRY(by_extrapolation(run, net, q, enough, most_passes, passes, solved));
    net->astray = net->astray || (follows && !*solved);
    if (!*solved && follows) CA_TRY(by_parts(run, net, q, enough, most_passes, passes, solved));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static void put_back(ca_net *net, const ca_quadratic *q) {
    for (int64_t k = 0; k < net->m; k++) {
        net->x[net->set[k]] = q->x[k];
        net->gradient[net->set[k]] = q->gradient[k];
    }
}

static cauce_status by_passes(cauce_run *run, ca_net *net, ca_quadratic *q, double limit, double enough,
                              int64_t most_passes, int64_t *passes) {
    const double asked = limit;
    for (int finer = 0;; finer++, limit *= 0.1) {
        if (finer == 0 && isfinite(enough)) limit *= net->fineness;
        q->eager = isinf(enough);
        q->least = 0.1 * limit; /* a move that says nothing of convergence is not worth its update */
        CA_TRY(ca_quadratic_descend(run, q, limit, most_passes, passes));
        put_back(net, q);
        bool there = ca_net_gap(net, net->set, net->m, true) <= enough;
        if (there && isfinite(enough)) net->fineness = fmin(1, (finer ? 1 : 3) * limit / asked);
        if (there || finer == MOST_FINER || *passes >= most_passes) break;
    }
    return CAUCE_OK;
}

static cauce_status by_gram(cauce_run *run, ca_net *net, double limit, double enough, int64_t most_passes,
                            int64_t *passes) {
    CA_TRY(extend(run, net));
    CA_TRY(ca_face_room(run, &net->face,
                        net->guessed || net->lead > 0 ? net->m : 0)); /* before what is forgotten */
    ca_arena_mark here = ca_arena_here(&run->scratch);
    int64_t m = net->m;
    double *all = cauce_scratch(run, 5 * m, sizeof *all);
    if (!all) return CA_NOMEM(run);
    double *x = all, *gradient = all + m, *size = all + 2 * m, *l1 = all + 3 * m, *l2 = all + 4 * m;
    for (int64_t k = 0; k < m; k++) {
        int64_t j = net->set[k];
        x[k] = net->x[j];
        gradient[k] = net->gradient[j];
        size[k] = net->gram[k + k * net->room];
        l1[k] = net->l1[j];
        l2[k] = net->l2[j];
    }
    ca_quadratic q = { m, net->room, net->gram, size, l1, l2, net->positive, x, gradient, 0, false };
    if (net->starts && net->lead > 0) CA_TRY(follow_line(run, net, &q));
    if (net->starts) remember(net);
    bool solved;
    CA_TRY(by_guesses(run, net, &q, 0.5 * enough, most_passes, passes, &solved));
    net->guessed = solved;
    net->starts = false;
    if (solved)
        put_back(net, &q);
    else
        CA_TRY(by_passes(run, net, &q, limit, enough, most_passes, passes));
    CA_TRY(ca_columns_reset(run, &net->columns, m, TILE, net->packed, x));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* One pass over the set on the residuals (those left in only, or all); as in ca_quadratic_descend. */
static double pass_on_rows(ca_net *net, bool used_only) {
    double most = 0;
    for (int64_t k = 0; k < net->m; k++) {
        int64_t j = net->set[k];
        if (used_only && net->x[j] == 0) continue;
        double g = ca_columns_gradient(&net->columns, j) + net->size[j] * net->x[j];
        double above = fabs(g) - net->l1[j], to = 0, curve = net->size[j] + net->l2[j];
        if (above > 0 && !(net->positive && g < 0)) to = copysign(above / curve, g);
        double delta = to - net->x[j];
        if (delta == 0) continue;
        ca_columns_move(&net->columns, j, delta);
        net->x[j] = to;
        most = fmax(most, curve * delta * delta);
    }
    return most;
}

static cauce_status on_rows(cauce_run *run, ca_net *net, double limit, int64_t most_passes, int64_t *passes) {
    if (net->starts) remember(net);
    net->starts = false;
    for (double change = INFINITY; *passes < most_passes;) {
        change = pass_on_rows(net, false);
        ++*passes;
        if (change <= limit) break;
        for (; change > limit && *passes < most_passes; ++*passes) {
            CA_TRY(cauce_check_cancel(run));
            change = pass_on_rows(net, true);
        }
    }
    return CAUCE_OK;
}

cauce_status ca_working_set_descend(cauce_run *run, ca_net *net, double limit, double enough,
                                    int64_t most_passes, int64_t *passes) {
    net->by_rows = net->by_rows || net->m > MOST_SET;
    return net->by_rows ? on_rows(run, net, limit, most_passes, passes)
                        : by_gram(run, net, limit, enough, most_passes, passes);
}
