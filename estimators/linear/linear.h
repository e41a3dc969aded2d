/* What the fitted linear regressors have in common: their state, and the functions that read it. */
#ifndef CA_LINEAR_LINEAR_H
#define CA_LINEAR_LINEAR_H

#include "cauce/sys/component.h"

/* n_iter and dual_gap: only of components whose state rows name them. Of several targets there are in place
 * of coef and intercept those of each target, one below the other. */
typedef struct ca_linear {
    double *coef;
    int64_t n_features;
    double intercept;
    int64_t n_iter;
    double dual_gap;
    double *target_coef, *target_intercept; /* n_targets x n_features, n_targets */
    int64_t n_targets;                      /* 0: one target */
} ca_linear;

/* State rows that every one of them has. */
#define CA_LINEAR_ROWS                                                                                       \
    CAUCE_ARRAY(ca_linear, coef, CAUCE_F64, n_features, "Coefficient of each column."),                      \
        CAUCE_NUMBER_REAL(ca_linear, intercept, "Constant.")

/* And those of CAUCE_TAG_MULTI_TARGET besides: the same names in another form. */
#define CA_LINEAR_TARGET_ROWS                                                                                \
    { "coef",                                                                                                \
      CAUCE_F64,                                                                                             \
      offsetof(ca_linear, target_coef),                                                                      \
      CAUCE_OFFSET_(ca_linear, n_targets, int64_t),                                                          \
      CAUCE_OFFSET_(ca_linear, n_features, int64_t),                                                         \
      "Of several targets: a row of coefficients for each." },                                               \
    {                                                                                                        \
        "intercept", CAUCE_F64, offsetof(ca_linear, target_intercept),                                       \
            CAUCE_OFFSET_(ca_linear, n_targets, int64_t), (size_t)-1,                                        \
            "Of several targets: the constant of each."                                                      \
    }

/* Of those that choose their penalty by cross-validation; members as their state rows name them. */
typedef struct ca_linear_choice {
    ca_linear linear; /* first: what reads the state takes it for this */
    double alpha, l1_ratio, best_score;
    double *alphas, *mse_path, *scores;
    int64_t n_ratios, n_alphas, n_candidates, n_folds;
    /* Of several targets with a choice for each, in place of alpha, best_score and scores: n_choices, the
     * same, n_choices x n_alphas. */
    double *target_alpha, *target_best_score, *target_scores;
    int64_t n_choices; /* 0: one */
} ca_linear_choice;

/* Room for the coefficients of the training columns, of each target. */
cauce_status ca_linear_open(cauce_run *run, const cauce_train *train, ca_linear *linear);
/* Where they stand, one target below the other, and the constants. */
static inline double *ca_linear_coef(const ca_linear *linear) {
    return linear->n_targets ? linear->target_coef : linear->coef;
}
static inline double *ca_linear_intercept(ca_linear *linear) {
    return linear->n_targets ? linear->target_intercept : &linear->intercept;
}
/* NUMERIC unless the coefficients and the constants are finite. */
cauce_status ca_linear_finite(cauce_run *run, const ca_linear *linear);
cauce_status ca_linear_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch);
cauce_status ca_linear_verify(cauce_run *run, const cauce_fitted *self);

#endif
