/* Bayesian ridge regression: normal coefficients of precision lambda, normal noise of precision alpha, gamma
 * priors on both, which are set to maximise the marginal likelihood (MacKay, Bayesian interpolation, 1992,
 * doi:10.1162/neco.1992.4.3.415; Tipping 2001). One eigendecomposition, of the columns' or the rows'
 * products, whichever is smaller, serves all iterations. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "linear/centred.h"
#include "linear/cholesky.h"
#include "linear/linear.h"
#include "linear/margin.h"
#include "linear/rows.h"
#include "math/blas.h"
#include "math/special.h"

struct bayes_params {
    int64_t n_iter;
    double tol, alpha_1, alpha_2, lambda_1, lambda_2;
    cauce_value alpha_init, lambda_init;
    bool compute_score, fit_intercept;
};

#define START_ROW(f, what)                                                                                   \
    CAUCE_MIXED(struct bayes_params, f, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1, 1e15, 0.0,     \
                1e300, NULL, what)

static const cauce_param param_rows[] = {
    CAUCE_INT(struct bayes_params, n_iter, 300, 1, 1000000, "Rounds at most."),
    CAUCE_REAL_ABOVE(struct bayes_params, tol, 1e-3, 0.0, 1e300,
                     "Rounds end when the sizes of the changes of all coefficients sum to less than this."),
    CAUCE_REAL(struct bayes_params, alpha_1, 1e-6, 0.0, 1e300,
               "Shape of the gamma prior on the precision of the noise."),
    CAUCE_REAL(struct bayes_params, alpha_2, 1e-6, 0.0, 1e300,
               "Rate of the gamma prior on the precision of the noise."),
    CAUCE_REAL(struct bayes_params, lambda_1, 1e-6, 0.0, 1e300,
               "Shape of the gamma prior on the precision of the coefficients."),
    CAUCE_REAL(struct bayes_params, lambda_2, 1e-6, 0.0, 1e300,
               "Rate of the gamma prior on the precision of the coefficients."),
    START_ROW(alpha_init,
              "First precision of the noise; null takes the inverse of the variance of the target."),
    START_ROW(lambda_init, "First precision of the coefficients; null takes 1."),
    CAUCE_BOOL(struct bayes_params, compute_score, false,
               "Whether the logarithm of the marginal likelihood is kept for each round."),
    CAUCE_BOOL(struct bayes_params, fit_intercept, true, "Whether a constant is added."),
    CAUCE_END
};

struct bayes_state {
    ca_linear linear; /* first: what reads the state takes it for this */
    double alpha, lambda;
    double *scores;
    int64_t n_scores;
    /* Of deviations: the coefficients differ from theirs by independent normal numbers times these rows,
     * which say shift about a row of columns that is all 0. */
    double *spread, *shift;
    int64_t n_spread;
};

static const cauce_state state_rows[] = {
    CA_LINEAR_ROWS,
    CAUCE_NUMBER_INT(ca_linear, n_iter, "Rounds taken."),
    CAUCE_NUMBER_REAL(struct bayes_state, alpha, "Precision of the noise."),
    CAUCE_NUMBER_REAL(struct bayes_state, lambda, "Precision of the coefficients."),
    CAUCE_ARRAY(struct bayes_state, scores, CAUCE_F64, n_scores,
                "With compute_score: the marginal log-likelihood before each round, and at the end."),
    CAUCE_MATRIX(struct bayes_state, spread, CAUCE_F64, n_spread, n_spread,
                 "Where deviations are asked for: a square root of the covariance of the coefficients."),
    CAUCE_ARRAY(struct bayes_state, shift, CAUCE_F64, n_spread, "Its rows times the means of the columns."),
    CAUCE_STATE_END
};

/* ---- The problem in its own axes ----------------------------------------------------------------------- */

/* Centred rows X (n x p), targets y: X'X = V diag(square) V'. In the axes V the coefficients are independent:
 * project[k] / (square[k] + lambda / alpha), project = V'X'y. Of more columns than rows the axes are those of
 * the rows (X X' = U diag(square) U', V = X'U / sqrt(square)). */
struct axes {
    int64_t n_axes;           /* with square > 0 */
    double *square, *project; /* n_axes */
    double *basis;            /* p x n_axes: V */
    const double *null;       /* p x (p - n_axes): the axes without a coefficient; of columns only */
    double yy;                /* y'y */
};

