#include "select/cross_validate.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "data/labels.h"
#include "select/ordered.h"

/* ---- The plan ------------------------------------------------------------------------------------------ */

/* The metrics on a perfect prediction of k classes or (0) of numbers, without their warnings. */
static cauce_status try_metrics_on(cauce_run *run, const ca_metric_list *metrics, int32_t k) {
    static const double numbers[] = { 1, 2 };
    int32_t *y = cauce_scratch(run, k, sizeof *y);
    double *proba = cauce_scratch(run, (int64_t)k * k, sizeof *proba), value;
    if (!y || !proba) return run->error.status;
    for (int32_t i = 0; i < k; i++) {
        y[i] = i;
        proba[i + (int64_t)i * k] = 1;
    }
    ca_metric_input input = { .n = k,
                              .n_classes = k,
                              .y_class = y,
                              .predicted = y,
                              .proba = proba,
                              .proba_stride = k,
                              .positive = k == 2 ? 1 : -1 };
    if (k == 0) input = (ca_metric_input){ .n = 2, .y = numbers, .prediction = numbers, .positive = -1 };
    for (int64_t m = 0; m < metrics->n; m++)
        CA_TRY(ca_metric_compute(run, metrics->metric[m], &input, &value));
    return CAUCE_OK;
}

/* A metric that cannot be computed for so many classes, or with its parameters, says so on a tiny example,
 * before any work. */
static cauce_status try_metrics(cauce_run *run, const ca_metric_list *metrics, int32_t k) {
    if (k == 1) return CAUCE_OK;
    if (k > 3) k = 3; /* no metric tells three classes from more */
    cauce_run child;
    ca_run_child(&child, run);
    if (try_metrics_on(&child, metrics, k) != CAUCE_OK) return ca_run_join(run, &child);
    ca_run_end(&child);
    return CAUCE_OK;
}

/* Counts the rows that are tested. Out-of-fold predictions are one for each row. */
static cauce_status count_tested(cauce_run *run, ca_cv_plan *plan) {
    bool *tested = cauce_scratch(run, plan->table->n_rows, sizeof *tested);
    if (!tested) return run->error.status;
    for (int64_t f = 0; f < plan->folds.n_folds; f++)
        for (int64_t i = 0; i < plan->folds.folds[f].n_test; i++) {
            int64_t row = plan->folds.folds[f].test[i];
            if (tested[row] && plan->keep_predictions)
                return cauce_fail(run, CAUCE_E_PARAM,
                                  "out-of-fold predictions need folds that test a row once at most; these "
                                  "test row %lld more than once",
                                  (long long)(plan->row_of ? plan->row_of[row] : row) + 1);
            plan->n_tested += !tested[row];
            tested[row] = true;
        }
    return CAUCE_OK;
}

/* The rows that count, and where they are in the table that was given. */
static cauce_status take_rows(cauce_run *run, const cauce_table *all, ca_cv_plan *plan) {
    const double *weight;
    plan->n_all = all->n_rows;
    CA_TRY(ca_model_counted(run, all, &plan->table));
    if (plan->table->n_rows == all->n_rows) return CAUCE_OK;
    int64_t *row_of = cauce_scratch(run, plan->table->n_rows, sizeof *row_of), n = 0;
    if (!row_of) return run->error.status;
    CA_TRY(ca_target_weights(run, all, &weight));
    for (int64_t r = 0; r < all->n_rows; r++)
        if (weight[r] > 0) row_of[n++] = r;
    plan->row_of = row_of;
    return CAUCE_OK;
}

static bool begins_with(const char *text, const char *splitter) {
    text += strspn(text, " \t\n,");
    return strncmp(text, splitter, strlen(splitter)) == 0;
}

/* Keeps the rows of a list that count, by their numbers among these. */
static int64_t keep_counted(const int64_t *number, const int64_t *rows, int64_t n, int64_t *kept) {
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++)
        if (number[rows[i]] >= 0) kept[k++] = number[rows[i]];
    return k;
}

