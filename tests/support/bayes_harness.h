/* What the tests of the naive Bayes classifiers share: the reference rows, and comparing probabilities. */
#ifndef TESTS_SUPPORT_BAYES_HARNESS_H
#define TESTS_SUPPORT_BAYES_HARNESS_H

#include "reference/bayes.h"
#include "support/scaler_harness.h"

static const char *const bayes_classes[] = { "a", "b", "c", NULL };

static inline frame_target bayes_target(void) {
    return (frame_target){ .y_class = ref_bayes_y, .classes = bayes_classes };
}

static inline frame *bayes_frame(const double *x, int64_t columns) {
    frame *f = frame_new(BAYES_ROWS);
    frame_numbers(f, "first", x);
    if (columns > 1) frame_wide(f, "x", columns - 1, x + BAYES_ROWS, NULL);
    return f;
}

static inline void bayes_learn(fitted *t, const cauce_component *c, const char *params, const frame *train,
                               const double *weight) {
    frame_target target = bayes_target();
    cauce_status status = fitted_learn(t, c, params, train, &target, weight);
    ck_assert_msg(status == CAUCE_OK, "%s %s: %s", c->name, params, t->run.error.message);
}

/* Probabilities of every tenth row. */
static inline void bayes_compare(const cauce_component *c, const char *params, const frame *train,
                                 const double *weight, const double *expected) {
    fitted t;
    bayes_learn(&t, c, params, train, weight);
    must_apply(&t, train);
    for (int64_t k = 0; k < 3; k++)
        for (int64_t i = 0; i < BAYES_SHOWN; i++) {
            double p = fitted_cell(&t, i * BAYES_EVERY, k), e = expected[k * BAYES_SHOWN + i];
            ck_assert_msg(fabs(p - e) <= 1e-12 * e + 1e-15, "%s %s: row %d, class %d: %.17g, not %.17g",
                          c->name, params, (int)(i * BAYES_EVERY), (int)k, p, e);
        }
    fitted_end(&t);
}

static inline void bayes_fails(const cauce_component *c, const char *params, const frame *train,
                               const frame *rows, cauce_status expected, const char *piece) {
    fitted t;
    frame_target target = bayes_target();
    cauce_status status = fitted_learn(&t, c, params, train, &target, NULL);
    if (status == CAUCE_OK && rows) status = fitted_apply(&t, rows);
    ck_assert_msg(status == expected && strstr(t.run.error.message, piece), "%s %s: %d: %s", c->name, params,
                  (int)status, t.run.error.message);
    fitted_end(&t);
}

/* What all of them refuse, by the name of their parameter. */
static inline void bayes_prior_fails(const cauce_component *c, const char *name, const frame *train) {
    static const struct {
        const char *list, *piece;
    } bad[] = { { "[0.5, 0.5]", "has 2 probabilities, but the target has 3 classes" },
                { "[0.5, 0.6, 0.7]", "sums to 1.8" },
                { "[1.5, -0.5, 0]", "item 1" },
                { "[x, 1, 0]", "item 1" },
                { "[0.5, 0.5, nan]", "item 3" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char params[96];
        snprintf(params, sizeof params, "%s=%s", name, bad[i].list);
        bayes_fails(c, params, train, NULL, CAUCE_E_PARAM, bad[i].piece);
    }
}

/* A class that cannot be, and rows that are far from everything, still get probabilities. */
static inline void bayes_sums_to_one(const fitted *t, int64_t row) {
    double sum = 0;
    for (int64_t k = 0; k < 3; k++) {
        double p = fitted_cell(t, row, k);
        ck_assert_msg(p >= 0 && p <= 1, "%g", p);
        sum += p;
    }
    ck_near(sum, 1, 1e-15);
}

static inline void bayes_allocations(const cauce_component *c, const char *params, const frame *train) {
    frame_target target = bayes_target();
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_learn(&t, c, params, train, &target, ref_bayes_weight);
        if (status == CAUCE_OK) status = fitted_apply(&t, train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
}

/* verify refuses another number of classes, and probabilities that are none. */
static inline void bayes_verify_refuses(fitted *t) {
    t->f.n_classes = 4;
    ck_assert_int_eq(fitted_verify(t), CAUCE_E_FORMAT);
    t->f.n_classes = 3;
    verify_refuses_at(t, "class_prior", 1, (const double[]){ -0.1, 1.1, NAN, 0 }, 4);
    verify_refuses_at(t, "class_count", 2, (const double[]){ -1, NAN }, 2);
}

#endif
