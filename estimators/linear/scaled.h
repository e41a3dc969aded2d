/* Between the coordinates of a design (standardised columns) and those of the data. */
#ifndef CA_LINEAR_SCALED_H
#define CA_LINEAR_SCALED_H

#include "linear/design.h"

/* Penalties (q, scratch) that are `strength` on the square of each coefficient of the data: nothing on the
 * constant, and 1 on a column of zeros, whose coefficient would otherwise be free. NULL: NOMEM recorded. */
double *ca_scaled_penalty(cauce_run *run, const ca_design *design, double strength);
/* Coefficients of the data (in schema order) from v; *intercept from the column of ones, the last packed
 * one, where there is one (constant), else from the shifts alone. *norm is raised to the largest element of
 * the objective's gradient in the coordinates of the data. */
void ca_scaled_back(const ca_design *design, const double *v, const double *gradient, bool constant,
                    double *coef, double *intercept, double *norm);

#endif
