#include "linear/centred.h"

/* The border of the Gram matrix (the column of ones) takes the means out of the one-hot columns, and what
 * rounding left, or some of the rows differ by, in the others. */
cauce_status ca_centred_equations(cauce_run *run, const double *g, bool centre, ca_centred *centred) {
    const ca_design *d = &centred->design;
    int64_t p = centred->p, q = d->q, target = d->n_dense, ones = d->n_packed - 1;
    centred->a = cauce_scratch(run, p, (size_t)p * sizeof *centred->a);
    centred->b = cauce_scratch(run, p, sizeof *centred->b);
    double *mean = cauce_scratch(run, p, sizeof *mean);
    if (!centred->a || !centred->b || !mean) return CA_NOMEM(run);
    double total = centre ? ca_gram_at(g, q, ones, ones) : 1,
           rest = centre ? ca_gram_at(g, q, ones, target) : 0;
    if (centre) {
        centred->weight_sum = total;
        centred->y_mean = d->shift[target] + rest / total;
    }
    for (int64_t k = 0; k < p; k++) {
        int64_t j = centred->column[k];
        double share = centre ? ca_gram_at(g, q, ones, j) / total : 0;
        for (int64_t i = k; i < p; i++) {
            double other = centre ? ca_gram_at(g, q, ones, centred->column[i]) : 0;
            centred->a[i + k * p] = centred->a[k + i * p] =
                ca_gram_at(g, q, centred->column[i], j) - share * other;
        }
        centred->b[k] = ca_gram_at(g, q, target, j) - share * rest;
        if (!centre) continue;
        bool dense = j < d->n_packed;
        mean[k] = dense ? d->shift[j] + (d->inverse[j] > 0 ? share / d->inverse[j] : 0) : share;
    }
    centred->mean = mean;
    centred->yy = ca_gram_at(g, q, target, target) - rest * rest / total;
    return CAUCE_OK;
}

cauce_status ca_centred_open(cauce_run *run, const cauce_train *train, bool centre, bool gram,
                             ca_centred *centred) {
    *centred = (ca_centred){ .p = train->schema->width };
    ca_design *d = &centred->design;
    double *product = NULL;
    CA_TRY(ca_design_open_unseen(run, train, train->y, train->weight, centre, d));
    if (gram) {
        CA_TRY(ca_gram_standardised(run, d, centre, &centred->gram));
    } else {
        product = cauce_scratch(run, d->n_dense, sizeof *product);
        centred->b = cauce_scratch(run, d->p, sizeof *centred->b);
        if (!product || !centred->b) return CA_NOMEM(run);
        CA_TRY(ca_design_standardise_columns(run, d, centre, product));
        ca_run_looked(run, d->rows); /* their squares have finite sums */
    }
    centred->weight_sum = d->weight_sum;
    centred->column = cauce_scratch(run, d->p, sizeof *centred->column);
    centred->scale = cauce_scratch(run, d->p, sizeof *centred->scale);
    centred->mean = cauce_scratch(run, d->p, sizeof *centred->mean);
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    if (!centred->column || !centred->scale || !centred->mean || !levels) return CA_NOMEM(run);
    if (!gram) CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t j = 0; j < d->q; j++) {
        int64_t feature = d->feature[j];
        if (feature < 0) continue;
        bool dense = j < d->n_packed;
        centred->column[feature] = j;
        centred->scale[feature] = dense ? d->inverse[j] : 1;
        if (product && j < d->n_dense) centred->b[feature] = product[j];
        if (centre) centred->mean[feature] = dense ? d->shift[j] : levels[j - d->n_packed] / d->weight_sum;
    }
    if (centre) centred->y_mean = d->shift[d->n_dense];
    return gram ? ca_centred_equations(run, centred->gram.partial, centre, centred) : CAUCE_OK;
}

void ca_centred_finish(const ca_centred *centred, const double *scaled, double *coef, double *intercept) {
    *intercept = centred->y_mean;
    for (int64_t j = 0; j < centred->p; j++) {
        coef[j] = centred->scale[j] * scaled[j];
        *intercept -= coef[j] * centred->mean[j];
    }
}
