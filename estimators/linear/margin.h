/* intercept + x . coefficients for a block of rows, as every linear model's apply computes it. */
#ifndef CA_LINEAR_MARGIN_H
#define CA_LINEAR_MARGIN_H

#include "cauce/sys/component.h"
#include "data/numeric.h" /* ca_verify_finite, for the coefficients */

/* Adds the columns one after another in schema order, so that a row's bits do not depend on its neighbours.
 * coef: one number for each column. Writes in->n_rows numbers. */
void ca_margin(const cauce_schema *schema, const cauce_batch *in, const double *coef, double intercept,
               double *out);
/* NUMERIC, with the row and its largest number, where what was made of the rows is no finite number. */
cauce_status ca_margin_check(cauce_run *run, const cauce_schema *schema, const cauce_batch *in,
                             const double *out);

#endif
