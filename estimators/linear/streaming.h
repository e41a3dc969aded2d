/* What stochastic gradient descent remembers beside its coefficients, so that a later fit goes on with the
 * next step: part of the state of its components. */
#ifndef CA_LINEAR_STREAMING_H
#define CA_LINEAR_STREAMING_H

#include "linear/stochastic.h"

/* A row (a number) for each row of coefficients; lengths are 0 where there is nothing to remember. */
typedef struct ca_streaming {
    double *steps;
    double *averaged_steps, *plain_coef, *plain_intercept; /* with average */
    double *penalty_due, *penalty_paid;                    /* with a penalty on sizes */
    int64_t n_steps, n_averaged, n_plain, n_due, n_paid;
} ca_streaming;

#define CA_STREAMING_ROW_(T, f, rows, cols, help)                                                            \
    { #f, CAUCE_F64, offsetof(T, streaming.f), rows, cols, help }

/* State rows of a struct with a member `streaming`. */
#define CA_STREAMING_ROWS(T)                                                                                 \
    CA_STREAMING_ROW_(T, steps, offsetof(T, streaming.n_steps), (size_t)-1,                                  \
                      "Steps taken for each row of coefficients, in all fits."),                             \
        CA_STREAMING_ROW_(T, averaged_steps, offsetof(T, streaming.n_averaged), (size_t)-1,                  \
                          "With average: how many of them the coefficients are the mean of."),               \
        CA_STREAMING_ROW_(T, plain_coef, offsetof(T, streaming.n_averaged), offsetof(T, streaming.n_plain),  \
                          "With average: the coefficients after the last step."),                            \
        CA_STREAMING_ROW_(T, plain_intercept, offsetof(T, streaming.n_averaged), (size_t)-1,                 \
                          "With average: the constant after the last step."),                                \
        CA_STREAMING_ROW_(T, penalty_due, offsetof(T, streaming.n_due), (size_t)-1,                          \
                          "With a penalty on sizes: how much of it every coefficient owed so far."),         \
        CA_STREAMING_ROW_(T, penalty_paid, offsetof(T, streaming.n_due), offsetof(T, streaming.n_paid),      \
                          "With a penalty on sizes: by how much each coefficient went along with it.")

/* Room (kept) for n_rows rows of coefficients of n_features columns. */
cauce_status ca_streaming_open(cauce_run *run, const ca_steps *steps, int64_t n_rows, int64_t n_features,
                               ca_streaming *streaming);
/* One fit, of coefficient row `index`, from where `from` (NULL: from nothing) with its coefficients is.
 * Coefficients are in the order of the columns. fit: its results but for the coefficients. */
cauce_status ca_streaming_fit(cauce_run *run, const ca_steps *steps, const ca_step_rows *rows,
                              const ca_target *target, int64_t index, const ca_streaming *from, double *coef,
                              double *intercept, ca_streaming *streaming, ca_step_fit *fit);
/* FORMAT unless the lengths are those of n_rows rows of coefficients. */
cauce_status ca_streaming_verify(cauce_run *run, const ca_streaming *streaming, int64_t n_rows,
                                 int64_t n_features);
/* UNSUPPORTED for a validation table, and for a start that was saved before steps were counted. */
cauce_status ca_streaming_check(cauce_run *run, const cauce_train *train, const ca_streaming *from);

#endif
