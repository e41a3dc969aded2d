/* Training rows made by hand: dense columns and one-hot codes. */
#ifndef TESTS_ESTIMATORS_PROBLEM_H
#define TESTS_ESTIMATORS_PROBLEM_H

#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"

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

#endif
