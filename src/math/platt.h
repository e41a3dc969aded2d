/* The probability of something as a logistic function of a number. */
#ifndef CA_MATH_PLATT_H
#define CA_MATH_PLATT_H

#include <stdint.h>

#include "base/run.h"

/* slope and constant such that 1 / (1 + exp(slope * x + constant)) is the probability of y = 1. What is
 * learned are not 0 and 1 but (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), of n1 and n0 rows, so that there is
 * always a finite answer (Platt, Probabilistic outputs for support vector machines, Advances in Large Margin
 * Classifiers, 2000); by Newton's method (Lin, Lin and Weng, A note on Platt's probabilistic outputs, Machine
 * Learning 68 (2007), doi:10.1007/s10994-007-5018-6). n >= 1 finite x, y 0 or 1, weight NULL: all 1. */
cauce_status ca_platt_fit(cauce_run *run, const double *x, const double *y, const double *weight, int64_t n,
                          double *slope, double *constant);

#endif
