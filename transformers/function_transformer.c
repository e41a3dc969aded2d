/* Replaces every number by a function of it. The functions are named, so that a model file holds data and no
 * code. A number that the function is not defined for, or whose result is too large, is an error. */
#include <math.h>
#include <stdio.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"
#include "math/powers.h"
#include "math/special.h"

typedef struct function_params {
    int func;
} function_params;

enum { IDENTITY, LOG, LOG1P, SQRT, SQUARE, EXP, EXPM1, ABS, RECIPROCAL };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(function_params, func, "identity", "identity|log|log1p|sqrt|square|exp|expm1|abs|reciprocal",
                 "The function: log1p is log(1 + x), expm1 is exp(x) - 1, reciprocal is 1 / x."),
    CAUCE_END,
};

typedef struct function_state {
    int64_t unused;
} function_state;

static const cauce_state state_rows[] = { CAUCE_STATE_END };

static inline double value_of(int func, double x) {
    switch (func) {
    case LOG: return ca_log(x);
    case LOG1P: return ca_log1p(x);
    case SQRT: return sqrt(x);
    case SQUARE: return x * x;
    case EXP: return ca_exp(x);
    case EXPM1: return ca_expm1(x);
    case ABS: return fabs(x);
    case RECIPROCAL: return 1 / x;
    default: return x;
    }
}

static cauce_status bad_cell(cauce_run *run, int func, const ca_numeric *column, int64_t r) {
    if (isinf(column->x[r])) return ca_numeric_bad(run, column, r, "is infinite; make it missing or finite");
    switch (func) {
    case LOG: return ca_numeric_bad(run, column, r, "has no logarithm; log needs numbers above 0");
    case LOG1P: return ca_numeric_bad(run, column, r, "has no log1p; log1p needs numbers above -1");
    case SQRT: return ca_numeric_bad(run, column, r, "has no square root; sqrt needs numbers from 0 on");
    case RECIPROCAL:
        return ca_numeric_bad(run, column, r, "has no finite reciprocal; reciprocal needs numbers beyond 0");
    default: return ca_numeric_bad(run, column, r, "is too large for the function: its result overflows");
    }
}

/* To z, or nowhere when that is NULL. */
static cauce_status compute(cauce_run *run, int func, const ca_numeric *column, double *z) {
    for (int64_t r = 0; r < column->n_rows; r++) {
        double x = column->x[r], value = isnan(x) ? x : value_of(func, x); /* missing stays missing */
        if (!isnan(x) && !(isfinite(x) && isfinite(value))) return bad_cell(run, func, column, r);
        if (z) z[r] = value;
    }
    return CAUCE_OK;
}

/* Nothing is learned, but a model that cannot take its own training rows is none. */
static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    (void)train;
    return compute(run, *(const int *)payload, column, NULL);
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)state;
    int func = ((const function_params *)params)->func;
    return ca_numeric_fit_each(run, train, fit_column, &func);
}

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    return compute(run, ((const function_params *)self->params)->func, column, z);
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

/* The function that undoes each: the positive root of a square; what abs took away is lost. */
static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    static const int undoes[] = { IDENTITY, EXP, EXPM1, SQUARE, SQRT, LOG, LOG1P, ABS, RECIPROCAL };
    int func = ((const function_params *)self->params)->func;
    if (func == ABS) return cauce_fail(run, CAUCE_E_PARAM, "func=abs cannot be undone: it loses the signs");
    return compute(run, undoes[func], column, x);
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_function_transformer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "function_transformer",
    .summary = "Replaces every number by a function of it: its logarithm, root, square, ...",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(function_params),
    .params = param_rows,
    .state_size = sizeof(function_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
