/* Recipes as JSON: the declared form that people write, and the canonical long form that model files hold. */
#include <string.h>

#include "base/json.h"
#include "core/recipe.h"
#include "core/registry.h"

/* Numbers keep a text too: a text parameter may be given as one. */
static cauce_status add_number_text(cauce_run *run, ca_arena *arena, cauce_value *value) {
    ca_text text = { 0 };
    ca_value_print(&text, value);
    value->text = text.failed ? NULL : ca_arena_text(arena, ca_text_get(&text), text.length);
    ca_text_free(&text);
    return value->text ? CAUCE_OK : CA_NOMEM(run);
}

/* JSON has no word for numbers that are not finite. */
static cauce_status text_value(cauce_run *run, ca_arena *arena, const char *text, cauce_value *value) {
    if (strcmp(text, "nan") == 0 || strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0)
        return ca_value_parse(run, arena, text, value);
    value->type = CAUCE_V_TEXT;
    value->text = ca_arena_text(arena, text, strlen(text));
    return value->text ? CAUCE_OK : CA_NOMEM(run);
}

static cauce_status list_value(cauce_run *run, ca_arena *arena, const json_t *list, cauce_value *value) {
    size_t n = json_array_size(list);
    cauce_value *items = ca_arena_alloc(arena, n * sizeof *items);
    if (!items) return CA_NOMEM(run);
    for (size_t i = 0; i < n; i++) CA_TRY(ca_value_from_json(run, arena, json_array_get(list, i), &items[i]));
    *value = (cauce_value){ .type = CAUCE_V_LIST, .items = items, .n_items = (int64_t)n };
    return CAUCE_OK;
}

/* An object that is a component is its own text: the value of a path to a child. */
static bool is_component(const json_t *object) {
    return json_is_string(json_object_get(object, "use")) ||
           json_is_array(json_object_get(object, "steps")) ||
           json_is_array(json_object_get(object, "branches"));
}

static cauce_status component_value(cauce_run *run, ca_arena *arena, const json_t *object,
                                    cauce_value *value) {
    ca_text text = { 0 };
    ca_json_value(&text, object, 0);
    value->type = CAUCE_V_TEXT;
    value->text = text.failed ? NULL : ca_arena_text(arena, ca_text_get(&text), text.length);
    ca_text_free(&text);
    return value->text ? CAUCE_OK : CA_NOMEM(run);
}

/* {"bad": 5} is the list ["bad:5"]. */
static cauce_status object_value(cauce_run *run, ca_arena *arena, const json_t *object, cauce_value *value) {
    size_t i = 0;
    cauce_value *items = ca_arena_alloc(arena, json_object_size(object) * sizeof *items);
    if (!items) return CA_NOMEM(run);
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)object, key, member) {
        if (!json_is_number(member))
            return cauce_fail(run, CAUCE_E_PARAM, "'%s' in an object of numbers is no number", key);
        ca_text text = { 0 };
        ca_text_addf(&text, "%s:", key);
        ca_json_number(&text, json_number_value(member));
        items[i].type = CAUCE_V_TEXT;
        items[i].text = text.failed ? NULL : ca_arena_text(arena, ca_text_get(&text), text.length);
        ca_text_free(&text);
        if (!items[i++].text) return CA_NOMEM(run);
    }
    *value = (cauce_value){ .type = CAUCE_V_LIST, .items = items, .n_items = (int64_t)i };
    return CAUCE_OK;
}

cauce_status ca_value_from_json(cauce_run *run, ca_arena *arena, const json_t *json, cauce_value *value) {
    memset(value, 0, sizeof *value);
    switch (json_typeof(json)) {
    case JSON_NULL: value->type = CAUCE_V_NULL; return CAUCE_OK;
    case JSON_TRUE:
    case JSON_FALSE:
        *value = (cauce_value){ .type = CAUCE_V_BOOL, .integer = json_is_true(json) };
        value->text = value->integer ? "true" : "false";
        return CAUCE_OK;
    case JSON_INTEGER:
        *value = (cauce_value){ .type = CAUCE_V_INT, .integer = json_integer_value(json) };
        value->real = (double)value->integer;
        return add_number_text(run, arena, value);
    case JSON_REAL:
        *value = (cauce_value){ .type = CAUCE_V_REAL, .real = json_real_value(json) };
        return add_number_text(run, arena, value);
    case JSON_STRING: return text_value(run, arena, json_string_value(json), value);
    case JSON_ARRAY: return list_value(run, arena, json, value);
    case JSON_OBJECT:
        return is_component(json) ? component_value(run, arena, json, value)
                                  : object_value(run, arena, json, value);
    }
    return cauce_fail(run, CAUCE_E_INTERNAL, "unknown kind of JSON value");
}

