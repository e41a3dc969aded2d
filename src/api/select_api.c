/* include/cauce/select.h */
#include "cauce/select.h"

#include <math.h>
#include <string.h>

#include "compose/auto_recipe.h"
#include "data/labels.h"
#include "select/search.h"
#include "select/space.h"

/* ---- Splitters ----------------------------------------------------------------------------------------- */

const char *cauce_splitter_name(int64_t i) {
    const ca_splitter *splitter = i >= 0 ? ca_splitter_at(i) : NULL;
    return splitter ? splitter->name : NULL;
}

const char *cauce_splitter_summary(const char *name) {
    for (int64_t i = 0; name && ca_splitter_at(i); i++)
        if (strcmp(ca_splitter_at(i)->name, name) == 0) return ca_splitter_at(i)->summary;
    return NULL;
}

/* ---- Cross-validation ---------------------------------------------------------------------------------- */

struct cv_options {
    bool train_scores, predictions, models;
};

static const cauce_param cv_rows[] = {
    CAUCE_BOOL(struct cv_options, train_scores, false, "Scores the training rows too."),
    CAUCE_BOOL(struct cv_options, predictions, false, "Keeps the out-of-fold predictions."),
    CAUCE_BOOL(struct cv_options, models, false, "Keeps the fitted models."), CAUCE_END
};

typedef struct fold_job {
    const ca_cv_plan *plan;
    const cauce_recipe *recipe;
    cauce_cv *cv;
    int64_t done;
} fold_job;

static cauce_status fold_task(cauce_run *run, int64_t index, void *payload) {
    fold_job *job = payload;
    cauce_status status = ca_cv_fold(run, job->plan, job->recipe, job->cv, index);
    cauce_progress(run, "cross-validate", __atomic_add_fetch(&job->done, 1, __ATOMIC_RELAXED),
                   job->cv->n_folds);
    return status;
}

static cauce_cv *cross_validate(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                                const char *folds, const char *metrics, const char *options) {
    struct cv_options o;
    ca_cv_plan plan = { 0 };
    cauce_cv *cv = NULL;
    cauce_status status = ca_options_parse(run, &run->scratch, "cauce_cross_validate", cv_rows, options, &o);
    if (status == CAUCE_OK) {
        plan.train_scores = o.train_scores;
        plan.keep_predictions = o.predictions;
        plan.keep_models = o.models;
        status = ca_cv_plan_make(run, recipe, table, folds, metrics, &plan);
    }
    if (status == CAUCE_OK) cv = ca_cv_new(run, &plan);
    if (cv) {
        fold_job job = { &plan, recipe, cv, 0 };
        status = cauce_parallel(run, cv->n_folds, fold_task, &job);
        if (status == CAUCE_OK) status = ca_cv_check(run, cv);
        if (o.predictions) {
            cv->reference = plan.reference;
            plan.reference = NULL;
        }
    }
    ca_cv_plan_free(&plan);
    if (run->error.status == CAUCE_OK) return cv;
    ca_cv_free(cv);
    return NULL;
}

cauce_cv *cauce_cross_validate(const cauce_recipe *recipe, const cauce_table *table, const char *folds,
                               const char *metrics, const char *options) {
    if (!recipe || !table) return ca_null(recipe ? "table" : "recipe"), NULL;
    ca_guard guard;
    cauce_cv *cv = cross_validate(ca_guard_enter(&guard), recipe, table, folds, metrics, options);
    return ca_guard_leave(&guard), cv;
}

void cauce_cv_free(cauce_cv *cv) {
    ca_cv_free(cv);
}

int64_t cauce_cv_folds(const cauce_cv *cv) {
    return cv ? cv->n_folds : 0;
}

int64_t cauce_cv_metrics(const cauce_cv *cv) {
    return cv ? cv->n_metrics : 0;
}

static bool in_range(const cauce_cv *cv, int64_t metric, int64_t fold) {
    return cv && metric >= 0 && metric < cv->n_metrics && fold >= 0 && fold < cv->n_folds;
}

const char *cauce_cv_metric(const cauce_cv *cv, int64_t metric) {
    return in_range(cv, metric, 0) ? cv->metric[metric] : NULL;
}

double cauce_cv_score(const cauce_cv *cv, int64_t metric, int64_t fold) {
    return in_range(cv, metric, fold) ? cv->score[metric * cv->n_folds + fold] : (double)NAN;
}

