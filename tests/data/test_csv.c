#include "support/check_main.h"

#include "csv_dump.h"
#include "data/csv.h"

typedef struct example {
    const char *text, *expected;
} example;

static void check_text(const char *text, const ca_csv_options *options, const char *expected) {
    check_dump(text, strlen(text), options, expected);
}

static void check_all(const example *examples, size_t n, const ca_csv_options *options) {
    for (size_t i = 0; i < n; i++)
        check_dump(examples[i].text, strlen(examples[i].text), options, examples[i].expected);
}
#define CHECK_ALL(examples, options) check_all(examples, sizeof examples / sizeof *examples, options)

START_TEST(cells) {
    static const example examples[] = {
        { "a,b\n1,x\n2,y\n", "a:number=1,2 b:category=x,y" },
        { "a,b\n1,x\n2,y", "a:number=1,2 b:category=x,y" },
        { "a,b\r\n1,x\r\n2,y\r\n", "a:number=1,2 b:category=x,y" },
        { "a,b\r\n1,x\n2,y\r\n", "a:number=1,2 b:category=x,y" },
        { "\xef\xbb\xbf"
          "a,b\n1,x\n",
          "a:number=1 b:category=x" },
        { "\xef\xbb\xbf\"a\",b\n1,x\n", "a:number=1 b:category=x" },
        /* blanks */
        { " a , b  \n 1 ,\tx y \n\t2\t,y\n", "a:number=1,2 b:category=x y,y" },
        { "a,b\n1, \"x, y\" \n2,\t\"z\"\t\r\n", "a:number=1,2 b:category=x, y,z" },
        { "a,b\n1,\" x \"\n", "a:number=1 b:category= x " },
        { "a,b\n ,x\n", "a:number=~ b:category=x" },
        /* quotes */
        { "a\n\"x\"\"y\"\n\"\"\"\"\n", "a:category=x\"y,\"" },
        { "a\n\"x\ny\"\n\"x\r\ny\"\n", "a:category=x\ny,x\r\ny" },
        { "a,b\n5\" pipe,x\"\n6\"\" pipe,\"y\"\n", "a:category=5\" pipe,6\"\" pipe b:category=x\",y" },
        { "\"a,b\",\"c\"\"d\"\n1,2\n", "a,b:number=1 c\"d:number=2" },
        { "a,b\n\"\",\"x\"\n", "a:number=~ b:category=x" },
        { "\"a\nb\",c\n1,2\n", "a\nb:number=1 c:number=2" },
        { "a\n\"x\"", "a:category=x" },
        { "a\n\"x\"  ", "a:category=x" },
        { "a,b\n\"x\",\"y\"\"\"\n", "a:category=x b:category=y\"" },
        { "a\n\"\"\"x\"\"\"\n\"\"\"x\"\"\"\nz\n", "a:category=\"x\",\"x\",z" },
        /* line ends */
        { "a,b\n1,x\ry\n", "a:number=1 b:category=x\ry" },
        { "a,b\n1,x\r\r\n", "a:number=1 b:category=x\r" },
        { "a,b\n1,x\n\n\n", "a:number=1 b:category=x" },
        { "a,b\n1,x\n\r\n  \n\t", "a:number=1 b:category=x" },
        { "a\n1\n\n3\n\n\n", "a:number=1,~,3" },
        { "a\n\n\n  \n3", "a:number=~,~,~,3" },
        { "a\n1\n\"\"\n", "a:number=1,~" },
        { "a,b\n", "a:number= b:number=" },
        { "a,b", "a:number= b:number=" },
        { "a,b\n\n\n", "a:number= b:number=" },
        { "a,b\n1,\n,2\n,\n", "a:number=1,~,~ b:number=~,2,~" },
        /* separators */
        { "a;b\n1,5;x\n", "a:category=1,5 b:category=x" },
        { "a\tb\n1\tx y\n\tz\n", "a:number=1,~ b:category=x y,z" },
        { "a|b\n1|x\n", "a:number=1 b:category=x" },
        { "a,b;c\n1,2\n", "a:number=1 b;c:number=2" },
        { "a,b;c;d\n1;2;3\n", "a,b:number=1 c:number=2 d:number=3" },
        { "\"a,b,c\";d\n1;2\n", "a,b,c:number=1 d:number=2" },
        { " \"a,\"\",c\" ;d\n1;2\n", "a,\",c:number=1 d:number=2" },
        { "a\n1;2\n", "a:category=1;2" },
        { "a\nx y\n", "a:category=x y" },
        /* text */
        { "\xe2\x82\xac/MWh,b\n1,\xc3\xa9\n", "\xe2\x82\xac/MWh:number=1 b:category=\xc3\xa9" },
    };
    CHECK_ALL(examples, NULL);
}
END_TEST

