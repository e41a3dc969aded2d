/* Linear support vector machines in the coordinates of a design. */
#ifndef CA_LINEAR_SUPPORT_VECTOR_H
#define CA_LINEAR_SUPPORT_VECTOR_H

#include "linear/design.h"
#include "linear/target.h"

typedef struct ca_machine {
    const ca_design *design;
    ca_target target; /* 1 and -1, or with `regression` those of the rows */
    bool regression, squared;
    double epsilon;        /* of regression: residuals up to this cost nothing */
    const double *penalty; /* q, all > 0 unless there are sizes */
    const double *sizes;   /* q: penalties on the sizes of the coefficients, with squared; NULL: none */
    int64_t max_iter;
    double tol;
    /* results */
    double *v; /* q */
    int64_t n_iter;
    bool converged;
} ca_machine;

/* Penalties of 1 / C on the size of each coefficient, and on that of the constant as the coefficient of a
 * column of intercept_scaling. Scratch memory; NULL: NOMEM recorded. */
double *ca_machine_sizes(cauce_run *run, const ca_design *design, double strength, bool fit_intercept,
                         double intercept_scaling);
/* Minimises sum_i w_i loss_i + 1/2 sum_j penalty_j v_j^2 + sum_j sizes_j |v_j|: the hinge max(0, 1 - y m) of
 * the margin m = z . v, or max(0, |m - y| - epsilon), or (squared) its square. Squares by Newton's method,
 * which ends after finitely many steps (Mangasarian 2002, doi:10.1080/1055678021000028375), the others by the
 * interior point method of pinball.h; of more columns than rows in the span of the rows. */
cauce_status ca_machine_fit(cauce_run *run, ca_machine *machine);

#endif
