/* What the naive Bayes classifiers share: shares of the classes, and from sums of logarithms to
 * probabilities. */
#ifndef CA_BAYES_PRIOR_H
#define CA_BAYES_PRIOR_H

#include "base/run.h"
#include "cauce/sys/component.h"

typedef struct ca_prior {
    int64_t n_classes;
    double *class_count, *class_prior;
} ca_prior;

/* State rows of a struct T with a member `prior`. */
#define CA_PRIOR_ROW(T, f, help)                                                                             \
    { #f, CAUCE_F64, offsetof(T, prior.f), offsetof(T, prior.n_classes), (size_t)-1, help }
#define CA_PRIOR_STATE(T)                                                                                    \
    CA_PRIOR_ROW(T, class_count, "Rows of each class, by weight."),                                          \
        CA_PRIOR_ROW(T, class_prior, "Probability of each class beforehand.")

/* PARAM failure unless `given` is null or a list of probabilities that sum to 1. */
cauce_status ca_prior_check(cauce_run *run, const char *name, const cauce_value *given);
/* Counts the classes; their probabilities are `given`, or the shares of the rows, or (not `learn`) all equal.
 */
cauce_status ca_prior_fit(cauce_run *run, const char *name, const cauce_value *given, bool learn,
                          const cauce_train *train, ca_prior *prior);
cauce_status ca_prior_verify(cauce_run *run, const cauce_fitted *self, const ca_prior *prior);

/* In place: from the logarithm of each class's likelihood, up to a summand for each row, to probabilities.
 * constant[k] (log of the class's probability, and what else does not depend on the row) is added when the
 * largest logarithm has been taken out, beside which it might be lost. Where a row is so far away from
 * everything that all are -inf: class_prior. */
void ca_prior_finish(const ca_prior *prior, const double *constant, int64_t n_rows, double *values,
                     int64_t stride);

#endif
