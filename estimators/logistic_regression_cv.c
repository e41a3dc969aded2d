/* Logistic regression with strength and mixture of the penalty chosen by cross-validation. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "linear/folds.h"
#include "linear/logistic.h"
#include "linear/numbers.h"
#include "math/special.h"

struct logistic_cv_params {
    cauce_value Cs, l1_ratios, cv, class_weight;
    int penalty, solver, scoring;
    bool fit_intercept;
    int64_t max_iter;
    double tol;
};

enum { SCORE_ACCURACY, SCORE_LOG_LOSS };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(struct logistic_cv_params, Cs, "10", CAUCE_V_INT | CAUCE_V_LIST, 1, 100000, 0.0, 0.0, NULL,
                "Inverse strengths of the penalty to try: a list, or how many from 1e-4 to 1e4."),
    CAUCE_MIXED(struct logistic_cv_params, l1_ratios, "null",
                CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_LIST, 0, 1, 0.0, 1.0, NULL,
                "Shares of the penalty on sizes to try, of penalty=elasticnet."),
    CAUCE_CHOICE(
        struct logistic_cv_params, penalty, "l2", "l2|l1|elasticnet",
        "What is penalised: the squares of the coefficients, their sizes (which makes many exactly 0), "
        "or both."),
    CAUCE_CHOICE(
        struct logistic_cv_params, scoring, "accuracy", "accuracy|log_loss",
        "What decides, as the mean over the test rows of each fold: the share of rows whose class is "
        "right, or the likelihood of the true classes."),
    CA_CV_ROW(struct logistic_cv_params, "5", 0, " with the classes spread evenly"),
    CAUCE_BOOL(struct logistic_cv_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added to the margin."),
    CA_CLASS_WEIGHT_ROW(struct logistic_cv_params),
    CAUCE_CHOICE(struct logistic_cv_params, solver, "auto", CA_LOGISTIC_SOLVERS,
                 "How an optimum is found; see logistic_regression."),
    CAUCE_INT(struct logistic_cv_params, max_iter, 100, 1, 1000000,
              "Newton steps at most for each fit; lbfgs may take fifty times as many."),
    CAUCE_REAL_ABOVE(struct logistic_cv_params, tol, 1e-4, 0.0, 1.0,
                     "Accuracy of each optimum; see logistic_regression."),
    CAUCE_END
};

struct logistic_cv_state {
    ca_linear_classes linear; /* first: what reads the state takes it for this */
    double C, l1_ratio, best_score;
    double *Cs, *l1_ratios, *scores;
    int64_t n_Cs, n_ratios, n_candidates, n_folds;
};

static const cauce_state state_rows[] = {
    CA_LINEAR_CLASSES_ROWS,
    CAUCE_NUMBER_INT(ca_linear_classes, n_iter, "Steps taken over all rows by the last fit."),
    CAUCE_NUMBER_REAL(ca_linear_classes, gradient_norm,
                      "Largest element of the objective's gradient at the solution."),
    CAUCE_NUMBER_REAL(struct logistic_cv_state, C, "Inverse strength that was chosen."),
    CAUCE_NUMBER_REAL(struct logistic_cv_state, l1_ratio, "Share of the penalty on sizes that was chosen."),
    CAUCE_NUMBER_REAL(struct logistic_cv_state, best_score, "Mean score of what was chosen."),
    CAUCE_ARRAY(struct logistic_cv_state, Cs, CAUCE_F64, n_Cs, "Inverse strengths that were tried."),
    CAUCE_ARRAY(struct logistic_cv_state, l1_ratios, CAUCE_F64, n_ratios, "Shares that were tried."),
    CAUCE_MATRIX(struct logistic_cv_state, scores, CAUCE_F64, n_candidates, n_folds,
                 "Score of each fold (log_loss: minus the loss), for each strength, share after share."),
    CAUCE_STATE_END
};

static int penalty_of(const struct logistic_cv_params *p) {
    static const int penalty[] = { CA_PENALTY_L2, CA_PENALTY_L1, CA_PENALTY_NET };
    return penalty[p->penalty];
}

