/* Training rows of a regression as they are, centred and weighted, for what is not done on a Gram matrix. */
#ifndef CA_LINEAR_ROWS_H
#define CA_LINEAR_ROWS_H

#include "base/run.h"
#include "cauce/sys/component.h"

typedef struct ca_plain {
    const cauce_train *train;
    const double *mean; /* of each column, schema order */
    double y_mean;
} ca_plain;

/* sqrt(w) (x - mean) of some rows in schema order, one-hot columns as numbers, then sqrt(w) (y - mean). */
void ca_plain_rows(const ca_plain *plain, int64_t row, int64_t rows, double *out, int64_t ld);
/* k = x x', its lower triangle: x is n x p, column by column. */
cauce_status ca_outer_products(cauce_run *run, int64_t n, int64_t p, const double *x, double *k);

#endif
