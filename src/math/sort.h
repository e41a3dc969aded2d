/* Sorting with a defined order of equals. */
#ifndef CA_MATH_SORT_H
#define CA_MATH_SORT_H

#include <stdint.h>

#include "base/run.h"

/* Stable argsort: order[0 .. n-1] such that values[order] ascends; NaN last. Scratch from the run. */
cauce_status ca_argsort(cauce_run *run, const double *values, int64_t n, int64_t *order);
/* Sorts in place, ascending; no NaN. */
cauce_status ca_sort(cauce_run *run, double *values, int64_t n);

#endif
