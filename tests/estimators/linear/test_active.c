#include "linear/active.h"

#include "estimators/linear_support.h"

enum { M = 400, ROWS = 500 };

struct net {
    cauce_run run;
    double *a, *b, size[M], l1[M], l2[M], x[M], gradient[M];
    signed char side[M];
    ca_quadratic q;
    ca_face face;
};

static void begin(struct net *t, uint64_t seed, int rows, double l1, double l2) {
    memset(t, 0, sizeof *t);
    ca_run_begin(&t->run);
    double *z = malloc(sizeof *z * M * ROWS), y[ROWS];
    t->a = malloc(sizeof *t->a * M * (M + 1));
    t->b = t->a + M * M;
    for (int i = 0; i < rows * M; i++) z[i] = normal(&seed) + (i >= rows ? 0.3 * z[i - rows] : 0);
    for (int r = 0; r < rows; r++) {
        y[r] = normal(&seed);
        for (int j = 0; j < 50; j++) y[r] += (j % 5 - 2) * z[r + 7 * j * rows];
    }
    for (int j = 0; j < M; j++) {
        t->b[j] = 0;
        for (int r = 0; r < rows; r++) t->b[j] += z[r + j * rows] * y[r];
        for (int i = 0; i <= j; i++) {
            double sum = 0;
            for (int r = 0; r < rows; r++) sum += z[r + i * rows] * z[r + j * rows];
            t->a[i + j * M] = t->a[j + i * M] = sum;
        }
        t->size[j] = t->a[j + j * M];
        t->gradient[j] = t->b[j];
        t->l1[j] = l1;
        t->l2[j] = l2;
    }
    t->q = (ca_quadratic){ M, M, t->a, t->size, t->l1, t->l2, false, t->x, t->gradient, 0, false };
    free(z);
}

static void end(struct net *t) {
    free(t->a);
    ca_run_end(&t->run);
}

/* `slack`: of the conditions. */
static void check(const struct net *t, double slack) {
    for (int j = 0; j < M; j++) {
        double g = t->b[j];
        for (int i = 0; i < M; i++) g -= t->a[i + j * M] * t->x[i];
        ck_near(t->gradient[j], g, 1e-6 * t->size[j]);
        g -= t->l2[j] * t->x[j];
        if (t->q.positive) ck_assert(t->x[j] >= 0);
        if (t->x[j] != 0)
            ck_assert(fabs(g - copysign(t->l1[j], t->x[j])) <= slack);
        else
            ck_assert((t->q.positive ? g : fabs(g)) <= t->l1[j] + slack);
    }
}

static bool solve(struct net *t, double enough, int64_t most, int64_t *passes) {
    bool solved;
    *passes = 0;
    for (int j = 0; j < M; j++) t->side[j] = (signed char)((t->x[j] > 0) - (t->x[j] < 0));
    ck_assert_int_eq(ca_active_descend(&t->run, &t->face, &t->q, t->side, enough, most, passes, &solved),
                     CAUCE_OK);
    return solved;
}

/* From one penalty to the next few systems are solved; a gap that is allowed is not exceeded. */
START_TEST(path) {
    struct net t;
    for (int kind = 0; kind < 4; kind++) {
        int64_t passes;
        begin(&t, (uint64_t)kind, ROWS, 1, 0);
        t.q.positive = kind == 3;
        double most = 0;
        for (int j = 0; j < M; j++) most = fmax(most, fabs(t.b[j]));
        for (int k = 1; k < 60; k++) {
            double l1 = most * pow(0.92, k), l2 = kind == 0 || kind == 3 ? 0 : l1;
            double enough = kind == 2 ? 1e-4 * most : INFINITY;
            for (int j = 0; j < M; j++) {
                t.l1[j] = l1;
                t.l2[j] = l2;
            }
            ck_assert(solve(&t, enough, 100, &passes));
            ck_assert(passes <= 12);
            /* a gap is made of the squares of what is lacking, over 2 l2 */
            check(&t, isfinite(enough) ? sqrt(2 * l2 * enough) : 1e-7 * most);
        }
        ck_assert(t.face.m > 100);
        end(&t);
    }
}
END_TEST

static double objective(const struct net *t) {
    double sum = 0;
    for (int j = 0; j < M; j++)
        sum += -0.5 * t->x[j] * (t->b[j] + t->gradient[j]) + t->l1[j] * fabs(t->x[j]) +
               0.5 * t->l2[j] * t->x[j] * t->x[j];
    return sum;
}

/* Fewer rows than columns and hardly a penalty: guesses from nothing do not end, and nothing is lost. */
START_TEST(unsolved) {
    struct net t;
    int64_t passes;
    begin(&t, 1, 30, 1e-3, 0);
    double before = objective(&t);
    ck_assert(!solve(&t, 1e-3, 100, &passes));
    ck_assert(objective(&t) <= before);
    end(&t);
    begin(&t, 1, ROWS, 3, 0);
    ck_assert(!solve(&t, INFINITY, 1, &passes));
    ck_assert_int_eq(passes, 1);
    ck_assert(objective(&t) <= 0);
    end(&t);
}
END_TEST

START_TEST(products) {
    struct net t;
    begin(&t, 2, 20, 1, 0);
    int64_t list[40];
    double x[M], out[40];
    for (int j = 0; j < M; j++) x[j] = sin(j);
    for (int i = 0; i < 40; i++) list[i] = (i * 37) % M;
    ck_assert_int_eq(ca_active_products(&t.run, &t.q, list, 40, x, out), CAUCE_OK);
    for (int i = 0; i < 40; i++) {
        double sum = 0;
        for (int j = 0; j < M; j++) sum += t.a[j + list[i] * M] * x[j];
        ck_near(out[i], sum, 1e-9);
    }
    end(&t);
}
END_TEST

TEST_MAIN("active", TEST(path), TEST(unsolved), TEST(products))
