/* exp, log1p(exp) and the logistic function with the same bits on every CPU and in every vector width: plain
 * arithmetic that compilers vectorise, no libm. Relative error below 2 units in the last place. */
#ifndef CA_MATH_SPECIAL_H
#define CA_MATH_SPECIAL_H

double ca_exp(double x);      /* overflow: inf; underflow: 0 */
double ca_log(double x);      /* x <= 0: -inf or NaN */
double ca_expit(double x);    /* 1 / (1 + exp(-x)) without overflow */
double ca_log1pexp(double x); /* log(1 + exp(x)) without overflow */

#endif
