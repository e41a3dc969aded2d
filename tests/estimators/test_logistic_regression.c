#include "estimators/logistic_support.h"
#include "reference/cases.h"
#include "reference/linear.h"
#include "reference/linear_classes.h"
#include "support/failing.h"

START_TEST(golden) {
    double weight[569];
    for (int i = 0; i < 569; i++) weight[i] = (7 * i) % 3 + 1;
    struct params p = defaults, none = defaults, half = defaults;
    none.penalty = NONE;
    half.C = 0.5;
    for (int solver = AUTO; solver <= LBFGS; solver++) {
        double tol = solver == LBFGS ? 1e-8 : 1e-11;
        p.solver = none.solver = half.solver = solver;
        check_golden(ref_cancer_x, 569, 30, 30, ref_cancer_y, 2, ref_cancer_l2, NULL, p, tol);
        check_golden(ref_cancer_x, 569, 30, 30, ref_cancer_y, 2, ref_cancer_weighted, weight, half, tol);
        check_golden(ref_cancer_x, 569, 30, 2, ref_cancer_y, 2, ref_cancer_none, NULL, none, tol);
        check_golden(ref_wine_x, 178, 13, 13, ref_wine_y, 3, ref_wine_l2, NULL, p, tol);
    }
}
END_TEST

/* Random rows: two one-hot blocks around dense columns of odd scales, and the same as numbers. */
struct mixed {
    int64_t n, p, wide_a, wide_b;
    int32_t *a, *b, *y;
    double *dense, *all;
};

static struct mixed mixed_new(int64_t n, int64_t wide_a, int64_t wide_b, int32_t n_classes) {
    struct mixed m = { n,
                       wide_a + wide_b + 2,
                       wide_a,
                       wide_b,
                       malloc((size_t)n * 4),
                       malloc((size_t)n * 4),
                       malloc((size_t)n * 4),
                       malloc((size_t)n * 16),
                       calloc((size_t)(n * (wide_a + wide_b + 2)), 8) };
    uint64_t seed = 11;
    for (int64_t i = 0; i < n; i++) {
        m.a[i] = (int32_t)(uniform(&seed) * (double)wide_a);
        m.b[i] = (int32_t)(uniform(&seed) * (double)(wide_b + 1)) - 1;
        m.dense[i] = 1000 + 10 * normal(&seed);
        m.dense[n + i] = normal(&seed) * 1e-2;
        m.all[i + m.a[i] * n] = 1;
        m.all[i + wide_a * n] = m.dense[i];
        m.all[i + (wide_a + 1) * n] = m.dense[n + i];
        if (m.b[i] >= 0) m.all[i + (wide_a + 2 + m.b[i]) * n] = 1;
        double score = m.a[i] % 3 - 0.5 * (m.b[i] % 4) + 0.1 * (m.dense[i] - 1000) + normal(&seed);
        m.y[i] = score > 1.5 && n_classes > 2 ? 2 : score > 0;
    }
    return m;
}

static void mixed_free(struct mixed *m) {
    free(m->a), free(m->b), free(m->y), free(m->dense), free(m->all);
}

static void mixed_begin(struct problem *t, const struct mixed *m, int32_t n_classes) {
    problem_begin(t, m->n);
    add_onehot(t, m->a, m->wide_a);
    add_dense(t, m->dense, 2, m->n);
    add_onehot(t, m->b, m->wide_b);
    target(t, m->y, n_classes);
}

