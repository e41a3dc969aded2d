/* The table of random_rows.h. */
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/random_rows.h"

/* SLACK: 64 columns are read of a row that has 33. */
enum { ROWS = 1024, LINE = 64, SLACK = 256, MOST_CODES = 1 << 24 };

/* Trees that the general search has to grow. Of more columns a row would take more than it saves. */
static bool fits(const ca_grow_plan *plan) {
    const ca_bins *bins = plan->bins;
    if (!plan->random_cuts || plan->n_classes > 2 || plan->n_classes == 1 ||
        plan->criterion == CA_ABSOLUTE_ERROR || plan->max_leaf_nodes < INT64_MAX || plan->keep_values ||
        plan->monotonic || plan->interactions.sets || bins->n_columns > CA_RANDOM_COLUMNS)
        return false;
    for (int64_t j = 0; j < bins->n_columns; j++)
        if (bins->columns[j].missing || bins->columns[j].n_values > MOST_CODES) return false;
    return true;
}

static bool is_single(double x) {
    return isfinite(x) && (double)(float)x == x;
}

static bool has_singles(const ca_bin_column *column) {
    if (column->type == CA_BIN_LEVEL) return true;
    int64_t n = column->n_values;
    if (!column->values) return n == 0 || (isfinite(column->singles[0]) && isfinite(column->singles[n - 1]));
    for (int64_t i = 0; i < n; i++)
        if (!is_single(column->values[i])) return false;
    return true;
}

typedef struct filling {
    const ca_grow_plan *plan;
    const ca_random_table *table;
} filling;

#define WRITE(T, VALUE)                                                                                      \
    do {                                                                                                     \
        const T *codes = column->codes;                                                                      \
        for (int64_t r = first; r < end; r++, to += table->stride) {                                         \
            float x = (float)(VALUE);                                                                        \
            memcpy(to, &x, sizeof x);                                                                        \
        }                                                                                                    \
    } while (0)
#define WRITE_CODES(T)                                                                                       \
    do {                                                                                                     \
        if (ranked)                                                                                          \
            WRITE(T, codes[r]);                                                                              \
        else if (column->values)                                                                             \
            WRITE(T, column->values[codes[r]]);                                                              \
        else                                                                                                 \
            WRITE(T, column->singles[codes[r]]);                                                             \
    } while (0)

static void write_column(const ca_random_table *table, int64_t j, int64_t first, int64_t end) {
    const ca_bin_column *column = &table->bins->columns[j];
    const bool ranked = table->ranked >> j & 1;
    uint8_t *to = table->rows + first * table->stride + j * (int64_t)sizeof(float);
    switch (column->type) {
    case CA_BIN_U8: WRITE_CODES(uint8_t); break;
    case CA_BIN_U16: WRITE_CODES(uint16_t); break;
    case CA_BIN_U32: WRITE_CODES(uint32_t); break;
    case CA_BIN_LEVEL: WRITE(int32_t, codes[r] == column->level); break;
    case CA_BIN_U24: break; /* bare: nothing draws cuts in it */
    }
}

static cauce_status write_rows(cauce_run *run, int64_t i, void *payload) {
    (void)run;
    const filling *f = payload;
    const ca_random_table *table = f->table;
    const int64_t n = table->bins->n_rows, first = i * ROWS, end = first + ROWS < n ? first + ROWS : n;
    for (int64_t j = 0; j < table->bins->n_columns; j++) write_column(table, j, first, end);
    for (int64_t r = first; r < end; r++) {
        const int64_t values = table->bins->n_columns * (int64_t)sizeof(float);
        uint8_t *to = table->rows + r * table->stride;
        memset(to + values, 0, (size_t)(table->stride - values));
        to += table->statistic;
        uint64_t pack = UINT64_C(1) << 32;
        if (f->plan->n_classes)
            pack |= f->plan->y_class[r] == 1;
        else
            memcpy(&pack, &f->plan->y[r], sizeof pack);
        memcpy(to, &pack, sizeof pack);
    }
    return CAUCE_OK;
}

/* Vectors read behind the values of a row, and behind the last row. */
cauce_status ca_random_table_make(cauce_run *run, const ca_grow_plan *plan, ca_random_table *table) {
    const int64_t p = plan->bins->n_columns, word = sizeof(uint64_t);
    *table = (ca_random_table){ .bins = plan->bins };
    if (!fits(plan)) return CAUCE_OK;
    table->statistic = (p * (int64_t)sizeof(float) + word - 1) / word * word;
    table->stride = table->statistic + word;
    if (table->stride > LINE * 3 / 4 && table->stride < LINE) table->stride = LINE;
    size_t size;
    if (__builtin_mul_overflow((size_t)plan->bins->n_rows, (size_t)table->stride, &size))
        return CA_NOMEM(run);
    table->rows = ca_malloc_large(size + SLACK);
    if (!table->rows) return CA_NOMEM(run);
    memset(table->rows + size, 0, SLACK);
    for (int64_t j = 0; j < p; j++)
        if (!has_singles(&plan->bins->columns[j])) table->ranked |= UINT64_C(1) << j;
    filling f = { plan, table };
    return cauce_parallel(run, (plan->bins->n_rows + ROWS - 1) / ROWS, write_rows, &f);
}

void ca_random_table_free(ca_random_table *table) {
    ca_free(table->rows);
    *table = (ca_random_table){ 0 };
}
