#include "support/scaler_harness.h"

extern const cauce_component cauce_clip;

static const cauce_component *clip = &cauce_clip;

START_TEST(reference) {
    output_is(clip, "", ref_x, NULL, ref_clip, 0);
    output_is(clip, "lower_quantile=0 upper_quantile=1", ref_x, NULL, ref_x, 0);
    weight_repeats(clip, "lower_quantile=0.2", ref_x, 0);
}
END_TEST

START_TEST(new_rows) {
    frame *train = one_column(5, (const double[]){ 1, 5, 2, 4, 3 });
    frame *rows = one_column(6, (const double[]){ -9, 2, 3, 9, NAN, INFINITY });
    fitted t;
    must_start(&t, clip, "lower_quantile=0.25 upper_quantile=0.75", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 6, (const double[]){ 2, 2, 3, 4, NAN, 4 }, 0);
    fitted_end(&t);
    must_start(&t, clip, "lower_quantile=0.5 upper_quantile=0.5", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 6, (const double[]){ 3, 3, 3, 3, NAN, 3 }, 0);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(constant_and_missing) {
    frame *train = frame_new(2), *rows = frame_new(2);
    frame_numbers(train, "constant", (const double[]){ 7, 7 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN });
    frame_numbers(rows, "constant", (const double[]){ 6, 8 });
    frame_numbers(rows, "empty", (const double[]){ NAN, 1 });
    fitted t;
    must_start(&t, clip, "", train, NULL);
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    must_apply(&t, rows);
    cells_are(&t, 2, (const double[]){ 7, 7, NAN, 1 }, 0);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(2, (const double[]){ 1, INFINITY });
    fit_fails(clip, "lower_quantile=0.6", train, CAUCE_E_PARAM, "lower_quantile");
    fit_fails(clip, "upper_quantile=1.5", train, CAUCE_E_PARAM, "upper_quantile");
    fit_fails(clip, "", train, CAUCE_E_DATA, "'price', row 2");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = one_column(2, (const double[]){ 1, 2 });
    fitted t;
    must_start(&t, clip, "", train, NULL);
    verify_refuses_at(&t, "low", 0, (const double[]){ 3, NAN, -INFINITY }, 3);
    verify_refuses_at(&t, "high", 0, (const double[]){ 0, NAN, INFINITY }, 3);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(clip, "", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("clip", TEST(reference), TEST(new_rows), TEST(constant_and_missing), TEST(refusals),
          TEST(verify_refuses), TEST(allocations))
