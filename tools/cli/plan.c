/* From SPEC and command line to table, recipe, folds and metrics. */
#define _POSIX_C_SOURCE 200809L
#include "plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shortform.h"
#include "specfile.h"

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void take(char **place, const char *text) {
    if (!text) return;
    free(*place);
    *place = cli_copy(text);
}

typedef struct sought {
    const char *name;
    bool found;
} sought;

static void seek(const char *name, void *payload) {
    sought *s = payload;
    s->found = s->found || strcmp(name, s->name) == 0;
}

/* A name with a comma in it is the column that is called so, if there is one. A stream cannot be asked: there
 * such a name stands in quotes. */
static bool is_column(const char *path, const char *name) {
    struct stat file;
    sought s = { name, false };
    if (stat(path, &file) != 0 || !S_ISREG(file.st_mode)) return false;
    if (cauce_csv_names(path, seek, &s) != CAUCE_OK) cauce_error_clear(); /* reading it will tell */
    return s.found;
}

/* The targets of the command line in place of those of the SPEC. */
static bool merge_targets(cli_program *program, cli_plan *plan) {
    const char *given = program->args.target;
    cli_list targets = { 0 };
    if (given && (!strpbrk(given, ",\"") || is_column(plan->data, given)))
        cli_list_add(&targets, cli_copy(given));
    else if (given && (!cli_split_names(given, &targets) || !targets.count)) {
        cli_list_free(&targets);
        cli_misuse(program, "--target '%s' is not a list of columns", given);
        return false;
    }
    if (given && plan->targets.count && strcmp(targets.items[0], plan->targets.items[0]) != 0) {
        free(plan->positive); /* a class of another target */
        plan->positive = NULL;
    }
    if (given) {
        cli_list_free(&plan->targets);
        plan->targets = targets;
    }
    if (plan->targets.count) plan->target = plan->targets.items[0];
    return true;
}

/* Command line over SPEC, key by key. */
static int merge(cli_program *program, cli_plan *plan) {
    const cli_args *args = &program->args;
    if (plan->spec) {
        cli_spec_list(plan->spec, "target", &plan->targets);
        take(&plan->weight, cli_spec_text(plan->spec, "weight"));
        take(&plan->exposure, cli_spec_text(plan->spec, "exposure"));
        take(&plan->offset, cli_spec_text(plan->spec, "offset"));
        take(&plan->groups, cli_spec_text(plan->spec, "groups"));
        take(&plan->time, cli_spec_text(plan->spec, "time"));
        plan->positive = cli_spec_label(plan->spec, "positive");
        cli_spec_list(plan->spec, "drop", &plan->drop);
        const json_t *search = json_object_get(plan->spec, "search");
        plan->folds = cli_spec_words(search, "folds");
        plan->metrics = cli_spec_words(search, "metric");
        plan->grid = cli_spec_words(search, "grid");
    }
    if (!merge_targets(program, plan)) return 2;
    take(&plan->positive, args->positive);
    take(&plan->weight, args->weight);
    take(&plan->exposure, args->exposure);
    take(&plan->offset, args->offset);
    take(&plan->groups, args->groups);
    take(&plan->time, args->time);
    take(&plan->grid, args->grid);
    if (!cli_option_names(program, "drop", &args->drop, &plan->drop)) return 2;
    /* A recipe of transformers has nothing to predict: whether this is one is known when the recipe is. */
    if (plan->target ||
        (program->command->run == cli_fit && args->model.count == 0 && json_object_get(plan->spec, "model")))
        return 0;
    return cli_misuse(program, plan->spec ? "the SPEC names no \"target\"; give --target COL"
                                          : "--target COL is needed: the column to predict");
}

