#include "linear/quadratic.h"

#include "estimators/linear_support.h"

enum { M = 12 };

/* A = Z'Z of a few rows, so that it may be singular; b = Z'y. */
static void problem_of(uint64_t seed, int rows, double *a, double *size, double *b) {
    double z[20 * M], y[20];
    for (int i = 0; i < rows * M; i++) z[i] = normal(&seed);
    for (int i = 0; i < rows; i++) y[i] = 3 * normal(&seed);
    for (int j = 0; j < M; j++) {
        b[j] = 0;
        for (int r = 0; r < rows; r++) b[j] += z[r * M + j] * y[r];
        for (int i = 0; i < M; i++) {
            a[i + j * M] = 0;
            for (int r = 0; r < rows; r++) a[i + j * M] += z[r * M + i] * z[r * M + j];
        }
        size[j] = a[j + j * M];
    }
}

/* Where the gradient meets the slopes of the penalty; free columns among those with a kink. */
static void check(uint64_t seed, int rows, double l1, double l2, bool positive, bool free_first) {
    double a[M * M], size[M], b[M], l1s[M], l2s[M], x[M] = { 0 }, g[M];
    problem_of(seed, rows, a, size, b);
    memcpy(g, b, sizeof g);
    for (int j = 0; j < M; j++) {
        l1s[j] = j == 0 && free_first ? 0 : l1;
        l2s[j] = l2;
    }
    cauce_run run;
    ca_run_begin(&run);
    int64_t passes = 0;
    ca_quadratic q = { M, M, a, size, l1s, l2s, positive, x, g, 0, false };
    ck_assert_int_eq(ca_quadratic_descend(&run, &q, 1e-26, 100000, &passes), CAUCE_OK);
    ck_assert(passes < 100000);
    for (int j = 0; j < M; j++) {
        double slope = b[j] - l2s[j] * x[j];
        for (int i = 0; i < M; i++) slope -= a[i + j * M] * x[i];
        ck_near(g[j] - l2s[j] * x[j], slope, 1e-9);
        if (positive) ck_assert(x[j] >= 0);
        if (x[j] != 0)
            ck_near(slope, copysign(l1s[j], x[j]), 1e-8);
        else
            ck_assert((positive ? slope : fabs(slope)) <= l1s[j] + 1e-8);
    }
    ca_run_end(&run);
}

START_TEST(optimal) {
    for (uint64_t seed = 0; seed < 40; seed++) {
        check(seed, 20, 2, 0, seed % 3 == 0, seed % 2 == 0);
        check(seed, 20, 0.01, 0.5, seed % 3 == 0, seed % 2 == 0);
        check(seed, 6, 1, 0.1, seed % 3 == 0, false); /* singular without the squares */
    }
}
END_TEST

/* A column of size 0 stays where it is; the number of passes is kept. */
START_TEST(limits) {
    double a[M * M], size[M], b[M], l1[M] = { 0 }, l2[M] = { 0 }, x[M] = { 0 };
    problem_of(3, 20, a, size, b);
    size[4] = 0;
    x[4] = 7;
    cauce_run run;
    ca_run_begin(&run);
    int64_t passes = 0;
    ca_quadratic q = { M, M, a, size, l1, l2, false, x, b, 0, false };
    ck_assert_int_eq(ca_quadratic_descend(&run, &q, 0, 3, &passes), CAUCE_OK);
    ck_assert(passes == 3 && x[4] == 7 && x[0] != 0);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("quadratic", TEST(optimal), TEST(limits))
