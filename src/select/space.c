#include "select/space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "core/param.h"

/* ---- Distributions ------------------------------------------------------------------------------------- */

static const char *const draw_names[] = { "", "uniform", "log_uniform", "integers", "log_integers" };
enum { N_DRAWS = sizeof draw_names / sizeof *draw_names };

/* Length of the word of `word(...)`, 0 for any other text. */
static size_t word_length(const char *text) {
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ"), length = strlen(text);
    return n > 0 && text[n] == '(' && text[length - 1] == ')' ? n : 0;
}

static ca_draw find_draw(const char *text) {
    size_t n = word_length(text);
    for (int i = 1; n && i < N_DRAWS; i++)
        if (strlen(draw_names[i]) == n && memcmp(draw_names[i], text, n) == 0) return (ca_draw)i;
    return CA_DRAW_LIST;
}

static const char *draw_name_at(int64_t i, void *payload) {
    (void)payload;
    return draw_names[i + 1];
}

static cauce_status no_distribution(cauce_run *run, const char *key, const char *text) {
    char shown[96], word[64] = { 0 };
    size_t n = word_length(text);
    memcpy(word, text, n < sizeof word ? n : sizeof word - 1);
    const char *nearest = ca_text_nearest(word, N_DRAWS - 1, draw_name_at, NULL);
    return cauce_fail(run, CAUCE_E_PARAM,
                      "'%s' for '%s' is not a distribution%s%s%s (there are: uniform, log_uniform, integers, "
                      "log_integers; a text that looks like one stands in a list)",
                      ca_text_show(text, strlen(text), shown, sizeof shown), key,
                      nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* What is wrong with the bounds of a distribution, or NULL. */
static const char *bounds_error(ca_draw draw, const cauce_value *bounds) {
    bool whole = draw == CA_DRAW_INTEGERS || draw == CA_DRAW_LOG_INTEGERS;
    if (bounds->n_items != 2) return "it takes two numbers, the least and the greatest";
    for (int i = 0; i < 2; i++) {
        const cauce_value *b = &bounds->items[i];
        if (b->type != CAUCE_V_INT && (whole || b->type != CAUCE_V_REAL))
            return whole ? "it takes two whole numbers" : "it takes two numbers";
        if (!isfinite(b->real) || (whole && fabs(b->real) > 9007199254740992.0))
            return "a bound is too large";
    }
    double low = bounds->items[0].real, high = bounds->items[1].real;
    if (!(low < high)) return "the first bound must be less than the second";
    if (!isfinite(high - low)) return "the bounds are too far apart";
    if ((draw == CA_DRAW_LOG_UNIFORM || draw == CA_DRAW_LOG_INTEGERS) && low <= 0)
        return "both bounds must be positive";
    return NULL;
}

static cauce_status read_bounds(cauce_run *run, ca_arena *arena, const char *text, ca_axis *axis) {
    const char *open = strchr(text, '(') + 1;
    size_t n = strlen(open) - 1;
    char *list = ca_arena_alloc(arena, n + 3), shown[96];
    if (!list) return CA_NOMEM(run);
    list[0] = '[';
    memcpy(list + 1, open, n);
    memcpy(list + 1 + n, "]", 2);
    cauce_value bounds;
    CA_TRY(ca_value_parse(run, arena, list, &bounds));
    const char *error = bounds_error(axis->draw, &bounds);
    if (error)
        return cauce_fail(run, CAUCE_E_PARAM, "'%s' for '%s': %s",
                          ca_text_show(text, strlen(text), shown, sizeof shown), axis->key, error);
    axis->low = bounds.items[0].real;
    axis->high = bounds.items[1].real;
    return CAUCE_OK;
}

/* ---- Spaces -------------------------------------------------------------------------------------------- */

typedef struct out {
    cauce_run *run;
    ca_arena *arena;
    const cauce_recipe *recipe;
    bool drawn;
    ca_space *list;
    int64_t n;
} out;

/* A key as written may be short, and two of them may mean the same place: axes go by full paths. */
static cauce_status set_axis(out *o, const ca_assignment *item, ca_axis *a) {
    ca_target target;
    CA_TRY(ca_path_find_any(o->run, o->recipe, item->key, &target));
    CA_TRY(ca_path_full(o->run, o->arena, o->recipe, &target, &a->key));
    if (item->value.type == CAUCE_V_TEXT) {
        const char *text = item->value.text;
        char shown[96];
        a->draw = find_draw(text);
        if (a->draw && !o->drawn)
            return cauce_fail(
                o->run, CAUCE_E_PARAM,
                "'%s' for '%s' is a distribution; a grid takes lists of values (a random search "
                "draws)",
                ca_text_show(text, strlen(text), shown, sizeof shown), item->key);
        if (a->draw) return read_bounds(o->run, o->arena, text, a);
        if (o->drawn && word_length(text)) return no_distribution(o->run, item->key, text);
    }
    cauce_value *copy = ca_arena_alloc(o->arena, sizeof *copy);
    if (!copy) return CA_NOMEM(o->run);
    *copy = item->value;
    a->values = copy->type == CAUCE_V_LIST ? copy->items : copy;
    a->n = copy->type == CAUCE_V_LIST ? copy->n_items : 1;
    if (a->n == 0) return cauce_fail(o->run, CAUCE_E_PARAM, "the grid has no values for '%s'", item->key);
    return CAUCE_OK;
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const ca_axis *)a)->key, ((const ca_axis *)b)->key);
}

