/* Regressions for counts, for positive numbers, and between: mean half deviances with an L2 penalty, solved
 * to the optimum. */
#include "base/run.h"
#include "linear/glm.h"
#include "linear/inference.h"
#include "linear/linear.h"
#include "linear/margin.h"
#include "linear/scaled.h"
#include "math/special.h"

struct glm_params {
    double alpha;
    bool fit_intercept;
    int solver;
    int64_t max_iter;
    double tol;
    bool statistics;
    double confidence;
    double power; /* of tweedie_regressor alone, as is the link */
    int link;
};

enum { LINK_AUTO, LINK_IDENTITY, LINK_LOG };

#define SHARED_PARAMS                                                                                        \
    CAUCE_REAL(struct glm_params, alpha, 1.0, 0.0, 1e300,                                                    \
               "Strength of the penalty on half the squares of the coefficients; 0 is maximum likelihood."), \
        CAUCE_BOOL(struct glm_params, fit_intercept, true,                                                   \
                   "Whether a constant, which is never penalised, is added."),                               \
        CAUCE_CHOICE(                                                                                        \
            struct glm_params, solver, "auto", "auto|newton-cholesky|lbfgs",                                 \
            "How the optimum is found; auto takes newton-cholesky up to 3000 columns and lbfgs beyond."),    \
        CAUCE_INT(struct glm_params, max_iter, 100, 1, 1000000,                                              \
                  "Newton steps at most; lbfgs, whose steps are much cheaper, may take fifty times as "      \
                  "many."),                                                                                  \
        CAUCE_REAL_ABOVE(struct glm_params, tol, 1e-4, 0.0, 1.0,                                             \
                         "Accuracy of the optimum: the last Newton step must be below tol / 1000 (which "    \
                         "leaves an error of about its square), the gradient of lbfgs below 1e-6 tol, both " \
                         "relative."),                                                                       \
        CA_INFERENCE_PARAMS(struct glm_params)

static const cauce_param param_rows[] = { SHARED_PARAMS, CAUCE_END };

static const cauce_param tweedie_rows[] = {
    CAUCE_REAL(struct glm_params, power, 0.0, -1e3, 1e3,
               "The variance grows as this power of the mean: 0 normal, 1 Poisson, between 1 and 2 sums of "
               "gamma numbers (with zeros), 2 gamma, 3 inverse Gaussian; none between 0 and 1."),
    CAUCE_CHOICE(struct glm_params, link, "auto", "auto|identity|log",
                 "Whether the linear part is the mean or its logarithm; auto takes identity up to power 0 "
                 "and log beyond."),
    SHARED_PARAMS, CAUCE_END
};

struct glm_state {
    ca_linear linear; /* first: what reads the state takes it for this */
    double gradient_norm;
    ca_inference inference;
};

static const cauce_state state_rows[] = {
    CA_LINEAR_ROWS, CAUCE_NUMBER_INT(ca_linear, n_iter, "Steps taken."),
    CAUCE_NUMBER_REAL(struct glm_state, gradient_norm,
                      "Largest element of the gradient of the mean objective at the solution."),
    CA_INFERENCE_ROWS(struct glm_state), CAUCE_STATE_END
};

/* ---- Fitting ------------------------------------------------------------------------------------------- */

static cauce_status glm_check(cauce_run *run, const void *params) {
    const struct glm_params *p = params;
    if (p->statistics && p->alpha > 0)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "statistics=true is for alpha=0: penalised coefficients have no standard errors");
    return CAUCE_OK;
}

static cauce_status tweedie_check(cauce_run *run, const void *params) {
    const struct glm_params *p = params;
    CA_TRY(glm_check(run, params));
    if (p->power > 0 && p->power < 1)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "power=%g: there is no such distribution; take 0 or less, or 1 or more", p->power);
    return CAUCE_OK;
}

static void tell(cauce_run *run, const ca_glm_fit *fit) {
    if (fit->descent.ending == CA_OUT_OF_STEPS)
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within %lld steps; raise max_iter or scale the features",
                   (long long)fit->descent.n_iter);
    if (fit->descent.ending == CA_SEPARATED)
        cauce_warn(run, "separation",
                   "the targets of some kinds of rows are all 0: without a (stronger) penalty their "
                   "coefficients have no finite optimum; large ones are kept");
}

static cauce_status infer(cauce_run *run, const ca_glm *glm, const cauce_train *train,
                          const struct glm_params *p, struct glm_state *s) {
    ca_family family = { false, glm->power, glm->log_link };
    if (!p->statistics) return CAUCE_OK;
    return ca_inference_of(run, &family, train, train->weight, p->fit_intercept, s->linear.coef,
                           s->linear.intercept, p->confidence, &s->inference);
}

