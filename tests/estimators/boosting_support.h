/* What the tests of histogram gradient boosting share: a table with columns of every sort, and models that
 * are compared bit for bit. */
#ifndef TESTS_ESTIMATORS_BOOSTING_SUPPORT_H
#define TESTS_ESTIMATORS_BOOSTING_SUPPORT_H

#include "boost/boosting.h"
#include "support/check_main.h"
#include "support/component_harness.h"
#include "support/harness.h"

extern const cauce_component cauce_hist_gradient_boosting_classifier, cauce_hist_gradient_boosting_regressor;

enum { ROWS = 12000, COLUMNS = 6 };

static uint64_t noise_state;
static inline double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

/* Columns: many values, few values, rarely 1, many with missing cells, another rarely 1, constant. */
typedef struct data {
    int64_t n;
    double *x, *y, *w;
    int32_t *c;
} data;

static inline data make_data(uint64_t seed, int64_t n, int32_t k) {
    data d = { n, malloc((size_t)(n * COLUMNS) * sizeof *d.x), malloc((size_t)n * sizeof *d.y),
               malloc((size_t)n * sizeof *d.w), malloc((size_t)n * sizeof *d.c) };
    noise_state = seed;
    for (int64_t r = 0; r < n; r++) {
        double *x = d.x + r;
        x[0] = noise() * 10 - 5;
        x[n] = floor(noise() * 7);
        x[2 * n] = noise() < 0.1;
        x[3 * n] = noise() < 0.2 ? (double)NAN : noise();
        x[4 * n] = x[2 * n] == 0 && noise() < 0.1;
        x[5 * n] = 3;
        d.y[r] =
            sin(x[0]) + 0.3 * x[n] + 2 * x[2 * n] - x[4 * n] + (isnan(x[3 * n]) ? 0.5 : x[3 * n]) + noise();
        d.c[r] = k ? (int32_t)fmin(k - 1, fmax(0, d.y[r] * k / 4)) : 0;
        d.w[r] = 1 + floor(noise() * 3);
    }
    return d;
}

static inline void data_free(data *d) {
    free(d->x);
    free(d->y);
    free(d->w);
    free(d->c);
}

static inline void begin(harness *h, const data *d, int32_t k, const char *options) {
    harness_begin(h, k ? &cauce_hist_gradient_boosting_classifier : &cauce_hist_gradient_boosting_regressor,
                  options, d->x, d->n, COLUMNS);
    h->train.n_classes = k;
    h->train.y = k ? NULL : d->y;
    h->train.y_class = k ? d->c : NULL;
}

/* Refused, with this status and this piece of the text. */
static inline void refused(const data *d, int32_t k, const char *options, cauce_status status,
                           const char *piece) {
    harness h;
    begin(&h, d, k, options);
    ck_assert_int_eq(harness_try(&h), status);
    ck_assert_msg(strstr(h.run.error.message, piece) != NULL, "%s", h.run.error.message);
    harness_end(&h);
}

static inline void same_model(const ca_boosting *a, const ca_boosting *b) {
    ck_assert_int_eq(a->n_splits, b->n_splits);
    ck_assert_int_eq(a->n_offsets, b->n_offsets);
    ck_assert_int_eq(a->n_train_loss, b->n_train_loss);
    size_t n = (size_t)a->n_splits;
    ck_assert(memcmp(a->tree_offset, b->tree_offset, (size_t)a->n_offsets * 8) == 0);
    ck_assert(memcmp(a->split_feature, b->split_feature, n * 4) == 0);
    ck_assert(memcmp(a->split_threshold, b->split_threshold, n * 8) == 0);
    ck_assert(memcmp(a->split_flags, b->split_flags, n) == 0);
    ck_assert(memcmp(a->leaf_value, b->leaf_value, (size_t)a->n_leaves * 8) == 0);
    ck_assert(memcmp(a->leaf_rows, b->leaf_rows, (size_t)a->n_leaves * 8) == 0);
}

static inline const char *level_name(int64_t level) {
    static char names[100][16];
    snprintf(names[level], sizeof names[level], "l%02d", (int)level);
    return names[level];
}

#endif
