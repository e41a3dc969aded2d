/* Symmetric positive (semi)definite systems, with a way out when they are singular. */
#ifndef CA_LINEAR_CHOLESKY_H
#define CA_LINEAR_CHOLESKY_H

#include <stdbool.h>

#include "base/run.h"

/* Solves A x = b by Cholesky. A: n x n, lower triangle with leading dimension n (destroyed, both triangles);
 * b is overwritten by x. independent: the least part of a diagonal element that may be left after the columns
 * before it are projected out (1 - R^2 of a column on the others). *solved is false, and b untouched, when A
 * is not positive definite by that measure; the lower triangle of A is then as it was. */
cauce_status ca_spd_solve(cauce_run *run, int64_t n, double *a, double *b, double independent, bool *solved);
/* The same for `many` right-hand sides at once: b is n x many, column by column. */
cauce_status ca_spd_solve_many(cauce_run *run, int64_t n, int64_t many, double *a, double *b,
                               double independent, bool *solved);
/* As ca_spd_solve for a singular A: the solution of least norm, from the eigenvectors (up to a few hundred
 * unknowns) or, beyond, one that a tiny multiple of the identity makes nearly so. */
cauce_status ca_psd_solve(cauce_run *run, int64_t n, double *a, double *b);
/* Eigenvalues, ascending, of a symmetric matrix (lower triangle, n x n), whose eigenvectors overwrite it. */
cauce_status ca_eigen(cauce_run *run, int64_t n, double *a, double *values);

#endif
