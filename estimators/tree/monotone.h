/* Constraints on the direction in which columns may act: the prediction never falls (1) or never rises (-1)
 * with the column. A split must keep the values of its sides in the order that its column asks for and inside
 * the bounds of its node; the middle of the two values bounds what lies below either side. */
#ifndef CA_TREE_MONOTONE_H
#define CA_TREE_MONOTONE_H

#include "cauce/sys/component.h"

/* Reads a list "column:direction" of texts, or a direction for each column. *directions: of each column, or
 * NULL when there is nothing to ask for. Errors: PARAM, KIND for a category. */
cauce_status ca_monotone_read(cauce_run *run, const cauce_value *list, const cauce_train *train,
                              const int8_t **directions);

#endif
