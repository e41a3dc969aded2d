/* The variance of a target about its expectation, from what least squares leaves. */
#ifndef CA_LINEAR_NOISE_H
#define CA_LINEAR_NOISE_H

#include "linear/coordinate.h"

/* Sum of squares of the residuals without a penalty over the degrees of freedom that are left: total weight
 * less the columns that are independent of each other, and the constant. nan where none are left, or where
 * `net` has no Gram matrix of all columns. Scratch memory. */
cauce_status ca_net_noise(cauce_run *run, const ca_net *net, bool fit_intercept, double *variance);

#endif
