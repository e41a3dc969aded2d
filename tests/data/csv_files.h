/* Small files for tests, in the build folder. */
#ifndef TESTS_DATA_CSV_FILES_H
#define TESTS_DATA_CSV_FILES_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "data/csv.h"

/* Writes `size` bytes; `name` is made unique by the caller. Gives the path in `path` (of 512 bytes). */
static inline void put_file(char *path, const char *name, const char *bytes, size_t size) {
    snprintf(path, 512, "%s/%s", CAUCE_BINARY_DIR, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

static inline cauce_table *read_file(cauce_run *run, const char *path, const ca_csv_options *options) {
    ca_file file;
    if (ca_file_read(run, path, (size_t)1 << 30, &file) != CAUCE_OK) return NULL;
    cauce_table *table = ca_csv_read(run, file.bytes, file.size, path, options);
    ca_file_free(&file);
    return table;
}

/* The columns of a table as what to ask a reader for; at most 128. */
static inline int64_t columns_of(const cauce_table *table, bool levels, ca_csv_column out[128]) {
    ck_assert_int_le(table->n_columns, 128);
    for (int64_t j = 0; j < table->n_columns; j++)
        out[j] = (ca_csv_column){ table->columns[j].name, true, table->columns[j].column->kind,
                                  levels ? table->columns[j].column->levels : NULL };
    return table->n_columns;
}

#endif
