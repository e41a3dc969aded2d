#include "support/scaler_harness.h"

extern const cauce_component cauce_min_max_scaler;

static const cauce_component *scaler = &cauce_min_max_scaler;

START_TEST(reference) {
    output_is(scaler, "", ref_x, NULL, ref_min_max, 1e-14);
    output_is(scaler, "feature_range=[-5, 15]", ref_x, NULL, ref_min_max_wide, 1e-13);
    output_is(scaler, "", ref_x, ref_weight, ref_min_max, 1e-14); /* weights do not move the ends */
}
END_TEST

START_TEST(clipping) {
    frame *train = one_column(3, (const double[]){ 0, 10, 4 });
    frame *rows = one_column(4, (const double[]){ -5, 15, 5, NAN });
    fitted t;
    must_start(&t, scaler, "clip=true", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 4, (const double[]){ 0, 1, 0.5, NAN }, 0);
    fitted_end(&t);
    must_start(&t, scaler, "", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 4, (const double[]){ -0.5, 1.5, 0.5, NAN }, 1e-16);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(constant_and_missing) {
    frame *train = frame_new(2);
    frame_numbers(train, "constant", (const double[]){ 7, 7 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN });
    frame_numbers(train, "tiny", (const double[]){ 0, 1e-16 });
    frame_numbers(train, "half", (const double[]){ NAN, 3 });
    fitted t;
    must_start(&t, scaler, "feature_range=[2, 4]", train, NULL);
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    must_apply(&t, train);
    cells_are(&t, 2, (const double[]){ 2, 2, NAN, NAN, 2, 2, NAN, 2 }, 1e-15);
    fitted_end(&t);
    frame_free(train);
    train = one_column(1, (const double[]){ 5 });
    must_start(&t, scaler, "", train, NULL);
    must_apply(&t, train);
    ck_assert(fitted_cell(&t, 0, 0) == 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(2, (const double[]){ 1, 2 });
    fit_fails(scaler, "feature_range=[1, 0]", train, CAUCE_E_PARAM, "must be below");
    fit_fails(scaler, "feature_range=[1, 1]", train, CAUCE_E_PARAM, "must be below");
    fit_fails(scaler, "feature_range=[0]", train, CAUCE_E_PARAM, "feature_range");
    fit_fails(scaler, "feature_range=[0, 1, 2]", train, CAUCE_E_PARAM, "two numbers");
    fit_fails(scaler, "feature_range=[0, top]", train, CAUCE_E_PARAM, "item 2");
    fit_fails(scaler, "feature_range=null", train, CAUCE_E_PARAM, "feature_range");
    fit_fails(scaler, "feature_range=[-1e308, 1e308]", train, CAUCE_E_PARAM, "too wide");
    frame_free(train);
    train = one_column(3, (const double[]){ 1, INFINITY, 2 });
    fit_fails(scaler, "", train, CAUCE_E_DATA, "'price', row 2");
    frame_free(train);
    train = one_column(2, (const double[]){ -1.7e308, 1.7e308 });
    fit_fails(scaler, "", train, CAUCE_E_NUMERIC, "'price'");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = one_column(2, (const double[]){ 1, 2 });
    fitted t;
    must_start(&t, scaler, "", train, NULL);
    verify_refuses_at(&t, "scale", 0, (const double[]){ 0, -1, NAN, INFINITY }, 4);
    verify_refuses_at(&t, "min", 0, (const double[]){ NAN, -INFINITY }, 2);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(scaler, "feature_range=[0, 2]", ref_x, NULL);
}
END_TEST

TEST_MAIN("min_max_scaler", TEST(reference), TEST(clipping), TEST(constant_and_missing), TEST(refusals),
          TEST(verify_refuses), TEST(allocations))
