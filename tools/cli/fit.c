/* cauce fit: a recipe and a table become a model file. */
#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "models.h"

static void print_result(const cauce_table *table, const cauce_model *model, const char *path,
                         double seconds) {
    json_t *result = json_object(), *classes = json_array();
    int64_t positive = cauce_model_positive(model);
    cli_put(result, "model", cli_json_text(path));
    cli_put(result, "rows", json_integer(cauce_table_rows(table)));
    cli_put(result, "inputs", json_integer(cauce_model_inputs(model)));
    cli_put(result, "target", cli_json_text(cauce_model_target(model)));
    if (cauce_model_targets(model) > 1) {
        json_t *targets = json_array();
        for (int64_t t = 0; t < cauce_model_targets(model); t++)
            json_array_append_new(targets, cli_json_text(cauce_model_target_at(model, t)));
        cli_put(result, "targets", targets);
    }
    for (int64_t i = 0; i < cauce_model_classes(model); i++)
        json_array_append_new(classes, cli_json_text(cauce_model_class(model, i)));
    cli_put(result, "classes", classes);
    cli_put(result, "positive",
            positive < 0 ? json_null() : cli_json_text(cauce_model_class(model, positive)));
    cli_put(result, "seconds", cli_json_number(seconds));
    cli_print_json(result);
}

/* Saves what has been fitted and says so; the model is taken. */
static int save(cli_program *program, const cauce_table *table, cauce_model *model, double seconds) {
    const char *path = program->args.output.items[0];
    int code = model ? cli_model_save(program, model, path) : cli_failed(program);
    if (code == 0) {
        char time[32], size[32];
        cli_duration(seconds, time);
        cli_file_size(path, size);
        cli_note(program, "fitted", "in %s", time);
        long long stages = cauce_model_stages(model);
        if (stages && (program->args.go_on || program->args.validation))
            cli_note(program, "", "%lld iterations", stages);
        cli_note(program, "saved", "%s%s%s%s", strcmp(path, "-") ? path : "to standard output",
                 *size ? " (" : "", size, *size ? ")" : "");
        if (program->args.json) print_result(table, model, path, seconds);
    }
    cauce_model_free(model);
    return code;
}

static int fit_and_save(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe) {
    const char *path = program->args.validation;
    cauce_table *validation = path ? cli_plan_validation(program, plan, path) : NULL;
    if (path && !validation) return cli_failed(program);
    double start = cli_seconds();
    cauce_model *model =
        path ? cauce_fit_validated(recipe, plan->table, validation) : cauce_fit(recipe, plan->table);
    int code = save(program, plan->table, model, cli_seconds() - start);
    cauce_table_free(validation);
    return code;
}

/* ---- --continue ---------------------------------------------------------------------------------------- */

/* What the model itself answers. NULL: none was given. */
static const char *answered(const cli_args *args) {
    return args->target                ? "--target"
           : args->model.count         ? "--model"
           : args->positive            ? "--positive"
           : args->exposure            ? "--exposure"
           : args->offset              ? "--offset"
           : args->groups              ? "--groups"
           : args->time                ? "--time"
           : args->task                ? "--task"
           : args->drop.count          ? "--drop"
           : args->kind.count          ? "--kind"
           : args->dates               ? "--dates"
           : args->drop_missing_target ? "--drop-missing-target"
                                       : NULL;
}

static cauce_model *continued(cli_program *program, const cauce_model *model, const cauce_table *table,
                              const cauce_table *validation) {
    const cli_args *args = &program->args;
    cli_text changes = { 0 };
    for (int64_t i = 0; i < args->set.count; i++) cli_text_addf(&changes, "%s ", args->set.items[i]);
    if (args->seed.given) cli_text_addf(&changes, "random_state=%lld", (long long)args->seed.value);
    cauce_model *more = cauce_fit_more(model, table, validation, cli_text_get(&changes));
    cli_text_free(&changes);
    return more;
}

static int fit_on(cli_program *program) {
    const cli_args *args = &program->args;
    int code = 0;
    if (args->files.count != 1)
        return cli_misuse(program, "--continue takes the recipe of the model: give the table alone");
    if (answered(args))
        return cli_misuse(program,
                          "--continue takes the columns and the estimator of the model: %s has no "
                          "meaning",
                          answered(args));
    cauce_model *model = cli_model_load(program, args->go_on, &code);
    if (!model) return code;
    cauce_table *table = cli_model_rows(program, model, args->files.items[0]);
    cauce_table *validation =
        table && args->validation ? cli_model_rows(program, model, args->validation) : NULL;
    if (!table || (args->validation && !validation))
        code = cli_failed(program);
    else {
        double start = cli_seconds();
        cauce_model *more = continued(program, model, table, validation);
        code = save(program, table, more, cli_seconds() - start);
    }
    cauce_table_free(validation);
    cauce_table_free(table);
    cauce_model_free(model);
    return code;
}

int cli_fit(cli_program *program) {
    const char *estimator;
    int code = 0;
    if (!program->args.output.count)
        return cli_misuse(program, "-o MODEL.cauce is needed: where to save the model");
    if (program->args.json && strcmp(program->args.output.items[0], "-") == 0)
        return cli_misuse(program, "--json and -o - both want standard output");
    if (program->args.go_on) return fit_on(program);
    if (!cli_one_model(program, &estimator, &code)) return code;
    cli_plan plan;
    code = cli_plan_open(program, &plan);
    cauce_recipe *recipe = code ? NULL : cli_plan_recipe(program, &plan, estimator, &code);
    if (recipe) {
        cli_note_table(program, &plan, cli_is_classifier(recipe));
        cli_plan_explain(program, &plan, recipe);
        code = fit_and_save(program, &plan, recipe);
    }
    cauce_recipe_free(recipe);
    cli_plan_free(&plan);
    return code;
}
