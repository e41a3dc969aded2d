#include "linear/gram.h"

#include "estimators/linear_support.h"

static void check(int64_t n, int64_t wide, int64_t wide_a, int64_t wide_b, bool weighted, int threads) {
    double *x = malloc((size_t)(n * (wide + 1)) * 8), *h = malloc((size_t)n * 8);
    int32_t *a = malloc((size_t)n * 4), *b = malloc((size_t)n * 4);
    uint64_t seed = 9;
    for (int64_t i = 0; i < n * wide; i++) x[i] = normal(&seed);
    for (int64_t i = 0; i < n; i++) {
        a[i] = (int32_t)(uniform(&seed) * (double)(wide_a + 1)) - 1;
        b[i] = (int32_t)(uniform(&seed) * (double)wide_b);
        h[i] = uniform(&seed);
    }
    struct problem t;
    problem_begin(&t, n);
    t.run.threads = threads;
    add_onehot(&t, a, wide_a);
    if (wide > 0) add_dense(&t, x, wide, n);
    add_onehot(&t, b, wide_b);
    ca_design d;
    ca_gram gram;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, NULL, NULL, true, &d), CAUCE_OK);
    ck_assert_int_eq(ca_gram_open(&t.run, &d, &gram), CAUCE_OK);
    double *all = malloc((size_t)(n * d.q) * 8);
    ca_design_pack_all(&d, 0, n, all, n);
    for (int pass = 0; pass < 2; pass++) { /* the memory is used again */
        ck_assert_int_eq(ca_gram_sum(&t.run, &gram, weighted ? h : NULL), CAUCE_OK);
        for (int64_t j = 0; j < d.q; j++)
            for (int64_t i = j; i < d.q; i++) {
                double sum = 0;
                for (int64_t r = 0; r < n; r++)
                    sum += all[r + i * n] * all[r + j * n] * (weighted ? h[r] : 1);
                ck_near(gram.partial[i + j * d.q], sum, 1e-11);
            }
    }
    free(x), free(h), free(a), free(b), free(all);
    problem_end(&t);
}

START_TEST(products) {
    check(5000, 4, 3, 5, false, 1);
    check(5000, 4, 3, 5, true, 3);
    check(300, 400, 30, 5, true, 2); /* several column tiles */
    check(1, 3, 2, 2, true, 1);
    check(100, 0, 4, 4, true, 1);
}
END_TEST

TEST_MAIN("gram", TEST(products))