static cauce_status logistic_cv_check(cauce_run *run, const void *params) {
    const struct logistic_cv_params *p = params;
    int64_t ratios = ca_numbers_count(&p->l1_ratios);
    if (p->Cs.type == CAUCE_V_LIST) CA_TRY(ca_numbers_check(run, "Cs", &p->Cs, 0, true, INFINITY));
    if (penalty_of(p) == CA_PENALTY_NET && ratios == 0)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "penalty=elasticnet needs l1_ratios, numbers from 0 to 1, such as [0.1, 0.5, 0.9]");
    CA_TRY(ca_numbers_check(run, "l1_ratios", &p->l1_ratios, 0, false, 1));
    return ca_logistic_check(run, penalty_of(p), p->solver, ratios > 0);
}

/* ---- The search ---------------------------------------------------------------------------------------- */

enum { PIECE = 4096 /* rows */ };

struct search {
    const struct logistic_cv_params *p;
    const cauce_train *train;
    struct logistic_cv_state *s;
    ca_folds folds;
};

static ca_logistic logistic_of(const struct logistic_cv_params *p, double C, double l1_ratio) {
    return (ca_logistic){ penalty_of(p), p->solver, C, l1_ratio, p->fit_intercept, p->max_iter, p->tol };
}

/* The rows of a fold as cauce_class_weights and the design take them. */
static cauce_status weigh_classes(cauce_run *run, const struct search *c, const cauce_train *fold,
                                  double *weight) {
    const cauce_value *given = &c->p->class_weight;
    if (given->type == 0 || given->type == CAUCE_V_NULL) return CAUCE_OK;
    double *per_class = cauce_scratch(run, fold->n_classes, sizeof *per_class);
    if (!per_class) return CA_NOMEM(run);
    CA_TRY(cauce_class_weights(run, given, fold, per_class));
    for (int64_t i = 0; i < fold->n_rows; i++) weight[i] *= per_class[fold->y_class[i]];
    return CAUCE_OK;
}

/* The training rows of a fold are all rows, those of the others with weight 0: no copy of the columns. The
 * weights are times those of the classes. */
static cauce_status fold_rows(cauce_run *run, const struct search *c, int64_t f, cauce_train *fold) {
    int64_t rows[PIECE], at = 0;
    double *weight = cauce_scratch(run, c->train->n_rows, sizeof *weight);
    double *total = cauce_scratch(run, c->train->n_classes, sizeof *total);
    if (!weight || !total) return CA_NOMEM(run);
    for (int64_t n; (n = ca_fold_next(&c->folds, c->train->n_rows, f, false, &at, PIECE, rows)) > 0;)
        for (int64_t i = 0; i < n; i++) {
            weight[rows[i]] += c->train->weight ? c->train->weight[rows[i]] : 1;
            total[c->train->y_class[rows[i]]] += weight[rows[i]];
        }
    for (int32_t k = 0; k < c->train->n_classes; k++)
        if (!(total[k] > 0))
            return cauce_fail(
                run, CAUCE_E_DATA,
                "fold %lld of the cross-validation inside trains on no row of class '%s'; take fewer "
                "folds, or merge rare classes",
                (long long)f + 1, c->train->classes ? cauce_levels_text(c->train->classes, k) : "?");
    *fold = *c->train;
    fold->weight = weight;
    return weigh_classes(run, c, fold, weight);
}

/* Adds the scores of some rows and their weights. */
static cauce_status score_rows(cauce_run *run, const struct search *c, const cauce_train *test,
                               const ca_linear_classes *s, double *score, double *weights) {
    int32_t k = test->n_classes;
    int64_t n = test->n_rows;
    double *p = cauce_scratch(run, n, (size_t)k * sizeof *p), *scratch = cauce_scratch(run, 2 * n, sizeof *p);
    if (!p || !scratch) return CA_NOMEM(run);
    CA_TRY(ca_logistic_probabilities(run, s, false, test->schema, test->x, p, n, scratch));
    double sum = *score, total = *weights;
    for (int64_t i = 0; i < n; i++) {
        double w = test->weight ? test->weight[i] : 1, mine = p[i + test->y_class[i] * n];
        int32_t best = 0;
        for (int32_t a = 1; a < k; a++)
            if (p[i + a * n] > p[i + best * n]) best = a;
        sum += w * (c->p->scoring == SCORE_ACCURACY ? best == test->y_class[i]
                                                    : ca_log(fmin(fmax(mine, DBL_EPSILON), 1 - DBL_EPSILON)));
        total += w;
    }
    *score = sum;
    *weights = total;
    return CAUCE_OK;
}

