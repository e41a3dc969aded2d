/* Folds of estimators that choose their penalty by cross-validation inside fit. */
#ifndef CA_LINEAR_FOLDS_H
#define CA_LINEAR_FOLDS_H

#include "base/run.h"
#include "split/splitter.h"

/* The cv row of a parameter struct. */
#define CA_CV_ROW(T, fallback, extra, what)                                                                  \
    CAUCE_MIXED(T, cv, fallback, CAUCE_V_INT | CAUCE_V_TEXT | (extra), 2, 1000000, 0.0, 0.0, NULL,           \
                "How the penalty is chosen: a number of folds" what                                          \
                ", or a splitter such as \"k_fold n_splits=5 shuffle=true\".")

/* As `cv` says: so many folds (stratified by class), or a splitter's text. Scratch memory, here and below. */
cauce_status ca_linear_folds(cauce_run *run, const cauce_value *cv, const cauce_train *train,
                             ca_folds *folds);
/* Some rows as training rows of their own. */
cauce_status ca_train_rows(cauce_run *run, const cauce_train *train, const int64_t *rows, int64_t n,
                           cauce_train *some);
/* Total weight of the test rows of each fold. */
void ca_fold_weights(const cauce_train *train, const ca_folds *folds, double *weight);

#endif
