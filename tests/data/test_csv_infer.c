/* Quick numbers against the careful reader; numbers with marks against the same cells written plainly, whole
 * and in parts; columns of times. */
#include "data/csv_infer.h"

#include "base/run.h"
#include "csv_dump.h"
#include "support/failing.h"

static cauce_run run;

static void check(const char *text, const ca_csv_options *options, const char *expected) {
    check_dump(text, strlen(text), options, expected);
}

/* ---- Quick numbers ------------------------------------------------------------------------------------- */

/* The quick ways read what they read as the careful one does, and leave codes like 007 to it; the word-wise
 * one takes all that the other takes of short cells. What lies behind the cell does not matter. */
static void agree(const char *text, size_t length, char behind) {
    char cell[24];
    memset(cell, behind, sizeof cell);
    memcpy(cell, text, length);
    double exact = 0, quick = 0, word = 0;
    bool careful = ca_number_parse(cell, length, &exact) && !ca_csv_leading_zero(cell, length);
    bool by_byte = ca_csv_quick_number(cell, (uint32_t)length, &quick);
    if (by_byte)
        ck_assert_msg(careful && memcmp(&quick, &exact, 8) == 0, "'%.*s': %g", (int)length, cell, quick);
    if (length > 8) return;
    bool by_word = ca_csv_short_number(cell, (uint32_t)length, &word);
    if (by_word)
        ck_assert_msg(careful && memcmp(&word, &exact, 8) == 0, "'%.*s': %g", (int)length, cell, word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    ck_assert_msg(by_word == by_byte, "'%.*s': %d, %d", (int)length, cell, by_word, by_byte);
#endif
}

START_TEST(all_short_texts) {
    static const char alphabet[] = "0189.-+ex /:";
    enum { A = sizeof alphabet - 1 };
    for (size_t length = 0; length <= 5; length++) {
        long count = 1;
        for (size_t i = 0; i < length; i++) count *= A;
        for (long k = 0; k < count; k++) {
            char text[8];
            long rest = k;
            for (size_t i = 0; i < length; i++, rest /= A) text[i] = alphabet[rest % A];
            agree(text, length, k % 2 ? ',' : '7');
        }
    }
}
END_TEST

START_TEST(longer_ones) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "numbers", 0);
    for (int k = 0; k < 400000; k++) {
        char text[24];
        size_t length = 1 + cauce_rng_below(&rng, 17);
        for (size_t i = 0; i < length; i++) text[i] = (char)('0' + cauce_rng_below(&rng, 10));
        if (cauce_rng_below(&rng, 3)) text[cauce_rng_below(&rng, length)] = '.';
        if (cauce_rng_below(&rng, 3) == 0) text[0] = '-';
        if (cauce_rng_below(&rng, 50) == 0)
            text[cauce_rng_below(&rng, length)] = (char)cauce_rng_below(&rng, 256);
        agree(text, length, (char)cauce_rng_below(&rng, 256));
    }
}
END_TEST

/* ---- Marks --------------------------------------------------------------------------------------------- */

START_TEST(marks_by_hand) {
    const ca_csv_options comma = { .decimal = ',' }, german = { .decimal = ',', .thousands = '.' };
    const ca_csv_options english = { .thousands = ',' }, french = { .decimal = ',', .thousands = ' ' };
    const ca_csv_options swiss = { .thousands = '\'' };
    check("a;b\n1,5;x\n-,25;y\n3;z\n1e2;w\n", &comma, "a:number=1.5,-0.25,3,100 b:category=x,y,z,w");
    check("a;b\n1.5;x\n2;y\n", &comma, "a:category=1.5,2 b:category=x,y");
    check("a,b\n\"1,5\",x\n\"2\",y\n", &comma, "a:number=1.5,2 b:category=x,y");
    check("a;b\n1.234,5;1\n12.345.678;2\n-1.000;,5\n123;NA\n", &german,
          "a:number=1234.5,12345678,-1000,123 b:number=1,2,0.5,~");
    const char *const wrong[] = { "1.5",      "1.2345", "1234.567", "1..234", ".234",
                                  "1.234.56", "1.234.", "1,2,3",    "1,2.345" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[64], expected[64];
        snprintf(text, sizeof text, "a;b\n%s;1\n", wrong[i]);
        snprintf(expected, sizeof expected, "a:category=%s b:number=1", wrong[i]);
        check(text, &german, expected);
    }
    check("a;b\n1,234.5;1\n\"2,000,000\";inf\n", &english, "a:number=1234.5,2000000 b:number=1,inf");
    check("a;b\n1 234,5;1\n12\xc2\xa0"
          "345;2\n1\xe2\x80\xaf"
          "000;3\n",
          &french, "a:number=1234.5,12345,1000 b:number=1,2,3");
    check("a;b\n1'234.5;1\n", &swiss, "a:number=1234.5 b:number=1");
    check("a;b\n007;1,0\n", &comma, "a:category=007 b:number=1");
    const ca_csv_column given[] = { { "a", true, CAUCE_NUMBER, NULL } };
    const ca_csv_options must = { .decimal = ',', .columns = given, .n_columns = 1 };
    check("a;b\n1.5;1\n", &must,
          "DATA t.csv:2:1: column 'a': '1.5' is not a number; decimal=. reads it (byte 4)");
}
END_TEST

