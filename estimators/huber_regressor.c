/* Huber's regression: squares for residuals up to epsilon scales, beyond that their size, the scale of the
 * residuals estimated with the coefficients: minimises sum_i w_i (s + s H(r_i / s)) + alpha |coef|^2 over the
 * coefficients, the constant and s, which is convex in all of them (Owen, A robust hybrid of lasso and ridge
 * regression, 2007, doi:10.1090/conm/443/08555): Newton's method in all of them together. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "linear/cholesky.h"
#include "linear/linear.h"
#include "linear/loss.h"
#include "linear/scaled.h"

struct huber_params {
    double epsilon, alpha;
    int64_t max_iter;
    bool fit_intercept;
    double tol;
};

static const cauce_param param_rows[] = {
    CAUCE_REAL(struct huber_params, epsilon, 1.35, 1.0, 1e6,
               "Residuals beyond this many scales count by their size instead of their square; 1.35 keeps "
               "95 % of the efficiency of least squares for normal residuals."),
    CAUCE_INT(struct huber_params, max_iter, 100, 1, 1000000, "Newton steps at most."),
    CAUCE_REAL(struct huber_params, alpha, 1e-4, 0.0, 1e300,
               "Strength of the penalty on the squares of the coefficients."),
    CAUCE_BOOL(struct huber_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CAUCE_REAL_ABOVE(struct huber_params, tol, 1e-5, 0.0, 1.0,
                     "Accuracy of the optimum: the last Newton step must be below tol / 10000, relative."),
    CAUCE_END
};

struct huber_state {
    ca_linear linear; /* first: what reads the state takes it for this */
    double scale;
};

static const cauce_state state_rows[] = {
    CA_LINEAR_ROWS, CAUCE_NUMBER_INT(ca_linear, n_iter, "Newton steps taken."),
    CAUCE_NUMBER_REAL(struct huber_state, scale,
                      "Scale of the residuals: beyond epsilon times this they are outliers."),
    CAUCE_STATE_END
};

/* shape: the scale; power: epsilon. */
static void huber_at(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
                     double *slope, double *curvature, double *faintest) {
    (void)faintest;
    double scale = point->shape, epsilon = point->power;
    for (int64_t r = 0; r < rows; r++) {
        double off = margin[r] - ca_target_at(&point->target, row + r), size = fabs(off);
        bool inside = size <= epsilon * scale;
        cost[r] = inside ? off * off / scale : epsilon * (2 * size - epsilon * scale);
        slope[r] = inside ? 2 * off / scale : off > 0 ? 2 * epsilon : -2 * epsilon;
        curvature[r] = inside ? 2 / scale : 0;
    }
}

struct fit {
    const struct huber_params *params;
    ca_design design;
    ca_targets targets;
    ca_point point; /* shape: the scale at which it was looked at last */
    ca_loss loss;
    ca_gram gram;
    int64_t q;            /* coefficients; the scale is unknown number q */
    double *x, *gradient; /* q + 1 */
    double *trial, *step; /* q + 1 */
    double *hessian;      /* (q + 1) x (q + 1) */
    double value;
};

static cauce_status fit_open(cauce_run *run, struct fit *f, double strength) {
    const ca_design *d = &f->design;
    f->q = d->q;
    double *penalty = ca_scaled_penalty(run, d, strength);
    double **vectors[] = { &f->x, &f->gradient, &f->trial, &f->step };
    for (int k = 0; k < 4; k++)
        if (!(*vectors[k] = cauce_scratch(run, f->q + 1, sizeof(double)))) return CA_NOMEM(run);
    f->hessian = cauce_scratch(run, f->q + 1, (size_t)(f->q + 1) * sizeof(double));
    if (!penalty || !f->hessian) return CA_NOMEM(run);
    CA_TRY(ca_loss_open_point(run, d, &f->point, penalty, true, &f->loss));
    return ca_gram_open(run, d, &f->gram);
}

static cauce_status value_at(cauce_run *run, struct fit *f, const double *x, double *value) {
    f->point.shape = x[f->q];
    CA_TRY(ca_loss_at(run, &f->loss, x, value, f->gradient));
    *value += f->design.weight_sum * x[f->q];
    return CAUCE_OK;
}

