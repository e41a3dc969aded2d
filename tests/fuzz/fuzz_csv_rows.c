/* Any bytes, below the public reader: whole or cut into pieces the records are the same, and a table that was
 * read can be written and read again. The first two bytes choose the size of the pieces and the options. */
#define _XOPEN_SOURCE 700
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/csv.h"
#include "data/csv_rows.h"

/* The text comes in pieces, each time in fresh memory of its exact size. */
typedef struct pieces {
    const char *text;
    size_t size, given, step;
    char *window;
} pieces;

static cauce_status next_piece(cauce_run *run, ca_csv_scan *scan, void *payload) {
    (void)run;
    pieces *p = payload;
    size_t kept = (size_t)(scan->end - scan->at), n = p->size - p->given;
    if (n > p->step) n = p->step;
    char *window = malloc(kept + n + 1);
    if (!window) abort();
    if (kept) memcpy(window, scan->at, kept);
    if (n) memcpy(window + kept, p->text + p->given, n);
    p->given += n;
    size_t clean = scan->clean > scan->at ? (size_t)(scan->clean - scan->at) : 0;
    scan->origin_offset += scan->at - scan->origin;
    scan->origin = window;
    scan->clean = window + clean;
    free(p->window);
    p->window = window;
    ca_csv_scan_window(scan, window, window + kept + n, n == 0);
    return CAUCE_OK;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *b = bytes;
    for (size_t i = 0; i < size; i++) hash = (hash ^ b[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* A fingerprint of all rows and of where reading failed. */
static uint64_t read_rows(cauce_run *run, ca_csv_rows *rows) {
    uint64_t hash = 1;
    bool there = ca_csv_rows_open(run, rows) == CAUCE_OK;
    while (there && ca_csv_rows_next(run, rows, &there) == CAUCE_OK && there) {
        hash = mix(hash, &rows->line, sizeof rows->line);
        for (int64_t j = 0; j < rows->n_columns; j++) {
            hash = mix(hash, rows->cells[j].text, rows->cells[j].length);
            hash = mix(hash, &rows->cells[j].quoted, sizeof(bool));
        }
    }
    /* What follows a closing quote is shown as far as it is in the window: only the place is compared. */
    const char *byte = strrchr(run->error.message, '(');
    if (byte) hash = mix(hash, byte, strlen(byte));
    ca_csv_rows_close(rows);
    return mix(hash, &run->error.status, sizeof run->error.status);
}

static void compare_pieces(const char *text, size_t size, size_t step) {
    cauce_run run;
    ca_run_begin(&run);
    ca_csv_rows rows = { .scan = { .what = "t", .origin = text } };
    ca_csv_scan_window(&rows.scan, text, text + size, true);
    const uint64_t whole = read_rows(&run, &rows);
    ca_run_end(&run);
    pieces p = { text, size, 0, step, malloc(1) };
    ca_run_begin(&run);
    ca_csv_rows cut = { .scan = { .what = "t", .origin = p.window, .clean = p.window },
                        .refill = next_piece,
                        .payload = &p };
    ca_csv_scan_window(&cut.scan, p.window, p.window, false);
    if (read_rows(&run, &cut) != whole) __builtin_trap();
    ca_run_end(&run);
    free(p.window);
}

/* Level texts and numbers of two tables of the same kinds; the empty text is written as missing. */
static bool same_cell(const ca_column *a, const ca_column *b, int64_t row) {
    if (a->storage == CA_CODES) {
        const char *x = cauce_levels_text(a->levels, ((const int32_t *)a->data)[row]);
        const char *y = cauce_levels_text(b->levels, ((const int32_t *)b->data)[row]);
        if (x && !*x) x = NULL;
        return x && y ? strcmp(x, y) == 0 : x == y;
    }
    double x = ((const double *)a->data)[row], y = ((const double *)b->data)[row];
    return (isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0;
}

static void write_and_read(cauce_run *run, const cauce_table *table) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/fuzz_csv_rows.%ld", (long)getpid());
    if (ca_csv_write(run, table, path) != CAUCE_OK) __builtin_trap();
    ca_csv_column *columns = calloc((size_t)table->n_columns, sizeof *columns);
    for (int64_t j = 0; j < table->n_columns; j++) {
        const cauce_kind kind = table->columns[j].column->kind;
        columns[j] = (ca_csv_column){ table->columns[j].name, true,
                                      kind == CAUCE_NUMBER ? CAUCE_NUMBER : CAUCE_CATEGORY, NULL };
    }
    const ca_csv_options options = { .columns = columns, .n_columns = table->n_columns };
    ca_csv_stream *stream = ca_csv_open(run, path, &options);
    if (!stream) __builtin_trap();
    cauce_table *back = ca_csv_next(run, stream, INT64_MAX);
    if ((back ? back->n_rows : 0) != table->n_rows || run->error.status != CAUCE_OK) __builtin_trap();
    for (int64_t j = 0; back && j < table->n_columns; j++)
        for (int64_t r = 0; r < table->n_rows; r++)
            if (!same_cell(table->columns[j].column, back->columns[j].column, r)) __builtin_trap();
    ca_table_drop(back);
    ca_csv_close(stream);
    free(columns);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const missing[] = { "-1", "x" };
    if (size < 2) return 0;
    const char *text = (const char *)data + 2;
    size -= 2;
    compare_pieces(text, size, data[0] ? data[0] : 1);
    const ca_csv_options options = { .separator = data[1] & 1 ? ';' : 0,
                                     .decimal = data[1] & 4 ? ',' : 0,
                                     .thousands = data[1] & 8 ? (data[1] & 4 ? '.' : ' ') : 0,
                                     .dates = data[1] & 16 ? CA_DATES_DAY_FIRST : CA_DATES_ISO,
                                     .missing = data[1] & 2 ? missing : NULL,
                                     .n_missing = data[1] & 2 ? 2 : 0 };
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, size, "t", &options);
    if ((table == NULL) != (run.error.status != CAUCE_OK)) __builtin_trap();
    if (table) write_and_read(&run, table);
    ca_table_drop(table);
    ca_run_end(&run);
    return 0;
}
