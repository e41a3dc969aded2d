#include "math/quantile.h"
#include "reference/scalers.h"
#include "support/check_main.h"

enum { N_Q = sizeof ref_q / sizeof *ref_q };

static void compare(const double *weight, const double *expected) {
    cauce_run run;
    ca_run_begin(&run);
    for (int j = 0; j < REF_COLUMNS; j++) {
        ca_sorted sorted;
        ck_assert_int_eq(ca_sorted_of(&run, ref_x + j * REF_N, weight, REF_N, &sorted), CAUCE_OK);
        for (int i = 0; i < N_Q; i++)
            ck_near(ca_sorted_quantile(&sorted, ref_q[i]), expected[j * N_Q + i], 1e-15);
    }
    ca_run_end(&run);
}

START_TEST(reference) {
    compare(NULL, ref_quantiles);
    compare(ref_weight, ref_quantiles_weighted);
}
END_TEST

/* Weights that are not whole: the same for equal ones, however they are scaled. */
START_TEST(ratios) {
    const double scales[] = { 0.1, 1 / 3.0, 1e-9, 12345.678 };
    double weight[REF_N];
    for (int k = 0; k < 4; k++) {
        for (int r = 0; r < REF_N; r++) weight[r] = scales[k];
        compare(weight, ref_quantiles);
    }
}
END_TEST

START_TEST(edges) {
    cauce_run run;
    ca_run_begin(&run);
    ca_sorted sorted;
    const double one[] = { NAN, 4 }, none[] = { NAN }, wide[] = { -1.7e308, 1.7e308 };
    ck_assert_int_eq(ca_sorted_of(&run, one, NULL, 2, &sorted), CAUCE_OK);
    ck_assert(ca_sorted_quantile(&sorted, 0) == 4 && ca_sorted_quantile(&sorted, 1) == 4);
    ck_assert_int_eq(ca_sorted_of(&run, none, NULL, 1, &sorted), CAUCE_OK);
    ck_assert_int_eq(sorted.n, 0);
    ck_assert_int_eq(ca_sorted_of(&run, wide, NULL, 2, &sorted), CAUCE_OK);
    ck_assert(ca_sorted_quantile(&sorted, 0.5) == 0);
    ck_near(ca_sorted_quantile(&sorted, 0.75), 0.85e308, 1e-15);
    ck_assert_int_eq(ca_sorted_of(&run, wide, (const double[]){ 3, 1 }, 2, &sorted), CAUCE_OK);
    ck_assert(ca_sorted_quantile(&sorted, 0.5) == -1.7e308);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("quantile", TEST(reference), TEST(ratios), TEST(edges))
