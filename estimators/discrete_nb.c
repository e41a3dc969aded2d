/* Naive Bayes of counts and of flags: multinomial_nb, complement_nb, bernoulli_nb.
 *
 * McCallum and Nigam, A comparison of event models for naive Bayes text classification, AAAI-98 workshop
 * (1998); Rennie, Shih, Teevan, Karger, Tackling the poor assumptions of naive Bayes text classifiers, ICML
 * (2003).
 *
 * All three are linear in the logarithm: class k of a row scores constant[k] + sum over the columns of x
 * times coefficient[k]. Each fits the counts, and then turns them into its own coefficients. */
#include <math.h>

#include "base/run.h"
#include "bayes/prior.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/numeric.h"
#include "math/special.h"

extern const cauce_component cauce_multinomial_nb, cauce_complement_nb, cauce_bernoulli_nb;

/* Parameters of all three; each has rows for some. */
typedef struct discrete_params {
    double alpha;
    cauce_value binarize, class_prior;
    bool fit_prior, norm;
} discrete_params;

#define ALPHA                                                                                                \
    CAUCE_REAL_ABOVE(discrete_params, alpha, 1.0, 0, 1e300,                                                  \
                     "What is added to every count (Laplace 1, Lidstone less), so that none is 0.")
#define FIT_PRIOR                                                                                            \
    CAUCE_BOOL(discrete_params, fit_prior, true,                                                             \
               "Learn the probabilities of the classes from their shares; false: all are equal.")
#define CLASS_PRIOR                                                                                          \
    CAUCE_MIXED(discrete_params, class_prior, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,         \
                "Probabilities of the classes beforehand, in their order; null: see fit_prior.")

static const cauce_param multinomial_rows[] = { ALPHA, FIT_PRIOR, CLASS_PRIOR, CAUCE_END };
static const cauce_param complement_rows[] = {
    ALPHA,
    FIT_PRIOR,
    CLASS_PRIOR,
    CAUCE_BOOL(discrete_params, norm, false, "Scale the coefficients of each class to a sum of 1."),
    CAUCE_END,
};
static const cauce_param bernoulli_rows[] = {
    ALPHA,
    CAUCE_MIXED(discrete_params, binarize, "0.0", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL, HUGE_VAL,
                NULL, "Numbers above this are a flag that is set; null: all are 0 or 1 already."),
    FIT_PRIOR,
    CLASS_PRIOR,
    CAUCE_END,
};

typedef struct discrete_state {
    ca_prior prior;
    int64_t n_columns;
    double *feature_count, *feature_log_prob;
} discrete_state;

static const cauce_state state_rows[] = {
    CA_PRIOR_STATE(discrete_state),
    CAUCE_MATRIX(discrete_state, feature_count, CAUCE_F64, prior.n_classes, n_columns,
                 "Sum of each column in each class, by weight."),
    CAUCE_MATRIX(discrete_state, feature_log_prob, CAUCE_F64, prior.n_classes, n_columns,
                 "Logarithm of the probability of each column given the class (complement_nb: its weight)."),
    CAUCE_STATE_END,
};

static cauce_status check(cauce_run *run, const void *params) {
    return ca_prior_check(run, "class_prior", &((const discrete_params *)params)->class_prior);
}

/* ---- Cells --------------------------------------------------------------------------------------------- */

typedef enum reading { COUNTS, FLAGS, ABOVE } reading; /* as they are; 0 or 1; above a threshold */

static reading reading_of(const cauce_component *component, const discrete_params *params) {
    if (component != &cauce_bernoulli_nb) return COUNTS;
    return params->binarize.type == CAUCE_V_NULL ? FLAGS : ABOVE;
}

/* Refuses the first cell that the model has no place for. */
static cauce_status check_cells(cauce_run *run, reading how, const ca_numeric *column) {
    for (int64_t r = 0; r < column->n_rows && how != ABOVE; r++) {
        double x = column->x[r];
        if (how == COUNTS && x < 0) return ca_numeric_bad(run, column, r, "is below 0, which no count is");
        if (how == FLAGS && x != 0 && x != 1)
            return ca_numeric_bad(run, column, r, "is neither 0 nor 1; set binarize to a threshold");
    }
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    reading how;
    double threshold;
    discrete_state *state;
} fit_job;

