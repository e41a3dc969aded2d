#include "linear/coordinate.h"

#include "estimators/linear_support.h"

/* More columns than rows, so that there is no Gram matrix of all: the conditions of the optimum hold for each
 * column, in the working set or not, along a path and from nothing. */
enum { N = 80, P = 700 };

static void check_optimal(const struct problem *t, const ca_net *net, const double *x, double l1, double l2) {
    double coef[P + 5], constant, residual[N], total = 0;
    ca_centred_finish(&net->c, net->x, coef, &constant);
    for (int i = 0; i < N; i++) {
        int32_t code = t->blocks[0].codes[i];
        residual[i] = t->train.y[i] - constant - (code >= 0 ? coef[code] : 0);
        for (int j = 0; j < P; j++) residual[i] -= coef[5 + j] * x[i + j * N];
        total += t->train.weight[i];
    }
    for (int j = 0; j < P + 5; j++) {
        double g = -l2 * coef[j];
        for (int i = 0; i < N; i++)
            g += t->train.weight[i] * residual[i] *
                 (j < 5 ? t->blocks[0].codes[i] == j : x[i + (j - 5) * N]) / total;
        if (coef[j] != 0)
            ck_near(g, copysign(l1, coef[j]), 1e-8);
        else
            ck_assert_msg(fabs(g) <= l1 + 1e-8, "%d: %g > %g", j, g, l1);
    }
}

static double *make(struct problem *t, double *y, double *w, int32_t *codes) {
    double *x = malloc(sizeof *x * N * P);
    uint64_t seed = 4;
    for (int i = 0; i < N * P; i++) x[i] = (i >= N ? 0.5 * x[i - N] : 0) + normal(&seed) + 5;
    for (int i = 0; i < N; i++) {
        codes[i] = (int32_t)(6 * uniform(&seed)) - 1;
        w[i] = 0.5 + uniform(&seed);
        y[i] = 3 * codes[i] + normal(&seed);
        for (int j = 0; j < 20; j++) y[i] += x[i + 13 * j * N] * (j % 3 - 1);
    }
    problem_begin(t, N);
    add_onehot(t, codes, 5);
    add_dense(t, x, P, N);
    t->train.y = y;
    t->train.weight = w;
    return x;
}

START_TEST(path) {
    struct problem t;
    double y[N], w[N];
    int32_t codes[N];
    double *x = make(&t, y, w, codes);
    for (int ratio = 1; ratio <= 2; ratio++) {
        ca_net net;
        ca_net_result result;
        ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &net), CAUCE_OK);
        ck_assert(!net.by_gram);
        double most = ca_net_alpha_max(&net, ratio / 2.);
        for (int k = 0; k < 8; k++) {
            double alpha = most * pow(0.6, k);
            ca_net_goal goal = { 1e-6, 1e-6, true, 100000 };
            ck_assert_int_eq(ca_net_solve(&t.run, &net, alpha, ratio / 2., goal, &result), CAUCE_OK);
            ck_assert(result.converged);
            check_optimal(&t, &net, x, alpha * ratio / 2, alpha * (1 - ratio / 2.));
        }
        ck_assert(net.m > 20 && net.m < P);
    }
    free(x);
    problem_end(&t);
}
END_TEST

/* Down to where nearly as many columns are in as there are rows, and the path turns everywhere. */
START_TEST(to_the_end) {
    struct problem t;
    double y[N], w[N];
    int32_t codes[N];
    double *x = make(&t, y, w, codes);
    for (int ratio = 1; ratio <= 2; ratio++) {
        ca_net net;
        ca_net_result result;
        ca_net_goal goal = { 1e-4, 1e-7, false, 1000 };
        ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &net), CAUCE_OK);
        double most = ca_net_alpha_max(&net, ratio / 2.);
        int64_t passes = 0;
        for (int k = 0; k < 60; k++) {
            double alpha = most * pow(1e-4, k / 59.);
            ck_assert_int_eq(ca_net_solve(&t.run, &net, alpha, ratio / 2., goal, &result), CAUCE_OK);
            ck_assert(result.converged && result.dual_gap <= 1e-7 * net.yy / net.total);
            passes += result.n_iter;
        }
        ck_assert(passes < 60 * 40);
        ck_assert(ratio == 1 || net.face.m > N - 20);
        goal.exact = true;
        ck_assert_int_eq(ca_net_solve(&t.run, &net, most / 1e4, ratio / 2., goal, &result), CAUCE_OK);
        check_optimal(&t, &net, x, most / 1e4 * ratio / 2, most / 1e4 * (1 - ratio / 2.));
    }
    free(x);
    problem_end(&t);
}
END_TEST

