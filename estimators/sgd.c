/* Linear models by stochastic gradient descent, for more rows than exact solvers have time for. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "linear/classes.h"
#include "linear/linear.h"
#include "linear/streaming.h"

static const cauce_param classifier_rows[] = {
    CAUCE_CHOICE(ca_steps, loss, "hinge",
                 "hinge|log_loss|modified_huber|squared_hinge|perceptron|squared_error|huber|"
                 "epsilon_insensitive|squared_epsilon_insensitive",
                 "What a row costs; hinge is a support vector machine, log_loss a logistic regression."),
    CA_STEPS_PARAMS("optimal", 0.0, 0.5), CA_CLASS_WEIGHT_ROW(ca_steps), CAUCE_END
};

static const cauce_param regressor_rows[] = {
    CAUCE_CHOICE(ca_steps, loss, "squared_error",
                 "squared_error|huber|epsilon_insensitive|squared_epsilon_insensitive",
                 "What a residual costs: half its square, less beyond epsilon, or what is beyond epsilon."),
    CA_STEPS_PARAMS("invscaling", 0.01, 0.25), CAUCE_END
};

/* The first members are what reads the states takes them for. */
struct sgd_classes {
    ca_linear_classes linear;
    ca_streaming streaming;
};

struct sgd_numbers {
    ca_linear linear;
    ca_streaming streaming;
};

static const cauce_state classifier_state[] = {
    CA_LINEAR_CLASSES_ROWS,
    CAUCE_NUMBER_INT(ca_linear_classes, n_iter,
                     "Passes over the rows of the last fit, of the class that took most."),
    CA_STREAMING_ROWS(struct sgd_classes), CAUCE_STATE_END
};

static const cauce_state regressor_state[] = {
    CA_LINEAR_ROWS, CAUCE_NUMBER_INT(ca_linear, n_iter, "Passes over the rows of the last fit."),
    CA_STREAMING_ROWS(struct sgd_numbers), CAUCE_STATE_END
};

static cauce_status sgd_check(cauce_run *run, const void *params) {
    return ca_steps_check(run, params);
}

static void tell(cauce_run *run, bool converged, int64_t n_iter) {
    if (!converged)
        cauce_warn(run, "no_convergence",
                   "the loss still falls after max_iter=%lld passes; raise max_iter or scale the columns",
                   (long long)n_iter);
}

/* ---- Classes ------------------------------------------------------------------------------------------- */

struct class_fits {
    const ca_steps *steps;
    const cauce_train *train;
    const ca_step_rows *rows;
    struct sgd_classes *state;
    const ca_streaming *from; /* NULL: from nothing */
    int64_t *n_iter;
    bool *converged, *wild;
};

static cauce_status class_task(cauce_run *run, int64_t index, void *payload) {
    const struct class_fits *f = payload;
    ca_linear_classes *s = &f->state->linear;
    int32_t mine = s->n_rows == 1 ? 1 : (int32_t)index;
    const ca_target target = { .y_class = f->train->y_class, .mine = mine };
    ca_step_fit fit;
    CA_TRY(ca_streaming_fit(run, f->steps, f->rows, &target, index, f->from, s->coef + index * s->n_features,
                            &s->intercept[index], &f->state->streaming, &fit));
    f->n_iter[index] = fit.n_iter;
    f->converged[index] = fit.converged;
    f->wild[index] = fit.wild;
    return CAUCE_OK;
}

