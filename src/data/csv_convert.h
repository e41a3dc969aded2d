/* From one form of CSV to another, cell by cell. */
#ifndef CA_DATA_CSV_CONVERT_H
#define CA_DATA_CSV_CONVERT_H

#include "data/csv.h"

typedef struct ca_csv_form {
    char separator, decimal;    /* of what is written */
    const char *const *columns; /* those to write, in this order; n_columns 0: all */
    int64_t n_columns;
} ca_csv_form;

/* Reads `from` (separator and marks of its numbers in `options`), writes `to`, in constant memory; *rows
 * counts. No kinds are inferred: texts are written as they stand, quoted ones quoted, numbers digit by digit
 * with other marks. What reads as a number is told cell by cell. */
cauce_status ca_csv_convert(cauce_run *run, const char *from, const char *to, const ca_csv_options *options,
                            const ca_csv_form *form, int64_t *rows);

#endif
