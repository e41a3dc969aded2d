/* Generalised linear models with variance mu^power (McCullagh and Nelder, Generalized Linear Models, 1989):
 * half deviances as losses of the margin, and the fit. */
#ifndef CA_LINEAR_GLM_H
#define CA_LINEAR_GLM_H

#include "linear/newton.h"

typedef struct ca_glm {
    double power; /* of the variance: 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian */
    bool log_link;
    double alpha;
    bool fit_intercept;
    int solver; /* ca_glm_solver */
    int64_t max_iter;
    double tol;
} ca_glm;

enum ca_glm_solver { CA_GLM_AUTO, CA_GLM_NEWTON, CA_GLM_LBFGS };

typedef struct ca_glm_fit {
    ca_design design;
    ca_point point;   /* of the targets in units of `unit` */
    double unit;      /* the targets are divided by it */
    double shift;     /* taken off them before that */
    double *offset;   /* n, in the units of the margins; NULL: none */
    double centre;    /* taken off the offsets, which the constant makes up for */
    double *v;        /* q: the optimum in the coordinates of the design and in units of `unit` */
    double *gradient; /* q */
    ca_descent descent;
} ca_glm_fit;

/* Minimises 1 / (2 W) sum w deviance(y, mu) + alpha / 2 |coef|^2, W the sum of the weights, mu = x . coef +
 * intercept + offset or its exponential. DATA for a target that the deviance does not take. Scratch memory.
 */
cauce_status ca_glm_minimise(cauce_run *run, const ca_glm *glm, const cauce_train *train, ca_glm_fit *fit);
/* e^c for which mu = e^(c + offset) has the least deviance: of the log link, without columns. offset: of the
 * rows, NULL: 0. */
double ca_glm_mean(const cauce_train *train, double power, const double *offset);
/* Half the deviance of one row. */
double ca_glm_half_deviance(double power, double y, double mu);

#endif
