#include "linear/active.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"

enum {
    MOST_GUESSES = 12,
    MOST_WRONG = 64, /* and one in sixteen: guesses that are worth going on from */
    MOST_STEPS = 30, /* of conjugate gradients */
    SMALL = 256,     /* columns whose factor is computed again rather than used with other squares */
    TASK = 32        /* columns */
};

/* A factor serves, as a preconditioner, until the penalty on squares has changed by this. */
#define MOST_CHANGE 1.6

struct work {
    ca_quadratic *q;
    ca_face *face;
    signed char *side;
    int64_t *list;                          /* columns out of the face, and */
    double *product;                        /* their products with what moved */
    double *dense;                          /* what moves, by column; zeros between uses */
    double *rest, *step, *way, *image, *by; /* by place in the face */
};

struct products {
    const ca_quadratic *q;
    const int64_t *list;
    int64_t count;
    const double *x;
    double *out;
};

static cauce_status products_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct products *p = payload;
    int64_t end = (index + 1) * TASK < p->count ? (index + 1) * TASK : p->count;
    for (int64_t i = index * TASK; i < end; i++)
        p->out[i] = ca_dot(p->q->m, p->q->a + p->list[i] * p->q->ld, p->x);
    return CAUCE_OK;
}

cauce_status ca_active_products(cauce_run *run, const ca_quadratic *q, const int64_t *list, int64_t count,
                                const double *x, double *out) {
    struct products p = { q, list, count, x, out };
    return cauce_parallel(run, (count + TASK - 1) / TASK, products_task, &p);
}

static cauce_status work_open(cauce_run *run, ca_face *face, ca_quadratic *q, signed char *side,
                              struct work *w) {
    *w = (struct work){ .q = q, .face = face, .side = side };
    double **vectors[] = { &w->product, &w->dense, &w->rest, &w->step, &w->way, &w->image, &w->by };
    w->list = cauce_scratch(run, q->m, sizeof *w->list);
    bool all = w->list != NULL;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        all = (*vectors[i] = cauce_scratch(run, q->m, sizeof(double))) && all;
    return all ? CAUCE_OK : CA_NOMEM(run);
}

/* ---- The system of a guess ----------------------------------------------------------------------------- */

/* Columns that are guessed out go to 0. */
static void clear_out(struct work *w) {
    ca_quadratic *q = w->q;
    for (int64_t j = 0; j < q->m; j++) {
        if (w->side[j] || q->x[j] == 0 || !(q->size[j] > 0)) continue;
        ca_axpy(q->m, q->x[j], q->a + j * q->ld, q->gradient);
        q->x[j] = 0;
    }
}

/* How far the penalty on squares is from that of the factor: 1 not at all, as ratio. */
static double change(const struct work *w) {
    double most = 1;
    for (int64_t k = 0; k < w->face->m; k++) {
        double added = w->face->added[k], l2 = w->q->l2[w->face->column[k]];
        if (added == l2) continue;
        if (!(added > 0) || !(l2 > 0)) return INFINITY;
        most = fmax(most, fmax(added / l2, l2 / added));
    }
    return most;
}

static cauce_status factorise(cauce_run *run, struct work *w, bool exact, bool *whole) {
    const double changed = change(w);
    bool anew = changed > 1 && (exact || changed > MOST_CHANGE || w->face->m <= SMALL);
    return ca_face_set(run, w->face, w->q, w->side, anew, whole);
}

/* What each column of the face lacks of its condition; returns the bound of the gap that this leaves. */
static double lacking(const struct work *w) {
    const ca_quadratic *q = w->q;
    double gap = 0;
    for (int64_t k = 0; k < w->face->m; k++) {
        int64_t j = w->face->column[k];
        w->rest[k] = q->gradient[j] - q->l2[j] * q->x[j] - q->l1[j] * w->side[j];
        gap += w->rest[k] * w->rest[k] / (2 * q->l2[j]);
    }
    return gap;
}

/* image = (A + l2) way, over the face. */
static cauce_status multiply(cauce_run *run, struct work *w) {
    const ca_face *f = w->face;
    for (int64_t k = 0; k < f->m; k++) w->dense[f->column[k]] = w->way[k];
    CA_TRY(ca_active_products(run, w->q, f->column, f->m, w->dense, w->image));
    for (int64_t k = 0; k < f->m; k++) {
        w->image[k] += w->q->l2[f->column[k]] * w->way[k];
        w->dense[f->column[k]] = 0;
    }
    return CAUCE_OK;
}

/* step = the solution of (A + l2) step = rest, by conjugate gradients with the factor as preconditioner,
 * until the rest, which is what is left of it then, leaves no more than `enough` of a gap. */
static cauce_status approach(cauce_run *run, struct work *w, double enough) {
    const int64_t m = w->face->m;
    double last = 0;
    memset(w->step, 0, (size_t)m * sizeof *w->step);
    for (int64_t i = 0; i < MOST_STEPS; i++) {
        double gap = 0;
        for (int64_t k = 0; k < m; k++) gap += w->rest[k] * w->rest[k] / (2 * w->q->l2[w->face->column[k]]);
        if (gap <= enough) break;
        memcpy(w->by, w->rest, (size_t)m * sizeof *w->by);
        ca_face_solve(w->face, w->by);
        double now = ca_dot(m, w->rest, w->by);
        if (!(now > 0)) break;
        for (int64_t k = 0; k < m; k++) w->way[k] = w->by[k] + (i > 0 ? now / last * w->way[k] : 0);
        last = now;
        CA_TRY(multiply(run, w));
        double length = now / ca_dot(m, w->way, w->image);
        ca_axpy(m, length, w->way, w->step);
        ca_axpy(m, -length, w->image, w->rest);
    }
    return CAUCE_OK;
}