static cauce_status count_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                                 void *payload) {
    const fit_job *job = payload;
    double *count = job->state->feature_count + column->j;
    int64_t p = job->state->n_columns;
    CA_TRY(check_cells(run, job->how, column));
    for (int64_t r = 0; r < column->n_rows; r++) {
        double x = job->how == ABOVE ? (double)(column->x[r] > job->threshold) : column->x[r];
        count[train->y_class[r] * p] += (train->weight ? train->weight[r] : 1) * x;
    }
    for (int64_t k = 0; k < job->state->prior.n_classes; k++)
        if (!isfinite(count[k * p])) {
            char name[CA_NUMERIC_NAME];
            return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for a sum",
                              ca_numeric_name(column, name));
        }
    return CAUCE_OK;
}

static cauce_status count_all(cauce_run *run, const cauce_component *component, const discrete_params *params,
                              const cauce_train *train, discrete_state *s) {
    CA_TRY(ca_prior_fit(run, "class_prior", &params->class_prior, params->fit_prior, train, &s->prior));
    int64_t size = s->prior.n_classes * train->schema->width;
    s->n_columns = train->schema->width;
    s->feature_count = cauce_keep(run, size, sizeof *s->feature_count);
    s->feature_log_prob = cauce_keep(run, size, sizeof *s->feature_log_prob);
    if (!s->feature_count || !s->feature_log_prob) return run->error.status;
    fit_job job = { reading_of(component, params), params->binarize.real, s };
    return ca_numeric_fit_each(run, train, count_column, &job);
}

static cauce_status too_large(cauce_run *run, const discrete_state *s) {
    for (int64_t i = 0; i < s->prior.n_classes * s->n_columns; i++)
        if (!isfinite(s->feature_log_prob[i]))
            return cauce_fail(run, CAUCE_E_NUMERIC,
                              "the counts or alpha are too large, or too unequal, for probabilities");
    return CAUCE_OK;
}

static cauce_status fit_multinomial(cauce_run *run, const void *params_in, const cauce_train *train,
                                    void *state) {
    const discrete_params *params = params_in;
    discrete_state *s = state;
    CA_TRY(count_all(run, &cauce_multinomial_nb, params, train, s));
    int64_t p = s->n_columns;
    for (int64_t k = 0; k < s->prior.n_classes; k++) {
        double total = 0;
        for (int64_t j = 0; j < p; j++) total += s->feature_count[k * p + j] + params->alpha;
        for (int64_t j = 0; j < p; j++)
            s->feature_log_prob[k * p + j] =
                ca_log(s->feature_count[k * p + j] + params->alpha) - ca_log(total);
    }
    return too_large(run, s);
}

/* The weight of a column speaks against the other classes: from the counts of all classes but one. */
static cauce_status fit_complement(cauce_run *run, const void *params_in, const cauce_train *train,
                                   void *state) {
    const discrete_params *params = params_in;
    discrete_state *s = state;
    CA_TRY(count_all(run, &cauce_complement_nb, params, train, s));
    int64_t p = s->n_columns, n = s->prior.n_classes;
    for (int64_t k = 0; k < n; k++) {
        double *weight = &s->feature_log_prob[k * p], total = 0, logs = 0;
        for (int64_t j = 0; j < p; j++) {
            weight[j] = params->alpha;
            for (int64_t other = 0; other < n; other++)
                if (other != k) weight[j] += s->feature_count[other * p + j];
            total += weight[j];
        }
        for (int64_t j = 0; j < p; j++) {
            weight[j] = ca_log(total) - ca_log(weight[j]);
            logs += weight[j];
        }
        for (int64_t j = 0; j < p && params->norm && logs > 0; j++) weight[j] /= logs;
    }
    return too_large(run, s);
}

