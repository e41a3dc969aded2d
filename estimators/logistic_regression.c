/* Logistic regression: minimises sum_i w_i logloss_i + |coef|^2 / (2 C), the intercept unpenalised; two
 * classes have one row of coefficients, more have one each (multinomial; with the penalty they sum to 0 over
 * the classes). It stops at the optimum, not when an iteration seems short. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "linear/classes.h"
#include "linear/inference.h"
#include "linear/margin.h"
#include "linear/newton.h"
#include "linear/scaled.h"
#include "math/special.h"

struct logistic_params {
    int penalty, solver;
    double C, tol;
    bool fit_intercept;
    cauce_value class_weight;
    int64_t max_iter;
    bool statistics;
    double confidence;
};

enum { PENALTY_L2, PENALTY_NONE };
enum { SOLVER_AUTO, SOLVER_NEWTON, SOLVER_LBFGS };
/* Beyond this many unknowns the Hessian costs more than it saves. */
enum { MOST_NEWTON = 3000 };
enum { LEAST_SAMPLE = 4096 };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(struct logistic_params, penalty, "l2", "l2|none",
                 "Whether the squares of the coefficients are penalised."),
    CAUCE_REAL_ABOVE(struct logistic_params, C, 1.0, 0.0, 1e300,
                     "Inverse strength of the penalty: smaller values pull the coefficients more towards 0."),
    CAUCE_BOOL(struct logistic_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added to the margin."),
    CA_CLASS_WEIGHT_ROW(struct logistic_params),
    CAUCE_CHOICE(
        struct logistic_params, solver, "auto", "auto|newton-cholesky|lbfgs",
        "How the optimum is found; auto takes newton-cholesky up to 3000 unknowns and lbfgs beyond."),
    CAUCE_INT(struct logistic_params, max_iter, 100, 1, 1000000,
              "Newton steps at most; lbfgs, whose steps are much cheaper, may take fifty times as many."),
    CAUCE_REAL_ABOVE(
        struct logistic_params, tol, 1e-4, 0.0, 1.0,
        "Accuracy of the optimum: the last Newton step must be below tol / 1000 (which leaves an "
        "error of about its square), the gradient of lbfgs below 1e-6 tol, both relative."),
    CA_INFERENCE_PARAMS(struct logistic_params),
    CAUCE_END
};

struct logistic_state {
    ca_linear_classes linear; /* first: what reads the state takes it for this */
    ca_inference inference;
};

static const cauce_state state_rows[] = {
    CA_LINEAR_CLASSES_ROWS, CAUCE_NUMBER_INT(ca_linear_classes, n_iter, "Steps taken over all rows."),
    CAUCE_NUMBER_REAL(ca_linear_classes, gradient_norm,
                      "Largest element of the objective's gradient at the solution."),
    CA_INFERENCE_ROWS(struct logistic_state), CAUCE_STATE_END
};

/* ---- Fitting ------------------------------------------------------------------------------------------- */

struct search {
    const struct logistic_params *params;
    const double *penalty;
    int32_t n_classes;
    bool newton;
};

static cauce_status descend(cauce_run *run, const struct search *search, const ca_design *d, const int32_t *y,
                            const double *penalty, ca_descent *descent, double *v, double *gradient) {
    ca_loss loss;
    CA_TRY(ca_loss_open(run, d, y, search->n_classes, penalty, search->newton, &loss));
    return search->newton ? ca_newton(run, &loss, descent, v, gradient)
                          : ca_lbfgs(run, &loss, descent, v, gradient);
}

/* Starts many rows from the optimum of a sample of them: roughly right coefficients save most of the passes
 * over all rows. The optimum is the same; where the sample has none, the start stays at 0. */
