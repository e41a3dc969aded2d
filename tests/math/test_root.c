#include "math/root.h"
#include "support/check_main.h"

typedef struct curve {
    int kind, calls;
} curve;

static double curve_at(double x, void *payload) {
    curve *c = payload;
    c->calls++;
    switch (c->kind) {
    case 0: return x * x * x - 2;
    case 1: return exp(x) - 2;
    case 2: return x < 0.3 ? -1 : 1;
    case 3: return (x - 1.5) * fabs(x - 1.5);
    case 4: return x > 5 ? INFINITY : x < -5 ? -INFINITY : atan(x - 0.125);
    default: return 7 * x;
    }
}

static double root_of(int kind, double low, double high) {
    curve c = { kind, 0 };
    double x = ca_root(curve_at, &c, low, high);
    ck_assert_int_le(c.calls, 130);
    ck_assert(x >= low && x <= high);
    return x;
}

START_TEST(curves) {
    ck_near(root_of(0, -40, 40), 1.2599210498948732, 4e-16);
    ck_near(root_of(1, -40, 40), 0.6931471805599453, 4e-16);
    ck_near(root_of(2, -3, 9), 0.3, 4e-16);
    ck_near(root_of(3, -3, 9), 1.5, 1e-15);
    ck_near(root_of(4, -30, 9), 0.125, 4e-16);
    ck_assert(root_of(5, -3, 9) == 0 || fabs(root_of(5, -3, 9)) < 1e-300);
    ck_assert(root_of(5, 1, 9) == 1 && root_of(5, -9, -1) == -1 && root_of(5, 2, 2) == 2);
}
END_TEST

TEST_MAIN("root", TEST(curves))
