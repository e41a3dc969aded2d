#include "linear/cholesky.h"

#include <float.h>
#include <string.h>

#include "math/blas.h"

/* Beyond this the eigenvectors (about 10 n^3) cost more than the rest of the fit. */
enum { MOST_EIGEN = 600 };

/* The factor overwrites the lower triangle and the diagonal only: the upper one keeps what it was. */
static void mirror_up(int64_t n, double *a, double *diagonal) {
    for (int64_t j = 0; j < n; j++) {
        diagonal[j] = a[j + j * n];
        for (int64_t i = j + 1; i < n; i++) a[j + i * n] = a[i + j * n];
    }
}

static void mirror_down(int64_t n, double *a, const double *diagonal) {
    for (int64_t j = 0; j < n; j++) {
        a[j + j * n] = diagonal[j];
        for (int64_t i = j + 1; i < n; i++) a[i + j * n] = a[j + i * n];
    }
}

cauce_status ca_spd_solve_many(cauce_run *run, int64_t n, int64_t many, double *a, double *b,
                               double independent, bool *solved) {
    double *diagonal = cauce_scratch(run, n, sizeof *diagonal);
    double *x = cauce_scratch(run, many, (size_t)n * sizeof *x);
    if (!diagonal || !x) return CA_NOMEM(run);
    mirror_up(n, a, diagonal);
    memcpy(x, b, (size_t)(many * n) * sizeof *x);
    *solved = ca_posv(n, many, a, n, x, n) == 0;
    for (int64_t j = 0; j < n && *solved; j++)
        *solved = a[j + j * n] * a[j + j * n] >= independent * diagonal[j];
    if (*solved)
        memcpy(b, x, (size_t)(many * n) * sizeof *x);
    else
        mirror_down(n, a, diagonal);
    return CAUCE_OK;
}

cauce_status ca_spd_solve(cauce_run *run, int64_t n, double *a, double *b, double independent, bool *solved) {
    return ca_spd_solve_many(run, n, 1, a, b, independent, solved);
}

cauce_status ca_eigen(cauce_run *run, int64_t n, double *a, double *values) {
    if (ca_syev(run, n, a, n, values) == 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "the eigenvalues of a %lld x %lld system do not converge; bring the columns to similar "
                      "scales (standard_scaler), and the penalty away from the ends of its range",
                      (long long)n, (long long)n);
}

static cauce_status eigen_solve(cauce_run *run, int64_t n, double *a, double *b) {
    double *values = cauce_scratch(run, n, sizeof *values), *c = cauce_scratch(run, n, sizeof *c);
    if (!values || !c) return CA_NOMEM(run);
    CA_TRY(ca_eigen(run, n, a, values));
    double least = values[n - 1] * (double)n * 8 * DBL_EPSILON;
    ca_gemv(true, n, n, 1, a, n, b, 0, c);
    for (int64_t j = 0; j < n; j++) c[j] = values[j] > least ? c[j] / values[j] : 0;
    ca_gemv(false, n, n, 1, a, n, c, 0, b);
    return CAUCE_OK;
}

cauce_status ca_psd_solve(cauce_run *run, int64_t n, double *a, double *b) {
    if (n <= MOST_EIGEN) return eigen_solve(run, n, a, b);
    double trace = 0;
    for (int64_t j = 0; j < n; j++) trace += a[j + j * n];
    double add = trace / (double)n * 1e-11;
    for (bool solved = false; !solved; add *= 100) {
        if (!(add < trace))
            return cauce_fail(run, CAUCE_E_NUMERIC, "a %lld x %lld system has no solution in numbers",
                              (long long)n, (long long)n);
        for (int64_t j = 0; j < n; j++) a[j + j * n] += add;
        CA_TRY(ca_spd_solve(run, n, a, b, 1e-15, &solved));
    }
    return CAUCE_OK;
}