static cauce_status start_from_sample(cauce_run *run, const struct search *search, const ca_design *d,
                                      const int32_t *y, double *v, double *gradient) {
    int64_t vectors = search->n_classes > 2 ? search->n_classes : 1, size = d->q * vectors;
    int64_t rows = d->n / 16;
    if (rows < LEAST_SAMPLE) rows = LEAST_SAMPLE;
    if (rows < 20 * size) rows = 20 * size;
    int64_t every = d->n / rows;
    if (every < 4) return CAUCE_OK;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    ca_design sample;
    int32_t *y_sample;
    CA_TRY(ca_design_sample(run, d, y, every, &sample, &y_sample));
    double *penalty = cauce_scratch(run, d->q, sizeof *penalty);
    if (!penalty) return CA_NOMEM(run);
    double share = sample.weight_sum / d->weight_sum;
    for (int64_t j = 0; j < d->q; j++) penalty[j] = search->penalty[j] * share;
    /* a hundredth of a standard deviation is as near as a sample can tell */
    ca_descent rough = { .max_iter = search->newton ? 15 : 100, .tol = search->newton ? 10 : 1e3 };
    CA_TRY(descend(run, search, &sample, y_sample, penalty, &rough, v, gradient));
    if (rough.ending != CA_CONVERGED) memset(v, 0, (size_t)size * sizeof *v);
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static cauce_status minimise(cauce_run *run, const struct logistic_params *p, const cauce_train *train,
                             const ca_design *d, ca_descent *descent, double *v, double *gradient) {
    int64_t unknowns = d->q * (train->n_classes > 2 ? train->n_classes : 1);
    bool newton = p->solver == SOLVER_NEWTON || (p->solver == SOLVER_AUTO && unknowns <= MOST_NEWTON);
    double strength = p->penalty == PENALTY_L2 ? 1 / p->C : 0;
    struct search search = { p, ca_scaled_penalty(run, d, strength), train->n_classes, newton };
    if (!search.penalty) return CA_NOMEM(run);
    if (!newton) descent->max_iter *= 50;
    CA_TRY(start_from_sample(run, &search, d, train->y_class, v, gradient));
    return descend(run, &search, d, train->y_class, search.penalty, descent, v, gradient);
}

/* The classes' coefficients sum to 0 (what rounding left is taken away). */
static void centre_classes(int64_t q, int64_t vectors, double *v) {
    for (int64_t j = 0; j < q; j++) {
        double sum = 0;
        for (int64_t c = 0; c < vectors; c++) sum += v[c * q + j];
        for (int64_t c = 0; c < vectors; c++) v[c * q + j] -= sum / (double)vectors;
    }
}

static void tell(cauce_run *run, const ca_descent *descent) {
    if (descent->ending == CA_OUT_OF_STEPS)
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within %lld steps; raise max_iter or scale the features",
                   (long long)descent->n_iter);
    if (descent->ending == CA_SEPARATED)
        cauce_warn(run, "separation",
                   "the features tell some classes apart perfectly: without a (stronger) penalty the "
                   "coefficients have no finite optimum; large ones are kept");
}

static cauce_status logistic_check(cauce_run *run, const void *params) {
    const struct logistic_params *p = params;
    if (p->statistics && p->penalty != PENALTY_NONE)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "statistics=true is for penalty=none: penalised coefficients "
                          "have no standard errors");
    return CAUCE_OK;
}

static cauce_status logistic_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct logistic_params *p = params;
    struct logistic_state *all = state;
    ca_linear_classes *s = &all->linear;
    CA_TRY(ca_linear_classes_open(run, train, s));
    if (p->statistics && s->n_rows > 1)
        return cauce_fail(run, CAUCE_E_DATA, "statistics=true is for two classes; the target has %d",
                          (int)train->n_classes);
    const double *weight;
    CA_TRY(ca_class_row_weights(run, &p->class_weight, train, &weight));
    ca_design d;
    CA_TRY(ca_design_open(run, train, NULL, weight, p->fit_intercept, &d));
    CA_TRY(ca_design_standardise(run, &d, p->fit_intercept, true));
    double *v = cauce_scratch(run, s->n_rows, (size_t)d.q * sizeof *v);
    double *gradient = cauce_scratch(run, s->n_rows, (size_t)d.q * sizeof *gradient);
    if (!v || !gradient) return CA_NOMEM(run);
    ca_descent descent = { .max_iter = p->max_iter, .tol = p->tol };
    CA_TRY(minimise(run, p, train, &d, &descent, v, gradient));
    if (s->n_rows > 1) centre_classes(d.q, s->n_rows, v);
    for (int64_t c = 0; c < s->n_rows; c++)
        ca_scaled_back(&d, v + c * d.q, gradient + c * d.q, p->fit_intercept, s->coef + c * d.p,
                       &s->intercept[c], &s->gradient_norm);
    s->n_iter = descent.n_iter;
    tell(run, &descent);
    CA_TRY(ca_linear_classes_finite(run, s));
    if (!p->statistics) return CAUCE_OK;
    ca_family binomial = { .logistic = true };
    return ca_inference_of(run, &binomial, train, weight, p->fit_intercept, s->coef, s->intercept[0],
                           p->confidence, &all->inference);
}

