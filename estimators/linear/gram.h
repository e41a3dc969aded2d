/* Z' diag(h) Z over the rows of a design: dense columns by BLAS on packed tiles, one-hot columns by counting.
 */
#ifndef CA_LINEAR_GRAM_H
#define CA_LINEAR_GRAM_H

#include "linear/design.h"

typedef struct ca_gram {
    const ca_design *design;
    const double *h; /* n numbers >= 0, or NULL for all 1 */
    ca_chunks chunks;
    double *partial; /* chunks.count matrices q x q; the first holds the result */
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
/* Opens `gram`, standardises a design that is as ca_design_open left it (see ca_design_standardise; with
 * centre its last dense columns are a target and the ones) and sums with the design's weights: in one pass
 * over the rows where the numbers allow it. */
cauce_status ca_gram_standardised(cauce_run *run, ca_design *design, bool centre, ca_gram *gram);

#endif
