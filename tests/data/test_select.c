/* Column selectors: order, patterns, exclusion, quotes, names that are not there. */
#include "data/select.h"
#include "support/check_main.h"

static const cauce_field fields[] = {
    { .name = "age", .kind = CAUCE_NUMBER },
    { .name = "city", .kind = CAUCE_CATEGORY },
    { .name = "member", .kind = CAUCE_BOOLEAN },
    { .name = "age_group", .kind = CAUCE_CATEGORY },
    { .name = "note", .kind = CAUCE_TEXT },
    { .name = "a, \"b\"", .kind = CAUCE_NUMBER },
    { .name = "x*", .kind = CAUCE_NUMBER },
    { .name = "x1", .kind = CAUCE_NUMBER },
    { .name = "@number", .kind = CAUCE_CATEGORY },
    { .name = "two words", .kind = CAUCE_NUMBER },
    { .name = "gr\xc3\xb6\xc3\x9f"
              "e",
      .kind = CAUCE_NUMBER },
};
enum { N = sizeof fields / sizeof *fields };
static const cauce_schema schema = { N, fields, N };

START_TEST(chosen) {
    static const struct {
        const char *text;
        const char *fields; /* their numbers, "a" is 10 */
    } rows[] = { { "age", "0" },
                 { "city, age", "10" }, /* in the order of the terms */
                 { "age city", NULL },  /* a name has no blank here */
                 { "@number", "05679a" },
                 { "@category", "1238" }, /* booleans are categories */
                 { "@boolean", "2" },
                 { "@text", "4" },
                 { "@all", "0123456789a" },
                 { "city, @number, city, age", "105679a" }, /* each once, where it came first */
                 { "age*", "03" },
                 { "*e", "04a" },
                 { "?ge", "0" },
                 { "x?", "67" },
                 { "x*", "6" }, /* a name that is there is a name, not a pattern */
                 { "\"x*\"", "6" },
                 { "nothing*", "" },
                 { "\"a, \\\"b\\\"\", two words", "59" },
                 { "\"@number\"", "8" },
                 { "@number, !age", "5679a" },
                 { "@number, !x?, ! age", "59a" },
                 { "!@number", "1238" }, /* from all but texts */
                 { "!city, note", "02356789a4" },
                 { "age, !age, age", "0" },
                 { "!age, !@all", "" },
                 { "", "" },
                 { " , \n\t", "" },
                 { "gr\xc3\xb6*", "a" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cauce_run run;
        int64_t found[N], n = 0;
        char got[N + 1] = "";
        ca_run_begin(&run);
        cauce_status status = ca_select(&run, &schema, rows[i].text, found, &n);
        if (!rows[i].fields)
            ck_assert_int_eq(status, CAUCE_E_SCHEMA);
        else {
            ck_assert_msg(status == CAUCE_OK, "%s: %s", rows[i].text, run.error.message);
            for (int64_t k = 0; k < n; k++) got[k] = "0123456789a"[found[k]];
            ck_assert_msg(strcmp(got, rows[i].fields) == 0, "%s: %s, not %s", rows[i].text, got,
                          rows[i].fields);
        }
        ca_run_end(&run);
    }
}
END_TEST

START_TEST(refused) {
    static const struct {
        const char *text;
        cauce_status status;
        const char *piece;
    } rows[] = { { "aeg", CAUCE_E_SCHEMA, "did you mean 'age'?" },
                 { "City", CAUCE_E_SCHEMA, "did you mean 'city'?" },
                 { "@numbers", CAUCE_E_PARAM, "did you mean '@number'?" },
                 { "@x", CAUCE_E_PARAM, "@number @category @boolean @text @all" },
                 { "age, !height", CAUCE_E_SCHEMA, "'height'" },
                 { "\"zzz*\"", CAUCE_E_SCHEMA, "'zzz*'" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cauce_run run;
        int64_t found[N], n;
        ca_run_begin(&run);
        ck_assert_int_eq(ca_select(&run, &schema, rows[i].text, found, &n), rows[i].status);
        ck_assert_msg(strstr(run.error.message, rows[i].piece) != NULL, "%s: %s", rows[i].text,
                      run.error.message);
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("select", TEST(chosen), TEST(refused))
