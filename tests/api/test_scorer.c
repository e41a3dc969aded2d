/* The scorer: no allocation while it works, the bits of predict, errors that leave it usable. */
#include "cauce/scorer.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

static const char forest[] =
    "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}, {\"on\": "
    "\"@category\", \"steps\": "
    "[\"simple_imputer strategy=most_frequent\", \"one_hot_encoder handle_unknown=ignore\"]}]}, "
    "\"random_forest_classifier n_estimators=10\"]}";

START_TEST(allocator) {
    failing_install();
}
END_TEST

static int64_t input_named(const cauce_model *model, const char *name) {
    int64_t i = 0;
    while (cauce_model_input_name(model, i) && strcmp(cauce_model_input_name(model, i), name) != 0) i++;
    ck_assert_msg(cauce_model_input_name(model, i) != NULL, "%s", name);
    return i;
}

START_TEST(allocates_nothing) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_model *model = model_of(forest, table);
    cauce_table *expected = cauce_predict_proba(model, table);
    cauce_scorer *scorer = cauce_scorer_new(model);
    ck_assert_ptr_nonnull(scorer);
    failing_arm(1, false); /* the first allocation would fail, and be counted */
    for (int64_t r = 0; r < cauce_table_rows(table); r += 3) {
        cauce_scorer_clear(scorer);
        scorer_row(scorer, model, table, r);
        const double *proba = cauce_scorer_run(scorer);
        ck_assert_ptr_nonnull(proba);
        double first = cauce_table_number(expected, r, 0), second = cauce_table_number(expected, r, 1);
        ck_assert(memcmp(&proba[0], &first, 8) == 0 && memcmp(&proba[1], &second, 8) == 0);
        ck_assert_int_eq(cauce_scorer_class(scorer), second > first);
    }
    ck_assert_int_eq(failing_asked(), 0);
    failing_disarm();
    cauce_scorer_free(scorer);
    cauce_table_free(expected);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(what_can_be_set) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_model *model = model_of(forest, table);
    cauce_scorer *scorer = cauce_scorer_new(model);
    int64_t age = input_named(model, "age"), class = input_named(model, "passengerClass");
    double all_missing[2], as_text[2];
    memcpy(all_missing, cauce_scorer_run(scorer), sizeof all_missing); /* a new scorer has nothing set */
    ck_assert_int_eq(cauce_scorer_set_text(scorer, age, "29.5"), CAUCE_OK);
    ck_assert_int_eq(cauce_scorer_set_text(scorer, class, "1st"), CAUCE_OK);
    memcpy(as_text, cauce_scorer_run(scorer), sizeof as_text);
    ck_assert(memcmp(as_text, all_missing, sizeof as_text) != 0);
    ck_assert_int_eq(cauce_scorer_set_number(scorer, age, 29.5), CAUCE_OK);
    ck_assert_mem_eq(cauce_scorer_run(scorer), as_text, sizeof as_text);

    /* Refused: the row stays as it was. */
    ck_assert_int_eq(cauce_scorer_set_text(scorer, age, "young"), CAUCE_E_DATA);
    failed_with(CAUCE_E_DATA, "'young' is no number");
    ck_assert_int_eq(cauce_scorer_set_number(scorer, class, 1), CAUCE_E_KIND);
    failed_with(CAUCE_E_KIND, "'passengerClass'");
    ck_assert_int_eq(cauce_scorer_set_number(scorer, -1, 1), CAUCE_E_ARGUMENT);
    ck_assert_int_eq(cauce_scorer_set_text(scorer, cauce_model_inputs(model), "x"), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "0 .. 2");
    ck_assert_mem_eq(cauce_scorer_run(scorer), as_text, sizeof as_text);

    /* An unknown level is treated as the model was told (ignore). */
    ck_assert_int_eq(cauce_scorer_set_text(scorer, class, "steerage"), CAUCE_OK);
    ck_assert_ptr_nonnull(cauce_scorer_run(scorer));
    ck_assert_int_eq(cauce_scorer_set_text(scorer, class, NULL), CAUCE_OK);
    ck_assert_int_eq(cauce_scorer_set_text(scorer, age, NULL), CAUCE_OK);
    ck_assert_mem_eq(cauce_scorer_run(scorer), all_missing, sizeof all_missing);
    ck_assert_int_eq(cauce_scorer_set_number(scorer, class, NAN), CAUCE_OK); /* missing in any kind */
    ck_assert_mem_eq(cauce_scorer_run(scorer), all_missing, sizeof all_missing);
    cauce_scorer_set_number(scorer, age, 3);
    cauce_scorer_clear(scorer);
    ck_assert_mem_eq(cauce_scorer_run(scorer), all_missing, sizeof all_missing);
    cauce_scorer_free(scorer);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(errors_of_a_row) {
    cauce_table *table = table_of("a,city,y\n1,Rome,2\n2,Oslo,3\n4,Rome,5\n", "y:target");
    cauce_model *model = model_of("{\"steps\": [{\"branches\": [{\"on\": \"city\", \"use\": "
                                  "\"one_hot_encoder\"}, {\"on\": \"a\", \"use\": "
                                  "\"passthrough\"}]}, \"ridge\"]}",
                                  table);
    cauce_scorer *scorer = cauce_scorer_new(model);
    int64_t a = input_named(model, "a"), city = input_named(model, "city");
    cauce_scorer_set_number(scorer, a, 2);
    cauce_scorer_set_text(scorer, city, "Paris");
    ck_assert_ptr_null(cauce_scorer_run(scorer));
    failed_with(CAUCE_E_DATA, "handle_unknown=ignore");
    cauce_scorer_set_text(scorer, city, "Rome");
    cauce_scorer_set_number(scorer, a, NAN);
    ck_assert_ptr_null(cauce_scorer_run(scorer));
    failed_with(CAUCE_E_DATA, "__a'");
    cauce_scorer_set_number(scorer, a, 2);
    const double *value = cauce_scorer_run(scorer);
    ck_assert_ptr_nonnull(value);
    ck_assert(isfinite(*value));
    ck_assert_int_eq(cauce_scorer_class(scorer), -1);
    cauce_scorer_free(scorer);
    ck_assert_ptr_null(cauce_scorer_new(NULL));
    cauce_error_clear();
    ck_assert_int_eq(cauce_scorer_set_number(NULL, 0, 1), CAUCE_E_ARGUMENT);
    ck_assert_ptr_null(cauce_scorer_run(NULL));
    cauce_error_clear();
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("scorer", TEST(allocator), TEST(allocates_nothing), TEST(what_can_be_set), TEST(errors_of_a_row))
