/* How many of many ascending numbers are below x. A table of equal steps, from the first number to the last,
 * says where to begin; what is left is as many numbers as the fullest step has, which are halved without a
 * branch on x. Numbers that crowd in one place cost no more than halving them all. */
#ifndef CA_MATH_RANKS_H
#define CA_MATH_RANKS_H

#include "cauce/sys/run.h"

typedef struct ca_ranks {
    const double *numbers; /* n of them, then infinities to read on */
    const uint32_t *first; /* of each step: how many numbers are in the steps before */
    double low, scale, last;
    int64_t n;
    int64_t half; /* a power of two, or 0: 2 * half - 1 numbers are looked at */
} ca_ranks;

/* The step of x never falls as x grows: numbers of lower steps are below x, those of higher ones are not.
 * That of NaN is the first. */
static inline int64_t ca_rank_step(const ca_ranks *ranks, double x) {
    double at = (x - ranks->low) * ranks->scale;
    at = at > 0 ? at : 0;
    return (int64_t)(at < ranks->last ? at : ranks->last);
}

/* The rest of the way, from `first` of the step of x on. 0 for NaN. */
static inline uint32_t ca_rank_from(const ca_ranks *ranks, uint32_t first, double x) {
    const double *from = ranks->numbers + first;
    for (int64_t half = ranks->half; half; half /= 2) from += half & -(int64_t)(from[half - 1] < x);
    return (uint32_t)(from - ranks->numbers);
}

static inline uint32_t ca_rank(const ca_ranks *ranks, double x) {
    return ca_rank_from(ranks, ranks->first[ca_rank_step(ranks, x)], x);
}

/* The same of n numbers. */
void ca_ranks_of(const ca_ranks *ranks, const double *x, int64_t n, uint32_t *rank);

/* Of n distinct numbers, ascending, none NaN, fewer than 2^32; copied. Memory from cauce_keep. */
cauce_status ca_ranks_make(cauce_run *run, const double *numbers, int64_t n, ca_ranks *ranks);

#endif