/* Digits in groups of three. */
static void put_marked(ca_text *out, const char *plain, char decimal, char thousands) {
    const char *p = plain;
    if (*p == '-') ca_text_add_n(out, p++, 1);
    size_t whole = strspn(p, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i && thousands && (whole - i) % 3 == 0) ca_text_add_n(out, &thousands, 1);
        ca_text_add_n(out, p + i, 1);
    }
    for (p += whole; *p; p++) ca_text_add_n(out, *p == '.' ? &decimal : p, 1);
}

/* The table of numbers with marks is that of the numbers without. */
START_TEST(marks_change_nothing_else) {
    static const char marks[][2] = { { ',', 0 }, { ',', '.' }, { '.', ',' }, { ',', ' ' }, { '.', '\'' } };
    cauce_rng rng;
    cauce_rng_init(&rng, 4, "marked numbers", 0);
    for (int trial = 0; trial < 400; trial++) {
        const char *m = marks[trial % 5];
        ca_text plain = { 0 }, marked = { 0 }, expected = { 0 };
        ca_text_add(&plain, "a;b;c\n");
        ca_text_add(&marked, "a;b;c\n");
        const int64_t rows = (int64_t)cauce_rng_below(&rng, 60);
        for (int64_t r = 0; r < rows; r++) {
            for (int j = 0; j < 3; j++) {
                char cell[64];
                const double size = (double)(1 << cauce_rng_below(&rng, 31));
                snprintf(cell, sizeof cell, "%.*f", (int)cauce_rng_below(&rng, 5),
                         (cauce_rng_uniform(&rng) - .3) * size);
                if (j == 1 && cauce_rng_below(&rng, 20) == 0) snprintf(cell, sizeof cell, "word");
                if (cauce_rng_below(&rng, 10) == 0) cell[0] = 0;
                ca_text_add(&plain, cell);
                put_marked(&marked, cell, m[0], m[1]);
                ca_text_add(&plain, j < 2 ? ";" : "\n");
                ca_text_add(&marked, j < 2 ? ";" : "\n");
            }
        }
        const ca_csv_options with = { .separator = ';', .decimal = m[0], .thousands = m[1] };
        const ca_csv_options without = { .separator = ';' };
        dump_text(&expected, plain.data, plain.length, &without, 0);
        for (size_t part = 0; part <= 64; part += part ? 24 : 16) {
            ca_text out = { 0 };
            dump_text(&out, marked.data, marked.length, &with, part);
            /* a column that is no numbers holds its texts as they stand */
            if (!strstr(expected.data, "b:category") && !strstr(expected.data, "b:text"))
                ck_assert_msg(strcmp(out.data, expected.data) == 0, "%s\n%s\nof %s", out.data, expected.data,
                              marked.data);
            else
                ck_assert_int_eq(strcspn(out.data, " "), strcspn(expected.data, " "));
            ca_text_free(&out);
        }
        ca_text_free(&plain);
        ca_text_free(&marked);
        ca_text_free(&expected);
    }
}
END_TEST

/* ---- Times --------------------------------------------------------------------------------------------- */

