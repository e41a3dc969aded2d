#define _POSIX_C_SOURCE 200809L
#include <locale.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/number.h"
#include "cauce/sys/run.h"
#include "support/check_main.h"

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
static uint64_t next_bits(cauce_rng *rng) {
    uint64_t high = cauce_rng_u32(rng);
    return high << 32 | cauce_rng_u32(rng);
}

/* The text must read as exactly `expected`. */
static void reads(const char *text, double expected) {
    double value = -12345;
    ck_assert_msg(ca_number_parse(text, strlen(text), &value), "'%s' is refused", text);
    ck_assert_msg(bits_of(value) == bits_of(expected), "'%.60s' reads as %.17g, expected %.17g", text, value,
                  expected);
}
static void refused(const char *text) {
    double value;
    ck_assert_msg(!ca_number_parse(text, strlen(text), &value), "'%s' is accepted", text);
}

START_TEST(grammar) {
    reads("0", 0.0);
    reads("-0", -0.0);
    reads("+1", 1);
    reads(".5", 0.5);
    reads("5.", 5);
    reads("1e5", 1e5);
    reads("1E+05", 1e5);
    reads("-.5e-1", -0.05);
    reads("00012.50", 12.5);
    reads("0e999999999999999999999", 0);
    reads("-0.000e5", -0.0);
    reads("inf", (double)INFINITY);
    reads("-Infinity", -(double)INFINITY);
    reads("+INF", (double)INFINITY);
    reads("1e309", (double)INFINITY);
    reads("-1e99999999999999999999999", -(double)INFINITY);
    reads("1e-99999999999999999999999", 0);
    reads("-1e-400", -0.0);
    double value = 0;
    ck_assert(ca_number_parse("NaN", 3, &value) && isnan(value));
    ck_assert(ca_number_parse("1.5xyz", 3, &value) && value == 1.5); /* no byte beyond the length is read */
    static const char *const bad[] = { "",      "+",     "-",      ".",         "-.",         "e5",
                                       "1e",    "1e+",   "0x10",   "1_000",     " 1",         "1 ",
                                       "1.2.3", "1e5.5", "1,5",    "--1",       "+-1",        "in",
                                       "infi",  "infin", "nanx",   "na",        "i",          "1e5e5",
                                       ".e1",   "1f",    "nan(1)", "infinityx", "\xC2\xA0 1", "1\n" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refused(bad[i]);
    ck_assert(!ca_number_parse("1\0", 2, &value));
}
END_TEST

START_TEST(integers) {
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = { { "0", true, 0 },
                 { "-0", true, 0 },
                 { "+7", true, 7 },
                 { "007", true, 7 },
                 { "9223372036854775807", true, INT64_MAX },
                 { "-9223372036854775808", true, INT64_MIN },
                 { "9223372036854775808", false, 0 },
                 { "-9223372036854775809", false, 0 },
                 { "99999999999999999999999", false, 0 },
                 { "", false, 0 },
                 { "-", false, 0 },
                 { "1.0", false, 0 },
                 { "1e3", false, 0 },
                 { " 1", false, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 0;
        ck_assert_msg(ca_integer_parse(rows[i].text, strlen(rows[i].text), &value) == rows[i].ok, "%s",
                      rows[i].text);
        if (rows[i].ok) ck_assert_int_eq(value, rows[i].value);
    }
}
END_TEST

/* Against strtod of libc, in its C locale: random bits, printed to random lengths. */
START_TEST(random_reading) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "number", 0);
    for (int i = 0; i < 1000000; i++) {
        double value = from_bits(next_bits(&rng));
        if (i % 2) value = ldexp((double)(next_bits(&rng) >> 11), (int)cauce_rng_below(&rng, 80) - 60);
        if (value - value != 0) continue;
        char text[400];
        int precision = (int)cauce_rng_below(&rng, 22);
        if (i % 2)
            snprintf(text, sizeof text, "%.*f", precision, value);
        else
            snprintf(text, sizeof text, "%.*e", precision, value);
        reads(text, strtod(text, NULL));
    }
}
END_TEST

/* Each power of ten, with as many digits as are read at once, fewer, and more. */
START_TEST(every_power) {
    cauce_rng rng;
    cauce_rng_init(&rng, 6, "number", 0);
    for (int power = -365; power <= 312; power++)
        for (int i = 0; i < 100; i++) {
            char text[80];
            const uint64_t digits = next_bits(&rng) >> (i % 20 * 3);
            snprintf(text, sizeof text, "%llu%.*se%d", (unsigned long long)digits, i % 3 ? 0 : i % 25,
                     "9999999999999999999999999", power);
            reads(text, strtod(text, NULL));
        }
}
END_TEST

