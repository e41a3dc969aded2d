#include "base/json.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;

static json_t *parse_n(const char *text, size_t length) {
    ca_run_forgive(&run);
    return ca_json_parse(&run, text, length, "recipe", CAUCE_E_PARAM);
}

/* Must be refused with a message that contains `words`. */
static void refused_n(const char *text, size_t length, const char *words) {
    json_t *value = parse_n(text, length);
    ck_assert_msg(!value, "accepted: %.100s", text);
    ck_assert_int_eq(run.error.status, CAUCE_E_PARAM);
    ck_assert_msg(strncmp(run.error.message, "recipe: ", 8) == 0 && strstr(run.error.message, words), "%s",
                  run.error.message);
}
static void refused(const char *text, const char *words) {
    refused_n(text, strlen(text), words);
}

/* Must print as `expected`. */
static void prints(const char *text, int indent, const char *expected) {
    json_t *value = parse_n(text, strlen(text));
    ck_assert_msg(value, "%s: %s", text, run.error.message);
    ca_text out = { 0 };
    ca_json_value(&out, value, indent);
    ck_assert_str_eq(ca_text_get(&out), expected);
    ca_text_free(&out);
    json_decref(value);
}

START_TEST(values) {
    ca_run_begin(&run);
    prints("{\"z\":1,\"a\":[true,false,null,-0.5,\"x\"],\"m\":{}}", 0,
           "{\"z\": 1, \"a\": [true, false, null, -0.5, \"x\"], \"m\": {}}");
    prints("[[],{},[1],{\"k\":[]}]", 2, "[\n  [],\n  {},\n  [\n    1\n  ],\n  {\n    \"k\": []\n  }\n]");
    prints("1.0", 0, "1.0"); /* reals stay reals, integers integers */
    prints("1", 0, "1");
    prints("1e2", 0, "100.0");
    prints("1e300", 0, "1e+300");
    prints("-0.0", 0, "-0.0");
    prints("9223372036854775807", 0, "9223372036854775807");
    prints("-9223372036854775808", 0, "-9223372036854775808");
    prints("\"\\u00e9\\u20ac\\ud83d\\ude00\"", 0, "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
    prints("\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u007f/\"", 0,
           "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u007f/\"");
    prints("\xEF\xBB\xBF[1]", 0, "[1]");
    ca_run_end(&run);
}
END_TEST

START_TEST(refusals) {
    ca_run_begin(&run);
    refused("", "line 1");
    refused("  ", "end of file");
    refused("{\"a\":1,\"a\":2}", "duplicate object key");
    refused("[1] [2]", "line 1, column 5");
    refused("{\"a\":\n  tru}", "line 2");
    refused("[1,]", "line 1, column 4");
    refused("{\"a\" 1}", "':' expected");
    refused("9223372036854775808", "beyond 64 bits");
    refused("[-9223372036854775809]", "beyond 64 bits");
    refused("1e999", "range of a double");
    refused("NaN", "not valid JSON");
    refused("\"\\u0000\"", "\\u0000");
    refused("\"\xFF\"", "not valid JSON");
    refused("\"\xED\xA0\x80\"", "not valid JSON");
    refused("[\"\x1B[31m\"]", "not valid JSON");
    ck_assert_ptr_null(strchr(run.error.message, '\x1B')); /* no control characters of others in messages */
    refused_n("[1]\0", 4, "not valid JSON");
    refused("\"abc", "not valid JSON");
    refused("\"abc\\", "not valid JSON");
    ca_run_end(&run);
}
END_TEST

START_TEST(depth) {
    ca_run_begin(&run);
    enum { DEEP = 5000000 };
    char *text = malloc(2 * DEEP + 1);
    for (int kind = 0; kind < 2; kind++) {
        memset(text, '[', 64);
        memset(text + 64, ']', 64);
        json_t *value = parse_n(text, 128);
        ck_assert_ptr_nonnull(value);
        ca_text out = { 0 };
        ca_json_value(&out, value, 0);
        ck_assert_uint_eq(out.length, 128);
        ca_text_free(&out);
        json_decref(value);
    }
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    text[1] = '\n';
    refused_n(text, 2 * DEEP, "line 2, column 64: JSON nested deeper than 64");
    for (size_t i = 0; i < DEEP; i++) memcpy(text + i / 5 * 5, "{\"a\":", 5);
    refused_n(text, DEEP, "nested deeper than 64");
    memset(text, '[', DEEP); /* brackets inside of a text do not count, nor do quoted quotes end it */
    memcpy(text, "\"\\\"", 3);
    text[DEEP - 1] = '"';
    json_t *value = parse_n(text, DEEP);
    ck_assert_ptr_nonnull(value);
    json_decref(value);
    memset(text, ']', DEEP);
    refused_n(text, DEEP, "not valid JSON");
    for (size_t i = 0; i + 1 < DEEP; i += 2) memcpy(text + i, "[]", 2); /* wide is not deep */
    text[0] = '[';
    refused_n(text, DEEP, "not valid JSON");
    free(text);
    ca_run_end(&run);
}
END_TEST

/* Damaged texts: whatever comes out, nothing breaks (run under the sanitizers). */
START_TEST(damaged) {
    ca_run_begin(&run);
    static const char good[] = "{\"a\": [1, 2.5, \"x\\u00e9\\n\", null], \"b\": {\"c\": true, \"d\": -1e-5}}";
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "json", 0);
    int accepted = 0;
    for (int i = 0; i < 20000; i++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        size_t length = (size_t)cauce_rng_below(&rng, sizeof good);
        for (int k = 0; k < 2; k++)
            text[cauce_rng_below(&rng, sizeof good - 1)] = (char)cauce_rng_below(&rng, 256);
        json_t *value = parse_n(text, i % 2 ? sizeof good - 1 : length);
        ck_assert((value != NULL) == (run.error.status == CAUCE_OK));
        accepted += value != NULL;
        json_decref(value);
    }
    ck_assert_int_gt(accepted, 10);
    ca_run_end(&run);
}
END_TEST

