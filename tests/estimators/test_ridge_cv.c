#include "estimators/linear_support.h"
#include "linear/linear.h"
#include "reference/linear.h"
#include "reference/linear_cv.h"
#include "support/failing.h"

extern const cauce_component cauce_ridge_cv;

/* The layout of the component's parameters, as its rows tell it. */
struct params {
    cauce_value alphas, cv;
    bool fit_intercept, alpha_per_target;
};

static const cauce_value four[] = { { .type = CAUCE_V_REAL, .real = 0.001 },
                                    { .type = CAUCE_V_REAL, .real = 0.01 },
                                    { .type = CAUCE_V_REAL, .real = 0.1 },
                                    { .type = CAUCE_V_INT, .integer = 1, .real = 1 } };

static struct params params_of(const char *cv, bool fit_intercept) {
    struct params p = { .alphas = { .type = CAUCE_V_LIST, .items = four, .n_items = 4 },
                        .cv = { .type = cv ? CAUCE_V_TEXT : CAUCE_V_NULL, .text = cv },
                        .fit_intercept = fit_intercept };
    return p;
}

static ca_linear_choice fit(struct problem *t, struct params p) {
    ca_linear_choice s = { 0 };
    ck_assert_uint_eq(sizeof p, cauce_ridge_cv.params_size);
    cauce_status status = cauce_ridge_cv.fit(&t->run, &p, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    return s;
}

/* The diabetes rows; `more`: with squares and products, for fewer rows than columns. */
static double *diabetes(struct problem *t, int64_t n, bool more) {
    problem_begin(t, n);
    int64_t width = more ? 30 : 10;
    double *x = malloc((size_t)(442 * width) * sizeof *x);
    for (int64_t i = 0; i < 442; i++)
        for (int64_t j = 0; j < width; j++) {
            const double *row = ref_diabetes_x + i * 10;
            x[i + j * 442] = j < 10   ? row[j]
                             : j < 20 ? row[j - 10] * row[j - 10]
                                      : row[9 - (j - 20)] * row[j - 20];
        }
    add_dense(t, x, width, 442);
    t->train.y = ref_diabetes_y;
    return x;
}

static void check_chosen(const double *expected, struct params p) {
    struct problem t;
    double *x = diabetes(&t, 442, false);
    ca_linear_choice s = fit(&t, p);
    ck_assert(s.alpha == expected[0]);
    ck_near(s.best_score, expected[1], 1e-11);
    for (int j = 0; j < 10; j++) ck_near(s.linear.coef[j], expected[2 + j], 1e-10);
    ck_near(s.linear.intercept, expected[12], 1e-11);
    free(x);
    problem_end(&t);
}

static void check_scores(const double *expected, double sign, int64_t n, bool more, const char *cv,
                         double tol) {
    struct problem t;
    double *x = diabetes(&t, n, more);
    ca_linear_choice s = fit(&t, params_of(cv, true));
    for (int k = 0; k < 4; k++) ck_near(s.scores[k], sign * expected[k], tol);
    free(x);
    problem_end(&t);
}

START_TEST(golden) {
    check_chosen(ref_ridge_cv, params_of(NULL, true));
    check_chosen(ref_ridge_cv_plain, params_of(NULL, false));
    check_chosen(ref_ridge_cv_folds, params_of("k_fold n_splits=5", true));
    check_scores(ref_ridge_cv_errors, -1, 442, false, NULL, 1e-11);
    check_scores(ref_ridge_cv_wide_errors, -1, 20, true, NULL, 1e-9);
    check_scores(ref_ridge_cv_folds_scores, 1, 442, false, "k_fold", 1e-11);
    check_scores(ref_ridge_cv_shuffled_scores, 1, 20, true, "k_fold n_splits=4", 1e-9);
}
END_TEST

/* Rows given several times, and weights: one of the copies is left out at a time. */
static void check_weights(int64_t n, int64_t p) {
    int64_t m = 0;
    double *x = malloc((size_t)(n * p) * 8), *xx = malloc((size_t)(3 * n * p) * 8), y[40], yy[120], w[40];
    int32_t codes[40], codes_of[120];
    uint64_t seed = (uint64_t)p;
    for (int64_t i = 0; i < n * p; i++) x[i] = 3 + normal(&seed);
    for (int64_t i = 0; i < n; i++) {
        codes[i] = (int32_t)(4 * uniform(&seed)) - 1;
        y[i] = normal(&seed) + x[i] + codes[i];
        w[i] = (double)(i % 3 + 1);
        for (int k = 0; k < w[i]; k++, m++) {
            yy[m] = y[i];
            codes_of[m] = codes[i];
            for (int64_t j = 0; j < p; j++) xx[m + j * 3 * n] = x[i + j * n];
        }
    }
    for (int intercept = 0; intercept < 2; intercept++) {
        struct problem t, u;
        problem_begin(&t, n);
        problem_begin(&u, m);
        add_onehot(&t, codes, 3), add_onehot(&u, codes_of, 3);
        add_dense(&t, x, p, n), add_dense(&u, xx, p, 3 * n);
        t.train.y = y, u.train.y = yy, t.train.weight = w;
        ca_linear_choice s = fit(&t, params_of(NULL, intercept)), r = fit(&u, params_of(NULL, intercept));
        for (int k = 0; k < 4; k++) ck_near(s.scores[k], r.scores[k], 1e-9);
        problem_end(&t);
        problem_end(&u);
    }
    free(x), free(xx);
}

START_TEST(weight_is_repetition) {
    check_weights(40, 5);
    check_weights(12, 60);
    check_weights(20, 30); /* repeated there are more rows than columns: one way against the other */
}
END_TEST

START_TEST(refusals) {
    struct problem t;
    problem_begin(&t, 3);
    struct params p = params_of(NULL, true);
    ck_assert_int_eq(cauce_ridge_cv.check(&t.run, &p), CAUCE_OK);
    const cauce_value zero[] = { { .type = CAUCE_V_REAL, .real = 1 }, { .type = CAUCE_V_REAL, .real = 0 } };
    p.alphas = (cauce_value){ .type = CAUCE_V_LIST, .items = zero, .n_items = 2 };
    ck_assert_int_eq(cauce_ridge_cv.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert_msg(strstr(t.run.error.message, "item 2") != NULL, "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    p.alphas.n_items = 0;
    ck_assert_int_eq(cauce_ridge_cv.check(&t.run, &p), CAUCE_E_PARAM);
    ca_run_forgive(&t.run);
    double x[] = { 1, 2, 4 };
    add_dense(&t, x, 1, 3);
    t.train.y = x;
    p = params_of("k_fold n_splits=4", true);
    ca_linear_choice s = { 0 };
    ck_assert_int_eq(cauce_ridge_cv.fit(&t.run, &p, &t.train, &s), CAUCE_E_DATA);
    ck_assert_msg(strstr(t.run.error.message, "n_splits=4") != NULL, "%s", t.run.error.message);
    problem_end(&t);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    static const char *const cv[] = { NULL, "k_fold n_splits=3" };
    failing_install();
    for (int c = 0; c < 4; c++) FAILING_EACH(pass) {
            struct problem t;
            double *x = diabetes(&t, c / 2 ? 20 : 60, c / 2 != 0);
            t.run.threads = 1;
            struct params p = params_of(cv[c % 2], true);
            ca_linear_choice s = { 0 };
            cauce_status status = cauce_ridge_cv.fit(&t.run, &p, &t.train, &s);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            free(x);
            problem_end(&t);
        }
}
END_TEST

TEST_MAIN("ridge_cv", TEST(golden), TEST(weight_is_repetition), TEST(refusals),
          TEST(every_allocation_may_fail))
