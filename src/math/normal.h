/* The normal distribution, with the same bits on every CPU. */
#ifndef CA_MATH_NORMAL_H
#define CA_MATH_NORMAL_H

/* The x below which a standard normal variable lies with probability p: relative error about 1e-15. 0 and 1
 * give -inf and inf, anything outside NaN. Algorithm AS 241 (PPND16): Wichura, The percentage points of the
 * normal distribution, Applied Statistics 37 (1988), doi:10.2307/2347330. */
double ca_normal_quantile(double p);

#endif
