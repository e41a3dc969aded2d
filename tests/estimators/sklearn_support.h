/* Tables and digests for tests of rng=sklearn against tests/reference/sklearn_trees.h. */
#ifndef TESTS_ESTIMATORS_SKLEARN_SUPPORT_H
#define TESTS_ESTIMATORS_SKLEARN_SUPPORT_H

#include "estimators/forest_support.h"
#include "reference/linear.h"
#include "reference/sklearn_trees.h"

/* A table of the reference with its weights, and a fit on it. */
typedef struct sk_table {
    numeric_csv csv;
    int32_t k, *c;
    double *weight; /* NULL: none */
    harness h;
} sk_table;

static inline numeric_csv csv_of(const double *rows, int64_t n, int64_t p) {
    numeric_csv csv = { .n = n, .p = p };
    csv.x = malloc((size_t)(n * p) * sizeof *csv.x);
    csv.y = malloc((size_t)n * sizeof *csv.y);
    for (int64_t r = 0; r < n; r++)
        for (int64_t j = 0; j < p; j++) csv.x[j * n + r] = rows[r * p + j];
    return csv;
}

static inline sk_table sk_read(const char *name, const char *weights) {
    sk_table t = { .k = 0 };
    if (strcmp(name, "cancer") == 0) {
        t.csv = csv_of(ref_cancer_x, 569, 30);
        for (int r = 0; r < 569; r++) t.csv.y[r] = ref_cancer_y[r];
        t.k = 2;
    } else if (strcmp(name, "diabetes") == 0) {
        t.csv = csv_of(ref_diabetes_x, 442, 10);
        memcpy(t.csv.y, ref_diabetes_y, 442 * sizeof(double));
    } else if (strcmp(name, "deep") == 0) {
        double keys[400];
        for (int r = 0; r < 200; r++) {
            keys[2 * r] = sklearn_deep[r];
            keys[2 * r + 1] = sklearn_deep[199 - r];
        }
        t.csv = csv_of(keys, 200, 2);
        for (int r = 0; r < 200; r++) t.csv.y[r] = (double)(r * 7919 % 997) / 997;
    } else if (strcmp(name, "bits") == 0 || strcmp(name, "parity") == 0) {
        double bits[128 * 7];
        for (int i = 0; i < 128 * 7; i++) bits[i] = i / 7 >> i % 7 & 1;
        t.csv = csv_of(bits, 128, 7);
        t.k = name[0] == 'p' ? 2 : 0;
        for (int r = 0; r < 128; r++) t.csv.y[r] = __builtin_popcount((unsigned)r) % (t.k ? 2 : 8);
    } else {
        t.csv = read_table(name, &t.k);
    }
    t.c = malloc((size_t)t.csv.n * sizeof *t.c);
    for (int64_t r = 0; r < t.csv.n; r++) t.c[r] = (int32_t)t.csv.y[r];
    if (strcmp(weights, "none") == 0) return t;
    t.weight = malloc((size_t)t.csv.n * sizeof *t.weight);
    bool thirds = strcmp(weights, "thirds") == 0;
    for (int64_t r = 0; r < t.csv.n; r++)
        t.weight[r] = thirds ? (double)(r % 3) : 0.1 + (double)(r * 7919 % 997) / 997;
    return t;
}

/* `options` without rng=sklearn. */
static inline void sk_begin(sk_table *t, const cauce_component *component, const char *options) {
    char text[300];
    snprintf(text, sizeof text, "%s rng=sklearn", options);
    harness_begin(&t->h, component, text, t->csv.x, t->csv.n, t->csv.p);
    t->h.train.y = t->k ? NULL : t->csv.y;
    t->h.train.y_class = t->k ? t->c : NULL;
    t->h.train.n_classes = t->k;
    t->h.train.weight = t->weight;
}

static inline void sk_free(sk_table *t) {
    numeric_csv_free(&t->csv);
    free(t->c);
    free(t->weight);
}

static inline uint64_t sk_mix(uint64_t state, const void *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) state = (state ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return state;
}

/* As the reference script computes it, of tree t. */
static inline uint64_t sk_digest(const ca_forest *f, int64_t t) {
    uint64_t state = 14695981039346656037u;
    for (int64_t i = f->tree_offset[t]; i < f->tree_offset[t + 1]; i++) {
        state = sk_mix(state, &f->split_feature[i], sizeof *f->split_feature);
        state = sk_mix(state, &f->split_threshold[i], sizeof *f->split_threshold);
        state = sk_mix(state, &f->split_leaves[i], 1);
    }
    for (int64_t i = f->tree_offset[t] + t; i <= f->tree_offset[t + 1] + t; i++)
        state = sk_mix(state, ca_forest_leaf(f, i), (size_t)f->n_outputs * sizeof(double));
    return state;
}

#endif
