#include "support/titanic.h"
#include "reference/transformers.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"

extern const cauce_component cauce_one_hot_encoder;

static const cauce_component *encoder = &cauce_one_hot_encoder;

static frame *reference_frame(void) {
    frame *train = frame_new(REF_ROWS);
    frame_texts(train, "sex", CAUCE_CATEGORY, ref_sex, NULL);
    /* Levels that no training row has are no categories. */
    frame_texts(train, "level", CAUCE_CATEGORY, ref_level, (const char *const[]){ "0th", "2nd+", NULL });
    frame_texts(train, "deck", CAUCE_CATEGORY, ref_deck, (const char *const[]){ "Z", NULL });
    frame_numbers(train, "parts", ref_parts);
    return train;
}

static void compare(const char *params, const char *names, const double *sums, const double *codes) {
    frame *train = reference_frame();
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, params, train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), names);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    int64_t column = 0;
    for (int64_t f = 0; f < t.out.n_fields; f++)
        for (int64_t c = 0; c < t.out.fields[f].width; c++, column++) {
            double sum = 0;
            for (int64_t r = 0; r < REF_ROWS; r++) {
                sum += fitted_cell(&t, r, column);
                ck_assert_int_eq(fitted_cell(&t, r, column) == 1, codes[f * REF_ROWS + r] == (double)c);
            }
            ck_assert(sum == sums[column]);
        }
    fitted_end(&t);
    frame_free(train);
}

#define COMPARE(params, tag)                                                                                 \
    compare(params, ref_onehot_names_##tag, ref_onehot_sums_##tag, ref_onehot_codes_##tag)

START_TEST(reference) {
    COMPARE("", plain);
    COMPARE("drop=first", first);
    COMPARE("drop=if_binary", binary);
    COMPARE("min_frequency=12", count);
    COMPARE("min_frequency=0.06", part);
    COMPARE("max_categories=3", most);
    COMPARE("min_frequency=0.05 max_categories=3 drop=if_binary", both);
    COMPARE("min_frequency=188 handle_unknown=ignore", all_rare);
#define LISTED                                                                                               \
    "categories=[[other, male, female], [\"3rd\", \"1st\", \"2nd\"], [T, A, Z, C, nan, B, D, E, F], "        \
    "[-4, 0, 0.5, 1, 2, 3.5, 7, 1000000]]"
#define SOME "categories=[[male, other], [\"3rd\", \"2nd\"], [T, C], [-1, 0, 1, 3.5]] handle_unknown=ignore"
    COMPARE(LISTED, listed);
    COMPARE(LISTED " drop=first", listed_first);
    COMPARE(SOME, some);
    COMPARE(SOME " drop=if_binary", some_binary);
}
END_TEST

/* a x5, b x3, c x2 */
static frame *small_frame(void) {
    frame *train = frame_new(10);
    frame_texts(train, "k", CAUCE_CATEGORY,
                (const char *const[]){ "a", "a", "b", "a", "c", "b", "a", "b", "c", "a" },
                (const char *const[]){ "d", NULL });
    return train;
}

static void names_are(const char *params, const double *weight, const char *names) {
    frame *train = small_frame();
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, params, train, weight), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), names);
    fitted_end(&t);
    frame_free(train);
}

START_TEST(rare_categories) {
    names_are("min_frequency=3", NULL, "k_a, k_b, k_infrequent_sklearn");
    names_are("min_frequency=0.3", NULL, "k_a, k_b, k_infrequent_sklearn");
    names_are("min_frequency=100", NULL, "k_infrequent_sklearn");
    names_are("max_categories=1", NULL, "k_infrequent_sklearn");
    names_are("max_categories=2", NULL, "k_a, k_infrequent_sklearn");
    names_are("max_categories=3", NULL, "k_a, k_b, k_infrequent_sklearn"); /* c too, alone */
    names_are("max_categories=4", NULL, "k_a, k_b, k_c");
    names_are("drop=first", NULL, "k_b, k_c");
    names_are("drop=if_binary", NULL, "k_a, k_b, k_c");
    names_are("drop=first min_frequency=3", NULL, "k_b, k_infrequent_sklearn");
    names_are("drop=if_binary min_frequency=4", NULL, "k_infrequent_sklearn");
    /* Dropping sees the categories after grouping. */
    names_are("max_categories=2 drop=if_binary", NULL, "k_infrequent_sklearn");
    names_are("max_categories=2 drop=first", NULL, "k_infrequent_sklearn");
    names_are("min_frequency=100 drop=first", NULL, "");
    /* Weights count as rows: now c weighs 20. */
    const double weight[] = { 1, 1, 1, 1, 10, 1, 1, 1, 10, 1 };
    names_are("max_categories=2", weight, "k_c, k_infrequent_sklearn");
    names_are("min_frequency=0.5", weight, "k_c, k_infrequent_sklearn");
}
END_TEST