/* The exact middle of two neighbours goes to the even one; anything more goes up, anything less down. */
START_TEST(halfway) {
    cauce_rng rng;
    cauce_rng_init(&rng, 2, "number", 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = i % 4 == 0 ? next_bits(&rng) >> (12 + i % 50) : next_bits(&rng) >> 1;
        double low = from_bits(bits), high = from_bits(bits + 1);
        if (high - high != 0 || low - low != 0) continue;
        static char text[3000];
        long double middle = ((long double)low + (long double)high) / 2;
        int n = snprintf(text, sizeof text, "%.1100Le", middle); /* exact: a middle has at most 768 digits */
        double even = bits % 2 ? high : low;
        reads(text, even);
        char *e = strchr(text, 'e');
        char tail[16];
        snprintf(tail, sizeof tail, "%s", e);
        snprintf(e, 1500, "%0*d%s", 1000, 1, tail); /* 999 zeros and a one behind it */
        reads(text, high);
        (void)n;
        /* one less in the last place that is not 0 */
        while (e[-1] == '0') e--;
        e[-1]--;
        snprintf(e, 1500, "%s%s", "9999", tail);
        reads(text, low);
    }
}
END_TEST

START_TEST(long_texts) {
    enum { N = 200000 };
    char *text = malloc(2 * N + 100);
    memset(text, '0', N);
    strcpy(text + N, "123.5");
    reads(text, 123.5);
    text[0] = '1';
    snprintf(text + N, 100, "e-%d", N); /* 1000...0e-200000 */
    reads(text, 0.1);
    memset(text, '0', N);
    text[1] = '.';
    snprintf(text + N, 100, "15e%d", N); /* 0.000...015e200000 */
    reads(text, 15 * 1.0);
    memset(text, '9', N);
    text[N] = 0;
    reads(text, (double)INFINITY);
    text[1] = '.';
    reads(text, 10);
    memset(text, '1', N);
    text[N - 1] = 'x';
    text[N] = 0;
    refused(text);
    free(text);
    reads("2.2250738585072011e-308", 2.2250738585072011e-308);
    reads("2.47032822920623272e-324", 0);
    reads("2.4703282292062328e-324", 5e-324);
    reads("1.7976931348623158e308", 1.7976931348623157e308);
    reads("1.797693134862315808e308", (double)INFINITY);
    reads("9007199254740993", 9007199254740992.0);
    reads("9007199254740993.00000000000000000000000000000000000001", 9007199254740994.0);
    reads(
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207"
        "0963302864166928879109465555478519404026306574886715058206819089020007083836762738548458177115317644"
        "7573027006985557136695962284291481986083493647529271907416844436551070434271155969950809304288017790"
        "4174497791",
        1.7976931348623157e308);
}
END_TEST

static void prints(double value, const char *expected) {
    char out[CA_NUMBER_SIZE];
    ck_assert_int_eq(ca_number_print(value, out), (int)strlen(expected));
    ck_assert_str_eq(out, expected);
}

START_TEST(printing) {
    prints(0.1, "0.1");
    prints(1, "1");
    prints(0.0, "0");
    prints(-0.0, "-0");
    prints(-17, "-17");
    prints(1e300, "1e+300");
    prints(-1.5e-7, "-1.5e-07");
    prints((double)INFINITY, "inf");
    prints(-(double)INFINITY, "-inf");
    prints((double)NAN, "nan");
    prints(-(double)NAN, "nan");
    prints(999999999999999, "999999999999999");
    prints(1e22, "1e+22");
    prints(123.456, "123.456");
    prints(1.0 / 3, "0.3333333333333333");
    prints(2.0 / 3, "0.6666666666666666");
    prints(5e-324, "5e-324");
    prints(0x1p-1022, "2.2250738585072014e-308");
    prints(0x1p-44, "5.684341886080802e-14"); /* the nearest 16 digits do not read back, the next ones do */
    prints(9007199254740993.0, "9007199254740992");
    prints(9.5367431640625e-07, "9.5367431640625e-07");
    prints(0.0001, "0.0001");
    prints(1.7976931348623157e308, "1.7976931348623157e+308");
    prints(-2.2250738585072014e-308, "-2.2250738585072014e-308");
}
END_TEST

