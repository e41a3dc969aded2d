#include "tree/records.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"

enum { ROWS = 64 }; /* written at a time */

/* The codes of smaller tables stay in a second-level cache anyway, the records of larger ones not even in a
 * third-level one, which has room for some blocks of so many bytes AROUND others. */
static const int64_t LEAST_BYTES = 2 << 20, MOST_BYTES = 32 << 20, AROUND = 8 << 20;

/* Places in the record, the widest codes first; all columns of a one-hot block share one. */
static void find_offsets(ca_bins *bins) {
    bins->record = bins->n_in_record = 0;
    for (int64_t size = sizeof(uint32_t); size > 0; size--)
        for (int64_t j = 0; j < bins->n_columns; j++) {
            ca_bin_column *column = &bins->columns[j];
            if (ca_bin_size(column->type) != size) continue;
            bool shared = column->level > 0;
            column->offset = shared ? column[-1].offset : bins->record;
            if (shared) continue;
            bins->record += size;
            bins->in_record[bins->n_in_record++] = (int32_t)j;
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
        case CA_BIN_U24: WRITE_CODES(ca_u24); break;
        default: WRITE_CODES(uint32_t); break;
        }
    }
    return CAUCE_OK;
}

/* Records take as much memory as the columns. Where most codes are long that is much, and saves next to no
 * time. */
static bool worth_records(const ca_bins *bins) {
    int64_t is_long = 0;
    for (int64_t j = 0; j < bins->n_columns; j++)
        if (bins->columns[j].type == CA_BIN_U24) is_long += ca_bin_size(CA_BIN_U24);
    return 2 * is_long < bins->record;
}

cauce_status ca_records_make(cauce_run *run, ca_bins *bins) {
    bins->in_record = cauce_scratch(run, bins->n_columns, sizeof *bins->in_record);
    if (!bins->in_record) return CA_NOMEM(run);
    find_offsets(bins);
    const int64_t bytes = bins->n_rows * bins->record;
    bins->in_blocks = bytes >= LEAST_BYTES;
    bins->around = bytes > MOST_BYTES ? AROUND : 0;
    if (!bins->in_blocks || bins->around || !worth_records(bins)) return CAUCE_OK;
    bins->records = ca_malloc_large((size_t)bytes + 1);
    if (!bins->records) return CA_NOMEM(run);
    return cauce_parallel(run, (bins->n_rows + ROWS - 1) / ROWS, write_rows, bins);
}

/* Columns that fill sixteen bytes of a record are turned for as many rows at a time: interleaving the first
 * half of the vectors with the second one, over and over, ends with a vector for each column. The last rows
 * come one by one. */
#define COPY_TURNED(NAME, T, LANES, LOW, HIGH)                                                               \
    typedef T NAME##_vector __attribute__((vector_size(16)));                                                \
    static void NAME(const ca_bins *bins, const int32_t *columns, const uint32_t *rows, int64_t n,           \
                     const ca_bin_column *copies, int64_t first) {                                           \
        const uint8_t *from = bins->records + bins->columns[columns[0]].offset;                              \
        T *to[LANES];                                                                                        \
        int64_t r = 0;                                                                                       \
        for (int i = 0; i < LANES; i++) to[i] = (T *)(uintptr_t)copies[columns[i]].codes + first;            \
        for (; r + LANES <= n; r += LANES) {                                                                 \
            NAME##_vector in[LANES], out[LANES];                                                             \
            for (int i = 0; i < LANES; i++) memcpy(&in[i], from + rows[r + i] * bins->record, sizeof in[i]); \
            for (int step = 1; step < LANES; step *= 2) {                                                    \
                for (int i = 0; i < LANES / 2; i++) {                                                        \
                    out[2 * i] = __builtin_shufflevector(in[i], in[i + LANES / 2], LOW);                     \
                    out[2 * i + 1] = __builtin_shufflevector(in[i], in[i + LANES / 2], HIGH);                \
                }                                                                                            \
                memcpy(in, out, sizeof in);                                                                  \
            }                                                                                                \
            for (int i = 0; i < LANES; i++) memcpy(to[i] + r, &in[i], sizeof in[i]);                         \
        }                                                                                                    \
        for (; r < n; r++)                                                                                   \
            for (int i = 0; i < LANES; i++)                                                                  \
                memcpy(to[i] + r, from + rows[r] * bins->record + i * (int64_t)sizeof(T), sizeof(T));        \
    }
#define LOW_4   0, 4, 1, 5
#define HIGH_4  2, 6, 3, 7
#define LOW_8   0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_8  4, 12, 5, 13, 6, 14, 7, 15
#define LOW_16  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
COPY_TURNED(copy_long, uint32_t, 4, LOW_4, HIGH_4)
COPY_TURNED(copy_short, uint16_t, 8, LOW_8, HIGH_8)
COPY_TURNED(copy_bytes, uint8_t, 16, LOW_16, HIGH_16)

#define READ_CODES(T)                                                                                        \
    do {                                                                                                     \
        T *to = (T *)(uintptr_t)codes + first;                                                               \
        for (int64_t i = 0; i < n; i++) memcpy(&to[i], from + rows[i] * bins->record, sizeof *to);           \
    } while (0)

static void copy_column(const ca_bins *bins, int32_t j, const uint32_t *rows, int64_t n, const void *codes,
                        int64_t first) {
    const ca_bin_column *column = &bins->columns[j];
    const uint8_t *from = bins->records + column->offset;
    switch (column->type) {
    case CA_BIN_U8: READ_CODES(uint8_t); break;
    case CA_BIN_U16: READ_CODES(uint16_t); break;
    case CA_BIN_U24: READ_CODES(ca_u24); break;
    default: READ_CODES(uint32_t); break;
    }
}

void ca_records_copy(const ca_bins *bins, const uint32_t *rows, int64_t n, const ca_bin_column *copies,
                     int64_t first) {
    enum { VECTOR = 16 };
    for (int64_t k = 0; k < bins->n_in_record;) {
        const int32_t *columns = bins->in_record + k;
        int64_t size = ca_bin_size(bins->columns[columns[0]].type), lanes = VECTOR / size;
        bool filled = size != sizeof(ca_u24) && k + lanes <= bins->n_in_record &&
                      ca_bin_size(bins->columns[columns[lanes - 1]].type) == size;
        if (filled)
            (size == 1   ? copy_bytes
             : size == 2 ? copy_short
                         : copy_long)(bins, columns, rows, n, copies, first);
        else
            copy_column(bins, columns[0], rows, n, copies[columns[0]].codes, first);
        k += filled ? lanes : 1;
    }
}
