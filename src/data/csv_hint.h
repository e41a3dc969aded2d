/* What to pass so that texts read as what they look like. */
#ifndef CA_DATA_CSV_HINT_H
#define CA_DATA_CSV_HINT_H

#include "data/csv.h"
#include "data/csv_infer.h"

/* Warns of columns whose kind was inferred and whose texts nearly all read as numbers with other marks of
 * decimals or thousands (number_marks, once for a table), or as dates in another order (date_order), or as
 * numbers but for a word or two (almost_numbers, of each column). `markers`: of missing cells, by which the
 * table was read. */
void ca_csv_hints(cauce_run *run, const cauce_table *table, const ca_csv_options *options,
                  const ca_csv_markers *markers);
/* Adds "; decimal=... reads it" for a cell that is a number with other marks, otherwise nothing. */
void ca_csv_hint_cell(const ca_csv_markers *markers, const ca_csv_cell *cell, ca_text *hint);

#endif
