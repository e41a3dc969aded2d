#include "linear/prox_newton.h"

#include <math.h>
#include <string.h>

#include "linear/quadratic.h"
#include "math/sort.h"

enum {
    MOST_UNKNOWNS = 2000, /* beyond, the Hessian is that of a working set */
    MOST_HALVINGS = 40,
    MOST_PASSES = 1000,
    LEAST_GROWTH = 100,
    MOST_ROUNDS = 100
};

struct prox {
    ca_loss loss;
    ca_gram gram;
    int64_t size;
    const double *l1;              /* q */
    double *l1s, *zero, *diagonal; /* size */
    double *hessian, *x, *pull, *trial, *trial_gradient;
};

static cauce_status loss_open(cauce_run *run, const ca_design *d, const ca_prox_loss *of,
                              const double *penalty, bool keep, ca_loss *loss) {
    CA_TRY(of->point ? ca_loss_open_point(run, d, of->point, penalty, keep, loss)
                     : ca_loss_open(run, d, of->y, of->n_classes, penalty, keep, loss));
    return ca_loss_keep_rows(run, loss);
}

static cauce_status prox_open(cauce_run *run, const ca_design *d, const ca_prox_loss *of,
                              const double *penalty, const double *l1, struct prox *s) {
    CA_TRY(loss_open(run, d, of, penalty, true, &s->loss));
    CA_TRY(ca_gram_open_many(run, d, ca_loss_blocks(&s->loss), &s->gram));
    s->loss.l1 = s->l1 = l1;
    s->size = d->q * s->loss.vectors;
    double **vector[] = { &s->l1s, &s->zero, &s->diagonal, &s->x, &s->pull, &s->trial, &s->trial_gradient };
    for (size_t i = 0; i < sizeof vector / sizeof *vector; i++) {
        *vector[i] = cauce_scratch(run, s->size, sizeof(double));
        if (!*vector[i]) return CA_NOMEM(run);
    }
    s->hessian = cauce_scratch(run, s->size, (size_t)s->size * sizeof(double));
    if (!s->hessian) return CA_NOMEM(run);
    for (int64_t i = 0; i < s->size; i++) s->l1s[i] = l1[i % d->q];
    return CAUCE_OK;
}

static double sizes(const struct prox *s, const double *v) {
    double sum = 0;
    for (int64_t i = 0; i < s->size; i++) sum += s->l1s[i] * fabs(v[i]);
    return sum;
}