/* --folds TEXT, column=NAME, file=PATH. */
static int merge_folds(cli_program *program, cli_plan *plan) {
    const char *text = program->args.folds;
    if (text) {
        cli_text folds = { 0 };
        if (strncmp(text, "column=", 7) == 0) {
            plan->fold_column = text + 7;
            cli_text_add(&folds, "predefined_split");
        } else if (strncmp(text, "file=", 5) == 0) {
            cli_text_add(&folds, "predefined_split file=");
            cli_text_add_quoted(&folds, text + 5);
        } else
            cli_text_add(&folds, text);
        if (!text[strcspn(text, "=")] && !folds.length) return cli_misuse(program, "--folds is empty");
        take(&plan->folds, cli_text_get(&folds));
        cli_text_free(&folds);
    }
    /* the seed belongs to splitters that draw: shuffle=true, shuffle_split, repeated_k_fold and kin */
    if (program->args.seed.given && plan->folds &&
        (strstr(plan->folds, "shuffle") || strstr(plan->folds, "repeated")) &&
        !strstr(plan->folds, "shuffle=false") && !strstr(plan->folds, "random_state")) {
        cli_text seeded = { 0 };
        cli_text_addf(&seeded, "%s random_state=%lld", plan->folds, (long long)program->args.seed.value);
        take(&plan->folds, seeded.data);
        cli_text_free(&seeded);
    }
    return 0;
}

static bool names_column(const char *kind, const char *column) {
    const char *colon = strrchr(kind, ':');
    return colon && strlen(column) == (size_t)(colon - kind) && strncmp(kind, column, strlen(column)) == 0;
}

/* "name:kind" texts: those of the SPEC that the command line does not replace, the command line's, and what
 * --task says of the target. */
static bool collect_kinds(cli_program *program, const cli_plan *plan, cli_list *kinds) {
    const cli_args *args = &program->args;
    for (int64_t i = 0; i < args->kind.count; i++) {
        const char *kind = args->kind.items[i];
        if (!strrchr(kind, ':') || *kind == ':') {
            cli_misuse(program, "--kind '%s' is not COL:KIND", kind);
            return false;
        }
        cli_list_add(kinds, cli_copy(kind));
    }
    for (int64_t t = 0; args->task && plan && t < plan->targets.count; t++) {
        const char *target = plan->targets.items[t];
        cli_text kind = { 0 };
        for (int64_t i = 0; i < args->kind.count; i++)
            if (names_column(args->kind.items[i], target)) {
                cli_misuse(program, "--task and --kind both speak of the target '%s'", target);
                return false;
            }
        cli_text_addf(&kind, "%s:%s", target, *args->task == 'c' ? "category" : "number");
        cli_list_add(kinds, kind.data);
    }
    if (plan && plan->spec) {
        cli_list given = *kinds;
        cli_spec_kinds(plan->spec, &given, kinds);
    }
    return true;
}

/* How the file is written: an option, or a key of SPEC.json. */
static const char *form_of(const char *option, const json_t *spec, const char *key) {
    return option || !spec ? option : cli_spec_text(spec, key);
}

/* All that tells how the file is written, but kinds. */
static bool add_form(cli_program *program, const cli_plan *plan, cli_text *options) {
    const cli_args *args = &program->args;
    cli_list missing = { 0 }, drop = { 0 };
    bool good = plan || cli_option_names(program, "drop", &args->drop, &drop);
    if (args->missing.count == 0 && plan && plan->spec) cli_spec_list(plan->spec, "missing", &missing);
    cli_add_option_list(options, "missing", args->missing.count ? &args->missing : &missing);
    cli_add_option_list(options, "drop", plan ? &plan->drop : &drop);
    const json_t *spec = plan ? plan->spec : NULL;
    cli_add_separator(form_of(args->separator, spec, "separator"), options);
    cli_add_option(options, "decimal", form_of(args->decimal, spec, "decimal"));
    cli_add_option(options, "thousands", form_of(args->thousands, spec, "thousands"));
    cli_add_option(options, "dates", form_of(args->dates, spec, "dates"));
    if (args->drop_missing_target) cli_text_add(options, "missing_target=drop ");
    cli_list_free(&missing);
    cli_list_free(&drop);
    return good;
}

