/* Any bytes are a CSV file: the reader says no or gives a table whose every cell can be read. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cauce/cauce.h"

static void read_cells(const cauce_table *table) {
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        int64_t missing = 0;
        for (int64_t i = 0; i < cauce_table_rows(table); i++) {
            double number = cauce_table_number(table, i, j);
            missing += number != number;
            if (cauce_table_kind(table, j) != CAUCE_NUMBER) (void)cauce_table_text(table, i, j);
        }
        if (missing != cauce_table_missing(table, j)) __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int file = memfd_create("fuzz", 0);
    if (file < 0 || write(file, data, size) != (ssize_t)size) __builtin_trap();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    cauce_error_clear();
    cauce_table *table = cauce_read_csv(path, NULL);
    if ((table == NULL) != (cauce_failed() != CAUCE_OK)) __builtin_trap();
    if (table) read_cells(table);
    cauce_table_free(table);
    close(file);
    return 0;
}
