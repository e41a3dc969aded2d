/* Distances between rows of doubles, added up in one order. */
#ifndef CA_MATH_DISTANCE_H
#define CA_MATH_DISTANCE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum ca_metric { CA_EUCLIDEAN, CA_MANHATTAN, CA_CHEBYSHEV, CA_MINKOWSKI } ca_metric;

/* What rows are ordered by: the distance, of CA_EUCLIDEAN its square. p: of CA_MINKOWSKI. With holes
 * (CA_EUCLIDEAN) over the cells that both have, scaled up to all; NaN where there are none. */
double ca_distance(ca_metric metric, double p, bool holes, const double *x, const double *y, int64_t n);
/* x^p of x >= 0. */
double ca_distance_power(double x, double p);

#endif
