/* What is said of texts that are numbers in another form; and that passing it makes numbers of them. */
#include "data/csv_hint.h"

#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;

/* The one warning that reading the text gives, or "". */
static const char *warning_of(const char *text, const ca_csv_options *options) {
    static char said[512];
    said[0] = 0;
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, strlen(text), "t.csv", options);
    ck_assert_ptr_nonnull(table);
    for (const ca_warning *w = run.warnings; w; w = w->next) {
        ck_assert_str_eq(w->name, "number_marks");
        ck_assert_str_eq(said, "");
        snprintf(said, sizeof said, "%s", w->text);
    }
    ca_table_drop(table);
    ca_run_end(&run);
    return said;
}

static const ca_csv_options plain = { 0 };

START_TEST(said) {
    ck_assert_str_eq(warning_of("a;b\n1,5;x\n2,25;y\n", &plain),
                     "column 'a' looks like numbers, such as '1,5': decimal=\",\" reads it so");
    ck_assert_str_eq(
        warning_of("a;b;c\n1,5;-1.234,5;1\n2,25;0,1;2\n", &plain),
        "columns 'a', 'b' look like numbers, such as '1,5': decimal=\",\" thousands=. reads them so");
    ck_assert_str_eq(warning_of("a;b\n1,234.5;1\n12,500.0;2\n", &plain),
                     "column 'a' looks like numbers, such as '1,234.5': thousands=\",\" reads it so");
    ck_assert_str_eq(
        warning_of("a;b\n1 234,5;1\n12 500,0;2\n", &plain),
        "column 'a' looks like numbers, such as '1 234,5': decimal=\",\" thousands=\" \" reads it so");
    ck_assert_str_eq(warning_of("a;b\n1'234;1\n12'500;2\n", &plain),
                     "column 'a' looks like numbers, such as '1'234': thousands=\"'\" reads it so");
    ck_assert_str_eq(
        warning_of(
            "a,b,c,d,e\n\"1,5\",\"1,5\",\"1,5\",\"1,5\",\"1,5\"\n\"2,5\",\"2,5\",\"2,5\",\"2,5\",\"2,5\"\n",
            &plain),
        "columns 'a', 'b', 'c' and 2 more look like numbers, such as '1,5': decimal=\",\" reads them so");
    /* one cell of eleven may be anything */
    ck_assert_str_eq(
        warning_of("a;b\n1,5;1\n2,5;1\n3,5;1\n4,5;1\n5,5;1\n6,5;1\n7,5;1\n8,5;1\n9,5;1\n10,5;1\n-;1\n",
                   &plain),
        "column 'a' looks like numbers, such as '1,5': decimal=\",\" reads it so");
    const ca_csv_options comma = { .decimal = ',' };
    ck_assert_str_eq(warning_of("a;b\n1.5;1\n2.25;2\n", &comma),
                     "column 'a' looks like numbers, such as '1.5': decimal=. reads it so");
    ck_assert_str_eq(warning_of("a;b\n1.234,5;1\n2,25;2\n", &comma),
                     "column 'a' looks like numbers, such as '1.234,5': thousands=. reads it so");
}
END_TEST

/* A comma before three digits may be either; fractions with a point elsewhere make it more likely the
 * thousands'. A zero before it shows a fraction. */
START_TEST(either) {
    ck_assert_str_eq(
        warning_of("a;b\n1,234;1\n12,500;2\n", &plain),
        "column 'a' looks like numbers, such as '1,234': decimal=\",\" or thousands=\",\" reads it so, "
        "whichever the mark is");
    ck_assert_str_eq(
        warning_of("a;b\n1,234;1.5\n12,500;2\n", &plain),
        "column 'a' looks like numbers, such as '1,234': thousands=\",\" or decimal=\",\" reads it so, "
        "whichever the mark is");
    ck_assert_str_eq(warning_of("a;b\n0,234;1\n0,500;2\n", &plain),
                     "column 'a' looks like numbers, such as '0,234': decimal=\",\" reads it so");
}
END_TEST

START_TEST(not_said) {
    static const char *const texts[] = {
        "a;b\n1.5;x\n2.25;y\n",
        "a;b\nx,y;1\ny,z;2\n",
        "a;b\n1,2,3;1\n2,3,4;2\n", /* lists */
        "a;b\n05.03.2024;1\n06.03.2024;2\n",
        "a;b\n007;1\n008;2\n",
        "a;b\n1,5;1\n2,5;1\nx;1\ny;1\n",
        "a;b\n1.2.3;1\n1.2.4;2\n",
        "a;b\n1,5;1\n1,5;2\n", /* one value alone shows nothing */
        "a;b\n3;1\n4;1\n1-2;1\n",
        "a;b\ninf;1\nnan,;1\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_str_eq(warning_of(texts[i], &plain), "");
    const ca_csv_column category = { .name = "a", .has_kind = true, .kind = CAUCE_CATEGORY };
    ck_assert_str_eq(
        warning_of("a;b\n1,5;x\n2,25;y\n", &(ca_csv_options){ .columns = &category, .n_columns = 1 }), "");
    ck_assert_str_eq(warning_of("a;b\n1,5;x\n2,25;y\n", &(ca_csv_options){ .decimal = ',' }), "");
}
END_TEST

START_TEST(of_a_cell) {
    const ca_csv_column number = { .name = "a", .has_kind = true, .kind = CAUCE_NUMBER };
    const ca_csv_options options = { .columns = &number, .n_columns = 1 };
    static const char *const examples[][2] = {
        { "a;b\n1,5;x\n", "t.csv:2:1: column 'a': '1,5' is not a number; decimal=\",\" reads it (byte 4)" },
        { "a;b\n1,234.5;x\n",
          "t.csv:2:1: column 'a': '1,234.5' is not a number; thousands=\",\" reads it (byte 4)" },
        { "a;b\n1.234,5;x\n",
          "t.csv:2:1: column 'a': '1.234,5' is not a number; decimal=\",\" thousands=. reads it (byte 4)" },
        { "a;b\nx;x\n", "t.csv:2:1: column 'a': 'x' is not a number (byte 4)" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        ca_run_begin(&run);
        ck_assert_ptr_null(ca_csv_read(&run, examples[i][0], strlen(examples[i][0]), "t.csv", &options));
        ck_assert_str_eq(run.error.message, examples[i][1]);
        ca_run_end(&run);
    }
}
END_TEST

START_TEST(survives_failing_allocations) {
    static const char text[] = "a;b;c;d\n1,5;1,5;1,5;1,5\n2,5;2,5;2,5;2,5\n";
    failing_install();
    FAILING_EACH(pass) {
        ca_run_begin(&run);
        cauce_table *table = ca_csv_read(&run, text, sizeof text - 1, "t.csv", &plain);
        ck_assert(table || (pass.armed && run.error.status == CAUCE_E_NOMEM));
        ca_table_drop(table);
        ca_run_end(&run);
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("csv_hint", TEST(said), TEST(either), TEST(not_said), TEST(of_a_cell),
          TEST(survives_failing_allocations))
