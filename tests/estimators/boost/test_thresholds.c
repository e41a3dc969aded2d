#include "boost/table.h"
#include "support/check_main.h"

static int32_t cuts_of(const double *values, int64_t n, int64_t bins, double *cuts) {
    return ca_thresholds_of(values, NULL, n, bins, cuts);
}

START_TEST(few_values_have_midpoints) {
    double values[] = { -2, -2, 0, 1, 1, 1, 4 }, cuts[10];
    ck_assert_int_eq(cuts_of(values, 7, 4, cuts), 3);
    ck_assert_double_eq(cuts[0], -1);
    ck_assert_double_eq(cuts[1], 0.5);
    ck_assert_double_eq(cuts[2], 2.5);
    ck_assert_int_eq(cuts_of(values, 2, 4, cuts), 0);
    ck_assert_int_eq(cuts_of(values, 0, 4, cuts), 0);
}
END_TEST

/* The middle of the two values around each place, k / bins of the way. */
START_TEST(many_values_have_percentiles) {
    double values[100], cuts[10];
    for (int i = 0; i < 100; i++) values[i] = i * i;
    ck_assert_int_eq(cuts_of(values, 100, 4, cuts), 3);
    ck_assert_double_eq(cuts[0], (24 * 24 + 25 * 25) / 2.0); /* place 24.75 */
    ck_assert_double_eq(cuts[1], (49 * 49 + 50 * 50) / 2.0);
    ck_assert_double_eq(cuts[2], (74 * 74 + 75 * 75) / 2.0);
    ck_assert_int_eq(cuts_of(values, 81, 4, cuts), 3); /* places 20, 40 and 60: the values themselves */
    for (int i = 0; i < 3; i++) ck_assert_double_eq(cuts[i], 400 * (i + 1) * (i + 1));
}
END_TEST

/* A value that fills several bins is one, and weights are repeated values. */
START_TEST(weights_repeat_values) {
    uint64_t noise = 9;
    for (int round = 0; round < 200; round++) {
        double values[60], many[300], a[20], b[20];
        int32_t times[60];
        int64_t n = 0;
        for (int i = 0; i < 60; i++) {
            noise = noise * 6364136223846793005u + 1442695040888963407u;
            values[i] = (i ? values[i - 1] : 0) + (double)(noise >> 62);
            times[i] = 1 + (int32_t)(noise >> 40 & 3) + (i == 30 ? 60 : 0);
            for (int32_t k = 0; k < times[i]; k++) many[n++] = values[i];
        }
        int32_t found = ca_thresholds_of(values, times, 60, 11, a);
        ck_assert_int_eq(found, ca_thresholds_of(many, NULL, n, 11, b));
        ck_assert(memcmp(a, b, (size_t)found * sizeof *a) == 0);
        for (int32_t i = 1; i < found; i++) ck_assert_double_lt(a[i - 1], a[i]);
        ck_assert_double_lt(a[found - 1], values[59]);
    }
}
END_TEST

START_TEST(extreme_values_are_parted) {
    double values[] = { -INFINITY, -1.7e308, 1.7e308, INFINITY }, cuts[4];
    ck_assert_int_eq(cuts_of(values, 4, 10, cuts), 3);
    for (int i = 0; i < 3; i++) ck_assert(cuts[i] >= values[i] && cuts[i] < values[i + 1]);
    double ends[] = { -INFINITY, INFINITY };
    ck_assert_int_eq(cuts_of(ends, 2, 10, cuts), 1);
    ck_assert_double_eq(cuts[0], 0);
    double close[] = { 1, nextafter(1, 2) };
    ck_assert_int_eq(cuts_of(close, 2, 10, cuts), 1);
    ck_assert_double_eq(cuts[0], 1);
}
END_TEST

TEST_MAIN("boosting thresholds", TEST(few_values_have_midpoints), TEST(many_values_have_percentiles),
          TEST(weights_repeat_values), TEST(extreme_values_are_parted))
