#include <math.h>
#include <string.h>

#include "linear/coarse.h"
#include "linear/newton.h"

enum { PAIRS = 20, LEAST_PAIRS = 6, MOST_TRIALS = 40 };

/* Of values: where all is double, from the coarse copy alone, and near a reference. */
#define EXACT_ROUNDING 1e-12
#define FIRST_ROUNDING 1e-8
#define NEAR_ROUNDING  1e-10
/* So far the copy leads from one reference to the next. Where not even half of the gradient is gone there,
 * the problem asks for more digits than the copy has. */
#define STAGE 1e-5
#define STUCK 0.5

struct lbfgs {
    ca_loss *loss;
    int64_t size, pairs, stored;
    double *metric; /* size: inverse of the diagonal that stands for the Hessian */
    double *step, *trial, *trial_gradient;
    float *moved, *turned; /* pairs x size: differences of points and of gradients, over their largest */
    double product[PAIRS]; /* moved . turned */
    double unit[PAIRS];    /* the largest of the one over that of the other */
    ca_coarse coarse;      /* rows: NULL where every pass is exact */
    bool exact;            /* value and gradient at hand are exact */
    double last;           /* the gradient's norm when they last were, or at the start */
    double rounding;       /* of values, relative */
};

static double dot(int64_t n, const double *x, const double *y) {
    double lane[4] = { 0 };
    int64_t whole = n / 4 * 4;
    for (int64_t i = 0; i < whole; i += 4)
        for (int l = 0; l < 4; l++) lane[l] += x[i + l] * y[i + l];
    for (int64_t i = whole; i < n; i++) lane[0] += x[i] * y[i];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

static double mixed_dot(int64_t n, const float *x, const double *y) {
    double lane[4] = { 0 };
    int64_t whole = n / 4 * 4;
    for (int64_t i = 0; i < whole; i += 4)
        for (int l = 0; l < 4; l++) lane[l] += (double)x[i + l] * y[i + l];
    for (int64_t i = whole; i < n; i++) lane[0] += (double)x[i] * y[i];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

static void mixed_add(int64_t n, double a, const float *x, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] += a * (double)x[i];
}

/* The diagonal of the Hessian at v = 0: a quarter of the weighted squares, and the penalty. */
static cauce_status set_metric(cauce_run *run, struct lbfgs *l) {
    const ca_design *d = l->loss->design;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    if (!levels) return CA_NOMEM(run);
    CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t i = 0; i < l->size; i++) {
        int64_t j = i % d->q;
        double squares = j < d->n_packed ? d->weight_sum * (d->inverse[j] > 0) : levels[j - d->n_packed];
        double diagonal = squares / 4 + l->loss->penalty[j];
        l->metric[i] = diagonal > 0 ? 1 / diagonal : 0;
    }
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* As many as take an eighth of what the rows take, where the levels of a few columns are thousands of
 * unknowns.
 */
static int64_t pairs_for(const ca_design *d, int64_t size) {
    const int64_t pairs = ca_design_bytes(d) / 8 / (2 * size * (int64_t)sizeof(float));
    return pairs < LEAST_PAIRS ? LEAST_PAIRS : pairs < PAIRS ? pairs : PAIRS;
}

static cauce_status lbfgs_open(cauce_run *run, ca_loss *loss, struct lbfgs *l) {
    *l = (struct lbfgs){ .loss = loss, .size = loss->design->q * loss->vectors };
    l->pairs = pairs_for(loss->design, l->size);
    l->metric = cauce_scratch(run, l->size, sizeof(double));
    l->step = cauce_scratch(run, l->size, sizeof(double));
    l->trial = cauce_scratch(run, l->size, sizeof(double));
    l->trial_gradient = cauce_scratch(run, l->size, sizeof(double));
    l->moved = cauce_scratch(run, l->pairs * l->size, sizeof(float));
    l->turned = cauce_scratch(run, l->pairs * l->size, sizeof(float));
    if (!l->metric || !l->step || !l->trial || !l->trial_gradient || !l->moved || !l->turned)
        return CA_NOMEM(run);
    if (ca_coarse_suit(loss->design)) CA_TRY(ca_coarse_open(run, loss, &l->coarse));
    CA_TRY(set_metric(run, l));
    l->rounding = l->coarse.rows ? FIRST_ROUNDING : EXACT_ROUNDING;
    return CAUCE_OK;
}

static cauce_status evaluate(cauce_run *run, struct lbfgs *l, const double *v, double *value,
                             double *gradient) {
    l->exact = !l->coarse.rows;
    return l->exact ? ca_loss_at(run, l->loss, v, value, gradient)
                    : ca_coarse_at(run, &l->coarse, v, value, gradient);
}

/* step = - (inverse Hessian as the stored pairs tell) gradient: the two-loop recursion, in which the units of
 * a pair cancel but for their ratio. */
static void lbfgs_step(struct lbfgs *l, const double *gradient) {
    double along[PAIRS];
    int64_t have = l->stored < l->pairs ? l->stored : l->pairs;
    for (int64_t i = 0; i < l->size; i++) l->step[i] = -gradient[i];
    for (int64_t k = 1; k <= have; k++) {
        int64_t at = (l->stored - k) % l->pairs;
        along[at] = mixed_dot(l->size, l->moved + at * l->size, l->step) / l->product[at];
        mixed_add(l->size, -along[at], l->turned + at * l->size, l->step);
    }
    double scale = 1;
    if (have > 0) { /* fits the metric to the newest pair */
        int64_t at = (l->stored - 1) % l->pairs;
        const float *turned = l->turned + at * l->size;
        double squares = 0;
        for (int64_t i = 0; i < l->size; i++) squares += (double)turned[i] * (double)turned[i] * l->metric[i];
        scale = squares > 0 ? l->unit[at] * l->product[at] / squares : 1;
    }
    for (int64_t i = 0; i < l->size; i++) l->step[i] *= l->metric[i] * scale;
    for (int64_t k = have; k >= 1; k--) {
        int64_t at = (l->stored - k) % l->pairs;
        double back =
            l->unit[at] * along[at] - mixed_dot(l->size, l->turned + at * l->size, l->step) / l->product[at];
        mixed_add(l->size, back, l->moved + at * l->size, l->step);
    }
}

/* A step length with the strong Wolfe conditions, by bracketing and the secant of the slopes (the objective
 * is convex). Near the optimum the values are rounding; there the slopes alone decide (the approximate Wolfe
 * conditions of Hager and Zhang 2005, doi:10.1137/030601880). *length is 0 when none is found. */
static cauce_status wolfe(cauce_run *run, struct lbfgs *l, const double *v, double slope, double *value,
                          double *length) {
    double low = 0, low_slope = slope, high = INFINITY, high_slope = 0, t = 1;
    double rounding = l->rounding * fabs(*value);
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
        for (int64_t i = 0; i < l->size; i++) l->trial[i] = v[i] + t * l->step[i];
        double f;
        CA_TRY(evaluate(run, l, l->trial, &f, l->trial_gradient));
        double s = dot(l->size, l->trial_gradient, l->step);
        bool falls = f <= *value + 1e-4 * t * slope || (f <= *value + rounding && s <= -0.9998 * slope);
        if (falls && fabs(s) <= -0.9 * slope) {
            *value = f;
            *length = t;
            return CAUCE_OK;
        }
        if (!falls || s > 0) {
            high = t;
            high_slope = s;
        } else {
            low = t;
            low_slope = s;
        }
        if (isinf(high)) {
            t *= 4;
            continue;
        }
        double share = high_slope > low_slope ? low_slope / (low_slope - high_slope) : 0.5;
        t = low + (high - low) * fmin(fmax(isfinite(share) ? share : 0.5, 0.05), 0.95);
    }
    *length = 0;
    return CAUCE_OK;
}

