#include "reference/decomposition.h"
#include "support/scaler_harness.h"

extern const cauce_component cauce_truncated_svd;

static const cauce_component *svd = &cauce_truncated_svd;

START_TEST(reference) {
    frame *train = frame_new(WINE_ROWS);
    frame_wide(train, "x", WINE_COLUMNS, ref_wine, NULL);
    fitted t;
    must_start(&t, svd, "n_components=5", train, NULL);
    ck_assert_str_eq(fitted_names(&t),
                     "truncatedsvd0, truncatedsvd1, truncatedsvd2, truncatedsvd3, truncatedsvd4");
    array_is(&t, "components", ref_svd_components, 5 * WINE_COLUMNS, 1e-11);
    array_is(&t, "explained_variance", ref_svd_variance, 5, 1e-10);
    array_is(&t, "explained_variance_ratio", ref_svd_ratio, 5, 1e-12);
    array_is(&t, "singular_values", ref_svd_singular, 5, 1e-12);
    must_apply(&t, train);
    for (int64_t j = 0; j < 5; j++)
        for (int64_t r = 0; r < 5; r++) ck_near(fitted_cell(&t, r, j), ref_svd_z[j * 5 + r], 1e-9);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* The squares of a matrix of rank 2 are all in two directions, whatever the mean is; more rows than a block.
 */
START_TEST(rank_two) {
    enum { N = 3000, P = 6 };
    double *x = malloc(N * P * sizeof *x);
    for (int r = 0; r < N; r++)
        for (int j = 0; j < P; j++) x[j * N + r] = (r % 17 + 3) * (j + 1) + (r % 5 - 1) * (j % 2 ? 1 : -2);
    frame *train = frame_new(N);
    frame_wide(train, "x", P, x, NULL);
    fitted t;
    must_start(&t, svd, "n_components=3", train, NULL);
    must_apply(&t, train);
    const double *values = fitted_array(&t, "singular_values"), *axes = fitted_array(&t, "components");
    ck_assert(values[2] < 1e-13 * values[0] && values[1] > 1e-3 * values[0]);
    double squares[3] = { 0 }, means[3] = { 0 };
    for (int r = 0; r < N; r++) {
        for (int k = 0; k < 3; k++) {
            squares[k] += fitted_cell(&t, r, k) * fitted_cell(&t, r, k);
            means[k] += fitted_cell(&t, r, k) / N;
        }
        for (int j = 0; j < P; j++) { /* and back */
            double back = fitted_cell(&t, r, 0) * axes[j] + fitted_cell(&t, r, 1) * axes[P + j];
            ck_near(back, x[j * N + r], 1e-11);
        }
    }
    const double *variance = fitted_array(&t, "explained_variance");
    for (int k = 0; k < 3; k++) {
        ck_assert(fabs(sqrt(squares[k]) - values[k]) <= 1e-12 * values[0]);
        ck_near(variance[k], squares[k] / N - means[k] * means[k], 1e-10);
    }
    fitted_end(&t);
    frame_free(train);
    free(x);
}
END_TEST

START_TEST(weights) {
    weight_repeats(svd, "n_components=3", ref_full, 1e-11);
}
END_TEST

START_TEST(refusals) {
    frame *train = reference_frame(ref_full);
    fit_fails(svd, "n_components=5", train, CAUCE_E_PARAM, "n_components=5 is more than the 4 columns");
    fit_fails(svd, "n_components=0", train, CAUCE_E_PARAM, "n_components");
    frame_free(train);
    train = frame_new(2);
    frame_wide(train, "x", 5, ref_full, NULL);
    fit_fails(svd, "n_components=3", train, CAUCE_E_PARAM, "n_components=3 is more than the 2 rows");
    frame_free(train);
    train = one_column(2, (const double[]){ 1e200, -1e200 });
    fit_fails(svd, "n_components=1", train, CAUCE_E_NUMERIC, "too large");
    frame_free(train);
    train = one_column(1, (const double[]){ 2 });
    fitted t;
    must_start(&t, svd, "n_components=1", train, NULL);
    must_apply(&t, train);
    ck_assert(fitted_cell(&t, 0, 0) == 2);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = reference_frame(ref_full);
    fitted t;
    must_start(&t, svd, "n_components=2", train, NULL);
    verify_refuses_at(&t, "components", 7, (const double[]){ NAN, INFINITY }, 2);
    verify_refuses_width(&t);
    int64_t *sizes = (int64_t *)(uintptr_t)t.f.state; /* columns, components */
    sizes[1] = 5;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(svd, "", ref_full, ref_weight);
}
END_TEST

TEST_MAIN("truncated_svd", TEST(reference), TEST(rank_two), TEST(weights), TEST(refusals),
          TEST(verify_refuses), TEST(allocations))
