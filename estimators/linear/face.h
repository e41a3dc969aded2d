/* Cholesky factor of some rows and columns of a matrix, kept while columns come and go: what solves for the
 * optimum of a quadratic over a changing set of columns. */
#ifndef CA_LINEAR_FACE_H
#define CA_LINEAR_FACE_H

#include "linear/quadratic.h"

typedef struct ca_face {
    int64_t m, room;
    int64_t *column; /* m: in the order of the factor */
    double *added;   /* m: what was added to the diagonal of the matrix: l2 of the time */
    double *factor;  /* room x room; lower triangle: L L' = A[column, column] + diag(added) */
} ca_face;

/* Room for m columns; scratch memory that is as old as the call. */
cauce_status ca_face_room(cauce_run *run, ca_face *face, int64_t m);
/* Makes the columns those with in[j] != 0, j < q->m: others leave, and missing ones come in after those that
 * stay, in ascending order. There must be room. anew: all of the factor is computed again, with l2 as it is.
 * *whole is false, and the face without the columns that were missing, when they are not independent of
 * others: 1 - R^2 below 1e-10. */
cauce_status ca_face_set(cauce_run *run, ca_face *face, const ca_quadratic *q, const signed char *in,
                         bool anew, bool *whole);
/* Solves for m numbers in place, in the order of the factor. */
void ca_face_solve(const ca_face *face, double *x);

#endif
