#include "linear/newton.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"

enum { MOST_HALVINGS = 40 };

struct newton {
    ca_loss *loss;
    ca_gram gram;
    int64_t size;
    bool singular; /* the last step came from a singular system */
    bool linear;   /* curvatures are not exact: steps fall by a factor, not quadratically */
    double *hessian, *step, *trial, *trial_gradient, *metric;
};

static cauce_status newton_open(cauce_run *run, ca_loss *loss, struct newton *n) {
    const ca_design *d = loss->design;
    *n = (struct newton){ .loss = loss, .size = d->q * loss->vectors };
    n->linear = loss->point && loss->point->substituted;
    CA_TRY(ca_loss_keep_rows(run, loss));
    CA_TRY(ca_gram_open_many(run, d, ca_loss_blocks(loss), &n->gram));
    n->hessian = cauce_scratch(run, n->size, (size_t)n->size * sizeof(double));
    n->step = cauce_scratch(run, n->size, sizeof(double));
    n->trial = cauce_scratch(run, n->size, sizeof(double));
    n->trial_gradient = cauce_scratch(run, n->size, sizeof(double));
    n->metric = cauce_scratch(run, n->size, sizeof(double));
    if (!n->hessian || !n->step || !n->trial || !n->trial_gradient || !n->metric) return CA_NOMEM(run);
    /* A feature of tiny scale has a huge penalty in these coordinates; without this the directions of the
     * others would look like noise beside it. */
    for (int64_t i = 0; i < n->size; i++)
        n->metric[i] = 1 / sqrt(1 + loss->penalty[i % d->q] / d->weight_sum);
    return CAUCE_OK;
}

/* step = - H^-1 gradient (the least-norm one when H is singular). */
static cauce_status newton_step(cauce_run *run, struct newton *n, const double *gradient) {
    CA_TRY(ca_loss_hessian(run, n->loss, &n->gram, n->hessian));
    ca_arena_mark here = ca_arena_here(&run->scratch);
    for (int64_t j = 0; j < n->size; j++) {
        n->step[j] = -gradient[j] * n->metric[j];
        for (int64_t i = j; i < n->size; i++) n->hessian[i + j * n->size] *= n->metric[i] * n->metric[j];
    }
    bool solved;
    CA_TRY(ca_spd_solve(run, n->size, n->hessian, n->step, 1e-14 * (double)n->size, &solved));
    n->singular = !solved;
    if (!solved) CA_TRY(ca_psd_solve(run, n->size, n->hessian, n->step));
    for (int64_t j = 0; j < n->size; j++) n->step[j] *= n->metric[j];
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static double largest(int64_t n, const double *x) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

static double dot(int64_t n, const double *x, const double *y) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

/* Goes along the step as far as the objective falls enough (Armijo); the length is returned in *length, 0
 * when nothing helps. Where the predicted fall is below the rounding of the objective, the full step is
 * trusted. */
static cauce_status newton_search(cauce_run *run, struct newton *n, const double *v, double slope,
                                  double *value, double *length) {
    double rounding = 1e-11 * fabs(*value);
    *length = 1;
    for (int halvings = 0; halvings < MOST_HALVINGS; halvings++, *length /= 2) {
        for (int64_t i = 0; i < n->size; i++) n->trial[i] = v[i] + *length * n->step[i];
        double trial_value;
        CA_TRY(ca_loss_at(run, n->loss, n->trial, &trial_value, n->trial_gradient));
        double wanted = *value + 1e-4 * *length * slope;
        if (trial_value <= wanted || (-slope <= rounding && trial_value <= *value + rounding)) {
            *value = trial_value;
            return CAUCE_OK;
        }
    }
    *length = 0;
    return CAUCE_OK;
}

/* Hessians have the rounding of single precision. */
#define HESSIAN_ROUNDING 1e-7

/* Steps c, d that fall quadratically are followed by one of about d^3 / c^2: whether that is beyond what the
 * coefficients show (tol = 1e-4 asks for 1e-11). */
static bool next_is_nothing(const struct newton *n, double length, double before, double change,
                            const ca_descent *descent) {
    double ratio = change / before;
    return isfinite(before) && length == 1 && !n->singular && !n->linear && ratio <= 0.05 &&
           change * fmax(ratio * ratio, HESSIAN_ROUNDING) <= 1e-7 * descent->tol;
}

cauce_status ca_newton(cauce_run *run, ca_loss *loss, ca_descent *descent, double *v, double *gradient) {
    struct newton n;
    CA_TRY(newton_open(run, loss, &n));
    bool penalised = ca_loss_penalised(loss);
    double value, change = INFINITY, before;
    CA_TRY(ca_loss_at(run, loss, v, &value, gradient));
    descent->ending = CA_OUT_OF_STEPS;
    for (descent->n_iter = 0; descent->n_iter < descent->max_iter; descent->n_iter++) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(newton_step(run, &n, gradient));
        double slope = dot(n.size, gradient, n.step), length = 0;
        if (slope < 0) CA_TRY(newton_search(run, &n, v, slope, &value, &length));
        if (length == 0) { /* the gradient is rounding, there is no way further down */
            if (slope == 0 || change <= descent->tol || -slope <= 1e-13 * fabs(value))
                descent->ending = CA_CONVERGED;
            break;
        }
        memcpy(v, n.trial, (size_t)n.size * sizeof *v);
        memcpy(gradient, n.trial_gradient, (size_t)n.size * sizeof *v);
        before = change;
        change = length * largest(n.size, n.step) / fmax(1, largest(n.size, v));
        bool at_rounding = -slope <= 1e-15 * fabs(value) && change <= descent->tol;
        if (change <= (n.linear ? 1e-6 : 1e-3) * descent->tol || at_rounding ||
            next_is_nothing(&n, length, before, change, descent)) {
            descent->ending = CA_CONVERGED;
            descent->n_iter++;
            break;
        }
        if (!penalised && !loss->point && value <= 1e-10 * loss->design->weight_sum) {
            descent->n_iter++;
            break;
        }
    }
    /* Directions in which the optimum lies at infinity get flat, and end as directions that the singular
     * system leaves out: then the rest converges. */
    bool certain = loss->sharpest < (descent->ending == CA_CONVERGED ? 1e-12 : 1e-8);
    if (certain && (descent->ending != CA_CONVERGED || (n.singular && !penalised)))
        descent->ending = CA_SEPARATED;
    return CAUCE_OK;
}
