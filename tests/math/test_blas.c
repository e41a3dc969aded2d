#include "math/blas.h"

#include <omp.h>

#include "support/check_main.h"

static double noise(int64_t i) {
    uint64_t x = (uint64_t)i * 0x9e3779b97f4a7c15u + 12345;
    x ^= x >> 31;
    x *= 0xbf58476d1ce4e5b9u;
    return (double)((x ^ (x >> 29)) >> 11) * 0x1p-52 - 1;
}

static void fill(double *a, int64_t n, int64_t from) {
    for (int64_t i = 0; i < n; i++) a[i] = noise(from + i);
}

START_TEST(products) {
    enum { M = 7, N = 5, K = 9 };
    double a[M * K], b[K * N], c[M * N], at[K * M], bt[N * K], g[M * M], x[K], y[M];
    fill(a, M * K, 0), fill(b, K * N, 100), fill(x, K, 200);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < K; k++) at[k + i * K] = a[i + k * M];
    for (int k = 0; k < K; k++)
        for (int j = 0; j < N; j++) bt[j + k * N] = b[k + j * K];
    for (int form = 0; form < 4; form++) {
        bool ta = form & 1, tb = form & 2;
        for (int i = 0; i < M * N; i++) c[i] = 1;
        ca_gemm(ta, tb, M, N, K, 2, ta ? at : a, ta ? K : M, tb ? bt : b, tb ? N : K, 3, c, M);
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++) {
                double sum = 3;
                for (int k = 0; k < K; k++) sum += 2 * a[i + k * M] * b[k + j * K];
                ck_near(c[i + j * M], sum, 1e-14);
            }
    }
    for (int i = 0; i < M * M; i++) g[i] = -7;
    ca_syrk_t(M, K, 1, at, K, 0, g, M);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < M; j++) {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += a[i + k * M] * a[j + k * M];
            ck_near(g[i + j * M], i >= j ? sum : -7, 1e-14);
        }
    for (int i = 0; i < M * M; i++) g[i] = -7;
    ca_syrk(M, K, 2, a, M, 0, g, M);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < M; j++) {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += 2 * a[i + k * M] * a[j + k * M];
            ck_near(g[i + j * M], i >= j ? sum : -7, 1e-14);
        }
    ca_gemv(false, M, K, 1, a, M, x, 0, y);
    for (int i = 0; i < M; i++) {
        double sum = 0;
        for (int k = 0; k < K; k++) sum += a[i + k * M] * x[k];
        ck_near(y[i], sum, 1e-14);
    }
    double z[2] = { 4, 5 };
    ca_gemv(false, 2, 0, 1, a, 2, x, 0.5, z); /* an empty product still scales */
    ck_assert(z[0] == 2 && z[1] == 2.5);
}
END_TEST

START_TEST(positive_definite) {
    double a[9] = { 4, 2, 1, 0, 5, 3, 0, 0, 6 }, b[3] = { 1, 2, 3 };
    ck_assert_int_eq(ca_posv(3, 1, a, 3, b, 3), 0);
    ck_near(4 * b[0] + 2 * b[1] + b[2], 1, 1e-15);
    ck_near(2 * b[0] + 5 * b[1] + 3 * b[2], 2, 1e-15);
    ck_near(b[0] + 3 * b[1] + 6 * b[2], 3, 1e-15);
    double bad[4] = { 1, 2, 0, 1 };
    ck_assert_int_eq(ca_posv(2, 1, bad, 2, b, 2), 2);
}
END_TEST

START_TEST(triangles) {
    enum { N = 9, LD = 11, MANY = 4 };
    double z[N * N], a[LD * N], l[LD * N], b[N], x[N], r[MANY * N], s[MANY * N];
    fill(z, N * N, 0), fill(b, N, 100), fill(r, MANY * N, 200);
    ca_gemm(true, false, N, N, N, 1, z, N, z, N, 0, a, LD);
    for (int j = 0; j < N; j++) a[j + j * LD] += 1;
    memcpy(l, a, sizeof l);
    ck_assert_int_eq(ca_potrf(N, l, LD), 0);
    memcpy(x, b, sizeof x);
    memcpy(s, r, sizeof s);
    ca_trsv(false, N, l, LD, x);
    ca_trsv(true, N, l, LD, x);
    ca_trsm(MANY, N, l, LD, s, MANY);
    for (int i = 0; i < N; i++) {
        double sum = 0;
        for (int j = 0; j < N; j++) sum += a[i + j * LD] * x[j];
        ck_near(sum, b[i], 1e-12);
        for (int k = 0; k < MANY; k++) { /* S L' = R */
            sum = 0;
            for (int j = 0; j <= i; j++) sum += s[k + j * MANY] * l[i + j * LD];
            ck_near(sum, r[k + i * MANY], 1e-12);
        }
    }
    a[4 + 4 * LD] = -1;
    ck_assert_int_eq(ca_potrf(N, a, LD), 5);
}
END_TEST

START_TEST(least_squares_of_least_norm) {
    cauce_run run;
    ca_run_begin(&run);
    int64_t rank;
    double a[6] = { 1, 2, 3, 2, 4, 6 }, b[3] = { 1, 2, 3 };
    ck_assert_int_eq(ca_lstsq(&run, 3, 2, a, b, 1e-12, &rank), 0);
    ck_assert_int_eq(rank, 1);
    ck_near(b[0], 0.2, 1e-15);
    ck_near(b[1], 0.4, 1e-15);
    double wide[3] = { 1, 2, 2 }, c[3] = { 9 };
    ck_assert_int_eq(ca_lstsq(&run, 1, 3, wide, c, -1, &rank), 0);
    for (int j = 0; j < 3; j++) ck_near(c[j], j == 0 ? 1 : 2, 1e-15);
    ca_run_end(&run);
}
END_TEST

