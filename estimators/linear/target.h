/* Targets as a loss wants them, computed row by row from those of the training rows: no copy of them. */
#ifndef CA_LINEAR_TARGET_H
#define CA_LINEAR_TARGET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ca_target {
    const double *y; /* of all rows: (y - from) / unit; unit 0: y as it is */
    double from, unit;
    const int32_t *y_class; /* in place of y: 1 for the class `mine`, -1 for the others */
    int32_t mine;
} ca_target;

static inline double ca_target_at(const ca_target *t, int64_t row) {
    if (t->y_class) return t->y_class[row] == t->mine ? 1 : -1;
    return t->unit > 0 ? (t->y[row] - t->from) / t->unit : t->y[row];
}

#endif
