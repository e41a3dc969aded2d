/* The best cut of one column in one node. */
#ifndef CA_TREE_HISTOGRAM_H
#define CA_TREE_HISTOGRAM_H

#include "tree/split.h"

/* Codes of some rows of a column, and their least and largest. n >= 1. */
void ca_read_codes(const ca_bin_column *column, const uint32_t *rows, int64_t n, uint32_t *codes,
                   uint32_t *low, uint32_t *high);

/* Scan the cuts of the column in search->codes (low < high) into *cut, which starts at gain -HUGE_VAL. Cuts
 * with a gain below `best` need not be found. */
void ca_scan_pairs(ca_search *search, uint32_t low, uint32_t high, ca_cut *cut, double best);
void ca_scan_classes(ca_search *search, uint32_t low, uint32_t high, ca_cut *cut);

/* Takes the cut at `code` into *cut when it is better and allowed. l, rows: what lies left of it. */
void ca_offer_pair(const ca_search *search, ca_pair l, int64_t rows, uint32_t code, ca_cut *cut);

/* Pair scorings, columns with two values: false when the column is constant in the node. No codes are read
 * beforehand. */
bool ca_scan_two_values(ca_search *search, const ca_bin_column *column, ca_cut *cut);
cauce_status ca_levels_begin(cauce_run *run, ca_search *search);

/* Sorts search->codes into search->keys: code << 32 | position in the node. */
void ca_sort_codes(ca_search *search, uint32_t low, uint32_t high);

#endif