static cauce_status axes_room(cauce_run *run, int64_t p, int64_t most, struct axes *x) {
    x->square = cauce_scratch(run, most, sizeof(double));
    x->project = cauce_scratch(run, most, sizeof(double));
    x->basis = cauce_scratch(run, p, (size_t)most * sizeof(double));
    return x->square && x->project && x->basis ? CAUCE_OK : CA_NOMEM(run);
}

/* Eigenvalues that are rounding are left out: their axes have no coefficient. */
static int64_t count_null(int64_t n, const double *values) {
    int64_t null = 0;
    double least = n > 0 ? values[n - 1] * (double)n * 1e-15 : 0;
    while (null < n && values[null] <= least) null++;
    return null;
}

static cauce_status axes_of_columns(cauce_run *run, const ca_centred *c, struct axes *x) {
    int64_t p = c->p;
    double *a = cauce_scratch(run, p, (size_t)p * sizeof *a), *b = cauce_scratch(run, p, sizeof *b);
    double *values = cauce_scratch(run, p, sizeof *values);
    if (!a || !b || !values) return CA_NOMEM(run);
    for (int64_t j = 0; j < p; j++) { /* as the data are: the prior knows no other scale */
        double mine = c->scale[j] > 0 ? 1 / c->scale[j] : 0;
        b[j] = c->b[j] * mine;
        for (int64_t i = 0; i < p; i++)
            a[i + j * p] = c->scale[i] > 0 ? c->a[i + j * p] * mine / c->scale[i] : 0;
    }
    CA_TRY(ca_eigen(run, p, a, values));
    int64_t null = count_null(p, values);
    x->n_axes = p - null;
    x->yy = c->yy;
    CA_TRY(axes_room(run, p, x->n_axes, x));
    memcpy(x->square, values + null, (size_t)x->n_axes * sizeof(double));
    x->null = a;
    memcpy(x->basis, a + null * p, (size_t)(p * x->n_axes) * sizeof(double));
    if (x->n_axes > 0) ca_gemv(true, p, x->n_axes, 1, x->basis, p, b, 0, x->project);
    return CAUCE_OK;
}

static cauce_status axes_of_rows(cauce_run *run, const ca_centred *c, const cauce_train *train,
                                 struct axes *x) {
    int64_t n = c->design.n, p = c->p;
    double *rows = cauce_scratch(run, n, (size_t)(p + 1) * sizeof *rows);
    double *k = cauce_scratch(run, n, (size_t)n * sizeof *k), *values = cauce_scratch(run, n, sizeof *values);
    if (!rows || !k || !values) return CA_NOMEM(run);
    ca_plain plain = { train, c->mean, c->y_mean };
    ca_plain_rows(&plain, 0, n, rows, n);
    const double *y = rows + p * n;
    ca_gemm(false, true, n, n, p, 1, rows, n, rows, n, 0, k, n);
    CA_TRY(ca_eigen(run, n, k, values));
    int64_t null = count_null(n, values);
    x->n_axes = n - null;
    CA_TRY(axes_room(run, p, x->n_axes, x));
    for (int64_t r = 0; r < n; r++) x->yy += y[r] * y[r];
    for (int64_t a = 0; a < x->n_axes; a++) {
        double *u = k + (null + a) * n, root = sqrt(values[null + a]);
        x->square[a] = values[null + a];
        for (int64_t r = 0; r < n; r++) x->project[a] += root * u[r] * y[r];
        for (int64_t r = 0; r < n; r++) u[r] /= root;
        ca_gemv(true, n, p, 1, rows, n, u, 0, x->basis + a * p);
    }
    return CAUCE_OK;
}

/* ---- Rounds -------------------------------------------------------------------------------------------- */

struct round {
    double alpha, lambda;
    double rows;              /* total weight */
    double columns;           /* all, also those without an axis */
    double *coef;             /* in the axes */
    double squares, residual; /* of the coefficients; of the rows */
};

static void solve(const struct axes *x, struct round *now) {
    double ratio = now->lambda / now->alpha, met = 0;
    now->squares = 0;
    now->residual = x->yy;
    for (int64_t k = 0; k < x->n_axes; k++) {
        double total = x->square[k] + ratio, c = x->project[k] / total;
        now->coef[k] = c;
        now->squares += c * c;
        met += c * c * (x->square[k] + 2 * ratio); /* 2 c project - c^2 square */
    }
    now->residual = fmax(now->residual - met, 0);
}

/* Logarithm of the marginal likelihood, with those of the priors (Bishop, Pattern Recognition and Machine
 * Learning, 2006, equation 3.86). */
