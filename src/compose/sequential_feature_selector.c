/* sequential_feature_selector: adds (or leaves out) one column at a time, that which makes the
 * cross-validated score of an estimator best (Ferri, Pudil, Hatef, Kittler: Comparative study of techniques
 * for large-scale feature selection (1994), doi:10.1016/B978-0-444-81892-8.50040-7). Of equals the first
 * column is taken; a score that is NaN is worse than all others. */
#include <math.h>
#include <string.h>

#include "compose/beside.h"
#include "compose/importance.h"

enum { FORWARD, BACKWARD };

struct params {
    cauce_value n_features_to_select, tol, cv;
    int direction;
    const char *scoring;
};

static const cauce_param param_rows[] = {
    CAUCE_MIXED(struct params, n_features_to_select, "auto", CAUCE_V_TEXT | CAUCE_V_INT | CAUCE_V_REAL, 1,
                9007199254740991.0, 0, 1, "auto",
                "How many columns are kept, or which share; auto: half, or with tol as many as pay."),
    CAUCE_MIXED(struct params, tol, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL, HUGE_VAL, NULL,
                "With auto: ends where a step improves the score by less; null: at half of the columns."),
    CAUCE_CHOICE(struct params, direction, "forward", "forward|backward",
                 "forward: begins without columns and adds; backward: begins with all and leaves out."),
    CAUCE_TEXT_PARAM(struct params, scoring, NULL, "The metric; null: accuracy or r2."),
    CA_INNER_CV(struct params),
    CAUCE_END
};

struct state {
    ca_selector kept;
    int64_t n_steps;
    int64_t *order;
    double *scores;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct state, order, CAUCE_I64, n_steps, "The column that each step added, or left out."),
    CAUCE_ARRAY(struct state, scores, CAUCE_F64, n_steps,
                "Mean score after each step; of a loss its negative."),
    CA_SELECTOR_SUPPORT,
    CAUCE_STATE_END,
};

/* ---- One step ------------------------------------------------------------------------------------------ */

typedef struct step_job {
    const cauce_recipe *estimator;
    const cauce_train *train;
    const ca_metric *metric;
    ca_folds folds;
    const uint8_t *support; /* before the step */
    bool forward;
    const int64_t *column; /* that may be changed */
    double *score;         /* column after column, one for each fold */
} step_job;

static cauce_status try_fold(cauce_run *run, const step_job *job, int64_t column, const ca_fold *fold,
                             ca_keep *keep, double *score) {
    int64_t n = job->train->schema->width;
    uint8_t *support = cauce_scratch(run, n, 1);
    ca_columns columns;
    if (!support) return run->error.status;
    CA_TRY(cauce_check_cancel(run));
    memcpy(support, job->support, (size_t)n);
    support[column] = !support[column];
    run->keep = keep;
    CA_TRY(ca_some_columns(run, job->train, support, &columns));
    return ca_fold_score(run, job->estimator, &columns.train, fold, job->metric, score);
}

static cauce_status try_column(cauce_run *run, int64_t index, void *payload) {
    const step_job *job = payload;
    int64_t f = index % job->folds.n_folds;
    ca_keep keep = { .lock = 0 }, *before = run->keep;
    cauce_status status = try_fold(run, job, job->column[index / job->folds.n_folds], &job->folds.folds[f],
                                   &keep, &job->score[index]);
    run->keep = before;
    ca_arena_free(&keep.arena);
    return status;
}

/* The column whose change makes the best mean score. */
static cauce_status best_step(cauce_run *run, step_job *job, int64_t *best, double *score) {
    int64_t n = job->train->schema->width, n_folds = job->folds.n_folds, n_open = 0;
    int64_t *column = cauce_scratch(run, n, sizeof *column);
    if (!column) return run->error.status;
    for (int64_t j = 0; j < n; j++)
        if (job->support[j] != job->forward) column[n_open++] = j;
    job->column = column;
    job->score = cauce_scratch(run, n_open * n_folds, sizeof *job->score);
    if (!job->score) return run->error.status;
    CA_TRY(cauce_parallel(run, n_open * n_folds, try_column, job));
    *best = -1;
    for (int64_t i = 0; i < n_open; i++) {
        double mean = 0;
        for (int64_t f = 0; f < n_folds; f++) mean += job->score[i * n_folds + f] / (double)n_folds;
        if (*best >= 0 && !(mean > *score) && !(isnan(*score) && !isnan(mean))) continue;
        *best = column[i];
        *score = mean;
    }
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status all_steps(cauce_run *run, const struct params *p, step_job *job, struct state *s,
                              int64_t most, bool until) {
    double before = -HUGE_VAL;
    while (s->n_steps < most) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        int64_t best = -1;
        double score = 0;
        CA_TRY(best_step(run, job, &best, &score));
        ca_arena_back(&run->scratch, mark);
        if (until && !(score - before >= p->tol.real)) break;
        s->kept.support[best] = job->forward;
        s->order[s->n_steps] = best;
        s->scores[s->n_steps++] = before = score;
    }
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const struct params *p = node->f.params;
    struct state *s = (struct state *)(uintptr_t)node->f.state;
    int64_t n = train->schema->width;
    bool forward = p->direction == FORWARD;
    bool until = p->n_features_to_select.type == CAUCE_V_TEXT && p->tol.type == CAUCE_V_REAL;
    step_job job = { .estimator = node->recipe->children[0], .train = train, .forward = forward };
    (void)out;
    CA_TRY(ca_selector_begin(run, node, train, !forward));
    int64_t wanted = ca_selector_count(run, &p->n_features_to_select, n);
    CA_TRY(ca_inner_metric(run, p->scoring, job.estimator, &job.metric));
    CA_TRY(ca_inner_folds(run, node->f.component->name, &p->cv, train, &job.folds));
    if (until) wanted = forward ? n : 1;
    s->order = cauce_keep(run, n, sizeof *s->order);
    s->scores = cauce_keep(run, n, sizeof *s->scores);
    if (!s->order || !s->scores) return run->error.status;
    job.support = s->kept.support;
    CA_TRY(all_steps(run, p, &job, s, forward ? wanted : n - wanted, until));
    for (int64_t j = 0; j < n; j++)
        if (s->kept.support[j]) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "no column is kept: none improves the score by tol");
}

CA_SELECTOR(sequential_feature_selector,
            "Adds or leaves out columns one at a time, by the cross-validated score of an estimator.",
            "Ferri, Pudil, Hatef, Kittler (1994), doi:10.1016/B978-0-444-81892-8.50040-7", NULL);
