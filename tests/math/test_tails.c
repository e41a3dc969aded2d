#include "math/tails.h"
#include "reference/tails.h"
#include "support/check_main.h"

#define EACH(rows) for (const double(*r)[3] = rows; r < rows + sizeof rows / sizeof *rows; r++)

static void relative(double got, double expected, double tol) {
    ck_assert_msg(fabs(got - expected) <= tol * fabs(expected), "%.17g, not %.17g", got, expected);
}

START_TEST(as_R_has_them) {
    EACH(ref_normal) relative(ca_normal_two_sided((*r)[0]), (*r)[2], 1e-13);
    EACH(ref_normal) relative(ca_normal_two_sided(-(*r)[0]), (*r)[2], 1e-13);
    EACH(ref_student) relative(ca_student_two_sided((*r)[0], (*r)[1]), (*r)[2], 1e-10);
    EACH(ref_student) relative(ca_student_two_sided(-(*r)[0], (*r)[1]), (*r)[2], 1e-10);
    EACH(ref_quantile) relative(ca_student_two_sided_quantile((*r)[0], (*r)[1]), (*r)[2], 1e-10);
    EACH(ref_log_gamma) ck_near(ca_log_gamma((*r)[0]), (*r)[2], 2e-14 * fmax(1, fabs((*r)[2])));
}
END_TEST

START_TEST(ends) {
    ck_assert(ca_normal_two_sided(INFINITY) == 0 && ca_student_two_sided(INFINITY, 3) == 0);
    ck_assert(isnan(ca_normal_two_sided(NAN)) && isnan(ca_student_two_sided(NAN, 3)));
    ck_assert(ca_normal_two_sided(0) == 1 && ca_student_two_sided(0, 3) == 1);
    ck_assert(ca_normal_two_sided(60) == 0);
    /* many degrees of freedom are the normal distribution */
    relative(ca_student_two_sided(2, 1e9), ca_normal_two_sided(2), 1e-8);
    relative(ca_student_two_sided(2, 0.999e8), ca_normal_two_sided(2), 1e-7);
    relative(ca_student_two_sided_quantile(0.05, 1e12), 1.9599639845400545, 1e-12);
}
END_TEST

/* The pieces of the functions meet. */
START_TEST(without_jumps) {
    relative(ca_normal_two_sided(2.5 - 1e-15), ca_normal_two_sided(2.5), 1e-13);
    for (double df = 2; df < 300; df *= 1.37) {
        double edge = sqrt(df * ((df / 2 + 2.5) / (df / 2 + 1) - 1));
        relative(ca_student_two_sided(edge * (1 - 1e-14), df), ca_student_two_sided(edge * (1 + 1e-14), df),
                 1e-12);
    }
    relative(ca_student_two_sided(3, 119.99999999999), ca_student_two_sided(3, 120), 1e-12);
}
END_TEST

TEST_MAIN("tails", TEST(as_R_has_them), TEST(ends), TEST(without_jumps))
