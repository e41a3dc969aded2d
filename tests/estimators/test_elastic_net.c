#include "estimators/linear_support.h"
#include "linear/coordinate.h"
#include "reference/linear.h"
#include "reference/linear_family.h"
#include "support/failing.h"

extern const cauce_component cauce_elastic_net, cauce_lasso;

static ca_linear fit(struct problem *t, ca_net_params p) {
    ca_linear s = { 0 };
    ck_assert_uint_eq(sizeof p, cauce_elastic_net.params_size);
    cauce_status status = cauce_elastic_net.fit(&t->run, &p, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    return s;
}

static ca_net_params net(double alpha, double l1_ratio) {
    return (ca_net_params){ alpha, l1_ratio, true, false, 100000, 1e-4 };
}

static void check_golden(const double *expected, int64_t n, ca_net_params p, bool weighted) {
    struct problem t;
    double weight[442];
    for (int i = 0; i < 442; i++) weight[i] = (7 * i) % 3 + 1;
    problem_begin(&t, n);
    double *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(&t, x, 10, 442);
    t.train.y = ref_diabetes_y;
    if (weighted) t.train.weight = weight;
    ca_linear s = fit(&t, p);
    for (int j = 0; j < 10; j++) {
        ck_near(s.coef[j], expected[j], 1e-9);
        ck_assert((expected[j] == 0) == (s.coef[j] == 0));
    }
    ck_near(s.intercept, expected[10], 1e-9);
    ck_assert(t.run.warnings == NULL && s.dual_gap >= 0);
    free(x);
    problem_end(&t);
}

/* The optimum whatever the tolerance: it is solved for once the columns are known. */
START_TEST(golden) {
    check_golden(ref_lasso, 442, net(0.1, 1), false);
    check_golden(ref_lasso_plain, 442, (ca_net_params){ 0.1, 1, false, false, 1000, 1e-4 }, false);
    check_golden(ref_lasso_positive, 442, (ca_net_params){ 0.1, 1, true, true, 1000, 1e-4 }, false);
    check_golden(ref_lasso_weighted, 442, net(0.1, 1), true);
    check_golden(ref_lasso_wide, 6, net(0.5, 1), false);
    check_golden(ref_net, 442, net(0.01, 0.5), false);
    check_golden(ref_net_weighted, 442, net(0.01, 0.3), true);
    check_golden(ref_net_positive, 442, (ca_net_params){ 0.01, 0.5, true, true, 1000, 1e-4 }, false);
    const double published[] = { -155.343110605, 517.2162412491, 275.0872229361 };
    const double mixed[] = { 33.1495298757, -35.2429725645, 211.0274745681, 144.5597680207 };
    for (int j = 0; j < 3; j++) ck_close(ref_lasso[j + 1], published[j], 1e-9);
    ck_assert(ref_lasso[0] == 0 && ref_lasso[5] == 0 && ref_lasso[7] == 0);
    for (int j = 0; j < 4; j++) ck_close(ref_net[j], mixed[j], 1e-9);
}
END_TEST

/* Where the gradient of the squares meets the slope of the penalty. Dense columns beside one-hot ones. */
static void check_optimal(int64_t n, int64_t p, ca_net_params q, uint64_t seed) {
    double *x = malloc((size_t)(n * p) * 8), *y = malloc((size_t)n * 8), *w = malloc((size_t)n * 8);
    int32_t *codes = malloc((size_t)n * 4);
    double total = 0, sum = 0, *residual = malloc((size_t)n * 8);
    for (int64_t i = 0; i < n; i++) {
        codes[i] = (int32_t)(5 * uniform(&seed)) - 1;
        y[i] = 3 * normal(&seed) + 2 * codes[i];
        total += w[i] = 1 + (int)(3 * uniform(&seed));
    }
    for (int64_t i = 0; i < n * p; i++) x[i] = 5 + normal(&seed) * (double)(1 + i / n) + 0.3 * y[i % n];
    struct problem t;
    problem_begin(&t, n);
    add_onehot(&t, codes, 4);
    add_dense(&t, x, p, n);
    t.train.y = y;
    t.train.weight = w;
    ca_linear s = fit(&t, q);
    apply_all(&t, &cauce_elastic_net, &q, &s, 1, 256, residual);
    for (int64_t i = 0; i < n; i++) sum += w[i] * (residual[i] = y[i] - residual[i]);
    if (q.fit_intercept) ck_near(1 + sum / total, 1, 1e-9);
    for (int64_t j = 0; j < p + 4; j++) {
        double g = 0, c = s.coef[j], l1 = q.alpha * q.l1_ratio;
        for (int64_t i = 0; i < n; i++)
            g += w[i] * residual[i] * (j < 4 ? codes[i] == j : x[i + (j - 4) * n]) / total;
        g -= q.alpha * (1 - q.l1_ratio) * c;
        if (q.positive) ck_assert(c >= 0);
        if (c != 0)
            ck_near(g, copysign(l1, c), 1e-7);
        else
            ck_assert_msg((q.positive ? g : fabs(g)) <= l1 + 1e-7, "%lld: %g > %g", (long long)j, g, l1);
    }
    ck_assert(!warned(&t, "no_convergence"));
    free(x), free(y), free(w), free(codes), free(residual);
    problem_end(&t);
}

START_TEST(optimal) {
    for (uint64_t round = 0; round < 24; round++) {
        ca_net_params q = net(round % 3 ? 0.1 : 1, (double)(round % 5) / 4);
        q.fit_intercept = round % 2 == 0;
        q.positive = round % 7 == 3;
        check_optimal(60, 9, q, round);
        check_optimal(20, 40, q, round); /* on the columns */
    }
}
END_TEST

START_TEST(weight_is_repetition) {
    for (int64_t wide = 0; wide < 2; wide++) {
        int64_t n = 30, p = wide ? 70 : 4, m = 0;
        double *x = malloc((size_t)(n * p) * 8), *xx = malloc((size_t)(3 * n * p) * 8), y[30], yy[90], w[30];
        uint64_t seed = 8;
        for (int64_t i = 0; i < n * p; i++) x[i] = normal(&seed);
        for (int64_t i = 0; i < n; i++) {
            y[i] = normal(&seed) + x[i];
            w[i] = (double)(i % 3 + 1);
            for (int k = 0; k < w[i]; k++, m++) {
                yy[m] = y[i];
                for (int64_t j = 0; j < p; j++) xx[m + j * 3 * n] = x[i + j * n];
            }
        }
        struct problem t, u;
        problem_begin(&t, n);
        problem_begin(&u, m);
        add_dense(&t, x, p, n);
        add_dense(&u, xx, p, 3 * n);
        t.train.y = y, u.train.y = yy, t.train.weight = w;
        ca_linear s = fit(&t, net(0.1, 0.7)), r = fit(&u, net(0.1, 0.7));
        for (int64_t j = 0; j < p; j++) ck_near(1 + s.coef[j], 1 + r.coef[j], 1e-9);
        ck_near(1 + s.intercept, 1 + r.intercept, 1e-9);
        free(x), free(xx);
        problem_end(&t);
        problem_end(&u);
    }
}
END_TEST

/* scikit-learn's rule: a duality gap of tol y'y / n. */
START_TEST(gap_and_warning) {
    struct problem t;
    problem_begin(&t, 442);
    double *x = columns_of(ref_diabetes_x, 442, 10), mean = 0, square = 0;
    for (int i = 0; i < 442; i++) mean += ref_diabetes_y[i] / 442;
    for (int i = 0; i < 442; i++) square += (ref_diabetes_y[i] - mean) * (ref_diabetes_y[i] - mean) / 442;
    add_dense(&t, x, 10, 442);
    t.train.y = ref_diabetes_y;
    ca_linear s = { 0 };
    ca_net_params p = { 0.1, 0, true, false, 1000, 1e-4 }; /* lasso has no l1_ratio: it is 1 */
    ck_assert_int_eq(cauce_lasso.fit(&t.run, &p, &t.train, &s), CAUCE_OK);
    ck_near(s.coef[1], ref_lasso[1], 1e-9);
    ck_assert(s.coef[0] == 0 && s.dual_gap <= 1e-4 * square && t.run.warnings == NULL);
    ck_assert(s.n_iter >= 2 && s.n_iter < 200);
    p = (ca_net_params){ 1e-4, 1, true, false, 2, 1e-6 };
    ca_linear early = fit(&t, p);
    ck_assert(warned(&t, "no_convergence") && early.n_iter == 2 && early.dual_gap > 1e-6 * square);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(degenerate) {
    double x[] = { 0.1, 0.1, 0.1, 0.1, 1, 2, 3, 5, 1, 2, 3, 5 }, y[] = { 2, 4, 6, 10 },
           flat[] = { 7, 7, 7, 7 };
    int32_t same[] = { 0, 0, 0, 0 };
    for (int64_t n = 1; n <= 4; n += 3)
        for (int ratio = 0; ratio <= 2; ratio++) {
            struct problem t;
            problem_begin(&t, n);
            add_onehot(&t, same, 1); /* a constant */
            add_dense(&t, x, 3, 4);  /* a constant, and two equal columns */
            t.train.y = y;
            ca_linear s = fit(&t, net(0.01, ratio * 0.5));
            ck_assert(s.coef[0] == 0 && s.coef[1] == 0 && isfinite(s.intercept) && isfinite(s.dual_gap));
            if (n == 1) ck_assert(s.coef[2] == 0 && s.coef[3] == 0 && s.intercept == 2);
            if (n == 4) ck_assert(s.coef[2] + s.coef[3] > 1.9 && s.coef[2] + s.coef[3] < 2);
            ck_assert(t.run.warnings == NULL);
            t.train.y = flat;
            s = fit(&t, net(0.01, ratio * 0.5));
            ck_assert(s.coef[2] == 0 && s.coef[3] == 0);
            ck_near(s.intercept, 7, 1e-14);
            problem_end(&t);
        }
}
END_TEST

START_TEST(thread_count_does_not_matter) {
    int64_t n = 9001, p = 12;
    double *x = malloc((size_t)(n * p) * 8), *y = malloc((size_t)n * 8), first[12] = { 0 };
    uint64_t seed = 2;
    for (int64_t i = 0; i < n * p; i++) x[i] = normal(&seed);
    for (int64_t i = 0; i < n; i++) y[i] = x[i] - x[i + n] + normal(&seed);
    for (int threads = 1; threads <= 5; threads += 2) {
        struct problem t;
        problem_begin(&t, n);
        t.run.threads = threads;
        add_dense(&t, x, p, n);
        t.train.y = y;
        ca_linear s = fit(&t, net(0.01, 0.5));
        if (threads == 1) memcpy(first, s.coef, sizeof first);
        ck_assert(memcmp(first, s.coef, sizeof first) == 0);
        problem_end(&t);
    }
    free(x), free(y);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    double *x = columns_of(ref_diabetes_x, 442, 10);
    int32_t codes[442];
    for (int i = 0; i < 442; i++) codes[i] = i % 3;
    for (int wide = 0; wide < 2; wide++) FAILING_EACH(pass) {
            struct problem t;
            problem_begin(&t, wide ? 7 : 442);
            t.run.threads = 1;
            add_dense(&t, x, 10, 442);
            add_onehot(&t, codes, 3);
            t.train.y = ref_diabetes_y;
            ca_net_params p = net(0.1, 0.5);
            ca_linear s = { 0 };
            cauce_status status = cauce_elastic_net.fit(&t.run, &p, &t.train, &s);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            problem_end(&t);
        }
    free(x);
}
END_TEST

TEST_MAIN("elastic_net", TEST(golden), TEST(optimal), TEST(weight_is_repetition), TEST(gap_and_warning),
          TEST(degenerate), TEST(thread_count_does_not_matter), TEST(every_allocation_may_fail))
