/* cauce spec: the automatic recipe of a table as a SPEC document, short enough to be read and changed. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "found.h"
#include "specfile.h"

static json_t *document_of(const cauce_recipe *recipe) {
    char *text = cauce_recipe_to_json(recipe);
    json_t *document = text ? json_loads(text, 0, NULL) : NULL;
    cauce_text_free(text);
    return document;
}

static json_t *model_of(json_t *document) {
    json_t *model = json_object_get(document, "model");
    return model ? model : document;
}

/* Leaves out parameters that are as in a new component. */
static void drop_defaults(const char *component, json_t *with) {
    cauce_recipe *standard = cauce_new(component);
    json_t *document = standard ? document_of(standard) : NULL, *value;
    const char *name;
    json_object_foreach(json_object_get(model_of(document), "with"), name, value) {
        const json_t *mine = json_object_get(with, name);
        if (mine && json_equal(mine, value)) json_object_del(with, name);
    }
    json_decref(document);
    cauce_recipe_free(standard);
}

static json_t *shorten(json_t *node);

static bool shorten_children(json_t *node, const char *key, json_t *out) {
    json_t *list = json_object_get(node, key), *child;
    if (!json_array_size(list)) return false;
    json_t *items = json_array();
    size_t i;
    json_array_foreach(list, i, child) json_array_append_new(items, shorten(child));
    cli_put(out, key, items);
    return true;
}

/* The declared form of a canonical node: what can be left out is; a component with its own name and no
 * parameters is a text. Owned. */
static json_t *shorten(json_t *node) {
    const char *name = cli_spec_text(node, "name"), *use = cli_spec_text(node, "use");
    json_t *with = json_object_get(node, "with"), *on = json_object_get(node, "on"), *out = json_object();
    if (!use) {
        json_decref(out);
        return json_incref(node);
    }
    drop_defaults(use, with);
    bool own_name = !name || strcmp(name, use) == 0;
    if (own_name && !on && !json_object_size(with) && !json_array_size(json_object_get(node, "steps")) &&
        !json_array_size(json_object_get(node, "branches"))) {
        json_decref(out);
        return cli_json_text(use);
    }
    if (name && (!own_name || on)) cli_put(out, "name", cli_json_text(name));
    if (on) cli_put(out, "on", json_incref(on));
    bool implied = strcmp(use, "pipeline") == 0 || strcmp(use, "column_transformer") == 0;
    if (!implied) cli_put(out, "use", cli_json_text(use));
    if (json_object_size(with)) cli_put(out, "with", json_incref(with));
    bool children = shorten_children(node, "steps", out);
    children |= shorten_children(node, "branches", out);
    if (implied && !children) cli_put(out, "use", cli_json_text(use));
    return out;
}

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
    if (args->task) cli_put(kinds, plan->target, json_string(*args->task == 'c' ? "category" : "number"));
    if (json_array_size(drop)) cli_put(spec, "drop", json_incref(drop));
    if (json_object_size(kinds)) cli_put(spec, "kinds", json_incref(kinds));
    if (json_array_size(missing)) cli_put(spec, "missing", json_incref(missing));
    json_decref(drop);
    json_decref(kinds);
    json_decref(missing);
}

static json_t *make_spec(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe) {
    json_t *document = document_of(recipe), *spec;
    if (!document) return NULL;
    spec = json_object();
    cli_put(spec, "cauce", json_integer(1));
    put_text(spec, "target", plan->target);
    put_text(spec, "positive", plan->positive);
    put_text(spec, "weight", plan->weight);
    put_text(spec, "groups", plan->groups);
    put_text(spec, "time", plan->time);
    put_reading(program, plan, spec);
    cli_put(spec, "model", shorten(model_of(document)));
    json_decref(document);
    return spec;
}

/* Whole or not at all: written beside its place, then moved there. */
static int save(cli_program *program, const char *path, const char *text) {
    cli_text beside = { 0 };
    cli_text_addf(&beside, "%s.%ld.part", path, (long)getpid());
    FILE *file = fopen(beside.data, "wb");
    bool good = file != NULL;
    if (file) {
        good = fputs(text, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
        good = fclose(file) == 0 && good;
        good = good && rename(beside.data, path) == 0;
    }
    int why = errno;
    if (!good && file) unlink(beside.data);
    cli_text_free(&beside);
    return good ? 0 : cli_error(program, CAUCE_E_IO, "%s: %s", path, strerror(why));
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
        if (strcmp(path, "-") == 0)
            fputs(text.data, stdout);
        else
            code = save(program, path, text.data);
        cli_text_free(&text);
    }
    json_decref(spec);
    cauce_recipe_free(recipe);
    cli_plan_free(&plan);
    return code;
}
