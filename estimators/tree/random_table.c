/* The table of random_rows.h. */
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/random_rows.h"

/* SLACK: 64 columns are read of a row that has 33. */
enum { ROWS = 1024, LINE = 64, SLACK = 256, MOST_CODES = 1 << 24, BITS = 32 };

/* Whether nodes look at few of many columns: then these are picked out of the rows. */
static bool does_pick(const ca_grow_plan *plan) {
    const int64_t p = plan->bins->n_columns, drawn = plan->max_features;
    return p > CA_RANDOM_LANES && drawn <= CA_RANDOM_LANES && 2 * drawn <= p;
}

static bool is_bit(const ca_bin_column *column) {
    return column->n_values <= 2 && !column->missing;
}

/* Of longer rows a node would read more than it saves. */
static bool has_room(const ca_grow_plan *plan) {
    const ca_bins *bins = plan->bins;
    int64_t bits = 0;
    for (int64_t j = 0; j < bins->n_columns && does_pick(plan); j++) bits += is_bit(&bins->columns[j]);
    return bins->n_columns - bits + (bits + BITS - 1) / BITS <=
           (does_pick(plan) ? CA_RANDOM_WORDS : CA_RANDOM_COLUMNS);
}

/* Trees that the general search has to grow. */
static bool fits(const ca_grow_plan *plan) {
    const ca_bins *bins = plan->bins;
    if (!plan->random_cuts || plan->n_classes > CA_RANDOM_CLASSES || plan->n_classes == 1 ||
        plan->criterion == CA_ABSOLUTE_ERROR || plan->max_leaf_nodes < INT64_MAX || plan->keep_values ||
        plan->monotonic || plan->interactions.sets || !has_room(plan))
        return false;
    for (int64_t j = 0; j < bins->n_columns; j++)
        if (bins->columns[j].n_values > MOST_CODES) return false;
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
            WRITE(T, codes[r] < column->n_values ? (float)codes[r] : NAN);                                   \
        else if (column->values)                                                                             \
            WRITE(T, column->values[codes[r]]);                                                              \
        else                                                                                                 \
            WRITE(T, column->singles[codes[r]]);                                                             \
    } while (0)

#define SET_BITS(T, SECOND)                                                                                  \
    do {                                                                                                     \
        const T *codes = column->codes;                                                                      \
        for (int64_t r = first; r < end; r++, to += table->stride) {                                         \
            uint32_t word;                                                                                   \
            memcpy(&word, to, sizeof word);                                                                  \
            word |= (SECOND) ? bit : 0;                                                                      \
            memcpy(to, &word, sizeof word);                                                                  \
        }                                                                                                    \
    } while (0)

static void write_bits(const ca_bin_column *column, const ca_random_table *table, uint32_t bit, int64_t first,
                       int64_t end, uint8_t *to) {
    switch (column->type) {
    case CA_BIN_U8: SET_BITS(uint8_t, codes[r]); break;
    case CA_BIN_U16: SET_BITS(uint16_t, codes[r]); break;
    case CA_BIN_U32: SET_BITS(uint32_t, codes[r]); break;
    case CA_BIN_LEVEL: SET_BITS(int32_t, codes[r] == column->level); break;
    case CA_BIN_U24: break; /* bare: nothing draws cuts in it */
    }
}

static void write_column(const ca_random_table *table, int64_t j, int64_t first, int64_t end) {
    const ca_bin_column *column = &table->bins->columns[j];
    const ca_random_place *place = &table->places[j];
    const bool ranked = place->ranked;
    uint8_t *to = table->rows + first * table->stride + place->word * (int64_t)sizeof(float);
    if (place->bit) {
        write_bits(column, table, place->bit, first, end, to);
        return;
    }
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
    memset(table->rows + first * table->stride, 0, (size_t)((end - first) * table->stride));
    for (int64_t j = 0; j < table->bins->n_columns; j++) write_column(table, j, first, end);
    for (int64_t r = first; r < end; r++) {
        uint8_t *to = table->rows + r * table->stride + table->statistic;
        uint64_t pack = UINT64_C(1) << 32;
        if (f->plan->n_classes)
            pack |= (uint32_t)f->plan->y_class[r];
        else
            memcpy(&pack, &f->plan->y[r], sizeof pack);
        memcpy(to, &pack, sizeof pack);
    }
    return CAUCE_OK;
}

/* Columns of their own words come first. */
static void find_places(ca_random_table *table) {
    const int64_t p = table->bins->n_columns;
    int32_t at = 0, bits = 0;
    for (int64_t j = 0; j < p; j++) {
        const ca_bin_column *column = &table->bins->columns[j];
        ca_random_place *place = &table->places[j];
        place->ranked = !has_singles(column);
        table->ranked |= place->ranked;
        table->missing |= column->missing;
        if (!table->picks || !is_bit(column)) place->word = at++;
    }
    for (int64_t j = 0; j < p; j++) {
        const ca_bin_column *column = &table->bins->columns[j];
        ca_random_place *place = &table->places[j];
        if (!table->picks || !is_bit(column)) continue;
        place->word = at + bits / BITS;
        place->bit = UINT32_C(1) << bits++ % BITS;
        for (int64_t k = 0; k < column->n_values; k++)
            place->value[k] = place->ranked ? (float)k : (float)ca_bin_value(column, k);
    }
    table->words = at + (bits + BITS - 1) / BITS;
}

/* Vectors read behind the values of a row, and behind the last row. */
cauce_status ca_random_table_lay(cauce_run *run, const ca_grow_plan *plan, ca_random_table *table) {
    const int64_t p = plan->bins->n_columns, word = sizeof(uint64_t);
    *table = (ca_random_table){ .bins = plan->bins };
    if (!fits(plan)) return CAUCE_OK;
    table->places = ca_calloc((size_t)p, sizeof *table->places);
    if (!table->places) return CA_NOMEM(run);
    table->picks = does_pick(plan);
    find_places(table);
    table->statistic = (table->words * (int64_t)sizeof(float) + word - 1) / word * word;
    table->stride = table->statistic + word;
    if (table->stride > LINE * 3 / 4 && table->stride < LINE) table->stride = LINE;
    size_t size;
    if (__builtin_mul_overflow((size_t)plan->bins->n_rows, (size_t)table->stride, &size))
        return CA_NOMEM(run);
    table->rows = ca_malloc_large(size + SLACK);
    if (!table->rows) return CA_NOMEM(run);
    memset(table->rows + size, 0, SLACK);
    filling f = { plan, table };
    return cauce_parallel(run, (plan->bins->n_rows + ROWS - 1) / ROWS, write_rows, &f);
}

/* Without vectors columns of few values are faster one by one. */
static bool pays(const ca_bins *bins) {
    enum { MANY_VALUES = 1024 };
    int64_t many = 0;
    if (ca_random_fastest() != ca_random_plain()) return true;
    for (int64_t j = 0; j < bins->n_columns; j++) many += bins->columns[j].n_values > MANY_VALUES;
    return 2 * many >= bins->n_columns;
}

cauce_status ca_random_table_make(cauce_run *run, const ca_grow_plan *plan, ca_random_table *table) {
    if (pays(plan->bins)) return ca_random_table_lay(run, plan, table);
    *table = (ca_random_table){ .bins = plan->bins };
    return CAUCE_OK;
}

void ca_random_table_free(ca_random_table *table) {
    ca_free(table->rows);
    ca_free(table->places);
    *table = (ca_random_table){ 0 };
}
