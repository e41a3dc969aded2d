/* The ascending function that is nearest to some points: weighted least squares, solved by joining neighbours
 * that descend (Barlow, Bartholomew, Bremner and Brunk, Statistical Inference under Order Restrictions,
 * 1972).
 */
#ifndef CA_MATH_ISOTONIC_H
#define CA_MATH_ISOTONIC_H

#include <stdint.h>

#include "base/run.h"

/* Fits it to n >= 1 points of finite x; weight NULL: all 1. Equal x count as one point. at, value: room for
 * n; gets the n_points that say all: ascending places and the values there, between which it is linear. */
cauce_status ca_isotonic_fit(cauce_run *run, const double *x, const double *y, const double *weight,
                             int64_t n, double *at, double *value, int64_t *n_points);
/* The function at x, beyond the ends what it is there. */
double ca_isotonic_at(const double *at, const double *value, int64_t n_points, double x);

#endif
