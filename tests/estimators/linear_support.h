/* Training rows made by hand for the linear estimators: dense columns and one-hot codes, fit and apply
 * without the core. */
#ifndef TESTS_ESTIMATORS_LINEAR_SUPPORT_H
#define TESTS_ESTIMATORS_LINEAR_SUPPORT_H

#include "base/run.h"
#include "cauce/sys/component.h"
#include "support/check_main.h"

enum { MOST_FIELDS = 64 };

struct problem {
    cauce_run run;
    ca_keep keep;
    cauce_field fields[MOST_FIELDS];
    cauce_block blocks[MOST_FIELDS];
    cauce_schema schema;
    cauce_batch batch;
    cauce_train train;
};

static inline void problem_begin(struct problem *t, int64_t n_rows) {
    memset(t, 0, sizeof *t);
    ca_run_begin(&t->run);
    t->run.keep = &t->keep;
    t->schema.fields = t->fields;
    t->batch = (cauce_batch){ n_rows, 0, t->blocks, 0, NULL };
    t->train = (cauce_train){ .n_rows = n_rows, .schema = &t->schema, .x = &t->batch };
}

static inline void problem_end(struct problem *t) {
    ca_run_end(&t->run);
    ca_arena_free(&t->keep.arena);
}

/* Column-major values with `stride` rows between columns. */
static inline void add_dense(struct problem *t, const double *values, int64_t width, int64_t stride) {
    int64_t f = t->schema.n_fields++;
    t->fields[f] = (cauce_field){ .name = "x", .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = width };
    t->blocks[f] = (cauce_block){ .values = values, .stride = stride };
    t->schema.width += width;
    t->batch.n_blocks = t->schema.n_fields;
}

static inline void add_onehot(struct problem *t, const int32_t *codes, int64_t width) {
    int64_t f = t->schema.n_fields++;
    t->fields[f] =
        (cauce_field){ .name = "city", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = width };
    t->blocks[f] = (cauce_block){ .codes = codes };
    t->schema.width += width;
    t->batch.n_blocks = t->schema.n_fields;
}

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
