#include "linear/net_cv.h"

#include <math.h>
#include <string.h>

#include "linear/fold_grams.h"
#include "linear/margin.h"
#include "linear/numbers.h"

cauce_status ca_net_cv_check(cauce_run *run, const void *params) {
    const ca_net_cv_params *p = params;
    return ca_net_alphas_check(run, &p->alphas, &p->l1_ratio, "ridge_cv");
}

/* ---- The search ---------------------------------------------------------------------------------------- */

/* Errors are in the order of the state: ratio, penalty, fold. */
struct search {
    const ca_net_cv_params *p;
    const cauce_train *train;
    ca_linear_choice *s;
    const double *ratio; /* s->n_ratios */
    ca_folds folds;
    ca_net_goal goal;
    const ca_net *whole; /* all rows */
    ca_fold_grams grams;
    double *fold_weight; /* n_folds */
    int64_t *unsolved;   /* n_folds x n_ratios: penalties that did not converge */
};

static double *error_at(const struct search *c, int64_t ratio, int64_t alpha, int64_t fold) {
    return &c->s->mse_path[(ratio * c->s->n_alphas + alpha) * c->s->n_folds + fold];
}

static cauce_status fill_alphas(cauce_run *run, const struct search *c) {
    const ca_net_cv_params *p = c->p;
    for (int64_t i = 0; i < c->s->n_ratios; i++)
        CA_TRY(ca_net_alphas(run, c->whole, &p->alphas, p->eps, c->ratio[i], c->s->n_alphas,
                             c->s->alphas + i * c->s->n_alphas));
    return CAUCE_OK;
}

/* ---- On Gram matrices ---------------------------------------------------------------------------------- */

