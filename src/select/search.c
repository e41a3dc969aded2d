#include "select/search.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "data/labels.h"
#include "math/sort.h"
#include "core/seed.h"
#include "select/halving.h"

typedef enum selection { BEST, ONE_STANDARD_ERROR } selection;

struct options {
    ca_halving halving; /* first: its rows count from here */
    bool train_scores;
    const char *refit;
    int select;
    cauce_value random_state;
};

#define OPTIONS                                                                                              \
    CAUCE_TEXT_PARAM(struct options, refit, "true",                                                          \
                     "Metric that chooses; true: the first one; false: no refit."),                          \
        CAUCE_BOOL(struct options, train_scores, false, "Scores the training rows too."),                    \
        CAUCE_CHOICE(struct options, select, "best", "best|one_standard_error",                              \
                     "The best candidate, or the first in order within one standard error of it."),          \
        CAUCE_MIXED(struct options, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9007199254740991.0, \
                    0, 0, NULL, "Seed of the draws; null is the same as 0.")
static const cauce_param grid_rows[] = { CA_HALVING_ROWS(ca_halving, "exhaust"), OPTIONS, CAUCE_END };
static const cauce_param random_rows[] = { CA_HALVING_ROWS(ca_halving, "smallest"), OPTIONS, CAUCE_END };
#undef OPTIONS

void ca_search_free(cauce_search *search) {
    if (!search) return;
    for (int64_t c = 0; search->cv && c < search->n_candidates; c++) ca_cv_free(search->cv[c]);
    ca_model_free(search->model);
    ca_arena_free(&search->arena);
    ca_free(search);
}

/* ---- Candidates ---------------------------------------------------------------------------------------- */

static cauce_status print_params(cauce_run *run, cauce_search *search, int64_t c) {
    ca_text text = { 0 }, json = { 0 };
    const ca_candidate *candidate = &search->candidates[c];
    ca_text_add(&json, "{");
    for (int64_t i = 0; i < candidate->n; i++) {
        ca_text_addf(&text, "%s%s=", i ? " " : "", candidate->items[i].key);
        ca_value_print(&text, &candidate->items[i].value);
        ca_text_addf(&json, "%s\"%s\": ", i ? ", " : "", candidate->items[i].key);
        ca_value_to_json(&json, &candidate->items[i].value);
    }
    ca_text_add(&json, "}");
    if (!text.failed) search->params[c] = ca_arena_text(&search->arena, ca_text_get(&text), text.length);
    if (!json.failed) search->params_json[c] = ca_arena_text(&search->arena, ca_text_get(&json), json.length);
    ca_text_free(&text);
    ca_text_free(&json);
    return search->params[c] && search->params_json[c] ? CAUCE_OK : CA_NOMEM(run);
}

static cauce_recipe *candidate_recipe(cauce_run *run, const cauce_recipe *recipe,
                                      const ca_candidate *candidate) {
    cauce_recipe *copy = ca_recipe_clone(run, recipe);
    if (copy && ca_recipe_assign(run, copy, candidate->items, candidate->n) == CAUCE_OK) return copy;
    ca_recipe_free(copy);
    return NULL;
}

/* Every candidate must be a sound recipe, for the same kind of target, before the first is fitted. */
static cauce_status check_candidate(cauce_run *run, const cauce_recipe *recipe,
                                    const ca_candidate *candidate) {
    cauce_recipe *copy = candidate_recipe(run, recipe, candidate);
    if (!copy) return run->error.status;
    cauce_status status = ca_recipe_check(run, copy);
    cauce_component_role role = ca_recipe_role(copy);
    ca_recipe_free(copy);
    if (status == CAUCE_OK && role != ca_recipe_role(recipe))
        return cauce_fail(run, CAUCE_E_PARAM, "a candidate is a %s, the recipe is a %s", ca_role_name(role),
                          ca_role_name(ca_recipe_role(recipe)));
    return status;
}

static cauce_status prepare(cauce_run *run, cauce_search *search, const ca_cv_plan *plan) {
    ca_arena *arena = &search->arena;
    size_t n = (size_t)search->n_candidates;
    search->n_metrics = plan->metrics.n;
    search->cv = ca_arena_alloc(arena, n * sizeof *search->cv);
    search->params = ca_arena_alloc(arena, n * sizeof *search->params);
    search->params_json = ca_arena_alloc(arena, n * sizeof *search->params_json);
    search->rank = ca_arena_alloc(arena, n * (size_t)search->n_metrics * sizeof *search->rank);
    return search->cv && search->params && search->params_json && search->rank ? CAUCE_OK : CA_NOMEM(run);
}

