/* The inverse of an information matrix, where it has one. */
#ifndef CA_LINEAR_COVARIANCE_H
#define CA_LINEAR_COVARIANCE_H

#include "linear/design.h"

typedef struct ca_covariance {
    const ca_design *design;
    int64_t q, rank;
    double *scale;   /* q: square roots of the diagonal were divided out; 0: a column of zeros */
    double *inverse; /* q x q, both triangles, of the scaled matrix; of a singular one the pseudo-inverse */
    double *null;    /* q x (q - rank): orthonormal directions of which the rows say nothing */
} ca_covariance;

/* information: q x q, lower triangle, in design order. Scratch memory. */
cauce_status ca_covariance_of(cauce_run *run, const ca_design *design, const double *information,
                              ca_covariance *covariance);
/* Variance of sum direction[j] v_j (q numbers); nan where the rows do not determine it. `work`: 2 q numbers.
 */
double ca_covariance_along(const ca_covariance *covariance, const double *direction, double *work);

#endif
