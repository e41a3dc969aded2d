/* Thresholds in columns whose values nobody keeps while trees grow (CA_BINS_BARE): until all have been grown
 * they are the codes on both sides of the cut, in place of a number. */
#ifndef CA_TREE_THRESHOLDS_H
#define CA_TREE_THRESHOLDS_H

#include "tree/packed.h"

/* Of a cut between two neighbouring codes: its codes, as 64 bits, and its number. Above the largest code
 * there are only missing values: whatever is there goes left. */
double ca_threshold_of_codes(uint32_t below, uint32_t above);
double ca_threshold_between(const ca_bin_column *column, uint32_t below, uint32_t above);

/* Puts numbers in place of codes in all trees. */
cauce_status ca_thresholds_find(cauce_run *run, const ca_bins *bins, ca_packed_tree *trees, int64_t n_trees);

#endif
