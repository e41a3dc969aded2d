#include "estimators/linear_support.h"
#include "linear/linear.h"
#include "reference/linear.h"
#include "support/failing.h"

extern const cauce_component cauce_ridge;

struct params {
    double alpha;
    bool fit_intercept;
    int solver;
};
enum { AUTO, CHOLESKY, SVD };

/* The layout of the component's parameters, as its rows tell it. */
struct own {
    cauce_value alpha;
    bool fit_intercept;
    int solver;
};

static struct own own_of(struct params p) {
    return (struct own){ { .type = CAUCE_V_REAL, .real = p.alpha }, p.fit_intercept, p.solver };
}

static ca_linear fit(struct problem *t, struct params p) {
    ca_linear s = { 0 };
    const struct own own = own_of(p);
    ck_assert_uint_eq(sizeof s, cauce_ridge.state_size);
    ck_assert_uint_eq(sizeof own, cauce_ridge.params_size);
    cauce_status status = cauce_ridge.fit(&t->run, &own, &t->train, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    return s;
}

static void diabetes(struct problem *t, int64_t n, double **x) {
    problem_begin(t, n);
    *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(t, *x, 10, 442);
    t->train.y = ref_diabetes_y;
}

static void check_golden(const double *expected, int64_t n, struct params p, const double *weight,
                         double tol) {
    struct problem t;
    double *x;
    diabetes(&t, n, &x);
    t.train.weight = weight;
    ca_linear s = fit(&t, p);
    for (int j = 0; j < 10; j++) ck_near(s.coef[j], expected[j], tol);
    if (p.fit_intercept)
        ck_near(s.intercept, expected[10], tol);
    else
        ck_assert(s.intercept == 0);
    free(x);
    problem_end(&t);
}

START_TEST(golden) {
    double weight[442];
    for (int i = 0; i < 442; i++) weight[i] = (7 * i) % 3 + 1;
    for (int solver = AUTO; solver <= SVD; solver++) {
        check_golden(ref_diabetes_ridge1, 442, (struct params){ 1, true, solver }, NULL, 1e-11);
        check_golden(ref_diabetes_ridge_small, 442, (struct params){ 0.01, true, solver }, NULL, 1e-11);
        check_golden(ref_diabetes_ols, 442, (struct params){ 0, true, solver }, NULL, 1e-10);
        check_golden(ref_diabetes_ridge_plain, 442, (struct params){ 1, false, solver }, NULL, 1e-11);
        check_golden(ref_diabetes_ridge_weighted, 442, (struct params){ 1, true, solver }, weight, 1e-11);
        /* fewer rows than columns: the dual, and the solution of least norm */
        check_golden(ref_diabetes_wide_ridge, 6, (struct params){ 1, true, solver }, NULL, 1e-11);
        check_golden(ref_diabetes_wide_ols, 6, (struct params){ 0, true, solver }, NULL, 1e-9);
    }
    const double published[] = { 29.4661118935, -83.1542763619, 306.3526801507, 201.6277343733 };
    for (int j = 0; j < 4; j++) ck_close(ref_diabetes_ridge1[j], published[j], 1e-11);
    ck_near(ref_diabetes_ols[10], 152.133484163, 1e-11);
}
END_TEST

/* Weights least, least + 1, least + 2 are the row so many times. */
static void check_repetition(int least) {
    struct problem t;
    double *x, weight[442], *y = malloc(3 * 442 * sizeof *y), *rows = malloc(3 * 4420 * sizeof *rows);
    int64_t n = 0;
    diabetes(&t, 442, &x);
    for (int i = 0; i < 442; i++) {
        weight[i] = (7 * i) % 3 + least;
        for (int k = 0; k < weight[i]; k++, n++) {
            memcpy(rows + n * 10, ref_diabetes_x + i * 10, 10 * sizeof *rows);
            y[n] = ref_diabetes_y[i];
        }
    }
    t.train.weight = weight;
    ca_linear s = fit(&t, (struct params){ 1, true, AUTO });
    struct problem u;
    problem_begin(&u, n);
    double *repeated = columns_of(rows, n, 10);
    add_dense(&u, repeated, 10, n);
    u.train.y = y;
    ca_linear r = fit(&u, (struct params){ 1, true, AUTO });
    for (int j = 0; j < 10; j++) ck_close(s.coef[j], r.coef[j], 1e-11);
    ck_near(s.intercept, r.intercept, 1e-12);
    free(x), free(y), free(rows), free(repeated);
    problem_end(&t);
    problem_end(&u);
}

START_TEST(weight_is_repetition) {
    check_repetition(0);
    check_repetition(1);
}
END_TEST

/* n rows: two one-hot blocks (one with rows that have no level) around two dense columns; the same densely.
 */
struct mixed {
    int64_t n, p;
    int32_t *a, *b;
    double *dense, *all, *y, *weight;
};

static struct mixed mixed_new(int64_t n, int64_t wide_a, int64_t wide_b) {
    struct mixed m = { n,
                       wide_a + wide_b + 2,
                       malloc((size_t)n * 4),
                       malloc((size_t)n * 4),
                       malloc((size_t)n * 16),
                       calloc((size_t)(n * (wide_a + wide_b + 2)), 8),
                       malloc((size_t)n * 8),
                       malloc((size_t)n * 8) };
    uint64_t seed = 7;
    for (int64_t i = 0; i < n; i++) {
        m.a[i] = (int32_t)(uniform(&seed) * (double)wide_a);
        m.b[i] = (int32_t)(uniform(&seed) * (double)(wide_b + 1)) - 1;
        m.dense[i] = 1000 + normal(&seed);
        m.dense[n + i] = normal(&seed) * 1e-3;
        m.all[i + m.a[i] * n] = 1;
        m.all[i + wide_a * n] = m.dense[i];
        m.all[i + (wide_a + 1) * n] = m.dense[n + i];
        if (m.b[i] >= 0) m.all[i + (wide_a + 2 + m.b[i]) * n] = 1;
        m.y[i] = m.a[i] % 3 - 0.5 * m.b[i] + m.dense[i] + 500 * m.dense[n + i] + normal(&seed);
        m.weight[i] = 1 + (int)(3 * uniform(&seed));
    }
    return m;
}

static void mixed_free(struct mixed *m) {
    free(m->a), free(m->b), free(m->dense), free(m->all), free(m->y), free(m->weight);
}

static void check_mixed(int64_t n, int64_t wide_a, int64_t wide_b, double alpha, bool intercept,
                        bool weighted, double tol) {
    struct mixed m = mixed_new(n, wide_a, wide_b);
    struct problem t, u;
    problem_begin(&t, n);
    add_onehot(&t, m.a, wide_a);
    add_dense(&t, m.dense, 2, n);
    add_onehot(&t, m.b, wide_b);
    problem_begin(&u, n);
    add_dense(&u, m.all, m.p, n);
    t.train.y = u.train.y = m.y;
    if (weighted) t.train.weight = u.train.weight = m.weight;
    struct params p = { alpha, intercept, AUTO };
    ca_linear s = fit(&t, p), r = fit(&u, p);
    for (int64_t j = 0; j < m.p; j++) ck_near(s.coef[j], r.coef[j], tol);
    ck_near(s.intercept, r.intercept, tol);
    double *out = malloc((size_t)n * 8), *again = malloc((size_t)n * 8), *dense = malloc((size_t)n * 8);
    apply_all(&t, &cauce_ridge, &p, &s, 1, 256, out);
    apply_all(&t, &cauce_ridge, &p, &s, 1, 7, again);
    ck_assert(memcmp(out, again, (size_t)n * 8) == 0);
    apply_all(&u, &cauce_ridge, &p, &r, 1, 1, dense);
    for (int64_t i = 0; i < n; i++) ck_near(out[i], dense[i], 1e-9);
    free(out), free(again), free(dense);
    mixed_free(&m);
    problem_end(&t);
    problem_end(&u);
}

START_TEST(onehot_is_dense) {
    check_mixed(5000, 7, 40, 1, true, false, 1e-9);
    check_mixed(5000, 7, 40, 1, true, true, 1e-9);
    check_mixed(5000, 7, 40, 1, false, false, 1e-9);
    check_mixed(3000, 5, 9, 0, true, true, 1e-7);     /* complete dummies: least norm */
    check_mixed(900, 260, 300, 1, true, false, 1e-8); /* several column tiles */
    check_mixed(40, 50, 30, 1, true, true, 1e-8);     /* the dual */
}
END_TEST

START_TEST(collinear_takes_least_norm) {
    /* (1, 1/2), (2, 2/3), (3, 3): two columns that carry one */
    double x[] = { 1, 2, 3, 2, 4, 6 }, y[] = { 1, 2, 3 };
    struct problem t;
    problem_begin(&t, 3);
    add_dense(&t, x, 2, 3);
    t.train.y = y;
    ca_linear s = fit(&t, (struct params){ 0, true, AUTO });
    ck_near(s.coef[0], 0.2, 1e-13);
    ck_near(s.coef[1], 0.4, 1e-13);
    ck_near(s.intercept, 0, 1e-13);
    problem_end(&t);
}
END_TEST

/* Of columns that lie 1e8 standard deviations from 0, and whose first rows lie elsewhere than the rest: the
 * coefficients of the same columns about 0. The numbers are multiples of 2^-16, so that moving them rounds
 * nothing. */
START_TEST(far_from_zero) {
    enum { N = 30011, P = 4 };
    double *near = malloc(P * N * sizeof *near), *far = malloc(P * N * sizeof *far),
           *y = malloc(N * sizeof *y), *weight = malloc(N * sizeof *weight);
    const double offset[P] = { 1e8, -1e8, 0, 1e8 };
    uint64_t seed = 3;
    for (int64_t i = 0; i < N; i++) {
        y[i] = 0;
        for (int64_t j = 0; j < P; j++) {
            double z = floor(65536 * normal(&seed)) / 65536 + (i < 100 && j == 0 ? 40 : 0);
            if (j == 3) z = 2 * near[i]; /* the first once more: collinear */
            near[i + j * N] = z;
            far[i + j * N] = z + offset[j];
            y[i] += (double)(j + 1) * z;
        }
        y[i] += normal(&seed);
        weight[i] = 1 + (double)(i % 3);
    }
    for (int weighted = 0; weighted < 2; weighted++)
        for (double alpha = 0; alpha < 2; alpha++) {
            struct problem t[2];
            ca_linear s[2];
            for (int k = 0; k < 2; k++) {
                problem_begin(&t[k], N);
                add_dense(&t[k], k ? far : near, P, N);
                t[k].train.y = y;
                t[k].train.weight = weighted ? weight : NULL;
                s[k] = fit(&t[k], (struct params){ alpha, true, AUTO });
            }
            double moved = 0;
            for (int j = 0; j < P; j++) {
                ck_near(s[1].coef[j], s[0].coef[j], 1e-8);
                moved += s[1].coef[j] * offset[j];
            }
            ck_near(s[1].intercept + moved, s[0].intercept, 1e-6);
            ck_near(s[0].coef[3], 2 * s[0].coef[0], 1e-6);
            for (int k = 0; k < 2; k++) problem_end(&t[k]);
        }
    free(near), free(far), free(y), free(weight);
}
END_TEST

START_TEST(constant_column_and_one_row) {
    double x[] = { 0.1, 0.1, 0.1, 0.1, 1, 2, 3, 5 }, y[] = { 2, 4, 6, 10 };
    for (int solver = AUTO; solver <= SVD; solver++)
        for (double alpha = 0; alpha < 2; alpha++) {
            struct problem t;
            problem_begin(&t, 4);
            add_dense(&t, x, 2, 4);
            t.train.y = y;
            ca_linear s = fit(&t, (struct params){ alpha, true, solver });
            ck_near(s.coef[0], 0, 1e-13);
            ck_near(s.coef[1], 2 * 8.75 / (8.75 + alpha), 1e-13);
            problem_end(&t);
            problem_begin(&t, 1);
            add_dense(&t, x + 4, 1, 4);
            t.train.y = y;
            s = fit(&t, (struct params){ alpha, true, solver });
            ck_near(s.coef[0], 0, 1e-13);
            ck_near(s.intercept, 2, 1e-13);
            problem_end(&t);
        }
}
END_TEST

START_TEST(thread_count_does_not_matter) {
    int64_t n = 9001;
    struct mixed m = mixed_new(n, 11, 23);
    for (double alpha = 0; alpha < 2; alpha++) {
        double first[36 + 1];
        for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
            struct problem t;
            problem_begin(&t, n);
            t.run.threads = threads;
            add_onehot(&t, m.a, 11);
            add_dense(&t, m.dense, 2, n);
            add_onehot(&t, m.b, 23);
            t.train.y = m.y;
            ca_linear s = fit(&t, (struct params){ alpha, true, AUTO });
            if (threads == 1) {
                memcpy(first, s.coef, 36 * 8);
                first[36] = s.intercept;
            }
            ck_assert(memcmp(first, s.coef, 36 * 8) == 0 && first[36] == s.intercept);
            problem_end(&t);
        }
    }
    mixed_free(&m);
}
END_TEST