/* Derivatives with respect to the scale: sums of the first and the second, and what times z is the mixed one.
 */
static void scale_rows(void *payload, ca_sweep_tile t) {
    const struct fit *f = payload;
    const double scale = f->point.shape, epsilon = f->point.power, *weight = f->design.weight;
    for (int64_t r = 0; r < t.rows; r++) {
        double off = (t.margin[r] - ca_target_at(&f->point.target, t.row + r)) / scale;
        double w = weight ? weight[t.row + r] : 1;
        bool inside = fabs(off) <= epsilon;
        t.own[0] += w * (1 - (inside ? off * off : epsilon * epsilon));
        t.own[1] += inside ? w * 2 * off * off / scale : 0;
        t.number[r] = inside ? -2 * w * off / scale : 0;
    }
}

/* Derivatives with respect to the scale, and the matrix of all second ones, at the last point of value_at.
 * Rows beyond epsilon scales have no second derivatives. */
static cauce_status derivatives_at(cauce_run *run, struct fit *f, const double *x) {
    int64_t q = f->q, size = q + 1;
    double own[2];
    ca_sweep pass = { .design = &f->design,
                      .n_in = 1,
                      .n_out = 1,
                      .n_total = 2,
                      .v = x,
                      .rows = scale_rows,
                      .payload = f,
                      .sum = f->step,
                      .own = own };
    CA_TRY(ca_loss_hessian(run, &f->loss, &f->gram, f->gram.partial));
    for (int64_t j = 0; j < q; j++)
        for (int64_t i = j; i < q; i++) f->hessian[i + j * size] = f->gram.partial[i + j * q];
    CA_TRY(ca_sweep_run(run, &pass));
    f->gradient[q] = own[0];
    for (int64_t j = 0; j < q; j++) f->hessian[q + j * size] = f->step[j];
    f->hessian[q + q * size] = own[1];
    return CAUCE_OK;
}

/* step = - hessian^-1 gradient; the scale stays above a fifth of itself. */
static cauce_status newton_step(cauce_run *run, struct fit *f) {
    int64_t size = f->q + 1;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *metric = cauce_scratch(run, size, sizeof *metric);
    if (!metric) return CA_NOMEM(run);
    for (int64_t j = 0; j < size; j++) {
        double diagonal = f->hessian[j * (size + 1)];
        metric[j] = diagonal > 0 ? 1 / sqrt(diagonal) : 1;
        if (!(diagonal > 0)) f->hessian[j * (size + 1)] = 1; /* no row inside says anything of it */
    }
    for (int64_t j = 0; j < size; j++) {
        f->step[j] = -f->gradient[j] * metric[j];
        for (int64_t i = j; i < size; i++) f->hessian[i + j * size] *= metric[i] * metric[j];
    }
    bool solved;
    CA_TRY(ca_spd_solve(run, size, f->hessian, f->step, 1e-13, &solved));
    if (!solved) { /* with all residuals inside, the objective is a line towards them all 0: a long step */
        for (int64_t j = 0; j < size; j++) f->hessian[j * (size + 1)] += 1e-8;
        CA_TRY(ca_spd_solve(run, size, f->hessian, f->step, 1e-13, &solved));
    }
    if (!solved) CA_TRY(ca_psd_solve(run, size, f->hessian, f->step));
    for (int64_t j = 0; j < size; j++) f->step[j] *= metric[j];
    double most = 0.8 * f->x[f->q] / fmax(-f->step[f->q], 1e-300);
    for (int64_t j = 0; j < size && most < 1; j++) f->step[j] *= most;
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Goes along the step as far as the objective falls; *length is 0 when it does not. */
static cauce_status search(cauce_run *run, struct fit *f, double slope, double *length) {
    double rounding = 1e-12 * fabs(f->value), value;
    for (*length = 1; *length > 1e-12; *length /= 2) {
        for (int64_t j = 0; j <= f->q; j++) f->trial[j] = f->x[j] + *length * f->step[j];
        CA_TRY(value_at(run, f, f->trial, &value));
        if (value <= f->value + 1e-4 * *length * slope ||
            (-slope <= rounding && value <= f->value + rounding)) {
            memcpy(f->x, f->trial, (size_t)(f->q + 1) * sizeof *f->x);
            f->value = value;
            return CAUCE_OK;
        }
    }
    *length = 0;
    return CAUCE_OK;
}

/* How far a step of `length` goes, relative to the coefficients and to the scale. */
static double change(const struct fit *f, double length) {
    double step = 0, size = 1;
    for (int64_t j = 0; j < f->q; j++) {
        step = fmax(step, fabs(f->step[j]));
        size = fmax(size, fabs(f->x[j]));
    }
    return length * fmax(step / size, fabs(f->step[f->q]) / f->x[f->q]);
}

/* Where the scale goes to 0, rows are met exactly and there is no optimum with a scale above it. */
#define LEAST_SCALE 1e-9

static cauce_status minimise(cauce_run *run, struct fit *f, int64_t *n_iter, bool *converged) {
    double moved = INFINITY, length;
    f->x[f->q] = 1;
    CA_TRY(value_at(run, f, f->x, &f->value));
    *converged = false;
    for (*n_iter = 0; *n_iter < f->params->max_iter && !*converged; ++*n_iter) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(derivatives_at(run, f, f->x));
        CA_TRY(newton_step(run, f));
        double slope = 0;
        for (int64_t j = 0; j <= f->q; j++) slope += f->gradient[j] * f->step[j];
        length = 0;
        if (slope < 0) CA_TRY(search(run, f, slope, &length));
        if (length == 0) { /* the gradient is rounding, there is no way further down */
            *converged = moved <= f->params->tol || -slope <= 1e-13 * fabs(f->value);
            break;
        }
        moved = change(f, length);
        *converged = moved <= 1e-4 * f->params->tol || f->x[f->q] < LEAST_SCALE;
    }
    return CAUCE_OK;
}

