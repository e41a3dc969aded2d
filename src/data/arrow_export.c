/* From a table to Arrow. Every struct keeps what it needs by itself: a consumer may move a column out of the
 * batch and release the rest. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "data/arrow.h"
#include "data/levels.h"

/* What a struct owns: its lists and buffers, and the column that it borrows from. */
typedef struct keeper {
    ca_arena arena;
    ca_column *column;
} keeper;

static void drop_keeper(keeper *k) {
    if (!k) return;
    ca_column_drop(k->column);
    ca_arena_free(&k->arena);
    ca_free(k);
}

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    if (schema->dictionary && schema->dictionary->release) schema->dictionary->release(schema->dictionary);
    schema->release = NULL;
    drop_keeper(schema->private_data);
}

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
    if (array->dictionary && array->dictionary->release) array->dictionary->release(array->dictionary);
    array->release = NULL;
    drop_keeper(array->private_data);
}

/* ---- Structs ------------------------------------------------------------------------------------------- */

/* Without children yet, so that it can be released at any time from now on. */
static keeper *start_schema(cauce_run *run, struct ArrowSchema *schema, const char *format,
                            const char *name) {
    keeper *k = ca_calloc(1, sizeof *k);
    const char *copy = k ? ca_arena_text(&k->arena, name, strlen(name)) : NULL;
    if (!copy) {
        drop_keeper(k);
        CA_NOMEM(run);
        return NULL;
    }
    *schema = (struct ArrowSchema){ .format = format,
                                    .name = copy,
                                    .flags = ARROW_FLAG_NULLABLE,
                                    .release = release_schema,
                                    .private_data = k };
    return k;
}

static keeper *start_array(cauce_run *run, struct ArrowArray *array, int64_t length, int64_t n_buffers) {
    keeper *k = ca_calloc(1, sizeof *k);
    const void **buffers = k ? ca_arena_alloc(&k->arena, (size_t)n_buffers * sizeof *buffers) : NULL;
    if (!buffers) {
        drop_keeper(k);
        CA_NOMEM(run);
        return NULL;
    }
    *array = (struct ArrowArray){ .length = length,
                                  .n_buffers = n_buffers,
                                  .buffers = buffers,
                                  .release = release_array,
                                  .private_data = k };
    return k;
}

/* A buffer of n items, at least one so that it is never NULL. */
static void *new_buffer(cauce_run *run, keeper *k, struct ArrowArray *array, int64_t which, int64_t n,
                        size_t size) {
    void *buffer = ca_arena_alloc(&k->arena, ((size_t)n + 1) * size);
    if (!buffer) CA_NOMEM(run);
    array->buffers[which] = buffer;
    return buffer;
}

/* ---- Nulls --------------------------------------------------------------------------------------------- */

typedef bool is_there(const void *cells, int64_t i);

static bool number_there(const void *cells, int64_t i) {
    return !isnan(((const double *)cells)[i]);
}

static bool float_there(const void *cells, int64_t i) {
    return !isnan(((const float *)cells)[i]);
}

static bool code_there(const void *cells, int64_t i) {
    return ((const int32_t *)cells)[i] >= 0;
}

