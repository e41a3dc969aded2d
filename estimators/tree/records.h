/* The codes of each row side by side. A column that is read for scattered rows costs a far place in memory
 * for each of them; a record is a few neighbouring ones for all columns. */
#ifndef CA_TREE_RECORDS_H
#define CA_TREE_RECORDS_H

#include "tree/bins.h"

/* Says whether parts of the table are to be copied (bins->in_blocks, bins->around), and makes bins->records
 * where copying from them is worth their memory; ca_bins_free gives them back. */
cauce_status ca_records_make(cauce_run *run, ca_bins *bins);

/* Codes of n rows of all columns, as wide as in the columns (of one-hot columns those of their block), to
 * copies[j].codes of column j, from place `first` on. */
void ca_records_copy(const ca_bins *bins, const uint32_t *rows, int64_t n, const ca_bin_column *copies,
                     int64_t first);

#endif
