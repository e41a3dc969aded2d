/* Logistic regression: minimises sum_i w_i logloss_i + (|coef|^2 / 2 or |coef|_1 or a mixture of both) / C,
 * the intercept unpenalised; two classes have one row of coefficients, more have one each (multinomial; with
 * the penalty on squares they sum to 0 over the classes; or each against the rest). It stops at the optimum,
 * not when an iteration seems short. */
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "linear/inference.h"
#include "linear/logistic.h"

struct logistic_params {
    int penalty, solver, multi_class;
    double C, tol;
    cauce_value l1_ratio;
    bool fit_intercept;
    cauce_value class_weight;
    int64_t max_iter;
    bool statistics;
    double confidence;
};

enum { CLASSES_AUTO, CLASSES_OVR };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(struct logistic_params, penalty, "l2", CA_LOGISTIC_PENALTIES,
                 "What is penalised: the squares of the coefficients, nothing, their sizes (which makes many "
                 "exactly 0), or both."),
    CAUCE_REAL_ABOVE(struct logistic_params, C, 1.0, 0.0, 1e300,
                     "Inverse strength of the penalty: smaller values pull the coefficients more towards 0."),
    CAUCE_MIXED(struct logistic_params, l1_ratio, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 0, 1,
                0.0, 1.0, NULL, "Share of the penalty on sizes, of penalty=elasticnet."),
    CAUCE_BOOL(struct logistic_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added to the margin."),
    CA_CLASS_WEIGHT_ROW(struct logistic_params),
    CAUCE_CHOICE(
        struct logistic_params, solver, "auto", CA_LOGISTIC_SOLVERS,
        "How the optimum is found; auto takes newton-cholesky up to 3000 unknowns (500 where there are "
        "more columns than rows and a penalty) and lbfgs beyond, and Newton steps by coordinate "
        "descent where sizes are penalised."),
    CAUCE_CHOICE(struct logistic_params, multi_class, "auto", "auto|ovr",
                 "What three classes or more mean: one model of all of them (auto), or each against the rest "
                 "(ovr)."),
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

static cauce_status logistic_check(cauce_run *run, const void *params) {
    const struct logistic_params *p = params;
    CA_TRY(ca_logistic_check(run, p->penalty, p->solver, p->l1_ratio.type != CAUCE_V_NULL));
    if (p->statistics && p->penalty != CA_PENALTY_NONE)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "statistics=true is for penalty=none: penalised coefficients "
                          "have no standard errors");
    return CAUCE_OK;
}

static void keep_worst(ca_descent *all, const ca_descent *one) {
    all->n_iter += one->n_iter;
    if (one->ending != CA_CONVERGED) all->ending = one->ending;
}

/* Each class against the rest; of two classes, and for all classes at once, that is one fit. */
static cauce_status fit_rows(cauce_run *run, const ca_logistic *logistic, const cauce_train *train,
                             const ca_design *d, bool rest, ca_linear_classes *s, ca_descent *descent) {
    int64_t fits = rest ? s->n_rows : 1, vectors = s->n_rows / fits;
    double *v = cauce_scratch(run, vectors, (size_t)d->q * sizeof *v);
    double *gradient = cauce_scratch(run, vectors, (size_t)d->q * sizeof *gradient);
    int32_t *y = cauce_scratch(run, rest ? d->n : 0, sizeof *y);
    if (!v || !gradient || !y) return CA_NOMEM(run);
    *descent = (ca_descent){ .ending = CA_CONVERGED };
    for (int64_t k = 0; k < fits; k++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        ca_descent one;
        memset(v, 0, (size_t)(vectors * d->q) * sizeof *v);
        for (int64_t i = 0; i < d->n && rest; i++) y[i] = train->y_class[i] == k;
        CA_TRY(ca_logistic_minimise(run, logistic, d, rest ? y : train->y_class, rest ? 2 : train->n_classes,
                                    true, &one, v, gradient));
        ca_logistic_back(logistic, d, vectors, v, gradient, s->coef + k * d->p, s->intercept + k,
                         &s->gradient_norm);
        keep_worst(descent, &one);
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

static cauce_status logistic_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct logistic_params *p = params;
    struct logistic_state *all = state;
    ca_linear_classes *s = &all->linear;
    CA_TRY(ca_linear_classes_open(run, train, s));
    if (p->l1_ratio.type != CAUCE_V_NULL && p->penalty != CA_PENALTY_NET)
        cauce_warn(run, "unused_parameter", "l1_ratio changes nothing without penalty=elasticnet");
    if (p->statistics && s->n_rows > 1)
        return cauce_fail(run, CAUCE_E_DATA, "statistics=true is for two classes; the target has %d",
                          (int)train->n_classes);
    const double *weight;
    CA_TRY(ca_class_row_weights(run, &p->class_weight, train, &weight));
    ca_design d;
    ca_descent descent;
    CA_TRY(ca_design_open(run, train, NULL, weight, p->fit_intercept, &d));
    CA_TRY(ca_design_standardise(run, &d, p->fit_intercept, true));
    ca_logistic logistic = { p->penalty,       p->solver,   p->C,  p->l1_ratio.real,
                             p->fit_intercept, p->max_iter, p->tol };
    CA_TRY(fit_rows(run, &logistic, train, &d, p->multi_class == CLASSES_OVR && s->n_rows > 1, s, &descent));
    s->n_iter = descent.n_iter;
    ca_logistic_tell(run, &descent);
    CA_TRY(ca_linear_classes_finite(run, s));
    if (!p->statistics) return CAUCE_OK;
    ca_family binomial = { .logistic = true };
    return ca_inference_of(run, &binomial, train, weight, p->fit_intercept, s->coef, s->intercept[0],
                           p->confidence, &all->inference);
}

static cauce_status logistic_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                   cauce_batch *out, void *scratch) {
    const struct logistic_params *p = self->params;
    return ca_logistic_probabilities(run, self->state, p->multi_class == CLASSES_OVR, self->in, in,
                                     cauce_block_values(&out->blocks[0]), out->blocks[0].stride, scratch);
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
    .summary = "Linear model of the log-odds of the classes, with a penalty on squares, sizes or both.",
    .reference = "Nocedal and Wright, Numerical Optimization, 2006, doi:10.1007/978-0-387-40065-5",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_LOGIT,
    .params_size = sizeof(struct logistic_params),
    .params = param_rows,
    .state_size = sizeof(struct logistic_state),
    .state = state_rows,
    .state_version = 1,
    .check = logistic_check,
    .fit = logistic_fit,
    .bind = ca_logistic_bind,
    .apply = logistic_apply,
    .verify = logistic_verify,
};
