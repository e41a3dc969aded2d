/* sequential_feature_selector: adds (or leaves out) one column at a time, that which makes the
 * cross-validated score of an estimator best (Ferri, Pudil, Hatef, Kittler: Comparative study of techniques
 * for large-scale feature selection (1994), doi:10.1016/B978-0-444-81892-8.50040-7). Of equals the first
 * column is taken; a score that is NaN is worse than all others. */
#include <math.h>
#include <string.h>

#include "compose/beside.h"
#include "compose/importance.h"
#include "data/kept.h"

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
    int64_t n_columns, n_steps;
    int64_t *order;
    double *scores;
    uint8_t *support;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct state, order, CAUCE_I64, n_steps, "The column that each step added, or left out."),
    CAUCE_ARRAY(struct state, scores, CAUCE_F64, n_steps,
                "Mean score after each step; of a loss its negative."),
    CAUCE_ARRAY(struct state, support, CAUCE_U8, n_columns, "1 where a column is kept, otherwise 0."),
    CAUCE_STATE_END
};

/* ---- One step ------------------------------------------------------------------------------------------ */

typedef struct step_job {
    const cauce_recipe *estimator;
    const cauce_train *train;
    const ca_metric *metric;
    ca_folds folds;
    const uint8_t *support; /* before the step */
    const int64_t *column;  /* that may be changed */
    double *score;          /* column after column, one for each fold */
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
        if (job->support[j] == job->support[n]) column[n_open++] = j;
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
                              int64_t most) {
    bool forward = p->direction == FORWARD;
    bool until = p->n_features_to_select.type == CAUCE_V_TEXT && p->tol.type == CAUCE_V_REAL;
    double before = -HUGE_VAL;
    while (s->n_steps < most) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        int64_t best = -1;
        double score = 0;
        CA_TRY(best_step(run, job, &best, &score));
        ca_arena_back(&run->scratch, mark);
        if (until && !(score - before >= p->tol.real)) break;
        s->support[best] = forward;
        s->order[s->n_steps] = best;
        s->scores[s->n_steps++] = before = score;
    }
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const struct params *p = node->f.params;
    struct state *s = (struct state *)(uintptr_t)node->f.state;
    int64_t n = train->schema->width, wanted = ca_selector_count(&p->n_features_to_select, n);
    bool forward = p->direction == FORWARD;
    bool until = p->n_features_to_select.type == CAUCE_V_TEXT && p->tol.type == CAUCE_V_REAL;
    step_job job = { .estimator = node->recipe->children[0], .train = train };
    (void)out;
    CA_TRY(ca_node_children(run, node, 1));
    CA_TRY(ca_selector_check(run, node, train));
    if (p->n_features_to_select.type == CAUCE_V_INT && p->n_features_to_select.integer > n)
        cauce_warn(run, "few_columns", "n_features_to_select=%lld of %lld columns: all are kept",
                   (long long)p->n_features_to_select.integer, (long long)n);
    CA_TRY(ca_inner_metric(run, p->scoring, job.estimator, &job.metric));
    CA_TRY(ca_inner_folds(run, node->f.component->name, &p->cv, train, &job.folds));
    if (until) wanted = forward ? n : 1;
    /* One more than columns: the last says which of them are open, those that are still 0 or still 1. */
    uint8_t *support = cauce_keep(run, n + 1, 1);
    s->n_columns = n;
    s->order = cauce_keep(run, n, sizeof *s->order);
    s->scores = cauce_keep(run, n, sizeof *s->scores);
    if (!support || !s->order || !s->scores) return run->error.status;
    s->support = support;
    job.support = support;
    memset(support, !forward, (size_t)n + 1);
    CA_TRY(all_steps(run, p, &job, s, forward ? wanted : n - wanted));
    for (int64_t j = 0; j < n; j++)
        if (support[j]) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "no column is kept: none improves the score by tol");
}

/* ---- Verify, bind -------------------------------------------------------------------------------------- */

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const struct state *s = self->state;
    return ca_kept_verify(run, self, s->support, s->n_columns);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    return ca_kept_bind(run, self, ((const struct state *)self->state)->support, binding);
}

static void mark_used(const ca_node *node, bool *used) {
    ca_selector_mark_used(node, ((const struct state *)node->f.state)->support, used);
}

static const ca_slot slots[] = { CA_SELECTOR_SLOT, CA_SLOTS_END };
static const cauce_composite composite = {
    .slots = slots, .fit = fit, .part = ca_selector_part, .mark_used = mark_used
};

const cauce_component cauce_sequential_feature_selector = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "sequential_feature_selector",
    .summary = "Adds or leaves out columns one at a time, by the cross-validated score of an estimator.",
    .reference = "Ferri, Pudil, Hatef, Kittler (1994), doi:10.1016/B978-0-444-81892-8.50040-7",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_SUPERVISED,
    .params_size = sizeof(struct params),
    .params = param_rows,
    .state_size = sizeof(struct state),
    .state = state_rows,
    .state_version = 1,
    .fit = ca_fit_by_children,
    .bind = bind,
    .apply = ca_selector_apply,
    .verify = verify,
    .composite = &composite,
};
