/* Dates and times as texts and as seconds. */
#ifndef CA_DATA_TIME_H
#define CA_DATA_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a date with its year at the end is read. ISO 8601 is read in any case. */
typedef enum ca_date_order { CA_DATES_ISO, CA_DATES_DAY_FIRST, CA_DATES_MONTH_FIRST } ca_date_order;

/* 2024-03-09, 2024/03/09; with an order other than ISO also 9/3/2024, 09.03.2024, 9-3-2024; each alone or
 * with a time behind a blank or a T: 14:05, 14:05:09, 14:05:09.123456789; then nothing, Z, +01:00, +0100 or
 * +01. *seconds: since 1970-01-01T00:00 of the same zone, or of UTC when one is given. Years 1 .. 9999 of the
 * Gregorian calendar. false: it is no such text. */
bool ca_time_parse(const char *text, size_t length, ca_date_order order, double *seconds);

/* The ISO text of a number of ticks since 1970, with as many digits of a second as there are ticks in one (1,
 * 1000, 1000000 or 1000000000); whole days of 86400 ticks of a second as a date when `days`. Without a zone.
 * Returns the length, at most CA_TIME_SIZE - 1. */
enum { CA_TIME_SIZE = 64 };
size_t ca_time_print(int64_t ticks, int64_t per_second, bool days, char out[CA_TIME_SIZE]);

#endif
