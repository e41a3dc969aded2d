/* Paths to parameters: step__step__name. */
#include <string.h>

#include "core/recipe.h"

typedef struct walker {
    ca_path_visit *visit;
    void *payload;
    char path[512];
} walker;

static bool walk(walker *w, const cauce_recipe *recipe, size_t at) {
    const cauce_param *rows = recipe->component->params;
    for (int64_t i = 0; i < ca_param_count(rows); i++) {
        snprintf(w->path + at, sizeof w->path - at, "%s", rows[i].name);
        /* The visitor may change values of the tree that was handed in as const by those who only look. */
        if (!w->visit(w->path, (cauce_recipe *)(uintptr_t)recipe, i, w->payload)) return false;
    }
    for (int64_t i = 0; i < recipe->n_children; i++) {
        int n = snprintf(w->path + at, sizeof w->path - at, "%s__", ca_recipe_name(recipe->children[i]));
        if (n < 0 || at + (size_t)n >= sizeof w->path)
            continue; /* deeper than any recipe that was accepted */
        if (!walk(w, recipe->children[i], at + (size_t)n)) return false;
    }
    return true;
}

void ca_path_each(const cauce_recipe *root, ca_path_visit *visit, void *payload) {
    walker w = { visit, payload, "" };
    walk(&w, root, 0);
}

typedef struct full {
    const ca_target *target;
    ca_arena *arena;
    const char *path;
} full;

static bool is_target(const char *path, cauce_recipe *recipe, int64_t row, void *payload) {
    full *f = payload;
    if (f->target->recipe != recipe || f->target->row != row) return true;
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

typedef struct search {
    const char *wanted;
    ca_target target;
    int64_t exact, partial;
    ca_text list; /* full paths that fit */
} search;

static bool look(const char *path, cauce_recipe *recipe, int64_t row, void *payload) {
    search *s = payload;
    if (strcmp(path, s->wanted) == 0) {
        s->exact++;
        s->target = (ca_target){ recipe, row };
    } else if (ends_with(path, s->wanted)) {
        if (!s->exact) s->target = (ca_target){ recipe, row };
        if (s->list.length < 400) ca_text_addf(&s->list, "%s%s", s->partial ? ", " : "", path);
        s->partial++;
    }
    return true;
}

typedef struct nearest {
    const char *wanted;
    char best[256];
    int distance;
} nearest;

static bool compare(const char *path, cauce_recipe *recipe, int64_t row, void *payload) {
    nearest *best = payload;
    /* A typo in a bare name is compared with bare names, one in a path with paths of as many parts. */
    const char *candidate = strstr(best->wanted, "__") ? path : recipe->component->params[row].name;
    int distance = ca_text_distance(best->wanted, candidate, best->distance - 1);
    if (distance < best->distance) {
        best->distance = distance;
        snprintf(best->best, sizeof best->best, "%s", candidate);
    }
    return true;
}

static cauce_status unknown(cauce_run *run, const cauce_recipe *root, const char *path) {
    if (!root->n_children) return ca_param_unknown(run, root->component->name, root->component->params, path);
    nearest best = { path, "", (int)strlen(path) / 3 + 2 };
    ca_path_each(root, compare, &best);
    if (*best.best)
        return cauce_fail(run, CAUCE_E_PARAM, "no parameter '%s'; did you mean '%s'?", path, best.best);
    return cauce_fail(run, CAUCE_E_PARAM, "no parameter '%s' in this recipe", path);
}

cauce_status ca_path_find(cauce_run *run, const cauce_recipe *root, const char *path, ca_target *target) {
    search s = { .wanted = path };
    ca_path_each(root, look, &s);
    cauce_status status = CAUCE_OK;
    if (s.exact == 1 || (s.exact == 0 && s.partial == 1))
        *target = s.target;
    else if (s.partial > 1)
        status = cauce_fail(run, CAUCE_E_PARAM, "'%s' fits several places: %s", path, ca_text_get(&s.list));
    else
        status = unknown(run, root, path);
    ca_text_free(&s.list);
    return status;
}

cauce_status ca_recipe_assign(cauce_run *run, cauce_recipe *recipe, const ca_assignment *items, int64_t n) {
    ca_arena arena = { NULL, 0 };
    ca_target *targets = ca_arena_alloc(&arena, (size_t)n * sizeof *targets);
    cauce_value *values = ca_arena_alloc(&arena, (size_t)n * sizeof *values);
    cauce_status status = targets && values ? CAUCE_OK : CA_NOMEM(run);
    /* First everything that can fail, then the change itself. */
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++) {
        status = ca_path_find(run, recipe, items[i].key, &targets[i]);
        if (status != CAUCE_OK) break;
        cauce_recipe *owner = targets[i].recipe;
        values[i] = items[i].value;
        status =
            ca_param_check(run, ca_recipe_name(owner), &owner->component->params[targets[i].row], &values[i]);
        if (status == CAUCE_OK) status = ca_value_copy(run, &owner->arena, &values[i], &values[i]);
    }
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++)
        targets[i].recipe->values[targets[i].row] = values[i];
    ca_arena_free(&arena);
    return status;
}