/* Of the columns of the face the gradients are known now, of the others they are computed. */
static cauce_status go(cauce_run *run, struct work *w) {
    ca_quadratic *q = w->q;
    const ca_face *f = w->face;
    int64_t n = 0;
    for (int64_t j = 0; j < q->m; j++)
        if (!w->side[j] && q->size[j] > 0) w->list[n++] = j;
    for (int64_t k = 0; k < f->m; k++) w->dense[f->column[k]] = w->step[k];
    CA_TRY(ca_active_products(run, q, w->list, n, w->dense, w->product));
    for (int64_t i = 0; i < n; i++) q->gradient[w->list[i]] -= w->product[i];
    for (int64_t k = 0; k < f->m; k++) {
        int64_t j = f->column[k];
        q->x[j] += w->step[k];
        q->gradient[j] = q->l1[j] * w->side[j] + q->l2[j] * q->x[j] + w->rest[k];
        w->dense[j] = 0;
    }
    return CAUCE_OK;
}

static cauce_status solve(cauce_run *run, struct work *w, double enough) {
    const int64_t m = w->face->m;
    double gap = lacking(w);
    if (change(w) > 1 && gap > enough) {
        CA_TRY(approach(run, w, enough));
    } else if (change(w) > 1) {
        memset(w->step, 0, (size_t)m * sizeof *w->step);
    } else {
        memcpy(w->step, w->rest, (size_t)m * sizeof *w->step);
        ca_face_solve(w->face, w->step);
        memset(w->rest, 0, (size_t)m * sizeof *w->rest);
    }
    return go(run, w);
}

/* ---- Guesses ------------------------------------------------------------------------------------------- */

/* Columns on the wrong side leave, those beyond their penalty come in. Returns how many there were, 0 if they
 * leave no more than `enough` of a gap. */
static int64_t correct(struct work *w, double enough) {
    const ca_quadratic *q = w->q;
    int64_t wrong = 0, beyond = 0;
    double gap = 0;
    for (int64_t j = 0; j < q->m; j++) {
        if (!(q->size[j] > 0)) continue;
        if (w->side[j]) {
            if (q->x[j] * w->side[j] > 0) continue;
            wrong += q->x[j] != 0; /* at 0 it has not been moved */
            w->side[j] = 0;
        } else {
            double g = q->gradient[j], over = (q->positive ? g : fabs(g)) - q->l1[j];
            if (!(over > q->l1[j] * 1e-10)) continue;
            gap += over * over / (2 * q->l2[j]);
            w->side[j] = g > 0 ? 1 : -1;
            beyond++;
        }
    }
    return wrong > 0 || gap > enough ? wrong + beyond : 0;
}

/* Back to where it began, unless the objective is lower: as in quadratic.c, along a line. */
static void keep_lower(ca_quadratic *q, const double *x, const double *gradient) {
    double by = 0;
    for (int64_t j = 0; j < q->m; j++) {
        double from = x[j], to = q->x[j];
        if (q->positive && to < 0) by = NAN;
        by += q->l1[j] * (fabs(to) - fabs(from)) + 0.5 * q->l2[j] * (to * to - from * from) -
              0.5 * (to - from) * (gradient[j] + q->gradient[j]);
    }
    if (by < 0) return;
    memcpy(q->x, x, (size_t)q->m * sizeof *x);
    memcpy(q->gradient, gradient, (size_t)q->m * sizeof *gradient);
}

cauce_status ca_active_descend(cauce_run *run, ca_face *face, ca_quadratic *q, signed char *side,
                               double enough, int64_t most_passes, int64_t *passes, bool *solved) {
    const double left = isfinite(enough) ? 0.5 * enough : 0; /* by columns that are in, and by others */
    struct work w;
    *solved = false;
    CA_TRY(ca_face_room(run, face, q->m));
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *x = cauce_scratch(run, q->m, sizeof *x), *gradient = cauce_scratch(run, q->m, sizeof *gradient);
    if (!x || !gradient) return CA_NOMEM(run);
    CA_TRY(work_open(run, face, q, side, &w));
    memcpy(x, q->x, (size_t)q->m * sizeof *x);
    memcpy(gradient, q->gradient, (size_t)q->m * sizeof *gradient);
    int64_t before = INT64_MAX, last = INT64_MAX; /* how many were wrong */
    for (int64_t guess = 0; guess < MOST_GUESSES && *passes < most_passes && !*solved; guess++) {
        CA_TRY(cauce_check_cancel(run));
        bool whole;
        clear_out(&w);
        CA_TRY(factorise(run, &w, !isfinite(enough), &whole));
        if (!whole) break;
        CA_TRY(solve(run, &w, left));
        ++*passes;
        int64_t wrong = correct(&w, left);
        *solved = wrong == 0;
        if (wrong >= before || wrong > MOST_WRONG + q->m / 16) break;
        before = last;
        last = wrong;
    }
    if (!*solved) keep_lower(q, x, gradient);
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}
