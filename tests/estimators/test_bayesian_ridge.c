#include "estimators/diabetes_support.h"
#include "reference/robust.h"

extern const cauce_component cauce_bayesian_ridge;

struct state {
    struct linear_state linear;
    double alpha, lambda;
    double *scores;
    int64_t n_scores;
    double *spread, *shift;
    int64_t n_spread;
};

static void golden(const char *options, int64_t rows, const double *weight, const double *expected,
                   const double *scores, double tol) {
    harness h;
    diabetes_fit(&h, &cauce_bayesian_ridge, options, rows, NULL, weight);
    const struct state *s = h.state;
    ck_assert_uint_eq(sizeof *s, cauce_bayesian_ridge.state_size);
    same_linear(options, &s->linear, expected, tol);
    ck_near(s->alpha / expected[11], 1, tol);
    ck_near(s->lambda / expected[12], 1, tol);
    if (!weight) ck_assert_int_eq((int)s->linear.n_iter, (int)expected[13]);
    ck_assert_int_eq((int)s->n_scores, scores ? (int)s->linear.n_iter + 1 : 0);
    for (int64_t i = 0; i < s->n_scores; i++) ck_near(s->scores[i], scores[i], tol);
    ck_assert_msg(!h.run.warnings, "%s", h.run.warnings ? h.run.warnings->text : "");
    harness_end(&h);
}

START_TEST(as_scikit_learn_has_it) {
    diabetes();
    golden("", DIABETES_ROWS, NULL, ref_bayes, NULL, 1e-9);
    ck_close(ref_bayes[11], 3.41019507114e-4, 1e-9); /* published */
    ck_close(ref_bayes[12], 1.14622962434e-5, 1e-9);
    ck_assert(ref_bayes[13] == 10);
    golden("compute_score=true tol=1e-8", DIABETES_ROWS, NULL, ref_bayes_scores, ref_bayes_score, 1e-9);
    golden("fit_intercept=false tol=1e-8", DIABETES_ROWS, NULL, ref_bayes_plain, NULL, 1e-8);
    golden("alpha_init=1e-3 lambda_init=0.1 tol=1e-10", DIABETES_ROWS, NULL, ref_bayes_start, NULL, 1e-8);
    golden("compute_score=true tol=1e-8", 8, NULL, ref_bayes_wide, ref_bayes_wide_score, 1e-8);
    golden("tol=1e-10", DIABETES_ROWS, diabetes_weight, ref_bayes_weighted, NULL, 1e-8);
}
END_TEST

