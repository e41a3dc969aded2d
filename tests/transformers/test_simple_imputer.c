#include "support/titanic.h"
#include "reference/transformers.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"

extern const cauce_component cauce_simple_imputer;

static const cauce_component *imputer = &cauce_simple_imputer;

static double statistic_of(const char *params, const frame *train, const double *weight) {
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, params, train, weight), CAUCE_OK);
    double statistic = *(const double *)fitted_array(&t, "statistic");
    fitted_end(&t);
    return statistic;
}

START_TEST(reference) {
    frame *train = frame_new(REF_ROWS);
    frame_numbers(train, "age", ref_age);
    ck_near(statistic_of("", train, NULL), ref_fill_mean[0], 1e-15);
    ck_near(statistic_of("strategy=median", train, NULL), ref_fill_median[0], 0);
    ck_near(statistic_of("strategy=most_frequent", train, NULL), ref_fill_most_frequent[0], 0);
    ck_near(statistic_of("", train, ref_weight), ref_fill_weighted_mean[0], 1e-15);
    ck_near(statistic_of("strategy=median", train, ref_weight), ref_fill_weighted_median[0], 0);
    ck_near(statistic_of("strategy=most_frequent", train, ref_weight), ref_fill_weighted_most_frequent[0], 0);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=median", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int64_t r = 0; r < REF_ROWS; r++)
        ck_assert(fitted_cell(&t, r, 0) == (isnan(ref_age[r]) ? ref_fill_median[0] : ref_age[r]));
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(statistics) {
    frame *train = frame_new(6);
    frame_numbers(train, "n", (const double[]){ 5, 1, NAN, 5, 1, 2 });
    ck_assert(statistic_of("strategy=most_frequent", train, NULL) == 1); /* a tie: the smallest */
    ck_assert(statistic_of("strategy=median", train, NULL) == 2);
    ck_assert(statistic_of("strategy=most_frequent", train, (const double[]){ 1, 1, 9, 1, 1, 3 }) == 2);
    /* 1 1 2 2 5 5: the two middle ones */
    ck_assert(statistic_of("strategy=median", train, (const double[]){ 1, 1, 9, 1, 1, 2 }) == 2);
    /* 1 1 2 5 5 5 */
    ck_assert(statistic_of("strategy=median", train, (const double[]){ 2, 1, 9, 1, 1, 1 }) == 3.5);
    ck_assert(statistic_of("strategy=constant", train, NULL) == 0);
    ck_assert(statistic_of("strategy=constant fill_value=-7", train, NULL) == -7);
    ck_assert(statistic_of("strategy=constant fill_value=.25", train, NULL) == 0.25);
    frame_free(train);
    train = frame_new(4);
    frame_numbers(train, "n", (const double[]){ -0.0, 3, 0.0, 3 });
    double zero = statistic_of("strategy=most_frequent", train, NULL);
    ck_assert(zero == 0 && !signbit(zero)); /* -0 and 0 are one value, and tie with 3 */
    frame_free(train);
}
END_TEST

START_TEST(categories) {
    frame *train = frame_new(6);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "b", "a", NULL, "a", "b", "c" },
                (const char *const[]){ "aa", "missing", "zz", NULL });
    frame *rows = frame_new(5);
    frame_texts_like(rows, &train->fields[0], (const char *const[]){ NULL, "zz", "unheard", "b", NULL });
    const struct {
        const char *params, *fill;
        const double *weight;
    } cases[] = { { "strategy=most_frequent", "a", NULL },
                  { "strategy=most_frequent", "c", (const double[]){ 1, 1, 9, 1, 1, 3 } },
                  { "strategy=constant", "missing_value", NULL }, /* new, in the middle: codes move */
                  { "strategy=constant fill_value=missing", "missing", NULL },
                  { "strategy=constant fill_value=zzz", "zzz", NULL },
                  { "strategy=constant fill_value=A", "A", NULL },
                  { "strategy=constant fill_value=\"\"", "", NULL },
                  { "strategy=constant fill_value=12", "12", NULL },
                  { "strategy=constant fill_value=0.50", "0.5", NULL },
                  { "strategy=constant fill_value=true", "true", NULL } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fitted t;
        ck_assert_int_eq(fitted_start(&t, imputer, cases[i].params, train, cases[i].weight), CAUCE_OK);
        ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
        ck_assert_str_eq(fitted_text(&t, 0, 0), cases[i].fill);
        ck_assert_str_eq(fitted_text(&t, 1, 0), "zz");
        ck_assert(fitted_cell(&t, 2, 0) == CAUCE_UNKNOWN);
        ck_assert_str_eq(fitted_text(&t, 3, 0), "b");
        ck_assert_str_eq(fitted_text(&t, 4, 0), cases[i].fill);
        const cauce_levels *levels = t.out.fields[0].levels;
        ck_assert_int_eq(cauce_levels_find(levels, cases[i].fill, strlen(cases[i].fill)),
                         (int)fitted_cell(&t, 0, 0));
        fitted_end(&t);
    }
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(reference_mode) {
    frame *train = frame_new(REF_ROWS);
    frame_texts(train, "deck", CAUCE_CATEGORY, ref_deck, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=most_frequent", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int64_t r = 0; r < REF_ROWS; r++)
        ck_assert_str_eq(fitted_text(&t, r, 0), ref_deck[r] ? ref_deck[r] : ref_fill_deck);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(kinds) {
    frame *train = frame_new(3);
    frame_texts(train, "city", CAUCE_CATEGORY, (const char *const[]){ "a", "b", NULL }, NULL);
    frame_texts(train, "flag", CAUCE_BOOLEAN, (const char *const[]){ "yes", "no", NULL }, NULL);
    fitted t;
    const char *const strategies[] = { "strategy=mean", "strategy=median" };
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(fitted_start(&t, imputer, strategies[i], train, NULL), CAUCE_E_KIND);
        ck_assert_ptr_nonnull(strstr(t.run.error.message, "'city'"));
        ck_assert_ptr_nonnull(strstr(t.run.error.message, "most_frequent"));
        ck_assert_ptr_nonnull(strstr(t.run.error.message, "constant"));
        fitted_end(&t);
    }
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=most_frequent", train, NULL), CAUCE_OK);
    ck_assert_int_eq(t.out.fields[0].kind, CAUCE_CATEGORY);
    ck_assert_int_eq(t.out.fields[1].kind, CAUCE_BOOLEAN);
    ck_assert_ptr_eq(t.out.fields[0].levels, train->fields[0].levels);
    fitted_end(&t);
    /* With a third level it is no boolean any more. */
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=constant", train, NULL), CAUCE_OK);
    ck_assert_int_eq(t.out.fields[1].kind, CAUCE_CATEGORY);
    fitted_end(&t);
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=constant fill_value=no", train, NULL), CAUCE_OK);
    ck_assert_int_eq(t.out.fields[1].kind, CAUCE_BOOLEAN);
    fitted_end(&t);
    frame_numbers(train, "n", (const double[]){ 1, 2, 3 });
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=constant fill_value=no", train, NULL), CAUCE_E_KIND);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "'n'"));
    fitted_end(&t);
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=constant fill_value=nan", train, NULL),
                     CAUCE_E_PARAM);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* Case: x2 is all missing, x1 has one missing cell. */
static frame *empty_column(void) {
    frame *train = frame_new(3);
    frame_numbers(train, "x0", (const double[]){ 1, 2, 3 });
    frame_numbers(train, "x1", (const double[]){ NAN, 5, 6 });
    frame_numbers(train, "x2", (const double[]){ NAN, NAN, NAN });
    frame_numbers(train, "x3", (const double[]){ 7, 8, 9 });
    return train;
}

START_TEST(empty_columns) {
    const struct {
        const char *params, *names;
    } cases[] = {
        { "", "x0, x1, x3" },
        { "strategy=median", "x0, x1, x3" },
        { "strategy=most_frequent", "x0, x1, x3" },
        { "strategy=constant", "x0, x1, x2, x3" },
        { "keep_empty_features=true", "x0, x1, x2, x3" },
        { "add_indicator=true", "x0, x1, x3, missingindicator_x1, missingindicator_x2" },
        { "add_indicator=true keep_empty_features=true",
          "x0, x1, x2, x3, missingindicator_x1, missingindicator_x2" },
    };
    frame *train = empty_column();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fitted t;
        ck_assert_int_eq(fitted_start(&t, imputer, cases[i].params, train, NULL), CAUCE_OK);
        ck_assert_str_eq(fitted_names(&t), cases[i].names);
        ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
        bool kept = strstr(cases[i].names, "x1, x2, x3") != NULL;
        ck_assert_int_eq(fitted_warned(&t, "all_missing", "'x2'"), !kept);
        if (kept) ck_assert(fitted_cell(&t, 0, 2) == 0);
        ck_assert(fitted_cell(&t, 2, kept ? 3 : 2) == 9);
        fitted_end(&t);
    }
    frame_free(train);
    train = frame_new(2);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ NULL, NULL },
                (const char *const[]){ "a", "z", NULL });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=most_frequent", train, NULL), CAUCE_OK);
    ck_assert_int_eq(t.out.n_fields, 0);
    fitted_end(&t);
    ck_assert_int_eq(
        fitted_start(&t, imputer, "strategy=most_frequent keep_empty_features=true", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert_str_eq(fitted_text(&t, 1, 0), "missing_value");
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(indicators_have_constant_width) {
    frame *train = empty_column(), *rows = frame_new(2);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "a", NULL, "a" }, NULL);
    frame_numbers(rows, "x0", (const double[]){ NAN, 2 }); /* new missingness is no indicator */
    frame_numbers(rows, "x1", (const double[]){ 4, 5 });
    frame_numbers(rows, "x2", (const double[]){ 1, NAN });
    frame_numbers(rows, "x3", (const double[]){ 7, 8 });
    frame_texts_like(rows, &train->fields[4], (const char *const[]){ NULL, "unheard" });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=most_frequent add_indicator=true", train, NULL),
                     CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "x0, x1, x3, t, missingindicator_x1, missingindicator_x2, "
                                       "missingindicator_t");
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
    const double expected[2][7] = { { 1, 4, 7, 0, 0, 0, 1 }, { 2, 5, 8, CAUCE_UNKNOWN, 0, 1, 0 } };
    for (int64_t r = 0; r < 2; r++)
        for (int64_t c = 0; c < 7; c++) ck_assert(fitted_cell(&t, r, c) == expected[r][c]);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(a_number_for_missing) {
    frame *train = frame_new(4);
    frame_numbers(train, "n", (const double[]){ -999, 1, NAN, 3 });
    frame_onehot(train, "k", 3, (const int32_t[]){ 0, 2, -1, 1 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "missing_values=-999 add_indicator=true", train, NULL),
                     CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "n, k0, k1, k2, missingindicator_n");
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    const double expected[4][5] = {
        { 2, 1, 0, 0, 1 }, { 1, 0, 0, 1, 0 }, { 2, 0, 0, 0, 1 }, { 3, 0, 1, 0, 0 }
    };
    for (int64_t r = 0; r < 4; r++)
        for (int64_t c = 0; c < 5; c++) ck_assert(fitted_cell(&t, r, c) == expected[r][c]);
    fitted_end(&t);
    ck_assert(statistic_of("missing_values=3 strategy=median", train, NULL) == -499);
    ck_assert(statistic_of("missing_values=nan strategy=median", train, NULL) == 1);
    frame_free(train);
}
END_TEST

