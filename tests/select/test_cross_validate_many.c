/* Cross-validation: classes that a fold does not have, and very many of them. */
#include "support/tables.h"

#include "support/check_main.h"

/* One row of probabilities for each class and class would be a hundred gigabytes. */
START_TEST(many_classes) {
    enum { N = 40000, K = N - 4 };
    double *x = calloc(N, sizeof *x), *y = malloc(N * sizeof *y), *fold = malloc(N * sizeof *fold);
    for (int i = 0; i < N; i++) {
        y[i] = i < K ? i : i - K;
        fold[i] = i < K ? -1 : 0;
    }
    cauce_table *table = cauce_table_new(N);
    cauce_table_add_f64(table, "x", x, 1);
    cauce_table_add_f64(table, "y", y, 1);
    cauce_table_add_f64(table, "fold", fold, 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_table_set_role(table, "fold", CAUCE_FOLD);
    cauce_recipe *recipe = recipe_of("dummy_classifier");
    cauce_cv *cv = cauce_cross_validate(recipe, table, NULL, "accuracy", NULL);
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    ck_assert_double_eq(cauce_cv_score(cv, 0, 0), 0.25);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    free(fold);
    free(y);
    free(x);
}
END_TEST

/* The probabilities of a fold that has never seen classes a and c stand where the whole table has them. */
START_TEST(unseen_classes) {
    cauce_table *table = table_of("x,y,fold\n1,a,0\n2,b,-1\n3,c,0\n4,d,-1\n5,e,-1\n6,d,0\n", "y:target "
                                                                                             "fold:fold");
    cauce_recipe *recipe = recipe_of("dummy_classifier");
    cauce_cv *cv = cauce_cross_validate(recipe, table, NULL, "accuracy", "predictions=true");
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    cauce_table *out = cauce_cv_predictions(cv);
    ck_near(cell(out, 5, "proba_a"), 0, 0);
    ck_near(cell(out, 5, "proba_b"), 1.0 / 3, 1e-15);
    ck_near(cell(out, 5, "proba_c"), 0, 0);
    ck_near(cell(out, 5, "proba_d"), 1.0 / 3, 1e-15);
    ck_near(cell(out, 5, "proba_e"), 1.0 / 3, 1e-15);
    cauce_table_free(out);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("cross_validate_many", TEST(many_classes), TEST(unseen_classes))
