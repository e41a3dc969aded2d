/* Leave-one-out errors of ridge regression from one fit to all rows. */
#ifndef CA_LINEAR_LEAVE_ONE_OUT_H
#define CA_LINEAR_LEAVE_ONE_OUT_H

#include "cauce/sys/component.h"

/* Mean squared error of each row, predicted by the ridge regression of all others, for each of the n
 * penalties
 * (> 0): residual / (1 - leverage) (Allen 1974, doi:10.1080/00401706.1974.10489157). A row of weight 2 is two
 * rows, of which one is left out at a time; one of weight below 1 is left out as a whole. */
cauce_status ca_leave_one_out(cauce_run *run, const cauce_train *train, bool fit_intercept, int64_t n,
                              const double *alphas, double *errors);

#endif
