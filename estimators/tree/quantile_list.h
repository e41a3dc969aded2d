/* A list of quantiles as a parameter. */
#ifndef CA_TREE_QUANTILE_LIST_H
#define CA_TREE_QUANTILE_LIST_H

#include "cauce/sys/component.h"

enum { CA_MOST_QUANTILES = 100 };

/* PARAM unless it is a list of 1 to CA_MOST_QUANTILES ascending numbers between 0 and 1. */
cauce_status ca_check_quantiles(cauce_run *run, const cauce_value *list);
/* The place of the one nearest to the median, the lower of two. */
int64_t ca_middle_quantile(const cauce_value *list);

#endif
