#include "estimators/logistic_support.h"
#include "linear/classes.h"
#include "reference/linear.h"
#include "reference/linear_classes.h"
#include "support/failing.h"

extern const cauce_component cauce_logistic_regression_cv;

/* The layout of the component's parameters and state, as its rows tell it. */
struct cv_params {
    cauce_value Cs, l1_ratios, cv, class_weight;
    int penalty, solver, scoring;
    bool fit_intercept;
    int64_t max_iter;
    double tol;
};
struct cv_state {
    ca_linear_classes linear;
    double C, l1_ratio, best_score;
    double *Cs, *l1_ratios, *scores;
    int64_t n_Cs, n_ratios, n_candidates, n_folds;
};
enum { CV_L2, CV_L1, CV_NET };
enum { ACCURACY, LOG_LOSS };

static const cauce_value four[] = { { .type = CAUCE_V_REAL, .real = 0.001 },
                                    { .type = CAUCE_V_REAL, .real = 0.03 },
                                    { .type = CAUCE_V_INT, .integer = 1, .real = 1 },
                                    { .type = CAUCE_V_INT, .integer = 30, .real = 30 } };

static struct cv_params cv_defaults(void) {
    struct cv_params p = { .Cs = { .type = CAUCE_V_LIST, .items = four, .n_items = 4 },
                           .l1_ratios = { .type = CAUCE_V_NULL },
                           .cv = { .type = CAUCE_V_INT, .integer = 5 },
                           .class_weight = { .type = CAUCE_V_NULL },
                           .fit_intercept = true,
                           .max_iter = 100,
                           .tol = 1e-4 };
    return p;
}

static double *rows(struct problem *t, bool wine) {
    int64_t n = wine ? 178 : 569, p = wine ? 13 : 30;
    double *x = columns_of(wine ? ref_wine_x : ref_cancer_x, n, p);
    standardise(x, n, p);
    problem_begin(t, n);
    add_dense(t, x, p, n);
    t->train.y_class = wine ? ref_wine_y : ref_cancer_y;
    t->train.n_classes = wine ? 3 : 2;
    return x;
}