START_TEST(wide_blocks) {
    const double values[] = { 1, NAN, NAN, NAN, 5, 7 };
    frame *train = frame_new(2);
    frame_wide(train, "w", 3, values, NULL);
    frame_wide(train, "v", 2, values + 2, (const char *const[]){ "a", "b" });
    frame_wide(train, "u", 1, values + 4, (const char *const[]){ "a" });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "w0, w2, v_b, u_a");
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert(fitted_cell(&t, 1, 0) == 1 && fitted_cell(&t, 1, 1) == 7 && fitted_cell(&t, 0, 2) == 5);
    fitted_end(&t);
    ck_assert_int_eq(fitted_start(&t, imputer, "keep_empty_features=true", train, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "w0, w1, w2, v_a, v_b, u_a");
    ck_assert_int_eq(t.out.n_fields, 3);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(infinite) {
    frame *train = frame_new(3);
    frame_numbers(train, "n", (const double[]){ INFINITY, 1, 2 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "", train, NULL), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "'n'"));
    fitted_end(&t);
    ck_assert(statistic_of("strategy=median", train, NULL) == 2);
    frame_free(train);
}
END_TEST

START_TEST(weight_is_repetition) {
    int times[REF_ROWS];
    for (int r = 0; r < REF_ROWS; r++) times[r] = (int)ref_weight[r];
    frame *train = frame_new(REF_ROWS);
    frame_numbers(train, "parts", ref_parts);
    frame_numbers(train, "age", ref_age);
    frame_texts(train, "deck", CAUCE_CATEGORY, ref_deck, NULL);
    frame *repeated = frame_repeat(train, times);
    fitted a, b;
    ck_assert_int_eq(fitted_start(&a, imputer, "strategy=most_frequent", train, ref_weight), CAUCE_OK);
    ck_assert_int_eq(fitted_start(&b, imputer, "strategy=most_frequent", repeated, NULL), CAUCE_OK);
    const double *x = fitted_array(&a, "statistic"), *y = fitted_array(&b, "statistic");
    for (int j = 0; j < 3; j++) ck_assert(x[j] == y[j]);
    fitted_end(&a);
    fitted_end(&b);
    frame_free(train);
    frame_free(repeated);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = frame_new(3);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "a", "b", NULL }, NULL);
    frame_numbers(train, "n", (const double[]){ 1, 2, 3 });
    frame_onehot(train, "k", 2, (const int32_t[]){ 0, 1, -1 });
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=most_frequent", train, NULL), CAUCE_OK);
    double *statistic = fitted_array(&t, "statistic");
    const double bad[] = { -1, 3, 0.5, INFINITY, 1e300 };
    for (int i = 0; i < 5; i++) {
        statistic[0] = bad[i];
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    }
    statistic[0] = 0;
    statistic[1] = -INFINITY;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    statistic[1] = 0;
    statistic[2] = NAN; /* half of a one-hot block cannot be left out */
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    statistic[2] = 0;
    uint8_t *missing = fitted_array(&t, "missing");
    missing[1] = 2;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    missing[1] = 1;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations_may_fail) {
    frame *train = empty_column();
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "a", NULL, "z" }, NULL);
    failing_install();
    const char *const params[] = { "strategy=constant add_indicator=true",
                                   "strategy=most_frequent add_indicator=true missing_values=3" };
    for (int i = 0; i < 2; i++) FAILING_EACH(pass) {
            fitted t;
            cauce_status status = fitted_start(&t, imputer, params[i], train, ref_weight);
            if (status == CAUCE_OK) status = fitted_apply(&t, train);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            fitted_end(&t);
        }
    frame_free(train);
}
END_TEST

