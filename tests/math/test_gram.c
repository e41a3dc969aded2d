#include "math/gram.h"

#include <stdlib.h>

#include "support/check_main.h"

/* Every shape of the edges, against plain sums; the upper triangle is not touched. */
static void check(int64_t n, int64_t k, double beta) {
    int64_t lda = k + 3, ldc = n + 2;
    double *a = malloc((size_t)(lda * n) * 8), *c = malloc((size_t)(ldc * n) * 8);
    uint64_t seed = 5;
    for (int64_t i = 0; i < lda * n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        a[i] = (double)(seed >> 11) * 0x1p-53 - 0.5;
    }
    for (int64_t i = 0; i < ldc * n; i++) c[i] = beta == 0 ? NAN : 3;
    ca_gram_t(n, k, a, lda, beta, c, ldc);
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < n; i++) {
            double sum = beta == 0 ? 0 : beta * 3;
            for (int64_t r = 0; r < k; r++) sum += a[r + i * lda] * a[r + j * lda];
            if (i >= j)
                ck_near(1 + c[i + j * ldc], 1 + sum, 1e-12);
            else
                ck_assert(beta == 0 ? isnan(c[i + j * ldc]) : c[i + j * ldc] == 3);
        }
    free(a), free(c);
}

START_TEST(products) {
    for (int64_t n = 1; n <= 26; n++)
        for (int64_t k = 1; k <= 21; k++) check(n, k, (double)(k % 3));
    check(52, 1000, 0);
    check(128, 240, 1);
    check(129, 100, 1);
    check(200, 50, 0);
}
END_TEST

/* Asking for the rows that come next changes nothing, and only they are asked for. */
START_TEST(rows_ahead) {
    enum { N = 13, K = 100 };
    static double a[N][2 * K], c[N * N], d[N * N];
    const double *columns[N];
    if (!ca_gram_narrow(N)) return;
    for (int j = 0; j < N; j++) {
        columns[j] = a[j];
        for (int i = 0; i < 2 * K; i++) a[j][i] = sin(i + 7 * j);
    }
    for (int64_t ahead = 0; ahead <= K; ahead += 25) {
        ca_gram_columns(N, K, columns, 0, 0, c, N);
        ca_gram_columns(N, K, columns, ahead, 0, d, N);
        ck_assert_mem_eq(c, d, sizeof c);
    }
}
END_TEST

TEST_MAIN("gram", TEST(products), TEST(rows_ahead))
