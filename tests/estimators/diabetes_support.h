/* The diabetes rows for regressors that are called without recipe and table. */
#ifndef TESTS_ESTIMATORS_DIABETES_SUPPORT_H
#define TESTS_ESTIMATORS_DIABETES_SUPPORT_H

#include <math.h>

#include "reference/linear.h"
#include "support/check_main.h"
#include "support/component_harness.h"
#include "support/failing.h"

enum { DIABETES_ROWS = 442, DIABETES_COLUMNS = 10 };

static double diabetes_x[DIABETES_ROWS * DIABETES_COLUMNS], diabetes_weight[DIABETES_ROWS];

static inline void diabetes(void) {
    for (int i = 0; i < DIABETES_ROWS; i++) {
        diabetes_weight[i] = (7 * i) % 3 + 1;
        for (int j = 0; j < DIABETES_COLUMNS; j++)
            diabetes_x[i + j * DIABETES_ROWS] = ref_diabetes_x[i * DIABETES_COLUMNS + j];
    }
}

/* The beginning of the state of every linear regressor. */
struct linear_state {
    double *coef;
    int64_t n_features;
    double intercept;
    int64_t n_iter;
    double dual_gap, *target_coef, *target_intercept;
    int64_t n_targets;
};

/* Fits the first `rows` rows; y NULL: the target of the data. */
static inline const struct linear_state *diabetes_fit(harness *h, const cauce_component *component,
                                                      const char *options, int64_t rows, const double *y,
                                                      const double *weight) {
    diabetes();
    harness_begin(h, component, options, diabetes_x, rows, DIABETES_COLUMNS);
    h->blocks[0].stride = DIABETES_ROWS;
    h->train.y = y ? y : ref_diabetes_y;
    h->train.weight = weight;
    harness_fit(h);
    return h->state;
}

static inline void same_linear(const char *what, const struct linear_state *s, const double *expected,
                               double tol) {
    for (int j = 0; j <= DIABETES_COLUMNS; j++) {
        double got = j < DIABETES_COLUMNS ? s->coef[j] : s->intercept;
        ck_assert_msg(fabs(got - expected[j]) <= tol * fmax(1, fabs(expected[j])),
                      "%s: [%d] is %.12g, not %.12g", what, j, got, expected[j]);
    }
}

static inline bool harness_warned(const harness *h, const char *name) {
    for (const ca_warning *w = h->run.warnings; w; w = w->next)
        if (strcmp(w->name, name) == 0) return true;
    return false;
}

/* Every allocation of a fit fails once: NOMEM, and nothing is left behind. The first test of a file. */
static inline void each_allocation_fails(const cauce_component *component, const char *options, int64_t rows,
                                         const int32_t *y_class, int32_t n_classes) {
    harness h;
    failing_install();
    diabetes();
    harness_begin(&h, component, options, diabetes_x, rows, DIABETES_COLUMNS);
    h.blocks[0].stride = DIABETES_ROWS;
    h.train.y = y_class ? NULL : ref_diabetes_y;
    h.train.y_class = y_class;
    h.train.n_classes = n_classes;
    h.train.deviation = component->deviation && rows > DIABETES_COLUMNS;
    FAILING_EACH(pass) {
        cauce_run run;
        ca_keep keep = { 0 };
        ca_run_begin(&run);
        run.keep = &keep;
        run.threads = 1;
        memset(h.state, 0, component->state_size);
        cauce_status status = component->fit(&run, h.params, &h.train, h.state);
        ck_assert_msg(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM), "%s", run.error.message);
        ca_run_end(&run);
        ca_arena_free(&keep.arena);
    }
    harness_end(&h);
}

#endif
