/* The only caller of BLAS and LAPACK. Every call runs on one BLAS thread (set and restored), so that results
 * do not depend on the thread count; parallel work is cut into fixed blocks above this layer. Matrices are
 * column-major with a leading dimension, as LAPACK has them. */
#ifndef CA_MATH_BLAS_H
#define CA_MATH_BLAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"

/* C (m x n, ldc) = alpha * op(A) * op(B) + beta * C; trans_a, trans_b: use the transpose. */
void ca_gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, double alpha, const double *a,
             int64_t lda, const double *b, int64_t ldb, double beta, double *c, int64_t ldc);
/* Lower triangle of C (n x n) = alpha * A' A + beta * C, A is k x n. */
void ca_syrk_t(int64_t n, int64_t k, double alpha, const double *a, int64_t lda, double beta, double *c,
               int64_t ldc);
/* The same of A A', A is n x k. */
void ca_syrk(int64_t n, int64_t k, double alpha, const double *a, int64_t lda, double beta, double *c,
             int64_t ldc);
/* y = alpha * op(A) x + beta * y, A is m x n. */
void ca_gemv(bool trans, int64_t m, int64_t n, double alpha, const double *a, int64_t lda, const double *x,
             double beta, double *y);
/* Solves A X = B (n x nrhs) for a symmetric positive definite A (lower triangle, overwritten by its factor),
 * B is overwritten by X. Returns 0, or k > 0 when the leading minor of order k is not positive definite. */
int ca_posv(int64_t n, int64_t nrhs, double *a, int64_t lda, double *b, int64_t ldb);
/* Lower factor of a symmetric positive definite A (lower triangle, overwritten). Returns as ca_posv. */
int ca_potrf(int64_t n, double *a, int64_t lda);
/* b = L^-1 b, or with trans b = L'^-1 b, L the lower triangle of a (n x n). */
void ca_trsv(bool trans, int64_t n, const double *l, int64_t ldl, double *b);
/* B = B L'^-1, B m x n, L the lower triangle of l (n x n). */
void ca_trsm(int64_t m, int64_t n, const double *l, int64_t ldl, double *b, int64_t ldb);
/* Minimum-norm least squares by the SVD (gelsd): A m x n (overwritten), b max(m,n) (overwritten by the
 * solution). rcond < 0: machine precision. *rank set. Returns 0 or LAPACK's info. */
int ca_lstsq(cauce_run *run, int64_t m, int64_t n, double *a, double *b, double rcond, int64_t *rank);
/* The same for nrhs columns of b: max(m, n) x nrhs. */
int ca_lstsq_many(cauce_run *run, int64_t m, int64_t n, int64_t nrhs, double *a, double *b, double rcond,
                  int64_t *rank);
/* R of A = QR: the upper triangle (min(m, n) x n) of A (m x n), with zeros below it. Returns 0 or LAPACK's
 * info. */
int ca_qr(cauce_run *run, int64_t m, int64_t n, double *a, int64_t lda);
/* Singular values (descending) and right singular vectors of A (m x n, overwritten), by divide and conquer
 * (gesdd): values has min(m, n) numbers, vt as many rows of n. Returns 0 or LAPACK's info. */
int ca_svd(cauce_run *run, int64_t m, int64_t n, double *a, int64_t lda, double *values, double *vt);
/* Eigen-decomposition of a symmetric matrix (lower triangle, overwritten by the vectors); values ascending.
 */
int ca_syev(cauce_run *run, int64_t n, double *a, int64_t lda, double *values);

#endif
