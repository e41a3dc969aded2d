/* A table as one line of text, to compare with: "a:number=1,~ b:category=x,y" (missing ~, unknown !). */
#ifndef TESTS_DATA_CSV_DUMP_H
#define TESTS_DATA_CSV_DUMP_H

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "data/csv_parallel.h"
#include "support/check_main.h"

static inline void dump_cell(ca_text *out, const cauce_table *table, int64_t row, int64_t j) {
    const ca_column *column = table->columns[j].column;
    int64_t at = ca_table_row(table, row);
    if (column->storage == CA_CODES) {
        int32_t code = ((const int32_t *)column->data)[at];
        if (code < 0)
            ca_text_add(out, code == CAUCE_MISSING ? "~" : "!");
        else
            ca_text_add(out, cauce_levels_text(column->levels, code));
        return;
    }
    double value = ((const double *)column->data)[at];
    char text[CA_NUMBER_SIZE];
    ca_number_print(value, text);
    ca_text_add(out, isnan(value) ? "~" : text);
}

static inline void dump_table(ca_text *out, const cauce_table *table) {
    for (int64_t j = 0; j < table->n_columns; j++) {
        ca_text_addf(out, "%s%s:%s=", j ? " " : "", table->columns[j].name,
                     cauce_kind_name(table->columns[j].column->kind));
        for (int64_t r = 0; r < table->n_rows; r++) {
            if (r) ca_text_add(out, ",");
            dump_cell(out, table, r, j);
        }
    }
}

/* Reads a text (in parts of some size when `part` is not 0) and gives the dump of the table, or "STATUS
 * message". */
static inline void dump_text(ca_text *out, const char *text, size_t size, const ca_csv_options *options,
                             size_t part) {
    cauce_run run;
    ca_run_begin(&run);
    run.threads = 2;
    /* A copy of its exact size: reading beyond it is seen by AddressSanitizer. */
    char *copy = malloc(size ? size : 1);
    if (size) memcpy(copy, text, size);
    cauce_table *table = part ? ca_csv_read_by(&run, copy, size, "t.csv", options, part)
                              : ca_csv_read(&run, copy, size, "t.csv", options);
    free(copy);
    ck_assert_int_eq(table == NULL, run.error.status != CAUCE_OK);
    if (table)
        dump_table(out, table);
    else
        ca_text_addf(out, "%s %s", cauce_status_name(run.error.status), run.error.message);
    ca_table_drop(table);
    ca_run_end(&run);
}

static inline void check_dump(const char *text, size_t size, const ca_csv_options *options,
                              const char *expected) {
    ca_text out = { 0 };
    dump_text(&out, text, size, options, 0);
    ck_assert_msg(strcmp(ca_text_get(&out), expected) == 0, "reading <<%s>>\ngives    %s\nexpected %s", text,
                  ca_text_get(&out), expected);
    ca_text_free(&out);
}

#endif
