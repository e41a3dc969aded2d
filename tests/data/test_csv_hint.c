/* What is said of texts that are numbers in another form; and that passing it makes numbers of them. */
#include "data/csv_hint.h"

#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;

/* The one warning that reading the text gives, or "". */
static const char *name = "number_marks";
static const char *warning_of(const char *text, const ca_csv_options *options) {
    static char said[512];
    said[0] = 0;
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, strlen(text), "t.csv", options);
    ck_assert_ptr_nonnull(table);
    for (const ca_warning *w = run.warnings; w; w = w->next) {
        ck_assert_str_eq(w->name, name);
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
        "whichever it is");
    ck_assert_str_eq(
        warning_of("a;b\n1,234;1.5\n12,500;2\n", &plain),
        "column 'a' looks like numbers, such as '1,234': thousands=\",\" or decimal=\",\" reads it so, "
        "whichever it is");
    ck_assert_str_eq(warning_of("a;b\n0,234;1\n0,500;2\n", &plain),
                     "column 'a' looks like numbers, such as '0,234': decimal=\",\" reads it so");
}
END_TEST

START_TEST(dates) {
    name = "date_order";
    ck_assert_str_eq(warning_of("a;b\n16/3/2024;1\n5/3/2024;2\n", &plain),
                     "column 'a' looks like dates, such as '16/3/2024': dates=day_first reads it so");
    ck_assert_str_eq(
        warning_of("a;b\n3/16/2024;3/5/2024\n5/3/2024;5/3/2024\n", &plain),
        "columns 'a', 'b' look like dates, such as '3/16/2024': dates=month_first reads them so");
    ck_assert_str_eq(
        warning_of("a;b\n05.03.2024 14:30;1\n06.03.2024 14:30;2\n", &plain),
        "column 'a' looks like dates, such as '05.03.2024 14:30': dates=day_first or dates=month_first "
        "reads it so, whichever it is");
    const ca_csv_options day_first = { .dates = CA_DATES_DAY_FIRST };
    ck_assert_str_eq(warning_of("a;b\n3/16/2024;1\n5/3/2024;2\n", &day_first),
                     "column 'a' looks like dates, such as '3/16/2024': dates=month_first reads it so");
    ck_assert_str_eq(warning_of("a;b\n16/3/2024;1\n5/3/2024;2\n", &day_first), "");
    ck_assert_str_eq(warning_of("a;b\n16/3/2024;1\n5/3/2024;2\nx;1\n", &plain), "");
    ck_assert_str_eq(warning_of("a;b\n1/2;1\n2/3;2\n", &plain), "");
    /* both kinds of hint in one file */
    ca_run_begin(&run);
    static const char both[] = "a;b\n16/3/2024;1,5\n5/3/2024;2,5\n";
    cauce_table *table = ca_csv_read(&run, both, sizeof both - 1, "t.csv", &plain);
    ck_assert_str_eq(run.warnings->name, "number_marks");
    ck_assert_str_eq(run.warnings->next->name, "date_order");
    ck_assert_ptr_null(run.warnings->next->next);
    ca_table_drop(table);
    ca_run_end(&run);
    name = "number_marks";
}
END_TEST

#define USUAL "\"\", \"NA\", \"N/A\", \"NaN\", \"nan\", \"NULL\", \"null\", \"?\""