START_TEST(kinds) {
    static const example examples[] = {
        { "a\n1\n-2.5\n+3e2\n.5\n5.\n", "a:number=1,-2.5,300,0.5,5" },
        { "a\n\"1\"\n\" 2\"\n", "a:category=1, 2" },
        { "a\n\"1\"\n\"2\"\n", "a:number=1,2" },
        { "a\n0\n0.5\n-0.5\n-0\n0e1\n", "a:number=0,0.5,-0.5,-0,0" },
        { "a\n1\n007\n", "a:category=1,007" },
        { "a\n007\n1\nNA\n", "a:category=007,1,~" },
        { "a\n-01\n", "a:category=-01" },
        { "a\n00\n", "a:category=00" },
        { "a\n1\ninf\n-Infinity\n", "a:number=1,inf,-inf" },
        { "a\nNA\nN/A\nNaN\nnan\nNULL\nnull\n?\n1\n", "a:number=~,~,~,~,~,~,~,1" },
        { "a\nna\nn/a\nNull\n??\n", "a:category=na,n/a,Null,??" },
        { "a\n\"NA\"\nNA\n\"\"\n\"?\"\n", "a:category=NA,~,~,?" },
        { "a\n\"nan\"\n", "a:category=nan" },
        { "a,b\nNA,1\n,2\n", "a:number=~,~ b:number=1,2" },
        { "a\ntrue\nfalse\n\n1\n", "a:category=true,false,~,1" },
        { "a\nTrue\nFalse\n?\n", "a:boolean=True,False,~" },
        { "a\nYES\nno\n", "a:boolean=YES,no" },
        { "a\nt\nf\nt\n", "a:boolean=t,f,t" },
        { "a\nyes\nyes\n", "a:category=yes,yes" },
        { "a\nyes\nfalse\n", "a:category=yes,false" },
        /* numbers first, texts later: the numbers are read again, as written */
        { "a,b\n1.50,1\n,2\n\"2\",3\n+3,4\nx,5\nNA,6\n1.50,7\n",
          "a:category=1.50,~,2,+3,x,~,1.50 b:number=1,2,3,4,5,6,7" },
        { "a\n1\n\n\n2\nx\n", "a:category=1,~,~,2,x" },
        { "a,b,c\n1,\"p\nq\",1\n2,z,2\n3,z,x\ny,z,x\n", "a:category=1,2,3,y b:category=p\nq,z,z,z "
                                                        "c:category=1,2,x,x" },
        { "a\n1e999\n-1e999\n1e-999\n", "a:number=inf,-inf,0" },
        { "a\n1e\n", "a:category=1e" },
        { "a\n0x10\n", "a:category=0x10" },
    };
    CHECK_ALL(examples, NULL);
}
END_TEST

/* n rows of k different texts. */
static cauce_kind kind_of(int n, int k, const char *format) {
    ca_text text = { 0 };
    ca_text_add(&text, "a\n");
    for (int i = 0; i < n; i++) {
        ca_text_addf(&text, format, i % k);
        ca_text_add(&text, "\nNA\n");
    }
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text.data, text.length, "t.csv", NULL);
    ck_assert_ptr_nonnull(table);
    ck_assert_int_eq(table->n_rows, 2 * n);
    ck_assert_int_eq(table->columns[0].column->levels->count, k);
    cauce_kind kind = table->columns[0].column->kind;
    ca_table_drop(table);
    ca_run_end(&run);
    ca_text_free(&text);
    return kind;
}

START_TEST(text_kind) {
    ck_assert_int_eq(kind_of(19, 19, "x%d"), CAUCE_CATEGORY);
    ck_assert_int_eq(kind_of(20, 20, "x%d"), CAUCE_TEXT);
    ck_assert_int_eq(kind_of(20, 11, "x%d"), CAUCE_TEXT);
    ck_assert_int_eq(kind_of(20, 10, "x%d"), CAUCE_CATEGORY);
    ck_assert_int_eq(kind_of(1000, 500, "x%d"), CAUCE_CATEGORY);
    ck_assert_int_eq(kind_of(1000, 501, "x%d"), CAUCE_TEXT);
    /* codes with leading zeros stay categories */
    ck_assert_int_eq(kind_of(100, 100, "%05d"), CAUCE_CATEGORY);
    ck_assert_int_eq(kind_of(100, 100, "id-%05d"), CAUCE_TEXT);
}
END_TEST