/* s->x becomes the minimiser of the quadratic model at v. */
static cauce_status model_step(cauce_run *run, struct prox *s, const double *v, const double *gradient,
                               double limit) {
    int64_t m = s->size, passes = 0;
    CA_TRY(ca_loss_hessian(run, &s->loss, &s->gram, s->hessian));
    for (int64_t j = 0; j < m; j++) {
        s->diagonal[j] = s->hessian[j + j * m];
        s->x[j] = v[j];
        s->pull[j] = -gradient[j];
        for (int64_t i = 0; i < j; i++) s->hessian[i + j * m] = s->hessian[j + i * m];
    }
    ca_quadratic q = { m, m, s->hessian, s->diagonal, s->l1s, s->zero, false, s->x, s->pull, 0, false };
    ca_arena_mark here = ca_arena_here(&run->scratch);
    CA_TRY(ca_quadratic_descend(run, &q, limit, MOST_PASSES, &passes));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Towards s->x as far as the objective (with the sizes) falls enough. *length is 0 when nothing helps. */
static cauce_status line_search(cauce_run *run, struct prox *s, const double *v, double fall, double *value,
                                double *length) {
    double rounding = 1e-11 * fabs(*value);
    *length = 1;
    for (int halvings = 0; halvings < MOST_HALVINGS; halvings++, *length /= 2) {
        double trial;
        for (int64_t i = 0; i < s->size; i++)
            s->trial[i] = *length == 1 ? s->x[i] : v[i] + *length * (s->x[i] - v[i]);
        CA_TRY(ca_loss_at(run, &s->loss, s->trial, &trial, s->trial_gradient));
        trial += sizes(s, s->trial);
        if (trial <= *value + 1e-4 * *length * fall || (-fall <= rounding && trial <= *value + rounding)) {
            *value = trial;
            return CAUCE_OK;
        }
    }
    *length = 0;
    return CAUCE_OK;
}

/* The predicted fall of the objective, and the largest move beside the largest coefficient. */
static double predicted(const struct prox *s, const double *v, const double *gradient, double *change) {
    double fall = sizes(s, s->x) - sizes(s, v), most = 0, largest = 1;
    for (int64_t i = 0; i < s->size; i++) {
        fall += gradient[i] * (s->x[i] - v[i]);
        most = fmax(most, fabs(s->x[i] - v[i]));
        largest = fmax(largest, fabs(s->x[i]));
    }
    *change = most / largest;
    return fall;
}

static cauce_status minimise(cauce_run *run, struct prox *s, ca_descent *descent, double *v,
                             double *gradient) {
    double value, change = INFINITY;
    CA_TRY(ca_loss_at(run, &s->loss, v, &value, gradient));
    value += sizes(s, v);
    descent->ending = CA_OUT_OF_STEPS;
    for (int64_t step = 0; step < descent->max_iter; step++) {
        CA_TRY(cauce_check_cancel(run));
        /* the first steps change the model more than its minimiser is worth */
        double limit = value * (step < 2 ? 1e-10 : 1e-20), before = change, length = 0;
        CA_TRY(model_step(run, s, v, gradient, limit));
        double fall = predicted(s, v, gradient, &change);
        if (fall < 0) CA_TRY(line_search(run, s, v, fall, &value, &length));
        descent->n_iter++;
        if (length == 0) { /* rounding */
            if (fall >= -1e-13 * fabs(value) || before <= descent->tol) descent->ending = CA_CONVERGED;
            break;
        }
        memcpy(v, s->trial, (size_t)s->size * sizeof *v);
        memcpy(gradient, s->trial_gradient, (size_t)s->size * sizeof *v);
        change *= length;
        double next =
            length == 1 && isfinite(before) ? change * (change / before) * (change / before) : change;
        if (change <= 1e-3 * descent->tol || (change <= 0.05 * before && next <= 1e-7 * descent->tol)) {
            descent->ending = CA_CONVERGED;
            break;
        }
    }
    return CAUCE_OK;
}

/* The least element of the subdifferential. */
static void least_slope(int64_t size, int64_t q, const double *l1, const double *v, double *gradient) {
    for (int64_t i = 0; i < size; i++) {
        double most = l1[i % q], g = gradient[i];
        gradient[i] = v[i] != 0 ? g + copysign(most, v[i]) : fabs(g) <= most ? 0 : g - copysign(most, g);
    }
}

static cauce_status directly(cauce_run *run, const ca_design *d, const ca_prox_loss *of,
                             const double *penalty, const double *l1, ca_descent *descent, double *v,
                             double *gradient) {
    struct prox s;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    CA_TRY(prox_open(run, d, of, penalty, l1, &s));
    CA_TRY(minimise(run, &s, descent, v, gradient));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* ---- Working sets -------------------------------------------------------------------------------------- */

struct rounds {
    const ca_design *design;
    const ca_prox_loss *of;
    int64_t vectors;
    const double *penalty, *l1;
    bool *in; /* q */
};

/* Columns outside that violate the conditions most: about as many as are in use. *grown: there were some. */
static cauce_status grow(cauce_run *run, struct rounds *r, const double *v, const double *gradient,
                         bool *grown) {
    int64_t q = r->design->q, n = 0, used = 0, most;
    double *beyond = cauce_scratch(run, q, sizeof *beyond);
    int64_t *column = cauce_scratch(run, q, sizeof *column), *order = cauce_scratch(run, q, sizeof *order);
    if (!beyond || !column || !order) return CA_NOMEM(run);
    for (int64_t j = 0; j < q; j++) {
        double violation = 0;
        bool in_use = false;
        for (int64_t c = 0; c < r->vectors; c++) {
            in_use = in_use || v[c * q + j] != 0;
            violation = fmax(violation, fabs(gradient[c * q + j]));
        }
        used += in_use;
        if (r->in[j] || !(violation > 1e-9 * r->l1[j])) continue;
        beyond[n] = -violation;
        column[n++] = j;
    }
    *grown = n > 0;
    most = used > LEAST_GROWTH ? used : LEAST_GROWTH;
    CA_TRY(ca_argsort(run, beyond, n, order));
    for (int64_t k = 0; k < n && k < most; k++) r->in[column[order[k]]] = true;
    return CAUCE_OK;
}

/* Minimises over the columns that are in. */
static cauce_status solve_some(cauce_run *run, const struct rounds *r, ca_descent *descent, double *v) {
    ca_design some;
    int64_t *column, q = r->design->q;
    CA_TRY(ca_design_columns(run, r->design, r->in, &some, &column));
    if (some.q == 0) return CAUCE_OK;
    double *penalty = cauce_scratch(run, some.q, sizeof *penalty);
    double *l1 = cauce_scratch(run, some.q, sizeof *l1);
    double *u = cauce_scratch(run, r->vectors, (size_t)some.q * sizeof *u);
    double *gradient = cauce_scratch(run, r->vectors, (size_t)some.q * sizeof *u);
    if (!penalty || !l1 || !u || !gradient) return CA_NOMEM(run);
    for (int64_t j = 0; j < some.q; j++) {
        penalty[j] = r->penalty[column[j]];
        l1[j] = r->l1[column[j]];
        for (int64_t c = 0; c < r->vectors; c++) u[c * some.q + j] = v[c * q + column[j]];
    }
    CA_TRY(directly(run, &some, r->of, penalty, l1, descent, u, gradient));
    for (int64_t j = 0; j < some.q; j++)
        for (int64_t c = 0; c < r->vectors; c++) v[c * q + column[j]] = u[c * some.q + j];
    return CAUCE_OK;
}

static cauce_status by_rounds(cauce_run *run, struct rounds *r, ca_descent *descent, double *v,
                              double *gradient) {
    int64_t q = r->design->q, size = q * r->vectors;
    ca_loss loss;
    CA_TRY(loss_open(run, r->design, r->of, r->penalty, false, &loss));
    r->in = cauce_scratch(run, q, sizeof *r->in);
    if (!r->in) return CA_NOMEM(run);
    for (int64_t i = 0; i < size; i++) r->in[i % q] = r->in[i % q] || v[i] != 0 || !(r->l1[i % q] > 0);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        double value;
        bool grown = false;
        CA_TRY(solve_some(run, r, descent, v));
        CA_TRY(ca_loss_at(run, &loss, v, &value, gradient));
        least_slope(size, q, r->l1, v, gradient);
        CA_TRY(grow(run, r, v, gradient, &grown));
        ca_arena_back(&run->scratch, here);
        if (!grown) break;
    }
    return CAUCE_OK;
}

cauce_status ca_prox_newton(cauce_run *run, const ca_design *design, const ca_prox_loss *of,
                            const double *penalty, const double *l1, ca_descent *descent, double *v,
                            double *gradient) {
    int64_t vectors = of->n_classes > 2 ? of->n_classes : 1, size = design->q * vectors;
    descent->n_iter = 0;
    descent->ending = CA_CONVERGED; /* where there is nothing to do */
    if (size <= MOST_UNKNOWNS) {
        CA_TRY(directly(run, design, of, penalty, l1, descent, v, gradient));
        least_slope(size, design->q, l1, v, gradient);
        return CAUCE_OK;
    }
    struct rounds r = { design, of, vectors, penalty, l1, NULL };
    return by_rounds(run, &r, descent, v, gradient);
}
