/* What to pass so that texts read as what they look like, and whether that is certain. */
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
/* Does the table show beyond doubt by which decimal comma (and point of the thousands) or order of dates the
 * file wants to be read? All texts of a column then read so, not all of them in any other way, and commas do
 * not set the cells apart. `sure`: the options with those that were looked for found. */
bool ca_csv_certain(const cauce_table *table, const ca_csv_options *options, char separator,
                    ca_csv_options *sure);
/* Columns of numbers are the same in both tables, read by other marks from one file. */
bool ca_csv_same_numbers(const cauce_table *before, const cauce_table *after);
/* Warns that what `before` holds as texts was read by `sure`, and what to pass to leave it so (number_marks,
 * date_order). */
void ca_csv_hint_taken(cauce_run *run, const cauce_table *before, const ca_csv_options *options,
                       const ca_csv_options *sure);
/* Adds "; decimal=... reads it" for a cell that is a number with other marks, otherwise nothing. */
void ca_csv_hint_cell(const ca_csv_markers *markers, const ca_csv_cell *cell, ca_text *hint);

#endif
