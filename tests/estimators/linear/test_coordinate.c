#include "linear/coordinate.h"

#include "estimators/linear_support.h"

/* Hardly more rows than columns, and a Gram matrix of all: down to small penalties nearly all columns come
 * in, some of them with the signs of the penalty before. */
enum { N = 310, P = 300 };

static void check_optimal(const ca_net *net, const double *x, const double *y, double l1, double l2) {
    double *coef = malloc(sizeof *coef * P), constant, residual[N];
    ca_centred_finish(&net->c, net->x, coef, &constant);
    for (int i = 0; i < N; i++) {
        residual[i] = y[i] - constant;
        for (int j = 0; j < P; j++) residual[i] -= coef[j] * x[i + j * N];
    }
    for (int j = 0; j < P; j++) {
        double g = -l2 * coef[j];
        for (int i = 0; i < N; i++) g += residual[i] * x[i + j * N] / N;
        if (coef[j] != 0)
            ck_near(g, copysign(l1, coef[j]), 1e-7);
        else
            ck_assert_msg(fabs(g) <= l1 + 1e-7, "%d: %g > %g", j, g, l1);
    }
    free(coef);
}

START_TEST(path) {
    struct problem t;
    double *x = malloc(sizeof *x * N * P), y[N];
    uint64_t seed = 11;
    for (int i = 0; i < N * P; i++) x[i] = normal(&seed) + (i >= N ? 0.5 * x[i - N] : 0);
    for (int i = 0; i < N; i++) {
        y[i] = 2 * normal(&seed);
        for (int j = 0; j < 60; j++) y[i] += (j % 7 - 3) * x[i + 4 * j * N];
    }
    problem_begin(&t, N);
    add_dense(&t, x, P, N);
    t.train.y = y;
    for (int kind = 0; kind < 2; kind++) {
        double ratio = kind ? 0.6 : 1;
        ca_net net;
        ca_net_result result;
        ca_net_goal goal = { 1e-4, 1e-9, false, 1000 };
        ck_assert_int_eq(ca_net_open(&t.run, &t.train, true, false, &net), CAUCE_OK);
        ck_assert(net.by_gram);
        double most = ca_net_alpha_max(&net, ratio);
        int64_t passes = 0;
        for (int k = 0; k < 50; k++) {
            double alpha = most * pow(1e-4, k / 49.);
            ck_assert_int_eq(ca_net_solve(&t.run, &net, alpha, ratio, goal, &result), CAUCE_OK);
            ck_assert(result.converged && result.dual_gap <= 1e-9 * net.yy / net.total);
            passes += result.n_iter;
        }
        ck_assert(passes < 50 * 40);
        ck_assert(net.face.m > P / 2);
        goal.exact = true;
        ck_assert_int_eq(ca_net_solve(&t.run, &net, most / 1e4, ratio, goal, &result), CAUCE_OK);
        check_optimal(&net, x, y, most / 1e4 * ratio, most / 1e4 * (1 - ratio));
    }
    free(x);
    problem_end(&t);
}
END_TEST

TEST_MAIN("coordinate", TEST(path))
