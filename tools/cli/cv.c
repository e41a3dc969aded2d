/* cauce cv: scores on rows that were not trained on, of one recipe or of several models side by side. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folds.h"
#include "found.h"

/* One recipe and its scores. */
typedef struct entry {
    const char *label; /* "" for the recipe of a SPEC or the automatic one */
    cauce_recipe *recipe;
    cauce_cv *cv;
} entry;

typedef struct comparison {
    cli_plan plan;
    entry *entries; /* the baseline first when there are --model options */
    int64_t count;
    bool classifier;
    const char *output; /* what all of them give: without probabilities when one has none */
    char *metrics;
} comparison;

static int make_recipes(cli_program *program, comparison *work) {
    const cli_list *models = &program->args.model;
    int code = 0;
    work->count = models->count ? models->count + 1 : 1;
    work->entries = cli_alloc((size_t)work->count * sizeof *work->entries);
    for (int64_t i = models->count ? 1 : 0; i < work->count; i++) {
        entry *one = &work->entries[i];
        const char *model = models->count ? models->items[i - 1] : NULL;
        one->label = model ? model : "";
        one->recipe = cli_plan_recipe(program, &work->plan, model, &code);
        if (!one->recipe) return code;
        bool classifier = cli_is_classifier(one->recipe);
        if (i > 1 && classifier != work->classifier)
            return cli_misuse(program,
                              "'%s' and '%s' do not answer the same question: one classifies, one does not",
                              models->items[0], model);
        work->classifier = classifier;
        const char *output = cauce_recipe_output(one->recipe);
        if (!work->output || strcmp(output, "decision values") == 0) work->output = output;
    }
    if (models->count) {
        entry *one = &work->entries[0];
        one->label = work->classifier ? "dummy_classifier" : "dummy_regressor";
        one->recipe = cauce_new(one->label);
        if (!one->recipe) return cli_failed(program);
    }
    return 0;
}

static cauce_cv *validate(cli_program *program, const comparison *work, const entry *one) {
    const char *options = program->args.output.count ? "predictions=true" : NULL;
    return cauce_cross_validate(one->recipe, work->plan.table, work->plan.folds, work->metrics, options);
}

static int validate_all(cli_program *program, comparison *work) {
    for (int64_t i = 0; i < work->count; i++) {
        entry *one = &work->entries[i];
        cli_progress_restart(&program->progress);
        one->cv = validate(program, work, one);
        if (!one->cv) return cli_failed(program);
        cli_warn_failed_folds(program, one->cv, one->label);
    }
    return 0;
}

static int save_predictions(cli_program *program, const cauce_cv *cv) {
    cauce_table *table = cauce_cv_predictions(cv);
    int code = !table || cauce_write_csv(table, program->args.output.items[0]) ? cli_failed(program) : 0;
    cauce_table_free(table);
    return code;
}

static int print_json(const comparison *work) {
    const cauce_cv *first = work->entries[0].cv;
    json_t *result = json_object();
    if (work->count <= 2) {
        const entry *one = &work->entries[work->count - 1];
        cli_put(result, "metrics", cli_cv_json(one->cv));
    } else {
        json_t *models = json_array();
        for (int64_t i = 0; i < work->count; i++) {
            json_t *model = json_object();
            cli_put(model, "model", cli_json_text(work->entries[i].label));
            cli_put(model, "metrics", cli_cv_json(work->entries[i].cv));
            json_array_append_new(models, model);
        }
        cli_put(result, "models", models);
    }
    cli_put(result, "folds", json_integer(cauce_cv_folds(first)));
    cli_put(result, "rows", json_integer(cauce_cv_rows(first)));
    return cli_print_json(result);
}

static void lowest_and_highest(const cauce_cv *cv, int64_t metric, double *low, double *high) {
    *low = *high = cauce_cv_score(cv, metric, 0);
    for (int64_t f = 1; f < cauce_cv_folds(cv); f++) {
        double score = cauce_cv_score(cv, metric, f);
        if (!(score >= *low)) *low = score;
        if (!(score <= *high)) *high = score;
    }
}

/* A row for each metric; each fold in a column, or only the lowest and the highest. */
static void fill_metrics(cli_grid *grid, const cauce_cv *cv, bool all_folds) {
    char text[72], head[64];
    int64_t folds = cauce_cv_folds(cv);
    cli_grid_cell(grid, "metric");
    cli_grid_cell(grid, "mean \xC2\xB1 std");
    for (int64_t f = 0; all_folds && f < folds; f++)
        cli_grid_cellf(grid, f ? "%lld" : "fold %lld", (long long)f + 1);
    if (!all_folds) cli_grid_cell(grid, "lowest"), cli_grid_cell(grid, "highest");
    for (int64_t m = 0; m < cauce_cv_metrics(cv); m++) {
        double mean = cauce_cv_mean(cv, m), ends[2];
        cli_metric_head(cauce_cv_metric(cv, m), head);
        cli_mean_and_std(cv, m, mean, text);
        cli_grid_cell(grid, head);
        cli_grid_cell(grid, text);
        lowest_and_highest(cv, m, &ends[0], &ends[1]);
        for (int64_t f = 0; f < (all_folds ? folds : 2); f++) {
            char score[32];
            cli_score(all_folds ? cauce_cv_score(cv, m, f) : ends[f], mean, score);
            cli_grid_cell(grid, score);
        }
    }
}