START_TEST(strays) {
    name = "almost_numbers";
    ck_assert_str_eq(
        warning_of("a;b\n1;1\n2;1\n3;1\n4;1\n5;1\n6;1\n7;1\n8;1\n9;1\n10;1\nnone;1\nnone;1\n", &plain),
        "column 'a' would be numbers but for 'none': missing=[" USUAL ", \"none\"] reads it so");
    const char *const advice[] = { "", "NA", "N/A", "NaN", "nan", "NULL", "null", "?", "none" };
    ck_assert_str_eq(warning_of("a;b\n1;1\n2;1\n3;1\n4;1\n5;1\n6;1\n7;1\n8;1\n9;1\n10;1\nnone;1\nnone;1\n",
                                &(ca_csv_options){ .missing = advice, .n_missing = 9 }),
                     "");
    /* Cells that are missing already are so by what is said, too. */
    static const char both[] = "a;b\n1;1\n2;1\n3;1\n4;1\n5;1\n6;1\n7;1\n8;1\n9;1\n10;1\nnone;1\n*;1\n";
    const char *const star[] = { "*" }, *const followed[] = { "*", "none" };
    ck_assert_str_eq(warning_of(both, &(ca_csv_options){ .missing = star, .n_missing = 1 }),
                     "column 'a' would be numbers but for 'none': missing=[\"*\", \"none\"] reads it so");
    ck_assert_str_eq(warning_of(both, &(ca_csv_options){ .missing = followed, .n_missing = 2 }), "");
    ca_text many = { 0 };
    ca_text_add(&many, "a;b\nn/a;1\n-;2\n");
    for (int i = 0; i < 40; i++) ca_text_addf(&many, "%d.5;1\n", i);
    ck_assert_str_eq(warning_of(many.data, &plain),
                     "column 'a' would be numbers but for '-' and 'n/a': missing=[" USUAL
                     ", \"-\", \"n/a\"] reads it so");
    ca_text_add(&many, "+;1\n");
    ck_assert_str_eq(warning_of(many.data, &plain), ""); /* three words: something else */
    ca_text_free(&many);
    ck_assert_str_eq(warning_of("a;b\n1;1\n2;1\n3;1\nx;1\n", &plain), ""); /* few values may mean anything */
    ck_assert_str_eq(
        warning_of("a;b\n01;1\n02;1\n03;1\n04;1\n05;1\n06;1\n07;1\n08;1\n09;1\n10;1\nx;1\n", &plain), "");
    name = "number_marks";
}
END_TEST

START_TEST(not_said) {
    static const char *const texts[] = {
        "a;b\n1.5;x\n2.25;y\n",   "a;b\nx,y;1\ny,z;2\n",           "a;b\n1,2,3;1\n2,3,4;2\n", /* lists */
        "a;b\n007;1\n008;2\n",    "a;b\n1,5;1\n2,5;1\nx;1\ny;1\n", "a;b\n1.2.3;1\n1.2.4;2\n",
        "a;b\n1,5;1\n1,5;2\n", /* one value alone shows nothing */
        "a;b\n3;1\n4;1\n1-2;1\n", "a;b\ninf;1\nnan,;1\n",
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

/* ---- Beyond doubt -------------------------------------------------------------------------------------- */

static const ca_csv_options look = { .find_marks = true, .find_dates = true };

/* Reads, and tells the kinds of the columns by their second letters, the marks, and the first warning. */
static const char *found_in(const char *text) {
    static char said[600];
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, strlen(text), "t.csv", &look);
    ck_assert_msg(table != NULL, "%s", run.error.message);
    int n = 0;
    for (int64_t j = 0; j < table->n_columns; j++)
        said[n++] = cauce_kind_name(table->columns[j].column->kind)[1]; /* by the second letter */
    snprintf(said + n, sizeof said - (size_t)n, " %c%c %s", table->decimal ? table->decimal : '_',
             table->thousands ? table->thousands : '_', run.warnings ? run.warnings->text : "");
    ca_table_drop(table);
    ca_run_end(&run);
    return said;
}

/* As published by the Italian exchange: a byte-order mark, semicolons, decimal commas, the day first. */
static const char exchange[] =
    "\xef\xbb\xbf"
    "Data;\xe2\x82\xac/MWh\n01/01/2020;10,659308\n02/01/2020;47,5\n13/01/2020;-1\n";

START_TEST(found) {
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, exchange, sizeof exchange - 1, "t.csv", &look);
    ck_assert_ptr_nonnull(table);
    ck_assert_int_eq(table->columns[0].column->kind, CAUCE_DATETIME);
    ck_assert_int_eq(table->columns[1].column->kind, CAUCE_NUMBER);
    ck_assert(table->decimal == ',' && table->thousands == 0);
    ck_assert(cauce_table_number(table, 0, 1) == 10.659308 && cauce_table_number(table, 2, 1) == -1);
    ck_assert_str_eq(cauce_table_text(table, 2, 0), "13/01/2020");
    const ca_column *dates_column = table->columns[0].column;
    const int32_t *codes = dates_column->data;
    ck_assert(dates_column->times[codes[1]] - dates_column->times[codes[0]] == 86400);
    ck_assert_str_eq(run.warnings->text,
                     "column '\xe2\x82\xac/MWh', such as '10,659308', is read by decimal=\",\"; "
                     "decimal=. leaves it texts");
    ck_assert_str_eq(
        run.warnings->next->text,
        "column 'Data', such as '01/01/2020', is read by dates=day_first; dates=iso leaves it texts");
    ck_assert_ptr_null(run.warnings->next->next);
    ca_table_drop(table);
    ca_run_end(&run);
    ck_assert_str_eq(
        found_in("a;b;c\n1.234,5;0,5;x\n2,25;0,7;y\n"),
        "uua ,. columns 'a', 'b', such as '1.234,5', are read by decimal=\",\" thousands=.; decimal=. "
        "leaves them texts");
    ck_assert_str_eq(
        found_in("a,b\n3/16/2024,1.5\n5/3/2024,2\n"),
        "iu __ column 'a', such as '3/16/2024', is read by dates=month_first; dates=iso leaves it texts");
}
END_TEST

