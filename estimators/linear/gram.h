/* Z' diag(h) Z over the rows of a design: dense columns by BLAS on packed tiles, one-hot columns by counting.
 */
#ifndef CA_LINEAR_GRAM_H
#define CA_LINEAR_GRAM_H

#include "linear/design.h"

/* Rows row .. row + rows - 1 as they are under way. */
typedef struct ca_gram_rows {
    int64_t row, rows, ld;
    const double *z; /* all packed columns, ld from one to the next; NULL: not all are there */
    double *given;   /* what `prepare` gave; NULL: there is none */
} ca_gram_rows;

/* The numbers h of some rows for one of several matrices. */
typedef void ca_gram_factor(const void *payload, int64_t matrix, ca_gram_rows rows, double *h);
/* What the numbers of all matrices are made of: `numbers` for each row, ld from one to the next. */
typedef void ca_gram_prepare(const void *payload, ca_gram_rows rows);

typedef struct ca_gram {
    const ca_design *design;
    int64_t most;             /* matrices at a time */
    const double *h;          /* n numbers >= 0, or NULL for all 1 */
    ca_gram_factor *factor;   /* instead of h: of matrices first .. first + many - 1 */
    ca_gram_prepare *prepare; /* NULL: not needed; only where ca_gram_in_one */
    int64_t numbers;
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

/* Whether all columns of a row are packed together, and once. */
bool ca_gram_in_one(const ca_design *design);
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
