/* Least squares with coefficients >= 0. */
#ifndef CA_LINEAR_NONNEGATIVE_H
#define CA_LINEAR_NONNEGATIVE_H

#include "linear/centred.h"

/* Minimises the squares of `centred` (its Gram matrix is there) over x >= 0 by the active set method of
 * Lawson and Hanson (1974, doi:10.1137/1.9781611971217, chapter 23) in the form that needs only the normal
 * equations (Bro and de Jong 1997, doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L). x:
 * p coefficients of the scaled columns. *converged is false when the steps ran out. */
cauce_status ca_nonnegative(cauce_run *run, const ca_centred *centred, double *x, bool *converged);

#endif
