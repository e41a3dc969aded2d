/* A coarse histogram of a column in a node: coarse.c. */
#ifndef CA_TREE_COARSE_H
#define CA_TREE_COARSE_H

#include "tree/split.h"

enum { CA_COARSE_BINS = 256 };

typedef struct ca_coarse_bin {
    ca_pair below, above; /* rows with a sum below 0, and the others */
} ca_coarse_bin;

/* What lies left of each bin and in it, the gain of the cut behind it, and the most that a cut in it can
 * gain. */
typedef struct ca_coarse {
    uint32_t low, width; /* bin of a code: (code - low) >> shift, below width */
    int shift;
    uint32_t first[CA_COARSE_BINS + 1]; /* coarse_lanes.c: the least code - low of each bin */
    double left_s[CA_COARSE_BINS], left_w[CA_COARSE_BINS];
    double below[CA_COARSE_BINS], above[CA_COARSE_BINS], weight[CA_COARSE_BINS];
    double gain[CA_COARSE_BINS], bound[CA_COARSE_BINS];
    int64_t left_rows[CA_COARSE_BINS]; /* when constrained */
    uint8_t open[CA_COARSE_BINS];      /* whether a cut in it may be the best */
} ca_coarse;

/* Sends the rows of open bins through an exact scan. */
void ca_scan_open_bins(ca_search *search, const ca_coarse *coarse, ca_cut *cut);

/* The whole search with AVX-512, where search->few->scan is known: the same cut. Bins and shift are set. */
void ca_scan_coarse_lanes(ca_search *search, ca_coarse *coarse, ca_cut *cut, double best);

/* ca_scan_square_bins with AVX-512, and the same for bins of packs. */
void ca_scan_bins_lanes(const ca_pair *bins, ca_pair total, uint32_t low, uint32_t n_cuts, ca_cut *cut);
void ca_scan_packs_lanes(const uint64_t *bins, ca_pair total, uint32_t low, uint32_t n_cuts, ca_cut *cut);

#endif
