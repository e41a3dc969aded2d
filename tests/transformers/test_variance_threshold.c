#include "reference/one_hot.h"
#include "support/scaler_harness.h"

extern const cauce_component cauce_variance_threshold;

static const cauce_component *selector = &cauce_variance_threshold;

START_TEST(reference) {
    frame *train = reference_frame(ref_x);
    fitted t;
    must_start(&t, selector, "threshold=1", train, NULL);
    array_is(&t, "variances", ref_variances, 4, 1e-13);
    fitted_end(&t);
    must_start(&t, selector, "threshold=1", train, ref_weight);
    array_is(&t, "variances", ref_variances_weighted, 4, 1e-13);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(columns_and_names) {
    frame *train = frame_new(3);
    frame_numbers(train, "constant", (const double[]){ 0.1, 0.1, 0.1 });
    frame_numbers(train, "some", (const double[]){ 1, NAN, 2 });
    frame_wide(train, "w", 3, (const double[]){ 1, 2, 3, 5, 5, 5, 0, 9, 0 }, NULL);
    frame_wide(train, "v", 2, (const double[]){ 1, 2, 3, 4, 8, 6 }, (const char *const[]){ "a", "b" });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN, NAN });
    fitted t;
    must_start(&t, selector, "", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "some, w0, w2, v_a, v_b");
    ck_assert_int_eq(t.out.n_fields, 4); /* v is still one block */
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    must_apply(&t, train);
    cells_are(&t, 3, (const double[]){ 1, NAN, 2, 1, 2, 3, 0, 9, 0, 1, 2, 3, 4, 8, 6 }, 0);
    fitted_end(&t);
    must_start(&t, selector, "threshold=0.25", train, NULL); /* not "some": its variance is 0.25 */
    ck_assert_str_eq(fitted_names(&t), "w0, w2, v_a, v_b");
    fitted_end(&t);
    must_start(&t, selector, "threshold=0.25", train, (const double[]){ 1, 5, 1 });
    ck_assert_str_eq(fitted_names(&t), "w0, w2, v_a, v_b");
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* One-hot columns stay one block; their variances are scikit-learn's, and those of columns written out. */
START_TEST(one_hot) {
    enum { N = sizeof ref_coded / sizeof *ref_coded };
    static const char *const labels[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };
    int32_t codes[N];
    static double cells[12 * N], weight[N];
    for (int r = 0; r < N; r++) {
        codes[r] = ref_coded[r];
        weight[r] = 0.25 + r % 5;
        if (codes[r] >= 0) cells[codes[r] * N + r] = 1;
    }
    frame *train = frame_new(N), *dense = frame_new(N);
    frame_numbers(train, "x", ref_coded_y);
    frame_onehot_of(train, "o", 12, codes, labels);
    frame_numbers(dense, "x", ref_coded_y);
    frame_wide(dense, "o", 12, cells, labels);
    fitted t, u;
    must_start(&t, selector, "threshold=0.06", train, NULL);
    for (int j = 0; j < 12; j++) {
        ck_close(((double *)fitted_array(&t, "variances"))[1 + j], ref_coded_variances[j], 1e-13);
        ck_assert_int_eq(((uint8_t *)fitted_array(&t, "support"))[1 + j], ref_coded_variance_support[j]);
    }
    ck_assert_str_eq(fitted_names(&t), "x, o_a, o_d, o_g, o_i, o_j, o_l");
    ck_assert_int_eq(t.out.n_fields, 2);
    ck_assert_int_eq(t.out.fields[1].form, CAUCE_ONEHOT);
    must_apply(&t, train);
    must_start(&u, selector, "threshold=0.06", dense, NULL);
    must_apply(&u, dense);
    ck_assert_str_eq(fitted_names(&u), fitted_names(&t));
    ck_assert_int_eq(memcmp(t.cells, u.cells, 7 * N * sizeof(double)), 0);
    fitted_end(&t);
    fitted_end(&u);
    must_start(&t, selector, "threshold=0.05", train, weight);
    must_start(&u, selector, "threshold=0.05", dense, weight);
    array_is(&t, "variances", fitted_array(&u, "variances"), 13, 1e-14);
    fitted_end(&t);
    fitted_end(&u);
    frame_free(train);
    frame_free(dense);
    train = frame_new(3); /* a column that is all there is, and one that is not there */
    frame_onehot(train, "o", 2, (const int32_t[]){ 1, 1, 1 });
    fit_fails(selector, "", train, CAUCE_E_DATA, "none of 2 columns");
    frame_free(train);
}
END_TEST

/* 0.1 added often enough is not 0.1 times as many: rounding is no variance. */
START_TEST(rounding) {
    double x[2 * 1000];
    for (int r = 0; r < 1000; r++) {
        x[r] = 0.1 + 1e8 / 3;
        x[1000 + r] = r;
    }
    frame *train = frame_new(1000);
    frame_wide(train, "w", 2, x, NULL);
    fitted t;
    must_start(&t, selector, "", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "w1");
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(refusals) {
    frame *train = one_column(1, (const double[]){ 3 });
    fit_fails(selector, "", train, CAUCE_E_DATA, "none of 1 columns");
    fit_fails(selector, "", train, CAUCE_E_DATA, "0, of column 'price'");
    fit_fails(selector, "threshold=-1", train, CAUCE_E_PARAM, "threshold");
    frame_free(train);
    train = one_column(2, (const double[]){ 3, INFINITY });
    fit_fails(selector, "", train, CAUCE_E_DATA, "'price', row 2");
    frame_free(train);
    train = one_column(2, (const double[]){ -1.7e308, 1.7e308 });
    fit_fails(selector, "", train, CAUCE_E_NUMERIC, "'price'");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = one_column(2, (const double[]){ 3, 4 });
    fitted t;
    must_start(&t, selector, "", train, NULL);
    uint8_t *support = fitted_array(&t, "support");
    support[0] = 2;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    support[0] = 0;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    support[0] = 1;
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(selector, "threshold=10", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("variance_threshold", TEST(reference), TEST(columns_and_names), TEST(one_hot), TEST(rounding),
          TEST(refusals), TEST(verify_refuses), TEST(allocations))
