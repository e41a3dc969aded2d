/* From form to form and back: the same bytes, and the same cells. */
#define _XOPEN_SOURCE 700
#include "data/csv_convert.h"

#include <unistd.h>

#include "csv_files.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;
static char from[512], to[512];

static void convert_text(const char *text, size_t size, const ca_csv_options *options,
                         const ca_csv_form *form, ca_text *out) {
    int64_t rows = -1;
    put_file(from, "convert_from.csv", text, size);
    snprintf(to, sizeof to, "%s/convert_to.csv", CAUCE_BINARY_DIR);
    unlink(to);
    ca_run_begin(&run);
    out->length = 0;
    if (ca_csv_convert(&run, from, to, options, form, &rows) == CAUCE_OK) {
        ca_file file;
        ck_assert_int_eq(ca_file_read(&run, to, SIZE_MAX / 4, &file), CAUCE_OK);
        ca_text_add_n(out, file.bytes, file.size);
        ca_file_free(&file);
    } else {
        const char *after = strstr(run.error.message, "convert_from.csv");
        ca_text_addf(out, "%s %s", cauce_status_name(run.error.status),
                     after ? after + strlen("convert_from.csv") : run.error.message);
        ck_assert_int_ne(access(to, F_OK), 0);
    }
    ca_run_end(&run);
}

static void check(const char *text, const ca_csv_options *options, const ca_csv_form *form,
                  const char *expected) {
    ca_text out = { 0 };
    convert_text(text, strlen(text), options, form, &out);
    ck_assert_msg(strcmp(ca_text_get(&out), expected) == 0, "<<%s>>\ngives <<%s>>\nnot <<%s>>", text,
                  ca_text_get(&out), expected);
    ca_text_free(&out);
}

START_TEST(by_hand) {
    const ca_csv_options plain = { 0 }, german = { .decimal = ',', .thousands = '.' };
    const ca_csv_form comma = { .separator = ',', .decimal = '.' },
                      tab = { .separator = '\t', .decimal = '.' };
    const ca_csv_form semicolon = { .separator = ';', .decimal = ',' };
    check("a;b\n1;x,y\n", &plain, &comma, "a,b\n1,\"x,y\"\n");
    check("a,b\r\n1.50, NA \r\n,\"\"\r\n", &plain, &tab, "a\tb\n1.50\t NA \n\t\"\"\n");
    check("a,b\n\"1\",\"x\"\"y\"\n007,5\" disk\n", &plain, &semicolon, "a;b\n1;\"x\"\"y\"\n007;5\" disk\n");
    check("a,b\n1.50,x.y\n\"2.5\",1.5.2\n", &plain, &semicolon, "a;b\n1,50;x.y\n2,5;1.5.2\n");
    check("a;b\n1.234,50;1.5\n-,5;inf\n", &german, &comma, "a,b\n1234.50,1.5\n-.5,inf\n");
    check("a;b\n1,5;x\n", &(ca_csv_options){ .decimal = ',' },
          &(ca_csv_form){ .separator = ',', .decimal = ',' }, "a,b\n\"1,5\",x\n");
    check("a\nx\n\ny\n", &plain, &comma, "a\nx\n\"\"\ny\n");
    check("\"a,b\",c\n1,2\n", &plain, &semicolon, "\"a,b\";c\n1;2\n");
    /* blanks and quotes stay, in the header too; names are no numbers */
    check("a , \"b\";\t\"c\"\"\" \n 1.5, \"x\" ;\t y\t\n", &(ca_csv_options){ .separator = ';' }, &semicolon,
          "\"a , \"\"b\"\"\";\t\"c\"\"\" \n 1.5, \"x\" ;\t y\t\n");
    check("1.5, \"2.5\" ,c\n 1.5 , x;y ,\t\n", &plain, &semicolon, "1.5; \"2.5\" ;c\n 1,5 ; \"x;y\" ;\t\n");
    check("a,b \t\n1,\tx\n", &plain, &tab, "a\tb\n1\tx\n"); /* but for those that would separate */
    check("NA,\"?\"\n1,2\n", &plain, &comma, "NA,\"?\"\n1,2\n");
    check("a,b;c;d\n1,2\n", &(ca_csv_options){ .separator = ',' }, &comma, "a,\"b;c;d\"\n1,2\n");
    check("PK\x03\x04,b\n1,2\n", &(ca_csv_options){ .separator = ',' }, &comma,
          "DATA : this is a zip archive (or a spreadsheet: save it as CSV); expected CSV text");
    check("a,PK\x03\x04\n1,2\n", &plain, &(ca_csv_form){ ',', '.', (const char *const[]){ "PK\x03\x04" }, 1 },
          "\"PK\x03\x04\"\n2\n");
    check("a,b\n1,  \n2, x \n", &plain, &(ca_csv_form){ ',', '.', (const char *const[]){ "b" }, 1 },
          "b\n\"\"\n x \n");
    check("a,b\n1\n", &plain, &comma, "DATA :2:2: 1 field, expected 2 (byte 5)");
    const char *const chosen[] = { "c", "a" }, *const none[] = { "d" }, *const twice[] = { "a", "a" };
    check("a,b,c\n1,2,3\n4,5,6\n", &plain, &(ca_csv_form){ ';', '.', chosen, 2 }, "c;a\n3;1\n6;4\n");
    check("a,b,c\n1,2,3\n", &plain, &(ca_csv_form){ ';', '.', none, 1 },
          "SCHEMA : no column 'd' (columns: a, b, c)");
    check("a,b,c\n1,2,3\n", &plain, &(ca_csv_form){ ';', '.', twice, 2 }, "PARAM column 'a' is named twice");
}
END_TEST

