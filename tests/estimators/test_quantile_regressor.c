#include "estimators/diabetes_support.h"
#include "reference/robust.h"

extern const cauce_component cauce_quantile_regressor;

enum { N = DIABETES_ROWS };

static double objective(const struct linear_state *s, const double *y, double quantile, double alpha,
                        const double *weight) {
    double sum = 0, total = 0, penalty = 0;
    for (int i = 0; i < N; i++) {
        double off = y[i] - s->intercept, w = weight ? weight[i] : 1;
        for (int j = 0; j < 10; j++) off -= s->coef[j] * diabetes_x[i + j * N];
        sum += w * (off > 0 ? quantile * off : (quantile - 1) * off);
        total += w;
    }
    for (int j = 0; j < 10; j++) penalty += fabs(s->coef[j]);
    return sum / total + alpha * penalty;
}

static void golden(double quantile, double alpha, bool constant, const double *weight, const double *expected,
                   double tol) {
    harness h;
    char options[200];
    snprintf(options, sizeof options, "quantile=%g alpha=%g fit_intercept=%s", quantile, alpha,
             constant ? "true" : "false");
    const struct linear_state *s = diabetes_fit(&h, &cauce_quantile_regressor, options, N, NULL, weight);
    double value = objective(s, ref_diabetes_y, quantile, alpha, weight);
    ck_assert_msg(value <= expected[11] * (1 + 1e-12), "%s: %.15g, not %.15g", options, value, expected[11]);
    ck_assert_msg(s->dual_gap >= 0 && s->dual_gap <= 1e-9 * value, "%s: gap %g", options, s->dual_gap);
    if (tol > 0) same_linear(options, s, expected, tol);
    ck_assert_msg(!h.run.warnings, "%s", h.run.warnings ? h.run.warnings->text : "");
    harness_end(&h);
}

START_TEST(as_good_as_a_linear_program) {
    diabetes();
    golden(0.5, 0, true, NULL, ref_median, 1e-9);
    golden(0.5, 0.01, true, NULL, ref_median_penalty, 1e-9);
    golden(0.9, 0.001, true, NULL, ref_quantile_9, 1e-9);
    golden(0.2, 0.01, false, NULL, ref_quantile_plain, 1e-9);
    golden(0.7, 0.01, true, diabetes_weight, ref_quantile_weighted, 1e-9);
    golden(0.5, 1, true, NULL, ref_quantile_default, 0);
}
END_TEST

/* 221 targets are at most 140, 221 are more: every constant between is a median, and one inside is given. */
START_TEST(many_optima) {
    harness h, again;
    const struct linear_state *s = diabetes_fit(&h, &cauce_quantile_regressor, "", N, NULL, NULL);
    for (int j = 0; j < 10; j++) ck_near(s->coef[j], 0, 1e-9);
    ck_assert_msg(s->intercept > 140.05 && s->intercept < 140.95, "%.17g", s->intercept);
    double twice[N];
    for (int i = 0; i < N; i++) twice[i] = 2;
    const struct linear_state *t = diabetes_fit(&again, &cauce_quantile_regressor, "", N, NULL, twice);
    ck_near(s->intercept, t->intercept, 1e-9);
    harness_end(&h);
    harness_end(&again);
}
END_TEST

/* Without columns of any use the constant is the quantile; a group's own constant is its quantile. */
START_TEST(groups) {
    enum { ROWS = 303 };
    double y[ROWS], none[ROWS], out[ROWS];
    int32_t codes[ROWS];
    for (int i = 0; i < ROWS; i++) {
        codes[i] = i % 3;
        y[i] = 100 * codes[i] + i * 37 % 101;
        none[i] = 1;
    }
    harness h;
    harness_begin(&h, &cauce_quantile_regressor, "alpha=0 quantile=0.25", none, ROWS, 1);
    h.fields[1] = (cauce_field){ .name = "city", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 3 };
    h.blocks[1] = (cauce_block){ .codes = codes };
    h.schema = (cauce_schema){ 2, h.fields, 4 };
    h.batch.n_blocks = 2;
    h.train.y = y;
    harness_fit(&h);
    harness_apply(&h, h.blocks, ROWS, 1, 50, out);
    for (int g = 0; g < 3; g++) {
        int below = 0, above = 0;
        for (int i = g; i < ROWS; i += 3) {
            ck_near(out[i], out[g], 1e-9);
            below += y[i] < out[g] - 1e-6;
            above += y[i] > out[g] + 1e-6;
        }
        ck_assert_int_le(below, 25);
        ck_assert_int_le(above, 75);
    }
    harness_end(&h);
}
END_TEST

START_TEST(units_of_the_target) {
    double y[N];
    harness a, b;
    const struct linear_state *s =
        diabetes_fit(&a, &cauce_quantile_regressor, "alpha=0 quantile=0.3", N, NULL, NULL);
    for (int i = 0; i < N; i++) y[i] = 1e-9 * ref_diabetes_y[i] + 5;
    const struct linear_state *t =
        diabetes_fit(&b, &cauce_quantile_regressor, "alpha=0 quantile=0.3", N, y, NULL);
    for (int j = 0; j < 10; j++) ck_near(t->coef[j] * 1e9, s->coef[j], 1e-4 * fabs(s->coef[j]) + 1e-4);
    harness_end(&a);
    harness_end(&b);
}
END_TEST

START_TEST(poor_data) {
    double x[2 * 12], y[12], same[12];
    for (int i = 0; i < 12; i++) {
        x[i] = x[i + 12] = i;
        y[i] = 2.0 * i;
        same[i] = 3;
    }
    harness h;
    harness_begin(&h, &cauce_quantile_regressor, "alpha=0", x, 12, 2); /* equal columns, an exact line */
    h.train.y = y;
    harness_fit(&h);
    const struct linear_state *s = h.state;
    ck_near(s->coef[0] + s->coef[1], 2, 1e-7);
    ck_near(s->intercept, 0, 1e-6);
    harness_end(&h);
    harness_begin(&h, &cauce_quantile_regressor, "", x, 12, 2);
    h.train.y = same;
    harness_fit(&h);
    s = h.state;
    ck_near(s->intercept, 3, 1e-12);
    harness_end(&h);
    diabetes_fit(&h, &cauce_quantile_regressor, "alpha=0", 5, NULL, NULL); /* more columns than rows */
    s = h.state;
    for (int j = 0; j < 10; j++) ck_assert(isfinite(s->coef[j]));
    harness_end(&h);
    diabetes_fit(&h, &cauce_quantile_regressor, "alpha=0 max_iter=2", N, NULL, NULL);
    ck_assert(harness_warned(&h, "no_convergence"));
    harness_end(&h);
}
END_TEST

START_TEST(no_memory) {
    each_allocation_fails(&cauce_quantile_regressor, "alpha=0.1", 25, NULL, 0);
}
END_TEST

TEST_MAIN("quantile_regressor", TEST(no_memory), TEST(as_good_as_a_linear_program), TEST(many_optima),
          TEST(groups), TEST(units_of_the_target), TEST(poor_data))
