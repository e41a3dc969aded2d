/* Naive Bayes with a normal distribution for each column and class.
 *
 * Columns count as independent within a class (Hand and Yu, Idiot's Bayes: not so stupid after all?,
 * International Statistical Review 69 (2001), doi:10.1111/j.1751-5823.2001.tb00465.x). */
#include <math.h>

#include "base/run.h"
#include "bayes/prior.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/numeric.h"
#include "math/special.h"
#include "math/stats.h"

typedef struct gaussian_params {
    cauce_value priors;
    double var_smoothing;
} gaussian_params;

static const cauce_param param_rows[] = {
    CAUCE_MIXED(gaussian_params, priors, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,
                "Probabilities of the classes beforehand, in their order; null: their shares of the training "
                "rows."),
    CAUCE_REAL(gaussian_params, var_smoothing, 1e-9, 0, 1e300,
               "Part of the largest variance of a column that is added to all variances."),
    CAUCE_END,
};

typedef struct gaussian_state {
    ca_prior prior;
    int64_t n_columns;
    double *theta, *var, epsilon;
} gaussian_state;

static const cauce_state state_rows[] = {
    CA_PRIOR_STATE(gaussian_state),
    CAUCE_MATRIX(gaussian_state, theta, CAUCE_F64, prior.n_classes, n_columns,
                 "Mean of each column in each class."),
    CAUCE_MATRIX(gaussian_state, var, CAUCE_F64, prior.n_classes, n_columns,
                 "Variance of each column in each class, with epsilon added."),
    CAUCE_NUMBER_REAL(gaussian_state, epsilon, "What is added to the variances."),
    CAUCE_STATE_END,
};

static cauce_status check(cauce_run *run, const void *params) {
    return ca_prior_check(run, "priors", &((const gaussian_params *)params)->priors);
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    gaussian_state *state;
    double *overall; /* variance of each column over all rows */
} fit_job;

/* Two passes around the mean of the column; the second is corrected by what rounding left of the first (Chan,
 * Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115). */
static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    gaussian_state *s = job->state;
    int64_t n = s->prior.n_classes, p = s->n_columns;
    double *mean = cauce_scratch(run, n, sizeof *mean), *rest = cauce_scratch(run, n, sizeof *rest);
    double *squares = cauce_scratch(run, n, sizeof *squares);
    if (!mean || !rest || !squares) return run->error.status;
    ca_moments all = ca_moments_of(column->x, train->weight, column->n_rows);
    if (!isfinite(all.mean) || !isfinite(all.var)) {
        char name[CA_NUMERIC_NAME];
        return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for a variance",
                          ca_numeric_name(column, name));
    }
    for (int64_t r = 0; r < column->n_rows; r++)
        mean[train->y_class[r]] += (train->weight ? train->weight[r] : 1) * (column->x[r] - all.mean);
    for (int64_t k = 0; k < n; k++) mean[k] /= s->prior.class_count[k];
    for (int64_t r = 0; r < column->n_rows; r++) {
        int32_t k = train->y_class[r];
        double w = train->weight ? train->weight[r] : 1, d = column->x[r] - all.mean - mean[k];
        rest[k] += w * d;
        squares[k] += w * d * d;
    }
    for (int64_t k = 0; k < n; k++) {
        double count = s->prior.class_count[k], off = rest[k] / count;
        double var = squares[k] / count - off * off;
        s->theta[k * p + column->j] = all.mean + mean[k] + off;
        s->var[k * p + column->j] = var > 0 ? var : 0;
    }
    job->overall[column->j] = all.var;
    return CAUCE_OK;
}