static struct cv_state cv_fit(struct problem *t, struct cv_params p) {
    struct cv_state s = { 0 };
    ck_assert_uint_eq(sizeof p, cauce_logistic_regression_cv.params_size);
    ck_assert_uint_eq(sizeof s, cauce_logistic_regression_cv.state_size);
    cauce_status status = cauce_logistic_regression_cv.check(&t->run, &p);
    if (status == CAUCE_OK) status = cauce_logistic_regression_cv.fit(&t->run, &p, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    bool unused = p.l1_ratios.type != CAUCE_V_NULL && p.penalty != CV_NET;
    for (const ca_warning *w = t->run.warnings; w; w = w->next)
        ck_assert(unused && strcmp(w->name, "unused_parameter") == 0);
    ck_assert_int_eq(t->run.warnings != NULL, unused);
    return s;
}

static void check_cv(bool wine, struct cv_params p, const double *expected, double tol) {
    struct problem t;
    double *x = rows(&t, wine);
    struct cv_state s = cv_fit(&t, p);
    ck_near(s.C, expected[0], 1e-12);
    for (int64_t k = 0; k < s.n_Cs; k++) {
        double mean = 0;
        for (int64_t f = 0; f < s.n_folds; f++) mean += s.scores[k * s.n_folds + f] / (double)s.n_folds;
        ck_near(mean, expected[1 + k], tol);
        ck_assert(s.best_score >= mean);
    }
    /* the last fit is that of all rows with the strength that was chosen */
    struct params one = defaults;
    one.C = s.C;
    struct state other = fit(&t, one);
    ck_assert_int_eq(other.n_rows * other.n_features, s.linear.n_rows * s.linear.n_features);
    ck_assert_mem_eq(other.coef, s.linear.coef, (size_t)(other.n_rows * other.n_features) * sizeof(double));
    free(x);
    problem_end(&t);
}

START_TEST(golden) {
    struct cv_params p = cv_defaults();
    check_cv(false, p, ref_cv_two_accuracy, 1e-12);
    p.scoring = LOG_LOSS;
    check_cv(false, p, ref_cv_two_loss, 1e-7);
    p.Cs.n_items = 3;
    p.cv.integer = 3;
    check_cv(true, p, ref_cv_three, 1e-7);
    struct problem t;
    double *x = rows(&t, true);
    p.Cs = (cauce_value){ .type = CAUCE_V_INT, .integer = 4 };
    struct cv_state s = cv_fit(&t, p);
    for (int k = 0; k < 4; k++) ck_near(log10(s.Cs[k]), -4 + 8 * k / 3., 1e-14);
    free(x);
    problem_end(&t);
}
END_TEST

/* Scores of penalties on sizes against fits of the rows of each fold. */
START_TEST(mixtures) {
    struct problem t;
    double *x = rows(&t, false);
    const cauce_value ratios[] = { { .type = CAUCE_V_REAL, .real = 0.2 },
                                   { .type = CAUCE_V_INT, .integer = 1, .real = 1 } };
    struct cv_params p = cv_defaults();
    p.penalty = CV_NET;
    p.l1_ratios = (cauce_value){ .type = CAUCE_V_LIST, .items = ratios, .n_items = 2 };
    p.Cs.n_items = 3;
    p.scoring = LOG_LOSS;
    struct cv_state s = cv_fit(&t, p);
    ck_assert(s.n_ratios == 2 && s.n_candidates == 6 && s.n_folds == 5);
    p.penalty = CV_L1;
    struct cv_state l1 = cv_fit(&t, p);
    for (int64_t i = 0; i < 15; i++) ck_near(l1.scores[i], s.scores[15 + i], 1e-9);
    ck_assert(l1.l1_ratio == 1 && l1.n_ratios == 1);
    p.penalty = CV_L2;
    struct cv_state l2 = cv_fit(&t, p);
    ck_assert(l2.l1_ratio == 0 && l2.scores[0] != l1.scores[0]);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(refusals) {
    struct problem t;
    double x[] = { 1, 2, 3, 4, 5, 6 };
    const int32_t y[] = { 0, 0, 0, 1, 1, 2 };
    problem_begin(&t, 6);
    add_dense(&t, x, 1, 6);
    t.train.y_class = y, t.train.n_classes = 3;
    struct cv_params p = cv_defaults();
    p.cv.integer = 2;
    struct cv_state s = { 0 };
    ck_assert_int_eq(cauce_logistic_regression_cv.fit(&t.run, &p, &t.train, &s), CAUCE_E_DATA);
    ck_assert_msg(strstr(t.run.error.message, "trains on no row of class"), "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    p.penalty = CV_NET;
    ck_assert_int_eq(cauce_logistic_regression_cv.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert(strstr(t.run.error.message, "l1_ratios"));
    ca_run_forgive(&t.run);
    p = cv_defaults();
    p.Cs.n_items = 0;
    ck_assert_int_eq(cauce_logistic_regression_cv.check(&t.run, &p), CAUCE_E_PARAM);
    problem_end(&t);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    for (int penalty = CV_L2; penalty <= CV_L1; penalty++) FAILING_EACH(pass) {
            struct problem t;
            double *x = rows(&t, true);
            t.run.threads = 1;
            struct cv_params p = cv_defaults();
            p.penalty = penalty;
            p.Cs = (cauce_value){ .type = CAUCE_V_LIST, .items = four, .n_items = 1 };
            p.cv.integer = 2;
            p.class_weight = (cauce_value){ .type = CAUCE_V_TEXT, .text = "balanced" };
            struct cv_state s = { 0 };
            cauce_status status = cauce_logistic_regression_cv.fit(&t.run, &p, &t.train, &s);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            free(x);
            problem_end(&t);
        }
}
END_TEST

TEST_MAIN("logistic_regression_cv", TEST(golden), TEST(mixtures), TEST(refusals),
          TEST(every_allocation_may_fail))
