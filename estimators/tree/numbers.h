/* Numbers of the training rows, read some rows at a time from wherever they lie. */
#ifndef CA_TREE_NUMBERS_H
#define CA_TREE_NUMBERS_H

#include "data/table.h"

/* One of these. */
typedef struct ca_numbers {
    const double *values;
    const float *singles;
    const cauce_table *table; /* its column j */
    int64_t j;
} ca_numbers;

enum { CA_NUMBERS = 1024 }; /* most that are read at a time */

/* Those of the rows first .. first+n-1: where they are, or in `room`. */
const double *ca_numbers_read(const ca_numbers *x, int64_t first, int64_t n, double *room);

/* How many of x[0 .. most-1], 1 at least, are neighbours in the lines of a table that lies row after row:
 * read one by one, each of them would fetch all of those lines. */
int64_t ca_numbers_neighbours(const ca_numbers *x, int64_t most);
/* Copies n_rows of k such columns to scratch memory of the run, all in one pass; x[i] are the copies then. */
cauce_status ca_numbers_copy(cauce_run *run, ca_numbers *x, int64_t k, int64_t n_rows);

#endif
