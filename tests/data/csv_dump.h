/* A table as one line of text, to compare with: "a:number=1,~ b:category=x,y" (missing ~, unknown !). */
#ifndef TESTS_DATA_CSV_DUMP_H
#define TESTS_DATA_CSV_DUMP_H

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "data/table.h"

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

#endif
