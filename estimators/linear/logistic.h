/* Logistic regression on a design: which penalty, which solver, from which start; and the probabilities of
 * fitted coefficients. */
#ifndef CA_LINEAR_LOGISTIC_H
#define CA_LINEAR_LOGISTIC_H

#include "linear/classes.h"
#include "linear/newton.h"

typedef enum ca_logistic_penalty {
    CA_PENALTY_L2,
    CA_PENALTY_NONE,
    CA_PENALTY_L1,
    CA_PENALTY_NET
} ca_logistic_penalty;
#define CA_LOGISTIC_PENALTIES "l2|none|l1|elasticnet"
typedef enum ca_logistic_solver { CA_SOLVER_AUTO, CA_SOLVER_NEWTON, CA_SOLVER_LBFGS } ca_logistic_solver;
#define CA_LOGISTIC_SOLVERS "auto|newton-cholesky|lbfgs"

typedef struct ca_logistic {
    int penalty, solver;
    double C, l1_ratio; /* l1_ratio: of CA_PENALTY_NET */
    bool fit_intercept;
    int64_t max_iter;
    double tol;
} ca_logistic;

/* PARAM for a solver that does not know the penalty, and for an elastic net without a share. */
cauce_status ca_logistic_check(cauce_run *run, int penalty, int solver, bool has_ratio);
/* Minimises over v (q x vectors, from v as given; `fresh`: v is 0, and many rows may start from a sample). */
cauce_status ca_logistic_minimise(cauce_run *run, const ca_logistic *logistic, const ca_design *design,
                                  const int32_t *y, int32_t n_classes, bool fresh, ca_descent *descent,
                                  double *v, double *gradient);
/* Coefficients of the data for `vectors` rows of the state, from v; s->gradient_norm is raised. */
void ca_logistic_back(const ca_logistic *logistic, const ca_design *design, int64_t vectors, double *v,
                      const double *gradient, double *coef, double *intercept, double *norm);
/* The warning of a descent that did not converge. */
void ca_logistic_tell(cauce_run *run, const ca_descent *descent);

/* Probabilities of some rows, column by column with `stride`. one_vs_rest: each class's against the rest,
 * made to sum to 1. scratch: 2 x in->n_rows numbers. Errors: of ca_margin_check. */
cauce_status ca_logistic_probabilities(cauce_run *run, const ca_linear_classes *s, bool one_vs_rest,
                                       const cauce_schema *schema, const cauce_batch *in, double *out,
                                       int64_t stride, double *scratch);
/* bind of the components: a block of probabilities, scratch for the function above. */
cauce_status ca_logistic_bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding);

#endif
