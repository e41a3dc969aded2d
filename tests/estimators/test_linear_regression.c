#include "estimators/linear_support.h"
#include "linear/inference.h"
#include "reference/linear.h"
#include "reference/linear_family.h"
#include "support/failing.h"

extern const cauce_component cauce_linear_regression;

struct params {
    bool fit_intercept, positive, statistics;
    double confidence;
};

struct state {
    double *coef;
    int64_t n_features;
    double intercept;
    int64_t n_iter;
    double dual_gap, *target_coef, *target_intercept;
    int64_t n_targets;
    ca_inference inference;
};

static struct state fit(struct problem *t, struct params p) {
    struct state s = { 0 };
    ck_assert_uint_eq(sizeof s, cauce_linear_regression.state_size);
    ck_assert_uint_eq(sizeof p, cauce_linear_regression.params_size);
    cauce_status status = cauce_linear_regression.fit(&t->run, &p, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    return s;
}

static void check_golden(const double *expected, int64_t n, struct params p, bool weighted, double tol) {
    struct problem t;
    double weight[442];
    for (int i = 0; i < 442; i++) weight[i] = (7 * i) % 3 + 1;
    problem_begin(&t, n);
    double *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(&t, x, 10, 442);
    t.train.y = ref_diabetes_y;
    if (weighted) t.train.weight = weight;
    struct state s = fit(&t, p);
    for (int j = 0; j < 10; j++) {
        ck_near(s.coef[j], expected[j], tol);
        if (p.positive) ck_assert((expected[j] > 0) == (s.coef[j] > 0) && s.coef[j] >= 0);
    }
    ck_near(s.intercept, expected[10], tol);
    ck_assert(t.run.warnings == NULL);
    free(x);
    problem_end(&t);
}

START_TEST(golden) {
    check_golden(ref_ols, 442, (struct params){ .fit_intercept = true }, false, 1e-10);
    check_golden(ref_ols_plain, 442, (struct params){ 0 }, false, 1e-10);
    check_golden(ref_ols_weighted, 442, (struct params){ .fit_intercept = true }, true, 1e-10);
    check_golden(ref_ols_wide, 6, (struct params){ .fit_intercept = true }, false, 1e-9);
    check_golden(ref_positive, 442, (struct params){ .fit_intercept = true, .positive = true }, false, 1e-11);
    check_golden(ref_positive_plain, 442, (struct params){ .positive = true }, false, 1e-11);
    check_golden(ref_positive_weighted, 442, (struct params){ .fit_intercept = true, .positive = true }, true,
                 1e-11);
    const double published[] = { -10.0098662998, -239.8156436724, 519.8459200545, 324.3846455023 };
    for (int j = 0; j < 4; j++) ck_close(ref_ols[j], published[j], 1e-11);
    ck_close(ref_ols[10], 152.133484163, 1e-11);
    const int zero[] = { 0, 1, 4, 5, 6 };
    for (int j = 0; j < 5; j++) ck_assert(ref_positive[zero[j]] == 0);
    ck_near(ref_positive[2], 585.3267076436, 1e-11);
}
END_TEST

START_TEST(collinear_columns_take_the_least_norm) {
    double x[] = { 1, 2, 3, 1, 2, 3 }, y[] = { 0.5, 2.0 / 3, 3 }, line[] = { 1, 2, 3 };
    struct problem t;
    problem_begin(&t, 3);
    add_dense(&t, x, 2, 3);
    t.train.y = line;
    struct state s = fit(&t, (struct params){ .fit_intercept = true });
    ck_near(s.coef[0], 0.5, 1e-13);
    ck_near(s.coef[1], 0.5, 1e-13);
    ck_near(s.intercept, 0, 1e-13);
    t.train.y = y;
    s = fit(&t, (struct params){ .fit_intercept = true,
                                 .positive = true }); /* one of many optima, all with this sum */
    ck_near(s.coef[0] + s.coef[1], 1.25, 1e-13);
    ck_assert(s.coef[0] >= 0 && s.coef[1] >= 0);
    problem_end(&t);
}
END_TEST

/* The optimum over x >= 0 is where the gradient is 0 on the coefficients above 0 and not below 0 elsewhere.
 */
START_TEST(positive_is_optimal) {
    uint64_t seed = 3;
    for (int round = 0; round < 60; round++) {
        int64_t n = 4 + round % 30, p = 1 + round % 13;
        double *x = malloc((size_t)(n * p) * 8), *y = malloc((size_t)n * 8), *w = malloc((size_t)n * 8);
        int32_t *codes = malloc((size_t)n * 4);
        for (int64_t i = 0; i < n; i++) {
            y[i] = normal(&seed);
            w[i] = 1 + (int)(3 * uniform(&seed));
            codes[i] = (int32_t)(4 * uniform(&seed)) - 1;
        }
        for (int64_t i = 0; i < n * p; i++) x[i] = 5 + normal(&seed) + 0.5 * y[i % n];
        struct problem t;
        problem_begin(&t, n);
        add_dense(&t, x, p, n);
        add_onehot(&t, codes, 3);
        t.train.y = y;
        t.train.weight = w;
        struct state s = fit(&t, (struct params){ .fit_intercept = true, .positive = true });
        double *residual = malloc((size_t)n * 8), sum = 0;
        apply_all(&t, &cauce_linear_regression, NULL, &s, 1, 256, residual);
        for (int64_t i = 0; i < n; i++) sum += w[i] * (residual[i] = y[i] - residual[i]);
        ck_near(sum + 1, 1, 1e-9);
        for (int64_t j = 0; j < p + 3; j++) {
            double gradient = 0;
            for (int64_t i = 0; i < n; i++)
                gradient += w[i] * residual[i] * (j < p ? x[i + j * n] : codes[i] == j - p);
            ck_assert(s.coef[j] >= 0 && gradient < 1e-8);
            if (s.coef[j] > 0) ck_assert(gradient > -1e-8);
        }
        ck_assert(t.run.warnings == NULL);
        free(x), free(y), free(w), free(codes), free(residual);
        problem_end(&t);
    }
}
END_TEST

START_TEST(constants_and_one_row) {
    double x[] = { 0.1, 0.1, 0.1, 0.1, 1, 2, 3, 5 }, y[] = { 2, 4, 6, 10 }, flat[] = { 7, 7, 7, 7 };
    for (int positive = 0; positive < 2; positive++) {
        struct problem t;
        problem_begin(&t, 4);
        add_dense(&t, x, 2, 4);
        t.train.y = y;
        struct params p = { .fit_intercept = true, .positive = positive };
        struct state s = fit(&t, p);
        ck_near(s.coef[0], 0, 1e-13);
        ck_near(s.coef[1], 2, 1e-13);
        t.train.y = flat;
        s = fit(&t, p);
        ck_near(s.coef[1], 0, 1e-13);
        ck_near(s.intercept, 7, 1e-13);
        problem_end(&t);
        problem_begin(&t, 1);
        add_dense(&t, x + 4, 2, 2);
        t.train.y = y;
        s = fit(&t, p);
        ck_near(s.coef[0], 0, 1e-13);
        ck_near(s.intercept, 2, 1e-13);
        problem_end(&t);
    }
}
END_TEST

START_TEST(overflow_and_verify) {
    double x[] = { 1e300, -1e300, 1e300 }, y[] = { 1, 2, 3 }, coef[] = { 1, NAN };
    for (int positive = 0; positive < 2; positive++) {
        struct problem t;
        problem_begin(&t, 3);
        add_dense(&t, x, 1, 3);
        t.train.y = y;
        struct params p = { .fit_intercept = true, .positive = positive };
        struct state s = { 0 };
        ck_assert_int_eq(cauce_linear_regression.fit(&t.run, &p, &t.train, &s), CAUCE_E_NUMERIC);
        ck_assert(strstr(t.run.error.message, "'x'"));
        ca_run_forgive(&t.run);
        cauce_fitted self = { .component = &cauce_linear_regression, .state = &s, .in = &t.schema };
        s = (struct state){ .coef = coef, .n_features = 2 };
        ck_assert_int_eq(cauce_linear_regression.verify(&t.run, &self), CAUCE_E_FORMAT);
        ca_run_forgive(&t.run);
        s = (struct state){ .coef = coef + 1, .n_features = 1 };
        ck_assert_int_eq(cauce_linear_regression.verify(&t.run, &self), CAUCE_E_FORMAT);
        ca_run_forgive(&t.run);
        s = (struct state){ .coef = coef, .n_features = 1 };
        ck_assert_int_eq(cauce_linear_regression.verify(&t.run, &self), CAUCE_OK);
        problem_end(&t);
    }
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    double *x = columns_of(ref_diabetes_x, 442, 10);
    for (int positive = 0; positive < 2; positive++) FAILING_EACH(pass) {
            struct problem t;
            problem_begin(&t, 442);
            t.run.threads = 1;
            add_dense(&t, x, 10, 442);
            t.train.y = ref_diabetes_y;
            struct params p = { .fit_intercept = true, .positive = positive };
            struct state s = { 0 };
            cauce_status status = cauce_linear_regression.fit(&t.run, &p, &t.train, &s);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            problem_end(&t);
        }
    free(x);
}
END_TEST

TEST_MAIN("linear_regression", TEST(golden), TEST(collinear_columns_take_the_least_norm),
          TEST(positive_is_optimal), TEST(constants_and_one_row), TEST(overflow_and_verify),
          TEST(every_allocation_may_fail))
