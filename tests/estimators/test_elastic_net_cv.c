#include "estimators/linear_support.h"
#include "linear/net_cv.h"
#include "reference/linear.h"
#include "reference/linear_cv.h"
#include "support/failing.h"

extern const cauce_component cauce_lasso, cauce_lasso_cv, cauce_elastic_net_cv;

static ca_net_cv_params defaults(void) {
    ca_net_cv_params p = { .eps = 1e-3,
                           .n_alphas = 100,
                           .alphas = { .type = CAUCE_V_NULL },
                           .fit_intercept = true,
                           .cv = { .type = CAUCE_V_INT, .integer = 5 },
                           .max_iter = 100000,
                           .tol = 1e-12 };
    return p;
}

static ca_linear_choice fit(struct problem *t, const cauce_component *component, ca_net_cv_params p) {
    ca_linear_choice s = { 0 };
    ck_assert_uint_eq(sizeof p, component->params_size);
    cauce_status status = component->check(&t->run, &p);
    if (status == CAUCE_OK) status = component->fit(&t->run, &p, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    return s;
}

static double *diabetes(struct problem *t, int64_t n) {
    problem_begin(t, n);
    double *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(t, x, 10, 442);
    t->train.y = ref_diabetes_y;
    return x;
}

static double least_error(const ca_linear_choice *s) {
    double best = INFINITY;
    for (int64_t k = 0; k < s->n_candidates; k++) {
        double sum = 0;
        for (int64_t f = 0; f < s->n_folds; f++) sum += s->mse_path[k * s->n_folds + f];
        best = fmin(best, sum / (double)s->n_folds);
    }
    return best;
}

static void check_fit(const ca_linear_choice *s, const double *expected) {
    ck_near(s->alpha, expected[0], 1e-12);
    ck_near(least_error(s), expected[1], 1e-8);
    for (int j = 0; j < 10; j++) {
        ck_near(s->linear.coef[j], expected[2 + j], 1e-7);
        ck_assert((s->linear.coef[j] == 0) == (expected[2 + j] == 0));
    }
    ck_near(s->linear.intercept, expected[12], 1e-9);
}

START_TEST(lasso) {
    struct problem t;
    double *x = diabetes(&t, 442);
    ca_linear_choice s = fit(&t, &cauce_lasso_cv, defaults());
    check_fit(&s, ref_lasso_cv);
    ck_close(s.alpha, .00375376715269, 1e-11); /* published; and one of the grid */
    int on_grid = 0;
    for (int k = 0; k < 100; k++) on_grid += s.alphas[k] == s.alpha;
    ck_assert_int_eq(on_grid, 1);
    ck_near(s.alphas[0], 2.14804357553, 1e-10);
    ck_near(least_error(&s), 2991.84216566, 1e-4);
    for (int k = 0; k < 100; k++) ck_near(s.alphas[k], ref_lasso_cv_alphas[k], 1e-12);
    for (int k = 0; k < 25; k++) {
        double error = s.mse_path[k / 5 * 100 + k % 5];
        ck_near(error, ref_lasso_cv_path[k], 1e-8);
    }
    ca_net_cv_params p = defaults();
    p.eps = 0.01, p.n_alphas = 12, p.positive = true, p.fit_intercept = false, p.cv.integer = 3;
    s = fit(&t, &cauce_lasso_cv, p);
    check_fit(&s, ref_lasso_cv_positive);
    ck_assert(t.run.warnings == NULL);
    /* the same folds as lists of rows that are not each other's rest: on rows instead of Gram matrices */
    s = fit(&t, &cauce_lasso_cv, defaults());
    p = defaults();
    p.cv = (cauce_value){ .type = CAUCE_V_TEXT, .text = "repeated_k_fold n_splits=3 n_repeats=2" };
    ca_linear_choice rows = fit(&t, &cauce_lasso_cv, p);
    ck_assert_int_eq(rows.n_folds, 6);
    ck_assert(fabs(log(rows.alpha / s.alpha)) < 3);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(elastic_net) {
    struct problem t;
    double *x = diabetes(&t, 442);
    const cauce_value ratios[] = { { .type = CAUCE_V_REAL, .real = 0.3 },
                                   { .type = CAUCE_V_REAL, .real = 0.7 },
                                   { .type = CAUCE_V_REAL, .real = 0.95 } };
    ca_net_cv_params p = defaults();
    p.l1_ratio = (cauce_value){ .type = CAUCE_V_LIST, .items = ratios, .n_items = 3 };
    p.n_alphas = 20, p.cv.integer = 4;
    ca_linear_choice s = fit(&t, &cauce_elastic_net_cv, p);
    check_fit(&s, ref_net_cv);
    ck_assert(s.l1_ratio == ref_net_cv_ratio[0] && s.n_ratios == 3 && s.n_alphas == 20);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++) ck_near(s.alphas[i * 20 + 5 * k], ref_net_cv_alphas[4 * i + k], 1e-12);
    free(x);
    problem_end(&t);
}
END_TEST

/* More columns than rows, penalties given in any order; folds as rows. */
START_TEST(wide) {
    struct problem t;
    problem_begin(&t, 20);
    double *x = malloc(20 * 30 * sizeof *x);
    for (int i = 0; i < 20; i++)
        for (int j = 0; j < 30; j++) {
            const double *row = ref_diabetes_x + i * 10;
            x[i + j * 20] = j < 10 ? row[j] : j < 20 ? row[j - 10] * row[j - 10] : row[29 - j] * row[j - 20];
        }
    add_dense(&t, x, 30, 20);
    t.train.y = ref_diabetes_y;
    const cauce_value alphas[] = { { .type = CAUCE_V_REAL, .real = 0.01 },
                                   { .type = CAUCE_V_INT, .integer = 1, .real = 1 },
                                   { .type = CAUCE_V_REAL, .real = 0.1 } };
    ca_net_cv_params p = defaults();
    p.alphas = (cauce_value){ .type = CAUCE_V_LIST, .items = alphas, .n_items = 3 };
    p.l1_ratio = (cauce_value){ .type = CAUCE_V_REAL, .real = 0.5 };
    p.cv.integer = 4;
    ca_linear_choice s = fit(&t, &cauce_elastic_net_cv, p);
    ck_assert(s.alpha == ref_net_cv_wide[0] && s.alphas[0] == 1 && s.alphas[2] == 0.01);
    for (int k = 0; k < 12; k++) ck_near(s.mse_path[k], ref_net_cv_wide_path[k], 1e-6);
    free(x);
    problem_end(&t);
}
END_TEST

/* Folds on Gram matrices against fits of the rows of each fold; with weights and one-hot columns. */
START_TEST(grams_are_rows) {
    enum { N = 96, K = 4, TEST_ROWS = N / K };
    double x[N * 3], y[N], w[N], some[N * 3], some_y[N], some_w[N], out[N];
    int32_t codes[N], some_codes[N];
    uint64_t seed = 5;
    for (int i = 0; i < 3 * N; i++) x[i] = 100 + normal(&seed) * (i / N + 1);
    for (int i = 0; i < N; i++) {
        codes[i] = i % 5 - 1;
        w[i] = 0.5 + uniform(&seed);
        y[i] = x[i] - 0.3 * x[i + N] + codes[i] + normal(&seed);
    }
    for (int intercept = 0; intercept < 2; intercept++) {
        struct problem t;
        problem_begin(&t, N);
        add_onehot(&t, codes, 4);
        add_dense(&t, x, 3, N);
        t.train.y = y;
        t.train.weight = w;
        ca_net_cv_params p = defaults();
        p.fit_intercept = intercept, p.n_alphas = 6, p.cv.integer = K;
        ca_linear_choice s = fit(&t, &cauce_lasso_cv, p);
        for (int f = 0; f < K; f++)
            for (int k = 0; k < 6; k++) {
                int n = 0;
                for (int i = 0; i < N; i++) {
                    if (i / TEST_ROWS == f) continue;
                    for (int j = 0; j < 3; j++) some[n + j * N] = x[i + j * N];
                    some_codes[n] = codes[i], some_y[n] = y[i], some_w[n++] = w[i];
                }
                struct problem u;
                problem_begin(&u, n);
                add_onehot(&u, some_codes, 4);
                add_dense(&u, some, 3, N);
                u.train.y = some_y, u.train.weight = some_w;
                ca_net_params one = { s.alphas[k], 1, intercept, false, 100000, 1e-9 };
                ca_linear r = { 0 };
                ck_assert_int_eq(cauce_lasso.fit(&u.run, &one, &u.train, &r), CAUCE_OK);
                apply_all(&t, &cauce_lasso, &one, &r, 1, 256, out);
                double sum = 0, total = 0;
                for (int i = f * TEST_ROWS; i < (f + 1) * TEST_ROWS; i++) {
                    sum += w[i] * (y[i] - out[i]) * (y[i] - out[i]);
                    total += w[i];
                }
                ck_near(s.mse_path[k * K + f], sum / total, 1e-6);
                problem_end(&u);
            }
        problem_end(&t);
    }
}
END_TEST

/* Columns that tell nearly the same: the default tol chooses the penalty of fits that are exact. */
START_TEST(a_choice_is_not_by_chance) {
    enum { N = 120, P = 6 };
    double x[N * P], y[N];
    uint64_t seed = 3;
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < N; i++) {
            double size = normal(&seed);
            for (int j = 0; j < P; j++) x[i + j * N] = size + 0.3 * normal(&seed);
            y[i] = 2 * x[i] - x[i + N] + 0.1 * normal(&seed);
        }
        struct problem t;
        problem_begin(&t, N);
        add_dense(&t, x, P, N);
        t.train.y = y;
        ca_net_cv_params p = defaults();
        double exact = fit(&t, &cauce_lasso_cv, p).alpha;
        p.tol = 1e-4, p.max_iter = 1000;
        ck_near(fit(&t, &cauce_lasso_cv, p).alpha, exact, 1e-12);
        problem_end(&t);
    }
}
END_TEST

