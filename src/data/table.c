#include "data/table.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static char *copy_text(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = ca_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static void rows_drop(ca_rows *rows) {
    if (rows && atomic_fetch_sub_explicit(&rows->references, 1, memory_order_acq_rel) == 1) ca_free(rows);
}

cauce_table *ca_table_new(cauce_run *run, int64_t n_rows) {
    cauce_table *table = ca_calloc(1, sizeof *table);
    if (!table) {
        CA_NOMEM(run);
        return NULL;
    }
    atomic_init(&table->references, 1);
    table->n_rows = n_rows;
    return table;
}

cauce_table *ca_table_hold(const cauce_table *table) {
    /* The count is the one part of a table that changes; everything else stays read-only. */
    cauce_table *mutable_table = (cauce_table *)(uintptr_t)table;
    atomic_fetch_add_explicit(&mutable_table->references, 1, memory_order_relaxed);
    return mutable_table;
}

void ca_table_drop(cauce_table *table) {
    if (!table || atomic_fetch_sub_explicit(&table->references, 1, memory_order_acq_rel) != 1) return;
    for (int64_t j = 0; j < table->n_columns; j++) {
        ca_free(table->columns[j].name);
        ca_column_drop(table->columns[j].column);
    }
    ca_free(table->columns);
    rows_drop(table->rows);
    ca_lines_drop(table->lines);
    ca_free(table->positive);
    ca_free(table->missing);
    ca_free(table);
}

int64_t ca_table_find(const cauce_table *table, const char *name) {
    for (int64_t j = 0; j < table->n_columns; j++)
        if (strcmp(table->columns[j].name, name) == 0) return j;
    return -1;
}

static cauce_status grow(cauce_run *run, cauce_table *table) {
    if (table->n_columns < table->room) return CAUCE_OK;
    int64_t room = table->room ? 2 * table->room : 16;
    ca_table_column *columns = ca_realloc(table->columns, (size_t)room * sizeof *columns);
    if (!columns) return CA_NOMEM(run);
    table->columns = columns;
    table->room = room;
    return CAUCE_OK;
}

cauce_status ca_table_add(cauce_run *run, cauce_table *table, const char *name, cauce_role role,
                          ca_column *column) {
    cauce_status status = CAUCE_OK;
    if (!column)
        status = CA_NOMEM(run);
    else if (!name || !*name)
        status = cauce_fail(run, CAUCE_E_SCHEMA, "a column needs a name");
    else if (column->n_rows != table->n_rows)
        status = cauce_fail(run, CAUCE_E_SHAPE, "column '%s' has %lld rows, the table %lld", name,
                            (long long)column->n_rows, (long long)table->n_rows);
    else
        status = grow(run, table);
    char *copy = status == CAUCE_OK ? copy_text(name) : NULL;
    if (status == CAUCE_OK && !copy) status = CA_NOMEM(run);
    if (status != CAUCE_OK) {
        ca_column_drop(column);
        return status;
    }
    table->columns[table->n_columns++] = (ca_table_column){ copy, role, column, 0 };
    return CAUCE_OK;
}

static cauce_table *same_columns(cauce_run *run, const cauce_table *table) {
    cauce_table *copy = ca_table_new(run, table->n_rows);
    if (!copy) return NULL;
    copy->columns = ca_calloc((size_t)(table->n_columns ? table->n_columns : 1), sizeof *copy->columns);
    bool ok = copy->columns != NULL;
    if (ok) copy->room = table->n_columns;
    for (int64_t j = 0; ok && j < table->n_columns; j++) {
        const ca_table_column *from = &table->columns[j];
        char *name = copy_text(from->name);
        ok = name != NULL;
        if (ok)
            copy->columns[copy->n_columns++] =
                (ca_table_column){ name, from->role, ca_column_hold(from->column), from->place };
    }
    if (ok && table->positive) ok = (copy->positive = copy_text(table->positive)) != NULL;
    copy->decimal = table->decimal;
    copy->thousands = table->thousands;
    if (ok && table->missing) ok = (copy->missing = copy_text(table->missing)) != NULL;
    copy->lines = ca_lines_hold(table->lines);
    if (ok) return copy;
    CA_NOMEM(run);
    ca_table_drop(copy);
    return NULL;
}

cauce_table *ca_table_subset(cauce_run *run, const cauce_table *table, const int64_t *rows, int64_t n) {
    cauce_table *subset = same_columns(run, table);
    if (!subset) return NULL;
    subset->n_rows = n;
    ca_rows *index = ca_malloc(sizeof *index + (size_t)n * sizeof index->index[0]);
    if (!index) {
        CA_NOMEM(run);
        ca_table_drop(subset);
        return NULL;
    }
    atomic_init(&index->references, 1);
    index->n = n;
    for (int64_t i = 0; i < n; i++) index->index[i] = ca_table_row(table, rows[i]);
    subset->rows = index;
    return subset;
}

static const char *name_at(int64_t j, void *payload) {
    const cauce_table *table = payload;
    return j < table->n_columns ? table->columns[j].name : NULL;
}

