#include "linear/centred.h"

static double at(const double *g, int64_t q, int64_t i, int64_t j) {
    return i >= j ? g[i + j * q] : g[j + i * q];
}

/* The border of the Gram matrix (the column of ones) takes the means out of the one-hot columns, and what
 * rounding left in the others. */
static cauce_status normal_equations(cauce_run *run, ca_centred *centred) {
    const ca_design *d = &centred->design;
    int64_t p = centred->p, q = d->q, target = d->n_dense, ones = d->n_packed - 1;
    bool border = ones > target; /* there is a column of ones */
    centred->a = cauce_scratch(run, p, (size_t)p * sizeof *centred->a);
    centred->b = cauce_scratch(run, p, sizeof *centred->b);
    if (!centred->a || !centred->b) return CA_NOMEM(run);
    const double *g = centred->gram.partial;
    double total = border ? at(g, q, ones, ones) : 1, rest = border ? at(g, q, ones, target) : 0;
    for (int64_t k = 0; k < p; k++) {
        int64_t j = centred->column[k];
        double share = border ? at(g, q, ones, j) / total : 0;
        for (int64_t i = k; i < p; i++) {
            double other = border ? at(g, q, ones, centred->column[i]) : 0;
            centred->a[i + k * p] = centred->a[k + i * p] = at(g, q, centred->column[i], j) - share * other;
        }
        centred->b[k] = at(g, q, target, j) - share * rest;
    }
    centred->yy = at(g, q, target, target) - rest * rest / total;
    return CAUCE_OK;
}

cauce_status ca_centred_open(cauce_run *run, const cauce_train *train, bool centre, bool gram,
                             ca_centred *centred) {
    *centred = (ca_centred){ .p = train->schema->width };
    ca_design *d = &centred->design;
    CA_TRY(ca_design_open(run, train, train->y, train->weight, centre, d));
    if (gram)
        CA_TRY(ca_gram_standardised(run, d, centre, &centred->gram));
    else
        CA_TRY(ca_design_standardise(run, d, centre, true));
    centred->column = cauce_scratch(run, d->p, sizeof *centred->column);
    centred->scale = cauce_scratch(run, d->p, sizeof *centred->scale);
    centred->mean = cauce_scratch(run, d->p, sizeof *centred->mean);
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    if (!centred->column || !centred->scale || !centred->mean || !levels) return CA_NOMEM(run);
    CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t j = 0; j < d->q; j++) {
        int64_t feature = d->feature[j];
        if (feature < 0) continue;
        bool dense = j < d->n_packed;
        centred->column[feature] = j;
        centred->scale[feature] = dense ? d->inverse[j] : 1;
        if (centre) centred->mean[feature] = dense ? d->shift[j] : levels[j - d->n_packed] / d->weight_sum;
    }
    if (centre) centred->y_mean = d->shift[d->n_dense];
    return gram ? normal_equations(run, centred) : CAUCE_OK;
}

void ca_centred_finish(const ca_centred *centred, const double *scaled, double *coef, double *intercept) {
    *intercept = centred->y_mean;
    for (int64_t j = 0; j < centred->p; j++) {
        coef[j] = centred->scale[j] * scaled[j];
        *intercept -= coef[j] * centred->mean[j];
    }
}
