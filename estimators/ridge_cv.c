/* Ridge regression with the penalty chosen by leaving out each row in turn, without fitting again, or by
 * folds. Of several targets the penalty is that of the best mean score, or each has one of its own. */
#include <math.h>

#include "linear/fold_grams.h"
#include "linear/cholesky.h"
#include "linear/least_squares.h"
#include "linear/leave_one_out.h"
#include "linear/linear.h"
#include "linear/margin.h"
#include "linear/numbers.h"

struct ridge_cv_params {
    cauce_value alphas, cv;
    bool fit_intercept, alpha_per_target;
};

static const cauce_param param_rows[] = {
    CAUCE_LIST(struct ridge_cv_params, alphas, "[0.1, 1.0, 10.0]",
               "Strengths of the penalty to try, each above 0."),
    CAUCE_BOOL(struct ridge_cv_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CA_CV_ROW(
        struct ridge_cv_params, "null", CAUCE_V_NULL,
        " to choose by mean r2 (null: each row is left out in turn, and the mean squared error decides)"),
    CAUCE_BOOL(struct ridge_cv_params, alpha_per_target, false,
               "Whether of several targets each has a penalty of its own; otherwise the mean of their scores "
               "decides."),
    CAUCE_END
};

/* The form that an array has where each target has a choice of its own. */
#define EACH_ROW(name, member, cols, help)                                                                   \
    {                                                                                                        \
        name, CAUCE_F64, offsetof(ca_linear_choice, member),                                                 \
            CAUCE_OFFSET_(ca_linear_choice, n_choices, int64_t), cols, help                                  \
    }

static const cauce_state state_rows[] = {
    CA_LINEAR_ROWS,
    CA_LINEAR_TARGET_ROWS,
    CAUCE_NUMBER_REAL(ca_linear_choice, alpha, "Strength of the penalty that was chosen."),
    CAUCE_NUMBER_REAL(ca_linear_choice, best_score,
                      "Its score: mean r2 of the folds, or minus the mean squared error of rows left out."),
    CAUCE_ARRAY(ca_linear_choice, scores, CAUCE_F64, n_alphas, "Score of each strength that was tried."),
    EACH_ROW("alpha", target_alpha, (size_t)-1, "With alpha_per_target: that of each target."),
    EACH_ROW("best_score", target_best_score, (size_t)-1, "With alpha_per_target: that of each target."),
    EACH_ROW("scores", target_scores, CAUCE_OFFSET_(ca_linear_choice, n_alphas, int64_t),
             "With alpha_per_target: a row for each target."),
    CAUCE_STATE_END
};

static cauce_status ridge_cv_check(cauce_run *run, const void *params) {
    const struct ridge_cv_params *p = params;
    return ca_numbers_check(run, "alphas", &p->alphas, 0, true, INFINITY);
}

/* ---- Folds --------------------------------------------------------------------------------------------- */

struct search {
    const cauce_train *train;
    bool fit_intercept;
    int64_t n_alphas;
    const double *alphas;
    ca_folds folds;
    ca_fold_grams grams;
    double *scores; /* of each penalty */
};

/* Sum of w (y - mean)^2 over some rows. */
static double variation(const cauce_train *train, const int64_t *rows, int64_t n) {
    double total = 0, mean = 0, sum = 0;
    for (int64_t i = 0; i < n; i++) total += train->weight ? train->weight[rows[i]] : 1;
    for (int64_t i = 0; i < n; i++)
        mean += (train->weight ? train->weight[rows[i]] : 1) * train->y[rows[i]] / total;
    for (int64_t i = 0; i < n; i++) {
        double off = train->y[rows[i]] - mean;
        sum += (train->weight ? train->weight[rows[i]] : 1) * off * off;
    }
    return sum;
}

/* all: the variation of the fold's targets. */
static void add_score(struct search *c, double all, int64_t alpha, double squares) {
    double r2 = all > 0 ? 1 - squares / all : squares > 0 ? 0 : 1;
    c->scores[alpha] += r2 / (double)c->folds.n_folds;
}

static cauce_status on_gram(cauce_run *run, struct search *c, const ca_centred *centred, int64_t fold) {
    int64_t p = centred->p;
    double *a = cauce_scratch(run, p, (size_t)p * sizeof *a), *b = cauce_scratch(run, p, sizeof *b);
    if (!a || !b) return CA_NOMEM(run);
    const int64_t *rows;
    int64_t n;
    CA_TRY(ca_fold_rows(run, &c->folds, c->train->n_rows, fold, true, &rows, &n));
    double all = variation(c->train, rows, n);
    for (int64_t k = 0; k < c->n_alphas; k++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        bool solved;
        double squares;
        for (int64_t i = 0; i < p * p; i++) a[i] = centred->a[i];
        for (int64_t j = 0; j < p; j++) {
            b[j] = centred->b[j];
            a[j + j * p] += c->alphas[k] * centred->scale[j] * centred->scale[j];
            if (centred->scale[j] == 0) a[j + j * p] = 1; /* a column of zeros */
        }
        CA_TRY(ca_spd_solve(run, p, a, b, 1e-14, &solved));
        if (!solved) CA_TRY(ca_psd_solve(run, p, a, b));
        CA_TRY(ca_fold_squares(run, &c->grams, fold, centred, b, &squares));
        add_score(c, all, k, squares);
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

static cauce_status on_rows(cauce_run *run, struct search *c, int64_t f) {
    cauce_train train, test;
    const int64_t *rows;
    int64_t n;
    CA_TRY(ca_fold_part(run, &c->folds, c->train, f, false, &train));
    CA_TRY(ca_fold_rows(run, &c->folds, c->train->n_rows, f, true, &rows, &n));
    CA_TRY(ca_train_rows(run, c->train, rows, n, &test));
    double *coef = cauce_scratch(run, train.schema->width, sizeof *coef), constant;
    double *out = cauce_scratch(run, test.n_rows, sizeof *out);
    if (!coef || !out) return CA_NOMEM(run);
    double all = variation(c->train, rows, n);
    for (int64_t k = 0; k < c->n_alphas; k++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        CA_TRY(ca_least_squares(run, &train, c->alphas[k], c->fit_intercept, false, coef, &constant));
        ca_margin(test.schema, test.x, coef, constant, out);
        double squares = 0;
        for (int64_t i = 0; i < test.n_rows; i++)
            squares += (test.weight ? test.weight[i] : 1) * (test.y[i] - out[i]) * (test.y[i] - out[i]);
        add_score(c, all, k, squares);
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

static cauce_status by_folds(cauce_run *run, const cauce_value *cv, struct search *c) {
    CA_TRY(ca_linear_folds(run, cv, c->train, true, &c->folds));
    ca_centred whole;
    bool summed = false;
    if (c->train->schema->width <= c->train->n_rows) {
        CA_TRY(ca_centred_open(run, c->train, c->fit_intercept, true, &whole));
        CA_TRY(ca_fold_grams_open(run, c->train, &c->folds, &whole, &c->grams, &summed));
    }
    for (int64_t f = 0; f < c->folds.n_folds; f++) {
        CA_TRY(cauce_check_cancel(run));
        ca_arena_mark here = ca_arena_here(&run->scratch);
        ca_centred centred;
        if (summed) {
            CA_TRY(ca_fold_train(run, &c->grams, f, &centred));
            CA_TRY(on_gram(run, c, &centred, f));
        } else
            CA_TRY(on_rows(run, c, f));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

/* Scores of all penalties for one target. */
static cauce_status score_target(cauce_run *run, const struct ridge_cv_params *p, struct search *c) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    if (p->cv.type != CAUCE_V_NULL) {
        CA_TRY(by_folds(run, &p->cv, c));
    } else {
        CA_TRY(ca_leave_one_out(run, c->train, p->fit_intercept, c->n_alphas, c->alphas, c->scores));
        for (int64_t k = 0; k < c->n_alphas; k++) c->scores[k] = -c->scores[k];
    }
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Of equals the first. */
static int64_t best_of(const double *scores, int64_t n) {
    int64_t best = 0;
    for (int64_t k = 1; k < n; k++)
        if (scores[k] > scores[best]) best = k;
    return best;
}

/* One penalty, by the means of the scores (n_targets x n_alphas). */
static cauce_status choose_one(cauce_run *run, const double *alphas, int64_t n_targets, const double *scores,
                               ca_linear_choice *s) {
    s->scores = cauce_keep(run, s->n_alphas, sizeof *s->scores);
    if (!s->scores) return CA_NOMEM(run);
    for (int64_t k = 0; k < s->n_alphas; k++) {
        for (int64_t t = 0; t < n_targets; t++) s->scores[k] += scores[t * s->n_alphas + k];
        s->scores[k] /= (double)n_targets;
    }
    const int64_t best = best_of(s->scores, s->n_alphas);
    s->alpha = alphas[best];
    s->best_score = s->scores[best];
    return CAUCE_OK;
}

static cauce_status choose_each(cauce_run *run, const double *alphas, int64_t n_targets, const double *scores,
                                ca_linear_choice *s) {
    s->target_alpha = cauce_keep(run, n_targets, sizeof *s->target_alpha);
    s->target_best_score = cauce_keep(run, n_targets, sizeof *s->target_best_score);
    s->target_scores = cauce_keep(run, n_targets, (size_t)s->n_alphas * sizeof *s->target_scores);
    if (!s->target_alpha || !s->target_best_score || !s->target_scores) return CA_NOMEM(run);
    s->n_choices = n_targets;
    for (int64_t i = 0; i < n_targets * s->n_alphas; i++) s->target_scores[i] = scores[i];
    for (int64_t t = 0; t < n_targets; t++) {
        const int64_t best = best_of(scores + t * s->n_alphas, s->n_alphas);
        s->target_alpha[t] = alphas[best];
        s->target_best_score[t] = scores[t * s->n_alphas + best];
    }
    return CAUCE_OK;
}

static cauce_status ridge_cv_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct ridge_cv_params *p = params;
    ca_linear_choice *s = state;
    const int64_t n_targets = cauce_n_targets(train->targets), n = ca_numbers_count(&p->alphas);
    const bool each = p->alpha_per_target && n_targets > 1;
    CA_TRY(ca_run_look(run, train->x));
    CA_TRY(ca_linear_open(run, train, &s->linear));
    double *alphas = cauce_scratch(run, n, sizeof *alphas),
           *alpha = cauce_scratch(run, n_targets, sizeof *alpha);
    double *scores = cauce_scratch(run, n_targets, (size_t)n * sizeof *scores);
    if (!alphas || !alpha || !scores) return CA_NOMEM(run);
    for (int64_t k = 0; k < n; k++) alphas[k] = ca_number_at(&p->alphas, k);
    for (int64_t t = 0; t < n_targets; t++) {
        const cauce_train one = cauce_train_target(train, t);
        struct search c = { .train = &one,
                            .fit_intercept = p->fit_intercept,
                            .n_alphas = n,
                            .alphas = alphas,
                            .scores = scores + t * n };
        CA_TRY(score_target(run, p, &c));
    }
    s->n_alphas = n;
    CA_TRY((each ? choose_each : choose_one)(run, alphas, n_targets, scores, s));
    for (int64_t t = 0; t < n_targets; t++) alpha[t] = each ? s->target_alpha[t] : s->alpha;
    CA_TRY(ca_least_squares_each(run, train, alpha, p->fit_intercept, false, ca_linear_coef(&s->linear),
                                 ca_linear_intercept(&s->linear)));
    return ca_linear_finite(run, &s->linear);
}

const cauce_component cauce_ridge_cv = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "ridge_cv",
    .summary = "ridge with the strength of the penalty chosen by leaving out each row in turn, or by folds.",
    .reference = "Allen, 1974, doi:10.1080/00401706.1974.10489157",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(struct ridge_cv_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear_choice),
    .state = state_rows,
    .state_version = 1,
    .check = ridge_cv_check,
    .fit = ridge_cv_fit,
    .apply = ca_linear_apply,
    .verify = ca_linear_verify,
};
