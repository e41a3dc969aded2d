#include "math/normal.h"
#include "reference/scalers.h"
#include "support/check_main.h"

START_TEST(normal) {
    int n = sizeof ref_tail / sizeof *ref_tail;
    for (int i = 0; i < n; i++) {
        ck_near(ca_normal_quantile(ref_tail[i]), ref_tail_quantiles[i], 2e-15);
        if (ref_tail[i] > 0.01)
            ck_near(ca_normal_quantile(1 - ref_tail[i]), -ca_normal_quantile(ref_tail[i]), 4e-15);
    }
    ck_assert(ca_normal_quantile(0.5) == 0);
    ck_assert(ca_normal_quantile(0) == -INFINITY && ca_normal_quantile(1) == INFINITY);
    ck_assert(isnan(ca_normal_quantile(-0.1)) && isnan(ca_normal_quantile(1.1)) &&
              isnan(ca_normal_quantile(NAN)));
}
END_TEST

TEST_MAIN("normal", TEST(normal))
