/* Columns that are filled in parts: all parts write into the same arrays, each at its own rows. */
#include <string.h>

#include "base/alloc.h"
#include "data/csv_columns.h"

cauce_status ca_csv_columns_like(cauce_run *run, ca_csv_columns *columns, const ca_csv_columns *other) {
    *columns = (ca_csv_columns){ .markers = other->markers,
                                 .in_place = true,
                                 .share_levels = other->share_levels,
                                 .bad_is_missing = other->bad_is_missing,
                                 .dates = other->dates };
    columns->builders = ca_arena_alloc(&columns->arena, (size_t)other->n * sizeof *columns->builders);
    if (!columns->builders) return CA_NOMEM(run);
    columns->n = other->n;
    for (int64_t i = 0; i < other->n; i++) {
        const ca_csv_builder *b = &other->builders[i];
        columns->builders[i] = (ca_csv_builder){ .name = b->name,
                                                 .field = b->field,
                                                 .given = b->given,
                                                 .kind = b->kind,
                                                 .levels = b->levels,
                                                 .numeric = b->given ? b->kind == CAUCE_NUMBER : true };
    }
    return CAUCE_OK;
}

void ca_csv_columns_look(ca_csv_columns *whole, const ca_csv_rows *first) {
    for (int64_t i = 0; i < whole->n; i++) {
        ca_csv_builder *b = &whole->builders[i];
        const ca_csv_cell *cell = &first->cells[b->field];
        double value;
        if (b->given || ca_csv_is_missing(&whole->markers, cell)) continue;
        if (!ca_csv_number(&whole->markers, cell, &value)) b->numeric = false;
    }
}

cauce_status ca_csv_columns_whole(cauce_run *run, ca_csv_columns *whole, int64_t rows) {
    for (int64_t i = 0; i < whole->n; i++) {
        ca_csv_builder *b = &whole->builders[i];
        if (b->numeric)
            b->numbers = ca_malloc_large((size_t)rows * sizeof *b->numbers);
        else
            b->codes = ca_malloc_large((size_t)rows * sizeof *b->codes);
        if (!b->numbers && !b->codes) return CA_NOMEM(run);
    }
    whole->room = rows;
    return CAUCE_OK;
}

cauce_status ca_csv_columns_part(cauce_run *run, ca_csv_columns *part, const ca_csv_columns *whole,
                                 int64_t first, int64_t rows) {
    *part = (ca_csv_columns){ .room = rows,
                              .is_part = true,
                              .first = first,
                              .markers = whole->markers,
                              .in_place = whole->in_place,
                              .bad_is_missing = whole->bad_is_missing,
                              .dates = whole->dates };
    part->builders = ca_arena_alloc(&part->arena, (size_t)whole->n * sizeof *part->builders);
    if (!part->builders) return CA_NOMEM(run);
    if (whole->n > 0) memcpy(part->builders, whole->builders, (size_t)whole->n * sizeof *part->builders);
    part->n = whole->n;
    for (int64_t i = 0; i < part->n; i++) {
        ca_csv_builder *b = &part->builders[i];
        if (b->numeric)
            b->numbers += first;
        else
            b->codes += first;
    }
    return CAUCE_OK;
}

void ca_csv_columns_agree(ca_csv_columns *whole, const ca_csv_columns *parts, int64_t n) {
    for (int64_t i = 0; i < whole->n; i++)
        for (int64_t p = 0; p < n; p++)
            if (!parts[p].builders[i].numeric) whole->builders[i].numeric = false;
}

/* ---- Joining ------------------------------------------------------------------------------------------- */

typedef struct joining {
    ca_csv_columns *whole, *parts;
    int64_t n;
} joining;

/* The texts of a part in the map of the whole; entry_of: for each of the part's the whole's. */
static cauce_status join_texts(cauce_run *run, ca_map *whole, const ca_map *part, int32_t *entry_of) {
    for (int64_t e = 0; e < part->count; e++) {
        int64_t entry = ca_map_add(whole, part->entries[e].text, part->entries[e].length, NULL);
        if (entry < 0) return CA_NOMEM(run);
        entry_of[e] = (int32_t)entry;
    }
    return CAUCE_OK;
}

/* The codes of a part as those of the whole, at their place. Codes of columns that were numbers at first lie
 * in the room of the numbers, and move down, never over what is still to be moved: a code is half as long. */
static cauce_status join_codes(cauce_run *run, ca_csv_builder *whole, ca_csv_builder *part, int64_t first,
                               int64_t rows) {
    int32_t *to = whole->codes + first;
    if (whole->levels) {
        if (to != part->codes) memmove(to, part->codes, (size_t)rows * sizeof *to);
        return CAUCE_OK;
    }
    int32_t *entry_of = ca_malloc((size_t)part->map.count * sizeof *entry_of + 1);
    if (!entry_of) return CA_NOMEM(run);
    cauce_status status = join_texts(run, &whole->map, &part->map, entry_of);
    if (status == CAUCE_OK)
        for (int64_t r = 0; r < rows; r++)
            to[r] = part->codes[r] >= 0 ? entry_of[part->codes[r]] : part->codes[r];
    ca_free(entry_of);
    ca_map_free(&part->map);
    return status;
}

static cauce_status join_column(cauce_run *run, int64_t index, void *payload) {
    const joining *work = payload;
    ca_csv_builder *whole = &work->whole->builders[index];
    if (!whole->numeric && whole->numbers) {
        whole->codes = (int32_t *)(void *)whole->numbers;
        whole->numbers = NULL;
        whole->codes_only = true;
    }
    for (int64_t p = 0; p < work->n; p++) {
        ca_csv_columns *part = &work->parts[p];
        ca_csv_builder *b = &part->builders[index];
        whole->present += b->present;
        if (whole->numeric) continue;
        if (!b->codes_only) whole->codes_only = false;
        CA_TRY(join_codes(run, whole, b, part->first, part->n_rows));
    }
    return CAUCE_OK;
}

cauce_status ca_csv_columns_join(cauce_run *run, ca_csv_columns *whole, ca_csv_columns *parts, int64_t n) {
    joining work = { whole, parts, n };
    CA_TRY(cauce_parallel(run, whole->n, join_column, &work));
    for (int64_t p = 0; p < n; p++) {
        whole->n_rows += parts[p].n_rows;
        whole->n_bad += parts[p].n_bad;
        CA_TRY(ca_lines_join(run, &whole->lines, parts[p].first, parts[p].lines));
        ca_arena_adopt(&whole->texts, &parts[p].texts);
    }
    return CAUCE_OK;
}

void ca_csv_columns_forget(ca_csv_columns *columns) {
    for (int64_t i = 0; i < columns->n; i++) {
        ca_csv_builder *b = &columns->builders[i];
        ca_free(b->numbers);
        ca_free(b->codes);
        ca_map_free(&b->map);
        b->numbers = NULL;
        b->codes = NULL;
        b->present = b->again = 0;
        b->codes_only = false;
        b->numeric = !b->given || b->kind == CAUCE_NUMBER;
    }
    ca_lines_drop(columns->lines);
    columns->lines = NULL;
    ca_arena_free(&columns->texts);
    columns->n_rows = columns->room = columns->n_bad = 0;
}
