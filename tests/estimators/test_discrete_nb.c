#include "support/bayes_harness.h"

extern const cauce_component cauce_multinomial_nb, cauce_complement_nb, cauce_bernoulli_nb;

static const cauce_component *const all[] = { &cauce_multinomial_nb, &cauce_complement_nb,
                                              &cauce_bernoulli_nb };

START_TEST(reference) {
    frame *train = bayes_frame(ref_counts, 4);
    const struct {
        const cauce_component *component;
        const char *params;
        const double *weight, *proba, *logs;
    } cases[] = {
        { all[0], "", NULL, ref_multinomial, ref_multinomial_log },
        { all[0], "alpha=0.25", ref_bayes_weight, ref_multinomial_weighted, ref_multinomial_weighted_log },
        { all[0], "fit_prior=false", ref_bayes_weight, ref_multinomial_equal, ref_multinomial_equal_log },
        { all[1], "", NULL, ref_complement, ref_complement_log },
        { all[1], "norm=true alpha=0.5", ref_bayes_weight, ref_complement_norm, ref_complement_norm_log },
        { all[2], "", NULL, ref_bernoulli, ref_bernoulli_log },
        { all[2], "binarize=2.0 alpha=0.1", ref_bayes_weight, ref_bernoulli_two, ref_bernoulli_two_log },
        { all[2], "class_prior=[0.2, 0.5, 0.3]", NULL, ref_bernoulli_priors, ref_bernoulli_priors_log },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bayes_compare(cases[i].component, cases[i].params, train, cases[i].weight, cases[i].proba);
        fitted t;
        bayes_learn(&t, cases[i].component, cases[i].params, train, cases[i].weight);
        array_is(&t, "feature_log_prob", cases[i].logs, 12, 1e-14);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

/* The numbers of class 0 in a table of two columns, by hand. */
START_TEST(by_hand) {
    double x[2 * BAYES_ROWS] = { 0 };
    for (int r = 0; r < BAYES_ROWS; r++) x[r] = x[BAYES_ROWS + r] = ref_bayes_y[r] != 0;
    x[0] = 1; /* one flag in 50 rows of class 0 */
    frame *train = bayes_frame(x, 2), *rows = frame_new(2);
    frame_numbers(rows, "first", (const double[]){ 1, 0 });
    frame_wide(rows, "x", 1, (const double[]){ 0, 0 }, NULL);
    fitted t;
    bayes_learn(&t, all[2], "binarize=null", train, NULL);
    must_apply(&t, rows);
    double own = (2 / 52.0) * (51 / 52.0), other = (51 / 52.0) * (1 / 52.0);
    ck_near(fitted_cell(&t, 0, 0), own / (own + 2 * other), 1e-13);
    own = (50 / 52.0) * (51 / 52.0), other = (1 / 52.0) * (1 / 52.0);
    ck_near(fitted_cell(&t, 1, 0), own / (own + 2 * other), 1e-13);
    fitted_end(&t);
    bayes_learn(&t, all[0], "alpha=2", train, NULL);
    must_apply(&t, rows);
    ck_near(fitted_cell(&t, 0, 0), 0.6 / (0.6 + 0.5 + 0.5), 1e-13); /* (1 + 2) / (1 + 4) */
    ck_near(fitted_cell(&t, 1, 0), 1 / 3.0, 1e-13);
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(far_rows) {
    frame *train = bayes_frame(ref_counts, 4), *rows = frame_new(1);
    frame_numbers(rows, "first", (const double[]){ 1e308 });
    frame_wide(rows, "x", 3, (const double[]){ 1e308, 1e308, 1e308 }, NULL);
    for (int i = 0; i < 3; i++) {
        fitted t;
        bayes_learn(&t, all[i], "class_prior=[0, 0.25, 0.75]", train, NULL);
        must_apply(&t, rows);
        bayes_sums_to_one(&t, 0);
        fitted_end(&t);
    }
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(refusals) {
    frame *train = bayes_frame(ref_counts, 4), *negative = bayes_frame(ref_counts, 4);
    negative->batch.first_row = 100;
    double *x = (double *)(uintptr_t)negative->blocks[1].values;
    x[BAYES_ROWS + 6] = -0.5;
    for (int i = 0; i < 3; i++) {
        bayes_prior_fails(all[i], "class_prior", train);
        bayes_fails(all[i], "alpha=0", train, NULL, CAUCE_E_PARAM, "alpha");
    }
    for (int i = 0; i < 2; i++) {
        const char *message = "column 'x1', row 107: -0.5 is below 0, which no count is";
        bayes_fails(all[i], "", negative, NULL, CAUCE_E_DATA, message);
        bayes_fails(all[i], "", train, negative, CAUCE_E_DATA, message);
    }
    bayes_fails(all[2], "binarize=null", negative, NULL, CAUCE_E_DATA, "is neither 0 nor 1; set binarize");
    x[BAYES_ROWS + 6] = 1e308;
    x[BAYES_ROWS + 7] = 1.5e308;
    bayes_fails(all[0], "", negative, NULL, CAUCE_E_NUMERIC, "column 'x1': its numbers are too large");
    bayes_fails(all[0], "alpha=1e300 class_prior=[1, 0, 0]", train, NULL, CAUCE_OK, "");
    frame_free(train);
    frame_free(negative);
}
END_TEST

START_TEST(weight_is_repetition) {
    int times[BAYES_ROWS], n = 0;
    int32_t y[3 * BAYES_ROWS];
    for (int r = 0; r < BAYES_ROWS; r++) {
        times[r] = (int)ref_bayes_weight[r];
        for (int k = 0; k < times[r]; k++) y[n++] = ref_bayes_y[r];
    }
    frame *train = bayes_frame(ref_counts, 4), *repeated = frame_repeat(train, times);
    frame_target target = { .y_class = y, .classes = bayes_classes };
    for (int i = 0; i < 3; i++) {
        fitted a, b;
        bayes_learn(&a, all[i], "", train, ref_bayes_weight);
        ck_assert_int_eq(fitted_learn(&b, all[i], "", repeated, &target, NULL), CAUCE_OK);
        must_apply(&a, train);
        must_apply(&b, train);
        cells_are(&a, BAYES_ROWS, b.cells, 1e-14);
        fitted_end(&a);
        fitted_end(&b);
    }
    frame_free(train);
    frame_free(repeated);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = bayes_frame(ref_counts, 4);
    for (int i = 0; i < 3; i++) {
        fitted t;
        bayes_learn(&t, all[i], "", train, NULL);
        bayes_verify_refuses(&t);
        verify_refuses_at(&t, "feature_count", 11, (const double[]){ NAN, INFINITY }, 2);
        verify_refuses_at(&t, "feature_log_prob", 11, (const double[]){ NAN, INFINITY }, 2);
        t.f.in = &(cauce_schema){ 1, train->fields, 1 };
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    frame *train = bayes_frame(ref_counts, 4);
    for (int i = 0; i < 3; i++) bayes_allocations(all[i], "", train);
    frame_free(train);
}
END_TEST

TEST_MAIN("discrete_nb", TEST(reference), TEST(by_hand), TEST(far_rows), TEST(refusals),
          TEST(weight_is_repetition), TEST(verify_refuses), TEST(allocations))