double cauce_cv_train_score(const cauce_cv *cv, int64_t metric, int64_t fold) {
    return in_range(cv, metric, fold) ? cv->train_score[metric * cv->n_folds + fold] : (double)NAN;
}

double cauce_cv_mean(const cauce_cv *cv, int64_t metric) {
    return in_range(cv, metric, 0) ? ca_cv_mean(cv, metric) : (double)NAN;
}

double cauce_cv_std(const cauce_cv *cv, int64_t metric) {
    double mean = cauce_cv_mean(cv, metric), sum = 0;
    int64_t n = 0;
    if (isnan(mean)) return NAN;
    for (int64_t f = 0; f < cv->n_folds; f++) {
        double d = cv->score[metric * cv->n_folds + f] - mean;
        if (!isnan(d)) sum += d * d, n++;
    }
    return sqrt(sum / (double)n);
}

double cauce_cv_fit_seconds(const cauce_cv *cv, int64_t fold) {
    return in_range(cv, 0, fold) ? cv->fit_seconds[fold] : (double)NAN;
}

double cauce_cv_score_seconds(const cauce_cv *cv, int64_t fold) {
    return in_range(cv, 0, fold) ? cv->score_seconds[fold] : (double)NAN;
}

int64_t cauce_cv_rows(const cauce_cv *cv) {
    return cv ? cv->n_tested : 0;
}

const char *cauce_cv_error(const cauce_cv *cv, int64_t fold) {
    return in_range(cv, 0, fold) ? cv->error[fold] : NULL;
}

const cauce_model *cauce_cv_model(const cauce_cv *cv, int64_t fold) {
    return in_range(cv, 0, fold) ? cv->model[fold] : NULL;
}

/* The empty name: there was no memory for it. */
static cauce_status add_numbers(cauce_run *run, cauce_table *table, const char *name, const double *values,
                                int64_t n) {
    double *data;
    ca_column *column = ca_column_numbers(run, n, &data);
    if (!column) return run->error.status;
    memcpy(data, values, (size_t)n * sizeof *data);
    return ca_table_add(run, table, name, CAUCE_FEATURE, column);
}

static cauce_status add_labels(cauce_run *run, cauce_table *table, const cauce_cv *cv) {
    const cauce_model *model = cv->reference;
    int32_t *classes = cauce_scratch(run, cv->n_rows, sizeof *classes);
    if (!classes) return run->error.status;
    ca_decide(cv->prediction, cv->n_rows, cv->n_rows, model->n_classes, classes);
    for (int64_t r = 0; r < cv->n_rows; r++)
        if (isnan(cv->prediction[r])) classes[r] = CAUCE_MISSING;
    ca_column *column = ca_model_label_column(run, model, classes, cv->n_rows);
    CA_TRY(column ? ca_table_add(run, table, "prediction", CAUCE_FEATURE, column) : run->error.status);
    ca_class_columns columns = ca_model_class_columns(model);
    for (int32_t k = columns.first; k < columns.end; k++)
        CA_TRY(add_numbers(run, table,
                           ca_run_text(run, "%s_%s", columns.stem, cauce_levels_text(model->classes, k)),
                           cv->prediction + (int64_t)k * cv->n_rows, cv->n_rows));
    return CAUCE_OK;
}

static cauce_status fill_predictions(cauce_run *run, cauce_table *table, const cauce_cv *cv) {
    CA_TRY(add_numbers(run, table, "fold", cv->fold_of_row, cv->n_rows));
    if (cv->reference->n_classes) return add_labels(run, table, cv);
    for (int64_t t = 0; t < cauce_n_targets(cv->reference->targets); t++)
        CA_TRY(add_numbers(run, table, ca_model_prediction_name(run, cv->reference, t),
                           cv->prediction + t * cv->n_rows, cv->n_rows));
    return CAUCE_OK;
}

