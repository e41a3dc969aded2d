/* Between the coordinates of a design (standardised columns) and those of the data. */
#ifndef CA_LINEAR_SCALED_H
#define CA_LINEAR_SCALED_H

#include "linear/design.h"

/* Penalties (q, scratch) that are `strength` on the square of each coefficient of the data: nothing on the
 * constant, and 1 on a column of zeros, whose coefficient would otherwise be free. NULL: NOMEM recorded. */
double *ca_scaled_penalty(cauce_run *run, const ca_design *design, double strength);
/* Penalties (q, scratch) that are `strength` on the size of each coefficient of the data: nothing on the
 * constant and on a column of zeros. NULL: NOMEM recorded. */
double *ca_scaled_sizes(cauce_run *run, const ca_design *design, double strength);
/* Coefficients of the data (in schema order) from v; *intercept from the column of ones, the last packed
 * one, where there is one (constant), else from the shifts alone. *norm is raised to the largest element of
 * the objective's gradient in the coordinates of the data; both NULL: not asked for. */
void ca_scaled_back(const ca_design *design, const double *v, const double *gradient, bool constant,
                    double *coef, double *intercept, double *norm);

/* Weighted mean and standard deviation of the targets, without overflow. */
void ca_target_moments(const cauce_train *train, double weight_sum, double *mean, double *deviation);

/* Targets of a regression as (y - shift) / unit: about as large as standardised columns, whatever they are
 * counted in. */
typedef struct ca_targets {
    double shift, unit;
} ca_targets;
/* centre: the mean is taken off too. */
void ca_targets_units(const cauce_train *train, double weight_sum, bool centre, ca_targets *targets);
/* Coefficients and constant for the scaled targets to those for the targets. */
void ca_targets_back(const ca_targets *targets, int64_t n_features, double *coef, double *intercept);

#endif