static cauce_status gram_task(cauce_run *run, int64_t index, void *payload) {
    const struct search *c = payload;
    int64_t fold = index / c->s->n_ratios, ratio = index % c->s->n_ratios;
    ca_centred centred;
    ca_net net;
    CA_TRY(ca_fold_train(run, &c->grams, fold, &centred));
    CA_TRY(ca_net_open_gram(run, &centred, c->p->positive, &net));
    for (int64_t k = 0; k < c->s->n_alphas; k++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        ca_net_result result;
        CA_TRY(ca_net_solve(run, &net, c->s->alphas[ratio * c->s->n_alphas + k], c->ratio[ratio], c->goal,
                            &result));
        c->unsolved[index] += !result.converged;
        CA_TRY(ca_fold_squares(run, &c->grams, fold, &net.c, net.x, error_at(c, ratio, k, fold)));
        *error_at(c, ratio, k, fold) /= c->fold_weight[fold];
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

/* ---- On rows ------------------------------------------------------------------------------------------- */

static cauce_status mean_square(cauce_run *run, const struct search *c, const cauce_train *test,
                                const ca_net *net, int64_t fold, double *error) {
    double *coef = cauce_scratch(run, net->c.p, sizeof *coef), constant, sum = 0;
    double *out = cauce_scratch(run, test->n_rows, sizeof *out);
    if (!coef || !out) return CA_NOMEM(run);
    ca_centred_finish(&net->c, net->x, coef, &constant);
    ca_margin(test->schema, test->x, coef, constant, out);
    for (int64_t i = 0; i < test->n_rows; i++) {
        double off = test->y[i] - out[i];
        sum += (test->weight ? test->weight[i] : 1) * (off * off);
    }
    *error = sum / c->fold_weight[fold];
    return CAUCE_OK;
}

static cauce_status path_on_rows(cauce_run *run, const struct search *c, const cauce_train *train,
                                 const cauce_train *test, int64_t fold, int64_t ratio) {
    ca_net net;
    CA_TRY(ca_net_open(run, train, c->p->fit_intercept, c->p->positive, &net));
    for (int64_t k = 0; k < c->s->n_alphas; k++) {
        ca_net_result result;
        CA_TRY(ca_net_solve(run, &net, c->s->alphas[ratio * c->s->n_alphas + k], c->ratio[ratio], c->goal,
                            &result));
        c->unsolved[fold * c->s->n_ratios + ratio] += !result.converged;
        CA_TRY(mean_square(run, c, test, &net, fold, error_at(c, ratio, k, fold)));
    }
    return CAUCE_OK;
}

static cauce_status fold_on_rows(cauce_run *run, const struct search *c, int64_t f) {
    cauce_train train, test;
    CA_TRY(ca_fold_part(run, &c->folds, c->train, f, false, &train));
    CA_TRY(ca_fold_part(run, &c->folds, c->train, f, true, &test));
    for (int64_t i = 0; i < c->s->n_ratios; i++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        CA_TRY(path_on_rows(run, c, &train, &test, f, i));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

/* ---- The choice ---------------------------------------------------------------------------------------- */

static cauce_status search_open(cauce_run *run, struct search *c) {
    ca_linear_choice *s = c->s;
    int64_t ratios = ca_numbers_count(&c->p->l1_ratio);
    s->n_folds = c->folds.n_folds;
    s->n_alphas = ca_net_alphas_count(&c->p->alphas, c->p->n_alphas);
    s->n_ratios = ratios > 0 ? ratios : 1;
    s->n_candidates = s->n_ratios * s->n_alphas;
    s->alphas = cauce_keep(run, s->n_candidates, sizeof *s->alphas);
    s->mse_path = cauce_keep(run, s->n_candidates, (size_t)s->n_folds * sizeof *s->mse_path);
    double *ratio = cauce_scratch(run, s->n_ratios, sizeof *ratio);
    c->fold_weight = cauce_scratch(run, s->n_folds, sizeof *c->fold_weight);
    c->unsolved = cauce_scratch(run, s->n_folds * s->n_ratios, sizeof *c->unsolved);
    if (!s->alphas || !s->mse_path || !ratio || !c->fold_weight || !c->unsolved) return CA_NOMEM(run);
    for (int64_t i = 0; i < s->n_ratios; i++) ratio[i] = ratios > 0 ? ca_number_at(&c->p->l1_ratio, i) : 1;
    c->ratio = ratio;
    ca_fold_weights(c->train, &c->folds, c->fold_weight);
    return fill_alphas(run, c);
}

/* The least mean error, of equals the first. With weights a fold counts as much as its rows weigh. */
static void choose(const struct search *c, int64_t *ratio, int64_t *alpha) {
    double best = INFINITY;
    *ratio = *alpha = 0;
    for (int64_t i = 0; i < c->s->n_ratios; i++)
        for (int64_t k = 0; k < c->s->n_alphas; k++) {
            double sum = 0, total = 0;
            for (int64_t f = 0; f < c->s->n_folds; f++) {
                double weight = c->train->weight ? c->fold_weight[f] : 1;
                sum += weight * *error_at(c, i, k, f);
                total += weight;
            }
            if (!(sum / total < best)) continue;
            best = sum / total;
            *ratio = i;
            *alpha = k;
        }
}

static void tell(cauce_run *run, const struct search *c) {
    int64_t unsolved = 0;
    for (int64_t i = 0; i < c->s->n_folds * c->s->n_ratios; i++) unsolved += c->unsolved[i];
    if (unsolved > 0)
        cauce_warn(
            run, "no_convergence",
            "%lld of the %lld fits of the cross-validation did not reach tol within %lld passes; raise "
            "max_iter or eps, or scale the columns",
            (long long)unsolved, (long long)(c->s->n_candidates * c->s->n_folds),
            (long long)c->goal.max_iter);
}

static cauce_status validate(cauce_run *run, struct search *c) {
    bool summed = false;
    if (c->whole->by_gram)
        CA_TRY(ca_fold_grams_open(run, c->train, &c->folds, &c->whole->c, &c->grams, &summed));
    if (summed) return cauce_parallel(run, c->folds.n_folds * c->s->n_ratios, gram_task, c);
    for (int64_t f = 0; f < c->folds.n_folds; f++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        CA_TRY(fold_on_rows(run, c, f));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

cauce_status ca_net_cv_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const ca_net_cv_params *p = params;
    ca_linear_choice *s = state;
    ca_net net;
    ca_net_result result;
    struct search c = { .p = p, .train = train, .s = s, .whole = &net };
    c.goal = (ca_net_goal){ p->tol, ca_net_gap_for_a_choice(p->tol), false, p->max_iter };
    CA_TRY(ca_run_look(run, train->x));
    CA_TRY(ca_linear_open(run, train, &s->linear));
    CA_TRY(ca_linear_folds(run, &p->cv, train, true, &c.folds));
    CA_TRY(ca_net_open(run, train, p->fit_intercept, p->positive, &net));
    CA_TRY(search_open(run, &c));
    CA_TRY(validate(run, &c));
    tell(run, &c);
    int64_t ratio, alpha;
    choose(&c, &ratio, &alpha);
    s->alpha = s->alphas[ratio * s->n_alphas + alpha];
    s->l1_ratio = c.ratio[ratio];
    ca_net_goal last = { p->tol, p->tol, true, p->max_iter };
    CA_TRY(ca_net_solve(run, &net, s->alpha, s->l1_ratio, last, &result));
    ca_net_warn(run, &net, &result, p->tol);
    s->linear.n_iter = result.n_iter;
    s->linear.dual_gap = result.dual_gap;
    ca_centred_finish(&net.c, net.x, s->linear.coef, &s->linear.intercept);
    return ca_linear_finite(run, &s->linear);
}
