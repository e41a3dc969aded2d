/* Penalties on sizes, one class against the rest, a constant that is penalised, and the losses of optima. */
#include "estimators/logistic_support.h"
#include "reference/cases.h"
#include "reference/linear.h"
#include "reference/linear_classes.h"

START_TEST(golden_sizes) {
    double weight[569];
    for (int i = 0; i < 569; i++) weight[i] = (7 * i) % 3 + 1;
    struct params p = defaults;
    p.C = 0.1;
    p.penalty = L1;
    check_golden(ref_cancer_x, 569, 30, 30, ref_cancer_y, 2, ref_l1_two, NULL, p, 1e-9);
    p.penalty = NET;
    p.l1_ratio = (cauce_value){ .type = CAUCE_V_REAL, .real = 0.5 };
    check_golden(ref_cancer_x, 569, 30, 30, ref_cancer_y, 2, ref_net_two, NULL, p, 1e-9);
    ck_near(ref_net_two[0], -.315840775, 1e-6); /* published */
    p.C = 0.3, p.l1_ratio.real = 0.8;
    check_golden(ref_cancer_x, 569, 30, 30, ref_cancer_y, 2, ref_net_two_weighted, weight, p, 1e-9);
}
END_TEST

/* Each class against the rest, and the probabilities made to sum to 1. */
START_TEST(golden_rest) {
    struct params p = defaults;
    p.multi_class = 1;
    check_golden(ref_wine_x, 178, 13, 13, ref_wine_y, 3, case_39_optimum, NULL, p, 1e-11);
    double *x = columns_of(ref_wine_x, 178, 13), out[178 * 3];
    standardise(x, 178, 13);
    struct problem t;
    problem_begin(&t, 178);
    add_dense(&t, x, 13, 178);
    target(&t, ref_wine_y, 3);
    struct state s = fit(&t, p);
    apply_all(&t, &cauce_logistic_regression, &p, &s, 3, 50, out);
    for (int i = 0; i < 178; i += 40)
        for (int k = 0; k < 3; k++)
            ck_near(out[i + k * 178], ref_ovr_three_probabilities[i / 40 * 3 + k], 1e-8);
    /* where every class is ruled out, none is likelier */
    for (int64_t j = 0; j < 39; j++) s.coef[j] = 0;
    for (int k = 0; k < 3; k++) s.intercept[k] = -1e9;
    apply_all(&t, &cauce_logistic_regression, &p, &s, 3, 50, out);
    ck_assert(out[0] == 1 / 3.0 && out[178] == 1 / 3.0);
    free(x);
    problem_end(&t);
}
END_TEST

/* Where the slope of the loss meets that of the penalty, in the units of the data: one-hot columns, dense
 * ones of several scales, weights; two classes and three; few columns, and more than a Hessian is made of. */
static void check_sizes(int64_t n, int64_t p, int32_t n_classes, struct params params, uint64_t seed) {
    double *x = malloc((size_t)(n * p) * 8), *w = malloc((size_t)n * 8);
    int32_t *codes = malloc((size_t)n * 4), *y = malloc((size_t)n * 4);
    for (int64_t i = 0; i < n * p; i++) x[i] = 3 + normal(&seed) * (double)(1 + i / n % 3);
    for (int64_t i = 0; i < n; i++) {
        codes[i] = (int32_t)(5 * uniform(&seed)) - 1;
        w[i] = 0.5 + uniform(&seed);
        double score = x[i] - 3 + codes[i] - 1.5 + 2 * normal(&seed);
        y[i] = i < n_classes ? (int32_t)i : score < 0 ? 0 : score < 2 || n_classes == 2 ? 1 : 2;
    }
    struct problem t;
    problem_begin(&t, n);
    add_onehot(&t, codes, 4);
    add_dense(&t, x, p, n);
    target(&t, y, n_classes);
    t.train.weight = w;
    if (params.penalty == L1) params.l1_ratio.type = CAUCE_V_NULL;
    struct state s = fit(&t, params);
    ck_assert(!t.run.warnings);
    double *out = malloc((size_t)(n * n_classes) * 8),
           share = params.penalty == L1 ? 1 : params.l1_ratio.real;
    apply_all(&t, &cauce_logistic_regression, &params, &s, n_classes, 100, out);
    int64_t zeros = 0;
    for (int64_t k = 0; k < s.n_rows; k++)
        for (int64_t j = -1; j < p + 4; j++) {
            int64_t mine = n_classes == 2 ? 1 : k;
            double g = 0, c = j < 0 ? 0 : s.coef[k * (p + 4) + j];
            for (int64_t i = 0; i < n; i++)
                g += w[i] * (out[i + mine * n] - (y[i] == mine ? 1 : 0)) *
                     (j < 0   ? 1
                      : j < 4 ? codes[i] == j
                              : x[i + (j - 4) * n]);
            g += (1 - share) / params.C * c;
            zeros += j >= 0 && c == 0;
            if (j < 0)
                ck_assert_msg(fabs(g) < 1e-6 * (double)n || !params.fit_intercept, "constant: %g", g);
            else if (c != 0)
                ck_assert_msg(fabs(g + copysign(share / params.C, c)) < 1e-6 * (double)n, "%g", g);
            else
                ck_assert_msg(fabs(g) <= share / params.C + 1e-6 * (double)n, "%g", g);
        }
    if (p > 100) ck_assert(zeros > p / 2);
    free(x), free(w), free(codes), free(y), free(out);
    problem_end(&t);
}

