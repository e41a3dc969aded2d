/* Parameters that are a number or a list of numbers. */
#ifndef CA_LINEAR_NUMBERS_H
#define CA_LINEAR_NUMBERS_H

#include <stdbool.h>

#include "cauce/sys/component.h"

/* A number counts as a list of one; null as none. */
int64_t ca_numbers_count(const cauce_value *value);
double ca_number_at(const cauce_value *value, int64_t i);
/* PARAM unless there are items in a list, and each is a finite number in [low, high], above `low` where
 * `open`. */
cauce_status ca_numbers_check(cauce_run *run, const char *name, const cauce_value *value, double low,
                              bool open, double high);

#endif
