/* The whole-file reader on all threads. */
#ifndef CA_DATA_CSV_PARALLEL_H
#define CA_DATA_CSV_PARALLEL_H

#include "data/csv.h"
#include "data/csv_columns.h"

/* Reads the rows behind the header (`rows` has just been opened on a text that is all there, `columns` too)
 * in parts of part_size bytes. *done tells whether it could: `columns` is then what reading row by row would
 * have made of it, but for the order in which texts were met. Otherwise nothing has happened and the text is
 * to be read row by row, which also finds the message when something is wrong with it. Fails only when it is
 * cancelled. */
cauce_status ca_csv_read_parts(cauce_run *run, const ca_csv_rows *rows, ca_csv_columns *columns,
                               size_t part_size, bool *done);

/* ca_csv_read in parts of part_size bytes (0: row by row), whatever the size of the text and the number of
 * threads. */
cauce_table *ca_csv_read_by(cauce_run *run, const char *text, size_t size, const char *what,
                            const ca_csv_options *options, size_t part_size);

#endif
