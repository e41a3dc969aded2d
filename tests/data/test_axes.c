#include "data/axes.h"
#include "support/check_main.h"
#include "support/harness.h"

enum { P = 6, MOST = 5200 };

static double cell(int64_t r, int64_t j) {
    cauce_rng rng;
    cauce_rng_init(&rng, 11, "axes test", (uint64_t)(r * P + j));
    return 100 * (double)j + cauce_rng_uniform(&rng) * (double)(j + 1);
}

/* The first n rows in two blocks. */
static frame *rows_of(int64_t n, double *weight) {
    frame *f = frame_new(n);
    double *x = malloc((size_t)(n * P) * sizeof *x);
    for (int64_t j = 0; j < P; j++)
        for (int64_t r = 0; r < n; r++) x[j * n + r] = cell(r, j);
    for (int64_t r = 0; r < n; r++) weight[r] = (double)(r % 7 + 1);
    frame_wide(f, "a", 2, x, NULL);
    frame_wide(f, "b", P - 2, x + 2 * n, NULL);
    free(x);
    return f;
}

/* Sum of w (x - mean)(x - mean)' in long double. */
static void scatter(int64_t n, const double *weight, double *mean, double *out) {
    long double total = 0;
    for (int64_t r = 0; r < n; r++) total += weight ? weight[r] : 1;
    for (int64_t j = 0; j < P; j++) {
        long double sum = 0;
        for (int64_t r = 0; r < n; r++) sum += (weight ? weight[r] : 1) * (long double)cell(r, j);
        mean[j] = (double)(sum / total);
    }
    for (int64_t i = 0; i < P; i++)
        for (int64_t j = 0; j <= i; j++) {
            long double sum = 0;
            for (int64_t r = 0; r < n; r++)
                sum += (weight ? weight[r] : 1) * ((long double)cell(r, i) - mean[i]) *
                       ((long double)cell(r, j) - mean[j]);
            out[i * P + j] = out[j * P + i] = (double)sum;
        }
}

/* Numbers of rows around the size of the matrix and of a block, and such that the last block has fewer rows
 * than columns. */
static const int64_t sizes[] = { 1,    2,    P - 1,        P,    P + 1,        1023,
                                 1024, 1025, 1024 + P - 1, 2047, 3 * 1024 + 3, MOST };
enum { SIZES = sizeof sizes / sizeof *sizes };

START_TEST(triangles) {
    double *weight = malloc(MOST * sizeof *weight);
    for (int i = 0; i < SIZES; i++)
        for (int weighted = 0; weighted < 2; weighted++) {
            int64_t n = sizes[i];
            double mean[P], expected[P * P];
            frame *f = rows_of(n, weight);
            cauce_train train = {
                .n_rows = n, .schema = &f->schema, .x = &f->batch, .weight = weighted ? weight : NULL
            };
            cauce_run run;
            ca_run_begin(&run);
            ca_triangle t;
            ck_assert_int_eq(ca_triangle_of(&run, &train, &t), CAUCE_OK);
            scatter(n, train.weight, mean, expected);
            ck_assert_int_eq(t.m, n < P ? n : P);
            for (int64_t a = 0; a < P; a++) {
                ck_near(t.mean[a], mean[a], 1e-15);
                for (int64_t b = 0; b < P; b++) {
                    double sum = 0;
                    for (int64_t k = 0; k < t.m; k++) sum += t.r[k + a * t.m] * t.r[k + b * t.m];
                    ck_assert_msg(fabs(sum - expected[a * P + b]) <= 1e-11 * (1 + fabs(expected[a * P + a])),
                                  "%d rows: %g, not %g", (int)n, sum, expected[a * P + b]);
                }
            }
            ca_run_end(&run);
            frame_free(f);
        }
    free(weight);
}
END_TEST

/* Both ways to the same axes. */
START_TEST(two_ways) {
    double *weight = malloc(MOST * sizeof *weight);
    for (int i = 1; i < SIZES; i++) {
        frame *f = rows_of(sizes[i], weight);
        cauce_train train = { .n_rows = sizes[i], .schema = &f->schema, .x = &f->batch, .weight = weight };
        cauce_run run;
        ca_run_begin(&run);
        ca_triangle t, fast;
        double *values, *axes, *fast_values, *fast_axes;
        ck_assert_int_eq(ca_triangle_of(&run, &train, &t), CAUCE_OK);
        ck_assert_int_eq(ca_axes_of(&run, t.m, t.p, t.r, &values, &axes), CAUCE_OK);
        ck_assert_int_eq(ca_axes_fast(&run, &train, &fast, &fast_values, &fast_axes), CAUCE_OK);
        ck_assert_int_eq(fast.m, t.m);
        for (int64_t k = 0; k < t.m; k++) {
            ck_assert(fabs(values[k] - fast_values[k]) <= 1e-7 * values[0]);
            if (values[k] < 1e-3 * values[0]) continue; /* of no direction: fewer rows than columns */
            for (int64_t j = 0; j < P; j++) ck_near(axes[k * P + j], fast_axes[k * P + j], 1e-8);
        }
        ca_run_end(&run);
        frame_free(f);
    }
    free(weight);
}
END_TEST

/* Seen along axes: the plain sums, for every number of axes around those that are taken together. */
START_TEST(along_axes) {
    double *weight = malloc(MOST * sizeof *weight), axes[9 * P], mean[P], scale[9], room[9 * 40];
    frame *f = rows_of(40, weight);
    for (int i = 0; i < 9 * P; i++) axes[i] = sin(i);
    for (int k = 0; k < 9; k++) scale[k] = k - 3.5;
    for (int j = 0; j < P; j++) mean[j] = 7 * j;
    for (int64_t n = 1; n <= 9; n++)
        for (int given = 0; given < 2; given++) {
            cauce_block out = { .stride = 40, .room = room };
            ca_axes_apply(&f->schema, &f->batch, n, axes, given ? mean : NULL, given ? scale : NULL, &out);
            for (int64_t k = 0; k < n; k++)
                for (int64_t r = 0; r < 40; r++) {
                    double sum = 0;
                    for (int64_t j = 0; j < P; j++)
                        sum += (cell(r, j) - (given ? mean[j] : 0)) * axes[k * P + j];
                    ck_near(out.values[r + k * 40], given ? sum * scale[k] : sum, 1e-13);
                }
        }
    frame_free(f);
    free(weight);
}
END_TEST

TEST_MAIN("axes", TEST(triangles), TEST(two_ways), TEST(along_axes))