static cauce_status fit_glm(cauce_run *run, const struct glm_params *p, const ca_glm *glm,
                            const cauce_train *train, struct glm_state *s) {
    ca_linear *linear = &s->linear;
    ca_glm_fit fit;
    CA_TRY(ca_linear_open(run, train, linear));
    CA_TRY(ca_glm_minimise(run, glm, train, &fit));
    linear->n_iter = fit.descent.n_iter;
    ca_scaled_back(&fit.design, fit.v, fit.gradient, glm->fit_intercept, linear->coef, &linear->intercept,
                   &s->gradient_norm);
    double units = (glm->log_link ? 2 : 1) - glm->power;
    s->gradient_norm *= ca_exp(units * ca_log(fit.unit)) / fit.design.weight_sum;
    if (glm->log_link) {
        linear->intercept += ca_log(fit.unit) - fit.centre;
    } else {
        linear->intercept = linear->intercept * fit.unit + fit.shift - fit.centre;
        for (int64_t j = 0; j < linear->n_features; j++) linear->coef[j] *= fit.unit;
    }
    tell(run, &fit);
    CA_TRY(ca_linear_finite(run, linear));
    return infer(run, glm, train, p, s);
}

static ca_glm glm_of(const struct glm_params *p, double power, bool log_link) {
    return (ca_glm){ .power = power,
                     .log_link = log_link,
                     .alpha = p->alpha,
                     .fit_intercept = p->fit_intercept,
                     .solver = p->solver,
                     .max_iter = p->max_iter,
                     .tol = p->tol };
}

static cauce_status poisson_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_glm glm = glm_of(params, 1, true);
    return fit_glm(run, params, &glm, train, state);
}

static cauce_status gamma_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_glm glm = glm_of(params, 2, true);
    return fit_glm(run, params, &glm, train, state);
}

static bool tweedie_log(const struct glm_params *p) {
    return p->link == LINK_LOG || (p->link == LINK_AUTO && p->power > 0);
}

static cauce_status tweedie_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct glm_params *p = params;
    ca_glm glm = glm_of(p, p->power, tweedie_log(p));
    return fit_glm(run, params, &glm, train, state);
}

/* ---- Applying ------------------------------------------------------------------------------------------ */

static cauce_status margin_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, void *scratch) {
    CA_TRY(ca_linear_apply(run, self, in, out, scratch));
    double *margin = cauce_block_values(&out->blocks[0]);
    for (int64_t r = 0; in->offset && r < in->n_rows; r++) margin[r] += in->offset[r];
    return CAUCE_OK;
}

static cauce_status log_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                              cauce_batch *out, void *scratch) {
    CA_TRY(margin_apply(run, self, in, out, scratch));
    double *mean = cauce_block_values(&out->blocks[0]);
    ca_exp_many(in->n_rows, mean, mean);
    return ca_margin_check(run, self->in, in, mean);
}

static cauce_status tweedie_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                  cauce_batch *out, void *scratch) {
    return (tweedie_log(self->params) ? log_apply : margin_apply)(run, self, in, out, scratch);
}

static cauce_status glm_verify(cauce_run *run, const cauce_fitted *self) {
    const struct glm_state *s = self->state;
    CA_TRY(ca_linear_verify(run, self));
    return ca_inference_verify(run, &s->inference, s->linear.n_features);
}

#define GLM(id, what, rows)                                                                                  \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI, .name = id, .summary = what,                \
    .reference = "McCullagh and Nelder, Generalized Linear Models, 1989, doi:10.1201/9780203753736",         \
    .role = CAUCE_REGRESSOR, .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_OFFSET,             \
    .params_size = sizeof(struct glm_params), .params = rows, .state_size = sizeof(struct glm_state),        \
    .state = state_rows, .state_version = 1, .verify = glm_verify

const cauce_component cauce_poisson_regressor = {
    GLM("poisson_regressor", "Linear model of the logarithm of a count's mean (Poisson deviance).",
        param_rows),
    .check = glm_check,
    .fit = poisson_fit,
    .apply = log_apply,
};

const cauce_component cauce_gamma_regressor = {
    GLM("gamma_regressor", "Linear model of the logarithm of a positive number's mean (gamma deviance).",
        param_rows),
    .check = glm_check,
    .fit = gamma_fit,
    .apply = log_apply,
};

const cauce_component cauce_tweedie_regressor = {
    GLM("tweedie_regressor",
        "Linear model of a mean, or of its logarithm, where the variance grows as a power of the mean.",
        tweedie_rows),
    .check = tweedie_check,
    .fit = tweedie_fit,
    .apply = tweedie_apply,
};
