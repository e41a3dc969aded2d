/* include/cauce/recipe.h */
#include "cauce/recipe.h"

#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "core/describe.h"
#include "core/recipe.h"
#include "core/registry.h"
#include "metrics/table.h"
#include "split/splitter.h"

cauce_recipe *cauce_new(const char *text) {
    if (!text) return ca_null("text"), NULL;
    ca_guard guard;
    cauce_recipe *recipe = ca_recipe_parse(ca_guard_enter(&guard), text);
    return ca_guard_leave(&guard), recipe;
}

cauce_recipe *cauce_named(const char *name, cauce_recipe *recipe) {
    if (!recipe || !name) {
        ca_recipe_free(recipe);
        return ca_null(recipe ? "name" : "recipe"), NULL;
    }
    ca_guard guard;
    if (ca_recipe_set_name(ca_guard_enter(&guard), recipe, name) != CAUCE_OK) {
        ca_recipe_free(recipe);
        recipe = NULL;
    }
    return ca_guard_leave(&guard), recipe;
}

cauce_recipe *cauce_on(const char *name, const char *columns, cauce_recipe *recipe) {
    recipe = cauce_named(name, recipe);
    if (!recipe) return NULL;
    if (!columns) {
        ca_recipe_free(recipe);
        return ca_null("columns"), NULL;
    }
    ca_guard guard;
    if (ca_recipe_set_columns(ca_guard_enter(&guard), recipe, columns) != CAUCE_OK) {
        ca_recipe_free(recipe);
        recipe = NULL;
    }
    return ca_guard_leave(&guard), recipe;
}

/* A recipe that was given twice is freed once. */
static void free_all(cauce_recipe *recipe, cauce_recipe *const *children, size_t count) {
    ca_recipe_free(recipe);
    for (size_t i = 0; children && i < count; i++) {
        bool before = children[i] == recipe;
        for (size_t j = 0; j < i; j++) before = before || children[j] == children[i];
        if (!before) ca_recipe_free(children[i]);
    }
}

/* All or nothing: everything is freed when one of the children is missing. */
static bool complete(cauce_recipe *recipe, cauce_recipe *const *children, size_t count) {
    bool there = children || count == 0;
    for (size_t i = 0; there && i < count; i++) there = children[i] != NULL;
    if (there) return true;
    free_all(recipe, children, count);
    ca_null("a step");
    return false;
}

static cauce_recipe *adopt(cauce_run *run, cauce_recipe *recipe, cauce_recipe *const *children,
                           size_t count) {
    if (ca_recipe_adopt(run, recipe, children, (int64_t)count) == CAUCE_OK) return recipe;
    ca_recipe_free(recipe);
    return NULL;
}

static cauce_recipe *compose(const char *component, cauce_recipe *const *children, size_t count) {
    if (!complete(NULL, children, count)) return NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_recipe *recipe = ca_recipe_parse(run, component);
    if (recipe)
        recipe = adopt(run, recipe, children, count);
    else
        free_all(NULL, children, count);
    return ca_guard_leave(&guard), recipe;
}

cauce_recipe *cauce_with_n(cauce_recipe *recipe, cauce_recipe *const *children, size_t count) {
    if (!recipe) {
        free_all(NULL, children, count);
        return ca_null("recipe"), NULL;
    }
    if (!complete(recipe, children, count)) return NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    bool itself = false;
    for (size_t i = 0; i < count; i++) itself = itself || children[i] == recipe;
    if (itself) {
        cauce_fail(run, CAUCE_E_ARGUMENT, "a recipe was given to itself: use cauce_recipe_clone");
        free_all(recipe, children, count);
        recipe = NULL;
    } else
        recipe = adopt(run, recipe, children, count);
    return ca_guard_leave(&guard), recipe;
}

cauce_recipe *cauce_pipeline_n(cauce_recipe *const *steps, size_t count) {
    return compose("pipeline", steps, count);
}

cauce_recipe *cauce_columns_n(cauce_recipe *const *branches, size_t count) {
    return compose("column_transformer", branches, count);
}

cauce_status cauce_set(cauce_recipe *recipe, const char *assignments) {
    if (!recipe || !assignments) return ca_null(recipe ? "assignments" : "recipe");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_spec spec;
    if (ca_spec_parse(run, &run->scratch, assignments, false, &spec) == CAUCE_OK)
        ca_recipe_assign(run, recipe, spec.items, spec.n_items);
    return ca_guard_leave(&guard);
}

static cauce_status find_value(cauce_run *run, const cauce_recipe *recipe, const char *path,
                               const cauce_value **value) {
    ca_target target;
    CA_TRY(ca_path_find(run, recipe, path, &target));
    *value = &target.recipe->values[target.row];
    return CAUCE_OK;
}