void ca_value_to_json(ca_text *out, const cauce_value *value) {
    switch (value->type) {
    case CAUCE_V_NULL: ca_text_add(out, "null"); break;
    case CAUCE_V_BOOL: ca_text_add(out, value->integer ? "true" : "false"); break;
    case CAUCE_V_INT: ca_text_addf(out, "%lld", (long long)value->integer); break;
    case CAUCE_V_REAL: {
        size_t before = out->length;
        ca_json_number(out, value->real);
        if (!out->failed && !strpbrk(out->data + before, ".einf")) ca_text_add(out, ".0");
        break;
    }
    case CAUCE_V_TEXT: ca_json_text(out, value->text); break;
    case CAUCE_V_LIST:
        ca_text_add(out, "[");
        for (int64_t i = 0; i < value->n_items; i++) {
            if (i) ca_text_add(out, ", ");
            ca_value_to_json(out, &value->items[i]);
        }
        ca_text_add(out, "]");
        break;
    default: ca_text_add(out, "null");
    }
}

/* A name in a list of columns; names that the selector grammar would read otherwise are quoted, selectors are
 * not. */
static void add_column(ca_text *out, const char *name) {
    bool selector = *name == '@' || *name == '!';
    bool plain = *name && *name != ' ' && name[strlen(name) - 1] != ' ' && !strpbrk(name, ",\"\\");
    if (selector || plain) {
        ca_text_add(out, name);
        return;
    }
    ca_text_add(out, "\"");
    for (; *name; name++) {
        if (*name == '"' || *name == '\\') ca_text_add(out, "\\");
        ca_text_add_n(out, name, 1);
    }
    ca_text_add(out, "\"");
}

static cauce_status read_columns(cauce_run *run, cauce_recipe *recipe, const json_t *on) {
    if (json_is_string(on)) return ca_recipe_set_columns(run, recipe, json_string_value(on));
    if (!json_is_array(on))
        return cauce_fail(run, CAUCE_E_PARAM, "\"on\" takes a text or a list of column names");
    ca_text text = { 0 };
    cauce_status status = CAUCE_OK;
    for (size_t i = 0; status == CAUCE_OK && i < json_array_size(on); i++) {
        const char *name = json_string_value(json_array_get(on, i));
        if (!name) status = cauce_fail(run, CAUCE_E_PARAM, "\"on\": item %zu is no text", i + 1);
        if (i) ca_text_add(&text, ", ");
        if (name) add_column(&text, name);
    }
    if (status == CAUCE_OK)
        status = text.failed ? CA_NOMEM(run) : ca_recipe_set_columns(run, recipe, ca_text_get(&text));
    ca_text_free(&text);
    return status;
}

/* The keys of a component: four that all have, and its slots. */
static const char *const common_keys[] = { "name", "use", "with", "on" };
enum { N_COMMON = sizeof common_keys / sizeof *common_keys };

static const char *key_at(int64_t i, void *payload) {
    return i < N_COMMON ? common_keys[i] : ca_slots(payload)[i - N_COMMON].key;
}

static int64_t count_keys(const cauce_component *component) {
    int64_t n = N_COMMON;
    while (key_at(n, (void *)(uintptr_t)component)) n++;
    return n;
}

/* Is it a slot of any component? */
static bool is_slot(const char *key) {
    for (int64_t i = 0; ca_registry_at(i); i++)
        if (ca_slot_find(ca_registry_at(i), key)) return true;
    return false;
}

static cauce_status unknown_key(cauce_run *run, const cauce_component *component, const char *key) {
    void *payload = (void *)(uintptr_t)component;
    int64_t n = count_keys(component);
    const char *nearest = ca_text_nearest(key, n, key_at, payload);
    if (is_slot(key) && !nearest)
        return cauce_fail(run, CAUCE_E_PARAM, "%s takes no \"%s\"", component->name, key);
    ca_text list = { 0 };
    for (int64_t i = 0; i < n; i++) ca_text_addf(&list, "%s%s", i ? ", " : "", key_at(i, payload));
    cauce_status status = cauce_fail(run, CAUCE_E_PARAM, "%s has no key \"%s\"%s%s%s (it takes: %s)",
                                     component->name, key, nearest ? "; did you mean \"" : "",
                                     nearest ? nearest : "", nearest ? "\"?" : "", ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

static cauce_status check_keys(cauce_run *run, const cauce_component *component, const json_t *json) {
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)json, key, member) {
        bool known = ca_slot_find(component, key) != NULL;
        for (int i = 0; i < N_COMMON; i++) known = known || strcmp(key, common_keys[i]) == 0;
        if (!known) return unknown_key(run, component, key);
    }
    return CAUCE_OK;
}

