#include "math/blas.h"

#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <pthread.h>

#include "base/parallel.h"

/* One thread for each call, however OpenBLAS was built:
 *
 * - OpenMP build (openblas_get_parallel() == 2): every call asks omp_get_max_threads(), which is a setting of
 *   the calling thread; set to 1, OpenBLAS neither starts a team nor touches its own count. Nobody else sees
 *   it.
 * - pthread build (1): the count belongs to the process. The first of our calls under way saves the host's
 *   count and sets 1, the last one puts it back. Meanwhile the host's own BLAS calls run on one thread too.
 * - single-threaded build (0): nothing to do. */
static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;
static int count_users, host_count;

enum { SINGLE_BUILD, PTHREAD_BUILD, OPENMP_BUILD };

static int enter(void) {
    int build = openblas_get_parallel();
    if (build == OPENMP_BUILD) return ca_team_size(1);
    if (build == PTHREAD_BUILD) {
        pthread_mutex_lock(&count_lock);
        if (count_users++ == 0) {
            host_count = openblas_get_num_threads();
            if (host_count != 1) openblas_set_num_threads(1);
        }
        pthread_mutex_unlock(&count_lock);
    }
    return 0;
}

static void leave(int before) {
    int build = openblas_get_parallel();
    if (build == OPENMP_BUILD) ca_team_size(before);
    if (build == PTHREAD_BUILD) {
        pthread_mutex_lock(&count_lock);
        if (--count_users == 0 && host_count != 1) openblas_set_num_threads(host_count);
        pthread_mutex_unlock(&count_lock);
    }
}

/* Callers work on tiles and on matrices that fit memory; a dimension of 2^31 is a defect of the caller. */
static int narrow(int64_t n) {
    return n > INT_MAX ? INT_MAX : (int)n;
}

/* Leading dimensions of empty matrices must still be 1 for the argument checks. */
static int leading(int64_t n) {
    return n < 1 ? 1 : narrow(n);
}

void ca_gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, double alpha, const double *a,
             int64_t lda, const double *b, int64_t ldb, double beta, double *c, int64_t ldc) {
    if (m <= 0 || n <= 0) return;
    int before = enter();
    cblas_dgemm(CblasColMajor, trans_a ? CblasTrans : CblasNoTrans, trans_b ? CblasTrans : CblasNoTrans,
                narrow(m), narrow(n), narrow(k), alpha, a, leading(lda), b, leading(ldb), beta, c,
                leading(ldc));
    leave(before);
}

static void syrk(CBLAS_TRANSPOSE trans, int64_t n, int64_t k, double alpha, const double *a, int64_t lda,
                 double beta, double *c, int64_t ldc) {
    if (n <= 0) return;
    int before = enter();
    cblas_dsyrk(CblasColMajor, CblasLower, trans, narrow(n), narrow(k), alpha, a, leading(lda), beta, c,
                leading(ldc));
    leave(before);
}

void ca_syrk_t(int64_t n, int64_t k, double alpha, const double *a, int64_t lda, double beta, double *c,
               int64_t ldc) {
    syrk(CblasTrans, n, k, alpha, a, lda, beta, c, ldc);
}

void ca_syrk(int64_t n, int64_t k, double alpha, const double *a, int64_t lda, double beta, double *c,
             int64_t ldc) {
    syrk(CblasNoTrans, n, k, alpha, a, lda, beta, c, ldc);
}

void ca_gemv(bool trans, int64_t m, int64_t n, double alpha, const double *a, int64_t lda, const double *x,
             double beta, double *y) {
    if (m <= 0 || n <= 0) {
        int64_t length = trans ? n : m; /* BLAS leaves y alone then; beta * y is what the caller asked for */
        for (int64_t i = 0; i < length; i++) y[i] = beta == 0 ? 0 : beta * y[i];
        return;
    }
    int before = enter();
    cblas_dgemv(CblasColMajor, trans ? CblasTrans : CblasNoTrans, narrow(m), narrow(n), alpha, a,
                leading(lda), x, 1, beta, y, 1);
    leave(before);
}

int ca_posv(int64_t n, int64_t nrhs, double *a, int64_t lda, double *b, int64_t ldb) {
    if (n <= 0) return 0;
    int before = enter();
    int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', narrow(n), a, leading(lda));
    if (info == 0 && nrhs > 0)
        info = LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'L', narrow(n), narrow(nrhs), a, leading(lda), b,
                                   leading(ldb));
    leave(before);
    return info;
}

int ca_potrf(int64_t n, double *a, int64_t lda) {
    return ca_posv(n, 0, a, lda, NULL, 1);
}

