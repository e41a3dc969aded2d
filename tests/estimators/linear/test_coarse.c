#include "linear/coarse.h"

#include "estimators/linear_support.h"
#include "linear/newton.h"

enum { ROWS = 333, WIDE = 350, LEVELS = 3, CLASSES = 3, Q = WIDE + 1 + LEVELS, SIZE = Q * CLASSES };

struct case_of {
    double x[ROWS * WIDE], w[ROWS], penalty[Q], v[SIZE], off[SIZE];
    int32_t codes[ROWS], y[ROWS];
};

static struct case_of *make_case(int classes) {
    struct case_of *c = malloc(sizeof *c);
    uint64_t seed = 9;
    for (int i = 0; i < ROWS * WIDE; i++) c->x[i] = 5 + 3 * normal(&seed);
    for (int i = 0; i < ROWS; i++) {
        c->w[i] = 0.5 + uniform(&seed);
        c->codes[i] = (int32_t)(uniform(&seed) * (LEVELS + 1)) - 1;
        c->y[i] = (int32_t)(uniform(&seed) * classes);
    }
    for (int i = 0; i < Q; i++) c->penalty[i] = i == WIDE ? 0 : 0.2 + uniform(&seed);
    for (int i = 0; i < SIZE; i++) {
        c->v[i] = 0.05 * normal(&seed);
        c->off[i] = 1e-6 * normal(&seed);
    }
    return c;
}

/* A loss over the rows of the case, and its copy. */
static void open_case(struct problem *t, const struct case_of *c, int classes, const double *weight,
                      ca_design *d, ca_loss *loss, ca_coarse *s) {
    problem_begin(t, ROWS);
    add_dense(t, c->x, WIDE, ROWS);
    add_onehot(t, c->codes, LEVELS);
    ck_assert_int_eq(ca_design_open(&t->run, &t->train, NULL, weight, true, d), CAUCE_OK);
    ck_assert_int_eq(ca_design_standardise(&t->run, d, true, true), CAUCE_OK);
    ck_assert_int_eq(ca_loss_open(&t->run, d, c->y, classes, c->penalty, false, loss), CAUCE_OK);
    ck_assert(ca_coarse_suit(d));
    ck_assert_int_eq(ca_coarse_open(&t->run, loss, s), CAUCE_OK);
}

static double norm(const double *x, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

static double distance(const double *a, const double *b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

/* Four or five digits far from a reference, all digits at it, and near it those of the way between. */
static void check(int classes, bool weighted, double unit) {
    struct case_of *c = make_case(classes);
    struct problem t;
    ca_design d;
    ca_loss loss;
    ca_coarse s;
    for (int i = 0; i < ROWS; i++) c->w[i] *= unit;
    for (int i = 0; i < Q; i++) c->penalty[i] *= unit;
    open_case(&t, c, classes, weighted ? c->w : NULL, &d, &loss, &s);
    int64_t size = d.q * loss.vectors;
    double at, exact, g[SIZE], expected[SIZE], away[SIZE], there[SIZE];
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, c->v, &exact, expected), CAUCE_OK);
    ck_assert_int_eq(ca_coarse_at(&t.run, &s, c->v, &at, g), CAUCE_OK);
    ck_near(at, exact, 1e-5 * exact);
    double off = distance(g, expected, size);
    ck_assert_double_le(off, 1e-4 * norm(expected, size));
    ck_assert_double_gt(off, 1e-7 * norm(expected, size)); /* it is the copy that was read */
    ck_assert_int_eq(ca_coarse_refer(&t.run, &s, c->v, &at, g), CAUCE_OK);
    ck_near(at, exact, 1e-13 * exact);
    ck_assert_double_le(distance(g, expected, size), 1e-13 * norm(expected, size));
    ck_assert_int_eq(ca_coarse_at(&t.run, &s, c->v, &at, g), CAUCE_OK);
    ck_near(at, exact, 1e-13 * exact);
    ck_assert_double_le(distance(g, expected, size), 1e-13 * norm(expected, size));
    for (int64_t i = 0; i < size; i++) away[i] = c->v[i] + c->off[i];
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, away, &exact, there), CAUCE_OK);
    double sharpest = loss.sharpest;
    ck_assert_int_eq(ca_coarse_at(&t.run, &s, away, &at, g), CAUCE_OK);
    ck_near(at, exact, 1e-12 * exact);
    ck_near(loss.sharpest, sharpest, 1e-9);
    ck_assert_double_le(distance(g, there, size), 1e-4 * distance(expected, there, size));
    problem_end(&t);
    free(c);
}

