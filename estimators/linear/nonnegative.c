#include "linear/nonnegative.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"

/* A residual that correlates less than this with a column is orthogonal to it. */
#define NO_CORRELATION 1e-12
/* A column that the chosen ones explain up to this share adds nothing to them. */
#define LEAST_INDEPENDENT 1e-12

struct active {
    const ca_centred *c;
    int64_t n_free;
    int64_t *free;    /* columns whose coefficient is not held at 0, in order of entry */
    uint8_t *is_free; /* p */
    uint8_t *refused; /* p: entered and left at once since the last progress */
    double *a, *z;    /* system of the free columns */
};

static cauce_status active_open(cauce_run *run, const ca_centred *c, struct active *s) {
    *s = (struct active){ .c = c };
    s->free = cauce_scratch(run, c->p, sizeof *s->free);
    s->is_free = cauce_scratch(run, c->p, sizeof *s->is_free);
    s->refused = cauce_scratch(run, c->p, sizeof *s->refused);
    s->a = cauce_scratch(run, c->p, (size_t)c->p * sizeof *s->a);
    s->z = cauce_scratch(run, c->p, sizeof *s->z);
    return s->free && s->is_free && s->refused && s->a && s->z ? CAUCE_OK : CA_NOMEM(run);
}

/* The column whose coefficient gains most by growing, -1: none gains. */
static int64_t best_entry(const struct active *s, const double *x) {
    const ca_centred *c = s->c;
    int64_t best = -1;
    double most = NO_CORRELATION;
    for (int64_t j = 0; j < c->p; j++) {
        double size = c->a[j + j * c->p];
        if (s->is_free[j] || s->refused[j] || !(size > 0)) continue;
        double gradient = c->b[j];
        for (int64_t k = 0; k < s->n_free; k++) gradient -= c->a[s->free[k] + j * c->p] * x[s->free[k]];
        double gain = gradient / sqrt(size * c->yy);
        if (gain > most) {
            most = gain;
            best = j;
        }
    }
    return best;
}

static cauce_status solve_free(cauce_run *run, struct active *s, bool *solved) {
    const ca_centred *c = s->c;
    int64_t m = s->n_free;
    for (int64_t k = 0; k < m; k++) {
        for (int64_t i = 0; i < m; i++) s->a[i + k * m] = c->a[s->free[i] + s->free[k] * c->p];
        s->z[k] = c->b[s->free[k]];
    }
    ca_arena_mark here = ca_arena_here(&run->scratch);
    CA_TRY(ca_spd_solve(run, m, s->a, s->z, LEAST_INDEPENDENT, solved));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Goes from x towards z until the first coefficients reach 0; those are held there. False: z was reached. */
static bool walk(struct active *s, double *x) {
    double step = 1;
    int64_t stop = -1;
    for (int64_t k = 0; k < s->n_free; k++) {
        double from = x[s->free[k]];
        if (s->z[k] > 0) continue;
        double here = from > 0 ? from / (from - s->z[k]) : 0;
        if (stop >= 0 && here >= step) continue;
        step = here;
        stop = k;
    }
    int64_t kept = 0;
    for (int64_t k = 0; k < s->n_free; k++) {
        int64_t j = s->free[k];
        x[j] += step * (s->z[k] - x[j]);
        if (k != stop && x[j] > 0) {
            s->free[kept++] = j;
        } else {
            x[j] = 0;
            s->is_free[j] = 0;
        }
    }
    s->n_free = kept;
    return stop >= 0;
}

/* Lets column j in and restores x >= 0. */
static cauce_status enter(cauce_run *run, struct active *s, int64_t j, double *x) {
    s->free[s->n_free++] = j;
    s->is_free[j] = 1;
    bool solved = true;
    CA_TRY(solve_free(run, s, &solved));
    if (!solved || s->z[s->n_free - 1] <= 0) { /* its gain was rounding */
        s->n_free--;
        s->is_free[j] = 0;
        s->refused[j] = 1;
        return CAUCE_OK;
    }
    memset(s->refused, 0, (size_t)s->c->p);
    while (walk(s, x) && s->n_free > 0) {
        CA_TRY(solve_free(run, s, &solved)); /* fewer columns than before: still independent */
        if (!solved) return CAUCE_OK;
    }
    return CAUCE_OK;
}

cauce_status ca_nonnegative(cauce_run *run, const ca_centred *centred, double *x, bool *converged) {
    struct active s;
    CA_TRY(active_open(run, centred, &s));
    memset(x, 0, (size_t)centred->p * sizeof *x);
    *converged = true;
    if (!(centred->yy > 0)) return CAUCE_OK;
    for (int64_t step = 0; step < 100 + 10 * centred->p; step++) {
        CA_TRY(cauce_check_cancel(run));
        int64_t j = best_entry(&s, x);
        if (j < 0) return CAUCE_OK;
        CA_TRY(enter(run, &s, j, x));
    }
    *converged = false;
    return CAUCE_OK;
}