static cauce_status prepare_some(cauce_run *run, cauce_search *search, const cauce_recipe *recipe,
                                 const ca_cv_plan *plan, int64_t first, int64_t n) {
    for (int64_t c = first; c < first + n; c++) {
        CA_TRY(print_params(run, search, c));
        CA_TRY(check_candidate(run, recipe, &search->candidates[c]));
        search->cv[c] = ca_cv_new(run, plan);
        if (!search->cv[c]) return run->error.status;
    }
    return CAUCE_OK;
}

typedef struct job {
    cauce_search *search;
    const cauce_recipe *recipe;
    const ca_cv_plan *plan;
    int64_t first, done;
} job;

static cauce_status run_one(cauce_run *run, int64_t index, void *payload) {
    job *j = payload;
    int64_t n_folds = j->plan->folds.n_folds, c = j->first + index / n_folds;
    cauce_recipe *recipe = candidate_recipe(run, j->recipe, &j->search->candidates[c]);
    if (!recipe) return run->error.status;
    cauce_status status = ca_cv_fold(run, j->plan, recipe, j->search->cv[c], index % n_folds);
    ca_recipe_free(recipe);
    cauce_progress(run, "search", __atomic_add_fetch(&j->done, 1, __ATOMIC_RELAXED),
                   j->search->n_candidates * n_folds);
    return status;
}

/* ---- Ranking ------------------------------------------------------------------------------------------- */

/* Is a better than b? Failures (NaN) are worse than everything. */
static bool better(double a, double b, bool greater) {
    if (isnan(a)) return false;
    if (isnan(b)) return true;
    return greater ? a > b : a < b;
}

/* Any fold without a score leaves its candidate without one: a mean over fewer folds would not compare. */
static double candidate_mean(const cauce_cv *cv, int64_t metric) {
    return ca_cv_why(cv, metric) ? (double)NAN : ca_cv_mean(cv, metric);
}

static void rank(cauce_search *search, const ca_metric_list *metrics) {
    for (int64_t m = 0; m < metrics->n; m++)
        for (int64_t c = 0; c < search->n_candidates; c++) {
            int64_t place = 1;
            double mean = candidate_mean(search->cv[c], m);
            for (int64_t d = 0; d < search->n_candidates; d++) {
                /* Who came further is better, whatever the score with fewer resources. */
                int64_t further = search->round ? search->round[d] - search->round[c] : 0;
                place += further > 0 || (further == 0 && better(candidate_mean(search->cv[d], m), mean,
                                                                metrics->metric[m]->greater_is_better));
            }
            search->rank[m * search->n_candidates + c] = place;
        }
}

/* Standard error of the mean over the folds; 0 for one fold. */
static double standard_error(const cauce_cv *cv, int64_t metric, double mean) {
    double sum = 0;
    for (int64_t f = 0; f < cv->n_folds; f++) {
        double off = cv->score[metric * cv->n_folds + f] - mean;
        sum += off * off;
    }
    double n = (double)cv->n_folds;
    return n > 1 ? sqrt(sum / (n - 1) / n) : 0;
}

/* The first candidate that is not worse than the best by more than the best's standard error: candidates come
 * in the order of the grid, so who lists the simple values first gets the simplest (Breiman, Friedman, Olshen
 * and Stone, Classification and Regression Trees (1984), section 3.4.3). */
static int64_t first_as_good(const cauce_search *search, const ca_metric *of, int64_t metric, int64_t best) {
    double mean = candidate_mean(search->cv[best], metric);
    double slack = standard_error(search->cv[best], metric, mean);
    for (int64_t c = 0; c < best; c++) {
        if (search->round && search->round[c] != search->round[best]) continue;
        double other = candidate_mean(search->cv[c], metric);
        if (of->greater_is_better ? other >= mean - slack : other <= mean + slack) return c;
    }
    return best;
}

/* The number of the metric that chooses. */
static int64_t choosing(const ca_cv_plan *plan, const char *refit) {
    int64_t metric = 0;
    if (refit && strcmp(refit, "true") != 0 && strcmp(refit, "false") != 0)
        while (strcmp(plan->metrics.metric[metric]->name, refit) != 0)
            metric++; /* check_refit has found it */
    return metric;
}

