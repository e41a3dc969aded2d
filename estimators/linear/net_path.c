#include "linear/net_path.h"

#include <math.h>
#include <string.h>

#include "data/numeric.h"
#include "linear/noise.h"
#include "linear/numbers.h"

static bool is_given(const cauce_value *value) {
    return ca_numbers_count(value) > 0;
}

cauce_status ca_net_path_check(cauce_run *run, const void *params) {
    const ca_net_path_params *p = params;
    const cauce_value ratio = { .type = CAUCE_V_REAL, .real = p->l1_ratio };
    return ca_net_alphas_check(run, &p->alphas, &ratio, "ridge");
}

/* ---- The path ------------------------------------------------------------------------------------------ */

/* A path on its way: coefficients of each penalty in memory of their own, as many as are not 0. */
struct path {
    const ca_net_path_params *p;
    ca_net_path *s;
    ca_net *net;
    double *coef; /* p: work space */
    int64_t **column;
    double **value;
    int64_t unsolved;
};

static cauce_status path_open(cauce_run *run, struct path *c) {
    ca_net_path *s = c->s;
    s->n_alphas = ca_net_alphas_count(&c->p->alphas, c->p->n_alphas);
    double **reals[] = {
        &s->alphas, &s->explained, &s->criteria, &s->objectives, &s->gaps, &s->path_intercept
    };
    int64_t **wholes[] = { &s->df, &s->passes, &s->path_end };
    bool all = true;
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
        all = (*reals[i] = cauce_keep(run, s->n_alphas, sizeof(double))) && all;
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
        all = (*wholes[i] = cauce_keep(run, s->n_alphas, sizeof(int64_t))) && all;
    c->coef = cauce_scratch(run, c->net->c.p, sizeof *c->coef);
    c->column = cauce_scratch(run, s->n_alphas, sizeof *c->column);
    c->value = cauce_scratch(run, s->n_alphas, sizeof *c->value);
    return all && c->coef && c->column && c->value ? CAUCE_OK : CA_NOMEM(run);
}

/* n log(2 pi s^2) + RSS / s^2, as of normal errors of a variance that is known, and 2 or log n for each
 * degree of freedom (LassoLarsIC of scikit-learn since 1.1). A row of weight 2 counts as two. */
static double criterion_of(const struct path *c, int64_t k) {
    const double two_pi = 6.283185307179586476925, n = c->net->total, variance = c->s->noise_variance;
    if (isnan(variance)) return NAN;
    double squares = (1 - c->s->explained[k]) * c->net->yy;
    return n * log(two_pi * variance) + squares / variance +
           (c->p->criterion == CA_PATH_BIC ? log(n) : 2) * (double)c->s->df[k];
}

/* Takes down net->x as that of penalty k. */
static cauce_status keep_solution(cauce_run *run, struct path *c, int64_t k, const ca_net_result *result) {
    ca_net_path *s = c->s;
    const ca_net *net = c->net;
    int64_t n = 0;
    double sizes = 0, squares = 0, residual = ca_net_squares(net);
    ca_centred_finish(&net->c, net->x, c->coef, &s->path_intercept[k]);
    for (int64_t j = 0; j < net->c.p; j++) n += c->coef[j] != 0;
    c->column[k] = cauce_scratch(run, n, sizeof *c->column[k]);
    c->value[k] = cauce_scratch(run, n, sizeof *c->value[k]);
    if (!c->column[k] || !c->value[k]) return CA_NOMEM(run);
    s->df[k] = n;
    n = 0;
    for (int64_t j = 0; j < net->c.p; j++) {
        if (c->coef[j] == 0) continue;
        c->column[k][n] = j;
        c->value[k][n++] = c->coef[j];
        sizes += fabs(c->coef[j]);
        squares += c->coef[j] * c->coef[j];
    }
    s->explained[k] = net->yy > 0 ? 1 - residual / net->yy : 0;
    s->objectives[k] = residual / (2 * net->total) +
                       s->alphas[k] * (c->p->l1_ratio * sizes + 0.5 * (1 - c->p->l1_ratio) * squares);
    s->gaps[k] = result->dual_gap;
    s->passes[k] += result->n_iter;
    s->criteria[k] = criterion_of(c, k);
    return CAUCE_OK;
}