cauce_table *cauce_cv_predictions(const cauce_cv *cv) {
    if (!cv) return ca_null("cv"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_table *table = NULL;
    if (!cv->prediction)
        cauce_fail(run, CAUCE_E_ARGUMENT, "the predictions were not kept: ask for predictions=true");
    else
        table = ca_table_new(run, cv->n_rows);
    if (table && fill_predictions(run, table, cv) != CAUCE_OK) {
        ca_table_drop(table);
        table = NULL;
    }
    return ca_guard_leave(&guard), table;
}

/* ---- Searches ------------------------------------------------------------------------------------------ */

cauce_status cauce_grid_check(const cauce_recipe *recipe, const char *grid, bool drawn) {
    if (!recipe || !grid) return ca_null(recipe ? "grid" : "recipe");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_space *spaces;
    int64_t n;
    (void)ca_spaces_parse(run, &run->scratch, recipe, grid, drawn, &spaces,
                          &n); /* the guard has the failure */
    return ca_guard_leave(&guard);
}

cauce_search *cauce_grid_search_with(const cauce_recipe *recipe, const cauce_table *table, const char *grid,
                                     const char *folds, const char *metrics, const char *options) {
    if (!recipe || !table || !grid) return ca_null(!recipe ? "recipe" : !table ? "table" : "grid"), NULL;
    ca_guard guard;
    cauce_search *search =
        ca_grid_search(ca_guard_enter(&guard), recipe, table, grid, folds, metrics, options);
    return ca_guard_leave(&guard), search;
}

cauce_search *cauce_random_search_with(const cauce_recipe *recipe, const cauce_table *table,
                                       const char *space, int64_t n_iter, const char *folds,
                                       const char *metrics, const char *options) {
    if (!recipe || !table || !space) return ca_null(!recipe ? "recipe" : !table ? "table" : "space"), NULL;
    ca_guard guard;
    cauce_search *search =
        ca_random_search(ca_guard_enter(&guard), recipe, table, space, n_iter, folds, metrics, options);
    return ca_guard_leave(&guard), search;
}

void cauce_search_free(cauce_search *search) {
    ca_search_free(search);
}

const cauce_model *cauce_search_best(const cauce_search *search) {
    return search ? search->model : (ca_null("search"), NULL);
}

int64_t cauce_search_best_index(const cauce_search *search) {
    return search ? search->best : -1;
}

int64_t cauce_search_candidates(const cauce_search *search) {
    return search ? search->n_candidates : 0;
}

static bool has(const cauce_search *search, int64_t candidate) {
    return search && candidate >= 0 && candidate < search->n_candidates;
}

const char *cauce_search_params(const cauce_search *search, int64_t candidate) {
    return has(search, candidate) ? search->params[candidate] : NULL;
}

const char *cauce_search_params_json(const cauce_search *search, int64_t candidate) {
    return has(search, candidate) ? search->params_json[candidate] : NULL;
}

const cauce_cv *cauce_search_cv(const cauce_search *search, int64_t candidate) {
    return has(search, candidate) ? search->cv[candidate] : NULL;
}

int64_t cauce_search_rank(const cauce_search *search, int64_t metric, int64_t candidate) {
    if (!has(search, candidate) || metric < 0 || metric >= search->n_metrics) return -1;
    return search->rank[metric * search->n_candidates + candidate];
}

int64_t cauce_search_round(const cauce_search *search, int64_t candidate) {
    return has(search, candidate) && search->round ? search->round[candidate] : -1;
}

int64_t cauce_search_resources(const cauce_search *search, int64_t candidate) {
    return has(search, candidate) && search->round ? search->resources[candidate] : -1;
}

const char *cauce_search_error(const cauce_search *search, int64_t candidate) {
    for (int64_t f = 0; has(search, candidate) && f < search->cv[candidate]->n_folds; f++)
        if (search->cv[candidate]->error[f]) return search->cv[candidate]->error[f];
    return NULL;
}

cauce_table *cauce_search_table(const cauce_search *search) {
    if (!search) return ca_null("search"), NULL;
    ca_guard guard;
    cauce_table *table = ca_search_table(ca_guard_enter(&guard), search);
    return ca_guard_leave(&guard), table;
}

/* ---- The automatic recipe ------------------------------------------------------------------------------ */

cauce_recipe *cauce_auto_recipe(const cauce_table *table, const char *estimator) {
    if (!table) return ca_null("table"), NULL;
    ca_guard guard;
    cauce_recipe *recipe = ca_auto_recipe(ca_guard_enter(&guard), table, estimator);
    return ca_guard_leave(&guard), recipe;
}

const char *cauce_task(const cauce_table *table) {
    if (!table) return ca_null("table"), NULL;
    ca_guard guard;
    bool classes = false;
    ca_task_classes(ca_guard_enter(&guard), table, &classes);
    if (ca_guard_leave(&guard) != CAUCE_OK) return NULL;
    return classes ? "classification" : "regression";
}
