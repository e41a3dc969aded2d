/* What to pass so that texts read as the numbers that they look like. */
#ifndef CA_DATA_CSV_HINT_H
#define CA_DATA_CSV_HINT_H

#include "data/csv.h"
#include "data/csv_infer.h"

/* Warns (number_marks, once for a table) of columns whose kind was inferred and whose texts nearly all read
 * as numbers with other marks of decimals or thousands. */
void ca_csv_hint_marks(cauce_run *run, const cauce_table *table, const ca_csv_options *options);
/* Adds "; decimal=... reads it" for a cell that is a number with other marks, otherwise nothing. */
void ca_csv_hint_cell(const ca_csv_markers *markers, const ca_csv_cell *cell, ca_text *hint);

#endif