START_TEST(sizes_are_optimal) {
    for (uint64_t round = 0; round < 12; round++) {
        struct params p = defaults;
        p.penalty = round % 3 ? L1 : NET;
        p.l1_ratio = (cauce_value){ .type = CAUCE_V_REAL, .real = 0.6 };
        p.C = round % 4 ? 0.05 : 2;
        p.fit_intercept = round % 5 != 2;
        check_sizes(300, 6, 2 + round % 2, p, round);
    }
    struct params wide = defaults;
    wide.penalty = L1;
    wide.C = 0.1;
    check_sizes(120, 2500, 2, wide, 3);
    check_sizes(90, 700, 3, wide, 4);
}
END_TEST

START_TEST(what_does_not_fit) {
    struct problem t;
    problem_begin(&t, 2);
    struct params p = defaults;
    ck_assert_int_eq(cauce_logistic_regression.check(&t.run, &p), CAUCE_OK);
    p.penalty = NET;
    ck_assert_int_eq(cauce_logistic_regression.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert(strstr(t.run.error.message, "l1_ratio"));
    ca_run_forgive(&t.run);
    p.l1_ratio = (cauce_value){ .type = CAUCE_V_REAL, .real = 0.5 };
    ck_assert_int_eq(cauce_logistic_regression.check(&t.run, &p), CAUCE_OK);
    p.solver = LBFGS;
    ck_assert_int_eq(cauce_logistic_regression.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert(strstr(t.run.error.message, "solver=lbfgs"));
    problem_end(&t);
}
END_TEST

/* Log loss of the training rows, at the defaults. */
static double loss_of(const double *rows, int64_t n, int64_t p, const int32_t *y, int32_t n_classes,
                      struct params params, double *sums) {
    double *x = columns_of(rows, n, p), *out = malloc((size_t)(n * n_classes) * 8), loss = 0;
    standardise(x, n, p);
    struct problem t;
    problem_begin(&t, n);
    add_dense(&t, x, p, n);
    target(&t, y, n_classes);
    struct state s = fit(&t, params);
    apply_all(&t, &cauce_logistic_regression, &params, &s, n_classes, 100, out);
    for (int64_t i = 0; i < n; i++) loss -= log(out[i + y[i] * n]) / (double)n;
    for (int64_t j = 0; j <= p; j++) {
        sums[j] = 0;
        for (int64_t k = 0; k < s.n_rows; k++) sums[j] += j < p ? s.coef[k * p + j] : s.intercept[k];
    }
    free(x);
    free(out);
    problem_end(&t);
    return loss;
}

/* Cases 36, 38 and 39: the losses at the optima, and what the coefficients of all classes come to. */
START_TEST(losses) {
    double sums[31];
    struct params rest = defaults;
    rest.multi_class = 1;
    ck_close(loss_of(ref_cancer_x, 569, 30, ref_cancer_y, 2, defaults, sums), case_36_log_loss[0], 1e-8);
    ck_close(loss_of(ref_wine_x, 178, 13, ref_wine_y, 3, defaults, sums), case_38_log_loss[0], 1e-8);
    for (int j = 0; j <= 13; j++) ck_assert_msg(fabs(sums[j]) < 1e-12, "sum %g", sums[j]);
    ck_close(loss_of(ref_wine_x, 178, 13, ref_wine_y, 3, rest, sums), case_39_log_loss[0], 1e-7);
    const double cancer[] = { -.3630925319, -.3876754424, -.3510621187, -.4356098033 };
    const double wine[] = { .8101361974, -1.0103312405, .2001950432 };
    const double constants[] = { .4123433286, .7048385565, -1.1171818852 };
    const double alone[] = { 1.4331692417, -1.5583096278, .5084393412 };
    const double plain[] = { -3.7220034943, -.93740745, .7075672753 };
    for (int j = 0; j < 4; j++) ck_close(ref_cancer_l2[j], cancer[j], 1e-8);
    ck_close(ref_cancer_l2[30], .2145027174, 1e-8);
    for (int k = 0; k < 3; k++) {
        ck_near(ref_wine_l2[14 * k], wine[k], 1e-8); /* newton-cg's last digits are not the optimum's */
        ck_close(ref_wine_l2[14 * k + 13], constants[k], 1e-8);
        ck_close(ref_ovr_three[14 * k], alone[k], 1e-7);
        ck_close(ref_cancer_none[k], plain[k], 1e-7);
    }
}
END_TEST

/* Case 41: liblinear's penalised constant is the coefficient of a column of ones. */
START_TEST(penalised_constant) {
    double *x = columns_of(ref_cancer_x, 569, 30), ones[569];
    standardise(x, 569, 30);
    for (int i = 0; i < 569; i++) ones[i] = 1;
    struct problem t;
    problem_begin(&t, 569);
    add_dense(&t, x, 30, 569);
    add_dense(&t, ones, 1, 569);
    target(&t, ref_cancer_y, 2);
    struct params p = defaults;
    p.penalty = L1, p.C = 0.1, p.fit_intercept = false;
    struct state s = fit(&t, p);
    int kept = 0;
    for (int j = 0; j < 30; j++) kept += s.coef[j] != 0;
    ck_assert_int_eq(kept, 8);
    for (int j = 0; j <= 30; j++) {
        ck_assert((s.coef[j] == 0) == (case_41_l1[j] == 0));
        ck_assert_msg(fabs(s.coef[j] - case_41_l1[j]) <= 1e-5 * fabs(case_41_l1[j]), "%d: %.12g, not %.12g",
                      j, s.coef[j], case_41_l1[j]);
    }
    int mixed = 0;
    for (int j = 0; j < 30; j++) mixed += ref_net_two[j] != 0;
    ck_assert_int_eq(mixed, 18); /* published for the elastic net */
    free(x);
    problem_end(&t);
}
END_TEST

TEST_MAIN("logistic_regression_penalties", TEST(golden_sizes), TEST(golden_rest), TEST(sizes_are_optimal),
          TEST(what_does_not_fit), TEST(losses), TEST(penalised_constant))
