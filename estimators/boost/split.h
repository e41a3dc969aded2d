/* The best cut of a node, from its histogram. Gains are those of scikit-learn's HistGradientBoosting:
 *
 *   value of a node   v = -G / (H + l2 + 1e-15), kept within the node's bounds
 *   gain of a cut     G v - G_left v_left - G_right v_right, which must be above 0
 *
 * Equal gains go to the lowest column, then to missing values on the right, then to the lowest cut (the
 * highest where missing values go left; of categories split one level against the rest, to the first level).
 */
#ifndef CA_BOOST_SPLIT_H
#define CA_BOOST_SPLIT_H

#include "boost/histogram.h"

typedef struct ca_boost_cut {
    double gain;     /* > 0; 0: none found */
    int32_t feature; /* number of the feature */
    int32_t bin;     /* NUMBER: bins <= this go left; SHARED: 0 */
    bool missing_left;
    uint64_t left_bins[4]; /* CATEGORY */
    ca_sums left;
    double left_value, right_value;
} ca_boost_cut;

/* What holds for all nodes of a tree. */
typedef struct ca_split_rules {
    double l2, min_hessian;
    int64_t min_rows;       /* of a leaf */
    const int8_t *monotone; /* by feature: 1 rising, -1 falling, 0 free; NULL: all free */
    double cat_smooth;      /* rows of no gradient that a category gets more when categories are ordered */
    int64_t one_level;      /* columns of at most so many levels are split one level against the rest */
    double max_features;    /* share of the allowed features that a node looks at */
    /* Sets of features that may meet on one path, as bits: feature f is in set s when bit s of
     * sets + f * set_words is set. NULL: all may meet. */
    int64_t set_words;
    const uint64_t *sets;
} ca_split_rules;

typedef struct ca_split_node {
    const void *histogram;
    ca_sums sums;
    double value, lower, upper; /* bounds of the children's values */
    const uint64_t *sets;       /* that the node's path allows */
    uint64_t seed, key;         /* of the draw of features; the node's path */
} ca_split_node;

/* -G / (H + l2), kept within bounds. */
double ca_node_value(const ca_units *units, const ca_split_rules *rules, ca_sums sums, double lower,
                     double upper);

cauce_status ca_best_cut(cauce_run *run, const ca_table *table, const ca_units *units,
                         const ca_split_rules *rules, const ca_split_node *node, ca_boost_cut *cut);

/* Which codes of the feature's slot go left: 256 of 0 or 1. */
void ca_cut_codes(const ca_feature *feature, const ca_boost_cut *cut, uint8_t left[256]);

#endif
