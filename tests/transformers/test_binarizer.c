#include "support/scaler_harness.h"

extern const cauce_component cauce_binarizer;

static const cauce_component *binarizer = &cauce_binarizer;

START_TEST(threshold) {
    frame *train = frame_new(3);
    frame_numbers(train, "a", (const double[]){ -1, 0, 0.1 });
    frame_wide(train, "w", 2, (const double[]){ 2.5, 2, 3, -0.0, 1e300, -1e300 }, NULL);
    fitted t;
    must_start(&t, binarizer, "", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "a, w0, w1");
    must_apply(&t, train);
    cells_are(&t, 3, (const double[]){ 0, 0, 1, 1, 1, 1, 0, 1, 0 }, 0);
    fitted_end(&t);
    must_start(&t, binarizer, "threshold=2.5", train, NULL);
    must_apply(&t, train);
    cells_are(&t, 3, (const double[]){ 0, 0, 0, 0, 0, 1, 0, 1, 0 }, 0);
    fitted_end(&t);
    fit_fails(binarizer, "threshold=high", train, CAUCE_E_PARAM, "threshold");
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(binarizer, "", ref_full, NULL);
}
END_TEST

TEST_MAIN("binarizer", TEST(threshold), TEST(allocations))
