/* Tails of the normal and of Student's distribution, and the logarithm of the gamma function, with the same
 * bits on every CPU. */
#ifndef CA_MATH_TAILS_H
#define CA_MATH_TAILS_H

/* The chance that a standard normal variable lies further from 0 than z: relative error about 1e-13. */
double ca_normal_two_sided(double z);
/* The same for Student's distribution with df > 0 degrees of freedom: relative error below 1e-10. */
double ca_student_two_sided(double t, double df);
/* The t that is exceeded in size with the chance p, 0 < p < 1. */
double ca_student_two_sided_quantile(double p, double df);
/* The chance that a variable of Fisher's F distribution with d1 (twice it a whole number) and d2 > 0 degrees
 * of freedom exceeds f: relative error below 1e-10 for d2 up to a million, beyond in proportion. NaN gives
 * NaN. */
double ca_fisher_upper(double f, double d1, double d2);
/* The same for the chi-squared distribution. */
double ca_chi_squared_upper(double x, double df);
/* The logarithmic derivative of the gamma function for x > 0: error about 1e-14. */
double ca_digamma(double x);
/* log(gamma(x)) for x > 0: error about 1e-14, relative to the larger of 1 and the result. */
double ca_log_gamma(double x);

#endif