START_TEST(errors) {
    static const example examples[] = {
        { "", "DATA t.csv: the file is empty, expected a header line" },
        { "\n \r\n\t\n", "DATA t.csv: the file is empty, expected a header line" },
        { "\xef\xbb\xbf\n", "DATA t.csv: the file is empty, expected a header line" },
        { "a,b\n1,2\n3\n", "DATA t.csv:3:2: 1 field, expected 2 (byte 9)" },
        { "a,b\r\n1,2\r\n3\r\n", "DATA t.csv:3:2: 1 field, expected 2 (byte 11)" },
        { "a,b\n1,2,3,4\n", "DATA t.csv:2:5: 4 fields, expected 2 (byte 8)" },
        { "a\n1,2\n", "DATA t.csv:2:3: 2 fields, expected 1 (byte 4)" },
        { "a,b\n\"x\ny\",\"\xc3\xa9\",3\n", "DATA t.csv:3:8: 3 fields, expected 2 (byte 15)" },
        { "a,b\n\n1,2\n", "DATA t.csv:2:1: a blank line, expected 2 fields (byte 4)" },
        { "a,b\n1,2\n\n \n3,4\n", "DATA t.csv:3:1: a blank line, expected 2 fields (byte 8)" },
        { "a,b\n1,2\n\n3,4,5\n", "DATA t.csv:3:1: a blank line, expected 2 fields (byte 8)" },
        { "a,b,a\n1,2,3\n", "DATA t.csv:1:5: columns 1 and 3 of the header have the same name 'a' (byte 4)" },
        { "a, \"a\"\n", "DATA t.csv:1:5: columns 1 and 2 of the header have the same name 'a' (byte 4)" },
        { "a,,c\n", "DATA t.csv:1:3: column 2 of the header has no name (byte 2)" },
        { "a,\"\"\n", "DATA t.csv:1:4: column 2 of the header has no name (byte 3)" },
        { "a,b,\n", "DATA t.csv:1:5: column 3 of the header has no name (byte 4)" },
        { "\na,b\n", "DATA t.csv:1:1: column 1 of the header has no name (byte 0)" },
        { "a,b\n1,\"x\"y\n", "DATA t.csv:2:6: 'y' after a closing quote, expected a separator or the end of "
                             "the line (byte 9)" },
        { "a,b\n1,\"x\" \"y\"\n", "DATA t.csv:2:7: '\"y\"' after a closing quote, expected a separator or "
                                  "the end of the line (byte 10)" },
        { "a,b\n1,\"x\"\r", "DATA t.csv:2:6: '\\x0d' after a closing quote, expected a separator or the end "
                            "of the line (byte 9)" },
        { "a,b\n1,2\n3, \"x\n4,5\n", "DATA t.csv:3:4: a quote that is never closed (byte 11)" },
        { "a,\"b\n1,2\n", "DATA t.csv:1:3: a quote that is never closed (byte 2)" },
        { "a,b\n\"", "DATA t.csv:2:1: a quote that is never closed (byte 4)" },
        { "a,b\n\"x\"\"\n", "DATA t.csv:2:1: a quote that is never closed (byte 4)" },
        { "a,b\r1,2\r3,4\r", "DATA t.csv:1:4: the lines end in a bare CR, expected LF or CRLF (byte 3)" },
        { "a,b\n\xc3\xa9,\xff\n", "DATA t.csv:2:3: invalid UTF-8 (byte 0xFF), expected UTF-8 text (byte 7)" },
        { "a,b\n1,\xc3\n", "DATA t.csv:2:3: invalid UTF-8 (byte 0xC3), expected UTF-8 text (byte 6)" },
        { "a,b\n1,\xc3", "DATA t.csv:2:3: invalid UTF-8 (byte 0xC3), expected UTF-8 text (byte 6)" },
        { "a,b\nM\xe1laga,2\n",
          "DATA t.csv:2:2: invalid UTF-8 (byte 0xE1), expected UTF-8 text; a Latin-1 file becomes "
          "that by iconv -f latin1 -t utf8 (byte 5)" },
        { "\x89"
          "CAUCE\r\n\x1a",
          "DATA t.csv: this is a model of Cauce, not a table; expected CSV text" },
        { "a,\xe9\n1,2\n", "DATA t.csv:1:3: invalid UTF-8 (byte 0xE9), expected UTF-8 text (byte 2)" },
        /* what comes first in the file is told first */
        { "a,b\n1\n\xff,2\n", "DATA t.csv:2:2: 1 field, expected 2 (byte 5)" },
        { "a,b\n\xff,2,3\n", "DATA t.csv:2:1: invalid UTF-8 (byte 0xFF), expected UTF-8 text; a Latin-1 file "
                             "becomes that by iconv -f latin1 -t utf8 (byte 4)" },
        { "a,b\n1,2,\xff\n", "DATA t.csv:2:5: 3 fields, expected 2 (byte 8)" },
        { "a,b\n1,\"\xff\n", "DATA t.csv:2:3: a quote that is never closed (byte 6)" },
        { "PK\x03\x04zip", "DATA t.csv: this is a zip archive (or a spreadsheet: save it as CSV); expected "
                           "CSV text" },
        { "\x1f\x8b\x08gz", "DATA t.csv: this is gzip data: unpack it; expected CSV text" },
        { "\x80\x04\x95", "DATA t.csv: this is a Python pickle: write it as CSV; expected CSV text" },
        { "\xff\xfe"
          "a",
          "DATA t.csv: this is UTF-16 text: save it as UTF-8; expected CSV text" },
    };
    CHECK_ALL(examples, NULL);
    check_dump("a,b\n1,x\0y\n", 10, NULL,
               "DATA t.csv:2:4: a NUL byte: binary data or UTF-16, expected UTF-8 text (byte 7)");
    check_dump("a\0,\0b\0\n\0", 8, NULL,
               "DATA t.csv:1:2: a NUL byte: binary data or UTF-16, expected UTF-8 text (byte 1)");
}
END_TEST

