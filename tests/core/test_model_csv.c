/* Predicting files: the same as predicting a table, block after block. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "support/failing.h"
#include "support/tables.h"

#include "support/check_main.h"

enum { ROWS = 20000 };

/* A file of rows x, y with one cell taken out (row from 1; 0: none). */
static void write_rows(char *path, int64_t without) {
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *file = fdopen(fd, "w");
    fputs("x,y\n", file);
    for (int64_t r = 1; r <= ROWS; r++) {
        if (r != without) fprintf(file, "%lld", (long long)(r % 7));
        fprintf(file, ",%s\n", r % 3 ? "a" : "b");
    }
    ck_assert_int_eq(fclose(file), 0);
}

/* What depends on the number of a row must not begin anew with every block. */
START_TEST(rows_keep_their_numbers) {
    char in[] = "/tmp/cauce-rows-XXXXXX", out[] = "/tmp/cauce-out-XXXXXX";
    write_rows(in, 0);
    close(mkstemp(out));
    int64_t rows = 0;
    cauce_table *table = cauce_read_csv(in, "target=y");
    cauce_model *model = model_of("dummy_classifier strategy=stratified random_state=1", table);
    ck_assert_msg(cauce_predict_csv(model, in, out, NULL, &rows) == CAUCE_OK, "%s", cauce_error().message);
    ck_assert_int_eq(rows, ROWS);
    cauce_table *expected = cauce_predict(model, table), *got = cauce_read_csv(out, NULL);
    for (int64_t r = 0; r < ROWS; r++)
        ck_assert_msg(strcmp(cauce_table_text(got, r, 0), cauce_table_text(expected, r, 0)) == 0,
                      "row %lld differs", (long long)r);
    cauce_table_free(got);
    cauce_table_free(expected);
    cauce_model_free(model);
    cauce_table_free(table);
    unlink(in);
    unlink(out);
}
END_TEST

START_TEST(messages_name_the_row_of_the_file) {
    char in[] = "/tmp/cauce-rows-XXXXXX", hole[] = "/tmp/cauce-rows-XXXXXX";
    write_rows(in, 0);
    write_rows(hole, 19000);
    cauce_table *table = cauce_read_csv(in, "target=y");
    cauce_model *model = model_of("logistic_regression", table);
    ck_assert_int_ne(cauce_predict_csv(model, hole, "/dev/null", NULL, NULL), CAUCE_OK);
    failed_with(CAUCE_E_DATA, "row 19000");
    cauce_model_free(model);
    cauce_table_free(table);
    unlink(in);
    unlink(hole);
}
END_TEST