/* The bitmap of what is there, when something is not. */
static cauce_status mark_nulls(cauce_run *run, keeper *k, struct ArrowArray *array, const void *cells,
                               is_there *there) {
    for (int64_t i = 0; i < array->length; i++) array->null_count += !there(cells, i);
    if (array->null_count == 0) return CAUCE_OK;
    uint8_t *bits = new_buffer(run, k, array, 0, array->length / 8, 1);
    if (!bits) return run->error.status;
    for (int64_t i = 0; i < array->length; i++)
        if (there(cells, i)) bits[i / 8] = (uint8_t)(bits[i / 8] | 1 << (i % 8));
    return CAUCE_OK;
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

static const char *number_format(const ca_column *column, size_t *size) {
    switch (column->storage) {
    case CA_F32: *size = 4; return "f";
    case CA_I64: *size = 8; return "l";
    case CA_I32: *size = 4; return "i";
    case CA_F64:
    case CA_CODES:
    case CA_INDICATOR: break;
    }
    *size = 8;
    return "g";
}

/* The cells as they lie there, or in a row of their own. */
static cauce_status put_numbers(cauce_run *run, const cauce_table *table, int64_t j, keeper *k,
                                struct ArrowArray *array) {
    ca_column *column = table->columns[j].column;
    size_t size;
    number_format(column, &size);
    if (!table->rows && column->stride == 1 && column->storage != CA_INDICATOR) {
        array->buffers[1] = column->data;
        k->column = ca_column_hold(column);
    } else if (column->storage == CA_INDICATOR) {
        double *values = new_buffer(run, k, array, 1, table->n_rows, sizeof *values);
        if (!values) return run->error.status;
        ca_table_read(table, j, 0, table->n_rows, values);
    } else {
        char *values = new_buffer(run, k, array, 1, table->n_rows, size);
        if (!values) return run->error.status;
        for (int64_t r = 0; r < table->n_rows; r++)
            memcpy(values + (size_t)r * size,
                   (const char *)column->data + ca_table_row(table, r) * column->stride * (ptrdiff_t)size,
                   size);
    }
    if (column->storage == CA_I64 || column->storage == CA_I32) return CAUCE_OK;
    return mark_nulls(run, k, array, array->buffers[1],
                      column->storage == CA_F32 ? float_there : number_there);
}

/* ---- Codes --------------------------------------------------------------------------------------------- */

/* Texts i of the levels, i = which[r] or r itself; which[r] < 0: none. */
static cauce_status put_texts(cauce_run *run, const cauce_levels *levels, const int32_t *which, int64_t n,
                              bool large, keeper *k, struct ArrowArray *array) {
    int64_t total = 0;
    for (int64_t r = 0; r < n; r++) {
        const int32_t i = which ? which[r] : (int32_t)r;
        if (i >= 0) total += (int64_t)ca_levels_length(levels, i);
    }
    void *offsets = new_buffer(run, k, array, 1, n, large ? sizeof(int64_t) : sizeof(int32_t));
    char *bytes = new_buffer(run, k, array, 2, total, 1);
    if (!offsets || !bytes) return run->error.status;
    int64_t at = 0;
    for (int64_t r = 0; r < n; r++) {
        const int32_t i = which ? which[r] : (int32_t)r;
        if (i >= 0) {
            memcpy(bytes + at, cauce_levels_text(levels, i), ca_levels_length(levels, i));
            at += (int64_t)ca_levels_length(levels, i);
        }
        if (large)
            ((int64_t *)offsets)[r + 1] = at;
        else
            ((int32_t *)offsets)[r + 1] = (int32_t)at;
    }
    return CAUCE_OK;
}

static bool is_large(const cauce_levels *levels) {
    return levels->offset[levels->count] > INT32_MAX;
}

static cauce_status put_dictionary(cauce_run *run, const cauce_table *table, int64_t j, const int32_t *codes,
                                   keeper *k, struct ArrowArray *array) {
    ca_column *column = table->columns[j].column;
    const cauce_levels *levels = column->levels;
    CA_TRY(mark_nulls(run, k, array, codes, code_there));
    if (codes == column->data && array->null_count == 0) {
        array->buffers[1] = codes;
        k->column = ca_column_hold(column);
    } else { /* an index of a null may be looked at */
        int32_t *copy = new_buffer(run, k, array, 1, table->n_rows, sizeof *copy);
        if (!copy) return run->error.status;
        for (int64_t r = 0; r < table->n_rows; r++) copy[r] = codes[r] < 0 ? 0 : codes[r];
    }
    struct ArrowArray *dictionary = ca_arena_alloc(&k->arena, sizeof *dictionary);
    if (!dictionary) return CA_NOMEM(run);
    keeper *own = start_array(run, dictionary, levels->count, 3);
    if (!own) return run->error.status;
    array->dictionary = dictionary;
    return put_texts(run, levels, NULL, levels->count, is_large(levels), own, dictionary);
}

static cauce_status put_booleans(cauce_run *run, const cauce_table *table, int64_t j, const int32_t *codes,
                                 keeper *k, struct ArrowArray *array) {
    CA_TRY(mark_nulls(run, k, array, codes, code_there));
    uint8_t *bits = new_buffer(run, k, array, 1, table->n_rows / 8, 1);
    if (!bits) return run->error.status;
    const int32_t yes = table->columns[j].column->true_code;
    for (int64_t r = 0; r < table->n_rows; r++)
        if (codes[r] == yes) bits[r / 8] = (uint8_t)(bits[r / 8] | 1 << (r % 8));
    return CAUCE_OK;
}

static bool all_dates(const cauce_levels *levels) {
    for (int32_t i = 0; i < levels->count; i++)
        if (ca_levels_length(levels, i) > 10) return false;
    return true;
}

static bool any_zone(const cauce_levels *levels) {
    for (int32_t i = 0; i < levels->count; i++) {
        const char *text = cauce_levels_text(levels, i);
        const size_t length = ca_levels_length(levels, i);
        if (length > 10 && (text[length - 1] == 'Z' || strpbrk(text + 10, "+-"))) return true;
    }
    return false;
}

static cauce_status put_times(cauce_run *run, const cauce_table *table, int64_t j, const int32_t *codes,
                              keeper *k, struct ArrowArray *array) {
    const ca_column *column = table->columns[j].column;
    const bool dates = all_dates(column->levels);
    CA_TRY(mark_nulls(run, k, array, codes, code_there));
    void *buffer = new_buffer(run, k, array, 1, table->n_rows, dates ? sizeof(int32_t) : sizeof(int64_t));
    if (!buffer) return run->error.status;
    for (int64_t r = 0; r < table->n_rows; r++) {
        const double seconds = codes[r] < 0 ? 0 : column->times[codes[r]];
        if (dates)
            ((int32_t *)buffer)[r] = (int32_t)(seconds / 86400);
        else
            ((int64_t *)buffer)[r] = (int64_t)llround(seconds * 1e6);
    }
    return CAUCE_OK;
}

/* ---- Columns ------------------------------------------------------------------------------------------- */

static const char *format_of(const ca_column *column) {
    size_t size;
    switch (column->kind) {
    case CAUCE_BOOLEAN: return "b";
    case CAUCE_CATEGORY: return "i";
    case CAUCE_TEXT: return "U";
    case CAUCE_DATETIME:
        return all_dates(column->levels) ? "tdD" : any_zone(column->levels) ? "tsu:UTC" : "tsu:";
    case CAUCE_NUMBER: break;
    }
    return number_format(column, &size);
}

static cauce_status export_schema(cauce_run *run, const ca_table_column *from, struct ArrowSchema *schema) {
    keeper *k = start_schema(run, schema, format_of(from->column), from->name);
    if (!k) return run->error.status;
    if (from->column->kind != CAUCE_CATEGORY) return CAUCE_OK;
    struct ArrowSchema *dictionary = ca_arena_alloc(&k->arena, sizeof *dictionary);
    if (!dictionary) return CA_NOMEM(run);
    if (!start_schema(run, dictionary, is_large(from->column->levels) ? "U" : "u", ""))
        return run->error.status;
    schema->dictionary = dictionary;
    return CAUCE_OK;
}

static cauce_status export_codes(cauce_run *run, const cauce_table *table, int64_t j, keeper *k,
                                 struct ArrowArray *array) {
    const ca_column *column = table->columns[j].column;
    int32_t *scratch = cauce_scratch(run, table->n_rows, sizeof *scratch);
    if (!scratch) return run->error.status;
    const int32_t *codes = ca_table_read_codes(table, j, 0, table->n_rows, scratch);
    if (column->kind == CAUCE_BOOLEAN) return put_booleans(run, table, j, codes, k, array);
    if (column->kind == CAUCE_DATETIME) return put_times(run, table, j, codes, k, array);
    if (column->kind == CAUCE_CATEGORY) return put_dictionary(run, table, j, codes, k, array);
    CA_TRY(mark_nulls(run, k, array, codes, code_there));
    return put_texts(run, column->levels, codes, table->n_rows, true, k, array);
}

static cauce_status export_array(cauce_run *run, const cauce_table *table, int64_t j,
                                 struct ArrowArray *array) {
    const ca_column *column = table->columns[j].column;
    keeper *k = start_array(run, array, table->n_rows, column->kind == CAUCE_TEXT ? 3 : 2);
    if (!k) return run->error.status;
    if (column->storage != CA_CODES) return put_numbers(run, table, j, k, array);
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    cauce_status status = export_codes(run, table, j, k, array);
    ca_arena_back(&run->scratch, mark);
    return status;
}

static cauce_status fill(cauce_run *run, const cauce_table *table, struct ArrowSchema *schema,
                         struct ArrowArray *array) {
    const int64_t n = table->n_columns;
    keeper *of_schema = start_schema(run, schema, "+s", "");
    keeper *of_array = of_schema ? start_array(run, array, table->n_rows, 1) : NULL;
    if (!of_array) return run->error.status;
    schema->flags = 0;
    schema->children = ca_arena_alloc(&of_schema->arena, (size_t)n * sizeof *schema->children);
    array->children = ca_arena_alloc(&of_array->arena, (size_t)n * sizeof *array->children);
    struct ArrowSchema *schemas = ca_arena_alloc(&of_schema->arena, (size_t)n * sizeof *schemas);
    struct ArrowArray *arrays = ca_arena_alloc(&of_array->arena, (size_t)n * sizeof *arrays);
    if (!schema->children || !array->children || !schemas || !arrays) return CA_NOMEM(run);
    for (int64_t j = 0; j < n; j++) {
        schema->children[schema->n_children++] = &schemas[j];
        CA_TRY(export_schema(run, &table->columns[j], &schemas[j]));
        array->children[array->n_children++] = &arrays[j];
        CA_TRY(export_array(run, table, j, &arrays[j]));
    }
    return CAUCE_OK;
}

cauce_status ca_arrow_export(cauce_run *run, const cauce_table *table, struct ArrowSchema *schema,
                             struct ArrowArray *array) {
    struct ArrowSchema s = { 0 };
    struct ArrowArray a = { 0 };
    cauce_status status = fill(run, table, &s, &a);
    if (status == CAUCE_OK) {
        *schema = s;
        *array = a;
        return CAUCE_OK;
    }
    if (s.release) s.release(&s);
    if (a.release) a.release(&a);
    return status;
}