START_TEST(times) {
    const ca_csv_options day_first = { .dates = CA_DATES_DAY_FIRST };
    check("a;b\n2024-03-05;1\n2024-03-06T12:00;2\nNA;3\n", NULL,
          "a:time=2024-03-05,2024-03-06T12:00,~ b:number=1,2,3");
    check("a;b\n5.3.2024;1\n6.3.2024;2\n", NULL, "a:category=5.3.2024,6.3.2024 b:number=1,2");
    check("a;b\n5.3.2024;1\n2024-03-06;2\n", &day_first, "a:time=5.3.2024,2024-03-06 b:number=1,2");
    check("a;b\n2024-03-05;1\nsoon;2\n", NULL, "a:category=2024-03-05,soon b:number=1,2");
    check("a\n\n\n", NULL, "a:number=");
    const ca_csv_column given[] = { { "a", true, CAUCE_DATETIME, NULL } };
    const ca_csv_options must = { .columns = given, .n_columns = 1 };
    check("a;b\n2024-03-05;1\n2023-02-29;2\n", &must,
          "DATA t.csv:3: column 'a': '2023-02-29' is not a date or a time such as 2024-03-05 or "
          "2024-03-05T14:30:05Z; dates=day_first reads 5.3.2024");
    check("a;b\n;1\n", &must, "a:time=~ b:number=1");
}
END_TEST

START_TEST(times_are_numbers) {
    static const char text[] = "a\n2024-03-05\n2024-03-05T00:00:30\nNA\n1970-01-01\n";
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, sizeof text - 1, "t.csv", NULL);
    ck_assert_int_eq(cauce_table_kind(table, 0), CAUCE_DATETIME);
    ck_assert(cauce_table_number(table, 0, 0) == 1709596800);
    ck_assert(cauce_table_number(table, 1, 0) == 1709596830);
    ck_assert(isnan(cauce_table_number(table, 2, 0)));
    ck_assert(cauce_table_number(table, 3, 0) == 0);
    ck_assert_str_eq(cauce_table_text(table, 1, 0), "2024-03-05T00:00:30");
    const int64_t rows[] = { 3, 1 };
    cauce_table *subset = ca_table_subset(&run, table, rows, 2);
    ck_assert(cauce_table_number(subset, 1, 0) == 1709596830);
    ca_table_drop(subset);
    ca_table_drop(table);
    ca_run_end(&run);
}
END_TEST

START_TEST(options) {
    static const char *const wrong[][2] = {
        { "", "none" }, { ";", "none" }, { ",.", "none" }, { ".", "" },
        { ".", "_" },   { ",", "," },    { NULL, "." },    { ".", ".." }
    };
    char decimal, thousands;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ca_run_begin(&run);
        ck_assert_int_eq(ca_csv_marks(&run, wrong[i][0], wrong[i][1], &decimal, &thousands), CAUCE_E_PARAM);
        ca_run_end(&run);
    }
    ca_run_begin(&run);
    ck_assert_int_eq(ca_csv_marks(&run, ",", " ", &decimal, &thousands), CAUCE_OK);
    ck_assert(decimal == ',' && thousands == ' ');
    ck_assert_int_eq(ca_csv_marks(&run, NULL, NULL, &decimal, &thousands), CAUCE_OK);
    ck_assert(decimal == 0 && thousands == 0);
    ca_run_end(&run);
}
END_TEST

START_TEST(survives_failing_allocations) {
    static const char text[] = "a;b\n2024-03-05;1,5\n5.3.2024;2.000\n";
    const ca_csv_options options = { .decimal = ',', .thousands = '.', .dates = CA_DATES_DAY_FIRST };
    failing_install();
    FAILING_EACH(pass) {
        ca_run_begin(&run);
        cauce_table *table = ca_csv_read(&run, text, sizeof text - 1, "t.csv", &options);
        ck_assert(table || (pass.armed && run.error.status == CAUCE_E_NOMEM));
        ca_table_drop(table);
        ca_run_end(&run);
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("csv_infer", TEST(all_short_texts), TEST(longer_ones), TEST(marks_by_hand),
          TEST(marks_change_nothing_else), TEST(times), TEST(times_are_numbers), TEST(options),
          TEST(survives_failing_allocations))
