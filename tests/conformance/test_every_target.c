/* Several targets: every component that takes them, and every one that does not. */
#include "cauce/scorer.h"
#include "support/check_main.h"
#include "support/subjects.h"

static const char *const both[] = { "y", "y2" }; /* a number, and a boolean as 0 and 1 */

static bool takes(const subject *s) {
    return s->component->role == CAUCE_REGRESSOR && (s->component->tags & CAUCE_TAG_MULTI_TARGET);
}

/* With a penalty of its own for each target, where one for all is the default. */
static cauce_model *fit(const subject *s, const cauce_table *table) {
    cauce_recipe *recipe = subject_recipe(s);
    if (subject_has(s->component, "alpha_per_target"))
        ck_assert_int_eq(cauce_set(recipe, "alpha_per_target=true"), CAUCE_OK);
    cauce_model *model = model_fit(recipe, table);
    cauce_recipe_free(recipe);
    return model;
}

static cauce_table *table_with(const subject *s, const char *const *targets, int64_t n) {
    cauce_table *table = subject_table(s, NULL);
    for (int i = 0; i < 2; i++) cauce_table_set_role(table, both[i], CAUCE_IGNORE);
    ck_assert_int_eq(cauce_table_set_targets(table, targets, n), CAUCE_OK);
    return table;
}

START_TEST(each_as_if_alone) {
    int n = 0;
    EACH_SUBJECT(s) {
        if (!takes(&s)) continue;
        cauce_table *table = table_with(&s, both, 2);
        cauce_model *model = fit(&s, table);
        cauce_table *got = cauce_predict(model, table);
        char *names = names_of(got);
        ck_assert_str_eq(names, "prediction_y, prediction_y2");
        for (int t = 0; t < 2; t++) {
            cauce_table *one = table_with(&s, &both[t], 1);
            cauce_model *alone = fit(&s, one);
            cauce_table *expected = cauce_predict(alone, one);
            for (int64_t r = 0; r < SUBJECT_ROWS; r++)
                ck_assert_msg(fabs(cauce_table_number(got, r, t) - cauce_table_number(expected, r, 0)) < 1e-8,
                              "%s: target %s, row %lld", s.name, both[t], (long long)r);
            cauce_table_free(expected);
            cauce_model_free(alone);
            cauce_table_free(one);
        }
        free(names);
        cauce_table_free(got);
        cauce_model_free(model);
        cauce_table_free(table);
        n++;
    }
    ck_assert_int_ge(n, 8);
}
END_TEST

START_TEST(same_bits) {
    EACH_SUBJECT(s) {
        if (!takes(&s)) continue;
        cauce_table *table = table_with(&s, both, 2);
        bytes_of first = { NULL, 0 };
        for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
            cauce_context *context = cauce_context_new();
            ck_assert_int_eq(cauce_context_set_threads(context, threads), CAUCE_OK);
            cauce_context_use(context);
            cauce_model *model = fit(&s, table);
            bytes_of bytes = saved(model);
            cauce_model_free(model);
            cauce_context_use(NULL);
            cauce_context_free(context);
            ck_assert_msg(!first.data ||
                              (bytes.size == first.size && memcmp(bytes.data, first.data, first.size) == 0),
                          "%s: other bytes with %d threads", s.name, threads);
            if (first.data)
                bytes_done(&bytes);
            else
                first = bytes;
        }
        cauce_model *loaded = cauce_load_bytes(first.data, first.size);
        ck_assert_msg(loaded != NULL, "%s: %s", s.name, cauce_error().message);
        bytes_of again = saved(loaded);
        ck_assert(again.size == first.size && memcmp(again.data, first.data, first.size) == 0);
        cauce_table *whole = cauce_predict(loaded, table);
        cauce_scorer *scorer = cauce_scorer_new(loaded);
        for (int64_t r = 0; r < SUBJECT_ROWS; r++) {
            cauce_table *row = cauce_table_rows_of(table, &r, 1), *one = cauce_predict(loaded, row);
            scorer_row(scorer, loaded, table, r);
            const double *scored = cauce_scorer_run(scorer);
            for (int t = 0; t < 2; t++) {
                const double expected = cauce_table_number(whole, r, t);
                ck_assert_msg(cauce_table_number(one, 0, t) == expected && scored[t] == expected,
                              "%s: row %lld alone", s.name, (long long)r);
            }
            cauce_table_free(one);
            cauce_table_free(row);
        }
        cauce_scorer_free(scorer);
        cauce_table_free(whole);
        bytes_done(&again);
        cauce_model_free(loaded);
        bytes_done(&first);
        cauce_table_free(table);
    }
}
END_TEST

START_TEST(others_refuse_them) {
    EACH_SUBJECT(s) {
        const bool estimator = s.component->role != CAUCE_TRANSFORMER;
        if (takes(&s) || !(estimator || (s.component->tags & CAUCE_TAG_SUPERVISED))) continue;
        cauce_table *table = table_with(&s, both, 2);
        cauce_recipe *recipe = subject_recipe(&s);
        ck_assert_msg(!cauce_fit(recipe, table), "%s takes two targets", s.name);
        ck_assert_msg(cauce_error().status == CAUCE_E_UNSUPPORTED &&
                          strstr(cauce_error().message, "takes one target, and there are 2, 'y' the first") &&
                          strstr(cauce_error().message, "multi_output_regressor"),
                      "%s: %s", s.name, cauce_error().message);
        cauce_error_clear();
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
}
END_TEST

TEST_MAIN("every_target", TEST(each_as_if_alone), TEST(same_bits), TEST(others_refuse_them))