START_TEST(near_and_far) {
    check(2, false, 1);
    check(2, true, 1);
    check(3, false, 1);
    check(3, true, 1);
    check(3, true, 1e60); /* more than a float holds */
}
END_TEST

START_TEST(threads_do_not_matter) {
    static double first[SIZE], g[SIZE];
    struct case_of *c = make_case(CLASSES);
    for (int threads = 1; threads <= 7; threads += 3)
        for (int pass = 0; pass < 2; pass++) {
            struct problem t;
            ca_design d;
            ca_loss loss;
            ca_coarse s;
            double value;
            open_case(&t, c, CLASSES, c->w, &d, &loss, &s);
            t.run.threads = threads;
            ck_assert_int_eq(ca_coarse_refer(&t.run, &s, c->off, &value, g), CAUCE_OK);
            ck_assert_int_eq(ca_coarse_at(&t.run, &s, c->v, &value, g), CAUCE_OK);
            if (threads == 1 && pass == 0) memcpy(first, g, sizeof g);
            ck_assert_mem_eq(first, g, sizeof g);
            problem_end(&t);
        }
    free(c);
}
END_TEST

/* Descent by the copy ends where Newton's method does, also where the copy has too few digits: without a
 * constant a column of 3e7 and little more is 1 to it. */
static void descend_both(double far) {
    struct case_of *c = make_case(2);
    for (int i = 0; i < ROWS * WIDE; i++) c->x[i] = c->x[i] + (i / ROWS < 3 ? far : 0);
    double *v[2], *g[2], value[2];
    for (int newton = 0; newton < 2; newton++) {
        struct problem t;
        ca_design d;
        ca_loss loss;
        v[newton] = calloc(Q, sizeof **v);
        g[newton] = calloc(Q, sizeof **g);
        problem_begin(&t, ROWS);
        add_dense(&t, c->x, WIDE, ROWS);
        ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, NULL, false, &d), CAUCE_OK);
        ck_assert_int_eq(ca_design_standardise(&t.run, &d, false, true), CAUCE_OK);
        for (int j = 0; j < 3 && far > 0; j++) c->penalty[j] = 1e-8;
        ck_assert_int_eq(ca_loss_open(&t.run, &d, c->y, 2, c->penalty, newton, &loss), CAUCE_OK);
        ca_descent descent = { .max_iter = newton ? 100 : 5000, .tol = 1e-4 };
        ck_assert_int_eq(newton ? ca_newton(&t.run, &loss, &descent, v[newton], g[newton])
                                : ca_lbfgs(&t.run, &loss, &descent, v[newton], g[newton]),
                         CAUCE_OK);
        ck_assert(newton || !loss.kept == (far == 0)); /* kept: it went on without the copy */
        ck_assert_int_eq(descent.ending, CA_CONVERGED);
        ck_assert_int_eq(ca_loss_at(&t.run, &loss, v[newton], &value[newton], g[newton]), CAUCE_OK);
        problem_end(&t);
    }
    ck_near(value[0], value[1], 1e-10 * value[1]);
    ck_assert_double_le(norm(g[0], Q), 1e-7);
    if (far == 0) ck_assert_double_le(distance(v[0], v[1], Q), 1e-8 * norm(v[1], Q));
    for (int newton = 0; newton < 2; newton++) free(v[newton]), free(g[newton]);
    free(c);
}

START_TEST(ends_where_newton_does) {
    descend_both(0);
    descend_both(3e7);
}
END_TEST

TEST_MAIN("coarse", TEST(near_and_far), TEST(threads_do_not_matter), TEST(ends_where_newton_does))
