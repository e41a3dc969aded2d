/* The order of the levels of a category, in which trees cut it like a number. */
#ifndef CA_TREE_LEVELS_H
#define CA_TREE_LEVELS_H

#include "cauce/sys/component.h"

/* rank[k]: place of level k when levels are sorted by their mean target (for two classes: the share of class
 * 1); with more classes by the first principal component of their class shares. Equal ones keep their order.
 * codes: of the n_rows training rows, below 0: missing. */
cauce_status ca_order_levels(cauce_run *run, const cauce_train *train, const int32_t *codes, int32_t n_levels,
                             int32_t *rank);
/* The numbers whose means these are, of each class (scratch); NULL: the target itself. */
cauce_status ca_class_values(cauce_run *run, const cauce_train *train, const int32_t *codes, int32_t n_levels,
                             const double **by_class);

#endif