/* Folds that were given for every row of the table, in terms of the rows that count. */
static cauce_status renumber(cauce_run *run, ca_cv_plan *plan) {
    int64_t *number = cauce_scratch(run, plan->n_all, sizeof *number);
    if (!number) return run->error.status;
    for (int64_t r = 0; r < plan->n_all; r++) number[r] = -1;
    for (int64_t i = 0; i < plan->table->n_rows; i++) number[plan->row_of[i]] = i;
    for (int64_t f = 0; f < plan->folds.n_folds; f++) {
        ca_fold *fold = &plan->folds.folds[f];
        int64_t *rows = ca_arena_alloc(&plan->arena, (size_t)(fold->n_train + fold->n_test) * sizeof *rows);
        if (!rows) return CA_NOMEM(run);
        int64_t n_train = keep_counted(number, fold->train, fold->n_train, rows);
        int64_t n_test = keep_counted(number, fold->test, fold->n_test, rows + n_train);
        *fold = (ca_fold){ .train = rows, .test = rows + n_train, .n_train = n_train, .n_test = n_test };
    }
    return CAUCE_OK;
}

/* Folds from a column or a file: they speak of all rows, whatever these weigh. */
static cauce_status given_folds(cauce_run *run, const char *text, const cauce_table *all, ca_cv_plan *plan) {
    ca_split_input input = { .n_rows = all->n_rows };
    int64_t j = ca_table_with_role(all, CAUCE_FOLD);
    if (j >= 0) CA_TRY(ca_table_read_all(run, all, j, &input.fold));
    CA_TRY(ca_split(run, text, &input, &plan->arena, &plan->folds));
    return plan->row_of ? renumber(run, plan) : CAUCE_OK;
}

/* When the rows happened, if a column says so. */
static cauce_status read_time(cauce_run *run, const cauce_table *table, ca_split_input *input) {
    int64_t j = ca_table_with_role(table, CAUCE_TIME);
    if (j < 0) return CAUCE_OK;
    CA_TRY(ca_table_check_time(run, table, j));
    return ca_table_read_all(run, table, j, &input->time);
}

static cauce_status make_folds(cauce_run *run, const char *text, const cauce_table *all, ca_cv_plan *plan) {
    const cauce_table *table = plan->table;
    ca_split_input input = { .n_rows = table->n_rows,
                             .y = plan->labels.y,
                             .n_targets = cauce_n_targets(plan->labels.targets),
                             .y_class = plan->labels.y_class,
                             .n_classes = plan->labels.n_classes,
                             .labels = plan->labels.classes,
                             .group = plan->labels.group,
                             .n_groups = plan->labels.n_groups };
    if (!text || !*text)
        text = ca_table_with_role(table, CAUCE_FOLD) >= 0 ? "predefined_split"
               : plan->labels.group                       ? "group_k_fold"
               : plan->labels.n_classes                   ? "stratified_k_fold"
                                                          : "k_fold";
    if (begins_with(text, "time_series_split")) CA_TRY(read_time(run, table, &input));
    if (begins_with(text, "predefined_split"))
        CA_TRY(given_folds(run, text, all, plan));
    else
        CA_TRY(ca_split(run, text, &input, &plan->arena, &plan->folds));
    for (int64_t f = 0; f < plan->folds.n_folds; f++)
        if (plan->folds.folds[f].n_train == 0 || plan->folds.folds[f].n_test == 0)
            return cauce_fail(run, CAUCE_E_DATA, "fold %lld has no %s rows", (long long)f + 1,
                              plan->folds.folds[f].n_train ? "test" : "training");
    if (begins_with(text, "k_fold") && input.y)
        ca_warn_ordered(run, &plan->folds, &plan->labels, table->n_rows);
    return count_tested(run, plan);
}

