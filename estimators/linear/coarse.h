/* The passes of a method that takes many cheap steps over a design with more columns than rows: they read a
 * copy of the dense columns in 16 bits, row by row, each row once for its margin and its part of the
 * gradient. Reading is nearly all that such a pass costs.
 *
 * That costs no digits. What a pass computes from the copy is how far margins and gradient lie from those at
 * a reference point, which are known in double precision: the nearer the points, the smaller the errors. */
#ifndef CA_LINEAR_COARSE_H
#define CA_LINEAR_COARSE_H

#include "linear/loss.h"

typedef struct ca_coarse {
    ca_loss *loss;
    uint32_t *rows;    /* n x ld / 2, and rows of zeros up to a multiple of 4: the packed columns in units of
                        * their own, two to a word, then zeros */
    double *grain;     /* n_packed: these units */
    int64_t ld, tile;  /* tile: rows at a time */
    float *step;       /* ld x vectors: the point of the pass under way less the reference, times the grains,
                        * over `unit` */
    double *unit;      /* vectors */
    double *reference; /* q x vectors; zeros at first, with zeros for all that is known there */
    double *margin;    /* n x vectors */
    double *residual;  /* n x vectors, weighted */
    double *gradient;  /* q x vectors: the sum of residual z */
    double *tilt;      /* q x vectors: what that is more than the same sum by `rows` */
    bool from_nothing; /* the pass under way takes the residuals at the reference for zeros */
    const double *v;   /* of the pass under way */
    double *partial;   /* for each chunk: value, sharpest, gradient */
    double *exact;     /* for each chunk: value, sharpest */
} ca_coarse;

/* Whether there is a gain: more columns than rows, and not too many numbers. */
bool ca_coarse_suit(const ca_design *design);
/* Of a loss that is open. Scratch memory. */
cauce_status ca_coarse_open(cauce_run *run, ca_loss *loss, ca_coarse *coarse);
/* Value and gradient at v as the copy has them: ca_loss_at of a function with the exact value and gradient at
 * the reference. */
cauce_status ca_coarse_at(cauce_run *run, ca_coarse *coarse, const double *v, double *value,
                          double *gradient);
/* Exact value and gradient at v, which becomes the reference. */
cauce_status ca_coarse_refer(cauce_run *run, ca_coarse *coarse, const double *v, double *value,
                             double *gradient);

#endif