/* Whatever may be meant otherwise stays as it stands, with advice. */
START_TEST(in_doubt) {
    static const char *const texts[] = {
        "a;b\n1,234;1\n12,500;2\n",    /* thousands? */
        "a,b\n\"1,5\",1\n\"2,5\",2\n", /* lists? */
        "a;b\n1,5;1.5\n2,5;2\n",       /* there are points */
        "a;b\n1,5;1.0\n2,5;2.0\n",
        "a;b\n1.234,5;1.000\n2,25;2.000\n",    /* 1 or a thousand? */
        "a;b\n612 345 678;1\n612 345 679;2\n", /* to call */
        "a;b\n1'234;1\n12'500;2\n",
        "a;b\n1,5;1\n2,5;1\n3,5;1\n4,5;1\n5,5;1\n6,5;1\n7,5;1\n8,5;1\n9,5;1\n10,5;1\n-;1\n",
        "a;b\n3/4/2024;1\n5/3/2024;2\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *said = found_in(texts[i]);
        ck_assert_msg(said[0] == 'a' && strstr(said, "u __ column 'a' looks like") == said + 1, "%zu: %s", i,
                      said);
    }
    /* A kind that is given is not read any better. */
    const ca_csv_column number = { .name = "b", .has_kind = true, .kind = CAUCE_NUMBER };
    const ca_csv_options given = { .columns = &number, .n_columns = 1, .find_marks = true };
    static const char text[] = "a;b\n1,5;1.5\n2,5;2.5\n";
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, sizeof text - 1, "t.csv", &given);
    ck_assert_msg(table != NULL, "%s", run.error.message);
    ck_assert(cauce_table_number(table, 1, 1) == 2.5);
    ca_table_drop(table);
    ca_run_end(&run);
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
    FAILING_EACH(pass) {
        ca_run_begin(&run);
        cauce_table *table = ca_csv_read(&run, exchange, sizeof exchange - 1, "t.csv", &look);
        ck_assert(table ? table->decimal == ',' : pass.armed && run.error.status == CAUCE_E_NOMEM);
        ca_table_drop(table);
        ca_run_end(&run);
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("csv_hint", TEST(said), TEST(either), TEST(dates), TEST(strays), TEST(not_said), TEST(of_a_cell),
          TEST(found), TEST(in_doubt), TEST(survives_failing_allocations))
