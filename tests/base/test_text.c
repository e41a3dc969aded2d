#include "base/text.h"
#include "support/check_main.h"
#include "support/failing.h"

START_TEST(growing) {
    ca_text text = { 0 };
    ck_assert_str_eq(ca_text_get(&text), "");
    static char model[60000];
    size_t length = 0;
    for (int i = 0; i < 3000; i++) {
        ca_text_add(&text, "ab");
        ca_text_add_n(&text, "cdX", 2);
        ca_text_addf(&text, "%d;", i);
        ca_text_add(&text, "");
        length += (size_t)snprintf(model + length, sizeof model - length, "abcd%d;", i);
    }
    ck_assert_uint_eq(text.length, length);
    ck_assert_str_eq(text.data, model);
    ca_text_addf(&text, "%s", model); /* longer than the small buffer */
    ck_assert_uint_eq(text.length, 2 * length);
    ck_assert_str_eq(text.data + length, model);
    ck_assert(!text.failed);
    ca_text_free(&text);
    ck_assert_ptr_null(text.data);
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    static char large[1000];
    memset(large, 'x', sizeof large - 1);
    FAILING_EACH(pass) {
        ca_text text = { 0 };
        for (int i = 0; i < 10; i++) ca_text_addf(&text, "%d %s", i, large);
        ck_assert(!text.failed || pass.armed);
        ck_assert_uint_eq(strlen(ca_text_get(&text)), text.length);
        ck_assert(text.failed || text.length == 10 * 1001);
        ca_text_free(&text);
    }
}
END_TEST

/* The table of distances as in the definition, without band or cap. */
static int slow_distance(const char *a, const char *b) {
    static int d[40][40];
    int n = (int)strlen(a), m = (int)strlen(b);
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            int cell = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < cell) cell = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < cell) cell = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < cell)
                cell = d[i - 2][j - 2] + 1;
            d[i][j] = cell;
        }
    return d[n][m];
}

START_TEST(distance) {
    ck_assert_int_eq(ca_text_distance("kitten", "sitting", 5), 3);
    ck_assert_int_eq(ca_text_distance("ab", "ba", 5), 1);
    ck_assert_int_eq(ca_text_distance("", "abc", 5), 3);
    ck_assert_int_eq(ca_text_distance("abc", "", 2), 3);
    ck_assert_int_eq(ca_text_distance("same", "same", 0), 0);
    unsigned state = 7;
    for (int k = 0; k < 200000; k++) {
        char text[2][16];
        for (int t = 0; t < 2; t++) {
            state = state * 1664525u + 1013904223u;
            unsigned length = (state >> 20) % 12;
            for (unsigned i = 0; i < length; i++) {
                state = state * 1664525u + 1013904223u;
                text[t][i] = (char)('a' + (state >> 24) % 3);
            }
            text[t][length] = 0;
        }
        int exact = slow_distance(text[0], text[1]), most = k % 9;
        int got = ca_text_distance(text[0], text[1], most), want = exact > most ? most + 1 : exact;
        ck_assert_msg(got == want, "%s %s most %d: %d, expected %d", text[0], text[1], most, got, want);
    }
    static char a[3000], b[3000]; /* beyond the rows on the stack */
    memset(a, 'a', sizeof a - 1);
    memset(b, 'a', sizeof b - 1);
    b[0] = b[1500] = b[2998] = 'b';
    ck_assert_int_eq(ca_text_distance(a, b, 10), 3);
    ck_assert_int_eq(ca_text_distance(a, b, 2), 3);
    ck_assert_int_eq(ca_text_distance(a, b, 1), 2);
}
END_TEST

static const char *const names[] = {
    "n_estimators", "max_depth", "max_features", "strategy", "C", "l1_ratio"
};
static const char *name_at(int64_t i, void *payload) {
    (void)payload;
    return names[i];
}
static const char *nearest(const char *name) {
    return ca_text_nearest(name, 6, name_at, NULL);
}

START_TEST(suggestions) {
    ck_assert_str_eq(nearest("n_estimator"), "n_estimators");
    ck_assert_str_eq(nearest("max_detph"), "max_depth");
    ck_assert_str_eq(nearest("Strategy"), "strategy");
    ck_assert_str_eq(nearest("c"), "C");
    ck_assert_str_eq(nearest("max_feature"), "max_features");
    ck_assert_ptr_null(nearest("qqqqqqqq"));
    ck_assert_ptr_null(nearest("x"));
    ck_assert_ptr_null(nearest(""));
    ck_assert_ptr_null(ca_text_nearest("a", 0, name_at, NULL));
}
END_TEST

START_TEST(glob) {
    static const struct {
        const char *pattern, *text;
        bool match;
    } rows[] = { { "", "", true },
                 { "*", "", true },
                 { "?", "", false },
                 { "a*c", "abbc", true },
                 { "a*c", "abbd", false },
                 { "*a*b*", "xxayybzz", true },
                 { "a?c", "abc", true },
                 { "a?c",
                   "a\xC3\xA9"
                   "c",
                   true },
                 { "a?c", "ac", false },
                 { "abc", "abcd", false },
                 { "*.csv", "x.csv.csv", true },
                 { "**", "anything", true },
                 { "a*", "b", false },
                 { "*ab", "aab", true },
                 { "?*", "x", true } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(ca_text_glob(rows[i].pattern, rows[i].text) == rows[i].match, "%s %s", rows[i].pattern,
                      rows[i].text);
    static char many[5000]; /* no exponential search */
    memset(many, 'a', sizeof many - 1);
    ck_assert(!ca_text_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*b", many));
}
END_TEST

START_TEST(show) {
    char out[64];
    ck_assert_str_eq(ca_text_show("plain \xC3\xA9", 8, out, sizeof out), "plain \xC3\xA9");
    ck_assert_str_eq(ca_text_show("a\n\x1B[1m\0b\x7F", 9, out, sizeof out), "a\\x0a\\x1b[1m\\x00b\\x7f");
    ck_assert_str_eq(ca_text_show("\xFF\xC3", 2, out, sizeof out), "\\xff\\xc3");
    ck_assert_str_eq(ca_text_show("\xC2\x9B", 2, out, sizeof out), "\\xc2\\x9b"); /* CSI as one character */
    ck_assert_str_eq(ca_text_show("0123456789", 10, out, 11), "0123456789");
    ck_assert_str_eq(ca_text_show("0123456789", 10, out, 10), "012345...");
    ck_assert_str_eq(ca_text_show("01234\xC3\xA9"
                                  "67",
                                  9, out, 9),
                     "01234...");
    for (size_t size = 1; size < 12; size++) { /* always ends, never in the middle of a character */
        memset(out, 'Z', sizeof out);
        ca_text_show("\xE2\x82\xAC\n\xE2\x82\xAC\xE2\x82\xAC", 10, out, size);
        ck_assert_uint_lt(strlen(out), size);
        ck_assert_int_eq(out[size], 'Z');
    }
}
END_TEST

TEST_MAIN("text", TEST(growing), TEST(without_memory), TEST(distance), TEST(suggestions), TEST(glob),
          TEST(show))
