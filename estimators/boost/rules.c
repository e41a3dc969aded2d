#include "boost/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/run.h"
#include "base/text.h"
#include "tree/columns.h"

static cauce_status bad_item(cauce_run *run, const cauce_value *item) {
    char shown[256];
    const char *text = item->type == CAUCE_V_TEXT ? item->text : "";
    ca_text_show(text, strlen(text), shown, sizeof shown);
    return cauce_fail(
        run, CAUCE_E_PARAM,
        "monotonic_cst holds '%s'; an item is \"column:1\" (rising), \"column:-1\" (falling) or "
        "\"column:0\"",
        shown);
}

cauce_status ca_read_monotone(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                              const int8_t **monotone) {
    *monotone = NULL;
    if (value->type != CAUCE_V_LIST) return CAUCE_OK;
    int8_t *directions = cauce_scratch(run, schema->width, 1);
    if (!directions) return run->error.status;
    for (int64_t i = 0; i < value->n_items; i++) {
        const cauce_value *item = &value->items[i];
        const char *colon = item->type == CAUCE_V_TEXT ? strrchr(item->text, ':') : NULL;
        int64_t column;
        char *end;
        if (!colon) return bad_item(run, item);
        long direction = strtol(colon + 1, &end, 10);
        if (end == colon + 1 || *end || direction < -1 || direction > 1) return bad_item(run, item);
        CA_TRY(
            ca_find_column(run, "monotonic_cst", schema, item->text, (size_t)(colon - item->text), &column));
        if (direction && ca_is_category(schema, column))
            return cauce_fail(run, CAUCE_E_PARAM,
                              "monotonic_cst: '%.*s' is a category, which has no direction",
                              (int)(colon - item->text), item->text);
        directions[column] = (int8_t)direction;
    }
    *monotone = directions;
    return CAUCE_OK;
}

static void put(uint64_t *sets, int64_t words, int64_t column, int64_t set) {
    sets[column * words + set / 64] |= UINT64_C(1) << set % 64;
}

/* One set: names with commas between them. */
static cauce_status read_set(cauce_run *run, const cauce_value *item, const cauce_schema *schema, int64_t set,
                             ca_split_rules *rules, uint64_t *sets) {
    int64_t column;
    if (item->type != CAUCE_V_TEXT)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "interaction_cst: each item is a text of column names with commas between them");
    for (const char *at = item->text;; at++) {
        size_t length = strcspn(at, ",");
        CA_TRY(ca_find_column(run, "interaction_cst", schema, at, length, &column));
        put(sets, rules->set_words, column, set);
        at += length;
        if (!*at) return CAUCE_OK;
    }
}

cauce_status ca_read_interactions(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                                  ca_split_rules *rules) {
    int64_t p = schema->width, n_sets;
    bool list = value->type == CAUCE_V_LIST,
         alone = !list && value->type == CAUCE_V_TEXT && strcmp(value->text, "no_interactions") == 0;
    if (!list && value->type != CAUCE_V_TEXT) return CAUCE_OK;
    if (!list && !alone && p > 1000)
        return cauce_fail(run, CAUCE_E_LIMIT, "interaction_cst=pairwise of %lld columns; at most 1000",
                          (long long)p);
    n_sets = list ? value->n_items + 1 : alone || p < 2 ? p : p * (p - 1) / 2;
    rules->set_words = (n_sets + 63) / 64;
    uint64_t *sets = cauce_scratch(run, p, (size_t)rules->set_words * sizeof *sets);
    if (!sets) return run->error.status;
    rules->sets = sets;
    if (list) {
        for (int64_t i = 0; i < value->n_items; i++)
            CA_TRY(read_set(run, &value->items[i], schema, i, rules, sets));
        for (int64_t j = 0; j < p; j++) {
            bool named = false;
            for (int64_t w = 0; w < rules->set_words; w++) named = named || sets[j * rules->set_words + w];
            if (!named) put(sets, rules->set_words, j, value->n_items);
        }
        return CAUCE_OK;
    }
    int64_t set = 0;
    for (int64_t i = 0; i < p; i++)
        for (int64_t j = alone || p < 2 ? i : i + 1; j < (alone || p < 2 ? i + 1 : p); j++, set++) {
            put(sets, rules->set_words, i, set);
            put(sets, rules->set_words, j, set);
        }
    return CAUCE_OK;
}
