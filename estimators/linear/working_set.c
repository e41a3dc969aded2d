#include "linear/working_set.h"

#include <math.h>
#include <string.h>

#include "math/blas.h"
#include "math/sort.h"

enum {
    FIRST_ROOM = 256,
    MOST_SET = 4000,   /* columns whose Gram matrix is kept */
    MOST_ROWS = 16384, /* rows for which columns are copied */
    LEAST_GROWTH = 100,
    TILE = 128
};

cauce_status ca_working_set_open(cauce_run *run, ca_net *net) {
    net->set = cauce_scratch(run, net->c.p, sizeof *net->set);
    net->in_set = cauce_scratch(run, net->c.p, sizeof *net->in_set);
    net->by_rows = net->c.design.n > MOST_ROWS;
    return net->set && net->in_set ? CAUCE_OK : CA_NOMEM(run);
}

/* ---- Which columns ------------------------------------------------------------------------------------- */

static double pull(const ca_net *net, int64_t j) {
    return net->positive ? net->gradient[j] : fabs(net->gradient[j]);
}

static void take_in(ca_net *net, int64_t j) {
    net->in_set[j] = true;
    net->set[net->m++] = j;
}

void ca_working_set_expect(ca_net *net, double l1) {
    if (!(net->l1_last > 0)) return;
    for (int64_t j = 0; j < net->c.p; j++)
        if (net->size[j] > 0 && !net->in_set[j] &&
            pull(net, j) >= (2 * l1 - net->l1_last) * net->c.scale[j] && pull(net, j) > 0)
            take_in(net, j);
}

/* As many at once as are in use: a set that doubles is found in few rounds, and holds few that do not belong.
 */
cauce_status ca_working_set_grow(cauce_run *run, ca_net *net, bool *grown) {
    int64_t p = net->c.p, n = 0, used = 0, most;
    double *beyond = cauce_scratch(run, p, sizeof *beyond);
    int64_t *column = cauce_scratch(run, p, sizeof *column), *order = cauce_scratch(run, p, sizeof *order);
    if (!beyond || !column || !order) return CA_NOMEM(run);
    for (int64_t j = 0; j < p; j++) {
        used += net->x[j] != 0;
        if (!(net->size[j] > 0) || net->in_set[j] || !(pull(net, j) > net->l1[j] * (1 + 1e-10))) continue;
        beyond[n] = -(pull(net, j) - net->l1[j]) / sqrt(net->size[j]);
        column[n++] = j;
    }
    *grown = n > 0;
    most = used > LEAST_GROWTH ? used : LEAST_GROWTH;
    CA_TRY(ca_argsort(run, beyond, n, order));
    for (int64_t k = 0; k < n && k < most; k++) take_in(net, column[order[k]]);
    return CAUCE_OK;
}

/* ---- Their Gram matrix --------------------------------------------------------------------------------- */

struct extension {
    const ca_net *net;
    int64_t from, tiles; /* new columns from ..; tiles of TILE columns */
};

static cauce_status pack_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct extension *e = payload;
    int64_t k = e->from + index;
    ca_columns_pack(&e->net->columns, e->net->set[k], e->net->packed + k * e->net->c.design.n);
    return CAUCE_OK;
}

/* Products of new columns with all before them and with each other, both triangles. */
static cauce_status product_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct extension *e = payload;
    const ca_net *net = e->net;
    int64_t n = net->c.design.n, i = index % e->tiles * TILE, j = e->from + index / e->tiles * TILE;
    int64_t rows = net->m - i < TILE ? net->m - i : TILE, columns = net->m - j < TILE ? net->m - j : TILE;
    if (i > j + columns - 1) return CAUCE_OK; /* its mirror is computed */
    ca_gemm(true, false, rows, columns, n, 1, net->packed + i * n, n, net->packed + j * n, n, 0,
            net->gram + i + j * net->room, net->room);
    return CAUCE_OK;
}

static cauce_status make_room(cauce_run *run, ca_net *net, int64_t kept) {
    if (net->m <= net->room) return CAUCE_OK;
    int64_t n = net->c.design.n, room = net->room ? net->room : FIRST_ROOM, most = net->c.p;
    while (room < net->m) room *= 2;
    if (room > most) room = most;
    double *packed = cauce_scratch(run, room, (size_t)n * sizeof *packed);
    double *gram = cauce_scratch(run, room, (size_t)room * sizeof *gram);
    if (!packed || !gram) return CA_NOMEM(run);
    if (kept) memcpy(packed, net->packed, (size_t)(kept * n) * sizeof *packed);
    for (int64_t k = 0; k < kept; k++)
        memcpy(gram + k * room, net->gram + k * net->room, (size_t)kept * sizeof *gram);
    net->packed = packed;
    net->gram = gram;
    net->room = room;
    return CAUCE_OK;
}

/* Columns of the set from net->ready on have no products yet. */
static cauce_status extend(cauce_run *run, ca_net *net) {
    CA_TRY(make_room(run, net, net->ready));
    struct extension e = { net, net->ready, (net->m + TILE - 1) / TILE };
    int64_t fresh = net->m - net->ready, across = (fresh + TILE - 1) / TILE;
    CA_TRY(cauce_parallel(run, fresh, pack_task, &e));
    CA_TRY(cauce_parallel(run, across * e.tiles, product_task, &e));
    for (int64_t j = net->ready; j < net->m; j++)
        for (int64_t i = 0; i < j; i++) net->gram[j + i * net->room] = net->gram[i + j * net->room];
    net->ready = net->m;
    return CAUCE_OK;
}

/* ---- Descent ------------------------------------------------------------------------------------------- */

static cauce_status by_gram(cauce_run *run, ca_net *net, double limit, int64_t most_passes, int64_t *passes) {
    CA_TRY(extend(run, net));
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
    ca_quadratic q = { m, net->room, net->gram, size, l1, l2, net->positive, x, gradient };
    CA_TRY(ca_quadratic_descend(run, &q, limit, most_passes, passes));
    for (int64_t k = 0; k < m; k++) net->x[net->set[k]] = x[k];
    CA_TRY(ca_columns_reset(run, &net->columns, m, net->packed, x));
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

cauce_status ca_working_set_descend(cauce_run *run, ca_net *net, double limit, int64_t most_passes,
                                    int64_t *passes) {
    net->by_rows = net->by_rows || net->m > MOST_SET;
    return net->by_rows ? on_rows(run, net, limit, most_passes, passes)
                        : by_gram(run, net, limit, most_passes, passes);
}