static void print_metrics(const cli_term *term, const cauce_cv *cv) {
    enum { MOST = 5 };
    int64_t folds = cauce_cv_folds(cv);
    char align[MOST + 3] = "lrrrrrr";
    cli_grid grid;
    bool all = folds <= MOST;
    align[2 + (all ? folds : 2)] = 0;
    cli_grid_begin(&grid, align);
    fill_metrics(&grid, cv, all);
    if (term->width && cli_grid_width(&grid) > term->width && all) {
        cli_grid_free(&grid);
        align[4] = 0;
        if (folds == 1) align[3] = 'r';
        cli_grid_begin(&grid, align);
        fill_metrics(&grid, cv, false);
    }
    cli_grid_print(&grid, term, 0);
    cli_grid_free(&grid);
}

/* Row of the best mean of the first metric. */
static int64_t best_of(const comparison *work) {
    int64_t best = -1;
    double most = 0;
    int direction = cauce_metric_direction(cauce_cv_metric(work->entries[0].cv, 0));
    for (int64_t i = 0; i < work->count; i++) {
        double mean = cauce_cv_mean(work->entries[i].cv, 0) * (direction == 0 ? -1 : 1);
        if (mean > most || (best < 0 && mean <= mean)) {
            best = i;
            most = mean;
        }
    }
    return best;
}

static double smallest_mean(const comparison *work, int64_t metric) {
    double like = HUGE_VAL;
    for (int64_t i = 0; i < work->count; i++)
        like = cli_smaller(like, cauce_cv_mean(work->entries[i].cv, metric));
    return like;
}

/* A row for each model, columns for the metrics `first` .. `last` - 1. */
static void fill_models(cli_grid *grid, const comparison *work, int64_t first, int64_t last) {
    char text[72];
    cli_grid_cell(grid, "model");
    for (int64_t m = first; m < last; m++) {
        cli_metric_head(cauce_cv_metric(work->entries[0].cv, m), text);
        cli_grid_cell(grid, text);
    }
    for (int64_t i = 0; i < work->count; i++) {
        cli_grid_cell(grid, work->entries[i].label);
        for (int64_t m = first; m < last; m++) {
            cli_mean_and_std(work->entries[i].cv, m, smallest_mean(work, m), text);
            cli_grid_cell(grid, text);
        }
    }
    grid->strong = best_of(work) + 1;
}

/* As many metrics side by side as fit; the rest in a table below. */
static void print_models(const cli_term *term, const comparison *work) {
    enum { MOST = 30 };
    int64_t metrics = cauce_cv_metrics(work->entries[0].cv);
    for (int64_t first = 0; first < metrics;) {
        int64_t last = metrics - first > MOST ? first + MOST : metrics;
        for (;; last--) {
            char align[MOST + 2];
            memset(align, 'r', sizeof align);
            align[0] = 'L';
            align[last - first + 1] = 0;
            cli_grid grid;
            cli_grid_begin(&grid, align);
            fill_models(&grid, work, first, last);
            bool fits = !term->width || cli_grid_width(&grid) <= term->width || last - first == 1;
            if (fits) {
                if (first) fputc('\n', term->file);
                cli_grid_print(&grid, term, 0);
            }
            cli_grid_free(&grid);
            if (fits) break;
        }
        first = last;
    }
}

static void print_table(cli_program *program, const comparison *work) {
    const char *path = program->args.output.count ? program->args.output.items[0] : "";
    bool taken = strcmp(path, "-") == 0; /* standard output has the predictions */
    if (taken && program->args.quiet) return;
    const cli_term *term = taken ? &program->err : &program->out;
    const cauce_cv *cv = work->entries[0].cv;
    char rows[40];
    cli_rows(cauce_cv_rows(cv), rows);
    cli_note(program, "folds", "%lld%s%s%s, %s tested", (long long)cauce_cv_folds(cv),
             work->plan.folds ? " (" : "", work->plan.folds ? work->plan.folds : "",
             work->plan.folds ? ")" : "", rows);
    cli_progress_clear(&program->progress);
    if (work->count == 1)
        print_metrics(term, cv);
    else
        print_models(term, work);
}

static int run(cli_program *program, comparison *work) {
    int code = cli_plan_open(program, &work->plan);
    if (code == 0) code = make_recipes(program, work);
    if (code) return code;
    work->metrics = cli_plan_metrics(program, &work->plan, work->output,
                                     cli_plan_classes(&work->plan, work->plan.target));
    cli_note_table(program, &work->plan, work->classifier);
    if (work->count == 1) cli_plan_explain(program, &work->plan, work->entries[0].recipe);
    code = validate_all(program, work);
    if (code == 0 && program->args.output.count)
        code = save_predictions(program, work->entries[work->count - 1].cv);
    if (code) return code;
    if (program->args.json)
        print_json(work);
    else
        print_table(program, work);
    fflush(stdout);
    if (program->args.output.count && strcmp(program->args.output.items[0], "-") != 0)
        cli_note(program, "saved", "%s: out-of-fold predictions", program->args.output.items[0]);
    return 0;
}

int cli_cv(cli_program *program) {
    const cli_list *output = &program->args.output;
    if (output->count && program->args.model.count > 1)
        return cli_misuse(program, "-o writes the predictions of one model, but there are %lld",
                          (long long)program->args.model.count);
    if (output->count && program->args.json && strcmp(output->items[0], "-") == 0)
        return cli_misuse(program, "--json and -o - both want standard output");
    comparison work = { 0 };
    int code = run(program, &work);
    for (int64_t i = 0; i < work.count; i++) {
        cauce_cv_free(work.entries[i].cv);
        cauce_recipe_free(work.entries[i].recipe);
    }
    free(work.entries);
    free(work.metrics);
    cli_plan_free(&work.plan);
    return code;
}