/* Case 19. */
START_TEST(passengers) {
    const char *texts[PASSENGERS];
    double age[PASSENGERS];
    frame *train = frame_new(PASSENGERS);
    PASSENGERS_OF(numbers, age, age);
    frame_numbers(train, "age", age);
    ck_close(statistic_of("strategy=mean", train, NULL), case_19_age[0], 1e-12);
    ck_assert(statistic_of("strategy=median", train, NULL) == case_19_age[1]);
    ck_assert(statistic_of("strategy=most_frequent", train, NULL) == case_19_age[2]);
    frame_free(train);
    train = frame_new(PASSENGERS);
    PASSENGERS_OF(texts, texts, embarked);
    frame_texts(train, "embarked", CAUCE_CATEGORY, texts, NULL);
    fitted t;
    ck_assert_int_eq(fitted_start(&t, imputer, "strategy=most_frequent", train, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    ck_assert_ptr_null(texts[PASSENGERS - 1]);
    ck_assert_str_eq(fitted_text(&t, PASSENGERS - 1, 0), case_19_embarked);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

TEST_MAIN("simple_imputer", TEST(reference), TEST(statistics), TEST(categories), TEST(reference_mode),
          TEST(kinds), TEST(empty_columns), TEST(indicators_have_constant_width), TEST(a_number_for_missing),
          TEST(wide_blocks), TEST(infinite), TEST(weight_is_repetition), TEST(verify_refuses),
          TEST(allocations_may_fail), TEST(passengers))
