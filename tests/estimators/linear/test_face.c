#include "linear/face.h"

#include "estimators/linear_support.h"

enum { M = 150, ROWS = 400 };

/* A = Z'Z, of fewer rows than columns if wanted; the last column is the first two together. */
static void make(ca_quadratic *q, double *a, double *size, double *l2, uint64_t seed) {
    static double z[ROWS * M];
    for (int i = 0; i < ROWS * M; i++) z[i] = normal(&seed);
    for (int r = 0; r < ROWS; r++) z[r + (M - 1) * ROWS] = z[r] + z[r + ROWS];
    for (int j = 0; j < M; j++) {
        for (int i = 0; i < M; i++) {
            a[i + j * M] = 0;
            for (int r = 0; r < ROWS; r++) a[i + j * M] += z[r + i * ROWS] * z[r + j * ROWS];
        }
        size[j] = a[j + j * M];
        l2[j] = 0.5;
    }
    *q = (ca_quadratic){ .m = M, .ld = M, .a = a, .size = size, .l2 = l2 };
}

/* The factor is that of the columns that are wanted, with what was added to each. */
static void check(const ca_face *face, const double *a, const signed char *in) {
    int64_t count = 0;
    for (int j = 0; j < M; j++) count += in[j] != 0;
    ck_assert_int_eq(face->m, count);
    for (int64_t i = 0; i < face->m; i++) {
        ck_assert(in[face->column[i]] != 0);
        for (int64_t j = 0; j <= i; j++) {
            double sum = 0;
            for (int64_t k = 0; k <= j; k++)
                sum += face->factor[i + k * face->room] * face->factor[j + k * face->room];
            ck_near(sum, a[face->column[i] + face->column[j] * M] + (i == j ? face->added[i] : 0), 1e-10);
            ck_assert(i == j || face->column[i] != face->column[j]);
        }
    }
}

static int64_t count_in(const signed char *in) {
    int64_t n = 0;
    for (int j = 0; j < M; j++) n += in[j] != 0;
    return n;
}

START_TEST(come_and_go) {
    static double a[M * M];
    double size[M], l2[M], x[M], b[M];
    signed char in[M] = { 0 };
    cauce_run run;
    ca_quadratic q;
    ca_face face = { 0 };
    bool whole;
    uint64_t seed = 7;
    ca_run_begin(&run);
    make(&q, a, size, l2, 3);
    ck_assert_int_eq(ca_face_room(&run, &face, 20), CAUCE_OK);
    const double shares[] = { 0.1, 0.15, 0.12, 0.6, 0.55, 0.9, 0.3, 0.02, 0.5, 0.5, 0 }; /* few, many, none */
    for (size_t step = 0; step < sizeof shares / sizeof *shares; step++) {
        for (int j = 0; j < M - 1; j++)
            if (in[j] == 0 || uniform(&seed) < 0.3) in[j] = uniform(&seed) < shares[step] ? 1 : 0;
        for (int j = 0; j < M; j++) l2[j] = 0.5 + (double)step; /* of those that come in only */
        ck_assert_int_eq(ca_face_room(&run, &face, count_in(in)), CAUCE_OK);
        ck_assert_int_eq(ca_face_set(&run, &face, &q, in, step == 8, &whole), CAUCE_OK);
        ck_assert(whole);
        check(&face, a, in);
        if (step == 8)
            for (int64_t k = 0; k < face.m; k++) ck_assert(face.added[k] == 8.5);
        for (int64_t k = 0; k < face.m; k++) x[k] = b[k] = normal(&seed);
        ca_face_solve(&face, x);
        for (int64_t i = 0; i < face.m; i++) {
            double sum = face.added[i] * x[i] - b[i];
            for (int64_t k = 0; k < face.m; k++) sum += a[face.column[i] + face.column[k] * M] * x[k];
            ck_near(sum, 0, 1e-9);
        }
    }
    ca_run_end(&run);
}
END_TEST

/* A column that others make up does not come in; those that were there stay. */
START_TEST(dependent) {
    static double a[M * M];
    double size[M], l2[M];
    signed char in[M] = { 1, 1, 0, 1 }, some[M] = { 1, 1, 0, 1 };
    cauce_run run;
    ca_quadratic q;
    ca_face face = { 0 };
    bool whole;
    ca_run_begin(&run);
    make(&q, a, size, l2, 5);
    memset(l2, 0, sizeof l2);
    ck_assert_int_eq(ca_face_room(&run, &face, M), CAUCE_OK);
    ck_assert_int_eq(ca_face_set(&run, &face, &q, in, false, &whole), CAUCE_OK);
    ck_assert(whole);
    in[M - 1] = -1;
    ck_assert_int_eq(ca_face_set(&run, &face, &q, in, false, &whole), CAUCE_OK);
    ck_assert(!whole);
    check(&face, a, some);
    in[0] = 0;
    ck_assert_int_eq(ca_face_set(&run, &face, &q, in, false, &whole), CAUCE_OK);
    ck_assert(whole);
    check(&face, a, in);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("face", TEST(come_and_go), TEST(dependent))
