/* What scikit-learn does in another order than we do, or rounds otherwise, for rng=sklearn. Its k folds need
 * nothing of this: they shuffle as ours do. */
#ifndef CA_SPLIT_SKLEARN_H
#define CA_SPLIT_SKLEARN_H

#include "split/folds.h"

/* The parts of train_test_split in the order in which they are drawn; count: rows of each class, whose shares
 * are kept, or NULL. The lists are from `arena`. */
cauce_status ca_sklearn_hold_out(cauce_run *run, ca_draws *draws, const ca_split_sizes *sizes,
                                 const ca_split_input *input, const int64_t *count, ca_arena *arena,
                                 ca_fold *drawn);
/* Sum, and population standard deviation, with numpy's rounding. work: n places. */
double ca_sklearn_sum(const double *x, int64_t n);
double ca_sklearn_std(const double *x, int64_t n, double *work);

#endif