START_TEST(refusals) {
    struct problem t;
    problem_begin(&t, 3);
    ca_net_cv_params p = defaults();
    p.l1_ratio = (cauce_value){ .type = CAUCE_V_INT, .integer = 0, .real = 0 };
    ck_assert_int_eq(cauce_elastic_net_cv.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert_msg(strstr(t.run.error.message, "l1_ratio=0") != NULL, "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    const cauce_value bad[] = { { .type = CAUCE_V_TEXT, .text = "much" } };
    p.alphas = (cauce_value){ .type = CAUCE_V_LIST, .items = bad, .n_items = 1 };
    ck_assert_int_eq(cauce_elastic_net_cv.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert_msg(strstr(t.run.error.message, "alphas: item 1 is much") != NULL, "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    p = defaults();
    p.l1_ratio = (cauce_value){ .type = CAUCE_V_LIST };
    ck_assert_int_eq(cauce_elastic_net_cv.check(&t.run, &p), CAUCE_E_PARAM);
    ck_assert_msg(strstr(t.run.error.message, "l1_ratio is empty") != NULL, "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    /* a target without variance */
    double x[] = { 1, 2, 4 }, y[] = { 7, 7, 7 };
    add_dense(&t, x, 1, 3);
    t.train.y = y;
    p = defaults();
    p.cv.integer = 3;
    ca_linear_choice s = fit(&t, &cauce_lasso_cv, p);
    ck_assert(s.linear.coef[0] == 0 && s.linear.intercept == 7);
    problem_end(&t);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    static const char *const cv[] = { "k_fold n_splits=3", "shuffle_split n_splits=2" };
    failing_install();
    for (int c = 0; c < 4; c++) FAILING_EACH(pass) {
            struct problem t;
            double *x = diabetes(&t, c / 2 ? 9 : 60);
            t.run.threads = 1;
            ca_net_cv_params p = defaults();
            p.n_alphas = 3;
            p.cv = (cauce_value){ .type = CAUCE_V_TEXT, .text = cv[c % 2] };
            ca_linear_choice s = { 0 };
            cauce_status status = cauce_lasso_cv.fit(&t.run, &p, &t.train, &s);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            free(x);
            problem_end(&t);
        }
}
END_TEST

TEST_MAIN("elastic_net_cv", TEST(lasso), TEST(elastic_net), TEST(wide), TEST(grams_are_rows),
          TEST(a_choice_is_not_by_chance), TEST(refusals), TEST(every_allocation_may_fail))
