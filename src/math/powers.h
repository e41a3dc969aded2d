/* log1p and expm1 with the same bits on every CPU: made of ca_log and ca_exp by exactly defined arithmetic.
 * Error below 1e-15, relative. Kahan's forms: Goldberg, What every computer scientist should know about
 * floating-point arithmetic, ACM Computing Surveys 23 (1991), theorem 4, doi:10.1145/103162.103163; Higham,
 * Accuracy and stability of numerical algorithms (2002), section 1.14.1. */
#ifndef CA_MATH_POWERS_H
#define CA_MATH_POWERS_H

double ca_log1p(double x); /* log(1 + x); x <= -1: -inf or NaN */
double ca_expm1(double x); /* exp(x) - 1; overflow: inf */

#endif
