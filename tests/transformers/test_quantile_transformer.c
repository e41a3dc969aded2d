#include "support/scaler_harness.h"

extern const cauce_component cauce_quantile_transformer;

static const cauce_component *ranks = &cauce_quantile_transformer;

START_TEST(reference) {
    output_is(ranks, "n_quantiles=60", ref_x, NULL, ref_rank_uniform, 1e-12);
    output_is(ranks, "", ref_x, NULL, ref_rank_uniform, 1e-12); /* 1000 are more than there are rows */
    output_is(ranks, "n_quantiles=60 output_distribution=normal", ref_x, NULL, ref_rank_normal, 1e-10);
    output_is(ranks, "n_quantiles=7", ref_x, NULL, ref_rank_few_uniform, 1e-12);
    output_is(ranks, "n_quantiles=7 output_distribution=normal", ref_x, NULL, ref_rank_few_normal, 1e-10);
    output_is(ranks, "n_quantiles=60", ref_x, ref_weight, ref_rank_weighted, 1e-12);
    weight_repeats(ranks, "", ref_x, 0);
}
END_TEST

START_TEST(diabetes) {
    frame *train = frame_new(442), *rows = frame_new(20);
    double head[4 * 20];
    for (int j = 0; j < 4; j++) memcpy(head + 20 * j, ref_diabetes + 442 * j, 20 * sizeof(double));
    frame_wide(train, "d", 4, ref_diabetes, NULL);
    frame_wide(rows, "d", 4, head, NULL);
    fitted t;
    must_start(&t, ranks, "n_quantiles=100", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 20, ref_rank_diabetes_uniform, 1e-10);
    for (int j = 0; j < 4; j++) ck_close(fitted_cell(&t, 0, j), ref_rank_diabetes_uniform[20 * j], 1e-10);
    ck_near(fitted_cell(&t, 0, 0), 0.7525252525252525, 1e-10);
    ck_assert(fitted_cell(&t, 0, 1) == 1);
    fitted_end(&t);
    must_start(&t, ranks, "n_quantiles=100 output_distribution=normal", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 20, ref_rank_diabetes_normal, 1e-8);
    for (int j = 0; j < 4; j++) ck_close(fitted_cell(&t, 0, j), ref_rank_diabetes_normal[20 * j], 1e-8);
    ck_near(fitted_cell(&t, 0, 1), 5.1993375827, 1e-10);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

/* A plateau, its middle; beyond the ends; one that scikit-learn takes for an end. */
START_TEST(known) {
    frame *train = one_column(5, (const double[]){ 3, 1, 3, 3, 5 });
    frame *rows = one_column(8, (const double[]){ 1, 3, 5, -7, 9, 2, NAN, INFINITY });
    fitted t;
    must_start(&t, ranks, "", train, NULL);
    array_is(&t, "quantiles", (const double[]){ 1, 3, 3, 3, 5 }, 5, 0);
    must_apply(&t, rows);
    cells_are(&t, 8, (const double[]){ 0, 0.5, 1, 0, 1, 0.125, NAN, 1 }, 1e-16);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
    train = one_column(3, (const double[]){ 0, 1e-9, 2e-9 });
    must_start(&t, ranks, "output_distribution=normal", train, NULL);
    must_apply(&t, train);
    ck_assert(fitted_cell(&t, 0, 0) == -fitted_cell(&t, 2, 0) && fitted_cell(&t, 1, 0) == 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(constant_and_missing) {
    frame *train = frame_new(2), *rows = frame_new(2);
    frame_numbers(train, "constant", (const double[]){ 7, 7 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN });
    frame_numbers(train, "wide", (const double[]){ -1.7e308, 1.7e308 });
    frame_numbers(rows, "constant", (const double[]){ 7, 8 });
    frame_numbers(rows, "empty", (const double[]){ NAN, 2 });
    frame_numbers(rows, "wide", (const double[]){ 0, 0.85e308 });
    fitted t;
    must_start(&t, ranks, "", train, NULL);
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    must_apply(&t, rows);
    cells_are(&t, 2, (const double[]){ 0, 1, NAN, NAN, 0.5, 0.75 }, 1e-15);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
    train = one_column(1, (const double[]){ 7 });
    must_start(&t, ranks, "output_distribution=normal", train, NULL);
    must_apply(&t, train);
    ck_near(fitted_cell(&t, 0, 0), -5.1993375827, 1e-10);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(2, (const double[]){ 1, INFINITY });
    fit_fails(ranks, "n_quantiles=0", train, CAUCE_E_PARAM, "n_quantiles");
    fit_fails(ranks, "output_distribution=even", train, CAUCE_E_PARAM, "output_distribution");
    fit_fails(ranks, "", train, CAUCE_E_DATA, "'price', row 2");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = reference_frame(ref_x);
    fitted t;
    must_start(&t, ranks, "n_quantiles=5", train, NULL);
    verify_refuses_at(&t, "quantiles", 0, (const double[]){ NAN, INFINITY, 1e9 }, 3);
    verify_refuses_at(&t, "quantiles", 7, (const double[]){ NAN, -INFINITY, -1e9, 1e9 }, 4);
    verify_refuses_at(&t, "quantiles", 19, (const double[]){ NAN, INFINITY, -1e9 }, 3);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(ranks, "", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("quantile_transformer", TEST(reference), TEST(diabetes), TEST(known), TEST(constant_and_missing),
          TEST(refusals), TEST(verify_refuses), TEST(allocations))
