#include "linear/design.h"

#include "estimators/linear_support.h"

START_TEST(order_and_packing) {
    double x[] = { 1, 2, 3, 10, 20, 30 }, z[] = { 7, 8, 9 }, y[] = { -1, -2, -3 };
    int32_t codes[] = { 1, -1, 0 };
    struct problem t;
    problem_begin(&t, 3);
    add_dense(&t, x, 1, 3);
    add_onehot(&t, codes, 2);
    add_dense(&t, z, 1, 3);
    ca_design d;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, y, NULL, true, &d), CAUCE_OK);
    ck_assert_int_eq(d.p, 4);
    ck_assert_int_eq(d.q, 6);
    int64_t feature[] = { 0, 3, -1, -1, 1, 2 };
    for (int j = 0; j < 6; j++) ck_assert_int_eq(d.feature[j], feature[j]);
    double out[18], expected[] = { 1, 2, 3, 7, 8, 9, -1, -2, -3, 1, 1, 1, 0, 0, 1, 1, 0, 0 };
    ca_design_pack_all(&d, 0, 3, out, 3);
    for (int i = 0; i < 18; i++) ck_assert(out[i] == expected[i]);
    double levels[2];
    ck_assert_int_eq(ca_design_level_weights(&t.run, &d, levels), CAUCE_OK);
    ck_assert(levels[0] == 1 && levels[1] == 1);
    problem_end(&t);
}
END_TEST

START_TEST(weighted_moments) {
    enum { N = 5001 };
    double *x = malloc(3 * N * 8), *w = malloc(N * 8);
    uint64_t seed = 1;
    for (int i = 0; i < N; i++) {
        x[i] = 1e9 + normal(&seed);
        x[N + i] = 1e-9 * uniform(&seed);
        x[2 * N + i] = 0.1;
        w[i] = 1 + uniform(&seed);
    }
    for (int centre = 0; centre < 2; centre++) {
        struct problem t;
        problem_begin(&t, N);
        add_dense(&t, x, 3, N);
        ca_design d;
        ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, w, false, &d), CAUCE_OK);
        ck_assert_int_eq(ca_design_standardise(&t.run, &d, centre, true), CAUCE_OK);
        for (int j = 0; j < 3; j++) {
            long double sum = 0, total = 0, mean = 0;
            for (int i = 0; i < N; i++) total += w[i], mean += (long double)w[i] * x[j * N + i];
            mean = centre ? mean / total : 0;
            for (int i = 0; i < N; i++) sum += w[i] * (x[j * N + i] - mean) * (x[j * N + i] - mean);
            ck_assert(fabsl(d.shift[j] - mean) <= 2.3e-16L * fabsl(mean));
            if (j == 2 && centre)
                ck_assert(d.inverse[j] == 0);
            else
                ck_near(d.inverse[j] * (double)sqrtl(sum / total), 1, 1e-12);
        }
        problem_end(&t);
    }
    free(x), free(w);
}
END_TEST

/* Means, scales and products of columns, and the columns themselves: the same wherever the rows lie, for
 * columns that fit the cache and for others. */
