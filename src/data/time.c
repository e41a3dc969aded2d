/* The calendar: Howard Hinnant, "chrono-compatible low-level date algorithms"
 * (https://howardhinnant.github.io/date_algorithms.html): years begin in March, so that the day that comes
 * and goes is the last one. */
#include "data/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAY = 86400, DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

/* ---- Calendar ------------------------------------------------------------------------------------------ */

static int64_t days_of(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_1970;
}

static void date_of(int64_t days, int64_t *year, int *month, int *day) {
    days += DAYS_TO_1970;
    const int64_t era = (days >= 0 ? days : days - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    const int64_t of_era = days - era * DAYS_OF_ERA;
    const int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    const int64_t shifted = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = years + era * 400 + (*month <= 2);
}

static bool is_date(int year, int month, int day) {
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (year < 1 || month < 1 || month > 12 || day < 1) return false;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap);
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

typedef struct reader {
    const char *at, *end;
} reader;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool take(reader *in, char c) {
    if (in->at == in->end || *in->at != c) return false;
    in->at++;
    return true;
}

/* Between least and most digits, as many as there are. */
static bool digits(reader *in, int least, int most, int *value) {
    int n = 0;
    *value = 0;
    for (; n < most && in->at < in->end && is_digit(*in->at); n++) *value = *value * 10 + (*in->at++ - '0');
    return n >= least;
}

static bool iso_date(reader *in, int *year, int *month, int *day) {
    if (!digits(in, 4, 4, year) || in->at == in->end) return false;
    const char mark = *in->at;
    return (mark == '-' || mark == '/') && take(in, mark) && digits(in, 2, 2, month) && take(in, mark) &&
           digits(in, 2, 2, day);
}

/* Two numbers and the year. */
static bool other_date(reader *in, ca_date_order order, int *year, int *month, int *day) {
    int first, second;
    if (!digits(in, 1, 2, &first) || in->at == in->end) return false;
    const char mark = *in->at;
    if (mark != '/' && mark != '.' && mark != '-') return false;
    if (!take(in, mark) || !digits(in, 1, 2, &second) || !take(in, mark) || !digits(in, 4, 4, year))
        return false;
    *day = order == CA_DATES_DAY_FIRST ? first : second;
    *month = order == CA_DATES_DAY_FIRST ? second : first;
    return true;
}

/* .5 of a second, to nine digits. */
static bool fraction(reader *in, double *seconds) {
    double value = 0, scale = 1;
    int n = 0;
    for (; in->at < in->end && is_digit(*in->at); n++) {
        value = value * 10 + (*in->at++ - '0');
        scale *= 10;
    }
    *seconds = value / scale;
    return n >= 1 && n <= 9;
}

static bool clock_time(reader *in, int64_t *seconds, double *part) {
    int hour, minute, second = 0;
    if (!digits(in, 2, 2, &hour) || !take(in, ':') || !digits(in, 2, 2, &minute)) return false;
    if (take(in, ':')) {
        if (!digits(in, 2, 2, &second)) return false;
        if (take(in, '.') && !fraction(in, part)) return false;
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* How much later than UTC the clocks of the zone are. */
static bool zone(reader *in, int64_t *seconds) {
    int hour, minute = 0;
    if (take(in, 'Z')) return true;
    const bool west = take(in, '-');
    if (!west && !take(in, '+')) return true;
    if (!digits(in, 2, 2, &hour)) return false;
    if ((take(in, ':') || in->at < in->end) && !digits(in, 2, 2, &minute)) return false;
    *seconds = (west ? -1 : 1) * (hour * 3600 + minute * 60);
    return hour < 24 && minute < 60;
}

bool ca_time_parse(const char *text, size_t length, ca_date_order order, double *seconds) {
    reader in = { text, text + length };
    int year = 0, month = 0, day = 0;
    int64_t of_day = 0, offset = 0;
    double part = 0;
    if (length < 8 || length > 35) return false;
    if (!iso_date(&in, &year, &month, &day)) {
        in.at = text;
        if (order == CA_DATES_ISO || !other_date(&in, order, &year, &month, &day)) return false;
    }
    if (!is_date(year, month, day)) return false;
    if (in.at < in.end) {
        if (!take(&in, 'T') && !take(&in, ' ')) return false;
        if (!clock_time(&in, &of_day, &part) || !zone(&in, &offset) || in.at != in.end) return false;
    }
    *seconds = (double)(days_of(year, month, day) * DAY + of_day - offset) + part;
    return true;
}

/* ---- Writing ------------------------------------------------------------------------------------------- */

/* Rounded down, also below 0. */
static int64_t divide(int64_t a, int64_t b, int64_t *rest) {
    int64_t q = a / b;
    *rest = a % b;
    if (*rest < 0) {
        *rest += b;
        q--;
    }
    return q;
}

size_t ca_time_print(int64_t ticks, int64_t per_second, bool days, char out[CA_TIME_SIZE]) {
    int64_t part, of_day, year;
    int month, day, n;
    const int64_t seconds = divide(ticks, per_second, &part), date = divide(seconds, DAY, &of_day);
    date_of(date, &year, &month, &day);
    n = snprintf(out, CA_TIME_SIZE, "%04" PRId64 "-%02d-%02d", year, month, day);
    if (days) return (size_t)n;
    n += snprintf(out + n, (size_t)(CA_TIME_SIZE - n), "T%02d:%02d:%02d", (int)(of_day / 3600),
                  (int)(of_day / 60 % 60), (int)(of_day % 60));
    int width = 0;
    for (int64_t s = per_second; s > 1; s /= 10) width++;
    if (width) n += snprintf(out + n, (size_t)(CA_TIME_SIZE - n), ".%0*" PRId64, width, part);
    return (size_t)n;
}