/* What was written once comes back to the byte through any separator. */
START_TEST(there_and_back) {
    static const char *const cells[] = { "",         "1",          "-2.50", "1e5",      "NA",       "\"NA\"",
                                         "x",        "\"a\"\"b\"", "\"\"",  "\"l\nm\"", "\xc3\xa9", "007",
                                         "5\" disk", "inf",        " 1 ",   "  x",      " \"q\" " };
    static const char separators[] = ";\t|";
    cauce_rng rng;
    cauce_rng_init(&rng, 8, "convert", 0);
    ca_text text = { 0 }, there = { 0 }, back = { 0 };
    for (int trial = 0; trial < 60; trial++) {
        text.length = 0;
        ca_text_add(&text, "a, \"b\" ,c\n");
        for (uint64_t r = cauce_rng_below(&rng, 400); r > 0; r--)
            for (int j = 0; j < 3; j++) {
                ca_text_add(&text, cells[cauce_rng_below(&rng, sizeof cells / sizeof *cells)]);
                ca_text_add(&text, j < 2 ? "," : "\n");
            }
        const char s = separators[trial % 3], d = trial % 2 ? ',' : '.';
        convert_text(text.data, text.length, &(ca_csv_options){ 0 }, &(ca_csv_form){ s, d, NULL, 0 }, &there);
        convert_text(there.data, there.length, &(ca_csv_options){ .decimal = d },
                     &(ca_csv_form){ ',', '.', NULL, 0 }, &back);
        ck_assert_msg(back.length == text.length && memcmp(back.data, text.data, text.length) == 0,
                      "%.*s\n%s", (int)text.length, text.data, back.data);
    }
    ca_text_free(&text);
    ca_text_free(&there);
    ca_text_free(&back);
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    put_file(from, "convert_failing.csv", "a;b\n1,5;x\n2;\"y\"\n", 16);
    const ca_csv_options options = { .decimal = ',' };
    const ca_csv_form form = { .separator = ',', .decimal = '.' };
    FAILING_EACH(pass) {
        int64_t rows;
        ca_run_begin(&run);
        cauce_status status = ca_csv_convert(&run, from, "/dev/null", &options, &form, &rows);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_end(&run);
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("csv_convert", TEST(by_hand), TEST(there_and_back), TEST(survives_failing_allocations))