START_TEST(equal_counts_group_the_first) {
    frame *train = frame_new(6);
    frame_texts(train, "k", CAUCE_CATEGORY, (const char *const[]){ "c", "b", "a", "a", "b", "c" }, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "max_categories=2", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "k_c, k_infrequent_sklearn");
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(drop_lists) {
    names_are("drop=[b]", NULL, "k_a, k_c");
    names_are("drop=[null]", NULL, "k_a, k_b, k_c");
    names_are("drop=[b] max_categories=3", NULL, "k_a, k_infrequent_sklearn");
    const char *bad[] = { "drop=[a, b]", "drop=[]", "drop=[d]", "drop=[nan]", "drop=[c] max_categories=2",
                          "drop=[[a]]" };
    frame *train = small_frame();
    fitted t;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_int_eq(fitted_start(&t, encoder, bad[i], train, NULL), CAUCE_E_PARAM);
        ck_assert_ptr_nonnull(strstr(t.run.error.message, "drop"));
        fitted_end(&t);
    }
    frame_free(train);
    train = frame_new(3);
    frame_numbers(train, "n", (const double[]){ 2, NAN, 1.5 });
    frame_numbers(train, "m", (const double[]){ 2, NAN, 1.5 });
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "10", "9", NULL }, NULL);
    ck_assert_int_eq(fitted_start(&t, encoder, "drop=[1.5, nan, 9]", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "n_2, n_nan, m_1.5, m_2, t_10, t_nan");
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* New rows: seen, level without a training row, text that nobody knows, missing. */
static void encode_new(const char *params, const char *const expected[4]) {
    frame *train = small_frame(), *rows = frame_new(4);
    fitted t;
    frame_texts_like(rows, &train->fields[0], (const char *const[]){ "b", "d", "zzz", NULL });
    ck_assert_int_eq(fitted_start(&t, encoder, params, train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
    for (int64_t r = 0; r < 4; r++)
        for (int64_t c = 0; c < t.out.width; c++)
            ck_assert_int_eq(fitted_cell(&t, r, c) == 1, expected[r][c] == '1');
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}

START_TEST(unknown_categories) {
    encode_new("handle_unknown=ignore", (const char *const[]){ "010", "000", "000", "000" });
    encode_new("handle_unknown=infrequent_if_exist", (const char *const[]){ "010", "000", "000", "000" });
    encode_new("handle_unknown=ignore min_frequency=3", (const char *const[]){ "010", "000", "000", "000" });
    encode_new("handle_unknown=infrequent_if_exist min_frequency=3",
               (const char *const[]){ "010", "001", "001", "001" });
    encode_new("handle_unknown=ignore drop=first", (const char *const[]){ "10", "00", "00", "00" });
}
END_TEST

static void unknown_fails(const frame *train, const frame *rows, const char *params, const char *message) {
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, params, train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
    ck_assert_msg(strstr(t.run.error.message, message) != NULL, "%s", t.run.error.message);
    fitted_end(&t);
}

START_TEST(unknown_is_an_error) {
    frame *train = small_frame();
    const struct {
        const char *text, *message;
    } cases[] = { { "d", "column 'k', row 43: 'd' was not there at fit; handle_unknown=ignore" },
                  { "zzz", "column 'k', row 43: a category that was not there at fit" },
                  { NULL, "column 'k', row 43: missing, but no row was missing at fit" } };
    for (int i = 0; i < 3; i++) {
        frame *rows = frame_new(3);
        rows->batch.first_row = 41;
        frame_texts_like(rows, &train->fields[0], (const char *const[]){ "a", cases[i].text, "zzz" });
        unknown_fails(train, rows, "", cases[i].message);
        frame_free(rows);
    }
    frame_free(train);
    train = frame_new(2);
    frame *rows = frame_new(2);
    frame_numbers(train, "n", (const double[]){ 1, 1 });
    frame_numbers(rows, "n", (const double[]){ 1, 2.5 });
    unknown_fails(train, rows, "", "column 'n', row 2: '2.5' was not there at fit");
    unknown_fails(train, rows, "drop=first", "column 'n', row 2: '2.5'"); /* although nothing is written */
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(numbers) {
    frame *train = frame_new(7), *rows = frame_new(5);
    frame_numbers(train, "n", (const double[]){ 0.0, -0.0, 3, 1e300, -0.5, NAN, INFINITY });
    frame_wide(train, "w", 2, (const double[]){ 1, 2, 1, 2, 1, 2, 1, 4, 4, 4, 4, 4, 4, 4 },
               (const char *const[]){ "x", "y" });
    frame_numbers(rows, "n", (const double[]){ -0.0, 2.9999999999999996, NAN, INFINITY, -INFINITY });
    frame_wide(rows, "w", 2, (const double[]){ 1, 2, 3, NAN, 0, 4, 4, 4, 4, 5 }, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "handle_unknown=ignore", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "n_-0.5, n_0, n_3, n_1e+300, n_inf, n_nan, w_x_1, w_x_2, w_y_4");
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
    const char *expected[] = { "010000101", "000000011", "000001001", "000010001", "000000000" };
    for (int64_t r = 0; r < 5; r++)
        for (int64_t c = 0; c < 9; c++) ck_assert_int_eq(fitted_cell(&t, r, c) == 1, expected[r][c] == '1');
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(single_and_empty) {
    frame *train = frame_new(2);
    frame_texts(train, "one", CAUCE_CATEGORY, (const char *const[]){ "x", "x" }, NULL);
    frame_texts(train, "none", CAUCE_CATEGORY, (const char *const[]){ NULL, NULL }, NULL);
    frame_texts(train, "two", CAUCE_BOOLEAN, (const char *const[]){ "no", "yes" }, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "one_x, none_nan, two_no, two_yes");
    fitted_end(&t);
    ck_assert_int_eq(fitted_start(&t, encoder, "drop=first", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "two_yes"); /* blocks without a column are left out */
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert(fitted_cell(&t, 0, 0) == 0 && fitted_cell(&t, 1, 0) == 1);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

static void refused(const char *params, const frame *train, cauce_status status, const char *piece) {
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, params, train, NULL), status);
    ck_assert_msg(strstr(t.run.error.message, piece) != NULL, "%s", t.run.error.message);
    fitted_end(&t);
}

START_TEST(listed_categories) {
    names_are("categories=[d, c, b, a]", NULL, "k_d, k_c, k_b, k_a");
    names_are("categories=[d, c, b, a] drop=[c]", NULL, "k_d, k_b, k_a");
    names_are("categories=[b] handle_unknown=ignore drop=first", NULL, "");
    /* d is in the dictionary, e is not: both have a column, and e is unknown. */
    encode_new("categories=[e, d, c, b, a] handle_unknown=ignore",
               (const char *const[]){ "00010", "01000", "00000", "00000" });
    encode_new("categories=[nan, b] handle_unknown=infrequent_if_exist",
               (const char *const[]){ "01", "00", "00", "10" });
    frame *train = small_frame(), *rows;
    refused("categories=[a, b]", train, CAUCE_E_DATA,
            "column 'k': 'c' is not in categories; handle_unknown=ignore makes zeros of such ones");
    refused("categories=[a, b, c, a]", train, CAUCE_E_PARAM, "'a' is in the list twice");
    refused("categories=[nan, b, nan]", train, CAUCE_E_PARAM, "'nan' is in the list twice");
    refused("categories=[a, b, c, null]", train, CAUCE_E_PARAM, "item 4 is no category; nan stands for");
    refused("categories=[[a, b, c], [a]]", train, CAUCE_E_PARAM, "2 lists, but there are 1 columns");
    refused("categories=[a, b, c] drop=[d]", train, CAUCE_E_PARAM, "'d' is no category of column 'k'");
    refused("categories=[a, b, c] min_frequency=2", train, CAUCE_E_PARAM, "leave them null");
    frame_free(train);
    /* Numbers are known by themselves. */
    train = frame_new(2), rows = frame_new(3);
    frame_numbers(train, "n", (const double[]){ 1, 2 });
    frame_numbers(rows, "n", (const double[]){ 4, 2, NAN });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "categories=[4, 2, x, 1, nan]", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "n_4, n_2, n_x, n_1, n_nan");
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 5; c++) ck_assert(fitted_cell(&t, r, c) == (c == (r < 2 ? r : 4)));
    t.f.in = &(cauce_schema){ 2, train->fields, 2 };
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(rows);
    rows = frame_new(1);
    frame_numbers(rows, "n", (const double[]){ 3 });
    ck_assert_int_eq(fitted_start(&t, encoder, "categories=[4, 2, 1]", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "'3' was not there at fit"));
    fitted_end(&t);
    frame_free(rows);
    frame_free(train);
}
END_TEST

START_TEST(weight_is_repetition) {
    int times[REF_ROWS];
    for (int r = 0; r < REF_ROWS; r++) times[r] = (int)ref_weight[r];
    frame *train = reference_frame(), *repeated = frame_repeat(train, times);
    fitted a, b;
    const char *params = "min_frequency=0.07 max_categories=5";
    ck_assert_int_eq(fitted_start(&a, encoder, params, train, ref_weight), CAUCE_OK);
    ck_assert_int_eq(fitted_start(&b, encoder, params, repeated, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&a), fitted_names(&b));
    fitted_end(&a);
    fitted_end(&b);
    frame_free(train);
    frame_free(repeated);
}
END_TEST

START_TEST(bad_parameters) {
    const char *bad[] = { "min_frequency=0",  "min_frequency=0.0", "min_frequency=1.5", "max_categories=0",
                          "drop=second",      "max_categories=x",  "handle_unknown=no", "drop=3",
                          "max_categories=.5" };
    frame *train = small_frame();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fitted t;
        ck_assert_int_eq(fitted_start(&t, encoder, bad[i], train, NULL), CAUCE_E_PARAM);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = reference_frame();
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "max_categories=4", train, NULL), CAUCE_OK);
    int64_t *first = fitted_array(&t, "first");
    double *category = fitted_array(&t, "category");
    int32_t *place = fitted_array(&t, "place"), *infrequent = fitted_array(&t, "infrequent");
    const struct {
        double *number;
        double bad;
    } numbers[] = { { &category[0], -1 },  { &category[0], 0.5 }, { &category[1], 1e9 },  { &category[1], 0 },
                    { &category[0], NAN }, { &category[3], 0 },   { &category[2], 1e300 } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double good = *numbers[i].number;
        *numbers[i].number = numbers[i].bad;
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
        *numbers[i].number = good;
    }
    const struct {
        int32_t *number, bad;
    } places[] = { { &place[0], 1 },      { &place[1], 7 },       { &place[0], -2 },
                   { &infrequent[0], 0 }, { &infrequent[0], 2 },  { &infrequent[2], 0 },
                   { &infrequent[2], 4 }, { &infrequent[2], -1 }, { &infrequent[3], -7 },
                   { &place[1], 0 } };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int32_t good = *places[i].number;
        *places[i].number = places[i].bad;
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
        *places[i].number = good;
    }
    const struct {
        int64_t *number, bad;
    } bounds[] = { { &first[0], 1 }, { &first[1], -1 }, { &first[1], 100 }, { &first[4], 5 } };
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        int64_t good = *bounds[i].number;
        *bounds[i].number = bounds[i].bad;
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
        *bounds[i].number = good;
    }
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations_may_fail) {
    frame *train = small_frame();
    frame_numbers(train, "n", (const double[]){ 1, NAN, 3, 1, 2, 2, 2, 5, 5, 5 });
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_start(&t, encoder, "max_categories=2 drop=if_binary", train, ref_weight);
        if (status == CAUCE_OK) status = fitted_apply(&t, train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
        status = fitted_start(&t, encoder, "categories=[[c, b, a], [5, nan, 3, 2, 1]]", train, NULL);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

/* Case 15: a missing cell is a category, and the last. */
START_TEST(passengers) {
    const char *texts[PASSENGERS];
    frame *train = frame_new(PASSENGERS);
    PASSENGERS_OF(texts, texts, sex);
    frame_texts(train, "sex", CAUCE_CATEGORY, texts, NULL);
    PASSENGERS_OF(texts, texts, embarked);
    frame_texts(train, "embarked", CAUCE_CATEGORY, texts, NULL);
    PASSENGERS_OF(texts, texts, class);
    frame_texts(train, "class", CAUCE_CATEGORY, texts, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), case_15_names);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int64_t c = 0; c < 9; c++) {
        int sum = 0;
        for (int64_t r = 0; r < PASSENGERS; r++) sum += (int)fitted_cell(&t, r, c);
        ck_assert_int_eq(sum, case_15_sums[c]);
    }
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* Case 16: a column of three categories has one to spare only when four are allowed: child alone is
 * infrequent. */
START_TEST(passengers_grouped) {
    const char *texts[PASSENGERS];
    double parch[PASSENGERS];
    frame *train = frame_new(PASSENGERS);
    PASSENGERS_OF(texts, texts, who);
    frame_texts(train, "who", CAUCE_CATEGORY, texts, NULL);
    PASSENGERS_OF(texts, texts, embarked);
    frame_texts(train, "embarked", CAUCE_CATEGORY, texts, NULL);
    PASSENGERS_OF(numbers, parch, parch);
    frame_numbers(train, "parch", parch);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, encoder, "min_frequency=.05 max_categories=3", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), case_16_names);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

TEST_MAIN("one_hot_encoder", TEST(reference), TEST(rare_categories), TEST(equal_counts_group_the_first),
          TEST(drop_lists), TEST(unknown_categories), TEST(unknown_is_an_error), TEST(numbers),
          TEST(single_and_empty), TEST(listed_categories), TEST(weight_is_repetition), TEST(bad_parameters),
          TEST(verify_refuses), TEST(allocations_may_fail), TEST(passengers), TEST(passengers_grouped))