static cauce_recipe *read_node(cauce_run *run, const json_t *json, int depth);

/* The name of a slot for one is that of the child in it. */
static cauce_status check_name(cauce_run *run, const cauce_component *component, const cauce_recipe *child) {
    const ca_slot *slot = child->name ? ca_slot_find(component, child->name) : NULL;
    if (!slot || slot->kind != CA_SLOT_ONE) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "\"%s\" of %s is no name for one of its list", slot->key,
                      component->name);
}

static cauce_status read_list(cauce_run *run, cauce_recipe *recipe, const ca_slot *slot, const json_t *list,
                              int depth) {
    if (!json_is_array(list)) return cauce_fail(run, CAUCE_E_PARAM, "\"%s\" takes a list", slot->key);
    size_t n = json_array_size(list);
    if (n > 10000) return cauce_fail(run, CAUCE_E_PARAM, "\"%s\" has more than 10000 items", slot->key);
    cauce_recipe **children = cauce_scratch(run, (int64_t)n, sizeof *children);
    if (!children) return run->error.status;
    for (size_t i = 0; i < n; i++) {
        children[i] = read_node(run, json_array_get(list, i), depth + 1);
        if (children[i] && check_name(run, recipe->component, children[i]) == CAUCE_OK) continue;
        for (size_t k = 0; k <= i; k++) ca_recipe_free(children[k]);
        return run->error.status;
    }
    return ca_recipe_adopt(run, recipe, children, (int64_t)n);
}

static cauce_status read_one(cauce_run *run, cauce_recipe *recipe, const ca_slot *slot, const json_t *json,
                             int depth) {
    cauce_recipe *child = read_node(run, json, depth + 1);
    if (!child) return run->error.status;
    if (child->name && strcmp(child->name, slot->key) != 0)
        cauce_fail(run, CAUCE_E_PARAM, "\"%s\" is called by its key, not '%s'", slot->key, child->name);
    else if (ca_recipe_set_name(run, child, slot->key) == CAUCE_OK)
        return ca_recipe_adopt(run, recipe, &child, 1);
    ca_recipe_free(child);
    return run->error.status;
}

static cauce_status read_slots(cauce_run *run, cauce_recipe *recipe, const json_t *json, int depth) {
    for (const ca_slot *slot = ca_slots(recipe->component); slot->key; slot++) {
        const json_t *member = json_object_get(json, slot->key);
        if (!member) continue;
        CA_TRY(slot->kind == CA_SLOT_ONE ? read_one(run, recipe, slot, member, depth)
                                         : read_list(run, recipe, slot, member, depth));
    }
    return CAUCE_OK;
}

static cauce_status read_with(cauce_run *run, cauce_recipe *recipe, const json_t *with) {
    if (!json_is_object(with))
        return cauce_fail(run, CAUCE_E_PARAM, "\"with\" takes an object of parameters");
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)with, key, member) {
        ca_assignment item = { .key = key };
        CA_TRY(ca_value_from_json(run, &recipe->arena, member, &item.value));
        CA_TRY(ca_recipe_assign(run, recipe, &item, 1));
    }
    return CAUCE_OK;
}

static cauce_status fill_node(cauce_run *run, cauce_recipe *recipe, const json_t *json, int depth) {
    const json_t *name = json_object_get(json, "name"), *on = json_object_get(json, "on");
    const json_t *with = json_object_get(json, "with");
    CA_TRY(check_keys(run, recipe->component, json));
    CA_TRY(read_slots(run, recipe, json, depth));
    if (with) CA_TRY(read_with(run, recipe, with));
    if (name && !json_is_string(name)) return cauce_fail(run, CAUCE_E_PARAM, "\"name\" takes a text");
    if (name) CA_TRY(ca_recipe_set_name(run, recipe, json_string_value(name)));
    return on ? read_columns(run, recipe, on) : CAUCE_OK;
}