static double score(const struct bayes_params *p, const struct axes *x, const struct round *now) {
    double log_lambda = ca_log(now->lambda), log_alpha = ca_log(now->alpha);
    double log_determinant = -(now->columns - (double)x->n_axes) * log_lambda; /* of the covariance */
    for (int64_t k = 0; k < x->n_axes; k++)
        log_determinant -= ca_log(now->lambda + now->alpha * x->square[k]);
    return p->lambda_1 * log_lambda - p->lambda_2 * now->lambda + p->alpha_1 * log_alpha -
           p->alpha_2 * now->alpha +
           0.5 * (now->columns * log_lambda + now->rows * log_alpha - now->alpha * now->residual -
                  now->lambda * now->squares + log_determinant - now->rows * 1.83787706640934548356);
}

static void update(const struct bayes_params *p, const struct axes *x, struct round *now) {
    double determined = 0; /* how many coefficients the rows determine */
    for (int64_t k = 0; k < x->n_axes; k++)
        determined += now->alpha * x->square[k] / (now->lambda + now->alpha * x->square[k]);
    now->lambda = (determined + 2 * p->lambda_1) / (now->squares + 2 * p->lambda_2);
    now->alpha = (now->rows - determined + 2 * p->alpha_1) / (now->residual + 2 * p->alpha_2);
}

/* Coefficients of the columns; the sizes of their changes are summed. */
static double to_columns(const struct axes *x, int64_t p, const struct round *now, double *room,
                         double *coef) {
    double change = 0;
    memset(room, 0, (size_t)p * sizeof *room);
    if (x->n_axes > 0) ca_gemv(false, p, x->n_axes, 1, x->basis, p, now->coef, 0, room);
    for (int64_t j = 0; j < p; j++) {
        change += fabs(room[j] - coef[j]);
        coef[j] = room[j];
    }
    return change;
}

static cauce_status rounds(cauce_run *run, const struct bayes_params *p, const struct axes *x,
                           struct round *now, struct bayes_state *s) {
    int64_t width = s->linear.n_features, done = 0;
    double *room = cauce_scratch(run, width, sizeof *room);
    double *scores = cauce_scratch(run, p->compute_score ? p->n_iter + 1 : 0, sizeof *scores);
    now->coef = cauce_scratch(run, x->n_axes, sizeof *now->coef);
    if (!room || !scores || !now->coef) return CA_NOMEM(run);
    bool converged = false;
    for (; done < p->n_iter && !converged; done++) {
        CA_TRY(cauce_check_cancel(run));
        solve(x, now);
        if (p->compute_score) scores[done] = score(p, x, now);
        update(p, x, now);
        if (isnan(now->alpha) || isnan(now->lambda))
            return cauce_fail(run, CAUCE_E_NUMERIC,
                              "the numbers are so large that their squares overflow; scale the columns and "
                              "the target first");
        if (!isfinite(now->alpha) || !isfinite(now->lambda) || !(now->alpha > 0) || !(now->lambda > 0))
            return cauce_fail(
                run, CAUCE_E_NUMERIC,
                "the precisions become %g and %g after %lld rounds; priors above 0, or a target "
                "of another scale, keep them finite",
                now->alpha, now->lambda, (long long)done + 1);
        converged = to_columns(x, width, now, room, s->linear.coef) < p->tol && done > 0;
    }
    s->linear.n_iter = done;
    s->alpha = now->alpha;
    s->lambda = now->lambda;
    solve(x, now);
    to_columns(x, width, now, room, s->linear.coef);
    if (!converged)
        cauce_warn(
            run, "no_convergence",
            "the coefficients still change after n_iter=%lld rounds; raise n_iter or scale the columns",
            (long long)p->n_iter);
    if (!p->compute_score) return CAUCE_OK;
    scores[done] = score(p, x, now);
    s->n_scores = done + 1;
    s->scores = cauce_keep(run, s->n_scores, sizeof *s->scores);
    if (!s->scores) return CA_NOMEM(run);
    memcpy(s->scores, scores, (size_t)s->n_scores * sizeof *scores);
    return CAUCE_OK;
}

/* The covariance of the coefficients is the sum, over all axes v, of v v' / (lambda + alpha square). */
static cauce_status keep_spread(cauce_run *run, const struct axes *x, const double *mean,
                                struct bayes_state *s) {
    int64_t p = s->linear.n_features, null = p - x->n_axes;
    s->n_spread = p;
    s->spread = cauce_keep(run, p, (size_t)p * sizeof *s->spread);
    s->shift = cauce_keep(run, p, sizeof *s->shift);
    if (!s->spread || !s->shift) return CA_NOMEM(run);
    for (int64_t k = 0; k < p; k++) {
        const double *v = k < null ? x->null + k * p : x->basis + (k - null) * p;
        double size = 1 / sqrt(s->lambda + (k < null ? 0 : s->alpha * x->square[k - null]));
        for (int64_t j = 0; j < p; j++) {
            s->spread[k * p + j] = size * v[j];
            s->shift[k] -= size * v[j] * mean[j];
        }
    }
    return CAUCE_OK;
}

