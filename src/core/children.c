/* Children of composites: slots, adoption, names. */
#include <string.h>

#include "base/map.h"
#include "core/recipe.h"

static const ca_slot no_slots[] = { CA_SLOTS_END };

const ca_slot *ca_slots(const cauce_component *component) {
    return component->composite ? component->composite->slots : no_slots;
}

const ca_slot *ca_slot_find(const cauce_component *component, const char *key) {
    for (const ca_slot *slot = ca_slots(component); slot->key; slot++)
        if (strcmp(slot->key, key) == 0) return slot;
    return NULL;
}

bool ca_is_steps(const cauce_component *component) {
    return ca_slots(component)->kind == CA_SLOT_STEPS;
}

/* The slot for many, or NULL. */
static const ca_slot *list_of(const cauce_component *component) {
    const ca_slot *first = ca_slots(component);
    return first->key && first->kind != CA_SLOT_ONE ? first : NULL;
}

/* The slot for one of this name, or NULL. */
static const ca_slot *single_of(const cauce_component *component, const char *name) {
    const ca_slot *slot = name ? ca_slot_find(component, name) : NULL;
    return slot && slot->kind == CA_SLOT_ONE ? slot : NULL;
}

const ca_slot *ca_recipe_slot(const cauce_recipe *recipe, int64_t i) {
    const ca_slot *single = single_of(recipe->component, recipe->children[i]->name);
    return single ? single : list_of(recipe->component);
}

cauce_recipe *ca_recipe_child(const cauce_recipe *recipe, const char *key) {
    for (int64_t i = 0; i < recipe->n_children; i++)
        if (strcmp(ca_recipe_name(recipe->children[i]), key) == 0) return recipe->children[i];
    return NULL;
}

/* ---- Names --------------------------------------------------------------------------------------------- */

/* The first name "component", "component-2", ... that is not taken. `next` remembers where the search for
 * this component stopped: a recipe may have thousands of steps of a kind. */
static void free_name(const char *component, const ca_map *taken, int *next, char *name, size_t size) {
    do {
        if (*next == 0)
            snprintf(name, size, "%s", component);
        else
            snprintf(name, size, "%s-%d", component, *next + 1);
        ++*next;
    } while (ca_map_find(taken, name, strlen(name)) >= 0);
}

static cauce_status take_name(cauce_run *run, const cauce_recipe *recipe, const char *name, ca_map *taken) {
    bool added;
    if (ca_map_add(taken, name, strlen(name), &added) < 0) return CA_NOMEM(run);
    return added ? CAUCE_OK
                 : cauce_fail(run, CAUCE_E_PARAM, "two steps of %s are called '%s'", recipe->component->name,
                              name);
}

static cauce_status name_nameless(cauce_run *run, cauce_recipe *recipe, ca_map *taken, ca_map *kinds) {
    int *next = cauce_scratch(run, recipe->n_children, sizeof *next); /* of each kind */
    if (!next) return run->error.status;
    for (int64_t i = 0; i < recipe->n_children; i++) {
        cauce_recipe *child = recipe->children[i];
        if (child->name) continue;
        char name[128];
        const char *component = child->component->name;
        int64_t kind = ca_map_add(kinds, component, strlen(component), NULL);
        if (kind < 0) return CA_NOMEM(run);
        free_name(component, taken, &next[kind], name, sizeof name);
        CA_TRY(ca_recipe_set_name(run, child, name));
        CA_TRY(take_name(run, recipe, child->name, taken));
    }
    return CAUCE_OK;
}

/* Steps without a name are called as their component; the second of a kind gets -2 appended. */
static cauce_status name_children(cauce_run *run, cauce_recipe *recipe) {
    ca_map taken = { 0 }, kinds = { 0 };
    cauce_status status = CAUCE_OK;
    for (int64_t i = 0; status == CAUCE_OK && i < recipe->n_children; i++)
        if (recipe->children[i]->name) status = take_name(run, recipe, recipe->children[i]->name, &taken);
    if (status == CAUCE_OK) status = name_nameless(run, recipe, &taken, &kinds);
    ca_map_free(&taken);
    ca_map_free(&kinds);
    return status;
}

/* ---- Adoption ------------------------------------------------------------------------------------------ */