static void check_mixed(int32_t n_classes, int solver, double C, bool intercept, double tol) {
    struct mixed m = mixed_new(4500, 6, 17, n_classes);
    struct problem t, u;
    mixed_begin(&t, &m, n_classes);
    problem_begin(&u, m.n);
    add_dense(&u, m.all, m.p, m.n);
    target(&u, m.y, n_classes);
    struct params p = defaults;
    p.solver = solver, p.C = C, p.fit_intercept = intercept;
    struct state s = fit(&t, p), r = fit(&u, p);
    ck_assert(!t.run.warnings && !u.run.warnings);
    for (int64_t j = 0; j < s.n_rows * m.p; j++) ck_near(s.coef[j], r.coef[j], tol);
    size_t size = (size_t)(m.n * n_classes) * 8;
    double *out = malloc(size), *again = malloc(size), *dense = malloc(size);
    apply_all(&t, &cauce_logistic_regression, &p, &s, n_classes, 256, out);
    apply_all(&t, &cauce_logistic_regression, &p, &s, n_classes, 1, again);
    ck_assert(memcmp(out, again, size) == 0);
    apply_all(&t, &cauce_logistic_regression, &p, &s, n_classes, 129, again);
    ck_assert(memcmp(out, again, size) == 0);
    apply_all(&u, &cauce_logistic_regression, &p, &r, n_classes, 100, dense);
    for (int64_t i = 0; i < m.n; i++) {
        double sum = 0;
        for (int64_t k = 0; k < n_classes; k++) {
            sum += out[i + k * m.n];
            ck_near(out[i + k * m.n], dense[i + k * m.n], fmax(tol, 1e-10));
        }
        ck_near(sum, 1, 1e-14);
    }
    free(out), free(again), free(dense);
    mixed_free(&m);
    problem_end(&t);
    problem_end(&u);
}

START_TEST(onehot_is_dense) {
    check_mixed(2, NEWTON, 1, true, 1e-10);
    check_mixed(2, NEWTON, 1, false, 1e-10);
    check_mixed(3, NEWTON, 10, true, 1e-9);
    check_mixed(2, LBFGS, 1, true, 1e-6);
    check_mixed(3, LBFGS, 0.1, true, 1e-6);
}
END_TEST

/* The objective in the coordinates of the data, straight from its definition. */
static double objective(const struct mixed *m, int32_t n_classes, double C, const double *coef,
                        const double *intercept) {
    double sum = 0;
    int64_t vectors = n_classes > 2 ? n_classes : 1;
    for (int64_t i = 0; i < m->n; i++) {
        double margin[3] = { 0 }, top = 0, total = 0;
        for (int64_t k = 0; k < vectors; k++) {
            margin[k] = intercept[k];
            for (int64_t j = 0; j < m->p; j++) margin[k] += coef[k * m->p + j] * m->all[i + j * m->n];
        }
        if (vectors == 1) {
            sum += log1p(exp(-fabs(margin[0]))) + fmax(margin[0], 0) - (m->y[i] ? margin[0] : 0);
            continue;
        }
        for (int64_t k = 0; k < vectors; k++) top = k == 0 || margin[k] > top ? margin[k] : top;
        for (int64_t k = 0; k < vectors; k++) total += exp(margin[k] - top);
        sum += log(total) + top - margin[m->y[i]];
    }
    for (int64_t j = 0; j < vectors * m->p; j++) sum += coef[j] * coef[j] / (2 * C);
    return sum;
}

/* At the optimum, central differences of the objective vanish along every coordinate. */
START_TEST(numerical_gradient_vanishes) {
    for (int32_t n_classes = 2; n_classes <= 3; n_classes++) {
        struct mixed m = mixed_new(300, 3, 4, n_classes);
        struct problem t;
        mixed_begin(&t, &m, n_classes);
        struct params p = defaults;
        p.C = 2;
        struct state s = fit(&t, p);
        double scale[9] = { 1, 1, 1, 1e-3, 1, 1, 1, 1, 1 };
        for (int64_t k = 0; k < s.n_rows; k++)
            for (int64_t j = 0; j <= m.p; j++) {
                double *at = j < m.p ? &s.coef[k * m.p + j] : &s.intercept[k], was = *at, h = 1e-4;
                if (j < m.p) h *= scale[j];
                *at = was + h;
                double up = objective(&m, n_classes, p.C, s.coef, s.intercept);
                *at = was - h;
                double down = objective(&m, n_classes, p.C, s.coef, s.intercept);
                *at = was;
                double here = objective(&m, n_classes, p.C, s.coef, s.intercept);
                ck_near((up - down) / (2 * h) * h, 0, 1e-9);
                ck_assert(up > here && down > here);
            }
        mixed_free(&m);
        problem_end(&t);
    }
}
END_TEST

