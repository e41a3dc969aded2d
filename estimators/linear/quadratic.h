/* Quadratic functions with penalties on sizes, their matrix held in memory: what the elastic net and the
 * Newton steps of penalised logistic regression come down to. */
#ifndef CA_LINEAR_QUADRATIC_H
#define CA_LINEAR_QUADRATIC_H

#include <stdbool.h>

#include "base/run.h"

/* 1/2 x'Ax - b'x + sum_j l1_j |x_j| + 1/2 sum_j l2_j x_j^2, over x >= 0 where `positive`. */
typedef struct ca_quadratic {
    int64_t m, ld;
    const double *a;    /* m columns, both triangles, ld numbers from one to the next */
    const double *size; /* m: diagonal of A; 0 leaves the column out (x_j stays) */
    const double *l1, *l2;
    bool positive;
    double *x;
    double *gradient; /* m: b - A x, kept as x moves */
    double least;     /* moves with (size_j + l2_j) delta_j^2 up to this are not made */
    bool eager;       /* the limit is far below where passes lead soon: systems are solved sooner */
} ca_quadratic;

/* Coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010,
 * doi:10.18637/jss.v033.i01) over the columns left in, all columns in between; now and then a step to the
 * optimum of the present columns and signs, as far as the signs allow; every few passes, as far as that is
 * lower, to where they lead (anderson.h). Until a pass over all columns moves
 * none by more than (size_j + l2_j) delta_j^2 <= limit, or *passes reaches most_passes. */
cauce_status ca_quadratic_descend(cauce_run *run, ca_quadratic *q, double limit, int64_t most_passes,
                                  int64_t *passes);

#endif
