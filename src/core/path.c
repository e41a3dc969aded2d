/* Paths to parameters: step__step__name. */
#include <string.h>

#include "base/alloc.h"
#include "core/recipe.h"

typedef struct walker {
    ca_path_visit *visit;
    void *payload;
    char path[512];
} walker;

static const ca_slot *slot_of(const ca_target *at) {
    return &ca_slots(at->recipe->component)[-1 - at->child];
}

static bool walk(walker *w, const cauce_recipe *recipe, size_t at);

static bool visit(walker *w, const cauce_recipe *recipe, size_t at, const char *name, int64_t row,
                  int64_t child) {
    /* The visitor may change values of the tree that was handed in as const by those who only look. */
    ca_target target = { (cauce_recipe *)(uintptr_t)recipe, row, child };
    snprintf(w->path + at, sizeof w->path - at, "%s", name);
    return w->visit(w->path, &target, w->payload);
}

static bool walk_child(walker *w, const cauce_recipe *recipe, size_t at, int64_t i) {
    const char *name = ca_recipe_name(recipe->children[i]);
    if (!visit(w, recipe, at, name, -1, i)) return false;
    int n = snprintf(w->path + at, sizeof w->path - at, "%s__", name);
    if (n < 0 || at + (size_t)n >= sizeof w->path) return true; /* deeper than any recipe that was accepted */
    return walk(w, recipe->children[i], at + (size_t)n);
}

static bool walk(walker *w, const cauce_recipe *recipe, size_t at) {
    const cauce_param *rows = recipe->component->params;
    for (int64_t i = 0; i < ca_param_count(rows); i++)
        if (!visit(w, recipe, at, rows[i].name, i, 0)) return false;
    const ca_slot *slots = ca_slots(recipe->component);
    for (int64_t i = 0; slots[i].key; i++)
        if (slots[i].kind == CA_SLOT_LIST ||
            (slots[i].kind == CA_SLOT_ONE && !ca_recipe_child(recipe, slots[i].key)))
            if (!visit(w, recipe, at, slots[i].key, -1, -1 - i)) return false;
    for (int64_t i = 0; i < recipe->n_children; i++)
        if (!walk_child(w, recipe, at, i)) return false;
    return true;
}

void ca_path_each(const cauce_recipe *root, ca_path_visit *visit_one, void *payload) {
    walker w = { visit_one, payload, "" };
    walk(&w, root, 0);
}

typedef struct full {
    const ca_target *target;
    ca_arena *arena;
    const char *path;
} full;

static bool is_target(const char *path, const ca_target *at, void *payload) {
    full *f = payload;
    if (f->target->recipe != at->recipe || f->target->row != at->row || f->target->child != at->child)
        return true;
    f->path = ca_arena_text(f->arena, path, strlen(path));
    return false;
}

cauce_status ca_path_full(cauce_run *run, ca_arena *arena, const cauce_recipe *root, const ca_target *target,
                          const char **path) {
    full f = { target, arena, NULL };
    ca_path_each(root, is_target, &f);
    *path = f.path;
    return f.path ? CAUCE_OK : CA_NOMEM(run);
}

/* Does `path` end with `end`, at a "__" boundary? */
static bool ends_with(const char *path, const char *end) {
    size_t n = strlen(path), m = strlen(end);
    if (m > n || strcmp(path + n - m, end) != 0) return false;
    return n == m || (n - m >= 2 && path[n - m - 1] == '_' && path[n - m - 2] == '_');
}

/* What fits a path: parameters, and apart from them children. */
typedef struct fits {
    ca_target target;
    int64_t exact, partial;
    ca_text list; /* full paths of the partial ones */
} fits;

typedef struct search {
    const char *wanted;
    fits param, child;
} search;

static bool look(const char *path, const ca_target *at, void *payload) {
    search *s = payload;
    fits *f = at->row >= 0 ? &s->param : &s->child;
    if (strcmp(path, s->wanted) == 0) {
        if (!f->exact++) f->target = *at;
    } else if (ends_with(path, s->wanted)) {
        if (!f->exact) f->target = *at;
        if (f->list.length < 400) ca_text_addf(&f->list, "%s%s", f->partial ? ", " : "", path);
        f->partial++;
    }
    return true;
}

