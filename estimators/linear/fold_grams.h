/* Cross-validation of regressions on Gram matrices: those of the test rows of each fold take one pass over
 * the rows together, and everything else comes from their sums. */
#ifndef CA_LINEAR_FOLD_GRAMS_H
#define CA_LINEAR_FOLD_GRAMS_H

#include "linear/centred.h"
#include "linear/folds.h"

typedef struct ca_fold_grams {
    const ca_centred *whole; /* of all rows, with normal equations */
    bool centre;
    int64_t n_folds;
    double **gram;  /* q x q in the coordinates of whole->design, lower triangles */
    double *weight; /* of the test rows */
} ca_fold_grams;

/* *summed is false, and nothing is there, where training rows are not those of the other folds, or fewer than
 * columns. Scratch memory, here and below. */
cauce_status ca_fold_grams_open(cauce_run *run, const cauce_train *train, const ca_folds *folds,
                                const ca_centred *whole, ca_fold_grams *grams, bool *summed);
/* Normal equations and means of the training rows of a fold. */
cauce_status ca_fold_train(cauce_run *run, const ca_fold_grams *grams, int64_t fold, ca_centred *centred);
/* Sum of w (y - prediction)^2 over the test rows, of coefficients x of the scaled columns with the means of
 * `centred`. */
cauce_status ca_fold_squares(cauce_run *run, const ca_fold_grams *grams, int64_t fold,
                             const ca_centred *centred, const double *x, double *squares);

#endif
