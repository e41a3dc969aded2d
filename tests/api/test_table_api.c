/* Tables made of arrays, through the public header. */
#include "support/tables.h"

#include "support/check_main.h"

/* What a model file could not give back is refused when it comes in. */
START_TEST(only_utf8) {
    cauce_table *table = cauce_table_new(2);
    const char *latin[] = { "caf\xE9", "th\xE9" }, *good[] = { "caf\xC3\xA9", NULL };
    const double x[] = { 1, 2 };
    ck_assert_int_eq(cauce_table_add_text(table, "drink", latin), CAUCE_E_DATA);
    failed_with(CAUCE_E_DATA, "column 'drink', row 1: 'caf\\xe9' is not UTF-8");
    ck_assert_int_eq(cauce_table_add_f64(table, "caf\xE9", x, 1), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "caf\\xe9");
    ck_assert_int_eq(cauce_table_add_text(table, "drink", good), CAUCE_OK);
    ck_assert_int_eq(cauce_table_columns(table), 1);
    ck_assert_ptr_null(cauce_new("one_hot_encoder drop=[\"caf\xE9\"]"));
    failed_with(CAUCE_E_PARAM, "UTF-8");
    ck_assert_ptr_null(cauce_on("a", "caf\xE9", cauce_new("passthrough")));
    failed_with(CAUCE_E_PARAM, "UTF-8");
    cauce_table_free(table);
}
END_TEST

static void join_name(const char *name, void *payload) {
    strcat(payload, name);
    strcat(payload, "|");
}

/* The header alone: what stands below it is not looked at. */
START_TEST(names_of_a_file) {
    char path[512], names[100] = "";
    snprintf(path, sizeof path, "%s/test_table_api.csv", CAUCE_BINARY_DIR);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("\xEF\xBB\xBF age ;\"town; part\";\"a \"\"b\"\"\"\r\n1;2\n\"", file);
    fclose(file);
    ck_assert_int_eq(cauce_csv_names(path, join_name, names), CAUCE_OK);
    ck_assert_str_eq(names, "age|town; part|a \"b\"|");
    remove(path);
    ck_assert_int_eq(cauce_csv_names(path, join_name, names), CAUCE_E_IO);
    failed_with(CAUCE_E_IO, "test_table_api.csv");
    ck_assert_int_eq(cauce_csv_names(path, NULL, names), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "each");
}
END_TEST

/* Before the file is looked at. */
START_TEST(one_role_for_a_column) {
    static const char *const options[][2] = {
        { "target=y groups=y", "column 'y' is named by target and by groups" },
        { "time=t weight=t", "column 't' is named by weight and by time" },
        { "target=y drop=[a, y]", "by target and by drop" },
        { "fold=f id=[f]", "by fold and by id" },
        { "target=y exposure=y", "by target and by exposure" }
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        ck_assert_ptr_null(cauce_read_csv("not there.csv", options[i][0]));
        failed_with(CAUCE_E_PARAM, options[i][1]);
    }
}
END_TEST

TEST_MAIN("table_api", TEST(only_utf8), TEST(one_role_for_a_column), TEST(names_of_a_file))
