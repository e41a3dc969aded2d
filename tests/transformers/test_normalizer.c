#include "support/scaler_harness.h"

extern const cauce_component cauce_normalizer;

static const cauce_component *normalizer = &cauce_normalizer;

START_TEST(reference) {
    output_is(normalizer, "norm=l1", ref_full, NULL, ref_normalizer_l1, 1e-15);
    output_is(normalizer, "", ref_full, NULL, ref_normalizer_l2, 1e-15);
    output_is(normalizer, "norm=max", ref_full, ref_weight, ref_normalizer_max, 1e-15);
}
END_TEST

/* A row of zeros, one of the largest numbers, one of the smallest. */
START_TEST(extremes) {
    frame *train = frame_new(3);
    frame_wide(train, "w", 2, (const double[]){ 0, 3e307, 3e-320, 0, -4e307, 4e-320 }, NULL);
    fitted t;
    must_start(&t, normalizer, "", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "w0, w1");
    must_apply(&t, train);
    const double *z = t.cells;
    ck_assert(z[0] == 0 && z[3] == 0);
    ck_near(z[1], 0.6, 1e-15);
    ck_near(z[4], -0.8, 1e-15);
    ck_near(z[2], 0.6, 1e-3); /* denormal numbers have few digits */
    ck_near(z[2] * z[2] + z[5] * z[5], 1, 1e-15);
    fitted_end(&t);
    must_start(&t, normalizer, "norm=l1", train, NULL);
    must_apply(&t, train);
    ck_assert(t.cells[0] == 0);
    ck_near(t.cells[1], 3 / 7.0, 1e-15);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(more_rows_than_a_block) {
    double x[600];
    for (int r = 0; r < 600; r++) x[r] = r - 300;
    frame *train = one_column(600, x);
    fitted t;
    must_start(&t, normalizer, "", train, NULL);
    must_apply(&t, train);
    for (int r = 0; r < 600; r++) ck_assert(fitted_cell(&t, r, 0) == (r > 300) - (r < 300));
    fitted_end(&t);
    fit_fails(normalizer, "norm=l3", train, CAUCE_E_PARAM, "norm");
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(normalizer, "", ref_full, NULL);
}
END_TEST

TEST_MAIN("normalizer", TEST(reference), TEST(extremes), TEST(more_rows_than_a_block), TEST(allocations))