/* The kind of place that is meant: full paths before ends, parameters before children. */
static const fits *choose(const search *s, bool children) {
    if (s->param.exact || !children) return &s->param;
    if (s->child.exact) return &s->child;
    return s->param.partial ? &s->param : &s->child;
}

static void search_free(search *s) {
    ca_text_free(&s->param.list);
    ca_text_free(&s->child.list);
}

typedef struct nearest {
    const char *wanted;
    bool children;
    char best[256];
    int distance;
} nearest;

static bool compare(const char *path, const ca_target *at, void *payload) {
    nearest *best = payload;
    if (at->row < 0 && !best->children) return true;
    /* A typo in a bare name is compared with bare names, one in a path with paths of as many parts. */
    const char *bare = at->row >= 0    ? at->recipe->component->params[at->row].name
                       : at->child < 0 ? slot_of(at)->key
                                       : ca_recipe_name(at->recipe->children[at->child]);
    const char *candidate = strstr(best->wanted, "__") ? path : bare;
    int distance = ca_text_distance(best->wanted, candidate, best->distance - 1);
    if (distance < best->distance) {
        best->distance = distance;
        snprintf(best->best, sizeof best->best, "%s", candidate);
    }
    return true;
}

static cauce_status unknown(cauce_run *run, const cauce_recipe *root, const char *path, bool children) {
    if (!ca_slots(root->component)->key)
        return ca_param_unknown(run, root->component->name, root->component->params, path);
    nearest best = { path, children, "", (int)strlen(path) / 3 + 2 };
    ca_path_each(root, compare, &best);
    if (*best.best)
        return cauce_fail(run, CAUCE_E_PARAM, "no parameter '%s'; did you mean '%s'?", path, best.best);
    return cauce_fail(run, CAUCE_E_PARAM, "no parameter '%s' in this recipe", path);
}

static cauce_status find(cauce_run *run, const cauce_recipe *root, const char *path, bool children,
                         ca_target *target) {
    search s = { .wanted = path };
    ca_path_each(root, look, &s);
    const fits *found = choose(&s, children);
    cauce_status status = CAUCE_OK;
    if (found->exact == 1 || (found->exact == 0 && found->partial == 1))
        *target = found->target;
    else if (found->exact || found->partial)
        status =
            cauce_fail(run, CAUCE_E_PARAM, "'%s' fits several places: %s", path, ca_text_get(&found->list));
    else
        status = unknown(run, root, path, children);
    search_free(&s);
    return status;
}

cauce_status ca_path_find(cauce_run *run, const cauce_recipe *root, const char *path, ca_target *target) {
    return find(run, root, path, false, target);
}

cauce_status ca_path_find_any(cauce_run *run, const cauce_recipe *root, const char *path, ca_target *target) {
    return find(run, root, path, true, target);
}

/* ---- Setting ------------------------------------------------------------------------------------------- */

static cauce_status assign_params(cauce_run *run, cauce_recipe *recipe, const ca_assignment *items,
                                  const bool *skip, int64_t n) {
    ca_arena arena = { NULL, 0 };
    ca_target *targets = ca_arena_alloc(&arena, (size_t)n * sizeof *targets);
    cauce_value *values = ca_arena_alloc(&arena, (size_t)n * sizeof *values);
    cauce_status status = targets && values ? CAUCE_OK : CA_NOMEM(run);
    /* First everything that can fail, then the change itself. */
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++) {
        if (skip[i]) continue;
        status = ca_path_find_any(run, recipe, items[i].key, &targets[i]);
        if (status == CAUCE_OK && targets[i].row < 0)
            status = cauce_fail(run, CAUCE_E_PARAM, "'%s' is set twice", items[i].key);
        if (status != CAUCE_OK) break;
        cauce_recipe *owner = targets[i].recipe;
        values[i] = items[i].value;
        status =
            ca_param_check(run, ca_recipe_name(owner), &owner->component->params[targets[i].row], &values[i]);
        if (status == CAUCE_OK) status = ca_value_copy(run, &owner->arena, &values[i], &values[i]);
    }
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++)
        if (!skip[i]) targets[i].recipe->values[targets[i].row] = values[i];
    ca_arena_free(&arena);
    return status;
}

/* Does the path mean a child (or a list of them) of this recipe? */
static bool means_child(const cauce_recipe *recipe, const char *path) {
    search s = { .wanted = path };
    ca_path_each(recipe, look, &s);
    const fits *found = choose(&s, true);
    bool child = found == &s.child && (found->exact || found->partial);
    search_free(&s);
    return child;
}