START_TEST(weight_is_repetition) {
    struct mixed m = mixed_new(500, 3, 4, 3);
    double weight[500];
    int32_t y[1500], a[1500], b[1500];
    double *dense = malloc(2 * 1500 * 8);
    int64_t n = 0;
    for (int64_t i = 0; i < 500; i++) {
        weight[i] = 1 + (7 * i) % 3;
        for (int k = 0; k < weight[i]; k++, n++) y[n] = m.y[i], a[n] = m.a[i], b[n] = m.b[i];
    }
    for (int64_t i = 0, r = 0; i < 500; i++)
        for (int k = 0; k < weight[i]; k++, r++) dense[r] = m.dense[i], dense[n + r] = m.dense[500 + i];
    struct problem t, u;
    mixed_begin(&t, &m, 3);
    t.train.weight = weight;
    struct mixed repeated = { n, m.p, 3, 4, a, b, y, dense, NULL };
    mixed_begin(&u, &repeated, 3);
    struct state s = fit(&t, defaults), r = fit(&u, defaults);
    for (int64_t j = 0; j < 3 * m.p; j++) ck_near(s.coef[j], r.coef[j], 1e-11);
    free(dense);
    mixed_free(&m);
    problem_end(&t);
    problem_end(&u);
}
END_TEST

START_TEST(thread_count_does_not_matter) {
    struct mixed m = mixed_new(9001, 5, 30, 3);
    for (int solver = NEWTON; solver <= LBFGS; solver++) {
        double first[37 * 3];
        for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
            struct problem t;
            mixed_begin(&t, &m, 3);
            t.run.threads = threads;
            struct params p = defaults;
            p.solver = solver;
            struct state s = fit(&t, p);
            if (threads == 1) memcpy(first, s.coef, sizeof first);
            ck_assert(memcmp(first, s.coef, sizeof first) == 0);
            problem_end(&t);
        }
    }
    mixed_free(&m);
}
END_TEST

/* Many rows start from the optimum of a sample: it saves steps and changes nothing else. */
START_TEST(sample_only_saves_steps) {
    struct mixed m = mixed_new(30000, 5, 6, 3);
    double weight[30000], coef[3 * 13];
    for (int i = 0; i < 30000; i++) weight[i] = 1 + i % 2;
    for (int solver = NEWTON; solver <= LBFGS; solver++)
        for (int threads = 1; threads <= 3; threads += 2) {
            struct problem t;
            mixed_begin(&t, &m, 3);
            t.run.threads = threads;
            t.train.weight = weight;
            struct params p = defaults;
            p.solver = solver;
            struct state s = fit(&t, p);
            ck_assert(!t.run.warnings);
            if (solver == NEWTON) ck_assert_int_le(s.n_iter, 5);
            if (threads == 1 && solver == NEWTON) memcpy(coef, s.coef, sizeof coef);
            for (int j = 0; j < 3 * 13; j++) ck_near(s.coef[j], coef[j], solver == NEWTON ? 0 : 1e-6);
            problem_end(&t);
        }
    /* sorted by class, one class too rare for the sample to be sure of: still the optimum */
    for (int64_t i = 0; i < m.n; i++) m.y[i] = i >= 29990;
    struct problem t;
    mixed_begin(&t, &m, 2);
    struct state s = fit(&t, defaults);
    ck_assert(!t.run.warnings && s.gradient_norm < 1e-6);
    problem_end(&t);
    mixed_free(&m);
}
END_TEST