static cauce_status choose(cauce_run *run, cauce_search *search, const ca_cv_plan *plan,
                           const struct options *o) {
    int64_t metric = choosing(plan, o->refit);
    rank(search, &plan->metrics);
    for (int64_t c = search->n_candidates - 1; c >= 0; c--)
        if (search->rank[metric * search->n_candidates + c] == 1) search->best = c;
    if (isnan(candidate_mean(search->cv[search->best], metric))) {
        const char *why = ca_cv_why(search->cv[search->best], metric);
        if (why) return cauce_fail(run, CAUCE_E_DATA, "every candidate failed; the first: %s", why);
    }
    if (o->select == ONE_STANDARD_ERROR)
        search->best = first_as_good(search, plan->metrics.metric[metric], metric, search->best);
    return CAUCE_OK;
}

/* ---- The search ---------------------------------------------------------------------------------------- */

static cauce_status all_candidates(cauce_run *run, cauce_search *search, const cauce_recipe *recipe,
                                   const ca_cv_plan *plan) {
    job j = { .search = search, .recipe = recipe, .plan = plan };
    CA_TRY(prepare(run, search, plan));
    CA_TRY(prepare_some(run, search, recipe, plan, 0, search->n_candidates));
    return cauce_parallel(run, search->n_candidates * plan->folds.n_folds, run_one, &j);
}

/* The n best of the candidates first .. first + before - 1 by the metric, the earlier of equals; in their
 * order. */
static cauce_status pick_best(cauce_run *run, const cauce_search *search, const ca_metric *of, int64_t metric,
                              int64_t first, int64_t before, int64_t n, int64_t *picked) {
    double *key = cauce_scratch(run, before, sizeof *key);
    int64_t *order = cauce_scratch(run, before, sizeof *order), at = 0;
    bool *goes_on = cauce_scratch(run, before, sizeof *goes_on);
    if (!key || !order || !goes_on) return run->error.status;
    for (int64_t i = 0; i < before; i++) {
        double mean = candidate_mean(search->cv[first + i], metric);
        key[i] = of->greater_is_better ? -mean : mean; /* NaN is sorted last */
    }
    CA_TRY(ca_argsort(run, key, before, order));
    for (int64_t i = 0; i < n; i++) goes_on[order[i]] = true;
    for (int64_t i = 0; i < before; i++)
        if (goes_on[i]) picked[at++] = first + i;
    return CAUCE_OK;
}

static cauce_status run_round(cauce_run *run, job *j, const ca_schedule *schedule, int64_t r, uint64_t seed) {
    cauce_search *search = j->search;
    const ca_cv_plan *whole = j->plan;
    ca_cv_plan plan = *whole;
    int64_t n = schedule->candidates[r];
    double share = (double)schedule->resources[r] / (double)whole->table->n_rows;
    if (!schedule->key)
        CA_TRY(ca_halving_folds(run, &search->arena, &whole->folds, share, seed, &plan.folds));
    CA_TRY(prepare_some(run, search, j->recipe, &plan, j->first, n));
    for (int64_t c = j->first; c < j->first + n; c++) {
        search->round[c] = r;
        search->resources[c] = schedule->resources[r];
    }
    j->plan = &plan;
    cauce_status status = cauce_parallel(run, n * plan.folds.n_folds, run_one, j);
    j->plan = whole;
    return status;
}

/* Successive halving: the list of candidates grows by those that go on. */
static cauce_status all_rounds(cauce_run *run, cauce_search *search, const cauce_recipe *recipe,
                               const ca_cv_plan *plan, const struct options *o) {
    ca_arena *arena = &search->arena;
    ca_schedule schedule = { 0 };
    int64_t metric = choosing(plan, o->refit), n = search->n_candidates;
    uint64_t seed = ca_seed_of(&o->random_state);
    CA_TRY(ca_halving_plan(run, arena, &o->halving, recipe, plan, n, &schedule));
    ca_candidate *list = ca_arena_alloc(arena, (size_t)schedule.total * sizeof *list);
    search->round = ca_arena_alloc(arena, (size_t)schedule.total * sizeof *search->round);
    search->resources = ca_arena_alloc(arena, (size_t)schedule.total * sizeof *search->resources);
    int64_t *picked = cauce_scratch(run, n, sizeof *picked);
    if (!list || !search->round || !search->resources) return CA_NOMEM(run);
    if (!picked) return run->error.status;
    for (int64_t c = 0; c < n; c++)
        CA_TRY(ca_halving_candidate(run, arena, &schedule, 0, &search->candidates[c], &list[c]));
    search->candidates = list;
    search->n_candidates = schedule.total;
    CA_TRY(prepare(run, search, plan));
    job j = { .search = search, .recipe = recipe, .plan = plan };
    for (int64_t r = 0; r < schedule.n_rounds; r++) {
        CA_TRY(run_round(run, &j, &schedule, r, seed));
        if (r + 1 == schedule.n_rounds) break;
        n = schedule.candidates[r + 1];
        CA_TRY(pick_best(run, search, plan->metrics.metric[metric], metric, j.first, schedule.candidates[r],
                         n, picked));
        j.first += schedule.candidates[r];
        for (int64_t i = 0; i < n; i++)
            CA_TRY(ca_halving_candidate(run, arena, &schedule, r + 1, &list[picked[i]], &list[j.first + i]));
    }
    return CAUCE_OK;
}

