#include "support/scaler_harness.h"

extern const cauce_component cauce_missing_indicator;

static const cauce_component *indicator = &cauce_missing_indicator;

static frame *made(void) {
    frame *f = frame_new(3);
    frame_numbers(f, "x", (const double[]){ 1, NAN, -9 });
    frame_numbers(f, "full", (const double[]){ 1, 2, 3 });
    frame_wide(f, "w", 2, (const double[]){ 0, 1, 2, 3, -9, NAN }, (const char *const[]){ "l", "r" });
    frame_texts(f, "city", CAUCE_CATEGORY, (const char *const[]){ "a", NULL, "b" }, NULL);
    frame_onehot(f, "h", 2, (const int32_t[]){ 0, -1, 1 });
    return f;
}

static void gives(const char *params, const char *names, int64_t width, const double *expected) {
    frame *f = made();
    fitted t;
    must_start(&t, indicator, params, f, NULL);
    must_apply(&t, f);
    ck_assert_int_eq(t.out.width, width);
    ck_assert_str_eq(fitted_names(&t), names);
    cells_are(&t, 3, expected, 0);
    fitted_end(&t);
    frame_free(f);
}

START_TEST(columns) {
    gives("", "missingindicator_x, missingindicator_w_r, missingindicator_city", 3,
          (const double[]){ 0, 1, 0, 0, 0, 1, 0, 1, 0 });
    gives("missing_values=-9.0", "missingindicator_x, missingindicator_w_r, missingindicator_city", 3,
          (const double[]){ 0, 1, 1, 0, 1, 1, 0, 1, 0 });
    gives("features=all",
          "missingindicator_x, missingindicator_full, missingindicator_w_l, missingindicator_w_r, "
          "missingindicator_city, missingindicator_h0, missingindicator_h1",
          7, (const double[]){ 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0 });
}
END_TEST

START_TEST(nothing_missing) {
    frame *f = one_column(2, (const double[]){ 1, 2 });
    fitted t;
    must_start(&t, indicator, "", f, NULL);
    ck_assert_int_eq(t.out.width, 0);
    must_apply(&t, f);
    fitted_end(&t);
    frame_free(f);
}
END_TEST

/* A missing cell where there was none at fit. */
START_TEST(new_ones) {
    frame *train = frame_new(2), *rows = frame_new(3);
    frame_numbers(train, "x", (const double[]){ 1, NAN });
    frame_texts(train, "city", CAUCE_CATEGORY, (const char *const[]){ "a", "b" }, NULL);
    frame_numbers(rows, "x", (const double[]){ NAN, 2, 3 });
    frame_texts_like(rows, &train->fields[1], (const char *const[]){ "a", "unheard", NULL });
    fitted t;
    must_start(&t, indicator, "", train, NULL);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "column 'city', row 3: a missing cell"));
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "error_on_new=false"));
    fitted_end(&t);
    must_start(&t, indicator, "error_on_new=false", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 3, (const double[]){ 1, 0, 0 }, 0);
    fitted_end(&t);
    must_start(&t, indicator, "features=all", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 3, (const double[]){ 1, 0, 0, 0, 0, 1 }, 0);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(hostile_states) {
    frame *f = made();
    fitted t;
    must_start(&t, indicator, "", f, NULL);
    verify_refuses_width(&t);
    uint8_t *missing = fitted_array(&t, "missing");
    missing[0] = 2;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    missing[0] = 1;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    frame_free(f);
}
END_TEST

START_TEST(without_memory) {
    allocations_may_fail(indicator, "", ref_x, NULL);
}
END_TEST

TEST_MAIN("missing_indicator", TEST(columns), TEST(nothing_missing), TEST(new_ones), TEST(hostile_states),
          TEST(without_memory))