/* Mean over the test rows, weighted. Few of them are brought together at a time: no copy of a fold. */
static cauce_status score_fold(cauce_run *run, const struct search *c, int64_t f, const ca_linear_classes *s,
                               double *score) {
    int64_t rows[PIECE], at = 0;
    double sum = 0, total = 0;
    for (int64_t n; (n = ca_fold_next(&c->folds, c->train->n_rows, f, true, &at, PIECE, rows)) > 0;) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        cauce_train test;
        CA_TRY(ca_train_rows(run, c->train, rows, n, &test));
        CA_TRY(score_rows(run, c, &test, s, &sum, &total));
        ca_arena_back(&run->scratch, here);
    }
    *score = sum / total;
    return CAUCE_OK;
}

/* From the strongest penalty on, each fit from the one before. */
static cauce_status fold_path(cauce_run *run, const struct search *c, const cauce_train *train, int64_t ratio,
                              int64_t f, int64_t *unsolved) {
    struct logistic_cv_state *s = c->s;
    ca_design d;
    CA_TRY(ca_design_open(run, train, NULL, train->weight, c->p->fit_intercept, &d));
    CA_TRY(ca_design_standardise(run, &d, c->p->fit_intercept, true));
    ca_linear_classes one = s->linear;
    one.coef = cauce_scratch(run, one.n_rows, (size_t)d.p * sizeof *one.coef);
    one.intercept = cauce_scratch(run, one.n_rows, sizeof *one.intercept);
    double *v = cauce_scratch(run, one.n_rows, (size_t)d.q * sizeof *v);
    double *gradient = cauce_scratch(run, one.n_rows, (size_t)d.q * sizeof *gradient);
    if (!one.coef || !one.intercept || !v || !gradient) return CA_NOMEM(run);
    for (int64_t k = 0; k < s->n_Cs; k++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        ca_descent descent;
        ca_logistic logistic = logistic_of(c->p, s->Cs[k], s->l1_ratios[ratio]);
        CA_TRY(ca_logistic_minimise(run, &logistic, &d, train->y_class, train->n_classes, k == 0, &descent, v,
                                    gradient));
        *unsolved += descent.ending != CA_CONVERGED;
        ca_logistic_back(&logistic, &d, one.n_rows, v, gradient, one.coef, one.intercept, &one.gradient_norm);
        CA_TRY(score_fold(run, c, f, &one, &s->scores[(ratio * s->n_Cs + k) * s->n_folds + f]));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

static cauce_status validate(cauce_run *run, const struct search *c) {
    int64_t unsolved = 0;
    for (int64_t f = 0; f < c->folds.n_folds; f++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        cauce_train train;
        CA_TRY(fold_rows(run, c, f, &train));
        for (int64_t i = 0; i < c->s->n_ratios; i++) {
            CA_TRY(cauce_check_cancel(run));
            CA_TRY(fold_path(run, c, &train, i, f, &unsolved));
        }
        ca_arena_back(&run->scratch, here);
    }
    if (unsolved > 0)
        cauce_warn(
            run, "no_convergence",
            "%lld of the %lld fits of the cross-validation did not reach their optimum; raise max_iter, "
            "leave out the largest Cs, or scale the features",
            (long long)unsolved, (long long)(c->s->n_candidates * c->s->n_folds));
    return CAUCE_OK;
}

static cauce_status search_open(cauce_run *run, struct search *c) {
    struct logistic_cv_state *s = c->s;
    CA_TRY(ca_linear_folds(run, &c->p->cv, c->train, true, &c->folds));
    int64_t ratios = penalty_of(c->p) == CA_PENALTY_NET ? ca_numbers_count(&c->p->l1_ratios) : 1;
    s->n_Cs = c->p->Cs.type == CAUCE_V_LIST ? c->p->Cs.n_items : c->p->Cs.integer;
    s->n_ratios = ratios;
    s->n_candidates = s->n_Cs * ratios;
    s->n_folds = c->folds.n_folds;
    s->Cs = cauce_keep(run, s->n_Cs, sizeof *s->Cs);
    s->l1_ratios = cauce_keep(run, ratios, sizeof *s->l1_ratios);
    s->scores = cauce_keep(run, s->n_candidates, (size_t)s->n_folds * sizeof *s->scores);
    if (!s->Cs || !s->l1_ratios || !s->scores) return CA_NOMEM(run);
    double last = (double)(s->n_Cs - 1);
    for (int64_t k = 0; k < s->n_Cs; k++)
        s->Cs[k] = c->p->Cs.type == CAUCE_V_LIST ? ca_number_at(&c->p->Cs, k)
                                                 : pow(10, last > 0 ? -4 + 8 * (double)k / last : -4);
    for (int64_t i = 0; i < ratios; i++)
        s->l1_ratios[i] = penalty_of(c->p) == CA_PENALTY_NET  ? ca_number_at(&c->p->l1_ratios, i)
                          : penalty_of(c->p) == CA_PENALTY_L1 ? 1
                                                              : 0;
    return CAUCE_OK;
}

/* The best mean; of equals the first. */
static void choose(struct logistic_cv_state *s) {
    s->best_score = -INFINITY;
    for (int64_t k = 0; k < s->n_candidates; k++) {
        double mean = 0;
        for (int64_t f = 0; f < s->n_folds; f++) mean += s->scores[k * s->n_folds + f] / (double)s->n_folds;
        if (!(mean > s->best_score)) continue;
        s->best_score = mean;
        s->C = s->Cs[k % s->n_Cs];
        s->l1_ratio = s->l1_ratios[k / s->n_Cs];
    }
}

static cauce_status logistic_cv_fit(cauce_run *run, const void *params, const cauce_train *train,
                                    void *state) {
    const struct logistic_cv_params *p = params;
    struct logistic_cv_state *s = state;
    struct search c = { .p = p, .train = train, .s = s };
    CA_TRY(ca_run_look(run, train->x));
    CA_TRY(ca_linear_classes_open(run, train, &s->linear));
    CA_TRY(search_open(run, &c));
    CA_TRY(validate(run, &c));
    choose(s);
    ca_design d;
    ca_descent descent;
    const double *weight;
    CA_TRY(ca_class_row_weights(run, &p->class_weight, train, &weight));
    CA_TRY(ca_design_open(run, train, NULL, weight, p->fit_intercept, &d));
    CA_TRY(ca_design_standardise(run, &d, p->fit_intercept, true));
    double *v = cauce_scratch(run, s->linear.n_rows, (size_t)d.q * sizeof *v);
    double *gradient = cauce_scratch(run, s->linear.n_rows, (size_t)d.q * sizeof *gradient);
    if (!v || !gradient) return CA_NOMEM(run);
    if (p->l1_ratios.type != CAUCE_V_NULL && penalty_of(p) != CA_PENALTY_NET)
        cauce_warn(run, "unused_parameter", "l1_ratios change nothing without penalty=elasticnet");
    ca_logistic logistic = logistic_of(p, s->C, s->l1_ratio);
    CA_TRY(ca_logistic_minimise(run, &logistic, &d, train->y_class, train->n_classes, true, &descent, v,
                                gradient));
    ca_logistic_back(&logistic, &d, s->linear.n_rows, v, gradient, s->linear.coef, s->linear.intercept,
                     &s->linear.gradient_norm);
    s->linear.n_iter = descent.n_iter;
    ca_logistic_tell(run, &descent);
    return ca_linear_classes_finite(run, &s->linear);
}

static cauce_status logistic_cv_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                      cauce_batch *out, void *scratch) {
    return ca_logistic_probabilities(run, self->state, false, self->in, in,
                                     cauce_block_values(&out->blocks[0]), out->blocks[0].stride, scratch);
}

const cauce_component cauce_logistic_regression_cv = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "logistic_regression_cv",
    .summary = "logistic_regression with the penalty chosen by cross-validation.",
    .reference = "Yuan, Ho and Lin, 2012, http://jmlr.org/papers/v13/yuan12a.html",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_LOGIT,
    .params_size = sizeof(struct logistic_cv_params),
    .params = param_rows,
    .state_size = sizeof(struct logistic_cv_state),
    .state = state_rows,
    .state_version = 1,
    .check = logistic_cv_check,
    .fit = logistic_cv_fit,
    .bind = ca_logistic_bind,
    .apply = logistic_cv_apply,
    .verify = ca_linear_classes_verify,
};