/* What a coarse look says of a gradient holds up to what it says of itself. */
START_TEST(coarse_looks) {
    struct problem t;
    double y[N], w[N], rough[P + 5] = { 0 }, exact[P + 5], blur[P + 5] = { 0 };
    int32_t codes[N];
    bool wanted[P + 5];
    double *x = make(&t, y, w, codes);
    ca_net net;
    ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &net), CAUCE_OK);
    for (int j = 0; j < P + 5; j++) wanted[j] = j % 3 != 0;
    for (int j = 0; j < P + 5; j += 50) ca_columns_move(&net.columns, j, 0.3);
    ck_assert_int_eq(ca_columns_coarsen(&t.run, &net.columns), CAUCE_OK);
    ck_assert_int_eq(ca_columns_look(&t.run, &net.columns, wanted, rough, blur), CAUCE_OK);
    ck_assert_int_eq(ca_columns_gradients(&t.run, &net.columns, NULL, exact), CAUCE_OK);
    double size = 0, off = 0;
    for (int j = 5; j < P + 5; j++) {
        ck_assert(wanted[j] ? blur[j] > 0 : rough[j] == 0 && blur[j] == 0);
        if (!wanted[j]) continue;
        ck_assert_msg(fabs(rough[j] - exact[j]) <= blur[j], "%d: %g, %g", j, rough[j] - exact[j], blur[j]);
        size = fmax(size, blur[j]);
        off = fmax(off, fabs(rough[j] - exact[j]));
    }
    ck_assert(size < 0.01 * sqrt(net.yy * net.total) && off > 0);
    free(x);
    problem_end(&t);
}
END_TEST

/* As if there were too many rows for copies of the columns. */
START_TEST(on_rows) {
    struct problem t;
    double y[N], w[N];
    int32_t codes[N];
    double *x = make(&t, y, w, codes);
    ca_net net, other;
    ca_net_result result;
    ca_net_goal goal = { 1e-6, 1e-6, true, 100000 };
    ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &net), CAUCE_OK);
    ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &other), CAUCE_OK);
    other.by_rows = true;
    double alpha = ca_net_alpha_max(&net, 0.5) / 5;
    ck_assert_int_eq(ca_net_solve(&t.run, &net, alpha, 0.5, goal, &result), CAUCE_OK);
    ck_assert_int_eq(ca_net_solve(&t.run, &other, alpha, 0.5, goal, &result), CAUCE_OK);
    ck_assert(result.converged);
    for (int j = 0; j < P + 5; j++) ck_near(other.x[j], net.x[j], 1e-7);
    free(x);
    problem_end(&t);
}
END_TEST

static double objective(const struct problem *t, const ca_net *net, const double *x, double l1, double l2) {
    double coef[P + 5], constant, total = 0, sum = 0, sizes = 0;
    ca_centred_finish(&net->c, net->x, coef, &constant);
    for (int i = 0; i < N; i++) {
        int32_t code = t->blocks[0].codes[i];
        double residual = t->train.y[i] - constant - (code >= 0 ? coef[code] : 0);
        for (int j = 0; j < P; j++) residual -= coef[5 + j] * x[i + j * N];
        total += t->train.weight[i];
        sum += t->train.weight[i] * residual * residual;
    }
    for (int j = 0; j < P + 5; j++) sizes += l1 * fabs(coef[j]) + l2 * coef[j] * coef[j] / 2;
    return sum / (2 * total) + sizes;
}

/* A small penalty at once: more columns violate the conditions than are taken in. And along a path gradients
 * that cannot matter are not computed: the gap holds all the same. */
START_TEST(not_all_are_looked_at) {
    struct problem t;
    double y[N], w[N];
    int32_t codes[N];
    double *x = make(&t, y, w, codes);
    ca_net exact, rough;
    ca_net_result result;
    ca_net_goal goal = { 1e-5, 1e-5, true, 100000 }, near = { 1e-5, 1e-5, false, 100000 };
    int64_t skipped = 0;
    ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &exact), CAUCE_OK);
    ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &rough), CAUCE_OK);
    double most = ca_net_alpha_max(&exact, 1), alpha = most / 100;
    ck_assert_int_eq(ca_net_solve(&t.run, &exact, alpha, 1, goal, &result), CAUCE_OK);
    check_optimal(&t, &exact, x, alpha, 0);
    for (int k = 0; k < 60; k++) {
        alpha = most * pow(0.95, k);
        ck_assert_int_eq(ca_net_solve(&t.run, &exact, alpha, 0.9, goal, &result), CAUCE_OK);
        ck_assert_int_eq(ca_net_solve(&t.run, &rough, alpha, 0.9, near, &result), CAUCE_OK);
        ck_assert(result.converged && result.dual_gap <= 1e-5 * rough.yy / rough.total);
        double above = objective(&t, &rough, x, alpha * 0.9, alpha * 0.1) -
                       objective(&t, &exact, x, alpha * 0.9, alpha * 0.1);
        ck_assert_msg(above <= result.dual_gap + 1e-12 && above >= -1e-11, "%g > %g", above, result.dual_gap);
        for (int64_t j = 0; j < rough.c.p; j++) skipped += !rough.wanted[j];
    }
    ck_assert(skipped > 60 * P / 20);
    free(x);
    problem_end(&t);
}
END_TEST

TEST_MAIN("working_set", TEST(path), TEST(on_rows), TEST(to_the_end), TEST(coarse_looks),
          TEST(not_all_are_looked_at))
