/* From Arrow to a table: what the structs say is checked against itself, numbers are borrowed where they can
 * be. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/arrow.h"

enum { LONGEST_FORMAT = 64 };

/* ---- What there is ------------------------------------------------------------------------------------- */

typedef enum family { NOTHING, NUMBERS, BOOLS, TEXTS, DICTIONARY, TIMES, OTHER } family;

static family family_of(const struct ArrowSchema *schema) {
    const char *f = schema->format;
    if (schema->dictionary) return DICTIONARY;
    if (f[0] && !f[1]) {
        if (f[0] == 'n') return NOTHING;
        if (f[0] == 'b') return BOOLS;
        if (f[0] == 'u' || f[0] == 'U') return TEXTS;
        if (strchr("cCsSiIlLefg", f[0])) return NUMBERS;
    }
    ca_arrow_decimals ignored;
    if (ca_arrow_decimal(f, &ignored)) return NUMBERS;
    if (strcmp(f, "tdD") == 0 || strcmp(f, "tdm") == 0) return TIMES;
    if (strncmp(f, "ts", 2) == 0 && f[2] && strchr("smun", f[2]) && f[3] == ':') return TIMES;
    return OTHER;
}

static int64_t buffers_of(family f) {
    return f == NOTHING ? 0 : f == TEXTS ? 3 : 2;
}

cauce_status ca_arrow_unsupported(cauce_run *run, const ca_arrow_column *column, const char *format) {
    char shown[LONGEST_FORMAT];
    return cauce_fail(
        run, CAUCE_E_KIND,
        "column '%s' is of the Arrow type '%s'; integers, floats, decimals, bool, utf8, large_utf8, "
        "dictionaries of texts, dates, timestamps and null are read",
        column->name, ca_text_show(format, strlen(format), shown, sizeof shown));
}

/* ---- Checks -------------------------------------------------------------------------------------------- */

static cauce_status broken(cauce_run *run, const char *name, const char *what) {
    return cauce_fail(run, CAUCE_E_DATA, "column '%s': the Arrow array %s", name, what);
}

/* An array and as many cells of it as are wanted. */
static cauce_status check_array(cauce_run *run, const char *name, const struct ArrowArray *array, family f,
                                int64_t least) {
    int64_t end;
    if (!array || !array->release) return broken(run, name, "is not there, or has been released");
    if (array->length < 0 || array->offset < 0 ||
        __builtin_add_overflow(array->length, array->offset, &end) || end > INT64_MAX / 16)
        return broken(run, name, "has an impossible length or offset");
    if (array->length < least) return broken(run, name, "is shorter than the batch");
    if (array->null_count < -1 || array->null_count > array->length)
        return broken(run, name, "counts more nulls than it has cells");
    if (f == NOTHING) return CAUCE_OK;
    if (array->n_buffers != buffers_of(f) || !array->buffers)
        return broken(run, name, "has another number of buffers than its type");
    if (array->null_count > 0 && !array->buffers[0]) return broken(run, name, "counts nulls and marks none");
    if (end > 0 && !array->buffers[1]) return broken(run, name, "lacks the buffer of its values");
    return CAUCE_OK;
}

static cauce_status check_schema(cauce_run *run, const struct ArrowSchema *schema) {
    if (!schema->format || strcmp(schema->format, "+s") != 0)
        return cauce_fail(run, CAUCE_E_SCHEMA,
                          "the Arrow schema is no struct: a table is a struct of columns");
    if (schema->n_children < 0 || (schema->n_children > 0 && !schema->children))
        return cauce_fail(run, CAUCE_E_SCHEMA, "the Arrow schema lacks its children");
    for (int64_t j = 0; j < schema->n_children; j++) {
        const struct ArrowSchema *child = schema->children[j];
        if (!child || !child->release || !child->format)
            return cauce_fail(run, CAUCE_E_SCHEMA, "column %lld of the Arrow schema is not there",
                              (long long)j + 1);
        const char *name = child->name;
        if (!name || !*name || ca_utf8_valid(name, strlen(name)) != strlen(name))
            return cauce_fail(run, CAUCE_E_SCHEMA,
                              "column %lld of the Arrow schema has no name, or none in UTF-8",
                              (long long)j + 1);
        for (int64_t i = 0; i < j; i++)
            if (strcmp(schema->children[i]->name, name) == 0)
                return cauce_fail(run, CAUCE_E_SCHEMA, "columns %lld and %lld have the same name '%s'",
                                  (long long)i + 1, (long long)j + 1, name);
    }
    return CAUCE_OK;
}

