#include "support/scaler_harness.h"

extern const cauce_component cauce_robust_scaler;

static const cauce_component *scaler = &cauce_robust_scaler;

static const char unit[] = "quantile_range=[10, 80] unit_variance=true";

START_TEST(reference) {
    output_is(scaler, "", ref_x, NULL, ref_robust, 1e-14);
    output_is(scaler, "", ref_x, ref_weight, ref_robust_weighted, 1e-14);
    output_is(scaler, unit, ref_x, NULL, ref_robust_unit, 1e-14);
    output_is(scaler, unit, ref_x, ref_weight, ref_robust_unit_weighted, 1e-14);
    weight_repeats(scaler, unit, ref_x, 0);
}
END_TEST

START_TEST(wine) {
    frame *train = frame_new(178);
    frame_wide(train, "w", 13, ref_wine, NULL);
    fitted t;
    must_start(&t, scaler, "", train, NULL);
    const double *center = fitted_array(&t, "center"), *scale = fitted_array(&t, "scale");
    double centers = 0, scales = 0;
    for (int j = 0; j < 13; j++) {
        centers += center[j];
        scales += scale[j];
    }
    ck_near(centers, ref_robust_wine[0], 1e-12);
    ck_near(scales, ref_robust_wine[1], 1e-12);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(known) {
    frame *train = one_column(5, (const double[]){ 1, 100, 3, 4, 2 });
    fitted t;
    must_start(&t, scaler, "unit_variance=true", train, NULL);
    array_is(&t, "scale", (const double[]){ 1.482602218505602 }, 1, 1e-15);
    fitted_end(&t);
    const struct {
        const char *params;
        double first, last;
    } cases[] = { { "", -1, -0.5 },
                  { "with_centering=false", 0.5, 1 },
                  { "with_scaling=false", -2, -1 },
                  { "with_centering=false with_scaling=false", 1, 2 },
                  { "quantile_range=[0, 100]", -2 / 99.0, -1 / 99.0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        must_start(&t, scaler, cases[i].params, train, NULL);
        must_apply(&t, train);
        ck_assert(fitted_cell(&t, 0, 0) == cases[i].first && fitted_cell(&t, 4, 0) == cases[i].last);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(constant_and_missing) {
    frame *train = frame_new(2);
    frame_numbers(train, "constant", (const double[]){ 7, 7 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN });
    frame_numbers(train, "half", (const double[]){ NAN, 3 });
    fitted t;
    must_start(&t, scaler, "", train, NULL);
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    must_apply(&t, train);
    cells_are(&t, 2, (const double[]){ 0, 0, NAN, NAN, NAN, 0 }, 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(2, (const double[]){ 1, INFINITY });
    fit_fails(scaler, "quantile_range=[75, 25]", train, CAUCE_E_PARAM, "must be below");
    fit_fails(scaler, "quantile_range=[-1, 25]", train, CAUCE_E_PARAM, "from 0 to 100");
    fit_fails(scaler, "quantile_range=[0, 101]", train, CAUCE_E_PARAM, "from 0 to 100");
    fit_fails(scaler, "quantile_range=[0, 50] unit_variance=true", train, CAUCE_E_PARAM, "unit_variance");
    fit_fails(scaler, "", train, CAUCE_E_DATA, "'price', row 2");
    frame_free(train);
    train = one_column(2, (const double[]){ -1.7e308, 1.7e308 });
    fit_fails(scaler, "quantile_range=[0, 100]", train, CAUCE_E_NUMERIC, "'price'");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = one_column(2, (const double[]){ 1, 2 });
    fitted t;
    must_start(&t, scaler, "", train, NULL);
    verify_refuses_at(&t, "scale", 0, (const double[]){ 0, -1, NAN, INFINITY }, 4);
    verify_refuses_at(&t, "center", 0, (const double[]){ NAN, INFINITY }, 2);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(scaler, "", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("robust_scaler", TEST(reference), TEST(wine), TEST(known), TEST(constant_and_missing),
          TEST(refusals), TEST(verify_refuses), TEST(allocations))