/* ---- Applying ------------------------------------------------------------------------------------------ */

static void apply_two(const ca_linear_classes *s, const cauce_schema *schema, const cauce_batch *in,
                      double *out, int64_t stride) {
    double *first = out, *second = out + stride;
    ca_margin(schema, in, s->coef, s->intercept[0], second);
    for (int64_t r = 0; r < in->n_rows; r++) first[r] = -second[r];
    ca_expit_many(in->n_rows, first, first);
    ca_expit_many(in->n_rows, second, second);
}

static void apply_many(const ca_linear_classes *s, const cauce_schema *schema, const cauce_batch *in,
                       double *out, int64_t stride, double *top, double *total) {
    int64_t rows = in->n_rows;
    for (int64_t c = 0; c < s->n_rows; c++) {
        double *margin = out + c * stride;
        ca_margin(schema, in, s->coef + c * s->n_features, s->intercept[c], margin);
        for (int64_t r = 0; r < rows; r++) top[r] = c == 0 || margin[r] > top[r] ? margin[r] : top[r];
    }
    for (int64_t r = 0; r < rows; r++) total[r] = 0;
    for (int64_t c = 0; c < s->n_rows; c++) {
        double *p = out + c * stride;
        for (int64_t r = 0; r < rows; r++) p[r] -= top[r];
        ca_exp_many(rows, p, p);
        for (int64_t r = 0; r < rows; r++) total[r] += p[r];
    }
    for (int64_t c = 0; c < s->n_rows; c++)
        for (int64_t r = 0; r < rows; r++) out[c * stride + r] /= total[r];
}

static cauce_status logistic_bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    cauce_field *field = cauce_bind_fields(run, binding, 1);
    if (!field) return CA_NOMEM(run);
    field->name = "probability";
    field->width = self->n_classes;
    field->labels = self->classes;
    binding->block_rows = 256;
    binding->scratch = (size_t)(2 * binding->block_rows) * sizeof(double);
    return CAUCE_OK;
}

static cauce_status logistic_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                   cauce_batch *out, void *scratch) {
    (void)run;
    const ca_linear_classes *s = self->state;
    double *p = cauce_block_values(&out->blocks[0]), *top = scratch;
    int64_t stride = out->blocks[0].stride;
    if (s->n_rows == 1)
        apply_two(s, self->in, in, p, stride);
    else
        apply_many(s, self->in, in, p, stride, top, top + in->n_rows);
    return CAUCE_OK;
}

static cauce_status logistic_verify(cauce_run *run, const cauce_fitted *self) {
    const struct logistic_state *s = self->state;
    CA_TRY(ca_linear_classes_verify(run, self));
    return ca_inference_verify(run, &s->inference, s->linear.n_features);
}

const cauce_component cauce_logistic_regression = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "logistic_regression",
    .summary = "Linear model of the log-odds of the classes, with an L2 penalty.",
    .reference = "Nocedal and Wright, Numerical Optimization, 2006, doi:10.1007/978-0-387-40065-5",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_ONEHOT,
    .params_size = sizeof(struct logistic_params),
    .params = param_rows,
    .state_size = sizeof(struct logistic_state),
    .state = state_rows,
    .state_version = 1,
    .check = logistic_check,
    .fit = logistic_fit,
    .bind = logistic_bind,
    .apply = logistic_apply,
    .verify = logistic_verify,
};
