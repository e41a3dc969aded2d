/* The grammar of parameters: what is read, where errors are, and that what is printed reads back. */
#include "core/param.h"
#include "support/check_main.h"

static cauce_run run;
static ca_arena arena;

static cauce_value value_of(const char *text) {
    cauce_value value;
    ca_run_begin(&run);
    ck_assert_msg(ca_value_parse(&run, &arena, text, &value) == CAUCE_OK, "%s: %s", text, run.error.message);
    ca_run_end(&run);
    return value;
}

static void printed(const cauce_value *value, const char *expected) {
    ca_text out = { 0 };
    ca_value_print(&out, value);
    ck_assert_str_eq(ca_text_get(&out), expected);
    ca_text_free(&out);
}

static void refused(const char *text, const char *piece) {
    cauce_value value;
    ca_run_begin(&run);
    ck_assert_msg(ca_value_parse(&run, &arena, text, &value) == CAUCE_E_PARAM, "%s was read", text);
    ck_assert_msg(strstr(run.error.message, piece) != NULL, "%s: '%s' is not in: %s", text, piece,
                  run.error.message);
    ca_run_end(&run);
}

START_TEST(values) {
    static const struct {
        const char *text;
        cauce_value_type type;
        const char *printed;
    } rows[] = { { "null", CAUCE_V_NULL, "null" },
                 { "true", CAUCE_V_BOOL, "true" },
                 { " false ", CAUCE_V_BOOL, "false" },
                 { "3", CAUCE_V_INT, "3" },
                 { "-3", CAUCE_V_INT, "-3" },
                 { "9223372036854775807", CAUCE_V_INT, "9223372036854775807" },
                 { "-9223372036854775808", CAUCE_V_INT, "-9223372036854775808" },
                 { "1.0", CAUCE_V_REAL, "1.0" },
                 { "0.1", CAUCE_V_REAL, "0.1" },
                 { "1e300", CAUCE_V_REAL, "1e+300" },
                 { "nan", CAUCE_V_REAL, "nan" },
                 { "-inf", CAUCE_V_REAL, "-inf" },
                 { "word", CAUCE_V_TEXT, "word" },
                 { "\"null\"", CAUCE_V_TEXT, "\"null\"" },
                 { "\"3\"", CAUCE_V_TEXT, "\"3\"" },
                 { "\"\"", CAUCE_V_TEXT, "\"\"" },
                 { "\"a b\"", CAUCE_V_TEXT, "\"a b\"" },
                 { "\"a\\\"b\\\\c\\n\\t\"", CAUCE_V_TEXT, "\"a\\\"b\\\\c\\n\\t\"" },
                 { "[]", CAUCE_V_LIST, "[]" },
                 { "[1, 2.5 word,\"x y\"]", CAUCE_V_LIST, "[1, 2.5, word, \"x y\"]" },
                 { "[[1],[ ],null]", CAUCE_V_LIST, "[[1], [], null]" },
                 { "sk\xc3\xbcle", CAUCE_V_TEXT, "sk\xc3\xbcle" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cauce_value value = value_of(rows[i].text);
        ck_assert_msg(value.type == rows[i].type, "%s: type %d", rows[i].text, (int)value.type);
        if (strcmp(rows[i].printed, "1e+300") == 0)
            ck_assert(value.real == 1e300);
        else
            printed(&value, rows[i].printed);
    }
    /* An integer beyond 64 bits is a number still. */
    ck_assert(value_of("9223372036854775808").type == CAUCE_V_REAL);
    ck_assert(value_of("3").real == 3.0);
}
END_TEST

START_TEST(refusals_with_their_place) {
    refused("", "character 1");
    refused("   ", "missing value at character 4");
    refused("1 2", "unexpected text at character 3");
    refused("\"abc", "missing closing quote at character");
    refused("[1, 2", "missing ] at character 6");
    refused("]", "missing value at character 1");
    refused("a]", "unexpected text at character 2");
    char deep[64] = "";
    for (int i = 0; i < 17; i++) strcat(deep, "[");
    refused(deep, "too deep at character 17");
}
END_TEST

static ca_spec spec_of(const char *text, bool with_name) {
    ca_spec spec;
    ca_run_begin(&run);
    ck_assert_msg(ca_spec_parse(&run, &arena, text, with_name, &spec) == CAUCE_OK, "%s: %s", text,
                  run.error.message);
    ca_run_end(&run);
    return spec;
}

START_TEST(specs) {
    ca_spec spec = spec_of(" ridge alpha = 2.5,fit_intercept=false\n\tsolver=\"auto\" ", true);
    ck_assert_str_eq(spec.name, "ridge");
    ck_assert_int_eq(spec.n_items, 3);
    ck_assert_str_eq(spec.items[0].key, "alpha");
    ck_assert(spec.items[0].value.real == 2.5);
    ck_assert_str_eq(spec.items[1].key, "fit_intercept");
    ck_assert_str_eq(spec.items[2].value.text, "auto");
    ck_assert_int_eq(spec_of("ridge", true).n_items, 0);
    ck_assert_int_eq(spec_of("", false).n_items, 0);
    ck_assert_int_eq(spec_of(NULL, false).n_items, 0);
    spec = spec_of("a__b=[1,2], \"x y\"=3", false);
    ck_assert_ptr_null(spec.name);
    ck_assert_str_eq(spec.items[0].key, "a__b");
    ck_assert_int_eq(spec.items[0].value.n_items, 2);
    ck_assert_str_eq(spec.items[1].key, "x y");
}
END_TEST

START_TEST(bad_specs) {
    static const struct {
        const char *text;
        bool with_name;
        const char *piece;
    } rows[] = { { "", true, "missing name at character 1" },
                 { "alpha=2", true, "name must come first at character 6" },
                 { "ridge alpha", true, "expected '=' at character 12" },
                 { "ridge alpha=", true, "missing value at character 13" },
                 { "ridge =2", true, "missing name at character 7" },
                 { "ridge alpha=1 =2", true, "missing name at character 15" },
                 { "a=\"x", false, "missing closing quote" },
                 { "a=[1", false, "missing ]" },
                 { "ridge alpha=1, tol=2 alpha=1", true, "'alpha' is given twice, again at character 22" },
                 { "\"a b\"=1 \"a b\"=2", false, "'a b' is given twice, again at character 9" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ca_spec spec;
        ca_run_begin(&run);
        ck_assert_msg(ca_spec_parse(&run, &arena, rows[i].text, rows[i].with_name, &spec) == CAUCE_E_PARAM,
                      "%s", rows[i].text);
        ck_assert_msg(strstr(run.error.message, rows[i].piece) != NULL, "%s: '%s' is not in: %s",
                      rows[i].text, rows[i].piece, run.error.message);
        ca_run_end(&run);
    }
}
END_TEST

/* A word and what is in parentheses right after it are one text; any other parenthesis is a character. */
START_TEST(calls) {
    ca_run_begin(&run);
    ca_spec spec;
    const char *text = "a=log_uniform(1e-3, 1e3) b=f(x)y, c=(1, d=2 e=f(1 g=[u(1, 2), (a)] h=1(2";
    ck_assert_msg(ca_spec_parse(&run, &arena, text, false, &spec) == CAUCE_OK, "%s", run.error.message);
    static const char *const texts[] = { "log_uniform(1e-3, 1e3)", "f(x)y", "(1", NULL, "f(1", NULL, "1(2" };
    ck_assert_int_eq(spec.n_items, 7);
    for (int i = 0; i < 7; i++) {
        if (!texts[i]) continue;
        ck_assert_int_eq(spec.items[i].value.type, CAUCE_V_TEXT);
        ck_assert_str_eq(spec.items[i].value.text, texts[i]);
    }
    const cauce_value *list = &spec.items[5].value;
    ck_assert_int_eq(list->n_items, 2);
    ck_assert_str_eq(list->items[0].text, "u(1, 2)");
    ck_assert_str_eq(list->items[1].text, "(a)");
    ca_run_end(&run);
}
END_TEST

/* ---- There and back, at random ------------------------------------------------------------------------- */

static cauce_value random_value(cauce_rng *rng, int depth) {
    static const char *const pieces[] = {
        "a", "\"", "\\", " ",    "\n",   "\t",  ",", "[",    "]", "=", "1",
        ".", "e5", "é",  "null", "true", "nan", "-", "\x01", "x", "(", ")"
    };
    cauce_value value = { .type = CAUCE_V_NULL };
    switch (cauce_rng_below(rng, depth > 3 ? 5 : 7)) {
    case 0: break;
    case 1:
        value.type = CAUCE_V_BOOL;
        value.integer = (int64_t)cauce_rng_below(rng, 2);
        break;
    case 2:
        value.type = CAUCE_V_INT;
        value.integer = (int64_t)(((uint64_t)cauce_rng_u32(rng) << 32) | cauce_rng_u32(rng));
        value.integer >>= cauce_rng_below(rng, 64);
        value.real = (double)value.integer;
        break;
    case 3: {
        uint64_t bits = ((uint64_t)cauce_rng_u32(rng) << 32) | cauce_rng_u32(rng);
        value.type = CAUCE_V_REAL;
        if (cauce_rng_below(rng, 2))
            memcpy(&value.real, &bits, sizeof bits);
        else
            value.real = floor(cauce_rng_uniform(rng) * 100) / 4;
        break;
    }
    case 4: {
        ca_text text = { 0 };
        for (uint64_t n = cauce_rng_below(rng, 6); n > 0; n--)
            ca_text_add(&text, pieces[cauce_rng_below(rng, 22)]);
        value.type = CAUCE_V_TEXT;
        value.text = ca_arena_text(&arena, ca_text_get(&text), text.length);
        ca_text_free(&text);
        break;
    }
    default: {
        int64_t n = (int64_t)cauce_rng_below(rng, 4);
        cauce_value *items = ca_arena_alloc(&arena, (size_t)n * sizeof *items + 1);
        for (int64_t i = 0; i < n; i++) items[i] = random_value(rng, depth + 1);
        value.type = CAUCE_V_LIST;
        value.items = items;
        value.n_items = n;
    }
    }
    return value;
}

START_TEST(print_and_parse) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "values", 0);
    for (int i = 0; i < 20000; i++) {
        cauce_value value = random_value(&rng, 0), copy;
        ca_text out = { 0 };
        ca_value_print(&out, &value);
        cauce_value again = value_of(ca_text_get(&out));
        ck_assert_msg(ca_value_equal(&value, &again), "%s", ca_text_get(&out));
        ca_run_begin(&run);
        ck_assert_int_eq(ca_value_copy(&run, &arena, &value, &copy), CAUCE_OK);
        ca_run_end(&run);
        ck_assert(ca_value_equal(&value, &copy));
        ca_text_free(&out);
        if (i % 100 == 99) {
            ca_arena_free(&arena);
            arena = (ca_arena){ NULL, 0 };
        }
    }
}
END_TEST

START_TEST(any_bytes) {
    cauce_rng rng;
    cauce_rng_init(&rng, 2, "bytes", 0);
    static const char soup[] = "ab=[](),\" \\\n1.e-null\xc3\xa9\xff";
    for (int i = 0; i < 20000; i++) {
        char text[24] = "";
        for (uint64_t n = cauce_rng_below(&rng, 20), k = 0; k < n; k++)
            text[k] = soup[cauce_rng_below(&rng, sizeof soup - 1)];
        ca_spec spec;
        ca_arena own = { NULL, 0 };
        ca_run_begin(&run);
        cauce_status status = ca_spec_parse(&run, &own, text, i % 2, &spec);
        ck_assert(status == CAUCE_OK || (status == CAUCE_E_PARAM && *run.error.message));
        ca_run_end(&run);
        ca_arena_free(&own);
    }
    ca_arena_free(&arena);
    arena = (ca_arena){ NULL, 0 };
}
END_TEST

TEST_MAIN("text spec", TEST(values), TEST(refusals_with_their_place), TEST(specs), TEST(bad_specs),
          TEST(calls), TEST(print_and_parse), TEST(any_bytes))
