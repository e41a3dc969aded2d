/* exp, log1p(exp) and the logistic function with the same bits on every CPU and in every vector width: plain
 * arithmetic that compilers vectorise, no libm. Error below 2 units in the last place (ca_expit: 2.5). */
#ifndef CA_MATH_SPECIAL_H
#define CA_MATH_SPECIAL_H

#include <stdint.h>

double ca_exp(double x);      /* overflow: inf; underflow: 0 */
double ca_log(double x);      /* x <= 0: -inf or NaN */
double ca_expit(double x);    /* 1 / (1 + exp(-x)) without overflow */
double ca_log1pexp(double x); /* log(1 + exp(x)) without overflow */

/* The same for n numbers; `out` may be `x`. */
void ca_exp_many(int64_t n, const double *x, double *out);
void ca_expit_many(int64_t n, const double *x, double *out);
/* Both at once, for the price of little more than one: p = expit(x), loss = log1pexp(x). */
void ca_logistic_many(int64_t n, const double *x, double *p, double *loss);
/* p = expit(x); returns the sum of log1pexp(x) - max(x, 0), that is of log(1 + exp(-|x|)), for less than half
 * of that price. The sum's bits depend on n, p's do not. */
double ca_expit_sum(int64_t n, const double *x, double *p);

#endif
