#include "linear/quadratic.h"

#include <math.h>
#include <string.h>

#include "linear/anderson.h"
#include "linear/cholesky.h"
#include "math/lanes.h"

enum {
    MOST_FACE = 2500, /* columns left in whose system is solved */
    FIRST_FACE = 6,   /* passes before that is tried, */
    FACE_PASSES = 20, /* and one more for so many columns: it costs as much as those */
    MOST_FACES = 6    /* columns that may leave one after the other */
};

static void move(ca_quadratic *q, int64_t j, double delta) {
    ca_axpy(q->m, -delta, q->a + j * q->ld, q->gradient);
}

/* One pass over the columns of a list (NULL: all). Returns the largest (size + l2) delta^2. */
static double descend(ca_quadratic *q, const int64_t *list, int64_t count) {
    double most = 0;
    for (int64_t k = 0; k < count; k++) {
        int64_t j = list ? list[k] : k;
        if (!(q->size[j] > 0)) continue;
        double pull = q->gradient[j] + q->size[j] * q->x[j], curve = q->size[j] + q->l2[j];
        double above = fabs(pull) - q->l1[j], to = 0;
        if (above > 0 && !(q->positive && pull < 0)) to = copysign(above / curve, pull);
        double delta = to - q->x[j], gain = curve * delta * delta;
        if (!(gain > q->least)) continue;
        q->x[j] = to;
        move(q, j, delta);
        most = fmax(most, gain);
    }
    return most;
}

/* Columns that may not change sign on the way: those with a kink at 0. */
static bool kinked(const ca_quadratic *q, int64_t j) {
    return q->positive || q->l1[j] > 0;
}

/* How far along `step` the first sign would change (at most 1), and which column's. */
static double room(const ca_quadratic *q, const int64_t *in, int64_t m, const double *step, int64_t *first) {
    double share = 1;
    *first = -1;
    for (int64_t k = 0; k < m; k++) {
        int64_t j = in[k];
        if (!kinked(q, j) || (q->x[j] + step[k]) * q->x[j] > 0) continue;
        double until = -q->x[j] / step[k];
        if (until >= share) continue;
        share = until;
        *first = j;
    }
    return share;
}

/* The optimum over the columns left in, with their signs, solves a linear system. Goes towards it until a
 * column reaches 0, which only lowers the objective. *whole: arrived. */
static cauce_status face_step(cauce_run *run, ca_quadratic *q, const int64_t *in, int64_t m, bool *whole) {
    *whole = false;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *a = cauce_scratch(run, m, (size_t)m * sizeof *a), *step = cauce_scratch(run, m, sizeof *step);
    if (!a || !step) return CA_NOMEM(run);
    for (int64_t k = 0; k < m; k++) { /* what is left of the gradient, which keeps all digits */
        int64_t j = in[k];
        for (int64_t i = k; i < m; i++) a[i + k * m] = q->a[in[i] + j * q->ld];
        a[k + k * m] = q->size[j] + q->l2[j];
        step[k] = q->gradient[j] - q->l2[j] * q->x[j] - copysign(q->l1[j], q->x[j]);
    }
    bool solved;
    CA_TRY(ca_spd_solve(run, m, a, step, 1e-10, &solved));
    int64_t first = -1;
    double share = solved ? room(q, in, m, step, &first) : 0;
    for (int64_t k = 0; k < m && solved; k++) {
        double to = in[k] == first ? 0 : q->x[in[k]] + share * step[k];
        move(q, in[k], to - q->x[in[k]]);
        q->x[in[k]] = to;
    }
    *whole = solved && first < 0;
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Goes to where the passes lead, if the objective is lower there: along a line, the change of its smooth part
 * is the mean of the gradients at both ends times the way. */
static void extrapolate(ca_quadratic *q, ca_anderson *anderson) {
    if (!ca_anderson_add(anderson, q->m, q->x, q->gradient)) return;
    double change = 0;
    for (int64_t j = 0; j < q->m; j++) {
        double from = q->x[j], to = anderson->to[j];
        if (to == from) continue;
        if (q->positive && to < 0) return;
        change += q->l1[j] * (fabs(to) - fabs(from)) + 0.5 * q->l2[j] * (to * to - from * from) -
                  0.5 * (to - from) * (q->gradient[j] + anderson->to_image[j]);
    }
    if (!(change < 0)) return;
    memcpy(q->x, anderson->to, (size_t)q->m * sizeof *q->x);
    memcpy(q->gradient, anderson->to_image, (size_t)q->m * sizeof *q->gradient);
}

static int64_t columns_in(const ca_quadratic *q, int64_t *in) {
    int64_t m = 0;
    for (int64_t j = 0; j < q->m; j++)
        if (q->size[j] > 0 && (q->x[j] != 0 || !kinked(q, j))) in[m++] = j;
    return m;
}

cauce_status ca_quadratic_descend(cauce_run *run, ca_quadratic *q, double limit, int64_t most_passes,
                                  int64_t *passes) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    int64_t *in = cauce_scratch(run, q->m, sizeof *in), since = 0, patience = 1;
    ca_anderson anderson;
    if (!in) return CA_NOMEM(run);
    CA_TRY(ca_anderson_open(run, q->m, &anderson));
    while (*passes < most_passes) {
        CA_TRY(cauce_check_cancel(run));
        double change = descend(q, NULL, q->m);
        ++*passes;
        if (change <= limit) break;
        int64_t m = columns_in(q, in);
        ca_anderson_start(&anderson);
        while (*passes < most_passes) {
            change = descend(q, in, m);
            ++*passes;
            if (change <= limit) break;
            extrapolate(q, &anderson);
            if (++since < patience * (FIRST_FACE + m / (q->eager ? 3 * FACE_PASSES : FACE_PASSES))) continue;
            bool whole = false;
            for (int tries = 0; tries < MOST_FACES && !whole; tries++) {
                m = columns_in(q, in);
                if (m == 0 || m > MOST_FACE) break;
                CA_TRY(face_step(run, q, in, m, &whole));
            }
            patience = whole || patience > 8 ? patience : 2 * patience; /* columns still come and go */
            since = 0;
        }
    }
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}