START_TEST(given_kinds) {
    const ca_csv_column columns[] = { { "a", true, CAUCE_NUMBER, NULL },
                                      { "b", true, CAUCE_CATEGORY, NULL } };
    ca_csv_options options = { .columns = columns, .n_columns = 2 };
    static const example examples[] = {
        { "a,b\n1,1\n007, 2\n", "a:number=1,7 b:category=1,2" },
        { "a,b\n,\nNA,NA\n", "a:number=~,~ b:category=~,~" },
        { "c,b,a\nx,1,2\n", "c:category=x b:category=1 a:number=2" },
        { "a,b\n1,2\n 1x ,3\n", "DATA t.csv:3:2: column 'a': '1x' is not a number (byte 9)" },
        { "a,b\n\"1 \",2\n", "DATA t.csv:2:2: column 'a': '1 ' is not a number (byte 5)" },

        { "xyzzy,b\n1,2\n", "SCHEMA t.csv: no column 'a' (columns: xyzzy, b)" },
    };
    CHECK_ALL(examples, &options);

    int64_t n_bad = -1;
    options.bad_is_missing = true;
    options.n_bad = &n_bad;
    check_text("a,b\n1,2\nx,3\ny,4\n", &options, "a:number=1,~,~ b:category=2,3,4");
    ck_assert_int_eq(n_bad, 2);

    const ca_csv_column others[] = { { "a", true, CAUCE_BOOLEAN, NULL }, { "b", true, CAUCE_TEXT, NULL } };
    const ca_csv_options other = { .columns = others, .n_columns = 2 };
    static const example booleans[] = {
        { "a,b\nyes,1\nNO,2\n", "a:boolean=yes,NO b:text=1,2" },
        { "a,b\n1,1\n0,2\n",
          "DATA t.csv: column 'a' is given as boolean but holds '0', '1'; expected two values like true and "
          "false, yes and no, t and f or y and n" },
        { "a,b\n,1\n",
          "DATA t.csv: column 'a' is given as boolean but holds nothing; expected two values like true and "
          "false, yes and no, t and f or y and n" },
    };
    CHECK_ALL(booleans, &other);

    const ca_csv_column near = { "price", true, CAUCE_NUMBER, NULL };
    check_text("id,prise\n1,2\n", &(ca_csv_options){ .columns = &near, .n_columns = 1 },
               "SCHEMA t.csv: no column 'price'; did you mean 'prise'? (columns: id, prise)");

    const ca_csv_column twice[] = { { "a", false, CAUCE_NUMBER, NULL }, { "a", false, CAUCE_NUMBER, NULL } };
    check_text("a\n1\n", &(ca_csv_options){ .columns = twice, .n_columns = 2 },
               "ARGUMENT column 'a' is named twice");
}
END_TEST

