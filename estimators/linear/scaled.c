#include "linear/scaled.h"

#include <math.h>

double *ca_scaled_penalty(cauce_run *run, const ca_design *design, double strength) {
    const ca_design *d = design;
    double *penalty = cauce_scratch(run, d->q, sizeof *penalty);
    for (int64_t j = 0; penalty && j < d->q; j++) {
        double inverse = j < d->n_packed ? d->inverse[j] : 1;
        if (d->feature[j] >= 0) penalty[j] = inverse * inverse * strength;
        if (inverse == 0) penalty[j] = 1;
    }
    return penalty;
}

void ca_scaled_back(const ca_design *design, const double *v, const double *gradient, bool constant,
                    double *coef, double *intercept, double *norm) {
    const ca_design *d = design;
    int64_t ones = d->n_packed - 1;
    *intercept = constant ? v[ones] : 0;
    double slope = constant ? gradient[ones] : 0;
    *norm = fmax(*norm, fabs(slope));
    for (int64_t j = 0; j < d->q; j++) {
        if (d->feature[j] < 0) continue;
        double inverse = j < d->n_packed ? d->inverse[j] : 1, shift = j < d->n_packed ? d->shift[j] : 0;
        double c = inverse * v[j];
        coef[d->feature[j]] = c;
        *intercept -= c * shift;
        if (inverse > 0) *norm = fmax(*norm, fabs(gradient[j] / inverse + shift * slope));
    }
}
