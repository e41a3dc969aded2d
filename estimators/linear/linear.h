/* What the fitted linear regressors have in common: their state, and the functions that read it. */
#ifndef CA_LINEAR_LINEAR_H
#define CA_LINEAR_LINEAR_H

#include "cauce/sys/component.h"

/* n_iter and dual_gap: only of components whose state rows name them. */
typedef struct ca_linear {
    double *coef;
    int64_t n_features;
    double intercept;
    int64_t n_iter;
    double dual_gap;
} ca_linear;

/* State rows that every one of them has. */
#define CA_LINEAR_ROWS                                                                                       \
    CAUCE_ARRAY(ca_linear, coef, CAUCE_F64, n_features, "Coefficient of each column."),                      \
        CAUCE_NUMBER_REAL(ca_linear, intercept, "Constant.")

/* Of those that choose their penalty by cross-validation; members as their state rows name them. */
typedef struct ca_linear_choice {
    ca_linear linear; /* first: what reads the state takes it for this */
    double alpha, l1_ratio, best_score;
    double *alphas, *mse_path, *scores;
    int64_t n_ratios, n_alphas, n_candidates, n_folds;
} ca_linear_choice;

/* Room for the coefficients of the training columns. */
cauce_status ca_linear_open(cauce_run *run, const cauce_train *train, ca_linear *linear);
/* NUMERIC unless the coefficients and the constant are finite. */
cauce_status ca_linear_finite(cauce_run *run, const ca_linear *linear);
cauce_status ca_linear_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch);
cauce_status ca_linear_verify(cauce_run *run, const cauce_fitted *self);

#endif