START_TEST(orthogonal_triangle) {
    enum { M = 12, N = 4 };
    cauce_run run;
    ca_run_begin(&run);
    double a[M * N], r[M * N];
    fill(a, M * N, 0);
    memcpy(r, a, sizeof a);
    ck_assert_int_eq(ca_qr(&run, M, N, r, M), 0);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double left = 0, right = 0;
            for (int k = 0; k < M; k++) {
                left += a[k + i * M] * a[k + j * M];
                right += r[k + i * M] * r[k + j * M];
            }
            ck_near(right, left, 1e-14);
        }
    for (int j = 0; j < N; j++)
        for (int i = j + 1; i < M; i++) ck_assert(r[i + j * M] == 0);
    ca_run_end(&run);
}
END_TEST

START_TEST(eigenvalues) {
    cauce_run run;
    ca_run_begin(&run);
    double a[4] = { 2, 1, 0, 2 }, values[2];
    ck_assert_int_eq(ca_syev(&run, 2, a, 2, values), 0);
    ck_near(values[0], 1, 1e-15);
    ck_near(values[1], 3, 1e-15);
    ck_near(fabs(a[2]), sqrt(0.5), 1e-15);
    ck_near(a[2], a[3], 1e-15);
    ca_run_end(&run);
}
END_TEST

/* A'A = V diag(values^2) V' with orthonormal V, for tall and for wide A with a longer leading dimension. */
static void singular(int m, int n) {
    enum { MOST = 9, LEADING = 11 };
    double a[LEADING * MOST], kept[LEADING * MOST], values[MOST], vt[MOST * MOST];
    int small = m < n ? m : n;
    cauce_run run;
    ca_run_begin(&run);
    fill(a, LEADING * MOST, 50);
    memcpy(kept, a, sizeof a);
    ck_assert_int_eq(ca_svd(&run, m, n, a, LEADING, values, vt), 0);
    for (int k = 1; k < small; k++) ck_assert(values[k] <= values[k - 1] && values[k] >= 0);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double left = 0, right = 0;
            for (int r = 0; r < m; r++) left += kept[r + i * LEADING] * kept[r + j * LEADING];
            for (int k = 0; k < small; k++)
                right += values[k] * values[k] * vt[k + i * small] * vt[k + j * small];
            ck_near(right, left, 1e-13);
        }
    for (int k = 0; k < small; k++)
        for (int l = 0; l < small; l++) {
            double dot = 0;
            for (int j = 0; j < n; j++) dot += vt[k + j * small] * vt[l + j * small];
            ck_near(dot, k == l, 1e-14);
        }
    ca_run_end(&run);
}

START_TEST(singular_values) {
    singular(9, 4);
    singular(4, 9);
    singular(5, 5);
    singular(1, 6);
    singular(6, 1);
    cauce_run run;
    ca_run_begin(&run);
    double a[6] = { 3, 4, 0, 0, 0, 0 }, values[2], vt[4];
    ck_assert_int_eq(ca_svd(&run, 3, 2, a, 3, values, vt), 0);
    ck_near(values[0], 5, 1e-15);
    ck_assert(values[1] == 0);
    ck_assert_int_eq(ca_svd(&run, 0, 2, a, 1, values, vt), 0);
    ca_run_end(&run);
}
END_TEST

/* One thread inside, whatever the host asked for; and the host's count as it was. */
enum { SIDE = 600, CALLS = 8 };
struct shared {
    const double *a;
    double *c;
};

static cauce_status product_task(cauce_run *run, int64_t index, void *payload) {
    struct shared *s = payload;
    ca_gemm(false, false, SIDE, SIDE, SIDE, 1, s->a, SIDE, s->a, SIDE, 0, s->c + index * SIDE * SIDE, SIDE);
    return CAUCE_OK;
}

int openblas_get_num_threads(void);

START_TEST(same_bits_and_count_restored) {
    double *a = malloc(SIDE * SIDE * 8), *c = malloc((size_t)CALLS * SIDE * SIDE * 8);
    fill(a, SIDE * SIDE, 0);
    for (int host = 1; host <= 3; host++) {
        omp_set_num_threads(host);
        int blas = openblas_get_num_threads();
        struct shared s = { a, c };
        cauce_run run;
        ca_run_begin(&run);
        run.threads = 3;
        ck_assert_int_eq(product_task(&run, 0, &s), CAUCE_OK); /* outside of any team */
        double *first = malloc(SIDE * SIDE * 8);
        memcpy(first, c, SIDE * SIDE * 8);
        ck_assert_int_eq(cauce_parallel(&run, CALLS, product_task, &s), CAUCE_OK);
        for (int i = 0; i < CALLS; i++)
            ck_assert(memcmp(first, c + (size_t)i * SIDE * SIDE, SIDE * SIDE * 8) == 0);
        ck_assert_int_eq(omp_get_max_threads(), host);
        ck_assert_int_eq(openblas_get_num_threads(), blas);
        free(first);
        ca_run_end(&run);
    }
    free(a), free(c);
}
END_TEST

TEST_MAIN("blas", TEST(products), TEST(positive_definite), TEST(triangles), TEST(least_squares_of_least_norm),
          TEST(orthogonal_triangle), TEST(eigenvalues), TEST(singular_values),
          TEST(same_bits_and_count_restored))
