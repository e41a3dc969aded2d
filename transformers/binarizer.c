/* 1 where a number is greater than a threshold, otherwise 0. */
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"

typedef struct binarizer_params {
    double threshold;
} binarizer_params;

static const cauce_param param_rows[] = {
    CAUCE_REAL(binarizer_params, threshold, 0.0, -HUGE_VAL, HUGE_VAL,
               "Numbers above this become 1, all others 0."),
    CAUCE_END,
};

typedef struct binarizer_state {
    int64_t unused;
} binarizer_state;

static const cauce_state state_rows[] = { CAUCE_STATE_END };

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)run, (void)params, (void)train, (void)state;
    return CAUCE_OK;
}

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    double threshold = ((const binarizer_params *)self->params)->threshold;
    for (int64_t r = 0; r < column->n_rows; r++) z[r] = column->x[r] > threshold;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    (void)run, (void)self; /* nothing was learned */
    return CAUCE_OK;
}

const cauce_component cauce_binarizer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "binarizer",
    .summary = "Makes every number 1 where it is above a threshold and 0 elsewhere.",
    .role = CAUCE_TRANSFORMER,
    .params_size = sizeof(binarizer_params),
    .params = param_rows,
    .state_size = sizeof(binarizer_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
};
