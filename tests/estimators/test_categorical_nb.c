#include "support/bayes_harness.h"

extern const cauce_component cauce_categorical_nb;

static const cauce_component *categorical = &cauce_categorical_nb;

START_TEST(reference) {
    frame *train = bayes_frame(ref_codes, 3);
    bayes_compare(categorical, "", train, NULL, ref_categorical);
    bayes_compare(categorical, "alpha=0.5", train, ref_bayes_weight, ref_categorical_weighted);
    bayes_compare(categorical, "min_categories=4 fit_prior=false", train, ref_bayes_weight,
                  ref_categorical_more);
    frame_free(train);
}
END_TEST

/* Texts, missing ones, and some that were not there: the shares by hand. */
START_TEST(texts) {
    const char *text[BAYES_ROWS], *seen[] = { "red", "blue", NULL, "unused", "nobody knows" };
    for (int r = 0; r < BAYES_ROWS; r++)
        text[r] = r % 5 == 4 ? NULL : r % 5 < ref_bayes_y[r] ? "red" : "blue";
    frame *train = frame_new(BAYES_ROWS), *rows = frame_new(5);
    frame_texts(train, "colour", CAUCE_CATEGORY, text, (const char *const[]){ "unused", NULL });
    frame_texts_like(rows, &train->fields[0], seen);
    fitted t;
    bayes_learn(&t, categorical, "class_prior=[0.5, 0.25, 0.25]", train, NULL);
    must_apply(&t, rows);
    /* 50 rows of each class: 10 missing; 0, 10, 20 red; the rest blue; 3 categories */
    const double counts[3][3] = { { 0, 10, 20 }, { 40, 30, 20 }, { 10, 10, 10 } };
    for (int r = 0; r < 5; r++) {
        double p[3], sum = 0;
        for (int k = 0; k < 3; k++) sum += p[k] = (k ? 0.25 : 0.5) * (r < 3 ? (counts[r][k] + 1) / 53 : 1);
        for (int k = 0; k < 3; k++) ck_near(fitted_cell(&t, r, k), p[k] / sum, 1e-14);
        bayes_sums_to_one(&t, r);
    }
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(refusals) {
    frame *train = bayes_frame(ref_codes, 3);
    bayes_prior_fails(categorical, "class_prior", train);
    bayes_fails(categorical, "alpha=0", train, NULL, CAUCE_E_PARAM, "alpha");
    bayes_fails(categorical, "min_categories=0", train, NULL, CAUCE_E_PARAM, "min_categories");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = bayes_frame(ref_codes, 3);
    fitted t;
    bayes_learn(&t, categorical, "", train, NULL);
    bayes_verify_refuses(&t);
    verify_refuses_at(&t, "category_count", 5, (const double[]){ -1, NAN, INFINITY }, 3);
    verify_refuses_at(&t, "category", 1, (const double[]){ -1, NAN }, 2);
    verify_refuses_width(&t);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    frame *train = bayes_frame(ref_codes, 3);
    bayes_allocations(categorical, "", train);
    frame_free(train);
}
END_TEST

TEST_MAIN("categorical_nb", TEST(reference), TEST(texts), TEST(refusals), TEST(verify_refuses),
          TEST(allocations))
