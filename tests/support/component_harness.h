/* Fits, binds and applies a component by hand: dense columns (and one-hot blocks) in, doubles out. */
#ifndef TESTS_SUPPORT_COMPONENT_HARNESS_H
#define TESTS_SUPPORT_COMPONENT_HARNESS_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "core/param.h"

typedef struct harness {
    cauce_run run;
    ca_keep keep;
    ca_arena arena;
    const cauce_component *component;
    void *params, *state;
    cauce_field fields[8];
    cauce_schema schema, out_schema;
    cauce_block blocks[8];
    cauce_batch batch;
    cauce_train train;
    cauce_fitted fitted;
    cauce_binding binding;
} harness;

/* One dense block of p columns, column by column. */
static inline void harness_begin(harness *h, const cauce_component *component, const char *options,
                                 const double *x, int64_t n, int64_t p) {
    memset(h, 0, sizeof *h);
    ca_run_begin(&h->run);
    h->run.keep = &h->keep;
    h->component = component;
    h->params = calloc(1, component->params_size);
    h->state = calloc(1, component->state_size);
    ck_assert_msg(ca_options_parse(&h->run, &h->arena, component->name, component->params, options,
                                   h->params) == CAUCE_OK,
                  "%s", h->run.error.message);
    h->fields[0] = (cauce_field){ .name = "x", .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = p };
    h->schema = (cauce_schema){ 1, h->fields, p };
    h->blocks[0] = (cauce_block){ .values = x, .stride = n };
    h->batch = (cauce_batch){ .n_rows = n, .n_blocks = 1, .blocks = h->blocks };
    h->train = (cauce_train){ .n_rows = n, .schema = &h->schema, .x = &h->batch };
}

static inline void harness_end(harness *h) {
    ca_run_end(&h->run);
    ca_arena_free(&h->keep.arena);
    ca_arena_free(&h->arena);
    free(h->params);
    free(h->state);
}

static inline cauce_status harness_try(harness *h) {
    if (h->component->check) CA_TRY(h->component->check(&h->run, h->params));
    CA_TRY(h->component->fit(&h->run, h->params, &h->train, h->state));
    h->fitted = (cauce_fitted){ .component = h->component,
                                .name = h->component->name,
                                .params = h->params,
                                .state = h->state,
                                .in = &h->schema,
                                .n_classes = h->train.n_classes,
                                .classes = h->train.classes };
    if (!h->component->bind) return CAUCE_OK;
    CA_TRY(h->component->bind(&h->run, &h->fitted, &h->binding));
    h->fitted.bound = h->binding.bound;
    return h->component->ready ? h->component->ready(&h->run, &h->fitted) : CAUCE_OK;
}

static inline void harness_fit(harness *h) {
    cauce_status status = harness_try(h);
    ck_assert_msg(status == CAUCE_OK, "%s", h->run.error.message);
}

/* out[r * width + c] for the n rows of `blocks`, at most `step` rows at a time. */
static inline void harness_apply(harness *h, const cauce_block *blocks, int64_t n, int64_t width,
                                 int64_t step, double *out) {
    int64_t most = h->binding.block_rows ? h->binding.block_rows : 256;
    if (step > most) step = most;
    void *scratch = aligned_alloc(64, (h->binding.scratch + 127) & ~(size_t)63);
    double *room = malloc((size_t)(step * width) * sizeof *room);
    cauce_block in_blocks[8], out_block = { .stride = step, .room = room };
    for (int64_t first = 0; first < n; first += step) {
        int64_t rows = n - first < step ? n - first : step;
        for (int64_t b = 0; b < h->schema.n_fields; b++) {
            in_blocks[b] = blocks[b];
            if (blocks[b].values) in_blocks[b].values += first;
            if (blocks[b].codes) in_blocks[b].codes += first;
        }
        const double *offset = h->batch.offset ? h->batch.offset + first : NULL;
        cauce_batch in = { rows, h->schema.n_fields, in_blocks, first, offset };
        cauce_batch to = { rows, 1, &out_block, first, NULL };
        ck_assert_int_eq(h->component->apply(&h->run, &h->fitted, &in, &to, scratch), CAUCE_OK);
        for (int64_t r = 0; r < rows; r++)
            for (int64_t c = 0; c < width; c++)
                out[(first + r) * width + c] = out_block.values[r + c * out_block.stride];
    }
    free(room);
    free(scratch);
}

#endif