cauce_status ca_table_no_column(cauce_run *run, const cauce_table *table, const char *name) {
    const char *nearest = ca_text_nearest(name, table->n_columns, name_at, (void *)(uintptr_t)table);
    ca_text list = { 0 };
    for (int64_t j = 0; j < table->n_columns && list.length < 300; j++)
        ca_text_addf(&list, "%s%s", j ? ", " : "", table->columns[j].name);
    if (list.length >= 300) ca_text_add(&list, ", ...");
    cauce_status status =
        nearest ? cauce_fail(run, CAUCE_E_SCHEMA, "no column '%s'; did you mean '%s'? (columns: %s)", name,
                             nearest, ca_text_get(&list))
                : cauce_fail(run, CAUCE_E_SCHEMA, "no column '%s' (columns: %s)", name, ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

int64_t ca_table_with_role(const cauce_table *table, cauce_role role) {
    int64_t first = -1;
    for (int64_t j = 0; j < table->n_columns; j++)
        if (table->columns[j].role == role &&
            (first < 0 || table->columns[j].place < table->columns[first].place))
            first = j;
    return first;
}

int64_t ca_table_targets(const cauce_table *table, int64_t *columns, int64_t most) {
    int64_t n = 0;
    for (int64_t j = 0; j < table->n_columns; j++) {
        if (table->columns[j].role != CAUCE_TARGET) continue;
        int64_t at = n++; /* there are few */
        if (n > most) continue;
        for (; at > 0 && table->columns[columns[at - 1]].place > table->columns[j].place; at--)
            columns[at] = columns[at - 1];
        columns[at] = j;
    }
    return n;
}

cauce_status ca_table_set_role(cauce_run *run, cauce_table *table, const char *column, cauce_role role) {
    int64_t j = ca_table_find(table, column);
    if (j < 0) return ca_table_no_column(run, table, column);
    bool numbers =
        role == CAUCE_WEIGHT || role == CAUCE_FOLD || role == CAUCE_OFFSET || role == CAUCE_EXPOSURE;
    if (numbers && table->columns[j].column->kind != CAUCE_NUMBER)
        return cauce_fail(run, CAUCE_E_KIND, "column '%s' is a %s; a column of the role %s must be a number",
                          column, cauce_kind_name(table->columns[j].column->kind), cauce_role_name(role));
    for (int64_t k = 0; role != CAUCE_FEATURE && role != CAUCE_IGNORE && k < table->n_columns; k++)
        if (table->columns[k].role == role) table->columns[k].role = CAUCE_FEATURE;
    table->columns[j].role = role;
    table->columns[j].place = 0;
    return CAUCE_OK;
}

cauce_status ca_table_set_targets(cauce_run *run, cauce_table *table, const char *const *columns, int64_t n) {
    if (n < 1 || n > INT32_MAX)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "%lld targets; a table has from 1 to %d", (long long)n,
                          INT32_MAX);
    int64_t *found = cauce_scratch(run, n, sizeof *found);
    if (!found) return run->error.status;
    for (int64_t i = 0; i < n; i++) {
        found[i] = ca_table_find(table, columns[i]);
        if (found[i] < 0) return ca_table_no_column(run, table, columns[i]);
        for (int64_t k = 0; k < i; k++)
            if (found[k] == found[i])
                return cauce_fail(run, CAUCE_E_PARAM, "target '%s' is named twice", columns[i]);
    }
    for (int64_t j = 0; j < table->n_columns; j++)
        if (table->columns[j].role == CAUCE_TARGET) table->columns[j].role = CAUCE_FEATURE;
    for (int64_t i = 0; i < n; i++) {
        table->columns[found[i]].role = CAUCE_TARGET;
        table->columns[found[i]].place = (int32_t)i;
    }
    return CAUCE_OK;
}

cauce_status ca_table_check_time(cauce_run *run, const cauce_table *table, int64_t j) {
    cauce_kind kind = table->columns[j].column->kind;
    if (kind == CAUCE_NUMBER || kind == CAUCE_DATETIME) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_KIND,
                      "column '%s' is a %s; to put rows in the order of time it must be a number or a time "
                      "(kinds=[%s:time], "
                      "dates=day_first)",
                      table->columns[j].name, cauce_kind_name(kind), table->columns[j].name);
}

const double *ca_table_read(const cauce_table *table, int64_t j, int64_t first, int64_t n, double *scratch) {
    const int64_t *rows = table->rows ? table->rows->index + first : NULL;
    return ca_column_read(table->columns[j].column, rows, first, n, scratch);
}

cauce_status ca_table_read_all(cauce_run *run, const cauce_table *table, int64_t j, const double **values) {
    const ca_column *column = table->columns[j].column;
    double *scratch = NULL;
    if (table->rows || column->storage != CA_F64 || column->stride != 1) {
        scratch = cauce_scratch(run, table->n_rows, sizeof *scratch);
        if (!scratch) return run->error.status;
    }
    *values = ca_table_read(table, j, 0, table->n_rows, scratch);
    return CAUCE_OK;
}

const int32_t *ca_table_read_codes(const cauce_table *table, int64_t j, int64_t first, int64_t n,
                                   int32_t *scratch) {
    const int64_t *rows = table->rows ? table->rows->index + first : NULL;
    return ca_column_read_codes(table->columns[j].column, rows, first, n, scratch);
}

const char *cauce_kind_name(cauce_kind kind) {
    static const char *const names[] = { "number", "category", "boolean", "text", "time" };
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}

const char *cauce_role_name(cauce_role role) {
    static const char *const names[] = { "feature", "target", "weight", "group",   "time",
                                         "fold",    "ignore", "offset", "exposure" };
    return (unsigned)role < sizeof names / sizeof *names ? names[role] : "unknown";
}
