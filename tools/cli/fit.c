/* cauce fit: a recipe and a table become a model file. */
#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "models.h"

static void print_result(cli_program *program, const cli_plan *plan, const cauce_model *model,
                         const char *path, double seconds) {
    json_t *result = json_object(), *classes = json_array();
    int64_t positive = cauce_model_positive(model);
    cli_put(result, "model", cli_json_text(path));
    cli_put(result, "rows", json_integer(cauce_table_rows(plan->table)));
    cli_put(result, "inputs", json_integer(cauce_model_inputs(model)));
    cli_put(result, "target", cli_json_text(cauce_model_target(model)));
    for (int64_t i = 0; i < cauce_model_classes(model); i++)
        json_array_append_new(classes, cli_json_text(cauce_model_class(model, i)));
    cli_put(result, "classes", classes);
    cli_put(result, "positive",
            positive < 0 ? json_null() : cli_json_text(cauce_model_class(model, positive)));
    cli_put(result, "seconds", cli_json_number(seconds));
    cli_print_json(result);
    (void)program;
}

static int fit_and_save(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe) {
    const char *path = program->args.output.items[0];
    double start = cli_seconds();
    cauce_model *model = cauce_fit(recipe, plan->table);
    double seconds = cli_seconds() - start;
    int code = model ? cli_model_save(program, model, path) : cli_failed(program);
    if (code == 0) {
        char time[32], size[32];
        cli_duration(seconds, time);
        cli_file_size(path, size);
        cli_note(program, "fitted", "in %s", time);
        cli_note(program, "saved", "%s%s%s%s", strcmp(path, "-") ? path : "to standard output",
                 *size ? " (" : "", size, *size ? ")" : "");
        if (program->args.json) print_result(program, plan, model, path, seconds);
    }
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
