#include "reference/cases.h"
#include "reference/linear.h"
#include "reference/transformers.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"

extern const cauce_component cauce_standard_scaler;

static const cauce_component *scaler = &cauce_standard_scaler;

static void compare(fitted *t, const char *name, const double *expected, int64_t n, double tolerance) {
    const double *array = fitted_array(t, name);
    for (int64_t i = 0; i < n; i++) ck_near(array[i], expected[i], tolerance * fabs(expected[i]));
}

static void compare_reference(const double *weight, const double *mean, const double *var,
                              const double *scale, const double *z) {
    frame *train = frame_new(REF_ROWS);
    frame_numbers(train, "age", ref_scaler_x);
    frame_wide(train, "rest", 3, ref_scaler_x + REF_ROWS, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, weight), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "age, rest0, rest1, rest2");
    compare(&t, "mean", mean, 4, 1e-13);
    compare(&t, "var", var, 3, 1e-11);
    compare(&t, "scale", scale, 4, 1e-11);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int64_t j = 0; j < 3; j++)
        for (int64_t r = 0; r < REF_ROWS; r++) ck_near(fitted_cell(&t, r, j), z[j * REF_ROWS + r], 1e-9);
    fitted_end(&t);
    frame_free(train);
}

START_TEST(reference) {
    compare_reference(NULL, ref_scaler_mean, ref_scaler_var, ref_scaler_scale, ref_scaler_z);
}
END_TEST

START_TEST(reference_weighted) {
    compare_reference(ref_weight, ref_scaler_mean_weighted, ref_scaler_var_weighted,
                      ref_scaler_scale_weighted, ref_scaler_z_weighted);
}
END_TEST

START_TEST(missing_cells_are_skipped) {
    frame *train = frame_new(3);
    frame_numbers(train, "a", (const double[]){ 1, 2, 3 });
    frame_numbers(train, "b", (const double[]){ NAN, 4, 6 });
    frame_numbers(train, "c", (const double[]){ NAN, NAN, NAN });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, NULL), CAUCE_OK);
    compare(&t, "mean", (const double[]){ 2, 5 }, 2, 0);
    compare(&t, "var", (const double[]){ 2 / 3.0, 1 }, 2, 1e-15);
    compare(&t, "n_samples_seen", (const double[]){ 3, 2, 0 }, 3, 0);
    ck_assert(fitted_warned(&t, "all_missing", "'c'"));
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert(isnan(fitted_cell(&t, 0, 1)) && isnan(fitted_cell(&t, 0, 2)));
    ck_assert(fitted_cell(&t, 1, 1) == -1);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(weights_and_constants) {
    frame *train = frame_new(3);
    frame_numbers(train, "a", (const double[]){ 1, 2, 4 });
    frame_numbers(train, "constant", (const double[]){ 0.1, 0.1, 0.1 });
    frame_numbers(train, "noise", (const double[]){ 1e8, 1e8, 1e8 + 1e-8 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, (const double[]){ 1, 1, 2 }), CAUCE_OK);
    compare(&t, "mean", (const double[]){ 2.75 }, 1, 0);
    compare(&t, "var", (const double[]){ 1.6875 }, 1, 0);
    const double *scale = fitted_array(&t, "scale");
    ck_assert(scale[1] == 1 && scale[2] == 1);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert(fitted_cell(&t, 0, 1) == 0); /* exactly: the mean of a constant column is the constant */
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(weight_is_repetition) {
    int times[REF_ROWS];
    for (int r = 0; r < REF_ROWS; r++) times[r] = (int)ref_weight[r];
    frame *train = frame_new(REF_ROWS), *repeated;
    frame_numbers(train, "age", ref_age);
    repeated = frame_repeat(train, times);
    fitted a, b;
    ck_assert_int_eq(fitted_start(&a, scaler, "", train, ref_weight), CAUCE_OK);
    ck_assert_int_eq(fitted_start(&b, scaler, "", repeated, NULL), CAUCE_OK);
    compare(&a, "mean", fitted_array(&b, "mean"), 1, 1e-15);
    compare(&a, "var", fitted_array(&b, "var"), 1, 1e-14);
    compare(&a, "n_samples_seen", fitted_array(&b, "n_samples_seen"), 1, 0);
    fitted_end(&a);
    fitted_end(&b);
    frame_free(train);
    frame_free(repeated);
}
END_TEST

START_TEST(switches) {
    frame *train = frame_new(2);
    frame_numbers(train, "a", (const double[]){ 2, 6 });
    fitted t;
    const struct {
        const char *params;
        double first, last;
    } cases[] = { { "with_mean=false", 1, 3 },
                  { "with_std=false", -2, 2 },
                  { "with_mean=false with_std=false", 2, 6 } };
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(fitted_start(&t, scaler, cases[i].params, train, NULL), CAUCE_OK);
        ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
        ck_assert(fitted_cell(&t, 0, 0) == cases[i].first && fitted_cell(&t, 1, 0) == cases[i].last);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(infinite_and_huge) {
    frame *train = frame_new(2);
    frame_numbers(train, "price", (const double[]){ 1, INFINITY });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, NULL), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "'price', row 2"));
    fitted_end(&t);
    frame_free(train);
    train = frame_new(2);
    frame_numbers(train, "price", (const double[]){ -1.7e308, 1.7e308 });
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, NULL), CAUCE_E_NUMERIC);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = frame_new(2);
    frame_numbers(train, "a", (const double[]){ 2, 6 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, NULL), CAUCE_OK);
    double *mean = fitted_array(&t, "mean"), *scale = fitted_array(&t, "scale");
    const double bad[] = { 0, -1, NAN, INFINITY };
    for (int i = 0; i < 4; i++) {
        scale[0] = bad[i];
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    }
    scale[0] = 2;
    mean[0] = INFINITY;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    mean[0] = 4;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    *(int64_t *)(uintptr_t)t.f.state = 2; /* the number of columns comes first */
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations_may_fail) {
    frame *train = frame_new(3);
    frame_numbers(train, "a", (const double[]){ 1, NAN, 4 });
    frame_numbers(train, "b", (const double[]){ NAN, NAN, NAN });
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_start(&t, scaler, "", train, NULL);
        if (status == CAUCE_OK) status = fitted_apply(&t, train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

/* Case 1: the thirty columns of breast cancer. */
START_TEST(cancer) {
    static double x[569 * 30];
    for (int i = 0; i < 569; i++)
        for (int j = 0; j < 30; j++) x[i + j * 569] = ref_cancer_x[i * 30 + j];
    frame *train = frame_new(569);
    frame_wide(train, "x", 30, x, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, scaler, "", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    const double *mean = fitted_array(&t, "mean"), *var = fitted_array(&t, "var");
    double means = 0, vars = 0;
    for (int j = 0; j < 30; j++) {
        means += mean[j];
        vars += var[j];
        ck_close(mean[j], case_1_mean[j], 1e-12);
        ck_close(var[j], case_1_var[j], 1e-12);
        ck_close(fitted_cell(&t, 0, j), case_1_first[j], 1e-12);
    }
    ck_close(means, case_1_sums[0], 1e-12);
    ck_close(vars, case_1_sums[1], 1e-12);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

TEST_MAIN("standard_scaler", TEST(reference), TEST(reference_weighted), TEST(missing_cells_are_skipped),
          TEST(weights_and_constants), TEST(weight_is_repetition), TEST(switches), TEST(infinite_and_huge),
          TEST(verify_refuses), TEST(allocations_may_fail), TEST(cancer))