static double largest_difference(int64_t n, const double *x, const double *y) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fabs(x[i] - y[i]) > most ? fabs(x[i] - y[i]) : most;
    return most;
}

/* Single precision is enough for pairs, which are estimates of the curvature. */
static void remember(struct lbfgs *l, const double *v, const double *gradient) {
    int64_t at = l->stored % l->pairs;
    float *moved = l->moved + at * l->size, *turned = l->turned + at * l->size;
    double far = largest_difference(l->size, l->trial, v), product = 0;
    double much = largest_difference(l->size, l->trial_gradient, gradient);
    if (!(far > 0 && much > 0 && isfinite(far) && isfinite(much))) return;
    for (int64_t i = 0; i < l->size; i++) {
        moved[i] = (float)((l->trial[i] - v[i]) / far);
        turned[i] = (float)((l->trial_gradient[i] - gradient[i]) / much);
        product += (double)moved[i] * (double)turned[i];
    }
    l->product[at] = product;
    l->unit[at] = far / much;
    if (product > 0) l->stored++;
}

static double metric_norm(const struct lbfgs *l, const double *gradient) {
    double sum = 0;
    for (int64_t i = 0; i < l->size; i++) sum += gradient[i] * gradient[i] * l->metric[i];
    return sqrt(sum);
}