START_TEST(printing_integers) {
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "number", 0);
    for (int i = 0; i < 20000; i++) {
        int64_t value = (int64_t)(next_bits(&rng) >> (i % 64)) * (i & 1 ? 1 : -1);
        if (i < 57) value = (int64_t)pow(10, i / 3) + i % 3 - 1;
        if (i == 57) value = INT64_MIN;
        if (i == 58) value = INT64_MAX;
        char out[CA_NUMBER_SIZE], expected[32];
        snprintf(expected, sizeof expected, "%lld", (long long)value);
        ck_assert_int_eq(ca_integer_print(value, out), (int)strlen(expected));
        ck_assert_str_eq(out, expected);
    }
}
END_TEST

/* Significant digits of a printed number, without zeros at its ends. */
static int significant(const char *text) {
    int count = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (*text == '0' && count == 0)) continue;
        count++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

/* No text of fewer digits reads back: tried are the nearest one and its two neighbours. */
static bool shorter_exists(double value, int precision) {
    if (precision < 1) return false;
    char text[64];
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    char *e = strchr(text, 'e');
    int64_t digits = 0;
    for (const char *p = text; p < e; p++)
        if (*p >= '0' && *p <= '9') digits = digits * 10 + (*p - '0');
    for (int step = -1; step <= 1; step++) {
        char moved[64];
        snprintf(moved, sizeof moved, "%llde%d", (long long)digits + step, atoi(e + 1) - precision + 1);
        if (strtod(moved, NULL) == value) return true;
    }
    return false;
}

START_TEST(shortest) {
    cauce_rng rng;
    cauce_rng_init(&rng, 3, "number", 0);
    for (int i = 0; i < 300000; i++) {
        uint64_t bits = next_bits(&rng);
        if (i % 5 == 1) bits &= UINT64_C(0x7FF) << 52;                      /* powers of two */
        if (i % 5 == 2) bits >>= 12 + i % 52;                               /* below the normal range */
        if (i % 5 == 3) bits = bits_of((double)(bits % 100000000) / 10000); /* what tables hold */
        double value = from_bits(bits & INT64_MAX);
        if (i % 5 == 4) /* around 1, of few digits and of many */
            value = ldexp((double)(bits >> 11), -(int)cauce_rng_below(&rng, 80));
        if (i % 10 == 4) value = (double)(bits >> (14 + i % 40)) / pow(10, (double)cauce_rng_below(&rng, 23));
        if (value - value != 0 || value == 0) continue;
        char out[CA_NUMBER_SIZE];
        int n = ca_number_print(value, out);
        ck_assert_int_eq(n, (int)strlen(out));
        ck_assert_msg(strtod(out, NULL) == value, "%.17g prints as %s", value, out);
        reads(out, value);
        if (value < 1e15 && value == floor(value)) {
            ck_assert_ptr_null(strpbrk(out, ".e"));
            continue;
        }
        ck_assert_msg(!shorter_exists(value, significant(out) - 1), "%s could be shorter", out);
        /* and of the texts of this length it is the nearest, where printf finds one that reads back */
        char nearest[64];
        snprintf(nearest, sizeof nearest, "%.*e", significant(out) - 1, value);
        if (strtod(nearest, NULL) == value) {
            char mine[64];
            snprintf(mine, sizeof mine, "%.*e", significant(out) - 1, strtod(out, NULL));
            ck_assert_str_eq(mine, nearest);
        }
    }
}
END_TEST

/* What ca_number_print promises, the slow way: the nearest text of each length until one reads back. That of
 * a power of two, whose neighbour below is at half the distance of the one above, may not read back where the
 * next one of the same length does. */
static int slow_digits(double value, char digits[32], int *exponent) {
    int power;
    const bool closer_below = frexp(value, &power) == 0.5;
    for (int precision = 1;; precision++) {
        char text[64];
        snprintf(text, sizeof text, "%.*e", precision - 1, value);
        char *e = strchr(text, 'e');
        int64_t number = 0;
        for (const char *p = text; p < e; p++)
            if (*p != '.') number = number * 10 + (*p - '0');
        const int last = atoi(e + 1) - precision + 1;
        for (int up = 0; up <= closer_below; up++) {
            snprintf(text, sizeof text, "%llde%d", (long long)number + up, last);
            if (strtod(text, NULL) != value) continue;
            const int n = snprintf(digits, 32, "%lld", (long long)number + up);
            *exponent = last + n - 1;
            return n;
        }
    }
}

