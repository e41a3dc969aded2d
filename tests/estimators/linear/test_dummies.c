#include "linear/dummies.h"

#include "estimators/linear_support.h"
#include "linear/loss.h"
#include "linear/newton.h"
#include "support/failing.h"

enum {
    ROWS = 500,
    FREE = 2,  /* columns of many values */
    FIRST = 6, /* levels that are all columns */
    SECOND = 5,
    CROSSED = 2, /* columns of two values that go together with others */
    DENSE = FREE + FIRST + SECOND + CROSSED,
    BLOCK = 3,
    CLASSES = 3,
    Q = DENSE + 1 + BLOCK,
    SIZE = Q * CLASSES
};

struct case_of {
    double x[ROWS * DENSE], w[ROWS], penalty[Q], v[SIZE];
    int32_t codes[ROWS], y[ROWS];
};

/* Of levels drawn for each row, -1 for none: 3 and 4 instead of 0 and 1. The columns of both groups take
 * turns.
 */
static struct case_of *make_case(int classes) {
    struct case_of *c = calloc(1, sizeof *c);
    uint64_t seed = 31;
    for (int i = 0; i < ROWS; i++) {
        int one = (int)(uniform(&seed) * FIRST), other = (int)(uniform(&seed) * (SECOND + 1)) - 1;
        for (int j = 0; j < FREE; j++) c->x[j * ROWS + i] = 2 + normal(&seed);
        for (int j = 0; j < FIRST + SECOND; j++) {
            bool first = j % 2 == 0 || j >= 2 * SECOND;
            int level = j >= 2 * SECOND ? j - SECOND : j / 2;
            c->x[(FREE + j) * ROWS + i] = 3 + (level == (first ? one : other));
        }
        for (int j = FREE + FIRST + SECOND; j < DENSE; j++) c->x[j * ROWS + i] = uniform(&seed) < 0.6;
        c->w[i] = 0.5 + uniform(&seed);
        c->codes[i] = (int32_t)(uniform(&seed) * (BLOCK + 1)) - 1;
        double pull = c->x[i] + one - other + normal(&seed);
        c->y[i] = pull > 3 ? classes - 1 : pull > 1 ? 1 : 0;
    }
    for (int j = 0; j < Q; j++) c->penalty[j] = j == DENSE ? 0 : 0.5 + uniform(&seed);
    for (int j = 0; j < SIZE; j++) c->v[j] = 0.3 * normal(&seed);
    return c;
}

static void open_case(struct problem *t, const struct case_of *c, ca_design *d) {
    problem_begin(t, ROWS);
    add_dense(t, c->x, DENSE, ROWS);
    add_onehot(t, c->codes, BLOCK);
    ck_assert_int_eq(ca_design_open(&t->run, &t->train, NULL, c->w, true, d), CAUCE_OK);
    ck_assert_int_eq(ca_design_standardise(&t->run, d, true, true), CAUCE_OK);
}

/* Value and gradient are those of the design with columns, at points that are the same. */
static void check_same(int classes) {
    struct case_of *c = make_case(classes);
    struct problem t;
    ca_design d;
    ca_dummies dummies;
    ca_loss loss;
    bool found;
    open_case(&t, c, &d);
    ck_assert_int_eq(ca_dummies_find(&t.run, &d, &dummies, &found), CAUCE_OK);
    ck_assert(found);
    const ca_design *to = &dummies.design;
    ck_assert_int_eq(to->q, d.q);
    ck_assert_int_eq(to->n_dense, FREE + CROSSED);
    ck_assert_int_eq(to->n_onehot, 3);
    ck_assert_int_eq(to->onehot[1].width, FIRST);
    ck_assert_int_eq(to->onehot[2].width, SECOND);
    const int64_t vectors = classes > 2 ? classes : 1, size = Q * vectors;
    double value, other, g[SIZE], penalty[Q], u[SIZE], slope[SIZE], v[SIZE], back[SIZE];
    ck_assert_int_eq(ca_loss_open(&t.run, &d, c->y, classes, c->penalty, false, &loss), CAUCE_OK);
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, c->v, &value, g), CAUCE_OK);
    ca_dummies_penalty(&dummies, c->penalty, penalty);
    ca_dummies_go(&dummies, vectors, c->v, u);
    ck_assert_int_eq(ca_loss_open(&t.run, to, c->y, classes, penalty, false, &loss), CAUCE_OK);
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, u, &other, slope), CAUCE_OK);
    ck_near(other, value, 1e-12 * value);
    ca_dummies_back(&dummies, vectors, u, slope, v, back);
    for (int64_t j = 0; j < size; j++) {
        ck_near(v[j], c->v[j], 1e-13);
        ck_near(back[j], g[j], 1e-10);
    }
    problem_end(&t);
    free(c);
}