void ca_trsv(bool trans, int64_t n, const double *l, int64_t ldl, double *b) {
    if (n <= 0) return;
    int before = enter();
    cblas_dtrsv(CblasColMajor, CblasLower, trans ? CblasTrans : CblasNoTrans, CblasNonUnit, narrow(n), l,
                leading(ldl), b, 1);
    leave(before);
}

void ca_trsm(int64_t m, int64_t n, const double *l, int64_t ldl, double *b, int64_t ldb) {
    if (m <= 0 || n <= 0) return;
    int before = enter();
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, narrow(m), narrow(n), 1, l,
                leading(ldl), b, leading(ldb));
    leave(before);
}

int ca_lstsq_many(cauce_run *run, int64_t m, int64_t n, int64_t nrhs, double *a, double *b, double rcond,
                  int64_t *rank) {
    *rank = 0;
    if (n <= 0) return 0;
    int64_t small = m < n ? m : n, large = m < n ? n : m;
    double *singular = cauce_scratch(run, small > 0 ? small : 1, sizeof *singular);
    if (!singular) return LAPACK_WORK_MEMORY_ERROR;
    int before = enter(), found = 0, iwork_size = 0;
    double work_size = 0;
    int info = LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, narrow(m), narrow(n), narrow(nrhs), a, leading(m), b,
                                   leading(large), singular, rcond, &found, &work_size, -1, &iwork_size);
    if (info == 0) {
        double *work = cauce_scratch(run, (int64_t)work_size, sizeof *work);
        int *iwork = work ? cauce_scratch(run, iwork_size, sizeof *iwork) : NULL;
        info = iwork ? LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, narrow(m), narrow(n), narrow(nrhs), a,
                                           leading(m), b, leading(large), singular, rcond, &found, work,
                                           (int)work_size, iwork)
                     : LAPACK_WORK_MEMORY_ERROR;
    }
    leave(before);
    *rank = found;
    return info;
}

int ca_lstsq(cauce_run *run, int64_t m, int64_t n, double *a, double *b, double rcond, int64_t *rank) {
    return ca_lstsq_many(run, m, n, 1, a, b, rcond, rank);
}

int ca_qr(cauce_run *run, int64_t m, int64_t n, double *a, int64_t lda) {
    if (m <= 0 || n <= 0) return 0;
    int64_t small = m < n ? m : n;
    double work_size = 0;
    double *tau = cauce_scratch(run, small, sizeof *tau);
    if (!tau) return LAPACK_WORK_MEMORY_ERROR;
    int before = enter();
    int info =
        LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, narrow(m), narrow(n), a, leading(lda), tau, &work_size, -1);
    if (info == 0) {
        double *work = cauce_scratch(run, (int64_t)work_size, sizeof *work);
        info = work ? LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, narrow(m), narrow(n), a, leading(lda), tau, work,
                                          (int)work_size)
                    : LAPACK_WORK_MEMORY_ERROR;
    }
    leave(before);
    for (int64_t j = 0; j < n && info == 0; j++)
        for (int64_t i = j + 1; i < m; i++) a[i + j * lda] = 0;
    return info;
}

int ca_svd(cauce_run *run, int64_t m, int64_t n, double *a, int64_t lda, double *values, double *vt) {
    if (m <= 0 || n <= 0) return 0;
    int64_t small = m < n ? m : n;
    double work_size = 0;
    double *u = cauce_scratch(run, m, (size_t)small * sizeof *u);
    int *iwork = cauce_scratch(run, 8 * small, sizeof *iwork);
    if (!u || !iwork) return LAPACK_WORK_MEMORY_ERROR;
    int before = enter();
    int info = LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, 'S', narrow(m), narrow(n), a, leading(lda), values, u,
                                   leading(m), vt, leading(small), &work_size, -1, iwork);
    if (info == 0) {
        double *work = cauce_scratch(run, (int64_t)work_size, sizeof *work);
        info = work
                   ? LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, 'S', narrow(m), narrow(n), a, leading(lda), values,
                                         u, leading(m), vt, leading(small), work, (int)work_size, iwork)
                   : LAPACK_WORK_MEMORY_ERROR;
    }
    leave(before);
    return info;
}

int ca_syev(cauce_run *run, int64_t n, double *a, int64_t lda, double *values) {
    if (n <= 0) return 0;
    double work_size = 0;
    int iwork_size = 0;
    int before = enter();
    int info = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', narrow(n), a, leading(lda), values, &work_size,
                                   -1, &iwork_size, -1);
    if (info == 0) {
        double *work = cauce_scratch(run, (int64_t)work_size, sizeof *work);
        int *iwork = work ? cauce_scratch(run, iwork_size, sizeof *iwork) : NULL;
        info = iwork ? LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', narrow(n), a, leading(lda), values,
                                           work, (int)work_size, iwork, iwork_size)
                     : LAPACK_WORK_MEMORY_ERROR;
    }
    leave(before);
    return info;
}