static double start(const cauce_value *value, double otherwise) {
    return value->type == CAUCE_V_INT || value->type == CAUCE_V_REAL ? value->real : otherwise;
}

static cauce_status bayes_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct bayes_params *p = params;
    struct bayes_state *s = state;
    ca_centred centred;
    struct axes axes = { 0 };
    CA_TRY(ca_linear_open(run, train, &s->linear));
    bool wide = train->schema->width > train->n_rows && !train->deviation;
    CA_TRY(ca_centred_open(run, train, p->fit_intercept, !wide, &centred));
    CA_TRY(wide ? axes_of_rows(run, &centred, train, &axes) : axes_of_columns(run, &centred, &axes));
    double total = centred.design.weight_sum, squares = axes.yy, mean = 0;
    if (!p->fit_intercept) { /* the variance is about the mean all the same */
        for (int64_t r = 0; r < train->n_rows; r++)
            mean += (train->weight ? train->weight[r] : 1) * train->y[r] / total;
        squares = fmax(squares - total * mean * mean, 0);
    }
    struct round now = { .rows = total, .columns = (double)train->schema->width };
    now.alpha = start(&p->alpha_init, 1 / (squares / total + 2.220446049250313e-16));
    now.lambda = start(&p->lambda_init, 1);
    CA_TRY(rounds(run, p, &axes, &now, s));
    s->linear.intercept = centred.y_mean;
    for (int64_t j = 0; j < s->linear.n_features; j++)
        s->linear.intercept -= s->linear.coef[j] * centred.mean[j];
    if (train->deviation) CA_TRY(keep_spread(run, &axes, centred.mean, s));
    return ca_linear_finite(run, &s->linear);
}

/* ---- Verify, bind, deviations -------------------------------------------------------------------------- */

static cauce_status bayes_verify(cauce_run *run, const cauce_fitted *self) {
    const struct bayes_state *s = self->state;
    CA_TRY(ca_linear_verify(run, self));
    if (s->n_spread == 0) return CAUCE_OK;
    if (s->n_spread != s->linear.n_features || !(s->alpha > 0))
        return cauce_fail(run, CAUCE_E_FORMAT, "the deviations are of %lld columns, the coefficients of %lld",
                          (long long)s->n_spread, (long long)s->linear.n_features);
    CA_TRY(ca_verify_finite(run, "spread", s->spread, s->n_spread * s->n_spread));
    return ca_verify_finite(run, "shift", s->shift, s->n_spread);
}

static cauce_status bayes_bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    (void)run;
    const struct bayes_state *s = self->state;
    if (s->n_spread) binding->scratch = (size_t)binding->block_rows * sizeof(double);
    return CAUCE_OK;
}

static cauce_status bayes_deviation(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                    double *out, void *scratch) {
    const struct bayes_state *s = self->state;
    double *along = scratch;
    if (s->n_spread != s->linear.n_features)
        return cauce_fail(run, CAUCE_E_FORMAT, "a bayesian_ridge that was fitted without deviations");
    for (int64_t r = 0; r < in->n_rows; r++) out[r] = 1 / s->alpha;
    for (int64_t k = 0; k < s->n_spread; k++) {
        ca_margin(self->in, in, s->spread + k * s->n_spread, s->shift[k], along);
        for (int64_t r = 0; r < in->n_rows; r++) out[r] += along[r] * along[r];
    }
    for (int64_t r = 0; r < in->n_rows; r++) out[r] = sqrt(out[r]);
    return CAUCE_OK;
}

const cauce_component cauce_bayesian_ridge = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "bayesian_ridge",
    .summary = "Ridge regression whose penalty and noise are set by the marginal likelihood.",
    .reference = "MacKay, Bayesian interpolation, 1992, doi:10.1162/neco.1992.4.3.415",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES,
    .params_size = sizeof(struct bayes_params),
    .params = param_rows,
    .state_size = sizeof(struct bayes_state),
    .state = state_rows,
    .state_version = 2,
    .oldest_state = 1,
    .fit = bayes_fit,
    .bind = bayes_bind,
    .apply = ca_linear_apply,
    .verify = bayes_verify,
    .deviation = bayes_deviation,
};
