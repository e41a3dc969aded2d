#include "linear/fold_grams.h"

#include <string.h>

/* Rows of a fold that do not follow each other are copied so many at a time. */
enum { PIECE = 1 << 15 };

/* Whether each row is tested once and trained on otherwise. */
static cauce_status is_partition(cauce_run *run, const ca_folds *folds, int64_t n_rows, bool *partition) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    bool *tested = cauce_scratch(run, folds->dealt ? 0 : n_rows, sizeof *tested);
    if (!tested) return CA_NOMEM(run);
    int64_t count = 0;
    *partition = true;
    for (int64_t r = 0; r < n_rows && folds->dealt; r++) count += ca_fold_of(folds, r) >= 0;
    for (int64_t f = 0; f < folds->n_folds; f++) {
        const ca_fold *fold = &folds->folds[f];
        *partition = *partition && fold->n_train + fold->n_test == n_rows;
        for (int64_t i = 0; i < fold->n_test && !folds->dealt; i++) {
            *partition = *partition && !tested[fold->test[i]];
            tested[fold->test[i]] = true;
            count++;
        }
    }
    *partition = *partition && count == n_rows;
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Adds the Gram matrix of some rows in the coordinates of `design`. */
static cauce_status add_rows(cauce_run *run, const cauce_train *train, const ca_design *design,
                             const int64_t *rows, int64_t n, double *gram) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    cauce_train some;
    ca_design d;
    ca_gram g;
    CA_TRY(ca_train_rows(run, train, rows, n, &some));
    CA_TRY(ca_design_open(run, &some, some.y, some.weight, design->n_packed > design->n_dense + 1, &d));
    memcpy(d.shift, design->shift, (size_t)d.n_packed * sizeof *d.shift);
    memcpy(d.inverse, design->inverse, (size_t)d.n_packed * sizeof *d.inverse);
    CA_TRY(ca_gram_open(run, &d, &g));
    CA_TRY(ca_gram_sum(run, &g, d.weight));
    for (int64_t i = 0; i < d.q * d.q; i++) gram[i] += g.partial[i];
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static cauce_status test_gram(cauce_run *run, const cauce_train *train, const ca_folds *folds, int64_t f,
                              const ca_design *design, double *gram) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    const int64_t *rows;
    int64_t n;
    CA_TRY(ca_fold_rows(run, folds, train->n_rows, f, true, &rows, &n));
    const int64_t each = rows[n - 1] - rows[0] == n - 1 ? n : PIECE;
    for (int64_t i = 0; i < n; i += each)
        CA_TRY(add_rows(run, train, design, rows + i, n - i < each ? n - i : each, gram));
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

cauce_status ca_fold_grams_open(cauce_run *run, const cauce_train *train, const ca_folds *folds,
                                const ca_centred *whole, ca_fold_grams *grams, bool *summed) {
    const ca_design *d = &whole->design;
    *grams = (ca_fold_grams){ whole, d->n_packed > d->n_dense + 1, folds->n_folds, NULL, NULL };
    CA_TRY(is_partition(run, folds, train->n_rows, summed));
    for (int64_t f = 0; f < folds->n_folds; f++) *summed = *summed && folds->folds[f].n_train >= whole->p;
    if (!*summed) return CAUCE_OK;
    grams->gram = cauce_scratch(run, folds->n_folds, sizeof *grams->gram);
    grams->weight = cauce_scratch(run, folds->n_folds, sizeof *grams->weight);
    if (!grams->gram || !grams->weight) return CA_NOMEM(run);
    ca_fold_weights(train, folds, grams->weight);
    for (int64_t f = 0; f < folds->n_folds; f++) {
        grams->gram[f] = cauce_scratch(run, d->q, (size_t)d->q * sizeof(double));
        if (!grams->gram[f]) return CA_NOMEM(run);
        CA_TRY(test_gram(run, train, folds, f, d, grams->gram[f]));
    }
    return CAUCE_OK;
}

cauce_status ca_fold_train(cauce_run *run, const ca_fold_grams *grams, int64_t fold, ca_centred *centred) {
    int64_t q = grams->whole->design.q;
    double *sum = cauce_scratch(run, q, (size_t)q * sizeof *sum), weight = 0;
    if (!sum) return CA_NOMEM(run);
    for (int64_t f = 0; f < grams->n_folds; f++) {
        if (f == fold) continue;
        weight += grams->weight[f];
        for (int64_t i = 0; i < q * q; i++) sum[i] += grams->gram[f][i];
    }
    *centred = *grams->whole;
    centred->weight_sum = weight;
    return ca_centred_equations(run, sum, grams->centre, centred);
}

/* The residual of a row is its inner product with (-x, 1 at the target, -constant at the ones). */
static void residual_form(const ca_centred *c, const double *x, double *u) {
    const ca_design *d = &c->design;
    double constant = c->y_mean - d->shift[d->n_dense];
    for (int64_t j = 0; j < c->p; j++) {
        int64_t column = c->column[j];
        bool dense = column < d->n_packed;
        u[column] = -x[j];
        constant -= x[j] * (dense ? (c->mean[j] - d->shift[column]) * d->inverse[column] : c->mean[j]);
    }
    u[d->n_dense] = 1;
    if (d->n_packed - 1 > d->n_dense) u[d->n_packed - 1] = -constant;
}

cauce_status ca_fold_squares(cauce_run *run, const ca_fold_grams *grams, int64_t fold,
                             const ca_centred *centred, const double *x, double *squares) {
    int64_t q = centred->design.q;
    const double *g = grams->gram[fold];
    double *u = cauce_scratch(run, q, sizeof *u), *product = cauce_scratch(run, q, sizeof *product);
    if (!u || !product) return CA_NOMEM(run);
    residual_form(centred, x, u);
    for (int64_t j = 0; j < q; j++) {
        double below = 0;
        for (int64_t i = j + 1; i < q; i++) {
            product[i] += g[i + j * q] * u[j];
            below += g[i + j * q] * u[i];
        }
        product[j] += g[j + j * q] * u[j] + below;
    }
    double sum = 0;
    for (int64_t j = 0; j < q; j++) sum += u[j] * product[j];
    *squares = sum > 0 ? sum : 0;
    return CAUCE_OK;
}
