/* Least squares with many one-hot columns, without a matrix of columns by columns. */
#ifndef CA_LINEAR_CONJUGATE_H
#define CA_LINEAR_CONJUGATE_H

#include "linear/design.h"
#include "linear/target.h"

/* Is this a design that is better solved so? Thousands of columns, most of them one-hot. */
bool ca_conjugate_suits(const ca_design *design);

/* Minimises sum w (y - y_mean - (x - mean) . coef)^2 + alpha |coef|^2. The design is standardised; y:
 * `target`. mean: p, schema order; coef: likewise, result. Memory: a few vectors of p. Not converging is a
 * warning. */
cauce_status ca_conjugate(cauce_run *run, const ca_design *design, const ca_target *target,
                          const double *mean, double y_mean, double alpha, double *coef);

#endif