/* Makes value and gradient at v exact. Where the copy led nowhere, passes are exact from here on. */
static cauce_status refer(cauce_run *run, struct lbfgs *l, double goal, const double *v, double *value,
                          double *gradient) {
    CA_TRY(ca_coarse_refer(run, &l->coarse, v, value, gradient));
    l->exact = true;
    const double norm = metric_norm(l, gradient);
    l->rounding = NEAR_ROUNDING;
    if (norm > goal && !(norm <= STUCK * l->last)) {
        l->coarse.rows = NULL;
        l->rounding = EXACT_ROUNDING;
        CA_TRY(ca_loss_keep_rows(run, l->loss));
    }
    l->last = norm;
    return CAUCE_OK;
}

/* Whether the gradient is below the goal; where it seems so, or has come far, it is computed exactly. */
static cauce_status arrived(cauce_run *run, struct lbfgs *l, double goal, const double *v, double *value,
                            double *gradient, bool *done) {
    double norm = metric_norm(l, gradient);
    if (!l->exact && norm <= fmax(goal, STAGE * l->last)) {
        CA_TRY(refer(run, l, goal, v, value, gradient));
        norm = l->last;
    }
    *done = l->exact && norm <= goal;
    return CAUCE_OK;
}

cauce_status ca_lbfgs(cauce_run *run, ca_loss *loss, ca_descent *descent, double *v, double *gradient) {
    struct lbfgs l;
    CA_TRY(lbfgs_open(run, loss, &l));
    double value, goal = 1e-6 * descent->tol * sqrt(loss->design->weight_sum);
    CA_TRY(evaluate(run, &l, v, &value, gradient));
    l.last = metric_norm(&l, gradient);
    descent->ending = CA_OUT_OF_STEPS;
    bool restarted = false;
    for (descent->n_iter = 0;; descent->n_iter++) {
        CA_TRY(cauce_check_cancel(run));
        bool done;
        CA_TRY(arrived(run, &l, goal, v, &value, gradient, &done));
        if (done) {
            descent->ending = CA_CONVERGED;
            break;
        }
        if (descent->n_iter >= descent->max_iter) break;
        lbfgs_step(&l, gradient);
        double slope = dot(l.size, gradient, l.step), length = 0;
        if (slope < 0) CA_TRY(wolfe(run, &l, v, slope, &value, &length));
        if (length == 0) { /* once more along the plain gradient, then it is rounding */
            if (!l.exact) CA_TRY(refer(run, &l, goal, v, &value, gradient));
            if (restarted) {
                if (metric_norm(&l, gradient) <= 1e4 * goal) descent->ending = CA_CONVERGED;
                break;
            }
            restarted = true;
            l.stored = 0;
            continue;
        }
        restarted = false;
        remember(&l, v, gradient);
        memcpy(v, l.trial, (size_t)l.size * sizeof *v);
        memcpy(gradient, l.trial_gradient, (size_t)l.size * sizeof *v);
    }
    /* Without a penalty and without an optimum the gradient still fades; the model is then certain of rows.
     */
    bool certain = loss->sharpest < (descent->ending == CA_CONVERGED ? 1e-12 : 1e-8);
    if (certain && !ca_loss_penalised(loss)) descent->ending = CA_SEPARATED;
    return CAUCE_OK;
}
