#include "tree/records.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"

enum { ROWS = 64 };                         /* written at a time */
static const int64_t LEAST_BYTES = 2 << 20; /* the codes of smaller tables stay in the cache anyway */

/* Places in the record, the widest codes first; all columns of a one-hot block share one. */
static void find_offsets(ca_bins *bins) {
    bins->record = 0;
    for (int64_t size = sizeof(uint32_t); size > 0; size /= 2)
        for (int64_t j = 0; j < bins->n_columns; j++) {
            ca_bin_column *column = &bins->columns[j];
            if (ca_bin_size(column->type) != size) continue;
            bool shared = column->level > 0;
            column->offset = shared ? column[-1].offset : bins->record;
            if (!shared) bins->record += size;
        }
}

#define WRITE_CODES(T)                                                                                       \
    do {                                                                                                     \
        const T *codes = column->codes;                                                                      \
        for (int64_t r = first; r < end; r++, to += bins->record) memcpy(to, &codes[r], sizeof *codes);      \
    } while (0)

static cauce_status write_rows(cauce_run *run, int64_t i, void *payload) {
    (void)run;
    const ca_bins *bins = payload;
    int64_t first = i * ROWS, end = first + ROWS < bins->n_rows ? first + ROWS : bins->n_rows;
    for (int64_t j = 0; j < bins->n_columns; j++) {
        const ca_bin_column *column = &bins->columns[j];
        uint8_t *to = bins->records + first * bins->record + column->offset;
        if (column->level > 0) continue;
        switch (column->type) {
        case CA_BIN_U8: WRITE_CODES(uint8_t); break;
        case CA_BIN_U16: WRITE_CODES(uint16_t); break;
        default: WRITE_CODES(uint32_t); break;
        }
    }
    return CAUCE_OK;
}

cauce_status ca_records_make(cauce_run *run, ca_bins *bins) {
    find_offsets(bins);
    if (bins->n_rows * bins->record < LEAST_BYTES) return CAUCE_OK;
    bins->records = ca_malloc_large((size_t)(bins->n_rows * bins->record));
    if (!bins->records) return CA_NOMEM(run);
    return cauce_parallel(run, (bins->n_rows + ROWS - 1) / ROWS, write_rows, bins);
}

#define READ_CODES(T)                                                                                        \
    do {                                                                                                     \
        T *to = codes;                                                                                       \
        for (int64_t i = 0; i < n; i++) memcpy(&to[i], from + rows[i] * bins->record, sizeof *to);           \
    } while (0)

void ca_records_read(const ca_bins *bins, const ca_bin_column *column, const uint32_t *rows, int64_t n,
                     void *codes) {
    const uint8_t *from = bins->records + column->offset;
    switch (column->type) {
    case CA_BIN_U8: READ_CODES(uint8_t); break;
    case CA_BIN_U16: READ_CODES(uint16_t); break;
    default: READ_CODES(uint32_t); break;
    }
}
