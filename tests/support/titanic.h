/* The columns of 891 passengers of the Titanic as often as each value occurs (tools/dev/reference/cases.py
 * says why): every column ascending, missing cells last. The rows are nobody's; sums over a column are those
 * of the passengers. */
#ifndef TESTS_SUPPORT_TITANIC_H
#define TESTS_SUPPORT_TITANIC_H

#include <math.h>
#include <stddef.h>

#include "reference/cases.h"

enum { PASSENGERS = 891 };

static inline void passenger_numbers(double *out, const double *values, const int *counts, size_t n) {
    int r = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < counts[i]; k++) out[r++] = values[i];
    while (r < PASSENGERS) out[r++] = (double)NAN;
}

static inline void passenger_texts(const char **out, const char *const *values, const int *counts, size_t n) {
    int r = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < counts[i]; k++) out[r++] = values[i];
    while (r < PASSENGERS) out[r++] = NULL;
}

/* Fills an array of 891 with a column: age, fare, sibsp, parch; sex, embarked, class, who. */
#define PASSENGERS_OF(kind, out, column)                                                                     \
    passenger_##kind(out, case_##column##_values, case_##column##_counts,                                    \
                     sizeof case_##column##_counts / sizeof *case_##column##_counts)

#endif