static cauce_status huber_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct huber_params *p = params;
    struct huber_state *s = state;
    struct fit f = { .params = p };
    ca_design *d = &f.design;
    CA_TRY(ca_linear_open(run, train, &s->linear));
    CA_TRY(ca_design_open(run, train, NULL, train->weight, p->fit_intercept, d));
    CA_TRY(ca_design_standardise(run, d, p->fit_intercept, true));
    ca_targets_units(train, d->weight_sum, p->fit_intercept, &f.targets);
    f.point = (ca_point){ .target = { .y = train->y, .from = f.targets.shift, .unit = f.targets.unit },
                          .at = huber_at,
                          .power = p->epsilon };
    CA_TRY(fit_open(run, &f, 2 * p->alpha * f.targets.unit));
    bool converged;
    CA_TRY(minimise(run, &f, &s->linear.n_iter, &converged));
    ca_scaled_back(d, f.x, NULL, p->fit_intercept, s->linear.coef, &s->linear.intercept, NULL);
    ca_targets_back(&f.targets, s->linear.n_features, s->linear.coef, &s->linear.intercept);
    s->scale = f.x[f.q] * f.targets.unit;
    if (!converged)
        cauce_warn(run, "no_convergence", "the optimum was not reached within %lld steps; raise max_iter",
                   (long long)s->linear.n_iter);
    if (f.x[f.q] < LEAST_SCALE)
        cauce_warn(run, "exact_fit",
                   "so many targets are met exactly that the scale of the residuals is 0: nothing tells "
                   "outliers from the rest");
    return ca_linear_finite(run, &s->linear);
}

const cauce_component cauce_huber_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "huber_regressor",
    .summary =
        "Linear regression in which targets far from the line count by their distance, not its square.",
    .reference = "Owen, A robust hybrid of lasso and ridge regression, 2007, doi:10.1090/conm/443/08555",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES,
    .params_size = sizeof(struct huber_params),
    .params = param_rows,
    .state_size = sizeof(struct huber_state),
    .state = state_rows,
    .state_version = 1,
    .fit = huber_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
