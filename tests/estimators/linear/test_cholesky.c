#include "linear/cholesky.h"

#include "support/check_main.h"

START_TEST(regular) {
    cauce_run run;
    ca_run_begin(&run);
    double a[9] = { 4, 2, 1, 0, 5, 3, 0, 0, 6 }, b[3] = { 7, 10, 10 };
    bool solved;
    ck_assert_int_eq(ca_spd_solve(&run, 3, a, b, 1e-14, &solved), CAUCE_OK);
    ck_assert(solved);
    for (int i = 0; i < 3; i++) ck_near(b[i], 1, 1e-14);
    ca_run_end(&run);
}
END_TEST

START_TEST(singular_takes_least_norm) {
    cauce_run run;
    ca_run_begin(&run);
    double a[4] = { 1, 1, 0, 1 }, b[2] = { 3, 3 };
    bool solved;
    ck_assert_int_eq(ca_spd_solve(&run, 2, a, b, 1e-14, &solved), CAUCE_OK);
    ck_assert(!solved && a[0] == 1 && a[1] == 1 && a[3] == 1 && b[0] == 3 && b[1] == 3);
    ck_assert_int_eq(ca_psd_solve(&run, 2, a, b), CAUCE_OK);
    ck_near(b[0], 1.5, 1e-14);
    ck_near(b[1], 1.5, 1e-14);
    ca_run_end(&run);
}
END_TEST

/* Too large for eigenvectors: two equal halves, I I; I I. */
START_TEST(large_singular) {
    enum { HALF = 320, N = 2 * HALF };
    cauce_run run;
    ca_run_begin(&run);
    double *a = calloc(N * N, 8), b[N];
    for (int j = 0; j < N; j++) {
        a[j + j * N] = 1;
        if (j < HALF) a[j + HALF + j * N] = 1;
        b[j] = j % HALF;
    }
    ck_assert_int_eq(ca_psd_solve(&run, N, a, b), CAUCE_OK);
    for (int j = 0; j < HALF; j++) {
        ck_near(b[j] + b[j + HALF], j, 1e-8);
        ck_near(b[j], b[j + HALF], 1e-2);
    }
    free(a);
    ca_run_end(&run);
}
END_TEST

START_TEST(empty) {
    cauce_run run;
    ca_run_begin(&run);
    bool solved;
    double none;
    ck_assert_int_eq(ca_spd_solve(&run, 0, &none, &none, 1e-14, &solved), CAUCE_OK);
    ck_assert(solved);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("cholesky", TEST(regular), TEST(singular_takes_least_norm), TEST(large_singular), TEST(empty))
