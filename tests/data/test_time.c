/* Dates and times against a calendar that counts day by day. */
#include "data/time.h"

#include "support/check_main.h"

static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

static int days_in(int year, int month) {
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month_days[month - 1] + (month == 2 && leap);
}

static double seconds_of(const char *text, ca_date_order order) {
    double seconds = NAN;
    return ca_time_parse(text, strlen(text), order, &seconds) ? seconds : NAN;
}

START_TEST(every_month_of_every_year) {
    int64_t day = -719162; /* 0001-01-01: 719162 days before 1970 */
    char text[CA_TIME_SIZE], printed[CA_TIME_SIZE];
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++) {
            int last = days_in(year, month);
            for (int d = 1; d <= last; d += d == 1 ? 1 + (year + month) % 5 : last - d ? last - d : 1) {
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, d);
                ck_assert_msg(seconds_of(text, CA_DATES_ISO) == (double)(day + d - 1) * 86400, "%s", text);
                ca_time_print((day + d - 1) * 86400, 1, true, printed);
                ck_assert_str_eq(printed, text);
            }
            snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, last + 1);
            ck_assert(isnan(seconds_of(text, CA_DATES_ISO)));
            day += last;
        }
    ck_assert_int_eq(day, 2932897);
    ck_assert(seconds_of("1970-01-01", CA_DATES_ISO) == 0);
}
END_TEST

START_TEST(times_of_day_and_zones) {
    static const struct {
        const char *text;
        double seconds;
    } good[] = { { "1970-01-02T00:00", 86400 },
                 { "1970-01-01 23:59", 86340 },
                 { "1970-01-01T23:59:58", 86398 },
                 { "1970/01/01 00:00:01", 1 },
                 { "1970-01-01T00:00:00.25", .25 },
                 { "1970-01-01T00:00:00.000001", 1e-6 },
                 { "2024-03-09T14:05:09.123456Z", 1709993109.123456 },
                 { "1970-01-01T01:00+01:00", 0 },
                 { "1970-01-01T01:00:00+0100", 0 },
                 { "1970-01-01T01:30+01", 1800 },
                 { "1969-12-31T20:30-03:30", 0 },
                 { "1969-12-31T23:59:59.5", -.5 } };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(seconds_of(good[i].text, CA_DATES_ISO) == good[i].seconds, "%s: %.17g", good[i].text,
                      seconds_of(good[i].text, CA_DATES_ISO));
    static const char *const bad[] = { "",
                                       "2024",
                                       "20240309",
                                       "2024-3-9",
                                       "2024-03",
                                       "2024-03-09T",
                                       "2024-03-09T14",
                                       "2024-03-09T1:05",
                                       "2024-03-09T24:00",
                                       "2024-03-09T14:60",
                                       "2024-03-09T14:05:60",
                                       "2024-03-09T14:05:09.",
                                       "2024-03-09T14:05:09.1234567891",
                                       "2024-03-09T14:05z",
                                       "2024-03-09T14:05+1",
                                       "2024-03-09T14:05+24:00",
                                       "2024-03-09T14:05+01:",
                                       "2024-03-09T14:05+01:00x",
                                       "2024-03/09",
                                       "2024.03.09",
                                       "0000-01-01",
                                       "2023-02-29",
                                       "1900-02-29",
                                       " 2024-03-09",
                                       "2024-03-09  14:05",
                                       "9/3/2024",
                                       "+024-03-09" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(isnan(seconds_of(bad[i], CA_DATES_ISO)), "%s", bad[i]);
}
END_TEST

START_TEST(orders) {
    static const char *const third_of_may[] = { "3/5/2024", "03/05/2024", "3.5.2024", "3-5-2024",
                                                "2024-05-03" };
    static const char *const fifth_of_march[] = { "3/5/2024", "03/05/2024", "3.5.2024", "3-5-2024",
                                                  "2024-03-05" };
    for (int i = 0; i < 5; i++) {
        ck_assert(seconds_of(third_of_may[i], CA_DATES_DAY_FIRST) == 1714694400);
        ck_assert(seconds_of(fifth_of_march[i], CA_DATES_MONTH_FIRST) == 1709596800);
    }
    ck_assert(seconds_of("31/12/1999 23:59:59", CA_DATES_DAY_FIRST) == 946684799);
    ck_assert(isnan(seconds_of("31/12/1999", CA_DATES_MONTH_FIRST)));
    ck_assert(isnan(seconds_of("12/31/1999", CA_DATES_DAY_FIRST)));
    ck_assert(isnan(seconds_of("3/5.2024", CA_DATES_DAY_FIRST)));
    ck_assert(isnan(seconds_of("3/5/24", CA_DATES_DAY_FIRST)));
    ck_assert(isnan(seconds_of("3 5 2024", CA_DATES_DAY_FIRST)));
}
END_TEST

START_TEST(printing) {
    static const struct {
        int64_t ticks, per_second;
        const char *text;
    } cases[] = { { 0, 1, "1970-01-01T00:00:00" },
                  { -1, 1, "1969-12-31T23:59:59" },
                  { -1, 1000, "1969-12-31T23:59:59.999" },
                  { 1709993109123456, 1000000, "2024-03-09T14:05:09.123456" },
                  { -1, 1000000000, "1969-12-31T23:59:59.999999999" } };
    char out[CA_TIME_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(ca_time_print(cases[i].ticks, cases[i].per_second, false, out),
                         strlen(cases[i].text));
        ck_assert_str_eq(out, cases[i].text);
    }
    for (int64_t per = 1; per <= 1000000000; per *= 1000) { /* no overflow, no overrun */
        ck_assert_int_lt(ca_time_print(INT64_MAX, per, false, out), CA_TIME_SIZE);
        ck_assert_int_lt(ca_time_print(INT64_MIN, per, false, out), CA_TIME_SIZE);
    }
}
END_TEST

TEST_MAIN("time", TEST(every_month_of_every_year), TEST(times_of_day_and_zones), TEST(orders), TEST(printing))