static cauce_status check_batch(cauce_run *run, const struct ArrowSchema *schema,
                                const struct ArrowArray *batch, int64_t *total) {
    int64_t end;
    if (batch->n_children != schema->n_children || (batch->n_children > 0 && !batch->children))
        return cauce_fail(run, CAUCE_E_DATA, "an Arrow batch has %lld columns, its schema %lld",
                          (long long)batch->n_children, (long long)schema->n_children);
    if (batch->length < 0 || batch->offset < 0 ||
        __builtin_add_overflow(batch->length, batch->offset, &end) ||
        __builtin_add_overflow(*total, batch->length, total) || *total > INT64_MAX / 16)
        return cauce_fail(run, CAUCE_E_DATA, "an Arrow batch has an impossible length or offset");
    if (batch->null_count > 0 ||
        (batch->null_count < 0 && batch->n_buffers > 0 && batch->buffers && batch->buffers[0]))
        return cauce_fail(run, CAUCE_E_DATA, "an Arrow batch marks whole rows as null");
    return CAUCE_OK;
}

/* The chunks of column j, and which cells of them; each is checked. */
static cauce_status gather(cauce_run *run, const struct ArrowSchema *schema, const struct ArrowArray *batches,
                           int64_t n, int64_t j, ca_arrow_column *column) {
    const struct ArrowArray **chunks = cauce_scratch(run, n, sizeof *chunks);
    int64_t *first = cauce_scratch(run, n, sizeof *first), *rows = cauce_scratch(run, n, sizeof *rows);
    if (!chunks || !first || !rows) return run->error.status;
    *column = (ca_arrow_column){ .name = schema->children[j]->name,
                                 .schema = schema->children[j],
                                 .chunks = chunks,
                                 .first = first,
                                 .rows = rows,
                                 .n = n };
    const family f = family_of(column->schema);
    if (f == OTHER) return ca_arrow_unsupported(run, column, column->schema->format);
    for (int64_t c = 0; c < n; c++) {
        chunks[c] = batches[c].children[j];
        first[c] = batches[c].offset;
        rows[c] = batches[c].length;
        column->n_rows += rows[c];
        CA_TRY(check_array(run, column->name, chunks[c], f, first[c] + rows[c]));
    }
    return CAUCE_OK;
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

/* IEEE 754 binary16. */
static double half(uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == 31) return fraction ? (double)NAN : sign * (double)INFINITY;
    return sign * (exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24));
}

/* Values may lie at any address. */
#define CELLS(type, expression)                                                                              \
    for (int64_t i = 0; i < n; i++) {                                                                        \
        type v;                                                                                              \
        memcpy(&v, (const char *)data + (size_t)(from + i) * sizeof v, sizeof v);                            \
        out[i] = (expression);                                                                               \
    }                                                                                                        \
    break

static void to_doubles(const struct ArrowArray *array, const char *format, int64_t first, int64_t n,
                       double *out) {
    const void *data = array->buffers[1];
    const int64_t from = array->offset + first;
    ca_arrow_decimals type;
    switch (format[0]) {
    case 'd':
        if (ca_arrow_decimal(format, &type)) ca_arrow_decimal_numbers(array, type, first, n, out);
        break;
    case 'c': CELLS(int8_t, v);
    case 'C': CELLS(uint8_t, v);
    case 's': CELLS(int16_t, v);
    case 'S': CELLS(uint16_t, v);
    case 'i': CELLS(int32_t, v);
    case 'I': CELLS(uint32_t, v);
    case 'l': CELLS(int64_t, (double)v);
    case 'L': CELLS(uint64_t, (double)v);
    case 'e': CELLS(uint16_t, half(v));
    case 'f': CELLS(float, (double)v);
    default: CELLS(double, v);
    }
    if (!array->buffers[0] || array->null_count == 0) return;
    for (int64_t i = 0; i < n; i++)
        if (!ca_arrow_valid(array, first + i)) out[i] = (double)NAN;
}

static bool has_nulls(const struct ArrowArray *array, int64_t first, int64_t n) {
    if (!array->buffers[0] || array->null_count == 0) return false;
    for (int64_t i = 0; i < n; i++)
        if (!ca_arrow_valid(array, first + i)) return true;
    return false;
}

/* What a column can be made of as it lies there; 0: nothing. */
static size_t size_as_is(char format, ca_storage *storage) {
    *storage = format == 'g' ? CA_F64 : format == 'f' ? CA_F32 : format == 'l' ? CA_I64 : CA_I32;
    return format == 'g' || format == 'l' ? 8 : format == 'f' || format == 'i' ? 4 : 0;
}

