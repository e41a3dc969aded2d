#include "linear/loss.h"

#include "estimators/linear_support.h"

enum { N = 700 };

static void check(int32_t n_classes, bool weighted) {
    double x[2 * N], w[N], penalty[6] = { 0.3, 2, 0, 1, 1, 0.5 };
    int32_t codes[N], y[N];
    uint64_t seed = 4;
    for (int i = 0; i < N; i++) {
        x[i] = normal(&seed), x[N + i] = 3 + normal(&seed);
        codes[i] = (int32_t)(uniform(&seed) * 4) - 1;
        y[i] = (int32_t)(uniform(&seed) * n_classes);
        w[i] = 1 + uniform(&seed);
    }
    struct problem t;
    problem_begin(&t, N);
    add_dense(&t, x, 2, N);
    add_onehot(&t, codes, 3);
    ca_design d;
    ca_loss loss;
    ca_gram gram;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, weighted ? w : NULL, true, &d), CAUCE_OK);
    ck_assert_int_eq(ca_design_standardise(&t.run, &d, true, true), CAUCE_OK);
    ck_assert_int_eq(ca_loss_open(&t.run, &d, y, n_classes, penalty, true, &loss), CAUCE_OK);
    ck_assert_int_eq(ca_gram_open(&t.run, &d, &gram), CAUCE_OK);
    ck_assert(ca_loss_penalised(&loss));
    int64_t size = d.q * loss.vectors;
    double v[24], g[24], up[24], down[24], f, f_up, f_down, hessian[24 * 24];
    for (int i = 0; i < size; i++) v[i] = normal(&seed);
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, v, &f, g), CAUCE_OK);
    ck_assert_int_eq(ca_loss_hessian(&t.run, &loss, &gram, hessian), CAUCE_OK);
    /* what is added over the classes of a column */
    double extra[6] = { 0 };
    for (int j = 0; j < d.q && loss.vectors > 1; j++) {
        double trace = 0;
        for (int c = 0; c < loss.vectors; c++) trace += hessian[(c * d.q + j) * (size + 1)];
        extra[j] = trace / (double)(loss.vectors * loss.vectors) / (1 + 1 / (double)loss.vectors);
    }
    for (int i = 0; i < size; i++) {
        double was = v[i], h = 1e-5;
        v[i] = was + h;
        ck_assert_int_eq(ca_loss_at(&t.run, &loss, v, &f_up, up), CAUCE_OK);
        v[i] = was - h;
        ck_assert_int_eq(ca_loss_at(&t.run, &loss, v, &f_down, down), CAUCE_OK);
        v[i] = was;
        ck_near(g[i], (f_up - f_down) / (2 * h), 1e-6);
        for (int k = i; k < size; k++) {
            double second = (up[k] - down[k]) / (2 * h);
            if (k % d.q == i % d.q) second += extra[i % d.q];
            ck_near(hessian[k + i * size], second, 1e-6);
        }
    }
    problem_end(&t);
}

START_TEST(derivatives) {
    check(2, false);
    check(2, true);
    check(3, false);
    check(4, true);
}
END_TEST

/* Far out the loss is the margin itself, and exp(-margin) on the right side. */
START_TEST(extreme_margins) {
    double x[] = { 1, 1, -1 }, penalty[1] = { 0 };
    int32_t y[] = { 1, 0, 0 };
    struct problem t;
    problem_begin(&t, 3);
    add_dense(&t, x, 1, 3);
    ca_design d;
    ca_loss loss;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, NULL, false, &d), CAUCE_OK);
    ck_assert_int_eq(ca_loss_open(&t.run, &d, y, 2, penalty, false, &loss), CAUCE_OK);
    ck_assert(!ca_loss_penalised(&loss));
    double v = 700, f, g;
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, &v, &f, &g), CAUCE_OK);
    ck_near(f, 700, 1e-15);
    ck_near(g, 1, 1e-15);
    x[1] = -1;
    v = 50;
    ck_assert_int_eq(ca_loss_at(&t.run, &loss, &v, &f, &g), CAUCE_OK);
    ck_near(f / (3 * exp(-50)), 1, 1e-14);
    problem_end(&t);
}
END_TEST

