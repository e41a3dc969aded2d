/* Where the columns of a transformer's output come from: functions for `trace` of cauce_component. */
#ifndef CA_DATA_TRACE_H
#define CA_DATA_TRACE_H

#include "cauce/sys/component.h"

/* Each output column is made of all input columns. */
void ca_trace_evenly(const cauce_fitted *self, const double *out, double *in);
/* What holds for a component that says nothing: block from block where there are as many, otherwise block
 * from column where there are as many, otherwise each from all. */
void ca_trace_plainly(const cauce_fitted *self, const double *out, double *in);

#endif