/* Of a lasso the bound is of the first order in what a point lacks, its distance from the optimum of the
 * second: far below a tenth of tol. With squares both are alike. */
static double gap_of_a_path(const ca_net_path_params *p) {
    return p->l1_ratio < 1 ? ca_net_gap_for_a_choice(p->tol) : fmin(p->tol, fmax(0.1 * p->tol, 1e-10));
}

static cauce_status follow(cauce_run *run, struct path *c) {
    ca_net_goal goal = { c->p->tol, gap_of_a_path(c->p), false, c->p->max_iter };
    for (int64_t k = 0; k < c->s->n_alphas; k++) {
        ca_net_result result;
        CA_TRY(ca_net_solve(run, c->net, c->s->alphas[k], c->p->l1_ratio, goal, &result));
        c->unsolved += !result.converged;
        CA_TRY(keep_solution(run, c, k, &result));
    }
    if (c->unsolved > 0)
        cauce_warn(run, "no_convergence",
                   "%lld of the %lld penalties of the path did not reach tol within %lld passes; raise "
                   "max_iter or eps, or scale the columns",
                   (long long)c->unsolved, (long long)c->s->n_alphas, (long long)c->p->max_iter);
    return CAUCE_OK;
}

/* ---- The choice ---------------------------------------------------------------------------------------- */

/* Without it a criterion says nothing: refused before any work, where it is needed. */
static cauce_status find_noise(cauce_run *run, struct path *c) {
    bool needed = !is_given(&c->p->alpha) && c->p->criterion != CA_PATH_LAST;
    c->s->noise_variance = NAN;
    if (is_given(&c->p->noise_variance)) {
        c->s->noise_variance = ca_number_at(&c->p->noise_variance, 0);
        return CAUCE_OK;
    }
    CA_TRY(ca_net_noise(run, c->net, c->p->fit_intercept, &c->s->noise_variance));
    if (!needed || !isnan(c->s->noise_variance)) return CAUCE_OK;
    const char *criterion = c->p->criterion == CA_PATH_BIC ? "bic" : "aic";
    const long long rows = c->net->c.design.n, columns = c->net->c.p;
    if (c->net->yy == 0)
        return cauce_fail(run, CAUCE_E_DATA,
                          "criterion=%s has nothing to choose by: the target is the same in all rows; "
                          "take criterion=last",
                          criterion);
    return cauce_fail(
        run, CAUCE_E_DATA,
        "criterion=%s needs the variance of the noise, which is estimated from more rows than "
        "columns (up to %d): there %s %lld row%s with a total weight of %.6g, and %lld column%s; "
        "give noise_variance or alpha, take criterion=last, or lasso_cv or elastic_net_cv",
        criterion, (int)CA_NET_MOST_GRAM, rows == 1 ? "is" : "are", rows, rows == 1 ? "" : "s", c->net->total,
        columns, columns == 1 ? "" : "s");
}

/* The place in the path: of the penalty that is given the nearest one by ratio, else of the least criterion,
 * of equals the first. */
static int64_t choose(const struct path *c) {
    const ca_net_path *s = c->s;
    int64_t best = 0;
    if (!is_given(&c->p->alpha) && c->p->criterion == CA_PATH_LAST) return s->n_alphas - 1;
    for (int64_t k = 1; k < s->n_alphas; k++) {
        bool better = is_given(&c->p->alpha)
                          ? fabs(log(s->alphas[k] / s->alpha)) < fabs(log(s->alphas[best] / s->alpha))
                          : s->criteria[k] < s->criteria[best];
        if (better) best = k;
    }
    return best;
}

