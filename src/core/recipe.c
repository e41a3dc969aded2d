#include "core/recipe.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "core/registry.h"

/* Without children. */
static cauce_recipe *bare_new(cauce_run *run, const cauce_component *component) {
    cauce_recipe *recipe = ca_calloc(1, sizeof *recipe);
    if (!recipe) {
        CA_NOMEM(run);
        return NULL;
    }
    int64_t n = ca_param_count(component->params);
    recipe->component = component;
    recipe->values = ca_arena_alloc(&recipe->arena, (size_t)n * sizeof *recipe->values);
    cauce_status status = recipe->values ? CAUCE_OK : CA_NOMEM(run);
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++)
        status = ca_param_default(run, &recipe->arena, &component->params[i], &recipe->values[i]);
    if (status == CAUCE_OK) return recipe;
    ca_recipe_free(recipe);
    return NULL;
}

cauce_recipe *ca_recipe_new(cauce_run *run, const cauce_component *component) {
    cauce_recipe *recipe = bare_new(run, component);
    if (recipe && ca_recipe_fallbacks(run, recipe) != CAUCE_OK) {
        ca_recipe_free(recipe);
        recipe = NULL;
    }
    return recipe;
}

void ca_recipe_free(cauce_recipe *recipe) {
    if (!recipe) return;
    for (int64_t i = 0; i < recipe->n_children; i++) ca_recipe_free(recipe->children[i]);
    ca_text_free(&recipe->shown);
    ca_arena_free(&recipe->arena);
    ca_free(recipe);
}

cauce_recipe *ca_recipe_parse(cauce_run *run, const char *text) {
    ca_arena arena = { NULL, 0 };
    ca_spec spec;
    cauce_recipe *recipe = NULL;
    if (ca_spec_parse(run, &arena, text, true, &spec) == CAUCE_OK) {
        const cauce_component *component = ca_registry_find(run, spec.name);
        if (component) recipe = ca_recipe_new(run, component);
        if (recipe && ca_recipe_assign(run, recipe, spec.items, spec.n_items) != CAUCE_OK) {
            ca_recipe_free(recipe);
            recipe = NULL;
        }
    }
    ca_arena_free(&arena);
    return recipe;
}

static cauce_status set_text(cauce_run *run, cauce_recipe *recipe, char **member, const char *text) {
    char *copy = ca_arena_text(&recipe->arena, text, strlen(text));
    if (!copy) return CA_NOMEM(run);
    *member = copy;
    return CAUCE_OK;
}

static bool good_name(const char *name) {
    if (!*name || strstr(name, "__")) return false;
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
              strchr("_.-", *p)))
            return false;
    return true;
}

cauce_status ca_recipe_set_name(cauce_run *run, cauce_recipe *recipe, const char *name) {
    char shown[80];
    if (!good_name(name))
        return cauce_fail(run, CAUCE_E_PARAM, "bad name '%s': letters, digits, '.', '-' and single '_'",
                          ca_text_show(name, strlen(name), shown, sizeof shown));
    return set_text(run, recipe, &recipe->name, name);
}

cauce_status ca_recipe_set_columns(cauce_run *run, cauce_recipe *recipe, const char *columns) {
    char shown[80];
    size_t length = strlen(columns);
    if (ca_utf8_valid(columns, length) != length)
        return cauce_fail(run, CAUCE_E_PARAM, "columns '%s': not UTF-8",
                          ca_text_show(columns, length, shown, sizeof shown));
    return set_text(run, recipe, &recipe->columns, columns);
}

const char *ca_recipe_name(const cauce_recipe *recipe) {
    return recipe->name ? recipe->name : recipe->component->name;
}

static cauce_status copy_into(cauce_run *run, const cauce_recipe *from, cauce_recipe *to);

cauce_recipe *ca_recipe_clone(cauce_run *run, const cauce_recipe *recipe) {
    cauce_recipe *copy = bare_new(run, recipe->component);
    if (!copy) return NULL;
    if (copy_into(run, recipe, copy) == CAUCE_OK) return copy;
    ca_recipe_free(copy);
    return NULL;
}

static cauce_status copy_into(cauce_run *run, const cauce_recipe *from, cauce_recipe *to) {
    if (from->name) CA_TRY(set_text(run, to, &to->name, from->name));
    if (from->columns) CA_TRY(set_text(run, to, &to->columns, from->columns));
    int64_t n = ca_param_count(from->component->params);
    for (int64_t i = 0; i < n; i++) CA_TRY(ca_value_copy(run, &to->arena, &from->values[i], &to->values[i]));
    if (!from->n_children) return CAUCE_OK;
    to->children = ca_arena_alloc(&to->arena, (size_t)from->n_children * sizeof *to->children);
    if (!to->children) return CA_NOMEM(run);
    for (int64_t i = 0; i < from->n_children; i++) {
        to->children[i] = ca_recipe_clone(run, from->children[i]);
        if (!to->children[i]) return run->error.status;
        to->n_children++;
    }
    return CAUCE_OK;
}

const cauce_component *ca_recipe_last(const cauce_recipe *recipe) {
    if (ca_is_steps(recipe->component) && recipe->n_children)
        return ca_recipe_last(recipe->children[recipe->n_children - 1]);
    return recipe->component;
}

cauce_component_role ca_recipe_role(const cauce_recipe *recipe) {
    return ca_recipe_last(recipe)->role;
}

bool ca_recipe_margin(const cauce_recipe *recipe) {
    const cauce_component *last = ca_recipe_last(recipe);
    return last->role == CAUCE_CLASSIFIER && (last->tags & CAUCE_TAG_MARGIN);
}

const char *ca_role_name(cauce_component_role role) {
    return role == CAUCE_CLASSIFIER ? "classifier" : role == CAUCE_REGRESSOR ? "regressor" : "transformer";
}

static cauce_status check_node(cauce_run *run, const cauce_recipe *recipe) {
    const cauce_component *component = recipe->component;
    if (component->composite) CA_TRY(ca_children_check(run, recipe));
    if (component->composite && component->composite->check) CA_TRY(component->composite->check(run, recipe));
    if (component->check) {
        void *params = cauce_scratch(run, 1, component->params_size ? component->params_size : 1);
        if (!params) return run->error.status;
        ca_param_fill(component->params, recipe->values, params);
        CA_TRY(component->check(run, params));
    }
    for (int64_t i = 0; i < recipe->n_children; i++) CA_TRY(ca_recipe_check(run, recipe->children[i]));
    return CAUCE_OK;
}

cauce_status ca_recipe_check(cauce_run *run, const cauce_recipe *recipe) {
    ca_place place;
    ca_enter(run, &place, ca_recipe_name(recipe));
    cauce_status status = check_node(run, recipe);
    ca_leave(run, &place);
    return status;
}
