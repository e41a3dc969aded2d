/* Minimisers of the objectives of loss.h: Newton's method and L-BFGS. Both start at v as given. */
#ifndef CA_LINEAR_NEWTON_H
#define CA_LINEAR_NEWTON_H

#include "linear/loss.h"

/* Beyond this many unknowns the Hessian costs more than it saves. */
enum { CA_MOST_NEWTON = 3000 };

typedef enum ca_ending {
    CA_CONVERGED,
    CA_OUT_OF_STEPS,
    CA_SEPARATED /* classes are told apart perfectly: the optimum lies at infinity */
} ca_ending;

typedef struct ca_descent {
    int64_t max_iter;
    double tol;
    int64_t n_iter; /* result: steps taken */
    ca_ending ending;
} ca_descent;

/* Newton steps by Cholesky with halving. Converged when a step moves no coefficient by more than tol / 1000
 * (in standard deviations of the features, relative to the largest coefficient): the error left is about
 * the square of that. */
cauce_status ca_newton(cauce_run *run, ca_loss *loss, ca_descent *descent, double *v, double *gradient);
/* L-BFGS (Liu and Nocedal 1989, doi:10.1007/BF01589116) with a diagonal metric and a line search to the
 * strong Wolfe conditions. Converged when the gradient, in that metric, is below 1e-6 tol of the objective's
 * scale. */
cauce_status ca_lbfgs(cauce_run *run, ca_loss *loss, ca_descent *descent, double *v, double *gradient);

#endif
