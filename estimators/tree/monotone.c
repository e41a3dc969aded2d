#include "tree/monotone.h"

#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "data/batch.h"
#include "tree/columns.h"

typedef struct reading {
    const cauce_train *train;
    int8_t *directions;
    bool any;
} reading;

static cauce_status set_direction(cauce_run *run, reading *r, int64_t column, double direction) {
    char name[256];
    ca_schema_column_name(r->train->schema, column, name, sizeof name);
    if (direction != -1 && direction != 0 && direction != 1)
        return cauce_fail(run, CAUCE_E_PARAM, "monotonic_cst: %g for column '%s'; it takes -1, 0 or 1",
                          direction, name);
    if (direction != 0 && ca_is_category(r->train->schema, column))
        return cauce_fail(run, CAUCE_E_KIND,
                          "monotonic_cst: column '%s' is a category, which has no direction", name);
    if (r->directions[column] * direction < 0)
        return cauce_fail(run, CAUCE_E_PARAM, "monotonic_cst: column '%s' is to rise and to fall", name);
    r->directions[column] = (int8_t)direction;
    r->any |= direction != 0;
    return CAUCE_OK;
}

static cauce_status read_named(cauce_run *run, reading *r, const char *text) {
    const char *colon = strrchr(text, ':');
    int64_t column;
    double direction;
    if (!colon || !ca_number_parse(colon + 1, strlen(colon + 1), &direction))
        return cauce_fail(run, CAUCE_E_PARAM, "monotonic_cst: '%s' is not column:1 or column:-1", text);
    CA_TRY(ca_find_column(run, "monotonic_cst", r->train->schema, text, (size_t)(colon - text), &column));
    return set_direction(run, r, column, direction);
}

cauce_status ca_monotone_read(cauce_run *run, const cauce_value *list, const cauce_train *train,
                              const int8_t **directions) {
    int64_t width = train->schema->width;
    *directions = NULL;
    if (list->type != CAUCE_V_LIST || list->n_items == 0) return CAUCE_OK;
    if (train->n_classes > 2)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "monotonic_cst takes two classes or numbers; the target has %d classes",
                          train->n_classes);
    reading r = { .train = train, .directions = cauce_scratch(run, width, 1) };
    if (!r.directions) return CA_NOMEM(run);
    bool named = list->items[0].type == CAUCE_V_TEXT;
    if (!named && list->n_items != width)
        return cauce_fail(run, CAUCE_E_PARAM, "monotonic_cst has %lld directions, there are %lld columns",
                          (long long)list->n_items, (long long)width);
    for (int64_t i = 0; i < list->n_items; i++) {
        const cauce_value *item = &list->items[i];
        if ((item->type != CAUCE_V_TEXT || !named) && (item->type != CAUCE_V_INT || named))
            return cauce_fail(run, CAUCE_E_PARAM,
                              "monotonic_cst is a list of column:1 and column:-1, or of a direction for each "
                              "column");
        CA_TRY(named ? read_named(run, &r, item->text) : set_direction(run, &r, i, (double)item->integer));
    }
    if (r.any && train->n_classes != 1) *directions = r.directions;
    return CAUCE_OK;
}
