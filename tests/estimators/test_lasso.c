#include "estimators/linear_support.h"
#include "linear/coordinate.h"
#include "reference/linear.h"
#include "reference/linear_family.h"

extern const cauce_component cauce_lasso;

/* The share of the penalty on sizes is not a parameter here: it is 1 whatever the struct holds. */
START_TEST(golden) {
    struct problem t;
    problem_begin(&t, 442);
    double *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(&t, x, 10, 442);
    t.train.y = ref_diabetes_y;
    ca_net_params p = { 0.1, 0.25, true, false, 1000, 1e-4 };
    ca_linear s = { 0 };
    ck_assert_int_eq(cauce_lasso.fit(&t.run, &p, &t.train, &s), CAUCE_OK);
    for (int j = 0; j < 10; j++) ck_near(s.coef[j], ref_lasso[j], 1e-9);
    ck_near(s.intercept, ref_lasso[10], 1e-9);
    ck_assert(t.run.warnings == NULL);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(has_no_ratio) {
    for (const cauce_param *row = cauce_lasso.params; row->name; row++)
        ck_assert_str_ne(row->name, "l1_ratio");
}
END_TEST

/* Case 33: at the tolerance that is the default, what is certified keeps its promise. */
START_TEST(gap) {
    struct problem t;
    problem_begin(&t, 442);
    double *x = columns_of(ref_diabetes_x, 442, 10), fitted[442], mean = 0, square = 0, loss = 0, size = 0;
    add_dense(&t, x, 10, 442);
    t.train.y = ref_diabetes_y;
    ca_net_params p = { 0.1, 1, true, false, 1000, 1e-4 };
    ca_linear s = { 0 };
    ck_assert_int_eq(cauce_lasso.fit(&t.run, &p, &t.train, &s), CAUCE_OK);
    apply_all(&t, &cauce_lasso, &p, &s, 1, 442, fitted);
    for (int i = 0; i < 442; i++) mean += ref_diabetes_y[i] / 442;
    for (int i = 0; i < 442; i++) {
        square += (ref_diabetes_y[i] - mean) * (ref_diabetes_y[i] - mean) / 442;
        loss += (ref_diabetes_y[i] - fitted[i]) * (ref_diabetes_y[i] - fitted[i]) / (2 * 442);
    }
    ck_assert_msg(s.dual_gap >= 0 && s.dual_gap <= 1e-4 * square, "gap %g", s.dual_gap);
    ck_assert(ref_lasso_default[0] <= 1e-4 * square); /* scikit-learn's, with the same bound */
    /* and the objective is as near to its optimum as the gap says */
    double best = 0, penalty = 0;
    for (int j = 0; j < 10; j++) size += fabs(s.coef[j]);
    for (int j = 0; j < 10; j++) penalty += fabs(ref_lasso[j]);
    for (int i = 0; i < 442; i++) {
        double r = ref_diabetes_y[i] - ref_lasso[10];
        for (int j = 0; j < 10; j++) r -= ref_lasso[j] * x[i + j * 442];
        best += r * r / (2 * 442);
    }
    ck_assert(loss + 0.1 * size - best - 0.1 * penalty <= s.dual_gap + 1e-9);
    free(x);
    problem_end(&t);
}
END_TEST

/* Beside an infinite sum of squares every gap is small: refused, by products of columns and by columns. */
START_TEST(squares_overflow) {
    for (int64_t n = 442; n > 0; n = n > 5 ? 5 : 0) {
        struct problem t;
        problem_begin(&t, n);
        double *x = columns_of(ref_diabetes_x, n, 10), y[442];
        add_dense(&t, x, 10, n);
        for (int64_t i = 0; i < n; i++) y[i] = 1e200 * ref_diabetes_y[i];
        t.train.y = y;
        ca_net_params p = { 0.1, 1, true, false, 1000, 1e-4 };
        ca_linear s = { 0 };
        ck_assert_int_eq(cauce_lasso.fit(&t.run, &p, &t.train, &s), CAUCE_E_NUMERIC);
        ck_assert_ptr_nonnull(strstr(t.run.error.message, "targets so large that their squares overflow"));
        free(x);
        problem_end(&t);
    }
}
END_TEST

TEST_MAIN("lasso", TEST(golden), TEST(has_no_ratio), TEST(gap), TEST(squares_overflow))
