#include "estimators/diabetes_support.h"
#include "reference/support_vectors.h"

extern const cauce_component cauce_linear_svr;

static void golden(const char *options, const double *weight, const double *expected, double tol) {
    harness h;
    const struct linear_state *s = diabetes_fit(&h, &cauce_linear_svr, options, DIABETES_ROWS, NULL, weight);
    same_linear(options, s, expected, tol);
    ck_assert_msg(!h.run.warnings, "%s", h.run.warnings ? h.run.warnings->text : "");
    harness_end(&h);
}

START_TEST(as_liblinear_has_it) {
    diabetes();
    golden("", NULL, ref_svr, 1e-9);
    golden("epsilon=20 C=10", NULL, ref_svr_tube, 1e-9);
    golden("epsilon=5 C=2", diabetes_weight, ref_svr_weighted, 1e-9);
    golden("loss=squared_epsilon_insensitive epsilon=10", NULL, ref_svr_squared, 1e-9);
    golden("loss=squared_epsilon_insensitive C=0.5 fit_intercept=false", NULL, ref_svr_squared_plain, 1e-9);
}
END_TEST

/* A tube that holds every target costs nothing: all coefficients are 0. */
START_TEST(wide_tube) {
    for (int l = 0; l < 2; l++) {
        harness h;
        const struct linear_state *s = diabetes_fit(
            &h, &cauce_linear_svr, l ? "epsilon=400" : "epsilon=400 loss=squared_epsilon_insensitive",
            DIABETES_ROWS, NULL, NULL);
        for (int j = 0; j < 10; j++) ck_near(s->coef[j], 0, 1e-12);
        ck_near(s->intercept, 0, 1e-12);
        ck_assert(!h.run.warnings);
        harness_end(&h);
    }
}
END_TEST

/* The unit of the target with C and epsilon in it. */
START_TEST(units_of_the_target) {
    double y[DIABETES_ROWS];
    harness a, b;
    for (int i = 0; i < DIABETES_ROWS; i++) y[i] = 1e-6 * ref_diabetes_y[i];
    const struct linear_state *s =
        diabetes_fit(&a, &cauce_linear_svr, "epsilon=10 C=100", DIABETES_ROWS, NULL, NULL);
    const struct linear_state *t =
        diabetes_fit(&b, &cauce_linear_svr, "epsilon=1e-5 C=1e-4", DIABETES_ROWS, y, NULL);
    for (int j = 0; j < 10; j++) ck_near(t->coef[j] * 1e6, s->coef[j], 1e-8);
    ck_near(t->intercept * 1e6, s->intercept, 1e-8);
    harness_end(&a);
    harness_end(&b);
}
END_TEST

START_TEST(poor_data) {
    double same[12], y[12];
    for (int i = 0; i < 12; i++) same[i] = 3, y[i] = i;
    for (int l = 0; l < 2; l++) {
        const char *options = l ? "loss=squared_epsilon_insensitive" : "";
        harness h;
        harness_begin(&h, &cauce_linear_svr, options, same, 12, 1); /* a constant column */
        h.train.y = y;
        harness_fit(&h);
        ck_assert(!h.run.warnings);
        harness_end(&h);
        harness_begin(&h, &cauce_linear_svr, options, y, 12, 1); /* targets of 0 */
        double zero[12] = { 0 };
        h.train.y = zero;
        harness_fit(&h);
        ck_assert(((const struct linear_state *)h.state)->coef[0] == 0);
        harness_end(&h);
        diabetes_fit(&h, &cauce_linear_svr, options, 5, NULL, NULL); /* more columns than rows */
        ck_assert(!h.run.warnings);
        harness_end(&h);
    }
    harness h;
    diabetes_fit(&h, &cauce_linear_svr, "max_iter=2", DIABETES_ROWS, NULL, NULL);
    ck_assert(harness_warned(&h, "no_convergence"));
    harness_end(&h);
}
END_TEST

/* Of many rows the dual unknowns have single precision: the optimum is that of fewer rows with weights. */
START_TEST(many_rows) {
    enum { FEW = 1000, TIMES = 70, MANY = FEW * TIMES };
    static double x[2 * MANY], y[MANY], weight[FEW];
    static const char *const options[] = { "epsilon=0.3", "epsilon=0.1 C=100 fit_intercept=false" };
    for (int i = 0; i < MANY; i++) {
        const int k = i % FEW;
        x[i] = sin(k);
        x[MANY + i] = cos(0.7 * k * k);
        y[i] = 2 * x[i] - x[MANY + i] + 0.5 + 0.4 * sin(3.0 * k);
        weight[k] = TIMES;
    }
    for (int o = 0; o < 2; o++) {
        harness few, many;
        harness_begin(&few, &cauce_linear_svr, options[o], x, FEW, 2);
        few.blocks[0].stride = MANY;
        few.train.y = y;
        few.train.weight = weight;
        harness_fit(&few);
        harness_begin(&many, &cauce_linear_svr, options[o], x, MANY, 2);
        many.train.y = y;
        harness_fit(&many);
        const struct linear_state *s = few.state, *t = many.state;
        for (int j = 0; j < 2; j++) ck_near(t->coef[j], s->coef[j], 1e-8);
        ck_near(t->intercept, s->intercept, 1e-8);
        ck_assert(!few.run.warnings && !many.run.warnings);
        harness_end(&few);
        harness_end(&many);
    }
}
END_TEST

START_TEST(no_memory) {
    each_allocation_fails(&cauce_linear_svr, "epsilon=5", 25, NULL, 0);
    each_allocation_fails(&cauce_linear_svr, "loss=squared_epsilon_insensitive", 25, NULL, 0);
}
END_TEST

TEST_MAIN("linear_svr", TEST(no_memory), TEST(as_liblinear_has_it), TEST(wide_tube),
          TEST(units_of_the_target), TEST(many_rows), TEST(poor_data))
