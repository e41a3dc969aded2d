#include "select/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { MOST_CANDIDATES = 1000000 };

typedef struct axis {
    const char *key;
    const cauce_value *values;
    int64_t n;
} axis;

typedef struct out {
    cauce_run *run;
    ca_arena *arena;
    const cauce_recipe *recipe;
    ca_candidate *list;
    int64_t n, room;
} out;

/* A key as written may be short, and two of them may mean the same place: axes go by full paths. */
static cauce_status set_axis(out *o, const ca_assignment *item, axis *a) {
    ca_target target;
    CA_TRY(ca_path_find(o->run, o->recipe, item->key, &target));
    CA_TRY(ca_path_full(o->run, o->arena, o->recipe, &target, &a->key));
    a->values = item->value.type == CAUCE_V_LIST ? item->value.items : &item->value;
    a->n = item->value.type == CAUCE_V_LIST ? item->value.n_items : 1;
    if (a->n == 0) return cauce_fail(o->run, CAUCE_E_PARAM, "the grid has no values for '%s'", item->key);
    return CAUCE_OK;
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const axis *)a)->key, ((const axis *)b)->key);
}

static cauce_status add_candidates(out *o, const axis *axes, int64_t n_axes, int64_t total) {
    ca_candidate *list = ca_arena_alloc(o->arena, (size_t)(o->n + total) * sizeof *list);
    if (!list) return CA_NOMEM(o->run);
    if (o->n) memcpy(list, o->list, (size_t)o->n * sizeof *list);
    o->list = list;
    for (int64_t c = 0; c < total; c++) {
        ca_candidate *candidate = &list[o->n++];
        candidate->n = n_axes;
        candidate->items = ca_arena_alloc(o->arena, (size_t)n_axes * sizeof *candidate->items);
        if (!candidate->items) return CA_NOMEM(o->run);
        int64_t rest = c;
        for (int64_t i = n_axes - 1; i >= 0; i--) { /* the last key runs fastest */
            candidate->items[i] = (ca_assignment){ axes[i].key, axes[i].values[rest % axes[i].n] };
            rest /= axes[i].n;
        }
    }
    return CAUCE_OK;
}

static cauce_status add_grid(out *o, const ca_assignment *items, int64_t n) {
    axis *axes = ca_arena_alloc(o->arena, (size_t)n * sizeof *axes);
    int64_t total = 1;
    if (!axes) return CA_NOMEM(o->run);
    for (int64_t i = 0; i < n; i++) {
        CA_TRY(set_axis(o, &items[i], &axes[i]));
        if (__builtin_mul_overflow(total, axes[i].n, &total) || total + o->n > MOST_CANDIDATES)
            return cauce_fail(o->run, CAUCE_E_LIMIT, "the grid has more than %d candidates", MOST_CANDIDATES);
    }
    if (n) qsort(axes, (size_t)n, sizeof *axes, by_key);
    for (int64_t i = 1; i < n; i++)
        if (strcmp(axes[i - 1].key, axes[i].key) == 0)
            return cauce_fail(o->run, CAUCE_E_PARAM, "the grid names '%s' twice", axes[i].key);
    return add_candidates(o, axes, n, total);
}

static cauce_status add_json(out *o, const json_t *json) {
    if (json_is_array(json)) {
        for (size_t i = 0; i < json_array_size(json); i++) CA_TRY(add_json(o, json_array_get(json, i)));
        return CAUCE_OK;
    }
    if (!json_is_object(json))
        return cauce_fail(o->run, CAUCE_E_PARAM, "a grid is an object of lists, or a list of such objects");
    int64_t n = (int64_t)json_object_size(json), i = 0;
    ca_assignment *items = ca_arena_alloc(o->arena, (size_t)n * sizeof *items);
    if (!items) return CA_NOMEM(o->run);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value) {
        items[i].key = ca_arena_text(o->arena, key, strlen(key));
        if (!items[i].key) return CA_NOMEM(o->run);
        CA_TRY(ca_value_from_json(o->run, o->arena, value, &items[i++].value));
    }
    return add_grid(o, items, n);
}

cauce_status ca_grid_parse(cauce_run *run, ca_arena *arena, const cauce_recipe *recipe, const char *text,
                           ca_candidate **candidates, int64_t *n) {
    out o = { .run = run, .arena = arena, .recipe = recipe };
    const char *first = text + strspn(text, " \t\n\r");
    cauce_status status;
    if (*first == '{' || *first == '[') {
        json_t *json = ca_json_parse(run, text, strlen(text), "grid", CAUCE_E_PARAM);
        status = json ? add_json(&o, json) : run->error.status;
        json_decref(json);
    } else {
        ca_spec spec;
        status = ca_spec_parse(run, arena, text, false, &spec);
        if (status == CAUCE_OK) status = add_grid(&o, spec.items, spec.n_items);
    }
    if (status == CAUCE_OK && o.n == 0) status = cauce_fail(run, CAUCE_E_PARAM, "the grid has no candidates");
    *candidates = o.list;
    *n = o.n;
    return status;
}