static cauce_recipe *read_node(cauce_run *run, const json_t *json, int depth) {
    if (depth > CA_DEEPEST_RECIPE) {
        cauce_fail(run, CAUCE_E_PARAM, "recipes are nested deeper than %d levels", CA_DEEPEST_RECIPE);
        return NULL;
    }
    if (json_is_string(json)) return ca_recipe_parse(run, json_string_value(json));
    if (!json_is_object(json)) {
        cauce_fail(run, CAUCE_E_PARAM, "a recipe is a text or an object");
        return NULL;
    }
    const json_t *use = json_object_get(json, "use");
    const char *text = use                                 ? json_string_value(use)
                       : json_object_get(json, "steps")    ? "pipeline"
                       : json_object_get(json, "branches") ? "column_transformer"
                                                           : NULL;
    if (!text) {
        const cauce_component *pipeline = ca_registry_find(run, "pipeline"); /* knows what was meant */
        if (pipeline && check_keys(run, pipeline, json) == CAUCE_OK)
            cauce_fail(run, CAUCE_E_PARAM, "a recipe needs \"use\", \"steps\" or \"branches\"");
        return NULL;
    }
    cauce_recipe *recipe = ca_recipe_parse(run, text);
    if (recipe && fill_node(run, recipe, json, depth) != CAUCE_OK) {
        ca_recipe_free(recipe);
        return NULL;
    }
    return recipe;
}

cauce_recipe *ca_recipe_from_json(cauce_run *run, const json_t *json) {
    const json_t *model = json_is_object(json) ? json_object_get(json, "model") : NULL;
    return read_node(run, model ? model : json, 1);
}

cauce_recipe *ca_recipe_read(cauce_run *run, const char *text) {
    if (text[strspn(text, " \t\n\r")] != '{') return ca_recipe_parse(run, text);
    json_t *json = ca_json_parse(run, text, strlen(text), "component", CAUCE_E_PARAM);
    cauce_recipe *recipe = json ? read_node(run, json, 1) : NULL;
    json_decref(json);
    return recipe;
}

static void newline(ca_text *out, int indent) {
    if (indent < 0) {
        ca_text_add(out, " ");
        return;
    }
    ca_text_add(out, "\n");
    for (int i = 0; i < indent; i++) ca_text_add(out, "  ");
}

static void add_component(const cauce_recipe *recipe, bool named, ca_text *out, int indent);

static void add_slot(const cauce_recipe *recipe, const ca_slot *slot, ca_text *out, int indent) {
    const cauce_recipe *one = slot->kind == CA_SLOT_ONE ? ca_recipe_child(recipe, slot->key) : NULL;
    if (slot->kind == CA_SLOT_ONE && !one) return;
    ca_text_addf(out, ", \"%s\": ", slot->key);
    if (one) {
        add_component(one, false, out, indent); /* its name is the key */
        return;
    }
    ca_text_add(out, "[");
    bool first = true;
    for (int64_t i = 0; i < recipe->n_children; i++) {
        if (ca_recipe_slot(recipe, i) != slot) continue;
        if (!first) ca_text_add(out, ",");
        first = false;
        newline(out, indent);
        add_component(recipe->children[i], true, out, indent);
    }
    ca_text_add(out, "]");
}

static void add_component(const cauce_recipe *recipe, bool named, ca_text *out, int indent) {
    const cauce_param *rows = recipe->component->params;
    ca_text_add(out, "{");
    if (recipe->name && named)
        ca_text_add(out, "\"name\": "), ca_json_text(out, recipe->name), ca_text_add(out, ", ");
    if (recipe->columns)
        ca_text_add(out, "\"on\": "), ca_json_text(out, recipe->columns), ca_text_add(out, ", ");
    ca_text_add(out, "\"use\": ");
    ca_json_text(out, recipe->component->name);
    if (ca_param_count(rows)) {
        ca_text_add(out, ", \"with\": {");
        for (int64_t i = 0; i < ca_param_count(rows); i++) {
            ca_text_add(out, i ? ", " : "");
            ca_json_text(out, rows[i].name);
            ca_text_add(out, ": ");
            ca_value_to_json(out, &recipe->values[i]);
        }
        ca_text_add(out, "}");
    }
    for (const ca_slot *slot = ca_slots(recipe->component); slot->key; slot++)
        add_slot(recipe, slot, out, indent < 0 ? -1 : indent + 1);
    ca_text_add(out, "}");
}

void ca_recipe_to_json(const cauce_recipe *recipe, ca_text *out, int indent) {
    add_component(recipe, true, out, indent);
}
