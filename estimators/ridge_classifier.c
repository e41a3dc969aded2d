/* Ridge regression on targets of 1 for the class and -1 for the others: sum_i w_i (t_i - x_i . coef -
 * intercept)^2 + alpha |coef|^2 is minimised for each class (for two classes once), and the class of the
 * largest value is predicted. The values are no probabilities. */
#include "base/run.h"
#include "linear/classes.h"
#include "linear/least_squares.h"

struct ridge_classifier_params {
    double alpha;
    bool fit_intercept;
    cauce_value class_weight;
    int solver;
};

enum { SOLVER_AUTO, SOLVER_CHOLESKY, SOLVER_SVD };

static const cauce_param param_rows[] = {
    CAUCE_REAL(struct ridge_classifier_params, alpha, 1.0, 0.0, 1e300,
               "Strength of the penalty on the squares of the coefficients; 0 is ordinary least squares."),
    CAUCE_BOOL(struct ridge_classifier_params, fit_intercept, true,
               "Whether a constant, which is never penalised, is added."),
    CA_CLASS_WEIGHT_ROW(struct ridge_classifier_params),
    CAUCE_CHOICE(
        struct ridge_classifier_params, solver, "auto", "auto|cholesky|svd",
        "How the optimum is found; auto and cholesky solve the normal equations and, where these are "
        "nearly singular, turn to svd, which gives the coefficients of least norm."),
    CAUCE_END
};

static const cauce_state state_rows[] = { CA_LINEAR_CLASSES_ROWS, CAUCE_STATE_END };

static cauce_status ridge_classifier_fit(cauce_run *run, const void *params, const cauce_train *train,
                                         void *state) {
    const struct ridge_classifier_params *p = params;
    ca_linear_classes *s = state;
    CA_TRY(ca_linear_classes_open(run, train, s));
    cauce_train weighted = *train;
    CA_TRY(ca_class_row_weights(run, &p->class_weight, train, &weighted.weight));
    for (int64_t c = 0; c < s->n_rows; c++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        int32_t mine = s->n_rows == 1 ? 1 : (int32_t)c;
        CA_TRY(ca_least_squares_class(run, &weighted, mine, p->alpha, p->fit_intercept,
                                      p->solver == SOLVER_SVD, s->coef + c * s->n_features,
                                      &s->intercept[c]));
        ca_arena_back(&run->scratch, here);
    }
    return ca_linear_classes_finite(run, s);
}

const cauce_component cauce_ridge_classifier = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "ridge_classifier",
    .summary = "Ridge regression on the classes as 1 and -1: fast, and without probabilities.",
    .reference = "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, section 4.2, "
                 "doi:10.1007/978-0-387-84858-7",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_MARGIN,
    .params_size = sizeof(struct ridge_classifier_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear_classes),
    .state = state_rows,
    .state_version = 1,
    .fit = ridge_classifier_fit,
    .apply = ca_linear_classes_decide,
    .verify = ca_linear_classes_verify,
};