/* Columns that are all constant tell nothing; any variance does for them. */
static cauce_status smooth(cauce_run *run, const gaussian_params *params, const cauce_train *train,
                           const double *overall, gaussian_state *s) {
    double most = 0;
    int64_t p = s->n_columns;
    for (int64_t j = 0; j < p; j++)
        if (overall[j] > most) most = overall[j];
    s->epsilon = params->var_smoothing * (most > 0 ? most : 1);
    for (int64_t k = 0; k < s->prior.n_classes; k++)
        for (int64_t j = 0; j < p; j++) {
            double *var = &s->var[k * p + j];
            *var += s->epsilon;
            if (*var > 0 && isfinite(1 / *var) && isfinite(*var)) continue;
            char name[CA_NUMERIC_NAME];
            ca_schema_column_name(train->schema, j, name, sizeof name);
            return cauce_fail(run, CAUCE_E_NUMERIC,
                              "column '%s' has variance %g in class '%s', which is no distribution; set "
                              "another var_smoothing",
                              name, *var, cauce_levels_text(train->classes, (int32_t)k));
        }
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state) {
    const gaussian_params *params = params_in;
    gaussian_state *s = state;
    CA_TRY(ca_prior_fit(run, "priors", &params->priors, true, train, &s->prior));
    int64_t p = train->schema->width, n = s->prior.n_classes;
    s->n_columns = p;
    s->theta = cauce_keep(run, n * p, sizeof *s->theta);
    s->var = cauce_keep(run, n * p, sizeof *s->var);
    fit_job job = { s, cauce_scratch(run, p, sizeof(double)) };
    if (!s->theta || !s->var || !job.overall) return run->error.status;
    CA_TRY(ca_numeric_fit_each(run, train, fit_column, &job));
    return smooth(run, params, train, job.overall, s);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const gaussian_state *s = self->state;
    CA_TRY(ca_prior_verify(run, self, &s->prior));
    CA_TRY(ca_numeric_verify(run, self, s->n_columns));
    CA_TRY(ca_verify_finite(run, "theta", s->theta, s->prior.n_classes * s->n_columns));
    for (int64_t i = 0; i < s->prior.n_classes * s->n_columns; i++)
        if (!(s->var[i] > 0 && isfinite(s->var[i])))
            return cauce_fail(run, CAUCE_E_FORMAT, "variance %lld is %g", (long long)i, s->var[i]);
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

typedef struct gaussian_bound {
    double *constant; /* of each class: log of its probability and of the heights of its distributions */
    double *half;     /* n_classes x n_columns: 1 / (2 var) */
} gaussian_bound;

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const gaussian_state *s = self->state;
    int64_t n = s->prior.n_classes, p = s->n_columns;
    gaussian_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    bound->constant = cauce_keep(run, n, sizeof *bound->constant);
    bound->half = cauce_keep(run, n * p, sizeof *bound->half);
    if (!bound->constant || !bound->half) return run->error.status;
    for (int64_t k = 0; k < n; k++) {
        double logs = 0;
        for (int64_t j = 0; j < p; j++) {
            logs += ca_log(6.28318530717958647692 * s->var[k * p + j]);
            bound->half[k * p + j] = 0.5 / s->var[k * p + j];
        }
        bound->constant[k] = ca_log(s->prior.class_prior[k]) - 0.5 * logs;
    }
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const gaussian_state *s = self->state;
    const gaussian_bound *bound = self->bound;
    double *values = cauce_block_values(&out->blocks[0]);
    int64_t n = s->prior.n_classes, p = s->n_columns, stride = out->blocks[0].stride, j = 0;
    for (int64_t k = 0; k < n; k++)
        for (int64_t r = 0; r < in->n_rows; r++) values[r + k * stride] = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            const double *x = in->blocks[f].values + c * in->blocks[f].stride;
            for (int64_t k = 0; k < n; k++) {
                double *z = values + k * stride, mean = s->theta[k * p + j], half = bound->half[k * p + j];
                for (int64_t r = 0; r < in->n_rows; r++) z[r] -= (x[r] - mean) * (x[r] - mean) * half;
            }
        }
    ca_prior_finish(&s->prior, bound->constant, in->n_rows, values, stride);
    return CAUCE_OK;
}

const cauce_component cauce_gaussian_nb = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "gaussian_nb",
    .summary = "Naive Bayes: a normal distribution for each column and class.",
    .reference = "Hand and Yu 2001, doi:10.1111/j.1751-5823.2001.tb00465.x",
    .role = CAUCE_CLASSIFIER,
    .params_size = sizeof(gaussian_params),
    .params = param_rows,
    .state_size = sizeof(gaussian_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