cauce_status ca_cv_plan_make(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                             const char *folds, const char *metrics, ca_cv_plan *plan) {
    CA_TRY(ca_recipe_check(run, recipe));
    if (ca_recipe_role(recipe) == CAUCE_TRANSFORMER)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the recipe has no estimator: there is nothing to score");
    if (table->n_rows == 0) return cauce_fail(run, CAUCE_E_SHAPE, "the table has no rows");
    CA_TRY(take_rows(run, table, plan));
    plan->reference = ca_model_new(run);
    if (!plan->reference) return run->error.status;
    ca_keep *before = run->keep;
    run->keep = &plan->reference->keep;
    cauce_status status = ca_target_learn(run, plan->reference, plan->table, recipe, &plan->labels);
    run->keep = before;
    CA_TRY(status);
    plan->reference->recipe = ca_recipe_clone(run, recipe); /* tells classifiers from regressors */
    if (!plan->reference->recipe) return run->error.status;
    CA_TRY(ca_metric_list_parse(run, metrics, recipe, &plan->metrics));
    CA_TRY(try_metrics(run, &plan->metrics, plan->labels.n_classes));
    return make_folds(run, folds, table, plan);
}

void ca_cv_plan_free(ca_cv_plan *plan) {
    ca_model_free(plan->reference);
    ca_table_drop(plan->table);
    ca_arena_free(&plan->arena);
    plan->reference = NULL;
    plan->table = NULL;
}

/* ---- Results ------------------------------------------------------------------------------------------- */

static double *nans(ca_arena *arena, int64_t n) {
    double *values = ca_arena_alloc(arena, (size_t)n * sizeof *values);
    for (int64_t i = 0; values && i < n; i++) values[i] = NAN;
    return values;
}

/* Numbers a row of what a model for these labels gives. */
static int64_t output_width(const ca_cv_plan *plan) {
    return plan->labels.n_classes ? plan->labels.n_classes : cauce_n_targets(plan->labels.targets);
}

static bool fill_cv(cauce_cv *cv, const ca_cv_plan *plan) {
    ca_arena *arena = &cv->arena;
    int64_t cells = cv->n_metrics * cv->n_folds;
    cv->metric = ca_arena_alloc(arena, (size_t)cv->n_metrics * sizeof *cv->metric);
    cv->score = nans(arena, cells);
    cv->train_score = nans(arena, cells);
    cv->fit_seconds = nans(arena, cv->n_folds);
    cv->score_seconds = nans(arena, cv->n_folds);
    cv->error = ca_arena_alloc(arena, (size_t)cv->n_folds * sizeof *cv->error);
    cv->why = ca_arena_alloc(arena, (size_t)cells * sizeof *cv->why);
    cv->model = ca_arena_alloc(arena, (size_t)cv->n_folds * sizeof *cv->model);
    if (!cv->metric || !cv->score || !cv->train_score || !cv->fit_seconds || !cv->score_seconds ||
        !cv->error || !cv->why || !cv->model)
        return false;
    for (int64_t m = 0; m < cv->n_metrics; m++) {
        const char *name = plan->metrics.metric[m]->name;
        cv->metric[m] = ca_arena_text(arena, name, strlen(name));
        if (!cv->metric[m]) return false;
    }
    if (!plan->keep_predictions) return true;
    cv->prediction = nans(arena, cv->n_rows * output_width(plan));
    cv->fold_of_row = nans(arena, cv->n_rows);
    return cv->prediction && cv->fold_of_row;
}

cauce_cv *ca_cv_new(cauce_run *run, const ca_cv_plan *plan) {
    cauce_cv *cv = ca_calloc(1, sizeof *cv);
    if (cv) {
        cv->n_folds = plan->folds.n_folds;
        cv->n_metrics = plan->metrics.n;
        cv->n_rows = plan->n_all;
        cv->n_tested = plan->n_tested;
        if (fill_cv(cv, plan)) return cv;
    }
    ca_cv_free(cv);
    CA_NOMEM(run);
    return NULL;
}

void ca_cv_free(cauce_cv *cv) {
    if (!cv) return;
    for (int64_t f = 0; cv->model && f < cv->n_folds; f++) ca_model_free(cv->model[f]);
    ca_model_free(cv->reference);
    ca_arena_free(&cv->arena);
    ca_free(cv);
}

double ca_cv_mean(const cauce_cv *cv, int64_t metric) {
    double sum = 0;
    int64_t n = 0;
    for (int64_t f = 0; f < cv->n_folds; f++) {
        double score = cv->score[metric * cv->n_folds + f];
        if (!isnan(score)) sum += score, n++;
    }
    return n ? sum / (double)n : (double)NAN;
}