START_TEST(column_by_column) {
    enum { P = 37, MOST = 17000 };
    double *x[2] = { malloc(P * MOST * 8), malloc(P * MOST * 8) }, *y = malloc(MOST * 8),
           *w = malloc(MOST * 8);
    const int64_t rows[] = { 1, 9, 301, MOST };
    uint64_t seed = 5;
    for (size_t k = 0; k < 4; k++)
        for (int kind = 0; kind < 4; kind++) {
            const int64_t n = rows[k], centre = kind % 2, weighted = kind / 2;
            double product[2][P];
            struct problem t[2];
            ca_design d[2];
            for (int64_t i = 0; i < n; i++) {
                w[i] = 1 + uniform(&seed);
                y[i] = 3 + normal(&seed);
                for (int64_t j = 0; j < P; j++)
                    x[0][i + j * n] = x[1][i * P + j] = y[i] * (double)j + normal(&seed);
            }
            for (int apart = 0; apart < 2; apart++) {
                problem_begin(&t[apart], n);
                add_dense(&t[apart], x[apart], P, apart ? 1 : n);
                if (apart) t[1].blocks[0].step = P;
                ck_assert_int_eq(ca_design_open_unseen(&t[apart].run, &t[apart].train, y, weighted ? w : NULL,
                                                       centre, &d[apart]),
                                 CAUCE_OK);
                ck_assert_int_eq(
                    ca_design_standardise_columns(&t[apart].run, &d[apart], centre, product[apart]),
                    CAUCE_OK);
                ck_assert(!d[apart].step);
            }
            for (int64_t j = 0; j < P; j++) {
                long double sum = 0;
                for (int64_t i = 0; i < n; i++)
                    sum += (weighted ? w[i] : 1) * ((long double)x[0][i + j * n] - d[0].shift[j]) *
                           d[0].inverse[j] * (y[i] - d[0].shift[P]);
                ck_near(product[0][j], (double)sum, 1e-10 * (double)n);
                ck_assert(product[0][j] == product[1][j] && d[0].shift[j] == d[1].shift[j] &&
                          d[0].inverse[j] == d[1].inverse[j]);
                ck_assert(memcmp(d[1].dense[j], x[0] + j * n, (size_t)n * sizeof **x) == 0);
            }
            ca_design plain;
            ck_assert_int_eq(ca_design_open(&t[0].run, &t[0].train, y, weighted ? w : NULL, centre, &plain),
                             CAUCE_OK);
            ck_assert_int_eq(ca_design_standardise(&t[0].run, &plain, centre, true), CAUCE_OK);
            ck_assert_mem_eq(plain.shift, d[0].shift, (P + 1) * sizeof *plain.shift);
            ck_assert_mem_eq(plain.inverse, d[0].inverse, (P + 1) * sizeof *plain.inverse);
            for (int apart = 0; apart < 2; apart++) problem_end(&t[apart]);
        }
    free(x[0]), free(x[1]), free(y), free(w);
}
END_TEST

START_TEST(chunks_cover_the_rows_once) {
    int64_t rows[] = { 1, 255, 2048, 2049, 100000, 1000003 }, sizes[] = { 0, 1, 900, 250000, 9000000 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            for (int64_t packed = 1; packed <= 10000; packed *= 100) {
                ca_design d = { .n = rows[i], .n_packed = packed };
                ca_chunks c = ca_design_chunks(&d, sizes[k]);
                ck_assert(c.count >= 1 && c.count <= 64);
                ck_assert((c.count - 1) * c.rows < rows[i] && ca_chunk_end(&d, c, c.count - 1) == rows[i]);
                ck_assert(c.count == 1 || c.count * sizes[k] <= 1 << 23);
            }
    /* few rows of many columns are work for several threads */
    ca_design wide = { .n = 2000, .n_packed = 5000 }, square = { .n = 2000, .n_packed = 500 };
    ck_assert(ca_design_chunks(&wide, 5000).count == 8);
    ck_assert(ca_design_chunks(&square, 250000).count == 1);
}
END_TEST

START_TEST(sample_takes_one_row_of_each_stretch) {
    enum { N = 1003, EVERY = 10 };
    double x[N], w[N];
    int32_t codes[N], y[N];
    for (int i = 0; i < N; i++) x[i] = i, w[i] = 1 + i, codes[i] = i % 7, y[i] = i % 3;
    struct problem t;
    problem_begin(&t, N);
    add_dense(&t, x, 1, N);
    add_onehot(&t, codes, 7);
    ca_design d, sample;
    int32_t *y_sample;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, w, true, &d), CAUCE_OK);
    ck_assert_int_eq(ca_design_sample(&t.run, &d, y, EVERY, &sample, &y_sample), CAUCE_OK);
    ck_assert_int_eq(sample.n, N / EVERY);
    ck_assert(!sample.dense[1]); /* the ones */
    double total = 0;
    for (int64_t i = 0; i < sample.n; i++) {
        int64_t row = (int64_t)sample.dense[0][i];
        ck_assert(row >= i * EVERY && row < (i + 1) * EVERY);
        ck_assert(sample.weight[i] == w[row] && sample.onehot[0].codes[i] == codes[row]);
        ck_assert_int_eq(y_sample[i], y[row]);
        total += w[row];
    }
    ck_assert(sample.weight_sum == total);
    problem_end(&t);
}
END_TEST

TEST_MAIN("design", TEST(order_and_packing), TEST(weighted_moments), TEST(column_by_column),
          TEST(sample_takes_one_row_of_each_stretch), TEST(chunks_cover_the_rows_once))
