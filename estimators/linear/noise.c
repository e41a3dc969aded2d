#include "linear/noise.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"
#include "math/lanes.h"

/* Below this share of a column that others do not explain (1 - R^2) it counts as made of them. */
#define LEAST_INDEPENDENT 1e-9

/* The columns that are not constant, one after the other: a is m x m, b has m numbers. */
static int64_t gather(const ca_net *net, double *a, double *b) {
    int64_t p = net->c.p, m = 0, n = 0;
    for (int64_t j = 0; j < p; j++) m += net->size[j] > 0;
    for (int64_t j = 0; j < p; j++) {
        if (!(net->size[j] > 0)) continue;
        int64_t k = 0;
        for (int64_t i = 0; i < p; i++)
            if (net->size[i] > 0) a[k++ + n * m] = net->c.a[i + j * p];
        b[n++] = net->b[j];
    }
    return m;
}

/* Columns are taken out of all others one by one, that first of which most is left (Cholesky with pivots),
 * until they have nothing of their own any more. Returns how many there were; *explained: of the target. */
static int64_t eliminate(int64_t m, double *a, double *b, double *diagonal, double *explained) {
    int64_t rank = 0;
    *explained = 0;
    for (int64_t j = 0; j < m; j++) diagonal[j] = a[j + j * m];
    for (; rank < m; rank++) {
        int64_t next = -1;
        for (int64_t j = 0; j < m; j++) {
            double share = a[j + j * m] / diagonal[j];
            if (share > LEAST_INDEPENDENT && (next < 0 || share > a[next + next * m] / diagonal[next]))
                next = j;
        }
        if (next < 0) break;
        double pivot = a[next + next * m], with_y = b[next] / pivot;
        const double *column = a + next * m;
        *explained += with_y * b[next];
        for (int64_t j = 0; j < m; j++)
            if (j != next) ca_axpy(m, -column[j] / pivot, column, a + j * m);
        ca_axpy(m, -with_y, column, b);
        memset(a + next * m, 0, (size_t)m * sizeof *a);
    }
    return rank;
}

static cauce_status squares_left(cauce_run *run, const ca_net *net, double *squares, int64_t *rank) {
    int64_t p = net->c.p;
    double *a = cauce_scratch(run, p, (size_t)p * sizeof *a), *b = cauce_scratch(run, p, sizeof *b);
    double *x = cauce_scratch(run, p, sizeof *x), explained = 0;
    bool solved;
    if (!a || !b || !x) return CA_NOMEM(run);
    int64_t m = gather(net, a, b);
    memcpy(x, b, (size_t)m * sizeof *x);
    CA_TRY(ca_spd_solve(run, m, a, x, LEAST_INDEPENDENT, &solved));
    *rank = m;
    for (int64_t j = 0; j < m && solved; j++) explained += x[j] * b[j];
    if (!solved) *rank = eliminate(m, a, b, x, &explained);
    *squares = net->yy - explained;
    return CAUCE_OK;
}

cauce_status ca_net_noise(cauce_run *run, const ca_net *net, bool fit_intercept, double *variance) {
    *variance = NAN;
    if (!net->by_gram || !isfinite(net->yy)) return CAUCE_OK;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double squares = 0;
    int64_t rank = 0;
    CA_TRY(squares_left(run, net, &squares, &rank));
    ca_arena_back(&run->scratch, here);
    double freedom = net->total - (double)rank - (fit_intercept ? 1 : 0);
    /* less than that of the rounding of the sums: a target that the columns make up */
    double least = 1e-12 * net->yy;
    if (freedom > 1e-9 * net->total) *variance = (squares > least ? squares : least) / freedom;
    if (!(*variance > 0)) *variance = NAN;
    return CAUCE_OK;
}
