/* Orthogonal axes of number columns, and rows seen along them: what pca and truncated_svd share. DENSE blocks
 * only. */
#ifndef CA_DATA_AXES_H
#define CA_DATA_AXES_H

#include <stdbool.h>

#include "base/run.h"
#include "cauce/sys/component.h"

/* The training rows around their mean, reduced to a triangle R with R'R = sum of w (x - mean)(x - mean)'.
 *
 * R comes from Householder's QR of blocks of rows, whose triangles are stacked and reduced again (Demmel,
 * Grigori, Hoemmen, Langou, Communication-optimal parallel and sequential QR and LU factorizations, SIAM J.
 * Sci. Comput. 34 (2012), doi:10.1137/080731992): the products of columns are never formed, so that singular
 * values down to eps times the largest one are right, not down to its square root. */
typedef struct ca_triangle {
    int64_t n_rows, p, m; /* training rows, columns, rows of R: the smaller one of them */
    double weight;        /* of all rows */
    double *mean;         /* p */
    double *r;            /* m x p, column by column; scratch memory */
} ca_triangle;
cauce_status ca_triangle_of(cauce_run *run, const cauce_train *train, ca_triangle *triangle);
/* Singular values (descending) and right singular vectors of A (m x p, column by column, overwritten): the
 * smaller number of both, in scratch memory; axis k is axes[k * p] .. axes[k * p + p - 1]. The largest
 * element of each axis is above 0; of several that are equal but for rounding, the first one. */
cauce_status ca_axes_of(cauce_run *run, int64_t m, int64_t p, double *a, double **values, double **axes);

/* Both from the products of the columns and their eigenvalues: half the work, and half the digits of the
 * small singular values. Sets all of the triangle but r, which is NULL; there are m values. */
cauce_status ca_axes_fast(cauce_run *run, const cauce_train *train, ca_triangle *triangle, double **values,
                          double **axes);

/* The fitted state: first member of the states. */
typedef struct ca_axes {
    int64_t n_columns, n_components;
    double *components, *explained_variance, *explained_variance_ratio, *singular_values;
} ca_axes;

#define CA_AXES_STATE                                                                                        \
    CAUCE_MATRIX(ca_axes, components, CAUCE_F64, n_components, n_columns,                                    \
                 "Directions of length 1, the largest element of each above 0."),                            \
        CAUCE_ARRAY(ca_axes, explained_variance, CAUCE_F64, n_components,                                    \
                    "Variance along each component (pca: of a sample; truncated_svd: of these rows)."),      \
        CAUCE_ARRAY(ca_axes, explained_variance_ratio, CAUCE_F64, n_components,                              \
                    "Its part of the variance of all columns; 0 when nothing varies."),                      \
        CAUCE_ARRAY(ca_axes, singular_values, CAUCE_F64, n_components,                                       \
                    "Singular value of the rows for each component.")

/* Keeps the first n axes with their values; the variances are left to be filled in by ca_axes_variance. */
cauce_status ca_axes_keep(cauce_run *run, const ca_triangle *triangle, const double *values,
                          const double *axes, int64_t n, ca_axes *out);
static inline void ca_axes_variance(ca_axes *axes, int64_t k, double variance, double total) {
    axes->explained_variance[k] = variance;
    axes->explained_variance_ratio[k] = total > 0 ? variance / total : 0;
}
/* FORMAT failure unless a state from a file can be used with this input. */
cauce_status ca_axes_verify(cauce_run *run, const cauce_fitted *self, const ca_axes *axes);
/* One block of n columns: name0, name1, ... */
cauce_status ca_axes_bind(cauce_run *run, cauce_binding *binding, const char *name, int64_t n);
/* Column k of the output block: scale[k] times the row minus mean, along axis k. mean, scale NULL: 0, 1. */
void ca_axes_apply(const cauce_schema *schema, const cauce_batch *in, int64_t n, const double *axes,
                   const double *mean, const double *scale, cauce_block *out);

#endif