static cauce_status add_space(out *o, const ca_assignment *items, int64_t n) {
    ca_axis *axes = ca_arena_alloc(o->arena, (size_t)n * sizeof *axes);
    ca_space *list = ca_arena_alloc(o->arena, (size_t)(o->n + 1) * sizeof *list);
    if (!axes || !list) return CA_NOMEM(o->run);
    for (int64_t i = 0; i < n; i++) CA_TRY(set_axis(o, &items[i], &axes[i]));
    if (n) qsort(axes, (size_t)n, sizeof *axes, by_key);
    for (int64_t i = 1; i < n; i++)
        if (strcmp(axes[i - 1].key, axes[i].key) == 0)
            return cauce_fail(o->run, CAUCE_E_PARAM, "the grid names '%s' twice", axes[i].key);
    if (o->n) memcpy(list, o->list, (size_t)o->n * sizeof *list);
    list[o->n++] = (ca_space){ axes, n };
    o->list = list;
    return CAUCE_OK;
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
    return add_space(o, items, n);
}

cauce_status ca_spaces_parse(cauce_run *run, ca_arena *arena, const cauce_recipe *recipe, const char *text,
                             bool drawn, ca_space **spaces, int64_t *n) {
    out o = { .run = run, .arena = arena, .recipe = recipe, .drawn = drawn };
    const char *first = text + strspn(text, " \t\n\r");
    cauce_status status;
    if (*first == '{' || *first == '[') {
        json_t *json = ca_json_parse(run, text, strlen(text), "grid", CAUCE_E_PARAM);
        status = json ? add_json(&o, json) : run->error.status;
        json_decref(json);
    } else {
        ca_spec spec;
        status = ca_spec_parse(run, arena, text, false, &spec);
        if (status == CAUCE_OK) status = add_space(&o, spec.items, spec.n_items);
    }
    if (status == CAUCE_OK && o.n == 0) status = cauce_fail(run, CAUCE_E_PARAM, "the grid has no candidates");
    *spaces = o.list;
    *n = o.n;
    return status;
}

/* ---- Candidates ---------------------------------------------------------------------------------------- */

static cauce_status new_candidate(cauce_run *run, ca_arena *arena, const ca_space *space,
                                  ca_candidate *candidate) {
    candidate->n = space->n;
    candidate->items = ca_arena_alloc(arena, (size_t)space->n * sizeof *candidate->items);
    return candidate->items ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_space_count(cauce_run *run, const ca_space *space, int64_t *count) {
    *count = 1;
    for (int64_t i = 0; i < space->n; i++)
        if (__builtin_mul_overflow(*count, space->axes[i].n, count))
            return cauce_fail(run, CAUCE_E_LIMIT, "the grid has more combinations than can be counted");
    return CAUCE_OK;
}

cauce_status ca_space_pick(cauce_run *run, ca_arena *arena, const ca_space *space, int64_t index,
                           ca_candidate *candidate) {
    CA_TRY(new_candidate(run, arena, space, candidate));
    for (int64_t i = space->n - 1; i >= 0; i--) {
        const ca_axis *axis = &space->axes[i];
        candidate->items[i] = (ca_assignment){ axis->key, axis->values[index % axis->n] };
        index /= axis->n;
    }
    return CAUCE_OK;
}