START_TEST(overflow_is_an_error) {
    double x[] = { 1e300, -1e300, 1e300 }, y[] = { 1, 2, 3 };
    struct problem t;
    problem_begin(&t, 3);
    add_dense(&t, x, 1, 3);
    t.train.y = y;
    const struct own p = own_of((struct params){ 1, true, AUTO });
    ca_linear s = { 0 };
    ck_assert_int_eq(cauce_ridge.fit(&t.run, &p, &t.train, &s), CAUCE_E_NUMERIC);
    ck_assert(strstr(t.run.error.message, "'x'"));
    problem_end(&t);
}
END_TEST

START_TEST(verify_refuses_nonsense) {
    struct problem t;
    problem_begin(&t, 1);
    double x = 1, coef[] = { 1, NAN };
    add_dense(&t, &x, 1, 1);
    ca_linear s = { .coef = coef, .n_features = 2 };
    cauce_fitted self = { .component = &cauce_ridge, .state = &s, .in = &t.schema };
    ck_assert_int_eq(cauce_ridge.verify(&t.run, &self), CAUCE_E_FORMAT);
    ca_run_forgive(&t.run);
    s = (ca_linear){ .coef = coef + 1, .n_features = 1 };
    ck_assert_int_eq(cauce_ridge.verify(&t.run, &self), CAUCE_E_FORMAT);
    ca_run_forgive(&t.run);
    s = (ca_linear){ .coef = coef, .n_features = 1 };
    ck_assert_int_eq(cauce_ridge.verify(&t.run, &self), CAUCE_OK);
    problem_end(&t);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    struct mixed m = mixed_new(3000, 5, 6), small = mixed_new(9, 5, 6);
    for (int solver = AUTO; solver <= SVD; solver++)
        for (int wide = 0; wide < 2; wide++) FAILING_EACH(pass) {
                const struct mixed *rows = wide ? &small : &m;
                struct problem t;
                problem_begin(&t, rows->n);
                t.run.threads = 1;
                add_onehot(&t, rows->a, 5);
                add_dense(&t, rows->dense, 2, rows->n);
                add_onehot(&t, rows->b, 6);
                t.train.y = rows->y;
                const struct own p = own_of((struct params){ 1, true, solver });
                ca_linear s = { 0 };
                cauce_status status = cauce_ridge.fit(&t.run, &p, &t.train, &s);
                ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
                problem_end(&t);
            }
    mixed_free(&m), mixed_free(&small);
}
END_TEST

TEST_MAIN("ridge", TEST(every_allocation_may_fail), TEST(golden), TEST(weight_is_repetition),
          TEST(onehot_is_dense), TEST(collinear_takes_least_norm), TEST(far_from_zero),
          TEST(constant_column_and_one_row), TEST(thread_count_does_not_matter), TEST(overflow_is_an_error),
          TEST(verify_refuses_nonsense))
