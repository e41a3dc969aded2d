/* From the canonical long form of a recipe to a short one. */
#include "shortform.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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

static const char *text_at(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
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

/* A text that the parameter grammar reads as the same text without quotes. */
static bool is_bare(const char *text) {
    if (!isalpha((unsigned char)*text)) return false;
    for (const char *p = text; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-' && *p != '.') return false;
    static const char *const words[] = { "null", "true", "false", "nan", "NaN", "inf", "infinity" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0) return false;
    return true;
}

static void add_value(cli_text *out, const json_t *value) {
    const char *text = json_string_value(value);
    size_t i;
    const json_t *item;
    if (text && is_bare(text))
        cli_text_add(out, text);
    else if (text)
        cli_text_add_quoted(out, text);
    else if (json_is_array(value)) {
        cli_text_add(out, "[");
        json_array_foreach(value, i, item) {
            if (i) cli_text_add(out, ", ");
            add_value(out, item);
        }
        cli_text_add(out, "]");
    } else
        cli_json_add(out, value, 0);
}

/* "name key=value ..." */
static void add_component(cli_text *out, const char *use, json_t *with) {
    const char *key;
    json_t *value;
    cli_text_add(out, use);
    json_object_foreach(with, key, value) {
        cli_text_addf(out, " %s=", key);
        add_value(out, value);
    }
}

static json_t *shorten(json_t *node);

/* Beside its own four keys a node has those of its children: lists, and objects. */
static bool holds_children(const char *key) {
    static const char *const own[] = { "name", "use", "with", "on" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(key, own[i]) == 0) return false;
    return true;
}

static json_t *shorten_member(json_t *member) {
    if (!json_is_array(member)) return shorten(member);
    json_t *items = json_array(), *child;
    size_t i;
    json_array_foreach(member, i, child) json_array_append_new(items, shorten(child));
    return items;
}

static json_t *component_text(const char *use, json_t *with) {
    cli_text text = { 0 };
    add_component(&text, use, with);
    json_t *value = cli_json_text(text.data);
    cli_text_free(&text);
    return value;
}

static json_t *shorten(json_t *node) {
    const char *name = text_at(node, "name"), *use = text_at(node, "use");
    json_t *with = json_object_get(node, "with"), *on = json_object_get(node, "on");
    if (!use) return json_incref(node);
    drop_defaults(use, with);
    bool own_name = !name || strcmp(name, use) == 0;
    const char *key;
    json_t *member;
    bool children = false;
    json_object_foreach(node, key, member) children = children || holds_children(key);
    if (own_name && !on && !children) return component_text(use, with);
    json_t *out = json_object();
    if (name && (!own_name || on)) cli_put(out, "name", cli_json_text(name));
    if (on) cli_put(out, "on", json_incref(on));
    bool implied = children && (strcmp(use, "pipeline") == 0 || strcmp(use, "column_transformer") == 0);
    if (!implied) cli_put(out, "use", component_text(use, children ? NULL : with));
    if ((implied || children) && json_object_size(with)) cli_put(out, "with", json_incref(with));
    json_object_foreach(node, key, member) if (holds_children(key)) cli_put(out, key, shorten_member(member));
    return out;
}

json_t *cli_short_recipe(const cauce_recipe *recipe) {
    json_t *document = document_of(recipe);
    json_t *out = document ? shorten(model_of(document)) : NULL;
    json_decref(document);
    return out;
}

void cli_short_text(const json_t *node, cli_text *out) {
    size_t i;
    const json_t *child, *steps = json_object_get(node, "steps");
    const char *text = json_is_string(node) ? json_string_value(node) : text_at(node, "use"), *key,
               *open = "(";
    if (text) cli_text_add(out, text);
    json_array_foreach(steps, i, child) {
        if (i) cli_text_add(out, " > ");
        cli_short_text(child, out);
    }
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)node, key, member) {
        if (member == steps || !holds_children(key)) continue;
        size_t n = json_is_array(member) ? json_array_size(member) : 1;
        for (i = 0; i < n; i++) {
            child = json_is_array(member) ? json_array_get(member, i) : member;
            const char *on = text_at(child, "on");
            cli_text_addf(out, "%s%s%s", open,
                          on                ? on
                          : member == child ? key
                                            : "",
                          on || member == child ? ": " : "");
            cli_short_text(child, out);
            open = "; ";
        }
    }
    if (*open == ';') cli_text_add(out, ")");
}