START_TEST(the_same_function) {
    check_same(2);
    check_same(3);
}
END_TEST

/* Products of levels with columns and with each other make the Hessian whose step the columns take. */
START_TEST(newton_ends_at_the_same_point) {
    for (int classes = 2; classes <= CLASSES; classes++) {
        struct case_of *c = make_case(classes);
        const int64_t vectors = classes > 2 ? classes : 1;
        double ends[2][SIZE] = { { 0 } }, u[SIZE] = { 0 }, g[SIZE], back[SIZE], penalty[Q];
        for (int levels = 0; levels < 2; levels++) {
            struct problem t;
            ca_design d;
            ca_dummies dummies;
            ca_loss loss;
            bool found;
            open_case(&t, c, &d);
            ck_assert_int_eq(ca_dummies_find(&t.run, &d, &dummies, &found), CAUCE_OK);
            ca_dummies_penalty(&dummies, c->penalty, penalty);
            ck_assert_int_eq(ca_loss_open(&t.run, levels ? &dummies.design : &d, c->y, classes,
                                          levels ? penalty : c->penalty, true, &loss),
                             CAUCE_OK);
            ca_descent descent = { .max_iter = 50, .tol = 1e-4 };
            ck_assert_int_eq(ca_newton(&t.run, &loss, &descent, levels ? u : ends[0], g), CAUCE_OK);
            ck_assert_int_eq(descent.ending, CA_CONVERGED);
            ck_assert_int_le(descent.n_iter, 10);
            if (levels) ca_dummies_back(&dummies, vectors, u, g, ends[1], back);
            problem_end(&t);
        }
        for (int64_t j = 0; j < Q * vectors; j++) ck_near(ends[0][j], ends[1][j], 1e-10);
        free(c);
    }
}
END_TEST

static bool finds(const double *x, int64_t columns) {
    struct problem t;
    ca_design d;
    ca_dummies dummies;
    bool found;
    problem_begin(&t, ROWS);
    add_dense(&t, x, columns, ROWS);
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, NULL, true, &d), CAUCE_OK);
    ck_assert_int_eq(ca_design_standardise(&t.run, &d, true, true), CAUCE_OK);
    ck_assert_int_eq(ca_dummies_find(&t.run, &d, &dummies, &found), CAUCE_OK);
    problem_end(&t);
    return found;
}

START_TEST(few_or_common_levels_stay_columns) {
    double *x = malloc(8 * ROWS * sizeof *x);
    for (int levels = 3; levels <= 4; levels++) {
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < 8; j++) x[j * ROWS + i] = j < levels ? i % 5 == j : i + j * j;
        ck_assert(finds(x, 8) == (levels == 4));
    }
    x[0] = 0.5; /* a third value */
    ck_assert(!finds(x, 8));
    x[0] = 1;
    ck_assert(finds(x, 8));
    x[ROWS] = 1; /* two in one row */
    ck_assert(!finds(x, 8));
    x[ROWS] = 0;
    for (int i = 0; i < ROWS; i++) x[2 * ROWS + i] = 1; /* one value */
    ck_assert(!finds(x, 8));
    free(x);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    struct case_of *c = make_case(2);
    FAILING_EACH(pass) {
        struct problem t;
        ca_design d;
        ca_dummies dummies;
        bool found;
        problem_begin(&t, ROWS);
        t.run.threads = 1;
        add_dense(&t, c->x, DENSE, ROWS);
        cauce_status status = ca_design_open(&t.run, &t.train, NULL, NULL, true, &d);
        if (status == CAUCE_OK) status = ca_design_standardise(&t.run, &d, true, true);
        if (status == CAUCE_OK) status = ca_dummies_find(&t.run, &d, &dummies, &found);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        problem_end(&t);
    }
    free(c);
}
END_TEST

TEST_MAIN("dummies", TEST(every_allocation_may_fail), TEST(the_same_function),
          TEST(newton_ends_at_the_same_point), TEST(few_or_common_levels_stay_columns))
