/* Folds made elsewhere: numbers, files, and what is wrong with them. */
#include <unistd.h>

#include "split/splitter.h"
#include "support/check_main.h"

static cauce_run run;
static ca_arena arena;
static ca_folds folds;
static char path[512];

static cauce_status split(const char *text, const ca_split_input *input) {
    ca_run_begin(&run);
    arena = (ca_arena){ 0 };
    return ca_split(&run, text, input, &arena, &folds);
}

static void end(void) {
    ca_run_end(&run);
    ca_arena_free(&arena);
}

static cauce_status split_file(const char *content, size_t length, int64_t n_rows) {
    snprintf(path, sizeof path, "%s/predefined_%ld.txt", CAUCE_BINARY_DIR, (long)getpid());
    FILE *file = fopen(path, "wb");
    ck_assert_uint_eq(fwrite(content, 1, length, file), length);
    fclose(file);
    char text[600];
    snprintf(text, sizeof text, "predefined_split file=\"%s\"", path);
    cauce_status status = split(text, &(ca_split_input){ .n_rows = n_rows });
    remove(path);
    return status;
}

static void check_rows(const int64_t *rows, int64_t n, const char *expected) {
    char text[256] = "";
    size_t at = 0;
    for (int64_t i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, i ? " %lld" : "%lld", (long long)rows[i]);
    ck_assert_str_eq(text, expected);
}

static void check_fold(int f, const char *train, const char *test) {
    check_rows(folds.folds[f].train, folds.folds[f].n_train, train);
    check_rows(folds.folds[f].test, folds.folds[f].n_test, test);
}

START_TEST(column_of_numbers) {
    const double fold[] = { 7, -1, -3, 7, NAN, 0, -3, 1e15 };
    ck_assert_int_eq(split("predefined_split", &(ca_split_input){ .n_rows = 8, .fold = fold }), CAUCE_OK);
    ck_assert_int_eq(folds.n_folds, 4); /* -3, 0, 7, 1e15 */
    check_fold(0, "0 1 3 5 7", "2 6");
    check_fold(1, "0 1 2 3 6 7", "5");
    check_fold(2, "1 2 5 6 7", "0 3");
    check_fold(3, "0 1 2 3 5 6", "7");
    end();
}
END_TEST

START_TEST(file_of_numbers) {
    const char *same[] = { "0\n1\n\n-1\n0\n", "0\n1\n\n-1\n0",
                           ("\xEF\xBB\xBF"
                            "0\r\n1\r\n\r\n-1\r\n0\r\n"),
                           " 0\n1.0\t\n  \n-1\n0e5\n" };
    for (int i = 0; i < 4; i++) {
        ck_assert_msg(split_file(same[i], strlen(same[i]), 5) == CAUCE_OK, "%d: %s", i, run.error.message);
        ck_assert_int_eq(folds.n_folds, 2);
        check_fold(0, "1 3", "0 4");
        check_fold(1, "0 3 4", "1");
        end();
    }
    ck_assert_int_eq(split_file("1\n0\n\n", 5, 3), CAUCE_OK); /* the last row is not used */
    check_fold(0, "0", "1");
    end();
}
END_TEST

static void refuses_file(const char *content, size_t length, cauce_status status, const char *part) {
    ck_assert_int_eq(split_file(content, length, 3), status);
    ck_assert_msg(strstr(run.error.message, part) != NULL, "'%s' is not in: %s", part, run.error.message);
    end();
}

static void refuses(const double *fold, const char *part) {
    ck_assert_int_eq(split("predefined_split", &(ca_split_input){ .n_rows = 4, .fold = fold }), CAUCE_E_DATA);
    ck_assert_msg(strstr(run.error.message, part) != NULL, "'%s' is not in: %s", part, run.error.message);
    end();
}

START_TEST(refusals) {
    refuses_file("0\n1\n", 4, CAUCE_E_DATA, "has 2 lines, and the table has 3 rows");
    refuses_file("0\n1\n2\n3\n", 8, CAUCE_E_DATA, "has 4 lines");
    refuses_file("", 0, CAUCE_E_DATA, "has 0 lines");
    refuses_file("0\nfold\n2\n", 9, CAUCE_E_DATA, "line 2: 'fold'");
    refuses_file("0\n1\nnan\n", 8, CAUCE_E_DATA, "line 3: 'nan'");
    refuses_file("0\n1\ninf\n", 8, CAUCE_E_DATA, "line 3: 'inf'");
    refuses_file("0\n1\n1\0002\n", 8, CAUCE_E_DATA, "line 3");
    refuses_file("0\n1\n0.5\n", 8, CAUCE_E_DATA, "row 3 has fold number 0.5");
    refuses((const double[]){ 1, 2, INFINITY, 3 }, "row 3 has fold number inf");
    refuses((const double[]){ -1, -1, NAN, -1 }, "nothing to test");
    refuses((const double[]){ NAN, NAN, NAN, NAN }, "nothing to test");
    refuses((const double[]){ 4, 4, NAN, 4 }, "in fold 4: there is nothing to train on");
    ck_assert_int_eq(split("predefined_split file=/no/such/file", &(ca_split_input){ .n_rows = 3 }),
                     CAUCE_E_IO);
    end();
    ck_assert_int_eq(split("predefined_split file=3", &(ca_split_input){ .n_rows = 3 }), CAUCE_E_PARAM);
    end();
}
END_TEST

TEST_MAIN("predefined_split", TEST(column_of_numbers), TEST(file_of_numbers), TEST(refusals))
