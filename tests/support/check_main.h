/* What every test file shares: one suite, one test case, comparison of numbers.
 *
 *   START_TEST(name) { ... } END_TEST
 *   TEST_MAIN("csv", TEST(name), TEST(other))
 */
#ifndef TESTS_SUPPORT_CHECK_MAIN_H
#define TESTS_SUPPORT_CHECK_MAIN_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST(name) name
#define TEST_MAIN(suite_name, ...)                                                                           \
    int main(void) {                                                                                         \
        Suite *suite = suite_create(suite_name);                                                             \
        const TTest *tests[] = { __VA_ARGS__ };                                                              \
        TCase *tcase = tcase_create("all");                                                                  \
        tcase_set_timeout(tcase, 240);                                                                       \
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) tcase_add_test(tcase, tests[i]);           \
        suite_add_tcase(suite, tcase);                                                                       \
        SRunner *runner = srunner_create(suite);                                                             \
        srunner_run_all(runner, CK_ENV);                                                                     \
        int failed = srunner_ntests_failed(runner);                                                          \
        srunner_free(runner);                                                                                \
        return failed ? 1 : 0;                                                                               \
    }

/* |a - b| <= tolerance * max(1, |b|); NaN equals NaN. */
#define ck_near(a, b, tolerance)                                                                             \
    do {                                                                                                     \
        double a_ = (a), b_ = (b), t_ = (tolerance) * (fabs(b_) > 1 ? fabs(b_) : 1);                         \
        ck_assert_msg((isnan(a_) && isnan(b_)) || fabs(a_ - b_) <= t_ || a_ == b_,                           \
                      #a " is %.17g, expected " #b " = %.17g", a_, b_);                                      \
    } while (0)

/* |a - b| <= tolerance * |b|: digits of small numbers count as those of large ones do. */
#define ck_close(a, b, tolerance)                                                                            \
    do {                                                                                                     \
        double a_ = (a), b_ = (b);                                                                           \
        ck_assert_msg(fabs(a_ - b_) <= (tolerance)*fabs(b_), "%s is %.17g, expected %s = %.17g", #a, a_, #b, \
                      b_);                                                                                   \
    } while (0)

#endif