bool cli_reading_options(cli_program *program, const cli_plan *plan, cli_text *options) {
    cli_list kinds = { 0 };
    bool good = collect_kinds(program, plan, &kinds);
    cli_add_option_list(options, "kinds", &kinds);
    good = good && add_form(program, plan, options);
    cli_list_free(&kinds);
    return good;
}

static void add_roles(const cli_plan *plan, cli_text *options) {
    if (plan->targets.count > 1)
        cli_add_option_list(options, "target", &plan->targets);
    else
        cli_add_option(options, "target", plan->target);
    cli_add_option(options, "positive", plan->positive);
    cli_add_option(options, "weight", plan->weight);
    cli_add_option(options, "exposure", plan->exposure);
    cli_add_option(options, "offset", plan->offset);
    cli_add_option(options, "groups", plan->groups);
    cli_add_option(options, "time", plan->time);
}

cauce_table *cli_plan_validation(cli_program *program, const cli_plan *plan, const char *path) {
    cli_text options = { 0 };
    cli_list kinds = { 0 };
    for (int64_t j = 0; j < cauce_table_columns(plan->table); j++) {
        cauce_role role = cauce_table_role(plan->table, j);
        if (role != CAUCE_FEATURE && role != CAUCE_TARGET) continue;
        cli_text kind = { 0 };
        cli_text_addf(&kind, "%s:%s", cauce_table_name(plan->table, j),
                      cauce_kind_name(cauce_table_kind(plan->table, j)));
        cli_list_add(&kinds, kind.data);
    }
    cli_add_option_list(&options, "kinds", &kinds);
    add_form(program, plan, &options);
    add_roles(plan, &options);
    cauce_table *table = cauce_read_csv(path, cli_text_get(&options));
    cli_text_free(&options);
    cli_list_free(&kinds);
    return table;
}

static int read_table(cli_program *program, cli_plan *plan) {
    cli_text options = { 0 };
    int code = 2;
    if (cli_reading_options(program, plan, &options)) {
        add_roles(plan, &options);
        cli_add_option(&options, "fold", plan->fold_column);
        plan->table = cauce_read_csv(plan->data, cli_text_get(&options));
        code = plan->table ? 0 : cli_failed(program);
    }
    cli_text_free(&options);
    return code;
}

int cli_plan_open(cli_program *program, cli_plan *plan) {
    *plan = (cli_plan){ 0 };
    const cli_list *files = &program->args.files;
    bool with_spec = ends_with(files->items[0], ".json");
    if (files->count != (with_spec ? 2 : 1))
        return with_spec
                   ? cli_misuse(program, "the table is missing after %s", files->items[0])
                   : cli_misuse(program, "'%s' is one file too many (a SPEC ends in .json and comes first)",
                                files->items[1]);
    if (with_spec) plan->spec_path = files->items[0];
    plan->data = files->items[files->count - 1];
    int code = with_spec ? cli_spec_read(program, plan->spec_path, &plan->spec) : 0;
    if (code == 0) code = merge(program, plan);
    if (code == 0) code = merge_folds(program, plan);
    if (code == 0) code = read_table(program, plan);
    return code;
}

void cli_plan_free(cli_plan *plan) {
    json_decref(plan->spec);
    cli_list_free(&plan->targets);
    free(plan->positive);
    free(plan->weight);
    free(plan->exposure);
    free(plan->offset);
    free(plan->groups);
    free(plan->time);
    free(plan->folds);
    free(plan->metrics);
    free(plan->grid);
    cli_list_free(&plan->drop);
    cauce_table_free(plan->table);
    *plan = (cli_plan){ 0 };
}

bool cli_one_model(cli_program *program, const char **estimator, int *code) {
    const cli_list *models = &program->args.model;
    *estimator = models->count ? models->items[0] : NULL;
    if (models->count <= 1) return true;
    *code = cli_misuse(program, "--model is given %lld times, but only cv compares models",
                       (long long)models->count);
    return false;
}

/* --task decides what the automatic recipe ends in; without it the table does. */
static const char *forest_of(const char *task) {
    return !task ? NULL : *task == 'c' ? "random_forest_classifier" : "random_forest_regressor";
}