static ca_column *borrow(cauce_run *run, const ca_arrow_column *from, ca_column *owner) {
    ca_storage storage;
    const size_t size = size_as_is(from->schema->format[0], &storage);
    const struct ArrowArray *array = from->chunks[0];
    const char *data = array->buffers[1];
    if (!owner || size == 0 || from->n_rows == 0 || (uintptr_t)data % size != 0 ||
        has_nulls(array, from->first[0], from->n_rows))
        return NULL;
    ca_column *column = ca_column_new(CAUCE_NUMBER, storage, from->n_rows);
    if (!column) {
        CA_NOMEM(run);
        return NULL;
    }
    column->data = data + (size_t)(array->offset + from->first[0]) * size;
    column->source = ca_column_hold(owner);
    return column;
}

static ca_column *numbers(cauce_run *run, const ca_arrow_column *from, ca_column *owner) {
    ca_column *column = from->n == 1 ? borrow(run, from, owner) : NULL;
    double *values = NULL;
    if (column || run->error.status) return column;
    column = ca_column_numbers(run, from->n_rows, &values);
    for (int64_t c = 0, at = 0; column && c < from->n; at += from->rows[c++])
        to_doubles(from->chunks[c], from->schema->format, from->first[c], from->rows[c], values + at);
    return column;
}

static ca_column *no_numbers(cauce_run *run, const ca_arrow_column *from) {
    double *values;
    ca_column *column = ca_column_numbers(run, from->n_rows, &values);
    for (int64_t r = 0; column && r < from->n_rows; r++) values[r] = (double)NAN;
    return column;
}

/* ---- The table ----------------------------------------------------------------------------------------- */

static ca_column *codes(cauce_run *run, const ca_arrow_column *from, family f) {
    ca_column *column = ca_column_new(CAUCE_CATEGORY, CA_CODES, from->n_rows);
    if (!column) {
        CA_NOMEM(run);
        return NULL;
    }
    cauce_status status = f == BOOLS        ? ca_arrow_booleans(run, from, column)
                          : f == TEXTS      ? ca_arrow_texts(run, from, column)
                          : f == DICTIONARY ? ca_arrow_dictionary(run, from, column)
                                            : ca_arrow_times(run, from, column);
    if (status == CAUCE_OK) return column;
    ca_column_drop(column);
    return NULL;
}

static cauce_status add_column(cauce_run *run, cauce_table *table, const ca_arrow_column *from,
                               ca_column *owner) {
    const family f = family_of(from->schema);
    ca_column *column = f == NUMBERS   ? numbers(run, from, owner)
                        : f == NOTHING ? no_numbers(run, from)
                                       : codes(run, from, f);
    return column ? ca_table_add(run, table, from->name, CAUCE_FEATURE, column) : run->error.status;
}

static void release_array(void *foreign) {
    struct ArrowArray *array = foreign;
    if (array->release) array->release(array);
    ca_free(array);
}

/* A column that owns the batch for those that borrow from it. Takes the batch over, unless it fails. */
static ca_column *owner_of(cauce_run *run, struct ArrowArray *batch) {
    ca_column *owner = ca_column_new(CAUCE_NUMBER, CA_F64, 0);
    struct ArrowArray *moved = owner ? ca_malloc(sizeof *moved) : NULL;
    if (!moved) {
        ca_column_drop(owner);
        CA_NOMEM(run);
        return NULL;
    }
    *moved = *batch;
    batch->release = NULL;
    owner->foreign = moved;
    owner->release = release_array;
    return owner;
}

static cauce_status add_columns(cauce_run *run, const struct ArrowSchema *schema,
                                const struct ArrowArray *batches, int64_t n, ca_column *owner,
                                cauce_table *table) {
    for (int64_t j = 0; j < schema->n_children; j++) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        ca_arrow_column column;
        CA_TRY(gather(run, schema, batches, n, j, &column));
        CA_TRY(add_column(run, table, &column, owner));
        ca_arena_back(&run->scratch, mark);
    }
    return CAUCE_OK;
}

cauce_table *ca_arrow_import(cauce_run *run, const struct ArrowSchema *schema, struct ArrowArray *batches,
                             int64_t n) {
    int64_t total = 0;
    if (check_schema(run, schema) != CAUCE_OK) return NULL;
    for (int64_t c = 0; c < n; c++)
        if (check_batch(run, schema, &batches[c], &total) != CAUCE_OK) return NULL;
    cauce_table *table = ca_table_new(run, total);
    ca_column *owner = table && n == 1 ? owner_of(run, &batches[0]) : NULL;
    cauce_status status = run->error.status;
    if (status == CAUCE_OK)
        status = add_columns(run, schema, owner ? owner->foreign : batches, n, owner, table);
    ca_column_drop(owner); /* the columns that borrow hold it */
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}
