/* BLAS repacks its operands and pays that off over hundreds of columns. Where there are tens, columns as they
 * lie are multiplied in registers: 4 x 3 dot products at a time, four rows to a vector, so that twelve sums
 * hide the latency of the multiply-add. */
#include "math/gram.h"

#include "math/blas.h"
#include "math/lanes.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define CA_HAVE_WIDE 1
#include <immintrin.h>
#endif

#ifdef CA_HAVE_WIDE

enum { DOWN = 4, ACROSS = 3, LANES = 4 };

#define CA_FMA __attribute__((target("avx2,fma")))

CA_FMA static inline double sum_lanes(__m256d x) {
    __m128d half = _mm_add_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
    return _mm_cvtsd_f64(half) + _mm_cvtsd_f64(_mm_unpackhi_pd(half, half));
}

/* dots[i + 4 j] = left[i] . right[j] over k rows. */
CA_FMA static void dot_products(int64_t k, const double *const left[DOWN], const double *const right[ACROSS],
                                double dots[DOWN * ACROSS]) {
    const double *l0 = left[0], *l1 = left[1], *l2 = left[2], *l3 = left[3];
    const double *r0 = right[0], *r1 = right[1], *r2 = right[2];
    __m256d s[DOWN * ACROSS];
    for (int i = 0; i < DOWN * ACROSS; i++) s[i] = _mm256_setzero_pd();
    int64_t whole = k / LANES * LANES;
    for (int64_t r = 0; r < whole; r += LANES) {
        __m256d a = _mm256_loadu_pd(r0 + r), b = _mm256_loadu_pd(r1 + r), c = _mm256_loadu_pd(r2 + r);
        __m256d x = _mm256_loadu_pd(l0 + r);
        s[0] = _mm256_fmadd_pd(x, a, s[0]);
        s[4] = _mm256_fmadd_pd(x, b, s[4]);
        s[8] = _mm256_fmadd_pd(x, c, s[8]);
        x = _mm256_loadu_pd(l1 + r);
        s[1] = _mm256_fmadd_pd(x, a, s[1]);
        s[5] = _mm256_fmadd_pd(x, b, s[5]);
        s[9] = _mm256_fmadd_pd(x, c, s[9]);
        x = _mm256_loadu_pd(l2 + r);
        s[2] = _mm256_fmadd_pd(x, a, s[2]);
        s[6] = _mm256_fmadd_pd(x, b, s[6]);
        s[10] = _mm256_fmadd_pd(x, c, s[10]);
        x = _mm256_loadu_pd(l3 + r);
        s[3] = _mm256_fmadd_pd(x, a, s[3]);
        s[7] = _mm256_fmadd_pd(x, b, s[7]);
        s[11] = _mm256_fmadd_pd(x, c, s[11]);
    }
    for (int j = 0; j < ACROSS; j++)
        for (int i = 0; i < DOWN; i++) {
            double sum = sum_lanes(s[i + DOWN * j]);
            for (int64_t r = whole; r < k; r++) sum += left[i][r] * right[j][r];
            dots[i + DOWN * j] = sum;
        }
}

enum { LINE = 8 }; /* doubles */

/* Lines of the rows after the k at hand, column by column. */
struct fetching {
    const double *const *columns;
    int64_t k, each, column, line; /* each: lines of a column */
};

/* The next lines are asked for while the processor multiplies: it would wait for each column's first ones
 * otherwise. */
static void fetch(struct fetching *f, int64_t n, int64_t lines) {
    for (; lines > 0 && f->column < n && f->each > 0; lines--) {
        __builtin_prefetch(f->columns[f->column] + f->k + f->line * LINE, 0, 2);
        if (++f->line < f->each) continue;
        f->line = 0;
        f->column++;
    }
}

/* At the edges the last column stands in for those that are not there; its products are dropped. */
static void narrow_gram(int64_t n, int64_t k, const double *const *a, int64_t ahead, double beta, double *c,
                        int64_t ldc) {
    struct fetching next = { a, k, (ahead + LINE - 1) / LINE, 0, 0 };
    const int64_t across = (n + ACROSS - 1) / ACROSS, down = (n + DOWN - 1) / DOWN;
    const int64_t lines = 2 * n * next.each / ((across + 1) * down) + 1;
    for (int64_t j0 = 0; j0 < n; j0 += ACROSS)
        for (int64_t i0 = j0; i0 < n; i0 += DOWN) {
            const double *left[DOWN], *right[ACROSS];
            double dots[DOWN * ACROSS];
            for (int64_t i = 0; i < DOWN; i++) left[i] = a[i0 + i < n ? i0 + i : n - 1];
            for (int64_t j = 0; j < ACROSS; j++) right[j] = a[j0 + j < n ? j0 + j : n - 1];
            fetch(&next, n, lines);
            dot_products(k, left, right, dots);
            for (int64_t j = j0; j < j0 + ACROSS && j < n; j++)
                for (int64_t i = i0 > j ? i0 : j; i < i0 + DOWN && i < n; i++) {
                    double *at = &c[i + j * ldc], sum = dots[i - i0 + DOWN * (j - j0)];
                    *at = beta == 0 ? sum : beta * *at + sum;
                }
        }
}

#endif

bool ca_gram_narrow(int64_t n) {
#ifdef CA_HAVE_WIDE
    return n <= CA_GRAM_COLUMNS && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    (void)n;
    return false;
#endif
}

void ca_gram_columns(int64_t n, int64_t k, const double *const *columns, int64_t ahead, double beta,
                     double *c, int64_t ldc) {
#ifdef CA_HAVE_WIDE
    narrow_gram(n, k, columns, ahead, beta, c, ldc);
#else
    (void)ahead;
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = j; i < n; i++) {
            double *at = &c[i + j * ldc], sum = ca_dot(k, columns[i], columns[j]);
            *at = beta == 0 ? sum : beta * *at + sum;
        }
#endif
}

void ca_gram_t(int64_t n, int64_t k, const double *a, int64_t lda, double beta, double *c, int64_t ldc) {
    if (!ca_gram_narrow(n)) {
        ca_syrk_t(n, k, 1, a, lda, beta, c, ldc);
        return;
    }
    const double *columns[CA_GRAM_COLUMNS];
    for (int64_t j = 0; j < n; j++) columns[j] = a + j * lda;
    ca_gram_columns(n, k, columns, 0, beta, c, ldc);
}