START_TEST(separation_ends_finite) {
    double x[] = { 1, 2, 3, 4, 5, 6 };
    int32_t y[] = { 0, 0, 0, 1, 1, 1 }, y3[] = { 0, 0, 1, 1, 2, 2 };
    for (int solver = NEWTON; solver <= LBFGS; solver++)
        for (int many = 0; many < 2; many++) {
            struct problem t;
            problem_begin(&t, 6);
            add_dense(&t, x, 1, 6);
            target(&t, many ? y3 : y, many ? 3 : 2);
            struct params p = defaults;
            p.penalty = NONE;
            p.solver = solver;
            struct state s = fit(&t, p);
            ck_assert(warned(&t, "separation"));
            double out[18];
            apply_all(&t, &cauce_logistic_regression, &p, &s, many ? 3 : 2, 256, out);
            for (int i = 0; i < 6; i++) ck_assert(out[i + 6 * t.train.y_class[i]] > 0.99);
            problem_end(&t);
        }
    /* partly: one level of a block has one class only, the rest has an optimum */
    struct mixed m = mixed_new(400, 4, 2, 2);
    for (int64_t i = 0; i < m.n; i++)
        if (m.a[i] == 2) m.y[i] = 1;
    struct problem t;
    mixed_begin(&t, &m, 2);
    struct params p = defaults;
    p.penalty = NONE;
    fit(&t, p);
    ck_assert(warned(&t, "separation"));
    problem_end(&t);
    mixed_free(&m);
}
END_TEST

START_TEST(collinear_and_constant_columns) {
    /* complete dummies beside an intercept, a column twice, a constant: probabilities as without them */
    struct mixed m = mixed_new(600, 4, 3, 2);
    double *x = malloc(600 * 3 * 8), *out = malloc(600 * 16), *plain = malloc(600 * 16);
    for (int i = 0; i < 600; i++) {
        x[i] = m.dense[i];
        x[600 + i] = 2 * m.dense[i];
        x[1200 + i] = 0.1;
    }
    for (int penalty = L2; penalty <= NONE; penalty++) {
        struct params p = defaults;
        p.penalty = penalty;
        struct problem t, u;
        problem_begin(&t, 600);
        add_onehot(&t, m.a, 4);
        add_dense(&t, x, 3, 600);
        target(&t, m.y, 2);
        struct state s = fit(&t, p);
        ck_assert(!t.run.warnings);
        ck_near(s.coef[6], 0, 1e-12);
        if (penalty == NONE) {
            problem_begin(&u, 600);
            int32_t codes[600];
            for (int i = 0; i < 600; i++) codes[i] = m.a[i] - 1;
            add_onehot(&u, codes, 3); /* one level less, one column */
            add_dense(&u, x, 1, 600);
            target(&u, m.y, 2);
            struct state r = fit(&u, p);
            apply_all(&t, &cauce_logistic_regression, &p, &s, 2, 256, out);
            apply_all(&u, &cauce_logistic_regression, &p, &r, 2, 256, plain);
            for (int i = 0; i < 1200; i++) ck_near(out[i], plain[i], 1e-9);
            problem_end(&u);
        } else {
            ck_near(s.coef[5], 2 * s.coef[4], 1e-9);
        }
        problem_end(&t);
    }
    free(x), free(out), free(plain);
    mixed_free(&m);
}
END_TEST

/* Newton's steps and many cheap ones end at the same optimum; which are taken depends on the columns. */
static void check_wide(int64_t columns, int chosen) {
    enum { N = 30 };
    double *x = malloc((size_t)(N * columns) * sizeof *x), *coef = malloc((size_t)columns * sizeof *coef);
    int32_t y[N];
    int64_t steps[LBFGS + 1];
    uint64_t seed = 5;
    for (int64_t i = 0; i < N * columns; i++) x[i] = normal(&seed);
    for (int i = 0; i < N; i++) y[i] = uniform(&seed) < 0.5;
    for (int solver = LBFGS; solver >= AUTO; solver--) {
        struct problem t;
        problem_begin(&t, N);
        add_dense(&t, x, columns, N);
        target(&t, y, 2);
        struct params p = defaults;
        p.solver = solver;
        struct state s = fit(&t, p);
        ck_assert(!t.run.warnings);
        steps[solver] = s.n_iter;
        for (int64_t j = 0; j < columns; j++) {
            if (solver == LBFGS) coef[j] = s.coef[j];
            ck_near(s.coef[j], coef[j], 1e-8);
        }
        p.penalty = NONE;
        fit(&t, p);
        ck_assert(warned(&t, "separation"));
        problem_end(&t);
    }
    ck_assert_int_ne(steps[NEWTON], steps[LBFGS]);
    ck_assert_int_eq(steps[AUTO], steps[chosen]);
    free(x);
    free(coef);
}