START_TEST(given_levels) {
    ca_arena arena = { 0 };
    const char *const texts[] = { "b", "d\"e" };
    const cauce_levels *levels = ca_levels_new(&arena, texts, NULL, 2, true);
    const ca_csv_column column = { "a", true, CAUCE_CATEGORY, levels };
    const ca_csv_options options = { .columns = &column, .n_columns = 1, .only_named = true };
    check_text("x,a\n1,b\n2,c\n3,\n4,\"d\"\"e\"\n", &options, "a:category=b,!,~,d\"e");
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, "a\nd\"e\n", 6, "t.csv", &options);
    ck_assert_ptr_nonnull(table);
    ck_assert_ptr_ne(table->columns[0].column->levels, levels);
    ca_arena_free(&arena); /* the column has a copy */
    const ca_column *read = table->columns[0].column;
    ck_assert_int_eq(read->levels->count, 2);
    ck_assert_int_eq(((const int32_t *)read->data)[0], 1);
    ck_assert_int_eq(cauce_levels_find(read->levels, "b", 1), 0);
    ca_table_drop(table);
    ca_run_end(&run);
}
END_TEST

START_TEST(choices) {
    const char *const drop[] = { "b" };
    check_text("a,b,c\n1,2,3\n", &(ca_csv_options){ .drop = drop, .n_drop = 1 }, "a:number=1 c:number=3");
    check_text("a,c\n1,3\n", &(ca_csv_options){ .drop = drop, .n_drop = 1 },
               "SCHEMA t.csv: no column 'b' (columns: a, c)");
    const char *const missing[] = { "-99", "none" };
    const ca_csv_options markers = { .missing = missing, .n_missing = 2 };
    check_text("a,b,c\n-99,NA,none\n1,?,\n", &markers, "a:number=~,1 b:category=NA,? c:category=~,");
    check_text("a\tb,c|d;e\n1\t2\n", &(ca_csv_options){ .separator = '\t' }, "a:number=1 b,c|d;e:number=2");
    check_text("a b\n1 2\n", &(ca_csv_options){ .separator = ' ' }, "a:number=1 b:number=2");
    check_text("a\n1\n", &(ca_csv_options){ .separator = '"' },
               "ARGUMENT byte 0x22 cannot be a separator; expected one ASCII character other than a quote");
    check_text("a\n1\n", &(ca_csv_options){ .separator = '\n' },
               "ARGUMENT byte 0x0A cannot be a separator; expected one ASCII character other than a quote");
}
END_TEST

START_TEST(dictionaries_and_lines) {
    static const char text[] = "\xef\xbb\xbf"
                               "a,b\r\nz,1\r\n\"x\ny\",2\r\nab,3\r\na,4\r\n";
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *table = ca_csv_read(&run, text, sizeof text - 1, "t.csv", NULL);
    ck_assert_ptr_nonnull(table);
    const cauce_levels *levels = table->columns[0].column->levels;
    const char *const sorted[] = { "a", "ab", "x\ny", "z" };
    ck_assert_int_eq(levels->count, 4);
    for (int32_t i = 0; i < 4; i++) ck_assert_str_eq(cauce_levels_text(levels, i), sorted[i]);
    const int64_t lines[] = { 2, 3, 5, 6 };
    for (int i = 0; i < 4; i++) ck_assert_int_eq(ca_lines_at(table->lines, i), lines[i]);
    ca_table_drop(table);

    table = ca_csv_read(&run, "a\n1\n\n\n2\n", 8, "t.csv", NULL);
    ck_assert_ptr_nonnull(table);
    const int64_t blank_lines[] = { 2, 3, 4, 5 };
    for (int i = 0; i < 4; i++) ck_assert_int_eq(ca_lines_at(table->lines, i), blank_lines[i]);
    ca_table_drop(table);
    ca_run_end(&run);
}
END_TEST

/* Every position of every special byte within the blocks of 64 that the scanner looks at. */
START_TEST(block_edges) {
    for (int pad = 0; pad < 140; pad++) {
        ca_text text = { 0 }, expected = { 0 };
        ca_text_add(&text, "a,b\n");
        for (int i = 0; i < pad; i++) ca_text_add(&text, "x");
        ca_text_add(&text, ",\"y\"\"\n,z\" \r\n \"p\" ,5\" q\r\n");
        ca_text_add(&expected, "a:category=");
        for (int i = 0; i < pad; i++) ca_text_add(&expected, "x");
        if (pad == 0) ca_text_add(&expected, "~");
        ca_text_add(&expected, ",p b:category=y\"\n,z,5\" q");
        check_dump(text.data, text.length, NULL, expected.data);
        ca_text_free(&text);
        ca_text_free(&expected);
    }
}
END_TEST

TEST_MAIN("csv", TEST(cells), TEST(kinds), TEST(text_kind), TEST(errors), TEST(given_kinds),
          TEST(given_levels), TEST(choices), TEST(dictionaries_and_lines), TEST(block_edges))
