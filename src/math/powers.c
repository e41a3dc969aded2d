#include "math/powers.h"

#include <math.h>

#include "math/special.h"

double ca_log1p(double x) {
    double u = 1 + x;
    if (u == 1) return x;
    if (!(u > 0) || u > 1e16) return ca_log(u); /* and NaN; 1 is lost in x, or infinite */
    return ca_log(u) * (x / (u - 1));
}

double ca_expm1(double x) {
    if (fabs(x) < 1e-5) return x + x * x / 2 * (1 + x / 3); /* the next term is below a rounding error */
    double u = ca_exp(x);
    if (!(u > 0.25 && u < 4)) return u - 1; /* nothing cancels; overflow and NaN */
    return (u - 1) * (x / ca_log(u));
}