static bool given_before(cauce_recipe *const *children, int64_t i) {
    for (int64_t j = 0; j < i; j++)
        if (children[j] == children[i]) return true;
    return false;
}

static int depth_of(const cauce_recipe *recipe) {
    int deepest = 0;
    for (int64_t i = 0; i < recipe->n_children; i++) {
        int depth = depth_of(recipe->children[i]);
        if (depth > deepest) deepest = depth;
    }
    return deepest + 1;
}

static void free_children(cauce_recipe *const *children, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (!given_before(children, i)) ca_recipe_free(children[i]);
}

/* Names the children that go into a slot for one as that slot. */
static cauce_status choose_slots(cauce_run *run, const cauce_recipe *recipe, cauce_recipe *const *children,
                                 int64_t n) {
    const cauce_component *component = recipe->component;
    const ca_slot *next = ca_slots(component);
    if (list_of(component)) return CAUCE_OK; /* the others are its items */
    int64_t most = 0;
    for (const ca_slot *slot = next; slot->key; slot++) most++;
    if (n > 0 && most == 0) return cauce_fail(run, CAUCE_E_PARAM, "%s takes no components", component->name);
    if (n > most)
        return cauce_fail(run, CAUCE_E_PARAM, "%s takes %lld component%s, not %lld", component->name,
                          (long long)most, most == 1 ? "" : "s", (long long)n);
    for (int64_t i = 0; i < n; i++) {
        if (single_of(component, children[i]->name)) continue;
        for (bool taken = true; taken; next += taken) {
            taken = false;
            for (int64_t k = 0; k < n; k++)
                taken = taken || (children[k]->name && strcmp(children[k]->name, next->key) == 0);
        }
        CA_TRY(ca_recipe_set_name(run, children[i], next->key));
    }
    return CAUCE_OK;
}

/* Of a slot for one: the last child of `from` that is called as it. */
static cauce_recipe *named_as(const ca_slot *slot, cauce_recipe *const *from, int64_t n) {
    for (int64_t i = n - 1; i >= 0; i--)
        if (from[i]->name && strcmp(from[i]->name, slot->key) == 0) return from[i];
    return NULL;
}

static int64_t copy_list(const cauce_component *component, cauce_recipe *const *from, int64_t n,
                         cauce_recipe **to) {
    int64_t copied = 0;
    for (int64_t i = 0; i < n; i++)
        if (!single_of(component, from[i]->name)) to[copied++] = from[i];
    return copied;
}

static bool is_among(const cauce_recipe *child, cauce_recipe *const *list, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (list[i] == child) return true;
    return false;
}

/* The children as they stand from now on; those that lost their place are freed. */
static cauce_status place(cauce_run *run, cauce_recipe *recipe, cauce_recipe *const *given, int64_t n) {
    int64_t n_before = recipe->n_children, at;
    cauce_recipe **before = recipe->children;
    cauce_recipe **all = ca_arena_alloc(&recipe->arena, (size_t)(n + n_before) * sizeof *all);
    if (!all) return CA_NOMEM(run);
    at = copy_list(recipe->component, given, n, all);
    if (at == 0) at = copy_list(recipe->component, before, n_before, all);
    for (const ca_slot *slot = ca_slots(recipe->component); slot->key; slot++) {
        if (slot->kind != CA_SLOT_ONE) continue;
        cauce_recipe *child = named_as(slot, given, n);
        if (!child) child = named_as(slot, before, n_before);
        if (child) all[at++] = child;
    }
    for (int64_t i = 0; i < n; i++)
        if (!is_among(given[i], all, at))
            return cauce_fail(run, CAUCE_E_PARAM, "%s was given two children called '%s'",
                              recipe->component->name, given[i]->name);
    recipe->children = all;
    recipe->n_children = at;
    for (int64_t i = 0; i < n_before; i++)
        if (!is_among(before[i], all, at)) ca_recipe_free(before[i]);
    return CAUCE_OK;
}

static cauce_status check_branches(cauce_run *run, const cauce_recipe *recipe) {
    for (int64_t i = 0; i < recipe->n_children; i++)
        if (ca_recipe_slot(recipe, i)->kind == CA_SLOT_BRANCHES && !recipe->children[i]->columns)
            return cauce_fail(run, CAUCE_E_PARAM, "branch %lld of %s says not which columns it is on",
                              (long long)i + 1, recipe->component->name);
    return CAUCE_OK;
}

