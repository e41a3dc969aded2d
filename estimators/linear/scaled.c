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

double *ca_scaled_sizes(cauce_run *run, const ca_design *design, double strength) {
    const ca_design *d = design;
    double *sizes = cauce_scratch(run, d->q, sizeof *sizes);
    for (int64_t j = 0; sizes && j < d->q; j++)
        if (d->feature[j] >= 0) sizes[j] = strength * (j < d->n_packed ? d->inverse[j] : 1);
    return sizes;
}

void ca_scaled_back(const ca_design *design, const double *v, const double *gradient, bool constant,
                    double *coef, double *intercept, double *norm) {
    const ca_design *d = design;
    int64_t ones = d->n_packed - 1;
    *intercept = constant ? v[ones] : 0;
    double slope = constant && gradient ? gradient[ones] : 0;
    if (gradient) *norm = fmax(*norm, fabs(slope));
    for (int64_t j = 0; j < d->q; j++) {
        if (d->feature[j] < 0) continue;
        double inverse = j < d->n_packed ? d->inverse[j] : 1, shift = j < d->n_packed ? d->shift[j] : 0;
        double c = inverse * v[j];
        coef[d->feature[j]] = c;
        *intercept -= c * shift;
        if (gradient && inverse > 0) *norm = fmax(*norm, fabs(gradient[j] / inverse + shift * slope));
    }
}

/* ---- Targets ------------------------------------------------------------------------------------------- */

void ca_target_moments(const cauce_train *train, double weight_sum, double *mean, double *deviation) {
    double sum = 0, squares = 0, largest = 0;
    for (int64_t r = 0; r < train->n_rows; r++) largest = fmax(largest, fabs(train->y[r]));
    *mean = *deviation = 0;
    if (largest == 0) return;
    for (int64_t r = 0; r < train->n_rows; r++)
        sum += (train->weight ? train->weight[r] : 1) * (train->y[r] / largest);
    sum /= weight_sum;
    for (int64_t r = 0; r < train->n_rows; r++) {
        double off = train->y[r] / largest - sum;
        squares += (train->weight ? train->weight[r] : 1) * off * off;
    }
    *mean = sum * largest;
    *deviation = sqrt(squares / weight_sum) * largest;
}

void ca_targets_units(const cauce_train *train, double weight_sum, bool centre, ca_targets *targets) {
    double mean, deviation;
    ca_target_moments(train, weight_sum, &mean, &deviation);
    *targets = (ca_targets){ .unit = deviation > 0 ? deviation : 1, .shift = centre ? mean : 0 };
    if (!centre && fabs(mean) > targets->unit) targets->unit = fabs(mean);
}

void ca_targets_back(const ca_targets *targets, int64_t n_features, double *coef, double *intercept) {
    for (int64_t j = 0; j < n_features; j++) coef[j] *= targets->unit;
    *intercept = *intercept * targets->unit + targets->shift;
}