/* --task and the estimator must want the same. */
static bool check_task(cli_program *program, const cauce_recipe *recipe, const char *estimator, int *code) {
    const char *task = program->args.task, *role = cauce_recipe_role(recipe);
    if (!task || !role || strcmp(role, *task == 'c' ? "regressor" : "classifier") != 0) return true;
    *code = cli_misuse(program, "--task %s needs a %s, and %s is a %s", task,
                       *task == 'c' ? "classifier" : "regressor", estimator ? estimator : "the SPEC's model",
                       role);
    return false;
}

cauce_recipe *cli_plan_recipe(cli_program *program, const cli_plan *plan, const char *estimator, int *code) {
    cauce_recipe *recipe = NULL;
    const json_t *model = plan->spec ? json_object_get(plan->spec, "model") : NULL;
    if (model && !estimator) {
        char *text = cli_spec_model(model);
        recipe = cauce_recipe_from_json(text);
        free(text);
    } else
        recipe = cauce_auto_recipe(plan->table, estimator ? estimator : forest_of(program->args.task));
    bool good = recipe != NULL;
    if (good && program->args.seed.given) good = cli_set_seed(recipe, program->args.seed.value) == CAUCE_OK;
    /* The SPEC's grid, also where nothing is searched: a name that is wrong should not wait until it is. It
     * is for the SPEC's own recipe; what --set makes of that is the search's to compare with the grid. */
    if (good && model && !estimator && plan->grid && !program->args.grid)
        good = cauce_grid_check(recipe, plan->grid, true) == CAUCE_OK;
    for (int64_t i = 0; good && i < program->args.set.count; i++)
        good = cauce_set(recipe, program->args.set.items[i]) == CAUCE_OK;
    if (!good)
        *code = cli_failed(program);
    else if (!plan->target && strcmp(cauce_recipe_output(recipe), "columns") != 0)
        *code = cli_misuse(program, "the SPEC names no \"target\"; give --target COL");
    else if (check_task(program, recipe, estimator, code))
        return recipe;
    cauce_recipe_free(recipe);
    return NULL;
}

/* The branches of a first step one below the other, then what follows: the form that automatic recipes have.
 */
static void explain(cli_program *program, const json_t *recipe) {
    const json_t *steps = json_object_get(recipe, "steps"), *step, *branch;
    const char *label = "recipe";
    size_t i, k;
    json_array_foreach(steps, i, step) {
        json_array_foreach(json_object_get(step, "branches"), k, branch) {
            cli_text text = { 0 };
            const char *on = cli_spec_text(branch, "on");
            cli_short_text(branch, &text);
            cli_note(program, label, "%s: %s", on ? on : "", cli_text_get(&text));
            cli_text_free(&text);
            label = "";
        }
        if (json_object_get(step, "branches")) continue;
        cli_text text = { 0 };
        cli_short_text(step, &text);
        cli_note(program, label, "%s%s", *label ? "" : "then ", cli_text_get(&text));
        cli_text_free(&text);
        label = "";
    }
    if (json_array_size(steps)) return;
    cli_text text = { 0 };
    cli_short_text(recipe, &text);
    cli_note(program, label, "%s", cli_text_get(&text));
    cli_text_free(&text);
}

/* A word for the shell. */
static void put_word(cli_text *line, const char *word) {
    const bool plain = *word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                   "0123456789_-./:,=+@%")];
    cli_text_add(line, plain ? " " : " '");
    for (const char *p = word; *p; p++) {
        if (*p == '\'')
            cli_text_add(line, "'\\''");
        else
            cli_text_add_n(line, p, 1);
    }
    if (!plain) cli_text_add(line, "'");
}

typedef struct given {
    cli_text *line;
    const cli_args *args;
} given;

