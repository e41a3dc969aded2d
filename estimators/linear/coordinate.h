/* Least squares with penalties on the sizes and on the squares of the coefficients (elastic net, Zou and
 * Hastie 2005, doi:10.1111/j.1467-9868.2005.00503.x): 1 / (2 W) sum w (y - x . coef - intercept)^2 + alpha
 * l1_ratio |coef|_1 + alpha (1 - l1_ratio) / 2 |coef|^2, W the sum of the weights. */
#ifndef CA_LINEAR_COORDINATE_H
#define CA_LINEAR_COORDINATE_H

#include "linear/columns.h"
#include "linear/face.h"
#include "linear/linear.h"

enum { CA_NET_MOST_GRAM = 4000 }; /* columns whose Gram matrix is kept: 128 MB */

/* Training rows made ready to be fitted for one penalty after the other, each from the solution before it.
 * Columns are the scaled ones of `c`. Either their Gram matrix is kept, or the residuals of the rows are and
 * a working set of columns with its Gram matrix. */
typedef struct ca_net {
    ca_centred c;
    bool positive, by_gram;
    double total, yy;      /* W; y'Wy of the centred target */
    double *x;             /* p */
    double *gradient;      /* p: X'W (y - X x); without the Gram matrix as of `seen` */
    const double *b;       /* p: X'W y */
    double *size;          /* p: x_j'W x_j; 0: constant, left out */
    double *l1, *l2;       /* p: the penalty under way */
    double l1_now, l2_now; /* the same for unscaled columns; before the first one 0 */
    ca_columns columns;
    int64_t m, *set;    /* working set: columns set[0 .. m) */
    bool *in_set;       /* p */
    bool *pool, pooled; /* p: columns that are looked at for a while; whether it is them only */
    bool *wanted, *far; /* p: work space */
    double *blur;       /* p: how far gradients may be from what is known of them, as of `seen` */
    double *before;     /* n: residuals when gradients were last computed; */
    double way, *seen;  /* how far they had gone in all, and how far when that of each column was (p) */
    double **packed;    /* the first `ready` columns of the set, in tiles */
    int64_t n_packed;   /* tiles */
    double *gram;       /* room x room, of the same columns */
    int64_t room, ready;
    double *last;            /* p: x of the penalty before l1_now; */
    double l1_last, l2_last; /* 0: there is none */
    double *slope;           /* p: gradients at that penalty, */
    int64_t sloped;          /* exact of the first so many of the set */
    double lead;             /* how far on from x, in steps from `last`, the next solution is tried for */
    bool starts;             /* with a penalty that has not been descended with yet */
    double fineness;         /* share of the limit that the last descents had to go down to */
    ca_face face;            /* of the columns that are in */
    bool guessed;            /* that was enough to find the last solution */
    bool astray;             /* extrapolation led too far once */
    bool followed;           /* what the descent on products says of gradients in the set is enough */
    bool by_rows;            /* there are too many rows or columns for a Gram matrix of the working set */
} ca_net;

typedef struct ca_net_goal {
    double tol; /* of the duality gap, relative to y'Wy: solved, if it is no larger */
    double aim; /* at most tol: the gap that is tried for */
    bool exact; /* go on from there to the optimum, where it can be had */
    int64_t max_iter;
} ca_net_goal;

typedef struct ca_net_result {
    int64_t n_iter;
    double dual_gap; /* of the objective */
    bool converged;
} ca_net_result;

cauce_status ca_net_open(cauce_run *run, const cauce_train *train, bool fit_intercept, bool positive,
                         ca_net *net);
/* From normal equations that are there (see ca_centred_equations) instead of rows. */
cauce_status ca_net_open_gram(cauce_run *run, const ca_centred *c, bool positive, ca_net *net);
/* Upper bound of how far the objective (times W) lies above its optimum over the columns list[0 .. count)
 * (NULL: all). by_equations: from what `gradient` and `b` say of the residuals. */
double ca_net_gap(const ca_net *net, const int64_t *list, int64_t count, bool by_equations);
/* The least alpha for which all coefficients are 0 (without regard to `positive`), of a net that has not been
 * solved yet. l1_ratio > 0. */
double ca_net_alpha_max(const ca_net *net, double l1_ratio);
/* Sum of w (y - X x)^2 of the centred rows at net->x. */
double ca_net_squares(const ca_net *net);
/* Back to a solution that this penalty had: n coefficients of the columns as they are, the others 0. */
cauce_status ca_net_return(cauce_run *run, ca_net *net, double alpha, double l1_ratio, int64_t n,
                           const int64_t *column, const double *coef);
/* Moves net->x to the optimum for this penalty. */
cauce_status ca_net_solve(cauce_run *run, ca_net *net, double alpha, double l1_ratio, ca_net_goal goal,
                          ca_net_result *result);

/* Parameters of lasso and elastic_net. */
typedef struct ca_net_params {
    double alpha, l1_ratio;
    bool fit_intercept, positive;
    int64_t max_iter;
    double tol;
} ca_net_params;

/* Rows of a parameter struct. */
#define CA_NET_SHAPE_ROWS(T)                                                                                 \
    CAUCE_BOOL(T, fit_intercept, true, "Whether a constant, which is never penalised, is added."),           \
        CAUCE_BOOL(T, positive, false, "Whether the coefficients (not the constant) must be 0 or more.")

/* The parameter and state rows that both have. */
#define CA_NET_ALPHA_ROW                                                                                     \
    CAUCE_REAL_ABOVE(ca_net_params, alpha, 1.0, 0.0, 1e300,                                                  \
                     "Strength of the penalty; linear_regression is the model without one.")
#define CA_NET_OTHER_ROWS                                                                                    \
    CA_NET_SHAPE_ROWS(ca_net_params),                                                                        \
        CAUCE_INT(ca_net_params, max_iter, 1000, 1, 1000000000, "Passes over the columns at most."),         \
        CAUCE_REAL_ABOVE(                                                                                    \
            ca_net_params, tol, 1e-4, 0.0, 1.0,                                                              \
            "Accuracy that is called convergence: the largest duality gap, relative to the sum of "          \
            "squares of the centred target; where it can be had, the exact optimum follows.")
#define CA_NET_STATE_ROWS                                                                                    \
    CA_LINEAR_ROWS, CAUCE_NUMBER_INT(ca_linear, n_iter, "Passes over the columns."),                         \
        CAUCE_NUMBER_REAL(ca_linear, dual_gap, "Bound of how far the objective lies above its optimum.")

/* fit of the descriptors; params: ca_net_params, state: ca_linear. Warns when max_iter passes do not do. */
cauce_status ca_coordinate_fit(cauce_run *run, const void *params, const cauce_train *train, void *state);

/* What the descriptors share. */
#define CA_NET_COMPONENT(param_rows, state_rows, fit_function)                                               \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI, .role = CAUCE_REGRESSOR,                    \
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES, .params_size = sizeof(ca_net_params),                   \
    .params = param_rows, .state_size = sizeof(ca_linear), .state = state_rows, .state_version = 1,          \
    .fit = fit_function, .apply = ca_linear_apply, .verify = ca_linear_verify

/* The warning of a result that did not converge. */
void ca_net_warn(cauce_run *run, const ca_net *net, const ca_net_result *result, double tol);

#endif
