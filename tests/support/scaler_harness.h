/* What the tests of the scalers share: the reference frames, comparing, and properties all of them have. */
#ifndef TESTS_SUPPORT_SCALER_HARNESS_H
#define TESTS_SUPPORT_SCALER_HARNESS_H

#include "reference/scalers.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"

/* The four reference columns: one alone and a block of three, with missing cells (ref_x) or without. */
static inline frame *reference_frame(const double *x) {
    frame *f = frame_new(REF_N);
    frame_numbers(f, "a", x);
    frame_wide(f, "b", 3, x + REF_N, NULL);
    return f;
}

static inline frame *one_column(int64_t n, const double *x) {
    frame *f = frame_new(n);
    frame_numbers(f, "price", x);
    return f;
}

static inline void must_start(fitted *t, const cauce_component *c, const char *params, const frame *train,
                              const double *weight) {
    cauce_status status = fitted_start(t, c, params, train, weight);
    ck_assert_msg(status == CAUCE_OK, "%s %s: %s", c->name, params, t->run.error.message);
}

static inline void must_apply(fitted *t, const frame *rows) {
    cauce_status status = fitted_apply(t, rows);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
}

static inline void array_is(fitted *t, const char *name, const double *expected, int64_t n,
                            double tolerance) {
    const double *array = fitted_array(t, name);
    for (int64_t i = 0; i < n; i++) ck_near(array[i], expected[i], tolerance);
}

/* The first n rows of the output, column by column. */
static inline void cells_are(fitted *t, int64_t n, const double *z, double tolerance) {
    for (int64_t j = 0; j < t->out.width; j++)
        for (int64_t r = 0; r < n; r++) {
            double cell = fitted_cell(t, r, j);
            ck_assert_msg(!isnan(cell) == !isnan(z[j * n + r]), "row %d of column %d", (int)r, (int)j);
            ck_near(cell, z[j * n + r], tolerance);
        }
}

/* Fits the reference columns and compares the output. */
static inline void output_is(const cauce_component *c, const char *params, const double *x,
                             const double *weight, const double *z, double tolerance) {
    frame *train = reference_frame(x);
    fitted t;
    must_start(&t, c, params, train, weight);
    must_apply(&t, train);
    cells_are(&t, REF_N, z, tolerance);
    fitted_end(&t);
    frame_free(train);
}

/* Weight k is the row given k times: the same output from both. */
static inline void weight_repeats(const cauce_component *c, const char *params, const double *x,
                                  double tolerance) {
    int times[REF_N];
    for (int r = 0; r < REF_N; r++) times[r] = (int)ref_weight[r];
    frame *train = reference_frame(x), *repeated = frame_repeat(train, times);
    fitted a, b;
    must_start(&a, c, params, train, ref_weight);
    must_start(&b, c, params, repeated, NULL);
    must_apply(&a, train);
    must_apply(&b, train);
    ck_assert_int_eq(a.out.width, b.out.width);
    cells_are(&a, REF_N, b.cells, tolerance);
    fitted_end(&a);
    fitted_end(&b);
    frame_free(train);
    frame_free(repeated);
}

/* Fit fails with this status and a message that has this piece. */
static inline void fit_fails(const cauce_component *c, const char *params, const frame *train,
                             cauce_status expected, const char *piece) {
    fitted t;
    cauce_status status = fitted_start(&t, c, params, train, NULL);
    if (status == CAUCE_OK) status = fitted_apply(&t, train);
    ck_assert_msg(status == expected, "%s %s: status %d", c->name, params, (int)status);
    ck_assert_msg(strstr(t.run.error.message, piece) != NULL, "%s", t.run.error.message);
    fitted_end(&t);
}

/* verify refuses each of these values at place i of a state array, and takes the state again afterwards. */
static inline void verify_refuses_at(fitted *t, const char *name, int64_t i, const double *bad, int n) {
    double *array = fitted_array(t, name), good = array[i];
    for (int k = 0; k < n; k++) {
        array[i] = bad[k];
        ck_assert_msg(fitted_verify(t) == CAUCE_E_FORMAT, "%s = %g", name, bad[k]);
    }
    array[i] = good;
    ck_assert_int_eq(fitted_verify(t), CAUCE_OK);
}

/* ... and a state of another number of columns, which comes first in the struct. */
static inline void verify_refuses_width(fitted *t) {
    int64_t *n = (int64_t *)(uintptr_t)t->f.state;
    *n += 1;
    ck_assert_int_eq(fitted_verify(t), CAUCE_E_FORMAT);
    *n -= 1;
    ck_assert_int_eq(fitted_verify(t), CAUCE_OK);
}

static inline void allocations_may_fail(const cauce_component *c, const char *params, const double *x,
                                        const double *weight) {
    frame *train = reference_frame(x);
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_start(&t, c, params, train, weight);
        if (status == CAUCE_OK) status = fitted_apply(&t, train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
    frame_free(train);
}

#endif
