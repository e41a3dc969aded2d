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
