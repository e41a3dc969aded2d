/* Huber's regression: squares for residuals up to epsilon scales, beyond that their size, the scale of the
 * residuals estimated with the coefficients: minimises sum_i w_i (s + s H(r_i / s)) + alpha |coef|^2 over the
 * coefficients, the constant and s, which is convex in all of them (Owen, A robust hybrid of lasso and ridge
 * regression, 2007, doi:10.1090/conm/443/08555). For each s Newton's method ends after finitely many steps;
 * the best s is where the derivative of the optimum with respect to it, which ascends, is 0. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "linear/linear.h"
#include "linear/newton.h"
#include "linear/scaled.h"
#include "math/root.h"

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
    CAUCE_INT(struct huber_params, max_iter, 100, 1, 1000000, "Newton steps at most, for each scale tried."),
    CAUCE_REAL(struct huber_params, alpha, 1e-4, 0.0, 1e300,
               "Strength of the penalty on the squares of the coefficients."),
    CAUCE_BOOL(struct huber_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CAUCE_REAL_ABOVE(struct huber_params, tol, 1e-5, 0.0, 1.0,
                     "Accuracy of the optimum for each scale: the last Newton step must be below tol / 1000, "
                     "relative."),
    CAUCE_END
};

struct huber_state {
    ca_linear linear; /* first: what reads the state takes it for this */
    double scale;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(ca_linear, coef, CAUCE_F64, n_features, "Coefficient of each column."),
    CAUCE_NUMBER_REAL(ca_linear, intercept, "Constant."),
    CAUCE_NUMBER_INT(ca_linear, n_iter, "Newton steps taken, over all scales tried."),
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
        double off = margin[r] - point->y[row + r], size = fabs(off);
        bool inside = size <= epsilon * scale;
        cost[r] = inside ? off * off / scale : epsilon * (2 * size - epsilon * scale);
        slope[r] = inside ? 2 * off / scale : off > 0 ? 2 * epsilon : -2 * epsilon;
        curvature[r] = inside ? 2 / scale : 0;
    }
}

struct fit {
    cauce_run *run;
    const struct huber_params *params;
    ca_design design;
    ca_targets targets;
    ca_point point;
    const double *penalty;
    double *v, *gradient, *margin;
    int64_t n_iter;
    bool out_of_steps;
    cauce_status status;
};

static cauce_status solve_at(cauce_run *run, struct fit *f, double scale) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    ca_loss loss;
    f->point.shape = scale;
    CA_TRY(ca_loss_open_point(run, &f->design, &f->point, f->penalty, &loss));
    ca_descent descent = { .max_iter = f->params->max_iter, .tol = f->params->tol };
    CA_TRY(ca_newton(run, &loss, &descent, f->v, f->gradient));
    f->n_iter += descent.n_iter;
    f->out_of_steps = descent.ending != CA_CONVERGED;
    CA_TRY(ca_loss_margins(run, &f->design, f->v, f->margin));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Derivative of the optimum with respect to the scale: that of the objective at the best coefficients. */
static double derivative(double scale, void *payload) {
    struct fit *f = payload;
    if (f->status == CAUCE_OK) f->status = solve_at(f->run, f, scale);
    if (f->status != CAUCE_OK) return 0;
    double sum = 0, epsilon = f->params->epsilon;
    for (int64_t r = 0; r < f->design.n; r++) {
        double off = (f->margin[r] - f->targets.y[r]) / scale;
        double part = fabs(off) <= epsilon ? 1 - off * off : 1 - epsilon * epsilon;
        sum += f->design.weight ? f->design.weight[r] * part : part;
    }
    return sum;
}

/* Down from a scale that is sure to be too large, so that no system is solved far from the optimum. */
static cauce_status find_scale(struct fit *f, double *scale) {
    enum { STEP = 4 };
    double high = 2;
    while (derivative(high, f) < 0 && f->status == CAUCE_OK && high < 1e12) high *= STEP;
    double low = high / STEP;
    while (derivative(low, f) > 0 && f->status == CAUCE_OK && low > 1e-9) {
        high = low;
        low /= STEP;
    }
    *scale = low;
    if (low > 1e-9 && f->status == CAUCE_OK) *scale = ca_root(derivative, f, low, high);
    derivative(*scale, f);
    return f->status;
}

static cauce_status huber_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct huber_params *p = params;
    struct huber_state *s = state;
    struct fit f = { .run = run, .params = p };
    ca_design *d = &f.design;
    CA_TRY(ca_linear_open(run, train, &s->linear));
    CA_TRY(ca_design_open(run, train, NULL, train->weight, p->fit_intercept, d));
    CA_TRY(ca_design_standardise(run, d, p->fit_intercept, true));
    CA_TRY(ca_targets_scale(run, train, d->weight_sum, p->fit_intercept, &f.targets));
    f.point = (ca_point){ .y = f.targets.y, .at = huber_at, .power = p->epsilon };
    f.penalty = ca_scaled_penalty(run, d, 2 * p->alpha * f.targets.unit);
    f.v = cauce_scratch(run, d->q, sizeof *f.v);
    f.gradient = cauce_scratch(run, d->q, sizeof *f.gradient);
    f.margin = cauce_scratch(run, d->n, sizeof *f.margin);
    if (!f.penalty || !f.v || !f.gradient || !f.margin) return CA_NOMEM(run);
    double scale, norm = 0;
    CA_TRY(find_scale(&f, &scale));
    ca_scaled_back(d, f.v, f.gradient, p->fit_intercept, s->linear.coef, &s->linear.intercept, &norm);
    ca_targets_back(&f.targets, s->linear.n_features, s->linear.coef, &s->linear.intercept);
    s->scale = scale * f.targets.unit;
    s->linear.n_iter = f.n_iter;
    if (f.out_of_steps)
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within max_iter=%lld steps for each scale",
                   (long long)p->max_iter);
    if (scale <= 1e-9)
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
    .tags = CAUCE_TAG_ONEHOT,
    .params_size = sizeof(struct huber_params),
    .params = param_rows,
    .state_size = sizeof(struct huber_state),
    .state = state_rows,
    .state_version = 1,
    .fit = huber_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
