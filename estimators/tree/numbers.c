#include "tree/numbers.h"

const double *ca_numbers_read(const ca_numbers *x, int64_t first, int64_t n, double *room) {
    if (x->table) return ca_table_read(x->table, x->j, first, n, room);
    if (x->values) return x->values + first;
    for (int64_t i = 0; i < n; i++) room[i] = (double)x->singles[first + i];
    return room;
}

static const ca_column *column_of(const ca_numbers *x) {
    return x->table ? x->table->columns[x->j].column : NULL;
}

/* NULL for what has no neighbours, or is read as something else than it is. */
static const char *start_of(const ca_column *column) {
    bool copied = column && column->stride > 1 && (column->storage == CA_F32 || column->storage == CA_F64);
    return copied ? column->data : NULL;
}

int64_t ca_numbers_neighbours(const ca_numbers *x, int64_t most) {
    enum { LINE = 64 };
    const ca_column *first = column_of(x);
    const char *start = start_of(first);
    int64_t k = 1;
    for (; start && k < most; k++) {
        const ca_column *next = column_of(&x[k]);
        const char *at = start_of(next);
        if (!at || next->storage != first->storage || next->stride != first->stride || at < start ||
            at - start >= LINE)
            break;
    }
    return k;
}

/* So many rows that what is written to stays in the cache. */
enum { ROWS = 128 };

#define COPY(T)                                                                                              \
    do {                                                                                                     \
        T *to = memory;                                                                                      \
        for (int64_t at = 0; at < n_rows; at += ROWS) {                                                      \
            int64_t end = n_rows - at < ROWS ? n_rows : at + ROWS;                                           \
            for (int64_t i = 0; i < k; i++) {                                                                \
                const ca_column *column = column_of(&x[i]);                                                  \
                const T *from = column->data;                                                                \
                for (int64_t r = at; r < end; r++)                                                           \
                    to[i * n_rows + r] = from[ca_table_row(x->table, r) * column->stride];                   \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

cauce_status ca_numbers_copy(cauce_run *run, ca_numbers *x, int64_t k, int64_t n_rows) {
    const bool single = column_of(x)->storage == CA_F32;
    void *memory = cauce_scratch(run, n_rows, (size_t)k * (single ? sizeof(float) : sizeof(double)));
    if (!memory) return CA_NOMEM(run);
    if (single)
        COPY(float);
    else
        COPY(double);
    for (int64_t i = 0; i < k; i++) {
        x[i] = (ca_numbers){ 0 };
        if (single)
            x[i].singles = (const float *)memory + i * n_rows;
        else
            x[i].values = (const double *)memory + i * n_rows;
    }
    return CAUCE_OK;
}