static void slow_print(double value, char out[64]) {
    char digits[32];
    int exponent, n = slow_digits(fabs(value), digits, &exponent);
    if (signbit(value)) *out++ = '-';
    while (n > 1 && digits[n - 1] == '0') n--;
    digits[n] = 0;
    if (exponent < -4 || exponent >= 16)
        snprintf(out, 60, "%c%s%se%c%02d", digits[0], n > 1 ? "." : "", digits + 1, exponent < 0 ? '-' : '+',
                 abs(exponent));
    else if (exponent < 0)
        snprintf(out, 60, "%.*s%s", 1 - exponent, "0.000", digits);
    else if (n <= exponent + 1)
        snprintf(out, 60, "%s%.*s", digits, exponent + 1 - n, "0000000000000000");
    else
        snprintf(out, 60, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
}

static void prints_as_slowly(double value) {
    if (value - value != 0 || value == 0) return;
    char out[CA_NUMBER_SIZE], slow[64];
    ca_number_print(value, out);
    slow_print(value, slow);
    ck_assert_msg(strcmp(out, slow) == 0, "%.17g prints as %s, not %s", value, out, slow);
}

static void prints_around(double value) {
    prints_as_slowly(value);
    prints_as_slowly(-value);
    prints_as_slowly(nextafter(value, 0));
    prints_as_slowly(nextafter(value, (double)INFINITY));
}

/* Every power of two and of ten uses every entry of the table of powers. */
START_TEST(edges) {
    for (int power = -1074; power <= 1023; power++) prints_around(ldexp(1, power));
    for (int power = -324; power <= 308; power++) {
        char text[32];
        for (int i = 1; i < 10; i++) {
            snprintf(text, sizeof text, "%de%d", i, power);
            prints_around(strtod(text, NULL));
        }
    }
    for (uint64_t i = 0; i < 2000; i++) {
        prints_as_slowly(from_bits(i));                              /* the least */
        prints_as_slowly(from_bits((UINT64_C(1) << 52) - 1000 + i)); /* around the end of the normal range */
        prints_as_slowly(from_bits((UINT64_C(0x7ff) << 52) - 1 - i));
        prints_as_slowly((double)i);
        prints_as_slowly((double)i + 0.5);
        prints_as_slowly((double)i / 1000);
        prints_as_slowly((double)((float)i / 7));
        prints_as_slowly(1e15 - 1000 + (double)i);
        prints_as_slowly(0x1p53 - 1000 + (double)i);
        prints_as_slowly(1e16 - 2000 + 2 * (double)i);
    }
}
END_TEST

START_TEST(random_printing) {
    cauce_rng rng;
    cauce_rng_init(&rng, 4, "number", 0);
    for (int i = 0; i < 60000; i++) {
        const uint64_t bits = next_bits(&rng);
        const int some = (int)cauce_rng_below(&rng, 160);
        prints_as_slowly(from_bits(bits));
        prints_as_slowly(from_bits(bits >> (12 + i % 50))); /* below the normal range */
        prints_as_slowly((double)(bits >> 11) * 0x1p-53);   /* probabilities */
        prints_as_slowly(ldexp((double)(bits >> (i % 64)), some - 120));
        prints_as_slowly((double)(float)ldexp((double)(bits >> 11), some - 120));
    }
}
END_TEST

/* A comma for a point in the process: made with localedef when the machine has none. */
static bool use_comma_locale(void) {
    if (setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "de_DE.utf8")) return true;
    static const char folder[] = CAUCE_BINARY_DIR "/locale";
    mkdir(folder, 0777);
    if (system("localedef -i de_DE -f UTF-8 " CAUCE_BINARY_DIR "/locale/de_DE.UTF-8 >/dev/null 2>&1") != 0)
        return false;
    setenv("LOCPATH", folder, 1);
    return setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

START_TEST(comma_locale) {
    if (!use_comma_locale()) {
        printf("no locale with a decimal comma: not tested\n");
        return;
    }
    char text[32];
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5");
    reads("0.5", 0.5);
    reads("0.1234567890123456789", 0.1234567890123456789); /* the slow path */
    reads("123456789012345678901234567890.5", 123456789012345678901234567890.5);
    refused("0,5");
    prints(0.5, "0.5");
    prints(1.0 / 3, "0.3333333333333333");
    prints(1.25e-30, "1.25e-30");
    prints(5e-324, "5e-324");
    prints(123456.789, "123456.789");
    setlocale(LC_ALL, "C");
}
END_TEST

TEST_MAIN("number", TEST(grammar), TEST(integers), TEST(random_reading), TEST(every_power), TEST(halfway),
          TEST(long_texts), TEST(printing), TEST(printing_integers), TEST(shortest), TEST(edges),
          TEST(random_printing), TEST(comma_locale))
