/* Extrapolation of a descent to where its steps lead (Anderson; for coordinate descent Bertrand and Massias,
 * AISTATS 2021, arXiv:2011.10065). */
#ifndef CA_LINEAR_ANDERSON_H
#define CA_LINEAR_ANDERSON_H

#include "base/run.h"

enum { CA_ANDERSON_STEPS = 5 };

/* The last points of a descent, with a second vector that is an affine function of the point. */
typedef struct ca_anderson {
    int64_t m, count;
    double *point, *image; /* CA_ANDERSON_STEPS + 1 vectors of m numbers */
    double *to, *to_image; /* m: where the steps lead */
} ca_anderson;

/* Scratch memory for vectors of up to m numbers. */
cauce_status ca_anderson_open(cauce_run *run, int64_t m, ca_anderson *anderson);
/* Adds a point of m numbers (the same m until the next start); true: there is an extrapolation of the points
 * so far at `to` and `to_image`, and the next point starts anew. */
bool ca_anderson_add(ca_anderson *anderson, int64_t m, const double *point, const double *image);
static inline void ca_anderson_start(ca_anderson *anderson) {
    anderson->count = 0;
}

#endif
