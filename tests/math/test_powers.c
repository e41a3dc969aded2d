#include "math/powers.h"
#include "support/check_main.h"

static void near(double got, double expected, double x) {
    ck_assert_msg(fabs(got - expected) <= 1e-15 * fabs(expected) || got == expected,
                  "at %.17g: %.17g, not %.17g", x, got, expected);
}

/* Against libm, whose functions are right to a unit in the last place or two. */
START_TEST(both) {
    for (double x = 1e-320; x < 1e308; x *= 1.37) {
        near(ca_log1p(x), log1p(x), x);
        if (x < 1) near(ca_log1p(-x), log1p(-x), -x);
        near(ca_expm1(-x), expm1(-x), -x);
        if (x < 709) near(ca_expm1(x), expm1(x), x);
    }
    for (double x = -0.999; x < 4; x += 0.00137) {
        near(ca_log1p(x), log1p(x), x);
        near(ca_expm1(x), expm1(x), x);
    }
}
END_TEST

START_TEST(edges) {
    ck_assert(ca_log1p(0) == 0 && ca_expm1(0) == 0);
    ck_assert(ca_log1p(-1) == -INFINITY && ca_log1p(INFINITY) == INFINITY);
    ck_assert(isnan(ca_log1p(-1.5)) && isnan(ca_log1p(NAN)) && isnan(ca_expm1(NAN)));
    ck_assert(ca_expm1(1000) == INFINITY && ca_expm1(-INFINITY) == -1 && ca_expm1(-1000) == -1);
}
END_TEST

TEST_MAIN("powers", TEST(both), TEST(edges))