/* From the solution of the path on to the optimum, which then is the one of the path too. */
static cauce_status finish(cauce_run *run, struct path *c) {
    ca_net_path *s = c->s;
    const ca_net_path_params *p = c->p;
    ca_net_goal goal = { p->tol, p->tol, true, p->max_iter };
    ca_net_result result;
    if (is_given(&p->alpha)) s->alpha = ca_number_at(&p->alpha, 0);
    s->chosen = choose(c);
    if (!is_given(&p->alpha)) s->alpha = s->alphas[s->chosen];
    CA_TRY(ca_net_return(run, c->net, s->alphas[s->chosen], p->l1_ratio, s->df[s->chosen],
                         c->column[s->chosen], c->value[s->chosen]));
    CA_TRY(ca_net_solve(run, c->net, s->alpha, p->l1_ratio, goal, &result));
    ca_net_warn(run, c->net, &result, p->tol);
    if (s->alpha == s->alphas[s->chosen]) CA_TRY(keep_solution(run, c, s->chosen, &result));
    s->linear.n_iter = result.n_iter;
    s->linear.dual_gap = result.dual_gap;
    ca_centred_finish(&c->net->c, c->net->x, s->linear.coef, &s->linear.intercept);
    return ca_linear_finite(run, &s->linear);
}

static cauce_status put_together(cauce_run *run, struct path *c) {
    ca_net_path *s = c->s;
    for (int64_t k = 0; k < s->n_alphas; k++) s->path_end[k] = s->n_nonzero += s->df[k];
    s->path_column = cauce_keep(run, s->n_nonzero, sizeof *s->path_column);
    s->path_coef = cauce_keep(run, s->n_nonzero, sizeof *s->path_coef);
    if (!s->path_column || !s->path_coef) return CA_NOMEM(run);
    for (int64_t k = 0; k < s->n_alphas; k++) {
        int64_t start = s->path_end[k] - s->df[k];
        memcpy(s->path_column + start, c->column[k], (size_t)s->df[k] * sizeof *s->path_column);
        memcpy(s->path_coef + start, c->value[k], (size_t)s->df[k] * sizeof *s->path_coef);
    }
    return CAUCE_OK;
}

cauce_status ca_net_path_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const ca_net_path_params *p = params;
    ca_net net;
    struct path c = { .p = p, .s = state, .net = &net };
    CA_TRY(ca_linear_open(run, train, &c.s->linear));
    CA_TRY(ca_net_open(run, train, p->fit_intercept, p->positive, &net));
    CA_TRY(find_noise(run, &c));
    CA_TRY(path_open(run, &c));
    CA_TRY(ca_net_alphas(run, &net, &p->alphas, p->eps, p->l1_ratio, c.s->n_alphas, c.s->alphas));
    CA_TRY(follow(run, &c));
    CA_TRY(finish(run, &c));
    return put_together(run, &c);
}

cauce_status ca_net_path_verify(cauce_run *run, const cauce_fitted *self) {
    const ca_net_path *s = self->state;
    CA_TRY(ca_linear_verify(run, self));
    if (s->chosen < 0 || s->chosen >= s->n_alphas)
        return cauce_fail(run, CAUCE_E_FORMAT, "penalty %lld was chosen of %lld", (long long)s->chosen,
                          (long long)s->n_alphas);
    for (int64_t k = 0, start = 0; k < s->n_alphas; start = s->path_end[k++]) {
        int64_t end = s->path_end[k];
        if (end < start || end > s->n_nonzero || s->df[k] != end - start)
            return cauce_fail(run, CAUCE_E_FORMAT, "path_end[%lld] is %lld, after %lld and df %lld",
                              (long long)k, (long long)end, (long long)start, (long long)s->df[k]);
        for (int64_t i = start; i < end; i++)
            if (s->path_column[i] < (i > start ? s->path_column[i - 1] + 1 : 0) ||
                s->path_column[i] >= s->linear.n_features)
                return cauce_fail(run, CAUCE_E_FORMAT, "path_column[%lld] is %lld of %lld columns",
                                  (long long)i, (long long)s->path_column[i],
                                  (long long)s->linear.n_features);
    }
    if (s->path_end[s->n_alphas - 1] != s->n_nonzero)
        return cauce_fail(run, CAUCE_E_FORMAT, "path_end ends at %lld of %lld coefficients",
                          (long long)s->path_end[s->n_alphas - 1], (long long)s->n_nonzero);
    CA_TRY(ca_verify_finite(run, "alphas", s->alphas, s->n_alphas));
    CA_TRY(ca_verify_finite(run, "path_intercept", s->path_intercept, s->n_alphas));
    return ca_verify_finite(run, "path_coef", s->path_coef, s->n_nonzero);
}