static void put_given(const cli_opt *opt, void *payload) {
    const given *g = payload;
    const char *place = (const char *)g->args + opt->offset;
    const cli_list one = { (const char **)(uintptr_t)place, 1 };
    const cli_list *values = opt->type == CLI_LIST ? (const void *)place : &one;
    if (opt->type == CLI_FLAG && *(const bool *)place) cli_text_addf(g->line, " --%s", opt->name);
    if (opt->type == CLI_INT && ((const cli_int *)(const void *)place)->given)
        cli_text_addf(g->line, " --%s %lld", opt->name,
                      (long long)((const cli_int *)(const void *)place)->value);
    if (opt->type != CLI_LIST && opt->type != CLI_TEXT) return;
    for (int64_t i = 0; i < values->count && values->items[i]; i++) {
        cli_text_addf(g->line, " --%s", opt->name);
        put_word(g->line, values->items[i]);
    }
}

/* The command that prints this recipe: with all that was said of the table. */
static void put_spec_line(cli_text *line, const cli_program *program, const cli_plan *plan) {
    given g = { line, &program->args };
    cli_text_add(line, "cauce spec");
    put_word(line, plan->data);
    cli_text targets = { 0 };
    for (int64_t t = 0; t < plan->targets.count; t++) {
        if (t) cli_text_add(&targets, ",");
        cli_text_add_name(&targets, plan->targets.items[t]);
    }
    cli_text_add(line, " --target");
    put_word(line, program->args.target ? program->args.target : cli_text_get(&targets));
    cli_text_free(&targets);
    cli_opt_each(CLI_READING " set seed", put_given, &g);
}

void cli_plan_explain(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe) {
    if (program->args.quiet ||
        (plan->spec && json_object_get(plan->spec, "model") && !program->args.model.count))
        return;
    json_t *form = cli_short_recipe(recipe);
    if (!form) return;
    explain(program, form);
    json_decref(form);
    if (program->args.model.count || strcmp(plan->data, "-") == 0) return;
    cli_text line = { 0 };
    put_spec_line(&line, program, plan);
    cli_note(program, "", "(automatic; to change it: %s > spec.json)", line.data);
    cli_text_free(&line);
}

char *cli_default_metrics(const char *output, int64_t classes) {
    if (strcmp(output, "number") == 0) return cli_copy("r2, rmse, mae");
    if (strcmp(output, "decision values") == 0)
        return cli_copy(classes == 2 ? "accuracy, balanced_accuracy, roc_auc"
                                     : "accuracy, balanced_accuracy, f1_macro");
    return cli_copy(classes == 2 ? "accuracy, balanced_accuracy, roc_auc, log_loss"
                                 : "accuracy, balanced_accuracy, roc_auc_ovr, log_loss");
}

char *cli_plan_metrics(const cli_program *program, const cli_plan *plan, const char *output,
                       int64_t classes) {
    const cli_list *asked = &program->args.metric;
    if (!asked->count && plan->metrics) return cli_copy(plan->metrics);
    if (!asked->count) return cli_default_metrics(output, classes);
    cli_text text = { 0 };
    for (int64_t i = 0; i < asked->count; i++) cli_text_addf(&text, "%s%s", i ? ", " : "", asked->items[i]);
    return text.data;
}

/* The place of a value among ascending ones: of the first that is not below it. */
static int64_t place_of(const double *values, int64_t n, double value) {
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t cli_plan_classes(const cli_plan *plan, const char *name) {
    const int64_t target = cauce_table_find(plan->table, name), n = cauce_table_rows(plan->table);
    int64_t count = 0;
    if (target < 0) return 0;
    if (cauce_table_kind(plan->table, target) != CAUCE_NUMBER) return cauce_table_levels(plan->table, target);
    double *values = cli_alloc((CLI_MOST_VALUES + 1) * sizeof *values);
    for (int64_t i = 0; i < n && count <= CLI_MOST_VALUES; i++) {
        const double value = cauce_table_number(plan->table, i, target);
        if (isnan(value)) continue;
        const int64_t at = place_of(values, count, value);
        if (at < count && values[at] <= value) continue;
        memmove(values + at + 1, values + at, (size_t)(count - at) * sizeof *values);
        values[at] = value;
        count++;
    }
    free(values);
    return count;
}