static cauce_status classifier_fit(cauce_run *run, const void *params, const cauce_train *train,
                                   void *state) {
    const ca_steps *p = params;
    struct sgd_classes *whole = state;
    const struct sgd_classes *start = train->start ? train->start->state : NULL;
    ca_linear_classes *s = &whole->linear;
    CA_TRY(ca_streaming_check(run, train, start ? &start->streaming : NULL));
    CA_TRY(ca_linear_classes_open(run, train, s));
    CA_TRY(ca_streaming_open(run, p, s->n_rows, s->n_features, &whole->streaming));
    if (start) {
        memcpy(s->coef, start->linear.coef, (size_t)(s->n_rows * s->n_features) * sizeof *s->coef);
        memcpy(s->intercept, start->linear.intercept, (size_t)s->n_rows * sizeof *s->intercept);
    }
    const double *weight;
    CA_TRY(ca_class_row_weights(run, &p->class_weight, train, &weight));
    ca_design d;
    ca_step_rows rows;
    CA_TRY(ca_design_open(run, train, NULL, weight, false, &d));
    const int threads = cauce_threads(run);
    ca_step_rows_open(&d, s->n_rows < threads ? s->n_rows : threads, &rows);
    struct class_fits fits = { .steps = p, .train = train, .rows = &rows, .state = whole };
    fits.from = start ? &start->streaming : NULL;
    fits.n_iter = cauce_scratch(run, s->n_rows, sizeof *fits.n_iter);
    fits.converged = cauce_scratch(run, s->n_rows, sizeof *fits.converged);
    fits.wild = cauce_scratch(run, s->n_rows, sizeof *fits.wild);
    if (!fits.n_iter || !fits.converged || !fits.wild) return CA_NOMEM(run);
    /* one alone has all threads for copying rows */
    CA_TRY(s->n_rows == 1 ? class_task(run, 0, &fits) : cauce_parallel(run, s->n_rows, class_task, &fits));
    bool converged = true, wild = false;
    for (int64_t c = 0; c < s->n_rows; c++) {
        wild = wild || fits.wild[c];
        if (fits.n_iter[c] > s->n_iter) s->n_iter = fits.n_iter[c];
        converged = converged && fits.converged[c];
    }
    tell(run, converged, p->max_iter);
    if (wild)
        cauce_warn(run, "large_steps",
                   "the steps grow out of hand, and the coefficients are no optimum; scale the columns, or "
                   "take learning_rate=adaptive with a small eta0");
    return ca_linear_classes_finite(run, s);
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

static cauce_status regressor_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_steps steps = *(const ca_steps *)params;
    struct sgd_numbers *whole = state;
    const struct sgd_numbers *start = train->start ? train->start->state : NULL;
    ca_linear *s = &whole->linear;
    steps.loss += CA_STEP_SQUARES; /* its list begins there */
    CA_TRY(ca_streaming_check(run, train, start ? &start->streaming : NULL));
    CA_TRY(ca_linear_open(run, train, s));
    CA_TRY(ca_streaming_open(run, &steps, 1, s->n_features, &whole->streaming));
    if (start) {
        memcpy(s->coef, start->linear.coef, (size_t)s->n_features * sizeof *s->coef);
        s->intercept = start->linear.intercept;
    }
    ca_design d;
    ca_step_rows rows;
    ca_step_fit fit;
    CA_TRY(ca_design_open(run, train, NULL, train->weight, false, &d));
    ca_step_rows_open(&d, 1, &rows);
    const ca_target target = { .y = train->y };
    CA_TRY(ca_streaming_fit(run, &steps, &rows, &target, 0, start ? &start->streaming : NULL, s->coef,
                            &s->intercept, &whole->streaming, &fit));
    s->n_iter = fit.n_iter;
    tell(run, fit.converged, steps.max_iter);
    return ca_linear_finite(run, s);
}

/* ---- Files --------------------------------------------------------------------------------------------- */

static cauce_status classifier_verify(cauce_run *run, const cauce_fitted *self) {
    const struct sgd_classes *s = self->state;
    CA_TRY(ca_linear_classes_verify(run, self));
    return ca_streaming_verify(run, &s->streaming, s->linear.n_rows, s->linear.n_features);
}

static cauce_status regressor_verify(cauce_run *run, const cauce_fitted *self) {
    const struct sgd_numbers *s = self->state;
    CA_TRY(ca_linear_verify(run, self));
    return ca_streaming_verify(run, &s->streaming, 1, s->linear.n_features);
}

#define BOTTOU "Bottou, Stochastic gradient descent tricks, 2012, doi:10.1007/978-3-642-35289-8_25"

const cauce_component cauce_sgd_classifier = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "sgd_classifier",
    .summary = "Linear classifier learnt row by row; scale the columns first.",
    .reference = BOTTOU,
    .role = CAUCE_CLASSIFIER,
    .tags =
        CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_MARGIN | CAUCE_TAG_RANDOM | CAUCE_TAG_STEPWISE,
    .params_size = sizeof(ca_steps),
    .params = classifier_rows,
    .state_size = sizeof(struct sgd_classes),
    .state = classifier_state,
    .state_version = 2, /* 2: what a fit that goes on needs to remember */
    .oldest_state = 1,
    .check = sgd_check,
    .fit = classifier_fit,
    .apply = ca_linear_classes_decide,
    .verify = classifier_verify,
};

const cauce_component cauce_sgd_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "sgd_regressor",
    .summary = "Linear regression learnt row by row; scale the columns first.",
    .reference = BOTTOU,
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_RANDOM | CAUCE_TAG_STEPWISE,
    .params_size = sizeof(ca_steps),
    .params = regressor_rows,
    .state_size = sizeof(struct sgd_numbers),
    .state = regressor_state,
    .state_version = 2, /* 2: what a fit that goes on needs to remember */
    .oldest_state = 1,
    .check = sgd_check,
    .fit = regressor_fit,
    .apply = ca_linear_apply,
    .verify = regressor_verify,
};
