#include "support/scaler_harness.h"

extern const cauce_component cauce_polynomial_features;

static const cauce_component *polynomial = &cauce_polynomial_features;

static void compare(const char *params, frame *train, const char *names, const double *sums,
                    const double *row) {
    fitted t;
    must_start(&t, polynomial, params, train, NULL);
    ck_assert_str_eq(fitted_names(&t), names);
    must_apply(&t, train);
    for (int64_t j = 0; j < t.out.width; j++) {
        double sum = 0;
        for (int64_t r = 0; r < train->batch.n_rows; r++) sum += fitted_cell(&t, r, j);
        ck_near(sum, sums[j], 1e-13);
        ck_assert(fitted_cell(&t, 7, j) == row[j]);
    }
    fitted_end(&t);
}

START_TEST(iris) {
    frame *train = frame_new(150);
    frame_wide(train, "x", 4, ref_iris, NULL);
    compare("degree=3", train, ref_polynomial_names_iris, ref_polynomial_sums_iris, ref_polynomial_row_iris);
    fitted t;
    must_start(&t, polynomial, "degree=3", train, NULL);
    must_apply(&t, train);
    double sum = 0;
    for (int64_t i = 0; i < 150 * 35; i++) sum += t.cells[i];
    ck_assert_int_eq(t.out.width, 35);
    ck_near(sum, 186696.535, 1e-12);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(choices) {
    frame *train = frame_new(REF_N);
    frame_wide(train, "x", 3, ref_full, NULL);
    compare("", train, ref_polynomial_names_plain, ref_polynomial_sums_plain, ref_polynomial_row_plain);
    frame_free(train);
    train = frame_new(REF_N);
    frame_wide(train, "x", 4, ref_full, NULL);
    compare("degree=3 interaction_only=true include_bias=false", train, ref_polynomial_names_only,
            ref_polynomial_sums_only, ref_polynomial_row_only);
    frame_free(train);
}
END_TEST

START_TEST(names) {
    frame *train = frame_new(2);
    frame_numbers(train, "a", (const double[]){ 2, 3 });
    frame_wide(train, "w", 2, (const double[]){ 5, 7, 11, 13 }, (const char *const[]){ "p", "q" });
    const struct {
        const char *params, *names;
    } cases[] = {
        { "", "1, a, w_p, w_q, a^2, a w_p, a w_q, w_p^2, w_p w_q, w_q^2" },
        { "degree=[2, 2]", "1, a^2, a w_p, a w_q, w_p^2, w_p w_q, w_q^2" },
        { "degree=0", "1" },
        { "degree=1 include_bias=false", "a, w_p, w_q" },
        { "degree=[3, 64] interaction_only=true include_bias=false", "a w_p w_q" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fitted t;
        must_start(&t, polynomial, cases[i].params, train, NULL);
        ck_assert_str_eq(fitted_names(&t), cases[i].names);
        fitted_end(&t);
    }
    fitted t;
    must_start(&t, polynomial, "degree=[3, 3] include_bias=false interaction_only=true", train, NULL);
    must_apply(&t, train);
    cells_are(&t, 2, (const double[]){ 110, 273 }, 0);
    fitted_end(&t);
    frame_free(train);
    train = one_column(1, (const double[]){ 2 });
    must_start(&t, polynomial, "degree=64 include_bias=false", train, NULL);
    must_apply(&t, train);
    ck_assert_int_eq(t.out.width, 64);
    ck_assert(fitted_cell(&t, 0, 63) == 0x1p64);
    ck_assert_ptr_nonnull(strstr(fitted_names(&t), "price^63, price^64"));
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* Polynomials of polynomials: brackets where two names would be one, and nowhere else. */
START_TEST(names_of_products) {
    const struct {
        const char *inputs[3], *names;
    } cases[] = {
        { { "a", "a b", "a^2" }, "1, a, (a b), (a^2), a^2, a (a b), a (a^2), (a b)^2, (a b) (a^2), (a^2)^2" },
        { { "a", "b", "a b" }, "1, a, b, (a b), a^2, a b, a (a b), b^2, b (a b), (a b)^2" },
        { { "1", "a", "b" }, "1, (1), a, b, (1)^2, (1) a, (1) b, a^2, a b, b^2" },
        { { "a", "first name", "b" },
          "1, a, first name, b, a^2, a first name, a b, first name^2, first name b, b^2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        frame *train = frame_new(1);
        for (int j = 0; j < 3; j++) frame_numbers(train, cases[i].inputs[j], (const double[]){ j });
        fitted t;
        must_start(&t, polynomial, "", train, NULL);
        ck_assert_str_eq(fitted_names(&t), cases[i].names);
        fitted_end(&t);
        frame_free(train);
    }
}
END_TEST

START_TEST(refusals) {
    frame *train = reference_frame(ref_full);
    fit_fails(polynomial, "degree=-1", train, CAUCE_E_PARAM, "degree");
    fit_fails(polynomial, "degree=65", train, CAUCE_E_PARAM, "degree");
    fit_fails(polynomial, "degree=[3, 2]", train, CAUCE_E_PARAM, "degree=[3, 2]");
    fit_fails(polynomial, "degree=[1, 65]", train, CAUCE_E_PARAM, "degree=[1, 65]");
    fit_fails(polynomial, "degree=[1, 2, 3]", train, CAUCE_E_PARAM, "list of two");
    fit_fails(polynomial, "degree=[1, 2.5]", train, CAUCE_E_PARAM, "list of two");
    fit_fails(polynomial, "degree=0 include_bias=false", train, CAUCE_E_PARAM, "no column");
    fit_fails(polynomial, "degree=[5, 6] interaction_only=true include_bias=false", train, CAUCE_E_PARAM,
              "different columns");
    fit_fails(polynomial, "degree=64", train, CAUCE_E_LIMIT, "degree 64 of 4 columns");
    fitted t;
    must_start(&t, polynomial, "degree=40", train, NULL); /* 135751 columns */
    ck_assert_int_eq(t.out.width, 135751);
    fitted_end(&t);
    frame_free(train);
    double zeros[1000] = { 0 };
    train = frame_new(1);
    frame_wide(train, "w", 1000, zeros, NULL);
    fit_fails(polynomial, "degree=64 interaction_only=true", train, CAUCE_E_LIMIT, "1000 columns");
    must_start(&t, polynomial, "degree=[1, 1]", train, NULL);
    ck_assert_int_eq(t.out.width, 1001);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(polynomial, "interaction_only=true", ref_full, NULL);
}
END_TEST

/* Case 13: the order of the powers of two columns. */
START_TEST(order) {
    frame *train = frame_new(1);
    frame_wide(train, "x", 2, (const double[]){ 2, 3 }, NULL);
    fitted t;
    must_start(&t, polynomial, "degree=3", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "1, x0, x1, x0^2, x0 x1, x1^2, x0^3, x0^2 x1, x0 x1^2, x1^3");
    must_apply(&t, train);
    cells_are(&t, 1, (const double[]){ 1, 2, 3, 4, 6, 9, 8, 12, 18, 27 }, 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

TEST_MAIN("polynomial_features", TEST(iris), TEST(choices), TEST(names), TEST(names_of_products),
          TEST(refusals), TEST(allocations), TEST(order))
