#include "estimators/linear_support.h"
#include "linear/coordinate.h"
#include "reference/linear.h"
#include "reference/linear_family.h"

extern const cauce_component cauce_lasso;

/* The share of the penalty on sizes is not a parameter here: it is 1 whatever the struct holds. */
START_TEST(golden) {
    struct problem t;
    problem_begin(&t, 442);
    double *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(&t, x, 10, 442);
    t.train.y = ref_diabetes_y;
    ca_net_params p = { 0.1, 0.25, true, false, 1000, 1e-4 };
    ca_linear s = { 0 };
    ck_assert_int_eq(cauce_lasso.fit(&t.run, &p, &t.train, &s), CAUCE_OK);
    for (int j = 0; j < 10; j++) ck_near(s.coef[j], ref_lasso[j], 1e-9);
    ck_near(s.intercept, ref_lasso[10], 1e-9);
    ck_assert(t.run.warnings == NULL);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(has_no_ratio) {
    for (const cauce_param *row = cauce_lasso.params; row->name; row++)
        ck_assert_str_ne(row->name, "l1_ratio");
}
END_TEST

TEST_MAIN("lasso", TEST(golden), TEST(has_no_ratio))
