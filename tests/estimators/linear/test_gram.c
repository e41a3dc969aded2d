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

/* The one-pass way, and the data that it must leave to the careful one, against sums in long double about the
 * true means. */
static void check_standardised(int kind, bool weighted, bool centre) {
    enum { N = 3000, P = 3 };
    double *x = malloc(N * P * 8), *y = malloc(N * 8), *w = malloc(N * 8);
    int32_t *codes = malloc(N * 4);
    uint64_t seed = 4;
    for (int64_t i = 0; i < N; i++) {
        codes[i] = (int32_t)(4 * uniform(&seed)) - 1;
        y[i] = 1e6 + normal(&seed);
        w[i] = 0.5 + uniform(&seed);
        x[i] = normal(&seed);
        x[i + N] = kind == 1 ? 1e9 + normal(&seed) /* a large mean */
                   : kind == 2
                       ? (i % 46 == 0 ? 1e5 : 0) + normal(&seed) /* the sampled rows are the odd ones */
                   : kind == 3 ? 0.1                             /* constant */
                   : kind == 4 ? (i == 1 ? 1e8 : normal(&seed))  /* one far out, not in the sample */
                               : (double)i;                      /* in order */
        x[i + 2 * N] = 1e-30 * normal(&seed);
    }
    struct problem t;
    problem_begin(&t, N);
    add_dense(&t, x, P, N);
    add_onehot(&t, codes, 3);
    ca_design d;
    ca_gram gram;
    const double *weight = weighted ? w : NULL;
    ck_assert_int_eq(ca_design_open(&t.run, &t.train, y, weight, centre, &d), CAUCE_OK);
    ck_assert_int_eq(ca_gram_standardised(&t.run, &d, centre, &gram), CAUCE_OK);
    int64_t q = d.q, ones = d.n_packed - 1;
    long double *z = malloc((size_t)(N * q) * sizeof *z), total = 0;
    for (int64_t i = 0; i < N; i++) total += weighted ? w[i] : 1;
    for (int64_t j = 0; j < q; j++) {
        long double mean = 0, square = 0;
        for (int64_t i = 0; i < N; i++) {
            z[i + j * N] = j < P ? x[i + j * N] : j == P ? y[i] : j == ones ? 1 : codes[i] == j - d.n_packed;
            mean += (weighted ? w[i] : 1) * z[i + j * N] / total;
        }
        if (j > P || !centre) mean = 0;
        for (int64_t i = 0; i < N; i++) {
            z[i + j * N] -= mean;
            square += (weighted ? w[i] : 1) * z[i + j * N] * z[i + j * N] / total;
        }
        bool constant = centre && kind == 3 && j == 1;
        if (j < P && constant) ck_assert(d.inverse[j] == 0);
        if (j < P && !constant) ck_near(d.inverse[j] * (double)sqrtl(square), 1, 1e-12);
        if (j <= P) ck_near(d.shift[j], (double)mean, 1e-12);
        for (int64_t i = 0; i < N && j < P; i++) z[i + j * N] *= constant ? 0 : 1 / sqrtl(square);
    }
    for (int64_t j = 0; j < q; j++)
        for (int64_t i = j; i < q; i++) {
            long double sum = 0;
            for (int64_t r = 0; r < N; r++) sum += (weighted ? w[r] : 1) * z[r + i * N] * z[r + j * N];
            ck_assert(fabs(gram.partial[i + j * q] - (double)sum) <=
                      1e-10 * N * (centre ? 1 : 1 + fabs((double)sum)) * (kind == 1 ? 1e3 : 1));
        }
    free(x), free(y), free(w), free(codes), free(z);
    problem_end(&t);
}

START_TEST(standardised) {
    for (int kind = 0; kind <= 4; kind++)
        for (int way = 0; way < 4; way++) check_standardised(kind, way & 1, way & 2);
}
END_TEST

TEST_MAIN("gram", TEST(products), TEST(standardised))
