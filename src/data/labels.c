#include "data/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/number.h"
#include "math/sort.h"

static cauce_status missing_cell(cauce_run *run, const cauce_table *table, int64_t j, int64_t row) {
    return cauce_fail(run, CAUCE_E_DATA, "column '%s' is missing in row %lld", table->columns[j].name,
                      (long long)row + 1);
}

static cauce_status number_levels(cauce_run *run, const cauce_table *table, int64_t j, int32_t *numbers,
                                  int32_t *count) {
    int64_t n = table->n_rows;
    int32_t n_levels = table->columns[j].column->levels->count;
    const int32_t *codes = ca_table_read_codes(table, j, 0, n, numbers);
    int32_t *rank = cauce_scratch(run, n_levels, sizeof *rank);
    if (!rank) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        if (codes[r] < 0) return missing_cell(run, table, j, r);
        rank[codes[r]] = 1;
    }
    for (int32_t i = 0; i < n_levels; i++)
        if (rank[i]) rank[i] = (*count)++;
    for (int64_t r = 0; r < n; r++) numbers[r] = rank[codes[r]];
    return CAUCE_OK;
}

static cauce_status number_values(cauce_run *run, const cauce_table *table, int64_t j, int32_t *numbers,
                                  int32_t *count) {
    int64_t n = table->n_rows;
    const double *values;
    int64_t *order = cauce_scratch(run, n, sizeof *order);
    if (!order) return run->error.status;
    CA_TRY(ca_table_read_all(run, table, j, &values));
    CA_TRY(ca_argsort(run, values, n, order));
    for (int64_t i = 0; i < n; i++) {
        if (isnan(values[order[i]])) return missing_cell(run, table, j, order[i]);
        if (i == 0 || values[order[i]] != values[order[i - 1]]) {
            if (*count == INT32_MAX)
                return cauce_fail(run, CAUCE_E_LIMIT, "column '%s' has too many values",
                                  table->columns[j].name);
            (*count)++;
        }
        numbers[order[i]] = *count - 1;
    }
    return CAUCE_OK;
}

cauce_status ca_table_numbers(cauce_run *run, const cauce_table *table, int64_t j, const int32_t **numbers,
                              int32_t *count) {
    int32_t *out = cauce_scratch(run, table->n_rows, sizeof *out);
    *count = 0;
    if (!out) return run->error.status;
    *numbers = out;
    return table->columns[j].column->storage == CA_CODES ? number_levels(run, table, j, out, count)
                                                         : number_values(run, table, j, out, count);
}

const cauce_levels *ca_table_number_texts(cauce_run *run, const cauce_table *table, int64_t j,
                                          const int32_t *numbers, int32_t count) {
    const int64_t n = table->n_rows;
    const char **texts = cauce_scratch(run, count, sizeof *texts);
    double *scratch = cauce_scratch(run, n, sizeof *scratch);
    if (!texts || !scratch) return NULL;
    const bool coded = table->columns[j].column->storage == CA_CODES;
    const double *values = coded ? NULL : ca_table_read(table, j, 0, n, scratch);
    const int32_t *codes = coded ? ca_table_read_codes(table, j, 0, n, (int32_t *)(void *)scratch) : NULL;
    for (int64_t r = 0; r < n; r++) {
        if (texts[numbers[r]]) continue;
        char print[CA_NUMBER_SIZE];
        if (values) ca_number_print(values[r], print);
        texts[numbers[r]] = codes ? cauce_levels_text(table->columns[j].column->levels, codes[r])
                                  : ca_run_text(run, "%s", print);
    }
    if (run->error.status != CAUCE_OK) return NULL;
    const cauce_levels *levels = ca_levels_new(&run->scratch, texts, NULL, count, false);
    if (!levels) CA_NOMEM(run);
    return levels;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Distinct texts, sorted; then every text's place among them. */
static cauce_status fill(cauce_run *run, const char *const *texts, int64_t n, ca_column *column) {
    ca_map map = { 0 };
    cauce_status status = CAUCE_OK;
    for (int64_t r = 0; status == CAUCE_OK && r < n; r++)
        if (texts[r] && ca_map_add(&map, texts[r], strlen(texts[r]), NULL) < 0) status = CA_NOMEM(run);
    const char **levels = status == CAUCE_OK ? cauce_scratch(run, map.count, sizeof *levels) : NULL;
    int32_t *data = status == CAUCE_OK ? ca_arena_alloc(&column->arena, (size_t)n * sizeof *data) : NULL;
    if (status == CAUCE_OK && levels && data) {
        for (int64_t i = 0; i < map.count; i++) levels[i] = map.entries[i].text;
        if (map.count) qsort(levels, (size_t)map.count, sizeof *levels, by_text);
        column->levels = ca_levels_new(&column->arena, levels, NULL, (int32_t)map.count, true);
    }
    ca_map_free(&map);
    if (!column->levels) return run->error.status ? run->error.status : CA_NOMEM(run);
    for (int64_t r = 0; r < n; r++)
        data[r] = texts[r] ? cauce_levels_find(column->levels, texts[r], strlen(texts[r])) : CAUCE_MISSING;
    column->data = data;
    if (ca_levels_boolean(column->levels, &column->true_code)) column->kind = CAUCE_BOOLEAN;
    return CAUCE_OK;
}

ca_column *ca_column_from_texts(cauce_run *run, const char *const *texts, int64_t n) {
    ca_column *column = ca_column_new(CAUCE_CATEGORY, CA_CODES, n);
    if (!column) {
        CA_NOMEM(run);
        return NULL;
    }
    if (fill(run, texts, n, column) == CAUCE_OK) return column;
    ca_column_drop(column);
    return NULL;
}
