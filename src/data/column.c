#include "data/column.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

ca_column *ca_column_new(cauce_kind kind, ca_storage storage, int64_t n_rows) {
    ca_column *column = ca_calloc(1, sizeof *column);
    if (!column) return NULL;
    atomic_init(&column->references, 1);
    column->kind = kind;
    column->storage = storage;
    column->n_rows = n_rows;
    column->stride = 1;
    column->true_code = 1;
    return column;
}

ca_column *ca_column_numbers(cauce_run *run, int64_t n_rows, double **values) {
    ca_column *column = ca_column_new(CAUCE_NUMBER, CA_F64, n_rows);
    *values = column ? ca_arena_alloc(&column->arena, (size_t)n_rows * sizeof **values) : NULL;
    if (*values) {
        column->data = *values;
        return column;
    }
    ca_column_drop(column);
    CA_NOMEM(run);
    return NULL;
}

ca_column *ca_column_hold(ca_column *column) {
    atomic_fetch_add_explicit(&column->references, 1, memory_order_relaxed);
    return column;
}

void ca_column_drop(ca_column *column) {
    if (!column || atomic_fetch_sub_explicit(&column->references, 1, memory_order_acq_rel) != 1) return;
    ca_column_drop(column->source);
    ca_arena_free(&column->arena);
    if (column->release) column->release(column->foreign);
    ca_free(column);
}

static double code_number(const ca_column *column, int32_t code) {
    if (code < 0) return NAN;
    if (column->times) return column->times[code];
    return column->kind == CAUCE_BOOLEAN ? (double)(code == column->true_code) : (double)code;
}

enum { LINE = 8, FAR = 64 }; /* doubles */

/* One loop for each storage: AT(i) is the element index of output i. */
#define READ(type, expression)                                                                               \
    do {                                                                                                     \
        const type *data = column->data;                                                                     \
        if (rows)                                                                                            \
            for (int64_t i = 0; i < n; i++) {                                                                \
                type v = data[rows[i] * stride];                                                             \
                scratch[i] = (expression);                                                                   \
            }                                                                                                \
        else                                                                                                 \
            for (int64_t i = 0; i < n; i++) {                                                                \
                type v = data[(first + i) * stride];                                                         \
                scratch[i] = (expression);                                                                   \
            }                                                                                                \
    } while (0)

/* Of a table that lies row after row, the rows far apart: while a column is read, and with it the lines of
 * the next ones, those lines are asked for that come after. */
static void read_across(const double *data, ptrdiff_t stride, int64_t n, double *out) {
    for (int64_t i = 0; i < n; i++) {
        __builtin_prefetch(data + i * stride + LINE, 0, 3);
        out[i] = data[i * stride];
    }
}

const double *ca_column_read(const ca_column *column, const int64_t *rows, int64_t first, int64_t n,
                             double *scratch) {
    const int64_t stride = column->stride;
    switch (column->storage) {
    case CA_F64:
        if (!rows && stride == 1) return (const double *)column->data + first;
        if (!rows && stride >= FAR)
            read_across((const double *)column->data + first * stride, stride, n, scratch);
        else
            READ(double, v);
        break;
    case CA_F32: READ(float, (double)v); break;
    case CA_I64: READ(int64_t, (double)v); break;
    case CA_I32: READ(int32_t, (double)v); break;
    case CA_CODES: READ(int32_t, code_number(column, v)); break;
    case CA_INDICATOR: READ(int32_t, (double)(v == column->indicator)); break;
    }
    return scratch;
}

const int32_t *ca_column_read_codes(const ca_column *column, const int64_t *rows, int64_t first, int64_t n,
                                    int32_t *scratch) {
    const int64_t stride = column->stride;
    if (!rows && stride == 1) return (const int32_t *)column->data + first;
    READ(int32_t, v);
    return scratch;
}

/* Case-insensitive comparison with an ASCII word in lower case. */
static bool is_word(const char *text, const char *word) {
    for (; *text && *word; text++, word++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c != *word) return false;
    }
    return *text == *word;
}

bool ca_levels_boolean(const cauce_levels *levels, int32_t *true_code) {
    static const char *const pairs[][2] = {
        { "false", "true" }, { "no", "yes" }, { "f", "t" }, { "n", "y" }
    };
    if (levels->count != 2) return false;
    const char *first = cauce_levels_text(levels, 0), *second = cauce_levels_text(levels, 1);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (is_word(first, pairs[i][0]) && is_word(second, pairs[i][1])) return *true_code = 1, true;
        if (is_word(first, pairs[i][1]) && is_word(second, pairs[i][0])) return *true_code = 0, true;
    }
    return false;
}
