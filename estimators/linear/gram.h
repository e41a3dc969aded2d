/* Z' diag(h) Z over the rows of a design: dense columns by BLAS on packed tiles, one-hot columns by counting.
 */
#ifndef CA_LINEAR_GRAM_H
#define CA_LINEAR_GRAM_H

#include "linear/design.h"

/* The numbers h of rows row .. row + rows - 1 for one of several matrices. */
typedef void ca_gram_factor(const void *payload, int64_t matrix, int64_t row, int64_t rows, double *h);

typedef struct ca_gram {
    const ca_design *design;
    int64_t most;           /* matrices at a time */
    const double *h;        /* n numbers >= 0, or NULL for all 1 */
    ca_gram_factor *factor; /* instead of h: of matrices first .. first + many - 1 */
    const void *payload;
    int64_t first, many;
    ca_chunks chunks;
    double *partial; /* for each chunk `many` matrices q x q; those of the first chunk hold the result */
    int64_t tiles, jobs;
} ca_gram;

/* Element of a symmetric q x q matrix of which the lower triangle is there. */
static inline double ca_gram_at(const double *g, int64_t q, int64_t i, int64_t j) {
    return i >= j ? g[i + j * q] : g[j + i * q];
}

/* Memory for Gram matrices of `design` (scratch), used again by every call of ca_gram_sum. */
cauce_status ca_gram_open(cauce_run *run, const ca_design *design, ca_gram *gram);
/* The lower triangle of Z' diag(h) Z, q x q in design order: the result stands in gram->partial. */
cauce_status ca_gram_sum(cauce_run *run, ca_gram *gram, const double *h);
/* Memory for as many of `matrices` at a time as do not ask for much: gram->most. */
cauce_status ca_gram_open_many(cauce_run *run, const ca_design *design, int64_t matrices, ca_gram *gram);
/* The same of `many` matrices from `first` on, up to gram->most, one after the other in gram->partial: the
 * rows are packed once for all. */
cauce_status ca_gram_sum_many(cauce_run *run, ca_gram *gram, int64_t first, int64_t many,
                              ca_gram_factor *factor, const void *payload);
/* Opens `gram`, standardises a design that is as ca_design_open or ca_design_open_unseen left it (see
 * ca_design_standardise; with centre its last dense columns are the targets and the ones) and sums with the
 * design's weights: in one pass over the rows where the numbers allow it. */
cauce_status ca_gram_standardised(cauce_run *run, ca_design *design, bool centre, ca_gram *gram);

#endif
