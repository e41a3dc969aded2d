#include "linear/anderson.h"
#include "support/check_main.h"

enum { M = 8 };

/* One step of x -> a x + b that comes nearer to its end by a tenth at best. */
static void advance(double *x) {
    double next[M];
    for (int i = 0; i < M; i++) {
        next[i] = i - 1.5 + (0.1 + 0.07 * i) * x[i];
        if (i > 0) next[i] += 0.15 * x[i - 1];
        if (i + 1 < M) next[i] += 0.15 * x[i + 1];
    }
    memcpy(x, next, sizeof next);
}

static void affine(const double *x, double *image) {
    for (int i = 0; i < M; i++) image[i] = 3 * x[i] - x[(i + 1) % M] + 7;
}

static double distance(const double *x, const double *y) {
    double sum = 0;
    for (int i = 0; i < M; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sqrt(sum);
}

/* Nearer to the end than the last point by far, and the image is that of the point. */
START_TEST(nearer_to_the_end) {
    cauce_run run;
    ca_run_begin(&run);
    ca_anderson anderson;
    ck_assert_int_eq(ca_anderson_open(&run, M + 3, &anderson), CAUCE_OK);
    double end[M] = { 0 };
    for (int k = 0; k < 20000; k++) advance(end);
    for (int round = 0; round < 3; round++) {
        double x[M] = { 1, 2, 3, round }, image[M];
        bool there = false;
        ca_anderson_start(&anderson);
        for (int k = 0; k <= CA_ANDERSON_STEPS; k++) {
            ck_assert(!there);
            advance(x);
            affine(x, image);
            there = ca_anderson_add(&anderson, M, x, image);
        }
        ck_assert(there);
        ck_assert_msg(distance(anderson.to, end) < 0.2 * distance(x, end), "%g of %g",
                      distance(anderson.to, end), distance(x, end));
        affine(anderson.to, image);
        for (int i = 0; i < M; i++) ck_near(anderson.to_image[i], image[i], 1e-10);
    }
    ca_run_end(&run);
}
END_TEST

/* Nothing to be learned from points that stand still, or go on along a line for ever. */
START_TEST(no_end_in_sight) {
    cauce_run run;
    ca_run_begin(&run);
    ca_anderson anderson;
    ck_assert_int_eq(ca_anderson_open(&run, M, &anderson), CAUCE_OK);
    for (int speed = 0; speed < 2; speed++)
        for (int k = 0; k <= CA_ANDERSON_STEPS; k++) {
            const double x[M] = { speed * k, 1, 2, 3 };
            ck_assert(!ca_anderson_add(&anderson, M, x, x));
        }
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("anderson", TEST(nearer_to_the_end), TEST(no_end_in_sight))
