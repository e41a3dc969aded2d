#include "support/bayes_harness.h"

extern const cauce_component cauce_gaussian_nb;

static const cauce_component *gaussian = &cauce_gaussian_nb;

START_TEST(reference) {
    frame *train = bayes_frame(ref_bayes_x, BAYES_COLUMNS);
    bayes_compare(gaussian, "", train, NULL, ref_gaussian_plain);
    bayes_compare(gaussian, "var_smoothing=0.03", train, NULL, ref_gaussian_smooth);
    bayes_compare(gaussian, "priors=[0.2, 0.5, 0.3]", train, NULL, ref_gaussian_priors);
    fitted t;
    bayes_learn(&t, gaussian, "", train, NULL);
    array_is(&t, "theta", ref_gaussian_theta_plain, 12, 1e-14);
    array_is(&t, "var", ref_gaussian_var_plain, 12, 1e-13);
    array_is(&t, "class_prior", (const double[]){ 1 / 3.0, 1 / 3.0, 1 / 3.0 }, 3, 1e-15);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* Weights are rows: the smoothing, too, is that of the repeated rows (scikit-learn takes the unweighted
 * variance for it, so that only its means are compared with weights). */
START_TEST(weights) {
    frame *train = bayes_frame(ref_bayes_x, BAYES_COLUMNS);
    bayes_compare(gaussian, "", train, ref_bayes_weight, ref_gaussian_repeated);
    fitted t;
    bayes_learn(&t, gaussian, "", train, ref_bayes_weight);
    array_is(&t, "theta", ref_gaussian_theta_weighted, 12, 1e-14);
    array_is(&t, "var", ref_gaussian_var_weighted, 12, 1e-8);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* Bayes' rule for two normal distributions, in closed form. */
START_TEST(by_hand) {
    double x[BAYES_ROWS];
    for (int r = 0; r < BAYES_ROWS; r++) x[r] = 1e6 + 3 * ref_bayes_y[r] + (r % 2 ? 0.5 : -0.5);
    frame *train = bayes_frame(x, 1), *rows = frame_new(3);
    frame_numbers(rows, "first", (const double[]){ 1e6 + 1.5, 1e6 + 3, 1e6 + 1000 });
    fitted t;
    bayes_learn(&t, gaussian, "var_smoothing=0", train, NULL);
    array_is(&t, "var", (const double[]){ 0.25, 0.25, 0.25 }, 3, 1e-14);
    must_apply(&t, rows);
    double far = exp(-2 * (4.5 * 4.5 - 1.5 * 1.5)), near = exp(-2 * 9.0);
    ck_near(fitted_cell(&t, 0, 0), 1 / (2 + far), 1e-13);
    ck_near(fitted_cell(&t, 0, 2), far / (2 + far), 1e-13);
    ck_near(fitted_cell(&t, 1, 1), 1 / (1 + 2 * near), 1e-13);
    ck_assert(fitted_cell(&t, 2, 2) == 1);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(nothing_to_tell) {
    double x[BAYES_ROWS];
    for (int r = 0; r < BAYES_ROWS; r++) x[r] = 7;
    frame *train = bayes_frame(x, 1), *rows = frame_new(3);
    frame_numbers(rows, "first", (const double[]){ 7, 1e300, -12 });
    fitted t;
    bayes_learn(&t, gaussian, "priors=[0.2, 0.8, 0]", train, NULL);
    must_apply(&t, rows);
    for (int r = 0; r < 3; r++) { /* a constant column, a row beyond all numbers: as likely as before */
        ck_near(fitted_cell(&t, r, 0), 0.2, 1e-12);
        ck_assert(fitted_cell(&t, r, 2) == 0);
        bayes_sums_to_one(&t, r);
    }
    fitted_end(&t);
    bayes_fails(gaussian, "var_smoothing=0", train, NULL, CAUCE_E_NUMERIC,
                "column 'first' has variance 0 in class 'a'");
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(refusals) {
    frame *train = bayes_frame(ref_bayes_x, BAYES_COLUMNS);
    bayes_prior_fails(gaussian, "priors", train);
    bayes_fails(gaussian, "var_smoothing=-1", train, NULL, CAUCE_E_PARAM, "var_smoothing");
    frame_free(train);
    double x[BAYES_ROWS] = { 1e300, -1e300 };
    train = bayes_frame(x, 1);
    bayes_fails(gaussian, "", train, NULL, CAUCE_E_NUMERIC, "column 'first': its numbers are too large");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = bayes_frame(ref_bayes_x, BAYES_COLUMNS);
    fitted t;
    bayes_learn(&t, gaussian, "", train, NULL);
    bayes_verify_refuses(&t);
    verify_refuses_at(&t, "theta", 11, (const double[]){ NAN, INFINITY }, 2);
    verify_refuses_at(&t, "var", 11, (const double[]){ NAN, INFINITY, 0, -1 }, 4);
    t.f.in = &(cauce_schema){ 1, train->fields, 1 };
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    frame *train = bayes_frame(ref_bayes_x, BAYES_COLUMNS);
    bayes_allocations(gaussian, "priors=[0.2, 0.5, 0.3]", train);
    frame_free(train);
}
END_TEST

TEST_MAIN("gaussian_nb", TEST(reference), TEST(weights), TEST(by_hand), TEST(nothing_to_tell), TEST(refusals),
          TEST(verify_refuses), TEST(allocations))