START_TEST(writers) {
    ca_text out = { 0 };
    ca_json_text(&out, "a\xFF"
                       "b\xC3\xA9\xE2\x82");
    ck_assert_str_eq(ca_text_get(&out), "\"a\xEF\xBF\xBD"
                                        "b\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\"");
    ca_text_free(&out);
    static const struct {
        double value;
        const char *text;
    } rows[] = { { 0.1, "0.1" },
                 { 3, "3" },
                 { (double)NAN, "\"nan\"" },
                 { (double)INFINITY, "\"inf\"" },
                 { -(double)INFINITY, "\"-inf\"" } };
    for (int i = 0; i < 5; i++) {
        ca_json_number(&out, rows[i].value);
        ck_assert_str_eq(ca_text_get(&out), rows[i].text);
        ca_text_free(&out);
    }
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    static const char text[] = "{\"a\": [1, 2.5, \"x\\u00e9\\n\", null], \"b\": {\"c\": true}}";
    FAILING_EACH(pass) {
        ca_run_begin(&run);
        json_t *value = ca_json_parse(&run, text, strlen(text), "recipe", CAUCE_E_PARAM);
        ck_assert(value || pass.armed);
        if (!value) ck_assert_msg(run.error.status == CAUCE_E_NOMEM, "%s", run.error.message);
        ca_text out = { 0 };
        if (value) ca_json_value(&out, value, 2);
        ck_assert(!out.failed || pass.armed);
        ca_text_free(&out);
        json_decref(value);
        ca_run_end(&run);
    }
}
END_TEST

/* Tokens of every length around where the parser's buffer grows: with the closing quote as the byte too many
 * it would read on behind the buffer. */
START_TEST(long_tokens_without_memory) {
    for (int length = 10; length < 70; length++) {
        char text[200] = "[\"", tail[] = "\\\\\", 12345678901234567, true]";
        for (int i = 2; i < length; i++) text[i] = (char)('a' + i % 26);
        strcpy(text + length, tail);
        FAILING_EACH(pass) {
            ca_run_begin(&run);
            json_t *value = ca_json_parse(&run, text, strlen(text), "recipe", CAUCE_E_PARAM);
            if (!value) ck_assert_msg(run.error.status == CAUCE_E_NOMEM, "%s", run.error.message);
            if (value) {
                ck_assert_int_eq((int)json_string_length(json_array_get(value, 0)), length - 1);
                ck_assert_int_eq(json_integer_value(json_array_get(value, 1)), 12345678901234567);
            }
            json_decref(value);
            ca_run_end(&run);
        }
    }
}
END_TEST

START_TEST(install) {
    failing_install(); /* before the first text: what is made by one allocator must not go back to another */
}
END_TEST

TEST_MAIN("json", TEST(install), TEST(values), TEST(refusals), TEST(depth), TEST(damaged), TEST(writers),
          TEST(without_memory), TEST(long_tokens_without_memory))
