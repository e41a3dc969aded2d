/* What the tests of logistic regression have in common: its parameters and state, fits, and fits that are
 * compared. */
#ifndef TESTS_ESTIMATORS_LOGISTIC_SUPPORT_H
#define TESTS_ESTIMATORS_LOGISTIC_SUPPORT_H

#include "estimators/linear_support.h"
#include "linear/inference.h"

extern const cauce_component cauce_logistic_regression;

/* The layout of the component's parameters and state, as its rows tell it. */
struct params {
    int penalty, solver, multi_class;
    double C, tol;
    cauce_value l1_ratio;
    bool fit_intercept;
    cauce_value class_weight;
    int64_t max_iter;
    bool statistics;
    double confidence;
};
struct state {
    double *coef, *intercept;
    int64_t n_rows, n_features, n_iter;
    double gradient_norm;
    ca_inference inference;
};
enum { L2, NONE, L1, NET };
enum { AUTO, NEWTON, LBFGS };

static const struct params defaults = { .penalty = L2,
                                        .solver = AUTO,
                                        .C = 1,
                                        .tol = 1e-4,
                                        .l1_ratio = { .type = CAUCE_V_NULL },
                                        .fit_intercept = true,
                                        .class_weight = { .type = CAUCE_V_NULL },
                                        .max_iter = 100 };

static inline struct state fit(struct problem *t, struct params p) {
    struct state s = { 0 };
    ck_assert_uint_eq(sizeof s, cauce_logistic_regression.state_size);
    ck_assert_uint_eq(sizeof p, cauce_logistic_regression.params_size);
    cauce_status status = cauce_logistic_regression.fit(&t->run, &p, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    for (int64_t j = 0; j < s.n_rows * s.n_features; j++) ck_assert(isfinite(s.coef[j]));
    for (int64_t k = 0; k < s.n_rows; k++) ck_assert(isfinite(s.intercept[k]));
    return s;
}

static inline void target(struct problem *t, const int32_t *y, int32_t n_classes) {
    t->train.y_class = y;
    t->train.n_classes = n_classes;
}

static inline void check_golden(const double *rows, int64_t n, int64_t p_all, int64_t p, const int32_t *y,
                                int32_t n_classes, const double *expected, const double *weight,
                                struct params params, double tol) {
    double *x = columns_of(rows, n, p_all);
    standardise(x, n, p_all);
    struct problem t;
    problem_begin(&t, n);
    add_dense(&t, x, p, n);
    target(&t, y, n_classes);
    t.train.weight = weight;
    struct state s = fit(&t, params);
    for (int64_t k = 0; k < s.n_rows; k++) {
        for (int64_t j = 0; j < p; j++) ck_near(s.coef[k * p + j], expected[k * (p + 1) + j], tol);
        ck_near(s.intercept[k], expected[k * (p + 1) + p], tol);
    }
    ck_assert_msg(s.gradient_norm < 1e3 * tol, "gradient %g", s.gradient_norm);
    ck_assert(!t.run.warnings);
    if (getenv("VERBOSE")) printf("%lld steps, gradient %g\n", (long long)s.n_iter, s.gradient_norm);
    free(x);
    problem_end(&t);
}

#endif