static void deviations(const char *options, int64_t rows, const double *expected, double tol) {
    enum { AT = 40 };
    double x[AT * 10], found[AT], one[1], scratch[256];
    harness h;
    diabetes();
    harness_begin(&h, &cauce_bayesian_ridge, options, diabetes_x, rows, DIABETES_COLUMNS);
    h.blocks[0].stride = DIABETES_ROWS;
    h.train.y = ref_diabetes_y;
    h.train.deviation = true;
    harness_fit(&h);
    for (int j = 0; j < 10; j++)
        for (int r = 0; r < AT; r++) x[j * AT + r] = 1.5 * diabetes_x[j * DIABETES_ROWS + r] - 0.2;
    cauce_block block = { .values = x, .stride = AT };
    cauce_batch batch = { .n_rows = AT, .n_blocks = 1, .blocks = &block };
    ck_assert_int_eq(cauce_bayesian_ridge.verify(&h.run, &h.fitted), CAUCE_OK);
    ck_assert_int_eq(cauce_bayesian_ridge.deviation(&h.run, &h.fitted, &batch, found, scratch), CAUCE_OK);
    for (int r = 0; r < AT; r++) ck_near(found[r] / expected[r], 1, tol);
    batch.n_rows = 1;
    block.values = x + 7;
    ck_assert_int_eq(cauce_bayesian_ridge.deviation(&h.run, &h.fitted, &batch, one, scratch), CAUCE_OK);
    ck_assert(one[0] == found[7]);
    struct state *s = h.state;
    s->n_spread = 9;
    ck_assert_int_eq(cauce_bayesian_ridge.verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    s->n_spread = 10;
    harness_end(&h);
}

/* What it is not asked for it does not keep. */
START_TEST(deviations_of_new_rows) {
    deviations("tol=1e-10", DIABETES_ROWS, ref_bayes_deviation, 1e-9);
    deviations("tol=1e-10 fit_intercept=false", DIABETES_ROWS, ref_bayes_deviation_plain, 1e-9);
    deviations("tol=1e-10", 8, ref_bayes_deviation_wide, 1e-7);
    harness h;
    diabetes_fit(&h, &cauce_bayesian_ridge, "", DIABETES_ROWS, NULL, NULL);
    ck_assert_int_eq(((const struct state *)h.state)->n_spread, 0);
    harness_end(&h);
}
END_TEST

/* A one-hot block is the same columns as numbers. */
START_TEST(onehot_as_numbers) {
    enum { N = 90 };
    double x[4 * N] = { 0 }, y[N];
    int32_t codes[N];
    for (int i = 0; i < N; i++) {
        x[i] = sin(i);
        codes[i] = i * 5 % 7 % 4 - 1;
        if (codes[i] >= 0) x[i + (1 + codes[i]) * N] = 1;
        y[i] = 2 * x[i] + codes[i] + cos(7 * i);
    }
    for (int rows = 3; rows <= N; rows += N - 3) { /* more columns than rows, and fewer */
        harness dense, hot;
        harness_begin(&dense, &cauce_bayesian_ridge, "", x, N, 4);
        harness_begin(&hot, &cauce_bayesian_ridge, "", x, N, 1);
        hot.fields[1] =
            (cauce_field){ .name = "city", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 3 };
        hot.blocks[1] = (cauce_block){ .codes = codes };
        hot.schema = (cauce_schema){ 2, hot.fields, 4 };
        hot.batch.n_blocks = 2;
        dense.train.y = hot.train.y = y;
        dense.train.n_rows = hot.train.n_rows = dense.batch.n_rows = hot.batch.n_rows = rows;
        harness_fit(&dense);
        harness_fit(&hot);
        const struct linear_state *s = dense.state, *t = hot.state;
        for (int j = 0; j < 4; j++) ck_near(s->coef[j], t->coef[j], 1e-9);
        ck_near(s->intercept, t->intercept, 1e-9);
        harness_end(&dense);
        harness_end(&hot);
    }
}
END_TEST

START_TEST(poor_data) {
    double x[2 * 20], y[20], same[20];
    for (int i = 0; i < 20; i++) {
        x[i] = x[i + 20] = i;
        y[i] = 2 * i + sin(i);
        same[i] = 7;
    }
    harness h;
    harness_begin(&h, &cauce_bayesian_ridge, "", x, 20, 2); /* equal columns */
    h.train.y = y;
    harness_fit(&h);
    const struct linear_state *s = h.state;
    ck_near(s->coef[0], s->coef[1], 1e-9);
    ck_near(s->coef[0] + s->coef[1], 2, 0.05);
    harness_end(&h);
    harness_begin(&h, &cauce_bayesian_ridge, "", x, 20, 2); /* a constant target */
    h.train.y = same;
    harness_fit(&h);
    s = h.state;
    ck_near(s->intercept, 7, 1e-6);
    harness_end(&h);
    harness_begin(&h, &cauce_bayesian_ridge, "", same, 20, 1); /* a constant column */
    h.train.y = y;
    harness_fit(&h);
    s = h.state;
    ck_assert(s->coef[0] == 0);
    harness_end(&h);
    harness_begin(&h, &cauce_bayesian_ridge, "n_iter=2 tol=1e-12", x, 20, 1);
    h.train.y = y;
    harness_fit(&h);
    ck_assert(harness_warned(&h, "no_convergence"));
    harness_end(&h);
    harness_begin(&h, &cauce_bayesian_ridge, "lambda_1=0 lambda_2=0", x, 20, 1);
    h.train.y = same;
    ck_assert_int_eq(harness_try(&h), CAUCE_E_NUMERIC);
    ck_assert_ptr_nonnull(strstr(h.run.error.message, "precisions"));
    harness_end(&h);
    double large[20];
    for (int i = 0; i < 20; i++) large[i] = 1e200 * y[i];
    harness_begin(&h, &cauce_bayesian_ridge, "", x, 20, 1);
    h.train.y = large;
    ck_assert_int_eq(harness_try(&h), CAUCE_E_NUMERIC);
    ck_assert_ptr_nonnull(strstr(h.run.error.message, "squares overflow"));
    harness_end(&h);
}
END_TEST

START_TEST(no_memory) {
    each_allocation_fails(&cauce_bayesian_ridge, "compute_score=true", 30, NULL, 0);
    each_allocation_fails(&cauce_bayesian_ridge, "", 5, NULL, 0);
}
END_TEST

TEST_MAIN("bayesian_ridge", TEST(no_memory), TEST(as_scikit_learn_has_it), TEST(deviations_of_new_rows),
          TEST(onehot_as_numbers), TEST(poor_data))
