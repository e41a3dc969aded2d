#include "tree/interactions.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/columns.h"

/* ---- Reading ------------------------------------------------------------------------------------------- */

static void put(uint64_t *sets, int64_t words, int64_t column, int64_t set) {
    sets[column * words + set / 64] |= UINT64_C(1) << set % 64;
}

/* One set: names with commas between them. */
static cauce_status read_set(cauce_run *run, const cauce_value *item, const cauce_schema *schema, int64_t set,
                             int64_t words, uint64_t *sets) {
    int64_t column;
    if (item->type != CAUCE_V_TEXT)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "interaction_cst: each item is a text of column names with commas between them");
    for (const char *at = item->text;; at++) {
        size_t length = strcspn(at, ",");
        CA_TRY(ca_find_column(run, "interaction_cst", schema, at, length, &column));
        put(sets, words, column, set);
        at += length;
        if (!*at) return CAUCE_OK;
    }
}

cauce_status ca_read_interactions(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                                  ca_interactions *interactions) {
    int64_t p = schema->width, n_sets;
    bool list = value->type == CAUCE_V_LIST,
         alone = !list && value->type == CAUCE_V_TEXT && strcmp(value->text, "no_interactions") == 0;
    *interactions = (ca_interactions){ .n_columns = p };
    if (!list && value->type != CAUCE_V_TEXT) return CAUCE_OK;
    if (!list && !alone && p > 1000)
        return cauce_fail(run, CAUCE_E_LIMIT, "interaction_cst=pairwise of %lld columns; at most 1000",
                          (long long)p);
    n_sets = list ? value->n_items + 1 : alone || p < 2 ? p : p * (p - 1) / 2;
    int64_t words = (n_sets + 63) / 64;
    uint64_t *sets = cauce_scratch(run, p, (size_t)words * sizeof *sets);
    if (!sets) return run->error.status;
    interactions->words = words;
    interactions->sets = sets;
    if (list) {
        for (int64_t i = 0; i < value->n_items; i++)
            CA_TRY(read_set(run, &value->items[i], schema, i, words, sets));
        for (int64_t j = 0; j < p; j++) {
            bool named = false;
            for (int64_t w = 0; w < words; w++) named = named || sets[j * words + w];
            if (!named) put(sets, words, j, value->n_items);
        }
        return CAUCE_OK;
    }
    int64_t set = 0;
    for (int64_t i = 0; i < p; i++)
        for (int64_t j = alone || p < 2 ? i : i + 1; j < (alone || p < 2 ? i + 1 : p); j++, set++) {
            put(sets, words, i, set);
            put(sets, words, j, set);
        }
    return CAUCE_OK;
}

/* ---- Paths --------------------------------------------------------------------------------------------- */

static cauce_status need_room(cauce_run *run, ca_paths *paths) {
    if (paths->n < paths->room) return CAUCE_OK;
    int64_t room = paths->room ? 2 * paths->room : 16;
    size_t row = (size_t)(paths->rules->n_columns + 1) * sizeof *paths->columns, size;
    size_t words = (size_t)paths->rules->words * sizeof *paths->sets;
    if (__builtin_mul_overflow((size_t)room, words > row ? words : row, &size)) return CA_NOMEM(run);
    uint64_t *sets = ca_realloc(paths->sets, (size_t)room * words);
    if (!sets) return CA_NOMEM(run);
    paths->sets = sets;
    int32_t *columns = ca_realloc(paths->columns, (size_t)room * row);
    if (!columns) return CA_NOMEM(run);
    paths->columns = columns;
    paths->room = room;
    return CAUCE_OK;
}

/* The columns of the sets of the last path. */
static void list_columns(ca_paths *paths) {
    const ca_interactions *rules = paths->rules;
    const uint64_t *mine = paths->sets + (paths->n - 1) * rules->words;
    int32_t *list = paths->columns + (paths->n - 1) * (rules->n_columns + 1);
    list[0] = 0;
    for (int64_t j = 0; j < rules->n_columns; j++) {
        bool allowed = false;
        for (int64_t w = 0; w < rules->words && !allowed; w++)
            allowed = mine[w] & rules->sets[j * rules->words + w];
        if (allowed) list[++list[0]] = (int32_t)j;
    }
}

cauce_status ca_paths_begin(cauce_run *run, const ca_interactions *rules, const uint64_t *sets,
                            ca_paths *paths) {
    *paths = (ca_paths){ .rules = rules };
    if (!rules->sets) return CAUCE_OK;
    CA_TRY(need_room(run, paths));
    for (int64_t w = 0; w < rules->words; w++) paths->sets[w] = sets ? sets[w] : UINT64_MAX;
    paths->n = 1;
    list_columns(paths);
    return CAUCE_OK;
}

void ca_paths_free(ca_paths *paths) {
    ca_free(paths->sets);
    ca_free(paths->columns);
    *paths = (ca_paths){ 0 };
}

cauce_status ca_paths_below(cauce_run *run, ca_paths *paths, int64_t at, int32_t column, int64_t *below) {
    int64_t words = paths->rules->words;
    const uint64_t *own = paths->rules->sets + column * words;
    bool same = true;
    for (int64_t w = 0; w < words && same; w++) same = !(paths->sets[at * words + w] & ~own[w]);
    *below = at;
    if (same) return CAUCE_OK;
    CA_TRY(need_room(run, paths));
    *below = paths->n++;
    for (int64_t w = 0; w < words; w++)
        paths->sets[*below * words + w] = paths->sets[at * words + w] & own[w];
    list_columns(paths);
    return CAUCE_OK;
}
