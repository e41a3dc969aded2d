/* The objective sum_i w_i loss_i + 1/2 sum penalty_j v_j^2, in the coordinates of a design: the logistic loss
 * with one vector of coefficients (two classes) or one for each class (more), or another loss of the margin.
 *
 * Coefficients are q x vectors, column by column, in design order. */
#ifndef CA_LINEAR_LOSS_H
#define CA_LINEAR_LOSS_H

#include "linear/gram.h"
#include "linear/target.h"

/* What a row costs as a function of its margin. */
typedef struct ca_point ca_point;
struct ca_point {
    ca_target target; /* in the units of the loss */
    /* Rows row .. row + rows - 1, weights left out: cost (inf where the margin is not allowed), first
     * derivative, and second (or what stands for it; >= 0). `faintest`, where the loss has an optimum at
     * infinity: lowered to how near to it the rows are, 1: not at all. */
    void (*at)(const ca_point *point, int64_t row, int64_t rows, const double *margin, double *cost,
               double *slope, double *curvature, double *faintest);
    const double *offset; /* of all rows, added to their margins before `at`; NULL: none */
    double shape, power;  /* numbers of the loss */
    bool substituted;     /* the curvature may be another number than the second derivative */
};

typedef struct ca_loss {
    const ca_design *design;
    const int32_t *y;
    const ca_point *point; /* NULL: the logistic loss */
    int64_t vectors;       /* 1 for two classes, else the number of classes */
    const double *penalty; /* q */
    const double *l1;      /* NULL, or q: the columns whose sizes somebody else penalises */
    ca_chunks chunks;
    double *partial;   /* for each chunk: value, sharpest, gradient */
    float *spread;     /* n: p (1 - p) of two classes, for the Hessian only; NULL: not kept */
    float *chances;    /* n x vectors: of each of more classes, for the Hessian only; NULL: not kept */
    double *at;        /* q x vectors: instead of them where they came; NULL: not kept */
    double *kept;      /* NULL, or all rows packed, tile after tile */
    int64_t tile;      /* rows of a tile */
    double *curvature; /* n, of a point loss: times the weights, at the last point; NULL: not kept */
    const double *v;   /* of the pass under way */
    double sharpest;   /* after a pass: the smallest chance that the model gives any row of not being of the
                        * class it favours */
} ca_loss;

/* keep: keep the probabilities of a pass for ca_loss_hessian. Scratch memory. */
cauce_status ca_loss_open(cauce_run *run, const ca_design *design, const int32_t *y, int32_t n_classes,
                          const double *penalty, bool keep, ca_loss *loss);
/* The same for another loss; keep: its curvatures. */
cauce_status ca_loss_open_point(cauce_run *run, const ca_design *design, const ca_point *point,
                                const double *penalty, bool keep, ca_loss *loss);
/* Of more columns than rows there are a few rows in a tile, which lie all over the memory: packing them takes
 * longer than what is done with them. Keeps them packed, if there are not too many, for many passes. */
cauce_status ca_loss_keep_rows(cauce_run *run, ca_loss *loss);
/* z . v for every row of a design: n numbers. */
cauce_status ca_loss_margins(cauce_run *run, const ca_design *design, const double *v, double *margin);

/* A pass over the rows, tile by tile: the margins of some vectors go to `rows`, which gives some numbers for
 * each row, and what is wanted are the sums of these numbers times z. All that a method wants to know at a
 * point can so be had in one pass, and nothing be kept for all rows. The margins of a vector are the same
 * bits in every pass, whatever the others are. */
typedef struct ca_sweep_tile {
    int64_t row, rows, ld;
    const double *margin; /* ld x n_in: z . v */
    double *number;       /* ld x n_out: to be given */
    double *own;          /* of the chunk, zeros at first: n_total sums, then n_most largest values (>= 0) */
} ca_sweep_tile;

/* May be called for tiles of different chunks at the same time. */
typedef void ca_sweep_rows(void *payload, ca_sweep_tile tile);

typedef struct ca_sweep {
    const ca_design *design;
    int64_t n_in, n_out, n_total, n_most;
    const double *v; /* q x n_in */
    ca_sweep_rows *rows;
    void *payload;
    double *sum; /* q x n_out: result */
    double *own; /* n_total + n_most: result, those of all chunks together */
} ca_sweep;

cauce_status ca_sweep_run(cauce_run *run, ca_sweep *pass);
/* Whether any feature's coefficient is penalised. */
bool ca_loss_penalised(const ca_loss *loss);
/* Value and gradient at v. */
cauce_status ca_loss_at(cauce_run *run, ca_loss *loss, const double *v, double *value, double *gradient);
/* Margins of rows row .. row + rows - 1 (`ld` from one vector to the next) become weighted residuals; the sum
 * of the weighted losses is returned, and *sharpest lowered. room: 3 ld numbers. */
double ca_loss_rows(const ca_loss *loss, int64_t row, int64_t rows, double *margin, int64_t ld, double *room,
                    double *sharpest);
/* Lower triangle of the Hessian at the last point of ca_loss_at, (q vectors) x (q vectors). With more than
 * two classes a multiple of 1 1' is added over the classes of each column (without l1): the objective does
 * not change (or, with the penalty, is least) where the classes' coefficients sum to 0, gradients sum to 0,
 * so Newton steps stay the same, and the matrix becomes regular. */
cauce_status ca_loss_hessian(cauce_run *run, ca_loss *loss, ca_gram *gram, double *hessian);
/* Gram matrices that make a Hessian, for ca_gram_open_many: one of each pair of vectors. */
static inline int64_t ca_loss_blocks(const ca_loss *loss) {
    return loss->vectors == 1 ? 1 : loss->vectors * (loss->vectors - 1) / 2;
}

#endif