static cauce_recipe *read_component(cauce_run *run, const char *key, const cauce_value *value) {
    if (value->type == CAUCE_V_TEXT) return ca_recipe_read(run, value->text);
    ca_text given = { 0 };
    ca_value_print(&given, value);
    cauce_fail(run, CAUCE_E_PARAM, "'%s' is a component: another one may take its place, not %s", key,
               ca_text_get(&given));
    ca_text_free(&given);
    return NULL;
}

/* The new child stands where the old one stood, under its name. */
static cauce_status replace_child(cauce_run *run, const ca_assignment *item, cauce_recipe *owner, int64_t i) {
    cauce_recipe *child = read_component(run, item->key, &item->value), *before = owner->children[i];
    if (!child) return run->error.status;
    cauce_status status = ca_recipe_set_name(run, child, ca_recipe_name(before));
    if (status == CAUCE_OK && before->columns && !child->columns)
        status = ca_recipe_set_columns(run, child, before->columns);
    if (status != CAUCE_OK) {
        ca_recipe_free(child);
        return status;
    }
    owner->children[i] = child;
    ca_recipe_free(before);
    return CAUCE_OK;
}

static cauce_status fill_slot(cauce_run *run, const ca_assignment *item, cauce_recipe *owner,
                              const ca_slot *slot) {
    const cauce_value *list = &item->value;
    if (slot->kind == CA_SLOT_ONE) {
        cauce_recipe *child = read_component(run, item->key, list);
        if (!child) return run->error.status;
        if (ca_recipe_set_name(run, child, slot->key) == CAUCE_OK)
            return ca_recipe_adopt(run, owner, &child, 1);
        ca_recipe_free(child);
        return run->error.status;
    }
    if (list->type != CAUCE_V_LIST || list->n_items == 0)
        return cauce_fail(run, CAUCE_E_PARAM, "'%s' is a list of components: [ridge, \"lasso alpha=2\"]",
                          item->key);
    cauce_recipe **children = cauce_scratch(run, list->n_items, sizeof *children);
    if (!children) return run->error.status;
    for (int64_t i = 0; i < list->n_items; i++) {
        children[i] = read_component(run, item->key, &list->items[i]);
        if (children[i]) continue;
        while (i > 0) ca_recipe_free(children[--i]);
        return run->error.status;
    }
    return ca_recipe_adopt(run, owner, children, list->n_items);
}

static cauce_status replace(cauce_run *run, cauce_recipe *recipe, const ca_assignment *item) {
    ca_target target;
    CA_TRY(ca_path_find_any(run, recipe, item->key, &target));
    if (target.row >= 0) return cauce_fail(run, CAUCE_E_PARAM, "'%s' fits several places", item->key);
    CA_TRY(target.child >= 0 ? replace_child(run, item, target.recipe, target.child)
                             : fill_slot(run, item, target.recipe, slot_of(&target)));
    return ca_recipe_depth(run, recipe);
}

/* All or none: the changes are made on a copy, which then takes the place of the original. */
static cauce_status assign_copy(cauce_run *run, cauce_recipe *recipe, const ca_assignment *items,
                                const bool *child, int64_t n) {
    cauce_recipe *copy = ca_recipe_clone(run, recipe), before = *recipe;
    if (!copy) return run->error.status;
    cauce_status status = CAUCE_OK;
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++)
        if (child[i]) status = replace(run, copy, &items[i]);
    if (status == CAUCE_OK) status = assign_params(run, copy, items, child, n);
    if (status == CAUCE_OK) {
        *recipe = *copy;
        *copy = before;
    }
    ca_recipe_free(copy);
    return status;
}

cauce_status ca_recipe_assign(cauce_run *run, cauce_recipe *recipe, const ca_assignment *items, int64_t n) {
    bool *child = ca_calloc((size_t)n + 1, sizeof *child), any = false;
    if (!child) return CA_NOMEM(run);
    bool composite = ca_slots(recipe->component)->key != NULL;
    for (int64_t i = 0; composite && i < n; i++) {
        child[i] = means_child(recipe, items[i].key);
        any = any || child[i];
    }
    cauce_status status =
        any ? assign_copy(run, recipe, items, child, n) : assign_params(run, recipe, items, child, n);
    ca_free(child);
    return status;
}
