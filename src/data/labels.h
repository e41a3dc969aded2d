/* Columns as small whole numbers, and columns from texts. */
#ifndef CA_DATA_LABELS_H
#define CA_DATA_LABELS_H

#include "data/table.h"

/* The distinct values of column j in ascending order (levels by bytes, numbers by size), as 0 .. *count-1 for
 * each row. Memory from the run's scratch. DATA when a cell is missing. */
cauce_status ca_table_numbers(cauce_run *run, const cauce_table *table, int64_t j, const int32_t **numbers,
                              int32_t *count);
/* What the `count` numbers of those rows stand for, as texts. In the run's scratch; NULL: failure recorded.
 */
const cauce_levels *ca_table_number_texts(cauce_run *run, const cauce_table *table, int64_t j,
                                          const int32_t *numbers, int32_t count);
/* A category (or boolean) column of texts; NULL = missing. NULL: failure recorded. */
ca_column *ca_column_from_texts(cauce_run *run, const char *const *texts, int64_t n);

#endif
