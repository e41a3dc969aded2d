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

/* In a node with rows of the code `missing`: least and largest of the other codes; false when there are none.
 * *low: of all. */
bool ca_present_codes(const ca_search *search, uint32_t missing, uint32_t *low, uint32_t *high);

/* Pairs that sums decide, and a column of two values and none missing. */
static inline bool ca_has_one_cut(const ca_search *search, const ca_bin_column *column) {
    return search->scoring < CA_SCORE_ABSOLUTE && column->n_values == 2 && !column->missing;
}

/* Draws one cut of the column, uniformly between its least and largest value in the node, into *cut; its gain
 * is -HUGE_VAL when it is not allowed. False when the column is constant in the node. */
bool ca_draw_cut(ca_search *search, const ca_bin_column *column, ca_cut *cut);
/* The threshold at share u of [values[low], values[high]); the largest of the node's codes at or below it,
 * which are in search->codes and from `low` to `high`, or the largest code of all. */
double ca_cut_between(double u, const ca_bin_column *column, uint32_t low, uint32_t high);
uint32_t ca_code_below(const ca_search *search, const ca_bin_column *column, uint32_t low, uint32_t high,
                       double threshold);

/* Takes the cut at `code` into *cut when it is better and allowed. l, rows: what lies left of it. */
void ca_offer_pair(const ca_search *search, ca_pair l, int64_t rows, uint32_t code, ca_cut *cut);

/* The same for more classes; `left`: weights of the classes left of the cut, `weight` their sum. */
void ca_offer_classes(const ca_search *search, const double *left, double weight, int64_t rows, uint32_t code,
                      ca_cut *cut);

/* A cut of known gain that leaves `rows` rows of `weight` to its left. */
void ca_offer_gain(const ca_search *search, double gain, double weight, int64_t rows, uint32_t code,
                   ca_cut *cut);

/* Absolute error (absolute.c). ca_load_absolute reads the targets of the node, whose weights are in `pairs`,
 * in units of 1 / scale from the centre; the rest are for it what their namesakes are for other pairs. */
cauce_status ca_ranks_begin(cauce_run *run, ca_search *search, int64_t n);
void ca_load_absolute(ca_search *search, double centre, double scale);
void ca_scan_absolute(ca_search *search, uint32_t low, uint32_t high, ca_cut *cut);
void ca_offer_absolute(ca_search *search, uint32_t code, ca_cut *cut); /* one cut of search->codes */
/* A member of a team has sums of one side of its own; they are told of each node. */
cauce_status ca_ranks_share(cauce_run *run, const ca_search *search, int64_t n, ca_search *member);
void ca_ranks_follow(const ca_search *search, ca_search *member);
double ca_median_target(ca_search *search, const uint32_t *rows, int64_t n);

/* Pair scorings but absolute error, columns with two values: false when the column is constant in the node.
 * No codes are read beforehand. */
bool ca_scan_two_values(ca_search *search, const ca_bin_column *column, ca_cut *cut);
/* Whether this is done by sums of all levels of a one-hot block, which are kept while the node is searched.
 */
static inline bool ca_sums_of_block(const ca_search *search, const ca_bin_column *column) {
    return column->type == CA_BIN_LEVEL && ca_has_one_cut(search, column) && search->n >= column->width;
}
cauce_status ca_levels_begin(cauce_run *run, ca_search *search);

/* Columns of few values (bytes.c): whether this is one, and its best cut, from the column itself; false when
 * it is constant in the node. */
bool ca_few_values(const ca_search *search, const ca_bin_column *column);
bool ca_scan_few_values(ca_search *search, const ca_bin_column *column, ca_cut *cut);

/* Squared errors from the sums of the codes low, low + 1, ...: the first n_cuts cuts. */
void ca_scan_square_bins(const ca_search *search, const ca_pair *bins, uint32_t low, uint32_t n_cuts,
                         ca_cut *cut);

/* More classes, when counted and not constrained: the same of the weights of all classes for each code. */
void ca_scan_class_counts(ca_search *search, const uint32_t *counts, uint32_t low, uint32_t n_cuts,
                          ca_cut *cut);

/* Squared errors in wide ranges of codes (coarse.c); as ca_scan_pairs. */
void ca_scan_coarse_pairs(ca_search *search, uint32_t low, uint32_t high, ca_cut *cut, double best);

/* Sorts the first n of search->keys. */
void ca_sort_keys_of(ca_search *search, int64_t n);

/* Sorts search->codes into search->keys: code << 32 | position in the node. */
void ca_sort_codes(ca_search *search, uint32_t low, uint32_t high);

#endif
