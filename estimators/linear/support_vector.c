#include "linear/support_vector.h"

#include <math.h>
#include <string.h>

#include "linear/newton.h"
#include "linear/pinball.h"
#include "linear/scaled.h"

/* Beyond this many unknowns the Hessian costs more than it saves. */
enum { MOST_NEWTON = 3000 };

double *ca_machine_penalty(cauce_run *run, const ca_design *design, double strength, bool fit_intercept,
                           double intercept_scaling) {
    double *penalty = ca_scaled_penalty(run, design, strength);
    if (penalty && fit_intercept)
        penalty[design->n_packed - 1] = strength / (intercept_scaling * intercept_scaling);
    return penalty;
}

static void hinge_at(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                     double *slope, double *curvature, double *faintest) {
    (void)faintest;
    const double *y = point->y + row;
    for (int64_t r = 0; r < rows; r++) {
        double short_by = 1 - y[r] * margin[r];
        bool active = short_by > 0;
        cost[r] = active ? short_by * short_by : 0;
        slope[r] = active ? -2 * y[r] * short_by : 0;
        curvature[r] = active ? 2 : 0;
    }
}

/* shape: epsilon. */
static void tube_at(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                    double *slope, double *curvature, double *faintest) {
    (void)faintest;
    const double *y = point->y + row;
    for (int64_t r = 0; r < rows; r++) {
        double off = margin[r] - y[r], beyond = fabs(off) - point->shape;
        bool active = beyond > 0;
        cost[r] = active ? beyond * beyond : 0;
        slope[r] = active ? (off > 0 ? 2 * beyond : -2 * beyond) : 0;
        curvature[r] = active ? 2 : 0;
    }
}

static cauce_status fit_squares(cauce_run *run, ca_machine *m) {
    ca_point point = { .y = m->y, .at = m->regression ? tube_at : hinge_at, .shape = m->epsilon };
    ca_loss loss;
    double *gradient = cauce_scratch(run, m->design->q, sizeof *gradient);
    if (!gradient) return CA_NOMEM(run);
    CA_TRY(ca_loss_open_point(run, m->design, &point, m->penalty, &loss));
    bool newton = m->design->q <= MOST_NEWTON;
    ca_descent descent = { .max_iter = newton ? m->max_iter : 50 * m->max_iter, .tol = m->tol };
    CA_TRY(newton ? ca_newton(run, &loss, &descent, m->v, gradient)
                  : ca_lbfgs(run, &loss, &descent, m->v, gradient));
    m->n_iter = descent.n_iter;
    m->converged = descent.ending == CA_CONVERGED;
    return CAUCE_OK;
}

/* Residuals cost above 0 where their quantile is 1, and below 0 where it is 0: those of 1 - m and -1 - m for
 * the two classes; for a regression those of y - epsilon - m above, and of y + epsilon - m below. */
static cauce_status fit_kinks(cauce_run *run, ca_machine *m) {
    int64_t n = m->design->n;
    double *first = cauce_scratch(run, n, sizeof *first), *second = cauce_scratch(run, n, sizeof *second);
    double *quantile = cauce_scratch(run, n, sizeof *quantile);
    double *zero = cauce_scratch(run, n, sizeof *zero);
    if (!first || !second || !quantile || !zero) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        quantile[i] = m->regression || m->y[i] > 0 ? 1 : 0;
        first[i] = m->regression ? m->y[i] - m->epsilon : m->y[i];
        second[i] = m->y[i] + m->epsilon;
    }
    ca_pinball problem = { .design = m->design,
                           .side = { { first, quantile }, { second, zero } },
                           .n_sides = m->regression ? 2 : 1,
                           .scale = 1,
                           .ridge = m->penalty,
                           .max_iter = m->max_iter,
                           .v = m->v };
    CA_TRY(ca_pinball_fit(run, &problem));
    m->n_iter = problem.n_iter;
    m->converged = ca_pinball_converged(&problem);
    return CAUCE_OK;
}

cauce_status ca_machine_fit(cauce_run *run, ca_machine *machine) {
    return machine->squared ? fit_squares(run, machine) : fit_kinks(run, machine);
}
