/* Targets: classes of a table in terms of a model. */
#include "support/tables.h"

#include "support/check_main.h"

/* A hundred thousand classes and as many levels: the way from one to the other must not be their product. */
START_TEST(many_classes) {
    enum { N = 100000 };
    char(*room)[16] = malloc(N * sizeof *room);
    const char **texts = malloc(N * sizeof *texts);
    double *x = calloc(N, sizeof *x), accuracy = 0;
    for (int i = 0; i < N; i++) {
        snprintf(room[i], sizeof room[i], "c%d", i / 2);
        texts[i] = room[i];
    }
    cauce_table *table = cauce_table_new(N);
    ck_assert_int_eq(cauce_table_add_text(table, "y", texts), CAUCE_OK);
    ck_assert_int_eq(cauce_table_add_f64(table, "x", x, 1), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    cauce_model *model = model_of("dummy_classifier", table);
    ck_assert_int_eq(cauce_model_classes(model), N / 2);
    const int64_t rows[] = { 0, N - 1 };
    cauce_table *few = cauce_table_rows_of(table, rows, 2);
    ck_assert_msg(cauce_score(model, few, "accuracy", &accuracy) == CAUCE_OK, "%s", cauce_error().message);
    ck_assert_double_eq(accuracy, 0.5);
    cauce_table_free(few);
    cauce_model_free(model);
    cauce_table_free(table);
    free(x);
    free(texts);
    free(room);
}
END_TEST

/* Numbers and texts name the same classes; what is no class says so. */
START_TEST(classes_of_another_kind) {
    cauce_table *numbers = table_of("x,y\n1,0\n2,1\n3,0\n4,10\n5,2\n", "y:target");
    cauce_table *other = table_of("x,y\n1,0\n2,1\n3,7\n", "y:target");
    cauce_table *texts = cauce_table_new(3);
    const char *labels[] = { "0", "10", "2" };
    const double x[] = { 1, 2, 3 };
    double score = 0;
    cauce_table_add_text(texts, "y", labels);
    cauce_table_add_f64(texts, "x", x, 1);
    cauce_model *model = model_of("dummy_classifier", numbers);
    ck_assert_int_eq(cauce_score(model, numbers, "accuracy", &score), CAUCE_OK);
    ck_assert_double_eq(score, 0.4);
    ck_assert_int_eq(cauce_score(model, texts, "accuracy", &score), CAUCE_OK);
    ck_near(score, 1.0 / 3, 1e-15);
    ck_assert_int_ne(cauce_score(model, other, "accuracy", &score), CAUCE_OK);
    failed_with(CAUCE_E_DATA, "row 3");
    cauce_model_free(model);
    cauce_table_free(texts);
    cauce_table_free(other);
    cauce_table_free(numbers);
}
END_TEST

TEST_MAIN("target_many", TEST(many_classes), TEST(classes_of_another_kind))
