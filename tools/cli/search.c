/* cauce search: every combination of a grid, or some at random, cross-validated; the best is fitted to all
 * rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folds.h"
#include "found.h"
#include "models.h"

static json_t *params_of(const cauce_search *search, int64_t candidate) {
    const char *text = cauce_search_params_json(search, candidate);
    json_t *params = text ? json_loads(text, 0, NULL) : NULL;
    return params ? params : json_object();
}

static json_t *candidate_json(const cauce_search *search, int64_t candidate) {
    json_t *one = json_object(), *metrics = cli_cv_json(cauce_search_cv(search, candidate));
    const char *name, *error = cauce_search_error(search, candidate);
    json_t *metric;
    int64_t m = 0;
    json_object_foreach(metrics, name, metric)
        cli_put(metric, "rank", json_integer(cauce_search_rank(search, m++, candidate)));
    cli_put(one, "params", params_of(search, candidate));
    cli_put(one, "metrics", metrics);
    if (cauce_search_round(search, candidate) >= 0) {
        cli_put(one, "round", json_integer(cauce_search_round(search, candidate)));
        cli_put(one, "resources", json_integer(cauce_search_resources(search, candidate)));
    }
    cli_put(one, "error", error ? cli_json_text(error) : json_null());
    return one;
}

static int print_json(const cli_plan *plan, const cauce_search *search) {
    int64_t best = cauce_search_best_index(search);
    const cauce_cv *cv = cauce_search_cv(search, best);
    json_t *result = json_object(), *winner = json_object(), *candidates = json_array();
    cli_put(winner, "params", params_of(search, best));
    cli_put(winner, "metric", cli_json_text(cauce_cv_metric(cv, 0)));
    cli_put(winner, "score", cli_json_number(cauce_cv_mean(cv, 0)));
    cli_put(winner, "rank", json_integer(cauce_search_rank(search, 0, best)));
    for (int64_t i = 0; i < cauce_search_candidates(search); i++)
        json_array_append_new(candidates, candidate_json(search, i));
    cli_put(result, "best", winner);
    cli_put(result, "candidates", candidates);
    cli_put(result, "folds", json_integer(cauce_cv_folds(cv)));
    cli_put(result, "rows", json_integer(cauce_table_rows(plan->table)));
    return cli_print_json(result);
}

/* The shortest end of a path (at a "__") that no other key ends with. */
static const char *short_name(json_t *params, const char *path) {
    const char *name = path + strlen(path);
    for (;;) {
        do name--;
        while (name > path && !(name - path >= 2 && name[-1] == '_' && name[-2] == '_'));
        if (name <= path) return path;
        const char *key;
        json_t *value;
        int fitting = 0;
        size_t length = strlen(name);
        json_object_foreach(params, key, value) {
            size_t n = strlen(key);
            fitting += n >= length && strcmp(key + n - length, name) == 0;
        }
        if (fitting == 1) return name;
    }
}

static char *short_params(const cauce_search *search, int64_t candidate) {
    json_t *params = params_of(search, candidate), *value;
    const char *key;
    cli_text text = { 0 };
    json_object_foreach(params, key, value) {
        cli_text_addf(&text, "%s%s=", text.length ? " " : "", short_name(params, key));
        if (json_is_string(value))
            cli_text_add(&text, json_string_value(value));
        else
            cli_json_add(&text, value, 0);
    }
    json_decref(params);
    if (!text.data) cli_text_add(&text, "(as it is)");
    return text.data;
}

typedef struct ranked {
    int64_t rank, candidate;
} ranked;

