#include "tree/columns.h"

#include <string.h>

#include "base/run.h"
#include "base/text.h"
#include "data/batch.h"

enum { NAME = 256, MOST_LISTED = 20 };

typedef struct names {
    cauce_run *run;
    const cauce_schema *schema;
} names;

static const char *name_at(int64_t j, void *payload) {
    const names *n = payload;
    char *name = cauce_scratch(n->run, NAME, 1);
    if (!name) return "";
    ca_schema_column_name(n->schema, j, name, NAME);
    return name;
}

static cauce_status no_column(cauce_run *run, const char *param, const cauce_schema *schema, const char *text,
                              size_t length) {
    char name[NAME], shown[NAME];
    names all = { run, schema };
    const char *nearest = NULL;
    ca_text list = { 0 };
    if (length < sizeof name) {
        memcpy(name, text, length);
        name[length] = 0;
        nearest = ca_text_nearest(name, schema->width, name_at, &all);
    }
    for (int64_t j = 0; j < schema->width && j < MOST_LISTED; j++) {
        ca_schema_column_name(schema, j, name, sizeof name);
        ca_text_addf(&list, "%s%s", j ? ", " : "", name);
    }
    ca_text_show(text, length, shown, sizeof shown);
    cauce_status status =
        cauce_fail(run, CAUCE_E_PARAM, "%s: there is no column '%s'%s%s%s (there are: %s%s)", param, shown,
                   nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "",
                   ca_text_get(&list), schema->width > MOST_LISTED ? ", ..." : "");
    ca_text_free(&list);
    return status;
}

cauce_status ca_find_column(cauce_run *run, const char *param, const cauce_schema *schema, const char *text,
                            size_t length, int64_t *column) {
    while (length && text[0] == ' ') text++, length--;
    while (length && text[length - 1] == ' ') length--;
    for (*column = 0; *column < schema->width; ++*column) {
        char name[NAME];
        ca_schema_column_name(schema, *column, name, sizeof name);
        if (strlen(name) == length && memcmp(name, text, length) == 0) return CAUCE_OK;
    }
    return no_column(run, param, schema, text, length);
}
