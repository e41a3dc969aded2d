#include "reference/hashing.h"
#include "support/scaler_harness.h"

extern const cauce_component cauce_hashing_encoder;

static const cauce_component *encoder = &cauce_hashing_encoder;

static frame *cities_frame(void) {
    frame *train = frame_new(HASHING_ROWS);
    frame_texts(train, "city", CAUCE_CATEGORY, ref_cities, NULL);
    frame_numbers(train, "a rather long name", ref_sizes);
    frame_texts(train, "colour", CAUCE_CATEGORY, ref_colours, NULL);
    return train;
}

static void compare(const char *params, int64_t width, const double expected[][3], size_t n) {
    frame *train = cities_frame();
    fitted t;
    must_start(&t, encoder, params, train, NULL);
    ck_assert_int_eq(t.out.width, width);
    must_apply(&t, train);
    for (size_t i = 0; i < n; i++) { /* takes away what is expected; nothing must be left */
        double *cell = &t.cells[(int64_t)expected[i][1] * HASHING_ROWS + (int64_t)expected[i][0]];
        *cell -= expected[i][2];
    }
    for (int64_t i = 0; i < width * HASHING_ROWS; i++)
        ck_assert_msg(t.cells[i] == 0, "%s: %g is left of row %d, column %d", params, t.cells[i],
                      (int)(i % HASHING_ROWS), (int)(i / HASHING_ROWS));
    fitted_end(&t);
    frame_free(train);
}

#define COMPARE(params, width, array) compare(params, width, array, sizeof array / sizeof *array)

START_TEST(reference) {
    COMPARE("", 64, ref_hashing_plain);
    COMPARE("n_features=3", 3, ref_hashing_few);
    COMPARE("n_features=10 alternate_sign=false", 10, ref_hashing_unsigned);
    COMPARE("n_features=1021", 1021, ref_hashing_odd);
}
END_TEST

START_TEST(missing_and_unknown) {
    frame *train = frame_new(3), *rows = frame_new(3);
    frame_texts(train, "city", CAUCE_CATEGORY, (const char *const[]){ "nan", "Rome", NULL },
                (const char *const[]){ "no row at fit", NULL });
    frame_texts_like(rows, &train->fields[0],
                     (const char *const[]){ "never heard of", NULL, "no row at fit" });
    fitted t;
    must_start(&t, encoder, "n_features=7", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "hash0, hash1, hash2, hash3, hash4, hash5, hash6");
    must_apply(&t, train);
    double sum = 0;
    for (int64_t j = 0; j < 7; j++) { /* missing is the category nan */
        ck_assert(fitted_cell(&t, 0, j) == fitted_cell(&t, 2, j));
        sum += fabs(fitted_cell(&t, 2, j));
    }
    ck_assert(sum == 1);
    must_apply(&t, rows);
    double none = 0, one = 0;
    for (int64_t j = 0; j < 7; j++) {
        none += fabs(fitted_cell(&t, 0, j));
        one += fabs(fitted_cell(&t, 2, j));
    }
    ck_assert(none == 0 && one == 1); /* hashing needs no rows, but it needs the text */
    fitted_end(&t);
    must_start(&t, encoder, "n_features=1", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "hash");
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(refusals) {
    frame *train = cities_frame(), *empty = frame_new(2);
    fit_fails(encoder, "n_features=0", train, CAUCE_E_PARAM, "n_features");
    fit_fails(encoder, "n_features=1048577", train, CAUCE_E_PARAM, "n_features");
    fit_fails(encoder, "", empty, CAUCE_E_SHAPE, "at least one column");
    frame_free(train);
    frame_free(empty);
}
END_TEST

START_TEST(allocations) {
    frame *train = cities_frame();
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_start(&t, encoder, "", train, NULL);
        if (status == CAUCE_OK) status = fitted_apply(&t, train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

TEST_MAIN("hashing_encoder", TEST(reference), TEST(missing_and_unknown), TEST(refusals), TEST(allocations))
