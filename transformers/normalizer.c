/* Divides each row by its norm: the rows then point in the same direction and have length 1. A row of zeros
 * stays as it is. */
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"

typedef struct normalizer_params {
    int norm;
} normalizer_params;

enum { L1, L2, MAX };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(
        normalizer_params, norm, "l2", "l1|l2|max",
        "What becomes 1 in each row: the sum of absolute numbers (l1), the root of the sum of squares "
        "(l2), or the largest absolute number (max)."),
    CAUCE_END,
};

typedef struct normalizer_state {
    int64_t unused;
} normalizer_state;

static const cauce_state state_rows[] = { CAUCE_STATE_END };

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)run, (void)params, (void)train, (void)state;
    return CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    enum { BLOCK_ROWS = 256 };
    cauce_field *fields = cauce_bind_fields(run, binding, self->in->n_fields);
    if (!fields) return run->error.status;
    for (int64_t f = 0; f < self->in->n_fields; f++) fields[f] = self->in->fields[f];
    binding->block_rows = BLOCK_ROWS;
    binding->scratch = 2 * BLOCK_ROWS * sizeof(double);
    return CAUCE_OK;
}

/* The largest absolute number of each row; 0 becomes 1. */
static void find_largest(const cauce_fitted *self, const cauce_batch *in, double *largest) {
    int64_t n = in->n_rows;
    for (int64_t r = 0; r < n; r++) largest[r] = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++) {
            const double *x = in->blocks[f].values + c * in->blocks[f].stride;
            for (int64_t r = 0; r < n; r++) largest[r] = fabs(x[r]) > largest[r] ? fabs(x[r]) : largest[r];
        }
    for (int64_t r = 0; r < n; r++) largest[r] = largest[r] > 0 ? largest[r] : 1;
}

/* Norm of each row in units of `unit`, its largest number: no square overflows or vanishes. */
static void find_norm(const cauce_fitted *self, const cauce_batch *in, const double *unit, double *norm) {
    int64_t n = in->n_rows;
    bool squares = ((const normalizer_params *)self->params)->norm == L2;
    for (int64_t r = 0; r < n; r++) norm[r] = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++) {
            const double *x = in->blocks[f].values + c * in->blocks[f].stride;
            for (int64_t r = 0; r < n; r++) {
                double part = fabs(x[r]) / unit[r];
                norm[r] += squares ? part * part : part;
            }
        }
    for (int64_t r = 0; r < n; r++) {
        if (squares) norm[r] = sqrt(norm[r]);
        if (!(norm[r] > 0)) norm[r] = 1;
    }
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run;
    const normalizer_params *params = self->params;
    double *unit = scratch, *norm = unit + in->n_rows;
    find_largest(self, in, unit);
    if (params->norm == MAX)
        for (int64_t r = 0; r < in->n_rows; r++) norm[r] = 1;
    else
        find_norm(self, in, unit, norm);
    for (int64_t f = 0; f < self->in->n_fields; f++) {
        double *values = cauce_block_values(&out->blocks[f]);
        for (int64_t c = 0; c < self->in->fields[f].width; c++) {
            const double *x = in->blocks[f].values + c * in->blocks[f].stride;
            double *z = values + c * out->blocks[f].stride;
            for (int64_t r = 0; r < in->n_rows; r++) z[r] = x[r] / unit[r] / norm[r];
        }
    }
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    (void)run, (void)self; /* nothing was learned */
    return CAUCE_OK;
}

const cauce_component cauce_normalizer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "normalizer",
    .summary = "Divides every row by its norm.",
    .role = CAUCE_TRANSFORMER,
    .params_size = sizeof(normalizer_params),
    .params = param_rows,
    .state_size = sizeof(normalizer_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