START_TEST(more_columns_than_rows) {
    check_wide(200, NEWTON);
    check_wide(520, LBFGS);
}
END_TEST

/* Newton's method takes columns of 0 and 1 for levels, in coordinates of their own; L-BFGS does not. */
START_TEST(columns_of_levels) {
    enum { N = 900, LEVELS = 7, P = LEVELS + 2 };
    double *x = malloc(N * P * sizeof *x);
    int32_t y[N];
    uint64_t seed = 77;
    for (int i = 0; i < N; i++) {
        int level = (int)(LEVELS * uniform(&seed) * uniform(&seed));
        x[i] = 40 + 5 * normal(&seed);
        for (int k = 0; k < LEVELS; k++) x[(k + 1) * N + i] = level == k;
        x[(P - 1) * N + i] = uniform(&seed) < 0.3;
        double pull = level - 2 + (x[i] - 40) / 5 + normal(&seed);
        y[i] = pull > 1 ? 2 : pull > 0;
    }
    for (int classes = 3; classes >= 2; classes--) {
        struct state s[2];
        struct problem t[2];
        for (int i = 0; i < N; i++) y[i] = y[i] < classes ? y[i] : classes - 1;
        for (int lbfgs = 0; lbfgs < 2; lbfgs++) {
            problem_begin(&t[lbfgs], N);
            add_dense(&t[lbfgs], x, P, N);
            target(&t[lbfgs], y, classes);
            struct params p = defaults;
            p.solver = lbfgs ? LBFGS : NEWTON;
            s[lbfgs] = fit(&t[lbfgs], p);
            ck_assert(!t[lbfgs].run.warnings);
            ck_assert_double_le(s[lbfgs].gradient_norm, 1e-6);
        }
        ck_assert_int_le(s[0].n_iter, 10);
        for (int64_t j = 0; j < s[0].n_rows * P; j++) ck_near(s[0].coef[j], s[1].coef[j], 1e-8);
        for (int64_t k = 0; k < s[0].n_rows; k++) ck_near(s[0].intercept[k], s[1].intercept[k], 1e-6);
        for (int k = 0; k < 2; k++) problem_end(&t[k]);
    }
    free(x);
}
END_TEST

START_TEST(balanced_classes) {
    struct mixed m = mixed_new(700, 3, 3, 2);
    double weight[700], count[2] = { 0 };
    for (int i = 0; i < 700; i++) count[m.y[i]]++;
    for (int i = 0; i < 700; i++) weight[i] = 700 / (2 * count[m.y[i]]);
    struct problem t, u;
    mixed_begin(&t, &m, 2);
    mixed_begin(&u, &m, 2);
    u.train.weight = weight;
    struct params p = defaults;
    p.class_weight = (cauce_value){ .type = CAUCE_V_TEXT, .text = "balanced" };
    struct state s = fit(&t, p), r = fit(&u, defaults);
    for (int64_t j = 0; j < m.p; j++) ck_near(s.coef[j], r.coef[j], 1e-13);
    problem_end(&t);
    problem_end(&u);
    mixed_free(&m);
}
END_TEST

START_TEST(too_few_steps_warn) {
    struct mixed m = mixed_new(700, 3, 3, 2);
    for (int solver = NEWTON; solver <= LBFGS; solver++) {
        struct problem t;
        mixed_begin(&t, &m, 2);
        struct params p = defaults;
        p.solver = solver;
        p.max_iter = 1;
        p.tol = solver == LBFGS ? 1e-12 : 1e-4;
        struct state s = fit(&t, p);
        ck_assert_int_eq(s.n_iter, solver == LBFGS ? s.n_iter : 1);
        if (solver == NEWTON) ck_assert(warned(&t, "no_convergence"));
        problem_end(&t);
    }
    mixed_free(&m);
}
END_TEST