/* Of more columns than rows the packed rows are kept, in tiles of several chunks. */
START_TEST(rows_that_are_kept) {
    enum { ROWS = 530, WIDE = 540, CLASSES = 3, Q = WIDE + 4 };
    double *x = malloc(sizeof *x * ROWS * WIDE), penalty[Q] = { 0 };
    double *v = malloc(sizeof *v * Q * CLASSES), *g = malloc(sizeof *g * Q * CLASSES);
    double *expected = malloc(sizeof *g * Q * CLASSES), *first = malloc(sizeof *g * Q * CLASSES);
    int32_t codes[ROWS], label[ROWS], y[ROWS];
    uint64_t seed = 3;
    for (int i = 0; i < ROWS * WIDE; i++) x[i] = normal(&seed);
    for (int i = 0; i < ROWS; i++) {
        codes[i] = (int32_t)(uniform(&seed) * 4) - 1;
        label[i] = (int32_t)(uniform(&seed) * CLASSES);
    }
    for (int i = 0; i < Q * CLASSES; i++) v[i] = 0.1 * normal(&seed);
    for (int threads = 1; threads <= 7; threads += 3)
        for (int classes = 2; classes <= CLASSES; classes++) {
            struct problem t;
            problem_begin(&t, ROWS);
            t.run.threads = threads;
            add_dense(&t, x, WIDE, ROWS);
            add_onehot(&t, codes, 3);
            ca_design d;
            ca_loss loss;
            ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, NULL, true, &d), CAUCE_OK);
            for (int i = 0; i < ROWS; i++) y[i] = label[i] % classes;
            ck_assert_int_eq(ca_loss_open(&t.run, &d, y, classes, penalty, false, &loss), CAUCE_OK);
            ck_assert_int_eq(ca_loss_keep_rows(&t.run, &loss), CAUCE_OK);
            ck_assert(loss.kept && loss.chunks.count > 1);
            double value, sum = 0;
            ck_assert_int_eq(ca_loss_at(&t.run, &loss, v, &value, g), CAUCE_OK);
            memset(expected, 0, sizeof *g * Q * CLASSES);
            for (int i = 0; i < ROWS; i++) {
                double margin[CLASSES] = { 0 }, total = classes == 2 ? 1 : 0;
                for (int c = 0; c < loss.vectors; c++) {
                    const double *mine = v + c * d.q;
                    margin[c] = mine[WIDE] + (codes[i] >= 0 ? mine[WIDE + 1 + codes[i]] : 0);
                    for (int j = 0; j < WIDE; j++) margin[c] += mine[j] * x[i + j * ROWS];
                    total += exp(margin[c]);
                }
                sum += log(total) - (classes == 2 ? y[i] * margin[0] : margin[y[i]]);
                for (int c = 0; c < loss.vectors; c++) {
                    double slope = exp(margin[c]) / total - (classes == 2 ? y[i] : y[i] == c);
                    double *mine = expected + c * d.q;
                    mine[WIDE] += slope;
                    if (codes[i] >= 0) mine[WIDE + 1 + codes[i]] += slope;
                    for (int j = 0; j < WIDE; j++) mine[j] += slope * x[i + j * ROWS];
                }
            }
            ck_near(value, sum, 1e-10 * sum);
            for (int i = 0; i < d.q * loss.vectors; i++) ck_near(g[i], expected[i], 1e-10);
            if (classes == CLASSES && threads == 1) memcpy(first, g, sizeof *g * Q * CLASSES);
            if (classes == CLASSES) ck_assert_mem_eq(first, g, sizeof *g * (size_t)(d.q * CLASSES));
            problem_end(&t);
        }
    free(x), free(v), free(g), free(expected), free(first);
}
END_TEST

TEST_MAIN("loss", TEST(derivatives), TEST(extreme_margins), TEST(rows_that_are_kept))
