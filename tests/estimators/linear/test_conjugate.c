#include "linear/conjugate.h"

#include "estimators/linear_support.h"
#include "linear/least_squares.h"

/* Rows with a few dense columns and two blocks of levels, some of them missing. */
struct rows {
    int64_t n, wide;
    double *x, *y, *w;
    int32_t *a, *b;
    int32_t levels_a, levels_b;
};

static struct rows make_rows(int64_t n, int64_t wide, int32_t levels_a, int32_t levels_b, bool missing) {
    struct rows m = { n,
                      wide,
                      malloc((size_t)(n * wide + 1) * 8),
                      malloc((size_t)n * 8),
                      malloc((size_t)n * 8),
                      malloc((size_t)n * 4),
                      malloc((size_t)n * 4),
                      levels_a,
                      levels_b };
    uint64_t seed = 5;
    for (int64_t i = 0; i < n * wide; i++) m.x[i] = 3 + 10 * normal(&seed);
    for (int64_t i = 0; i < n; i++) {
        double u = uniform(&seed); /* few of the first levels, many of the last */
        m.a[i] = (int32_t)(sqrt(u) * levels_a) - (missing && i % 17 == 0 ? levels_a : 0);
        if (m.a[i] < 0) m.a[i] = -1;
        m.b[i] = (int32_t)(uniform(&seed) * levels_b);
        m.w[i] = 0.25 + uniform(&seed);
        m.y[i] = 100 + 0.1 * m.a[i] - (m.b[i] % 7) + (wide ? 0.5 * m.x[i] : 0) + normal(&seed);
    }
    return m;
}

static void free_rows(struct rows *m) {
    free(m->x), free(m->y), free(m->w), free(m->a), free(m->b);
}

static void begin(struct problem *t, const struct rows *m, bool weighted) {
    problem_begin(t, m->n);
    add_onehot(t, m->a, m->levels_a);
    if (m->wide) add_dense(t, m->x, m->wide, m->n);
    add_onehot(t, m->b, m->levels_b);
    t->train.y = m->y;
    t->train.weight = weighted ? m->w : NULL;
}

/* Few columns: the same as by the matrix, or by the SVD where there are many optima. */
static void check_small(double alpha, bool intercept, bool weighted, bool missing) {
    struct rows m = make_rows(400, 3, 9, 6, missing);
    struct problem t;
    begin(&t, &m, weighted);
    double exact[18], coef[18], at, mean[18] = { 0 }, y_mean = 0;
    ck_assert_int_eq(ca_least_squares(&t.run, &t.train, alpha, intercept, true, exact, &at), CAUCE_OK);
    ca_design d;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, m.y, t.train.weight, intercept, &d), CAUCE_OK);
    ck_assert_int_eq(ca_design_standardise(&t.run, &d, intercept, true), CAUCE_OK);
    for (int64_t i = 0; i < m.n && intercept; i++) {
        double w = (weighted ? m.w[i] : 1) / d.weight_sum;
        if (m.a[i] >= 0) mean[m.a[i]] += w;
        for (int j = 0; j < 3; j++) mean[9 + j] += w * m.x[i + j * m.n];
        mean[12 + m.b[i]] += w;
        y_mean += w * m.y[i];
    }
    const ca_target target = { .y = t.train.y };
    ck_assert_int_eq(ca_conjugate(&t.run, &d, &target, mean, y_mean, alpha, coef), CAUCE_OK);
    for (int j = 0; j < 18; j++) ck_near(coef[j], exact[j], 1e-9);
    ck_assert_ptr_null(t.run.warnings);
    problem_end(&t);
    free_rows(&m);
}

START_TEST(small) {
    for (int i = 0; i < 16; i++) check_small(i & 1 ? 2.5 : 0, i & 2, i & 4, i & 8);
}
END_TEST

/* Thousands of levels, through the door that everybody uses: the gradient is zero, the mean is met, and the
 * bits do not depend on the threads. */
static void check_many(int64_t n, double alpha) {
    struct rows m = make_rows(n, 2, 1700, 900, true);
    double *coef[2], intercept[2], gradient[2602] = { 0 }, total = 0, scale = 0;
    for (int run = 0; run < 2; run++) {
        struct problem t;
        begin(&t, &m, true);
        t.run.threads = run ? 7 : 1;
        coef[run] = calloc(2602, 8);
        ck_assert_int_eq(ca_least_squares(&t.run, &t.train, alpha, true, false, coef[run], &intercept[run]),
                         CAUCE_OK);
        problem_end(&t);
    }
    ck_assert_mem_eq(coef[0], coef[1], 2602 * 8);
    ck_assert_mem_eq(&intercept[0], &intercept[1], 8);
    const double *c = coef[0];
    for (int64_t i = 0; i < n; i++) {
        double p = intercept[0] + c[1700] * m.x[i] + c[1701] * m.x[i + n] + c[1702 + m.b[i]];
        if (m.a[i] >= 0) p += c[m.a[i]];
        double r = m.w[i] * (m.y[i] - p);
        total += r;
        scale += fabs(m.w[i] * m.y[i]);
        if (m.a[i] >= 0) gradient[m.a[i]] += r;
        gradient[1700] += r * m.x[i];
        gradient[1701] += r * m.x[i + n];
        gradient[1702 + m.b[i]] += r;
    }
    ck_near(total / scale, 0, 1e-12);
    for (int j = 0; j < 2602; j++) ck_near((gradient[j] - alpha * c[j]) / scale, 0, 1e-11);
    free(coef[0]), free(coef[1]);
    free_rows(&m);
}

START_TEST(many_levels) {
    check_many(20000, 1);
    check_many(20000, 0);
    check_many(1500, 0.5); /* more columns than rows */
}
END_TEST

/* Targets of 1 and -1 that are not written down: few columns and many, with weights and without a constant.
 */
static void check_class(int64_t n, int32_t levels, bool intercept, bool weighted) {
    struct rows m = make_rows(n, 2, levels, 9, true);
    const int64_t p = levels + 2 + 9;
    int32_t *y_class = malloc((size_t)n * 4);
    double *coef[2], at[2];
    for (int64_t i = 0; i < n; i++) {
        y_class[i] = m.y[i] > 150 ? 2 : m.y[i] > 80 ? 1 : 0;
        m.y[i] = y_class[i] == 1 ? 1 : -1;
    }
    for (int by_class = 0; by_class < 2; by_class++) {
        struct problem t;
        begin(&t, &m, weighted);
        coef[by_class] = calloc((size_t)p, 8);
        if (by_class) t.train.y = NULL;
        t.train.y_class = y_class;
        ck_assert_int_eq(
            by_class ? ca_least_squares_class(&t.run, &t.train, 1, 0.5, intercept, false, coef[1], &at[1])
                     : ca_least_squares(&t.run, &t.train, 0.5, intercept, false, coef[0], &at[0]),
            CAUCE_OK);
        problem_end(&t);
    }
    ck_near(at[1], at[0], 1e-10);
    for (int64_t j = 0; j < p; j++) ck_near(coef[1][j], coef[0][j], 1e-10);
    free(coef[0]), free(coef[1]), free(y_class);
    free_rows(&m);
}

START_TEST(classes) {
    for (int i = 0; i < 4; i++) {
        check_class(500, 12, i & 1, i & 2);
        check_class(9000, 2500, i & 1, i & 2);
    }
}
END_TEST

TEST_MAIN("linear/conjugate", TEST(small), TEST(many_levels), TEST(classes))