static cauce_status search_steps(cauce_run *run, cauce_search *search, const cauce_recipe *recipe,
                                 ca_cv_plan *plan, const struct options *o) {
    CA_TRY(o->halving.halving ? all_rounds(run, search, recipe, plan, o)
                              : all_candidates(run, search, recipe, plan));
    CA_TRY(choose(run, search, plan, o));
    if (o->refit && strcmp(o->refit, "false") == 0) return CAUCE_OK;
    cauce_recipe *best = candidate_recipe(run, recipe, &search->candidates[search->best]);
    if (!best) return run->error.status;
    search->model = ca_model_fit(run, best, plan->table, NULL);
    ca_recipe_free(best);
    return search->model ? CAUCE_OK : run->error.status;
}

static cauce_status check_refit(cauce_run *run, const ca_metric_list *metrics, const char *refit) {
    if (!refit || strcmp(refit, "true") == 0 || strcmp(refit, "false") == 0) return CAUCE_OK;
    for (int64_t m = 0; m < metrics->n; m++)
        if (strcmp(metrics->metric[m]->name, refit) == 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "refit=%s is not one of the metrics", refit);
}

/* What both searches are told. */
typedef struct request {
    const cauce_recipe *recipe;
    const cauce_table *table;
    const char *space, *folds, *metrics;
    int64_t n_iter;
    bool random;
} request;

static cauce_status find_candidates(cauce_run *run, const request *r, const struct options *o,
                                    cauce_search *search) {
    ca_arena *arena = &search->arena;
    ca_space *spaces = NULL;
    int64_t n_spaces = 0;
    if (!r->random)
        return ca_grid_parse(run, arena, r->recipe, r->space, &search->candidates, &search->n_candidates);
    CA_TRY(ca_spaces_parse(run, arena, r->recipe, r->space, true, &spaces, &n_spaces));
    uint64_t seed = ca_seed_of(&o->random_state);
    return ca_spaces_draw(run, arena, spaces, n_spaces, r->n_iter, seed, &search->candidates,
                          &search->n_candidates);
}

static cauce_search *make(cauce_run *run, const request *r, const char *options) {
    struct options o = { 0 };
    ca_cv_plan plan = { 0 };
    cauce_search *search = ca_calloc(1, sizeof *search);
    cauce_status status = search ? CAUCE_OK : CA_NOMEM(run);
    if (status == CAUCE_OK)
        status = ca_options_parse(run, &run->scratch, r->random ? "cauce_random_search" : "cauce_grid_search",
                                  r->random ? random_rows : grid_rows, options, &o);
    if (status == CAUCE_OK) status = find_candidates(run, r, &o, search);
    if (status == CAUCE_OK) plan.train_scores = o.train_scores;
    if (status == CAUCE_OK) status = ca_cv_plan_make(run, r->recipe, r->table, r->folds, r->metrics, &plan);
    if (status == CAUCE_OK) status = check_refit(run, &plan.metrics, o.refit);
    if (status == CAUCE_OK) status = search_steps(run, search, r->recipe, &plan, &o);
    ca_cv_plan_free(&plan);
    if (status == CAUCE_OK) return search;
    ca_search_free(search);
    return NULL;
}

cauce_search *ca_grid_search(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                             const char *grid, const char *folds, const char *metrics, const char *options) {
    return make(run, &(request){ recipe, table, grid, folds, metrics, 0, false }, options);
}

cauce_search *ca_random_search(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                               const char *space, int64_t n_iter, const char *folds, const char *metrics,
                               const char *options) {
    return make(run, &(request){ recipe, table, space, folds, metrics, n_iter, true }, options);
}

/* ---- As a table ---------------------------------------------------------------------------------------- */

static const ca_assignment *item_of(const ca_candidate *candidate, const char *key) {
    for (int64_t i = 0; i < candidate->n; i++)
        if (strcmp(candidate->items[i].key, key) == 0) return &candidate->items[i];
    return NULL;
}