const char *ca_cv_why(const cauce_cv *cv, int64_t metric) {
    for (int64_t f = 0; f < cv->n_folds; f++) {
        if (cv->error[f]) return cv->error[f];
        if (cv->why[metric * cv->n_folds + f]) return cv->why[metric * cv->n_folds + f];
    }
    return NULL;
}

cauce_status ca_cv_check(cauce_run *run, const cauce_cv *cv) {
    for (int64_t f = 0; f < cv->n_folds; f++)
        if (!cv->error[f]) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "every fold failed; the first: %s", cv->error[0]);
}

/* ---- One fold ------------------------------------------------------------------------------------------ */

/* Labels of some rows, in terms of the whole table. */
static cauce_status pick_labels(cauce_run *run, const ca_cv_plan *plan, const int64_t *rows, int64_t n,
                                ca_labels *some) {
    const ca_labels *all = &plan->labels;
    const int64_t n_targets = cauce_n_targets(all->targets), n_all = plan->table->n_rows;
    *some = (ca_labels){ .n_classes = all->n_classes, .classes = all->classes, .targets = all->targets };
    double *y = cauce_scratch(run, n_targets, (size_t)n * sizeof *y);
    double *weight = cauce_scratch(run, n, sizeof *weight);
    int32_t *y_class = cauce_scratch(run, n, sizeof *y_class);
    if (!y || !weight || !y_class) return run->error.status;
    for (int64_t t = 0; all->y && t < n_targets; t++)
        for (int64_t i = 0; i < n; i++) y[i + t * n] = all->y[rows[i] + t * n_all];
    for (int64_t i = 0; i < n; i++) {
        if (all->y_class) y_class[i] = all->y_class[rows[i]];
        if (all->weight) weight[i] = all->weight[rows[i]];
    }
    if (all->y) some->y = y;
    if (all->y_class) some->y_class = y_class;
    if (all->weight) some->weight = weight;
    return CAUCE_OK;
}

/* The model's output over the classes of the whole table: a class that was not in the training rows gets the
 * probability 0, or a decision value below all others. */
static cauce_status spread(cauce_run *run, const ca_cv_plan *plan, const cauce_model *model,
                           const cauce_block *output, int64_t n, cauce_block *all) {
    *all = *output;
    int32_t k_all = plan->labels.n_classes;
    if (k_all == model->n_classes || k_all == 0) return CAUCE_OK;
    double *proba = cauce_scratch(run, n * k_all, sizeof *proba);
    if (!proba) return run->error.status;
    if (ca_recipe_margin(model->recipe))
        for (int64_t i = 0; i < n * k_all; i++) proba[i] = -DBL_MAX;
    int32_t to = 0; /* both lists of classes are in the same order */
    for (int32_t k = 0; k < model->n_classes; k++) {
        while (strcmp(cauce_levels_text(plan->reference->classes, to),
                      cauce_levels_text(model->classes, k)) != 0)
            to++;
        memcpy(proba + (int64_t)to * n, output->values + (int64_t)k * output->stride,
               (size_t)n * sizeof *proba);
    }
    *all = (cauce_block){ .values = proba, .stride = n };
    return CAUCE_OK;
}

static void keep_predictions(const ca_cv_plan *plan, cauce_cv *cv, const ca_fold *fold, int64_t f,
                             const cauce_block *output) {
    const int64_t width = output_width(plan);
    for (int64_t i = 0; i < fold->n_test; i++) {
        int64_t row = plan->row_of ? plan->row_of[fold->test[i]] : fold->test[i];
        cv->fold_of_row[row] = (double)f;
        for (int64_t k = 0; k < width; k++)
            cv->prediction[row + k * cv->n_rows] = output->values[i + k * output->stride];
    }
}

/* Folds of one result run at the same time and share its arena. */
static pthread_mutex_t record_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *record(cauce_cv *cv, const char *text) {
    pthread_mutex_lock(&record_lock);
    const char *copy = ca_arena_text(&cv->arena, text, strlen(text));
    pthread_mutex_unlock(&record_lock);
    return copy ? copy : "out of memory";
}

