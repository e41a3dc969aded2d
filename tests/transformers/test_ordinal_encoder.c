#include "reference/transformers.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"

extern const cauce_component cauce_ordinal_encoder;

static const cauce_component *encoder = &cauce_ordinal_encoder;

START_TEST(reference) {
    frame *train = frame_new(REF_ROWS);
    frame_texts(train, "deck", CAUCE_CATEGORY, ref_deck, (const char *const[]){ "Aa", "Z", NULL });
    frame_numbers(train, "parts", ref_parts);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "encoded_missing_value=-2", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "deck, parts");
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int64_t r = 0; r < REF_ROWS; r++) {
        ck_assert(fitted_cell(&t, r, 0) == ref_ordinal_deck[r]);
        ck_assert(fitted_cell(&t, r, 1) == ref_ordinal_parts[r]);
    }
    fitted_end(&t);
    frame_free(train);
}
END_TEST

static void encode(const frame *train, const frame *rows, const char *params, const double *expected) {
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, params, train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
    for (int64_t r = 0; r < rows->batch.n_rows; r++) ck_near(fitted_cell(&t, r, 0), expected[r], 0);
    fitted_end(&t);
}

START_TEST(missing_and_unknown) {
    frame *train = frame_new(4), *rows = frame_new(4);
    frame_numbers(train, "n", (const double[]){ 3, NAN, 1, NAN });
    frame_numbers(rows, "n", (const double[]){ 1, 2, NAN, 3 });
    encode(train, train, "", (const double[]){ 1, NAN, 0, NAN });
    encode(train, train, "encoded_missing_value=-2", (const double[]){ 1, -2, 0, -2 });
    encode(train, rows, "handle_unknown=use_encoded_value unknown_value=-1",
           (const double[]){ 0, -1, NAN, 1 });
    encode(train, rows, "handle_unknown=use_encoded_value unknown_value=nan encoded_missing_value=7",
           (const double[]){ 0, NAN, 7, 1 });
    /* Both may be the same number. */
    encode(train, rows, "handle_unknown=use_encoded_value unknown_value=-1 encoded_missing_value=-1",
           (const double[]){ 0, -1, -1, 1 });
    frame_free(train);
    /* A missing cell of a column that was complete at fit is unknown, not missing. */
    train = frame_new(2);
    frame_numbers(train, "n", (const double[]){ 1, 3 });
    encode(train, rows, "handle_unknown=use_encoded_value unknown_value=-1 encoded_missing_value=0",
           (const double[]){ 0, -1, -1, 1 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "column 'n', row 2: '2' was not there at fit"));
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(texts) {
    frame *train = frame_new(4), *rows = frame_new(4);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "z", NULL, "a", "b" },
                (const char *const[]){ "aa", NULL });
    frame_texts_like(rows, &train->fields[0], (const char *const[]){ "z", "aa", "new", NULL });
    encode(train, rows, "handle_unknown=use_encoded_value unknown_value=-1",
           (const double[]){ 2, -1, -1, NAN });
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(collisions) {
    frame *train = frame_new(4);
    frame_numbers(train, "n", (const double[]){ 3, NAN, 1, NAN });
    const struct {
        const char *params;
        cauce_status status;
    } cases[] = {
        { "unknown_value=-1", CAUCE_E_PARAM },
        { "handle_unknown=use_encoded_value", CAUCE_E_PARAM },
        { "handle_unknown=use_encoded_value unknown_value=-1.5", CAUCE_E_PARAM },
        { "handle_unknown=use_encoded_value unknown_value=inf", CAUCE_E_PARAM },
        { "handle_unknown=use_encoded_value unknown_value=text", CAUCE_E_PARAM },
        { "handle_unknown=use_encoded_value unknown_value=0", CAUCE_E_PARAM },
        { "handle_unknown=use_encoded_value unknown_value=2", CAUCE_E_PARAM }, /* missing's own rank */
        { "handle_unknown=use_encoded_value unknown_value=3", CAUCE_OK },
        { "encoded_missing_value=1", CAUCE_E_PARAM },
        { "encoded_missing_value=2", CAUCE_E_PARAM },
        { "encoded_missing_value=3", CAUCE_OK },
        { "encoded_missing_value=null", CAUCE_E_PARAM },
        { "max_categories=0", CAUCE_E_PARAM },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fitted t;
        ck_assert_int_eq(fitted_start(&t, encoder, cases[i].params, train, NULL), cases[i].status);
        fitted_end(&t);
    }
    frame_free(train);
    train = frame_new(2); /* nothing missing: the number for missing cells is never used */
    frame_numbers(train, "n", (const double[]){ 3, 1 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "encoded_missing_value=1", train, NULL), CAUCE_OK);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(rare_categories_leave_missing_alone) {
    frame *train = frame_new(10);
    frame_texts(train, "t", CAUCE_CATEGORY,
                (const char *const[]){ "a", "b", "b", "b", "c", "d", "d", "d", "d", NULL }, NULL);
    const struct {
        const char *params;
        double expected[10];
    } cases[] = { { "min_frequency=2", { 2, 0, 0, 0, 2, 1, 1, 1, 1, -1 } },
                  { "min_frequency=0.35", { 1, 1, 1, 1, 1, 0, 0, 0, 0, -1 } },
                  { "max_categories=3", { 2, 0, 0, 0, 2, 1, 1, 1, 1, -1 } },
                  { "max_categories=2", { 1, 1, 1, 1, 1, 0, 0, 0, 0, -1 } },
                  { "max_categories=1", { 0, 0, 0, 0, 0, 0, 0, 0, 0, -1 } },
                  { "max_categories=5", { 0, 1, 1, 1, 2, 3, 3, 3, 3, -1 } } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char params[128];
        snprintf(params, sizeof params, "%s encoded_missing_value=-1", cases[i].params);
        encode(train, train, params, cases[i].expected);
    }
    frame_free(train);
}
END_TEST

START_TEST(a_given_order) {
    frame *train = frame_new(5);
    frame_texts(train, "size", CAUCE_CATEGORY, (const char *const[]){ "mid", "low", NULL, "high", "low" },
                NULL);
    encode(train, train, "categories=[low, mid, high]", (const double[]){ 1, 0, NAN, 2, 0 });
    encode(train, train, "categories=[[never, high, mid, low]] encoded_missing_value=-1",
           (const double[]){ 2, 3, -1, 1, 3 });
    encode(train, train, "categories=[high, low] handle_unknown=use_encoded_value unknown_value=-5",
           (const double[]){ -5, 1, NAN, 0, 1 });
    const struct {
        const char *params;
        cauce_status status;
        const char *piece;
    } bad[] = {
        { "categories=[low, high]", CAUCE_E_DATA, "column 'size': 'mid' is not in categories" },
        { "categories=alphabetical", CAUCE_E_PARAM, "auto" },
        { "categories=[]", CAUCE_E_PARAM, "expected a list of categories" },
        { "categories=[low, mid, low, high]", CAUCE_E_PARAM, "'low' is in the list twice" },
        { "categories=[low, mid, high, null]", CAUCE_E_PARAM, "item 4 is no category" },
        { "categories=[[low, mid, high], low]", CAUCE_E_PARAM, "for each column" },
        { "categories=[[low, mid, high], [a]]", CAUCE_E_PARAM, "2 lists, but there are 1 columns" },
        { "categories=[low, mid, high] max_categories=2", CAUCE_E_PARAM, "leave them null" },
        { "categories=[low, mid, high] encoded_missing_value=2", CAUCE_E_PARAM, "already the number" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fitted t;
        ck_assert_int_eq(fitted_start(&t, encoder, bad[i].params, train, NULL), bad[i].status);
        ck_assert_msg(strstr(t.run.error.message, bad[i].piece) != NULL, "%s", t.run.error.message);
        fitted_end(&t);
    }
    frame_free(train);
    train = frame_new(3);
    frame_numbers(train, "n", (const double[]){ 10, -1.5, 2 });
    frame_texts(train, "b", CAUCE_BOOLEAN, (const char *const[]){ "true", "false", "true" }, NULL);
    encode(train, train, "categories=[[2, 10, -1.5], [true, false]]", (const double[]){ 1, 2, 0 });
    frame *rows = frame_new(3); /* a number is known that no training row has */
    frame_numbers(rows, "n", (const double[]){ 4, 2, 10 });
    frame_texts_like(rows, &train->fields[1], (const char *const[]){ "true", "false", "true" });
    encode(train, rows, "categories=[[4, 2, 10, -1.5], [true, false]]", (const double[]){ 0, 1, 2 });
    frame_free(rows);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "categories=[[2, 10, -1.5], [true, false]]", train, NULL),
                     CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int r = 0; r < 3; r++) ck_assert(fitted_cell(&t, r, 1) == (r == 1));
    t.f.in = &(cauce_schema){ 1, train->fields, 1 }; /* lists for two columns */
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(wide_blocks_become_columns) {
    frame *train = frame_new(2);
    frame_wide(train, "w", 2, (const double[]){ 5, 4, 0.0, -0.0 }, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "w0, w1");
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert(fitted_cell(&t, 0, 0) == 1 && fitted_cell(&t, 1, 0) == 0);
    ck_assert(fitted_cell(&t, 0, 1) == 0 && fitted_cell(&t, 1, 1) == 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = frame_new(4);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "z", NULL, "a", "b" }, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "", train, NULL), CAUCE_OK);
    int32_t *place = fitted_array(&t, "place");
    place[0] = -1; /* a category without a number */
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    place[0] = 0;
    place[3] = 3; /* missing with one */
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    place[3] = -1;
    double *category = fitted_array(&t, "category");
    category[2] = 3;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    category[2] = 2;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations_may_fail) {
    frame *train = frame_new(3);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "z", NULL, "a" }, NULL);
    frame_wide(train, "w", 2, (const double[]){ 5, 4, NAN, 1, 1, 1 }, NULL);
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_start(&t, encoder, "max_categories=2", train, NULL);
        if (status == CAUCE_OK) status = fitted_apply(&t, train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

TEST_MAIN("ordinal_encoder", TEST(reference), TEST(missing_and_unknown), TEST(texts), TEST(collisions),
          TEST(rare_categories_leave_missing_alone), TEST(a_given_order), TEST(wide_blocks_become_columns),
          TEST(verify_refuses), TEST(allocations_may_fail))