cauce_status ca_recipe_depth(cauce_run *run, const cauce_recipe *recipe) {
    if (depth_of(recipe) <= CA_DEEPEST_RECIPE) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "recipes are nested deeper than %d levels", CA_DEEPEST_RECIPE);
}

cauce_status ca_recipe_adopt(cauce_run *run, cauce_recipe *recipe, cauce_recipe *const *children, int64_t n) {
    cauce_status status = CAUCE_OK;
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++)
        if (given_before(children, i))
            status =
                cauce_fail(run, CAUCE_E_ARGUMENT, "the same recipe was given twice: use cauce_recipe_clone");
    if (status == CAUCE_OK) status = choose_slots(run, recipe, children, n);
    if (status == CAUCE_OK) status = place(run, recipe, children, n);
    if (status != CAUCE_OK) {
        free_children(children, n);
        return status;
    }
    CA_TRY(check_branches(run, recipe));
    CA_TRY(ca_recipe_depth(run, recipe));
    return name_children(run, recipe);
}

cauce_status ca_recipe_fallbacks(cauce_run *run, cauce_recipe *recipe) {
    for (const ca_slot *slot = ca_slots(recipe->component); slot->key; slot++) {
        if (!slot->fallback) continue;
        cauce_recipe *child = ca_recipe_parse(run, slot->fallback);
        if (!child) return run->error.status;
        if (ca_recipe_set_name(run, child, slot->key) != CAUCE_OK) {
            ca_recipe_free(child);
            return run->error.status;
        }
        CA_TRY(ca_recipe_adopt(run, recipe, &child, 1));
    }
    return CAUCE_OK;
}

const char *ca_slot_accepts(const ca_slot *slot) {
    bool many = slot->kind != CA_SLOT_ONE;
    switch (slot->roles) {
    case CAUCE_TRANSFORMER: return many ? "transformers" : "a transformer";
    case CAUCE_CLASSIFIER: return many ? "classifiers" : "a classifier";
    case CAUCE_REGRESSOR: return many ? "regressors" : "a regressor";
    case CAUCE_CLASSIFIER | CAUCE_REGRESSOR: return many ? "estimators" : "an estimator";
    default: return many ? "components" : "a component";
    }
}

/* ---- Checks -------------------------------------------------------------------------------------------- */

static cauce_status wrong_role(cauce_run *run, const cauce_recipe *recipe, const ca_slot *slot,
                               const cauce_recipe *child) {
    const char *role = ca_role_name(ca_recipe_role(child)), *owner = recipe->component->name;
    if (slot->kind == CA_SLOT_ONE)
        return cauce_fail(run, CAUCE_E_PARAM, "%s of %s is %s, a %s; it takes %s", slot->key, owner,
                          child->component->name, role, ca_slot_accepts(slot));
    return cauce_fail(run, CAUCE_E_PARAM, "'%s' is a %s; the %s of %s are %s", ca_recipe_name(child), role,
                      slot->key, owner, ca_slot_accepts(slot));
}

static bool has_item(const cauce_recipe *recipe) {
    return recipe->n_children && !single_of(recipe->component, recipe->children[0]->name);
}

cauce_status ca_children_check(cauce_run *run, const cauce_recipe *recipe) {
    for (const ca_slot *slot = ca_slots(recipe->component); slot->key; slot++) {
        if (slot->kind == CA_SLOT_ONE ? !ca_recipe_child(recipe, slot->key)
                                      : slot->kind == CA_SLOT_LIST && !has_item(recipe))
            return cauce_fail(run, CAUCE_E_PARAM, "%s needs its \"%s\": %s", recipe->component->name,
                              slot->key, ca_slot_accepts(slot));
    }
    for (int64_t i = 0; i < recipe->n_children; i++) {
        const ca_slot *slot = ca_recipe_slot(recipe, i);
        const cauce_recipe *child = recipe->children[i];
        bool dropped = slot->kind == CA_SLOT_LIST && strcmp(child->component->name, "drop") == 0;
        if (slot->roles && !dropped && !(slot->roles & ca_recipe_role(child)))
            return wrong_role(run, recipe, slot, child);
    }
    return CAUCE_OK;
}
