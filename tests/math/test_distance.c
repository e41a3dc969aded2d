#include "math/distance.h"

#include "support/check_main.h"

START_TEST(values) {
    static const double x[] = { 0, 1, -2, 4, 10 }, y[] = { 1, 1, 2, 1, 8 }; /* 1 0 4 3 2 */
    ck_assert(ca_distance(CA_EUCLIDEAN, 2, false, x, y, 5) == 30);
    ck_assert(ca_distance(CA_MANHATTAN, 2, false, x, y, 5) == 10);
    ck_assert(ca_distance(CA_CHEBYSHEV, 2, false, x, y, 5) == 4);
    ck_near(ca_distance(CA_MINKOWSKI, 3, false, x, y, 5), cbrt(100), 1e-15);
    ck_near(ca_distance(CA_MINKOWSKI, 4, false, x, y, 5), sqrt(sqrt(354)), 1e-15);
    ck_near(ca_distance(CA_MINKOWSKI, 1.5, false, x, y, 5), pow(1 + 8 + sqrt(27) + sqrt(8), 2 / 3.0), 1e-15);
    for (int metric = CA_EUCLIDEAN; metric <= CA_MINKOWSKI; metric++) {
        ck_assert(ca_distance((ca_metric)metric, 3, false, x, x, 5) == 0);
        ck_assert(ca_distance((ca_metric)metric, 3, false, x, y, 0) == 0);
    }
}
END_TEST

/* Powers that are too large or too small for a number are not formed. */
START_TEST(large_and_small) {
    static const double zero[3] = { 0 }, large[] = { 1e300, 1e300, 0 }, small[] = { 1e-300, 0, 1e-300 };
    ck_near(ca_distance(CA_MINKOWSKI, 3, false, large, zero, 3) / 1e300, cbrt(2), 1e-15);
    ck_near(ca_distance(CA_MINKOWSKI, 3, false, small, zero, 3) / 1e-300, cbrt(2), 1e-15);
    ck_near(ca_distance(CA_MINKOWSKI, 300, false, large, zero, 3) / 1e300, pow(2, 1 / 300.0), 1e-14);
}
END_TEST

START_TEST(holes) {
    static const double x[] = { 1, NAN, 3, NAN }, y[] = { 3, 5, NAN, NAN }, z[] = { NAN, 2, NAN, 1 };
    ck_assert(ca_distance(CA_EUCLIDEAN, 2, true, x, y, 4) == 4 * 4);
    ck_assert(ca_distance(CA_EUCLIDEAN, 2, true, x, x, 4) == 0);
    ck_assert(isnan(ca_distance(CA_EUCLIDEAN, 2, true, x, z, 4)));
}
END_TEST

START_TEST(powers) {
    ck_assert(ca_distance_power(0, 0.5) == 0 && ca_distance_power(2, 3) == 8);
    for (double p = 0.25; p < 10; p += 0.4)
        for (double x = 0.01; x < 100; x *= 3) ck_near(ca_distance_power(x, p) / pow(x, p), 1, 1e-13);
}
END_TEST

TEST_MAIN("distance", TEST(values), TEST(large_and_small), TEST(holes), TEST(powers))