static int by_rank(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

static ranked *rank_all(const cauce_search *search) {
    int64_t n = cauce_search_candidates(search);
    ranked *order = cli_alloc((size_t)n * sizeof *order);
    for (int64_t i = 0; i < n; i++) order[i] = (ranked){ cauce_search_rank(search, 0, i), i };
    qsort(order, (size_t)n, sizeof *order, by_rank);
    return order;
}

enum { MOST_METRICS = 8, MOST_SHOWN = 20 };

static double smallest_mean(const cauce_search *search, int64_t metric) {
    double like = HUGE_VAL;
    for (int64_t i = 0; i < cauce_search_candidates(search); i++)
        like = cli_smaller(like, cauce_cv_mean(cauce_search_cv(search, i), metric));
    return like;
}

static void fill(cli_grid *grid, const cauce_search *search, const ranked *order, int64_t shown,
                 int64_t metrics) {
    char text[72];
    cli_grid_cell(grid, "rank");
    for (int64_t m = 0; m < metrics; m++) {
        cli_metric_head(cauce_cv_metric(cauce_search_cv(search, 0), m), text);
        cli_grid_cell(grid, text);
    }
    bool halving = cauce_search_round(search, 0) >= 0;
    if (halving) cli_grid_cell(grid, "resources");
    cli_grid_cell(grid, "parameters");
    for (int64_t i = 0; i < shown; i++) {
        const cauce_cv *cv = cauce_search_cv(search, order[i].candidate);
        char *params = short_params(search, order[i].candidate);
        cli_grid_cellf(grid, "%lld", (long long)order[i].rank);
        for (int64_t m = 0; m < metrics; m++) {
            cli_mean_and_std(cv, m, smallest_mean(search, m), text);
            cli_grid_cell(grid, text);
        }
        if (halving)
            cli_grid_cellf(grid, "%lld", (long long)cauce_search_resources(search, order[i].candidate));
        cli_grid_cell(grid, params);
        free(params);
    }
    grid->strong = 1;
}

/* Candidates by rank; the first metric always, more of them while the parameters keep 40 columns. */
static void print_candidates(const cli_term *term, const cauce_search *search) {
    int64_t n = cauce_search_candidates(search), shown = n > MOST_SHOWN ? MOST_SHOWN : n;
    int64_t metrics = cauce_cv_metrics(cauce_search_cv(search, 0));
    int64_t room = term->width ? (term->width - 46) / 18 : MOST_METRICS;
    if (metrics > MOST_METRICS) metrics = MOST_METRICS;
    if (metrics > room) metrics = room < 1 ? 1 : room;
    char align[MOST_METRICS + 4];
    int64_t numbers = metrics + 1 + (cauce_search_round(search, 0) >= 0);
    memset(align, 'r', sizeof align);
    align[numbers] = 'L';
    align[numbers + 1] = 0;
    ranked *order = rank_all(search);
    cli_grid grid;
    cli_grid_begin(&grid, align);
    fill(&grid, search, order, shown, metrics);
    cli_grid_print(&grid, term, 0);
    if (shown < n)
        fprintf(term->file, "      and %lld more (--table OUT.csv or --json)\n", (long long)(n - shown));
    cli_grid_free(&grid);
    free(order);
}

static void print_people(cli_program *program, const cauce_search *search) {
    const char *path = program->args.output.count ? program->args.output.items[0] : "";
    bool taken = strcmp(path, "-") == 0; /* standard output has the model */
    if (taken && program->args.quiet) return;
    const cli_term *term = taken ? &program->err : &program->out;
    int64_t best = cauce_search_best_index(search);
    char text[72];
    cli_progress_clear(&program->progress);
    print_candidates(term, search);
    cli_mean_and_std(cauce_search_cv(search, best), 0, cauce_cv_mean(cauce_search_cv(search, best), 0), text);
    fprintf(term->file, "\n");
    cli_field(term, "best", "%s", cauce_search_params(search, best));
    cli_field(term, "score", "%s %s", cauce_cv_metric(cauce_search_cv(search, best), 0), text);
}

static void warn_failures(cli_program *program, const cauce_search *search) {
    for (int64_t i = 0; i < cauce_search_candidates(search); i++) {
        const char *why = cauce_search_error(search, i);
        if (why) cli_warn_text(program, "candidate_failed", "%s: %s", cauce_search_params(search, i), why);
    }
}

/* Files first, so that a result that is shown is also there. */
static int save(cli_program *program, const cauce_search *search) {
    const cli_args *args = &program->args;
    int code = 0;
    if (args->output.count) code = cli_model_save(program, cauce_search_best(search), args->output.items[0]);
    if (code || !args->table) return code;
    cauce_table *table = cauce_search_table(search);
    code = !table || cauce_write_csv(table, args->table) ? cli_failed(program) : 0;
    cauce_table_free(table);
    return code;
}

static void note_saved(cli_program *program) {
    const cli_args *args = &program->args;
    char size[32];
    fflush(stdout);
    if (args->output.count) {
        const char *path = args->output.items[0];
        cli_file_size(path, size);
        cli_note(program, "saved", "%s: the best, fitted to all rows%s%s%s", path, *size ? " (" : "", size,
                 *size ? ")" : "");
    }
    if (args->table && strcmp(args->table, "-") != 0)
        cli_note(program, "saved", "%s: all candidates", args->table);
}

/* --seed is the seed of the draws too. */
static cauce_search *find(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe,
                          const char *metrics) {
    const cli_args *args = &program->args;
    cli_text options = { 0 };
    cli_text_addf(&options, "refit=%s", args->output.count ? "true" : "false");
    if (args->halving || args->halving_with) cli_text_add(&options, " halving=true ");
    if (args->halving_with) cli_text_add(&options, args->halving_with);
    if (args->seed.given) cli_text_addf(&options, " random_state=%lld", (long long)args->seed.value);
    cauce_search *search =
        args->random.given
            ? cauce_random_search_with(recipe, plan->table, plan->grid, args->random.value, plan->folds,
                                       metrics, options.data)
            : cauce_grid_search_with(recipe, plan->table, plan->grid, plan->folds, metrics, options.data);
    cli_text_free(&options);
    return search;
}

static int run(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe) {
    bool classifier = cli_is_classifier(recipe);
    cli_note_table(program, plan, classifier);
    cli_plan_explain(program, plan, recipe);
    char *metrics =
        cli_plan_metrics(program, plan, cauce_recipe_output(recipe), cli_plan_classes(plan, plan->target));
    double start = cli_seconds();
    cauce_search *search = find(program, plan, recipe, metrics);
    free(metrics);
    if (!search) return cli_failed(program);
    char time[32];
    cli_duration(cli_seconds() - start, time);
    cli_note(program, "tried", "%lld candidates on %lld folds in %s",
             (long long)cauce_search_candidates(search),
             (long long)cauce_cv_folds(cauce_search_cv(search, 0)), time);
    warn_failures(program, search);
    int code = save(program, search);
    if (code == 0 && program->args.json)
        print_json(plan, search);
    else if (code == 0)
        print_people(program, search);
    if (code == 0) note_saved(program);
    cauce_search_free(search);
    return code;
}

int cli_search(cli_program *program) {
    const cli_args *args = &program->args;
    const char *estimator;
    int code = 0;
    bool model_out = args->output.count && strcmp(args->output.items[0], "-") == 0;
    bool table_out = args->table && strcmp(args->table, "-") == 0;
    if ((args->json || table_out) && model_out + table_out + args->json > 1)
        return cli_misuse(program, "only one of --json, -o - and --table - can have standard output");
    if (!cli_one_model(program, &estimator, &code)) return code;
    cli_plan plan;
    code = cli_plan_open(program, &plan);
    if (code == 0 && !plan.grid)
        code = cli_misuse(program,
                          args->random.given
                              ? "--grid is needed: what to draw from, as in \"C=log_uniform(1e-3, 1e3)\""
                              : "--grid is needed: the values to try, as in \"max_depth=[4, 8]\"");
    cauce_recipe *recipe = code ? NULL : cli_plan_recipe(program, &plan, estimator, &code);
    if (recipe) code = run(program, &plan, recipe);
    cauce_recipe_free(recipe);
    cli_plan_free(&plan);
    return code;
}