const char *cauce_get(const cauce_recipe *recipe, const char *path) {
    if (!recipe || !path) return ca_null(recipe ? "path" : "recipe"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    const cauce_value *value;
    ca_text *shown = &((cauce_recipe *)(uintptr_t)recipe)->shown;
    if (find_value(run, recipe, path, &value) == CAUCE_OK) {
        ca_text_free(shown);
        *shown = (ca_text){ 0 };
        ca_value_print(shown, value);
        if (shown->failed) CA_NOMEM(run);
    }
    return ca_guard_leave(&guard) == CAUCE_OK ? ca_text_get(shown) : NULL;
}

cauce_status cauce_get_int(const cauce_recipe *recipe, const char *path, int64_t *out) {
    if (!recipe || !path || !out) return ca_null(!recipe ? "recipe" : !path ? "path" : "value");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    const cauce_value *value;
    if (find_value(run, recipe, path, &value) == CAUCE_OK) {
        if (value->type == CAUCE_V_INT || value->type == CAUCE_V_BOOL)
            *out = value->integer;
        else
            cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a whole number", path);
    }
    return ca_guard_leave(&guard);
}

cauce_status cauce_get_real(const cauce_recipe *recipe, const char *path, double *out) {
    if (!recipe || !path || !out) return ca_null(!recipe ? "recipe" : !path ? "path" : "value");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    const cauce_value *value;
    if (find_value(run, recipe, path, &value) == CAUCE_OK) {
        if (value->type == CAUCE_V_INT || value->type == CAUCE_V_REAL)
            *out = value->real;
        else
            cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a number", path);
    }
    return ca_guard_leave(&guard);
}

cauce_recipe *cauce_recipe_clone(const cauce_recipe *recipe) {
    if (!recipe) return ca_null("recipe"), NULL;
    ca_guard guard;
    cauce_recipe *copy = ca_recipe_clone(ca_guard_enter(&guard), recipe);
    return ca_guard_leave(&guard), copy;
}

cauce_recipe *cauce_recipe_from_json(const char *text) {
    if (!text) return ca_null("json"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_recipe *recipe = NULL;
    json_t *json = ca_json_parse(run, text, strlen(text), "recipe", CAUCE_E_PARAM);
    if (json) recipe = ca_recipe_from_json(run, json);
    json_decref(json);
    return ca_guard_leave(&guard), recipe;
}

/* The text that a ca_text has grown, handed to the caller. */
static char *hand_over(ca_guard *guard, ca_text *text) {
    if (text->failed) CA_NOMEM(&guard->run);
    if (ca_guard_leave(guard) == CAUCE_OK) return text->data;
    ca_text_free(text);
    return NULL;
}

char *cauce_recipe_to_json(const cauce_recipe *recipe) {
    if (!recipe) return ca_null("recipe"), NULL;
    ca_guard guard;
    ca_text text = { 0 };
    ca_guard_enter(&guard);
    ca_recipe_to_json(recipe, &text, 0);
    return hand_over(&guard, &text);
}

char *cauce_recipe_to_text(const cauce_recipe *recipe) {
    if (!recipe) return ca_null("recipe"), NULL;
    ca_guard guard;
    ca_text text = { 0 };
    ca_guard_enter(&guard);
    ca_describe_recipe(&guard.run, recipe, &text);
    return hand_over(&guard, &text);
}

const char *cauce_recipe_role(const cauce_recipe *recipe) {
    if (!recipe) return "";
    switch (ca_recipe_role(recipe)) {
    case CAUCE_CLASSIFIER: return "classifier";
    case CAUCE_REGRESSOR: return "regressor";
    case CAUCE_TRANSFORMER: break;
    }
    return "transformer";
}

const char *cauce_recipe_output(const cauce_recipe *recipe) {
    if (!recipe) return "";
    switch (ca_recipe_role(recipe)) {
    case CAUCE_CLASSIFIER: return ca_recipe_margin(recipe) ? "decision values" : "probabilities";
    case CAUCE_REGRESSOR: return "number";
    case CAUCE_TRANSFORMER: break;
    }
    return "columns";
}

void cauce_recipe_free(cauce_recipe *recipe) {
    ca_recipe_free(recipe);
}

void cauce_text_free(char *text) {
    ca_free(text);
}

const char *cauce_component_name(int64_t i) {
    const cauce_component *component = ca_registry_at(i);
    return component ? component->name : NULL;
}

const char *cauce_component_summary(const char *name) {
    if (!name) return ca_null("name"), NULL;
    ca_guard guard;
    const cauce_component *component = ca_registry_find(ca_guard_enter(&guard), name);
    return ca_guard_leave(&guard), component ? component->summary : NULL;
}

/* A metric, a table of scores or a splitter, by its name. */
static bool find_row(const char *name, ca_described *d) {
    const ca_metric *metric;
    const ca_metric_table *table;
    const ca_splitter *splitter;
    for (int64_t i = 0; (metric = ca_metric_at(i)) != NULL; i++)
        if (strcmp(metric->name, name) == 0) {
            *d = (ca_described){ name, "metric",     metric->summary,
                                 NULL, metric->rows, metric->greater_is_better };
            return true;
        }
    for (int64_t i = 0; (table = ca_metric_table_at(i)) != NULL; i++)
        if (strcmp(table->name, name) == 0) {
            *d = (ca_described){
                name, "table of scores", table->summary, table->reference, table->params, -1
            };
            return true;
        }
    for (int64_t i = 0; (splitter = ca_splitter_at(i)) != NULL; i++)
        if (strcmp(splitter->name, name) == 0) {
            *d = (ca_described){ name, "splitter", splitter->summary, splitter->reference, splitter->params,
                                 -1 };
            return true;
        }
    return false;
}

static char *describe(const char *name, bool json) {
    if (!name) return ca_null("name"), NULL;
    ca_guard guard;
    ca_text text = { 0 };
    ca_described row;
    cauce_run *run = ca_guard_enter(&guard);
    if (find_row(name, &row)) {
        (json ? ca_describe_row_json : ca_describe_row)(&row, &text);
    } else {
        const cauce_component *component = ca_registry_find(run, name);
        if (component) (json ? ca_describe_json : ca_describe)(component, &text);
    }
    return hand_over(&guard, &text);
}

char *cauce_describe(const char *name) {
    return describe(name, false);
}

char *cauce_describe_json(const char *name) {
    return describe(name, true);
}