static cauce_status add_param(cauce_run *run, cauce_table *table, const cauce_search *search,
                              const char *key) {
    int64_t n = search->n_candidates;
    const char **texts = cauce_scratch(run, n, sizeof *texts);
    if (!texts) return run->error.status;
    bool all_numbers = true;
    for (int64_t c = 0; c < n; c++) {
        const ca_assignment *item = item_of(&search->candidates[c], key);
        ca_text text = { 0 };
        if (!item) continue;
        all_numbers = all_numbers && (item->value.type == CAUCE_V_INT || item->value.type == CAUCE_V_REAL);
        ca_value_print(&text, &item->value);
        texts[c] = ca_arena_text(&run->scratch, ca_text_get(&text), text.length);
        ca_text_free(&text);
        if (!texts[c]) return CA_NOMEM(run);
    }
    if (!all_numbers) {
        ca_column *column = ca_column_from_texts(run, texts, n);
        return column ? ca_table_add(run, table, key, CAUCE_FEATURE, column) : run->error.status;
    }
    double *values;
    ca_column *column = ca_column_numbers(run, n, &values);
    if (!column) return run->error.status;
    for (int64_t c = 0; c < n; c++) {
        const ca_assignment *item = item_of(&search->candidates[c], key);
        values[c] = item ? item->value.real : (double)NAN;
    }
    return ca_table_add(run, table, key, CAUCE_FEATURE, column);
}

/* The empty name: there was no memory for it. */
static cauce_status add_numbers(cauce_run *run, cauce_table *table, const cauce_search *search,
                                const char *name, double (*get)(const cauce_search *, int64_t m, int64_t c),
                                int64_t m) {
    if (!*name) return CA_NOMEM(run);
    double *values;
    ca_column *column = ca_column_numbers(run, search->n_candidates, &values);
    if (!column) return run->error.status;
    for (int64_t c = 0; c < search->n_candidates; c++) values[c] = get(search, m, c);
    return ca_table_add(run, table, name, CAUCE_FEATURE, column);
}

static double get_mean(const cauce_search *search, int64_t m, int64_t c) {
    return candidate_mean(search->cv[c], m);
}

static double get_std(const cauce_search *search, int64_t m, int64_t c) {
    return isnan(candidate_mean(search->cv[c], m)) ? (double)NAN : cauce_cv_std(search->cv[c], m);
}

static double get_rank(const cauce_search *search, int64_t m, int64_t c) {
    return (double)search->rank[m * search->n_candidates + c];
}

static double get_seconds(const cauce_search *search, int64_t m, int64_t c) {
    (void)m;
    double sum = 0;
    for (int64_t f = 0; f < search->cv[c]->n_folds; f++) sum += search->cv[c]->fit_seconds[f];
    return sum / (double)search->cv[c]->n_folds;
}

static double get_round(const cauce_search *search, int64_t m, int64_t c) {
    (void)m;
    return (double)search->round[c];
}

static double get_resources(const cauce_search *search, int64_t m, int64_t c) {
    (void)m;
    return (double)search->resources[c];
}

static cauce_status fill_table(cauce_run *run, cauce_table *table, const cauce_search *search) {
    if (search->round) {
        CA_TRY(add_numbers(run, table, search, "round", get_round, 0));
        CA_TRY(add_numbers(run, table, search, "resources", get_resources, 0));
    }
    for (int64_t c = 0; c < search->n_candidates; c++)
        for (int64_t i = 0; i < search->candidates[c].n; i++)
            if (ca_table_find(table, search->candidates[c].items[i].key) < 0)
                CA_TRY(add_param(run, table, search, search->candidates[c].items[i].key));
    for (int64_t m = 0; m < search->n_metrics; m++) {
        const char *metric = search->cv[0]->metric[m];
        CA_TRY(add_numbers(run, table, search, ca_run_text(run, "mean_%s", metric), get_mean, m));
        CA_TRY(add_numbers(run, table, search, ca_run_text(run, "std_%s", metric), get_std, m));
        CA_TRY(add_numbers(run, table, search, ca_run_text(run, "rank_%s", metric), get_rank, m));
    }
    CA_TRY(add_numbers(run, table, search, "mean_fit_seconds", get_seconds, 0));
    const char **errors = cauce_scratch(run, search->n_candidates, sizeof *errors);
    if (!errors) return run->error.status;
    for (int64_t c = 0; c < search->n_candidates; c++) errors[c] = cauce_search_error(search, c);
    ca_column *column = ca_column_from_texts(run, errors, search->n_candidates);
    return column ? ca_table_add(run, table, "error", CAUCE_FEATURE, column) : run->error.status;
}

cauce_table *ca_search_table(cauce_run *run, const cauce_search *search) {
    cauce_table *table = ca_table_new(run, search->n_candidates);
    if (table && fill_table(run, table, search) == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}
