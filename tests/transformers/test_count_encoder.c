#include "support/scaler_harness.h"

extern const cauce_component cauce_count_encoder;

static const cauce_component *encoder = &cauce_count_encoder;

static frame *small_frame(void) {
    frame *train = frame_new(6);
    frame_texts(train, "k", CAUCE_CATEGORY, (const char *const[]){ "a", "b", "a", NULL, "a", "b" },
                (const char *const[]){ "unused", NULL });
    frame_numbers(train, "n", (const double[]){ 0.0, -0.0, 1.5, NAN, NAN, 1.5 });
    frame_wide(train, "w", 2, (const double[]){ 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6 }, NULL);
    return train;
}

START_TEST(counts) {
    frame *train = small_frame();
    fitted t;
    must_start(&t, encoder, "", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "k, n, w0, w1");
    must_apply(&t, train);
    static const double expected[] = {
        3, 2, 3, 1, 3, 2, 2, 2, 2, 2, 2, 2, 6, 6, 6, 6, 6, 6, 1, 1, 1, 1, 1, 1
    };
    cells_are(&t, 6, expected, 0);
    fitted_end(&t);
    must_start(&t, encoder, "normalize=true", train, (const double[]){ 1, 2, 1, 2, 1, 3 });
    must_apply(&t, train);
    static const double shares[] = { 0.3, 0.5, 0.3, 0.2, 0.3, 0.5, 0.3, 0.3, 0.4, 0.3, 0.3, 0.4,
                                     1,   1,   1,   1,   1,   1,   0.1, 0.2, 0.1, 0.2, 0.1, 0.3 };
    cells_are(&t, 6, shares, 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(unknown) {
    frame *train = small_frame(), *rows = frame_new(3);
    frame_texts_like(rows, &train->fields[0], (const char *const[]){ "a", "unused", "nobody" });
    frame_numbers(rows, "n", (const double[]){ 1.5, 2, NAN });
    frame_wide(rows, "w", 2, (const double[]){ 1, NAN, 1, 2, 3, 3 }, NULL);
    fitted t;
    must_start(&t, encoder, "", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 3, (const double[]){ 3, 0, 0, 2, 0, 2, 6, 0, 6, 1, 1, 1 }, 0);
    fitted_end(&t);
    must_start(&t, encoder, "handle_unknown=return_nan", train, NULL);
    must_apply(&t, rows);
    cells_are(&t, 3, (const double[]){ 3, NAN, NAN, 2, NAN, 2, 6, NAN, 6, 1, 1, 1 }, 0);
    fitted_end(&t);
    must_start(&t, encoder, "handle_unknown=error", train, NULL);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "column 'k', row 2: 'unused' was not there at fit"));
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(weights) {
    weight_repeats(encoder, "", ref_x, 0);
    weight_repeats(encoder, "normalize=true", ref_x, 1e-15);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = small_frame();
    fitted t;
    must_start(&t, encoder, "normalize=true", train, NULL);
    verify_refuses_at(&t, "count", 1, (const double[]){ -1, NAN, INFINITY }, 3);
    verify_refuses_at(&t, "total", 0, (const double[]){ 0, -1, NAN, INFINITY }, 4);
    verify_refuses_at(&t, "category", 0, (const double[]){ 3, NAN }, 2);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(encoder, "", ref_x, ref_weight);
}
END_TEST

TEST_MAIN("count_encoder", TEST(counts), TEST(unknown), TEST(weights), TEST(verify_refuses),
          TEST(allocations))
