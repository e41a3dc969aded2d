/* Linear support vector classification: minimises 1/2 |coef|^2 + 1/2 (intercept / intercept_scaling)^2 (or
 * the sizes of these) + C sum_i w_i loss_i for each class against the others (of two classes once), as
 * liblinear states it (Fan et al. 2008, Journal of Machine Learning Research 9), solved to the optimum. The
 * values are no probabilities.
 */
#include "base/run.h"
#include "linear/classes.h"
#include "linear/scaled.h"
#include "linear/support_vector.h"
#include "linear/turned.h"

struct svc_params {
    int penalty, loss;
    double tol, C;
    bool fit_intercept;
    double intercept_scaling;
    cauce_value class_weight;
    int64_t max_iter;
};

enum { PENALTY_L2, PENALTY_L1 };
enum { LOSS_SQUARED_HINGE, LOSS_HINGE };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(struct svc_params, penalty, "l2", "l2|l1",
                 "Whether the squares of the coefficients are penalised, or their sizes, which leaves many "
                 "at 0 (with squared_hinge alone)."),
    CAUCE_CHOICE(struct svc_params, loss, "squared_hinge", "squared_hinge|hinge",
                 "What a row costs whose margin falls short of 1: the square of that, or its size."),
    CAUCE_REAL_ABOVE(struct svc_params, tol, 1e-4, 0.0, 1.0,
                     "Accuracy of squared_hinge: the last step must be below tol / 1000, relative; hinge is "
                     "always solved to a relative gap of 1e-8 or less."),
    CAUCE_REAL_ABOVE(struct svc_params, C, 1.0, 0.0, 1e300,
                     "Inverse strength of the penalty: smaller values pull the coefficients more towards 0."),
    CAUCE_BOOL(struct svc_params, fit_intercept, true, "Whether a constant is added."),
    CAUCE_REAL_ABOVE(struct svc_params, intercept_scaling, 1.0, 0.0, 1e100,
                     "The constant is penalised like the coefficient of a column of this value: the larger "
                     "it is, the less."),
    CA_CLASS_WEIGHT_ROW(struct svc_params),
    CAUCE_INT(struct svc_params, max_iter, 1000, 1, 1000000,
              "Steps at most, for each class; with squares and thousands of columns those of L-BFGS, which "
              "are much "
              "cheaper, may be fifty times as many."),
    CAUCE_END
};

static const cauce_state state_rows[] = {
    CA_LINEAR_CLASSES_ROWS,
    CAUCE_NUMBER_INT(ca_linear_classes, n_iter, "Steps taken, of the class that took most."), CAUCE_STATE_END
};

static cauce_status svc_check(cauce_run *run, const void *params) {
    const struct svc_params *p = params;
    if (p->penalty == PENALTY_L1 && p->loss == LOSS_HINGE)
        return cauce_fail(run, CAUCE_E_PARAM, "penalty=l1 is for loss=squared_hinge");
    return CAUCE_OK;
}

/* Sizes of coefficients do not turn with the columns: where some are far from 0 that is said. */
static cauce_status open_rows(cauce_run *run, const struct svc_params *p, const cauce_train *train,
                              const double *weight, ca_turned *turned) {
    ca_design d;
    CA_TRY(ca_design_open(run, train, NULL, weight, p->fit_intercept, &d));
    double *mean = cauce_scratch(run, d.n_packed, sizeof *mean);
    if (!mean) return CA_NOMEM(run);
    CA_TRY(ca_design_scale(run, &d, mean));
    if (p->penalty == PENALTY_L2)
        return ca_turned_open(run, &d, mean, p->fit_intercept ? p->intercept_scaling : 0, turned);
    *turned = (ca_turned){ .design = d, .constant = p->fit_intercept ? p->intercept_scaling : 0 };
    const char *far = ca_far_name(&d, mean);
    if (far)
        cauce_warn(run, "far_column",
                   "column '%s' lies so far from 0, for what it varies, that few digits of its coefficient "
                   "count; centre it (standard_scaler)",
                   far);
    return CAUCE_OK;
}

static cauce_status svc_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const struct svc_params *p = params;
    ca_linear_classes *s = state;
    CA_TRY(ca_linear_classes_open(run, train, s));
    const double *weight;
    CA_TRY(ca_class_row_weights(run, &p->class_weight, train, &weight));
    ca_turned turned;
    CA_TRY(open_rows(run, p, train, weight, &turned));
    const ca_design *d = &turned.design;
    bool l1 = p->penalty == PENALTY_L1;
    double *penalty = ca_turned_penalty(run, &turned, l1 ? 0 : 1 / p->C);
    double *sizes = l1 ? ca_machine_sizes(run, d, 1 / p->C, p->fit_intercept, p->intercept_scaling) : NULL;
    if (!penalty || (l1 && !sizes)) return CA_NOMEM(run);
    bool converged = true;
    for (int64_t c = 0; c < s->n_rows; c++) {
        ca_arena_mark here = ca_arena_here(&run->scratch);
        int32_t mine = s->n_rows == 1 ? 1 : (int32_t)c;
        ca_machine machine = { .design = d,
                               .target = { .y_class = train->y_class, .mine = mine },
                               .squared = p->loss == LOSS_SQUARED_HINGE,
                               .penalty = penalty,
                               .sizes = sizes,
                               .max_iter = p->max_iter,
                               .tol = p->tol };
        machine.v = cauce_scratch(run, d->q, sizeof *machine.v);
        if (!machine.v) return CA_NOMEM(run);
        CA_TRY(ca_machine_fit(run, &machine));
        CA_TRY(ca_turned_back(run, &turned, machine.v, s->coef + c * s->n_features, &s->intercept[c]));
        if (machine.n_iter > s->n_iter) s->n_iter = machine.n_iter;
        converged = converged && machine.converged;
        ca_arena_back(&run->scratch, here);
    }
    if (!converged)
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within %lld steps; raise max_iter, lower C, or scale the "
                   "features",
                   (long long)s->n_iter);
    return ca_linear_classes_finite(run, s);
}

const cauce_component cauce_linear_svc = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "linear_svc",
    .summary = "Linear support vector machine: a wide margin between the classes, without probabilities.",
    .reference = "Mangasarian, A finite Newton method for classification, 2002, "
                 "doi:10.1080/1055678021000028375",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_AS_IT_LIES | CAUCE_TAG_MARGIN,
    .params_size = sizeof(struct svc_params),
    .params = param_rows,
    .state_size = sizeof(ca_linear_classes),
    .state = state_rows,
    .state_version = 1,
    .check = svc_check,
    .fit = svc_fit,
    .apply = ca_linear_classes_decide,
    .verify = ca_linear_classes_verify,
};
