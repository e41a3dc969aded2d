#include "support/scaler_harness.h"

extern const cauce_component cauce_max_abs_scaler;

static const cauce_component *scaler = &cauce_max_abs_scaler;

START_TEST(reference) {
    output_is(scaler, "", ref_x, NULL, ref_max_abs, 0);
    output_is(scaler, "", ref_x, ref_weight, ref_max_abs, 0);
}
END_TEST

START_TEST(zero_and_missing) {
    frame *train = frame_new(2);
    frame_numbers(train, "zero", (const double[]){ 0, 0 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN });
    frame_numbers(train, "signs", (const double[]){ -4, 2 });
    frame_numbers(train, "half", (const double[]){ NAN, -3 });
    fitted t;
    must_start(&t, scaler, "", train, NULL);
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    array_is(&t, "max_abs", (const double[]){ 0, NAN, 4, 3 }, 4, 0);
    must_apply(&t, train);
    cells_are(&t, 2, (const double[]){ 0, 0, NAN, NAN, -1, 0.5, NAN, -1 }, 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(3, (const double[]){ 1, 2, -INFINITY });
    fit_fails(scaler, "", train, CAUCE_E_DATA, "'price', row 3");
    frame_free(train);
}
END_TEST

START_TEST(clipping) {
    frame *train = one_column(3, (const double[]){ 1, -4, 2 });
    frame *rows = one_column(5, (const double[]){ 4, 4.5, -1e300, NAN, -INFINITY });
    fitted t;
    must_start(&t, scaler, "clip=true", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 5, (const double[]){ 1, 1, -1, NAN, -1 }, 0);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = one_column(1, (const double[]){ 2 });
    fitted t;
    must_start(&t, scaler, "", train, NULL);
    verify_refuses_at(&t, "scale", 0, (const double[]){ 0, -1, INFINITY }, 3);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(scaler, "", ref_x, NULL);
}
END_TEST

TEST_MAIN("max_abs_scaler", TEST(reference), TEST(zero_and_missing), TEST(refusals), TEST(clipping),
          TEST(verify_refuses), TEST(allocations))
