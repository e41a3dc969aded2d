#include "support/scaler_harness.h"

extern const cauce_component cauce_power_transformer;

static const cauce_component *power = &cauce_power_transformer;

static void wine_is(const char *params, const double *lambda, const double *z) {
    frame *train = frame_new(178), *rows = frame_new(20);
    double head[13 * 20];
    for (int j = 0; j < 13; j++) memcpy(head + 20 * j, ref_wine + 178 * j, 20 * sizeof(double));
    frame_wide(train, "w", 13, ref_wine, NULL);
    frame_wide(rows, "w", 13, head, NULL);
    fitted t;
    must_start(&t, power, params, train, NULL);
    const double *found = fitted_array(&t, "lambdas");
    for (int j = 0; j < 4; j++) ck_close(found[j], lambda[j], 1e-6);
    array_is(&t, "lambdas", lambda, 13, 3e-6); /* the reference cancels where the power is below 0 */
    must_apply(&t, rows);
    cells_are(&t, 20, z, 3e-6);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}

START_TEST(wine) {
    wine_is("", ref_power_lambda_yeo_johnson, ref_power_yeo_johnson);
    wine_is("method=box-cox", ref_power_lambda_box_cox, ref_power_box_cox);
}
END_TEST

/* Roots of the derivative of the likelihood, in long double arithmetic. */
START_TEST(exact) {
    frame *train = frame_new(178);
    frame_wide(train, "w", 13, ref_wine, NULL);
    fitted t;
    must_start(&t, power, "", train, NULL);
    const double *lambda = fitted_array(&t, "lambdas");
    ck_near(lambda[0], 1.296380352170469, 1e-12);
    ck_near(lambda[4], -1.453121273151008, 1e-12);
    ck_near(lambda[7], -1.595597435942742, 1e-12);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(reference) {
    output_is(power, "standardize=false", ref_x, NULL, ref_power, 1e-5);
    output_is(power, "standardize=false", ref_x, ref_weight, ref_power_weighted, 1e-5);
    frame *train = reference_frame(ref_x);
    fitted t;
    must_start(&t, power, "", train, NULL);
    array_is(&t, "lambdas", ref_power_lambda, 4, 1e-6);
    fitted_end(&t);
    must_start(&t, power, "", train, ref_weight);
    array_is(&t, "lambdas", ref_power_lambda_weighted, 4, 1e-6);
    fitted_end(&t);
    frame_free(train);
    weight_repeats(power, "", ref_x, 1e-11);
}
END_TEST

/* Mirrored numbers get the mirrored power and the mirrored result; a side that fit did not see goes on from
 * the one it saw. */
START_TEST(mirror) {
    double mirrored[REF_N];
    for (int i = 0; i < REF_N; i++) mirrored[i] = -ref_full[REF_N + i];
    frame *a = one_column(REF_N, ref_full + REF_N), *b = one_column(REF_N, mirrored);
    fitted s, t;
    must_start(&s, power, "", a, NULL);
    must_start(&t, power, "", b, NULL);
    const double *p = fitted_array(&s, "lambdas"), *q = fitted_array(&t, "lambdas");
    ck_near(p[0], 2 - q[0], 1e-13);
    must_apply(&s, a);
    must_apply(&t, b);
    for (int r = 0; r < REF_N; r++) ck_near(fitted_cell(&s, r, 0), -fitted_cell(&t, r, 0), 1e-12);
    frame *rows = one_column(5, (const double[]){ -2, -1e-9, 0, 1e-9, 2 });
    fitted *both[] = { &s, &t };
    for (int i = 0; i < 2; i++) {
        must_apply(both[i], rows);
        for (int r = 1; r < 5; r++) ck_assert(fitted_cell(both[i], r - 1, 0) < fitted_cell(both[i], r, 0));
        ck_near(fitted_cell(both[i], 1, 0), fitted_cell(both[i], 3, 0), 1e-7);
    }
    fitted_end(&s);
    fitted_end(&t);
    frame_free(rows);
    frame_free(a);
    frame_free(b);
}
END_TEST

/* Standardized, the centred form is the plain one standardized by hand. */
START_TEST(centred) {
    frame *train = one_column(REF_N, ref_full + REF_N),
          *rows = one_column(3, (const double[]){ -1.5, 0.2, 9 });
    frame *all[] = { train, rows };
    fitted plain, t;
    must_start(&plain, power, "standardize=false", train, NULL);
    must_start(&t, power, "", train, NULL);
    must_apply(&plain, train);
    double mean = 0, var = 0;
    for (int r = 0; r < REF_N; r++) mean += fitted_cell(&plain, r, 0) / REF_N;
    for (int r = 0; r < REF_N; r++) var += pow(fitted_cell(&plain, r, 0) - mean, 2) / REF_N;
    for (int i = 0; i < 2; i++) {
        must_apply(&plain, all[i]);
        must_apply(&t, all[i]);
        for (int r = 0; r < all[i]->batch.n_rows; r++)
            ck_near(fitted_cell(&t, r, 0), (fitted_cell(&plain, r, 0) - mean) / sqrt(var), 1e-12);
    }
    fitted_end(&plain);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

/* Years: any power is nearly a straight line there, and the plain form loses all digits. */
START_TEST(years) {
    double year[50];
    for (int r = 0; r < 50; r++) year[r] = 2024 - r * r / 60.0;
    const char *const methods[] = { "", "method=box-cox" };
    frame *train = one_column(50, year);
    for (int i = 0; i < 2; i++) {
        fitted t;
        must_start(&t, power, methods[i], train, NULL);
        must_apply(&t, train);
        double sum = 0, squares = 0;
        for (int r = 0; r < 50; r++) {
            sum += fitted_cell(&t, r, 0);
            squares += fitted_cell(&t, r, 0) * fitted_cell(&t, r, 0);
            ck_assert(isfinite(fitted_cell(&t, r, 0)));
            if (r > 0) ck_assert(fitted_cell(&t, r, 0) < fitted_cell(&t, r - 1, 0));
        }
        ck_near(sum, 0, 1e-10);
        ck_near(squares / 50, 1, 1e-10);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(constant_and_missing) {
    frame *train = frame_new(2), *rows = frame_new(2);
    frame_numbers(train, "constant", (const double[]){ 7, 7 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN });
    frame_numbers(train, "half", (const double[]){ NAN, 3 });
    frame_numbers(rows, "constant", (const double[]){ 7, 9 });
    frame_numbers(rows, "empty", (const double[]){ NAN, 2 });
    frame_numbers(rows, "half", (const double[]){ NAN, 4 });
    const char *const methods[] = { "", "method=box-cox" };
    for (int i = 0; i < 2; i++) {
        fitted t;
        must_start(&t, power, methods[i], train, NULL);
        array_is(&t, "lambdas", (const double[]){ 1, NAN, 1 }, 3, 0);
        ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
        must_apply(&t, rows);
        cells_are(&t, 2, (const double[]){ 0, 2, NAN, NAN, NAN, 1 }, 1e-14);
        fitted_end(&t);
    }
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(3, (const double[]){ 1, 0, 2 }),
          *good = one_column(2, (const double[]){ 1, 2 });
    fit_fails(power, "method=box-cox", train, CAUCE_E_DATA, "'price', row 2: 0 is not above 0");
    fit_fails(power, "method=log", train, CAUCE_E_PARAM, "method");
    fitted t;
    must_start(&t, power, "method=box-cox", good, NULL);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "'price', row 2"));
    fitted_end(&t);
    frame_free(train);
    frame_free(good);
    train = one_column(2, (const double[]){ 1, INFINITY });
    fit_fails(power, "", train, CAUCE_E_DATA, "'price', row 2");
    frame_free(train);
    train = one_column(2, (const double[]){ -1.7e308, 1.7e308 });
    fit_fails(power, "", train, CAUCE_E_NUMERIC, "'price'");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = one_column(3, (const double[]){ 1, 5, 2 });
    fitted t;
    must_start(&t, power, "", train, NULL);
    verify_refuses_at(&t, "scale", 0, (const double[]){ 0, -1, NAN, INFINITY }, 4);
    const char *const names[] = { "lambdas", "center", "mean" };
    for (int i = 0; i < 3; i++) verify_refuses_at(&t, names[i], 0, (const double[]){ NAN, INFINITY }, 2);
    uint8_t *side = fitted_array(&t, "side");
    side[0] = 3;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    side[0] = 1;
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(power, "", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("power_transformer", TEST(wine), TEST(exact), TEST(reference), TEST(mirror), TEST(centred),
          TEST(years), TEST(constant_and_missing), TEST(refusals), TEST(verify_refuses), TEST(allocations))
