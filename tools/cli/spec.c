/* cauce spec: the automatic recipe of a table as a SPEC document, short enough to be read and changed. */
#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "place.h"
#include "shortform.h"

static void put_text(json_t *spec, const char *key, const char *value) {
    if (value) cli_put(spec, key, cli_json_text(value));
}

/* What the command line said about reading goes into the document, so that it stands by itself. */
static void put_reading(cli_program *program, const cli_plan *plan, json_t *spec) {
    const cli_args *args = &program->args;
    json_t *kinds = json_object(), *drop = json_array(), *missing = json_array();
    for (int64_t i = 0; i < plan->drop.count; i++)
        json_array_append_new(drop, cli_json_text(plan->drop.items[i]));
    for (int64_t i = 0; i < args->missing.count; i++)
        json_array_append_new(missing, cli_json_text(args->missing.items[i]));
    for (int64_t i = 0; i < args->kind.count; i++) {
        char *column = cli_copy(args->kind.items[i]), *colon = strrchr(column, ':');
        *colon = 0;
        cli_put(kinds, column, cli_json_text(colon + 1));
        free(column);
    }
    for (int64_t t = 0; args->task && t < plan->targets.count; t++)
        cli_put(kinds, plan->targets.items[t], json_string(*args->task == 'c' ? "category" : "number"));
    if (json_array_size(drop)) cli_put(spec, "drop", json_incref(drop));
    if (json_object_size(kinds)) cli_put(spec, "kinds", json_incref(kinds));
    if (json_array_size(missing)) cli_put(spec, "missing", json_incref(missing));
    json_decref(drop);
    json_decref(kinds);
    json_decref(missing);
}

static json_t *make_spec(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe) {
    json_t *model = cli_short_recipe(recipe), *spec;
    if (!model) return NULL;
    spec = json_object();
    cli_put(spec, "cauce", json_integer(1));
    if (plan->targets.count > 1) {
        json_t *targets = json_array();
        for (int64_t t = 0; t < plan->targets.count; t++)
            json_array_append_new(targets, cli_json_text(plan->targets.items[t]));
        cli_put(spec, "target", targets);
    } else
        put_text(spec, "target", plan->target);
    put_text(spec, "positive", plan->positive);
    put_text(spec, "weight", plan->weight);
    put_text(spec, "exposure", plan->exposure);
    put_text(spec, "offset", plan->offset);
    put_text(spec, "groups", plan->groups);
    put_text(spec, "time", plan->time);
    put_reading(program, plan, spec);
    cli_put(spec, "model", model);
    return spec;
}

int cli_spec(cli_program *program) {
    const char *estimator, *path = program->args.output.count ? program->args.output.items[0] : "-";
    int code = 0;
    if (!cli_one_model(program, &estimator, &code)) return code;
    cli_plan plan;
    code = cli_plan_open(program, &plan);
    cauce_recipe *recipe = code ? NULL : cli_plan_recipe(program, &plan, estimator, &code);
    json_t *spec = recipe ? make_spec(program, &plan, recipe) : NULL;
    if (recipe && !spec) code = cli_failed(program);
    if (spec) {
        cli_text text = { 0 };
        cli_json_add(&text, spec, 2);
        cli_text_add(&text, "\n");
        cli_note_table(program, &plan, cli_is_classifier(recipe));
        code = cli_place_text(program, path, text.data);
        cli_text_free(&text);
    }
    json_decref(spec);
    cauce_recipe_free(recipe);
    cli_plan_free(&plan);
    return code;
}
