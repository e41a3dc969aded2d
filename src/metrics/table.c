/* The list of what can be tabulated, and how a text becomes one of them. */
#include "metrics/table.h"

#include <string.h>

#include "base/text.h"
#include "core/param.h"
#include "data/labels.h"

static const ca_metric_table *const tables[] = { &ca_table_confusion, &ca_table_report,
                                                 &ca_table_roc,       &ca_table_precision_recall,
                                                 &ca_table_det,       &ca_table_calibration };
enum { N_TABLES = sizeof tables / sizeof *tables };

const ca_metric_table *ca_metric_table_at(int64_t i) {
    return i >= 0 && i < N_TABLES ? tables[i] : NULL;
}

static const char *name_at(int64_t i, void *payload) {
    (void)payload;
    return tables[i]->name;
}

static cauce_status find(cauce_run *run, const char *name, const ca_metric_table **what) {
    for (int64_t i = 0; i < N_TABLES; i++)
        if (strcmp(tables[i]->name, name) == 0) {
            *what = tables[i];
            return CAUCE_OK;
        }
    char shown[96];
    ca_text_show(name, strlen(name), shown, sizeof shown);
    const char *nearest = ca_text_nearest(name, N_TABLES, name_at, NULL);
    ca_text list = { 0 };
    for (int64_t i = 0; i < N_TABLES; i++) ca_text_addf(&list, "%s%s", i ? ", " : "", tables[i]->name);
    cauce_status status = cauce_fail(run, CAUCE_E_PARAM, "'%s' is no table of scores%s%s%s (there are: %s)",
                                     shown, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                                     nearest ? "'?" : "", ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

cauce_status ca_metric_table_parse(cauce_run *run, ca_arena *arena, const char *text,
                                   const ca_metric_table **what, const void **params) {
    text += strspn(text, " \t\r\n,");
    const size_t length = strcspn(text, " \t\r\n,");
    const char *name = ca_arena_text(arena, text, length);
    if (!name) return CA_NOMEM(run);
    CA_TRY(find(run, name, what));
    void *filled = ca_arena_alloc(arena, (*what)->params_size);
    if (!filled) return CA_NOMEM(run);
    CA_TRY(ca_options_parse(run, arena, (*what)->name, (*what)->params, text + length, filled));
    *params = filled;
    return CAUCE_OK;
}

cauce_table *ca_metric_table_make(cauce_run *run, const ca_metric_table *what, const void *params,
                                  const ca_metric_input *rows) {
    const ca_metric as_metric = { .name = what->name, .needs = what->needs };
    if (ca_metric_check(run, &as_metric, rows) != CAUCE_OK) return NULL;
    cauce_table *table = ca_table_new(run, 0);
    if (table && what->make(run, rows, params, table) == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

double *ca_metric_add_numbers(cauce_run *run, cauce_table *table, const char *name) {
    double *values;
    ca_column *column = ca_column_numbers(run, table->n_rows, &values);
    if (!column || ca_table_add(run, table, name, CAUCE_FEATURE, column) != CAUCE_OK) return NULL;
    return values;
}

cauce_status ca_metric_add_texts(cauce_run *run, cauce_table *table, const char *name,
                                 const char *const *texts) {
    ca_column *column = ca_column_from_texts(run, texts, table->n_rows);
    return column ? ca_table_add(run, table, name, CAUCE_FEATURE, column) : run->error.status;
}
