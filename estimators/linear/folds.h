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

/* As `cv` says: so many folds (stratified by class), or a splitter's text. dealt: without lists where the
 * numbers of the rows' folds tell them (ca_fold_of). Scratch memory, here and below. */
cauce_status ca_linear_folds(cauce_run *run, const cauce_value *cv, const cauce_train *train, bool dealt,
                             ca_folds *folds);
/* The next rows of the test part (or of the training part) of fold f, in ascending order, at most `most`.
 * *at: 0 at first, then as it was left. Returns how many there are; 0: no more. */
int64_t ca_fold_next(const ca_folds *folds, int64_t n_rows, int64_t f, bool test, int64_t *at, int64_t most,
                     int64_t *rows);
/* All of them: n_test or n_train numbers. */
cauce_status ca_fold_rows(cauce_run *run, const ca_folds *folds, int64_t n_rows, int64_t f, bool test,
                          const int64_t **rows, int64_t *n);
/* Some rows as training rows of their own; those that follow each other are not copied. */
cauce_status ca_train_rows(cauce_run *run, const cauce_train *train, const int64_t *rows, int64_t n,
                           cauce_train *some);
/* The training part (or the test part) of fold f, likewise. */
cauce_status ca_fold_part(cauce_run *run, const ca_folds *folds, const cauce_train *train, int64_t f,
                          bool test, cauce_train *part);
/* Total weight of the test rows of each fold. */
void ca_fold_weights(const cauce_train *train, const ca_folds *folds, double *weight);

#endif
