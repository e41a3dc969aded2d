/* Naive Bayes of categories: how often each category of a column occurs in each class. */
#include <math.h>

#include "base/run.h"
#include "bayes/prior.h"
#include "cauce/sys/component.h"
#include "data/categories.h"
#include "math/special.h"

typedef struct categorical_params {
    double alpha;
    cauce_value class_prior, min_categories;
    bool fit_prior;
} categorical_params;

static const cauce_param param_rows[] = {
    CAUCE_REAL_ABOVE(categorical_params, alpha, 1.0, 0, 1e300,
                     "What is added to the rows of every category (Laplace 1, Lidstone less)."),
    CAUCE_BOOL(categorical_params, fit_prior, true,
               "Learn the probabilities of the classes from their shares; false: all are equal."),
    CAUCE_MIXED(categorical_params, class_prior, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,
                "Probabilities of the classes beforehand, in their order; null: see fit_prior."),
    CAUCE_MIXED(categorical_params, min_categories, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 2147483647, 0, 0,
                NULL, "Categories that every column has at least, those without a row included."),
    CAUCE_END,
};

typedef struct categorical_state {
    ca_categories categories; /* first: its rows are those of ca_categories */
    ca_prior prior;
    double *category_count;
} categorical_state;

static const cauce_state state_rows[] = {
    CA_CATEGORIES_STATE,
    CA_PRIOR_STATE(categorical_state),
    { "category_count", CAUCE_F64, offsetof(categorical_state, category_count),
      offsetof(categorical_state, categories.n_categories), offsetof(categorical_state, prior.n_classes),
      "Rows of each category in each class, by weight." },
    CAUCE_STATE_END,
};

static cauce_status check(cauce_run *run, const void *params) {
    return ca_prior_check(run, "class_prior", &((const categorical_params *)params)->class_prior);
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const cauce_train *train;
    const ca_encoder *encoders;
    categorical_state *state;
} fit_job;

static cauce_status count_column(cauce_run *run, int64_t j, void *payload) {
    const fit_job *job = payload;
    const cauce_train *train = job->train;
    const ca_encoder *encoder = &job->encoders[j];
    int64_t n = job->state->prior.n_classes;
    double *count = job->state->category_count + job->state->categories.first[j] * n;
    CA_TRY(cauce_check_cancel(run));
    for (int64_t r = 0; r < train->n_rows; r++) {
        int64_t c = ca_encode_cell(encoder, &train->x->blocks[encoder->block], r);
        if (c >= 0) count[c * n + train->y_class[r]] += train->weight ? train->weight[r] : 1;
    }
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const categorical_params *params = params_in;
    categorical_state *s = state_out;
    ca_categories_options options = { .min_frequency = { .type = CAUCE_V_NULL },
                                      .max_categories = { .type = CAUCE_V_NULL } };
    ca_encoder *encoders = NULL;
    CA_TRY(ca_prior_fit(run, "class_prior", &params->class_prior, params->fit_prior, train, &s->prior));
    CA_TRY(ca_categories_fit(run, train, &options, &s->categories));
    CA_TRY(ca_encoders_new(run, &s->categories, train->schema, &encoders));
    s->category_count = cauce_keep(run, s->categories.n_categories * s->prior.n_classes, sizeof(double));
    if (!s->category_count) return run->error.status;
    fit_job job = { train, encoders, s };
    return cauce_parallel(run, train->schema->width, count_column, &job);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const categorical_state *s = self->state;
    CA_TRY(ca_categories_verify(run, &s->categories, self->in));
    CA_TRY(ca_prior_verify(run, self, &s->prior));
    for (int64_t i = 0; i < s->categories.n_categories * s->prior.n_classes; i++)
        if (!(s->category_count[i] >= 0 && isfinite(s->category_count[i])))
            return cauce_fail(run, CAUCE_E_FORMAT, "count %lld is %g", (long long)i, s->category_count[i]);
    return CAUCE_OK;
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

typedef struct categorical_bound {
    ca_encoder *encoders;
    double *log_prior;
    double *logs; /* n_categories x n_classes: log of the probability of the category given the class */
} categorical_bound;

static void bind_column(const categorical_params *params, const categorical_state *s, int64_t j,
                        double *logs) {
    int64_t n = s->prior.n_classes, first = s->categories.first[j], end = s->categories.first[j + 1];
    int64_t categories = end - first;
    if (params->min_categories.type == CAUCE_V_INT && params->min_categories.integer > categories)
        categories = params->min_categories.integer;
    for (int64_t k = 0; k < n; k++) {
        double rows = params->alpha * (double)categories;
        for (int64_t c = first; c < end; c++) rows += s->category_count[c * n + k];
        for (int64_t c = first; c < end; c++)
            logs[c * n + k] = ca_log(s->category_count[c * n + k] + params->alpha) - ca_log(rows);
    }
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    const categorical_state *s = self->state;
    int64_t n = s->prior.n_classes;
    categorical_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    bound->log_prior = cauce_keep(run, n, sizeof *bound->log_prior);
    bound->logs = cauce_keep(run, s->categories.n_categories * n, sizeof *bound->logs);
    if (!bound->log_prior || !bound->logs) return run->error.status;
    CA_TRY(ca_encoders_new(run, &s->categories, self->in, &bound->encoders));
    for (int64_t k = 0; k < n; k++) bound->log_prior[k] = ca_log(s->prior.class_prior[k]);
    for (int64_t j = 0; j < self->in->width; j++) bind_column(self->params, s, j, bound->logs);
    binding->bound = bound;
    return CAUCE_OK;
}

/* A category that was not there at fit says nothing of the class. */
static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const categorical_state *s = self->state;
    const categorical_bound *bound = self->bound;
    double *values = cauce_block_values(&out->blocks[0]);
    int64_t n = s->prior.n_classes, stride = out->blocks[0].stride;
    for (int64_t k = 0; k < n; k++)
        for (int64_t r = 0; r < in->n_rows; r++) values[r + k * stride] = 0;
    for (int64_t j = 0; j < self->in->width; j++) {
        const ca_encoder *encoder = &bound->encoders[j];
        const double *logs = bound->logs + s->categories.first[j] * n;
        for (int64_t r = 0; r < in->n_rows; r++) {
            int64_t c = ca_encode_cell(encoder, &in->blocks[encoder->block], r);
            for (int64_t k = 0; k < n && c >= 0; k++) values[r + k * stride] += logs[c * n + k];
        }
    }
    ca_prior_finish(&s->prior, bound->log_prior, in->n_rows, values, stride);
    return CAUCE_OK;
}

const cauce_component cauce_categorical_nb = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "categorical_nb",
    .summary = "Naive Bayes of categories: how often each occurs in each class; missing is one of them.",
    .reference = "Hand and Yu 2001, doi:10.1111/j.1751-5823.2001.tb00465.x",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY,
    .params_size = sizeof(categorical_params),
    .params = param_rows,
    .state_size = sizeof(categorical_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
