/* What the tests of the linear estimators have in common: columns, a generator, fit and apply without the
 * core. */
#ifndef TESTS_ESTIMATORS_LINEAR_SUPPORT_H
#define TESTS_ESTIMATORS_LINEAR_SUPPORT_H

#include "estimators/problem.h"
#include "support/check_main.h"

/* Row-major to column-major. malloc. */
static inline double *columns_of(const double *rows, int64_t n, int64_t p) {
    double *x = malloc((size_t)(n * p) * sizeof *x);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < p; j++) x[i + j * n] = rows[i * p + j];
    return x;
}

/* Every column to mean 0 and standard deviation 1. */
static inline void standardise(double *x, int64_t n, int64_t p) {
    for (int64_t j = 0; j < p; j++) {
        long double sum = 0, square = 0;
        for (int64_t i = 0; i < n; i++) sum += x[i + j * n];
        sum /= n;
        for (int64_t i = 0; i < n; i++) square += (x[i + j * n] - sum) * (x[i + j * n] - sum);
        square = sqrtl(square / n);
        for (int64_t i = 0; i < n; i++) x[i + j * n] = (double)((x[i + j * n] - sum) / square);
    }
}

/* A small generator, for data only. In [0, 1). */
static inline double uniform(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-53;
}

static inline double normal(uint64_t *seed) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += uniform(seed);
    return sum;
}

/* Applies to all rows in blocks of block_rows; out: column-major n x width. */
static inline void apply_all(struct problem *t, const cauce_component *component, const void *params,
                             const void *state, int64_t width, int64_t block_rows, double *out) {
    cauce_field field = { .name = "out", .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = width };
    cauce_schema schema = { 1, &field, width };
    cauce_fitted self = { .component = component,
                          .name = component->name,
                          .params = params,
                          .state = state,
                          .in = &t->schema,
                          .out = &schema,
                          .n_classes = t->train.n_classes,
                          .classes = t->train.classes };
    double *room = malloc((size_t)(block_rows * width) * sizeof *room), *scratch = malloc(65536);
    for (int64_t row = 0; row < t->batch.n_rows; row += block_rows) {
        int64_t rows = t->batch.n_rows - row < block_rows ? t->batch.n_rows - row : block_rows;
        cauce_block blocks[MOST_FIELDS], out_block = { .stride = block_rows, .room = room };
        for (int64_t f = 0; f < t->schema.n_fields; f++) {
            blocks[f] = t->blocks[f];
            if (blocks[f].values) blocks[f].values += row;
            if (blocks[f].codes) blocks[f].codes += row;
        }
        cauce_batch in = { rows, t->schema.n_fields, blocks, row, NULL };
        cauce_batch to = { rows, 1, &out_block, row, NULL };
        ck_assert_int_eq(component->apply(&t->run, &self, &in, &to, scratch), CAUCE_OK);
        for (int64_t j = 0; j < width; j++)
            memcpy(out + row + j * t->batch.n_rows, out_block.values + j * block_rows,
                   (size_t)rows * sizeof *out);
    }
    free(room);
    free(scratch);
}

static inline bool warned(const struct problem *t, const char *name) {
    for (const ca_warning *w = t->run.warnings; w; w = w->next)
        if (strcmp(w->name, name) == 0) return true;
    return false;
}

#endif