/* Scores of a fold, and why some are not there. */
static void keep_scores(cauce_run *run, cauce_cv *cv, const double *values, const char *const *why,
                        double *scores, int64_t f, bool test) {
    for (int64_t m = 0; m < cv->n_metrics; m++) {
        scores[m * cv->n_folds + f] = values[m];
        if (!test || !why[m]) continue;
        cv->why[m * cv->n_folds + f] = record(cv, why[m]);
        cauce_warn(run, "no_score", "a fold has no score: %s", why[m]);
    }
}

static cauce_status score_rows(cauce_run *run, const ca_cv_plan *plan, const cauce_model *model,
                               const int64_t *rows, int64_t n, double *scores, cauce_cv *cv, int64_t f,
                               bool test) {
    ca_labels labels;
    ca_frame frame = { 0 };
    cauce_block output;
    double *values = cauce_scratch(run, plan->metrics.n, sizeof *values);
    const char **why = cauce_scratch(run, plan->metrics.n, sizeof *why);
    cauce_table *table = ca_table_subset(run, plan->table, rows, n);
    if (!table || !values || !why) return ca_table_drop(table), run->error.status;
    cauce_status status = ca_model_apply(run, model, table, CA_PREDICT_QUIETLY, &frame, NULL);
    if (status == CAUCE_OK) status = spread(run, plan, model, &frame.batch.blocks[0], n, &output);
    if (status == CAUCE_OK && test && plan->keep_predictions)
        keep_predictions(plan, cv, &plan->folds.folds[f], f, &output);
    if (status == CAUCE_OK) status = pick_labels(run, plan, rows, n, &labels);
    if (status == CAUCE_OK)
        status = ca_score_defined(run, &plan->metrics, &labels, plan->reference->positive, &output, n, values,
                                  why);
    if (status == CAUCE_OK) keep_scores(run, cv, values, why, scores, f, test);
    ca_frame_free(&frame);
    ca_table_drop(table);
    return status;
}

static cauce_status fold_steps(cauce_run *run, const ca_cv_plan *plan, const cauce_recipe *recipe,
                               cauce_cv *cv, int64_t f) {
    const ca_fold *fold = &plan->folds.folds[f];
    double start = ca_clock();
    cauce_table *table = ca_table_subset(run, plan->table, fold->train, fold->n_train);
    cauce_model *model = table ? ca_model_fit(run, recipe, table, NULL) : NULL;
    ca_table_drop(table);
    if (!model) return run->error.status;
    double fitted = ca_clock();
    cauce_status status = score_rows(run, plan, model, fold->test, fold->n_test, cv->score, cv, f, true);
    double scored = ca_clock();
    if (status == CAUCE_OK && plan->train_scores)
        status = score_rows(run, plan, model, fold->train, fold->n_train, cv->train_score, cv, f, false);
    if (status == CAUCE_OK) {
        cv->fit_seconds[f] = fitted - start;
        cv->score_seconds[f] = scored - fitted;
    }
    if (status == CAUCE_OK && plan->keep_models)
        cv->model[f] = model;
    else
        ca_model_free(model);
    return status;
}

static void record_failure(cauce_run *run, cauce_cv *cv, int64_t f) {
    char text[1600];
    snprintf(text, sizeof text, "%s%s%s", run->error.place, *run->error.place ? ": " : "",
             run->error.message);
    cv->error[f] = record(cv, text);
    for (int64_t m = 0; m < cv->n_metrics; m++) cv->score[m * cv->n_folds + f] = NAN;
    cauce_warn(run, "fold_failed", "a fold failed: %s", text);
}

cauce_status ca_cv_fold(cauce_run *run, const ca_cv_plan *plan, const cauce_recipe *recipe, cauce_cv *cv,
                        int64_t f) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    cauce_status status = fold_steps(run, plan, recipe, cv, f);
    ca_arena_back(&run->scratch, mark);
    if (status == CAUCE_OK) return CAUCE_OK;
    if (status == CAUCE_E_CANCELLED || status == CAUCE_E_NOMEM) return status;
    record_failure(run, cv, f);
    ca_run_forgive(run);
    return CAUCE_OK;
}
