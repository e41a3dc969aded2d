#include "reference/impute.h"
#include "support/scaler_harness.h"

extern const cauce_component cauce_knn_imputer;

static const cauce_component *imputer = &cauce_knn_imputer;

/* One column alone, then the other four as a block. */
static frame *rows_of(const double *x, int64_t n) {
    frame *f = frame_new(n);
    frame_numbers(f, "a", x);
    frame_wide(f, "b", REF_WIDTH - 1, x + n, NULL);
    return f;
}

static void fill(const char *params, const frame *train, const frame *rows, fitted *t) {
    must_start(t, imputer, params, train, NULL);
    must_apply(t, rows);
}

START_TEST(reference) {
    frame *train = rows_of(ref_train, REF_TRAIN), *test = rows_of(ref_test, REF_TEST);
    for (size_t i = 0; i < sizeof ref_knn / sizeof *ref_knn; i++) {
        fitted t;
        fill(ref_knn[i].params, train, test, &t);
        /* Inverse distances of scikit-learn have the digits that |x|^2 + |y|^2 - 2xy leaves them. */
        cells_are(&t, REF_TEST, ref_knn[i].test, 1e-10);
        must_apply(&t, train);
        cells_are(&t, REF_TRAIN, ref_knn[i].train, 1e-10);
        ck_assert_str_eq(fitted_names(&t), "a, b0, b1, b2, b3");
        fitted_end(&t);
    }
    frame_free(train);
    frame_free(test);
}
END_TEST

static frame *without_third(const double *from, int64_t n) {
    double x[REF_TRAIN * REF_WIDTH];
    memcpy(x, from, (size_t)(n * REF_WIDTH) * sizeof *x);
    for (int64_t r = 0; r < n; r++) x[2 * n + r] = NAN;
    return rows_of(x, n);
}

/* The third column has no value at all. */
START_TEST(empty_column) {
    frame *train = without_third(ref_train, REF_TRAIN), *test = without_third(ref_test, REF_TEST);
    fitted t;
    fill("n_neighbors=4 add_indicator=true keep_empty_features=true", train, test, &t);
    cells_are(&t, REF_TEST, ref_knn_kept, 1e-13);
    ck_assert_str_eq(fitted_names(&t), "a, b0, b1, b2, b3, missingindicator_a, missingindicator_b0, "
                                       "missingindicator_b1, missingindicator_b2, missingindicator_b3");
    ck_assert(!fitted_warned(&t, "all_missing", ""));
    fitted_end(&t);
    fill("n_neighbors=4", train, test, &t);
    cells_are(&t, REF_TEST, ref_knn_left, 1e-13);
    ck_assert_str_eq(fitted_names(&t), "a, b0, b2, b3");
    ck_assert(fitted_warned(&t, "all_missing", "'b1'"));
    fitted_end(&t);
    frame_free(train);
    frame_free(test);
}
END_TEST

/* A row that has nothing in common with any other gets the means; the indicator stays as wide as at fit. */
START_TEST(no_neighbours) {
    frame *train = frame_new(4);
    frame_numbers(train, "x", (const double[]){ 1, 2, NAN, NAN });
    frame_numbers(train, "y", (const double[]){ NAN, NAN, 5, 7 });
    fitted t;
    fill("add_indicator=true weights=distance", train, train, &t);
    cells_are(&t, 4, (const double[]){ 1, 2, 1.5, 1.5, 6, 6, 5, 7, 0, 0, 1, 1, 1, 1, 0, 0 }, 0);
    frame *full = frame_new(1);
    frame_numbers(full, "x", (const double[]){ 3 });
    frame_numbers(full, "y", (const double[]){ 4 });
    must_apply(&t, full);
    cells_are(&t, 1, (const double[]){ 3, 4, 0, 0 }, 0);
    fitted_end(&t);
    frame_free(full);
    frame_free(train);
}
END_TEST

/* Donors without a coordinate in common are none, so that one row fills the cell alone. */
START_TEST(only_rows_in_common) {
    frame *train = frame_new(4);
    frame_numbers(train, "x", (const double[]){ 0, NAN, NAN, 9 });
    frame_numbers(train, "y", (const double[]){ 10, 1, 2, NAN });
    fitted t;
    fill("n_neighbors=3", train, train, &t);
    ck_assert(fitted_cell(&t, 3, 1) == 10);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(number_that_means_missing) {
    frame *train = frame_new(4), *same = frame_new(4);
    frame_numbers(train, "x", (const double[]){ 1, -999, 3, NAN });
    frame_numbers(train, "y", (const double[]){ 1, 2, -999, 4 });
    frame_numbers(same, "x", (const double[]){ 1, NAN, 3, NAN });
    frame_numbers(same, "y", (const double[]){ 1, 2, NAN, 4 });
    fitted a, b;
    fill("n_neighbors=2 missing_values=-999.0", train, train, &a);
    fill("n_neighbors=2", same, same, &b);
    cells_are(&a, 4, b.cells, 0);
    fitted_end(&a);
    fitted_end(&b);
    frame_free(train);
    frame_free(same);
}
END_TEST

START_TEST(weights) {
    weight_repeats(imputer, "n_neighbors=3", ref_x, 1e-12);
    weight_repeats(imputer, "n_neighbors=4 weights=distance add_indicator=true", ref_x, 1e-12);
}
END_TEST

START_TEST(bad_input) {
    frame *train = frame_new(3);
    frame_numbers(train, "price", (const double[]){ 1, NAN, -INFINITY });
    fit_fails(imputer, "", train, CAUCE_E_DATA, "column 'price', row 3: an infinite value");
    frame_free(train);
    train = frame_new(3);
    frame_numbers(train, "price", (const double[]){ 1, NAN, 2 });
    frame *rows = frame_new(2);
    frame_numbers(rows, "price", (const double[]){ 1, INFINITY });
    fitted t;
    must_start(&t, imputer, "", train, NULL);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "row 2"));
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
    train = frame_new(3);
    frame_numbers(train, "price", (const double[]){ 1.7e308, 1.7e308, 1.7e308 });
    fit_fails(imputer, "", train, CAUCE_E_DATA, "'price' has numbers so large");
    frame_free(train);
}
END_TEST

START_TEST(hostile_states) {
    frame *train = reference_frame(ref_x);
    static const double infinite[] = { INFINITY, -INFINITY }, no_weight[] = { 0, -1, NAN, INFINITY };
    fitted t;
    must_start(&t, imputer, "", train, ref_weight);
    verify_refuses_at(&t, "rows", 3, infinite, 2);
    verify_refuses_at(&t, "mean", 1, infinite, 2);
    verify_refuses_at(&t, "weight", 2, no_weight, 4);
    uint8_t *missing = fitted_array(&t, "missing");
    missing[1] = 2;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    missing[1] = 1;
    int64_t *lengths = (int64_t *)(uintptr_t)t.f.state; /* rows, columns, weights */
    for (int i = 0; i < 3; i++) {
        for (int64_t to = 0; to < 2; to++) {
            int64_t good = lengths[i];
            if (i == 2 && to == 0) continue; /* no weights */
            lengths[i] = to;
            ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
            lengths[i] = good;
        }
    }
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(without_memory) {
    allocations_may_fail(imputer, "n_neighbors=3 add_indicator=true", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("knn_imputer", TEST(reference), TEST(empty_column), TEST(no_neighbours), TEST(only_rows_in_common),
          TEST(number_that_means_missing), TEST(weights), TEST(bad_input), TEST(hostile_states),
          TEST(without_memory))
