#include "linear/covariance.h"

#include <math.h>
#include <string.h>

#include "math/blas.h"

/* A column of which the others leave less than this share (1 - R^2) is taken to be made of them. */
#define LEAST_INDEPENDENT 1e-11

static bool by_cholesky(ca_covariance *c, double *a) {
    int64_t q = c->q;
    for (int64_t j = 0; j < q; j++) c->inverse[j + j * q] = 1;
    if (ca_posv(q, q, a, q, c->inverse, q) != 0) return false;
    for (int64_t j = 0; j < q; j++)
        if (!(a[j + j * q] * a[j + j * q] > LEAST_INDEPENDENT)) return false;
    c->rank = q;
    return true;
}

static cauce_status by_eigenvectors(cauce_run *run, ca_covariance *c, double *a) {
    int64_t q = c->q;
    double *values = cauce_scratch(run, q, sizeof *values);
    if (!values) return CA_NOMEM(run);
    if (ca_syev(run, q, a, q, values) != 0)
        return cauce_fail(
            run, CAUCE_E_NUMERIC,
            "the eigenvalues of a %lld x %lld information matrix do not converge; bring the columns "
            "and the target to scales around 1",
            (long long)q, (long long)q);
    int64_t zero = 0;
    while (zero < q && values[zero] <= LEAST_INDEPENDENT * (double)q) zero++;
    c->rank = q - zero;
    c->null = cauce_scratch(run, zero, (size_t)q * sizeof *c->null);
    if (!c->null) return CA_NOMEM(run);
    memcpy(c->null, a, (size_t)(q * zero) * sizeof *a);
    for (int64_t j = zero; j < q; j++)
        for (int64_t i = 0; i < q; i++) a[i + j * q] /= sqrt(values[j]);
    memset(c->inverse, 0, (size_t)(q * q) * sizeof *a);
    if (c->rank > 0)
        ca_gemm(false, true, q, q, c->rank, 1, a + zero * q, q, a + zero * q, q, 0, c->inverse, q);
    return CAUCE_OK;
}

static void scaled_copy(const ca_covariance *c, const double *information, double *a) {
    int64_t q = c->q;
    for (int64_t j = 0; j < q; j++)
        for (int64_t i = j; i < q; i++) a[i + j * q] = information[i + j * q] * c->scale[i] * c->scale[j];
}

cauce_status ca_covariance_of(cauce_run *run, const ca_design *design, const double *information,
                              ca_covariance *covariance) {
    ca_covariance *c = covariance;
    int64_t q = design->q;
    *c = (ca_covariance){ .design = design, .q = q };
    c->scale = cauce_scratch(run, q, sizeof *c->scale);
    c->inverse = cauce_scratch(run, q, (size_t)q * sizeof *c->inverse);
    double *a = cauce_scratch(run, q, (size_t)q * sizeof *a);
    if (!c->scale || !c->inverse || !a) return CA_NOMEM(run);
    bool zeros = false;
    for (int64_t j = 0; j < q; j++) {
        double diagonal = information[j + j * q];
        c->scale[j] = diagonal > 0 ? 1 / sqrt(diagonal) : 0;
        zeros = zeros || !(diagonal > 0);
    }
    scaled_copy(c, information, a);
    if (!zeros && by_cholesky(c, a)) return CAUCE_OK;
    scaled_copy(c, information, a);
    return by_eigenvectors(run, c, a);
}

double ca_covariance_along(const ca_covariance *covariance, const double *direction, double *work) {
    const ca_covariance *c = covariance;
    double *along = work, *image = work + c->q, square = 0, variance = 0, lost = 0;
    for (int64_t j = 0; j < c->q; j++) {
        if (c->scale[j] == 0 && direction[j] != 0) return NAN;
        along[j] = c->scale[j] * direction[j];
        square += along[j] * along[j];
    }
    for (int64_t k = 0; k < c->q - c->rank; k++) {
        double part = 0;
        for (int64_t j = 0; j < c->q; j++) part += along[j] * c->null[j + k * c->q];
        lost += part * part;
    }
    if (lost > 1e-9 * square || !(square > 0)) return NAN;
    ca_gemv(false, c->q, c->q, 1, c->inverse, c->q, along, 0, image);
    for (int64_t j = 0; j < c->q; j++) variance += along[j] * image[j];
    return variance;
}