static cauce_status fit_bernoulli(cauce_run *run, const void *params_in, const cauce_train *train,
                                  void *state) {
    const discrete_params *params = params_in;
    discrete_state *s = state;
    CA_TRY(count_all(run, &cauce_bernoulli_nb, params, train, s));
    int64_t p = s->n_columns;
    for (int64_t k = 0; k < s->prior.n_classes; k++)
        for (int64_t j = 0; j < p; j++)
            s->feature_log_prob[k * p + j] = ca_log(s->feature_count[k * p + j] + params->alpha) -
                                             ca_log(s->prior.class_count[k] + 2 * params->alpha);
    return too_large(run, s);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const discrete_state *s = self->state;
    CA_TRY(ca_prior_verify(run, self, &s->prior));
    CA_TRY(ca_numeric_verify(run, self, s->n_columns));
    CA_TRY(ca_verify_finite(run, "feature_count", s->feature_count, s->prior.n_classes * s->n_columns));
    return ca_verify_finite(run, "feature_log_prob", s->feature_log_prob, s->prior.n_classes * s->n_columns);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

typedef struct discrete_bound {
    double *constant, *coefficient; /* n_classes; n_classes x n_columns */
    reading how;
    double threshold;
} discrete_bound;

/* log(1 - exp(l)) of a flag that is not set: from the counts, because exp(l) may be 1 but for rounding. */
static double log_not_set(const discrete_state *s, double alpha, int64_t k, int64_t j) {
    double rows = s->prior.class_count[k], set = s->feature_count[k * s->n_columns + j];
    double not_set = rows > set ? rows - set : 0;
    return ca_log(not_set + alpha) - ca_log(rows + 2 * alpha);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const discrete_params *params = self->params;
    const discrete_state *s = self->state;
    int64_t n = s->prior.n_classes, p = s->n_columns;
    discrete_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    bound->how = reading_of(self->component, params);
    bound->threshold = params->binarize.real;
    bound->constant = cauce_keep(run, n, sizeof *bound->constant);
    bound->coefficient = cauce_keep(run, n * p, sizeof *bound->coefficient);
    if (!bound->constant || !bound->coefficient) return run->error.status;
    for (int64_t k = 0; k < n; k++) {
        /* The complement of one class only says nothing of the classes: they have no prior, but for one. */
        bool prior = self->component != &cauce_complement_nb || n == 1;
        bound->constant[k] = prior ? ca_log(s->prior.class_prior[k]) : 0;
        for (int64_t j = 0; j < p; j++) {
            bound->coefficient[k * p + j] = s->feature_log_prob[k * p + j];
            if (bound->how == COUNTS) continue;
            double not_set = log_not_set(s, params->alpha, k, j);
            bound->constant[k] += not_set;
            bound->coefficient[k * p + j] -= not_set;
        }
    }
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const discrete_state *s = self->state;
    const discrete_bound *bound = self->bound;
    double *values = cauce_block_values(&out->blocks[0]);
    int64_t n = s->prior.n_classes, p = s->n_columns, stride = out->blocks[0].stride, j = 0;
    for (int64_t k = 0; k < n; k++)
        for (int64_t r = 0; r < in->n_rows; r++) values[r + k * stride] = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            const double *x = in->blocks[f].values + c * in->blocks[f].stride;
            ca_numeric column = { j, &self->in->fields[f], c, x, in->n_rows, in->first_row };
            CA_TRY(check_cells(run, bound->how, &column));
            for (int64_t k = 0; k < n; k++) {
                double *z = values + k * stride, coefficient = bound->coefficient[k * p + j];
                if (bound->how == ABOVE)
                    for (int64_t r = 0; r < in->n_rows; r++)
                        z[r] += x[r] > bound->threshold ? coefficient : 0;
                else
                    for (int64_t r = 0; r < in->n_rows; r++) z[r] += x[r] * coefficient;
            }
        }
    ca_prior_finish(&s->prior, bound->constant, in->n_rows, values, stride);
    return CAUCE_OK;
}

/* ---- Descriptors --------------------------------------------------------------------------------------- */

#define DISCRETE(component, text, source)                                                                    \
    const cauce_component cauce_##component##_nb = {                                                         \
        .size = sizeof(cauce_component),                                                                     \
        .abi = CAUCE_COMPONENT_ABI,                                                                          \
        .name = #component "_nb",                                                                            \
        .summary = text,                                                                                     \
        .reference = source,                                                                                 \
        .role = CAUCE_CLASSIFIER,                                                                            \
        .params_size = sizeof(discrete_params),                                                              \
        .params = component##_rows,                                                                          \
        .state_size = sizeof(discrete_state),                                                                \
        .state = state_rows,                                                                                 \
        .state_version = 1,                                                                                  \
        .check = check,                                                                                      \
        .fit = fit_##component,                                                                              \
        .bind = bind,                                                                                        \
        .apply = apply,                                                                                      \
        .verify = verify,                                                                                    \
    }

DISCRETE(multinomial, "Naive Bayes of counts: how often each column occurs in each class.",
         "McCallum and Nigam 1998, AAAI-98 workshop on learning for text categorization");
DISCRETE(complement, "Naive Bayes of counts by the other classes: steadier where classes are unequal.",
         "Rennie, Shih, Teevan, Karger 2003, ICML");
DISCRETE(bernoulli, "Naive Bayes of flags: which columns are set in each class.",
         "McCallum and Nigam 1998, AAAI-98 workshop on learning for text categorization");