START_TEST(a_share_that_nothing_uses_warns) {
    struct mixed m = mixed_new(700, 3, 3, 2);
    for (int penalty = 0; penalty < 4; penalty++) {
        struct problem t;
        mixed_begin(&t, &m, 2);
        struct params p = defaults;
        p.penalty = penalty;
        p.l1_ratio = (cauce_value){ .type = CAUCE_V_REAL, .real = 0.5 };
        fit(&t, p);
        ck_assert_int_eq(warned(&t, "unused_parameter"), penalty != NET);
        problem_end(&t);
    }
    mixed_free(&m);
}
END_TEST

START_TEST(one_class_is_an_error) {
    double x[] = { 1, 2 };
    int32_t y[] = { 0, 0 };
    struct problem t;
    problem_begin(&t, 2);
    add_dense(&t, x, 1, 2);
    target(&t, y, 1);
    struct state s = { 0 };
    ck_assert_int_eq(cauce_logistic_regression.fit(&t.run, &defaults, &t.train, &s), CAUCE_E_DATA);
    problem_end(&t);
}
END_TEST

START_TEST(verify_refuses_nonsense) {
    struct problem t;
    problem_begin(&t, 1);
    double x = 1, coef[] = { 1, NAN, 2 }, intercept[] = { 0, 0, 0 };
    add_dense(&t, &x, 1, 1);
    struct state s = { .coef = coef, .intercept = intercept, .n_rows = 1, .n_features = 1 };
    cauce_fitted self = {
        .component = &cauce_logistic_regression, .state = &s, .in = &t.schema, .n_classes = 2
    };
    ck_assert_int_eq(cauce_logistic_regression.verify(&t.run, &self), CAUCE_OK);
    s.n_rows = 3;
    ck_assert_int_eq(cauce_logistic_regression.verify(&t.run, &self), CAUCE_E_FORMAT);
    ca_run_forgive(&t.run);
    self.n_classes = 3;
    ck_assert_int_eq(cauce_logistic_regression.verify(&t.run, &self), CAUCE_E_FORMAT);
    ca_run_forgive(&t.run);
    s.n_rows = 1, self.n_classes = 2, s.n_features = 2;
    ck_assert_int_eq(cauce_logistic_regression.verify(&t.run, &self), CAUCE_E_FORMAT);
    problem_end(&t);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    struct mixed m = mixed_new(400, 4, 3, 3);
    for (int solver = NEWTON; solver <= LBFGS; solver++)
        for (int penalty = L2; penalty <= L1; penalty++) FAILING_EACH(pass) {
                struct problem t;
                mixed_begin(&t, &m, 3);
                t.run.threads = 1;
                struct params p = defaults;
                p.solver = solver;
                p.penalty = penalty;
                p.multi_class = solver == LBFGS;
                p.class_weight = (cauce_value){ .type = CAUCE_V_TEXT, .text = "balanced" };
                struct state s = { 0 };
                cauce_status status = cauce_logistic_regression.fit(&t.run, &p, &t.train, &s);
                ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
                problem_end(&t);
            }
    mixed_free(&m);
}
END_TEST

TEST_MAIN("logistic_regression", TEST(every_allocation_may_fail), TEST(golden), TEST(onehot_is_dense),
          TEST(numerical_gradient_vanishes), TEST(weight_is_repetition), TEST(thread_count_does_not_matter),
          TEST(sample_only_saves_steps), TEST(separation_ends_finite), TEST(collinear_and_constant_columns),
          TEST(more_columns_than_rows), TEST(columns_of_levels), TEST(balanced_classes),
          TEST(too_few_steps_warn), TEST(a_share_that_nothing_uses_warns), TEST(one_class_is_an_error),
          TEST(verify_refuses_nonsense))
