#include "support/scaler_harness.h"

extern const cauce_component cauce_k_bins_discretizer;

static const cauce_component *bins = &cauce_k_bins_discretizer;

static void edges_are(const char *params, frame *train, const double *weight, const double *expected,
                      int64_t n, double tolerance) {
    fitted t;
    must_start(&t, bins, params, train, weight);
    const int64_t *first = fitted_array(&t, "first");
    ck_assert_int_eq(first[train->schema.width], n);
    array_is(&t, "bin_edges", expected, n, tolerance);
    fitted_end(&t);
}

START_TEST(reference) {
    output_is(bins, "encode=ordinal", ref_full, NULL, ref_bins_quantile, 0);
    output_is(bins, "encode=ordinal strategy=uniform", ref_full, NULL, ref_bins_uniform, 0);
    output_is(bins, "encode=ordinal strategy=kmeans", ref_full, NULL, ref_bins_kmeans, 0);
    frame *train = reference_frame(ref_full);
    edges_are("", train, NULL, ref_bins_edges_quantile, sizeof ref_bins_edges_quantile / 8, 1e-14);
    edges_are("strategy=uniform", train, NULL, ref_bins_edges_uniform, sizeof ref_bins_edges_uniform / 8,
              1e-14);
    edges_are("strategy=kmeans", train, NULL, ref_bins_edges_kmeans, sizeof ref_bins_edges_kmeans / 8, 1e-12);
    frame_free(train);
}
END_TEST

START_TEST(bmi) {
    frame *train = one_column(442, ref_diabetes + 2 * 442);
    edges_are("", train, NULL, ref_bins_bmi_quantile, 6, 1e-15);
    edges_are("strategy=uniform", train, NULL, ref_bins_bmi_uniform, 6, 1e-15);
    edges_are("strategy=kmeans", train, NULL, ref_bins_bmi_kmeans, 6, 1e-12);
    /* Published digits. */
    const double quantiles[] = { -.0902752959, -.0404803781, -.0180618869,
                                 .0052188538,  .0422955892,  .170555226 };
    const double means[] = { -.0406766742, -.0047969786, .0337879766, .0820787939 };
    for (int i = 0; i < 6; i++) ck_close(ref_bins_bmi_quantile[i], quantiles[i], 1e-8);
    for (int i = 0; i < 4; i++) ck_close(ref_bins_bmi_kmeans[i + 1], means[i], 1e-7);
    frame_free(train);
}
END_TEST

START_TEST(joined) {
    frame *train = one_column(8, (const double[]){ 0, 0, 0, 0, 1, 2, 3, 4 });
    frame *rows = one_column(7, (const double[]){ -9, 0, 0.5, 2.25, 2, 4, 99 });
    fitted t;
    must_start(&t, bins, "n_bins=4", train, NULL);
    array_is(&t, "bin_edges", (const double[]){ 0, 0.5, 2.25, 4 }, 4, 0);
    ck_assert(fitted_warned(&t, "fewer_bins", "'price' has 3 bins instead of 4"));
    ck_assert_str_eq(fitted_names(&t), "price_0, price_1, price_2");
    must_apply(&t, rows);
    cells_are(&t, 7, (const double[]){ 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1 }, 0);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(constant) {
    frame *train = frame_new(3), *rows = frame_new(2);
    frame_numbers(train, "constant", (const double[]){ 7, 7, 7 });
    frame_numbers(train, "nearly", (const double[]){ 0, 1e-10, 2e-10 });
    frame_numbers(rows, "constant", (const double[]){ -1e300, 8 });
    frame_numbers(rows, "nearly", (const double[]){ 0, 5 });
    const char *const strategies[] = { "", "strategy=kmeans" };
    for (int i = 0; i < 2; i++) {
        fitted t;
        must_start(&t, bins, strategies[i], train, NULL);
        ck_assert(fitted_warned(&t, "one_bin", "'constant'") && fitted_warned(&t, "one_bin", "'nearly'"));
        ck_assert_str_eq(fitted_names(&t), "constant_0, nearly_0");
        must_apply(&t, rows);
        cells_are(&t, 2, (const double[]){ 1, 1, 1, 1 }, 0);
        fitted_end(&t);
    }
    frame_free(train);
    frame_free(rows);
    train = one_column(1, (const double[]){ 3 });
    fitted t;
    must_start(&t, bins, "encode=ordinal", train, NULL);
    must_apply(&t, train);
    ck_assert(fitted_cell(&t, 0, 0) == 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(weights) {
    weight_repeats(bins, "encode=ordinal", ref_full, 0);
    weight_repeats(bins, "encode=ordinal strategy=uniform", ref_full, 0);
    weight_repeats(bins, "encode=ordinal strategy=kmeans", ref_full, 0);
    weight_repeats(bins, "encode=ordinal strategy=kmeans n_bins=9", ref_full, 0);
}
END_TEST

/* Fewer different numbers than bins: clusters stay empty, and their bins are joined. */
START_TEST(few_numbers) {
    frame *train = one_column(6, (const double[]){ 1, 1, 1, 10, 10, 100 });
    fitted t;
    must_start(&t, bins, "strategy=kmeans n_bins=20 encode=ordinal", train, NULL);
    must_apply(&t, train);
    ck_assert(fitted_cell(&t, 0, 0) < fitted_cell(&t, 3, 0) && fitted_cell(&t, 3, 0) < fitted_cell(&t, 5, 0));
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(2, (const double[]){ -1.7e308, 1.7e308 });
    fit_fails(bins, "n_bins=1", train, CAUCE_E_PARAM, "n_bins");
    fit_fails(bins, "strategy=equal", train, CAUCE_E_PARAM, "strategy");
    fit_fails(bins, "strategy=uniform", train, CAUCE_E_NUMERIC, "'price'");
    fit_fails(bins, "strategy=kmeans", train, CAUCE_E_NUMERIC, "'price'");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = reference_frame(ref_full);
    fitted t;
    must_start(&t, bins, "", train, NULL);
    verify_refuses_at(&t, "bin_edges", 1, (const double[]){ NAN, 1e9, -1e9 }, 3);
    verify_refuses_width(&t);
    int64_t *first = fitted_array(&t, "first"), bad[] = { -1, 0, 1, 1000000, INT64_MAX, INT64_MIN };
    for (int place = 0; place < 5; place++)
        for (int i = 0; i < 6; i++) {
            int64_t good = first[place];
            if (bad[i] == good) continue;
            first[place] = bad[i];
            ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
            first[place] = good;
        }
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(bins, "strategy=kmeans", ref_full, ref_weight);
}
END_TEST

TEST_MAIN("k_bins_discretizer", TEST(reference), TEST(bmi), TEST(joined), TEST(constant), TEST(weights),
          TEST(few_numbers), TEST(refusals), TEST(verify_refuses), TEST(allocations))