/* First of all tests. */
START_TEST(no_memory) {
    failing_install();
    char in[] = "/tmp/cauce-rows-XXXXXX";
    FILE *file = fdopen(mkstemp(in), "w");
    fputs("x,y\n1,a\n2,b\n3,a\n", file);
    fclose(file);
    cauce_table *table = cauce_read_csv(in, "target=y");
    cauce_model *model = model_of("dummy_classifier", table);
    FAILING_EACH(pass) {
        cauce_status status = cauce_predict_csv(model, in, "/dev/null", "proba=true keep=[y]", NULL);
        ck_assert_msg(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
    }
    cauce_model_free(model);
    cauce_table_free(table);
    unlink(in);
}
END_TEST

/* Predicting takes the same separators as reading, and no others. */
START_TEST(separators_are_checked) {
    char in[] = "/tmp/cauce-rows-XXXXXX", out[] = "/tmp/cauce-out-XXXXXX";
    write_rows(in, 0);
    close(mkstemp(out));
    cauce_table *table = cauce_read_csv(in, "target=y");
    cauce_model *model = model_of("dummy_classifier", table);
    int64_t rows = 0;
    cauce_error_clear();
    ck_assert_int_eq(cauce_predict_csv(model, in, out, "separator=\",x\"", &rows), CAUCE_E_PARAM);
    ck_assert_ptr_nonnull(strstr(cauce_error().message, "separator=,x is not accepted"));
    ck_assert_int_eq(cauce_predict_csv(model, in, out, "separator=semicolon", &rows), CAUCE_E_PARAM);
    ck_assert_ptr_null(cauce_read_csv(in, "separator=semicolon"));
    ck_assert_int_eq(cauce_predict_csv(model, in, out, "separator=\",\"", &rows), CAUCE_OK);
    ck_assert_int_eq(rows, ROWS);
    cauce_error_clear();
    cauce_model_free(model);
    cauce_table_free(table);
    unlink(in);
    unlink(out);
}
END_TEST

static size_t read_whole(const char *path, char *bytes, size_t size) {
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    const size_t n = fread(bytes, 1, size, file);
    fclose(file);
    return n;
}

/* The bytes of the file are those of the transformed table, for all three forms of blocks. */
START_TEST(transformed) {
    static const char *const recipes[] = {
        "{\"cauce\": 1, \"model\": {\"use\": \"column_transformer\", \"branches\": ["
        "{\"name\": \"num\", \"on\": \"@number\", \"steps\": [\"simple_imputer\", \"standard_scaler\"]},"
        "{\"name\": \"hot\", \"on\": \"@category\", \"use\": \"one_hot_encoder\"},"
        "{\"name\": \"none\", \"on\": \"x\", \"use\": \"drop\"},"
        "{\"name\": \"codes\", \"on\": \"@category\", \"use\": \"passthrough\"}]}}",
        "{\"cauce\": 1, \"model\": {\"steps\": [\"simple_imputer\", \"logistic_regression max_iter=2\"]}}",
    };
    enum { SIZE = 1 << 21 };
    static char bytes[2][SIZE];
    char in[] = "/tmp/cauce-rows-XXXXXX", out[] = "/tmp/cauce-out-XXXXXX";
    write_rows(in, 9000);
    close(mkstemp(out));
    cauce_table *train = cauce_read_csv(in, NULL), *labelled = cauce_read_csv(in, "target=y");
    for (int i = 0; i < 2; i++) {
        cauce_recipe *recipe = cauce_recipe_from_json(recipes[i]);
        cauce_model *model = recipe ? cauce_fit(recipe, i ? labelled : train) : NULL;
        ck_assert_msg(model != NULL, "%s", cauce_error().message);
        int64_t rows = 0;
        ck_assert_int_eq(cauce_transform_csv(model, in, out, NULL, &rows), CAUCE_OK);
        ck_assert_int_eq(rows, ROWS);
        const size_t n = read_whole(out, bytes[0], SIZE);
        cauce_table *table = cauce_transform(model, train);
        ck_assert_int_eq(cauce_write_csv(table, out), CAUCE_OK);
        ck_assert_uint_eq(read_whole(out, bytes[1], SIZE), n);
        ck_assert(n < SIZE && memcmp(bytes[0], bytes[1], n) == 0);
        cauce_table_free(table);
        cauce_model_free(model);
        cauce_recipe_free(recipe);
    }
    cauce_table_free(labelled);
    cauce_table_free(train);
    unlink(in);
    unlink(out);
}
END_TEST

START_TEST(transformed_without_memory) {
    char in[] = "/tmp/cauce-rows-XXXXXX";
    FILE *file = fdopen(mkstemp(in), "w");
    fputs("x,y\n1,a\n2,b\n3,a\n", file);
    fclose(file);
    cauce_table *table = cauce_read_csv(in, NULL);
    cauce_model *model = model_of("one_hot_encoder", table);
    FAILING_EACH(pass) {
        cauce_status status = cauce_transform_csv(model, in, "/dev/null", "keep=[y]", NULL);
        ck_assert_msg(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
    }
    ck_assert_int_eq(cauce_transform_csv(model, in, "/dev/null", "proba=true", NULL), CAUCE_E_PARAM);
    cauce_error_clear(); /* a NULL keeps the failure that it came from */
    ck_assert_int_eq(cauce_transform_csv(NULL, in, "/dev/null", NULL, NULL), CAUCE_E_ARGUMENT);
    cauce_error_clear();
    cauce_model_free(model);
    cauce_table_free(table);
    unlink(in);
}
END_TEST

TEST_MAIN("model_csv", TEST(no_memory), TEST(rows_keep_their_numbers), TEST(separators_are_checked),
          TEST(messages_name_the_row_of_the_file), TEST(transformed_without_memory), TEST(transformed))
